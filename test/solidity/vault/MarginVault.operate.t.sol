// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultCalleeMock} from "../support/VaultCalleeMock.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultGuardsMock} from "../support/VaultGuardsMock.sol";

contract MarginVaultOperateTest is VaultFixture {
    VaultCalleeMock internal callee;

    function setUp() public override {
        super.setUp();
        callee = new VaultCalleeMock();
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 10_000 * USD);
        _deposit(carolId, usdc, 10_000 * USD);
    }

    function _run(IMarginVault.BatchAction[] memory actions) private {
        vm.prank(alice);
        vault.operate(actions);
    }

    function _withdrawal(uint256 amount) private view returns (IMarginVault.BatchAction memory) {
        return _action(IMarginVault.BatchActionKind.Withdraw, abi.encode(aliceId, address(usdc), amount, alice));
    }

    function _take(
        Fill[] memory fills,
        TradeTerms[] memory terms
    ) private pure returns (IMarginVault.BatchAction memory) {
        return _action(IMarginVault.BatchActionKind.Fill, abi.encode(fills, terms));
    }

    /// @dev 1,000 USDC of Alice for `pays` WETH from the callee.
    function _swap(uint256 amountOut, uint256 minimum) private view returns (IMarginVault.BatchAction memory) {
        IMarginVault.SwapRequest memory request = IMarginVault.SwapRequest(
            aliceId,
            address(usdc),
            amountOut,
            address(weth),
            minimum,
            address(callee),
            "hello"
        );
        return _action(IMarginVault.BatchActionKind.Swap, abi.encode(request));
    }

    // --- The end state counts ---------------------------------------------------------------------------------

    function test_Operate_DepositAfterWithdrawal() external {
        _fill(aliceId, bobId, ETH, 400, 2_000e18);
        _approve(500 * USD);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        actions[0] = _withdrawal(600 * USD);
        actions[1] = _action(IMarginVault.BatchActionKind.Deposit, abi.encode(aliceId, address(usdc), 399 * USD));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -1e18));
        _run(actions);
        actions[1] = _action(IMarginVault.BatchActionKind.Deposit, abi.encode(aliceId, address(usdc), 400 * USD));
        _run(actions);
        assertEq(vault.cashOf(aliceId), -7_200e18);
    }

    function test_Operate_FillBeforeItsMarginArrives() external {
        _approve(1_000 * USD);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        actions[0] = _take(_fills(aliceId, bobId, ETH, 1_000, 2_000e18), _terms(aliceId, bobId));
        actions[1] = _action(IMarginVault.BatchActionKind.Deposit, abi.encode(aliceId, address(usdc), 1_000 * USD));
        _run(actions);
        assertEq(exchange.lastActor(), alice);
        assertEq(vault.lotsOf(aliceId, ETH), 1_000);
    }

    function test_Operate_RollInOneGo() external {
        _fill(aliceId, bobId, ETH, 450, 2_000e18);
        // Both legs alone would need 1,800 of margin.
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        actions[0] = _take(_fills(aliceId, bobId, BTC, 180, 50_000e18), _terms(aliceId, bobId));
        actions[1] = _take(_fills(bobId, aliceId, ETH, 450, 2_000e18), _terms(aliceId, bobId));
        _run(actions);
        assertEq(vault.perpBitmapOf(aliceId), 4);
    }

    function test_Operate_ChecksTheCounterpartyToo() external {
        _deposit(aliceId, usdc, 100_000 * USD);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _take(_fills(aliceId, bobId, ETH, 5_001, 2_000e18), _terms(aliceId, bobId));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, bobId, -2e18));
        _run(actions);
    }

    function test_Operate_ReductionBelowMarginHoldsOnItsOwnOrAtTheEnd() external {
        _fill(aliceId, bobId, ETH, 400, 2_000e18);
        risk.setPrice(1, 1_850e18);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _take(_fills(carolId, aliceId, ETH, 100, 1_850e18), _terms(aliceId, carolId));
        _run(actions);
        // Far below the mark it does not hold, and initial margin is not met at the end.
        actions[0] = _take(_fills(carolId, aliceId, ETH, 100, 1_700e18), _terms(aliceId, carolId));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -120e18));
        _run(actions);
        // With fresh cash it is.
        _approve(120 * USD);
        IMarginVault.BatchAction[] memory both = new IMarginVault.BatchAction[](2);
        both[0] = actions[0];
        both[1] = _action(IMarginVault.BatchActionKind.Deposit, abi.encode(aliceId, address(usdc), 120 * USD));
        _run(both);
    }

    function test_Operate_TransferAndPermit() external {
        uint256 key = 5;
        address owner = vm.addr(key);
        usdc.mint(owner, 50);
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 inner = keccak256(abi.encode(typehash, owner, address(vault), 50, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), inner))
        );
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        actions[0] = _action(
            IMarginVault.BatchActionKind.DepositWithPermit,
            abi.encode(toAccountId(owner, 1), address(usdc), 50, block.timestamp, v, r, s)
        );
        actions[1] = _action(
            IMarginVault.BatchActionKind.Transfer,
            abi.encode(toAccountId(owner, 1), aliceId, address(usdc), 20)
        );
        vm.prank(owner);
        vault.operate(actions);
        assertEq(vault.cashOf(toAccountId(owner, 1)), 30e12);
        assertEq(vault.cashOf(aliceId), 1_000e18 + 20e12);
    }

    // --- Swap -------------------------------------------------------------------------------------------------

    function test_Operate_SwapsCashForCollateral() external {
        weth.mint(address(callee), 1e18);
        callee.set(0.6e18, address(0), "");
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1_000 * USD, 0.5e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.Swapped(aliceId, address(callee), address(usdc), 1_000 * USD, address(weth), 0.6e18);
        _run(actions);
        assertEq(vault.cashOf(aliceId), 0);
        assertEq(vault.collateralOf(aliceId, 0), 0.6e18);
        assertEq(vault.holdingsOf(address(weth)), 0.6e18);
        assertEq(usdc.balanceOf(address(callee)), 1_000 * USD);
        assertEq(callee.seen(), "hello");
    }

    function test_Operate_RevertsWhen_SwapBringsTooLittle() external {
        weth.mint(address(callee), 1e18);
        callee.set(0.5e18 - 1, address(0), "");
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1_000 * USD, 0.5e18);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_SwapTooLittle.selector, address(weth), 0.5e18 - 1, 0.5e18)
        );
        _run(actions);
    }

    function test_Operate_RevertsWhen_SwapUsesOthersCash() external {
        _deposit(aliceId, weth, 10e18);
        weth.mint(address(callee), 1e18);
        callee.set(0.6e18, address(0), "");
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1_001 * USD, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawsOthersCash.selector, aliceId, -1e18));
        _run(actions);
    }

    function test_Operate_SwapCalleeIsARecipient() external {
        vm.prank(alice);
        vault.setOperator(bob, true);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_RecipientNotAllowed.selector, aliceId, bob, address(callee))
        );
        vm.prank(bob);
        vault.operate(actions);
    }

    function test_Operate_SwapCountsAgainstTheLimiter() external {
        guards.setOutLimit(5);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(6, 1);
        vm.expectRevert(abi.encodeWithSelector(VaultGuardsMock.OverLimit.selector, 6, 5));
        _run(actions);
    }

    function test_Operate_RevertsWhen_SwapIsNonsense() external {
        IMarginVault.SwapRequest memory request = IMarginVault.SwapRequest(
            aliceId,
            address(usdc),
            1,
            address(usdc),
            1,
            address(callee),
            ""
        );
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _action(IMarginVault.BatchActionKind.Swap, abi.encode(request));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownToken.selector, address(usdc)));
        _run(actions);
        request.tokenIn = address(weth);
        request.minAmountIn = 0;
        actions[0].data = abi.encode(request);
        vm.expectRevert(IVaultErrors.Vault_ZeroAmount.selector);
        _run(actions);
        request.callee = address(vault);
        actions[0].data = abi.encode(request);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BadRecipient.selector, address(vault)));
        _run(actions);
    }

    // --- Reentry ----------------------------------------------------------------------------------------------

    function test_Operate_CalleeFindsEveryDoorShut() external {
        bytes[9] memory calls = [
            abi.encodeCall(vault.deposit, (aliceId, address(usdc), 1)),
            abi.encodeCall(vault.withdraw, (aliceId, address(usdc), 1, alice)),
            abi.encodeCall(vault.transfer, (aliceId, bobId, address(usdc), 1)),
            abi.encodeCall(vault.operate, (new IMarginVault.BatchAction[](1))),
            abi.encodeCall(vault.touch, (aliceId)),
            abi.encodeCall(vault.distributeFees, ()),
            abi.encodeCall(vault.setOperator, (bob, true)),
            abi.encodeCall(vault.setRecipient, (bob, true)),
            abi.encodeCall(vault.setOperatorBySig, (alice, bob, true, 0, block.timestamp, ""))
        ];
        weth.mint(address(callee), 1e18);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1 * USD, 1);
        for (uint256 i; i < calls.length; ++i) {
            callee.set(1e15, address(vault), calls[i]);
            _run(actions);
            assertEq(callee.reason(), abi.encodeWithSelector(IVaultErrors.Vault_Reentered.selector));
        }
    }

    function test_Operate_CalleeFindsTheModulesDoorsShut() external {
        bytes memory settle = abi.encodeCall(
            exchange.settle,
            (_fills(aliceId, bobId, ETH, 1, 2_000e18), _terms(aliceId, bobId))
        );
        weth.mint(address(callee), 1e18);
        callee.set(1e15, address(exchange), settle);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _swap(1 * USD, 1);
        _run(actions);
        assertEq(callee.reason(), abi.encodeWithSelector(IVaultErrors.Vault_Reentered.selector));

        // Even a callee that is a module: it cannot flag, slice or move in the middle of a swap.
        bytes[4] memory calls = [
            abi.encodeCall(vault.setFrozen, (aliceId, true)),
            abi.encodeCall(vault.transferSlice, (aliceId, carolId, 1e18, 0)),
            abi.encodeCall(vault.exchangeCollateral, (aliceId, carolId, 0, 1, 0)),
            abi.encodeCall(vault.moveCash, (bobId, carolId, 1))
        ];
        vault.setModule(address(callee), IVaultSettings.ModuleRole.Auction);
        for (uint256 i; i < calls.length; ++i) {
            callee.set(1e15, address(vault), calls[i]);
            _run(actions);
            assertEq(callee.reason(), abi.encodeWithSelector(IVaultErrors.Vault_Reentered.selector));
        }
    }

    function test_Operate_LeavesNothingBehind() external {
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _withdrawal(1);
        _run(actions);
        _run(actions);
        // Nothing that the first batch touched is checked again in this transaction.
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        risk.setPrice(1, 1_000e18);
        actions[0] = _action(IMarginVault.BatchActionKind.Transfer, abi.encode(bobId, carolId, address(usdc), 1));
        vm.prank(bob);
        vault.operate(actions);
    }

    // --- Refusals ---------------------------------------------------------------------------------------------

    function test_Operate_RevertsWhen_SizeIsWrong() external {
        vm.expectRevert(IVaultErrors.Vault_EmptyBatch.selector);
        vault.operate(new IMarginVault.BatchAction[](0));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 65, 64));
        vault.operate(new IMarginVault.BatchAction[](65));
    }

    function test_Operate_RevertsWhen_TooManyAccounts() external {
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](33);
        for (uint96 i; i < 33; ++i) {
            _deposit(toAccountId(alice, i + 1), usdc, 1);
            actions[i] = _action(
                IMarginVault.BatchActionKind.Withdraw,
                abi.encode(toAccountId(alice, i + 1), address(usdc), 1, alice)
            );
        }
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 33, 32));
        _run(actions);
    }

    function test_Operate_RevertsWhen_CallerMayNot() external {
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _withdrawal(1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAuthorised.selector, aliceId, bob));
        vm.prank(bob);
        vault.operate(actions);
    }

    function test_Operate_RevertsWhen_NoExchange() external {
        vault.setModule(address(exchange), IVaultSettings.ModuleRole.None);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _action(IMarginVault.BatchActionKind.Fill, "");
        vm.expectRevert(IVaultErrors.Vault_NoExchange.selector);
        _run(actions);
    }

    function test_Operate_OpenAndWithdrawTakeTheStricterStress() external {
        guards.setRule(Action.Open, Rule.Stressed, Rule.Allowed, Level.Guarded);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        actions[0] = _take(_fills(aliceId, bobId, ETH, 200, 2_000e18), _terms(aliceId, bobId));
        actions[1] = _withdrawal(200 * USD + 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -1e12));
        _run(actions);
        actions[1] = _withdrawal(200 * USD);
        _run(actions);
    }

    function _approve(uint256 amount) private {
        usdc.mint(alice, amount);
        vm.prank(alice);
        usdc.approve(address(vault), amount);
    }
}
