// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CrossRateAdapter} from "../../../../contracts/oracle/adapters/CrossRateAdapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {OracleDescribedMock} from "../../support/OracleDescribedMock.sol";
import {Test} from "../../support/Test.sol";

contract CrossRateAdapterTest is Test {
    uint256 private constant START = 1_700_000_000;

    OracleDescribedMock private rate;
    OracleDescribedMock private market;
    CrossRateAdapter private adapter;

    function setUp() public {
        vm.warp(START);
        rate = new OracleDescribedMock(1.15e18, "wstETH", "stETH");
        market = new OracleDescribedMock(0.999e18, "stETH", "ETH");
        adapter = new CrossRateAdapter(leg(rate, false), leg(market, false), "wstETH", "ETH");
    }

    function leg(IDescribedSource source, bool inverse) internal pure returns (CrossRateAdapter.Leg memory) {
        return CrossRateAdapter.Leg(source, inverse, 3660, 1e12, 1e24);
    }

    function assertNoValue() internal view {
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price + confidence + updatedAt, 0);
    }

    function test_Latest_MultipliesAndTakesTheOlderTime() public {
        rate.set(1.15e18, 0, START - 10);
        market.set(0.999e18, 0, START - 3600);
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, 1.14885e18);
        assertEq(confidence, 0);
        assertEq(updatedAt, START - 3600);
        rate.set(1.15e18, 0, START - 3601);
        (, , updatedAt) = adapter.latest();
        assertEq(updatedAt, START - 3601);
    }

    function test_Latest_HalfWidthsAddUp() public {
        rate.set(2e18, 0.02e18, START);
        market.set(3e18, 0.06e18, START);
        (uint256 price, uint256 confidence, ) = adapter.latest();
        assertEq(price, 6e18);
        // 1 % and 2 %, and 1 % of 2 %.
        assertEq(confidence, 6e18 * 0.01 + 6e18 * 0.02 + 6e18 * 0.0002);
    }

    function test_Latest_InvertsALeg() public {
        OracleDescribedMock dollars = new OracleDescribedMock(2000e18, "ETH", "USD");
        OracleDescribedMock token = new OracleDescribedMock(2300e18, "wstETH", "USD");
        adapter = new CrossRateAdapter(leg(token, false), leg(dollars, true), "wstETH", "ETH");
        (uint256 price, uint256 confidence, ) = adapter.latest();
        assertEq(price, 1.15e18);
        assertEq(confidence, 0);
        // 2000 +- 20 is between 1/2020 and 1/1980.
        dollars.set(2000e18, 20e18, START);
        (price, confidence, ) = adapter.latest();
        assertEq(price, 1.15e18);
        assertApproxEqAbs(confidence, uint256(2300e18) / 1980 - 1.15e18, 2300);
    }

    /// @dev The half-width covers every product of true values that the legs allow; the price is never above the product.
    function testFuzz_Latest_CoversWhatTheLegsAllow(
        uint256[4] memory seeds,
        uint256[2] memory where,
        bool inverse
    ) public {
        uint256 left = bound(seeds[0], 1e15, 1e22);
        uint256 right = bound(seeds[1], 1e15, 1e22);
        uint256 leftWidth = bound(seeds[2], 0, left / 10);
        uint256 rightWidth = bound(seeds[3], 0, right / 10);
        if (inverse) {
            market = new OracleDescribedMock(0, "ETH", "stETH");
            adapter = new CrossRateAdapter(leg(rate, false), leg(market, true), "wstETH", "ETH");
        }
        rate.set(left, leftWidth, START);
        market.set(right, rightWidth, START);
        (uint256 price, uint256 confidence, ) = adapter.latest();
        uint256 trueLeft = left - leftWidth + bound(where[0], 0, 2 * leftWidth);
        uint256 trueRight = right - rightWidth + bound(where[1], 0, 2 * rightWidth);
        // Truth rounded down; rounding of the inverse is that of a unit of 1e-18, times the other leg.
        uint256 truth = inverse ? (trueLeft * 1e18) / trueRight : (trueLeft * trueRight) / 1e18;
        uint256 rounding = inverse ? left / 1e18 + 2 : 2;
        assertLe(truth, price + confidence + rounding);
        assertGe(truth + confidence + rounding, price);
        uint256 exact = inverse ? (left * 1e18) / right : (left * right) / 1e18;
        assertLe(price, exact);
        assertGe(price + rounding, exact);
    }

    function test_Latest_NoValueWithoutALeg() public {
        rate.set(0, 0, START);
        assertNoValue();
        rate.set(1.15e18, 0, START);
        market.set(0, 0, START);
        assertNoValue();
    }

    function test_Latest_EachLegHasItsOwnAge() public {
        OracleDescribedMock[2] memory sources = [rate, market];
        for (uint256 i; i < 2; ++i) {
            sources[i].set(1e18, 0, START - 3659);
            (uint256 price, , ) = adapter.latest();
            assertGt(price, 0);
            sources[i].set(1e18, 0, START - 3660);
            assertNoValue();
            sources[i].set(1e18, 0, START + 60);
            (price, , ) = adapter.latest();
            assertGt(price, 0);
            sources[i].set(1e18, 0, START + 61);
            assertNoValue();
            sources[i].set(1e18, 0, START);
        }
    }

    /// @dev A thousand times too much and a thousand times too little make a plausible product.
    function test_Latest_EachLegHasItsOwnBounds() public {
        OracleDescribedMock[2] memory sources = [rate, market];
        for (uint256 i; i < 2; ++i) {
            sources[i].set(1e24, 0, START);
            sources[1 - i].set(1e12, 0, START);
            (uint256 price, , ) = adapter.latest();
            assertEq(price, 1e18);
            sources[i].set(1e24 + 1, 0, START);
            assertNoValue();
            sources[i].set(1e24, 0, START);
            sources[1 - i].set(1e12 - 1, 0, START);
            assertNoValue();
        }
    }

    function test_Latest_NoValueWhenALegDoubtsItself() public {
        market.set(1e18, 1e18 - 1, START);
        (uint256 price, , ) = adapter.latest();
        assertGt(price, 0);
        market.set(1e18, 1e18, START);
        assertNoValue();
        market.set(1e18, type(uint256).max, START);
        assertNoValue();
    }

    function test_Latest_NoValueWhenTheProductVanishes() public {
        rate.set(1e12, 0, START);
        market = new OracleDescribedMock(1e24, "ETH", "stETH");
        adapter = new CrossRateAdapter(leg(rate, false), leg(market, true), "wstETH", "ETH");
        (uint256 price, , ) = adapter.latest();
        assertEq(price, 1e6);
        CrossRateAdapter.Leg memory first = leg(rate, false);
        CrossRateAdapter.Leg memory second = leg(market, true);
        (first.floorWad, second.ceilingWad) = (1, type(uint96).max);
        adapter = new CrossRateAdapter(first, second, "wstETH", "ETH");
        rate.set(1, 0, START);
        market.set(type(uint96).max, 0, START);
        assertNoValue();
    }

    function testFuzz_Latest_AnswersWhateverTheLegsSay(uint256[6] memory said, bool a, bool b) public {
        CrossRateAdapter.Leg memory first = CrossRateAdapter.Leg(rate, a, 93_600, 1, type(uint96).max);
        CrossRateAdapter.Leg memory second = CrossRateAdapter.Leg(market, b, 93_600, 1, type(uint96).max);
        (rate, market) = (
            new OracleDescribedMock(0, a ? "stETH" : "wstETH", a ? "wstETH" : "stETH"),
            new OracleDescribedMock(0, b ? "ETH" : "stETH", b ? "stETH" : "ETH")
        );
        (first.source, second.source) = (rate, market);
        adapter = new CrossRateAdapter(first, second, "wstETH", "ETH");
        rate.set(said[0] >> (said[4] % 256), said[1] >> (said[4] % 256), said[4] % 2 == 0 ? START : said[2]);
        market.set(said[3] >> (said[5] % 256), said[4] >> (said[5] % 256), said[5] % 2 == 0 ? START : said[5]);
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        if (price == 0) assertEq(confidence + updatedAt, 0);
        else assertLe(updatedAt, START + 60);
    }

    function test_Describe_NamesBothLegs() public {
        OracleDescribedMock inverse = new OracleDescribedMock(1e18, "ETH", "stETH");
        adapter = new CrossRateAdapter(leg(rate, false), leg(inverse, true), "wstETH", "ETH");
        IDescribedSource.SourceCard memory card = adapter.describe();
        assertEq(card.kind, "cross-rate");
        assertEq(card.base, "wstETH");
        assertEq(card.quote, "ETH");
        assertEq(card.feed, address(rate));
        assertEq(card.description, "mock wstETH/stETH * 1 / (mock ETH/stETH)");
    }

    function test_Constructor_RevertsWhen_LegsDoNotMeet() public {
        bytes4 selector = CrossRateAdapter.Oracle_LegsDoNotMeet.selector;
        // An ether price where the rate of stETH belongs: the silent 1 that stETH = ETH would be.
        OracleDescribedMock dollars = new OracleDescribedMock(2000e18, "ETH", "USD");
        vm.expectRevert(abi.encodeWithSelector(selector, "wstETH", "stETH", "ETH", "USD"));
        new CrossRateAdapter(leg(rate, false), leg(dollars, false), "wstETH", "USD");
        vm.expectRevert(abi.encodeWithSelector(selector, "wstETH", "stETH", "stETH", "ETH"));
        new CrossRateAdapter(leg(rate, false), leg(market, false), "wstETH", "USD");
        vm.expectRevert(abi.encodeWithSelector(selector, "wstETH", "stETH", "stETH", "ETH"));
        new CrossRateAdapter(leg(rate, false), leg(market, false), "stETH", "ETH");
        vm.expectRevert(abi.encodeWithSelector(selector, "wstETH", "stETH", "ETH", "stETH"));
        new CrossRateAdapter(leg(rate, false), leg(market, true), "wstETH", "stETH");
    }

    function test_Constructor_RevertsWhen_BadLeg() public {
        CrossRateAdapter.Leg[6] memory bad;
        for (uint256 i; i < 6; ++i) bad[i] = leg(market, false);
        bad[0].source = IDescribedSource(address(1));
        bad[1].maxAgeSeconds = 0;
        bad[2].maxAgeSeconds = 26 hours + 1;
        bad[3].floorWad = 0;
        (bad[4].floorWad, bad[4].ceilingWad) = (2e18, 2e18 - 1);
        bad[5].ceilingWad = uint128(type(uint96).max) + 1;
        for (uint256 i; i < 6; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                CrossRateAdapter.Oracle_BadLeg.selector,
                bad[i].source,
                bad[i].maxAgeSeconds,
                bad[i].floorWad,
                bad[i].ceilingWad
            );
            vm.expectRevert(reason);
            new CrossRateAdapter(leg(rate, false), bad[i], "wstETH", "ETH");
            vm.expectRevert(reason);
            new CrossRateAdapter(bad[i], leg(market, false), "wstETH", "ETH");
        }
    }
}
