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
        if (exposure.unitsWad == 0) return 0;
        uint256[4] memory factors = _powers(exposure.rhoWad, exposure.unitsWad < 0, exposure.roundUp);
        return _valueAt(exposure, factors[3]);
    }

    /// @notice Value at every index; entry k + 4 is that of index k.
    function ladder(Exposure memory exposure) internal pure returns (int256[9] memory valuesWad) {
        if (exposure.unitsWad == 0) return valuesWad;
        bool short = exposure.unitsWad < 0;
        uint256[4] memory losses = _powers(exposure.rhoWad, short, exposure.roundUp);
        uint256[4] memory gains = _powers(exposure.gainRhoWad, !short, exposure.roundUp);
        (uint256[4] memory below, uint256[4] memory above) = short ? (gains, losses) : (losses, gains);
        valuesWad[STEPS] = _valueAt(exposure, 1e18);
        for (uint256 i = 0; i < STEPS; ++i) {
            valuesWad[STEPS - 1 - i] = _valueAt(exposure, below[i]);
            valuesWad[STEPS + 1 + i] = _valueAt(exposure, above[i]);
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
        int256 stepWad = int256(rhoWad / STEPS);
        if (!rising) stepWad = -stepWad;
        if (roundUp) {
            factors[0] = DirectedExp.up(stepWad);
            factors[1] = factors[0].mulWadUp(factors[0]);
            factors[2] = factors[1].mulWadUp(factors[0]);
            factors[3] = factors[1].mulWadUp(factors[1]);
        } else {
            factors[0] = DirectedExp.down(stepWad);
            factors[1] = factors[0].mulWad(factors[0]);
            factors[2] = factors[1].mulWad(factors[0]);
            factors[3] = factors[1].mulWad(factors[1]);
        }
    }

    function _valueAt(Exposure memory exposure, uint256 factorWad) private pure returns (int256) {
        uint256 size = exposure.unitsWad.abs();
        uint256 priceWad = exposure.roundUp ? exposure.edgeWad.mulWadUp(factorWad) : exposure.edgeWad.mulWad(factorWad);
        int256 magnitude = (exposure.roundUp ? size.mulWadUp(priceWad) : size.mulWad(priceWad)).toInt256();
        return exposure.unitsWad < 0 ? -magnitude : magnitude;
    }
}
