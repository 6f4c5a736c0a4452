// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {RiskViews} from "../../../contracts/risk/RiskViews.sol";
import {RiskFixture} from "../support/RiskFixture.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";

contract PortfolioMarginParametersTest is RiskFixture {
    AssetId private constant UNPRICED = AssetId.wrap(9);

    function test_Constructor_RevertsWhen_TheOracleIsMissing() external {
        vm.expectRevert(IPortfolioMargin.Risk_ZeroAddress.selector);
        new RiskViews(address(this), IPriceOracle(address(0)), IVolSurface(address(1)));
        vm.expectRevert(IPortfolioMargin.Risk_ZeroAddress.selector);
        new RiskViews(address(this), IPriceOracle(address(1)), IVolSurface(address(0)));
    }

    function test_Setters_RevertWhen_CallerIsNotAllowed() external {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(1));
        vm.startPrank(address(1));
        vm.expectRevert(refusal);
        risk.setUnderlying(ETH, major());
        vm.expectRevert(refusal);
        risk.raiseInitialShock(ETH, 0.2e18);
        vm.expectRevert(refusal);
        risk.setCollateral(0, collateral(ETH, NO_ASSET, 1e18));
        vm.expectRevert(refusal);
        risk.setCorrelation(1, IPortfolioMargin.CorrelationConfig(0, 0));
        vm.expectRevert(refusal);
        risk.setAddOns(IPortfolioMargin.AddOnConfig(0, 0));
        vm.expectRevert(refusal);
        risk.setLiquidity(ETH, shallow());
        vm.stopPrank();
    }

    // ------------------------------------------------------------------------------------------- underlyings

    function testFuzz_SetUnderlying_ReadsBackAsItWasSet(uint256 seed) external {
        seed = seed >> 8;
        IPortfolioMargin.UnderlyingConfig memory config;
        config.zMaintenanceWad = draw(seed, "zm", 1, 12e18);
        config.zInitialWad = draw(seed, "zi", config.zMaintenanceWad, 12e18);
        uint32[6] memory f;
        f[0] = uint32(draw(seed, "la", 60, 12 hours));
        f[1] = uint32(draw(seed, "lc", 10_000, 50_000));
        f[2] = uint32(draw(seed, "lj", 0, 1_000_000));
        f[3] = uint32(draw(seed, "lm", 0, 200_000));
        f[4] = uint32(draw(seed, "ld", 0, 100_000));
        f[5] = uint32(draw(seed, "lt", 500_000, 10_000_000));
        config.leverage = packLeverageTerms(f);
        config.mporMaintenanceSeconds = draw(seed, "mm", config.leverage.closeOutSeconds(180), 14 days);
        config.mporInitialSeconds = draw(seed, "mi", config.mporMaintenanceSeconds, 14 days);
        uint256 m = draw(seed, "a", 10_000, 3_000_000);
        config.rhoMinMaintenanceWad = m * 1e12;
        config.rhoMinInitialWad = draw(seed, "b", m, 3_000_000) * 1e12;
        m = draw(seed, "c", m, 3_000_000);
        config.rhoMaxMaintenanceWad = m * 1e12;
        uint256 floor = config.rhoMinInitialWad / 1e12;
        config.rhoMaxInitialWad = draw(seed, "d", m > floor ? m : floor, 3_000_000) * 1e12;
        config.sigmaFloorWad = draw(seed, "e", 0, 10_000_000) * 1e12;
        config.stressSigmaWad = draw(seed, "f", 0, 10_000_000) * 1e12;
        config.stressWeightWad = draw(seed, "g", 2500, 10_000) * 1e14;
        config.fastGainWad = draw(seed, "h", 0, 60_000) * 1e14;
        config.correlationGroup = uint8(draw(seed, "i", 0, 255));
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.UnderlyingSet(ETH, config);
        risk.setUnderlying(ETH, config);
        assertEq(abi.encode(risk.underlyingOf(ETH)), abi.encode(config));
        // Whatever was accepted keeps initial above maintenance.
        (uint256 initial, uint256 maintenance, uint256 sigmaI, uint256 sigmaM) = risk.shocksOf(ETH, WAD);
        assertGe(initial, maintenance);
        assertGe(sigmaI, sigmaM);
        assertLe(initial, 5e18);
    }

    function test_SetUnderlying_RevertsWhen_NotAPricedUnderlying() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NotAnUnderlying.selector, NO_ASSET));
        risk.setUnderlying(NO_ASSET, major());
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NotAnUnderlying.selector, STETH_RATIO));
        risk.setUnderlying(STETH_RATIO, major());
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_AssetWithoutPrice.selector, UNPRICED));
        risk.setUnderlying(UNPRICED, major());
    }

    function test_SetUnderlying_RevertsWhen_InitialIsWeakerThanMaintenance() external {
        IPortfolioMargin.UnderlyingConfig memory config = major();
        config.zInitialWad = config.zMaintenanceWad - 1;
        _refuseWith(config, IPortfolioMargin.Risk_InitialBelowMaintenance.selector, 3e18 - 1, 3e18);
        config = major();
        config.mporInitialSeconds = config.mporMaintenanceSeconds - 1;
        _refuseWith(config, IPortfolioMargin.Risk_InitialBelowMaintenance.selector, 12 hours - 1, 12 hours);
        config = major();
        config.rhoMinInitialWad = 0.05e18;
        _refuseWith(config, IPortfolioMargin.Risk_InitialBelowMaintenance.selector, 0.05e18, 0.06e18);
        config = major();
        config.rhoMaxInitialWad = 0.5e18;
        _refuseWith(config, IPortfolioMargin.Risk_InitialBelowMaintenance.selector, 0.5e18, 0.6e18);
    }

    function test_SetUnderlying_RevertsWhen_OutOfBounds() external {
        IPortfolioMargin.UnderlyingConfig memory config = major();
        config.zInitialWad = 12e18 + 1;
        _refuse(config, 12e18 + 1, 1, 12e18);
        config = major();
        config.zMaintenanceWad = 0;
        _refuse(config, 0, 1, 12e18);
        config = major();
        config.mporInitialSeconds = 14 days + 1;
        _refuse(config, 14 days + 1, 1, 14 days);
        config = major();
        config.rhoMinMaintenanceWad = 0.01e18 - 1e12;
        _refuse(config, 0.01e18 - 1e12, 0.01e18, 0.6e18);
        config.rhoMinMaintenanceWad = 0.7e18;
        _refuse(config, 0.7e18, 0.01e18, 0.6e18);
        config = major();
        config.rhoMaxInitialWad = 3e18 + 1e12;
        _refuse(config, 3e18 + 1e12, 0.1e18, 3e18);
        config.rhoMaxInitialWad = 0.09e18;
        _refuse(config, 0.09e18, 0.1e18, 3e18);
        config = major();
        config.sigmaFloorWad = 10e18 + 1e12;
        _refuse(config, 10e18 + 1e12, 0, 10e18);
        config = major();
        config.stressSigmaWad = 10e18 + 1e12;
        _refuse(config, 10e18 + 1e12, 0, 10e18);
        config = major();
        config.stressWeightWad = 0.25e18 - 1e14;
        _refuse(config, 0.25e18 - 1e14, 0.25e18, 1e18);
        config = major();
        config.fastGainWad = 6e18 + 1e14;
        _refuse(config, 6e18 + 1e14, 0, 6e18);
    }

    function test_SetUnderlying_RevertsWhen_FinerThanItCanBeKept() external {
        IPortfolioMargin.UnderlyingConfig memory config = major();
        config.rhoMinInitialWad += 1;
        _refuseWith(config, IPortfolioMargin.Risk_TooFine.selector, 0.1e18 + 1, 1e12);
        config = major();
        config.stressWeightWad += 1e12;
        _refuseWith(config, IPortfolioMargin.Risk_TooFine.selector, 0.25e18 + 1e12, 1e14);
    }

    function test_RaiseInitialShock_OnlyRaises() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_ShockNotHigher.selector, 0.1e18, 0.1e18));
        risk.raiseInitialShock(ETH, 0.1e18);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, 3e18 + 1e12, 0.01e18, 3e18));
        risk.raiseInitialShock(ETH, 3e18 + 1e12);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_TooFine.selector, 0.2e18 + 1, 1e12));
        risk.raiseInitialShock(ETH, 0.2e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNPRICED));
        risk.raiseInitialShock(UNPRICED, 0.2e18);

        vm.expectEmit(address(risk));
        emit IPortfolioMargin.InitialShockRaised(ETH, 0.1e18, 0.9e18);
        risk.raiseInitialShock(ETH, 0.9e18);
        IPortfolioMargin.UnderlyingConfig memory expected = major();
        (expected.rhoMinInitialWad, expected.rhoMaxInitialWad) = (0.9e18, 0.9e18);
        assertEq(abi.encode(risk.underlyingOf(ETH)), abi.encode(expected));
    }

    function test_RaiseInitialShock_LeavesMaintenanceAlone() external {
        int256 before = risk.liquidationSurplus(perp(1000e18, ETH, 1e18));
        int256 initial = risk.initialSurplus(perp(1000e18, ETH, 1e18), WAD);
        risk.raiseInitialShock(ETH, 0.5e18);
        assertEq(risk.liquidationSurplus(perp(1000e18, ETH, 1e18)), before);
        assertLt(risk.initialSurplus(perp(1000e18, ETH, 1e18), WAD), initial);
    }

    // ------------------------------------------------------------------------------------------- collaterals

    function testFuzz_SetCollateral_ReadsBackAsItWasSet(uint256 seed) external {
        seed = seed >> 8;
        IPortfolioMargin.CollateralConfig memory config;
        config.underlying = AssetId.wrap(uint16(draw(seed, "u", 1, 4)));
        config.ratioAsset = draw(seed, "r", 0, 1) == 0 ? NO_ASSET : STETH_RATIO;
        config.haircutFloorWad = draw(seed, "h", 0, 999_999) * 1e12;
        config.zWad = draw(seed, "z", 0, 12e18);
        config.liquidationSeconds = draw(seed, "t", 0, 14 days);
        config.concentrationGainWad = draw(seed, "g", 0, 4_000_000_000) * 1e12;
        config.concentrationFreeWad = draw(seed, "f", 0, 10_000_000) * 1e12;
        config.capWad = draw(seed, "c", 1e18, 2 ** 112 - 1);
        uint8 index = uint8(draw(seed, "i", 0, 255));
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.CollateralSet(index, config);
        risk.setCollateral(index, config);
        assertEq(abi.encode(risk.collateralOf(index)), abi.encode(config));
        // Nothing that is accepted makes an assessment revert.
        risk.initialSurplus(held(0, index, draw(seed, "x", 0, type(uint112).max)), WAD);
        risk.liquidationSurplus(held(0, index, draw(seed, "y", 0, type(uint112).max)));
    }

    function test_SetCollateral_RevertsWhen_ItsAssetsAreWrong() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNPRICED));
        risk.setCollateral(0, collateral(UNPRICED, NO_ASSET, 1e18));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NotARatio.selector, BTC));
        risk.setCollateral(0, collateral(ETH, BTC, 1e18));
        AssetId ratio = AssetId.wrap(33);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_AssetWithoutPrice.selector, ratio));
        risk.setCollateral(0, collateral(ETH, ratio, 1e18));
    }

    function test_SetCollateral_RevertsWhen_OutOfBounds() external {
        IPortfolioMargin.CollateralConfig memory config = collateral(ETH, NO_ASSET, 1e18 - 1);
        _refuseCollateral(config, 1e18 - 1, 1e18, 2 ** 112 - 1);
        config.capWad = 2 ** 112;
        _refuseCollateral(config, 2 ** 112, 1e18, 2 ** 112 - 1);
        config = collateral(ETH, NO_ASSET, 1e18);
        config.haircutFloorWad = 1e18;
        _refuseCollateral(config, 1e18, 0, 1e18 - 1e12);
        config = collateral(ETH, NO_ASSET, 1e18);
        config.zWad = 12e18 + 1;
        _refuseCollateral(config, 12e18 + 1, 0, 12e18);
        config = collateral(ETH, NO_ASSET, 1e18);
        config.liquidationSeconds = 14 days + 1;
        _refuseCollateral(config, 14 days + 1, 0, 14 days);
        config = collateral(ETH, NO_ASSET, 1e18);
        config.concentrationGainWad = 4000e18 + 1e12;
        _refuseCollateral(config, 4000e18 + 1e12, 0, 4000e18);
        config = collateral(ETH, NO_ASSET, 1e18);
        config.concentrationFreeWad = 10e18 + 1e12;
        _refuseCollateral(config, 10e18 + 1e12, 0, 10e18);
    }

    // ---------------------------------------------------------------------------------- offsets and add-ons

    function test_SetCorrelation_KeepsItsBounds() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_NoSuchGroup.selector, 0));
        risk.setCorrelation(0, IPortfolioMargin.CorrelationConfig(0, 0));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, 0.8e18 + 1, 0, 0.8e18));
        risk.setCorrelation(1, IPortfolioMargin.CorrelationConfig(0.8e18 + 1, 0));
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, 9, 0, 8));
        risk.setCorrelation(1, IPortfolioMargin.CorrelationConfig(0, 9));
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.CorrelationSet(255, IPortfolioMargin.CorrelationConfig(0.8e18, 8));
        risk.setCorrelation(255, IPortfolioMargin.CorrelationConfig(0.8e18, 8));
        assertEq(risk.correlationOf(255).thetaWad, 0.8e18);
        assertEq(risk.correlationOf(255).kappa, 8);
    }

    function test_SetAddOns_KeepsItsBounds() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, 1001, 0, 1000));
        risk.setAddOns(IPortfolioMargin.AddOnConfig(1001, 0));
        vm.expectEmit(address(risk));
        emit IPortfolioMargin.AddOnsSet(IPortfolioMargin.AddOnConfig(1000, 7));
        risk.setAddOns(IPortfolioMargin.AddOnConfig(1000, 7));
        assertEq(risk.addOns().liquidationCostBps, 1000);
        assertEq(risk.addOns().flatCostWad, 7);
    }

    function test_Getters_RevertWhen_NotConfigured() external {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNPRICED));
        risk.underlyingOf(UNPRICED);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, UNPRICED));
        risk.shocksOf(UNPRICED, WAD);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_CollateralNotConfigured.selector, 9));
        risk.collateralOf(9);
    }

    function _refuseWith(
        IPortfolioMargin.UnderlyingConfig memory config,
        bytes4 selector,
        uint256 actual,
        uint256 limit
    ) private {
        vm.expectRevert(abi.encodeWithSelector(selector, actual, limit));
        risk.setUnderlying(ETH, config);
    }

    function _refuse(
        IPortfolioMargin.UnderlyingConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, actual, least, most));
        risk.setUnderlying(ETH, config);
    }

    function _refuseCollateral(
        IPortfolioMargin.CollateralConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, actual, least, most));
        risk.setCollateral(0, config);
    }
}
