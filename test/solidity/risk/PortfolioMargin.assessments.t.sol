// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

contract PortfolioMarginAssessmentsTest is RiskFixture {
    AssetId private constant UNKNOWN = AssetId.wrap(9);

    /// @dev sigma_I = max(0.7, 0.75 * 0.7 + 0.25 * 1.2) = 0.825; rho_I = 4 * 0.825 * sqrt(1 / 365) = 0.172728...;
    /// e^-rho_I = 0.841366...; a long ether at 3000 is worth 2524.10 at worst; add-ons 0.5 % of 3000 + 10.
    function test_InitialSurplus_OfOneLong() external view {
        assertApproxEqAbs(risk.initialSurplus(perp(-2500e18, ETH, 1e18), WAD), -0.9019e18, 0.01e18);
    }

    /// @dev rho_M = 3 * 0.7 * sqrt(0.5 / 365) = 0.077724...; e^+rho_M = 1.080825...
    function test_LiquidationSurplus_OfOneShort() external view {
        assertApproxEqAbs(risk.liquidationSurplus(perp(3300e18, ETH, -1e18)), 32.526e18, 0.01e18);
    }

    function test_CashOnly_NeverTouchesTheOracle() external {
        oracle.setBroken(true);
        Portfolio memory portfolio = cashOnly(-5);
        assertEq(risk.initialSurplus(portfolio, WAD), -5);
        assertEq(risk.liquidationSurplus(portfolio), -5);
        IPortfolioMargin.MarginReport memory margin = risk.report(portfolio, WAD);
        assertEq(margin.equityWad, -5);
        assertEq(margin.favourableEquityWad, -5);
        assertEq(margin.initialWad, 0);
        assertEq(margin.maintenanceWad, 0);
        assertEq(margin.grossNotionalWad, 0);
    }

    /// @dev Legs of size zero neither cost nor need parameters or prices.
    function test_ZeroLegs_CostNothing() external {
        oracle.setBroken(true);
        Portfolio memory portfolio = join(perp(7, UNKNOWN, 0), held(0, 9, 0));
        assertEq(risk.initialSurplus(portfolio, WAD), 7);
        assertEq(risk.liquidationSurplus(portfolio), 7);
        assertEq(risk.exposure(portfolio), 0);
        assertEq(risk.collateralValue(9, 0), 0);
    }

    function test_Assessments_AskTheOracleOnce() external {
        Portfolio memory portfolio = join(perp(0, BTC, 1e18), join(perp(0, ETH, 1e18), held(0, STETH_INDEX, 1e18)));
        AssetId[] memory assets = new AssetId[](3);
        (assets[0], assets[1], assets[2]) = (BTC, ETH, STETH_RATIO);
        vm.expectCall(address(oracle), abi.encodeCall(IPriceOracle.readMany, (assets)), 1);
        risk.report(portfolio, WAD);
    }

    /// @dev The breaker watches underlyings alone: a collateral whose ratio nobody can price any more opens nothing new, and
    /// nobody is liquidated for it.
    function test_ABlindRatio_SecuresNothingNewAndKeepsWhatIsThere() external {
        Portfolio memory portfolio = join(perp(0, ETH, 1e18), held(0, STETH_INDEX, 10e18));
        int256 liquidationWad = risk.liquidationSurplus(portfolio);
        IPortfolioMargin.MarginReport memory margin = risk.report(portfolio, WAD);
        assertGt(margin.initialSurplusWad, 0);
        oracle.setGrade(STETH_RATIO, Grade.Thin);
        assertEq(risk.initialSurplus(portfolio, WAD), margin.initialSurplusWad);
        oracle.setGrade(STETH_RATIO, Grade.Blind);
        assertEq(risk.initialSurplus(portfolio, WAD), risk.initialSurplus(perp(0, ETH, 1e18), WAD));
        assertEq(risk.liquidationSurplus(portfolio), liquidationWad);
        assertEq(risk.report(portfolio, WAD).haircutCollateralWad, margin.haircutCollateralWad);
    }

    function test_Assessments_RevertWhen_SomethingIsNotConfigured() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNKNOWN));
        risk.initialSurplus(perp(0, UNKNOWN, 1), WAD);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NotAnUnderlying.selector, STETH_RATIO));
        risk.liquidationSurplus(perp(0, STETH_RATIO, 1));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_CollateralNotConfigured.selector, 9));
        risk.report(held(0, 9, 1), WAD);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_CollateralNotConfigured.selector, 9));
        risk.exposure(held(0, 9, 1));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NotAnUnderlying.selector, NO_ASSET));
        risk.exposure(perp(0, NO_ASSET, 1));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_CollateralNotConfigured.selector, 9));
        risk.collateralValue(9, 1);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNKNOWN));
        risk.matrix(cashOnly(0), UNKNOWN);
    }

    function test_Assessments_RevertWhen_ThereIsNoPrice() external {
        oracle.setMid(ETH, 0);
        bytes memory refusal = abi.encodeWithSelector(IPortfolioMargin.Risk_NoPrice.selector, ETH);
        vm.expectRevert(refusal);
        risk.initialSurplus(perp(0, ETH, 1), WAD);
        vm.expectRevert(refusal);
        risk.collateralValue(WETH_INDEX, 1);
        vm.expectRevert(refusal);
        risk.matrix(cashOnly(0), ETH);
        // Somebody without ether is not concerned.
        risk.initialSurplus(perp(0, BTC, 1), WAD);
    }

    function test_InitialSurplus_RevertsWhen_StressIsOutOfBounds() external {
        bytes4 selector = IPortfolioMargin.Risk_OutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 1e18 - 1, 1e18, 20e18));
        risk.initialSurplus(cashOnly(0), 1e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(selector, 20e18 + 1, 1e18, 20e18));
        risk.report(cashOnly(0), 20e18 + 1);
        (uint256 rho, , , ) = risk.shocksOf(ETH, 20e18);
        assertLe(rho, 5e18);
        risk.raiseInitialShock(ETH, 3e18);
        (rho, , , ) = risk.shocksOf(ETH, 20e18);
        assertEq(rho, 5e18);
    }

    /// @dev One read for a liquidation says what `report`, `exposure` and the oracle say one by one.
    function test_LiquidationReport_IsWhatTheOthersSay() external view {
        Portfolio memory portfolio = join(perp(-2500e18, ETH, 2e18), perp(0, SOL, -3e18));
        portfolio = join(join(portfolio, held(0, STETH_INDEX, 1e18)), held(0, WBTC_INDEX, 0.01e18));
        IPortfolioMargin.LiquidationReport memory decided = risk.liquidationReport(portfolio);
        IPortfolioMargin.MarginReport memory margin = risk.report(portfolio, WAD);
        assertEq(decided.equityWad, margin.equityWad);
        assertEq(decided.favourableEquityWad, margin.favourableEquityWad);
        assertEq(decided.initialWad, margin.initialWad);
        assertEq(decided.maintenanceWad, margin.maintenanceWad);
        assertEq(decided.liquidationSurplusWad, margin.liquidationSurplusWad);
        assertEq(decided.netPositionWad, margin.netPositionWad);
        assertEq(decided.grossNotionalWad, margin.grossNotionalWad);
        assertEq(decided.assetBitmap, risk.exposure(portfolio));
        assertEq(decided.assets.length, 4);
        AssetId[4] memory expected = [ETH, SOL, BTC, STETH_RATIO];
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(AssetId.unwrap(decided.assets[i]), AssetId.unwrap(expected[i]));
            assertEq(abi.encode(decided.marks[i]), abi.encode(oracle.read(expected[i])));
        }
    }

    function test_LiquidationReport_OfCashOnly() external view {
        IPortfolioMargin.LiquidationReport memory decided = risk.liquidationReport(cashOnly(-5e18));
        assertEq(decided.equityWad, -5e18);
        assertEq(decided.liquidationSurplusWad, -5e18);
        assertEq(decided.assets.length, 0);
        assertEq(decided.assetBitmap, 0);
    }

    /// @dev A junk leg with a wide interval cannot shield an account that fails through another leg at every price.
    function test_LiquidationSurplus_AJunkLegDoesNotShield() external {
        Portfolio memory portfolio = perp(-3200e18, ETH, 1e18);
        assertLt(risk.liquidationSurplus(portfolio), 0);
        setViews(SOL, 150e18, 0.9e18, 0.9e18);
        assertLt(risk.liquidationSurplus(join(portfolio, perp(0, SOL, 0.1e18))), 0);
    }

    /// @dev The verdict of liquidation uses the mid while the spread is at most 1 %, and the owner's edge beyond.
    function test_LiquidationSurplus_TurnsToTheEdgeAboveOnePercent() external {
        setViews(ETH, 3000e18, 0.005e18, 0.7e18);
        int256 atMid = risk.liquidationSurplus(perp(0, ETH, 1e18));
        setViews(ETH, 3000e18, 0, 0.7e18);
        assertEq(risk.liquidationSurplus(perp(0, ETH, 1e18)), atMid);
        setViews(ETH, 3000e18, 0.0051e18, 0.7e18);
        assertGt(risk.liquidationSurplus(perp(0, ETH, 1e18)), atMid);
    }

    /// @dev A wick that only the spot shows: the short mean keeps the account alive.
    function test_LiquidationSurplus_AWickAloneLiquidatesNobody() external {
        PriceViews memory views = oracle.read(ETH);
        (views.lowWad, views.midWad, views.highWad) = (1950e18, 1950e18, 1950e18);
        oracle.set(ETH, views);
        Portfolio memory portfolio = perp(-2500e18, ETH, 1e18);
        assertGt(risk.liquidationSurplus(portfolio), 0);
        assertLt(risk.initialSurplus(portfolio, WAD), 0);
        assertLt(risk.report(portfolio, WAD).equityWad, 0);
        assertGt(risk.report(portfolio, WAD).favourableEquityWad, 0);
    }

    /// @dev Were the gain of the long ether counted at its full shock, more ether volatility would help this book: up,
    /// it would gain what the bitcoin short loses.
    function test_INV15_GainsAreCountedAtTheLeastShockOnly() external {
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(0.8e18, 0));
        Portfolio memory book = join(perp(0, ETH, 1e18), perp(0, BTC, -0.075e18));
        for (uint256 sigma = 0.5e18; sigma < 3e18; sigma += 0.1e18) {
            setViews(ETH, 3000e18, 0, sigma);
            int256 calm = risk.liquidationSurplus(book);
            int256 calmInitial = risk.initialSurplus(book, WAD);
            setViews(ETH, 3000e18, 0, sigma + 0.1e18);
            assertLe(risk.liquidationSurplus(book), calm);
            assertLe(risk.initialSurplus(book, WAD), calmInitial);
        }
    }

    function test_Offsets_CountWithinAGroupOnly() external {
        Portfolio memory hedged = join(perp(0, ETH, 1e18), perp(0, BTC, -0.05e18));
        int256 apart =
            risk.initialSurplus(perp(0, ETH, 1e18), WAD) + risk.initialSurplus(perp(0, BTC, -0.05e18), WAD) + 10e18;
        assertGt(risk.initialSurplus(hedged, WAD), apart + 100e18);
        IPortfolioMargin.UnderlyingConfig memory alone = major();
        alone.correlationGroup = 2;
        risk.setUnderlying(ETH, alone);
        assertEq(risk.initialSurplus(hedged, WAD), apart);
    }

    function test_Collateral_OfTheSameUnderlyingHedgesInFull() external view {
        // Ten ether held, short what they count for: whatever ether does, nothing is lost but the haircut.
        int256 surplus = risk.initialSurplus(join(held(0, WETH_INDEX, 10e18), perp(0, ETH, -9e18)), WAD);
        assertGt(surplus, -9 * 15e18 - 10e18);
    }

    function test_Report_OfAKnownAccount() external view {
        Portfolio memory portfolio = join(perp(1000e18, ETH, -2e18), held(0, STETH_INDEX, 1e18));
        IPortfolioMargin.MarginReport memory margin = risk.report(portfolio, WAD);
        assertEq(margin.equityWad, 1000e18 - 6000e18 + 3510e18);
        assertEq(margin.netPositionWad, -6000e18);
        assertEq(margin.grossNotionalWad, 6000e18);
        assertEq(margin.favourableEquityWad, margin.equityWad);
        assertLt(margin.haircutCollateralWad, (3510e18 * 95) / 100);
        assertGt(margin.haircutCollateralWad, (3510e18 * 92) / 100);
        // With prices known exactly, the tests and the mark agree.
        assertEq(margin.initialSurplusWad, margin.equityWad - int256(margin.initialWad));
        assertEq(margin.liquidationSurplusWad, margin.equityWad - int256(margin.maintenanceWad));
    }

    function test_Matrix_ListsTheUnion() external {
        setViews(ETH, 3000e18, 0.01e18, 0.7e18);
        PriceViews memory views = oracle.read(ETH);
        views.longTwapWad = 2900e18;
        oracle.set(ETH, views);
        Portfolio memory portfolio = join(perp(0, ETH, -2e18), join(perp(0, BTC, 1e18), held(0, WETH_INDEX, 1e18)));
        (uint256[] memory spot, int256[] memory value) = risk.matrix(portfolio, ETH);
        assertEq(spot.length, 10);
        assertEq(value.length, 10);
        assertEq(spot[4], 2900e18);
        assertEq(spot[5], 3030e18);
        (uint256 rho, , , ) = risk.shocksOf(ETH, WAD);
        assertApproxEqRel(
            spot[0],
            (2900e18 * (1e18 - rho + (rho * rho) / 2e18 - (rho * rho * rho) / 6e36)) / 1e18,
            1e14
        );
        for (uint256 i = 1; i < 10; ++i) {
            assertGt(spot[i], spot[i - 1]);
            assertLt(value[i], value[i - 1]);
        }
        // Nothing of it in ether: all zero.
        (, value) = risk.matrix(perp(0, BTC, 1e18), ETH);
        for (uint256 i = 0; i < 10; ++i) assertEq(value[i], 0);
    }

    function test_Exposure_NamesEveryUnderlying() external view {
        Portfolio memory portfolio = join(perp(0, BTC, -1), join(held(0, STETH_INDEX, 1), held(0, USDT_INDEX, 0)));
        assertEq(risk.exposure(portfolio), (1 << 1) | (1 << 2));
    }

    function test_CollateralValue_IsAtMidWithoutHaircut() external view {
        assertEq(risk.collateralValue(WETH_INDEX, 2e18), 6000e18);
        assertEq(risk.collateralValue(STETH_INDEX, 1e18), 3510e18);
        assertEq(risk.collateralValue(STETH_INDEX, 1), 3000);
    }

    /// @dev As many underlyings as there can be, on both sides.
    function test_Assessments_SurviveEveryUnderlyingAtOnce() external {
        Portfolio memory portfolio;
        portfolio.perps = new PerpHolding[](31);
        for (uint16 id = 1; id < 32; ++id) {
            oracle.set(AssetId.wrap(id), randomViews(id, 1000e18));
            risk.setUnderlying(AssetId.wrap(id), major());
            portfolio.perps[id - 1] = PerpHolding(AssetId.wrap(id), id % 2 == 0 ? int256(1e18) : -1e18);
        }
        int256 initial = risk.initialSurplus(portfolio, WAD);
        assertLt(initial, 0);
        assertLe(initial, risk.liquidationSurplus(portfolio));
        assertEq(risk.exposure(portfolio), 0xFFFFFFFE);
    }
}
