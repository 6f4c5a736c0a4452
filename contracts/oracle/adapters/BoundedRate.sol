// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceSource} from "../IPriceSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";
import {GrowthBound} from "./GrowthBound.sol";
import {IBoundedRate} from "./IBoundedRate.sol";

/// @title BoundedRate
/// @notice What exchange-rate adapters share: the bound, and who may move it. They differ in where the rate comes from.
/// @dev Owns: the snapshot. A child takes the first one at the end of its constructor, when it can read its rate.
abstract contract BoundedRate is IBoundedRate, DeclaredPair {
    using GrowthBound for GrowthBound.Snapshot;

    /// @notice Largest growth per year, WAD.
    uint256 public immutable growthWadPerYear;
    /// @notice How far above its trend a rate is still believed, WAD of the snapshot's ratio.
    uint256 public immutable slackWad;

    GrowthBound.Snapshot private _snapshot;

    constructor(
        string memory base_,
        string memory quote_,
        uint256 growthWadPerYear_,
        uint256 slackWad_
    ) DeclaredPair(base_, quote_) {
        GrowthBound.check(growthWadPerYear_, slackWad_);
        growthWadPerYear = growthWadPerYear_;
        slackWad = slackWad_;
    }

    /// @inheritdoc IBoundedRate
    function roll() external {
        GrowthBound.Snapshot memory previous = _snapshot;
        GrowthBound.Snapshot memory next = previous.next(_ratioWad(), growthWadPerYear);
        _snapshot = next;
        emit SnapshotMoved(previous.ratioWad, next.ratioWad);
    }

    /// @inheritdoc IPriceSource
    /// @dev The rate is exact in the contract's own rounding, down; it reports no confidence.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        uint256 ratioWad = _ratioWad();
        if (ratioWad == 0 || ratioWad > capWad()) return (0, 0, 0);
        return (ratioWad, 0, block.timestamp);
    }

    /// @inheritdoc IBoundedRate
    function snapshot() external view returns (uint256 ratioWad, uint256 takenAt) {
        return (_snapshot.ratioWad, _snapshot.takenAt);
    }

    /// @inheritdoc IBoundedRate
    function capWad() public view returns (uint256) {
        return _snapshot.capWad(growthWadPerYear, slackWad);
    }

    function _takeFirstSnapshot() internal {
        _snapshot = GrowthBound.first(_ratioWad());
    }

    /// @dev The rate now, WAD, rounded down; 0 if there is none.
    function _ratioWad() internal view virtual returns (uint256);
}
