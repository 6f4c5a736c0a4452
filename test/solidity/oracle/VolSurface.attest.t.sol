// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {SmileSource, SmileWord} from "../../../contracts/types/SmileWord.sol";
import {VolSurfaceFixture} from "../support/VolSurfaceFixture.sol";

contract VolSurfaceAttestTest is VolSurfaceFixture {
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
}
