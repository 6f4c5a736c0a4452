// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";

contract CircuitBreakerHandTest is BreakerFixture {
    uint64 internal constant GUARDIAN_ROLE = 7;
    address internal guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = ICircuitBreaker.raiseLevel.selector;
        manager.setTargetFunctionRole(address(breaker), selectors, GUARDIAN_ROLE);
        manager.grantRole(GUARDIAN_ROLE, guardian, 0);
        manager.grantRole(GUARDIAN_ROLE, address(this), 0);
    }

    // --- raiseLevel -----------------------------------------------------------------------------------------------

    function test_RaiseLevel_ByAGuardian_EndsAfter72Hours() external {
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LevelRaised(ETH, Level.ReduceOnly, block.timestamp + 72 hours);
        vm.prank(guardian);
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
        assertLevel(breaker.recordOf(ETH).raisedLevel, Level.ReduceOnly);
        pass(72 hours - 1);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
        pass(1);
        assertLevel(breaker.levelOf(ETH), Level.Normal);
    }

    function test_RaiseLevel_IsAFloorUnderTheAutomaticLevel() external {
        breaker.raiseLevel(ETH, Level.Guarded);
        oracle.setGrade(ETH, Grade.Thin);
        update(ETH);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
        oracle.setGrade(ETH, Grade.Firm);
        run(45);
        assertLevel(stored(ETH), Level.Normal);
        assertLevel(breaker.levelOf(ETH), Level.Guarded);
    }

    function test_RaiseLevel_RevertsWhen_LevelIsNormalSettlingOrBelowTheRaiseInForce() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_NotARaise.selector, Level.Normal, Level.Normal));
        breaker.raiseLevel(ETH, Level.Normal);
        vm.expectRevert(
            abi.encodeWithSelector(ICircuitBreaker.Breaker_NotARaise.selector, Level.Settling, Level.Normal)
        );
        breaker.raiseLevel(ETH, Level.Settling);
        breaker.raiseLevel(ETH, Level.Protected);
        vm.expectRevert(
            abi.encodeWithSelector(ICircuitBreaker.Breaker_NotARaise.selector, Level.ReduceOnly, Level.Protected)
        );
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        pass(72 hours);
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
    }

    function test_RaiseLevel_RevertsWhen_RenewedMoreThanTwiceIn30Days() external {
        uint256 first = block.timestamp;
        for (uint256 i; i < 3; ++i) {
            vm.prank(guardian);
            breaker.raiseLevel(ETH, Level.Protected);
            pass(1 days);
        }
        bytes memory exhausted = abi.encodeWithSelector(
            ICircuitBreaker.Breaker_RaisesExhausted.selector,
            first + 30 days
        );
        vm.expectRevert(exhausted);
        vm.prank(guardian);
        breaker.raiseLevel(ETH, Level.Protected);
        // Another asset and the domain have their own three.
        breaker.raiseLevel(BTC, Level.Protected);
        breaker.raiseLevel(DOMAIN, Level.Guarded);
        vm.warp(first + 30 days - 1);
        vm.expectRevert(exhausted);
        breaker.raiseLevel(ETH, Level.Protected);
        vm.warp(first + 30 days);
        breaker.raiseLevel(ETH, Level.Protected);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_RaisesExhausted.selector, first + 31 days));
        breaker.raiseLevel(ETH, Level.Protected);
    }

    /// @dev In any 30 days at most three terms of 72 hours.
    function testFuzz_RaiseLevel_IsInForceAtMostNineDaysIn30(uint256 seed) external {
        uint256[] memory raisedAt = new uint256[](64);
        uint256 count;
        for (uint256 i; i < 64; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(block.timestamp + 1 + (seed % 10 days));
            try breaker.raiseLevel(ETH, Level.Protected) {
                raisedAt[count++] = block.timestamp;
            } catch {
                continue;
            }
            if (count > 3) assertGe(raisedAt[count - 1] - raisedAt[count - 4], 30 days);
        }
    }

    function test_RaiseLevel_RevertsWhen_AssetIsUnlisted() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        breaker.raiseLevel(AssetId.wrap(9), Level.Guarded);
    }

    // --- lowerLevel, declareSettling ------------------------------------------------------------------------------

    function test_LowerLevel_CutsStoredLevelAndRaise() external {
        oracle.setGrade(ETH, Grade.Thin);
        update(ETH);
        oracle.setGrade(ETH, Grade.Firm);
        breaker.raiseLevel(ETH, Level.Protected);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LevelLowered(ETH, Level.Protected, Level.Guarded);
        breaker.lowerLevel(ETH, Level.Guarded);
        assertLevel(stored(ETH), Level.Guarded);
        assertCause(ETH, ICircuitBreaker.Cause.Governance);
        assertLevel(breaker.levelOf(ETH), Level.Guarded);
        breaker.lowerLevel(ETH, Level.Normal);
        assertCause(ETH, ICircuitBreaker.Cause.None);
        assertLevel(breaker.levelOf(ETH), Level.Normal);
        vm.expectRevert(
            abi.encodeWithSelector(ICircuitBreaker.Breaker_NotALowering.selector, Level.Normal, Level.Normal)
        );
        breaker.lowerLevel(ETH, Level.Normal);
    }

    function test_LowerLevel_DoesNotHideTheLiveGradeNorDisarmTheTriggers() external {
        oracle.setGrade(ETH, Grade.Thin);
        update(ETH);
        breaker.lowerLevel(ETH, Level.Normal);
        assertLevel(breaker.levelOf(ETH), Level.ReduceOnly);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
    }

    function test_DeclareSettling_IsLeftOnlyByHand() external {
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LevelTripped(ETH, Level.Normal, Level.Settling, ICircuitBreaker.Cause.Governance);
        breaker.declareSettling(ETH);
        run(240);
        assertLevel(stored(ETH), Level.Settling);
        vm.expectRevert(
            abi.encodeWithSelector(ICircuitBreaker.Breaker_NotARaise.selector, Level.Settling, Level.Settling)
        );
        breaker.declareSettling(ETH);
        breaker.lowerLevel(ETH, Level.ReduceOnly);
        run(41);
        assertLevel(stored(ETH), Level.Normal);
    }

    function test_DeclareSettling_OfTheDomainIsTheLevelOfAll() external {
        breaker.declareSettling(DOMAIN);
        assertLevel(breaker.levelOf(BTC), Level.Settling);
        breaker.lowerLevel(DOMAIN, Level.Normal);
        assertLevel(breaker.levelOf(BTC), Level.Normal);
    }

    function test_DeclareSettling_RevertsWhen_AssetIsUnlisted() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        breaker.declareSettling(AssetId.wrap(9));
    }

    // --- Access ---------------------------------------------------------------------------------------------------

    function test_Restricted_RevertsWhen_CallerHasNoRole() external {
        ICircuitBreaker.Limits memory limits = breaker.limitsOf(ETH);
        bytes[] memory calls = new bytes[](7);
        calls[0] = abi.encodeCall(breaker.lowerLevel, (ETH, Level.Normal));
        calls[1] = abi.encodeCall(breaker.declareSettling, (ETH));
        calls[2] = abi.encodeCall(breaker.setLimits, (ETH, limits));
        calls[3] = abi.encodeCall(breaker.setStress, (2e18));
        calls[4] = abi.encodeCall(breaker.setChainPace, (15, 300));
        calls[5] = abi.encodeCall(breaker.setVouch, (1 hours));
        calls[6] = abi.encodeCall(breaker.setSequencerFeed, (address(0)));
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(guardian);
            (bool ok, bytes memory reason) = address(breaker).call(calls[i]);
            assertFalse(ok);
            assertEq(reason, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        }
        address stranger = makeAddr("stranger");
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        breaker.raiseLevel(ETH, Level.Guarded);
    }

    // --- Parameters -----------------------------------------------------------------------------------------------

    function test_SetLimits_OfAnAssetAndTheDefault() external {
        ICircuitBreaker.Limits memory previous = breaker.limitsOf(ETH);
        ICircuitBreaker.Limits memory limits = breaker.limitsOf(ETH);
        limits.driftReduceOnly.maxMoveBps = 5_000;
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LimitsSet(ETH, previous, limits);
        breaker.setLimits(ETH, limits);
        assertEq(breaker.limitsOf(ETH).driftReduceOnly.maxMoveBps, 5_000);
        assertEq(breaker.limitsOf(BTC).driftReduceOnly.maxMoveBps, 4_000);
        limits.driftReduceOnly.maxMoveBps = 4_500;
        breaker.setLimits(DOMAIN, limits);
        assertEq(breaker.limitsOf(ETH).driftReduceOnly.maxMoveBps, 5_000);
        assertEq(breaker.limitsOf(BTC).driftReduceOnly.maxMoveBps, 4_500);
    }

    function test_SetLimits_RevertsWhen_OutOfBounds() external {
        ICircuitBreaker.Limits memory limits = breaker.limitsOf(ETH);
        limits.velocityGuarded.minMoveBps = 49;
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 49, 50, 800));
        breaker.setLimits(ETH, limits);
        limits.velocityGuarded.minMoveBps = 801;
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 801, 50, 800));
        breaker.setLimits(ETH, limits);
        limits = breaker.limitsOf(ETH);
        limits.driftReduceOnly.maxMoveBps = 5_001;
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 5_001, 50, 5_000));
        breaker.setLimits(ETH, limits);
        limits = breaker.limitsOf(ETH);
        limits.driftGuarded.sigmasWad = 18e18 + 1;
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 18e18 + 1, 0, 18e18));
        breaker.setLimits(ETH, limits);
    }

    function test_SetLimits_RevertsWhen_ReduceOnlyWouldFireBeforeGuarded() external {
        for (uint256 i; i < 3; ++i) {
            ICircuitBreaker.Limits memory limits = breaker.limitsOf(ETH);
            if (i == 0) limits.velocityReduceOnly.minMoveBps = 299;
            if (i == 1) (limits.driftGuarded.maxMoveBps, limits.driftReduceOnly.maxMoveBps) = (4_001, 4_000);
            if (i == 2) limits.driftReduceOnly.sigmasWad = 4e18 - 1;
            vm.expectRevert(ICircuitBreaker.Breaker_TriggersNotOrdered.selector);
            breaker.setLimits(ETH, limits);
        }
    }

    function test_SetLimits_RevertsWhen_AssetIsUnlisted() external {
        ICircuitBreaker.Limits memory limits = breaker.limitsOf(ETH);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        breaker.setLimits(AssetId.wrap(9), limits);
    }

    function test_SetStress_WithinItsBounds() external {
        assertEq(breaker.stressWad(), 1.5e18);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.StressSet(1.5e18, 3e18);
        breaker.setStress(3e18);
        assertEq(breaker.stressWad(), 3e18);
        breaker.setStress(1e18);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 1e18 - 1, 1e18, 3e18));
        breaker.setStress(1e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 3e18 + 1, 1e18, 3e18));
        breaker.setStress(3e18 + 1);
    }

    function test_SetVouch_WithinItsBounds() external {
        assertEq(breaker.vouchSeconds(), 15 minutes);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.VouchSet(15 minutes, 1 days);
        breaker.setVouch(1 days);
        assertEq(breaker.vouchSeconds(), 1 days);
        breaker.setVouch(5 minutes);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 299, 300, 1 days));
        breaker.setVouch(299);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 1 days + 1, 300, 1 days));
        breaker.setVouch(1 days + 1);
    }

    function test_SetChainPace_WithinItsBounds() external {
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.ChainPaceSet(15, 300);
        breaker.setChainPace(15, 300);
        (uint256 blockSeconds, uint256 tolerance, uint256 recordedAt, uint256 number) = breaker.chainPace();
        assertEq(blockSeconds, 15);
        assertEq(tolerance, 300);
        assertEq(recordedAt, block.timestamp);
        assertEq(number, block.number);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 1 days + 1, 0, 1 days));
        breaker.setChainPace(1 days + 1, 300);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 59, 60, 1 days));
        breaker.setChainPace(15, 59);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_OutOfBounds.selector, 1 days + 1, 60, 1 days));
        breaker.setChainPace(15, 1 days + 1);
    }
}
