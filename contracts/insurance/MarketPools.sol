// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AssetId} from "../types/AssetId.sol";

/// @title MarketPools
/// @notice What of one vault account's cash belongs to which market. What belongs to none is the domain's.
/// @dev One account for all: a penalty then moves cash once, and two markets share a word.
library MarketPools {
    using SafeCastLib for uint256;

    uint256 private constant POOLS_PER_WORD = 2;
    uint256 private constant POOL_BITS = 128;

    /// @param words Pools of assets 1 and 2, 3 and 4 and so on, WAD, 128 bits each.
    struct Pools {
        mapping(uint256 number => uint256 word) words;
    }

    /// @notice What belongs to a market, WAD.
    function amountOf(Pools storage self, AssetId asset) internal view returns (uint256) {
        (uint256 number, uint256 shift) = _placeOf(asset);
        return uint128(self.words[number] >> shift);
    }

    /// @notice Adds to the pool of a market.
    function add(Pools storage self, AssetId asset, uint256 amountWad) internal {
        _set(self, asset, amountOf(self, asset) + amountWad);
    }

    /// @notice Takes from the pool of a market.
    function take(Pools storage self, AssetId asset, uint256 amountWad) internal {
        _set(self, asset, amountOf(self, asset) - amountWad);
    }

    function _set(Pools storage self, AssetId asset, uint256 amountWad) private {
        (uint256 number, uint256 shift) = _placeOf(asset);
        uint256 other = self.words[number] & ~(uint256(type(uint128).max) << shift);
        self.words[number] = other | (uint256(amountWad.toUint128()) << shift);
    }

    function _placeOf(AssetId asset) private pure returns (uint256 number, uint256 shift) {
        // Ids begin at 1: the first two share word 1.
        uint256 position = uint256(AssetId.unwrap(asset)) + POOLS_PER_WORD - 1;
        return (position / POOLS_PER_WORD, (position % POOLS_PER_WORD) * POOL_BITS);
    }
}
