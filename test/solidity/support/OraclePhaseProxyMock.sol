// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @dev A proxy that numbers rounds as Chainlink's does: phase << 64 | round of the aggregator behind it.
contract OraclePhaseProxyMock is AggregatorV3Interface {
    uint16 public phaseId;
    AggregatorV3Interface public aggregator;

    constructor(AggregatorV3Interface aggregator_) {
        confirm(aggregator_);
    }

    function confirm(AggregatorV3Interface aggregator_) public {
        phaseId += 1;
        aggregator = aggregator_;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) = aggregator
            .latestRoundData();
        return (_withPhase(roundId), answer, startedAt, updatedAt, _withPhase(answeredInRound));
    }

    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return aggregator.getRoundData(uint64(roundId));
    }

    function decimals() external view returns (uint8) {
        return aggregator.decimals();
    }

    function description() external view returns (string memory) {
        return aggregator.description();
    }

    function version() external view returns (uint256) {
        return aggregator.version();
    }

    function _withPhase(uint80 roundId) private view returns (uint80) {
        return (uint80(phaseId) << 64) | uint64(roundId);
    }
}
