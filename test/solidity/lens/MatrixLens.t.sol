// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IMatrixLens} from "../../../contracts/lens/IMatrixLens.sol";
import {MatrixLens} from "../../../contracts/lens/MatrixLens.sol";
import {Cause, NOT_LOOKED_AT, Scenario, Scenarios} from "../../../contracts/lens/ScenarioDesk.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {Valuation} from "../../../contracts/risk/Book.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev The scenarios, added up here, are the engine's numbers to the wei.
contract MatrixLensTest is RiskFixture {
    OptionWord private constant NONE = OptionWord.wrap(0);
    MatrixLens private _lens;

    function setUp() public override {
        super.setUp();
        _lens = _newLens(4);
    }

    function test_Constructor_RevertsWhen_ARoomIsMissing() external {
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(IMatrixLens.MatrixLens_ZeroAddress.selector);
            _newLens(i);
        }
    }

    function test_Matrix_RevertsWhen_TheStressIsOutOfBounds() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, WAD - 1, WAD, 20 * WAD));
        _lens.matrixOfPortfolio(perp(1e18, ETH, 1e18), Valuation.Union, WAD - 1);
    }

    // ------------------------------------------------------------------------------------------- reproduction

    function testFuzz_Scenarios_AddUpToTheEnginesNumbers(uint248 seed) external {
        if (seed % 2 == 0) randomWorld(seed);
        _reproduces(randomPortfolio(seed), draw(seed, "stress", WAD, 3 * WAD));
    }

    function testFuzz_Scenarios_OfOptionsAddUpToTheEnginesNumbers(uint248 seed) external {
        if (seed % 2 == 0) randomWorld(seed);
        surface.set(draw(seed, "atm", 2_000, 20_000), draw(seed, "doubt", 0, 1) * 500);
        _reproduces(randomBook(seed), draw(seed, "stress", WAD, 3 * WAD));
    }

    function test_Scenarios_OfCashAloneAreNone() external view {
        IMatrixLens.RiskMatrix memory m = _lens.matrixOfPortfolio(cashOnly(5e18), Valuation.Union, WAD);
        assertEq(m.underlyings.length, 0);
        assertEq(m.surplusWad, 5e18);
        assertEq(m.requirementWad, 0);
        assertEq(m.otherAddOnsWad, 0);
    }

    // ------------------------------------------------------------------------------------------- names

    /// @dev A long perpetual is worst at the lowest node: price and loss are what the shock says.
    function test_Binding_OfALongPerpetualIsTheLowestNode() external view {
        IMatrixLens.RiskMatrix memory m = _lens.matrixOfPortfolio(perp(0, ETH, 2e18), Valuation.MarkInitial, WAD);
        Scenario memory binding = m.underlyings[0].scenarios.binding;
        assertTrue(binding.cause == Cause.Node);
        assertEq(binding.index, 0);
        assertEq(binding.state, 1);
        (uint256 rhoWad, , , ) = risk.shocksOf(ETH, WAD);
        // 3,000 * e^-rho; two units of it.
        assertApproxEqRel(binding.priceWad, uint256(FixedPointMathLib.expWad(-int256(rhoWad)) * 3_000), 1e6);
        assertApproxEqRel(uint256(binding.valueWad), 2 * binding.priceWad, 1e6);
        assertEq(m.underlyings[0].markWad, 6_000e18);
        assertEq(m.flatCostWad, 10e18);
        assertEq(m.closingCostWad, 30e18);
    }

    function test_Binding_OfALongStraddleLiesWithinAndVolatilitiesFall() external view {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, 100).withLots(10, true, 100));
        Scenario memory binding = _binding(book);
        assertTrue(binding.cause == Cause.Between || binding.cause == Cause.Node);
        assertEq(binding.state, 0);
        assertTrue(binding.index > 1 && binding.index < 7);
    }

    function test_Binding_OfAShortStraddleIsAnEndAndVolatilitiesRise() external view {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, -100).withLots(10, true, -100));
        Scenario memory binding = _binding(book);
        assertTrue(binding.cause == Cause.Node);
        assertEq(binding.state, 2);
        assertTrue(binding.index == 0 || binding.index == 8);
    }

    /// @dev Far out of the money for a day: nothing near by hurts, the minimum does, at no far moves.
    function test_Binding_OfAFarShortCallIsTheShortMinimum() external {
        IPortfolioMargin.OptionConfig memory config = stressed();
        config.farShareBps = 0;
        risk.setOptions(ETH, config);
        surface.set(2_000, 0);
        Scenario memory binding = _binding(options(1 days, NONE.withLots(20, false, -100)));
        assertTrue(binding.cause == Cause.ShortMinimum);
        assertEq(binding.priceWad, 3_000e18);
    }

    function test_Binding_OfAFarShortCallIsAFarMove() external {
        surface.set(2_000, 0);
        Scenario memory binding = _binding(options(1 days, NONE.withLots(20, false, -100)));
        assertTrue(binding.cause == Cause.FarMove);
        assertEq(binding.index, 8);
        assertApproxEqRel(binding.priceWad, 18_000e18, 1e6);
    }

    /// @dev A long and a short of one group: the credit is named, and where the joint value binds.
    function test_Offsets_AreShownBetweenUnderlyings() external view {
        Portfolio memory pair = join(perp(0, ETH, 20e18), perp(0, BTC, -1e18));
        IMatrixLens.RiskMatrix memory m = _lens.matrixOfPortfolio(pair, Valuation.Union, WAD);
        assertEq(m.offsets.length, 1);
        assertEq(m.offsets[0].group, MAJORS);
        assertEq(m.offsets[0].shortIndex, m.offsets[0].longIndex + 2);
        assertEq(
            m.offsets[0].sumWad,
            m.underlyings[0].scenarios.binding.valueWad + m.underlyings[1].scenarios.binding.valueWad
        );
        assertGt(m.offsets[0].creditWad, 0);
        assertLt(m.offsets[0].creditWad, m.offsets[0].jointWad - m.offsets[0].sumWad);
    }

    // ------------------------------------------------------------------------------------------- helpers

    function _reproduces(Portfolio memory portfolio, uint256 stressWad) private view {
        IPortfolioMargin.MarginReport memory report = risk.report(portfolio, stressWad);
        IMatrixLens.RiskMatrix memory m = _lens.matrixOfPortfolio(portfolio, Valuation.Union, stressWad);
        assertEq(_surplus(m), report.initialSurplusWad);
        m = _lens.matrixOfPortfolio(portfolio, Valuation.Intersection, stressWad);
        assertEq(_surplus(m), report.liquidationSurplusWad);
        m = _lens.matrixOfPortfolio(portfolio, Valuation.MarkInitial, stressWad);
        assertEq(_needed(report.equityWad, _surplus(m)), report.initialWad);
        assertEq(m.requirementWad, report.initialWad);
        m = _lens.matrixOfPortfolio(portfolio, Valuation.MarkMaintenance, stressWad);
        assertEq(_needed(report.equityWad, _surplus(m)), report.maintenanceWad);
        assertEq(m.requirementWad, report.maintenanceWad);
    }

    /// @dev From the scenarios themselves, not from what the lens says binds.
    function _surplus(IMatrixLens.RiskMatrix memory m) private pure returns (int256 surplusWad) {
        surplusWad = m.cashWad - int256(m.closingCostWad + m.flatCostWad);
        int256 markWad = m.cashWad;
        for (uint256 i; i < m.underlyings.length; ++i) {
            int256 leastWad = _least(m.underlyings[i].scenarios);
            assertEq(leastWad, m.underlyings[i].scenarios.binding.valueWad);
            surplusWad += leastWad;
            markWad += m.underlyings[i].markWad;
        }
        for (uint256 g; g < m.offsets.length; ++g) surplusWad += m.offsets[g].creditWad;
        assertEq(m.otherAddOnsWad, 0);
        assertEq(markWad, m.equityWad);
    }

    function _least(Scenarios memory s) private pure returns (int256 leastWad) {
        leastWad = s.shortMinimumWad < s.mostWad ? s.shortMinimumWad : s.mostWad;
        for (uint256 k; k < 9; ++k) {
            if (s.farWad[k] < leastWad) leastWad = s.farWad[k];
            for (uint256 state; state < 3; ++state) {
                if (s.valuesWad[state][k] < leastWad) leastWad = s.valuesWad[state][k];
                if (k < 8 && s.betweenWad[state][k] < leastWad) leastWad = s.betweenWad[state][k];
            }
        }
        if (leastWad == NOT_LOOKED_AT) {
            assertTrue(s.binding.cause == Cause.Nothing);
            return 0;
        }
    }

    function _needed(int256 equityWad, int256 surplusWad) private pure returns (uint256) {
        return equityWad > surplusWad ? uint256(equityWad - surplusWad) : 0;
    }

    function _binding(Portfolio memory book) private view returns (Scenario memory) {
        return _lens.matrixOfPortfolio(book, Valuation.Union, WAD).underlyings[0].scenarios.binding;
    }

    function _newLens(uint256 missing) private returns (MatrixLens) {
        return
            new MatrixLens(
                IPriceOracle(missing == 0 ? address(0) : address(oracle)),
                IVolSurface(missing == 1 ? address(0) : address(surface)),
                IPortfolioMargin(missing == 2 ? address(0) : address(risk)),
                IMarginVault(missing == 3 ? address(0) : address(1))
            );
    }
}
