// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDiscountCurve} from "./IDiscountCurve.sol";

/// @title StairstepCurve
/// @notice The discount grows in equal steps: bidders have a whole step to act at a price they can foresee.
contract StairstepCurve is IDiscountCurve {
    /// @dev An auction that needs longer is none.
    uint256 private constant MAX_DURATION = 30 days;
    /// @dev More steps than this are a line.
    uint256 private constant MAX_STEPS = 1_000;

    /// @notice Seconds for which a step lasts.
    uint256 public immutable stepSeconds;
    /// @notice Number of steps from the start to the largest discount.
    uint256 public immutable steps;

    constructor(uint256 stepSeconds_, uint256 steps_) {
        if (stepSeconds_ == 0 || stepSeconds_ > MAX_DURATION)
            revert Auction_CurveDurationOutOfBounds(stepSeconds_, MAX_DURATION);
        if (steps_ == 0 || steps_ > MAX_STEPS) revert Auction_CurveStepsOutOfBounds(steps_, MAX_STEPS);
        stepSeconds = stepSeconds_;
        steps = steps_;
    }

    /// @inheritdoc IDiscountCurve
    function discount(uint256 startWad, uint256 maxWad, uint256 activeSeconds) external view returns (uint256) {
        if (startWad > maxWad) revert Auction_CurveStartAboveMax(startWad, maxWad);
        uint256 taken = activeSeconds / stepSeconds;
        if (taken >= steps) return maxWad;
        return startWad + ((maxWad - startWad) * taken) / steps;
    }
}
