// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../math/Black.sol";
import {BlackLadder} from "../math/BlackLadder.sol";
import {LogRatio} from "../math/LogRatio.sol";
import {OptionTime} from "../math/OptionTime.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {SmileWord} from "../types/SmileWord.sol";
import {OptionTerms} from "./OptionTerms.sol";

/// @title OptionVector
/// @notice What an account's options on one underlying are, ready to be valued at any price.
/// @dev The volatility of a strike is read at the mid and stays with the strike when the price is shocked. Every price that is
/// taken counts as forward: what is settled is the price itself.
library OptionVector {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;

    uint256 private constant WAD = 1e18;
    uint256 private constant WAD_PER_UNIT = 1e9;
    int256 private constant SIGNED_WAD = 1e18;

    /// @notice The legs of one expiry with what prices them.
    struct Strip {
        ExpiryWord expiry;
        OptionWord legs;
        SmileWord smile;
    }

    /// @notice What an account has at one strike of one expiry: puts count as calls less the underlying plus the strike,
    /// which is what they are worth to the wei, so that what cancels is gone.
    /// @param sizeE9 Calls, in units of the underlying, 1e-9; positive = long, never 0.
    /// @param logX64 ln(mid / strike).
    /// @param highWad Total volatility, WAD; `lowWad` what it is at least.
    /// @param upWad Factor on it where volatilities rise, WAD; `downWad` where they fall.
    struct Leg {
        int256 sizeE9;
        uint256 strikeWad;
        int256 logX64;
        uint256 highWad;
        uint256 lowWad;
        uint256 upWad;
        uint256 downWad;
    }

    /// @notice How much of something there is: units of the underlying, WAD, and the sum of them times their strikes, WAD.
    struct Amount {
        uint256 unitsWad;
        uint256 strikesWad;
    }

    /// @notice An account's options on one underlying: calls, units of the underlying and cash.
    /// @param deltaWad Sum of the absolute deltas of what is held at each strike, at the volatility without doubt, and that of
    /// all synthetic forwards together, WAD, rounded up. A synthetic forward leaves nothing to be priced, but something to be
    /// closed; a box has none.
    /// @param nakedWad Of each expiry and right what is short beyond what is long, in units of the underlying, WAD.
    struct Calls {
        Leg[] legs;
        Amount longs;
        Amount shorts;
        int256 unitsWad;
        int256 cashWad;
        uint256 deltaWad;
        uint256 nakedWad;
    }

    /// @notice What strips are read with.
    /// @param midWad Price of the underlying, WAD, positive.
    /// @param table Place of the normal table in memory.
    struct Look {
        uint256 midWad;
        uint256 nowSeconds;
        OptionTerms terms;
        uint256 table;
    }

    /// @dev What the legs of an expiry share, and what is counted over them. Sizes in 1e-9 of the underlying.
    struct Tenor {
        uint256 rootWad;
        uint256 upWad;
        uint256 downWad;
        int256 lotUnits;
        int256 calls;
        int256 puts;
        int256 forwards;
    }

    /// @notice All legs of all strips, those of one strike together.
    function callsOf(Strip[] memory strips, Look memory look) internal pure returns (Calls memory calls) {
        uint256 most = 0;
        for (uint256 i = 0; i < strips.length; ++i) most += strips[i].legs.legCount();
        Leg[] memory legs = new Leg[](most);
        calls.legs = legs;
        uint256 count = 0;
        int256 forwards = 0;
        for (uint256 i = 0; i < strips.length; ++i) {
            Tenor memory tenor = _tenorOf(strips[i].expiry, look);
            count = _addStrip(calls, count, strips[i], tenor, look);
            forwards += tenor.forwards;
            // Both sums are below 2^76.
            calls.nakedWad += (uint256(-tenor.calls.min(0)) + uint256(-tenor.puts.min(0))) * WAD_PER_UNIT;
        }
        calls.deltaWad += forwards.abs() * WAD_PER_UNIT;
        // Strikes where calls and puts met need no place.
        assembly ("memory-safe") {
            mstore(legs, count)
        }
    }

    /// @notice Total volatility of a leg, WAD.
    /// @param state 0: volatilities down; 1: as they are; 2: up.
    /// @param favourable Whether doubt about volatilities goes to the account.
    function volOf(Leg memory leg, uint256 state, bool favourable) internal pure returns (uint256 volWad) {
        volWad = (leg.sizeE9 > 0) == favourable ? leg.highWad : leg.lowWad;
        if (state == 1) return volWad;
        // Total volatilities are below 2^80, factors below 2^70.
        unchecked {
            return (volWad * (state == 0 ? leg.downWad : leg.upWad)) / WAD;
        }
    }

    /// @notice Value of everything at one price by the exact kernel, volatilities as they are and doubted against the account,
    /// WAD, rounded down.
    function valueAt(Calls memory calls, uint256 priceWad) internal pure returns (int256 valueWad) {
        valueWad = calls.cashWad + SignedWad.mulFloor(calls.unitsWad, priceWad);
        for (uint256 i = 0; i < calls.legs.length; ++i) {
            Leg memory leg = calls.legs[i];
            uint256 volWad = volOf(leg, 1, false);
            uint256 sizeWad = leg.sizeE9.abs() * WAD_PER_UNIT;
            if (leg.sizeE9 > 0) {
                (uint256 unitWad, ) = Black.pricesDown(priceWad, leg.strikeWad, volWad);
                valueWad += int256(sizeWad.mulWad(unitWad));
            } else {
                (uint256 unitWad, ) = Black.pricesUp(priceWad, leg.strikeWad, volWad);
                valueWad -= int256(sizeWad.mulWadUp(unitWad));
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- private

    function _tenorOf(ExpiryWord expiry, Look memory look) private pure returns (Tenor memory tenor) {
        uint256 secondsLeft = uint256(expiry.expiryOf()).zeroFloorSub(look.nowSeconds);
        tenor.rootWad = OptionTime.sqrtYears(secondsLeft);
        (tenor.upWad, tenor.downWad) = look.terms.volFactors(secondsLeft);
        tenor.lotUnits = int256(expiry.lotSizeWadOf() / WAD_PER_UNIT);
    }

    /// @dev Legs of a word rise by strike, a call before the put of the same; 32 bits each, zero ends them.
    function _addStrip(
        Calls memory calls,
        uint256 count,
        Strip memory strip,
        Tenor memory tenor,
        Look memory look
    ) private pure returns (uint256) {
        uint256 raw = OptionWord.unwrap(strip.legs);
        int256 lotUnits = tenor.lotUnits;
        while (raw != 0) {
            // Lots have 24 bits, a lot 48: nothing wraps.
            unchecked {
                uint256 key = uint8(raw);
                int256 callUnits = int256(int24(uint24(raw >> 8))) * lotUnits;
                int256 putUnits = 0;
                raw >>= 32;
                if (key & 1 == 1) (callUnits, putUnits) = (0, callUnits);
                else if (uint8(raw) == key + 1 && uint32(raw) != 0) {
                    putUnits = int256(int24(uint24(raw >> 8))) * lotUnits;
                    raw >>= 32;
                }
                tenor.calls += callUnits;
                tenor.puts += putUnits;
                uint256 strikeWad = strip.expiry.strikeWadOf(key >> 1);
                if (putUnits != 0) _addForward(calls, -putUnits, strikeWad);
                if (callUnits + putUnits == 0) tenor.forwards += callUnits;
                else
                    _addLeg(
                        calls,
                        calls.legs[count++],
                        [callUnits + putUnits, putUnits],
                        strikeWad,
                        strip,
                        tenor,
                        look
                    );
            }
        }
        return count;
    }

    /// @dev Units of the underlying at the strike: bought with cash.
    function _addForward(Calls memory calls, int256 unitsE9, uint256 strikeWad) private pure {
        int256 unitsWad = unitsE9 * int256(WAD_PER_UNIT);
        calls.unitsWad += unitsWad;
        calls.cashWad += SignedWad.mulFloor(-unitsWad, strikeWad);
    }

    /// @param sizesE9 What is to be priced, and the puts in it.
    function _addLeg(
        Calls memory calls,
        Leg memory leg,
        int256[2] memory sizesE9,
        uint256 strikeWad,
        Strip memory strip,
        Tenor memory tenor,
        Look memory look
    ) private pure {
        leg.sizeE9 = sizesE9[0];
        leg.strikeWad = strikeWad;
        leg.logX64 =
            look.midWad < strikeWad
                ? -int256(LogRatio.lnX64(strikeWad, look.midWad))
                : int256(LogRatio.lnX64(look.midWad, strikeWad));
        (leg.upWad, leg.downWad) = (tenor.upWad, tenor.downWad);
        uint256 sizeWad = sizesE9[0].abs() * WAD_PER_UNIT;
        Amount memory amount = sizesE9[0] > 0 ? calls.longs : calls.shorts;
        amount.unitsWad += sizeWad;
        amount.strikesWad += sizeWad.mulWadUp(strikeWad);
        // Volatilities are at most 6.5536e18, roots below 2^70.
        unchecked {
            int256 yWad = (-leg.logX64 * SIGNED_WAD) >> 64;
            leg.highWad = (strip.smile.volAtWad(yWad) * tenor.rootWad) / WAD;
            leg.lowWad =
                strip.smile.spreadBpsOf() == 0 ? leg.highWad : (strip.smile.lowVolAtWad(yWad) * tenor.rootWad) / WAD;
        }
        calls.deltaWad += _delta(leg, sizesE9[1], look);
    }

    /// @dev Of what is held at one strike: calls * delta + puts * (delta - 1), absolute, WAD, not below the truth.
    function _delta(Leg memory leg, int256 putsE9, Look memory look) private pure returns (uint256) {
        (uint256 deltaX63, ) = BlackLadder.single(look.table, look.midWad, leg.strikeWad, leg.logX64, leg.highWad);
        // Sizes below 2^74, deltas up to 2^63.
        unchecked {
            int256 unitsX63 = leg.sizeE9 * int256(deltaX63) - (putsE9 << 63);
            uint256 errorWad = leg.sizeE9.abs() * (BlackLadder.ERROR_WAD / WAD_PER_UNIT) + 1;
            return ((unitsX63.abs() * WAD_PER_UNIT) >> 63) + errorWad;
        }
    }
}
