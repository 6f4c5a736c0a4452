// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {DirectedExp} from "../math/DirectedExp.sol";
import {CollateralTerms} from "./CollateralTerms.sol";

/// @title Haircut
/// @notice How much of a collateral counts: the integral of a marginal haircut over the amount, so that more of it never
/// counts for less.
/// @dev credit(X) = integral from 0 to X of max(0, a - g * max(0, x / cap - free)^2) dx, a = 1 - h. Beyond the free
/// part, with y = x / cap - free cut at the root sqrt(a / g): cap * (a y - g y^3 / 3). That cubic is exact on the WAD
/// grid of y and monotone there (a >= g y^2 up to the root), hence so is its single rounded product with the cap.
library Haircut {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;
    /// @dev Exponents are rounded to a grid on which more volatility never counts for more (invariant 15).
    uint256 private constant GRIDDED_WAD = 1e18 * DirectedExp.GRID_WAD;
    uint256 private constant WAD_SQUARED = 1e36;
    uint256 private constant THREE_WAD_TO_THE_FOURTH = 3e72;

    /// @notice Tokens of `amountWad` that count.
    /// @param sigmaWad Volatility, WAD per square root of a year.
    /// @param roundUp In the account's favour (liquidation) or against it.
    function credit(
        CollateralTerms terms,
        uint256 amountWad,
        uint256 sigmaWad,
        bool roundUp
    ) internal pure returns (uint256 creditWad) {
        uint256 shareWad = creditedShare(terms, sigmaWad, roundUp);
        uint256 freeWad = amountWad;
        uint256 gainWad = terms.concentrationGainWad();
        if (gainWad != 0) freeWad = freeWad.min(terms.capWad().mulWad(terms.concentrationFreeWad()));
        creditWad = roundUp ? freeWad.mulWadUp(shareWad) : freeWad.mulWad(shareWad);
        if (amountWad > freeWad) creditWad += _concentrated(terms, amountWad - freeWad, shareWad, roundUp);
    }

    /// @notice 1 - h: what the first token counts for, WAD.
    function creditedShare(
        CollateralTerms terms,
        uint256 sigmaWad,
        bool roundUp
    ) internal pure returns (uint256 shareWad) {
        uint256 ceilingWad = WAD - terms.haircutFloorWad();
        uint256 perSigmaWad = terms.exponentPerSigmaWad();
        shareWad =
            roundUp
                ? DirectedExp.up(-int256(sigmaWad.mulDiv(perSigmaWad, GRIDDED_WAD) * DirectedExp.GRID_WAD))
                : DirectedExp.down(-int256(sigmaWad.mulDivUp(perSigmaWad, GRIDDED_WAD) * DirectedExp.GRID_WAD));
        // h = h0 + 1 - e, so the share is e - h0, kept within [0, 1 - h0].
        return shareWad.zeroFloorSub(terms.haircutFloorWad()).min(ceilingWad);
    }

    /// @param excessWad Amount beyond the free part, WAD of tokens.
    function _concentrated(
        CollateralTerms terms,
        uint256 excessWad,
        uint256 shareWad,
        bool roundUp
    ) private pure returns (uint256 creditWad) {
        uint256 capWad = terms.capWad();
        uint256 gainWad = terms.concentrationGainWad();
        uint256 rootWad = shareWad.fullMulDiv(WAD_SQUARED, gainWad).sqrt();
        uint256 y = roundUp ? excessWad.fullMulDivUp(WAD, capWad) : excessWad.fullMulDiv(WAD, capWad);
        y = y.min(rootWad);
        // y <= sqrt(1e54 / 1e12) = 1e21: the first product stays below 3e75, and gain y^2 <= share 1e36 bounds the
        // second by a third of it.
        uint256 cubic = 3 * shareWad * WAD_SQUARED * y - gainWad * y * y * y;
        return
            roundUp
                ? capWad.fullMulDivUp(cubic, THREE_WAD_TO_THE_FOURTH)
                : capWad.fullMulDiv(cubic, THREE_WAD_TO_THE_FOURTH);
    }
}
