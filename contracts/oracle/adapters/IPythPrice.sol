// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IPythPrice
/// @notice `IPyth.getPriceUnsafe` with every number as wide as it travels, so that reading it checks no widths and makes no
/// struct.
interface IPythPrice {
    /// @notice The stored price of a feed, `price * 10^expo`, and its half-width in the same unit.
    function getPriceUnsafe(
        bytes32 id
    ) external view returns (int256 price, uint256 conf, int256 expo, uint256 publishTime);
}
