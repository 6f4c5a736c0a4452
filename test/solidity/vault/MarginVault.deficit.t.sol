// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultFixture} from "../support/VaultFixture.sol";

/// @dev Alice has 10 WETH and no cash. Long 2 ETH from 2,000, she owes 400 when ETH trades at 1,800.
contract MarginVaultDeficitTest is VaultFixture {
    uint256 internal constant YEAR = 365 days;

    function setUp() public override {
        super.setUp();
        vault.setFeeAccounts(fundId, treasuryId);
        // 2 % and 8 % below the kink at 80 %, 100 % above.
        vault.setInterestTerms(IVaultSettings.InterestTerms(200, 8_000, 800, 10_000, 0));
        _deposit(aliceId, weth, 10e18);
        _deposit(bobId, usdc, 1_600 * USD);
        _fill(aliceId, bobId, ETH, 200, 2_000e18);
    }

    function _fall() private {
        risk.setPrice(1, 1_800e18);
        vault.touch(aliceId);
    }

    function test_Touch_OpensARecordOnlyForADeficit() external {
        assertEq(vault.touch(aliceId), 0);
        (uint256 owed, uint256 since) = vault.deficitOf(aliceId);
        assertEq(owed, 0);
        assertEq(since, 0);

        risk.setPrice(1, 1_800e18);
        (owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.DeficitAssessed(aliceId, 400e18, block.timestamp);
        assertEq(vault.touch(aliceId), 400e18);
        vm.warp(block.timestamp + 60);
        (owed, since) = vault.deficitOf(aliceId);
        assertEq(since, 60);
        // A minute's interest is due, no more.
        assertApproxEqAbs(owed, 400e18, 1e15);
        assertGt(owed, 400e18);
    }

    function test_DeficitOf_FollowsThePrice() external {
        _fall();
        risk.setPrice(1, 1_900e18);
        (uint256 owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 200e18);
        risk.setPrice(1, 2_000e18);
        (owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.DeficitAssessed(aliceId, 0, 0);
        vault.touch(aliceId);
        (owed, , ) = vault.deficitPool();
        assertEq(owed, 0);
    }

    function test_Interest_FollowsTheKink() external {
        _fall();
        // Utilisation 400 / 2,000: 2 % + 8 % / 4.
        (uint256 owed, , uint256 rate) = vault.deficitPool();
        assertEq(owed, 400e18);
        assertEq(rate, 0.04e18);
        // Bob leaves with what he can: 1,600 + 400 won, less 360 of margin; the vault holds 1,600.
        _withdraw(bobId, usdc, 1_560 * USD);
        (, , rate) = vault.deficitPool();
        // Utilisation 10/11: 10 % + 100 % * (10/11 - 0.8) / 0.2.
        assertApproxEqAbs(rate, 0.1e18 + 0.545454545454545455e18, 10);
    }

    function test_Interest_IsPaidToTheFundExactly() external {
        _fall();
        vm.warp(block.timestamp + YEAR);
        assertEq(vault.cashOf(aliceId), -4_000e18 - 16e18);
        int256 sum = vault.settledCashOf(aliceId) + vault.settledCashOf(bobId);
        vm.expectEmit(address(vault));
        emit IVaultEvents.InterestPaid(aliceId, fundId, 16e18);
        assertEq(vault.touch(aliceId), 416e18);
        assertEq(vault.cashOf(fundId), 16e18);
        assertEq(vault.settledCashOf(aliceId) + vault.settledCashOf(bobId) + 16e18, sum);
        assertEq(vault.cashOf(aliceId), -4_016e18);
        (uint256 owed, uint256 since) = vault.deficitOf(aliceId);
        assertEq(owed, 416e18);
        assertEq(since, YEAR);
    }

    /// @dev Interest of the one side reaches the other in the middle of the move.
    function test_Interest_ReachesAFundThatGivesASlice() external {
        vault.setFeeAccounts(carolId, treasuryId);
        _deposit(carolId, usdc, 100 * USD);
        _fall();
        vm.warp(block.timestamp + YEAR);
        vm.prank(auction);
        vault.transferSlice(carolId, aliceId, 0.5e18, 0);
        assertEq(_settledSum(), int256(vault.holdingsOf(address(usdc)) * 1e12));
    }

    function test_Interest_IsNeverPaidToOneself() external {
        _fall();
        bytes memory refusal = abi.encodeWithSelector(IVaultErrors.Vault_InternalAccount.selector, aliceId);
        vm.expectRevert(refusal);
        vault.setFeeAccounts(aliceId, treasuryId);
        risk.setPrice(1, 2_000e18);
        vault.touch(aliceId);
        vault.setFeeAccounts(aliceId, treasuryId);
        risk.setPrice(1, 1_800e18);
        vm.expectRevert(refusal);
        vault.touch(aliceId);
    }

    function _settledSum() private view returns (int256 sumWad) {
        sumWad = vault.clearingWad();
        for (uint256 i; i < vault.accountCount(); ++i) sumWad += vault.settledCashOf(vault.accountAt(i));
    }

    function test_Interest_WaitsInTheCollectorWithoutAFund() external {
        vault = _newVault(address(usdc));
        // A fresh vault without fee accounts: the same story.
        exchange.setVault(vault);
        vault.listCollateral(address(weth));
        vault.setModule(address(exchange), IVaultSettings.ModuleRole.Exchange);
        vault.setInterestTerms(IVaultSettings.InterestTerms(200, 8_000, 800, 10_000, 0));
        _deposit(aliceId, weth, 10e18);
        _deposit(bobId, usdc, 1_600 * USD);
        _fill(aliceId, bobId, ETH, 200, 2_000e18);
        _fall();
        vm.warp(block.timestamp + YEAR);
        vault.touch(aliceId);
        assertEq(vault.cashOf(vault.feeCollector()), 16e18);
    }

    function test_Interest_SparesInactiveSeconds() external {
        _fall();
        vm.warp(block.timestamp + YEAR);
        guards.setInactive(YEAR / 4);
        assertEq(vault.touch(aliceId), 412e18);
        // More inactive seconds than time: nothing, never a refund.
        vm.warp(block.timestamp + 100);
        guards.setInactive(YEAR);
        assertEq(vault.touch(aliceId), 412e18);
    }

    function test_Interest_PassingDepositDoesNotMoveThePast() external {
        _fall();
        vm.warp(block.timestamp + YEAR);
        _deposit(carolId, usdc, 1_000_000 * USD);
        vault.touch(aliceId);
        _withdraw(carolId, usdc, 1_000_000 * USD);
        assertEq(vault.cashOf(fundId), 16e18);
    }

    function test_Deposit_CuresWithoutAnyPrice() external {
        _fall();
        risk.setDead(true);
        _deposit(aliceId, usdc, 150 * USD);
        (uint256 owed, , ) = vault.deficitPool();
        assertEq(owed, 250e18);
        usdc.mint(alice, 250 * USD);
        vm.startPrank(alice);
        usdc.approve(address(vault), 250 * USD);
        vm.expectEmit(address(vault));
        emit IVaultEvents.DeficitAssessed(aliceId, 0, 0);
        vault.deposit(aliceId, address(usdc), 250 * USD);
        vm.stopPrank();
        (owed, , ) = vault.deficitPool();
        assertEq(owed, 0);
        vm.warp(block.timestamp + YEAR);
        assertEq(vault.cashOf(aliceId), -3_600e18);
    }

    function test_Withdraw_SettlesInterestFirst() external {
        _fall();
        vm.warp(block.timestamp + YEAR);
        _withdraw(aliceId, weth, 1e18);
        assertEq(vault.settledCashOf(aliceId), -4_016e18);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_WithdrawsOthersCash.selector, aliceId, -416e18 - 1e12)
        );
        _withdraw(aliceId, usdc, 1);
    }

    function test_ExchangeCollateral_Cures() external {
        _deposit(carolId, usdc, 1_000 * USD);
        _fall();
        vm.startPrank(auction);
        vault.exchangeCollateral(aliceId, carolId, 0, 0.1e18, 190e18);
        (uint256 owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 210e18);
        vault.exchangeCollateral(aliceId, carolId, 0, 0.2e18, 210e18);
        (owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 0);
        assertEq(vault.collateralOf(aliceId, 0), 9.7e18);
    }

    function test_TransferSlice_TakesItsPartOfTheDeficit() external {
        _deposit(carolId, usdc, 10_000 * USD);
        _fall();
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 0.5e18, 0);
        (uint256 owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 200e18);
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 1e18, 0);
        (owed, ) = vault.deficitOf(aliceId);
        assertEq(owed, 0);
        assertEq(vault.cashOf(aliceId), 0);
    }

    function test_Touch_DebtWithoutPositionsNeedsNoFeed() external {
        risk.setPrice(1, 1_800e18);
        _fill(bobId, aliceId, ETH, 200, 1_800e18);
        risk.setDead(true);
        assertEq(vault.touch(aliceId), 400e18);
    }

    /// @dev With 64 option legs the whole report would not fit beside a bid into one transaction.
    function test_Touch_AsksForNoWholeReport() external {
        risk.setPrice(1, 1_800e18);
        vm.expectCall(address(risk), abi.encodePacked(IPortfolioMargin.report.selector), 0);
        vm.expectCall(address(risk), abi.encodePacked(IPortfolioMargin.withdrawalNumbers.selector), 1);
        assertEq(vault.touch(aliceId), 400e18);
    }

    function test_Touch_RevertsWhen_AccountIsInternal() external {
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_InternalAccount.selector, fundId));
        vault.touch(fundId);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_InternalAccount.selector, toAccountId(address(vault), 0))
        );
        vault.touch(toAccountId(address(vault), 0));
    }

    function testFuzz_Interest_IndexAgainstPlainSum(uint32[4] calldata gaps, uint16 price) external {
        price = uint16(bound(price, 1_500, 1_950));
        risk.setPrice(1, int256(uint256(price)) * 1e18);
        uint256 plain = vault.touch(aliceId);
        uint256 first = plain;
        for (uint256 i; i < 4; ++i) {
            uint256 gap = gaps[i] % YEAR;
            vm.warp(block.timestamp + gap);
            // Rate by utilisation of the debt as it was, held 1,600.
            uint256 utilisation = (plain * 1e18) / (plain + 1_600e18);
            uint256 rate = 0.02e18 + (0.08e18 * (utilisation > 0.8e18 ? 0.8e18 : utilisation)) / 0.8e18;
            plain += (((plain * rate) / 1e18) * gap) / YEAR;
            assertApproxEqAbs(vault.touch(aliceId), plain, 1e6);
        }
        assertEq(uint256(vault.cashOf(fundId)), vault.touch(aliceId) - first);
    }
}
