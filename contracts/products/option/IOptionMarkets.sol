// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../types/AssetId.sol";
import {ExpiryWord} from "../../types/ExpiryWord.sol";
import {InstrumentId} from "../../types/InstrumentId.sol";

/// @title IOptionMarkets
/// @notice Listed expiries of European, cash-settled options: strike grids, open interest, settlement prices, loss
/// indices.
/// @dev Owns: up to 64 expiries at a time, one bit each in an account's header. Trusts: the vault to report every change of
/// position. A series needs no deployment: it is a strike of the grid and a side. Keeps: invariants 2 and 13.
interface IOptionMarkets {
    /// @notice What accounts of an expiry hold, by right and side: what a loss is spread over.
    enum LegClass {
        LongCalls,
        ShortCalls,
        LongPuts,
        ShortPuts
    }

    /// @notice An expiry as the vault needs it.
    /// @param settlementPriceWad WAD of USD per unit of the underlying; 0 until it is settled.
    /// @param lossIndices What each lot of a class has been charged since the slot was listed: four uint64 in units of
    /// 1e-9 USD, class i at bit 64 * i.
    struct ExpiryMark {
        ExpiryWord expiry;
        uint256 settlementPriceWad;
        uint256 lossIndices;
    }

    /// @notice A change of two accounts' positions in one series; lots before and after, signed.
    /// @param slot The expiry's slot, 0..63.
    /// @param joins Accounts of the two that hold no leg of the expiry before and one after. @param leaves The reverse.
    /// @param tradePriceWad Premium of the trade, WAD of USD per unit of the underlying; 0 for a transfer.
    struct LegChange {
        uint8 slot;
        uint8 strikeIndex;
        bool isPut;
        int24 firstBefore;
        int24 firstAfter;
        int24 secondBefore;
        int24 secondAfter;
        uint8 joins;
        uint8 leaves;
        uint256 tradePriceWad;
    }

    /// @notice Where a series is. Reverts with `Option_NotListed` where its expiry or strike is not listed.
    function locate(InstrumentId instrument) external view returns (uint8 slot, uint8 strikeIndex);

    /// @notice The expiries in the slots of `slotBitmap`, in rising order. Errors: `Option_NoSuchSlot`.
    function marksOf(uint64 slotBitmap) external view returns (ExpiryMark[] memory marks);

    /// @notice Counts a change of positions. Only the vault.
    /// @dev Trades end at expiry and are held to the cap of open interest where they raise it; transfers end at settlement.
    /// @return mark The expiry after it.
    function record(LegChange calldata change) external returns (ExpiryMark memory mark);

    /// @notice Counts that `accounts` accounts left the settled expiry in `slot`. Only the vault.
    function release(uint8 slot, uint256 accounts) external;

    /// @notice Charges a class of an expiry for a loss, pro rata to its lots. Only the loss waterfall.
    /// @dev Per lot rounded up to 1e-9 USD. Nothing is charged (0) where the class is empty or the expiry is settled.
    /// @return chargedWad What was charged in all, WAD, at least `amountWad` where not 0.
    function spreadLoss(uint8 slot, LegClass class, uint256 amountWad) external returns (uint256 chargedWad);
}
