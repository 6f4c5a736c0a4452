// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {Fill} from "../../../contracts/types/Trade.sol";
import {VaultFixture} from "../support/VaultFixture.sol";

/// @dev r* = 5 %, 5 % a year at initial margin. Alice holds 9,000 on 1,000: initial margin 900, 100 to spare where 450 were safe,
/// so x = 7/9 and the rate 450 * (7/9)^2 a year. The short side, Bob, is rich.
contract MarginVaultCarryTest is VaultFixture {
    uint256 private constant YEAR = 365 days;
    uint256 private constant ETH_BIT = 2;

    function setUp() public override {
        super.setUp();
        vault.setFeeAccounts(fundId, treasuryId);
        vault.setTradePolicy(IVaultSettings.TradePolicy(0, 0, 0, 0, 500));
        vault.setInterestTerms(IVaultSettings.InterestTerms(0, 8_000, 0, 0, 500));
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 100_000 * USD);
    }

    function _open() private {
        _fill(aliceId, bobId, ETH, 450, 2_000e18);
    }

    function _rate(AccountId account) private view returns (uint256 wadPerYear) {
        (wadPerYear, , ) = vault.carryOf(account);
    }

    function _pending(AccountId account) private view returns (uint256 pendingWad) {
        (, pendingWad, ) = vault.carryOf(account);
    }

    function _ceil(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    /// @dev Alice's rate at `surplusWad` on 9,000, by plain integers.
    function _expected(uint256 surplusWad) private pure returns (uint256) {
        if (surplusWad >= 450e18) return 0;
        uint256 shortWad = 1e18 - (surplusWad * 1e18) / 450e18;
        return _ceil(9_000e18 * _ceil(0.05e18 * shortWad * shortWad, 1e36), 1e18);
    }

    // --- The rate ---------------------------------------------------------------------------------------------

    function test_Carry_SetByAFill() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.CarrySet(aliceId, _expected(100e18));
        _open();
        (uint256 rate, uint256 pending, uint256 since) = vault.carryOf(aliceId);
        assertApproxEqAbs(rate, 272.22e18, 0.01e18);
        assertEq(pending, 0);
        assertEq(since, 0);
        assertEq(_rate(bobId), 0);
    }

    function test_Carry_NothingAtTheSafeRatio() external {
        _deposit(aliceId, usdc, 350e6);
        _open();
        assertEq(_rate(aliceId), 0);
        _withdraw(aliceId, usdc, 1);
        assertGt(_rate(aliceId), 0);
        assertEq(_rate(aliceId), _expected(450e18 - 1e12));
    }

    function test_Carry_FullAtInitialMarginAndBelow() external {
        _open();
        risk.setPrice(1, 1_960e18);
        vault.touch(aliceId);
        assertEq(_rate(aliceId), 441e18);
        (, , uint256 since) = vault.carryOf(aliceId);
        assertEq(since, 0);
    }

    function test_Carry_TouchFollowsTheMarginBothWays() external {
        _open();
        _deposit(aliceId, usdc, 350e6);
        assertGt(_rate(aliceId), 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.CarrySet(aliceId, 0);
        vault.touch(aliceId);
        assertEq(_rate(aliceId), 0);
        _withdraw(aliceId, usdc, 350e6);
        assertEq(_rate(aliceId), _expected(100e18));
    }

    /// @dev Margin lent for a block, an assessment between, the margin taken back: the withdrawal assesses again.
    function test_INV06_Carry_NoGainByMarginOfAMoment() external {
        _open();
        uint256 rate = _rate(aliceId);
        vm.warp(block.timestamp + 1 days);
        _deposit(aliceId, usdc, 5_000e6);
        vault.touch(aliceId);
        assertEq(_rate(aliceId), 0);
        _withdraw(aliceId, usdc, 5_000e6);
        assertGe(_rate(aliceId), rate);
        assertEq(vault.cashOf(fundId), int256(_ceil(rate * 1 days, YEAR)));
    }

    // --- The charge -------------------------------------------------------------------------------------------

    function test_INV01_Carry_AccruesAndIsPaidToTheFund() external {
        _open();
        uint256 due = _ceil(_rate(aliceId) * 1 days, YEAR);
        vm.warp(block.timestamp + 1 days);
        assertEq(_pending(aliceId), due);
        assertEq(vault.cashOf(aliceId), -8_000e18 - int256(due));
        assertEq(vault.settledCashOf(aliceId), -8_000e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.CarryPaid(aliceId, fundId, due);
        vault.touch(aliceId);
        assertEq(vault.settledCashOf(aliceId), -8_000e18 - int256(due));
        assertEq(vault.cashOf(fundId), int256(due));
        assertEq(_rate(aliceId), _expected(100e18 - due));
    }

    function test_Carry_WaitsWithTheFeesUntilThereIsAFund() external {
        vault = _newVault(address(usdc));
        exchange.setVault(vault);
        vault.setModule(address(exchange), IVaultSettings.ModuleRole.Exchange);
        vault.setTradePolicy(IVaultSettings.TradePolicy(0, 0, 0, 0, 500));
        vault.setInterestTerms(IVaultSettings.InterestTerms(0, 8_000, 0, 0, 500));
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 100_000 * USD);
        _open();
        vm.warp(block.timestamp + 1 days);
        uint256 due = _pending(aliceId);
        vault.touch(aliceId);
        assertEq(vault.cashOf(vault.feeCollector()), int256(due));
    }

    /// @dev What is not paid yet counts against the account already.
    function test_Carry_TheEngineSeesWhatIsDue() external {
        _open();
        vm.warp(block.timestamp + 1 days);
        int256 due = int256(_pending(aliceId));
        assertEq(vault.portfolioOf(aliceId).cashWad, -8_000e18 - due);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -due));
        _withdraw(aliceId, usdc, 100e6);
    }

    /// @dev An assessment charges for a week: whoever nobody looks at is not drained.
    function test_Carry_StopsAfterAWeek() external {
        _open();
        uint256 most = _ceil(_rate(aliceId) * 7 days, YEAR);
        vm.warp(block.timestamp + 7 days);
        assertEq(_pending(aliceId), most);
        vm.warp(block.timestamp + 3_650 days);
        assertEq(_pending(aliceId), most);
        vault.touch(aliceId);
        assertEq(vault.cashOf(fundId), int256(most));
        vm.warp(block.timestamp + 1 days);
        assertGt(_pending(aliceId), 0);
    }

    /// @dev Even at the largest terms a week takes a fraction of what maintenance holds back.
    function test_INV04_Carry_OneAssessmentMakesNobodyInsolvent() external {
        vault.setInterestTerms(IVaultSettings.InterestTerms(0, 8_000, 0, 0, 2_000));
        _open();
        risk.setPrice(1, 1_872e18);
        vault.touch(aliceId);
        assertGe(risk.liquidationSurplus(vault.portfolioOf(aliceId)), 0);
        vm.warp(block.timestamp + 3_650 days);
        assertGt(risk.report(vault.portfolioOf(aliceId), 1e18).equityWad, 300e18);
    }

    function test_INV17_Carry_BlockedSecondsAreFree() external {
        guards.setInactiveOf(ETH_BIT, 1_000);
        _open();
        uint256 rate = _rate(aliceId);
        vm.warp(block.timestamp + 10_000);
        guards.setInactiveOf(ETH_BIT, 1_000 + 4_000);
        assertEq(_pending(aliceId), _ceil(rate * 6_000, YEAR));
        // More blocked than has passed: nothing, and no refusal.
        guards.setInactiveOf(ETH_BIT, 1_000 + 10_001);
        assertEq(_pending(aliceId), 0);
        vault.touch(aliceId);
        assertEq(vault.cashOf(fundId), 0);
    }

    function testFuzz_INV17_Carry_OnlyActiveSecondsCount(uint32 gap, uint32 blocked) external {
        _open();
        uint256 rate = _rate(aliceId);
        blocked = uint32(bound(blocked, 0, gap));
        vm.warp(block.timestamp + gap);
        guards.setInactiveOf(ETH_BIT, blocked);
        uint256 active = gap - blocked;
        uint256 due = _ceil(rate * (active < 7 days ? active : 7 days), YEAR);
        assertEq(_pending(aliceId), due);
        int256 sum = vault.settledCashOf(aliceId) + vault.settledCashOf(fundId);
        vault.touch(aliceId);
        assertEq(vault.settledCashOf(aliceId) + vault.settledCashOf(fundId), sum);
        assertEq(vault.settledCashOf(fundId), int256(due));
    }

    // --- Who pays nothing -------------------------------------------------------------------------------------

    function test_INV17_Carry_EndsWhenAnAuctionFreezes() external {
        _open();
        vm.warp(block.timestamp + 1 days);
        uint256 due = _pending(aliceId);
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        assertEq(vault.cashOf(fundId), int256(due));
        assertEq(_rate(aliceId), 0);
        vm.warp(block.timestamp + 1 days);
        vault.touch(aliceId);
        assertEq(_rate(aliceId), 0);
        assertEq(vault.cashOf(aliceId), -8_000e18 - int256(due));
        vm.prank(auction);
        vault.setFrozen(aliceId, false);
        vault.touch(aliceId);
        assertGt(_rate(aliceId), 0);
    }

    function test_Carry_NotForTheFundNorForModules() external {
        _deposit(fundId, usdc, 1_000 * USD);
        _fill(fundId, bobId, ETH, 450, 2_000e18);
        assertEq(_rate(fundId), 0);
        vault.setModule(alice, IVaultSettings.ModuleRole.Waterfall);
        _open();
        assertEq(_rate(aliceId), 0);
    }

    function test_SetFeeAccounts_RevertsWhen_TheFundWouldPayItself() external {
        _open();
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_InternalAccount.selector, aliceId));
        vault.setFeeAccounts(aliceId, treasuryId);
    }

    function test_Carry_EndsWithThePositions() external {
        _open();
        vm.warp(block.timestamp + 1 days);
        uint256 due = _pending(aliceId);
        _fill(bobId, aliceId, ETH, 450, 2_000e18);
        assertEq(_rate(aliceId), 0);
        assertEq(vault.cashOf(fundId), int256(due));
        assertEq(vault.cashOf(aliceId), 1_000e18 - int256(due));
    }

    function test_Carry_EndsWithOptionsThatSettled() external {
        options.list(0, ETH, 1_700_100_000);
        Fill[] memory fills = new Fill[](1);
        fills[0].instrument = optionOf(ETH, InstrumentKind.Call, 1_700_100_000, 2_000e18);
        (fills[0].buyer, fills[0].seller, fills[0].lots, fills[0].priceWad) = (bobId, aliceId, 450, 1e18);
        exchange.settle(fills, _terms(aliceId, bobId));
        assertGt(_rate(aliceId), 0);
        vm.warp(1_700_100_000);
        uint256 due = _pending(aliceId);
        options.settle(0, 2_000e18);
        AccountId[] memory list = new AccountId[](1);
        list[0] = aliceId;
        vault.settleOptions(list);
        assertEq(_rate(aliceId), 0);
        assertEq(vault.cashOf(fundId), int256(due));
    }

    /// @dev A slice takes its part of what was due; who takes it over is assessed.
    function test_Carry_SlicesSettleIt() external {
        _open();
        _deposit(carolId, usdc, 500 * USD);
        vm.warp(block.timestamp + 1 days);
        uint256 due = _pending(aliceId);
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 0.5e18, 0);
        assertEq(vault.cashOf(fundId), int256(due));
        assertEq(_rate(aliceId), 0);
        assertEq(vault.lotsOf(carolId, ETH), 225);
        _withdraw(carolId, usdc, 500e6);
        assertGt(_rate(carolId), 0);
    }
}
