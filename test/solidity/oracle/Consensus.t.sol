// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {Consensus} from "../../../contracts/oracle/libraries/Consensus.sol";
import {Reading, toReading} from "../../../contracts/oracle/libraries/Reading.sol";
import {Test} from "../support/Test.sol";

contract ConsensusTest is Test {
    uint256 private constant GATE = 200;

    function reading(uint256 group, uint256 price, uint256 confidence, uint256 age) internal pure returns (Reading) {
        return toReading(group, price, confidence, age, IPriceOracle.SourceFault.None);
    }

    /// @dev Lower median by counting, quadratic.
    function naiveMedian(uint256[] memory values) internal pure returns (uint256) {
        for (uint256 i; i < values.length; ++i) {
            uint256 below;
            uint256 equal;
            for (uint256 j; j < values.length; ++j) {
                if (values[j] < values[i]) ++below;
                if (values[j] == values[i]) ++equal;
            }
            uint256 rank = (values.length - 1) / 2;
            if (below <= rank && rank < below + equal) return values[i];
        }
        return 0;
    }

    function testFuzz_Form_IsTheMedianOfGroupMedians(uint256 seed, uint256 count) public pure {
        count = bound(count, 1, 8);
        Reading[] memory readings = new Reading[](count);
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            readings[i] = reading(random % 7, 1e18 + ((random >> 64) % 5e16), 0, 0);
        }
        uint256[] memory groups = new uint256[](7);
        uint256 used;
        for (uint256 g; g < 7; ++g) {
            uint256[] memory members = new uint256[](count);
            uint256 n;
            for (uint256 i; i < count; ++i) if (readings[i].groupOf() == g) members[n++] = readings[i].priceOf();
            if (n != 0) groups[used++] = naiveMedian(cut(members, n));
        }
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        assertEq(outcome.medianWad, naiveMedian(cut(groups, used)));
        assertEq(outcome.validGroups, used);
        assertLe(outcome.acceptedGroups, used);
    }

    function cut(uint256[] memory values, uint256 length) internal pure returns (uint256[] memory shorter) {
        shorter = new uint256[](length);
        for (uint256 i; i < length; ++i) shorter[i] = values[i];
    }

    /// @dev INV-08: with f adversarial groups of 2f + 1, mid lies within the honest range, whatever they say.
    function testFuzz_INV08_MedianStaysInTheHonestRange(uint256 seed, uint256 f, uint256 offset) public pure {
        f = bound(f, 1, 3);
        Reading[] memory readings = new Reading[](2 * f + 1);
        uint256 lowest = type(uint256).max;
        uint256 highest;
        for (uint256 i; i < readings.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 index = (i + (offset % 7)) % readings.length;
            if (i < f) {
                readings[index] = reading(index, 1 + (random % 1e28), (random >> 128) % 1e20, random % 3600);
            } else {
                uint256 price = 1e18 + (random % 1e17);
                (lowest, highest) = (price < lowest ? price : lowest, price > highest ? price : highest);
                readings[index] = reading(index, price, 0, 0);
            }
        }
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        assertGe(outcome.medianWad, lowest);
        assertLe(outcome.medianWad, highest);
    }

    /// @dev INV-08, INV-09: a move that widens the gate moves no median, loses no group and narrows nothing.
    function testFuzz_INV09_AWiderGateOnlyAddsGroupsAndWidth(uint256 seed, uint256 count, uint256 moveBps) public pure {
        count = bound(count, 1, 8);
        moveBps = bound(moveBps, 0, 10_000);
        Reading[] memory readings = new Reading[](count);
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            readings[i] = reading(random % 7, 1e18 + ((random >> 64) % 1.2e17), (random >> 128) % 1e15, 0);
        }
        Consensus.Outcome memory still = Consensus.form(readings, 0, GATE);
        Consensus.Outcome memory moved = Consensus.withMove(
            Consensus.form(readings, 0, GATE),
            readings,
            0,
            GATE,
            moveBps
        );
        assertEq(moved.medianWad, still.medianWad);
        assertEq(moved.validGroups, still.validGroups);
        assertGe(moved.acceptedGroups, still.acceptedGroups);
        assertGe(moved.dispersionE9, still.dispersionE9);
        assertTrue(moved.agreed || !still.agreed);
        assertLe(moved.gateBps, 3 * GATE);
        bool isWidened = moved.gateBps != GATE;
        assertEq(isWidened, moveBps != 0 && still.acceptedGroups < 3 && still.validGroups >= 3);
        if (isWidened) assertGe(moved.dispersionE9, GATE * 1e5);
        assertEq(moved.reachBps, moveBps == 0 ? 0 : GATE + moveBps);
    }

    /// @dev Of two groups the median may be the liar's: his own move must not make room for him.
    function test_WithMove_TwoGroupsAreHeldToTheGate() public pure {
        Reading[] memory readings = new Reading[](2);
        (readings[0], readings[1]) = (reading(0, 0.95e18, 0, 0), reading(1, 1e18, 0, 0));
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        outcome = Consensus.withMove(outcome, readings, 0, GATE, 513);
        assertEq(outcome.gateBps, GATE);
        assertFalse(outcome.agreed);
    }

    function testFuzz_IsLag_NoFurtherThanTheGateAndTheMove(uint256 price, uint256 moveBps) public pure {
        price = bound(price, 0.2e18, 5e18);
        moveBps = bound(moveBps, 0, 10_000);
        Consensus.Outcome memory outcome;
        outcome.medianWad = 1e18;
        outcome.reachBps = moveBps == 0 ? 0 : GATE + moveBps;
        int256 logWad = FixedPointMathLib.lnWad(int256(price));
        uint256 distanceWad = FixedPointMathLib.abs(logWad);
        // A unit of the log is 1e-16.
        if (distanceWad + 100 < outcome.reachBps * 1e14) assertTrue(Consensus.isLag(outcome, price));
        if (distanceWad > outcome.reachBps * 1e14 + 100) assertFalse(Consensus.isLag(outcome, price));
    }

    /// @dev An even number of groups: a reported value, and both medians within the half-spread.
    function testFuzz_Form_EvenCountIsNeverAMean(uint256 a, uint256 b) public pure {
        a = bound(a, 1e18, 1.01e18);
        b = bound(b, a, 1.02e18);
        Reading[] memory readings = new Reading[](2);
        (readings[0], readings[1]) = (reading(0, b, 0, 0), reading(1, a, 0, 0));
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        assertEq(outcome.medianWad, a);
        if (outcome.agreed) assertGe(a + (a * outcome.dispersionE9) / 1e9, b - 1e9);
        assertEq(outcome.agreed, (b - a) * 10_000 <= 200 * a);
    }

    /// @dev Synthetix 2019: two groups dead, one a thousand times wrong, two honest: honest still agree. Three against
    /// two wrong ones at the same lie: still honest. Two against two: nobody.
    function test_Form_NoMajorityNoPrice() public pure {
        Reading[] memory readings = new Reading[](4);
        for (uint256 i; i < 4; ++i) readings[i] = reading(i, i < 2 ? 1e18 : 1000e18, 0, 0);
        assertFalse(Consensus.form(readings, 0, GATE).agreed);
        assertTrue(Consensus.form(readings, 8, GATE).agreed);
        assertEq(Consensus.form(readings, 8, GATE).medianWad, 1e18);
        assertEq(Consensus.form(readings, 8, GATE).acceptedGroups, 2);
    }

    /// @dev UwU 2024: five sources of one group count once.
    function test_Form_AGroupCountsOnce() public pure {
        Reading[] memory readings = new Reading[](8);
        for (uint256 i; i < 5; ++i) readings[i] = reading(0, 2e18, 0, 0);
        for (uint256 i = 5; i < 8; ++i) readings[i] = reading(i - 4, 1e18, 0, 0);
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        assertEq(outcome.medianWad, 1e18);
        assertEq(outcome.validGroups, 4);
        assertEq(outcome.acceptedGroups, 3);
    }

    function test_Form_GroupHasItsWidestConfidenceAndOldestAge() public pure {
        Reading[] memory readings = new Reading[](3);
        readings[0] = reading(0, 1e18, 1e15, 5);
        readings[1] = reading(0, 1e18, 2e15, 100);
        readings[2] = reading(1, 1e18, 0, 7);
        Consensus.Outcome memory outcome = Consensus.form(readings, 0, GATE);
        assertEq(outcome.dispersionE9, 2e6);
    }

    function test_Form_GateIsInclusive() public pure {
        Reading[] memory readings = new Reading[](3);
        readings[0] = reading(0, 1e18, 0, 0);
        readings[1] = reading(1, 1e18, 0, 0);
        readings[2] = reading(2, 1.02e18, 0, 0);
        assertEq(Consensus.form(readings, 0, GATE).acceptedGroups, 3);
        readings[2] = reading(2, 1.02e18 + 1, 0, 0);
        assertEq(Consensus.form(readings, 0, GATE).acceptedGroups, 2);
    }

    function test_Form_OfNothing() public pure {
        Consensus.Outcome memory outcome = Consensus.form(new Reading[](0), 0, GATE);
        assertFalse(outcome.agreed);
        assertEq(outcome.medianWad, 0);
    }

    function testFuzz_Reading_KeepsItsFields(
        uint8 group,
        uint96 price,
        uint96 confidence,
        uint32 age,
        uint8 fault
    ) public pure {
        fault = fault % 10;
        Reading r = toReading(group, price, confidence, age, IPriceOracle.SourceFault(fault));
        assertEq(r.groupOf(), group);
        assertEq(r.priceOf(), price);
        assertEq(r.confidenceOf(), confidence);
        assertEq(r.ageOf(), age);
        assertEq(uint256(r.faultOf()), fault);
        assertEq(r.isValid(), fault == 0);
    }

    function testFuzz_Reading_Saturates(uint256 price, uint256 confidence, uint256 age) public pure {
        Reading r = toReading(1, price, confidence, age, IPriceOracle.SourceFault.OutOfBounds);
        assertEq(r.groupOf(), 1);
        assertEq(r.priceOf(), price > type(uint96).max ? type(uint96).max : price);
        assertEq(r.confidenceOf(), confidence > type(uint96).max ? type(uint96).max : confidence);
        assertEq(r.ageOf(), age > type(uint32).max ? type(uint32).max : age);
        assertFalse(r.isValid());
    }
}
