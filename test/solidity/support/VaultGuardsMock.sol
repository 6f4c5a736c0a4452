// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";

/// @dev Breaker and limiter in one: rules per action for exposed and unexposed accounts, and a cap on one outflow.
contract VaultGuardsMock {
    error OverLimit(uint256 amount, uint256 limit);
    error ClosingAsked();

    mapping(Action action => Rule) public exposedRule;
    mapping(Action action => Rule) public cashRule;
    mapping(uint256 bitmap => uint256) public inactive;
    Level public level;
    uint256 public stressWad = 2e18;
    uint256 public outLimit = type(uint256).max;

    uint256 public inflows;
    uint256 public outflows;
    uint256 public lastHoldings;

    function setRule(Action action, Rule exposed, Rule cash, Level level_) external {
        exposedRule[action] = exposed;
        cashRule[action] = cash;
        level = level_;
    }

    function setInactive(uint256 seconds_) external {
        inactive[0] = seconds_;
    }

    function setInactiveOf(uint256 bitmap, uint256 seconds_) external {
        inactive[bitmap] = seconds_;
    }

    function setOutLimit(uint256 limit) external {
        outLimit = limit;
    }

    function ruleFor(uint256 bitmap, Action action) external view returns (Rule, Level) {
        if (action == Action.Close || action == Action.Deposit) revert ClosingAsked();
        return (bitmap == 0 ? cashRule[action] : exposedRule[action], level);
    }

    function inactiveSeconds(uint256 bitmap) external view returns (uint256) {
        return inactive[bitmap];
    }

    function recordInflow(address, uint256 amount, uint256 holdingsAfter) external {
        inflows += amount;
        lastHoldings = holdingsAfter;
    }

    function consume(address, uint256 amount, uint256 holdingsBefore) external {
        if (amount > outLimit) revert OverLimit(amount, outLimit);
        outflows += amount;
        lastHoldings = holdingsBefore;
    }
}
