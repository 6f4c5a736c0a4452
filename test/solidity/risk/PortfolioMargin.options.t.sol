// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {CollateralHolding, OptionHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {OptionTerms} from "../../../contracts/risk/OptionTerms.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev Options through the engine: what holds only up to a share of what they are on, single books, refusals.
contract PortfolioMarginOptionsTest is RiskFixture {
    OptionWord private constant NONE = OptionWord.wrap(0);

    // ------------------------------------------------------------------------------------------- properties

    /// @dev What closing costs grows with the delta: a spread out of reach at the mid is not at the other end of the interval.
    function test_INV07_OpeningPaysForTheDearestClosing() external {
        risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 0));
        // Strikes 3,300 and 3,450.
        Portfolio memory book = options(1 days, NONE.withLots(12, false, -100).withLots(13, false, 100));
        _view(3_000e18, 3_000e18, 3_600e18);
        int256 initial = risk.initialSurplus(book, WAD);
        _view(3_600e18, 3_600e18, 3_600e18);
        assertLe(initial, risk.liquidationSurplus(book));
    }

    function test_INV07_LiquidationAsksForTheCheapestClosing() external {
        risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 0));
        OptionWord legs = NONE.withLots(12, false, -100).withLots(13, false, 200).withLots(14, false, -100);
        Portfolio memory book = options(1 days, legs);
        _view(2_850e18, 4_200e18, 4_200e18);
        int256 liquidation = risk.liquidationSurplus(book);
        _view(2_850e18, 2_850e18, 2_850e18);
        assertGe(liquidation, risk.liquidationSurplus(book));
    }

    /// @dev A dip between two nodes is bounded for initial margin and passed over by liquidation: with other nodes both see
    /// another part of it. Stated limit: 2 % of the underlying of all legs.
    function testFuzz_INV09_AWiderIntervalHelpsNobody(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        AssetId asset = AssetId.wrap(uint16(draw(seed, "widened", 1, 3)));
        PriceViews memory views = oracle.read(asset);
        views.lowWad -= (views.lowWad * draw(seed, "down", 0, 0.2e18)) / WAD;
        views.highWad += (views.highWad * draw(seed, "up", 0, 0.2e18)) / WAD;
        oracle.set(asset, views);
        int256 limit = underlyingOf(portfolio) / 50;
        assertLe(risk.initialSurplus(portfolio, WAD), initial + limit);
        assertGe(risk.liquidationSurplus(portfolio), liquidation - limit);
    }

    function testFuzz_INV15_MoreVolatilityAndMoreStressNeverLowerARequirement(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 stressedBy2 = risk.initialSurplus(portfolio, 2e18);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        int256 limit = underlyingOf(portfolio) / 50;
        assertLe(stressedBy2, initial + limit);
        AssetId asset = AssetId.wrap(uint16(draw(seed, "asset", 1, 3)));
        PriceViews memory views = oracle.read(asset);
        views.sigmaFastWad += draw(seed, "more fast", 0, 2e18);
        views.sigmaSlowWad += draw(seed, "more slow", 0, 2e18);
        views.sigmaGlideWad += draw(seed, "more glide", 0, 2e18);
        oracle.set(asset, views);
        assertLe(risk.initialSurplus(portfolio, WAD), initial + limit);
        assertLe(risk.liquidationSurplus(portfolio), liquidation + limit);
    }

    /// @dev Stress of volatilities moves no node, but what is long may gain by it what is short lost by less of it, and a dip
    /// may be seen less well: the limit is the same.
    function testFuzz_INV15_MoreStressOfVolatilitiesHardlyLowersARequirement(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        _stress(seed, 25_000, 7_000);
        assertLe(risk.initialSurplus(portfolio, WAD), initial + underlyingOf(portfolio) / 50);
    }

    /// @dev What is short costs more at every node and far move, and is bounded there alone: to the error of the ladder, twice
    /// 6e-7 of a price up to six times this one, and of the strike.
    function testFuzz_INV15_MoreStressOfVolatilitiesNeverLowersTheRequirementOfShortOptions(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            portfolio.options[i].legs = _ofOneSide(portfolio.options[i].legs, -1);
        }
        int256 initial = risk.initialSurplus(portfolio, WAD);
        _stress(seed, 25_000, 7_000);
        assertLe(risk.initialSurplus(portfolio, WAD), initial + underlyingOf(portfolio) / 1e5);
    }

    function testFuzz_INV15_AHigherShortMinimumNeverLowersARequirement(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        IPortfolioMargin.OptionConfig memory config = stressed();
        config.shortMinimumBps += uint16(draw(seed, "minimum", 0, 9_900));
        for (uint16 id = 1; id <= 3; ++id) risk.setOptions(AssetId.wrap(id), config);
        assertLe(risk.initialSurplus(portfolio, WAD), initial);
    }

    function testFuzz_INV15_FurtherFarMovesNeverLowerARequirement(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        IPortfolioMargin.OptionConfig memory config = stressed();
        config.farShareBps += uint16(draw(seed, "share", 0, 2_300));
        for (uint16 id = 1; id <= 3; ++id) risk.setOptions(AssetId.wrap(id), config);
        assertLe(risk.initialSurplus(portfolio, WAD), initial);
    }

    function testFuzz_Doubt_OfVolatilitiesIsForNobody(uint256 seed, uint16 spread) external {
        Portfolio memory portfolio = _scene(seed);
        surface.set(8_000, 0);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        surface.set(8_000, _bound(spread, 0, 10_000));
        int256 limit = underlyingOf(portfolio) / 50;
        assertLe(risk.initialSurplus(portfolio, WAD), initial + limit);
        assertGe(risk.liquidationSurplus(portfolio), liquidation - limit);
    }

    // ------------------------------------------------------------------------------------------- single books

    function test_LongOptions_NeedTheirCostOfClosingAlone() external view {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, 100).withLots(8, true, 100));
        assertGe(risk.initialSurplus(book, WAD), -(10e18 + 2 * 15e18 * 1.01));
        assertGt(risk.liquidationSurplus(book), risk.initialSurplus(book, WAD));
    }

    /// @dev Worth 600 at every price: the flat cost is all that it needs.
    function test_LongBox_NeedsNothing() external view {
        int256 surplus = risk.initialSurplus(options(30 days, _box(1)), WAD);
        assertLe(surplus, 600e18 - 10e18 + 1e9);
        assertGt(surplus, 600e18 - 10e18 - 1e9);
    }

    /// @dev The other side owes 600, and has the short minimum beyond.
    function test_ShortBox_OwesItsWidth() external view {
        assertLt(risk.initialSurplus(options(30 days, _box(-1)), WAD), -600e18);
    }

    function test_CoveredCall_NeedsLessThanItsParts() external view {
        Portfolio memory call = options(30 days, NONE.withLots(12, false, -100));
        Portfolio memory long = perp(0, ETH, 1e18);
        uint256 apart = risk.report(call, WAD).initialWad + risk.report(long, WAD).initialWad;
        assertLt(risk.report(join(call, long), WAD).initialWad, apart);
    }

    /// @dev A put under a long position caps what it can lose, and so what it needs.
    function test_ProtectivePut_NeedsLessThanThePosition() external view {
        Portfolio memory put = options(7 days, NONE.withLots(10, true, 100));
        Portfolio memory long = perp(0, ETH, 1e18);
        uint256 alone = risk.report(long, WAD).initialWad;
        assertLt(risk.report(join(put, long), WAD).initialWad * 2, alone);
    }

    /// @dev As many calls as short puts of a strike leave nothing to be priced, but a position to be closed: it pays for that
    /// as a perpetual does.
    function test_SyntheticForward_PaysForItsLiquidationAsAPerpetual() external view {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, 100).withLots(10, true, -100));
        uint256 shortMinimum = 30e18;
        int256 perpetual = risk.liquidationSurplus(perp(-3_000e18, ETH, 1e18));
        assertApproxEqAbs(risk.liquidationSurplus(book), perpetual, 1e9);
        assertLe(risk.initialSurplus(book, WAD), risk.initialSurplus(perp(-3_000e18, ETH, 1e18), WAD) + 1e9);
        assertGe(risk.initialSurplus(book, WAD) + int256(shortMinimum), perpetual - 3_000e18);
        assertApproxEqAbs(risk.report(book, WAD).grossNotionalWad, 3_000e18, 1e4);
    }

    /// @dev Underlyings count each for itself, options take no part in offsets.
    function test_SeveralUnderlyings_AddUp() external {
        risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 0));
        Portfolio memory a = options(10 days, NONE.withLots(10, false, -100));
        Portfolio memory b;
        b.options = new OptionHolding[](1);
        b.options[0].expiry = grid(BTC, 60_000e18, 10 days);
        b.options[0].legs = NONE.withLots(9, true, -10).withLots(7, true, 10);
        int256 parts = risk.initialSurplus(a, WAD) + risk.initialSurplus(b, WAD);
        assertApproxEqAbs(risk.initialSurplus(join(a, b), WAD), parts, 2);
        parts = risk.liquidationSurplus(a) + risk.liquidationSurplus(b);
        assertApproxEqAbs(risk.liquidationSurplus(join(a, b)), parts, 2);
        Portfolio memory hedge = perp(0, BTC, 1e17);
        parts = risk.initialSurplus(a, WAD) + risk.initialSurplus(hedge, WAD);
        assertApproxEqAbs(risk.initialSurplus(join(a, hedge), WAD), parts, 2);
    }

    /// @dev Collateral of the same underlying is in the same scenarios: short calls are covered by it.
    function test_Collateral_CoversCalls() external view {
        Portfolio memory call = options(30 days, NONE.withLots(10, false, -100));
        Portfolio memory weth = held(0, WETH_INDEX, 1e18);
        uint256 apart = risk.report(call, WAD).initialWad + risk.report(weth, WAD).initialWad;
        assertLt(risk.report(join(call, weth), WAD).initialWad, apart);
    }

    /// @dev An expired option that nobody settled yet is what its payoff is.
    function test_Expired_IsWorthItsPayoff() external {
        Portfolio memory book = options(0, NONE.withLots(6, false, 100));
        assertApproxEqAbs(risk.report(book, WAD).equityWad, 600e18, 1e12);
        Portfolio memory later = options(1 days, NONE.withLots(6, false, 100));
        vm.warp(block.timestamp + 2 days);
        assertEq(risk.report(later, WAD).equityWad, risk.report(book, WAD).equityWad);
    }

    /// @dev Favourable equity is the most in the interval of liquidation, at whichever end or between, and equity is at the mid.
    /// Options that expire at once, strike 3,000.
    function test_FavourableEquity_IsTheMostInTheInterval() external {
        _view(2_700e18, 3_100e18, 3_300e18);
        _checkEquity(NONE.withLots(10, false, 100), 100e18, 300e18);
        _checkEquity(NONE.withLots(10, true, 100), 0, 300e18);
        _checkEquity(NONE.withLots(10, false, -100), -100e18, 0);
        _checkEquity(NONE.withLots(10, false, -100).withLots(8, false, 200), 700e18, 900e18);
        // Longer to the mean than to the end of the interval.
        PriceViews memory views = oracle.read(ETH);
        views.shortTwapWad = 3_450e18;
        oracle.set(ETH, views);
        _checkEquity(NONE.withLots(10, false, 100), 100e18, 450e18);
    }

    /// @dev Margins at the mid, at the shock of each: a call at 2,100 that expires loses what a unit loses. Nothing is added for
    /// its liquidation.
    function test_Margins_OfALongCallAreOfItsUnderlying() external {
        risk.setAddOns(IPortfolioMargin.AddOnConfig(0, 0));
        IPortfolioMargin.MarginReport memory margin = risk.report(options(0, NONE.withLots(4, false, 100)), WAD);
        (uint256 rhoInitial, uint256 rhoMaintenance, , ) = risk.shocksOf(ETH, WAD);
        assertApproxEqAbs(margin.equityWad, 900e18, 1e12);
        assertApproxEqAbs(margin.initialWad, _fall(rhoInitial), 0.02e18);
        assertApproxEqAbs(margin.maintenanceWad, _fall(rhoMaintenance), 0.02e18);
        assertGt(margin.initialWad, margin.maintenanceWad + 100e18);
    }

    /// @dev Floors belong to initial margin: a call at 4,500, out of reach of either shock, costs 13,500 at six times the price,
    /// of which counts what makes 15,000 of a linear position 77 % of the shock.
    function test_Margins_OfAFarShortCallAreItsFarMoveAndNothing() external {
        risk.setAddOns(IPortfolioMargin.AddOnConfig(0, 0));
        IPortfolioMargin.MarginReport memory margin = risk.report(options(0, NONE.withLots(20, false, -100)), WAD);
        (uint256 rhoInitial, , , ) = risk.shocksOf(ETH, WAD);
        assertApproxEqAbs(margin.initialWad, (13_500 * 3_000 * 77 * rhoInitial) / (15_000 * 100), 0.05e18);
        assertApproxEqAbs(margin.maintenanceWad, 0, 0.02e18);
    }

    /// @dev Once nothing can change what they will be settled at, options are that, wherever the price goes.
    function test_Fixed_IsWorthItsPayoffAtAnyPrice() external {
        Portfolio memory book = options(0, NONE.withLots(6, false, -100).withLots(12, true, 50));
        // Strikes 2,400 and 3,300.
        book.options[0].fixedPriceWad = 2_900e18;
        assertEq(risk.report(book, WAD).equityWad, -500e18 + 200e18);
        int256 initial = risk.initialSurplus(book, WAD);
        int256 liquidation = risk.liquidationSurplus(book);
        assertApproxEqAbs(initial, liquidation, 100);
        PriceViews memory views = oracle.read(ETH);
        (views.lowWad, views.midWad, views.highWad) = (1_000e18, 1_010e18, 9_000e18);
        oracle.set(ETH, views);
        assertApproxEqAbs(risk.initialSurplus(book, WAD), initial, 100);
        assertApproxEqAbs(risk.liquidationSurplus(book), liquidation, 100);
    }

    /// @dev Worth nothing, what is short in calls is free, and puts pay their strikes.
    function test_LiquidationSurplusAt_Nothing() external view {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, -100).withLots(10, true, 50));
        // Up to the error of the ladder, 6e-7 of the strikes.
        assertApproxEqAbs(risk.liquidationSurplusAt(book, ETH, 0), 1_490e18, 0.002e18);
        assertLt(risk.liquidationSurplusAt(book, ETH, 1e12 * WAD), -1e10 * 1e18);
    }

    function test_Offsets_OptionsTakeNoPart() external view {
        Portfolio memory pair = join(perp(0, ETH, 20e18), perp(0, BTC, -1e18));
        int256 offset = risk.initialSurplus(pair, WAD);
        Portfolio memory none = join(pair, options(30 days, NONE.withLots(20, false, 1)));
        assertLt(risk.initialSurplus(none, WAD), offset);
        int256 sum = risk.initialSurplus(perp(0, ETH, 20e18), WAD) + risk.initialSurplus(perp(0, BTC, -1e18), WAD);
        assertApproxEqAbs(risk.initialSurplus(none, WAD), sum + 10e18, 3e18);
    }

    // ------------------------------------------------------------------------------------------- refusals

    /// @dev Each leg's mark is what the engine says of a book of it alone.
    function testFuzz_OptionMarks_AreThoseOfTheLegsAlone(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        surface.set(8_000, draw(seed, "spread", 0, 10_000));
        Portfolio memory single;
        single.options = new OptionHolding[](1);
        for (uint16 id = 1; id <= 3; ++id) {
            int256[] memory markWad = risk.optionMarks(portfolio, AssetId.wrap(id));
            uint256 next = 0;
            for (uint256 i = 0; i < portfolio.options.length; ++i) {
                OptionHolding memory holding = portfolio.options[i];
                if (holding.expiry.underlyingOf() != AssetId.wrap(id)) continue;
                for (uint256 j = 0; j < holding.legs.legCount(); ++j) {
                    (int24 lots, uint8 strike, bool isPut) = holding.legs.legAt(j);
                    single.options[0] = OptionHolding(
                        holding.slot,
                        holding.expiry,
                        NONE.withLots(strike, isPut, lots),
                        0
                    );
                    (, int256 aloneWad, ) = risk.withdrawalNumbers(single, WAD);
                    assertEq(markWad[next++], aloneWad);
                }
            }
            assertEq(markWad.length, next);
        }
    }

    function test_RevertsWhen_UnderlyingHasNoTermsForOptions() external {
        Portfolio memory book;
        book.options = new OptionHolding[](1);
        book.options[0].expiry = grid(USDT, 1e18, 1 days);
        book.options[0].legs = NONE.withLots(1, false, 1);
        bytes memory refusal = abi.encodeWithSelector(IPortfolioMargin.Risk_OptionsNotConfigured.selector, USDT);
        vm.expectRevert(refusal);
        risk.initialSurplus(book, WAD);
        vm.expectRevert(refusal);
        risk.liquidationReport(book);
        vm.expectRevert(refusal);
        risk.optionsOf(USDT);
    }

    function test_RevertsWhen_ThereIsNoSurface() external {
        Portfolio memory book = options(1 days, NONE.withLots(1, false, 1));
        risk.initialSurplus(book, WAD);
        surface.remove();
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OptionsNotConfigured.selector, ETH));
        risk.initialSurplus(book, WAD);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OptionsNotConfigured.selector, ETH));
        risk.matrix(book, ETH);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OptionsNotConfigured.selector, ETH));
        risk.optionMarks(book, ETH);
    }

    function test_SetOptions_RevertsWhen_CallerIsNotAllowed() external {
        vm.prank(address(1));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(1)));
        risk.setOptions(ETH, stressed());
    }

    function test_SetOptions_RevertsWhen_UnderlyingIsUnknown() external {
        AssetId unknown = AssetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, unknown));
        risk.setOptions(unknown, stressed());
    }

    function test_SetOptions_RevertsWhen_AFieldIsOutOfBounds() external {
        _refused(IPortfolioMargin.OptionConfig(30_001, 0, 0, 0, 1, 0), 30_001, 0, 30_000);
        _refused(IPortfolioMargin.OptionConfig(0, 10_001, 0, 0, 1, 0), 10_001, 0, 10_000);
        _refused(IPortfolioMargin.OptionConfig(0, 0, 10_001, 0, 1, 0), 10_001, 0, 10_000);
        _refused(IPortfolioMargin.OptionConfig(0, 0, 5, 6, 1, 0), 6, 0, 5);
        _refused(IPortfolioMargin.OptionConfig(0, 0, 0, 0, 0, 0), 0, 1, 10_000);
        _refused(IPortfolioMargin.OptionConfig(0, 0, 0, 0, 10_001, 0), 10_001, 1, 10_000);
        _refused(IPortfolioMargin.OptionConfig(0, 0, 0, 0, 1, 10_001), 10_001, 0, 10_000);
        risk.setOptions(ETH, IPortfolioMargin.OptionConfig(30_000, 10_000, 10_000, 10_000, 10_000, 10_000));
        risk.setOptions(ETH, IPortfolioMargin.OptionConfig(0, 0, 0, 0, 1, 0));
    }

    function testFuzz_SetOptions_ReadsBackAsItWasSet(uint256 seed) external {
        IPortfolioMargin.OptionConfig memory config;
        config.volUpBps = uint16(draw(seed, "up", 0, 30_000));
        config.volDownBps = uint16(draw(seed, "down", 0, 10_000));
        config.nearPowerBps = uint16(draw(seed, "near", 0, 10_000));
        config.farPowerBps = uint16(draw(seed, "far", 0, config.nearPowerBps));
        config.shortMinimumBps = uint16(draw(seed, "least", 1, 10_000));
        config.farShareBps = uint16(draw(seed, "share", 0, 10_000));
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.OptionsSet(ETH, config);
        risk.setOptions(ETH, config);
        OptionTerms terms = risk.optionsOf(ETH);
        assertEq(terms.volUpBps(), config.volUpBps);
        assertEq(terms.volDownBps(), config.volDownBps);
        assertEq(terms.nearPowerBps(), config.nearPowerBps);
        assertEq(terms.farPowerBps(), config.farPowerBps);
        assertEq(terms.shortMinimumBps(), config.shortMinimumBps);
        assertEq(terms.farShareBps(), config.farShareBps);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _refused(
        IPortfolioMargin.OptionConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, actual, least, most));
        risk.setOptions(ETH, config);
    }

    function _view(uint256 lowWad, uint256 midWad, uint256 highWad) private {
        PriceViews memory views = oracle.read(ETH);
        (views.lowWad, views.midWad, views.highWad) = (lowWad, midWad, highWad);
        (views.shortTwapWad, views.longTwapWad) = (midWad, midWad);
        oracle.set(ETH, views);
    }

    /// @dev Up to the errors of the ladder, and the place of a node.
    function _checkEquity(OptionWord legs, int256 equityWad, int256 mostWad) private view {
        IPortfolioMargin.MarginReport memory margin = risk.report(options(0, legs), WAD);
        assertApproxEqAbs(margin.equityWad, equityWad, 1e12);
        assertApproxEqAbs(margin.favourableEquityWad, mostWad, 0.05e18);
    }

    /// @dev What a unit loses at 3,000.
    function _fall(uint256 rhoWad) private pure returns (uint256) {
        return 3_000 * (WAD - uint256(FixedPointMathLib.expWad(-int256(rhoWad))));
    }

    /// @dev Strikes 2,400 and 3,000, one unit.
    function _box(int24 sign) private pure returns (OptionWord) {
        int24 lots = sign * 100;
        OptionWord legs = NONE.withLots(6, false, lots).withLots(10, false, -lots);
        return legs.withLots(10, true, lots).withLots(6, true, -lots);
    }

    /// @dev Volatilities further up and down by up to so many bps.
    function _stress(uint256 seed, uint256 mostUpBps, uint256 mostDownBps) private {
        IPortfolioMargin.OptionConfig memory config = stressed();
        config.volUpBps += uint16(draw(seed, "up", 0, mostUpBps));
        config.volDownBps += uint16(draw(seed, "down", 0, mostDownBps));
        for (uint16 id = 1; id <= 3; ++id) risk.setOptions(AssetId.wrap(id), config);
    }

    function _ofOneSide(OptionWord legs, int24 sign) private pure returns (OptionWord turned) {
        for (uint256 j = 0; j < legs.legCount(); ++j) {
            (int24 lots, uint8 index, bool isPut) = legs.legAt(j);
            turned = turned.withLots(index, isPut, lots < 0 ? -sign * lots : sign * lots);
        }
    }

    function _scene(uint256 seed) private returns (Portfolio memory portfolio) {
        randomWorld(seed >> 8);
        portfolio = randomBook(seed >> 8);
        portfolio.collateral = new CollateralHolding[](0);
    }
}
