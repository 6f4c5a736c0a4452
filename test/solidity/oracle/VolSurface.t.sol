// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {VolSurface} from "../../../contracts/oracle/VolSurface.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {SmileSource, SmileWord} from "../../../contracts/types/SmileWord.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

contract VolSurfaceTest is OracleFixture {
    uint256 private constant ONE_Q24 = 1 << 24;
    address private constant NOBODY = address(0xBEEF);
    uint40 private constant WEEK = uint40(START + 7 days);
    uint40 private constant MONTH = uint40(START + 30 days);
    uint40 private constant QUARTER = uint40(START + 91 days);

    VolSurface private surface;
    uint32 private epoch;

    /// @dev The oracle knows 60 % and nothing else: fast, slow, stress and glide are the seed.
    function setUp() public {
        setUpOracle(3);
        poke();
        surface = new VolSurface(oracle.authority(), oracle);
        surface.setTerms(ETH, terms());
    }

    function terms() private pure returns (IVolSurface.SurfaceTerms memory) {
        return
            IVolSurface.SurfaceTerms(
                1200,
                4800,
                5000,
                25_000,
                12_500,
                2000,
                1000,
                40_000,
                20_000,
                200_000,
                40_000,
                10_000
            );
    }

    function q24(int256 bps) private pure returns (int256) {
        return (bps * int256(ONE_Q24)) / 1e4;
    }

    function smile(
        uint40 expiry,
        int256 atm,
        int256 skew,
        int256 bend
    ) private pure returns (IVolSurface.Smile memory) {
        return IVolSurface.Smile(expiry, uint32(uint256(q24(atm))), int32(q24(skew)), int32(q24(bend)));
    }

    function one(IVolSurface.Smile memory only_) private pure returns (IVolSurface.Smile[] memory list) {
        list = new IVolSurface.Smile[](1);
        list[0] = only_;
    }

    /// @dev 55 / 60 / 65 % at a week, a month, a quarter.
    function curve() private pure returns (IVolSurface.Smile[] memory list) {
        list = new IVolSurface.Smile[](3);
        list[0] = smile(WEEK, 5500, -1000, 20_000);
        list[1] = smile(MONTH, 6000, -800, 5000);
        list[2] = smile(QUARTER, 6500, -500, 2500);
    }

    function attest(IVolSurface.Smile[] memory smiles) private {
        surface.attest(ETH, ++epoch, uint40(block.timestamp), smiles);
    }

    function refuse(IVolSurface.Smile[] memory smiles, bytes memory reason) private {
        bytes32 before = keccak256(abi.encode(surface.attestedOf(ETH, WEEK), surface.attestedOf(ETH, MONTH)));
        vm.expectRevert(reason);
        surface.attest(ETH, epoch + 1, uint40(block.timestamp), smiles);
        assertEq(keccak256(abi.encode(surface.attestedOf(ETH, WEEK), surface.attestedOf(ETH, MONTH))), before);
    }

    // ------------------------------------------------------------------------------------------------ attestations

    function test_Attest_StoresAndSays() public {
        IVolSurface.Smile[] memory smiles = curve();
        for (uint256 i; i < 3; ++i) {
            IVolSurface.Smile memory s = smiles[i];
            vm.expectEmit(address(surface));
            emit IVolSurface.SmileAttested(ETH, s.expiry, 1, uint40(START), s.atmQ24, s.skewQ24, s.curvatureQ24);
        }
        attest(smiles);
        (uint256 epoch_, uint256 observedAt, uint40[] memory expiries) = surface.stateOf(ETH);
        assertEq(epoch_, 1);
        assertEq(observedAt, START);
        assertEq(expiries.length, 3);
        assertEq(expiries[2], QUARTER);
        SmileWord word = surface.smileOf(ETH, MONTH);
        assertEq(word.atmQ24Of(), uint256(q24(6000)));
        assertEq(word.skewQ24Of(), q24(-800));
        assertEq(word.curvatureQ24Of(), q24(5000));
        assertEq(word.observedAtOf(), START);
        assertEq(word.spreadBpsOf(), 0);
        assertEq(uint256(word.sourceOf()), uint256(SmileSource.Attested));
        assertEq(word.floorBpsOf(), 1000);
        assertEq(word.capBpsOf(), 40_000);
        // Four deviations of 60 % over 30 days.
        assertEq(word.wingBpsOf(), 6880);
        // The layout that an expiry's word shares: atm, skew, curvature from bit 128 up, nothing for the basis.
        assertEq(SmileWord.unwrap(word) >> 224, 0);
        assertEq(uint32(SmileWord.unwrap(word) >> 128), smiles[1].atmQ24);
    }

    function test_Vol_FollowsTheSmileUpToItsWings() public {
        attest(curve());
        IVolSurface.VolQuote memory quote = surface.volOf(ETH, MONTH, 0.2e18);
        // 0.6 - 0.08 * 0.2 + 0.5 * 0.04
        assertApproxEqAbs(quote.volWad, 0.604e18, 1e12);
        assertEq(quote.lowWad, quote.volWad);
        assertEq(quote.observedAt, START);
        uint256 wing = surface.volOf(ETH, MONTH, -0.688e18).volWad;
        assertApproxEqAbs(wing, 0.6e18 + 0.08e18 * 0.688 + 0.5e18 * 0.688 * 0.688, 1e12);
        assertEq(surface.volOf(ETH, MONTH, -5e18).volWad, wing);
        assertEq(surface.volOf(ETH, MONTH, type(int256).min).volWad, wing);
        assertEq(surface.volOf(ETH, MONTH, type(int256).max).volWad, surface.volOf(ETH, MONTH, 0.688e18).volWad);
    }

    function test_Vol_AtAStrike() public {
        attest(curve());
        assertEq(surface.volAtStrike(ETH, MONTH, PRICE).volWad, surface.volOf(ETH, MONTH, 0).volWad);
        uint256 actual = surface.volAtStrike(ETH, MONTH, 2200e18).volWad;
        assertApproxEqAbs(actual, surface.volOf(ETH, MONTH, 0.0953101798043248e18).volWad, 1e4);
    }

    function test_Smiles_AreThoseOfEach() public {
        attest(curve());
        uint40[] memory expiries = new uint40[](3);
        (expiries[0], expiries[1], expiries[2]) = (MONTH, uint40(START + 40 days), WEEK);
        SmileWord[] memory words = surface.smilesOf(ETH, expiries);
        for (uint256 i; i < 3; ++i) {
            assertEq(SmileWord.unwrap(words[i]), SmileWord.unwrap(surface.smileOf(ETH, expiries[i])));
        }
        assertEq(SmileWord.unwrap(surface.smilesOf(AssetId.wrap(9), expiries)[1]), 0);
    }

    function test_Attest_RevertsWhen_EpochOrTimeGoesBack() public {
        attest(curve());
        vm.expectRevert(abi.encodeWithSelector(IVolSurface.Oracle_EpochNotLater.selector, 1, 1));
        surface.attest(ETH, 1, uint40(START), curve());
        step(60, PRICE);
        surface.attest(ETH, 2, uint40(START + 30), curve());
        vm.expectRevert(
            abi.encodeWithSelector(IVolSurface.Oracle_ObservedAt.selector, START + 29, START + 30, START + 60)
        );
        surface.attest(ETH, 3, uint40(START + 29), curve());
        vm.expectRevert(
            abi.encodeWithSelector(IVolSurface.Oracle_ObservedAt.selector, START + 61, START + 30, START + 60)
        );
        surface.attest(ETH, 3, uint40(START + 61), curve());
        // What would be ageing on arrival is too old.
        step(2000, PRICE);
        uint256 earliest = START + 2060 - 1200;
        vm.expectRevert(
            abi.encodeWithSelector(IVolSurface.Oracle_ObservedAt.selector, earliest - 1, earliest, START + 2060)
        );
        surface.attest(ETH, 3, uint40(earliest - 1), curve());
        surface.attest(ETH, 3, uint40(earliest), curve());
    }

    function test_Attest_RevertsWhen_NotListedOrNotAllowed() public {
        vm.expectRevert(abi.encodeWithSelector(IVolSurface.Oracle_SurfaceNotListed.selector, AssetId.wrap(2)));
        surface.attest(AssetId.wrap(2), 1, uint40(START), curve());
        vm.prank(NOBODY);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, NOBODY));
        surface.attest(ETH, 1, uint40(START), curve());
        vm.prank(NOBODY);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, NOBODY));
        surface.setTerms(ETH, terms());
    }

    function test_Attest_RevertsWhen_CountOrExpiriesAreWrong() public {
        refuse(new IVolSurface.Smile[](0), abi.encodeWithSelector(IVolSurface.Oracle_SmileCount.selector, 0, 1, 16));
        refuse(new IVolSurface.Smile[](17), abi.encodeWithSelector(IVolSurface.Oracle_SmileCount.selector, 17, 1, 16));
        uint256 latest = START + 3 * 365 days;
        bytes4 range = IVolSurface.Oracle_ExpiryOutOfRange.selector;
        refuse(one(smile(uint40(START), 6000, 0, 0)), abi.encodeWithSelector(range, START, START + 1, latest));
        refuse(
            one(smile(uint40(latest + 1), 6000, 0, 0)),
            abi.encodeWithSelector(range, latest + 1, START + 1, latest)
        );
        IVolSurface.Smile[] memory twice = curve();
        twice[1].expiry = WEEK;
        refuse(twice, abi.encodeWithSelector(range, WEEK, WEEK + 1, latest));
        attest(one(smile(uint40(START + 1), 6000, 0, 0)));
        attest(one(smile(uint40(latest), 6000, 0, 0)));
    }

    /// @dev 0.5 of the glide below, 2.5 of the largest above; refused, never clipped.
    function test_Attest_RevertsWhen_FarFromRealised() public {
        bytes4 selector = IVolSurface.Oracle_VolOutOfBounds.selector;
        IVolSurface.Smile memory low = smile(MONTH, 3000, 0, 0);
        IVolSurface.Smile memory high = smile(MONTH, 15_000, 0, 0);
        PriceViews memory v = views();
        (uint256 least, uint256 most) = (v.sigmaGlideWad / 2, (v.sigmaSlowWad * 25) / 10);
        low.atmQ24 = uint32((least << 24) / 1e18);
        int256 lowWad = int256((uint256(low.atmQ24) * 1e18) >> 24);
        if (lowWad < int256(least)) refuse(one(low), abi.encodeWithSelector(selector, MONTH, lowWad, least, most));
        low.atmQ24 += 1;
        attest(one(low));
        high.atmQ24 = uint32((most << 24) / 1e18) + 1;
        int256 highWad = int256((uint256(high.atmQ24) * 1e18) >> 24);
        refuse(one(high), abi.encodeWithSelector(selector, MONTH, highWad, least, most));
        high.atmQ24 -= 1;
        attest(one(high));
    }

    function test_Attest_RevertsWhen_SkewOrCurvatureIsTooLarge() public {
        uint256 limit = 2 << 24;
        IVolSurface.Smile memory s = smile(WEEK, 6000, 0, 0);
        s.skewQ24 = int32(int256(limit)) + 1;
        refuse(
            one(s),
            abi.encodeWithSelector(IVolSurface.Oracle_SkewOutOfBounds.selector, WEEK, int256(limit) + 1, limit)
        );
        s.skewQ24 = -s.skewQ24;
        refuse(
            one(s),
            abi.encodeWithSelector(IVolSurface.Oracle_SkewOutOfBounds.selector, WEEK, -int256(limit) - 1, limit)
        );
        s = smile(WEEK, 6000, 0, 0);
        s.curvatureQ24 = -1;
        limit = 20 << 24;
        bytes4 selector = IVolSurface.Oracle_CurvatureOutOfBounds.selector;
        refuse(one(s), abi.encodeWithSelector(selector, WEEK, int256(-1), limit));
        s.curvatureQ24 = int32(int256(limit)) + 1;
        refuse(one(s), abi.encodeWithSelector(selector, WEEK, int256(limit) + 1, limit));
    }

    /// @dev 11 % at the two strikes that are looked at, 9 % between them: 0.6 - 2.372 y + 2.758 y^2 at y = 0.43.
    function test_Attest_RevertsWhen_TheSmileDipsBelowTheFloor() public {
        IVolSurface.SurfaceTerms memory steep = terms();
        steep.maxSkewBps = 30_000;
        surface.setTerms(ETH, steep);
        try surface.attest(ETH, 1, uint40(START), one(smile(MONTH, 6000, -23_720, 27_580))) {
            fail();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IVolSurface.Oracle_VolOutOfBounds.selector);
            (uint256 expiry, int256 vol, uint256 low, uint256 high) = abi.decode(
                tail(reason),
                (uint256, int256, uint256, uint256)
            );
            assertEq(expiry, MONTH);
            assertApproxEqAbs(vol, 0.09e18, 1e14);
            assertEq(low, 0.1e18);
            assertEq(high, 4e18);
        }
    }

    /// @dev Gatheral's own kind of failure: a line so steep that the density at the wing is negative.
    function test_Attest_RevertsWhen_AButterflyIsNegative() public {
        uint40 far = uint40(START + 3 * 365 days);
        IVolSurface.SurfaceTerms memory wide = terms();
        (wide.maxSkewBps, wide.wingBps) = (60_000, 3000);
        surface.setTerms(ETH, wide);
        // 0.8 + 1.2 y over three years: g = (0.8 / vol)^2 - (3 * 1.2 vol / 2)^2, below zero from y = -0.075 on.
        try surface.attest(ETH, 1, uint40(START), one(smile(far, 8000, 12_000, 0))) {
            fail();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IVolSurface.Oracle_ButterflyArbitrage.selector);
            (uint256 expiry, int256 y, int256 g) = abi.decode(tail(reason), (uint256, int256, int256));
            assertEq(expiry, far);
            assertEq(y, -0.075e18);
            assertApproxEqAbs(g, -0.36365e18, 1e14);
        }
        attest(one(smile(far, 8000, 2000, 0)));
    }

    /// @dev What follows a selector.
    function tail(bytes memory reason) private pure returns (bytes memory rest) {
        rest = new bytes(reason.length - 4);
        for (uint256 i; i < rest.length; ++i) rest[i] = reason[i + 4];
    }

    function test_Attest_RevertsWhen_TotalVarianceFalls() public {
        attest(curve());
        // 60 % over 30 days against 35 % over 91: 10.8 against 11.1 %, at the money just in order.
        attest(one(smile(QUARTER, 3500, -800, 5000)));
        refuse(
            one(smile(QUARTER, 3400, -800, 5000)),
            abi.encodeWithSelector(IVolSurface.Oracle_CalendarArbitrage.selector, MONTH, QUARTER, int256(0))
        );
        // A whole curve moves at once where one after the other would be refused.
        IVolSurface.Smile[] memory all = curve();
        (all[0], all[1], all[2]) = (smile(WEEK, 3300, 0, 0), smile(MONTH, 3300, 0, 0), smile(QUARTER, 3300, 0, 0));
        attest(all);
        refuse(
            one(smile(WEEK, 12_000, 0, 0)),
            abi.encodeWithSelector(
                IVolSurface.Oracle_CalendarArbitrage.selector,
                WEEK,
                MONTH,
                surfaceWing(12_000, 7 days)
            )
        );
        // A neighbour that aged out binds nobody.
        step(4800, PRICE);
        attest(one(smile(WEEK, 12_000, 0, 0)));
    }

    /// @dev Left end of the wing: four deviations.
    function surfaceWing(uint256 atmBps, uint256 tenor) private pure returns (int256) {
        uint256 bps = (4 * atmBps * FixedPointMathLib.sqrt((tenor * 1e36) / 365 days)) / 1e18;
        return -int256(bps * 1e14);
    }

    function test_Attest_KeepsLiveExpiriesInOrder() public {
        attest(one(smile(QUARTER, 6000, 0, 0)));
        attest(one(smile(WEEK, 6000, 0, 0)));
        attest(one(smile(MONTH, 6000, 0, 0)));
        attest(one(smile(MONTH, 6100, 0, 0)));
        (, , uint40[] memory live) = surface.stateOf(ETH);
        assertEq(live.length, 3);
        assertEq(live[0], WEEK);
        assertEq(live[1], MONTH);
        assertEq(live[2], QUARTER);
        step(7 days, PRICE);
        attest(one(smile(QUARTER, 6000, 0, 0)));
        (, , live) = surface.stateOf(ETH);
        assertEq(live.length, 2);
        assertEq(live[0], MONTH);
        assertEq(SmileWord.unwrap(surface.attestedOf(ETH, WEEK)), 0, "what has passed is dropped");
    }

    function test_Attest_RevertsWhen_TooManyExpiries() public {
        IVolSurface.Smile[] memory list = new IVolSurface.Smile[](16);
        for (uint40 i; i < 16; ++i) list[i] = smile(WEEK + i * 7 days, 6000, 0, 0);
        attest(list);
        attest(list);
        refuse(
            one(smile(WEEK + 1, 6000, 0, 0)),
            abi.encodeWithSelector(IVolSurface.Oracle_TooManyExpiries.selector, 17, 16)
        );
    }

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
