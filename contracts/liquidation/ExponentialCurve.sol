// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IDiscountCurve} from "./IDiscountCurve.sol";

/// @title ExponentialCurve
/// @notice The distance to the largest discount halves in every half-life: fast where bidders become interested, slow
/// where the account loses most.
contract ExponentialCurve is IDiscountCurve {
    using FixedPointMathLib for uint256;

    /// @dev An auction that needs longer is none.
    uint256 private constant MAX_DURATION = 30 days;
    /// @dev ln 2, WAD, rounded down: the remaining distance is never understated.
    int256 private constant LN2_WAD = 0.693147180559945309e18;
    /// @dev Within the error of `expWad`, so that the remaining distance is never understated.
    uint256 private constant EXP_ERROR_WAD = 10;
    /// @dev After this many half-lives less than one part in 1e18 is left.
    uint256 private constant HALF_LIVES = 60;
    uint256 private constant WAD = 1e18;

    /// @notice Seconds in which the distance to the largest discount halves.
    uint256 public immutable halfLifeSeconds;

    constructor(uint256 halfLifeSeconds_) {
        if (halfLifeSeconds_ == 0 || halfLifeSeconds_ > MAX_DURATION)
            revert Auction_CurveDurationOutOfBounds(halfLifeSeconds_, MAX_DURATION);
        halfLifeSeconds = halfLifeSeconds_;
    }

    /// @inheritdoc IDiscountCurve
    function discount(uint256 startWad, uint256 maxWad, uint256 activeSeconds) external view returns (uint256) {
        if (startWad > maxWad) revert Auction_CurveStartAboveMax(startWad, maxWad);
        if (activeSeconds >= HALF_LIVES * halfLifeSeconds) return maxWad;
        int256 exponentWad = -(LN2_WAD * int256(activeSeconds)) / int256(halfLifeSeconds);
        uint256 leftWad = uint256(FixedPointMathLib.expWad(exponentWad)) + EXP_ERROR_WAD;
        return maxWad - (maxWad - startWad).mulWadUp(leftWad.min(WAD));
    }
}
