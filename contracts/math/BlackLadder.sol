// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title BlackLadder
/// @notice Values of calls at nine forwards in geometric progression at once, for a scenario grid: one logarithm a strike, one
/// division a volatility, and two look-ups in `NormalTable` a value.
/// @dev Sums are in X63: 2^63 times WAD times the unit of the weights. Each value is within `maxError` of Black's formula; it
/// is not clamped, and may lie outside of its bounds by as much. Puts are calls less forward plus strike, which the caller
/// adds to its linear terms. Forwards below 2^100, strikes below 2^96, weights below 2^84 in magnitude, volatilities below
/// 2^120, no more than 2^6 legs: the sums stay below 2^255.
library BlackLadder {
    /// @dev Rungs of a ladder, as of the risk grid: shock indices -4 to 4.
    uint256 internal constant RUNGS = 9;

    uint256 internal constant VALUE_SHIFT = 63;

    /// @dev 12 / 2^31: distances from -6 in this unit have the index of a table entry in bits 20 to 30, and the place
    /// between two entries below. This is 2^63 / 12, the unit's inverse with 32 bits more.
    uint256 private constant UNITS_X32 = 0xaaaaaaaaaaaaaab;
    uint256 private constant MIDDLE = 0x40000000;

    uint256 private constant TABLE_BYTES = 16408;
    uint256 private constant WAD = 1e18;
    uint256 private constant LEAST_VOL_X64 = 0xff;

    /// @notice Largest error of a value, of its forward and its strike together, WAD: 6e-7. The table has 5.4e-7, its argument's
    /// units the rest.
    uint256 internal constant ERROR_WAD = 6e11;

    /// @param table Place in memory of the table.
    /// @param stepX64 Logarithm of the ratio of two rungs, X64; below 2^70, 0 where all are one.
    /// @param forwardsWad The rungs, rising.
    struct Ladder {
        uint256 table;
        uint256 stepX64;
        uint256[9] forwardsWad;
    }

    /// @notice The address does not hold a `NormalTable`.
    error Math_TableMissing(address table, uint256 codeBytes, uint256 expectedBytes);

    /// @notice Copies a `NormalTable` to memory. Some 6,200 gas.
    function load(address table) internal view returns (uint256 place) {
        uint256 codeBytes = table.code.length;
        if (codeBytes != TABLE_BYTES) revert Math_TableMissing(table, codeBytes, TABLE_BYTES);
        assembly ("memory-safe") {
            place := mload(0x40)
            // 8 bytes more: the free pointer stays a multiple of 32.
            mstore(0x40, add(place, add(TABLE_BYTES, 8)))
            extcodecopy(table, place, 0, TABLE_BYTES)
        }
    }

    /// @notice Adds `weight` calls at every rung to `sumsX63`.
    /// @param logX64 ln(F / K) of the lowest rung, X64.
    /// @param totalVolWad sigma * sqrt(T), WAD.
    /// @param weight Number of calls, in a unit of the caller's; positive = long.
    function addCalls(
        Ladder memory ladder,
        uint256 strikeWad,
        int256 logX64,
        uint256 totalVolWad,
        int256 weight,
        int256[9] memory sumsX63
    ) internal pure {
        assembly ("memory-safe") {
            // N of d - 6, where that may lie outside of the table.
            function clampedAt(table, d) -> value {
                if sgt(d, 0) {
                    value := 0x8000000000000000
                    if lt(d, 0x80000000) {
                        value := shr(
                            192,
                            mul(
                                mload(add(table, and(shr(17, d), 0x3ff8))),
                                add(mul(and(d, 0xfffff), mload(0)), 0x100000)
                            )
                        )
                    }
                }
            }
            // In the scratch space: as a constant it is computed anew each time, for the sake of the code's size.
            mstore(0, 0xffffffffffffffff)
            let volX64 := or(div(shl(64, totalVolWad), WAD), LEAST_VOL_X64)
            // From here in units of 12 / 2^31: w, the step of d1, and d1 + 6 of the lowest rung.
            totalVolWad := shr(96, mul(volX64, UNITS_X32))
            let step := shr(32, div(mul(mload(add(ladder, 0x20)), UNITS_X32), volX64))
            let d := add(add(sar(32, sdiv(mul(logX64, UNITS_X32), volX64)), shr(1, totalVolWad)), MIDDLE)
            let table := mload(ladder)
            // Where the forward of a sum is, seen from the sum.
            let offset := sub(mload(add(ladder, 0x40)), sumsX63)
            let end := add(sumsX63, 0x120)
            // d2 of the lowest and d1 of the highest rung: is all of it in the table?
            if shr(31, or(sub(d, totalVolWad), add(d, shl(3, step)))) {
                for {} lt(sumsX63, end) {
                    sumsX63 := add(sumsX63, 0x20)
                    d := add(d, step)
                } {
                    let value := mul(strikeWad, clampedAt(table, sub(d, totalVolWad)))
                    value := sub(mul(mload(add(offset, sumsX63)), clampedAt(table, d)), value)
                    mstore(sumsX63, add(mload(sumsX63), mul(weight, value)))
                }
            }
            for {} lt(sumsX63, end) {
                sumsX63 := add(sumsX63, 0x20)
                d := add(d, step)
            } {
                let d2 := sub(d, totalVolWad)
                // Of the four entries in a word the second counts by the low 20 bits t of d, the first by 2^20 - t: both end
                // up in the top 64 bits of one product.
                mstore(
                    sumsX63,
                    add(
                        mul(
                            weight,
                            sub(
                                mul(
                                    shr(
                                        192,
                                        mul(
                                            add(mul(and(d, 0xfffff), mload(0)), 0x100000),
                                            mload(add(and(shr(17, d), 0x3ff8), table))
                                        )
                                    ),
                                    mload(add(offset, sumsX63))
                                ),
                                mul(
                                    shr(
                                        192,
                                        mul(
                                            add(mul(and(d2, 0xfffff), mload(0)), 0x100000),
                                            mload(add(and(shr(17, d2), 0x3ff8), table))
                                        )
                                    ),
                                    strikeWad
                                )
                            )
                        ),
                        mload(sumsX63)
                    )
                )
            }
        }
    }

    /// @notice One call at one forward: what a rung of a ladder would say.
    /// @param table Place in memory of the table.
    /// @param logX64 ln(F / K), X64.
    /// @return valueX63 F N(d1) - K N(d2), within `maxError` of the truth; it may be negative by as much.
    function single(
        uint256 table,
        uint256 forwardWad,
        uint256 strikeWad,
        int256 logX64,
        uint256 totalVolWad
    ) internal pure returns (int256 valueX63) {
        (uint256 d1, uint256 width) = _argument(logX64, totalVolWad);
        unchecked {
            uint256 ownWad = forwardWad * _normal(table, d1);
            return int256(ownWad) - int256(strikeWad * _normal(table, d1 - width));
        }
    }

    /// @notice What a call moves with: N(d1), X63, within 6e-7 of the truth.
    /// @param logX64 ln(F / K), X64.
    function delta(uint256 table, int256 logX64, uint256 totalVolWad) internal pure returns (uint256 deltaX63) {
        (uint256 d1, ) = _argument(logX64, totalVolWad);
        return _normal(table, d1);
    }

    /// @dev d1 + 6 and w in the units of the table.
    function _argument(int256 logX64, uint256 totalVolWad) private pure returns (uint256 d1, uint256 width) {
        assembly ("memory-safe") {
            let volX64 := or(div(shl(64, totalVolWad), WAD), LEAST_VOL_X64)
            width := shr(96, mul(volX64, UNITS_X32))
            d1 := add(add(sar(32, sdiv(mul(logX64, UNITS_X32), volX64)), shr(1, width)), MIDDLE)
        }
    }

    /// @dev N of d - 6; d is signed, and 0 or 1 beyond the table.
    function _normal(uint256 table, uint256 d) private pure returns (uint256 valueX63) {
        assembly ("memory-safe") {
            if sgt(d, 0) {
                valueX63 := 0x8000000000000000
                if lt(d, 0x80000000) {
                    valueX63 := shr(
                        192,
                        mul(
                            mload(add(table, and(shr(17, d), 0x3ff8))),
                            add(mul(and(d, 0xfffff), 0xffffffffffffffff), 0x100000)
                        )
                    )
                }
            }
        }
    }

    /// @notice Largest distance of one value from Black's formula, rounded up, WAD.
    function maxError(uint256 forwardWad, uint256 strikeWad) internal pure returns (uint256 errorWad) {
        return ((forwardWad + strikeWad) * ERROR_WAD) / WAD + 1;
    }
}
