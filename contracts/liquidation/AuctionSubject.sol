// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {AuctionSlice} from "./AuctionSlice.sol";
import {CapacityMeter} from "./CapacityMeter.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "../types/Refusal.sol";

/// @title AuctionSubject
/// @notice An account as a liquidation sees it: what it holds, how it stands, what the breaker says, which rules apply.
library AuctionSubject {
    using CapacityMeter for CapacityMeter.Meters;
    using FixedPointMathLib for int256;
    using FixedPointMathLib for uint256;

    /// @param ruledBitmap Assets whose rule and clock the account is held to: all that it depends on, less what is broken
    /// and could not save it.
    struct Subject {
        Portfolio portfolio;
        IPortfolioMargin.LiquidationReport margin;
        uint256 ruledBitmap;
        Rule rule;
        Level level;
        IAuctionParameters.AuctionConfig config;
        IDiscountCurve solventCurve;
        IDiscountCurve insolventCurve;
    }

    /// @notice Reads the account.
    function read(
        AccountId account,
        IMarginVault vault,
        IPortfolioMargin risk,
        ICircuitBreaker breaker,
        IAuctionParameters parameters
    ) internal view returns (Subject memory subject) {
        subject.portfolio = vault.portfolioOf(account);
        subject.margin = risk.liquidationReport(subject.portfolio);
        subject.ruledBitmap = subject.margin.assetBitmap;
        (subject.rule, subject.level) = breaker.ruleFor(subject.ruledBitmap, Action.Liquidate);
        if (subject.rule == Rule.DeepInsolventOnly) _lookThrough(subject, risk, breaker);
        (subject.config, subject.solventCurve, subject.insolventCurve) = parameters.settings();
    }

    /// @dev What is broken protects an account only as far as it could save it: else dust of a collateral whose feed is
    /// down would keep the worst accounts from liquidation, and owners would hold some. Where even as much
    /// again of all that is broken would leave the account below maintenance, the rule is that of the rest.
    function _lookThrough(Subject memory self, IPortfolioMargin risk, ICircuitBreaker breaker) private view {
        uint256 broken = 0;
        for (uint256 left = self.margin.assetBitmap; left != 0; left &= left - 1) {
            uint256 bit = uint256(1) << LibBit.ffs(left);
            (Rule rule, ) = breaker.ruleFor(bit, Action.Liquidate);
            if (rule == Rule.DeepInsolventOnly) broken |= bit;
        }
        uint256 sound = self.margin.assetBitmap & ~broken;
        if (sound == 0) return;
        int256 savedWad = self.margin.liquidationSurplusWad + int256(_grossOf(self, risk, broken));
        if (savedWad >= 0) return;
        self.ruledBitmap = sound;
        (self.rule, self.level) = breaker.ruleFor(sound, Action.Liquidate);
    }

    /// @dev Positions and collateral on the assets of `bitmap` at mid, WAD; of options the underlyings.
    function _grossOf(
        Subject memory self,
        IPortfolioMargin risk,
        uint256 bitmap
    ) private view returns (uint256 grossWad) {
        grossWad = positionsGross(self, bitmap);
        // What a collateral follows only the engine knows.
        Portfolio memory single;
        single.collateral = new CollateralHolding[](1);
        for (uint256 i = 0; i < self.portfolio.collateral.length; ++i) {
            CollateralHolding memory holding = self.portfolio.collateral[i];
            single.collateral[0] = holding;
            if (risk.exposure(single) & bitmap == 0) continue;
            grossWad += risk.collateralValue(holding.index, holding.amountWad);
        }
    }

    /// @notice The positions, then the other assets that the account depends on, so that a receipt shows every price.
    function legs(
        Subject memory self,
        AccountId account,
        IMarginVault vault,
        IAuctionParameters parameters,
        CapacityMeter.Meters storage meters
    ) internal view returns (AuctionSlice.Leg[] memory legs_) {
        PerpHolding[] memory perps = self.portfolio.perps;
        AssetId[] memory assets = self.margin.assets;
        IAuctionParameters.Capacity[] memory capacities = parameters.capacitiesOf(assets);
        legs_ = new AuctionSlice.Leg[](assets.length + optionLegCount(self.portfolio));
        for (uint256 i = 0; i < assets.length; ++i) {
            AuctionSlice.Leg memory leg = legs_[i];
            leg.asset = assets[i];
            leg.home = i;
            if (i >= perps.length) continue;
            leg.lots = vault.lotsOf(account, assets[i]);
            leg.sizeWad = perps[i].sizeWad;
            leg.midWad = self.margin.marks[i].midWad;
            leg.notionalWad = perps[i].sizeWad.abs().mulWadUp(leg.midWad);
            leg.meteredWad = leg.notionalWad;
        }
        _addOptions(self, legs_);
        for (uint256 i = 0; i < assets.length; ++i) {
            AuctionSlice.Leg memory leg = legs_[i];
            if (leg.meteredWad == 0) continue;
            leg.capacityWad = capacities[i].wad;
            leg.windowSeconds = capacities[i].windowSeconds;
            leg.availableWad = meters.available(assets[i], leg.capacityWad, leg.windowSeconds);
        }
    }

    /// @dev One leg per series, behind those of the assets.
    function _addOptions(Subject memory self, AuctionSlice.Leg[] memory legs_) private pure {
        OptionHolding[] memory holdings = self.portfolio.options;
        uint256 place = self.margin.assets.length;
        for (uint256 i = 0; i < holdings.length; ++i) {
            AssetId asset = holdings[i].expiry.underlyingOf();
            uint256 home = homeOf(self, asset);
            uint256 midWad = self.margin.marks[home].midWad;
            int256 lotSizeWad = int256(holdings[i].expiry.lotSizeWadOf());
            uint256 count = holdings[i].legs.legCount();
            for (uint256 j = 0; j < count; ++j) {
                AuctionSlice.Leg memory leg = legs_[place++];
                (leg.lots, leg.strikeIndex, leg.isPut) = holdings[i].legs.legAt(j);
                (leg.asset, leg.home, leg.isOption, leg.slot) = (asset, home, true, holdings[i].slot);
                leg.midWad = midWad;
                leg.sizeWad = leg.lots * lotSizeWad;
                leg.notionalWad = leg.sizeWad.abs().mulWadUp(midWad);
                legs_[home].meteredWad += leg.notionalWad;
            }
        }
    }

    /// @notice Number of option legs.
    function optionLegCount(Portfolio memory portfolio) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < portfolio.options.length; ++i) count += portfolio.options[i].legs.legCount();
    }

    /// @notice Place of an underlying among the assets: every one that has options is there.
    function homeOf(Subject memory self, AssetId asset) internal pure returns (uint256 home) {
        while (self.margin.assets[home] != asset) ++home;
    }

    /// @notice Positions on the assets of `bitmap` at mid, WAD, over all legs. Options count by their underlyings: the most
    /// that their deltas can add up to at any price.
    function positionsGross(Subject memory self, uint256 bitmap) internal pure returns (uint256 grossWad) {
        PerpHolding[] memory perps = self.portfolio.perps;
        for (uint256 i = 0; i < perps.length; ++i) {
            if ((bitmap >> AssetId.unwrap(perps[i].asset)) & 1 == 0) continue;
            grossWad += perps[i].sizeWad.abs().mulWadUp(self.margin.marks[i].midWad);
        }
        OptionHolding[] memory holdings = self.portfolio.options;
        for (uint256 i = 0; i < holdings.length; ++i) {
            AssetId asset = holdings[i].expiry.underlyingOf();
            if ((bitmap >> AssetId.unwrap(asset)) & 1 == 0) continue;
            uint256 lots = 0;
            uint256 count = holdings[i].legs.legCount();
            for (uint256 j = 0; j < count; ++j) {
                (int24 signed, , ) = holdings[i].legs.legAt(j);
                lots += int256(signed).abs();
            }
            uint256 midWad = self.margin.marks[homeOf(self, asset)].midWad;
            grossWad += (lots * holdings[i].expiry.lotSizeWadOf()).mulWadUp(midWad);
        }
    }

    /// @notice Whether parameters and curves are set.
    function isConfigured(Subject memory self) internal pure returns (bool) {
        return self.config.targetWad != 0 && address(self.solventCurve) != address(0);
    }

    /// @notice Why nothing may be sold of the account now.
    /// @dev Invariant 7: nothing is sold of an account that passes at any price that may be true.
    function refuseSale(Subject memory self, AccountId account) internal pure returns (bytes memory) {
        uint256 id = AccountId.unwrap(account);
        if (isEmpty(self.portfolio)) return Refusal.because(ILiquidationAuction.Auction_NothingToSell.selector, id);
        int256 surplusWad = self.margin.liquidationSurplusWad;
        if (surplusWad >= 0) {
            return Refusal.because(ILiquidationAuction.Auction_Healthy.selector, id, uint256(surplusWad));
        }
        if (self.rule != Rule.DeepInsolventOnly) return refuseRule(self.rule, self.level);
        int256 favourableWad = self.margin.favourableEquityWad;
        if (favourableWad <= 0) return Refusal.NONE;
        return Refusal.because(ILiquidationAuction.Auction_NotDeepInsolvent.selector, id, uint256(favourableWad));
    }

    /// @notice Why the breaker forbids a sale that is not of the deeply insolvent.
    function refuseRule(Rule rule, Level level) internal pure returns (bytes memory) {
        if (rule == Rule.Allowed || rule == Rule.Stressed) return Refusal.NONE;
        return Refusal.because(ILiquidationAuction.Auction_BreakerForbids.selector, uint256(rule), uint256(level));
    }

    /// @notice Insolvent at every price that may be true; in doubt where it is not, yet next to nothing is left at the mid.
    function phase(Subject memory self) internal pure returns (ILiquidationAuction.Phase) {
        if (self.margin.favourableEquityWad <= 0) return ILiquidationAuction.Phase.Insolvent;
        uint256 doubtWad = self.margin.maintenanceWad.mulWad(self.config.doubtShareWad);
        return
            self.margin.equityWad > int256(doubtWad)
                ? ILiquidationAuction.Phase.Solvent
                : ILiquidationAuction.Phase.Doubtful;
    }

    /// @notice Positions and collateral at mid, WAD: the most that a move of prices acts on. Options count by their
    /// underlyings: by their present deltas, a large account of far strikes would pass for dust, and one whose deltas are
    /// small would leave its band at every move.
    function exposureWad(Subject memory self) internal pure returns (uint256) {
        int256 collateralWad = self.margin.equityWad - self.portfolio.cashWad - self.margin.netPositionWad;
        bool hasOptions = self.portfolio.options.length != 0;
        uint256 grossWad = hasOptions ? positionsGross(self, type(uint256).max) : self.margin.grossNotionalWad;
        return grossWad + uint256(collateralWad.max(0));
    }

    /// @notice Whether there is neither position nor collateral. Options of settled expiries are cash.
    function isEmpty(Portfolio memory portfolio) internal pure returns (bool) {
        return portfolio.perps.length + portfolio.options.length + portfolio.collateral.length == 0;
    }
}
