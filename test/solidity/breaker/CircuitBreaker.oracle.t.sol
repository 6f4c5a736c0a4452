// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

/// @dev The breaker over the real oracle, fed by mock sources.
contract CircuitBreakerOracleTest is OracleFixture {
    CircuitBreaker internal breaker;

    function setUp() public {
        setUpOracle(3);
        breaker = new CircuitBreaker(address(new AccessManager(address(this))), oracle);
    }

    function config() internal pure override returns (IPriceOracle.AssetConfig memory spec) {
        spec = super.config();
        spec.ringSpacingSeconds = 60;
        spec.maxAgeSeconds = 900;
    }

    /// @dev `minutes_` of updates, one a minute, all sources at `priceWad`.
    function run(uint256 minutes_, uint256 priceWad) internal {
        for (uint256 i; i < minutes_; ++i) {
            vm.warp(block.timestamp + 1 minutes);
            setAll(priceWad);
            breaker.update(only(ETH));
        }
    }

    function assertLevel(Level expected) internal view {
        assertEq(uint256(breaker.levelOf(ETH)), uint256(expected), "level");
    }

    function test_Update_CommitsTheFirstObservationItself() external {
        breaker.update(only(ETH));
        assertLevel(Level.Normal);
        assertEq(oracle.read(ETH).midWad, PRICE);
    }

    /// @dev A crash of 12 % within a minute trips at once, by the move: every honest source shows it.
    function test_Update_ACrashTripsAtOnceAndRecoversByItself() external {
        run(20, PRICE);
        assertLevel(Level.Normal);
        run(1, (PRICE * 88) / 100);
        assertLevel(Level.ReduceOnly);
        assertEq(uint256(breaker.recordOf(ETH).cause), uint256(ICircuitBreaker.Cause.Velocity));
        run(20, (PRICE * 88) / 100);
        assertLevel(Level.ReduceOnly);
        run(120, (PRICE * 88) / 100);
        assertLessOrEqual(Level.Guarded);
        run(240, (PRICE * 88) / 100);
        assertLevel(Level.Normal);
        assertEq(breaker.inactiveSeconds(2), 0);
    }

    /// @dev A wick that one source of three shows moves nothing.
    function test_Update_OneSourceAloneTripsNothingBeyondTheGrade() external {
        run(20, PRICE);
        for (uint256 i; i < 10; ++i) {
            vm.warp(block.timestamp + 1 minutes);
            setAll(PRICE);
            sources[0].set((PRICE * 60) / 100, 0, block.timestamp);
            breaker.update(only(ETH));
        }
        assertLessOrEqual(Level.ReduceOnly);
        assertTrue(breaker.recordOf(ETH).cause != ICircuitBreaker.Cause.Velocity);
    }

    /// @dev All sources silent: Protected once the oracle says Blind, deposits and closing open throughout.
    function test_Update_SilenceOfAllSourcesProtectsAndEnds() external {
        run(20, PRICE);
        uint256 silentAt = block.timestamp;
        for (uint256 i; i < 90; ++i) {
            vm.warp(block.timestamp + 1 minutes);
            breaker.update(only(ETH));
            (Rule close, ) = breaker.ruleFor(2, Action.Close);
            assertEq(uint256(close), uint256(Rule.Allowed));
        }
        assertLevel(Level.Protected);
        (Rule rule, ) = breaker.ruleFor(2, Action.Open);
        assertEq(uint256(rule), uint256(Rule.Denied));
        uint256 inactive = breaker.inactiveSeconds(2);
        assertGt(inactive, 0);
        assertLe(inactive, block.timestamp - silentAt);
        run(240, PRICE);
        assertLevel(Level.Normal);
    }

    /// @dev Griefing: nobody poked for an hour, then somebody updates: the price had aged, it is not lost.
    function test_Update_AfterAnHourOfNobodyDoesNotTrip() external {
        run(20, PRICE);
        vm.warp(block.timestamp + 1 hours);
        assertLevel(Level.Protected);
        setAll(PRICE);
        breaker.update(only(ETH));
        assertLevel(Level.Normal);
        assertEq(breaker.inactiveSeconds(2), 45 minutes);
    }

    /// @dev Poking in every block neither shortens the history below the anchor nor hides a slow walk.
    function test_Update_ASlowWalkTripsOnDrift() external {
        run(250, PRICE);
        uint256 price = PRICE;
        Level worst;
        for (uint256 i; i < 200 && worst < Level.ReduceOnly; ++i) {
            price = (price * 998) / 1000;
            for (uint256 j; j < 5; ++j) {
                vm.warp(block.timestamp + 12);
                setAll(price);
                oracle.poke(only(ETH));
            }
            breaker.update(only(ETH));
            worst = breaker.recordOf(ETH).level > worst ? breaker.recordOf(ETH).level : worst;
        }
        assertEq(uint256(worst), uint256(Level.ReduceOnly));
        assertGt(oracle.priceAt(ETH, 4 hours), 0);
    }

    function assertLessOrEqual(Level most) internal view {
        assertLe(uint256(breaker.levelOf(ETH)), uint256(most), "level");
    }
}
