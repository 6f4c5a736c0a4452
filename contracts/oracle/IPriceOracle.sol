// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";

/// @title IPriceOracle
/// @notice Prices as graded intervals: aggregates hostile sources once per block into storage, answers reads from it.
/// @dev Owns: sources, observations, volatility per asset. Trusts: no single source. Keeps: invariants 8 and 9.
/// It reports and never decides. (Configuration, diagnostics, events and errors: completed by the oracle room.)
interface IPriceOracle {
    /// @notice Reads the sources of each asset and commits one observation per asset and block. Anyone may call.
    /// @dev An asset already committed in this block is skipped. Reverts as a whole for want of gas, never on a source.
    /// @param assets Listed assets, at most 32.
    function poke(AssetId[] calldata assets) external;

    /// @notice Everything known of `asset`, from storage, aged to now.
    function read(AssetId asset) external view returns (PriceViews memory views);

    /// @notice `read` for several assets in one call, in the order given.
    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views);

    /// @notice Geometric time-weighted mean of the truncated observations over the last `windowSeconds`.
    /// @return priceWad The mean, WAD; 0 when the history is shorter than the window.
    function twap(AssetId asset, uint32 windowSeconds) external view returns (uint256 priceWad);

    /// @notice The consensus mid as it was observed at least `ageSeconds` ago (the newest such observation), truncated
    /// per block as it entered the ring.
    /// @return priceWad WAD; 0 when the history is shorter.
    function priceAt(AssetId asset, uint32 ageSeconds) external view returns (uint256 priceWad);

    /// @notice Annualised realised variance over the last `windowSeconds`.
    /// @return varianceWad WAD per year; 0 when the history is shorter.
    function realisedVariance(AssetId asset, uint32 windowSeconds) external view returns (uint256 varianceWad);

    /// @notice Whether the asset is listed.
    function isListed(AssetId asset) external view returns (bool);
}
