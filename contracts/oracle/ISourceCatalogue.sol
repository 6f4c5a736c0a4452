// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {IDescribedSource} from "./IDescribedSource.sol";

/// @title ISourceCatalogue
/// @notice The sources of an asset, each on one line that a person understands: what it is, from whom, how it is judged,
/// what it says now, and why it does not count.
/// @dev A view for people. Nothing depends on it, and no source can break it.
interface ISourceCatalogue {
    /// @notice One source.
    /// @param adapter The oracle's source.
    /// @param group Its independence group.
    /// @param card What it says of itself; of kind `undescribed`, with nothing else, if it says nothing.
    /// @param maxAgeSeconds Oldest value that the oracle's reader counts.
    /// @param floorWad Smallest value that the reader believes, WAD.
    /// @param ceilingWad Largest value that the reader believes, WAD.
    /// @param valueWad What it says now, WAD; 0 if nothing.
    /// @param confidenceWad The half-width that it reports, WAD.
    /// @param ageSeconds Age of its value.
    /// @param counts Whether its group hears it now; if there is a consensus, that is.
    /// @param excludedBecause Why not; empty if it counts.
    struct Entry {
        address adapter;
        uint256 group;
        IDescribedSource.SourceCard card;
        uint256 maxAgeSeconds;
        uint256 floorWad;
        uint256 ceilingWad;
        uint256 valueWad;
        uint256 confidenceWad;
        uint256 ageSeconds;
        bool counts;
        string excludedBecause;
    }

    /// @notice The constructor was given an address without code.
    error Oracle_NoDiagnostics(address diagnostics);

    /// @notice The sources of `asset` by index, read now.
    /// @dev Reverts with `Oracle_NotListed` or `Oracle_InsufficientGas`, as the diagnostics do.
    function catalogue(AssetId asset) external view returns (Entry[] memory entries);

    /// @notice What one adapter says of itself.
    /// @dev Reverts when it says nothing of sense; `catalogue` calls this with a bounded amount of gas.
    function cardOf(address adapter) external view returns (IDescribedSource.SourceCard memory card);
}
