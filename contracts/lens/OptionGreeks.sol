// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Black} from "../math/Black.sol";
import {LogRatio} from "../math/LogRatio.sol";
import {OptionTime} from "../math/OptionTime.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {SmileWord} from "../types/SmileWord.sol";

/// @notice Sensitivities of a value V in USD to the price p of one underlying, to volatilities and to time. All WAD, signed.
/// @param deltaWad dV/dp, units of the underlying.
/// @param gammaWad d2V/dp2, USD per USD squared: by how much delta changes when the price moves by one dollar.
/// @param vegaWad dV/dsigma, USD for a volatility that is higher by 1.00, which is 100 points, at every strike and expiry.
/// @param thetaWad dV/dt, USD per day.
struct Greeks {
    int256 deltaWad;
    int256 gammaWad;
    int256 vegaWad;
    int256 thetaWad;
}

/// @title OptionGreeks
/// @notice Greeks of one option by Black's formula at the mid, with the volatility that the smile has for its strike.
/// @dev That volatility stays with the strike when the price moves, as in the risk engine, and is the one without doubt. Every
/// price counts as forward. Errors are those of `Black`; rounded towards zero.
library OptionGreeks {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;
    int256 private constant SIGNED_WAD = 1e18;
    int256 private constant YEAR_DAYS = 365;

    /// @dev The domain in which the engine values options.
    uint256 private constant MIN_PRICE_WAD = 1e6;
    uint256 private constant MAX_PRICE_WAD = type(uint96).max;

    /// @param midWad Price of the underlying, WAD.
    /// @param secondsLeft To expiry; at 0 an option is worth its payoff at the mid, and has a delta alone.
    struct Option {
        bool isPut;
        uint256 strikeWad;
        uint256 midWad;
        uint256 secondsLeft;
        SmileWord smile;
    }

    /// @notice Greeks per unit of the underlying, bought.
    /// @return greeks Of a put: delta between -1e18 and 0.
    /// @return sigmaWad Volatility that was taken, WAD per square root of a year.
    function ofUnit(Option memory option) internal pure returns (Greeks memory greeks, uint256 sigmaWad) {
        uint256 priceWad = option.midWad.clamp(MIN_PRICE_WAD, MAX_PRICE_WAD);
        uint256 strikeWad = option.strikeWad;
        int256 logX64 = LogRatio.signedLnX64(priceWad, strikeWad);
        sigmaWad = option.smile.volAtWad((-logX64 * SIGNED_WAD) >> 64);
        uint256 rootWad = OptionTime.sqrtYears(option.secondsLeft);
        if (rootWad == 0) {
            if (option.isPut) greeks.deltaWad = priceWad < strikeWad ? -SIGNED_WAD : int256(0);
            else greeks.deltaWad = priceWad > strikeWad ? SIGNED_WAD : int256(0);
            return (greeks, sigmaWad);
        }
        (, , uint256 deltaWad, uint256 cashGammaWad, uint256 vegaWad) = Black.greeks(
            priceWad,
            strikeWad,
            OptionTime.totalVolDown(sigmaWad, rootWad)
        );
        // A delta is at most WAD, the others are less than 2^226.
        greeks.deltaWad = option.isPut ? int256(deltaWad) - SIGNED_WAD : int256(deltaWad);
        greeks.gammaWad = int256(cashGammaWad.fullMulDiv(WAD, priceWad).fullMulDiv(WAD, priceWad));
        greeks.vegaWad = int256(OptionTime.vegaOfSigma(vegaWad, rootWad));
        greeks.thetaWad = OptionTime.thetaPerYear(cashGammaWad, sigmaWad) / YEAR_DAYS;
    }

    /// @notice Greeks of `sizeWad` units, signed.
    function times(Greeks memory greeks, int256 sizeWad) internal pure returns (Greeks memory scaled) {
        scaled.deltaWad = _scale(greeks.deltaWad, sizeWad);
        scaled.gammaWad = _scale(greeks.gammaWad, sizeWad);
        scaled.vegaWad = _scale(greeks.vegaWad, sizeWad);
        scaled.thetaWad = _scale(greeks.thetaWad, sizeWad);
    }

    /// @notice Adds `part` to `total`, in place.
    function add(Greeks memory total, Greeks memory part) internal pure {
        total.deltaWad += part.deltaWad;
        total.gammaWad += part.gammaWad;
        total.vegaWad += part.vegaWad;
        total.thetaWad += part.thetaWad;
    }

    function _scale(int256 unitWad, int256 sizeWad) private pure returns (int256) {
        return SignedWad.mulDivTrunc(sizeWad < 0 ? -unitWad : unitWad, FixedPointMathLib.abs(sizeWad), WAD);
    }
}
