// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {CompactRatio} from "../../math/CompactRatio.sol";
import {Grade, PriceViews} from "../../types/Price.sol";
import {AssetConfigWord} from "./AssetConfigWord.sol";
import {ObservationRing} from "./ObservationRing.sol";

/// @title PriceBook
/// @notice The state of one asset in three words: the first two are all that a read needs.
/// @dev Packed by hand: as a storage struct, each of the 29 fields would be masked in and out of its slot on its own.
///
/// word 0: midWad 96 | shortRatio 32 | longRatio 32 | updatedAt 32 | halfSpreadE9 32 | freshSeconds 16 | groups 8 |
///         grade 8
/// word 1: sigmaFastE11 48 | sigmaSlowE11 48 | sigmaStressE11 48 | glideE9 40 | anchorLogE9 40 (signed) |
///         maxAgeSeconds 16 | ageSpreadBps 16
/// word 2: missedAt 32 | anchorAt 32 | shortNextCode 16 | longNextCode 16 | olderLogBps 24 (signed) | newerLogBps 24 (signed) |
///         ringIndex 16 | ringCardinality 16 | shortBack 16 | longBack 16 | version 16 | heldSeconds 16 | quarantined 8 |
///         strikes 4 | pending 4
/// In regular use an observation changes word 0 only; word 1 is unpacked once a minute, when the filter takes it in.
library PriceBook {
    /// @notice The three words of an asset in storage.
    struct Words {
        uint256 spot;
        uint256 volatility;
        uint256 control;
    }

    /// @notice The same, words 0 and 2 unpacked.
    /// @param midWad Last accepted median, WAD; 0 = never.
    /// @param shortRatio Short TWAP over mid, as `CompactRatio`.
    /// @param longRatio Long TWAP over mid.
    /// @param updatedAt Unix seconds of the last accepted observation.
    /// @param halfSpreadE9 Half-spread then, 1e-9 of mid, at most 1e9.
    /// @param freshSeconds Copy of the config's, so that a read needs no more words.
    /// @param groups Accepted groups then.
    /// @param grade Stored grade.
    /// @param volatility Word 1 as it is stored.
    /// @param missedAt Unix seconds of the last poke without a consensus.
    /// @param anchorAt Unix seconds of the log-price from which the next return is measured; 0 = none yet.
    /// @param newerLogBps Log-price at the first observation of the five minutes of `updatedAt`, `olderLogBps` of the five
    /// minutes before. 1e-4 units.
    /// @param ringIndex Slot of the newest observation.
    /// @param shortWindow Where the short window begins; likewise `longWindow`.
    /// @param version Version of the spec; 0 = not listed.
    /// @param heldSeconds For how long the criteria of a better grade have held, plus one; 0 = they do not.
    /// @param quarantined Bitmap of the sources that are read but not counted.
    /// @param strikes Consecutive observations worse than the stored grade.
    /// @param pending Best grade among the strikes, or worst among what was held.
    struct Book {
        uint256 midWad;
        uint256 shortRatio;
        uint256 longRatio;
        uint256 updatedAt;
        uint256 halfSpreadE9;
        uint256 freshSeconds;
        uint256 groups;
        Grade grade;
        uint256 volatility;
        uint256 missedAt;
        uint256 anchorAt;
        int256 olderLogBps;
        int256 newerLogBps;
        uint256 ringIndex;
        uint256 ringCardinality;
        ObservationRing.Cursor shortWindow;
        ObservationRing.Cursor longWindow;
        uint256 version;
        uint256 heldSeconds;
        uint256 quarantined;
        uint256 strikes;
        Grade pending;
    }

    /// @notice Word 1, unpacked.
    /// @param sigmaFastE11 Volatility, 1e-11 per square root of a year, one hour half-life of its square; likewise slow
    /// (14 days) and stress (forgotten over a year).
    /// @param glideE9 Volatility that existing accounts are held to, 1e-9 per square root of a year.
    /// @param anchorLogE9 Log-price from which the next return is measured.
    struct Estimates {
        uint256 sigmaFastE11;
        uint256 sigmaSlowE11;
        uint256 sigmaStressE11;
        uint256 glideE9;
        int256 anchorLogE9;
    }

    /// @notice All of mid, in the unit of half-spreads.
    uint256 internal constant WHOLE_E9 = 1e9;

    uint256 private constant BPS = 1e4;
    uint256 private constant E9_PER_WAD = 1e9;
    uint256 private constant E7_PER_WAD = 1e7;
    uint256 private constant YEAR = 365 days;
    /// @dev Square of the unit in which roots of a time are taken, 1e-12, and that times E11 over E9.
    uint256 private constant ROOT_UNITS_SQUARED = 1e24;
    uint256 private constant ROOT_SIGMA_PER_E9 = 1e14;
    /// @dev Word 1 ends with two numbers that the configuration has next to each other, in the same order.
    uint256 private constant TERMS_MASK = type(uint32).max;
    uint256 private constant TERMS_SHIFT = 96;
    /// @dev From the last accepted observation of a blind asset until its interval is +-100 %.
    uint256 private constant BLIND_WIDENING = 24 hours;

    function load(Words storage self) internal view returns (Book memory book) {
        uint256 word = self.spot;
        book.midWad = word >> 160;
        book.shortRatio = uint32(word >> 128);
        book.longRatio = uint32(word >> 96);
        book.updatedAt = uint32(word >> 64);
        book.halfSpreadE9 = uint32(word >> 32);
        book.freshSeconds = uint16(word >> 16);
        book.groups = uint8(word >> 8);
        book.grade = Grade(uint8(word));
        book.volatility = self.volatility;
        loadControl(book, self.control);
    }

    /// @dev Every field is kept inside its width by whoever sets it: prices by the sources' ceilings, volatilities by the
    /// filter's caps, times until 2106, the rest by `SpecBounds`.
    function save(Words storage self, Book memory book) internal {
        uint256 word = (book.midWad << 160) | (book.shortRatio << 128) | (book.longRatio << 96);
        word |= (book.updatedAt << 64) | (book.halfSpreadE9 << 32) | (book.freshSeconds << 16);
        self.spot = word | (book.groups << 8) | uint256(book.grade);

        self.volatility = book.volatility;

        word = (book.missedAt << 224) | (book.anchorAt << 192);
        word |= (book.shortWindow.nextCode << 176) | (book.longWindow.nextCode << 160);
        word |= uint256(uint24(int24(book.olderLogBps))) << 136;
        word |= uint256(uint24(int24(book.newerLogBps))) << 112;
        word |= (book.ringIndex << 96) | (book.ringCardinality << 80) | (book.shortWindow.back << 64);
        word |= (book.longWindow.back << 48) | (book.version << 32) | (book.heldSeconds << 16);
        self.control = word | (book.quarantined << 8) | (book.strikes << 4) | uint256(book.pending);
    }

    /// @notice Unpacks word 1.
    function estimatesOf(Book memory book) internal pure returns (Estimates memory estimates) {
        uint256 word = book.volatility;
        estimates.sigmaFastE11 = word >> 208;
        estimates.sigmaSlowE11 = uint48(word >> 160);
        estimates.sigmaStressE11 = uint48(word >> 112);
        estimates.glideE9 = uint40(word >> 72);
        estimates.anchorLogE9 = int40(uint40(word >> 32));
    }

    /// @notice Packs word 1, but for the copies of the configuration, which stay.
    function keepEstimates(Book memory book, Estimates memory estimates) internal pure {
        uint256 word = (estimates.sigmaFastE11 << 208) | (estimates.sigmaSlowE11 << 160);
        word |= (estimates.sigmaStressE11 << 112) | (estimates.glideE9 << 72);
        word |= uint256(uint40(int40(estimates.anchorLogE9))) << 32;
        book.volatility = word | (book.volatility & TERMS_MASK);
    }

    /// @notice Copies what a read needs of the configuration.
    function keepTerms(Book memory book, AssetConfigWord config) internal pure {
        book.freshSeconds = config.freshSeconds();
        uint256 terms = (AssetConfigWord.unwrap(config) >> TERMS_SHIFT) & TERMS_MASK;
        book.volatility = (book.volatility & ~TERMS_MASK) | terms;
    }

    /// @notice The larger of the fast and the slow volatility, E11.
    function sigmaE11Of(Book memory book) internal pure returns (uint256) {
        return FixedPointMathLib.max(book.volatility >> 208, uint48(book.volatility >> 160));
    }

    /// @notice Unix seconds of the last poke, accepted or not.
    function triedAt(Book memory book) internal pure returns (uint256) {
        return book.updatedAt > book.missedAt ? book.updatedAt : book.missedAt;
    }

    /// @notice Version of the asset's spec, 0 = not listed, and whether it was poked at `nowSeconds`, accepted or not.
    function statusAt(Words storage self, uint256 nowSeconds) internal view returns (uint256 version, bool wasTried) {
        uint256 word = self.control;
        version = uint16(word >> 32);
        wasTried = word >> 224 == nowSeconds || uint32(self.spot >> 64) == nowSeconds;
    }

    /// @notice Slot of the newest observation and number of slots; 0 and 0 when not listed.
    function ringOf(Words storage self) internal view returns (uint256 index, uint256 cardinality) {
        uint256 word = self.control;
        return (uint16(word >> 96), uint16(word >> 80));
    }

    /// @notice Version of the asset's spec; 0 = not listed.
    function versionOf(Words storage self) internal view returns (uint256) {
        return uint16(self.control >> 32);
    }

    /// @notice Fills in the views of an asset, aged to `nowSeconds`. They must be zero: allocating them is the caller's.
    /// @dev The interval only ever widens with age and with a worse grade (invariant 9).
    function fill(Words storage self, PriceViews memory views, uint256 nowSeconds) internal view {
        uint256 spot = self.spot;
        uint256 mid = spot >> 160;
        views.grade = Grade.Blind;
        if (mid == 0) return;
        uint256 volatility = self.volatility;
        views.midWad = mid;
        views.shortTwapWad = CompactRatio.unpack(uint32(spot >> 128), mid);
        views.longTwapWad = CompactRatio.unpack(uint32(spot >> 96), mid);
        views.updatedAt = uint32(spot >> 64);
        views.groups = uint8(spot >> 8);
        uint256 fast = volatility >> 208;
        uint256 slow = uint48(volatility >> 160);
        // 48 bits and less, times 1e9 at most.
        unchecked {
            views.sigmaFastWad = fast * E7_PER_WAD;
            views.sigmaSlowWad = FixedPointMathLib.max(slow, uint48(volatility >> 112)) * E7_PER_WAD;
            views.sigmaGlideWad = uint40(volatility >> 72) * E9_PER_WAD;
        }

        // Times only grow; mid is below 2^96, half-spreads and the whole below 2^30.
        unchecked {
            uint256 age = nowSeconds - views.updatedAt;
            views.grade = agedGrade(Grade(uint8(spot)), age, uint16(spot >> 16), uint16(volatility >> 16));
            uint256 halfSpreadE9 = uint32(spot >> 32);
            if (age != 0) {
                uint256 driftE9 = ageSpreadE9(FixedPointMathLib.max(fast, slow), age, uint16(volatility));
                if (views.grade == Grade.Blind)
                    driftE9 = FixedPointMathLib.max(driftE9, blindSpreadE9(halfSpreadE9, age));
                halfSpreadE9 = FixedPointMathLib.min(WHOLE_E9, FixedPointMathLib.max(halfSpreadE9, driftE9));
            }
            views.lowWad = (mid * (WHOLE_E9 - halfSpreadE9)) / WHOLE_E9;
            views.highWad = (mid * (WHOLE_E9 + halfSpreadE9) + WHOLE_E9 - 1) / WHOLE_E9;
        }
    }

    /// @dev Linear from `halfSpreadE9` to all of mid, rounded up.
    function blindSpreadE9(uint256 halfSpreadE9, uint256 ageSeconds) private pure returns (uint256) {
        // Ages are below 2^32.
        unchecked {
            uint256 rest = (WHOLE_E9 - halfSpreadE9) * ageSeconds;
            return halfSpreadE9 + (rest + BLIND_WIDENING - 1) / BLIND_WIDENING;
        }
    }

    /// @notice The grade of an asset, aged to `nowSeconds`: that of `fill`, without the prices.
    function gradeAt(Words storage self, uint256 nowSeconds) internal view returns (Grade) {
        uint256 spot = self.spot;
        if (spot >> 160 == 0) return Grade.Blind;
        uint256 age = nowSeconds - uint32(spot >> 64);
        return agedGrade(Grade(uint8(spot)), age, uint16(spot >> 16), uint16(self.volatility >> 16));
    }

    /// @notice k * sigma * sqrt(age), 1e-9 of the price, rounded down: by a unit, and a part in 1e8 for the root.
    function ageSpreadE9(uint256 sigmaE11, uint256 ageSeconds, uint256 ageSpreadBps) internal pure returns (uint256) {
        // 32 + 80 bits; 48 + 44 + 16 bits.
        unchecked {
            uint256 root = FixedPointMathLib.sqrt((ageSeconds * ROOT_UNITS_SQUARED) / YEAR);
            return (sigmaE11 * root * ageSpreadBps) / (ROOT_SIGMA_PER_E9 * BPS);
        }
    }

    function agedGrade(
        Grade stored,
        uint256 age,
        uint256 freshSeconds,
        uint256 maxAgeSeconds
    ) private pure returns (Grade) {
        if (age > maxAgeSeconds) return Grade.Blind;
        if (age > freshSeconds && stored == Grade.Firm) return Grade.Wide;
        return stored;
    }

    function loadControl(Book memory book, uint256 word) private pure {
        book.missedAt = word >> 224;
        book.anchorAt = uint32(word >> 192);
        book.shortWindow.nextCode = uint16(word >> 176);
        book.longWindow.nextCode = uint16(word >> 160);
        book.olderLogBps = int24(uint24(word >> 136));
        book.newerLogBps = int24(uint24(word >> 112));
        book.ringIndex = uint16(word >> 96);
        book.ringCardinality = uint16(word >> 80);
        book.shortWindow.back = uint16(word >> 64);
        book.longWindow.back = uint16(word >> 48);
        book.version = uint16(word >> 32);
        book.heldSeconds = uint16(word >> 16);
        book.quarantined = uint8(word >> 8);
        book.strikes = uint8(word >> 4) & 15;
        book.pending = Grade(uint8(word) & 15);
    }
}
