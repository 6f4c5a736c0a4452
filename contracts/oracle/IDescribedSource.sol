// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";

/// @title IDescribedSource
/// @notice A source that says what it measures, from whom it has it and what it refuses.
/// @dev For people and for deployments: the oracle's reading never asks for it. What is in the card is said by the
/// adapter; `decimals` and `description` are the provider's own words, read when asked.
interface IDescribedSource is IPriceSource {
    /// @notice What a reader wants to know of a source at a glance.
    /// @param kind The provider and how it is read, such as `chainlink`.
    /// @param base What is priced, such as `ETH`.
    /// @param quote What it is priced in, such as `USD`.
    /// @param feed The provider's contract.
    /// @param feedId The provider's id of the feed within that contract; 0 if the contract is the feed.
    /// @param decimals Decimals of the provider's answers.
    /// @param description What the provider calls the feed; empty if it does not say.
    /// @param lowestWad Values at or below this are refused now, WAD of the quote; 0 if there is no such clamp.
    /// @param highestWad Values at or above this are refused now, WAD of the quote; the largest integer if none.
    struct SourceCard {
        string kind;
        string base;
        string quote;
        address feed;
        bytes32 feedId;
        uint256 decimals;
        string description;
        uint256 lowestWad;
        uint256 highestWad;
    }

    /// @notice Base or quote is empty, or both are the same.
    error Oracle_NoDimension(string base, string quote);

    /// @notice What this source is.
    /// @dev May revert when the provider does.
    function describe() external view returns (SourceCard memory card);
}
