// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";

/// @dev Answers as set.
contract AuctionBreakerMock {
    Rule public rule;
    Level public level;
    uint256 public inactive;

    function set(Rule rule_, Level level_) external {
        rule = rule_;
        level = level_;
    }

    function addInactive(uint256 elapsed) external {
        inactive += elapsed;
    }

    function ruleFor(uint256, Action action) external view returns (Rule, Level) {
        require(action == Action.Liquidate, "only liquidation is asked for");
        return (rule, level);
    }

    function inactiveSeconds(uint256) external view returns (uint256) {
        return inactive;
    }
}
