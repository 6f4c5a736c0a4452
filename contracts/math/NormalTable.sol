// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NormalDistribution} from "./NormalDistribution.sol";

/// @title NormalTable
/// @notice The code of this contract is a table: the normal distribution at 2,049 points from -6 to 6, of 8 bytes each, with
/// 43 fraction bits, and 16 bytes of zero. `BlackLadder` reads it. Its first byte is 0: a call does nothing.
/// @dev Between points the distribution is interpolated linearly, which is off by h^2 / 8 times the curvature in the middle
/// and by nothing at the points. Each entry is moved by half of that, so that the error is even: 5.4e-7 at most.
/// The upper half mirrors the lower one: N(x) + N(-x) = 1 exactly, also between points.
contract NormalTable {
    uint256 private constant INTERVALS = 2048;
    /// @dev Distance h of two points: 12 / 2048, exactly.
    int256 private constant STEP_WAD = 5859375e9;
    int256 private constant END_WAD = 6e18;
    /// @dev h^2 / 16.
    int256 private constant HALF_ERROR_WAD = 2145767211914;
    uint256 private constant ONE_X43 = 2 ** 43;
    int256 private constant WAD = 1e18;

    uint256 private constant ENTRY_BYTES = 8;
    uint256 private constant ENTRY_SHIFT = 192;
    uint256 private constant TABLE_BYTES = 16408;

    constructor() {
        // Entries are written as whole words, in rising order: the zeros behind each are overwritten by the next.
        bytes memory table = new bytes(TABLE_BYTES + 32);
        for (uint256 i = 0; i <= INTERVALS; ++i) {
            uint256 mirrored = i <= INTERVALS / 2 ? i : INTERVALS - i;
            uint256 entryX43 = _entry(mirrored);
            if (i != mirrored) entryX43 = ONE_X43 - entryX43;
            assembly ("memory-safe") {
                mstore(add(add(table, 32), mul(i, ENTRY_BYTES)), shl(ENTRY_SHIFT, entryX43))
            }
        }
        assembly ("memory-safe") {
            return(add(table, 32), TABLE_BYTES)
        }
    }

    /// @dev N(d) + h^2 / 16 * d * density(d), for the curvature of N is -d * density(d); to nearest.
    function _entry(uint256 index) private pure returns (uint256 entryX43) {
        int256 dWad = int256(index) * STEP_WAD - END_WAD;
        int256 densityWad = int256(NormalDistribution.pdf(dWad));
        int256 movedWad = (((HALF_ERROR_WAD * dWad) / WAD) * densityWad) / WAD;
        int256 valueWad = int256(NormalDistribution.cdf(dWad)) + movedWad;
        // At -6 the distribution is 9.9e-10, and moved by 8e-14.
        return (uint256(valueWad) * ONE_X43 + 0.5e18) / 1e18;
    }
}
