// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IChainlinkAggregator
/// @notice What Chainlink's contracts offer beyond `AggregatorV3Interface` and its package does not declare.
/// @dev `aggregator` is of the proxy (`AggregatorProxy`, `EACAggregatorProxy`), the bounds are of the aggregator behind it
/// (`OffchainAggregator`, `OCR2Aggregator`): smartcontractkit/libocr `contract2/OCR2Aggregator.sol`, immutables there.
interface IChainlinkAggregator {
    /// @notice `AggregatorV3Interface.latestRoundData` with every number as wide as it travels, so that reading it checks no
    /// widths.
    function latestRoundData()
        external
        view
        returns (uint256 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint256 answeredInRound);

    /// @notice `AggregatorV3Interface.decimals`, likewise.
    function decimals() external view returns (uint256);

    /// @notice The aggregator behind a proxy in its current phase.
    function aggregator() external view returns (address);

    /// @notice Answers below this are not transmitted: the feed goes stale there.
    function minAnswer() external view returns (int192);

    /// @notice Answers above this are not transmitted: the feed goes stale there.
    function maxAnswer() external view returns (int192);
}
