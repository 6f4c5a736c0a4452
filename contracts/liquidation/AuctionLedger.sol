// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {ILossWaterfall} from "../insurance/ILossWaterfall.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {AuctionOffer} from "./AuctionOffer.sol";
import {AuctionSubject} from "./AuctionSubject.sol";
import {CapacityMeter} from "./CapacityMeter.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {ILiquidationAuction} from "./ILiquidationAuction.sol";
import {Refusal} from "../types/Refusal.sol";

/// @notice The rooms that the auction works with.
struct AuctionRooms {
    IAuctionParameters parameters;
    IMarginVault vault;
    IPortfolioMargin risk;
    ICircuitBreaker breaker;
    ILossWaterfall waterfall;
}

/// @notice Everything that the auction remembers.
struct AuctionStore {
    mapping(AccountId account => ILiquidationAuction.AuctionState) auctions;
    CapacityMeter.Meters meters;
    AccountId[] open;
}

/// @title AuctionLedger
/// @notice The entries of open auctions, and what each change of them tells the vault and the waterfall.
library AuctionLedger {
    using AuctionSubject for AuctionSubject.Subject;
    using FixedPointMathLib for uint256;
    using SafeCastLib for int256;
    using SafeCastLib for uint256;

    /// @notice Takes the snapshot; tells the waterfall when the phase changes.
    /// @param carriedSeconds Active seconds that its clock starts with.
    function restart(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account,
        AuctionSubject.Subject memory subject,
        uint256 carriedSeconds
    ) internal {
        ILiquidationAuction.AuctionState memory state = s.auctions[account];
        ILiquidationAuction.Phase phase = subject.phase();
        bool isInsolvent = phase == ILiquidationAuction.Phase.Insolvent;
        bool changed = isInsolvent != (state.phase == ILiquidationAuction.Phase.Insolvent);
        state.phase = phase;
        state.startedAt = (block.timestamp - carriedSeconds).toUint40();
        state.assetBitmap = subject.ruledBitmap.toUint32();
        state.inactiveAtStart = rooms.breaker.inactiveSeconds(state.assetBitmap).toUint40();
        state.startDiscountWad = AuctionOffer.startDiscount(subject).toUint64();
        state.equityAtFlagWad = subject.margin.equityWad.toInt128();
        state.bandWad = subject.exposureWad().mulWad(subject.config.bandWad).toUint128();
        store(s, account, state);
        emit ILiquidationAuction.AuctionStarted(account, state);
        if (changed) rooms.waterfall.setInsolvent(account, isInsolvent);
    }

    /// @notice Ends the auction. What remains of its state is the end of the episode.
    function close(
        AuctionStore storage s,
        AuctionRooms memory rooms,
        AccountId account,
        int256 surplusWad,
        uint256 coolOffSeconds
    ) internal {
        ILiquidationAuction.AuctionState memory state = s.auctions[account];
        bool wasInsolvent = state.phase == ILiquidationAuction.Phase.Insolvent;
        uint40 rewardableAt = (block.timestamp + coolOffSeconds).toUint40();
        _unlist(s, state.position);
        ILiquidationAuction.AuctionState memory ended;
        ended.rewardableAt = rewardableAt;
        store(s, account, ended);
        emit ILiquidationAuction.AuctionClosed(account, surplusWad, rewardableAt);
        if (wasInsolvent) rooms.waterfall.setInsolvent(account, false);
        rooms.vault.setFrozen(account, false);
    }

    /// @notice Writes a whole state: once in the code, for it takes much of it.
    function store(AuctionStore storage s, AccountId account, ILiquidationAuction.AuctionState memory state) internal {
        s.auctions[account] = state;
    }

    /// @notice Asks the waterfall for what an account owes that has nothing left.
    function coverResidual(AuctionRooms memory rooms, AccountId account, uint256 owedWad) internal {
        uint256 coveredWad = rooms.waterfall.cover(account, owedWad, new ILossWaterfall.MarketShare[](0));
        emit ILiquidationAuction.ResidualCovered(account, owedWad, coveredWad);
    }

    /// @notice Reads an account.
    function subjectOf(
        AuctionRooms memory rooms,
        AccountId account
    ) internal view returns (AuctionSubject.Subject memory) {
        return AuctionSubject.read(account, rooms.vault, rooms.risk, rooms.breaker, rooms.parameters);
    }

    /// @notice The refusal of what needs an open auction.
    function refuseClosed(AccountId account) internal pure returns (bytes memory) {
        return Refusal.because(ILiquidationAuction.Auction_NotOpen.selector, AccountId.unwrap(account));
    }

    /// @dev The last of the list takes the free place.
    function _unlist(AuctionStore storage s, uint32 position) private {
        uint256 last = s.open.length - 1;
        if (position != last) {
            AccountId moved = s.open[last];
            s.open[position] = moved;
            s.auctions[moved].position = position;
        }
        s.open.pop();
    }
}
