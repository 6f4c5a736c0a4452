// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetConfigWord, packConfig} from "../../../contracts/oracle/libraries/AssetConfigWord.sol";
import {PriceBook} from "../../../contracts/oracle/libraries/PriceBook.sol";
import {VolatilityFilter} from "../../../contracts/oracle/libraries/VolatilityFilter.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

contract VolatilityFilterTest is OracleFixture {
    PriceBook.Words private words;

    function word() internal pure returns (AssetConfigWord) {
        return packConfig(config());
    }

    function start() internal pure returns (PriceBook.Book memory book) {
        VolatilityFilter.seed(book, word());
        VolatilityFilter.observe(book, word(), 0, START);
    }

    /// @dev The variance of a volatility, 1e-9, to the nearest.
    function squareE9(uint256 sigmaE11) internal pure returns (uint256) {
        return (sigmaE11 * sigmaE11 + 0.5e13) / 1e13;
    }

    function test_Seed_StartsEverywhere() public pure {
        PriceBook.Book memory book = start();
        PriceBook.Estimates memory estimates = PriceBook.estimatesOf(book);
        assertEq(estimates.sigmaFastE11, 0.6e11);
        assertEq(estimates.sigmaSlowE11, 0.6e11);
        assertEq(estimates.sigmaStressE11, 0.6e11);
        assertEq(estimates.glideE9, 0.6e9);
    }

    /// @dev After one half-life without any move, half of the variance is left, however often one looks.
    function testFuzz_Observe_HalvesInAHalfLife(uint256 steps) public pure {
        steps = bound(steps, 1, 60);
        PriceBook.Book memory book = start();
        for (uint256 i = 1; i <= steps; ++i) {
            VolatilityFilter.observe(book, word(), 0, START + (3600 * i) / steps);
        }
        assertApproxEqRel(squareE9(PriceBook.estimatesOf(book).sigmaFastE11), 0.18e9, 1e12);
    }

    /// @dev A constant variance is a fixed point on any grid: r^2 = sigma^2 * D.
    function testFuzz_Observe_IsUnbiasedOnAnyGrid(uint256 seed) public pure {
        PriceBook.Book memory book = start();
        uint256 time = START;
        int256 logE9;
        for (uint256 i; i < 200; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 elapsed = 60 + (random % 600);
            // 60 % a year: sqrt(0.36 * D / year)
            int256 move = int256(FixedPointMathLib.sqrt((0.36e18 * elapsed) / 365 days));
            logE9 += random >> 255 == 0 ? move : -move;
            time += elapsed;
            VolatilityFilter.observe(book, word(), logE9, time);
        }
        assertApproxEqRel(squareE9(PriceBook.estimatesOf(book).sigmaFastE11), 0.36e9, 1e13);
        assertApproxEqRel(squareE9(PriceBook.estimatesOf(book).sigmaSlowE11), 0.36e9, 1e13);
    }

    /// @dev Looking every ten seconds loses no variance: the anchor waits for its minute.
    function test_Observe_KeepsTheAnchorBelowAMinute() public pure {
        PriceBook.Book memory book = start();
        VolatilityFilter.observe(book, word(), 5e6, START + 59);
        assertEq(book.anchorAt, START);
        assertEq(squareE9(PriceBook.estimatesOf(book).sigmaFastE11), 0.36e9);
        VolatilityFilter.observe(book, word(), 10e6, START + 60);
        assertEq(book.anchorAt, START + 60);
        assertEq(PriceBook.estimatesOf(book).anchorLogE9, 10e6);
        // (1 %)^2 in a minute is 52.56 a year; a minute weighs 1 - 2^(-1/60).
        assertApproxEqRel(
            squareE9(PriceBook.estimatesOf(book).sigmaFastE11),
            0.36e9 + ((52.56e9 - 0.36e9) * 11486) / 1e6,
            1e14
        );
    }

    /// @dev A shock raises sigma fast at once, the glide by at most 10 % an hour, also over many small steps.
    function testFuzz_Glide_NeverExceedsItsPath(uint256 seed) public pure {
        PriceBook.Book memory book = start();
        uint256 time = START;
        for (uint256 i; i < 100; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            time += 60 + (random % 300);
            VolatilityFilter.observe(book, word(), int256(random % 2) * 1e8, time);
            // 0.6 * 1.1^hours
            int256 hoursWad = int256(((time - START) * 1e18) / 1 hours);
            uint256 limit = (0.6e9 * uint256(FixedPointMathLib.powWad(1.1e18, hoursWad))) / 1e18;
            assertLe(PriceBook.estimatesOf(book).glideE9, limit + 1);
        }
        assertGt(squareE9(PriceBook.estimatesOf(book).sigmaFastE11), 0.36e9);
    }

    /// @dev A pause does not save up glide.
    function test_Glide_StepIsAnHourAtMost() public pure {
        PriceBook.Book memory book = start();
        VolatilityFilter.observe(book, word(), 3e9, START + 10 days);
        assertLe(PriceBook.estimatesOf(book).glideE9, 0.66e9);
        assertGt(PriceBook.estimatesOf(book).glideE9, 0.65e9);
    }

    function test_Glide_FallsWithItsTarget() public pure {
        PriceBook.Book memory book = start();
        VolatilityFilter.observe(book, word(), 0, START + 60 days);
        // 3/4 * 0.6 * 2^(-60/28) + 1/4 * 0.6 * e^(-60/730) is below the floor.
        assertEq(PriceBook.estimatesOf(book).glideE9, 0.3e9);
        book = start();
        VolatilityFilter.observe(book, word(), 0, START + 20 days);
        assertApproxEqRel(PriceBook.estimatesOf(book).glideE9, 0.420224e9, 1e13);
    }

    /// @dev The floor and the slow variance hold the stress up; a year takes it down by e.
    function test_Stress_DecaysOverAYear() public pure {
        PriceBook.Book memory book = start();
        VolatilityFilter.observe(book, word(), 0, START + 365 days);
        assertApproxEqRel(squareE9(PriceBook.estimatesOf(book).sigmaStressE11), 0.132436598e9, 1e12);
        VolatilityFilter.observe(book, word(), 0, START + 5 * 365 days);
        assertEq(squareE9(PriceBook.estimatesOf(book).sigmaStressE11), 0.09e9);
    }

    function test_Observe_CapsWhatDoesNotFit() public pure {
        PriceBook.Book memory book = start();
        int256 far = 100e9;
        for (uint256 i = 1; i < 10; ++i) {
            VolatilityFilter.observe(book, word(), i % 2 == 0 ? far : -far, START + i * 60);
        }
        assertEq(PriceBook.estimatesOf(book).sigmaFastE11, type(uint48).max);
    }

    /// @dev Every field of the book survives packing.
    function testFuzz_Book_RoundTrip(uint256 a, uint256 b, uint256 c) public {
        (words.spot, words.volatility, words.control) = (((a >> 8) << 8) | (a % 4), b, ((c >> 4) << 4) | (c % 4));
        bytes32 before = keccak256(abi.encode(words.spot, words.volatility, words.control));
        PriceBook.Book memory book = PriceBook.load(words);
        (words.spot, words.volatility, words.control) = (0, 0, 0);
        PriceBook.save(words, book);
        assertEq(keccak256(abi.encode(words.spot, words.volatility, words.control)), before);
    }

    function testFuzz_ConfigWord_RoundTrip(IPriceOracle.AssetConfig memory c) public pure {
        assertEq(keccak256(abi.encode(packConfig(c).toConfig())), keccak256(abi.encode(c)));
        AssetConfigWord w = packConfig(c);
        assertEq(w.gateBps(), c.gateBps);
        assertEq(w.truncationBps(), c.truncationBps);
        assertEq(w.velocityBps(), c.velocityBps);
        assertEq(w.minHalfSpreadBps(), c.minHalfSpreadBps);
        assertEq(w.wideHalfSpreadBps(), c.wideHalfSpreadBps);
        assertEq(w.freshSeconds(), c.freshSeconds);
        assertEq(w.maxAgeSeconds(), c.maxAgeSeconds);
        assertEq(w.ageSpreadBps(), c.ageSpreadBps);
        assertEq(w.shortWindowSeconds(), c.shortWindowSeconds);
        assertEq(w.longWindowSeconds(), c.longWindowSeconds);
        assertEq(w.ringSpacingSeconds(), c.ringSpacingSeconds);
        assertEq(w.sigmaFloorBps(), c.sigmaFloorBps);
        assertEq(w.sigmaSeedBps(), c.sigmaSeedBps);
        assertEq(w.glideBpsPerHour(), c.glideBpsPerHour);
    }
}
