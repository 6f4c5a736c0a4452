// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Action, Level, Rule} from "../types/Policy.sol";
import {Grade} from "../types/Price.sol";

/// @title ActionPolicy
/// @notice What may be done at each level and grade: the one table of the protocol.
/// @dev Pure. Rows are levels (Normal, Guarded, ReduceOnly, Protected, Settling), columns grades (Firm, Wide, Thin,
/// Blind), each byte a `Rule`: 00 Allowed, 01 Stressed, 02 ReduceOnly, 03 SurplusOnly, 04 DeepInsolventOnly,
/// 05 UnaffectedOnly, 06 Denied. Along every row and column the rule only gets stricter. Keeps: invariant 10.
library ActionPolicy {
    uint256 private constant GRADES = 4;

    /// @dev Deposits and closing are never removed: they only reduce risk.
    bytes20 private constant DEPOSIT =
        hex"00000000"
        hex"00000000"
        hex"00000000"
        hex"00000000"
        hex"00000000";
    bytes20 private constant CLOSE =
        hex"00000000"
        hex"00000000"
        hex"00000000"
        hex"00000000"
        hex"00000000";

    /// @dev Thin still carries the two groups that a liquidation needs; Blind does not, and only an account insolvent
    /// over the whole widened interval is worth acting on. When settling, positions close at the settlement price.
    bytes20 private constant LIQUIDATE =
        hex"00000004"
        hex"00000004"
        hex"00000004"
        hex"04040404"
        hex"06060606";

    bytes20 private constant OPEN =
        hex"00010206"
        hex"01010206"
        hex"02020206"
        hex"06060606"
        hex"06060606";

    /// @dev When settling, cash leaves by claims, which give the first and the last the same ratio.
    bytes20 private constant WITHDRAW =
        hex"00010305"
        hex"01010305"
        hex"03030305"
        hex"05050505"
        hex"06060606";

    /// @notice The rule for `action` at a stored level and a live grade.
    function ruleOf(Action action, Level level, Grade grade) internal pure returns (Rule) {
        bytes20 table;
        if (action == Action.Deposit) table = DEPOSIT;
        else if (action == Action.Close) table = CLOSE;
        else if (action == Action.Liquidate) table = LIQUIDATE;
        else if (action == Action.Open) table = OPEN;
        else table = WITHDRAW;
        return Rule(uint8(table[uint256(level) * GRADES + uint256(grade)]));
    }

    /// @notice The level that a grade implies by itself.
    function impliedBy(Grade grade) internal pure returns (Level) {
        if (grade == Grade.Firm) return Level.Normal;
        if (grade == Grade.Wide) return Level.Guarded;
        return grade == Grade.Thin ? Level.ReduceOnly : Level.Protected;
    }

    /// @notice The worse of two levels.
    function worse(Level a, Level b) internal pure returns (Level) {
        return a > b ? a : b;
    }
}
