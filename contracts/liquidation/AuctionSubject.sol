// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "./Refusal.sol";

/// @title AuctionSubject
/// @notice An account as a liquidation sees it: what it holds, how it stands, what the breaker says, which rules apply.
library AuctionSubject {
    using FixedPointMathLib for int256;

    uint256 private constant WAD = 1e18;

    struct Subject {
        Portfolio portfolio;
        IPortfolioMargin.MarginReport margin;
        uint256 exposure;
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
        subject.margin = risk.report(subject.portfolio, WAD);
        subject.exposure = exposureOf(subject.portfolio, risk);
        (subject.rule, subject.level) = breaker.ruleFor(subject.exposure, Action.Liquidate);
        (subject.config, subject.solventCurve, subject.insolventCurve) = parameters.settings();
    }

    /// @notice Bitmap of the assets that the portfolio depends on. What a collateral follows only the engine knows.
    function exposureOf(Portfolio memory portfolio, IPortfolioMargin risk) internal view returns (uint256 bitmap) {
        if (portfolio.collateral.length != 0) return risk.exposure(portfolio);
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            bitmap |= uint256(1) << AssetId.unwrap(portfolio.perps[i].asset);
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

    /// @notice Insolvent at every price that may be true, or not.
    function phase(Subject memory self) internal pure returns (ILiquidationAuction.Phase) {
        return
            self.margin.favourableEquityWad > 0
                ? ILiquidationAuction.Phase.Solvent
                : ILiquidationAuction.Phase.Insolvent;
    }

    /// @notice Positions and collateral at mid, WAD: what a move of prices acts on.
    function exposureWad(Subject memory self) internal pure returns (uint256) {
        int256 collateralWad = self.margin.equityWad - self.portfolio.cashWad - self.margin.netPositionWad;
        return self.margin.grossNotionalWad + uint256(collateralWad.max(0));
    }

    /// @notice The assets of the positions, then the others of the exposure, rising.
    function assetsOf(PerpHolding[] memory perps, uint256 exposure) internal pure returns (AssetId[] memory assets) {
        for (uint256 i = 0; i < perps.length; ++i) exposure &= ~(uint256(1) << AssetId.unwrap(perps[i].asset));
        assets = new AssetId[](perps.length + LibBit.popCount(exposure));
        for (uint256 i = 0; i < perps.length; ++i) assets[i] = perps[i].asset;
        for (uint256 i = perps.length; exposure != 0; ++i) {
            assets[i] = AssetId.wrap(uint16(LibBit.ffs(exposure)));
            // Clears the lowest set bit.
            exposure &= exposure - 1;
        }
    }

    /// @notice Whether there is neither position nor collateral.
    function isEmpty(Portfolio memory portfolio) internal pure returns (bool) {
        return portfolio.perps.length == 0 && portfolio.collateral.length == 0;
    }
}
