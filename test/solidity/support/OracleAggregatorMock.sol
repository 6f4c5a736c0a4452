// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";

/// @dev Chainlink's mock, with the bounds of an offchain aggregator: answers beyond them are not transmitted.
contract OracleAggregatorMock is MockV3Aggregator {
    int192 public minAnswer;
    int192 public maxAnswer;

    constructor(uint8 decimals_, int256 answer, int192 lower, int192 upper) MockV3Aggregator(decimals_, answer) {
        setBounds(lower, upper);
    }

    function setBounds(int192 lower, int192 upper) public {
        (minAnswer, maxAnswer) = (lower, upper);
    }

    function transmit(int256 answer) external {
        require(answer >= minAnswer && answer <= maxAnswer, "median is out of min-max range");
        updateAnswer(answer);
    }
}
