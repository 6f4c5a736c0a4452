// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";

/// @title ConvexBound
/// @notice The least value of a book of options over a range of prices of which only nine are looked at.
/// @dev Value = units * p + longs(p) - shorts(p); both sums are convex in p. Between two nodes the shorts cost at most what
/// their chord says, and the longs are worth at least what the chords of the neighbouring intervals say when they are drawn on
/// into this one. The least of these straight lines lies at a node or where the two lines meet: one more point per
/// interval bounds the value at every price, without another evaluation.
library ConvexBound {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;

    uint256 internal constant NODES = 9;
    int256 private constant WAD = 1e18;
    /// @dev Linear units, WAD: 1.7e20 whole ones.
    uint256 private constant MAX_UNITS = 2 ** 127 - 1;
    /// @dev By how much rounding may take the place where two lines meet to the left, in units of a price.
    uint256 private constant STEP_ERROR = 2;
    /// @dev So that what is passed over is not below the least because it was rounded.
    int256 private constant ROUNDINGS = 8;

    /// @notice One state of volatility.
    /// @param pricesWad Nodes, rising, WAD.
    /// @param longsWad What the long options are worth at each, WAD.
    /// @param shortsWad What the short options cost at each, WAD.
    /// @param linearWad What the linear units are worth at each, WAD, rounded down: see `setUnits`.
    /// @param unitsWad Linear units of the underlying, WAD, signed.
    /// @param longCallsWad Underlying of the long calls: their slope is between 0 and this.
    struct Curve {
        uint256[9] pricesWad;
        uint256[9] longsWad;
        uint256[9] shortsWad;
        int256[9] linearWad;
        int256 unitsWad;
        uint256 longCallsWad;
    }

    /// @notice Sets what is linear; prices must have been set.
    /// @dev Prices are below 2^96: with less than 2^127 units nothing below wraps. Errors: `Risk_ValueTooLarge`.
    function setUnits(Curve memory curve, int256 unitsWad) internal pure {
        if (unitsWad.abs() > MAX_UNITS) revert IPortfolioMargin.Risk_ValueTooLarge(unitsWad.abs(), MAX_UNITS);
        curve.unitsWad = unitsWad;
        uint256[9] memory pricesWad = curve.pricesWad;
        int256[9] memory linearWad = curve.linearWad;
        for (uint256 k = 0; k < NODES; ++k) linearWad[k] = linear(unitsWad, pricesWad[k]);
    }

    /// @notice Least value at the nodes.
    function leastAtNodes(Curve memory curve) internal pure returns (int256 leastWad) {
        (int256[9] memory valuesWad, int256 valueWad) = (valuesOf(curve), 0);
        leastWad = valuesWad[0];
        for (uint256 k = 1; k < NODES; ++k) {
            valueWad = valuesWad[k];
            if (valueWad < leastWad) leastWad = valueWad;
        }
    }

    /// @notice No more than the value at any price from the first to the last node, but for the error of the values given;
    /// `leastWad` if that is less.
    function leastAnywhere(Curve memory curve, int256 leastWad) internal pure returns (int256) {
        int256[9] memory valuesWad = valuesOf(curve);
        uint256[9] memory longsWad = curve.longsWad;
        for (uint256 k = 0; k < NODES; ++k) {
            int256 valueWad = valuesWad[k];
            if (valueWad < leastWad) leastWad = valueWad;
        }
        if (curve.longCallsWad == 0) return leastWad;
        // Sums of values below 2^226.
        unchecked {
            for (uint256 k = 1; k < NODES; ++k) {
                // Longs rise: in the interval they are worth at least what they are at its beginning. Mostly that will do.
                int256 floorWad = valuesWad[k] - int256(longsWad[k]) + int256(longsWad[k - 1]);
                if (valuesWad[k - 1] < floorWad) floorWad = valuesWad[k - 1];
                if (floorWad >= leastWad + ROUNDINGS) continue;
                int256 betweenWad = leastBetween(curve, k - 1);
                if (betweenWad < leastWad) leastWad = betweenWad;
            }
        }
        return leastWad;
    }

    /// @notice Units times price, WAD, rounded down.
    /// @dev Less than 2^127 units and prices below 2^100.
    function linear(int256 unitsWad, uint256 priceWad) internal pure returns (int256 valueWad) {
        unchecked {
            valueWad = unitsWad * int256(priceWad);
            return (valueWad < 0 ? valueWad - WAD + 1 : valueWad) / WAD;
        }
    }

    function valuesOf(Curve memory curve) internal pure returns (int256[9] memory valuesWad) {
        int256[9] memory linearWad = curve.linearWad;
        uint256[9] memory longsWad = curve.longsWad;
        uint256[9] memory shortsWad = curve.shortsWad;
        // Options are worth less than 2^150, what is linear less than 2^226.
        unchecked {
            for (uint256 k = 0; k < NODES; ++k) {
                valuesWad[k] = linearWad[k] + int256(longsWad[k]) - int256(shortsWad[k]);
            }
        }
    }

    // Below, what options are worth is less than 2^150, prices less than 2^100 and slopes less than 2^115: nothing wraps.

    /// @dev The point where the drawn-on chords meet, in the interval from node `k` to the next.
    function leastBetween(Curve memory curve, uint256 k) internal pure returns (int256) {
        unchecked {
            uint256[9] memory longsWad = curve.longsWad;
            uint256 widthWad = curve.pricesWad[k + 1] - curve.pricesWad[k];
            int256 leftSlopeWad = k == 0 ? int256(0) : _slope(curve, k - 1, 0);
            int256 rightSlopeWad = int256(curve.longCallsWad);
            if (k + 2 != NODES) rightSlopeWad = _slope(curve, k + 1, rightSlopeWad);
            // Straight within the precision of a slope: nothing lies below the chord, nor where the lines meet beyond an end.
            if (rightSlopeWad <= leftSlopeWad || widthWad == 0) return type(int256).max;
            int256 aheadWad = linear(rightSlopeWad, widthWad) + int256(longsWad[k]) - int256(longsWad[k + 1]);
            if (aheadWad <= 0) return type(int256).max;
            uint256 stepWad = uint256(aheadWad).fullMulDiv(uint256(WAD), uint256(rightSlopeWad - leftSlopeWad));
            if (stepWad >= widthWad) return type(int256).max;
            // The step is short of the truth by less than the unit charged here: the least lies on the left line between both.
            int256 valueWad = _onLeft(curve, k, leftSlopeWad, stepWad);
            return valueWad.min(_onLeft(curve, k, leftSlopeWad, stepWad + STEP_ERROR));
        }
    }

    /// @dev Value with the longs on the line drawn on from the left, `stepWad` behind node `k`.
    function _onLeft(Curve memory curve, uint256 k, int256 slopeWad, uint256 stepWad) private pure returns (int256) {
        unchecked {
            uint256 widthWad = curve.pricesWad[k + 1] - curve.pricesWad[k];
            int256 valueWad = linear(curve.unitsWad, curve.pricesWad[k] + stepWad);
            valueWad += int256(curve.longsWad[k]) + linear(slopeWad, stepWad);
            return valueWad - _cost(curve, k, stepWad, widthWad);
        }
    }

    /// @dev The chord of the shorts, up to one unit above it: against the account.
    function _cost(Curve memory curve, uint256 k, uint256 stepWad, uint256 widthWad) private pure returns (int256) {
        unchecked {
            int256 costWad = int256(curve.shortsWad[k]);
            int256 riseWad = int256(curve.shortsWad[k + 1]) - costWad;
            return costWad + (riseWad * int256(stepWad)) / int256(widthWad) + 1;
        }
    }

    /// @dev Slope of the longs between node `k` and the next, WAD, rounded towards what is asked for where there is no width:
    /// 0, or the largest. Values may be off; slopes are between these two.
    function _slope(Curve memory curve, uint256 k, int256 otherwiseWad) private pure returns (int256 slopeWad) {
        unchecked {
            uint256 widthWad = curve.pricesWad[k + 1] - curve.pricesWad[k];
            if (widthWad == 0) return otherwiseWad;
            slopeWad = ((int256(curve.longsWad[k + 1]) - int256(curve.longsWad[k])) * WAD) / int256(widthWad);
            if (slopeWad < 0) slopeWad = 0;
            return otherwiseWad == 0 ? slopeWad : slopeWad + 1;
        }
    }
}
