// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";

/// @title ILossWaterfall
/// @notice Gives every loss beyond an account's margin an owner at once.
/// @dev Order: penalty pool of the market -> insurance fund (daily bucket per market) -> backstop line ->
/// variation-gain haircut of the opposite side. Each step emits a receipt. Keeps: invariants 12, 13, 14.
interface ILossWaterfall {
    /// @notice One market's part of a defaulted portfolio.
    /// @param longDefaulted Whether the defaulted account was long: the shorts then carry a haircut.
    /// @param weightWad Notional of the position at mid, WAD.
    struct MarketShare {
        AssetId asset;
        bool longDefaulted;
        uint256 weightWad;
    }

    /// @notice Brings the cash of `account` up by `deficitWad`. Only the auction.
    /// @param shares The defaulted positions; the loss is split by weight, remainders to the last.
    /// @return coveredWad What was brought up in all, WAD; less than the deficit only when every layer is empty.
    function cover(
        AccountId account,
        uint256 deficitWad,
        MarketShare[] calldata shares
    ) external returns (uint256 coveredWad);

    /// @notice Takes a penalty from `account` into the pools of its markets. Only the auction.
    function collectPenalty(AccountId account, uint256 amountWad, MarketShare[] calldata shares) external;

    /// @notice What the layers before the haircut could pay now for a loss in `asset`, WAD.
    function coverable(AssetId asset) external view returns (uint256 amountWad);

    /// @notice The vault account that holds the penalty pool of `asset`.
    function penaltyPool(AssetId asset) external view returns (AccountId);
}
