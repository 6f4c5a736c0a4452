// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {IPriceOracle} from "./IPriceOracle.sol";

/// @title IOracleDiagnostics
/// @notice What the sources of an asset say now, and what each is worth: the oracle's own reading, without committing it.
/// @dev Owns nothing. Reads the configuration from the oracle and the values from the sources.
interface IOracleDiagnostics {
    /// @notice What is known of one source.
    /// @param config Its configuration.
    /// @param fault What is wrong with its value now.
    /// @param valueWad Its value now, WAD; 0 if it gave none.
    /// @param confidenceWad Its own half-width, WAD.
    /// @param ageSeconds Age of its value.
    /// @param standing What is held against it.
    struct SourceReport {
        IPriceOracle.SourceConfig config;
        IPriceOracle.SourceFault fault;
        uint256 valueWad;
        uint256 confidenceWad;
        uint256 ageSeconds;
        IPriceOracle.SourceStanding standing;
    }

    /// @notice What the sources of one asset say.
    /// @param agreed Whether there is a consensus: two groups or more, and more than half of the valid ones, within the
    /// gate.
    /// @param medianWad Lower median of the valid groups, WAD; 0 if none is valid.
    /// @param validGroups Groups with a valid value.
    /// @param acceptedGroups Valid groups within the gate.
    /// @param sources By index.
    struct Diagnosis {
        bool agreed;
        uint256 medianWad;
        uint256 validGroups;
        uint256 acceptedGroups;
        SourceReport[] sources;
    }

    /// @notice The constructor was given an address without code.
    error Oracle_NoOracle(address oracle);

    /// @notice Reads the sources of `asset` as `poke` would.
    /// @dev Reverts with `Oracle_NotListed` or `Oracle_InsufficientGas`.
    function diagnose(AssetId asset) external view returns (Diagnosis memory diagnosis);
}
