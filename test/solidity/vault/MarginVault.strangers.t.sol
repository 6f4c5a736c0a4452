// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultToken} from "../support/VaultToken.sol";

/// @dev What somebody without a word in an account may put into it. Each collateral makes an account depend on one more
/// price: a wei of a token whose feed is dead would stop its owner from opening and withdrawing.
contract MarginVaultStrangersTest is VaultFixture {
    address internal mallory = address(0x3A110);
    address internal operator = address(0x0BE);

    function setUp() public override {
        super.setUp();
        _deposit(aliceId, usdc, 1_000 * USD);
        address[3] memory payers = [mallory, operator, fund];
        for (uint256 i; i < payers.length; ++i) {
            VaultToken[3] memory tokens = [usdc, weth, wbtc];
            for (uint256 t; t < tokens.length; ++t) {
                tokens[t].mint(payers[i], 10e18);
                vm.prank(payers[i]);
                tokens[t].approve(address(vault), type(uint256).max);
            }
        }
    }

    function test_Deposit_RevertsWhen_AStrangerBringsANewCollateral() external {
        _expectUnsolicited(aliceId, weth, mallory);
        _pay(mallory, aliceId, weth, 1);
        assertEq(vault.collateralBitmapOf(aliceId), 0);
    }

    function test_Deposit_AStrangerMayTopUpWhatIsThere() external {
        _deposit(aliceId, weth, 1e18);
        _pay(mallory, aliceId, weth, 1e18);
        _pay(mallory, aliceId, usdc, 5 * USD);
        assertEq(vault.collateralOf(aliceId, 0), 2e18);
        assertEq(vault.cashOf(aliceId), 1_005e18);
    }

    function test_Deposit_AStrangerMayNotRestoreWhatWasTakenOut() external {
        _deposit(aliceId, weth, 1e18);
        _withdraw(aliceId, weth, 1e18);
        _expectUnsolicited(aliceId, weth, mallory);
        _pay(mallory, aliceId, weth, 1);
    }

    function test_Deposit_OperatorsAndModulesMayBringNewCollateral() external {
        vm.prank(alice);
        vault.setOperator(operator, true);
        _pay(operator, aliceId, weth, 1e18);
        _pay(fund, aliceId, wbtc, 1e8);
        assertEq(vault.collateralBitmapOf(aliceId), 3);
    }

    function test_Transfer_RevertsWhen_AStrangerBringsANewCollateral() external {
        _deposit(bobId, weth, 1e18);
        _expectUnsolicited(aliceId, weth, bob);
        vm.prank(bob);
        vault.transfer(bobId, aliceId, address(weth), 1);

        AccountId second = toAccountId(bob, 1);
        vm.prank(bob);
        vault.transfer(bobId, second, address(weth), 1e17);
        assertEq(vault.collateralOf(second, 0), 1e17);
    }

    function test_Operate_RevertsWhen_AStrangerBringsANewCollateral() external {
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _action(IMarginVault.BatchActionKind.Deposit, abi.encode(aliceId, address(weth), 1));
        _expectUnsolicited(aliceId, weth, mallory);
        vm.prank(mallory);
        vault.operate(actions);
    }

    function _expectUnsolicited(AccountId account, VaultToken token, address actor) private {
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_UnsolicitedCollateral.selector, account, address(token), actor)
        );
    }

    function _pay(address payer, AccountId account, VaultToken token, uint256 amount) private {
        vm.prank(payer);
        vault.deposit(account, address(token), amount);
    }
}
