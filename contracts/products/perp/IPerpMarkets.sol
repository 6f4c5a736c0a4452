// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../types/AssetId.sol";

/// @title IPerpMarkets
/// @notice Funding, open interest and loss indices of the perpetuals.
/// @dev Owns: one market per underlying. Trusts: the vault to report every change of position. Indices are WAD of the
/// settlement token per lot, integers: long and short cancel to the wei. Keeps: invariants 2 and 13.
interface IPerpMarkets {
    /// @notice What an account needs to settle and value a position.
    /// @param lotSizeWad Underlying per lot, WAD.
    /// @param longIndexWad Cumulative charge per long lot, WAD of cash; a long pays its increase.
    /// @param shortIndexWad Cumulative credit per short lot, WAD of cash; a short receives its increase.
    struct MarketMark {
        uint256 lotSizeWad;
        int256 longIndexWad;
        int256 shortIndexWad;
    }

    /// @notice A change of positions of two accounts in one market; lots before and after, signed.
    /// @param tradePriceWad Price of the trade, WAD; 0 for a transfer, which does not move the premium.
    struct PositionChange {
        AssetId asset;
        int64 firstBefore;
        int64 firstAfter;
        int64 secondBefore;
        int64 secondAfter;
        uint256 tradePriceWad;
    }

    /// @notice Brings the funding of a market up to now. Anyone may call.
    function accrue(AssetId asset) external;

    /// @notice Accrues, then counts a change of positions. Only the vault.
    /// @dev Open interest must be unchanged in sum: firstAfter + secondAfter == firstBefore + secondBefore.
    /// @return mark Indices after accrual, at which both positions were settled.
    function record(PositionChange calldata change) external returns (MarketMark memory mark);

    /// @notice Spreads a loss over one side through its index. Only the loss waterfall.
    /// @param deficitWad Loss to spread, WAD of cash.
    /// @return chargedWad What the side will pay in all: at least `deficitWad`, more by less than one wei per lot.
    /// 0 when the side is empty.
    function spreadLoss(AssetId asset, bool longSide, uint256 deficitWad) external returns (uint256 chargedWad);

    /// @notice Marks as of now, pending funding included, for each set bit of `assetBitmap` in rising order.
    function marksOf(uint256 assetBitmap) external view returns (MarketMark[] memory marks);

    /// @notice Open lots of either side (they are equal), and their cap in USD.
    /// @return lots Open lots per side.
    /// @return capWad Cap of the side's notional, WAD of USD.
    function openInterest(AssetId asset) external view returns (uint256 lots, uint256 capWad);

    /// @notice Whether the market is listed.
    function isListed(AssetId asset) external view returns (bool);
}
