// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
import {BASIS_POINT_WAD} from "./RiskUnits.sol";

/// @title LiquidityCost
/// @notice What it costs to trade a whole exposure away: half the spread and the impact of its size.
/// @dev Impact by the square-root law (Almgren et al. 2005, Toth et al. 2011): the price moves by impact * daily volatility *
/// sqrt(size / depth). Depth is what moves it by `impact` daily deviations; it shrinks as volatility rises above that at which
/// it was stated. Superlinear on purpose: a whole costs at least the sum of its parts, but for roundings.
///
/// Every step is a rounding of a monotone function of one sign, so that no rise of an exposure or a volatility lowers a cost,
/// and initial (`up`) is never below maintenance at the same ones (invariants 5, 9, 15). A cost ends at the exposure itself.
library LiquidityCost {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;
    /// @dev sqrt(365), WAD.
    uint256 private constant ROOT_OF_YEAR_WAD = 19.104973174542800187e18;
    /// @dev Beyond it any cost has ended; its product with WAD fits 256 bits.
    uint256 private constant MAX_LOAD_WAD = 1e54;

    /// @notice min(1, halfSpread + impact * sigma / sqrt(365) * sqrt(value / depth')) * value, with
    /// depth' = depth * max(leastDepth, min(1, depthSigma / sigma)). `up` rounds every step up (the depth down), else down
    /// (the depth up).
    /// @param valueWad Net delta in cash, WAD, unsigned.
    /// @param sigmaWad Volatility of margin, WAD per square root of a year.
    function ofDelta(
        LiquidityTerms terms,
        uint256 valueWad,
        uint256 sigmaWad,
        bool up
    ) internal pure returns (uint256 costWad) {
        if (LiquidityTerms.unwrap(terms) == 0 || valueWad == 0) return 0;
        // Depth has 64 bits, shares and impact 16, in units below 2^64: nothing wraps.
        unchecked {
            uint256 depthWad = terms.depthUsd() * WAD;
            uint256 calmWad = terms.depthSigmaWad();
            if (sigmaWad > calmWad) {
                uint256 shareWad = up ? calmWad.divWad(sigmaWad) : calmWad.divWadUp(sigmaWad);
                shareWad = shareWad.max(terms.leastDepthBps() * BASIS_POINT_WAD);
                depthWad = up ? depthWad.mulWad(shareWad) : depthWad.mulWadUp(shareWad);
            }
            // A volatility beyond this has ended the cost whatever the size.
            sigmaWad = sigmaWad.min(MAX_LOAD_WAD);
            uint256 impactWad = terms.impactBps() * BASIS_POINT_WAD;
            impactWad =
                up
                    ? sigmaWad.divWadUp(ROOT_OF_YEAR_WAD).mulWadUp(impactWad)
                    : sigmaWad.divWad(ROOT_OF_YEAR_WAD).mulWad(impactWad);
            return _cost(valueWad, depthWad, terms.halfSpreadWad(), impactWad, up);
        }
    }

    /// @notice min(1, volHalfSpread + volImpact * sqrt(value / vegaDepth)) * value; rounded like `ofDelta`.
    /// @param valueWad What the options gain or lose, each counted for itself, when volatilities double, in cash, WAD.
    function ofVega(LiquidityTerms terms, uint256 valueWad, bool up) internal pure returns (uint256 costWad) {
        if (LiquidityTerms.unwrap(terms) == 0 || valueWad == 0) return 0;
        // As in `ofDelta`.
        unchecked {
            uint256 spreadWad = terms.volHalfSpreadBps() * BASIS_POINT_WAD;
            uint256 impactWad = terms.volImpactBps() * BASIS_POINT_WAD;
            return _cost(valueWad, terms.vegaDepthUsd() * WAD, spreadWad, impactWad, up);
        }
    }

    function _cost(
        uint256 valueWad,
        uint256 depthWad,
        uint256 spreadWad,
        uint256 impactWad,
        bool up
    ) private pure returns (uint256 costWad) {
        uint256 loadWad = up ? valueWad.fullMulDivUp(WAD, depthWad) : valueWad.fullMulDiv(WAD, depthWad);
        uint256 shareWad;
        // The square is at most 1e72; a product that did not revert, over WAD, leaves room for a spread.
        unchecked {
            uint256 squareWad = loadWad.min(MAX_LOAD_WAD) * WAD;
            uint256 rootWad = squareWad.sqrt();
            if (up && rootWad * rootWad < squareWad) ++rootWad;
            shareWad = spreadWad + (up ? impactWad.mulWadUp(rootWad) : impactWad.mulWad(rootWad));
        }
        shareWad = shareWad.min(WAD);
        return up ? valueWad.fullMulDivUp(shareWad, WAD) : valueWad.fullMulDiv(shareWad, WAD);
    }
}
