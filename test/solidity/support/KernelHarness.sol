// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black} from "../../../contracts/math/Black.sol";
import {BlackLadder} from "../../../contracts/math/BlackLadder.sol";
import {LogRatio} from "../../../contracts/math/LogRatio.sol";
import {NormalDistribution} from "../../../contracts/math/NormalDistribution.sol";
import {OptionTime} from "../../../contracts/math/OptionTime.sol";

/// @dev The option kernels, many values to a call.
contract KernelHarness {
    struct Option {
        uint256 forwardWad;
        uint256 strikeWad;
        uint256 totalVolWad;
    }

    struct Valued {
        uint256 callWad;
        uint256 putWad;
        uint256 deltaWad;
        uint256 gammaWad;
        uint256 vegaWad;
    }

    function greeks(Option[] calldata options) external pure returns (Valued[] memory valued) {
        valued = new Valued[](options.length);
        for (uint256 i = 0; i < options.length; ++i) {
            Option calldata o = options[i];
            Valued memory v = valued[i];
            (v.callWad, v.putWad, v.deltaWad, v.gammaWad, v.vegaWad) = Black.greeks(
                o.forwardWad,
                o.strikeWad,
                o.totalVolWad
            );
        }
    }

    /// @dev The four bounds: call down, call up, put down, put up.
    function bounds(Option[] calldata options) external pure returns (uint256[4][] memory boundsWad) {
        boundsWad = new uint256[4][](options.length);
        for (uint256 i = 0; i < options.length; ++i) {
            Option calldata o = options[i];
            uint256[4] memory b = boundsWad[i];
            (b[0], b[2]) = Black.pricesDown(o.forwardWad, o.strikeWad, o.totalVolWad);
            (b[1], b[3]) = Black.pricesUp(o.forwardWad, o.strikeWad, o.totalVolWad);
        }
    }

    function cdf(int256[] calldata xWad) external pure returns (uint256[] memory resultWad) {
        resultWad = new uint256[](xWad.length);
        for (uint256 i = 0; i < xWad.length; ++i) resultWad[i] = NormalDistribution.cdf(xWad[i]);
    }

    function pdf(int256[] calldata xWad) external pure returns (uint256[] memory resultWad) {
        resultWad = new uint256[](xWad.length);
        for (uint256 i = 0; i < xWad.length; ++i) resultWad[i] = NormalDistribution.pdf(xWad[i]);
    }

    function lnX64(uint256[2][] calldata pairs) external pure returns (uint256[] memory resultX64) {
        resultX64 = new uint256[](pairs.length);
        for (uint256 i = 0; i < pairs.length; ++i) resultX64[i] = LogRatio.lnX64(pairs[i][0], pairs[i][1]);
    }

    /// @dev The sums of one leg after another on one ladder, each on its own.
    function ladder(
        address table,
        uint256 stepX64,
        uint256[9] calldata forwardsWad,
        Option[] calldata options,
        int256 weight
    ) external view returns (int256[9][] memory sumsX63) {
        BlackLadder.Ladder memory rungs = BlackLadder.Ladder(BlackLadder.load(table), stepX64, forwardsWad);
        sumsX63 = new int256[9][](options.length);
        for (uint256 i = 0; i < options.length; ++i) {
            uint256 strikeWad = options[i].strikeWad;
            int256 logX64 = LogRatio.signedLnX64(rungs.forwardsWad[0], strikeWad);
            BlackLadder.addCalls(rungs, strikeWad, logX64, options[i].totalVolWad, weight, sumsX63[i]);
        }
    }

    /// @dev Square root of the time, vega per volatility, theta.
    function inTime(
        uint256 timeSeconds,
        uint256 sigmaWad,
        uint256 gammaWad,
        uint256 vegaWad
    ) external pure returns (uint256, uint256, int256) {
        uint256 sqrtYearsWad = OptionTime.sqrtYears(timeSeconds);
        return (
            sqrtYearsWad,
            OptionTime.vegaOfSigma(vegaWad, sqrtYearsWad),
            OptionTime.thetaPerYear(gammaWad, sigmaWad)
        );
    }

    function totalVol(uint256 sigmaWad, uint256 timeSeconds) external pure returns (uint256 downWad, uint256 upWad) {
        uint256 sqrtYearsWad = OptionTime.sqrtYears(timeSeconds);
        return (OptionTime.totalVolDown(sigmaWad, sqrtYearsWad), OptionTime.totalVolUp(sigmaWad, sqrtYearsWad));
    }
}
