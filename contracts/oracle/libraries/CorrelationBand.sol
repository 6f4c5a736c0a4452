// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {SignedWad} from "../../math/SignedWad.sol";
import {ICorrelationMatrix} from "../ICorrelationMatrix.sol";
import {CorrelationFilter} from "./CorrelationFilter.sol";

/// @title CorrelationBand
/// @notice From two estimates of a correlation to what may be relied on: the interval of `ICorrelationMatrix`. Pure.
library CorrelationBand {
    using CorrelationFilter for CorrelationFilter.Estimate;

    int256 internal constant ONE = 1e18;
    /// @dev The normal's 99.5 % quantile: one side fails in one case of two hundred.
    uint256 private constant Z_WAD = 2.58e18;
    /// @dev Fisher's n - 3.
    uint256 private constant LOST_DEGREES_WAD = 3e18;
    int256 private constant WAD_PER_BPS = 1e14;
    uint256 private constant WAD = 1e18;

    /// @notice The correlation of a listed pair at `nowSeconds`.
    function correlation(
        CorrelationFilter.Pair memory pair,
        uint256 nowSeconds
    ) internal pure returns (ICorrelationMatrix.Correlation memory result) {
        uint256 ageSeconds = pair.anchorAt == 0 ? 0 : nowSeconds - pair.anchorAt;
        uint256 freshWad = CorrelationFilter.retention(ageSeconds, CorrelationFilter.FAST_HALF_LIFE);
        result.ageSeconds = ageSeconds;
        result.weightWad = (pair.weightQ32 * WAD) / CorrelationFilter.ONE_Q32;
        result.samplesWad = (pair.slowCountQ12 * freshWad) / CorrelationFilter.ONE_Q12;

        int256 slowWad = pair.slow.rhoWad();
        (int256 lowWad, int256 highWad) = fisher(slowWad, result.samplesWad);
        int256 unseen = ONE - int256(result.weightWad);
        lowWad = SignedWad.mulFloor(lowWad, result.weightWad) - unseen;
        highWad = SignedWad.mulCeil(highWad, result.weightWad) + unseen;
        (int256 fastLowWad, int256 fastHighWad) = fisher(
            pair.fast.rhoWad(),
            (pair.fastCountQ12 * freshWad) / CorrelationFilter.ONE_Q12
        );
        lowWad = FixedPointMathLib.min(lowWad, fastLowWad);
        highWad = FixedPointMathLib.max(highWad, fastHighWad);

        int256 pointWad = (slowWad * int256(result.weightWad) + pair.priorBps * WAD_PER_BPS * unseen) / ONE;
        result.rhoWad = FixedPointMathLib.clamp(pointWad, pair.rhoMinBps * WAD_PER_BPS, pair.rhoMaxBps * WAD_PER_BPS);
        result.lowWad = FixedPointMathLib.min(lowWad, pair.rhoMaxBps * WAD_PER_BPS);
        result.highWad = FixedPointMathLib.max(highWad, pair.rhoMinBps * WAD_PER_BPS);
    }

    /// @notice tanh(artanh(rho) -+ 2.58 / sqrt(n - 3)), rounded outward; [-1, 1] for three observations or fewer.
    /// @dev With q = exp(-2h): tanh(artanh(rho) - h) = ((1 + rho) q - (1 - rho)) / ((1 + rho) q + (1 - rho)).
    function fisher(int256 rho, uint256 samplesWad) internal pure returns (int256 lowWad, int256 highWad) {
        // Counts are below 2^72: 132 bits. The root is at least 1e9, so that the exponent is below 2^93.
        unchecked {
            if (samplesWad <= LOST_DEGREES_WAD) return (-ONE, ONE);
            uint256 rootWad = FixedPointMathLib.sqrt((samplesWad - LOST_DEGREES_WAD) * WAD);
            int256 qWad = FixedPointMathLib.expWad(-int256((2 * Z_WAD * WAD) / rootWad));
            lowWad = shrunk(ONE + rho, ONE - rho, qWad);
            highWad = -shrunk(ONE - rho, ONE + rho, qWad);
        }
    }

    /// @dev (x q - y) / (x q + y), WAD, rounded down; -1 where it is not defined.
    function shrunk(int256 x, int256 y, int256 qWad) private pure returns (int256 resultWad) {
        // x and y are at most 2e18, q at most 1e18: 2^62 * 2^60 * 2^60, twice.
        unchecked {
            int256 scaled = x * qWad;
            int256 sum = scaled + y * ONE;
            if (sum == 0) return -ONE;
            int256 difference = (scaled - y * ONE) * ONE;
            resultWad = difference / sum;
            if (difference % sum < 0) --resultWad;
        }
    }
}
