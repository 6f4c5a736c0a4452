// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeverageLens} from "../../../contracts/lens/ILeverageLens.sol";
import {LeverageLens} from "../../../contracts/lens/LeverageLens.sol";
import {AuctionParameters} from "../../../contracts/liquidation/AuctionParameters.sol";
import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {RiskAuthorityMock} from "../support/RiskAuthorityMock.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

contract LeverageLensTest is RiskFixture {
    LeverageLens private lens;
    AuctionParameters private auctions;

    function setUp() public override {
        super.setUp();
        auctions = new AuctionParameters(address(new RiskAuthorityMock(address(this))));
        address curve = address(new LinearCurve(1_800));
        auctions.setCurves(curve, curve);
        lens = new LeverageLens(IPriceOracle(address(oracle)), risk, auctions);
        IPortfolioMargin.UnderlyingConfig memory config = major();
        config.leverage = packLeverageTerms([uint32(1_800), 20_000, 3_500_000, 95_000, 40_000, 100_000]);
        risk.setUnderlying(ETH, config);
    }

    function test_Constructor_RevertsWhen_ARoomIsMissing() external {
        vm.expectRevert(ILeverageLens.Lens_NoRoom.selector);
        new LeverageLens(IPriceOracle(address(0)), risk, auctions);
        vm.expectRevert(ILeverageLens.Lens_NoRoom.selector);
        new LeverageLens(IPriceOracle(address(oracle)), IPortfolioMargin(address(0)), auctions);
        vm.expectRevert(ILeverageLens.Lens_NoRoom.selector);
        new LeverageLens(IPriceOracle(address(oracle)), risk, IAuctionParameters(address(0)));
    }

    /// @dev What is offered keeps to the target, and more leverage is never safer.
    function testFuzz_TiersOf_OffersWhatKeepsToTheTarget(uint256 sigma, uint256 spread) external {
        setViews(ETH, 3_000e18, bound(spread, 0, 0.02e18), bound(sigma, 0.01e18, 3e18));
        ILeverageLens.Tiers memory tiers = lens.tiersOf(ETH);
        assertEq(tiers.closeOutSeconds, 3_960);
        assertEq(tiers.targetWad, 1e14);
        assertTrue(tiers.isComposed);
        assertLe(tiers.offeredLongWad, tiers.safeLongWad);
        assertLe(tiers.offeredShortWad, tiers.safeShortWad);
        assertEq(tiers.tiers.length, 12);
        assertEq(tiers.tiers[0].longWad, 0);
        for (uint256 i = 0; i < tiers.tiers.length; ++i) {
            ILeverageLens.Tier memory tier = tiers.tiers[i];
            assertEq(tier.longOffered, tier.leverageWad <= tiers.offeredLongWad);
            assertEq(tier.shortOffered, tier.leverageWad <= tiers.offeredShortWad);
            if (tier.longOffered) assertLe(tier.longWad, tiers.targetWad);
            if (tier.shortOffered) assertLe(tier.shortWad, tiers.targetWad);
            if (tier.leverageWad > tiers.safeLongWad + 1e14) assertGt(tier.longWad, tiers.targetWad);
            if (tier.leverageWad > tiers.safeShortWad + 1e14) assertGt(tier.shortWad, tiers.targetWad);
            if (i == 0) continue;
            assertGe(tier.longWad + 30_000, tiers.tiers[i - 1].longWad);
            assertGe(tier.shortWad + 30_000, tiers.tiers[i - 1].shortWad);
        }
    }

    function test_TiersOf_TellsOfACurveThatTakesLonger() external {
        address curve = address(new LinearCurve(1_801));
        auctions.setCurves(address(new LinearCurve(1_800)), curve);
        assertFalse(lens.tiersOf(ETH).isComposed);
        AuctionParameters unset = new AuctionParameters(address(this));
        assertFalse(new LeverageLens(IPriceOracle(address(oracle)), risk, unset).tiersOf(ETH).isComposed);
    }

    function test_TiersOf_RevertsWhen_NotConfigured() external {
        AssetId unknown = AssetId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_UnderlyingNotConfigured.selector, unknown));
        lens.tiersOf(unknown);
    }

    function test_TiersOf_Figures() external {
        setViews(ETH, 3_000e18, 0, 0.8e18);
        ILeverageLens.Tiers memory tiers = lens.tiersOf(ETH);
        // Three times is offered, eight are beyond what jumps allow; who stands at maintenance is past the target.
        assertTrue(tiers.tiers[2].longOffered);
        assertFalse(tiers.tiers[4].longOffered);
        assertGt(tiers.triggerWad, tiers.targetWad);
    }
}
