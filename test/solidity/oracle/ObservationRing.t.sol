// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

/// @dev The ring against a plain list of (time, log) kept beside it.
contract ObservationRingTest is OracleFixture {
    uint256[] private times;
    int256[] private noted;

    function setUp() public {
        setUpOracle(3);
    }

    function config() internal pure override returns (IPriceOracle.AssetConfig memory c) {
        c = super.config();
        c.shortWindowSeconds = 60;
        c.longWindowSeconds = 252;
        c.ringSpacingSeconds = 1;
    }

    /// @dev One observation, truncated as the oracle does, noted in the list.
    function note(uint256 elapsed, uint256 price) internal {
        step(elapsed, price);
        int256 log = FixedPointMathLib.lnWad(int256(price));
        if (noted.length != 0) {
            int256 last = noted[noted.length - 1];
            int256 allowed = int256((200 * (elapsed > 120 ? 120 : elapsed) * 1e14) / 12);
            log = FixedPointMathLib.clamp(log, last - allowed, last + allowed);
        }
        times.push(block.timestamp);
        noted.push(log);
    }

    /// @dev Sum over the seconds of the window, one by one.
    function naiveTwap(uint256 window) internal view returns (uint256) {
        uint256 target = block.timestamp - window;
        if (times[0] > target) return 0;
        int256 sum;
        for (uint256 i; i < times.length; ++i) {
            uint256 from = times[i] > target ? times[i] : target;
            uint256 to = i + 1 < times.length ? times[i + 1] : block.timestamp;
            if (to > from) sum += noted[i] * int256(to - from);
        }
        if (window == 0) return uint256(FixedPointMathLib.expWad(noted[noted.length - 1]));
        return uint256(FixedPointMathLib.expWad(sum / int256(window)));
    }

    function naiveIndex(uint256 age) internal view returns (bool found, uint256 index) {
        uint256 target = block.timestamp - age;
        for (uint256 i = times.length; i > 0; --i) if (times[i - 1] <= target) return (true, i - 1);
    }

    function walk(uint256 seed, uint256 count) internal {
        uint256 price = PRICE;
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            price = (price * (9_700 + ((random >> 32) % 601))) / 10_000;
            note(1 + (random % (random % 7 == 0 ? 200 : 20)), price);
        }
        vm.warp(block.timestamp + (seed % 40));
    }

    function testFuzz_Twap_MatchesTheNaiveSum(uint256 seed, uint256 window) public {
        walk(seed, 40);
        window = bound(window, 0, block.timestamp - times[0] + 5);
        uint256 expected = naiveTwap(window);
        uint256 actual = oracle.twap(ETH, uint32(window));
        if (expected == 0) assertEq(actual, 0);
        else assertApproxEqRel(actual, expected, 1e4);
    }

    function testFuzz_PriceAt_IsTheNewestOldEnough(uint256 seed, uint256 age) public {
        walk(seed, 40);
        age = bound(age, 0, block.timestamp - times[0] + 5);
        (bool found, uint256 index) = naiveIndex(age);
        uint256 actual = oracle.priceAt(ETH, uint32(age));
        if (!found) assertEq(actual, 0);
        else assertApproxEqRel(actual, uint256(FixedPointMathLib.expWad(noted[index])), 1e4);
    }

    function testFuzz_RealisedVariance_MatchesTheNaiveSum(uint256 seed, uint256 window) public {
        walk(seed, 40);
        window = bound(window, 1, block.timestamp - times[0] + 5);
        (bool found, uint256 start) = naiveIndex(window);
        uint256 actual = oracle.realisedVariance(ETH, uint32(window));
        if (!found) {
            assertEq(actual, 0);
            return;
        }
        uint256 sum;
        for (uint256 i = start + 1; i < noted.length; ++i) sum += uint256((noted[i] - noted[i - 1]) ** 2) / 1e18;
        // Each square is cut to a unit of 1e-18, which a year over the window magnifies.
        assertApproxEqAbs(actual, (sum * 365 days) / (block.timestamp - times[start]), sum / 1e3 + 1e12);
    }

    /// @dev What `poke` stored with its cursors is what a search from scratch finds.
    function testFuzz_Poke_CursorsAgreeWithTheSearch(uint256 seed) public {
        walk(seed, 60);
        note(7, PRICE);
        PriceViews memory v = views();
        assertApproxEqRel(v.shortTwapWad, oracle.twap(ETH, 60), 1e11);
        uint256 long = oracle.twap(ETH, 252);
        if (long != 0) assertApproxEqRel(v.longTwapWad, long, 1e11);
    }

    /// @dev The same after a pause of any length: where a window begins must not be mistaken for a later time.
    function testFuzz_Poke_CursorsAgreeWithTheSearchAfterAPause(uint256 seed, uint256 pause) public {
        walk(seed, 20);
        note(bound(pause, 1, 30 days), PRICE);
        walk(uint256(keccak256(abi.encode(seed))), 30);
        note(7, PRICE);
        PriceViews memory v = views();
        assertApproxEqRel(v.shortTwapWad, oracle.twap(ETH, 60), 1e11);
        uint256 long = oracle.twap(ETH, 252);
        if (long != 0) assertApproxEqRel(v.longTwapWad, long, 1e11);
    }

    /// @dev A full ring, many times around.
    function test_Ring_ForgetsTheOldestOnly() public {
        for (uint256 i; i < 700; ++i) note(1, PRICE + (i % 10) * 1e18);
        (, , uint256 history) = oracle.ringOf(ETH);
        assertEq(history, 255);
        assertApproxEqRel(oracle.twap(ETH, 255), naiveTwap(255), 1e4);
        assertEq(oracle.twap(ETH, 256), 0);
        assertEq(oracle.priceAt(ETH, 256), 0);
        assertApproxEqRel(views().longTwapWad, naiveTwap(252), 1e11);
    }
}

/// @dev Spacing: observing every second must not push the long window out of the ring.
contract ObservationRingSpacingTest is OracleFixture {
    function setUp() public {
        setUpOracle(3);
    }

    function test_Ring_KeepsTheLongWindowUnderConstantPoking() public {
        for (uint256 i; i < 2300; ++i) step(1, PRICE + (i % 7) * 1e17);
        (, , uint256 history) = oracle.ringOf(ETH);
        assertGe(history, 1800);
        assertApproxEqRel(oracle.twap(ETH, 1800), PRICE + 3e17, 1e12);
        assertApproxEqRel(views().longTwapWad, PRICE + 3e17, 1e12);
    }
}
