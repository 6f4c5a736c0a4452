// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ILossWaterfall} from "../insurance/ILossWaterfall.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {Rule} from "../types/Policy.sol";
import {OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {AuctionPrice} from "./AuctionPrice.sol";
import {AuctionSlice} from "./AuctionSlice.sol";
import {AuctionSubject} from "./AuctionSubject.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "../types/Refusal.sol";

/// @title AuctionOffer
/// @notice What is for sale of an account now, at which price, and how much of it suits a bidder.
library AuctionOffer {
    using AuctionSubject for AuctionSubject.Subject;
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;
    using SignedWad for int256;

    uint256 private constant WAD = 1e18;
    /// @dev Half of an account goes per bid where only deep insolvency may be liquidated.
    uint256 private constant HALF_WAD = 0.5e18;
    /// @dev A thousandth: what is less is not worth a transaction.
    uint256 private constant MIN_FRACTION_WAD = 0.001e18;

    /// @param legs Perpetuals, then the other assets that the account depends on, prices as in `subject.margin`; then options.
    /// @param penaltyCapWad Penalty if everything goes, WAD.
    /// @param fractionWad What may go, WAD.
    struct Offer {
        AuctionSubject.Subject subject;
        ILiquidationAuction.Terms terms;
        AuctionSlice.Leg[] legs;
        uint256 penaltyCapWad;
        uint256 fractionWad;
        bool isMetered;
    }

    /// @notice What a bidder takes, and what came of it. WAD.
    struct Deal {
        AccountId account;
        AccountId bidder;
        int256 maxPriceWad;
        uint256 fractionWad;
        int256 paymentWad;
        uint256 coveredWad;
        uint256 penaltyWad;
        AuctionSlice.Slice slice;
    }

    /// @notice What a bidder asks for.
    function dealOf(AccountId account, AccountId bidder, int256 maxPriceWad) internal pure returns (Deal memory deal) {
        (deal.account, deal.bidder, deal.maxPriceWad) = (account, bidder, maxPriceWad);
    }

    /// @notice Whether phase or marks have changed since the snapshot.
    function isStale(
        ILiquidationAuction.AuctionState memory state,
        AuctionSubject.Subject memory subject
    ) internal pure returns (bool) {
        if (subject.phase() != state.phase) return true;
        return AuctionPrice.isOutsideBand(subject.margin.equityWad, state.equityAtFlagWad, state.bandWad);
    }

    /// @notice Whether the clock of a snapshot that is not stale counts what it should not: more inactive seconds than have
    /// passed, which would hold it after the outage that caused them; or those of an asset that is gone, or broken and
    /// could not save the account, which would hold it for as long as that is broken.
    function isClockWrong(
        ILiquidationAuction.AuctionState memory state,
        AuctionSubject.Subject memory subject,
        uint256 inactiveNow
    ) internal view returns (bool) {
        if (state.assetBitmap & ~subject.ruledBitmap != 0) return true;
        return inactiveNow.zeroFloorSub(state.inactiveAtStart) > block.timestamp - state.startedAt;
    }

    /// @notice Assets whose inactive seconds the settled clock of a snapshot counts. None is added: what breaks and recovers
    /// by turns stops a clock once.
    function clockedAssets(uint256 assetBitmap, uint256 ruledBitmap) internal pure returns (uint256) {
        uint256 kept = assetBitmap & ruledBitmap;
        return kept == 0 ? ruledBitmap : kept;
    }

    /// @notice Seconds since the snapshot in which somebody could act.
    function activeSeconds(
        ILiquidationAuction.AuctionState memory state,
        uint256 inactiveNow
    ) internal view returns (uint256) {
        return AuctionPrice.activeSeconds(block.timestamp, state.startedAt, inactiveNow, state.inactiveAtStart);
    }

    /// @notice Active seconds that a new snapshot starts with. Between doubt and insolvency the clock runs on, the gate taken
    /// off on the way to insolvency and put back on the way from it: an account at the border of the two would else
    /// never be old enough for a bidder.
    function carriedSeconds(
        ILiquidationAuction.AuctionState memory state,
        AuctionSubject.Subject memory subject,
        uint256 inactiveNow
    ) internal view returns (uint256 carried) {
        ILiquidationAuction.Phase phase = subject.phase();
        if (phase == ILiquidationAuction.Phase.Solvent || state.phase == ILiquidationAuction.Phase.Solvent) return 0;
        if (AuctionPrice.isOutsideBand(subject.margin.equityWad, state.equityAtFlagWad, state.bandWad)) return 0;
        carried = activeSeconds(state, inactiveNow);
        if (phase == state.phase) return carried;
        if (phase == ILiquidationAuction.Phase.Doubtful) return carried + subject.config.doubtSeconds;
        return carried.zeroFloorSub(subject.config.doubtSeconds);
    }

    /// @notice Discount at the start of an auction.
    function startDiscount(AuctionSubject.Subject memory subject) internal pure returns (uint256) {
        return
            AuctionPrice.startDiscount(
                subject.margin.equityWad,
                subject.margin.maintenanceWad,
                subject.config.startSlopeWad,
                subject.config.maxDiscountWad
            );
    }

    /// @notice Fills in phase, clock, discount and price.
    /// @param inactiveNow The breaker's inactive seconds over the assets of the snapshot.
    function price(
        Offer memory self,
        ILiquidationAuction.AuctionState memory state,
        uint256 inactiveNow
    ) internal view {
        IAuctionParameters.AuctionConfig memory config = self.subject.config;
        ILiquidationAuction.Terms memory terms = self.terms;
        IPortfolioMargin.LiquidationReport memory margin = self.subject.margin;
        terms.phase = self.subject.phase();
        terms.restarted = isStale(state, self.subject);
        if (terms.restarted) {
            terms.activeSeconds = carriedSeconds(state, self.subject, inactiveNow);
        } else {
            terms.activeSeconds = activeSeconds(state, inactiveNow);
            terms.inactiveSeconds = block.timestamp - state.startedAt - terms.activeSeconds;
        }
        if (terms.phase == ILiquidationAuction.Phase.Insolvent) {
            uint256 maxWad = config.maxIncentiveWad;
            terms.discountWad = _read(self.subject.insolventCurve, 0, maxWad, terms.activeSeconds);
            terms.priceWad = AuctionPrice.insolventPrice(margin.equityWad, margin.maintenanceWad, terms.discountWad);
        } else {
            uint256 maxWad = config.maxDiscountWad;
            uint256 startWad = terms.restarted ? startDiscount(self.subject) : maxWad.min(state.startDiscountWad);
            terms.discountWad = _read(self.subject.solventCurve, startWad, maxWad, terms.activeSeconds);
            terms.priceWad = AuctionPrice.solventPrice(
                margin.equityWad,
                margin.favourableEquityWad,
                config.priceFloorWad,
                terms.discountWad
            );
            if (terms.phase == ILiquidationAuction.Phase.Doubtful) _resolve(self);
        }
        self.isMetered = isPaidByDomain(self) || terms.discountWad > config.freeDiscountWad;
        terms.takeWad = margin.equityWad - terms.priceWad;
    }

    /// @dev Once nothing but doubt was there for `doubtSeconds`, the price goes on below the solvent one: within as long
    /// again to the equity at mid, and from there as it does in the insolvent phase.
    function _resolve(Offer memory self) private view {
        IAuctionParameters.AuctionConfig memory config = self.subject.config;
        ILiquidationAuction.Terms memory terms = self.terms;
        if (terms.activeSeconds <= config.doubtSeconds) return;
        uint256 elapsed = terms.activeSeconds - config.doubtSeconds;
        uint256 maintenanceWad = self.subject.margin.maintenanceWad;
        uint256 maxWad = config.maxIncentiveWad;
        terms.priceWad = AuctionPrice.doubtfulPrice(
            terms.priceWad,
            self.subject.margin.equityWad,
            maintenanceWad.mulWad(_read(self.subject.insolventCurve, 0, maxWad, elapsed)),
            maintenanceWad.mulWad(maxWad),
            ((elapsed * WAD) / config.doubtSeconds).min(WAD)
        );
    }

    /// @dev Within the bound, whatever the curve says.
    function _read(
        IDiscountCurve curve,
        uint256 startWad,
        uint256 maxWad,
        uint256 elapsed
    ) private view returns (uint256) {
        return curve.discount(startWad, maxWad, elapsed).min(maxWad);
    }

    /// @notice Whether the domain pays for what moves, not the bidder: no price of the solvent is below 1.
    function isPaidByDomain(Offer memory self) internal pure returns (bool) {
        return self.terms.priceWad <= 0;
    }

    /// @notice Whether a bidder must take everything: the price has left what the solvent pay, and equity is positive at the
    /// mid. Of a part, flat costs and whole lots would lower the margin ratio, which no sale may.
    function isWholeOnly(Offer memory self) internal pure returns (bool) {
        int256 equityWad = self.subject.margin.equityWad;
        if (equityWad <= 0 || self.terms.phase != ILiquidationAuction.Phase.Doubtful) return false;
        return self.terms.priceWad < equityWad.mulFloor(self.subject.config.priceFloorWad);
    }

    /// @notice Fills in the penalty if everything went; where equity does not exceed the take, none is left to ask.
    function penalise(Offer memory self) internal pure {
        self.penaltyCapWad = AuctionPrice.penaltyCap(
            self.subject.margin.equityWad,
            self.terms.takeWad,
            self.subject.config.maxTakeWad,
            self.subject.margin.grossNotionalWad,
            self.subject.config.penaltyBps
        );
    }

    /// @notice Fills in how much may go: what restores the target, in whole lots, within capacity; everything of what
    /// would leave dust.
    function size(Offer memory self) internal pure {
        IAuctionParameters.AuctionConfig memory config = self.subject.config;
        uint256 exposureWad = self.subject.exposureWad();
        self.fractionWad = WAD;
        if (exposureWad <= config.dustWad) return;
        // Whatever the capacity: that nobody could bid would only let the incentive grow for whoever waits.
        if (isWholeOnly(self)) return;
        uint256 fractionWad = WAD;
        if (self.subject.rule == Rule.DeepInsolventOnly) {
            fractionWad = HALF_WAD;
        } else {
            fractionWad = AuctionPrice.restoringFraction(
                self.subject.margin.equityWad,
                self.subject.margin.maintenanceWad,
                self.subject.margin.liquidationSurplusWad,
                config.targetWad,
                self.terms.takeWad + self.penaltyCapWad.toInt256()
            );
            if (exposureWad.mulWad(WAD - fractionWad) < config.dustWad) fractionWad = WAD;
        }
        fractionWad = AuctionSlice.alignUp(self.legs, fractionWad.max(MIN_FRACTION_WAD));
        if (self.subject.portfolio.options.length != 0) fractionWad = AuctionSlice.spread(self.legs, fractionWad);
        if (self.isMetered) {
            uint256 capacityWad = AuctionSlice.capacityFraction(self.legs);
            if (capacityWad < fractionWad) fractionWad = AuctionSlice.alignDown(self.legs, capacityWad);
        }
        self.fractionWad = fractionWad;
    }

    /// @notice Fills in what a bidder takes and pays, or says why it cannot.
    function fit(
        Offer memory self,
        IPortfolioMargin risk,
        Deal memory deal,
        uint256 maxFractionWad
    ) internal view returns (bytes memory refusal) {
        if (maxFractionWad > WAD) {
            return Refusal.because(ILiquidationAuction.Auction_FractionTooLarge.selector, maxFractionWad, WAD);
        }
        deal.fractionWad = self.fractionWad;
        if (maxFractionWad < self.fractionWad) {
            deal.fractionWad = AuctionSlice.alignDown(self.legs, maxFractionWad);
            uint256 leastWad =
                isWholeOnly(self)
                    ? self.fractionWad
                    : AuctionSlice.alignUp(self.legs, MIN_FRACTION_WAD).min(self.fractionWad);
            if (deal.fractionWad < leastWad) {
                return Refusal.because(ILiquidationAuction.Auction_FractionTooSmall.selector, maxFractionWad, leastWad);
            }
        }
        if (self.terms.priceWad > deal.maxPriceWad) return refusePrice(self.terms.priceWad, deal.maxPriceWad);
        int256 restWad = self.subject.margin.equityWad - self.subject.margin.netPositionWad;
        deal.slice = AuctionSlice.cut(self.legs, deal.fractionWad, restWad);
        if (self.subject.portfolio.options.length != 0) {
            if (isPaidByDomain(self) && deal.fractionWad != WAD) {
                uint256 leastWad = AuctionSlice.shareAtLeast(
                    self.legs,
                    deal.slice,
                    deal.fractionWad,
                    self.subject.margin.maintenanceWad
                );
                deal.slice.shareWad = deal.slice.shareWad.min(leastWad);
            }
            deal.slice.midValueWad += _optionsValue(self, risk, deal.slice, deal.fractionWad);
        }
        deal.paymentWad = AuctionPrice.payment(deal.slice.midValueWad, self.terms.takeWad, deal.slice.shareWad);
        return Refusal.NONE;
    }

    /// @dev What the options that move are worth at mid, WAD, rounded up: of everything what the account's numbers say, of a
    /// part what the engine says of a book of it alone. Not of its opposite: longs and shorts have marks of their own, as far
    /// as volatility is in doubt. The engine rounds down, by less than a wei per expiry.
    function _optionsValue(
        Offer memory self,
        IPortfolioMargin risk,
        AuctionSlice.Slice memory slice,
        uint256 fractionWad
    ) private view returns (int256 valueWad) {
        if (fractionWad == WAD) {
            valueWad = self.subject.margin.netPositionWad;
            PerpHolding[] memory perps = self.subject.portfolio.perps;
            for (uint256 i = 0; i < perps.length; ++i) {
                valueWad -= perps[i].sizeWad.mulFloor(self.subject.margin.marks[i].midWad);
            }
            return valueWad;
        }
        (Portfolio memory moved, bool any) = _moved(self, slice);
        if (!any) return 0;
        // The same mark as the account's report, by a sixth of its work.
        (, int256 netPositionWad, ) = risk.withdrawalNumbers(moved, WAD);
        return netPositionWad + moved.options.length.toInt256();
    }

    /// @notice Why a price does not suit a bidder.
    function refusePrice(int256 priceWad, int256 limitWad) internal pure returns (bytes memory) {
        return
            Refusal.because(ILiquidationAuction.Auction_PriceAboveLimit.selector, uint256(priceWad), uint256(limitWad));
    }

    /// @notice What explains the sale.
    /// @param margin The account's numbers after it.
    function receipt(
        Offer memory self,
        Deal memory deal,
        IPortfolioMargin.LiquidationReport memory margin
    ) internal pure returns (ILiquidationAuction.SaleReceipt memory sale) {
        IPortfolioMargin.LiquidationReport memory before = self.subject.margin;
        sale.phase = self.terms.phase;
        sale.fractionWad = deal.fractionWad;
        sale.paymentWad = deal.paymentWad;
        sale.discountWad = self.terms.discountWad;
        sale.penaltyWad = deal.penaltyWad;
        sale.coveredWad = deal.coveredWad;
        sale.activeSeconds = self.terms.activeSeconds;
        sale.inactiveSeconds = self.terms.inactiveSeconds;
        sale.equityBeforeWad = before.equityWad;
        sale.equityAfterWad = margin.equityWad;
        sale.initialBeforeWad = before.initialWad;
        sale.initialAfterWad = margin.initialWad;
        sale.maintenanceBeforeWad = before.maintenanceWad;
        sale.maintenanceAfterWad = margin.maintenanceWad;
    }

    /// @notice The defaulted positions, weighted by the notional of what moves of them. Of options only the short ones: a
    /// long one is never worth less than nothing, so that what an account lacks is owed to those who hold what it sold.
    /// Among these by `worthWad`: the one on which most is owed by its notional, as a perpetual, the others in proportion.
    /// On what is worth nothing nobody has gained: it has no share.
    /// @param worthWad What those who hold the other sides of the legs are owed, WAD, per leg.
    function shares(
        Offer memory self,
        AuctionSlice.Slice memory slice,
        uint256[] memory worthWad
    ) internal pure returns (ILossWaterfall.MarketShare[] memory parts) {
        uint256 count = self.subject.portfolio.perps.length;
        uint256 place = self.subject.margin.assets.length;
        parts = new ILossWaterfall.MarketShare[](count + self.legs.length - place);
        for (uint256 i = 0; i < count; ++i) {
            parts[i].asset = self.legs[i].asset;
            parts[i].longDefaulted = self.legs[i].lots > 0;
            parts[i].weightWad = slice.notionalWad[i];
        }
        uint256 most = place;
        for (uint256 i = place; i < self.legs.length; ++i) {
            if (self.legs[i].lots < 0 && worthWad[i] > worthWad[most]) most = i;
        }
        for (uint256 i = place; i < self.legs.length; ++i) {
            AuctionSlice.Leg memory leg = self.legs[i];
            if (leg.lots > 0 || worthWad[i] == 0) continue;
            ILossWaterfall.MarketShare memory part = parts[count++];
            (part.isOption, part.asset, part.slot) = (true, leg.asset, leg.slot);
            (part.strikeIndex, part.isPut) = (leg.strikeIndex, leg.isPut);
            part.weightWad = worthWad[i].fullMulDiv(slice.notionalWad[most], worthWad[most]);
            part.limitWad = worthWad[i];
        }
        // What remained empty at the end is cut off.
        assembly ("memory-safe") {
            mstore(parts, count)
        }
    }

    /// @notice What is owed on the options that move, to those who hold their other sides, WAD, per leg: what the engine says of
    /// each short one by itself.
    function worthOf(
        Offer memory self,
        IPortfolioMargin risk,
        AuctionSlice.Slice memory slice
    ) internal view returns (uint256[] memory worthWad) {
        worthWad = new uint256[](self.legs.length);
        (Portfolio memory moved, ) = _moved(self, slice);
        uint256 asked = 0;
        for (uint256 i = self.subject.margin.assets.length; i < self.legs.length; ++i) {
            uint256 home = self.legs[i].home;
            if ((asked >> home) & 1 != 0) continue;
            asked |= 1 << home;
            int256[] memory markWad = risk.optionMarks(moved, self.legs[i].asset);
            uint256 next = 0;
            for (uint256 j = i; next < markWad.length; ++j) {
                if (self.legs[j].home != home || slice.lots[j] == 0) continue;
                int256 oneWad = markWad[next++];
                if (oneWad < 0) worthWad[j] = uint256(-oneWad);
            }
        }
    }

    /// @dev The options that move, as a portfolio.
    /// @return moved Whose holdings may be empty. @return any Whether one is not.
    function _moved(
        Offer memory self,
        AuctionSlice.Slice memory slice
    ) private pure returns (Portfolio memory moved, bool any) {
        moved.options = new OptionHolding[](self.subject.portfolio.options.length);
        uint256 place = self.subject.margin.assets.length;
        for (uint256 i = 0; i < moved.options.length; ++i) {
            OptionHolding memory holding = self.subject.portfolio.options[i];
            OptionWord legs = OptionWord.wrap(0);
            for (uint256 count = holding.legs.legCount(); count != 0; --count) {
                AuctionSlice.Leg memory leg = self.legs[place];
                // A part of an int24 fits.
                legs = legs.withLots(leg.strikeIndex, leg.isPut, int24(slice.lots[place++]));
            }
            if (OptionWord.unwrap(legs) != 0) any = true;
            moved.options[i] = OptionHolding(holding.slot, holding.expiry, legs, holding.fixedPriceWad);
        }
    }
}
