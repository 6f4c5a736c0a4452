// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IPriceSource
/// @notice One source of one price, as the oracle reads it: an adapter hides the provider behind this.
/// @dev May revert, lie, burn gas or return garbage: the reader expects the worst. Returns exactly 96 bytes.
interface IPriceSource {
    /// @notice The source's latest value.
    /// @return priceWad WAD of the quote unit per unit of the asset; 0 = no valid value.
    /// @return confidenceWad Half-width that the source itself reports, WAD of the quote unit; 0 if it reports none.
    /// @return updatedAt Unix seconds at which the value was made, by the provider's own clock, never `now`;
    /// but the present moment for a rate that is computed when it is read.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt);
}
