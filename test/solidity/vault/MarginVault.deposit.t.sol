// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultSilentToken} from "../support/VaultSilentToken.sol";

contract MarginVaultDepositTest is VaultFixture {
    function test_Deposit_CreditsCashInWad() external {
        usdc.mint(alice, 7 * USD);
        vm.startPrank(alice);
        usdc.approve(address(vault), 7 * USD);
        vm.expectEmit(address(vault));
        emit IVaultEvents.AccountListed(bobId, 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.Deposited(bobId, address(usdc), alice, 7 * USD);
        vault.deposit(bobId, address(usdc), 7 * USD);
        vm.stopPrank();

        assertEq(vault.cashOf(bobId), 7e18);
        assertEq(vault.settledCashOf(bobId), 7e18);
        assertEq(vault.holdingsOf(address(usdc)), 7 * USD);
        assertEq(usdc.balanceOf(address(vault)), 7 * USD);
        assertEq(guards.inflows(), 7 * USD);
        assertEq(guards.lastHoldings(), 7 * USD);
    }

    function test_Deposit_KeepsCollateralInTokenUnits() external {
        _deposit(aliceId, weth, 3);
        _deposit(aliceId, wbtc, 5);
        _deposit(aliceId, wbtc, 6);
        assertEq(vault.collateralOf(aliceId, 0), 3);
        assertEq(vault.collateralOf(aliceId, 1), 11);
        assertEq(vault.collateralBitmapOf(aliceId), 3);
        assertEq(vault.portfolioOf(aliceId).collateral[0].amountWad, 3);
        assertEq(vault.portfolioOf(aliceId).collateral[1].amountWad, 11e10);
        assertEq(vault.portfolioOf(aliceId).collateral[1].index, 1);
        assertEq(vault.cashOf(aliceId), 0);
    }

    function test_Deposit_ListsAnAccountOnce() external {
        _deposit(aliceId, usdc, 1);
        _deposit(bobId, weth, 1);
        _deposit(aliceId, weth, 1);
        assertEq(vault.accountCount(), 2);
        assertTrue(vault.accountAt(0) == aliceId);
        assertTrue(vault.accountAt(1) == bobId);
    }

    function testFuzz_Deposit_AnyDecimalsAreExact(uint8 decimals, uint96 amount) external {
        decimals = uint8(bound(decimals, 0, 18));
        amount = uint96(bound(amount, 1, 1e15));
        VaultSilentToken token = new VaultSilentToken(decimals);
        MarginVault fresh = _newVault(address(token));
        token.mint(alice, amount);
        vm.startPrank(alice);
        token.approve(address(fresh), amount);
        fresh.deposit(aliceId, address(token), amount);
        assertEq(fresh.cashOf(aliceId), int256(uint256(amount) * 10 ** (18 - decimals)));
        fresh.withdraw(aliceId, address(token), amount, alice);
        vm.stopPrank();
        assertEq(fresh.cashOf(aliceId), 0);
        assertEq(token.balanceOf(alice), amount);
    }

    function test_Deposit_NeverAsksBreakerOrFeeds() external {
        guards.setRule(Action.Withdraw, Rule.Denied, Rule.Denied, Level.Settling);
        risk.setDead(true);
        vm.prank(waterfall);
        vault.gateWithdrawals(block.timestamp + 1 days);
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        _deposit(aliceId, usdc, 1);
        _deposit(aliceId, weth, 1);
        assertEq(vault.cashOf(aliceId), 1e12);
    }

    function test_Deposit_DonationsChangeNothing() external {
        _deposit(aliceId, usdc, 10);
        usdc.mint(address(vault), 1_000);
        assertEq(vault.holdingsOf(address(usdc)), 10);
        assertEq(vault.cashOf(aliceId), 10e12);
        _deposit(bobId, usdc, 5);
        assertEq(vault.holdingsOf(address(usdc)), 15);
    }

    function test_Deposit_RevertsWhen_Zero() external {
        vm.expectRevert(IVaultErrors.Vault_ZeroAmount.selector);
        vault.deposit(aliceId, address(usdc), 0);
    }

    function test_Deposit_RevertsWhen_TokenUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownToken.selector, address(7)));
        vault.deposit(aliceId, address(7), 1);
    }

    function test_Deposit_RevertsWhen_AccountHasNoOwner() external {
        AccountId nobody = toAccountId(address(0), 5);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, nobody));
        vault.deposit(nobody, address(usdc), 1);
        AccountId own = toAccountId(address(vault), 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, own));
        vault.deposit(own, address(usdc), 1);
    }

    function test_Deposit_RevertsWhen_TokenKeepsAFee() external {
        usdc.setFee(1);
        usdc.mint(address(this), 10);
        usdc.approve(address(vault), 10);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_TransferFeeUnsupported.selector, address(usdc), 10, 9)
        );
        vault.deposit(aliceId, address(usdc), 10);
        assertEq(vault.accountCount(), 0);
    }

    function test_Deposit_RevertsWhen_TokenReenters() external {
        weth.setHook(address(vault), abi.encodeCall(vault.deposit, (aliceId, address(usdc), 1)));
        weth.mint(address(this), 1);
        weth.approve(address(vault), 1);
        vm.expectRevert(IVaultErrors.Vault_Reentered.selector);
        vault.deposit(aliceId, address(weth), 1);
    }

    function test_DepositWithPermit_SpendsOnce() external {
        (uint8 v, bytes32 r, bytes32 s) = _permit(60, 9);
        vm.prank(vm.addr(9));
        vault.depositWithPermit(aliceId, address(usdc), 60, block.timestamp, v, r, s);
        assertEq(vault.cashOf(aliceId), 60e12);
    }

    function test_DepositWithPermit_AlreadyUsedIsFine() external {
        (uint8 v, bytes32 r, bytes32 s) = _permit(60, 9);
        usdc.permit(vm.addr(9), address(vault), 60, block.timestamp, v, r, s);
        vm.prank(vm.addr(9));
        vault.depositWithPermit(aliceId, address(usdc), 60, block.timestamp, v, r, s);
        assertEq(vault.cashOf(aliceId), 60e12);
    }

    function test_DepositWithPermit_RevertsWhen_NothingAllowed() external {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 60)
        );
        vault.depositWithPermit(aliceId, address(usdc), 60, block.timestamp, 27, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownToken.selector, alice));
        vault.depositWithPermit(aliceId, alice, 60, block.timestamp, 27, 0, 0);
    }

    function test_Deposit_OldStyleCollateral() external {
        VaultSilentToken token = new VaultSilentToken(0);
        assertEq(vault.listCollateral(address(token)), 2);
        token.mint(alice, 4);
        vm.startPrank(alice);
        token.approve(address(vault), 4);
        vault.deposit(aliceId, address(token), 4);
        assertEq(vault.portfolioOf(aliceId).collateral[0].amountWad, 4e18);
        vault.withdraw(aliceId, address(token), 4, alice);
        vm.stopPrank();
        assertEq(token.balanceOf(alice), 4);
        assertEq(vault.collateralBitmapOf(aliceId), 0);
    }

    function _permit(uint256 amount, uint256 key) private returns (uint8 v, bytes32 r, bytes32 s) {
        address owner = vm.addr(key);
        usdc.mint(owner, amount);
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 inner = keccak256(abi.encode(typehash, owner, address(vault), amount, 0, block.timestamp));
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), inner)));
    }
}
