// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {DirectedExp} from "../math/DirectedExp.sol";

/// @title ScenarioGrid
/// @notice Value of everything linked to one underlying at each shock index k = -4..4.
/// @dev Linear books only know their exposure. Books with options add their own vector to `ladder` before the vectors
/// are combined, and lose the shortcut `worst`, which is exact for monotone vectors.
library ScenarioGrid {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using SafeCastLib for uint256;

    /// @dev Shock indices on each side of the unshocked price.
    uint256 internal constant STEPS = 4;
    uint256 internal constant NODES = 9;

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
        uint256 factor = _step(exposure.rhoWad, short, roundUp);
        factor = _product(factor, factor, roundUp);
        return _signed(_product(_unshocked(exposure), _product(factor, factor, roundUp), roundUp), short);
    }

    /// @notice Value at every index; entry k + 4 is that of index k.
    /// @param valuesWad Filled in place.
    function ladder(Exposure memory exposure, int256[9] memory valuesWad) internal pure {
        bool short = exposure.unitsWad < 0;
        bool roundUp = exposure.roundUp;
        uint256 baseWad = _unshocked(exposure);
        uint256[4] memory below = _powers(short ? exposure.gainRhoWad : exposure.rhoWad, false, roundUp);
        uint256[4] memory above = _powers(short ? exposure.rhoWad : exposure.gainRhoWad, true, roundUp);
        valuesWad[STEPS] = _signed(baseWad, short);
        for (uint256 i = 0; i < STEPS; ++i) {
            valuesWad[STEPS - 1 - i] = _signed(_product(baseWad, below[i], roundUp), short);
            valuesWad[STEPS + 1 + i] = _signed(_product(baseWad, above[i], roundUp), short);
        }
    }

    /// @notice The ten absolute prices of the union, rising, WAD; outward rounded.
    function spots(uint256 lowWad, uint256 highWad, uint256 rhoWad) internal pure returns (uint256[] memory pricesWad) {
        pricesWad = new uint256[](2 * STEPS + 2);
        uint256[4] memory below = _powers(rhoWad, false, false);
        uint256[4] memory above = _powers(rhoWad, true, true);
        pricesWad[STEPS] = lowWad;
        pricesWad[STEPS + 1] = highWad;
        for (uint256 i = 0; i < STEPS; ++i) {
            pricesWad[STEPS - 1 - i] = lowWad.mulWad(below[i]);
            pricesWad[STEPS + 2 + i] = highWad.mulWadUp(above[i]);
        }
    }

    /// @dev e^(+-rho * k / 4) for k = 1..4 from one exponential. Every step is monotone in rho, also after rounding: a
    /// wider shock never comes out narrower.
    function _powers(uint256 rhoWad, bool rising, bool roundUp) private pure returns (uint256[4] memory factors) {
        uint256 step = _step(rhoWad, rising, roundUp);
        uint256 square = _product(step, step, roundUp);
        return [step, square, _product(square, step, roundUp), _product(square, square, roundUp)];
    }

    function _step(uint256 rhoWad, bool rising, bool roundUp) private pure returns (uint256) {
        int256 exponentWad = int256(rhoWad / STEPS);
        if (!rising) exponentWad = -exponentWad;
        return roundUp ? DirectedExp.up(exponentWad) : DirectedExp.down(exponentWad);
    }

    function _product(uint256 a, uint256 b, bool roundUp) private pure returns (uint256) {
        return roundUp ? a.mulWadUp(b) : a.mulWad(b);
    }

    function _unshocked(Exposure memory exposure) private pure returns (uint256 magnitudeWad) {
        return _product(exposure.unitsWad.abs(), exposure.edgeWad, exposure.roundUp);
    }

    function _signed(uint256 magnitudeWad, bool negative) private pure returns (int256) {
        int256 valueWad = magnitudeWad.toInt256();
        return negative ? -valueWad : valueWad;
    }
}
