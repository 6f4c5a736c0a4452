// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {ILossWaterfall} from "../insurance/ILossWaterfall.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {AuctionOffer} from "./AuctionOffer.sol";
import {AuctionPrice} from "./AuctionPrice.sol";
import {AuctionSlice} from "./AuctionSlice.sol";
import {AuctionSubject} from "./AuctionSubject.sol";
import {CapacityMeter} from "./CapacityMeter.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "./Refusal.sol";

/// @title LiquidationAuction
/// @notice Orders and guards; the libraries compute. What a predicate answers and what an action does come from the same
/// refusal: the encoded error, empty when there is none.
/// @dev Owns: open auctions, capacity meters. Trusts: its wiring, parameters and curves. Keeps: invariants 7, 14, 17, 19.
/// Every call out goes to the domain's own contracts; none hands control to a user.
contract LiquidationAuction is ILiquidationAuction, ReentrancyGuardTransient {
    using AuctionOffer for AuctionOffer.Offer;
    using AuctionSubject for AuctionSubject.Subject;
    using CapacityMeter for CapacityMeter.Meters;
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using Refusal for bytes;
    using SafeCastLib for uint256;
    using SafeCastLib for int256;

    uint256 private constant WAD = 1e18;

    IAuctionParameters private immutable _parameters;
    IMarginVault private immutable _vault;
    IPortfolioMargin private immutable _risk;
    ICircuitBreaker private immutable _breaker;
    ILossWaterfall private immutable _waterfall;

    mapping(AccountId account => AuctionState) private _auctions;
    CapacityMeter.Meters private _meters;
    AccountId[] private _open;

    constructor(address parameters_, address vault, address risk, address breaker, address waterfall) {
        bool complete = parameters_ != address(0) && vault != address(0) && risk != address(0);
        if (!complete || breaker == address(0) || waterfall == address(0)) revert Auction_ZeroAddress();
        _parameters = IAuctionParameters(parameters_);
        _vault = IMarginVault(vault);
        _risk = IPortfolioMargin(risk);
        _breaker = ICircuitBreaker(breaker);
        _waterfall = ILossWaterfall(waterfall);
    }

    // ---------------------------------------------------------------- liquidation

    /// @inheritdoc ILiquidationAuction
    function flag(AccountId account, AccountId rewardTo) external nonReentrant {
        (AuctionSubject.Subject memory subject, bytes memory refusal) = _flaggable(account);
        refusal.enforce();
        _flag(account, rewardTo, subject);
    }

    /// @inheritdoc ILiquidationAuction
    function flagMany(
        AccountId[] calldata accounts,
        AccountId rewardTo
    ) external nonReentrant returns (bool[] memory flagged) {
        flagged = new bool[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            // An account that cannot even be read (a call of its own can be caught) costs the others nothing.
            try this.canFlag(accounts[i]) returns (bool ok, bytes4, uint256) {
                if (!ok) continue;
            } catch {
                continue;
            }
            _flag(accounts[i], rewardTo, _subjectOf(accounts[i]));
            flagged[i] = true;
        }
    }

    /// @inheritdoc ILiquidationAuction
    function bid(
        AccountId account,
        AccountId bidder,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external nonReentrant returns (uint256 fractionWad, int256 paymentWad) {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(account);
        refusal.enforce();
        AuctionOffer.Deal memory deal = AuctionOffer.dealOf(account, bidder, maxPriceWad);
        _accept(offer, deal, msg.sender, maxFractionWad).enforce();
        if (offer.terms.restarted) _restart(account, offer.subject, offer.terms.activeSeconds);
        _settle(offer, deal);
        _countAndReport(offer, deal);
        _conclude(offer, deal);
        return (deal.fractionWad, deal.paymentWad);
    }

    /// @inheritdoc ILiquidationAuction
    function release(AccountId account) external nonReentrant {
        (int256 surplusWad, bytes memory refusal) = _releasable(account);
        refusal.enforce();
        _close(account, surplusWad, _coolOffSeconds());
    }

    /// @inheritdoc ILiquidationAuction
    function refresh(AccountId account) external nonReentrant {
        (AuctionSubject.Subject memory subject, bool stale, uint256 activeSeconds, bytes memory refusal) = _refreshable(
            account
        );
        refusal.enforce();
        if (stale) _restart(account, subject, activeSeconds);
        else _settleClock(account, subject.ruledBitmap, activeSeconds);
    }

    /// @inheritdoc ILiquidationAuction
    function coverResidual(AccountId account) external nonReentrant {
        (uint256 owedWad, bytes memory refusal) = _residual(account);
        refusal.enforce();
        _coverResidual(account, owedWad);
        if (_auctions[account].phase != Phase.None) {
            _close(account, _portfolioOf(account).cashWad, _coolOffSeconds());
        }
    }

    // ---------------------------------------------------------------- predicates

    /// @inheritdoc ILiquidationAuction
    function canFlag(AccountId account) external view returns (bool ok, bytes4 reason, uint256 rewardWad) {
        (AuctionSubject.Subject memory subject, bytes memory refusal) = _flaggable(account);
        (ok, reason) = refusal.answer();
        if (ok) rewardWad = _rewardOf(account, subject);
    }

    /// @inheritdoc ILiquidationAuction
    function quote(
        AccountId account
    ) external view returns (bool ok, bytes4 reason, int256 priceWad, uint256 maxFractionWad, Phase phase) {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(account);
        (ok, reason) = refusal.answer();
        (priceWad, phase) = (offer.terms.priceWad, offer.terms.phase);
        if (ok) maxFractionWad = offer.fractionWad;
    }

    /// @inheritdoc ILiquidationAuction
    function canBid(
        AccountId account,
        AccountId bidder,
        address caller,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external view returns (bool ok, bytes4 reason, uint256 fractionWad, int256 paymentWad) {
        (AuctionOffer.Offer memory offer, bytes memory refusal) = _offer(account);
        AuctionOffer.Deal memory deal = AuctionOffer.dealOf(account, bidder, maxPriceWad);
        if (refusal.length == 0) refusal = _accept(offer, deal, caller, maxFractionWad);
        (ok, reason) = refusal.answer();
        if (ok) (fractionWad, paymentWad) = (deal.fractionWad, deal.paymentWad);
    }

    /// @inheritdoc ILiquidationAuction
    function canRelease(AccountId account) external view returns (bool ok, bytes4 reason) {
        (, bytes memory refusal) = _releasable(account);
        return refusal.answer();
    }

    /// @inheritdoc ILiquidationAuction
    function canRefresh(AccountId account) external view returns (bool ok, bytes4 reason) {
        (, , , bytes memory refusal) = _refreshable(account);
        return refusal.answer();
    }

    /// @inheritdoc ILiquidationAuction
    function canCoverResidual(AccountId account) external view returns (bool ok, bytes4 reason, uint256 owedWad) {
        bytes memory refusal;
        (owedWad, refusal) = _residual(account);
        (ok, reason) = refusal.answer();
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ILiquidationAuction
    function auctionOf(AccountId account) external view returns (AuctionState memory) {
        return _auctions[account];
    }

    /// @inheritdoc ILiquidationAuction
    function openCount() external view returns (uint256) {
        return _open.length;
    }

    /// @inheritdoc ILiquidationAuction
    function openAt(uint256 position) external view returns (AccountId) {
        return _open[position];
    }

    /// @inheritdoc ILiquidationAuction
    function capacityLeft(AssetId asset) public view returns (uint256) {
        (uint256 capacityWad, uint256 windowSeconds) = _parameters.capacityOf(asset);
        return _meters.available(asset, capacityWad, windowSeconds);
    }

    /// @inheritdoc ILiquidationAuction
    function parameters() external view returns (IAuctionParameters) {
        return _parameters;
    }

    // ---------------------------------------------------------------- steps of a flag and a release

    function _flag(AccountId account, AccountId rewardTo, AuctionSubject.Subject memory subject) private {
        uint256 rewardWad = account == rewardTo ? 0 : _rewardOf(account, subject);
        emit AuctionOpened(
            account,
            rewardTo,
            msg.sender,
            rewardWad,
            subject.margin.equityWad,
            subject.margin.maintenanceWad,
            subject.margin.liquidationSurplusWad
        );
        subject.margin.equityWad -= rewardWad.toInt256();
        _auctions[account].position = _open.length.toUint32();
        _open.push(account);
        _restart(account, subject, 0);
        _vault.setFrozen(account, true);
        if (rewardWad != 0) _vault.moveCash(account, rewardTo, rewardWad);
    }

    /// @dev Takes the snapshot; tells the waterfall when the phase changes.
    /// @param carriedSeconds Active seconds that its clock starts with.
    function _restart(AccountId account, AuctionSubject.Subject memory subject, uint256 carriedSeconds) private {
        AuctionState memory state = _auctions[account];
        Phase phase = subject.phase();
        bool changed = (phase == Phase.Insolvent) != (state.phase == Phase.Insolvent);
        state.phase = phase;
        state.startedAt = (block.timestamp - carriedSeconds).toUint40();
        state.assetBitmap = subject.ruledBitmap.toUint32();
        state.inactiveAtStart = _inactiveSeconds(state.assetBitmap).toUint40();
        state.startDiscountWad = AuctionOffer.startDiscount(subject).toUint64();
        state.equityAtFlagWad = subject.margin.equityWad.toInt128();
        state.bandWad = subject.exposureWad().mulWad(subject.config.bandWad).toUint128();
        _store(account, state);
        emit AuctionStarted(account, state);
        if (changed) _waterfall.setInsolvent(account, phase == Phase.Insolvent);
    }

    /// @dev Marks, discount and active seconds stay: the price does not move.
    function _settleClock(AccountId account, uint256 ruledBitmap, uint256 activeSeconds) private {
        AuctionState storage state = _auctions[account];
        state.assetBitmap = AuctionOffer.clockedAssets(state.assetBitmap, ruledBitmap).toUint32();
        state.startedAt = (block.timestamp - activeSeconds).toUint40();
        state.inactiveAtStart = _inactiveSeconds(state.assetBitmap).toUint40();
        emit ClockSettled(account, state);
    }

    /// @dev What remains of the state is the end of the episode.
    function _close(AccountId account, int256 surplusWad, uint256 coolOffSeconds) private {
        AuctionState memory state = _auctions[account];
        bool wasInsolvent = state.phase == Phase.Insolvent;
        uint40 rewardableAt = (block.timestamp + coolOffSeconds).toUint40();
        _unlist(state.position);
        AuctionState memory ended;
        ended.rewardableAt = rewardableAt;
        _store(account, ended);
        emit AuctionClosed(account, surplusWad, rewardableAt);
        if (wasInsolvent) _waterfall.setInsolvent(account, false);
        _vault.setFrozen(account, false);
    }

    /// @dev Once in the code: writing a whole state takes much of it.
    function _store(AccountId account, AuctionState memory state) private {
        _auctions[account] = state;
    }

    /// @dev The last of the list takes the free place.
    function _unlist(uint32 position) private {
        uint256 last = _open.length - 1;
        if (position != last) {
            AccountId moved = _open[last];
            _open[position] = moved;
            _auctions[moved].position = position;
        }
        _open.pop();
    }

    function _coverResidual(AccountId account, uint256 owedWad) private {
        uint256 coveredWad = _waterfall.cover(account, owedWad, new ILossWaterfall.MarketShare[](0));
        emit ResidualCovered(account, owedWad, coveredWad);
    }

    // ---------------------------------------------------------------- steps of a bid

    /// @dev Money first comes in, then the slice goes out. The slice carries its fraction of what came in; the rest of it
    /// is the payment.
    function _settle(AuctionOffer.Offer memory offer, AuctionOffer.Deal memory deal) private {
        int256 vaultPaymentWad = deal.paymentWad;
        if (offer.isPaidByDomain() && deal.paymentWad < 0) {
            _cover(offer, deal);
            vaultPaymentWad = -(deal.coveredWad - deal.coveredWad.mulWadUp(deal.fractionWad)).toInt256();
        }
        _vault.transferSlice(deal.account, deal.bidder, deal.fractionWad, vaultPaymentWad);
        deal.penaltyWad = offer.penaltyCapWad.mulWad(deal.slice.shareWad);
        if (deal.penaltyWad == 0) return;
        _waterfall.collectPenalty(deal.account, deal.penaltyWad, offer.shares(deal.slice));
    }

    /// @dev Pays out exactly what the waterfall brought in. When that is less than the price promises, the bidder's own
    /// limit decides whether it still wants the slice.
    function _cover(AuctionOffer.Offer memory offer, AuctionOffer.Deal memory deal) private {
        uint256 promisedWad = uint256(-deal.paymentWad);
        ILossWaterfall.MarketShare[] memory shares = offer.shares(deal.slice);
        uint256 askedWad = promisedWad;
        // A loss without a market has no haircut behind it: what no layer can pay would be recorded as a deficit of the
        // account, though the bidder bears it.
        if (shares.length == 0) askedWad = promisedWad.min(_waterfall.coverable(NO_ASSET));
        if (askedWad != 0) deal.coveredWad = _waterfall.cover(deal.account, askedWad, shares);
        deal.paymentWad = -deal.coveredWad.toInt256();
        if (deal.coveredWad >= promisedWad) return;
        uint256 lackingWad = (promisedWad - deal.coveredWad).fullMulDivUp(WAD, deal.slice.shareWad);
        int256 priceWad = offer.terms.priceWad + lackingWad.toInt256();
        if (priceWad > deal.maxPriceWad) AuctionOffer.refusePrice(priceWad, deal.maxPriceWad).enforce();
    }

    function _countAndReport(AuctionOffer.Offer memory offer, AuctionOffer.Deal memory deal) private {
        for (uint256 i = 0; i < offer.legs.length; ++i) {
            AuctionSlice.Leg memory leg = offer.legs[i];
            PriceViews memory mark = offer.subject.margin.marks[i];
            uint256 notionalWad = deal.slice.notionalWad[i];
            uint256 usedWad =
                offer.isMetered && notionalWad != 0
                    ? _meters.count(leg.asset, leg.capacityWad, leg.windowSeconds, notionalWad)
                    : 0;
            emit MarketSold(
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
    function _conclude(AuctionOffer.Offer memory offer, AuctionOffer.Deal memory deal) private {
        IPortfolioMargin.LiquidationReport memory before = offer.subject.margin;
        Portfolio memory portfolio = _portfolioOf(deal.account);
        IPortfolioMargin.LiquidationReport memory margin = _risk.liquidationReport(portfolio);
        if (
            (before.equityWad > 0 || !offer.isPaidByDomain()) &&
            !AuctionPrice.isNotWorse(before.equityWad, before.maintenanceWad, margin.equityWad, margin.maintenanceWad)
        ) {
            revert Auction_HealthWorsened(
                before.equityWad,
                before.maintenanceWad,
                margin.equityWad,
                margin.maintenanceWad
            );
        }
        emit SliceSold(deal.account, deal.bidder, offer.receipt(deal, margin));
        bool empty = AuctionSubject.isEmpty(portfolio);
        if (empty && portfolio.cashWad < 0) _coverResidual(deal.account, uint256(-portfolio.cashWad));
        if (empty || margin.liquidationSurplusWad >= 0) {
            _close(deal.account, margin.liquidationSurplusWad, offer.subject.config.coolOffSeconds);
        }
    }

    // ---------------------------------------------------------------- what may be done

    function _flaggable(
        AccountId account
    ) private view returns (AuctionSubject.Subject memory subject, bytes memory refusal) {
        if (_auctions[account].phase != Phase.None) {
            return (subject, Refusal.because(Auction_AlreadyOpen.selector, AccountId.unwrap(account)));
        }
        subject = _subjectOf(account);
        if (!subject.isConfigured()) return (subject, Refusal.because(Auction_NotConfigured.selector));
        return (subject, subject.refuseSale(account));
    }

    function _releasable(AccountId account) private view returns (int256 surplusWad, bytes memory refusal) {
        if (_auctions[account].phase == Phase.None) return (0, _refuseClosed(account));
        surplusWad = _risk.liquidationSurplus(_portfolioOf(account));
        if (surplusWad >= 0) return (surplusWad, Refusal.NONE);
        refusal = Refusal.because(Auction_StillUnhealthy.selector, AccountId.unwrap(account), uint256(surplusWad));
    }

    function _refreshable(
        AccountId account
    )
        private
        view
        returns (AuctionSubject.Subject memory subject, bool stale, uint256 activeSeconds, bytes memory refusal)
    {
        AuctionState memory state = _auctions[account];
        if (state.phase == Phase.None) return (subject, false, 0, _refuseClosed(account));
        subject = _subjectOf(account);
        refusal = subject.refuseSale(account);
        if (refusal.length != 0) return (subject, false, 0, refusal);
        uint256 inactiveNow = _inactiveSeconds(state.assetBitmap);
        stale = AuctionOffer.isStale(state, subject);
        activeSeconds =
            stale
                ? AuctionOffer.carriedSeconds(state, subject, inactiveNow)
                : AuctionOffer.activeSeconds(state, inactiveNow);
        if (!stale && !AuctionOffer.isClockWrong(state, subject, inactiveNow)) {
            refusal = Refusal.because(Auction_NothingChanged.selector, AccountId.unwrap(account));
        }
    }

    function _residual(AccountId account) private view returns (uint256 owedWad, bytes memory refusal) {
        uint256 id = AccountId.unwrap(account);
        Portfolio memory portfolio = _portfolioOf(account);
        if (portfolio.cashWad >= 0 || !AuctionSubject.isEmpty(portfolio)) {
            return (0, Refusal.because(Auction_NoResidual.selector, id, uint256(portfolio.cashWad)));
        }
        uint256 recordedWad = _waterfall.deficitOf(account, NO_ASSET);
        if (recordedWad != 0) return (0, Refusal.because(Auction_ResidualRecorded.selector, id, recordedWad));
        owedWad = uint256(-portfolio.cashWad);
    }

    /// @dev What is for sale of an account now, and at which price.
    function _offer(AccountId account) private view returns (AuctionOffer.Offer memory offer, bytes memory refusal) {
        AuctionState memory state = _auctions[account];
        if (state.phase == Phase.None) return (offer, _refuseClosed(account));
        offer.subject = _subjectOf(account);
        refusal = offer.subject.refuseSale(account);
        if (refusal.length != 0) return (offer, refusal);
        offer.legs = offer.subject.legs(account, _vault, _parameters, _meters);
        offer.price(state, _inactiveSeconds(state.assetBitmap));
        offer.penalise();
        offer.size();
        if (offer.fractionWad == 0) {
            refusal = Refusal.because(Auction_NoCapacity.selector, AccountId.unwrap(account));
        }
    }

    /// @dev Fits the offer to the bidder: fills in what it takes and pays.
    function _accept(
        AuctionOffer.Offer memory offer,
        AuctionOffer.Deal memory deal,
        address caller,
        uint256 maxFractionWad
    ) private view returns (bytes memory) {
        uint256 id = AccountId.unwrap(deal.account);
        uint256 bidderId = AccountId.unwrap(deal.bidder);
        if (id == bidderId) return Refusal.because(Auction_SelfBid.selector, id);
        if (!_vault.mayAct(deal.bidder, caller)) {
            return Refusal.because(Auction_NotActable.selector, bidderId, uint160(caller));
        }
        if (_vault.isFrozen(deal.bidder)) return Refusal.because(Auction_BidderFrozen.selector, bidderId);
        if (offer.isPaidByDomain() && deal.account.ownerOf() == deal.bidder.ownerOf()) {
            return Refusal.because(Auction_OwnerPaidByDomain.selector, id, bidderId);
        }
        return offer.fit(deal, maxFractionWad);
    }

    function _refuseClosed(AccountId account) private pure returns (bytes memory) {
        return Refusal.because(Auction_NotOpen.selector, AccountId.unwrap(account));
    }

    // ---------------------------------------------------------------- reads

    function _portfolioOf(AccountId account) private view returns (Portfolio memory) {
        return _vault.portfolioOf(account);
    }

    function _subjectOf(AccountId account) private view returns (AuctionSubject.Subject memory) {
        return AuctionSubject.read(account, _vault, _risk, _breaker, _parameters);
    }

    function _inactiveSeconds(uint256 assetBitmap) private view returns (uint256) {
        return _breaker.inactiveSeconds(assetBitmap);
    }

    function _coolOffSeconds() private view returns (uint256) {
        (IAuctionParameters.AuctionConfig memory config, , ) = _parameters.settings();
        return config.coolOffSeconds;
    }

    function _rewardOf(AccountId account, AuctionSubject.Subject memory subject) private view returns (uint256) {
        int256 equityWad = subject.margin.equityWad;
        if (equityWad <= 0 || block.timestamp < _auctions[account].rewardableAt) return 0;
        return uint256(subject.config.rewardWad).min(uint256(equityWad).mulWad(subject.config.rewardShareWad));
    }
}
