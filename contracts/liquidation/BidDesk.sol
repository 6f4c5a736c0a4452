// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ILossWaterfall} from "../insurance/ILossWaterfall.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {NO_ASSET} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {AuctionLedger, AuctionRooms, AuctionStore} from "./AuctionLedger.sol";
import {AuctionOffer} from "./AuctionOffer.sol";
import {AuctionPrice} from "./AuctionPrice.sol";
import {AuctionSlice} from "./AuctionSlice.sol";
import {AuctionSubject} from "./AuctionSubject.sol";
import {CapacityMeter} from "./CapacityMeter.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "../types/Refusal.sol";

/// @title BidDesk
/// @notice The auction's offers and bids, linked into `LiquidationAuction` and run on its storage: both do not fit into one
/// contract of 24,576 bytes.
/// @dev The guard is the auction's. Has no state; a call from elsewhere touches only the caller.
library BidDesk {
    using AuctionLedger for AuctionStore;
    using AuctionLedger for AuctionRooms;
    using AuctionOffer for AuctionOffer.Offer;
    using AuctionSubject for AuctionSubject.Subject;
    using CapacityMeter for CapacityMeter.Meters;
    using FixedPointMathLib for uint256;
    using Refusal for bytes;
    using SafeCastLib for uint256;

    uint256 private constant WAD = 1e18;

    /// @notice See `ILiquidationAuction.bid`.
    function bid(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account,
        AccountId bidder,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external returns (uint256 fractionWad, int256 paymentWad) {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(s, rooms, account);
        refusal.enforce();
        AuctionOffer.Deal memory deal = AuctionOffer.dealOf(account, bidder, maxPriceWad);
        _accept(rooms, offer, deal, msg.sender, maxFractionWad).enforce();
        if (offer.terms.restarted) s.restart(rooms, account, offer.subject, offer.terms.activeSeconds);
        _settle(rooms, offer, deal);
        _countAndReport(s, offer, deal);
        _conclude(s, rooms, offer, deal);
        return (deal.fractionWad, deal.paymentWad);
    }

    /// @notice See `ILiquidationAuction.quote`.
    function quote(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account
    )
        external
        view
        returns (bool ok, bytes4 reason, int256 priceWad, uint256 maxFractionWad, ILiquidationAuction.Phase phase)
    {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(s, rooms, account);
        (ok, reason) = refusal.answer();
        (priceWad, phase) = (offer.terms.priceWad, offer.terms.phase);
        if (ok) maxFractionWad = offer.fractionWad;
    }

    /// @notice See `ILiquidationAuction.canBid`.
    function canBid(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account,
        AccountId bidder,
        address caller,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external view returns (bool ok, bytes4 reason, uint256 fractionWad, int256 paymentWad) {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(s, rooms, account);
        AuctionOffer.Deal memory deal = AuctionOffer.dealOf(account, bidder, maxPriceWad);
        if (refusal.length == 0) refusal = _accept(rooms, offer, deal, caller, maxFractionWad);
        (ok, reason) = refusal.answer();
        if (ok) (fractionWad, paymentWad) = (deal.fractionWad, deal.paymentWad);
    }

    // ---------------------------------------------------------------- steps of a bid

    /// @dev Money first comes in, then the slice goes out. The slice carries its fraction of what came in; the rest of it
    /// is the payment.
    function _settle(
        AuctionRooms memory rooms,
        AuctionOffer.Offer memory offer,
        AuctionOffer.Deal memory deal
    ) private {
        int256 vaultPaymentWad = deal.paymentWad;
        if (offer.isPaidByDomain() && deal.paymentWad < 0) {
            _cover(rooms, offer, deal);
            vaultPaymentWad = -(deal.coveredWad - deal.coveredWad.mulWadUp(deal.fractionWad)).toInt256();
        }
        rooms.vault.transferSlice(deal.account, deal.bidder, deal.fractionWad, vaultPaymentWad);
        deal.penaltyWad = offer.penaltyCapWad.mulWad(deal.slice.shareWad);
        if (deal.penaltyWad == 0) return;
        ILossWaterfall.MarketShare[] memory shares = offer.shares(deal.slice, deal.slice.notionalWad);
        rooms.waterfall.collectPenalty(deal.account, deal.penaltyWad, shares);
    }

    /// @dev Pays out exactly what the waterfall brought in. When that is less than the price promises, the bidder's own
    /// limit decides whether it still wants the slice.
    function _cover(AuctionRooms memory rooms, AuctionOffer.Offer memory offer, AuctionOffer.Deal memory deal) private {
        uint256 promisedWad = uint256(-deal.paymentWad);
        uint256[] memory worthWad = offer.worthOf(rooms.risk, deal.slice);
        ILossWaterfall.MarketShare[] memory shares = offer.shares(deal.slice, worthWad);
        uint256 askedWad = promisedWad;
        // A loss without a market has no haircut behind it: what no layer can pay would be recorded as a deficit of the
        // account, though the bidder bears it.
        if (shares.length == 0) askedWad = promisedWad.min(rooms.waterfall.coverable(NO_ASSET));
        if (askedWad != 0) deal.coveredWad = rooms.waterfall.cover(deal.account, askedWad, shares);
        deal.paymentWad = -deal.coveredWad.toInt256();
        if (deal.coveredWad >= promisedWad) return;
        uint256 lackingWad = (promisedWad - deal.coveredWad).fullMulDivUp(WAD, deal.slice.shareWad);
        int256 priceWad = offer.terms.priceWad + lackingWad.toInt256();
        if (priceWad > deal.maxPriceWad) AuctionOffer.refusePrice(priceWad, deal.maxPriceWad).enforce();
    }

    function _countAndReport(
        AuctionStore storage s,
        AuctionOffer.Offer memory offer,
        AuctionOffer.Deal memory deal
    ) private {
        for (uint256 i = 0; i < offer.subject.margin.assets.length; ++i) {
            AuctionSlice.Leg memory leg = offer.legs[i];
            PriceViews memory mark = offer.subject.margin.marks[i];
            uint256 notionalWad = deal.slice.meteredWad[i];
            uint256 usedWad =
                offer.isMetered && notionalWad != 0
                    ? s.meters.count(leg.asset, leg.capacityWad, leg.windowSeconds, notionalWad)
                    : 0;
            emit ILiquidationAuction.MarketSold(
                deal.account,
                leg.asset,
                deal.slice.lots[i],
                notionalWad,
                mark.lowWad,
                mark.midWad,
                mark.highWad,
                mark.grade,
                usedWad
            );
        }
    }

    /// @dev Looks at what became of the account, and lets it go when it is healthy or has nothing left.
    function _conclude(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AuctionOffer.Offer memory offer,
        AuctionOffer.Deal memory deal
    ) private {
        IPortfolioMargin.LiquidationReport memory before = offer.subject.margin;
        Portfolio memory portfolio = rooms.vault.portfolioOf(deal.account);
        IPortfolioMargin.LiquidationReport memory margin = rooms.risk.liquidationReport(portfolio);
        if (
            (before.equityWad > 0 || !offer.isPaidByDomain()) &&
            !AuctionPrice.isNotWorse(before.equityWad, before.maintenanceWad, margin.equityWad, margin.maintenanceWad)
        ) {
            revert ILiquidationAuction.Auction_HealthWorsened(
                before.equityWad,
                before.maintenanceWad,
                margin.equityWad,
                margin.maintenanceWad
            );
        }
        emit ILiquidationAuction.SliceSold(deal.account, deal.bidder, offer.receipt(deal, margin));
        bool empty = AuctionSubject.isEmpty(portfolio);
        if (empty && portfolio.cashWad < 0) rooms.coverResidual(deal.account, uint256(-portfolio.cashWad));
        if (empty || margin.liquidationSurplusWad >= 0) {
            s.close(rooms, deal.account, margin.liquidationSurplusWad, offer.subject.config.coolOffSeconds);
        }
    }

    // ---------------------------------------------------------------- what is for sale

    /// @dev What is for sale of an account now, and at which price.
    function _offer(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account
    ) private view returns (AuctionOffer.Offer memory offer, bytes memory refusal) {
        ILiquidationAuction.AuctionState memory state = s.auctions[account];
        if (state.phase == ILiquidationAuction.Phase.None) return (offer, AuctionLedger.refuseClosed(account));
        offer.subject = rooms.subjectOf(account);
        refusal = offer.subject.refuseSale(account);
        if (refusal.length != 0) return (offer, refusal);
        offer.legs = offer.subject.legs(account, rooms.vault, rooms.parameters, s.meters);
        offer.price(state, rooms.breaker.inactiveSeconds(state.assetBitmap));
        offer.penalise();
        offer.size();
        if (offer.fractionWad == 0) {
            refusal = Refusal.because(ILiquidationAuction.Auction_NoCapacity.selector, AccountId.unwrap(account));
        }
    }

    /// @dev Fits the offer to the bidder: fills in what it takes and pays.
    function _accept(
        AuctionRooms memory rooms,
        AuctionOffer.Offer memory offer,
        AuctionOffer.Deal memory deal,
        address caller,
        uint256 maxFractionWad
    ) private view returns (bytes memory) {
        uint256 id = AccountId.unwrap(deal.account);
        uint256 bidderId = AccountId.unwrap(deal.bidder);
        if (id == bidderId) return Refusal.because(ILiquidationAuction.Auction_SelfBid.selector, id);
        if (!rooms.vault.mayAct(deal.bidder, caller)) {
            return Refusal.because(ILiquidationAuction.Auction_NotActable.selector, bidderId, uint160(caller));
        }
        if (rooms.vault.isFrozen(deal.bidder))
            return Refusal.because(ILiquidationAuction.Auction_BidderFrozen.selector, bidderId);
        if (offer.isPaidByDomain() && deal.account.ownerOf() == deal.bidder.ownerOf()) {
            return Refusal.because(ILiquidationAuction.Auction_OwnerPaidByDomain.selector, id, bidderId);
        }
        return offer.fit(rooms.risk, deal, maxFractionWad);
    }
}
