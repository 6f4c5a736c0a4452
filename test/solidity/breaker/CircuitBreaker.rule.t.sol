// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ActionPolicy} from "../../../contracts/breaker/ActionPolicy.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";
import {BreakerOracleMock} from "../support/BreakerOracleMock.sol";

contract CircuitBreakerRuleTest is BreakerFixture {
    function assertRule(uint256 bitmap, Action action, Rule rule, Level level) internal view {
        (Rule actualRule, Level actualLevel) = breaker.ruleFor(bitmap, action);
        assertEq(uint256(actualRule), uint256(rule), "rule");
        assertEq(uint256(actualLevel), uint256(level), "level of rule");
    }

    function test_LevelOf_IsTheWorstOfDomainStoredRaiseAndGrade() external {
        assertLevel(breaker.levelOf(ETH), Level.Normal);
        oracle.setGrade(ETH, Grade.Wide);
        assertLevel(breaker.levelOf(ETH), Level.Guarded);
        assertLevel(stored(ETH), Level.Normal);
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
        breaker.raiseLevel(DOMAIN, Level.Protected);
        assertLevel(breaker.levelOf(ETH), Level.Protected);
        assertLevel(breaker.levelOf(BTC), Level.Protected);
        assertLevel(breaker.domainLevel(), Level.Protected);
    }

    function test_LevelOf_RevertsWhen_AssetIsUnlistedOrNone() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        breaker.levelOf(AssetId.wrap(9));
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, DOMAIN));
        breaker.levelOf(DOMAIN);
    }

    function test_RuleFor_TakesTheStrictestOfTheExposedAssets() external {
        oracle.setGrade(ETH, Grade.Wide);
        oracle.setGrade(BTC, Grade.Thin);
        assertRule(bit(ETH), Action.Open, Rule.Stressed, Level.Guarded);
        assertRule(bit(BTC), Action.Open, Rule.ReduceOnly, Level.ReduceOnly);
        assertRule(bit(ETH) | bit(BTC), Action.Open, Rule.ReduceOnly, Level.ReduceOnly);
        assertRule(bit(ETH) | bit(BTC), Action.Withdraw, Rule.SurplusOnly, Level.ReduceOnly);
        assertRule(bit(ETH) | bit(BTC), Action.Liquidate, Rule.Allowed, Level.ReduceOnly);
    }

    /// @dev Contained: what is broken is not asked of those who do not hold it.
    function test_RuleFor_IgnoresAssetsOutsideTheExposure() external {
        oracle.setGrade(BTC, Grade.Blind);
        update(BTC);
        assertRule(bit(ETH), Action.Open, Rule.Allowed, Level.Normal);
        assertRule(bit(ETH), Action.Withdraw, Rule.Allowed, Level.Normal);
        assertRule(bit(ETH) | bit(BTC), Action.Withdraw, Rule.UnaffectedOnly, Level.Protected);
        assertRule(0, Action.Withdraw, Rule.Allowed, Level.Normal);
    }

    function test_RuleFor_WithoutAnUpdate_UsesTheLiveGrade() external {
        oracle.setGrade(ETH, Grade.Blind);
        assertRule(bit(ETH), Action.Open, Rule.Denied, Level.Protected);
        assertRule(bit(ETH), Action.Liquidate, Rule.DeepInsolventOnly, Level.Protected);
        assertRule(bit(ETH), Action.Withdraw, Rule.UnaffectedOnly, Level.Protected);
    }

    function test_RuleFor_CashOnlyAccountsLeaveUntilTheDomainSettles() external {
        assertRule(0, Action.Withdraw, Rule.Allowed, Level.Normal);
        breaker.raiseLevel(DOMAIN, Level.Guarded);
        assertRule(0, Action.Withdraw, Rule.Stressed, Level.Guarded);
        breaker.raiseLevel(DOMAIN, Level.ReduceOnly);
        assertRule(0, Action.Withdraw, Rule.SurplusOnly, Level.ReduceOnly);
        breaker.raiseLevel(DOMAIN, Level.Protected);
        assertRule(0, Action.Withdraw, Rule.SurplusOnly, Level.Protected);
        assertRule(bit(ETH), Action.Withdraw, Rule.UnaffectedOnly, Level.Protected);
        breaker.declareSettling(DOMAIN);
        assertRule(0, Action.Withdraw, Rule.Denied, Level.Settling);
    }

    function test_RuleFor_CashOnlyAccountsNeedNoOracle() external {
        oracle.setBroken(true);
        assertRule(0, Action.Withdraw, Rule.Allowed, Level.Normal);
        assertRule(0, Action.Open, Rule.Allowed, Level.Normal);
    }

    function test_RuleFor_INV10_DepositAndCloseNeedNothing() external {
        breaker.declareSettling(DOMAIN);
        breaker.declareSettling(ETH);
        oracle.setGrade(ETH, Grade.Blind);
        oracle.setBroken(true);
        uint256[4] memory bitmaps = [0, bit(ETH), 1, type(uint256).max];
        for (uint256 i; i < 4; ++i) {
            assertRule(bitmaps[i], Action.Deposit, Rule.Allowed, Level.Settling);
            assertRule(bitmaps[i], Action.Close, Rule.Allowed, Level.Settling);
        }
    }

    function test_RuleFor_RevertsWhen_TheOracleCannotAnswer() external {
        oracle.setBroken(true);
        vm.expectRevert(BreakerOracleMock.BreakerOracleMock_Broken.selector);
        breaker.ruleFor(bit(ETH), Action.Open);
    }

    function test_RuleFor_RevertsWhen_BitZeroIsSet() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, DOMAIN));
        breaker.ruleFor(bit(ETH) | 1, Action.Open);
    }

    function test_RuleFor_RevertsWhen_MoreThan32BitsAreSet() external {
        uint256 most = (uint256(1) << 33) - 2;
        breaker.ruleFor(most, Action.Open);
        breaker.inactiveSeconds(most);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_TooManyAssets.selector, 33, 32));
        breaker.ruleFor(most | (uint256(1) << 40), Action.Open);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_TooManyAssets.selector, 33, 32));
        breaker.inactiveSeconds(most | (uint256(1) << 255));
    }

    /// @dev Against the table applied asset by asset, the highest bit included.
    function testFuzz_RuleFor_MatchesTheTable(
        uint256 gradeSeed,
        uint256 bitmap,
        uint8 actionSeed,
        uint8 floor
    ) external {
        Action action = Action(bound(actionSeed, 2, 4));
        Level domain = Level(bound(floor, 0, 3));
        if (domain != Level.Normal) breaker.raiseLevel(DOMAIN, domain);
        // At most 31 bits: 1..30 and 255.
        bitmap = (bitmap & 0x7ffffffe) | (bitmap & (uint256(1) << 255));
        Rule expected = ActionPolicy.ruleOf(action, domain, Grade.Firm);
        for (uint256 i = 1; i < 256; ++i) {
            if ((bitmap >> i) & 1 == 0) continue;
            Grade grade = Grade((gradeSeed >> (2 * (i % 128))) & 3);
            oracle.setGrade(AssetId.wrap(uint16(i)), grade);
            Rule own = ActionPolicy.ruleOf(action, domain, grade);
            if (own > expected) expected = own;
        }
        if (bitmap == 0 && expected == Rule.UnaffectedOnly) expected = Rule.SurplusOnly;
        (Rule rule, ) = breaker.ruleFor(bitmap, action);
        assertEq(uint256(rule), uint256(expected));
    }
}
