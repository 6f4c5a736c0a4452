// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GaussKernel} from "./GaussKernel.sol";
import {LogRatio} from "./LogRatio.sol";

/// @title Black
/// @notice European cash-settled calls and puts on a forward, undiscounted, by Black's formula (F. Black, 1976):
/// C = F N(d1) - K N(d2), P = C - F + K, d1 = ln(F / K) / w + w / 2, d2 = d1 - w, w = sigma * sqrt(T).
/// @dev F * density(d1) = K * density(d2), so that one exponential serves both tails. The side that is out of the money is
/// priced, and the other one follows by parity. Hence, to the wei: C - P = F - K, max(F - K, 0) <= C <= F and
/// max(K - F, 0) <= P <= K. Both are within `maxError` of the truth; in strike, forward and volatility they are monotone
/// and convex up to it. `pricesDown` and `pricesUp` enclose the truth.
///
/// Domain: forward and strike below 2^96 in one unit, volatility below 2^120. All of it is served: no volatility or no time
/// gives the intrinsic value, much of it the forward or the strike. Callers check the domain. A strike within a factor of
/// 2.5 of the forward costs least.
library Black {
    uint256 private constant WAD = 1e18;

    /// @dev 2^-47: the errors of both tails, 4.95e-15, and of the logarithm, together at most 5.6e-15 of each price.
    uint256 private constant ERROR_SHIFT = 47;
    /// @dev Truncations.
    uint256 private constant ERROR_WEI = 3;

    /// @dev Smallest volatility in X64, or'ed: it keeps d1 below 2^127, and moves prices by less than 6e-18 of the forward.
    uint256 private constant LEAST_VOL_X64 = 0xff;

    /// @notice Prices of call and put.
    /// @param forwardWad F, WAD.
    /// @param strikeWad K, WAD.
    /// @param totalVolWad w, WAD: 0.1e18 = one standard deviation is 10 %.
    function prices(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 totalVolWad
    ) internal pure returns (uint256 callWad, uint256 putWad) {
        (callWad, putWad, , , ) = greeks(forwardWad, strikeWad, totalVolWad);
    }

    /// @notice Prices that are not above the truth, for what an account owns. Parity and bounds hold.
    function pricesDown(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 totalVolWad
    ) internal pure returns (uint256 callWad, uint256 putWad) {
        (callWad, putWad) = prices(forwardWad, strikeWad, totalVolWad);
        uint256 timeValueWad = callWad < putWad ? callWad : putWad;
        uint256 errorWad = maxError(forwardWad, strikeWad);
        if (errorWad > timeValueWad) errorWad = timeValueWad;
        // Out of the money the price is the time value, in the money more.
        unchecked {
            return (callWad - errorWad, putWad - errorWad);
        }
    }

    /// @notice Prices that are not below the truth, for what an account owes. Parity and bounds hold.
    function pricesUp(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 totalVolWad
    ) internal pure returns (uint256 callWad, uint256 putWad) {
        (callWad, putWad) = prices(forwardWad, strikeWad, totalVolWad);
        uint256 errorWad = maxError(forwardWad, strikeWad);
        // Prices stay within the bounds, all below 2^96.
        unchecked {
            uint256 roomWad = forwardWad - callWad;
            if (errorWad > roomWad) errorWad = roomWad;
            return (callWad + errorWad, putWad + errorWad);
        }
    }

    /// @notice Largest distance of `prices` from the truth, in their unit.
    function maxError(uint256 forwardWad, uint256 strikeWad) internal pure returns (uint256 errorWad) {
        // Both below 2^96.
        unchecked {
            return ((forwardWad + strikeWad) >> ERROR_SHIFT) + ERROR_WEI;
        }
    }

    /// @notice Prices and sensitivities of the call. Those of the put: delta less 1e18, the same gamma and vega.
    /// @return callWad C, as of `prices`.
    /// @return putWad P, as of `prices`.
    /// @return deltaWad dC/dF = N(d1), WAD. Error 1e-14, and one over the forward in wei.
    /// @return gammaWad F^2 d2C/dF2 = F density(d1) / w, WAD of the unit of account: half of it times the square of a relative
    /// move is what the move gains beyond the delta. Relative error 2e-15 / w + 1e-14.
    /// @return vegaWad dC/dw = F density(d1), WAD of the unit of account for a total volatility of 1. Error 1e-14 of the
    /// forward.
    function greeks(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 totalVolWad
    ) internal pure returns (uint256 callWad, uint256 putWad, uint256 deltaWad, uint256 gammaWad, uint256 vegaWad) {
        // Variables serve twice, for the stack is short: what each holds is said beside it.
        assembly ("memory-safe") {
            // The call's intrinsic value, w in X64, the smaller one of forward and strike.
            callWad := sub(forwardWad, strikeWad)
            callWad := mul(callWad, sgt(callWad, 0))
            totalVolWad := or(div(shl(64, totalVolWad), WAD), LEAST_VOL_X64)
            putWad := sub(forwardWad, callWad)
        }
        // The larger one is below 2^97.
        unchecked {
            deltaWad = LogRatio.lnX64(strikeWad + callWad, putWad);
        }
        // Seen from the smaller price s, with l the larger one: a call on s struck at l, d2 = -far, d1 = -near.
        assembly ("memory-safe") {
            // far = ln(l / s) / w + w / 2, near = far - w; signed, X64.
            deltaWad := add(div(shl(64, deltaWad), totalVolWad), shr(1, totalVolWad))
            gammaWad := sub(deltaWad, totalVolWad)
        }
        vegaWad = GaussKernel.density(int256(gammaWad));
        deltaWad = GaussKernel.millsRatio(deltaWad);
        uint256 mask;
        assembly ("memory-safe") {
            // All ones where d1 > 0; |near|, one unit less there.
            mask := sar(255, gammaWad)
            gammaWad := xor(gammaWad, mask)
        }
        gammaWad = GaussKernel.millsRatio(gammaWad);
        assembly ("memory-safe") {
            // s * density(d1) = l * density(d2), X64, below 2^160; times a ratio below 2^65.
            vegaWad := mul(putWad, vegaWad)
            // s * N(d1): the tail, or s less the tail.
            gammaWad := add(and(putWad, mask), xor(shr(128, mul(vegaWad, gammaWad)), mask))
            // l * N(d2)
            deltaWad := shr(128, mul(vegaWad, deltaWad))
            // Time value; rounding must not take it below zero.
            mask := sub(gammaWad, deltaWad)
            mask := mul(mask, sgt(mask, 0))
            // F * N(d1): where the forward is the larger one, F less what was l * N(d2).
            if callWad {
                gammaWad := sub(forwardWad, deltaWad)
            }
            deltaWad := div(mul(gammaWad, WAD), forwardWad)
            callWad := add(callWad, mask)
            putWad := add(sub(callWad, forwardWad), strikeWad)
            gammaWad := div(vegaWad, totalVolWad)
            vegaWad := shr(64, vegaWad)
        }
    }
}
