// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev Properties that hold to the wei for every world and portfolio; where options have a limit, it says so.
contract PortfolioMarginPropertiesTest is RiskFixture {
    function setUp() public override {
        super.setUp();
        setLiquidity(shallow());
    }

    /// @dev Stronger than the invariant: at the same views initial surplus never exceeds liquidation surplus.
    function testFuzz_INV05_PassingInitialIsNotLiquidatable(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        uint256 stress = draw(seed >> 8, "stress", WAD, 20e18);
        int256 initial = risk.initialSurplus(portfolio, stress);
        assertLe(initial, risk.liquidationSurplus(portfolio));
        // At the edge: what passes by one wei of cash stands.
        portfolio.cashWad -= initial;
        assertEq(risk.initialSurplus(portfolio, stress), 0);
        assertGe(risk.liquidationSurplus(portfolio), 0);
    }

    /// @dev Whichever price of its views is the true one, an account that passes the initial test keeps its maintenance
    /// there, and one that fails the liquidation test fails there.
    function testFuzz_INV07_TheVerdictHoldsAtEveryPriceOfTheInterval(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        seed = seed >> 8;
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        for (uint16 id = 1; id <= 4; ++id) _collapse(AssetId.wrap(id), seed + id);
        _collapse(STETH_RATIO, seed + 5);
        int256 atTruth = risk.liquidationSurplus(portfolio);
        assertLe(initial, atTruth);
        assertGe(liquidation, atTruth);
        assertLe(initial, risk.initialSurplus(portfolio, WAD));
    }

    function testFuzz_INV09_AWiderIntervalHelpsNobody(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        seed = seed >> 8;
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        AssetId asset = AssetId.wrap(uint16(draw(seed, "widened", 1, 5)));
        if (asset == AssetId.wrap(5)) asset = STETH_RATIO;
        PriceViews memory views = oracle.read(asset);
        views.lowWad -= (views.lowWad * draw(seed, "down", 0, 0.2e18)) / WAD;
        views.highWad += (views.highWad * draw(seed, "up", 0, 0.2e18)) / WAD;
        oracle.set(asset, views);
        assertLe(risk.initialSurplus(portfolio, WAD), initial);
        assertGe(risk.liquidationSurplus(portfolio), liquidation);
    }

    function testFuzz_INV15_MoreVolatilityNeverLowersARequirement(uint256 seed) external {
        Portfolio memory portfolio = _scene(seed);
        seed = seed >> 8;
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        AssetId asset = AssetId.wrap(uint16(draw(seed, "asset", 1, 4)));
        PriceViews memory views = oracle.read(asset);
        // Down to single wei: that is where rounding would lose the order.
        uint256 most = draw(seed, "fine", 0, 1) == 0 ? 3 : 2e18;
        views.sigmaFastWad += draw(seed, "more fast", 0, most);
        views.sigmaSlowWad += draw(seed, "more slow", 0, most);
        views.sigmaGlideWad += draw(seed, "more glide", 0, most);
        oracle.set(asset, views);
        assertLe(risk.initialSurplus(portfolio, WAD), initial);
        assertLe(risk.liquidationSurplus(portfolio), liquidation);
    }

    /// @dev To the wei without options. More stress moves the nodes of a book with options, between which a dip is bounded more
    /// or less tightly: there up to 2 % of the underlying of its legs.
    function testFuzz_INV15_MoreStressNeverLowersARequirement(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        uint256 stress = draw(seed >> 8, "stress", WAD, 5e18);
        uint256 more = stress + draw(seed >> 8, "more", 0, 15e18);
        int256 limit = underlyingOf(portfolio) / 50;
        assertLe(risk.initialSurplus(portfolio, more), risk.initialSurplus(portfolio, stress) + limit);
    }

    /// @dev Such a book: 1.28 times the shock asks for 13 USD less, of 274,634 that its legs are on.
    function test_INV15_MoreStressMayLowerTheRequirementOfOptionsALittle() external {
        uint256 seed = 28959657552202518161686949423902641660840772941099695889;
        risk.setAddOns(IPortfolioMargin.AddOnConfig(0, 0));
        Portfolio memory portfolio = _book(seed);
        uint256 stress = draw(seed >> 8, "stress", WAD, 20e18);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 surplus = risk.initialSurplus(portfolio, stress);
        assertApproxEqAbs(surplus - initial, 13.15e18, 0.1e18);
        assertApproxEqAbs(underlyingOf(portfolio), 274_633.6e18, 0.1e18);
        // What counts, invariant 5, holds there too.
        assertLe(surplus, risk.liquidationSurplus(portfolio));
    }

    /// @dev A larger kappa adds scenarios, a smaller theta credits less of what the joint test saves.
    function testFuzz_INV15_MoreScenariosNeverLowerARequirement(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        seed = seed >> 8;
        uint8 kappa = uint8(draw(seed, "kappa", 0, 8));
        uint64 theta = uint64(draw(seed, "theta", 0, 0.8e18));
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(theta, kappa));
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        kappa = uint8(draw(seed, "more kappa", kappa, 8));
        theta = uint64(draw(seed, "less theta", 0, theta));
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(theta, kappa));
        assertLe(risk.initialSurplus(portfolio, WAD), initial);
        assertLe(risk.liquidationSurplus(portfolio), liquidation);
    }

    /// @dev R_joint <= R <= R_sum, read off with theta 0 and as much as is allowed.
    function testFuzz_Offsets_LieBetweenNoneAndJoint(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        int256 blended = risk.initialSurplus(portfolio, WAD);
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(0, 2));
        int256 sum = risk.initialSurplus(portfolio, WAD);
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(0.8e18, 8));
        assertEq(risk.initialSurplus(portfolio, WAD), sum);
        assertGe(blended, sum);
        // joint - sum >= blended - sum: the credit at theta 0.6 is 0.75 of that at 0.8, to a wei.
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(0.8e18, 2));
        int256 more = risk.initialSurplus(portfolio, WAD);
        assertGe(more, blended);
        assertApproxEqAbs((more - sum) * 3, (blended - sum) * 4, 8);
    }

    function testFuzz_Cash_TranslatesExactly(uint256 seed, int96 cash) external {
        Portfolio memory portfolio = _book(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        portfolio.cashWad += cash;
        assertEq(risk.initialSurplus(portfolio, WAD), initial + cash);
        assertEq(risk.liquidationSurplus(portfolio), liquidation + cash);
    }

    function testFuzz_Collateral_DepositNeverLowersASurplus(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        seed = seed >> 8;
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        uint8 index = uint8(draw(seed, "deposit", 0, 3));
        uint256 amount = draw(seed, "fine", 0, 1) == 0 ? draw(seed, "wei", 0, 5) : draw(seed, "more", 0, 1e24);
        // More of a collateral that is there counts on top of it; another one is a new holding.
        bool found = false;
        for (uint256 i = 0; i < portfolio.collateral.length && !found; ++i) {
            if (portfolio.collateral[i].index != index) continue;
            portfolio.collateral[i].amountWad += amount;
            found = true;
        }
        if (!found) portfolio = join(portfolio, held(0, index, amount));
        assertGe(risk.initialSurplus(portfolio, WAD), initial);
        assertGe(risk.liquidationSurplus(portfolio), liquidation);
    }

    function testFuzz_Size_ScalesTheRequirement(uint256 seed, uint8 factor) external {
        Portfolio memory portfolio = _scene(seed);
        risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 0));
        setLiquidity(bottomless());
        for (uint8 i = 0; i < 4; ++i) {
            IPortfolioMargin.CollateralConfig memory config = risk.collateralOf(i);
            config.concentrationGainWad = 0;
            risk.setCollateral(i, config);
        }
        int256 scale = int256(uint256(factor)) + 1;
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        portfolio.cashWad *= scale;
        for (uint256 i = 0; i < portfolio.perps.length; ++i) portfolio.perps[i].sizeWad *= scale;
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) portfolio.collateral[i].amountWad *= uint256(scale);
        // Only roundings differ: prices up to 1e23, a few roundings of a unit of each.
        assertApproxEqAbs(risk.initialSurplus(portfolio, WAD), initial * scale, 1e9);
        assertApproxEqAbs(risk.liquidationSurplus(portfolio), liquidation * scale, 1e9);
    }

    /// @dev Together is never dearer than apart, but for what is marginal in size on purpose: collateral, and exits.
    function testFuzz_Joining_NeverCostsMoreThanTheParts(uint256 seed) external {
        setLiquidity(bottomless());
        Portfolio memory a = _scene(seed);
        Portfolio memory b = randomPortfolio((seed >> 8) + 1000);
        (a.collateral, b.collateral) = (new CollateralHolding[](0), new CollateralHolding[](0));
        Portfolio memory both = join(a, b);
        int256 parts = risk.initialSurplus(a, WAD) + risk.initialSurplus(b, WAD);
        assertGe(risk.initialSurplus(both, WAD), parts - 1e9);
        // Likewise against the mark, where the liquidation edges cannot favour the parts.
        int256 equities = risk.report(a, WAD).equityWad + risk.report(b, WAD).equityWad;
        assertApproxEqAbs(risk.report(both, WAD).equityWad, equities, 10);
        uint256 apart = risk.report(a, WAD).maintenanceWad + risk.report(b, WAD).maintenanceWad;
        assertLe(risk.report(both, WAD).maintenanceWad, apart + 1e9);
    }

    /// @dev Order and repetition of legs do not matter.
    function testFuzz_Legs_OrderAndSplittingDoNotMatter(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        int256 initial = risk.initialSurplus(portfolio, WAD);
        int256 liquidation = risk.liquidationSurplus(portfolio);
        uint256 n = portfolio.perps.length;
        Portfolio memory other;
        (other.cashWad, other.collateral) = (portfolio.cashWad, portfolio.collateral);
        uint256 expiries = portfolio.options.length;
        other.options = new OptionHolding[](expiries);
        for (uint256 i = 0; i < expiries; ++i) other.options[i] = portfolio.options[expiries - 1 - i];
        other.perps = new PerpHolding[](2 * n);
        for (uint256 i = 0; i < n; ++i) {
            PerpHolding memory perp_ = portfolio.perps[n - 1 - i];
            other.perps[i] = PerpHolding(perp_.asset, perp_.sizeWad / 3);
            other.perps[n + i] = PerpHolding(perp_.asset, perp_.sizeWad - perp_.sizeWad / 3);
        }
        assertEq(risk.initialSurplus(other, WAD), initial);
        assertEq(risk.liquidationSurplus(other), liquidation);
    }

    function testFuzz_Report_AgreesWithItsParts(uint256 seed) external {
        Portfolio memory portfolio = _book(seed);
        uint256 stress = draw(seed >> 8, "stress", WAD, 3e18);
        IPortfolioMargin.MarginReport memory margin = risk.report(portfolio, stress);
        assertEq(margin.initialSurplusWad, risk.initialSurplus(portfolio, stress));
        assertEq(margin.liquidationSurplusWad, risk.liquidationSurplus(portfolio));
        assertGe(margin.initialWad, margin.maintenanceWad);
        assertGe(margin.favourableEquityWad, margin.equityWad);
        assertGe(margin.favourableEquityWad, margin.liquidationSurplusWad);
        int256 value = portfolio.cashWad + margin.netPositionWad;
        uint256 gross = 0;
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            uint256 worth = risk.collateralValue(portfolio.collateral[i].index, portfolio.collateral[i].amountWad);
            value += int256(worth);
            gross += worth;
        }
        assertApproxEqAbs(margin.equityWad, value, 1e7);
        assertLe(margin.haircutCollateralWad, gross);
    }

    /// @dev The true price of an asset becomes known: one within all of its views.
    function _collapse(AssetId asset, uint256 seed) private {
        PriceViews memory views = oracle.read(asset);
        uint256 low = views.lowWad;
        uint256 high = views.highWad;
        if ((high - low) * 100 <= views.midWad) (low, high) = (views.midWad, views.midWad);
        if (views.shortTwapWad != 0) {
            if (views.shortTwapWad < low) low = views.shortTwapWad;
            if (views.shortTwapWad > high) high = views.shortTwapWad;
        }
        uint256 price = draw(seed, "truth", low, high);
        (views.lowWad, views.midWad, views.highWad) = (price, price, price);
        (views.shortTwapWad, views.longTwapWad) = (price, price);
        oracle.set(asset, views);
    }

    /// @dev Every other one with options.
    function _book(uint256 seed) private returns (Portfolio memory) {
        if (seed % 2 == 0) return _scene(seed);
        randomWorld(seed >> 8);
        return randomBook(seed >> 8);
    }

    function _scene(uint256 seed) private returns (Portfolio memory) {
        seed = seed >> 8;
        randomWorld(seed);
        return randomPortfolio(seed);
    }
}
