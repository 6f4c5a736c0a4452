// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {GreeksLens} from "../../../contracts/lens/GreeksLens.sol";
import {IGreeksLens} from "../../../contracts/lens/IGreeksLens.sol";
import {NormalTable} from "../../../contracts/math/NormalTable.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {OptionGrid} from "../../../contracts/risk/OptionGrid.sol";
import {OptionVector} from "../../../contracts/risk/OptionVector.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev Greeks against differences of what the engine itself says an account is worth.
contract GreeksLensAccountsTest is RiskFixture {
    OptionWord private constant NONE = OptionWord.wrap(0);
    uint256 private constant MID = 3_000e18;
    GreeksLens private _lens;
    address private _table;

    function setUp() public override {
        super.setUp();
        _lens = _newLens(6);
        _table = address(new NormalTable());
    }

    function test_Constructor_RevertsWhen_ARoomIsMissing() external {
        for (uint256 i; i < 6; ++i) {
            vm.expectRevert(IGreeksLens.GreeksLens_ZeroAddress.selector);
            _newLens(i);
        }
    }

    function test_GreeksOf_RevertsWhen_ThereIsNoPriceOrSmile() external {
        Portfolio memory portfolio = options(30 days, NONE.withLots(10, false, 100));
        PriceViews memory none;
        PriceViews memory before = oracle.read(ETH);
        oracle.set(ETH, none);
        vm.expectRevert(abi.encodeWithSelector(IGreeksLens.GreeksLens_NoPrice.selector, ETH));
        _lens.greeksOfPortfolio(portfolio);
        oracle.set(ETH, before);
        surface.remove();
        uint40 expiry = portfolio.options[0].expiry.expiryOf();
        vm.expectRevert(abi.encodeWithSelector(IGreeksLens.GreeksLens_NoSmile.selector, ETH, expiry));
        _lens.greeksOfPortfolio(portfolio);
    }

    /// @dev 100 lots of 0.01 at the money for 30 days, 80 %: d1 = 0.1147, density 0.39632, w = 0.22936.
    function test_GreeksOf_AtTheMoneyCallIsAsTheBookSays() external view {
        IGreeksLens.AssetGreeks memory g = _one(options(30 days, NONE.withLots(10, false, 100)));
        assertEq(g.midWad, MID);
        assertApproxEqRel(uint256(g.total.deltaWad), 0.54565e18, 0.001e18);
        // 0.39632 / (3,000 * 0.22936)
        assertApproxEqRel(uint256(g.total.gammaWad), 0.00057598e18, 0.001e18);
        // 3,000 * 0.39632 * sqrt(30 / 365)
        assertApproxEqRel(uint256(g.total.vegaWad), 340.86e18, 0.001e18);
        // -3,000 * 0.39632 * 0.8 / (2 * sqrt(30 / 365)) / 365
        assertApproxEqRel(uint256(-g.total.thetaWad), 4.5448e18, 0.001e18);
    }

    function test_GreeksOf_AnExpiredOptionIsItsPayoff() external view {
        // Strikes 2,700 and 3,300: one in the money, one out.
        IGreeksLens.AssetGreeks memory g = _one(options(0, NONE.withLots(8, false, -100).withLots(12, false, 100)));
        assertEq(g.total.deltaWad, -1e18);
        assertEq(g.total.gammaWad, 0);
        assertEq(g.total.vegaWad, 0);
        assertEq(g.total.thetaWad, 0);
        g = _one(options(0, NONE.withLots(8, true, -100).withLots(12, true, 100)));
        assertEq(g.total.deltaWad, -1e18);
    }

    function test_GreeksOf_AKnownSettlementPriceMovesWithNothing() external view {
        Portfolio memory portfolio = options(0, NONE.withLots(8, false, -100));
        portfolio.options[0].fixedPriceWad = 2_900e18;
        assertEq(_one(portfolio).total.deltaWad, 0);
    }

    /// @dev Perpetuals and collateral: equity is linear, so that a difference is the delta but for roundings.
    function testFuzz_Delta_IsTheDifferenceOfEquityOfLinearBooks(uint248 seed) external {
        Portfolio memory portfolio = randomPortfolio(seed);
        IGreeksLens.AssetGreeks[] memory all = _lens.greeksOfPortfolio(portfolio);
        int256 before = risk.report(portfolio, WAD).equityWad;
        for (uint256 i; i < all.length; ++i) {
            PriceViews memory views = oracle.read(all[i].asset);
            PriceViews memory moved = oracle.read(all[i].asset);
            moved.midWad += 1e18;
            if (moved.highWad < moved.midWad) moved.highWad = moved.midWad;
            oracle.set(all[i].asset, moved);
            assertApproxEqAbs(risk.report(portfolio, WAD).equityWad - before, all[i].total.deltaWad, 20);
            oracle.set(all[i].asset, views);
        }
    }

    function testFuzz_CreditedCollateral_IsWhatTheEngineReports(uint248 seed) external {
        if (seed % 2 == 0) randomWorld(seed);
        Portfolio memory portfolio = randomPortfolio(seed);
        IGreeksLens.AssetGreeks[] memory all = _lens.greeksOfPortfolio(portfolio);
        uint256 sumWad;
        for (uint256 i; i < all.length; ++i) {
            sumWad += FixedPointMathLib.mulWad(all[i].creditedWad, all[i].midWad);
            assertLe(all[i].creditedWad, all[i].collateralWad);
        }
        assertApproxEqRel(sumWad, _creditedAtMid(portfolio), 1e10);
    }

    /// @dev Differences of the engine's exact kernel, the volatility of each strike held.
    function testFuzz_DeltaAndGamma_AreDifferencesOfTheEnginesMidValue(uint248 seed) external view {
        Portfolio memory portfolio = options(draw(seed, "left", 2 days, 180 days), randomLegs(seed));
        IGreeksLens.AssetGreeks memory g = _one(portfolio);
        uint256 units = _units(portfolio);
        uint256 step = 2e18;
        (int256 low, int256 mid, int256 high) = (
            _optionsAt(portfolio, MID - step),
            _optionsAt(portfolio, MID),
            _optionsAt(portfolio, MID + step)
        );
        int256 delta = ((high - low) * 1e18) / int256(2 * step);
        int256 gamma = ((((high - 2 * mid + low) * 1e18) / int256(step)) * 1e18) / int256(step);
        assertApproxEqAbs(delta, g.options.deltaWad, units / 2_000 + 1);
        // The peak of an option's gamma at a deviation of 5.9 %: 0.4 / (3,000 * 0.059).
        assertApproxEqAbs(gamma, g.options.gammaWad, units / 443 / 200 + 1);
    }

    /// @dev The whole engine, one point of volatility up and down; nothing here lies at a bound of the smile.
    function testFuzz_Vega_IsTheDifferenceOfEquity(uint248 seed) external {
        Portfolio memory portfolio = options(draw(seed, "left", 2 days, 180 days), randomLegs(seed));
        int256 vega = _one(portfolio).total.vegaWad;
        surface.set(8_010, 0);
        int256 high = risk.report(portfolio, WAD).equityWad;
        surface.set(7_990, 0);
        int256 low = risk.report(portfolio, WAD).equityWad;
        // Peak: 0.4 * 3,000 * sqrt(180 / 365) = 842 USD per unit.
        assertApproxEqAbs((high - low) * 500, vega, 842 * (_units(portfolio) / 500) + 1);
    }

    function testFuzz_Theta_IsWhatAnHourCosts(uint248 seed) external {
        Portfolio memory portfolio = options(draw(seed, "left", 3 days, 180 days), randomLegs(seed));
        int256 before = risk.report(portfolio, WAD).equityWad;
        vm.warp(block.timestamp + 30 minutes);
        int256 theta = _one(portfolio).total.thetaWad;
        vm.warp(block.timestamp + 30 minutes);
        int256 afterwards = risk.report(portfolio, WAD).equityWad;
        // Peak at 80 % and three days: 0.4 * 3,000 * 0.9 / (2 * sqrt(3 / 365)) / 365 = 16 USD per unit.
        assertApproxEqAbs((afterwards - before) * 24, theta, 16 * (_units(portfolio) / 200) + 1);
    }

    /// @dev Sensitivities add up: joined accounts have the sums.
    function testFuzz_Greeks_OfJoinedBooksAreTheSum(uint248 seed) external view {
        Portfolio memory a = options(draw(seed, "a", 0, 90 days), randomLegs(seed));
        Portfolio memory b = options(draw(seed, "b", 0, 90 days), randomLegs(uint256(seed) + 99));
        IGreeksLens.AssetGreeks memory sum = _one(join(a, b));
        (IGreeksLens.AssetGreeks memory x, IGreeksLens.AssetGreeks memory y) = (_one(a), _one(b));
        assertEq(sum.total.deltaWad, x.total.deltaWad + y.total.deltaWad);
        assertEq(sum.total.gammaWad, x.total.gammaWad + y.total.gammaWad);
        assertEq(sum.total.vegaWad, x.total.vegaWad + y.total.vegaWad);
        assertEq(sum.total.thetaWad, x.total.thetaWad + y.total.thetaWad);
    }

    // ---------------------------------------------------------------------------------------------- helpers

    /// @dev The engine's credit is at the low of a ratio; at one price of each ratio both are the same.
    function _creditedAtMid(Portfolio memory portfolio) private returns (uint256) {
        PriceViews memory ratio = oracle.read(STETH_RATIO);
        (ratio.lowWad, ratio.highWad, ratio.shortTwapWad, ratio.longTwapWad) = (ratio.midWad, ratio.midWad, 0, 0);
        oracle.set(STETH_RATIO, ratio);
        return risk.report(portfolio, WAD).haircutCollateralWad;
    }

    function _one(Portfolio memory portfolio) private view returns (IGreeksLens.AssetGreeks memory greeks) {
        IGreeksLens.AssetGreeks[] memory all = _lens.greeksOfPortfolio(portfolio);
        assertEq(all.length, 1);
        assertTrue(all[0].asset == ETH);
        return all[0];
    }

    function _optionsAt(Portfolio memory portfolio, uint256 priceWad) private view returns (int256) {
        OptionVector.Strip[] memory strips = new OptionVector.Strip[](1);
        uint40[] memory expiries = new uint40[](1);
        expiries[0] = portfolio.options[0].expiry.expiryOf();
        strips[0].expiry = portfolio.options[0].expiry;
        strips[0].legs = portfolio.options[0].legs;
        strips[0].smile = surface.smilesOf(ETH, expiries)[0];
        return
            OptionGrid.optionsAt(OptionGrid.open(_table, MID, block.timestamp, risk.optionsOf(ETH), strips), priceWad);
    }

    function _units(Portfolio memory portfolio) private pure returns (uint256 unitsWad) {
        for (uint256 j; j < portfolio.options[0].legs.legCount(); ++j) {
            (int24 lots, , ) = portfolio.options[0].legs.legAt(j);
            unitsWad += FixedPointMathLib.abs(lots) * 0.01e18;
        }
    }

    function _newLens(uint256 missing) private returns (GreeksLens) {
        return
            new GreeksLens(
                IPriceOracle(missing == 0 ? address(0) : address(oracle)),
                IVolSurface(missing == 1 ? address(0) : address(surface)),
                IPerpMarkets(missing == 2 ? address(0) : address(1)),
                IOptionMarkets(missing == 3 ? address(0) : address(1)),
                IPortfolioMargin(missing == 4 ? address(0) : address(risk)),
                IMarginVault(missing == 5 ? address(0) : address(1))
            );
    }
}
