// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultFixture} from "../support/VaultFixture.sol";

/// @dev Base 5 bps, k = 3, r* = 5 %. Initial margin is 10 % of gross notional: Alice with 1,000 buys for 9,000, pays 4.5 and has
/// 95.5 to spare, where 450 were safe. Bob is rich and pays the base only.
contract MarginVaultSurchargeTest is VaultFixture {
    uint256 private constant NOTIONAL = 9_000e18;
    uint256 private constant BASE = 4.5e18;

    function setUp() public override {
        super.setUp();
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 5_000, 0, 30_000, 500));
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 100_000 * USD);
    }

    /// @dev By another way than the contract: in integers of 1e-18 of 450, squared at the end.
    function _surcharge(uint256 surplusWad) private pure returns (uint256) {
        uint256 shortWad = 1e18 - (surplusWad * 1e18) / 450e18;
        uint256 rateWad = (0.0015e18 * shortWad * shortWad + 1e36 - 1) / 1e36;
        return (NOTIONAL * rateWad + 1e18 - 1) / 1e18;
    }

    function _open(uint256 maxFeeWad) private {
        exchange.settle(_fills(aliceId, bobId, ETH, 450, 2_000e18), _opening(maxFeeWad));
    }

    function _opening(uint256 maxFeeWad) private view returns (TradeTerms[] memory terms) {
        terms = _terms(aliceId, bobId);
        (terms[0].feeNotionalWad, terms[0].maxFeeWad) = (NOTIONAL, maxFeeWad);
        (terms[1].feeNotionalWad, terms[1].maxFeeWad) = (NOTIONAL, BASE);
    }

    function test_Surcharge_ByTheRatioAfterTheTrade() external {
        uint256 extra = _surcharge(95.5e18);
        assertApproxEqAbs(extra, 8.378e18, 1e15);
        vm.expectEmit(address(vault));
        emit IVaultEvents.FeeCharged(aliceId, BASE);
        vm.expectEmit(address(vault));
        emit IVaultEvents.FeeCharged(aliceId, extra);
        _open(BASE + extra);
        assertEq(vault.cashOf(aliceId), 1_000e18 - 9_000e18 - int256(BASE + extra));
        assertEq(vault.cashOf(bobId), 109_000e18 - int256(BASE));
        assertEq(vault.cashOf(vault.feeCollector()), int256(2 * BASE + extra));
    }

    /// @dev The bound that the account signed counts for base and surcharge together.
    function test_Surcharge_RevertsWhen_AboveTheMaximum() external {
        uint256 fee = BASE + _surcharge(95.5e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FeeAboveMaximum.selector, aliceId, fee, fee - 1));
        _open(fee - 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FeeAboveMaximum.selector, aliceId, fee, BASE));
        _open(BASE);
        assertEq(vault.lotsOf(aliceId, ETH), 0);
        _open(fee);
    }

    function test_Surcharge_NothingAtTheSafeRatio() external {
        _deposit(aliceId, usdc, 354.5e6);
        _open(BASE);
        assertEq(vault.cashOf(vault.feeCollector()), int256(2 * BASE));
    }

    function test_Surcharge_SomethingJustBelowIt() external {
        _deposit(aliceId, usdc, 354.5e6 - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_FeeAboveMaximum.selector, aliceId, BASE + NOTIONAL / 1e18, BASE)
        );
        _open(BASE);
    }

    /// @dev What is left must cover it: 1 to spare before a surcharge of 13.4.
    function test_Surcharge_RevertsWhen_ItTakesInitialMargin() external {
        _withdraw(aliceId, usdc, 94.5e6);
        int256 left = 1e18 - int256(_surcharge(1e18));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, left));
        _open(type(uint256).max);
    }

    function test_Surcharge_NotOnReductions() external {
        _open(type(uint256).max);
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        (terms[0].feeNotionalWad, terms[0].maxFeeWad) = (200e18, 0.1e18);
        exchange.settle(_fills(bobId, aliceId, ETH, 10, 2_000e18), terms);
        // Below initial margin as well.
        risk.setPrice(1, 1_990e18);
        exchange.settle(_fills(bobId, aliceId, ETH, 10, 1_990e18), terms);
    }

    function test_Surcharge_NoneWithoutK() external {
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 5_000, 0, 0, 500));
        _open(BASE);
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 5_000, 0, 30_000, 0));
        _deposit(carolId, usdc, 905 * USD);
        TradeTerms[] memory terms = _terms(carolId, bobId);
        (terms[0].feeNotionalWad, terms[0].maxFeeWad) = (NOTIONAL, BASE);
        exchange.settle(_fills(carolId, bobId, ETH, 450, 2_000e18), terms);
    }

    /// @dev Under a breaker that lets open at stressed margin alone, the ratio is that of stressed margin: dearer.
    function test_Surcharge_DearerUnderStress() external {
        guards.setRule(Action.Open, Rule.Stressed, Rule.Stressed, Level.Guarded);
        _deposit(aliceId, usdc, 900 * USD);
        uint256 extra = _surcharge(95.5e18);
        _open(BASE + extra);
        assertEq(vault.cashOf(vault.feeCollector()), int256(2 * BASE + extra));
    }

    // --- Within a batch ---------------------------------------------------------------------------------------

    function _batch(uint256 maxFeeWad, uint256 deposit, bytes memory refusal) private {
        usdc.mint(alice, deposit);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](deposit == 0 ? 1 : 2);
        bytes memory fill = abi.encode(_fills(aliceId, bobId, ETH, 450, 2_000e18), _opening(maxFeeWad));
        actions[0] = _action(IMarginVault.BatchActionKind.Fill, fill);
        if (deposit != 0) {
            bytes memory data = abi.encode(aliceId, address(usdc), deposit);
            actions[1] = _action(IMarginVault.BatchActionKind.Deposit, data);
        }
        vm.startPrank(alice);
        usdc.approve(address(vault), deposit);
        if (refusal.length != 0) vm.expectRevert(refusal);
        vault.operate(actions);
        vm.stopPrank();
    }

    function test_Surcharge_SameInABatch() external {
        uint256 extra = _surcharge(95.5e18);
        _batch(BASE + extra, 0, "");
        assertEq(vault.cashOf(aliceId), 1_000e18 - 9_000e18 - int256(BASE + extra));
        assertEq(vault.cashOf(vault.feeCollector()), int256(2 * BASE + extra));
    }

    function test_Surcharge_TheEndOfTheBatchCounts() external {
        _batch(BASE, 354.5e6, "");
        assertEq(vault.cashOf(vault.feeCollector()), int256(2 * BASE));
    }

    function test_Surcharge_RevertsWhen_AboveTheMaximumInABatch() external {
        uint256 fee = BASE + _surcharge(95.5e18);
        bytes4 selector = IVaultErrors.Vault_FeeAboveMaximum.selector;
        // What was accepted is kept as a share of the notional, rounded down.
        uint256 kept = BASE + (NOTIONAL * (((fee - 1 - BASE) * 1e18) / NOTIONAL)) / 1e18;
        assertLt(kept, fee);
        _batch(fee - 1, 0, abi.encodeWithSelector(selector, aliceId, fee, kept));
        _batch(BASE, 0, abi.encodeWithSelector(selector, aliceId, fee, BASE));
        assertEq(vault.lotsOf(aliceId, ETH), 0);
    }

    /// @dev Two trades of one batch: each bound holds, and what one batch noted is not charged in the next.
    function test_Surcharge_EachBoundOfABatch() external {
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        (terms[0].feeNotionalWad, terms[0].maxFeeWad) = (NOTIONAL / 2, type(uint256).max);
        Fill[] memory fills = _fills(aliceId, bobId, ETH, 225, 2_000e18);
        actions[0] = _action(IMarginVault.BatchActionKind.Fill, abi.encode(fills, terms));
        terms[0].maxFeeWad = BASE / 2;
        actions[1] = _action(IMarginVault.BatchActionKind.Fill, abi.encode(fills, terms));
        uint256 fee = BASE + _surcharge(95.5e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FeeAboveMaximum.selector, aliceId, fee, BASE));
        vm.prank(alice);
        vault.operate(actions);

        terms[0].maxFeeWad = type(uint256).max;
        actions[1] = _action(IMarginVault.BatchActionKind.Fill, abi.encode(fills, terms));
        vm.prank(alice);
        vault.operate(actions);
        int256 paid = vault.cashOf(vault.feeCollector());
        assertEq(paid, int256(fee));
        _batchOfNothing();
        assertEq(vault.cashOf(vault.feeCollector()), paid);
    }

    function _batchOfNothing() private {
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](1);
        actions[0] = _action(
            IMarginVault.BatchActionKind.Fill,
            abi.encode(_fills(aliceId, bobId, ETH, 1, 2_000e18), _terms(aliceId, bobId))
        );
        vm.prank(alice);
        vault.operate(actions);
    }

    /// @dev Whatever is traded and signed: never above the bound, never below the base, and the account passes after it.
    function testFuzz_Surcharge_BoundHoldsAndCashAddsUp(uint32 lots, uint64 cash, uint64 most) external {
        lots = uint32(bound(lots, 1, 2_000));
        _deposit(carolId, usdc, bound(cash, 1, 10_000e6));
        TradeTerms[] memory terms = _terms(carolId, bobId);
        (terms[0].feeNotionalWad, terms[0].maxFeeWad) = (uint256(lots) * 20e18, most);
        int256 before = vault.cashOf(carolId);
        try exchange.settle(_fills(carolId, bobId, ETH, lots, 2_000e18), terms) {
            int256 fee = before - vault.cashOf(carolId) - int256(uint256(lots)) * 20e18;
            assertGe(fee, int256(uint256(lots) * 0.01e18));
            assertLe(fee, int256(uint256(most)));
            assertGe(risk.initialSurplus(vault.portfolioOf(carolId), 1e18), 0);
            assertEq(vault.cashOf(vault.feeCollector()), fee);
        } catch {
            assertEq(vault.cashOf(carolId), before);
        }
    }
}
