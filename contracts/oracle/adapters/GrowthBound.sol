// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IBoundedRate} from "./IBoundedRate.sol";

/// @title GrowthBound
/// @notice How much an exchange rate may have grown since a snapshot of it. Ratio and time of the snapshot are one word,
/// read from the chain in the same call and written together: a rate can never be paired with another rate's time.
/// @dev trend = ratio * (1 + growth * elapsed); cap = trend + slack * ratio. A value is believed up to the cap; the
/// snapshot moves only to a value within the trend, never down, and never by a value that needed the slack. So whatever
/// anyone does in whatever order, snapshots stay below ratio0 * e^(growth * time), and believed values within the slack
/// above that.
library GrowthBound {
    /// @dev 192 + 64 bits.
    struct Snapshot {
        uint192 ratioWad;
        uint64 takenAt;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant YEAR = 365 days;
    /// @dev Largest ratio that the oracle's reader believes.
    uint256 private constant MAX_RATIO_WAD = type(uint96).max;
    /// @dev A rate that doubles within a year is no exchange rate.
    uint256 private constant MAX_GROWTH_WAD_PER_YEAR = 1e18;
    uint256 private constant MAX_SLACK_WAD = 0.02e18;
    /// @dev Rates move in steps, mostly daily: a bound without any slack refuses the step after a snapshot.
    uint256 private constant MIN_SLACK_WAD = 0.0001e18;
    /// @dev Once a day is enough, and keeps compounding near to e^growth.
    uint256 internal constant SNAPSHOT_INTERVAL = 1 days;

    /// @notice Reverts with `Oracle_BadGrowthBound` unless growth is in 0..1 and slack in 0.0001..0.02, WAD.
    function check(uint256 growthWadPerYear, uint256 slackWad) internal pure {
        if (growthWadPerYear > MAX_GROWTH_WAD_PER_YEAR || slackWad < MIN_SLACK_WAD || slackWad > MAX_SLACK_WAD) {
            revert IBoundedRate.Oracle_BadGrowthBound(growthWadPerYear, slackWad);
        }
    }

    /// @notice The snapshot's ratio, grown until now, WAD, rounded down.
    /// @dev 96 + 60 + 64 bits: no overflow.
    function trendWad(Snapshot memory self, uint256 growthWadPerYear) internal view returns (uint256) {
        uint256 elapsed = block.timestamp - self.takenAt;
        return self.ratioWad + FixedPointMathLib.mulDiv(self.ratioWad, growthWadPerYear * elapsed, WAD * YEAR);
    }

    /// @notice The largest ratio believed now, WAD, rounded down.
    function capWad(Snapshot memory self, uint256 growthWadPerYear, uint256 slackWad) internal view returns (uint256) {
        return trendWad(self, growthWadPerYear) + FixedPointMathLib.mulDiv(self.ratioWad, slackWad, WAD);
    }

    /// @notice The first snapshot: whatever the rate is now. Reverts with `Oracle_NoRatio` if it is no rate.
    function first(uint256 ratioWad) internal view returns (Snapshot memory) {
        if (ratioWad == 0 || ratioWad > MAX_RATIO_WAD) revert IBoundedRate.Oracle_NoRatio(ratioWad);
        // Both fit: checked above, and time has 64 bits for long.
        return Snapshot(uint192(ratioWad), uint64(block.timestamp));
    }

    /// @notice The next snapshot, or a revert: too early, below the last one, or above its trend.
    function next(
        Snapshot memory self,
        uint256 ratioWad,
        uint256 growthWadPerYear
    ) internal view returns (Snapshot memory) {
        uint256 elapsed = block.timestamp - self.takenAt;
        if (elapsed < SNAPSHOT_INTERVAL) revert IBoundedRate.Oracle_SnapshotTooYoung(elapsed, SNAPSHOT_INTERVAL);
        if (ratioWad < self.ratioWad) revert IBoundedRate.Oracle_RatioBelowSnapshot(ratioWad, self.ratioWad);
        uint256 limitWad = trendWad(self, growthWadPerYear);
        if (ratioWad > limitWad) revert IBoundedRate.Oracle_RatioAboveTrend(ratioWad, limitWad);
        return first(ratioWad);
    }
}
