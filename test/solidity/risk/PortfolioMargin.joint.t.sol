// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskFixture} from "../support/RiskFixture.sol";
import {RiskOracleMock} from "../support/RiskOracleMock.sol";

/// @dev Several accounts, or several prices, in one call.
contract PortfolioMarginJointTest is RiskFixture {
    function testFuzz_InitialSurpluses_AreThoseOfEachAlone(uint256 seed) external {
        Portfolio[] memory portfolios = _scene(seed);
        uint256[] memory stresses = new uint256[](portfolios.length);
        for (uint256 i = 0; i < stresses.length; ++i) {
            stresses[i] = draw(seed >> 8, "calm", 0, 1) == 0 ? WAD : draw((seed >> 8) + i, "stress", WAD, 4e18);
        }
        (int256[] memory surpluses, uint256[] memory grosses) = risk.initialSurpluses(portfolios, stresses);
        for (uint256 i = 0; i < portfolios.length; ++i) {
            assertEq(surpluses[i], risk.initialSurplus(portfolios[i], stresses[i]));
            (, , uint256 gross) = risk.withdrawalNumbers(portfolios[i], stresses[i]);
            assertEq(gross, grosses[i]);
        }
    }

    /// @dev The shorter answers are parts of the long one.
    function testFuzz_Parts_AreThoseOfTheReport(uint256 seed) external {
        Portfolio[] memory portfolios = _scene(seed);
        uint256 stress = draw(seed >> 8, "stress", WAD, 4e18);
        for (uint256 i = 0; i < portfolios.length; ++i) {
            IPortfolioMargin.MarginReport memory margin = risk.report(portfolios[i], stress);
            IPortfolioMargin.LiquidationReport memory part = risk.liquidationReport(portfolios[i]);
            assertEq(part.equityWad, margin.equityWad);
            assertEq(part.favourableEquityWad, margin.favourableEquityWad);
            assertEq(part.maintenanceWad, margin.maintenanceWad);
            assertEq(part.liquidationSurplusWad, margin.liquidationSurplusWad);
            assertEq(part.netPositionWad, margin.netPositionWad);
            assertEq(part.grossNotionalWad, margin.grossNotionalWad);
            (int256 surplus, int256 net, uint256 gross) = risk.withdrawalNumbers(portfolios[i], stress);
            assertGe(gross, margin.grossNotionalWad);
            assertEq(surplus, margin.initialSurplusWad);
            assertEq(net, margin.netPositionWad);
        }
    }

    /// @dev Whatever is shared is read once: underlyings in the order of appearance, then ratios.
    function test_Joint_AsksTheOracleOnce() external {
        Portfolio[] memory two = new Portfolio[](2);
        two[0] = join(perp(0, BTC, 1e18), held(0, STETH_INDEX, 1e18));
        two[1] = join(join(perp(0, BTC, -1e18), perp(0, SOL, 1e18)), held(0, STETH_INDEX, 2e18));
        AssetId[] memory assets = new AssetId[](4);
        (assets[0], assets[1], assets[2], assets[3]) = (BTC, ETH, SOL, STETH_RATIO);
        vm.expectCall(address(oracle), abi.encodeCall(IPriceOracle.readMany, (assets)), 1);
        uint256[] memory stresses = new uint256[](2);
        (stresses[0], stresses[1]) = (WAD, 2e18);
        risk.initialSurpluses(two, stresses);
    }

    function test_Joint_OfNobody() external {
        oracle.setBroken(true);
        (int256[] memory surpluses, uint256[] memory grosses) = risk.initialSurpluses(
            new Portfolio[](0),
            new uint256[](0)
        );
        assertEq(surpluses.length, 0);
        assertEq(grosses.length, 0);
        assertEq(risk.liquidationReport(cashOnly(-3)).equityWad, -3);
    }

    /// @dev More legs than there are underlyings, spread over the accounts.
    function test_Joint_SurvivesEveryUnderlyingTwice() external {
        Portfolio[] memory two = new Portfolio[](2);
        for (uint256 k = 0; k < 2; ++k) two[k].perps = new PerpHolding[](31);
        for (uint16 id = 1; id < 32; ++id) {
            oracle.set(AssetId.wrap(id), randomViews(id, 1000e18));
            risk.setUnderlying(AssetId.wrap(id), major());
            two[0].perps[id - 1] = PerpHolding(AssetId.wrap(id), id % 2 == 0 ? int256(1e18) : -1e18);
            two[1].perps[31 - id] = PerpHolding(AssetId.wrap(id), id % 3 == 0 ? int256(2e18) : -1e18);
        }
        uint256[] memory stresses = new uint256[](2);
        (stresses[0], stresses[1]) = (2e18, WAD);
        (int256[] memory surpluses, ) = risk.initialSurpluses(two, stresses);
        for (uint256 k = 0; k < 2; ++k) {
            assertEq(surpluses[k], risk.initialSurplus(two[k], stresses[k]));
        }
    }

    function test_InitialSurpluses_RevertsWhen_ListsDoNotFit() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_LengthsDiffer.selector, 2, 1));
        risk.initialSurpluses(new Portfolio[](2), new uint256[](1));
        uint256[] memory stresses = new uint256[](1);
        stresses[0] = WAD - 1;
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, WAD - 1, WAD, 20e18));
        risk.initialSurpluses(new Portfolio[](1), stresses);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, WAD - 1, WAD, 20e18));
        risk.withdrawalNumbers(cashOnly(0), WAD - 1);
    }

    // ------------------------------------------------------------------------------------- at another price

    function testFuzz_LiquidationSurplusAt_IsTheSurplusAtThatPrice(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed)[0];
        seed = seed >> 8;
        AssetId asset = AssetId.wrap(uint16(draw(seed, "asset", 1, 4)));
        uint256 factor = draw(seed, "factor", 1e15, 8e18);
        int256 elsewhere = risk.liquidationSurplusAt(portfolio, asset, factor);
        PriceViews memory views = oracle.read(asset);
        views.lowWad = FixedPointMathLib.mulWad(views.lowWad, factor);
        views.midWad = FixedPointMathLib.mulWad(views.midWad, factor);
        views.highWad = FixedPointMathLib.mulWadUp(views.highWad, factor);
        views.shortTwapWad = FixedPointMathLib.mulWad(views.shortTwapWad, factor);
        views.longTwapWad = FixedPointMathLib.mulWad(views.longTwapWad, factor);
        oracle.set(asset, views);
        vm.assume(views.midWad != 0);
        assertEq(elsewhere, risk.liquidationSurplus(portfolio));
        assertEq(risk.liquidationSurplusAt(portfolio, asset, WAD), elsewhere);
    }

    /// @dev Worth nothing, a position still costs its flat cost, and what the price does not touch stays.
    function test_LiquidationSurplusAt_Nothing() external view {
        Portfolio memory portfolio = join(perp(100e18, ETH, 5e18), held(0, USDT_INDEX, 1e18));
        int256 rest = risk.liquidationSurplus(held(100e18, USDT_INDEX, 1e18));
        assertEq(risk.liquidationSurplusAt(portfolio, ETH, 0), rest - 10e18);
        // Neither an underlying that is not held nor a ratio moves anything.
        int256 now_ = risk.liquidationSurplus(portfolio);
        assertEq(risk.liquidationSurplusAt(portfolio, SOL, 0), now_);
        assertEq(risk.liquidationSurplusAt(portfolio, STETH_RATIO, 0), now_);
    }

    // ------------------------------------------------------------------------------------------- refusals

    function test_Assessments_RevertWhen_TheOracleFails() external {
        oracle.setBroken(true);
        bytes memory why = abi.encodeWithSelector(RiskOracleMock.MockBroken.selector);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OracleFailed.selector, why));
        risk.initialSurplus(perp(0, ETH, 1), WAD);
        // An answer for another number of assets is none.
        bytes memory short = abi.encode(new PriceViews[](2));
        vm.mockCall(address(oracle), abi.encodeWithSelector(IPriceOracle.readMany.selector), short);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OracleFailed.selector, short));
        risk.initialSurplus(perp(0, ETH, 1), WAD);
    }

    /// @dev 2^187 is what the grid counts up to: beyond it nothing wraps, it is refused.
    function test_Assessments_RevertWhen_AValueIsTooLarge() external {
        oracle.setMid(ETH, WAD);
        uint256 limit = 2 ** 187;
        risk.liquidationSurplus(perp(0, ETH, int256(limit) - 1));
        risk.liquidationSurplus(perp(0, ETH, 1 - int256(limit)));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_ValueTooLarge.selector, limit, limit));
        risk.liquidationSurplus(perp(0, ETH, int256(limit)));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_ValueTooLarge.selector, limit, limit));
        risk.initialSurplus(join(perp(0, ETH, -int256(limit)), perp(0, BTC, 1e18)), WAD);
    }

    function _scene(uint256 seed) private returns (Portfolio[] memory portfolios) {
        seed = seed >> 8;
        randomWorld(seed);
        portfolios = new Portfolio[](draw(seed, "accounts", 1, 3));
        for (uint256 i = 0; i < portfolios.length; ++i) {
            uint256 own = seed + 1000 * i;
            portfolios[i] = draw(own, "options", 0, 1) == 0 ? randomPortfolio(own) : randomBook(own);
        }
        if (draw(seed, "cash only", 0, 3) == 0) portfolios[portfolios.length - 1] = cashOnly(7);
    }
}
