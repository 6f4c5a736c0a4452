// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../IDescribedSource.sol";

/// @title IBoundedRate
/// @notice An exchange rate that a contract computes (a share of a vault, a liquid-staking token) as a source, believed
/// only as far as it can have grown.
/// @dev A rate is the provider's own book-keeping: it is true of the contract, not of the market, and it is moved by
/// donations and by bugs. Whoever lists it says how fast it can grow; a jump beyond that gives no value, and the limit is
/// never taken for the rate. A falling rate is believed: a loss is real, and lower.
///
/// The value is computed in the reading call, so its time is the chain's: the reader's maximal age cannot find out that
/// the provider stopped updating the inputs of its rate. The other groups of the asset do.
interface IBoundedRate is IDescribedSource {
    /// @notice The snapshot moved. Both in WAD.
    event SnapshotMoved(uint256 previousWad, uint256 ratioWad);

    /// @notice Growth must be in 0..1 per year, slack in 0.0001..0.02, both WAD.
    error Oracle_BadGrowthBound(uint256 growthWadPerYear, uint256 slackWad);
    /// @notice The contract gives no usable rate now.
    error Oracle_NoRatio(uint256 ratioWad);
    /// @notice The last snapshot is younger than a day. Both in seconds.
    error Oracle_SnapshotTooYoung(uint256 elapsedSeconds, uint256 intervalSeconds);
    /// @notice The rate is below the snapshot: a loss, or somebody presses it down. The snapshot stays. Both in WAD.
    error Oracle_RatioBelowSnapshot(uint256 ratioWad, uint256 snapshotWad);
    /// @notice The rate grew faster than it may: the snapshot does not follow a jump. Both in WAD.
    error Oracle_RatioAboveTrend(uint256 ratioWad, uint256 trendWad);

    /// @notice Takes a new snapshot of the rate, so that the bound lies closer to it. Anyone may call.
    /// @dev At most once a day, never to a lower rate, never to one above the trend of the last snapshot. Nobody needs to
    /// call it for the source to work. Warning: whoever can press the rate down within one transaction to somewhere
    /// between snapshot and truth can tighten the bound below the truth: the source is then silent until the bound has
    /// grown back, at most the time that the rate took from the snapshot to the truth at full growth.
    function roll() external;

    /// @notice The snapshot: one ratio (WAD) and the unix second at which it was read, always written together.
    function snapshot() external view returns (uint256 ratioWad, uint256 takenAt);

    /// @notice The largest rate that is believed now, WAD, rounded down.
    function capWad() external view returns (uint256);
}
