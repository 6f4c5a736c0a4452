// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/src/utils/LibBit.sol";

/// @dev A set of seconds, one bit each: what intervals and running sums claim is checked against what can be counted.
library SecondsSet {
    uint256 internal constant WORDS = 2_048;

    function make() internal pure returns (uint256[] memory words) {
        return new uint256[](WORDS);
    }

    function mark(uint256[] memory words, uint256 from, uint256 to) internal pure {
        while (from < to) {
            uint256 bit = from % 256;
            uint256 count = to - from < 256 - bit ? to - from : 256 - bit;
            uint256 ones = count == 256 ? type(uint256).max : (uint256(1) << count) - 1;
            words[from / 256] |= ones << bit;
            from += count;
        }
    }

    /// @dev Marked seconds before `to`.
    function countBefore(uint256[] memory words, uint256 to) internal pure returns (uint256 count) {
        for (uint256 i; i < to / 256; ++i) count += LibBit.popCount(words[i]);
        if (to % 256 != 0) count += LibBit.popCount(words[to / 256] & ((uint256(1) << (to % 256)) - 1));
    }

    function has(uint256[] memory words, uint256 second) internal pure returns (bool) {
        return (words[second / 256] >> (second % 256)) & 1 == 1;
    }

    /// @dev The first second of the marked run that ends just before `second`; `second` itself if there is none.
    function runBefore(uint256[] memory words, uint256 second) internal pure returns (uint256 start) {
        start = second;
        while (start != 0 && has(words, start - 1)) {
            if (start % 256 == 0 && words[start / 256 - 1] == type(uint256).max) start -= 256;
            else --start;
        }
    }
}
