// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {LiquidityCost} from "../../../contracts/risk/LiquidityCost.sol";
import {LiquidityTerms} from "../../../contracts/risk/LiquidityTerms.sol";
import {RiskParameters} from "../../../contracts/risk/RiskParameters.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev What the exit from positions adds to both margins.
contract PortfolioMarginLiquidityTest is RiskFixture {
    OptionWord private constant NONE = OptionWord.wrap(0);

    // -------------------------------------------------------------------------------------------- parameters

    function test_SetLiquidity_ReadsBackAndSaysSo() external {
        IPortfolioMargin.LiquidityConfig memory config = IPortfolioMargin.LiquidityConfig(
            type(uint64).max,
            10e18,
            100,
            0.1e18,
            50_000,
            type(uint64).max,
            5_000,
            10_000
        );
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.LiquiditySet(ETH, config);
        risk.setLiquidity(ETH, config);
        assertEq(abi.encode(risk.liquidityOf(ETH)), abi.encode(config));
        risk.setLiquidity(ETH, shallow());
        assertEq(abi.encode(risk.liquidityOf(ETH)), abi.encode(shallow()));
        assertEq(risk.liquidityOf(BTC).depthUsd, 0);
    }

    function test_SetLiquidity_RevertsWhen_TheUnderlyingIsUnknown() external {
        AssetId none = AssetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, none));
        risk.setLiquidity(none, shallow());
    }

    function test_SetLiquidity_RevertsWhen_OutOfBounds() external {
        IPortfolioMargin.LiquidityConfig memory config = shallow();
        config.depthUsd = 0;
        _refused(config, 0, 1, type(uint64).max);
        config.depthUsd = 2 ** 64;
        _refused(config, 2 ** 64, 1, type(uint64).max);
        config = shallow();
        config.depthSigmaWad = 0.009999e18;
        _refused(config, 0.009999e18, 0.01e18, 10e18);
        config.depthSigmaWad = 10.000001e18;
        _refused(config, 10.000001e18, 0.01e18, 10e18);
        config = shallow();
        config.leastDepthBps = 99;
        _refused(config, 99, 100, 10_000);
        config.leastDepthBps = 10_001;
        _refused(config, 10_001, 100, 10_000);
        config = shallow();
        config.halfSpreadWad = 0.100001e18;
        _refused(config, 0.100001e18, 0, 0.1e18);
        config = shallow();
        config.impactBps = 50_001;
        _refused(config, 50_001, 0, 50_000);
        config = shallow();
        config.vegaDepthUsd = 0;
        _refused(config, 0, 1, type(uint64).max);
        config.vegaDepthUsd = 2 ** 64;
        _refused(config, 2 ** 64, 1, type(uint64).max);
        config = shallow();
        config.volHalfSpreadBps = 5_001;
        _refused(config, 5_001, 0, 5_000);
        config = shallow();
        config.volImpactBps = 10_001;
        _refused(config, 10_001, 0, 10_000);
    }

    function test_SetLiquidity_RevertsWhen_TooFine() external {
        IPortfolioMargin.LiquidityConfig memory config = shallow();
        config.depthSigmaWad += 1;
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_TooFine.selector, config.depthSigmaWad, 1e12));
        risk.setLiquidity(ETH, config);
        config = shallow();
        config.halfSpreadWad += 1;
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_TooFine.selector, config.halfSpreadWad, 1e12));
        risk.setLiquidity(ETH, config);
    }

    // ------------------------------------------------------------------------------------------- perpetuals

    /// @dev What it adds is the cost of the net position at the price, and the sigma, of each test.
    function testFuzz_Perp_PaysForItsExitInBothMargins(uint256 seed) external {
        seed = seed >> 8;
        randomWorld(seed);
        int256 size = int256(draw(seed, "size", 1e15, 1e22));
        if (draw(seed, "side", 0, 1) == 0) size = -size;
        Portfolio memory book = perp(0, ETH, size);
        (int256 initial, int256 liquidation) = (_exit(book, true), _exit(book, false));
        (, , uint256 sigmaInitial, uint256 sigmaMaintenance) = risk.shocksOf(ETH, WAD);
        // Prices are those of `liquidationCostBps`: read off with a cost of 1000 bps.
        assertEq(uint256(initial), _costOf(book, sigmaInitial, true));
        assertEq(uint256(liquidation), _costOf(book, sigmaMaintenance, false));
        assertGe(initial, liquidation);
    }

    /// @dev Two accounts with half each need no more than one with the whole: what the charge does not see. Two at once sold
    /// are as much as one; capacity per window and caps on open interest are for that.
    function testFuzz_Whole_NeedsNoLessThanItsHalves(uint256 seed) external {
        seed = seed >> 8;
        int256 size = int256(draw(seed, "size", 1e15, 1e23));
        Portfolio memory half = perp(0, ETH, size);
        Portfolio memory whole = perp(0, ETH, 2 * size);
        assertGe(_exit(whole, true), 2 * _exit(half, true) - int256((size * 3000) / 1e17 + 100));
        // With a root of two more where the impact rules.
        if (size > 1e22) assertGt(_exit(whole, true) * 10, 2 * _exit(half, true) * 12);
    }

    function test_Legs_OfOneUnderlyingNet() external {
        Portfolio memory book = join(perp(0, ETH, 500e18), perp(0, ETH, -500e18));
        assertEq(_exit(book, true), 0);
        // Collateral beside a short is not traded: its haircut is for it.
        book = join(perp(0, ETH, -500e18), held(0, WETH_INDEX, 500e18));
        assertEq(_exit(book, true), _exit(perp(0, ETH, -500e18), true));
        assertEq(_exit(held(0, WETH_INDEX, 500e18), true), 0);
        // Underlyings are exits of their own.
        book = join(perp(0, ETH, 500e18), perp(0, BTC, -25e18));
        assertEq(_exit(book, true), _exit(perp(0, ETH, 500e18), true) + _exit(perp(0, BTC, -25e18), true));
    }

    // ---------------------------------------------------------------------------------------------- options

    /// @dev The net delta of a random book against the slope of its value at the mid, and nothing but that.
    function testFuzz_Options_PayForTheSlopeOfTheirValue(uint256 seed) external {
        seed = seed >> 8;
        Portfolio memory book = options(draw(seed, "left", 5 days, 60 days), randomLegs(seed));
        book.perps = new PerpHolding[](1);
        book.perps[0] = PerpHolding(ETH, int256(draw(seed, "size", 0, 6e18)) - 3e18);
        IPortfolioMargin.LiquidityConfig memory config = shallow();
        (config.volHalfSpreadBps, config.volImpactBps, config.impactBps) = (0, 0, 0);
        config.halfSpreadWad = 0.1e18;
        int256 slopeWad = _slope(book);
        int256 expected = slopeWad < 0 ? -slopeWad * 300 : slopeWad * 300;
        // Errors: 6e-7 of up to 10 units of the underlying per leg, the third order of the difference.
        assertApproxEqAbs(_exitAt(config, book, true), expected, uint256(expected) / 200 + 3e18);
        assertApproxEqAbs(_exitAt(config, book, false), expected, uint256(expected) / 200 + 3e18);
    }

    /// @dev Ten calls at the money for 30 days: vega by the surface, a hundredth up and down.
    function test_Options_PayForTheirVega() external {
        Portfolio memory book = options(30 days, NONE.withLots(10, false, 1000));
        IPortfolioMargin.LiquidityConfig memory config = shallow();
        (config.halfSpreadWad, config.impactBps, config.volImpactBps) = (0, 0, 0);
        surface.set(8_080, 0);
        int256 value = risk.report(book, WAD).netPositionWad;
        surface.set(7_920, 0);
        value -= risk.report(book, WAD).netPositionWad;
        surface.set(8_000, 0);
        // Per doubling; 2 % of it.
        assertApproxEqRel(uint256(_exitAt(config, book, true)), uint256((value * 50 * 2) / 100), 0.01e18);
        // Shorts pay the same, and a perpetual beside does not change it.
        Portfolio memory short = options(30 days, NONE.withLots(10, false, -1000));
        assertEq(_exitAt(config, short, true), _exitAt(config, book, true));
        assertEq(_exitAt(config, join(short, perp(0, ETH, 5e18)), true), _exitAt(config, book, true));
    }

    /// @dev A hundred calls with their delta sold pay for net delta: less than the calls alone, far less than the parts.
    function test_Options_AHedgedBookPaysOnItsNetDelta() external {
        setLiquidity(shallow());
        Portfolio memory calls = options(30 days, NONE.withLots(10, false, 10_000));
        Portfolio memory hedge = perp(0, ETH, -54e18);
        int256 both = _exit(join(calls, hedge), true);
        int256 alone = _exit(calls, true);
        int256 linear = _exit(hedge, true);
        assertLt(both, alone);
        assertLt(both * 2, alone + linear);
        // A box has neither delta nor vega, up to a wei.
        OptionWord box = NONE.withLots(5, false, 1000).withLots(5, true, -1000);
        box = box.withLots(15, false, -1000).withLots(15, true, 1000);
        assertEq(_exit(options(30 days, box), false), 0);
        assertLe(_exit(options(30 days, box), true), 100);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _refused(
        IPortfolioMargin.LiquidityConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, actual, least, most));
        risk.setLiquidity(ETH, config);
    }

    function _exit(Portfolio memory book, bool initial) private returns (int256 costWad) {
        return _exitAt(shallow(), book, initial);
    }

    /// @dev What `config` costs more than a market that takes nothing.
    function _exitAt(
        IPortfolioMargin.LiquidityConfig memory config,
        Portfolio memory book,
        bool initial
    ) private returns (int256 costWad) {
        setLiquidity(bottomless());
        costWad = initial ? risk.initialSurplus(book, WAD) : risk.liquidationSurplus(book);
        setLiquidity(config);
        costWad -= initial ? risk.initialSurplus(book, WAD) : risk.liquidationSurplus(book);
    }

    function _costOf(Portfolio memory book, uint256 sigmaWad, bool initial) private returns (uint256) {
        setLiquidity(bottomless());
        risk.setAddOns(IPortfolioMargin.AddOnConfig(0, 0));
        int256 valueWad = initial ? risk.initialSurplus(book, WAD) : risk.liquidationSurplus(book);
        IPortfolioMargin.LiquidityConfig memory half = bottomless();
        // Half the price plus nothing else is a known share of the exposure.
        half.halfSpreadWad = 0.1e18;
        setLiquidity(half);
        valueWad -= initial ? risk.initialSurplus(book, WAD) : risk.liquidationSurplus(book);
        uint256 exposureWad = uint256(valueWad) * 10;
        LiquidityTerms terms = RiskParameters.packLiquidity(shallow());
        uint256 costWad = LiquidityCost.ofDelta(terms, exposureWad, sigmaWad, initial);
        // Ten wei of exposure are not seen that way.
        uint256 nearWad =
            initial
                ? LiquidityCost.ofDelta(terms, exposureWad - 10, sigmaWad, true)
                : LiquidityCost.ofDelta(terms, exposureWad + 10, sigmaWad, false);
        uint256 actualWad = uint256(_exit(book, initial));
        assertGe(actualWad, initial ? nearWad : costWad);
        assertLe(actualWad, initial ? costWad : nearWad);
        return actualWad;
    }

    /// @dev In units of the underlying: between a thousandth below and above the mid, volatilities of the mid.
    function _slope(Portfolio memory book) private returns (int256 slopeWad) {
        setViews(ETH, 3_000e18, 0.001e18, 0.7e18);
        (uint256[] memory spotWad, int256[] memory valueWad) = risk.matrix(book, ETH);
        assertEq(spotWad[5] - spotWad[4], 6e18);
        slopeWad = (valueWad[5] - valueWad[4]) / 6;
        setViews(ETH, 3_000e18, 0, 0.7e18);
    }
}
