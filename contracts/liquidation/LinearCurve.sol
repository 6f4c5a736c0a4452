// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDiscountCurve} from "./IDiscountCurve.sol";

/// @title LinearCurve
/// @notice The discount grows evenly over a fixed time.
contract LinearCurve is IDiscountCurve {
    /// @dev An auction that needs longer is none.
    uint256 private constant MAX_DURATION = 30 days;

    /// @notice Seconds from the start to the largest discount.
    uint256 public immutable durationSeconds;

    constructor(uint256 durationSeconds_) {
        if (durationSeconds_ == 0 || durationSeconds_ > MAX_DURATION)
            revert Auction_CurveDurationOutOfBounds(durationSeconds_, MAX_DURATION);
        durationSeconds = durationSeconds_;
    }

    /// @inheritdoc IDiscountCurve
    function discount(uint256 startWad, uint256 maxWad, uint256 activeSeconds) external view returns (uint256) {
        if (startWad > maxWad) revert Auction_CurveStartAboveMax(startWad, maxWad);
        if (activeSeconds >= durationSeconds) return maxWad;
        return startWad + ((maxWad - startWad) * activeSeconds) / durationSeconds;
    }
}
