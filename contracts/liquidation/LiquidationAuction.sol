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
import {IMarginVault} from "../vault/IMarginVault.sol";
import {AuctionLedger, AuctionRooms, AuctionStore} from "./AuctionLedger.sol";
import {AuctionOffer} from "./AuctionOffer.sol";
import {AuctionSubject} from "./AuctionSubject.sol";
import {BidDesk} from "./BidDesk.sol";
import {CapacityMeter} from "./CapacityMeter.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "../types/Refusal.sol";

/// @title LiquidationAuction
/// @notice Orders and guards; the libraries compute. What a predicate answers and what an action does come from the same
/// refusal: the encoded error, empty when there is none.
/// @dev Owns: open auctions, capacity meters. Trusts: its wiring, parameters and curves. Keeps: invariants 7, 14, 17, 19.
/// Every call out goes to the domain's own contracts; none hands control to a user.
contract LiquidationAuction is ILiquidationAuction, ReentrancyGuardTransient {
    using AuctionLedger for AuctionStore;
    using AuctionLedger for AuctionRooms;
    using AuctionSubject for AuctionSubject.Subject;
    using CapacityMeter for CapacityMeter.Meters;
    using FixedPointMathLib for uint256;
    using Refusal for bytes;
    using SafeCastLib for uint256;

    IAuctionParameters private immutable _parameters;
    IMarginVault private immutable _vault;
    IPortfolioMargin private immutable _risk;
    ICircuitBreaker private immutable _breaker;
    ILossWaterfall private immutable _waterfall;

    AuctionStore private _store;

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
            _flag(accounts[i], rewardTo, _rooms().subjectOf(accounts[i]));
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
        return BidDesk.bid(_store, _rooms(), account, bidder, maxFractionWad, maxPriceWad);
    }

    /// @inheritdoc ILiquidationAuction
    function release(AccountId account) external nonReentrant {
        (int256 surplusWad, bytes memory refusal) = _releasable(account);
        refusal.enforce();
        _store.close(_rooms(), account, surplusWad, _coolOffSeconds());
    }

    /// @inheritdoc ILiquidationAuction
    function refresh(AccountId account) external nonReentrant {
        (AuctionSubject.Subject memory subject, bool stale, uint256 activeSeconds, bytes memory refusal) = _refreshable(
            account
        );
        refusal.enforce();
        if (stale) _store.restart(_rooms(), account, subject, activeSeconds);
        else _settleClock(account, subject.ruledBitmap, activeSeconds);
    }

    /// @inheritdoc ILiquidationAuction
    function coverResidual(AccountId account) external nonReentrant {
        (uint256 owedWad, bytes memory refusal) = _residual(account);
        refusal.enforce();
        _rooms().coverResidual(account, owedWad);
        if (_store.auctions[account].phase != Phase.None) {
            _store.close(_rooms(), account, _portfolioOf(account).cashWad, _coolOffSeconds());
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
        return BidDesk.quote(_store, _rooms(), account);
    }

    /// @inheritdoc ILiquidationAuction
    function canBid(
        AccountId account,
        AccountId bidder,
        address caller,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external view returns (bool ok, bytes4 reason, uint256 fractionWad, int256 paymentWad) {
        return BidDesk.canBid(_store, _rooms(), account, bidder, caller, maxFractionWad, maxPriceWad);
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
        return _store.auctions[account];
    }

    /// @inheritdoc ILiquidationAuction
    function openCount() external view returns (uint256) {
        return _store.open.length;
    }

    /// @inheritdoc ILiquidationAuction
    function openAt(uint256 position) external view returns (AccountId) {
        return _store.open[position];
    }

    /// @inheritdoc ILiquidationAuction
    function capacityLeft(AssetId asset) public view returns (uint256) {
        (uint256 capacityWad, uint256 windowSeconds) = _parameters.capacityOf(asset);
        return _store.meters.available(asset, capacityWad, windowSeconds);
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
        _store.auctions[account].position = _store.open.length.toUint32();
        _store.open.push(account);
        _store.restart(_rooms(), account, subject, 0);
        _vault.setFrozen(account, true);
        if (rewardWad != 0) _vault.moveCash(account, rewardTo, rewardWad);
    }

    /// @dev Marks, discount and active seconds stay: the price does not move.
    function _settleClock(AccountId account, uint256 ruledBitmap, uint256 activeSeconds) private {
        AuctionState storage state = _store.auctions[account];
        state.assetBitmap = AuctionOffer.clockedAssets(state.assetBitmap, ruledBitmap).toUint32();
        state.startedAt = (block.timestamp - activeSeconds).toUint40();
        state.inactiveAtStart = _inactiveSeconds(state.assetBitmap).toUint40();
        emit ClockSettled(account, state);
    }

    // ---------------------------------------------------------------- what may be done

    function _flaggable(
        AccountId account
    ) private view returns (AuctionSubject.Subject memory subject, bytes memory refusal) {
        if (_store.auctions[account].phase != Phase.None) {
            return (subject, Refusal.because(Auction_AlreadyOpen.selector, AccountId.unwrap(account)));
        }
        subject = _rooms().subjectOf(account);
        if (!subject.isConfigured()) return (subject, Refusal.because(Auction_NotConfigured.selector));
        return (subject, subject.refuseSale(account));
    }

    function _releasable(AccountId account) private view returns (int256 surplusWad, bytes memory refusal) {
        if (_store.auctions[account].phase == Phase.None) return (0, AuctionLedger.refuseClosed(account));
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
        AuctionState memory state = _store.auctions[account];
        if (state.phase == Phase.None) return (subject, false, 0, AuctionLedger.refuseClosed(account));
        subject = _rooms().subjectOf(account);
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
        // Not where options have settled under the auction: nothing else would end it. What is recorded is replaced.
        bool isOpen = _store.auctions[account].phase != Phase.None;
        if (recordedWad != 0 && !isOpen)
            return (0, Refusal.because(Auction_ResidualRecorded.selector, id, recordedWad));
        owedWad = uint256(-portfolio.cashWad);
    }

    // ---------------------------------------------------------------- reads

    function _rooms() private view returns (AuctionRooms memory) {
        return AuctionRooms(_parameters, _vault, _risk, _breaker, _waterfall);
    }

    function _portfolioOf(AccountId account) private view returns (Portfolio memory) {
        return _vault.portfolioOf(account);
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
        if (equityWad <= 0 || block.timestamp < _store.auctions[account].rewardableAt) return 0;
        return uint256(subject.config.rewardWad).min(uint256(equityWad).mulWad(subject.config.rewardShareWad));
    }
}
