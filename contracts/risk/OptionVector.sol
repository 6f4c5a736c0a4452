// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../math/Black.sol";
import {BlackLadder} from "../math/BlackLadder.sol";
import {LogRatio} from "../math/LogRatio.sol";
import {OptionTime} from "../math/OptionTime.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {LEGS_PER_WORD, OptionWord} from "../types/OptionWord.sol";
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
    int256 private constant SIGNED_WAD = 1e18;
    uint256 private constant WAD_PER_UNIT = 1e9;
    uint256 private constant ONE_X63 = 1 << 63;
    uint256 private constant HALF_X63 = 1 << 62;
    /// @dev `BlackLadder.ERROR_WAD` in X63, rounded up.
    uint256 private constant ERROR_X63 = (BlackLadder.ERROR_WAD << 63) / 1e18 + 1;
    /// @dev 4 / sqrt(2 pi), WAD.
    uint256 private constant VEGA_WAD = 1.595769121605730712e18;
    uint256 internal constant LEG_BYTES = 10 * 32;

    /// @notice The legs of one expiry with what prices them.
    /// @param fixedPriceWad Price at which they will be settled, WAD: they are worth their payoff at any other. 0 while that is
    /// open.
    struct Strip {
        ExpiryWord expiry;
        OptionWord legs;
        SmileWord smile;
        uint256 fixedPriceWad;
    }

    /// @notice How much of something there is: units of the underlying, WAD, and the sum of them times their strikes, WAD.
    struct Amount {
        uint256 unitsWad;
        uint256 strikesWad;
    }

    /// @notice An account's options on one underlying: calls, units of the underlying and cash. Puts count as calls less the
    /// underlying plus the strike, which is what they are worth to the wei, so that what cancels is gone.
    /// @dev Legs lie one behind the other in memory, for they are walked through many times. Words of one: size, strike, logarithm,
    /// three volatilities, three of what they are at least, puts; `legAt` reads them.
    /// @param firstLeg Place of the first leg; `endLeg` behind the last one.
    /// @param markX63 Value of the legs at the mid by the ladder's table, volatilities as they are and doubted against the
    /// account, in 2^-63 times 1e-9 WAD.
    /// @param forwardsWad Calls with as many short puts of their strike, net, WAD: they leave nothing to be priced, but
    /// something to be closed. A box has none.
    /// @param nakedWad Of each expiry and right what is short beyond what is long, in units of the underlying, WAD.
    struct Calls {
        uint256 firstLeg;
        uint256 endLeg;
        Amount longs;
        Amount shorts;
        int256 unitsWad;
        int256 cashWad;
        int256 markX63;
        int256 forwardsWad;
        uint256 nakedWad;
    }

    /// @notice What closing is charged on, over a range of prices.
    /// @param grossWad Sum of the absolute deltas of what is held at each strike, and of all synthetic forwards together, in units
    /// of the underlying, WAD.
    /// @param lowWad Interval of the net delta of all, WAD; `highWad` its upper end.
    /// @param vegaWad Sum of the vegas, each counted for itself, in units of the underlying per doubling of volatility, WAD.
    struct Closing {
        uint256 grossWad;
        int256 lowWad;
        int256 highWad;
        uint256 vegaWad;
    }

    /// @dev N(d1) at both ends of a range, X63, and the error of what was added up, WAD.
    struct Ends {
        int256 firstX63;
        int256 lastX63;
        uint256 errorWad;
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
        SmileWord smile;
        ExpiryWord expiry;
        int256 lotUnits;
        int256 calls;
        int256 puts;
    }

    /// @dev What is held at one strike: calls, of which some are puts by another name. Sizes in 1e-9 of the underlying.
    struct Held {
        int256 sizeE9;
        int256 putsE9;
        uint256 strikeWad;
    }

    /// @notice All legs of all strips, those of one strike together.
    function callsOf(Strip[] memory strips, Look memory look) internal pure returns (Calls memory calls) {
        uint256 place;
        uint256 most = strips.length * LEGS_PER_WORD;
        assembly ("memory-safe") {
            place := mload(0x40)
            mstore(0x40, add(place, mul(most, LEG_BYTES)))
        }
        (calls.firstLeg, calls.endLeg) = (place, place);
        int256 forwards = 0;
        for (uint256 i = 0; i < strips.length; ++i) {
            if (strips[i].fixedPriceWad != 0) {
                calls.cashWad += strips[i].expiry.payoffWad(strips[i].legs, strips[i].fixedPriceWad);
                continue;
            }
            Tenor memory tenor = _tenorOf(strips[i], look);
            forwards += _addStrip(calls, OptionWord.unwrap(strips[i].legs), tenor, look);
            // Both sums are below 2^76.
            calls.nakedWad += (uint256(-tenor.calls.min(0)) + uint256(-tenor.puts.min(0))) * WAD_PER_UNIT;
        }
        calls.forwardsWad = forwards * int256(WAD_PER_UNIT);
    }

    /// @notice The leg at a place.
    /// @param state 0: volatilities down; 1: as they are; 2: up.
    /// @param favourable Whether doubt about volatilities goes to the account.
    /// @return sizeE9 Calls, in units of the underlying, 1e-9; positive = long, never 0.
    /// @return strikeWad Strike, WAD.
    /// @return logX64 ln(mid / strike).
    /// @return volWad Total volatility, WAD.
    function legAt(
        uint256 place,
        uint256 state,
        bool favourable
    ) internal pure returns (int256 sizeE9, uint256 strikeWad, int256 logX64, uint256 volWad) {
        assembly ("memory-safe") {
            sizeE9 := mload(place)
            strikeWad := mload(add(place, 0x20))
            logX64 := mload(add(place, 0x40))
            // High volatilities first; the low ones where a long is doubted or a short favoured.
            volWad := mload(add(add(place, 0x60), shl(5, add(state, mul(3, xor(sgt(sizeE9, 0), favourable))))))
        }
    }

    /// @notice Value of everything at one price by the exact kernel, volatilities as they are and doubted against the account,
    /// WAD, rounded down.
    function valueAt(Calls memory calls, uint256 priceWad) internal pure returns (int256 valueWad) {
        valueWad = calls.cashWad + SignedWad.mulFloor(calls.unitsWad, priceWad);
        for (uint256 place = calls.firstLeg; place < calls.endLeg; place += LEG_BYTES) {
            (int256 sizeE9, uint256 strikeWad, , uint256 volWad) = legAt(place, 1, false);
            uint256 sizeWad = sizeE9.abs() * WAD_PER_UNIT;
            if (sizeE9 > 0) {
                (uint256 unitWad, ) = Black.pricesDown(priceWad, strikeWad, volWad);
                valueWad += int256(sizeWad.mulWad(unitWad));
            } else {
                (uint256 unitWad, ) = Black.pricesUp(priceWad, strikeWad, volWad);
                valueWad -= int256(sizeWad.mulWadUp(unitWad));
            }
        }
    }

    /// @notice What closing is charged on, at volatilities without doubt. Delta of what is held at a strike:
    /// calls * N(d1) + puts * (N(d1) - 1); vega, per doubling of the volatility: |calls + puts| * w * 4 N (1 - N) / sqrt(2 pi),
    /// with w the total volatility. That is |calls + puts| * w * n(d1) at the money, 12 % less one deviation away.
    /// @dev Deltas rise or fall with the price: each is largest at one end of a range, and least at the other or zero between. N (1 - N)
    /// has its least at an end, and its most, a quarter, where N is a half. The error of N is for whom the doubt is.
    /// @param low ln(lowest price / mid), X64; `high` of the highest.
    /// @param largest Whether no less than at any price of the range; else no more.
    function closingOf(
        Calls memory calls,
        uint256 table,
        int256 low,
        int256 high,
        bool largest
    ) internal pure returns (Closing memory closing) {
        closing.grossWad = calls.forwardsWad.abs();
        uint256 end = calls.endLeg;
        Ends memory ends;
        // Sizes below 2^74, N up to 2^63, volatilities below 2^66, at most 64 legs.
        unchecked {
            for (uint256 place = calls.firstLeg; place < end; place += LEG_BYTES) {
                ends.firstX63 = _deltaX63(place, table, low);
                ends.lastX63 = high == low ? ends.firstX63 : _deltaX63(place, table, high);
                _addClosing(closing, ends, place, largest);
            }
            int256 sumX63 = closing.lowWad;
            closing.lowWad = ((sumX63 * int256(WAD_PER_UNIT)) >> 63) - int256(ends.errorWad) + calls.forwardsWad;
            sumX63 = closing.highWad;
            closing.highWad = ((sumX63 * int256(WAD_PER_UNIT)) >> 63) + 1 + int256(ends.errorWad) + calls.forwardsWad;
            uint256 vegaE9 = (closing.vegaWad >> 63) + (largest ? 1 : 0);
            closing.vegaWad = largest ? vegaE9.fullMulDivUp(VEGA_WAD, 1e27) : vegaE9.fullMulDiv(VEGA_WAD, 1e27);
        }
    }

    /// @notice Net delta together with `sizeWad` units of the underlying, unsigned: the most, or the least, of the range.
    function netWith(Closing memory closing, int256 sizeWad, bool largest) internal pure returns (uint256 netWad) {
        (int256 lowWad, int256 highWad) = (closing.lowWad + sizeWad, closing.highWad + sizeWad);
        if (largest) return lowWad.abs().max(highWad.abs());
        return lowWad <= 0 && highWad >= 0 ? 0 : lowWad.abs().min(highWad.abs());
    }

    // ---------------------------------------------------------------------------------------------- private

    /// @dev N(d1) of what is held at a strike, at a price of which `shiftX64` is the logarithm over the mid.
    function _deltaX63(uint256 place, uint256 table, int256 shiftX64) private pure returns (int256) {
        int256 logX64;
        uint256 volWad;
        assembly ("memory-safe") {
            logX64 := mload(add(place, 0x40))
            volWad := mload(add(place, 0x80))
        }
        unchecked {
            return int256(BlackLadder.delta(table, logX64 + shiftX64, volWad));
        }
    }

    /// @dev Adds what is held at a strike; sums of the interval and of vega still in X63 of 1e-9.
    function _addClosing(Closing memory closing, Ends memory ends, uint256 place, bool largest) private pure {
        int256 sizeE9;
        int256 putsE9;
        uint256 volWad;
        assembly ("memory-safe") {
            sizeE9 := mload(place)
            putsE9 := mload(add(place, 0x120))
            volWad := mload(add(place, 0x80))
        }
        // See `closingOf`.
        unchecked {
            closing.vegaWad += sizeE9.abs() * volWad * _bellX63(ends, largest);
            int256 first = sizeE9 * ends.firstX63 - (putsE9 << 63);
            int256 last = sizeE9 * ends.lastX63 - (putsE9 << 63);
            closing.lowWad += first.min(last);
            closing.highWad += first.max(last);
            uint256 unitsX63 = largest ? first.abs().max(last.abs()) : first.abs().min(last.abs());
            if (!largest && (first ^ last) < 0) unitsX63 = 0;
            uint256 legWad = (unitsX63 * WAD_PER_UNIT) >> 63;
            uint256 errorWad = sizeE9.abs() * (BlackLadder.ERROR_WAD / WAD_PER_UNIT) + 1;
            ends.errorWad += errorWad;
            closing.grossWad += largest ? legWad + errorWad : legWad.zeroFloorSub(errorWad);
        }
    }

    /// @dev N (1 - N) within a range of N, its error included.
    function _bellX63(Ends memory ends, bool largest) private pure returns (uint256) {
        unchecked {
            (uint256 first, uint256 last) = (uint256(ends.firstX63), uint256(ends.lastX63));
            bool within = (first < HALF_X63) != (last < HALF_X63);
            (first, last) = ((first * (ONE_X63 - first)) >> 63, (last * (ONE_X63 - last)) >> 63);
            if (!largest) return first.min(last).zeroFloorSub(ERROR_X63);
            return within ? HALF_X63 / 2 : (first.max(last) + ERROR_X63).min(HALF_X63 / 2);
        }
    }

    function _tenorOf(Strip memory strip, Look memory look) private pure returns (Tenor memory tenor) {
        (tenor.smile, tenor.expiry) = (strip.smile, strip.expiry);
        uint256 secondsLeft = uint256(strip.expiry.expiryOf()).zeroFloorSub(look.nowSeconds);
        tenor.rootWad = OptionTime.sqrtYears(secondsLeft);
        (tenor.upWad, tenor.downWad) = look.terms.volFactors(secondsLeft);
        tenor.lotUnits = int256(strip.expiry.lotSizeWadOf() / WAD_PER_UNIT);
    }

    /// @dev Legs of a word rise by strike, a call before the put of the same; 32 bits each, zero ends them.
    /// @return forwards Calls with as many short puts of their strike, net.
    function _addStrip(
        Calls memory calls,
        uint256 raw,
        Tenor memory tenor,
        Look memory look
    ) private pure returns (int256 forwards) {
        Held memory held;
        // Lots have 24 bits, a lot 48, and there are at most 64 legs: nothing wraps.
        unchecked {
            while (raw != 0) {
                uint256 key = uint8(raw);
                int256 callsE9 = int256(int24(uint24(raw >> 8))) * tenor.lotUnits;
                int256 putsE9 = 0;
                raw >>= 32;
                if (key & 1 == 1) {
                    (callsE9, putsE9) = (0, callsE9);
                } else if (uint8(raw) == key + 1 && uint32(raw) != 0) {
                    putsE9 = int256(int24(uint24(raw >> 8))) * tenor.lotUnits;
                    raw >>= 32;
                }
                tenor.calls += callsE9;
                tenor.puts += putsE9;
                (held.sizeE9, held.putsE9) = (callsE9 + putsE9, putsE9);
                held.strikeWad = tenor.expiry.strikeWadOf(key >> 1);
                if (putsE9 != 0) _addForward(calls, held);
                if (held.sizeE9 == 0) forwards += callsE9;
                else _addLeg(calls, held, tenor, look);
            }
        }
    }

    /// @dev A put is a call, the underlying sold, and the strike.
    function _addForward(Calls memory calls, Held memory held) private pure {
        // Sizes below 2^104, strikes below 2^90.
        unchecked {
            int256 unitsWad = held.putsE9 * int256(WAD_PER_UNIT);
            calls.unitsWad -= unitsWad;
            int256 cashWad = unitsWad * int256(held.strikeWad);
            calls.cashWad += (cashWad < 0 ? cashWad - SIGNED_WAD + 1 : cashWad) / SIGNED_WAD;
        }
    }

    function _addLeg(Calls memory calls, Held memory held, Tenor memory tenor, Look memory look) private pure {
        (int256 sizeE9, uint256 strikeWad) = (held.sizeE9, held.strikeWad);
        int256 logX64 = LogRatio.signedLnX64(look.midWad, strikeWad);
        uint256 place = calls.endLeg;
        calls.endLeg = place + LEG_BYTES;
        assembly ("memory-safe") {
            mstore(place, sizeE9)
            mstore(add(place, 0x20), strikeWad)
            mstore(add(place, 0x40), logX64)
            mstore(add(place, 0x120), mload(add(held, 0x20)))
        }
        // Sizes below 2^74, strikes below 2^90, logarithms below 2^71.
        unchecked {
            Amount memory amount = sizeE9 > 0 ? calls.longs : calls.shorts;
            uint256 sizeWad = sizeE9.abs() * WAD_PER_UNIT;
            amount.unitsWad += sizeWad;
            amount.strikesWad += (sizeWad * strikeWad) / WAD + 1;
            _setVols(place, tenor, (-logX64 * SIGNED_WAD) >> 64);
        }
        _addMark(calls, place, look);
    }

    /// @dev Volatilities are at most 6.5536e18, factors and roots below 2^70: nothing wraps.
    function _setVols(uint256 place, Tenor memory tenor, int256 yWad) private pure {
        unchecked {
            (uint256 upWad, uint256 downWad) = (tenor.upWad, tenor.downWad);
            uint256 volWad = (tenor.smile.volAtWad(yWad) * tenor.rootWad) / WAD;
            uint256 lowWad =
                tenor.smile.spreadBpsOf() == 0 ? volWad : (tenor.smile.lowVolAtWad(yWad) * tenor.rootWad) / WAD;
            assembly ("memory-safe") {
                mstore(add(place, 0x60), div(mul(volWad, downWad), WAD))
                mstore(add(place, 0x80), volWad)
                mstore(add(place, 0xa0), div(mul(volWad, upWad), WAD))
                mstore(add(place, 0xc0), div(mul(lowWad, downWad), WAD))
                mstore(add(place, 0xe0), lowWad)
                mstore(add(place, 0x100), div(mul(lowWad, upWad), WAD))
            }
        }
    }

    function _addMark(Calls memory calls, uint256 place, Look memory look) private pure {
        (int256 sizeE9, uint256 strikeWad, int256 logX64, uint256 volWad) = legAt(place, 1, false);
        int256 valueX63 = BlackLadder.single(look.table, look.midWad, strikeWad, logX64, volWad);
        // Sizes below 2^74, prices below 2^96.
        unchecked {
            calls.markX63 += sizeE9 * valueX63;
        }
    }
}
