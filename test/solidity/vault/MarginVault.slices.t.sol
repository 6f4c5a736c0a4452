// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {VaultFixture} from "../support/VaultFixture.sol";

contract MarginVaultSlicesTest is VaultFixture {
    function setUp() public override {
        super.setUp();
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(aliceId, weth, 1e18 + 1);
        _deposit(bobId, usdc, 10_000 * USD);
        _deposit(carolId, usdc, 10_000 * USD);
        _fill(aliceId, bobId, ETH, 101, 2_000e18);
        _fill(bobId, aliceId, BTC, 3, 50_000e18);
    }

    function _slice(uint256 fraction, int256 payment) private {
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, fraction, payment);
    }

    function test_TransferSlice_MovesAPartOfEverything() external {
        // Cash of Alice: 1,000 - 2,020 + 150 = -870.
        assertEq(vault.cashOf(aliceId), -870e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.PositionMoved(aliceId, carolId, ETH, 50, 0, 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.PositionMoved(aliceId, carolId, BTC, -1, 0, 0);
        vm.expectEmit(address(vault));
        emit IVaultEvents.CashMoved(aliceId, carolId, -435e18 - 7e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.CollateralMoved(aliceId, carolId, 0, 0.5e18);
        _slice(0.5e18, 7e18);
        assertEq(vault.lotsOf(aliceId, ETH), 51);
        assertEq(vault.lotsOf(carolId, ETH), 50);
        // Negative lots round toward zero.
        assertEq(vault.lotsOf(aliceId, BTC), -2);
        assertEq(vault.lotsOf(carolId, BTC), -1);
        assertEq(vault.collateralOf(aliceId, 0), 0.5e18 + 1);
        assertEq(vault.collateralOf(carolId, 0), 0.5e18);
        assertEq(vault.cashOf(aliceId), -435e18 + 7e18);
        assertEq(vault.cashOf(carolId), 10_000e18 - 435e18 - 7e18);
        assertEq(vault.perpBitmapOf(carolId), 6);
        (, , , , uint256 price, ) = perps.markets(1);
        assertEq(price, 0);
    }

    function test_TransferSlice_WholeIsExact() external {
        perps.fund(1, 777);
        _slice(1e18, -3e18);
        assertEq(vault.perpBitmapOf(aliceId), 0);
        assertEq(vault.collateralBitmapOf(aliceId), 0);
        assertEq(vault.cashOf(aliceId), -3e18);
        assertEq(vault.lotsOf(carolId, ETH), 101);
        assertEq(vault.lotsOf(carolId, BTC), -3);
        assertEq(vault.collateralOf(carolId, 0), 1e18 + 1);
        assertEq(vault.cashOf(carolId), 10_000e18 - 870e18 - 101 * 777 + 3e18);
    }

    /// @dev Funding of lots that are too few to be divided is shared like all cash.
    function test_TransferSlice_SharesWhatIsDueToLotsThatStay() external {
        perps.fund(2, 8e18);
        int256 before = vault.cashOf(aliceId);
        assertEq(before, -870e18 + 24e18);
        _slice(0.25e18, 0);
        assertEq(vault.lotsOf(carolId, BTC), 0);
        assertEq(vault.cashOf(carolId), 10_000e18 + before / 4);
        assertEq(vault.cashOf(aliceId), before - before / 4);
    }

    function test_TransferSlice_DebtRoundsAgainstTheTaker() external {
        _slice(1, 0);
        assertEq(vault.cashOf(aliceId), -870e18 + 870);
        vm.prank(auction);
        vault.moveCash(aliceId, carolId, 1);
        _slice(1, 0);
        // 870.(0)87e18 * 1e-18, rounded up.
        assertEq(vault.cashOf(aliceId), -870e18 + 870 - 1 + 870);
        assertEq(vault.lotsOf(carolId, ETH), 0);
    }

    function testFuzz_TransferSlice_Conserves(uint64 fraction, int64 payment, int64 funding) external {
        fraction = uint64(bound(fraction, 1, 1e18));
        payment = int64(bound(payment, -8e18, 8e18));
        funding = int64(bound(funding, -1e15, 1e15));
        perps.fund(1, funding);
        perps.fund(2, -2 * int256(funding));
        int256 cash = vault.cashOf(aliceId) + vault.cashOf(carolId);
        _slice(fraction, payment);
        assertEq(vault.cashOf(aliceId) + vault.cashOf(carolId), cash);
        assertEq(vault.lotsOf(aliceId, ETH) + vault.lotsOf(carolId, ETH), 101);
        assertEq(vault.lotsOf(aliceId, BTC) + vault.lotsOf(carolId, BTC), -3);
        assertEq(vault.collateralOf(aliceId, 0) + vault.collateralOf(carolId, 0), 1e18 + 1);
        assertEq(vault.lotsOf(carolId, ETH), int64(int256((101 * uint256(fraction)) / 1e18)));
    }

    function test_TransferSlice_RevertsWhen_TakerCannotCarryIt() external {
        AccountId poor = toAccountId(address(0x900), 0);
        vm.prank(auction);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, poor, -347e18 + 2_000));
        vault.transferSlice(aliceId, poor, 1e18, 3_130e18);
    }

    function test_TransferSlice_RevertsWhen_Nonsense() external {
        vm.startPrank(auction);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FractionOutOfRange.selector, 0));
        vault.transferSlice(aliceId, carolId, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FractionOutOfRange.selector, 1e18 + 1));
        vault.transferSlice(aliceId, carolId, 1e18 + 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SameAccount.selector, aliceId));
        vault.transferSlice(aliceId, aliceId, 1, 0);
        AccountId own = toAccountId(address(vault), 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, own));
        vault.transferSlice(aliceId, own, 1, 0);
        vault.setFrozen(carolId, true);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_AccountFrozen.selector, carolId));
        vault.transferSlice(aliceId, carolId, 1, 0);
    }

    function test_ModuleFunctions_RevertsWhen_CallerIsNot() external {
        bytes[6] memory calls = [
            abi.encodeCall(vault.transferSlice, (aliceId, carolId, 1, 0)),
            abi.encodeCall(vault.exchangeCollateral, (aliceId, carolId, 0, 1, 0)),
            abi.encodeCall(vault.setFrozen, (aliceId, true)),
            abi.encodeCall(vault.moveCash, (aliceId, bobId, 1)),
            abi.encodeCall(vault.creditFromLoss, (aliceId, 1)),
            abi.encodeCall(vault.gateWithdrawals, (0))
        ];
        for (uint256 i; i < 6; ++i) {
            address caller = i < 3 ? waterfall : address(exchange);
            vm.prank(caller);
            (bool ok, bytes memory reason) = address(vault).call(calls[i]);
            assertFalse(ok);
            assertEq(reason, abi.encodeWithSelector(IVaultErrors.Vault_NotModule.selector, caller));
        }
    }

    function test_ExchangeCollateral_SwapsWithoutLosingAWei() external {
        vm.prank(auction);
        vault.exchangeCollateral(aliceId, carolId, 0, 0.25e18, 480e18);
        assertEq(vault.collateralOf(aliceId, 0), 0.75e18 + 1);
        assertEq(vault.collateralOf(carolId, 0), 0.25e18);
        assertEq(vault.cashOf(aliceId), -390e18);
        assertEq(vault.cashOf(carolId), 9_520e18);
    }

    function test_ExchangeCollateral_RevertsWhen_Nonsense() external {
        vm.startPrank(auction);
        vm.expectRevert(IVaultErrors.Vault_ZeroAmount.selector);
        vault.exchangeCollateral(aliceId, carolId, 0, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownCollateral.selector, 2, 2));
        vault.exchangeCollateral(aliceId, carolId, 2, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_InsufficientCollateral.selector, aliceId, address(wbtc), 1, 0)
        );
        vault.exchangeCollateral(aliceId, carolId, 1, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_WithdrawsOthersCash.selector, carolId, -1));
        vault.exchangeCollateral(aliceId, carolId, 0, 1e18, 10_000e18 + 1);
        vault.exchangeCollateral(aliceId, carolId, 0, 1e18, 10_000e18);
    }

    function test_MoveCash_AnySign() external {
        address[3] memory callers = [auction, waterfall, fund];
        for (uint256 i; i < 3; ++i) {
            vm.expectEmit(address(vault));
            emit IVaultEvents.CashMoved(aliceId, carolId, 5e18);
            vm.prank(callers[i]);
            vault.moveCash(aliceId, carolId, 5e18);
        }
        assertEq(vault.cashOf(aliceId), -885e18);
        assertEq(vault.cashOf(carolId), 10_015e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SameAccount.selector, aliceId));
        vm.prank(auction);
        vault.moveCash(aliceId, aliceId, 1);
    }

    function test_CreditFromLoss_BalancesWhatTheIndicesCharge() external {
        // Bob, short 101 ETH lots, is charged 2e16 a lot; the defaulted account gets it at once.
        uint256 charged = perps.spread(1, false, 2e16);
        assertEq(charged, 101 * 2e16);
        vm.expectEmit(address(vault));
        emit IVaultEvents.LossCredited(aliceId, charged);
        vm.prank(waterfall);
        vault.creditFromLoss(aliceId, charged);
        assertEq(vault.cashOf(aliceId) + vault.cashOf(bobId) + vault.cashOf(carolId), 21_000e18);
        assertEq(vault.clearingWad(), -int256(charged));
        _fill(bobId, aliceId, ETH, 101, 2_000e18);
        assertEq(vault.clearingWad(), 0);
        AccountId nobody = toAccountId(address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, nobody));
        vm.prank(waterfall);
        vault.creditFromLoss(nobody, 1);
    }

    function test_SetFrozen_Emits() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.FrozenSet(aliceId, true);
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        assertEq(vault.perpBitmapOf(aliceId), 6);
        assertEq(vault.cashOf(aliceId), -870e18);
    }
}
