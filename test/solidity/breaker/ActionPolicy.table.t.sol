// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ActionPolicy} from "../../../contracts/breaker/ActionPolicy.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {Test} from "../support/Test.sol";

/// @dev The table once more, written from DESIGN 7 one level per line, and the properties that it must have.
contract ActionPolicyTableTest is Test {
    uint256 internal constant ACTIONS = 5;
    uint256 internal constant LEVELS = 5;
    uint256 internal constant GRADES = 4;

    /// @dev What an action gets at a level, the grade apart.
    function byLevel(Action action) internal pure returns (Rule[5] memory) {
        if (action == Action.Liquidate) {
            return [Rule.Allowed, Rule.Allowed, Rule.Allowed, Rule.DeepInsolventOnly, Rule.Denied];
        }
        if (action == Action.Open) {
            return [Rule.Allowed, Rule.Stressed, Rule.ReduceOnly, Rule.Denied, Rule.Denied];
        }
        if (action == Action.Withdraw) {
            return [Rule.Allowed, Rule.Stressed, Rule.SurplusOnly, Rule.UnaffectedOnly, Rule.Denied];
        }
        return [Rule.Allowed, Rule.Allowed, Rule.Allowed, Rule.Allowed, Rule.Allowed];
    }

    function expected(Action action, uint256 level, uint256 grade) internal pure returns (Rule) {
        // The grades are named in the order of the levels that they stand for.
        return byLevel(action)[level > grade ? level : grade];
    }

    function ruleOf(uint256 action, uint256 level, uint256 grade) internal pure returns (uint256) {
        return uint256(ActionPolicy.ruleOf(Action(action), Level(level), Grade(grade)));
    }

    function test_RuleOf_EveryCell() external pure {
        uint256 cells;
        for (uint256 a; a < ACTIONS; ++a) {
            for (uint256 l; l < LEVELS; ++l) {
                for (uint256 g; g < GRADES; ++g) {
                    assertEq(ruleOf(a, l, g), uint256(expected(Action(a), l, g)));
                    ++cells;
                }
            }
        }
        assertEq(cells, 100);
    }

    function test_RuleOf_WorseLevelOrGradeIsNeverLooser() external pure {
        for (uint256 a; a < ACTIONS; ++a) {
            for (uint256 l; l < LEVELS; ++l) {
                for (uint256 g; g < GRADES; ++g) {
                    if (l + 1 < LEVELS) assertGe(ruleOf(a, l + 1, g), ruleOf(a, l, g));
                    if (g + 1 < GRADES) assertGe(ruleOf(a, l, g + 1), ruleOf(a, l, g));
                }
            }
        }
    }

    function test_RuleOf_INV10_DepositAndCloseAlwaysAllowed() external pure {
        for (uint256 l; l < LEVELS; ++l) {
            for (uint256 g; g < GRADES; ++g) {
                assertEq(ruleOf(uint256(Action.Deposit), l, g), uint256(Rule.Allowed));
                assertEq(ruleOf(uint256(Action.Close), l, g), uint256(Rule.Allowed));
            }
        }
    }

    function test_RuleOf_AGradeWeighsAsTheLevelItImplies() external pure {
        for (uint256 a; a < ACTIONS; ++a) {
            for (uint256 g; g < GRADES; ++g) {
                uint256 implied = uint256(ActionPolicy.impliedBy(Grade(g)));
                assertEq(ruleOf(a, 0, g), ruleOf(a, implied, 0));
            }
        }
    }

    function test_ImpliedBy_EachGrade() external pure {
        assertEq(uint256(ActionPolicy.impliedBy(Grade.Firm)), uint256(Level.Normal));
        assertEq(uint256(ActionPolicy.impliedBy(Grade.Wide)), uint256(Level.Guarded));
        assertEq(uint256(ActionPolicy.impliedBy(Grade.Thin)), uint256(Level.ReduceOnly));
        assertEq(uint256(ActionPolicy.impliedBy(Grade.Blind)), uint256(Level.Protected));
    }

    function test_Worse_IsTheMaximum() external pure {
        for (uint256 a; a < LEVELS; ++a) {
            for (uint256 b; b < LEVELS; ++b) {
                assertEq(uint256(ActionPolicy.worse(Level(a), Level(b))), a > b ? a : b);
            }
        }
    }
}
