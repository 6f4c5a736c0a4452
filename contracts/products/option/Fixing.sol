// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @title Fixing
/// @notice Gathers the settlement price of an expiry: the geometric mean over 30 minutes for which the oracle was seen to
/// be Firm.
/// @dev Readings that find the oracle Firm are marks. The time between two marks counts if they are so near that the
/// grade cannot have been anything else in between. Which seconds count then does not depend on when between them anyone
/// called: those of the 30 minutes before expiry; if that is less than 25 minutes, also the first ones after it, up to 30
/// minutes in all.
library Fixing {
    using SafeCastLib for uint256;
    using SafeCastLib for int256;

    /// @notice What was gathered. 5 + 2 + 1 + 16 bytes.
    /// @param markedAt Unix seconds of the last mark; 0 = none.
    /// @param coveredSeconds Seconds that count so far, at most 1800.
    /// @param isExtended Whether seconds after expiry count.
    /// @param logSecondsWad Integral of ln(price / 1 USD) over them, WAD * seconds.
    struct Record {
        uint40 markedAt;
        uint16 coveredSeconds;
        bool isExtended;
        int128 logSecondsWad;
    }

    /// @notice Stretches of time to be counted, unix seconds; empty where from = to. The second begins where the first ends
    /// or later.
    struct Stretches {
        uint256 from;
        uint256 to;
        uint256 afterFrom;
        uint256 afterTo;
    }

    uint256 internal constant WINDOW = 30 minutes;
    /// @notice Covered at expiry, it is enough.
    uint256 internal constant ENOUGH = 25 minutes;
    /// @notice No more time than this passes between two marks that count: a price nobody looked at is not held for longer.
    uint256 internal constant MAX_GAP = 5 minutes;

    /// @notice When the first mark may be made: early enough for one before the window.
    function opensAt(uint256 expiry) internal pure returns (uint256) {
        return expiry - WINDOW - MAX_GAP;
    }

    /// @notice Whether nothing more will be counted, for good: no change of what counts as a gap undoes it.
    function isComplete(Record memory self, uint256 expiry, uint256 nowSeconds) internal pure returns (bool) {
        if (self.coveredSeconds >= WINDOW) return true;
        if (nowSeconds < expiry || self.isExtended || self.coveredSeconds < ENOUGH) return false;
        // The last stretch before expiry is waited for as long as it might count under any gap; a mark after expiry ends that.
        return self.markedAt >= expiry || nowSeconds > self.markedAt + MAX_GAP;
    }

    /// @notice What a mark at `nowSeconds` adds.
    function due(
        Record memory self,
        uint256 expiry,
        uint256 gap,
        uint256 nowSeconds
    ) internal pure returns (Stretches memory stretches) {
        uint256 from = self.markedAt;
        if (from == 0 || nowSeconds > from + gap) return stretches;
        uint256 covered = self.coveredSeconds;
        if (from < expiry && nowSeconds > expiry - WINDOW) {
            stretches.from = FixedPointMathLib.max(from, expiry - WINDOW);
            stretches.to = FixedPointMathLib.min(nowSeconds, expiry);
            covered += stretches.to - stretches.from;
        }
        if (nowSeconds > expiry && (covered < ENOUGH || self.isExtended)) {
            stretches.afterFrom = FixedPointMathLib.max(from, expiry);
            stretches.afterTo = FixedPointMathLib.min(nowSeconds, stretches.afterFrom + WINDOW - covered);
        }
    }

    /// @notice Adds what was due, with the integral of the log-price over it.
    function add(Record memory self, Stretches memory stretches, int256 logSecondsWad) internal pure {
        uint256 afterSeconds = stretches.afterTo - stretches.afterFrom;
        uint256 covered = self.coveredSeconds + (stretches.to - stretches.from) + afterSeconds;
        self.coveredSeconds = covered.toUint16();
        self.logSecondsWad = (self.logSecondsWad + logSecondsWad).toInt128();
        if (afterSeconds != 0) self.isExtended = true;
    }

    /// @notice The mean, WAD of USD, within 1..2^96 - 1 as the prices it is made of. Only where something was covered.
    function meanWad(Record memory self) internal pure returns (uint256 priceWad) {
        int256 logWad = self.logSecondsWad / int256(uint256(self.coveredSeconds));
        return FixedPointMathLib.clamp(uint256(FixedPointMathLib.expWad(logWad)), 1, type(uint96).max);
    }
}
