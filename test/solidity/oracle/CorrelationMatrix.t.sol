// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {CorrelationMatrix} from "../../../contracts/oracle/CorrelationMatrix.sol";
import {ICorrelationMatrix} from "../../../contracts/oracle/ICorrelationMatrix.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {Vm} from "forge-std/Vm.sol";

import {OraclePairFixture} from "../support/OraclePairFixture.sol";

contract CorrelationMatrixTest is OraclePairFixture {
    uint256 private constant HALF_HOUR = 30 minutes;
    address private constant NOBODY = address(0xBEEF);

    function setUp() public {
        setUpPairs(2);
        matrix.setPair(A, B, terms());
        stepPair(0, PRICE, PRICE);
    }

    /// @dev `steps` half hours in which B moves `share` times as A, in parts of 100.
    function run(uint256 steps, int256 share) private {
        (int256 a, int256 b) = (int256(PRICE), int256(PRICE));
        for (uint256 i; i < steps; ++i) {
            int256 moveBps = int256(draw(steps, i) % 101) - 50;
            a += (a * moveBps) / 1e4;
            b += (b * moveBps * share) / 1e6;
            stepPair(HALF_HOUR, uint256(a), uint256(b));
        }
    }

    function point() private view returns (int256) {
        return matrix.correlationOf(A, B).rhoWad;
    }

    // ------------------------------------------------------------------------------------------------ observations

    function test_Observe_LearnsOnceInHalfAnHour() public {
        assertFalse(matrix.isDue(A, B));
        assertEq(stepPair(HALF_HOUR - 1, PRICE, PRICE), 0);
        assertEq(matrix.correlationOf(A, B).samplesWad, 0);
        assertEq(matrix.correlationOf(A, B).ageSeconds, HALF_HOUR - 1);
        vm.warp(block.timestamp + 1);
        assertTrue(matrix.isDue(B, A));
        assertEq(stepPair(0, PRICE, PRICE), 1);
        assertFalse(matrix.isDue(A, B));
        assertEq(matrix.correlationOf(A, B).samplesWad, 1e18);
        assertEq(matrix.correlationOf(A, B).ageSeconds, 0);
    }

    function test_Observe_EmitsWhatIsStored() public {
        vm.warp(block.timestamp + HALF_HOUR);
        setPrice(A, PRICE + PRICE / 100);
        setPrice(B, PRICE);
        vm.recordLogs();
        matrix.observe(both());
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        assertEq(last.topics[0], ICorrelationMatrix.PairObserved.selector);
        assertEq(uint256(last.topics[1]), 1);
        assertEq(uint256(last.topics[2]), 2);
        (uint256 track, uint256 moments) = abi.decode(last.data, (uint256, uint256));
        // Slot 0 is the authority's.
        bytes32 base = keccak256(abi.encode((uint256(1) << 16) | 2, uint256(1)));
        assertEq(track, uint256(vm.load(address(matrix), base)));
        assertEq(moments, uint256(vm.load(address(matrix), bytes32(uint256(base) + 1))));
        assertEq(track >> 224, block.timestamp);
        assertGt(moments, 0);
    }

    /// @dev Who pokes before in the same block takes nothing from the pair.
    function test_Observe_LearnsFromPricesOfThisBlock() public {
        vm.warp(block.timestamp + HALF_HOUR);
        setPrice(A, PRICE);
        setPrice(B, PRICE);
        oracle.poke(both());
        assertEq(matrix.observe(both()), 1);
        assertEq(matrix.observe(both()), 0);
    }

    function test_Observe_DoesNotCareForTheOrder() public {
        AssetId[] memory turned = new AssetId[](2);
        (turned[0], turned[1]) = (B, A);
        vm.warp(block.timestamp + HALF_HOUR);
        setPrice(A, PRICE + PRICE / 200);
        setPrice(B, PRICE - PRICE / 100);
        assertEq(matrix.observe(turned), 1);
        (ICorrelationMatrix.Moments memory ab, ) = matrix.momentsOf(A, B);
        (ICorrelationMatrix.Moments memory ba, ) = matrix.momentsOf(B, A);
        assertLt(ab.varianceAWad, ab.varianceBWad);
        assertEq(ab.varianceAWad, ba.varianceBWad);
        assertEq(ab.varianceBWad, ba.varianceAWad);
        assertEq(ab.covarianceWad, ba.covarianceWad);
        assertLt(ab.covarianceWad, 0);
        // ln(1.005)^2 a year over half an hour.
        assertApproxEqRel(ab.varianceAWad, 0.435807e18, 1e14);
    }

    function test_Observe_SkipsUnlistedPairsAndRepeats() public {
        listAsset(AssetId.wrap(3));
        AssetId[] memory list = new AssetId[](4);
        (list[0], list[1], list[2], list[3]) = (A, AssetId.wrap(3), B, A);
        vm.warp(block.timestamp + HALF_HOUR);
        setPrice(A, PRICE);
        setPrice(B, PRICE);
        setPrice(AssetId.wrap(3), PRICE);
        assertEq(matrix.observe(list), 1);
        assertEq(matrix.correlationOf(A, AssetId.wrap(3)).samplesWad, 0);
    }

    /// @dev Neither two groups nor a missed consensus teach anything, from the first time on; once the grade has recovered, the
    /// pair takes the whole return.
    function test_Observe_NeverLearnsFromThinOrMissed() public {
        for (uint256 healthy = 2; healthy > 0; --healthy) {
            for (uint256 i; i < 3; ++i) {
                vm.warp(block.timestamp + HALF_HOUR);
                setPrice(A, PRICE);
                setHealthy(B, PRICE * 2, healthy);
                assertEq(matrix.observe(both()), 0);
            }
            assertEq(uint256(oracle.read(B).grade), uint256(healthy == 2 ? Grade.Thin : Grade.Blind));
        }
        assertEq(matrix.correlationOf(A, B).samplesWad, 0);
        assertEq(matrix.correlationOf(A, B).ageSeconds, 6 * HALF_HOUR);
        uint256 learnt;
        for (uint256 i; i < 60 && learnt == 0; ++i) learnt = stepPair(5 minutes, PRICE, PRICE * 2);
        assertEq(learnt, 1);
        assertLe(uint256(oracle.read(B).grade), uint256(Grade.Wide));
        (ICorrelationMatrix.Moments memory slow, ) = matrix.momentsOf(A, B);
        assertGt(slow.varianceBWad, 0);
    }

    function test_Observe_RevertsWhen_TooFewOrTooMany() public {
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_ObservedAssets.selector, 1, 2, 8));
        matrix.observe(first(1));
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_ObservedAssets.selector, 9, 2, 8));
        matrix.observe(first(9));
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, AssetId.wrap(3)));
        matrix.observe(first(3));
    }

    function test_Observe_EightAssetsAre28Pairs() public {
        for (uint16 id = 3; id <= 8; ++id) listAsset(AssetId.wrap(id));
        for (uint16 i = 2; i <= 8; ++i) {
            for (uint16 j = 1; j < i; ++j) matrix.setPair(AssetId.wrap(j), AssetId.wrap(i), terms());
        }
        vm.warp(block.timestamp + HALF_HOUR);
        for (uint16 id = 1; id <= 8; ++id) setPrice(AssetId.wrap(id), PRICE);
        assertEq(matrix.observe(first(8)), 28);
    }

    // ------------------------------------------------------------------------------------------------------- views

    function test_Correlation_OfIdenticalSeriesReachesTheClamp() public {
        run(400, 100);
        ICorrelationMatrix.Correlation memory c = matrix.correlationOf(A, B);
        // 0.34 of the memory seen: 0.34 * 1 + 0.66 * 0.5.
        assertApproxEqAbs(c.rhoWad, 0.669e18, 0.005e18);
        assertEq(c.highWad, 1e18);
        matrix.setPair(A, B, ICorrelationMatrix.PairTerms(-5000, 6000, 5000));
        c = matrix.correlationOf(A, B);
        assertEq(c.rhoWad, 0.6e18);
        assertLe(c.lowWad, 0.6e18);
    }

    function test_Correlation_OfOppositeSeriesReachesTheClamp() public {
        run(100, -100);
        (ICorrelationMatrix.Moments memory slow, ) = matrix.momentsOf(A, B);
        assertLt(slow.covarianceWad, 0);
        matrix.setPair(A, B, ICorrelationMatrix.PairTerms(5500, 9000, 5500));
        assertEq(point(), 0.55e18);
        assertGe(matrix.correlationOf(A, B).highWad, 0.55e18);
    }

    function test_Correlation_IsUnknownWithoutHistory() public view {
        ICorrelationMatrix.Correlation memory c = matrix.correlationOf(A, AssetId.wrap(9));
        assertEq(c.lowWad, -1e18);
        assertEq(c.rhoWad, 0);
        assertEq(c.highWad, 1e18);
        c = matrix.correlationOf(A, B);
        assertEq(c.lowWad, -1e18);
        assertEq(c.rhoWad, 0.5e18);
        assertEq(c.highWad, 1e18);
        assertEq(c.weightWad, 0);
        c = matrix.correlationOf(A, A);
        assertEq(c.lowWad, 1e18);
        assertEq(c.rhoWad, 1e18);
        assertEq(c.highWad, 1e18);
    }

    function test_Matrix_IsSymmetricWithOnes() public {
        listAsset(AssetId.wrap(3));
        run(20, 80);
        ICorrelationMatrix.Correlation[][] memory m = matrix.matrixOf(first(3));
        for (uint256 i; i < 3; ++i) {
            assertEq(m[i][i].rhoWad, 1e18);
            for (uint256 j; j < 3; ++j) {
                assertEq(keccak256(abi.encode(m[i][j])), keccak256(abi.encode(m[j][i])));
                assertEq(
                    keccak256(abi.encode(m[i][j])),
                    keccak256(
                        abi.encode(matrix.correlationOf(AssetId.wrap(uint16(i + 1)), AssetId.wrap(uint16(j + 1))))
                    )
                );
            }
        }
    }

    function test_Covariance_IsCorrelationTimesVolatilities() public {
        run(100, -80);
        ICorrelationMatrix.Correlation memory c = matrix.correlationOf(A, B);
        uint256 product = oracle.read(A).sigmaSlowWad * oracle.read(B).sigmaSlowWad;
        (int256 low, int256 mid, int256 high) = matrix.covarianceOf(A, B);
        assertApproxEqAbs(low, (c.lowWad * int256(product)) / 1e36, 2);
        assertApproxEqAbs(mid, (c.rhoWad * int256(product)) / 1e36, 2);
        assertApproxEqAbs(high, (c.highWad * int256(product)) / 1e36, 2);
        assertLe(low, mid);
        assertLe(mid, high);
        (, mid, ) = matrix.covarianceOf(A, A);
        assertApproxEqAbs(
            uint256(mid),
            FixedPointMathLib.mulWad(oracle.read(A).sigmaSlowWad, oracle.read(A).sigmaSlowWad),
            2
        );
    }

    /// @dev From the rings alone, no observation of the pair needed.
    function test_Realised_IsThatOfTheGrid() public {
        uint256[5] memory pricesA = [uint256(2000e18), 2010e18, 1990e18, 2005e18, 2005e18];
        uint256[5] memory pricesB = [uint256(50e18), 50.2e18, 49.9e18, 49.8e18, 50.1e18];
        int256[3] memory sums;
        for (uint256 i; i < 5; ++i) {
            vm.warp(block.timestamp + (i == 0 ? 1 days : 600));
            setPrice(A, pricesA[i]);
            setPrice(B, i == 0 ? PRICE : (PRICE * pricesB[i]) / pricesB[0]);
            oracle.poke(both());
            if (i == 0) continue;
            int256 a = FixedPointMathLib.lnWad(int256((pricesA[i] * 1e18) / pricesA[i - 1]));
            int256 b = FixedPointMathLib.lnWad(int256((pricesB[i] * 1e18) / pricesB[i - 1]));
            (sums[0], sums[1], sums[2]) = (sums[0] + a * a, sums[1] + b * b, sums[2] + a * b);
        }
        ICorrelationMatrix.Moments memory m = matrix.realisedCovariance(A, B, 2400, 4);
        assertApproxEqRel(m.varianceAWad, uint256(sums[0] * 365 days) / 2400 / 1e18, 1e9);
        assertApproxEqRel(m.varianceBWad, uint256(sums[1] * 365 days) / 2400 / 1e18, 1e9);
        assertApproxEqRel(m.covarianceWad, (sums[2] * 365 days) / 2400 / 1e18, 1e9);
        assertEq(matrix.realisedCovariance(A, B, 2 days, 4).varianceAWad, 0, "history is shorter");
        assertEq(matrix.realisedCovariance(A, B, 0, 4).varianceAWad, 0);
        assertEq(matrix.realisedCovariance(A, AssetId.wrap(9), 2400, 4).varianceAWad, 0);
    }

    function test_Realised_RevertsWhen_NoneOrTooMany() public {
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_ReturnCount.selector, 0, 1, 32));
        matrix.realisedCovariance(A, B, 600, 0);
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_ReturnCount.selector, 33, 1, 32));
        matrix.realisedCovariance(A, B, 600, 33);
        matrix.realisedCovariance(A, B, 600, 32);
    }

    // ----------------------------------------------------------------------------------------------- configuration

    function test_Terms_ReadBackAndKeepWhatWasLearnt() public {
        run(3, 50);
        (ICorrelationMatrix.Moments memory before, ) = matrix.momentsOf(A, B);
        ICorrelationMatrix.PairTerms memory next = ICorrelationMatrix.PairTerms(-9900, 9900, -9900);
        vm.expectEmit(address(matrix));
        emit ICorrelationMatrix.PairSet(B, A, terms(), next);
        matrix.setPair(B, A, next);
        assertEq(keccak256(abi.encode(matrix.termsOf(A, B))), keccak256(abi.encode(next)));
        (ICorrelationMatrix.Moments memory afterwards, ) = matrix.momentsOf(A, B);
        assertEq(keccak256(abi.encode(before)), keccak256(abi.encode(afterwards)));
    }

    function test_Terms_RevertWhen_OutOfOrderOrBounds() public {
        int16[3][6] memory wrong = [
            [int16(-9901), 0, 0],
            [int16(0), 9901, 0],
            [int16(100), 200, 99],
            [int16(100), 200, 201],
            [int16(100), 100, 100],
            [int16(200), 100, 150]
        ];
        for (uint256 i; i < wrong.length; ++i) {
            (int16 low, int16 high, int16 prior) = (wrong[i][0], wrong[i][1], wrong[i][2]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ICorrelationMatrix.Oracle_CorrelationTerms.selector,
                    int256(low),
                    int256(prior),
                    int256(high),
                    int256(9900)
                )
            );
            matrix.setPair(A, B, ICorrelationMatrix.PairTerms(low, high, prior));
        }
    }

    function test_Terms_RevertWhen_NoPairOrNoPrice() public {
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_NotAPair.selector, A, A));
        matrix.setPair(A, A, terms());
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, AssetId.wrap(9)));
            matrix.setPair(i == 0 ? A : AssetId.wrap(9), i == 0 ? AssetId.wrap(9) : A, terms());
        }
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_PairNotListed.selector, A, AssetId.wrap(9)));
        matrix.termsOf(A, AssetId.wrap(9));
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_PairNotListed.selector, A, AssetId.wrap(9)));
        matrix.removePair(A, AssetId.wrap(9));
    }

    function test_Remove_ForgetsEverything() public {
        run(5, 100);
        vm.expectEmit(address(matrix));
        emit ICorrelationMatrix.PairRemoved(B, A);
        matrix.removePair(B, A);
        assertEq(matrix.correlationOf(A, B).lowWad, -1e18);
        assertEq(matrix.correlationOf(A, B).weightWad, 0);
        assertFalse(matrix.isDue(A, B));
        assertEq(stepPair(HALF_HOUR, PRICE, PRICE), 0);
    }

    function test_Configuration_IsRestricted() public {
        vm.startPrank(NOBODY);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, NOBODY));
        matrix.setPair(A, B, terms());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, NOBODY));
        matrix.removePair(A, B);
    }

    function test_Constructor_RevertsWhen_NoOracle() public {
        vm.expectRevert(abi.encodeWithSelector(ICorrelationMatrix.Oracle_NoPriceOracle.selector, NOBODY));
        new CorrelationMatrix(address(manager), IPriceOracle(NOBODY));
    }
}
