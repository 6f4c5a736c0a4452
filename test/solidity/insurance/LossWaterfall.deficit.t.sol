// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IBackstop} from "../../../contracts/insurance/IBackstop.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {LossWaterfall} from "../../../contracts/insurance/LossWaterfall.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";
import {InsuranceToken} from "../support/InsuranceToken.sol";
import {InsuranceVaultMock} from "../support/InsuranceVaultMock.sol";

contract LossWaterfallDeficitTest is InsuranceFixture {
    uint256 private fundShares;

    function setUp() public {
        _deployRoom();
        fundShares = _depositInto(fund, alice, 10_000 * UNIT);
        backstop.setLine(address(waterfall), address(vault), 1_000 * UNIT);
        _depositInto(backstop, bob, 50_000 * UNIT);
    }

    /// @dev An account without positions owes 5,000: the fund pays 2,000, the backstop 1,000, nobody is haircut.
    function _leaveDeficit() private {
        vault.setCash(defaulter, -5_000e18);
        assertEq(_cover(5_000e18, _noShares()), 3_000e18);
    }

    // ---------------------------------------------------------------- recorded and gated

    function test_Cover_RecordsWhatNobodyPays() public {
        vault.setCash(defaulter, -5_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.DeficitChanged(defaulter, NO_ASSET, 2_000e18, 2_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LossCovered(defaulter, 5_000e18, 3_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.WithdrawalsGated(block.timestamp + 1 days);
        assertEq(_cover(5_000e18, _noShares()), 3_000e18);
        assertEq(waterfall.shortfall(), 2_000e18);
        assertEq(waterfall.deficitOf(defaulter, NO_ASSET), 2_000e18);
        assertEq(waterfall.gatedUntil(), block.timestamp + 1 days);
        assertEq(vault.gatedUntil(), block.timestamp + 1 days);
        assertTrue(waterfall.isBlocked());
        assertTrue(fund.isBlocked());
    }

    function test_Cover_AnEmptySideLeavesADeficit() public {
        assertEq(_cover(5_000e18, _share(ETH, true)), 3_000e18);
        assertEq(waterfall.deficitOf(defaulter, ETH), 2_000e18);
    }

    function test_Cover_ReplacesTheFormerRecord() public {
        _leaveDeficit();
        assertEq(_cover(2_000e18, _noShares()), 0);
        assertEq(waterfall.shortfall(), 2_000e18);
        skip(2 days);
        assertEq(_cover(2_000e18, _noShares()), 1_600e18);
        assertEq(waterfall.shortfall(), 400e18);
    }

    function test_Gate_OnlyFromTheThreshold() public {
        assertEq(_cover(4_000e18 - 1, _noShares()), 3_000e18);
        assertEq(waterfall.shortfall(), 1_000e18 - 1);
        assertFalse(waterfall.isBlocked());
        assertEq(vault.gateCalls(), 0);
        assertEq(_cover(1_000e18, _noShares()), 0);
        assertEq(waterfall.shortfall(), 1_000e18);
        assertTrue(waterfall.isBlocked());
    }

    function test_Gate_EndsByItself() public {
        _leaveDeficit();
        skip(1 days - 1);
        assertTrue(waterfall.isBlocked());
        skip(1);
        assertFalse(waterfall.isBlocked());
        assertEq(waterfall.blockedSeconds(), 1 days);
    }

    function test_Gate_HoldsTheFundsHoldersToo() public {
        _request(fund, alice, fundShares);
        skip(8 days);
        _leaveDeficit();
        assertEq(fund.maxRedeem(alice), 0);
        skip(1 days);
        // The day in the gate is added to the window.
        assertEq(fund.maxRedeem(alice), fundShares);
        assertEq(_redeem(fund, alice, fundShares), 8_000 * UNIT);
    }

    // ---------------------------------------------------------------- repaid

    function test_CoverDeficit_FromTheRefilledBudget() public {
        _leaveDeficit();
        skip(2 days);
        (bool ok, bytes4 reason, uint256 payableWad) = waterfall.canCoverDeficit(defaulter, NO_ASSET);
        assertTrue(ok);
        assertEq(reason, bytes4(0));
        assertEq(payableWad, 1_600e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, NO_ASSET, ILossWaterfall.Layer.InsuranceFund, 1_600e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.DeficitChanged(defaulter, NO_ASSET, 400e18, 400e18);
        vm.prank(stranger);
        assertEq(waterfall.coverDeficit(defaulter, NO_ASSET), 1_600e18);
        assertEq(vault.cashOf(defaulter), -400e18);
    }

    function test_CoverDeficit_LiftsTheGate() public {
        _leaveDeficit();
        _bringCash(waterfall.poolAccount(), 3_000 * UNIT);
        skip(1 hours);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.WithdrawalsGated(0);
        assertEq(waterfall.coverDeficit(defaulter, NO_ASSET), 2_000e18);
        assertEq(waterfall.shortfall(), 0);
        assertEq(vault.gatedUntil(), 0);
        assertFalse(waterfall.isBlocked());
        assertEq(waterfall.blockedSeconds(), 1 hours);
        assertEq(vault.cashOf(defaulter), 0);
    }

    function test_CoverDeficit_TakesTheDomainsPoolBeforeTheMarkets() public {
        _fillPool(BTC, 300 * UNIT);
        vault.setCash(defaulter, -5_000e18);
        _cover(5_000e18, _share(ETH, true));
        _bringCash(waterfall.poolAccount(), 500 * UNIT);
        // While the deficit is open, this goes to the domain's pool too.
        _fillPool(ETH, 1_000 * UNIT);
        skip(2 days);
        (, , uint256 payableWad) = waterfall.canCoverDeficit(defaulter, ETH);
        assertEq(payableWad, 2_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, NO_ASSET, ILossWaterfall.Layer.PenaltyPool, 1_500e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.InsuranceFund, 500e18);
        assertEq(waterfall.coverDeficit(defaulter, ETH), 2_000e18);
        assertEq(waterfall.poolOf(NO_ASSET), 0);
        assertEq(waterfall.poolOf(BTC), 300e18);
    }

    function test_CoverDeficit_NeverAboveZeroCash() public {
        _leaveDeficit();
        vault.setCash(defaulter, -700e18);
        _bringCash(waterfall.poolAccount(), 3_000 * UNIT);
        assertEq(waterfall.coverDeficit(defaulter, NO_ASSET), 700e18);
        assertEq(vault.cashOf(defaulter), 0);
        assertEq(waterfall.shortfall(), 0);
    }

    function test_CoverDeficit_ForgetsWhatIsNoLongerOwed() public {
        _leaveDeficit();
        vault.setCash(defaulter, 1);
        (bool ok, , uint256 payableWad) = waterfall.canCoverDeficit(defaulter, NO_ASSET);
        assertTrue(ok);
        assertEq(payableWad, 0);
        assertEq(waterfall.coverDeficit(defaulter, NO_ASSET), 0);
        assertEq(waterfall.shortfall(), 0);
        assertEq(vault.cashOf(defaulter), 1);
    }

    function test_CoverDeficit_RevertsWhen_NothingIsRecorded() public {
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_NoDeficit.selector, defaulter, ETH));
        waterfall.coverDeficit(defaulter, ETH);
        _expectCannotCover(ILossWaterfall.Waterfall_NoDeficit.selector);
    }

    /// @dev A position bought on credit shows as negative cash: paying on it would be a gift.
    function test_CoverDeficit_RevertsWhen_PositionsAreOpen() public {
        _leaveDeficit();
        vault.setPerpBitmap(defaulter, 6);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_StillOpen.selector, defaulter));
        waterfall.coverDeficit(defaulter, NO_ASSET);
        _expectCannotCover(ILossWaterfall.Waterfall_StillOpen.selector);
    }

    function test_CoverDeficit_RevertsWhen_OptionsAreOpen() public {
        _leaveDeficit();
        vault.setOpenExpiries(defaulter, 1);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_StillOpen.selector, defaulter));
        waterfall.coverDeficit(defaulter, NO_ASSET);
        _expectCannotCover(ILossWaterfall.Waterfall_StillOpen.selector);
    }

    function test_CoverDeficit_RevertsWhen_LayersAreEmpty() public {
        _leaveDeficit();
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_LayersEmpty.selector, NO_ASSET));
        waterfall.coverDeficit(defaulter, NO_ASSET);
        _expectCannotCover(ILossWaterfall.Waterfall_LayersEmpty.selector);
    }

    function test_Cover_AFractionOfATokenUnitHasAnOwnerToo() public {
        uint256 owed = 3 * SCALE - 1;
        vault.setCash(defaulter, -int256(owed));
        _request(fund, alice, fundShares);
        skip(7 days);
        _redeem(fund, alice, fundShares);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, NO_ASSET, ILossWaterfall.Layer.Backstop, owed);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.OvershootPooled(NO_ASSET, 1);
        assertEq(_cover(owed, _noShares()), owed);
        assertEq(vault.cashOf(defaulter), 0);
        assertEq(waterfall.poolOf(NO_ASSET), 1);
        assertEq(backstop.debtOf(address(waterfall)), 3);
        assertEq(waterfall.shortfall(), 0);
    }

    // ---------------------------------------------------------------- income comes to the deficit first

    function test_Penalties_GoToTheDomainsPoolWhileADeficitIsOpen() public {
        _leaveDeficit();
        vault.setCash(defaulter, 10e18);
        vm.prank(auction);
        waterfall.collectPenalty(defaulter, 10e18, _share(ETH, true));
        assertEq(waterfall.poolOf(NO_ASSET), 10e18);
        assertEq(waterfall.poolOf(ETH), 0);
    }

    function test_Income_OfTheFundGoesToDeficitAndDebtFirst() public {
        _leaveDeficit();
        assertEq(waterfall.claimOnIncome(), 3_000e18);
        _bringCash(fund.account(), 3_500 * UNIT);
        assertEq(fund.streamIncome(), 500 * UNIT);
        assertEq(waterfall.claimOnIncome(), 0);
        assertEq(waterfall.poolOf(NO_ASSET), 3_000e18);

        waterfall.coverDeficit(defaulter, NO_ASSET);
        assertEq(waterfall.shortfall(), 0);
        vm.prank(stranger);
        assertEq(waterfall.repayBackstop(NO_ASSET, type(uint256).max), 1_000 * UNIT);
        assertEq(backstop.debtOf(address(waterfall)), 0);
        assertEq(waterfall.claimOnIncome(), 0);
    }

    // ---------------------------------------------------------------- the backstop is repaid

    function test_RepayBackstop_FromAnyPool() public {
        _cover(2_600e18, _noShares());
        assertEq(backstop.debtOf(address(waterfall)), 600 * UNIT);
        _fillPool(ETH, 500 * UNIT);
        (bool ok, , uint256 repayable) = waterfall.canRepayBackstop(ETH);
        assertTrue(ok);
        assertEq(repayable, 500 * UNIT);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.BackstopRepaid(ETH, 200 * UNIT);
        vm.expectEmit(address(backstop));
        emit IBackstop.Repaid(address(waterfall), address(waterfall), 200 * UNIT, 400 * UNIT);
        assertEq(waterfall.repayBackstop(ETH, 200 * UNIT), 200 * UNIT);
        assertEq(waterfall.repayBackstop(ETH, 400 * UNIT), 300 * UNIT);
        assertEq(backstop.debtOf(address(waterfall)), 100 * UNIT);
        assertEq(waterfall.poolOf(ETH), 0);
        assertEq(token.balanceOf(address(waterfall)), 0);
        assertEq(token.allowance(address(waterfall), address(backstop)), 0);
    }

    function test_RepayBackstop_RevertsWhen_ADeficitIsOpen() public {
        _leaveDeficit();
        _fillPool(ETH, 500 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_DeficitFirst.selector, 2_000e18));
        waterfall.repayBackstop(ETH, 1);
        _expectCannotRepay(ILossWaterfall.Waterfall_DeficitFirst.selector);
    }

    function test_RepayBackstop_RevertsWhen_Nothing() public {
        _fillPool(ETH, 500 * UNIT);
        _expectNothingToRepay(9, 0, 500 * UNIT);
        waterfall.repayBackstop(ETH, 9);
        _expectCannotRepay(ILossWaterfall.Waterfall_NothingToRepay.selector);
        _cover(2_600e18, _noShares());
        _expectNothingToRepay(0, 600 * UNIT, 500 * UNIT);
        waterfall.repayBackstop(ETH, 0);
        _expectNothingToRepay(9, 600 * UNIT, 0);
        waterfall.repayBackstop(BTC, 9);
    }

    // ---------------------------------------------------------------- insolvencies

    function test_SetInsolvent_BlocksTheFundWhileOneIsOpen() public {
        vm.startPrank(auction);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.InsolvencyChanged(defaulter, true, 1);
        waterfall.setInsolvent(defaulter, true);
        waterfall.setInsolvent(defaulter, true);
        assertEq(waterfall.openInsolvencies(), 1);
        waterfall.setInsolvent(fund.account(), true);
        assertEq(waterfall.openInsolvencies(), 2);
        skip(100);
        waterfall.setInsolvent(defaulter, false);
        assertTrue(fund.isBlocked());
        skip(100);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.InsolvencyChanged(fund.account(), false, 0);
        waterfall.setInsolvent(fund.account(), false);
        waterfall.setInsolvent(fund.account(), false);
        vm.stopPrank();
        assertFalse(fund.isBlocked());
        assertEq(waterfall.openInsolvencies(), 0);
        assertEq(fund.blockedSeconds(), 200);
    }

    // ---------------------------------------------------------------- configuration

    function test_SetDrawLimit_WithinBounds() public {
        _expectDrawBounds(99);
        waterfall.setDrawLimit(99);
        _expectDrawBounds(2_001);
        waterfall.setDrawLimit(2_001);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.DrawLimitChanged(2_000, 100);
        waterfall.setDrawLimit(100);
        assertEq(waterfall.drawable(ETH), 100e18);
        (uint256 drawLimitBps, , ) = waterfall.limits();
        assertEq(drawLimitBps, 100);
    }

    function test_SetGate_WithinBounds() public {
        _expectGateBounds(10 minutes - 1);
        waterfall.setGate(10 minutes - 1, 1e18);
        _expectGateBounds(7 days + 1);
        waterfall.setGate(7 days + 1, 1e18);
        _expectThresholdBounds(1e18 - 1);
        waterfall.setGate(1 days, 1e18 - 1);
        _expectThresholdBounds(1e24 + 1);
        waterfall.setGate(1 days, 1e24 + 1);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.GateChanged(1 days, 1_000e18, 7 days, 1e24);
        waterfall.setGate(7 days, 1e24);
        (, uint256 gateSeconds, uint256 thresholdWad) = waterfall.limits();
        assertEq(gateSeconds, 7 days);
        assertEq(thresholdWad, 1e24);
    }

    function test_Configuration_RevertsWhen_NotAllowed() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        waterfall.setDrawLimit(100);
        vm.expectRevert(refused);
        waterfall.setGate(1 days, 1e18);
        vm.expectRevert(refused);
        waterfall.wire(stranger);
        vm.stopPrank();
    }

    function test_Wire_WorksOnce() public {
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_AlreadyWired.selector, auction));
        waterfall.wire(stranger);
        LossWaterfall fresh = _newWaterfall(vault, fund);
        vm.expectRevert(ILossWaterfall.Waterfall_ZeroAddress.selector);
        fresh.wire(address(0));
        assertEq(fresh.auction(), address(0));
        vm.expectEmit(address(fresh));
        emit ILossWaterfall.AuctionWired(stranger);
        fresh.wire(stranger);
        assertEq(fresh.auction(), stranger);
    }

    function test_Deploy_RevertsWhen_APartIsMissing() public {
        address[5] memory parts = [address(vault), address(fund), address(backstop), address(perps), address(options)];
        for (uint256 i = 0; i < 5; ++i) {
            address kept = parts[i];
            parts[i] = address(0);
            vm.expectRevert(ILossWaterfall.Waterfall_ZeroAddress.selector);
            _deploy(parts);
            parts[i] = kept;
        }
        InsuranceToken odd = new InsuranceToken(18);
        InsuranceVaultMock oddVault = new InsuranceVaultMock(address(odd));
        vm.mockCall(address(odd), abi.encodeCall(odd.decimals, ()), abi.encode(uint8(19)));
        parts[0] = address(oddVault);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_UnsupportedDecimals.selector, 19, 18));
        _deploy(parts);
    }

    function _deploy(address[5] memory parts) private {
        new LossWaterfall(
            address(manager),
            IMarginVault(parts[0]),
            IInsuranceFund(parts[1]),
            IBackstop(parts[2]),
            IPerpMarkets(parts[3]),
            IOptionMarkets(parts[4])
        );
    }

    // ---------------------------------------------------------------- expectations

    function _expectCannotCover(bytes4 expected) private view {
        (bool ok, bytes4 reason, uint256 payableWad) = waterfall.canCoverDeficit(defaulter, NO_ASSET);
        assertFalse(ok);
        assertEq(reason, expected);
        assertEq(payableWad, 0);
    }

    function _expectCannotRepay(bytes4 expected) private view {
        (bool ok, bytes4 reason, uint256 repayable) = waterfall.canRepayBackstop(ETH);
        assertFalse(ok);
        assertEq(reason, expected);
        assertEq(repayable, 0);
    }

    function _expectNothingToRepay(uint256 amount, uint256 debt, uint256 pooled) private {
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_NothingToRepay.selector, amount, debt, pooled));
    }

    function _expectDrawBounds(uint256 actual) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILossWaterfall.Waterfall_DrawLimitOutOfBounds.selector, actual, 100, 2_000)
        );
    }

    function _expectGateBounds(uint256 actual) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILossWaterfall.Waterfall_GateOutOfBounds.selector, actual, 10 minutes, 7 days)
        );
    }

    function _expectThresholdBounds(uint256 actual) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILossWaterfall.Waterfall_ThresholdOutOfBounds.selector, actual, 1e18, 1e24)
        );
    }
}
