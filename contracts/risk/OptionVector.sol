// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../math/Black.sol";
import {OptionTime} from "../math/OptionTime.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {LEGS_PER_WORD, OptionWord} from "../types/OptionWord.sol";
import {SmileWord} from "../types/SmileWord.sol";
import {OptionTerms} from "./OptionTerms.sol";

/// @title OptionVector
/// @notice What the options of an account on one underlying are worth at given prices and volatilities.
/// @dev The volatility of a strike is read at the mark and stays with the strike when the price is shocked. Every price that is
/// taken counts as forward: what is settled is the price itself.
library OptionVector {
    using FixedPointMathLib for int256;
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;

    /// @notice The legs of one expiry with what prices them.
    struct Strip {
        ExpiryWord expiry;
        OptionWord legs;
        SmileWord smile;
    }

    /// @notice What an account has at one strike of one expiry, ready to be priced: puts count as calls less the
    /// underlying plus the strike, which is what they are worth to the wei, so that what cancels is gone.
    /// @param sizeWad Calls, in units of the underlying, WAD.
    /// @param flatWad Total volatility as it is looked at, WAD; `upWad` and `downWad` shocked.
    /// @param plainWad Total volatility without doubt, WAD: for the delta.
    /// @param putsWad Puts among them, signed: for the delta of what is held.
    struct Leg {
        bool long;
        uint256 sizeWad;
        uint256 strikeWad;
        uint256 flatWad;
        uint256 upWad;
        uint256 downWad;
        uint256 plainWad;
        int256 putsWad;
    }

    /// @notice An account's options on one underlying: calls, units of the underlying and cash.
    /// @param syntheticWad Underlying held as as many calls as puts are short at the same strike: nothing is left to be
    /// priced, but there is something to be closed. A box has none.
    struct Calls {
        Leg[] legs;
        int256 unitsWad;
        int256 cashWad;
        int256 syntheticWad;
    }

    /// @dev What all legs of an expiry share: square root of the years left, factors on volatility. WAD.
    struct Tenor {
        uint256 rootWad;
        uint256 upWad;
        uint256 downWad;
    }

    /// @notice How a book is looked at.
    /// @param markWad Price at which volatilities are read, WAD.
    /// @param favourable Whether doubt about volatilities and roundings go to the account.
    /// @param mirrored Whether every position is taken for its opposite.
    struct Look {
        uint256 markWad;
        uint256 nowSeconds;
        OptionTerms terms;
        bool favourable;
        bool mirrored;
    }

    /// @notice All legs of all strips, those of one strike together.
    function callsOf(Strip[] memory strips, Look memory look) internal pure returns (Calls memory calls) {
        uint256 count;
        for (uint256 i = 0; i < strips.length; ++i) count += strips[i].legs.legCount();
        Leg[] memory legs = new Leg[](count);
        calls.legs = legs;
        count = 0;
        for (uint256 i = 0; i < strips.length; ++i) count = _addStrip(calls, count, strips[i], look);
        // Strikes where calls and puts met, or nothing was left, need no place.
        assembly ("memory-safe") {
            mstore(legs, count)
        }
    }

    /// @notice Price of one unit of a leg: a long one not above the truth, a short one not below it; the other way around
    /// where the account is to be favoured.
    function priceOf(
        Leg memory leg,
        uint256 forwardWad,
        uint256 totalVolWad,
        bool favourable
    ) internal pure returns (uint256 callWad) {
        (callWad, ) = leg.long == favourable
            ? Black.pricesUp(forwardWad, leg.strikeWad, totalVolWad)
            : Black.pricesDown(forwardWad, leg.strikeWad, totalVolWad);
    }

    /// @notice Value of all legs at one price with volatilities as they are, WAD, without what is linear.
    function valueAt(Leg[] memory legs, uint256 priceWad, bool favourable) internal pure returns (int256 valueWad) {
        for (uint256 i = 0; i < legs.length; ++i) {
            Leg memory leg = legs[i];
            uint256 unitWad = priceOf(leg, priceWad, leg.flatWad, favourable);
            uint256 legWad = leg.long == favourable ? leg.sizeWad.mulWadUp(unitWad) : leg.sizeWad.mulWad(unitWad);
            valueWad += leg.long ? int256(legWad) : -int256(legWad);
        }
    }

    /// @dev Legs of a word rise by strike, a call before the put of the same.
    function _addStrip(
        Calls memory calls,
        uint256 count,
        Strip memory strip,
        Look memory look
    ) private pure returns (uint256) {
        Tenor memory tenor;
        uint256 secondsLeft = uint256(strip.expiry.expiryOf()).zeroFloorSub(look.nowSeconds);
        tenor.rootWad = OptionTime.sqrtYears(secondsLeft);
        (tenor.upWad, tenor.downWad) = look.terms.volFactors(secondsLeft);
        uint256 legCount = strip.legs.legCount();
        for (uint256 i = 0; i < legCount; ++i) {
            (int256 callLots, int256 putLots, uint256 strikeIndex) = _lotsAt(strip.legs, i);
            if (callLots != 0 && putLots != 0) ++i;
            if (look.mirrored) (callLots, putLots) = (-callLots, -putLots);
            if (_addStrike(calls, calls.legs[count], strip, [callLots, putLots, int256(strikeIndex)])) {
                _addVols(calls.legs[count++], strip.smile, tenor, look);
            }
        }
        return count;
    }

    /// @param lots Of calls, of puts, and the index of their strike.
    /// @return left Whether anything is left to be priced.
    function _addStrike(
        Calls memory calls,
        Leg memory leg,
        Strip memory strip,
        int256[3] memory lots
    ) private pure returns (bool left) {
        uint256 lotSizeWad = strip.expiry.lotSizeWadOf();
        leg.strikeWad = strip.expiry.strikeWadOf(uint256(lots[2]));
        leg.putsWad = lots[1] * int256(lotSizeWad);
        calls.unitsWad -= leg.putsWad;
        calls.cashWad += SignedWad.mulFloor(leg.putsWad, leg.strikeWad);
        int256 netLots = lots[0] + lots[1];
        if (netLots == 0) calls.syntheticWad += lots[0] * int256(lotSizeWad);
        leg.long = netLots > 0;
        leg.sizeWad = netLots.abs() * lotSizeWad;
        return netLots != 0;
    }

    /// @dev Volatilities are at most 6.5536e18, factors and roots below 2^70: nothing wraps.
    function _addVols(Leg memory leg, SmileWord smile, Tenor memory tenor, Look memory look) private pure {
        int256 yWad = FixedPointMathLib.lnWad(int256(FixedPointMathLib.max((leg.strikeWad * WAD) / look.markWad, 1)));
        uint256 totalWad = smile.volAtWad(yWad) * tenor.rootWad;
        leg.plainWad = totalWad / WAD;
        if (leg.long != look.favourable) totalWad = smile.lowVolAtWad(yWad) * tenor.rootWad;
        leg.flatWad = totalWad / WAD;
        leg.upWad = (totalWad * tenor.upWad) / (WAD * WAD);
        leg.downWad = (totalWad * tenor.downWad) / (WAD * WAD);
    }

    /// @return callLots Lots of the call, @return putLots and of the put, at the strike of the leg at `position`.
    function _lotsAt(
        OptionWord legs,
        uint256 position
    ) private pure returns (int256 callLots, int256 putLots, uint256 strikeIndex) {
        (int24 lots, uint8 index, bool isPut) = legs.legAt(position);
        if (isPut) return (0, lots, index);
        if (position + 1 < LEGS_PER_WORD) {
            (int24 nextLots, uint8 nextIndex, bool nextIsPut) = legs.legAt(position + 1);
            if (nextLots != 0 && nextIsPut && nextIndex == index) putLots = nextLots;
        }
        return (lots, putLots, index);
    }
}
