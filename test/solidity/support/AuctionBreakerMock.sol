// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";

/// @dev Answers as set.
contract AuctionBreakerMock {
    Rule public rule;
    Level public level;
    uint256 public inactive;
    uint256 public broken;
    mapping(uint256 asset => uint256) public inactiveOf;

    function set(Rule rule_, Level level_) external {
        rule = rule_;
        level = level_;
    }

    function addInactive(uint256 elapsed) external {
        inactive += elapsed;
    }

    /// @dev Assets that only the deeply insolvent may be liquidated on; the others answer as set.
    function setBroken(uint256 bitmap) external {
        broken = bitmap;
    }

    function ruleFor(uint256 bitmap, Action action) external view returns (Rule, Level) {
        require(action == Action.Liquidate, "only liquidation is asked for");
        if (bitmap & broken != 0) return (Rule.DeepInsolventOnly, Level.Protected);
        return (rule, level);
    }

    /// @dev Inactive seconds of one asset, beside those of the domain.
    function addInactiveOf(uint256 asset, uint256 elapsed) external {
        inactiveOf[asset] += elapsed;
    }

    function inactiveSeconds(uint256 bitmap) external view returns (uint256 elapsed) {
        elapsed = inactive;
        for (uint256 asset = 0; asset < 32; ++asset) {
            if ((bitmap >> asset) & 1 != 0) elapsed += inactiveOf[asset];
        }
    }
}
