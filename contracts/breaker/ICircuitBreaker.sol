// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";

/// @title ICircuitBreaker
/// @notice Graded levels per asset and for the domain, tripped by state and recovered by state; answers what may be
/// done now.
/// @dev Owns: levels, recovery clocks, inactive seconds. Reads the oracle. Keeps: invariants 10 and 17.
interface ICircuitBreaker {
    /// @notice Evaluates the triggers and recovery criteria of the assets against the oracle. Anyone may call; a
    /// user's own trade never does.
    function update(AssetId[] calldata assets) external;

    /// @notice Effective level of an asset now: the worst of its own, the domain's, and what its live grade implies.
    function levelOf(AssetId asset) external view returns (Level);

    /// @notice The domain's own level now.
    function domainLevel() external view returns (Level);

    /// @notice What the policy says of `action` for an account exposed to the assets in `assetBitmap` (bit i = asset i).
    /// @return rule The strictest rule over the exposed assets and the domain.
    /// @return level The level that gave it.
    function ruleFor(uint256 assetBitmap, Action action) external view returns (Rule rule, Level level);

    /// @notice Seconds, summed over the domain and the assets of the bitmap, in which accounts could not act.
    /// @dev Only differences mean anything: clocks and charges exclude them. Overlaps count twice, in favour of the
    /// account.
    function inactiveSeconds(uint256 assetBitmap) external view returns (uint256 elapsed);

    /// @notice Multiplier on the initial shock at Guarded and above, WAD, at least 1e18.
    function stressWad() external view returns (uint256);
}
