// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../IPriceOracle.sol";
import {AssetSpecs} from "./AssetSpecs.sol";

/// @title SpecBounds
/// @notice Refuses configurations outside hard bounds. Fields are numbered as in their structs.
library SpecBounds {
    uint256 private constant BPS = 1e4;
    /// @dev 12 hours: what keeps every window far below the ring's wrap-around.
    uint256 private constant MAX_WINDOW = 12 hours;
    /// @dev 26 hours: the slowest heartbeat in use is a day.
    uint256 private constant MAX_SOURCE_AGE = 26 hours;

    function checkConfig(IPriceOracle.AssetConfig memory config) internal pure {
        within(0, config.gateBps, 10, 2000);
        within(1, config.truncationBps, 1, 1000);
        within(2, config.velocityBps, 10, 5000);
        within(3, config.minHalfSpreadBps, 1, 1000);
        within(4, config.wideHalfSpreadBps, config.minHalfSpreadBps, 5000);
        within(5, config.freshSeconds, 1, type(uint16).max - 1);
        within(6, config.maxAgeSeconds, uint256(config.freshSeconds) + 1, type(uint16).max);
        within(7, config.ageSpreadBps, 0, 5 * BPS);
        within(8, config.shortWindowSeconds, 60, MAX_WINDOW - 1);
        within(9, config.longWindowSeconds, uint256(config.shortWindowSeconds) + 1, MAX_WINDOW);
        within(10, config.ringSpacingSeconds, 1, 600);
        within(11, config.sigmaFloorBps, 100, 5 * BPS);
        within(12, config.sigmaSeedBps, config.sigmaFloorBps, type(uint16).max);
        within(13, config.glideBpsPerHour, 10, BPS);
    }

    function checkSources(IPriceOracle.SourceConfig[] memory sources) internal view {
        uint256 count = sources.length;
        if (count == 0 || count > AssetSpecs.MAX_SOURCES) {
            revert IPriceOracle.Oracle_SourceCount(count, AssetSpecs.MAX_SOURCES);
        }
        for (uint256 i; i < count; ++i) {
            checkSource(sources[i]);
            for (uint256 j; j < i; ++j) {
                if (sources[i].adapter == sources[j].adapter) {
                    revert IPriceOracle.Oracle_DuplicateSource(sources[i].adapter);
                }
            }
        }
    }

    function checkSource(IPriceOracle.SourceConfig memory source) private view {
        if (source.adapter.code.length == 0) revert IPriceOracle.Oracle_AdapterWithoutCode(source.adapter);
        within(1, source.group, 0, AssetSpecs.MAX_GROUPS - 1);
        within(2, source.maxAgeSeconds, 1, MAX_SOURCE_AGE);
        within(3, source.gasCap, 20_000, 2_000_000);
        within(4, source.floorWad, 1, type(uint96).max);
        within(5, source.ceilingWad, source.floorWad, type(uint96).max);
    }

    /// @dev The newest and the oldest of n slots lie more than (n - 2) * spacing apart: each is in a bucket of its own.
    function checkRing(uint256 cardinality, uint256 spacingSeconds, uint256 windowSeconds) internal pure {
        uint256 capacity = cardinality < 2 ? 0 : (cardinality - 2) * spacingSeconds;
        if (capacity < windowSeconds) revert IPriceOracle.Oracle_RingTooShort(capacity, windowSeconds);
    }

    function within(uint256 field, uint256 actual, uint256 lowest, uint256 highest) private pure {
        if (actual < lowest || actual > highest) {
            revert IPriceOracle.Oracle_FieldOutOfBounds(field, actual, lowest, highest);
        }
    }
}
