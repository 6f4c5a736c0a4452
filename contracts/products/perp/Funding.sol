// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {DirectedExp} from "../../math/DirectedExp.sol";
import {SignedWad} from "../../math/SignedWad.sol";

/// @title Funding
/// @notice The premium of a perpetual and what its holders pay for it.
/// @dev A trade's premium is x = (price - mid) / mid, clamped. The sample follows trades, weighted by their size, and
/// is held for one window; then it counts as zero. The premium p follows the sample as an exponential mean:
/// dp/dt = (x - p) / window. Funding per lot over a time is the integral of (gain * p + interest) * notional of a lot.
/// The integral is in closed form, so that accruing often or rarely gives the same, up to rounding and the mid.
library Funding {
    using FixedPointMathLib for int256;
    using FixedPointMathLib for uint256;

    int256 private constant WAD = 1e18;
    uint256 private constant RATE_PERIOD_WAD = 1 days * 1e18;

    /// @param emaWad Time-weighted premium, WAD of the mid.
    /// @param sampleWad Premium of recent trades, WAD of the mid.
    /// @param sampleSecondsLeft Active seconds for which the sample still counts.
    struct Premium {
        int256 emaWad;
        int256 sampleWad;
        uint256 sampleSecondsLeft;
    }

    /// @param gainWadPerDay Funding per day for a premium of 1.
    /// @param clampWadPerDay Largest funding per day, as a fraction of notional.
    /// @param interestWadPerDay Constant part of the funding per day; positive = longs pay.
    /// @param windowSeconds Time constant of the mean, and the life of a sample.
    struct Terms {
        uint256 gainWadPerDay;
        uint256 clampWadPerDay;
        int256 interestWadPerDay;
        uint256 windowSeconds;
    }

    /// @notice Moves `premium` on by `elapsed` active seconds.
    /// @return integral The premium's integral over that time, WAD * seconds.
    function advance(
        Premium memory premium,
        uint256 elapsed,
        uint256 windowSeconds
    ) internal pure returns (int256 integral) {
        uint256 held = elapsed.min(premium.sampleSecondsLeft);
        integral = _follow(premium, premium.sampleWad, held, windowSeconds);
        integral += _follow(premium, 0, elapsed - held, windowSeconds);
        premium.sampleSecondsLeft -= held;
        if (premium.sampleSecondsLeft == 0) premium.sampleWad = 0;
    }

    /// @notice Moves the sample towards the premium of a trade by lots / (lots + depth), and renews its life.
    /// @param limitWad Clamp of the trade's premium, WAD.
    function sample(
        Premium memory premium,
        uint256 tradePriceWad,
        uint256 midWad,
        uint256 lots,
        uint256 depthLots,
        uint256 limitWad
    ) internal pure {
        int256 limit = int256(limitWad);
        bool above = tradePriceWad >= midWad;
        // A ratio beyond the limit is cut before it can overflow: prices fit 255 bits, limits are below 1e18.
        uint256 distance = above ? tradePriceWad - midWad : midWad - tradePriceWad;
        int256 traded = distance >= midWad ? limit : int256(distance.fullMulDiv(1e18, midWad)).min(limit);
        if (!above) traded = -traded;
        premium.sampleWad += ((traded - premium.sampleWad) * int256(lots)) / int256(lots + depthLots);
    }

    /// @notice Funding that one lot owes for `elapsed` seconds, rounded towards zero; positive = longs pay.
    /// @param integral The premium's integral over that time, WAD * seconds.
    /// @param lotNotionalWad Value of a lot at mid, WAD of cash.
    function chargePerLot(
        Terms memory terms,
        int256 integral,
        uint256 elapsed,
        uint256 lotNotionalWad
    ) internal pure returns (int256 perLotWad) {
        int256 rateSeconds = (int256(terms.gainWadPerDay) * integral) / WAD;
        rateSeconds += terms.interestWadPerDay * int256(elapsed);
        int256 bound = int256(terms.clampWadPerDay * elapsed);
        return SignedWad.mulDivTrunc(rateSeconds.clamp(-bound, bound), lotNotionalWad, RATE_PERIOD_WAD);
    }

    /// @notice Funding per day at the present premium, WAD of notional; positive = longs pay.
    function ratePerDay(Terms memory terms, int256 emaWad) internal pure returns (int256 rateWad) {
        int256 bound = int256(terms.clampWadPerDay);
        rateWad = (int256(terms.gainWadPerDay) * emaWad) / WAD + terms.interestWadPerDay;
        return rateWad.clamp(-bound, bound);
    }

    /// @notice Largest premium that counts: with it the rate just reaches its clamp, so the clamp never has to cut and
    /// the integral stays exact.
    function premiumLimit(Terms memory terms, uint256 maxWad) internal pure returns (uint256 limitWad) {
        if (terms.gainWadPerDay == 0) return 0;
        uint256 room = terms.clampWadPerDay - terms.interestWadPerDay.abs();
        return room.fullMulDiv(1e18, terms.gainWadPerDay).min(maxWad);
    }

    /// @dev One stretch with a constant target. With d = e^(-t/window): the mean becomes x + (p - x) d, its integral is
    /// x t + (p - x) window (1 - d).
    function _follow(
        Premium memory premium,
        int256 target,
        uint256 elapsed,
        uint256 windowSeconds
    ) private pure returns (int256 integral) {
        if (elapsed == 0) return 0;
        int256 decay = int256(DirectedExp.nearest(-int256((elapsed * 1e18) / windowSeconds)));
        int256 gap = premium.emaWad - target;
        premium.emaWad = target + (gap * decay) / WAD;
        return target * int256(elapsed) + (gap * int256(windowSeconds) * (WAD - decay)) / WAD;
    }
}
