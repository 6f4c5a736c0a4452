// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";

contract CircuitBreakerTripTest is BreakerFixture {
    function test_Constructor_RevertsWhen_AnAddressIsZero() external {
        vm.expectRevert(ICircuitBreaker.Breaker_ZeroAddress.selector);
        new CircuitBreaker(address(0), IPriceOracle(address(oracle)));
        vm.expectRevert(ICircuitBreaker.Breaker_ZeroAddress.selector);
        new CircuitBreaker(address(manager), IPriceOracle(address(0)));
    }

    function test_Update_StaysNormalInCalm() external {
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LevelEvaluated(ETH, Level.Normal, Level.Normal, 0, 0);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
        assertEq(breaker.recordOf(ETH).evaluatedAt, block.timestamp);
        assertEq(oracle.pokes(), 1);
    }

    function test_Update_TripsByGrade() external {
        Level[4] memory expected = [Level.Normal, Level.Guarded, Level.ReduceOnly, Level.Protected];
        for (uint256 g = 1; g < 4; ++g) {
            oracle.setGrade(ETH, Grade(g));
            vm.expectEmit(address(breaker));
            emit ICircuitBreaker.LevelTripped(ETH, expected[g - 1], expected[g], ICircuitBreaker.Cause.Grade);
            update(ETH);
            assertLevel(stored(ETH), expected[g]);
            assertCause(ETH, ICircuitBreaker.Cause.Grade);
            assertEq(breaker.recordOf(ETH).since, block.timestamp);
        }
        assertLevel(stored(BTC), Level.Normal);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    /// @dev 8 deviations over ten minutes at 80 % are 2.79 %: the least move of 3 % decides.
    function test_Update_TripsGuardedOnVelocity_JustAboveTheThreshold() external {
        oracle.setMid(ETH, (PRICE * 103) / 100);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
        oracle.setMid(ETH, (PRICE * 103) / 100 + 1);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        assertCause(ETH, ICircuitBreaker.Cause.Velocity);
    }

    function test_Update_TripsReduceOnlyOnVelocity_JustAboveTheThreshold() external {
        oracle.setMid(ETH, (PRICE * 92) / 100);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        oracle.setMid(ETH, (PRICE * 92) / 100 - 1);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertCause(ETH, ICircuitBreaker.Cause.Velocity);
    }

    function test_Update_TripsOnDrift_WhenTheBaselineWalkedAlong() external {
        uint256 mid = (PRICE * 89) / 100;
        oracle.setPast(ETH, BASELINE, (mid * 102) / 100);
        oracle.setMid(ETH, mid);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        assertCause(ETH, ICircuitBreaker.Cause.Drift);

        mid = (PRICE * 79) / 100;
        oracle.setPast(ETH, BASELINE, mid);
        oracle.setMid(ETH, mid);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertCause(ETH, ICircuitBreaker.Cause.Drift);
    }

    function test_Update_MeasuresDriftAgainstTheLongMean_WhileHistoryIsShort() external {
        oracle.setPast(ETH, ANCHOR, 0);
        oracle.setPast(ETH, BASELINE, 0);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
        oracle.setLongTwap(ETH, PRICE * 2);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertCause(ETH, ICircuitBreaker.Cause.Drift);
    }

    function test_Update_TripsNothingOnAMissingHistory() external {
        setPast(ETH, 0);
        oracle.setLongTwap(ETH, 0);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
    }

    function test_Update_TripsOnlyByGradeWithoutAPrice() external {
        oracle.setMid(ETH, 0);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
    }

    /// @dev At 150 % volatility 8 deviations over ten minutes are 5.23 %.
    function test_Update_ThresholdGrowsWithVolatility() external {
        oracle.setSigma(ETH, 1.5e18);
        oracle.setMid(ETH, (PRICE * 1052) / 1000);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
        oracle.setMid(ETH, (PRICE * 1053) / 1000);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
    }

    function test_Update_ThresholdNeverExceedsItsMaximum() external {
        oracle.setSigma(ETH, type(uint256).max);
        oracle.setMid(ETH, (PRICE * 108) / 100 + 1);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        oracle.setMid(ETH, (PRICE * 120) / 100 + 1);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
    }

    function test_Update_UsesAnAssetsOwnLimits() external {
        ICircuitBreaker.Limits memory limits = breaker.limitsOf(BTC);
        limits.velocityGuarded.minMoveBps = 100;
        limits.velocityGuarded.sigmasWad = 0;
        breaker.setLimits(BTC, limits);
        oracle.setMid(BTC, (PRICE * 102) / 100);
        oracle.setMid(ETH, (PRICE * 102) / 100);
        update(BTC);
        update(ETH);
        assertLevel(stored(BTC), Level.Guarded);
        assertLevel(stored(ETH), Level.Normal);
    }

    /// @dev Griefing: nobody poked for a while, so the stored price aged to Blind. A fresh commit says Firm.
    function test_Update_DoesNotTripOnAPriceThatOnlyAged() external {
        oracle.setGrade(ETH, Grade.Blind);
        oracle.prepareGrade(ETH, Grade.Firm);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
    }

    /// @dev Griefing: how often it is called changes neither baseline nor level.
    function test_Update_CalledOftenChangesNothing() external {
        for (uint256 i; i < 50; ++i) {
            oracle.setMid(ETH, PRICE + (PRICE * i * 3) / 5_000);
            update(ETH);
        }
        assertLevel(stored(ETH), Level.Normal);
        // The walk in small steps is still measured against the same baseline.
        oracle.setMid(ETH, (PRICE * 104) / 100);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
    }

    function testFuzz_Update_TripsExactlyByMoveAgainstBaseline(uint256 mid) external {
        mid = bound(mid, 1, PRICE * 10);
        oracle.setPast(ETH, ANCHOR, mid);
        oracle.setMid(ETH, mid);
        update(ETH);
        uint256 moved = mid > PRICE ? mid - PRICE : PRICE - mid;
        Level expected =
            moved * 100 > PRICE * 8
                ? Level.ReduceOnly
                : moved * 100 > PRICE * 3
                    ? Level.Guarded
                    : Level.Normal;
        assertLevel(stored(ETH), expected);
        (Level implied, ) = breaker.impliedLevel(ETH);
        assertLevel(implied, expected);
    }

    function test_Update_ToleratesAnAssetTwice() external {
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (ETH, ETH);
        oracle.setGrade(ETH, Grade.Thin);
        breaker.update(assets);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertEq(breaker.recordOf(ETH).heldSeconds, 0);
    }

    function test_Update_RevertsWhen_TooManyAssets() external {
        breaker.update(new AssetId[](0));
        assertEq(oracle.pokes(), 0);
        AssetId[] memory assets = new AssetId[](33);
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_TooManyAssets.selector, 33, 32));
        breaker.update(assets);
        assets = new AssetId[](32);
        for (uint256 i; i < 32; ++i) assets[i] = ETH;
        breaker.update(assets);
    }

    function test_Update_RevertsWhen_AssetIsUnlistedOrNone() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        update(AssetId.wrap(9));
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, DOMAIN));
        update(DOMAIN);
    }

    function test_ImpliedLevel_RevertsWhen_AssetIsUnlisted() external {
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_UnknownAsset.selector, AssetId.wrap(9)));
        breaker.impliedLevel(AssetId.wrap(9));
    }
}
