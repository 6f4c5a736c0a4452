// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {DirectedExp} from "../math/DirectedExp.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";

/// @title ScenarioGrid
/// @notice Value of everything linked to one underlying at each shock index k = -4..4.
/// @dev Linear books only know their exposure. Books with options add their own vector to `ladder` before the vectors
/// are combined, and lose the shortcut `worst`, which is exact for monotone vectors.
library ScenarioGrid {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;

    /// @dev Shock indices on each side of the unshocked price.
    uint256 internal constant STEPS = 4;
    uint256 internal constant NODES = 9;

    uint256 private constant WAD = 1e18;
    /// @dev Added to a product, it makes the division by WAD round up.
    uint256 private constant ROUND_UP_WAD = 1e18 - 1;

    /// @dev Unshocked values below it fit 256 bits after their product with any factor: e^5 in WAD is below 2^68.
    uint256 private constant VALUE_LIMIT_WAD = 2 ** 187;

    /// @param unitsWad Units of the underlying, net, WAD; signed.
    /// @param edgeWad Price to be shocked, WAD.
    /// @param rhoWad Shock on the losing side, WAD.
    /// @param gainRhoWad Shock on the winning side, WAD; at most `rhoWad`.
    /// @param roundUp Whether the magnitude of the value is rounded up: against a short, in favour of a long.
    struct Exposure {
        int256 unitsWad;
        uint256 edgeWad;
        uint256 rhoWad;
        uint256 gainRhoWad;
        bool roundUp;
    }

    /// @notice Value at the worst index of a linear book: the far end of the losing side.
    function worst(Exposure memory exposure) internal pure returns (int256 valueWad) {
        bool short = exposure.unitsWad < 0;
        bool roundUp = exposure.roundUp;
        uint256 bumpWad = roundUp ? ROUND_UP_WAD : 0;
        uint256 baseWad = _unshocked(exposure);
        uint256 factor = _step(exposure.rhoWad, short, roundUp);
        // See VALUE_LIMIT_WAD; the fourth root of a factor is below 2^62, its square below 2^64.
        unchecked {
            factor = (factor * factor + bumpWad) / WAD;
            factor = (factor * factor + bumpWad) / WAD;
            valueWad = int256((baseWad * factor + bumpWad) / WAD);
            return short ? -valueWad : valueWad;
        }
    }

    /// @notice Value at every index; entry k + 4 is that of index k.
    /// @param valuesWad Filled in place.
    function ladder(Exposure memory exposure, int256[9] memory valuesWad) internal pure {
        bool short = exposure.unitsWad < 0;
        bool roundUp = exposure.roundUp;
        uint256 baseWad = _unshocked(exposure);
        int256 sign = short ? -1 : int256(1);
        // Below VALUE_LIMIT_WAD.
        unchecked {
            valuesWad[4] = sign * int256(baseWad);
        }
        (uint256 fallWad, uint256 riseWad) = (exposure.rhoWad, exposure.gainRhoWad);
        if (short) (fallWad, riseWad) = (riseWad, fallWad);
        uint256 bumpWad = roundUp ? ROUND_UP_WAD : 0;
        _fall(valuesWad, baseWad, sign, _step(fallWad, false, roundUp), bumpWad);
        _rise(valuesWad, baseWad, sign, _step(riseWad, true, roundUp), bumpWad);
    }

    /// @notice The ten absolute prices of the union, rising, WAD; outward rounded.
    function spots(uint256 lowWad, uint256 highWad, uint256 rhoWad) internal pure returns (uint256[] memory pricesWad) {
        pricesWad = new uint256[](2 * STEPS + 2);
        pricesWad[STEPS] = lowWad;
        pricesWad[STEPS + 1] = highWad;
        int256[9] memory valuesWad;
        _fall(valuesWad, lowWad, 1, _step(rhoWad, false, false), 0);
        _rise(valuesWad, highWad, 1, _step(rhoWad, true, true), ROUND_UP_WAD);
        for (uint256 i = 0; i < STEPS; ++i) {
            pricesWad[i] = uint256(valuesWad[i]);
            pricesWad[STEPS + 2 + i] = uint256(valuesWad[STEPS + 1 + i]);
        }
    }

    /// @dev The four entries below the middle: sign * base * step^k for k = 1..4. Every product is monotone in the step,
    /// also after rounding: a wider shock never comes out narrower.
    function _fall(
        int256[9] memory valuesWad,
        uint256 baseWad,
        int256 sign,
        uint256 step,
        uint256 bumpWad
    ) private pure {
        // See VALUE_LIMIT_WAD; the step is below 2^62.
        unchecked {
            uint256 square = (step * step + bumpWad) / WAD;
            valuesWad[3] = sign * int256((baseWad * step + bumpWad) / WAD);
            valuesWad[2] = sign * int256((baseWad * square + bumpWad) / WAD);
            valuesWad[1] = sign * int256((baseWad * ((square * step + bumpWad) / WAD) + bumpWad) / WAD);
            valuesWad[0] = sign * int256((baseWad * ((square * square + bumpWad) / WAD) + bumpWad) / WAD);
        }
    }

    /// @dev The four entries above the middle, likewise.
    function _rise(
        int256[9] memory valuesWad,
        uint256 baseWad,
        int256 sign,
        uint256 step,
        uint256 bumpWad
    ) private pure {
        // See VALUE_LIMIT_WAD; the step is below 2^62.
        unchecked {
            uint256 square = (step * step + bumpWad) / WAD;
            valuesWad[5] = sign * int256((baseWad * step + bumpWad) / WAD);
            valuesWad[6] = sign * int256((baseWad * square + bumpWad) / WAD);
            valuesWad[7] = sign * int256((baseWad * ((square * step + bumpWad) / WAD) + bumpWad) / WAD);
            valuesWad[8] = sign * int256((baseWad * ((square * square + bumpWad) / WAD) + bumpWad) / WAD);
        }
    }

    function _step(uint256 rhoWad, bool rising, bool roundUp) private pure returns (uint256) {
        int256 exponentWad = int256(rhoWad / STEPS);
        if (!rising) exponentWad = -exponentWad;
        return roundUp ? DirectedExp.up(exponentWad) : DirectedExp.down(exponentWad);
    }

    function _unshocked(Exposure memory exposure) private pure returns (uint256 magnitudeWad) {
        uint256 unitsWad = exposure.unitsWad.abs();
        magnitudeWad = exposure.roundUp ? unitsWad.mulWadUp(exposure.edgeWad) : unitsWad.mulWad(exposure.edgeWad);
        if (magnitudeWad >= VALUE_LIMIT_WAD) {
            revert IPortfolioMargin.Risk_ValueTooLarge(magnitudeWad, VALUE_LIMIT_WAD);
        }
    }
}
