// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultGuardsMock} from "../support/VaultGuardsMock.sol";

contract MarginVaultWithdrawTest is VaultFixture {
    address internal keeper = address(0xEE9);

    function setUp() public override {
        super.setUp();
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 1_000 * USD);
    }

    /// @dev Alice long 1 ETH at 2,000 against Bob: 200 of her 1,000 are initial margin.
    function _trade() internal {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
    }

    function test_Withdraw_SendsAnywhereForTheOwner() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.Withdrawn(aliceId, address(usdc), carol, 400 * USD);
        vm.prank(alice);
        vault.withdraw(aliceId, address(usdc), 400 * USD, carol);
        assertEq(usdc.balanceOf(carol), 400 * USD);
        assertEq(vault.cashOf(aliceId), 600e18);
        assertEq(vault.holdingsOf(address(usdc)), 1_600 * USD);
        assertEq(guards.outflows(), 400 * USD);
        assertEq(guards.lastHoldings(), 2_000 * USD);
    }

    function test_Withdraw_CashOnlyNeedsNoFeed() external {
        risk.setDead(true);
        guards.setRule(Action.Withdraw, Rule.Denied, Rule.SurplusOnly, Level.Protected);
        _withdraw(aliceId, usdc, 1_000 * USD);
        assertEq(vault.cashOf(aliceId), 0);
    }

    function test_Withdraw_UnaffectedAccountLeaves() external {
        guards.setRule(Action.Withdraw, Rule.UnaffectedOnly, Rule.UnaffectedOnly, Level.Protected);
        _withdraw(aliceId, usdc, 1_000 * USD);
    }

    function test_Withdraw_CollateralWithoutDebtNeedsNoFeed() external {
        _deposit(aliceId, weth, 5e18);
        risk.setDead(true);
        guards.setRule(Action.Withdraw, Rule.Denied, Rule.Allowed, Level.Protected);
        _withdraw(aliceId, weth, 2e18);
        assertEq(vault.collateralOf(aliceId, 0), 3e18);
        _withdraw(aliceId, weth, 3e18);
        assertEq(vault.collateralBitmapOf(aliceId), 0);
        assertEq(weth.balanceOf(alice), 5e18);
    }

    function test_Withdraw_DownToInitialMarginAndNotAWeiBelow() external {
        _trade();
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -1e12));
        _withdraw(aliceId, usdc, 800 * USD + 1);
        _withdraw(aliceId, usdc, 800 * USD);
        assertEq(vault.cashOf(aliceId), -1_800e18);
    }

    function test_Withdraw_StressedRule() external {
        _trade();
        Rule[2] memory rules = [Rule.Stressed, Rule.SurplusOnly];
        for (uint256 i; i < 2; ++i) {
            guards.setRule(Action.Withdraw, rules[i], Rule.Allowed, Level.Guarded);
            vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -1e12));
            _withdraw(aliceId, usdc, 600 * USD + 1);
        }
        _withdraw(aliceId, usdc, 600 * USD);
    }

    function test_Withdraw_RevertsWhen_BreakerRefuses() external {
        _trade();
        Rule[4] memory rules = [Rule.ReduceOnly, Rule.DeepInsolventOnly, Rule.UnaffectedOnly, Rule.Denied];
        for (uint256 i; i < 4; ++i) {
            guards.setRule(Action.Withdraw, rules[i], Rule.Allowed, Level.Protected);
            vm.expectRevert(_refused(aliceId, rules[i]));
            _withdraw(aliceId, usdc, 1);
        }
        guards.setRule(Action.Withdraw, Rule.Allowed, Rule.Denied, Level.Protected);
        _withdraw(aliceId, usdc, 1);
        _deposit(carolId, usdc, 1);
        vm.expectRevert(_refused(carolId, Rule.Denied));
        _withdraw(carolId, usdc, 1);
    }

    function test_Withdraw_RevertsWhen_CashIsOthers() external {
        _deposit(aliceId, weth, 10e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawsOthersCash.selector, aliceId, -1e12));
        _withdraw(aliceId, usdc, 1_000 * USD + 1);
        _trade();
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawsOthersCash.selector, aliceId, -1e12));
        _withdraw(aliceId, usdc, 1_000 * USD + 1);
        _withdraw(aliceId, usdc, 1_000 * USD);
        assertEq(vault.cashOf(aliceId), -2_000e18);
        // Collateral may leave as long as margin holds: 200 are needed of 20,000.
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -2_000));
        _withdraw(aliceId, weth, 9.9e18 + 1);
        _withdraw(aliceId, weth, 9.9e18);
    }

    function test_Withdraw_RevertsWhen_CashIsLentOut() external {
        _trade();
        _deposit(aliceId, weth, 10e18);
        risk.setPrice(1, 4_000e18);
        risk.setCollateralPrice(0, 4_000e18);
        // Alice won 2,000 that Bob has not: she takes 2,000 of the 2,000 held.
        _withdraw(aliceId, usdc, 2_000 * USD);
        _deposit(carolId, usdc, 3 * USD);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_InsufficientLiquidity.selector, address(usdc), 4 * USD, 3 * USD)
        );
        _withdraw(aliceId, usdc, 4 * USD);
    }

    function test_Withdraw_RevertsWhen_CollateralMissing() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_InsufficientCollateral.selector, aliceId, address(weth), 1, 0)
        );
        _withdraw(aliceId, weth, 1);
    }

    function test_Withdraw_RevertsWhen_LimiterRefuses() external {
        guards.setOutLimit(10);
        vm.expectRevert(abi.encodeWithSelector(VaultGuardsMock.OverLimit.selector, 11, 10));
        _withdraw(aliceId, usdc, 11);
        _withdraw(aliceId, usdc, 10);
    }

    function test_Withdraw_RevertsWhen_Gated() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.WithdrawalsGated(block.timestamp + 100);
        vm.prank(waterfall);
        vault.gateWithdrawals(block.timestamp + 100);
        assertEq(vault.gatedUntil(), block.timestamp + 100);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawalsGated.selector, block.timestamp + 100));
        _withdraw(aliceId, usdc, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawalsGated.selector, block.timestamp + 100));
        vm.prank(alice);
        vault.transfer(aliceId, bobId, address(usdc), 1);
        vm.warp(block.timestamp + 100);
        _withdraw(aliceId, usdc, 1);
    }

    function test_GateWithdrawals_LiftsAndIsBounded() external {
        vm.startPrank(waterfall);
        vault.gateWithdrawals(block.timestamp + 7 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVaultErrors.Vault_GateTooLong.selector,
                block.timestamp + 7 days + 1,
                block.timestamp + 7 days
            )
        );
        vault.gateWithdrawals(block.timestamp + 7 days + 1);
        vault.gateWithdrawals(0);
        vm.stopPrank();
        _withdraw(aliceId, usdc, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotModule.selector, auction));
        vm.prank(auction);
        vault.gateWithdrawals(0);
    }

    function test_Withdraw_RevertsWhen_Frozen() external {
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        assertTrue(vault.isFrozen(aliceId));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_AccountFrozen.selector, aliceId));
        _withdraw(aliceId, usdc, 1);
        vm.prank(auction);
        vault.setFrozen(aliceId, false);
        _withdraw(aliceId, usdc, 1);
    }

    function test_Withdraw_RevertsWhen_ArgumentsAreNonsense() external {
        vm.startPrank(alice);
        vm.expectRevert(IVaultErrors.Vault_ZeroAmount.selector);
        vault.withdraw(aliceId, address(usdc), 0, alice);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownToken.selector, address(9)));
        vault.withdraw(aliceId, address(9), 1, alice);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BadRecipient.selector, address(0)));
        vault.withdraw(aliceId, address(usdc), 1, address(0));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BadRecipient.selector, address(vault)));
        vault.withdraw(aliceId, address(usdc), 1, address(vault));
    }

    function test_Withdraw_OperatorOnlyToOwnerAndAllowed() external {
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAuthorised.selector, aliceId, keeper));
        vm.prank(keeper);
        vault.withdraw(aliceId, address(usdc), 1, alice);

        vm.prank(alice);
        vault.setOperator(keeper, true);
        vm.startPrank(keeper);
        vault.withdraw(aliceId, address(usdc), 1, alice);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_RecipientNotAllowed.selector, aliceId, keeper, keeper)
        );
        vault.withdraw(aliceId, address(usdc), 1, keeper);
        vm.stopPrank();

        vm.prank(alice);
        vault.setRecipient(keeper, true);
        vm.prank(keeper);
        vault.withdraw(aliceId, address(usdc), 1, keeper);
        assertEq(usdc.balanceOf(keeper), 1);
    }

    function test_Withdraw_RevertsWhen_AModuleAsks() external {
        assertTrue(vault.mayAct(aliceId, auction));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAuthorised.selector, aliceId, auction));
        vm.prank(auction);
        vault.withdraw(aliceId, address(usdc), 1, auction);
    }

    function test_Withdraw_RevertsWhen_TokenReenters() external {
        _deposit(aliceId, weth, 2);
        weth.setHook(address(vault), abi.encodeCall(vault.touch, (aliceId)));
        vm.expectRevert(IVaultErrors.Vault_Reentered.selector);
        _withdraw(aliceId, weth, 1);
    }

    // --- Transfer ---------------------------------------------------------------------------------------------

    function test_Transfer_MovesCashAndCollateral() external {
        _deposit(aliceId, weth, 7);
        // What Carol does not hold yet, Alice may not give her.
        _deposit(carolId, weth, 1);
        guards.setOutLimit(0);
        vm.startPrank(alice);
        vm.expectEmit(address(vault));
        emit IVaultEvents.Transferred(aliceId, carolId, address(usdc), 300 * USD);
        vault.transfer(aliceId, carolId, address(usdc), 300 * USD);
        vault.transfer(aliceId, carolId, address(weth), 7);
        vm.stopPrank();
        assertEq(vault.cashOf(carolId), 300e18);
        assertEq(vault.cashOf(aliceId), 700e18);
        assertEq(vault.collateralOf(carolId, 0), 8);
        assertEq(vault.collateralBitmapOf(aliceId), 0);
        assertEq(vault.collateralBitmapOf(carolId), 1);
        assertEq(vault.holdingsOf(address(usdc)), 2_000 * USD);
    }

    function test_Transfer_KeepsMargin() external {
        _trade();
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -1e12));
        vault.transfer(aliceId, carolId, address(usdc), 800 * USD + 1);
        vault.transfer(aliceId, carolId, address(usdc), 800 * USD);
    }

    function test_Transfer_OperatorOnlyToAllowedOwners() external {
        vm.prank(alice);
        vault.setOperator(keeper, true);
        vm.startPrank(keeper);
        vault.transfer(aliceId, toAccountId(alice, 3), address(usdc), 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_RecipientNotAllowed.selector, aliceId, keeper, carol)
        );
        vault.transfer(aliceId, carolId, address(usdc), 1);
        vm.stopPrank();
        vm.prank(alice);
        vault.setRecipient(carol, true);
        vm.prank(keeper);
        vault.transfer(aliceId, carolId, address(usdc), 1);
    }

    function test_Transfer_RevertsWhen_ArgumentsAreNonsense() external {
        AccountId nobody = toAccountId(address(0), 1);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SameAccount.selector, aliceId));
        vault.transfer(aliceId, aliceId, address(usdc), 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, nobody));
        vault.transfer(aliceId, nobody, address(usdc), 1);
        vm.expectRevert(IVaultErrors.Vault_ZeroAmount.selector);
        vault.transfer(aliceId, bobId, address(usdc), 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAuthorised.selector, bobId, alice));
        vault.transfer(bobId, aliceId, address(usdc), 1);
    }

    function testFuzz_Transfer_ThereAndBackIsExact(uint64 amount) external {
        amount = uint64(bound(amount, 1, 1_000 * USD));
        vm.prank(alice);
        vault.transfer(aliceId, bobId, address(usdc), amount);
        vm.prank(bob);
        vault.transfer(bobId, aliceId, address(usdc), amount);
        assertEq(vault.cashOf(aliceId), 1_000e18);
        assertEq(vault.cashOf(bobId), 1_000e18);
    }

    function _refused(AccountId account, Rule rule) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IVaultErrors.Vault_ActionRefused.selector,
                account,
                Action.Withdraw,
                rule,
                Level.Protected
            );
    }
}
