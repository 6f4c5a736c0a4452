// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TradeTerms} from "../../../contracts/types/Trade.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultFixture} from "../support/VaultFixture.sol";

/// @dev Alice is long 4 ETH bought at 2,000 with 1,000 of cash; Carol, rich, takes the other side of her exits.
contract MarginVaultReductionsTest is VaultFixture {
    function setUp() public override {
        super.setUp();
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 10_000 * USD);
        _deposit(carolId, usdc, 100_000 * USD);
        _fill(aliceId, bobId, ETH, 400, 2_000e18);
    }

    function _report() private view returns (IPortfolioMargin.MarginReport memory) {
        return risk.report(vault.portfolioOf(aliceId), WAD);
    }

    function test_Reduce_AtTheMarkBelowInitialMargin() external {
        // Equity 400, initial 740, maintenance 370.
        risk.setPrice(1, 1_850e18);
        assertEq(_report().equityWad, 400e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -341.85e18));
        _fill(aliceId, bobId, ETH, 1, 1_850e18);
        _fill(carolId, aliceId, ETH, 100, 1_850e18);
        assertEq(vault.lotsOf(aliceId, ETH), 300);
    }

    function test_Reduce_AtTheMarkBelowMaintenanceAndInsolvent() external {
        risk.setPrice(1, 1_800e18);
        assertLt(_report().liquidationSurplusWad, 0);
        _fill(carolId, aliceId, ETH, 100, 1_800e18);
        risk.setPrice(1, 1_600e18);
        assertLt(_report().equityWad, 0);
        _fill(carolId, aliceId, ETH, 100, 1_600e18);
        _fill(carolId, aliceId, ETH, 200, 1_600e18);
        assertEq(vault.perpBitmapOf(aliceId), 0);
    }

    function test_Reduce_RevertsWhen_MaintenanceSurplusFalls() external {
        // Equity 400, maintenance 370. Selling 1 ETH frees 92.5; 93 of loss is too much.
        risk.setPrice(1, 1_850e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_ReductionWorsens.selector, aliceId, 29.5e18, 30e18));
        _fill(carolId, aliceId, ETH, 100, 1_757e18);
        _fill(carolId, aliceId, ETH, 100, 1_757.5e18);
    }

    function test_Reduce_RevertsWhen_MarginIsPaidOut() external {
        // Equity 100, maintenance 355: maintenance surplus alone would let 88.75 go with a quarter of the position.
        risk.setPrice(1, 1_775e18);
        assertEq(_report().equityWad, 100e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_ReductionGivesAway.selector, aliceId, 74e18, 75e18));
        _fill(carolId, aliceId, ETH, 100, 1_749e18);
        _fill(carolId, aliceId, ETH, 100, 1_750e18);
    }

    function test_Reduce_RevertsWhen_TheInsolventGiveMoreAway() external {
        risk.setPrice(1, 1_700e18);
        assertEq(_report().equityWad, -200e18);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_ReductionGivesAway.selector, aliceId, -200.01e18, -200e18)
        );
        _fill(carolId, aliceId, ETH, 1, 1_699e18);
        _fill(carolId, aliceId, ETH, 1, 1_700e18);
        _fill(carolId, aliceId, ETH, 1, 1_701e18);
    }

    function test_Reduce_ToleranceAndFeeAreAllowed() external {
        vault.setTradePolicy(IVaultSettings.TradePolicy(10, 0, 20, 0, 0));
        risk.setPrice(1, 1_700e18);
        TradeTerms[] memory terms = _terms(carolId, aliceId);
        terms[1].feeNotionalWad = 1_700e18;
        terms[1].maxFeeWad = 2e18;
        // 0.2 % of 1,696.6 is 3.3932: a price 3.4 below the mark is a little too low, one 3.39 below is not.
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_ReductionGivesAway.selector, aliceId, -205.1e18, -205.0932e18)
        );
        exchange.settle(_fills(carolId, aliceId, ETH, 100, 1_696.6e18), terms);
        exchange.settle(_fills(carolId, aliceId, ETH, 100, 1_696.61e18), terms);
    }

    function test_Reduce_AnyPriceWhileInitialMarginHolds() external {
        // Equity 1,000, initial 800 before and 400 after: she may give 600 away, it is hers.
        _fill(carolId, aliceId, ETH, 200, 1_700e18);
        assertEq(vault.cashOf(aliceId), -3_600e18);
    }

    function test_Reduce_RevertsWhen_AHedgeIsTornApart() external {
        _fill(carolId, aliceId, BTC, 40, 50_000e18);
        risk.setPrice(1, 1_900e18);
        risk.setPrice(2, 52_000e18);
        // Both legs shrink: allowed, though the account is below initial margin.
        assertLt(_report().initialSurplusWad, 0);
        _fill(aliceId, carolId, BTC, 10, 52_000e18);
        _fill(carolId, aliceId, ETH, 100, 1_900e18);
    }

    function test_Reduce_FundingDueCountsOnBothSides() external {
        risk.setPrice(1, 1_850e18);
        perps.fund(1, 0.1e18);
        assertEq(_report().equityWad, 360e18);
        _fill(carolId, aliceId, ETH, 100, 1_850e18);
        assertEq(_report().equityWad, 360e18);
    }

    /// @dev The maintenance surplus never falls, and nobody gets more than the share of equity that goes with the risk.
    function testFuzz_Reduce_NeverWorsens(uint16 mark, uint16 lots, int16 discountBps) external {
        mark = uint16(bound(mark, 1_500, 2_500));
        lots = uint16(bound(lots, 1, 400));
        discountBps = int16(bound(discountBps, -500, 500));
        risk.setPrice(1, int256(uint256(mark)) * 1e18);
        IPortfolioMargin.MarginReport memory before = _report();
        uint256 price = (uint256(mark) * 1e18 * uint256(int256(10_000) - discountBps)) / 10_000;
        bool initialAfter;
        try exchange.settle(_fills(carolId, aliceId, ETH, lots, price), _terms(carolId, aliceId)) {
            IPortfolioMargin.MarginReport memory then = _report();
            initialAfter = then.initialSurplusWad >= 0;
            if (initialAfter) return;
            assertGe(then.liquidationSurplusWad, before.liquidationSurplusWad);
            if (before.equityWad <= 0) assertGe(then.equityWad, before.equityWad);
            else {
                // e1 * m0 >= e0 * m1, up to the rounding of one wei.
                int256 left = (then.equityWad + 1) * int256(before.maintenanceWad);
                assertGe(left, before.equityWad * int256(then.maintenanceWad));
            }
        } catch {
            // At the mark or better a reduction always goes through.
            assertGt(discountBps, 0);
        }
    }
}
