// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {VolSurface} from "../../../contracts/oracle/VolSurface.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {SmileSource, SmileWord} from "../../../contracts/types/SmileWord.sol";
import {VolSurfaceFixture} from "../support/VolSurfaceFixture.sol";

contract VolSurfaceEffectTest is VolSurfaceFixture {
    // --------------------------------------------------------------------------------------------------- fallback

    function test_Fallback_IsRealisedWithAMarkup() public view {
        IVolSurface.VolQuote memory quote = surface.volOf(ETH, MONTH, 0);
        uint256 sigma = views().sigmaSlowWad;
        assertApproxEqRel(quote.volWad, (sigma * 125) / 100, 1e12);
        assertApproxEqRel(quote.lowWad, (views().sigmaGlideWad * 100) / 125, 1e15);
        assertLe(quote.lowWad, (views().sigmaGlideWad * 100) / 125);
        assertEq(uint256(quote.source), uint256(SmileSource.Fallback));
        assertEq(quote.observedAt, 0);
        // 20 % more at both wings.
        assertApproxEqRel(surface.volOf(ETH, MONTH, 9e18).volWad, (quote.volWad * 12) / 10, 1e15);
        assertEq(surface.volOf(ETH, MONTH, 9e18).volWad, surface.volOf(ETH, MONTH, -9e18).volWad);
    }

    /// @dev A crash is in the fallback at once.
    function test_Fallback_RisesWithTheFastVolatility() public {
        uint256 before = surface.volOf(ETH, MONTH, 0).volWad;
        step(120, (PRICE * 101) / 100);
        step(120, PRICE);
        assertGt(views().sigmaFastWad, views().sigmaSlowWad);
        assertApproxEqRel(surface.volOf(ETH, MONTH, 0).volWad, (views().sigmaFastWad * 125) / 100, 1e12);
        assertGt(surface.volOf(ETH, MONTH, 0).volWad, before);
    }

    function test_Fallback_OfAnAssetWithoutPriceIsTheCap() public {
        AssetId late = AssetId.wrap(5);
        oracle.listAsset(late, config(), oracle.sourcesOf(ETH), 256);
        surface.setTerms(late, terms());
        IVolSurface.VolQuote memory quote = surface.volOf(late, MONTH, 0);
        assertEq(quote.volWad, 4e18);
        assertEq(quote.lowWad, 0.1e18);
        assertEq(surface.volAtStrike(late, MONTH, 1).volWad, 4e18);
        vm.expectPartialRevert(IVolSurface.Oracle_VolOutOfBounds.selector);
        surface.attest(late, 1, uint40(START), curve());
    }

    function test_Quote_IsZeroWithoutASurface() public view {
        assertEq(SmileWord.unwrap(surface.smileOf(AssetId.wrap(2), MONTH)), 0);
        IVolSurface.VolQuote memory quote = surface.volOf(AssetId.wrap(2), MONTH, 1e18);
        assertEq(quote.volWad, 0);
        assertEq(uint256(quote.source), uint256(SmileSource.None));
    }

    function test_Ageing_GlidesIntoTheFallback() public {
        attest(curve());
        vm.warp(START + 1200);
        assertEq(uint256(surface.volOf(ETH, MONTH, 0).source), uint256(SmileSource.Attested));
        vm.warp(START + 1201);
        assertEq(uint256(surface.volOf(ETH, MONTH, 0).source), uint256(SmileSource.Ageing));
        // Half-way: the mean of 60 and 75 %; the lower edge of 60 and 48 %.
        vm.warp(START + 3000);
        IVolSurface.VolQuote memory quote = surface.volOf(ETH, MONTH, 0);
        assertApproxEqRel(quote.volWad, 0.675e18, 1e13);
        assertApproxEqRel(quote.lowWad, 0.54e18, 2e14);
        assertEq(quote.observedAt, START);
        vm.warp(START + 4799);
        assertEq(uint256(surface.volOf(ETH, MONTH, 0).source), uint256(SmileSource.Ageing));
        vm.warp(START + 4800);
        quote = surface.volOf(ETH, MONTH, 0);
        assertEq(uint256(quote.source), uint256(SmileSource.Fallback));
        assertEq(quote.observedAt, 0);
        assertApproxEqRel(quote.volWad, 0.75e18, 1e12);
    }

    /// @dev From one second to the next nothing moves by more than a second's share of the way.
    function testFuzz_Ageing_NeverJumps(uint256 age, int256 y) public {
        attest(curve());
        age = bound(age, 0, 6000);
        y = bound(y, -0.4e18, 0.4e18);
        vm.warp(START + age);
        IVolSurface.VolQuote memory before = surface.volOf(ETH, MONTH, y);
        vm.warp(START + age + 1);
        IVolSurface.VolQuote memory afterwards = surface.volOf(ETH, MONTH, y);
        // The whole way is at most 60 points of volatility, over 3600 seconds; the spread is in whole bps.
        assertApproxEqAbs(before.volWad, afterwards.volWad, 0.6e18 / uint256(3600) + 1e12);
        assertApproxEqAbs(before.lowWad, afterwards.lowWad, 0.6e18 / uint256(3600) + 1.2e14);
    }

    // ----------------------------------------------------------------------------------------------------- always

    /// @dev Whatever was accepted, at any age, strike and expiry: an answer within floor and cap, low below vol.
    function testFuzz_Vol_AlwaysAnswersWithinBounds(
        IVolSurface.Smile memory s,
        uint256 age,
        int256 y,
        uint40 expiry
    ) public {
        s.atmQ24 = uint32(bound(s.atmQ24, ONE_Q24 / 4, 2 * ONE_Q24));
        s.skewQ24 = int32(bound(s.skewQ24, -int256(2 * ONE_Q24), int256(2 * ONE_Q24)));
        s.curvatureQ24 = int32(bound(s.curvatureQ24, 0, int256(20 * ONE_Q24)));
        s.expiry = uint40(bound(s.expiry, START + 1, START + 3 * 365 days));
        try surface.attest(ETH, 1, uint40(START), one(s)) {} catch {}
        vm.warp(START + bound(age, 0, 2 days));
        for (uint256 i; i < 2; ++i) {
            IVolSurface.VolQuote memory quote = surface.volOf(ETH, i == 0 ? s.expiry : expiry, y);
            assertGe(quote.volWad, 0.1e18);
            assertLe(quote.volWad, 4e18);
            assertGe(quote.lowWad, 0.1e18);
            assertLe(quote.lowWad, quote.volWad);
            assertTrue(quote.source != SmileSource.None);
        }
    }

    /// @dev What passes the butterfly check has a positive density where the check did not look, by another form of g: total
    /// variance and its differences.
    function testFuzz_Attest_AcceptsNoNegativeDensity(IVolSurface.Smile memory s, int256 y) public {
        s.atmQ24 = uint32(bound(s.atmQ24, ONE_Q24 / 2, ONE_Q24));
        s.skewQ24 = int32(bound(s.skewQ24, -int256(2 * ONE_Q24), int256(2 * ONE_Q24)));
        s.curvatureQ24 = int32(bound(s.curvatureQ24, 0, int256(20 * ONE_Q24)));
        s.expiry = uint40(bound(s.expiry, START + 1 days, START + 365 days));
        try surface.attest(ETH, 1, uint40(START), one(s)) {} catch {
            return;
        }
        SmileWord word = surface.smileOf(ETH, s.expiry);
        int256 wing = int256(word.wingBpsOf()) * 1e14;
        y = bound(y, (-wing * 9) / 10, (wing * 9) / 10);
        int256 h = wing / 1000;
        int256 tenor = int256(uint256(s.expiry) - START);
        int256[3] memory w;
        for (uint256 i; i < 3; ++i) {
            int256 vol = word.rawVolAtWad(y + (int256(i) - 1) * h);
            w[i] = (((vol * vol) / 1e18) * tenor) / 365 days;
        }
        int256 slope = ((w[2] - w[0]) * 1e18) / (2 * h);
        int256 bend = ((((w[2] + w[0] - 2 * w[1]) * 1e18) / h) * 1e18) / h;
        int256 first = 1e18 - (y * slope) / (2 * w[1]);
        int256 g = (first * first) / 1e18 + bend / 2;
        g -= (((slope * slope) / 1e18) * (1e36 / w[1] + 0.25e18)) / 4e18;
        assertGe(g, -0.01e18);
    }

    // ------------------------------------------------------------------------------------------------------ terms

    function test_Terms_ReadBack() public {
        IVolSurface.SurfaceTerms memory next = terms();
        next.markupBps = 13_000;
        vm.expectEmit(address(surface));
        emit IVolSurface.SurfaceTermsSet(ETH, terms(), next);
        surface.setTerms(ETH, next);
        assertEq(keccak256(abi.encode(surface.termsOf(ETH))), keccak256(abi.encode(next)));
        vm.expectRevert(abi.encodeWithSelector(IVolSurface.Oracle_SurfaceNotListed.selector, AssetId.wrap(2)));
        surface.termsOf(AssetId.wrap(2));
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, AssetId.wrap(2)));
        surface.setTerms(AssetId.wrap(2), terms());
    }

    function test_Terms_RevertWhen_OutOfBounds() public {
        uint256[3][12] memory bounds = [
            [uint256(60), 1 days, 0],
            [uint256(1260), 7 days, 0],
            [uint256(1000), 10_000, 0],
            [uint256(10_000), 40_000, 0],
            [uint256(10_000), 20_000, 0],
            [uint256(0), 10_000, 0],
            [uint256(100), 39_999, 0],
            [uint256(1000), 65_535, 0],
            [uint256(0), 65_535, 0],
            [uint256(0), 1_000_000, 0],
            [uint256(10_000), 60_000, 0],
            [uint256(100), 30_000, 0]
        ];
        for (uint256 field; field < 12; ++field) {
            for (uint256 end; end < 2; ++end) {
                uint256 edge = bounds[field][end];
                if (end == 0 && edge == 0) continue;
                if (end == 1 && edge == 65_535) continue;
                uint256 value = end == 0 ? edge - 1 : edge + 1;
                vm.expectRevert(
                    abi.encodeWithSelector(
                        IVolSurface.Oracle_SurfaceField.selector,
                        field,
                        value,
                        bounds[field][0],
                        bounds[field][1]
                    )
                );
                surface.setTerms(ETH, withField(field, value));
            }
        }
    }

    function withField(uint256 field, uint256 value) private pure returns (IVolSurface.SurfaceTerms memory t) {
        t = terms();
        // A struct of value types is a row of words.
        assembly ("memory-safe") {
            mstore(add(t, mul(field, 32)), value)
        }
        // The age follows, so that only the field in question is wrong.
        if (field == 0 && value > 4000) t.maxAgeSeconds = 3 days;
    }

    function test_Constructor_RevertsWhen_NoOracle() public {
        address authority = oracle.authority();
        vm.expectRevert(abi.encodeWithSelector(IVolSurface.Oracle_NoRealisedVolatility.selector, NOBODY));
        new VolSurface(authority, IPriceOracle(NOBODY));
    }
}
