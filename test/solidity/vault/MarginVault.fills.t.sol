// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultOptionsMock} from "../support/VaultOptionsMock.sol";

contract MarginVaultFillsTest is VaultFixture {
    function setUp() public override {
        super.setUp();
        _deposit(aliceId, usdc, 1_000 * USD);
        _deposit(bobId, usdc, 1_000 * USD);
    }

    // --- Effects ----------------------------------------------------------------------------------------------

    function test_ApplyFills_MovesLotsAndCash() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.FillApplied(aliceId, bobId, perpetualOf(ETH), 100, 2_100e18, 2_100e18, 0, 0);
        _fill(aliceId, bobId, ETH, 100, 2_100e18);
        assertEq(vault.lotsOf(aliceId, ETH), 100);
        assertEq(vault.lotsOf(bobId, ETH), -100);
        assertEq(vault.cashOf(aliceId), -1_100e18);
        assertEq(vault.cashOf(bobId), 3_100e18);
        assertEq(vault.perpBitmapOf(aliceId), 2);
        assertEq(vault.perpBitmapOf(bobId), 2);
        assertEq(vault.portfolioOf(aliceId).perps[0].sizeWad, 1e18);
        assertEq(vault.portfolioOf(bobId).perps[0].sizeWad, -1e18);
        (, , , , uint256 price, uint256 records) = perps.markets(1);
        assertEq(price, 2_100e18);
        assertEq(records, 1);
    }

    function testFuzz_ApplyFills_SameRoundedNumberOnBothSides(uint32 lots, uint128 price) external {
        lots = uint32(bound(lots, 1, 1_000));
        price = uint128(bound(price, 1, 3_000e18));
        risk.setPrice(1, 0);
        _deposit(aliceId, weth, 1e24);
        _deposit(bobId, weth, 1e24);
        _fill(aliceId, bobId, ETH, lots, price);
        assertEq(vault.cashOf(aliceId) + vault.cashOf(bobId), 2_000e18);
        assertEq(1_000e18 - vault.cashOf(aliceId), int256((uint256(lots) * 0.01e18 * price) / 1e18));
    }

    function test_ApplyFills_SettlesFundingExactly() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        perps.fund(1, 3e16 + 1);
        assertEq(vault.cashOf(aliceId), -1_000e18 - 100 * (3e16 + 1));
        assertEq(vault.cashOf(bobId), 3_000e18 + 100 * (3e16 + 1));
        assertEq(vault.settledCashOf(aliceId), -1_000e18);

        _deposit(carolId, usdc, 1_000 * USD);
        _fill(carolId, bobId, ETH, 50, 2_000e18);
        // Bob was credited by the markets' clearing; Alice has not paid yet.
        assertEq(vault.settledCashOf(bobId), 4_000e18 + 100 * (3e16 + 1));
        assertEq(vault.clearingWad(), -100 * (3e16 + 1));
        _fill(bobId, aliceId, ETH, 100, 2_000e18);
        assertEq(vault.clearingWad(), 0);
        assertEq(vault.perpBitmapOf(aliceId), 0);
        assertEq(vault.cashOf(aliceId), 1_000e18 - 100 * (3e16 + 1));
        assertEq(vault.lotsOf(bobId, ETH), -50);
    }

    function test_ApplyFills_FlipTakesTheOtherSidesIndex() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        _deposit(carolId, usdc, 1_000 * USD);
        _fill(carolId, aliceId, ETH, 150, 2_000e18);
        assertEq(vault.lotsOf(aliceId, ETH), -50);
        // A loss over the shorts is now hers, one over the longs is not.
        perps.spread(1, true, 1e16);
        assertEq(vault.cashOf(aliceId), 2_000e18);
        perps.spread(1, false, 1e16);
        assertEq(vault.cashOf(aliceId), 2_000e18 - 50e16);
    }

    function test_ApplyFills_SeveralLegsAndAccountsOnce() external {
        _deposit(carolId, usdc, 1_000 * USD);
        Fill[] memory fills = new Fill[](3);
        fills[0] = Fill(aliceId, bobId, perpetualOf(ETH), 10, 2_000e18);
        fills[1] = Fill(bobId, carolId, perpetualOf(BTC), 5, 50_000e18);
        fills[2] = Fill(aliceId, carolId, perpetualOf(ETH), 20, 1_990e18);
        TradeTerms[] memory terms = new TradeTerms[](3);
        terms[0] = TradeTerms(carolId, 0, 0, false);
        terms[1] = TradeTerms(aliceId, 0, 0, false);
        terms[2] = TradeTerms(bobId, 0, 0, false);
        exchange.settle(fills, terms);
        assertEq(vault.lotsOf(aliceId, ETH), 30);
        assertEq(vault.lotsOf(bobId, BTC), 5);
        assertEq(vault.perpBitmapOf(carolId), 6);
        assertEq(vault.cashOf(aliceId), 1_000e18 - 200e18 - 398e18);
        assertEq(vault.cashOf(carolId), 1_000e18 + 250e18 + 398e18);
    }

    function test_ApplyFills_ListsAnAccountThatNeverDeposited() external {
        // Bob sells so cheaply that Carol starts with enough.
        _fill(carolId, bobId, ETH, 10, 1_000e18);
        assertEq(vault.accountCount(), 3);
        assertTrue(vault.accountAt(2) == carolId);
    }

    // --- One call for all sides -------------------------------------------------------------------------------

    function test_ApplyFills_AsksBreakerAndRiskOnceForBothSides() external {
        vm.expectCall(address(guards), abi.encodeCall(guards.ruleFor, (2, Action.Open)), 1);
        vm.expectCall(address(risk), abi.encodePacked(risk.initialSurpluses.selector), 1);
        _fill(aliceId, bobId, ETH, 10, 2_000e18);
    }

    /// @dev What the breaker says of one exposure is no word on another.
    function test_ApplyFills_AsksTheBreakerAboutEachExposure() external {
        _deposit(bobId, weth, 1e18);
        _deposit(carolId, usdc, 1_000 * USD);
        _fill(carolId, bobId, BTC, 1, 50_000e18);
        vm.expectCall(address(guards), abi.encodeCall(guards.ruleFor, (2, Action.Open)), 1);
        vm.expectCall(address(guards), abi.encodeCall(guards.ruleFor, (6, Action.Open)), 1);
        _fill(aliceId, bobId, ETH, 10, 2_000e18);
    }

    /// @dev Alice has nothing left to lose, Bob opens: only he is judged, and by his own numbers.
    function test_ApplyFills_JudgesOnlyWhoHasSomethingToLose() external {
        _fill(aliceId, bobId, ETH, 10, 2_000e18);
        _deposit(carolId, usdc, 19 * USD);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, carolId, -1e18));
        _fill(carolId, aliceId, ETH, 10, 2_000e18);
        _deposit(carolId, usdc, 1 * USD);
        _fill(carolId, aliceId, ETH, 10, 2_000e18);
        assertEq(vault.perpBitmapOf(aliceId), 0);
    }

    // --- Fees -------------------------------------------------------------------------------------------------

    function test_ApplyFills_ChargesFeeRoundedUp() external {
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 2_500, 0, 0, 0));
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        terms[0].feeNotionalWad = 2_000e18 + 1;
        terms[0].maxFeeWad = 1e18 + 1;
        terms[1].feeNotionalWad = 2_000e18;
        terms[1].maxFeeWad = 1e18;
        vm.expectEmit(address(vault));
        emit IVaultEvents.FeeCharged(aliceId, 1e18 + 1);
        exchange.settle(_fills(aliceId, bobId, ETH, 100, 2_000e18), terms);
        assertEq(vault.cashOf(aliceId), -1_001e18 - 1);
        assertEq(vault.cashOf(bobId), 2_999e18);
        assertEq(vault.cashOf(vault.feeCollector()), 2e18 + 1);
    }

    function test_DistributeFees_SplitsToTheWei() external {
        vm.expectRevert(IVaultErrors.Vault_FeeAccountsUnset.selector);
        vault.distributeFees();
        vault.setFeeAccounts(fundId, treasuryId);
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 3_333, 0, 0, 0));
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        terms[0].feeNotionalWad = 2_001;
        terms[0].maxFeeWad = type(uint256).max;
        exchange.settle(_fills(aliceId, bobId, ETH, 100, 2_000e18), terms);
        vm.expectEmit(address(vault));
        emit IVaultEvents.FeesDistributed(1, 1);
        vault.distributeFees();
        assertEq(vault.cashOf(fundId), 1);
        assertEq(vault.cashOf(treasuryId), 1);
        assertEq(vault.cashOf(vault.feeCollector()), 0);
    }

    function test_ApplyFills_RevertsWhen_FeeAboveMaximum() external {
        vault.setTradePolicy(IVaultSettings.TradePolicy(5, 2_500, 0, 0, 0));
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        terms[1].feeNotionalWad = 2_000e18;
        terms[1].maxFeeWad = 1e18 - 1;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_FeeAboveMaximum.selector, bobId, 1e18, 1e18 - 1));
        exchange.settle(_fills(aliceId, bobId, ETH, 100, 2_000e18), terms);
    }

    // --- Refusals ---------------------------------------------------------------------------------------------

    function test_ApplyFills_RevertsWhen_NotTheExchange() external {
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotModule.selector, auction));
        vm.prank(auction);
        vault.applyFills(_fills(aliceId, bobId, ETH, 1, 1), _terms(aliceId, bobId));
    }

    function test_ApplyFills_RevertsWhen_FillIsNonsense() external {
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        Fill[] memory fills = _fills(aliceId, bobId, ETH, 0, 1);
        vm.expectRevert(IVaultErrors.Vault_ZeroLots.selector);
        exchange.settle(fills, terms);
        fills[0].lots = uint64(1) << 63;
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_LotsTooLarge.selector, uint64(1) << 63, (uint64(1) << 63) - 1)
        );
        exchange.settle(fills, terms);
        fills[0].lots = (uint64(1) << 63) - 1;
        fills[0].priceWad = type(uint256).max;
        vm.expectRevert();
        exchange.settle(fills, terms);
        fills[0].priceWad = 0;
        vm.expectRevert(IVaultErrors.Vault_ZeroPrice.selector);
        exchange.settle(fills, terms);
        fills = _fills(aliceId, aliceId, ETH, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SameAccount.selector, aliceId));
        exchange.settle(fills, terms);
        fills = _fills(aliceId, bobId, AssetId.wrap(9), 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_MarketNotListed.selector, AssetId.wrap(9)));
        exchange.settle(fills, terms);
    }

    function test_ApplyFills_RevertsWhen_NotionalLeavesCash() external {
        Fill[] memory fills = _fills(aliceId, bobId, ETH, 100, 2_600_000_000_000_000e18);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        exchange.settle(fills, _terms(aliceId, bobId));
    }

    function test_ApplyFills_RevertsWhen_InstrumentDoesNotTrade() external {
        Fill[] memory fills = _fills(aliceId, bobId, ETH, 1, 1);
        fills[0].instrument = InstrumentId.wrap(InstrumentId.unwrap(fills[0].instrument) | 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownInstrument.selector, fills[0].instrument));
        exchange.settle(fills, _terms(aliceId, bobId));
        fills[0].instrument = optionOf(ETH, InstrumentKind.Call, 1_800_000_000, 3_000e18);
        vm.expectRevert(abi.encodeWithSelector(VaultOptionsMock.NotListed.selector, fills[0].instrument));
        exchange.settle(fills, _terms(aliceId, bobId));
    }

    function test_ApplyFills_RevertsWhen_TermsDoNotFit() external {
        Fill[] memory fills = _fills(aliceId, bobId, ETH, 1, 2_000e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TermsMissing.selector, bobId));
        exchange.settle(fills, _terms(aliceId, carolId));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TermsTwice.selector, aliceId));
        exchange.settle(fills, _terms(aliceId, aliceId));
        TradeTerms[] memory three = new TradeTerms[](3);
        three[0].account = aliceId;
        three[1].account = carolId;
        three[2].account = bobId;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TermsWithoutFill.selector, carolId));
        exchange.settle(fills, three);
        AccountId own = toAccountId(address(vault), 1);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, own));
        exchange.settle(fills, _terms(aliceId, own));
    }

    function test_ApplyFills_RevertsWhen_TooMany() external {
        vm.expectRevert(IVaultErrors.Vault_EmptyBatch.selector);
        exchange.settle(new Fill[](0), new TradeTerms[](0));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 65, 64));
        exchange.settle(new Fill[](65), new TradeTerms[](2));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 33, 32));
        exchange.settle(new Fill[](1), new TradeTerms[](33));
    }

    // --- Opening ----------------------------------------------------------------------------------------------

    function test_ApplyFills_OpensToInitialMarginAndNotALotMore() external {
        _deposit(bobId, usdc, 100_000 * USD);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -2e18));
        _fill(aliceId, bobId, ETH, 501, 2_000e18);
        _fill(aliceId, bobId, ETH, 500, 2_000e18);
    }

    function test_ApplyFills_StressedRule() external {
        guards.setRule(Action.Open, Rule.Stressed, Rule.Allowed, Level.Guarded);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, aliceId, -4e18));
        _fill(aliceId, bobId, ETH, 251, 2_000e18);
        _fill(aliceId, bobId, ETH, 250, 2_000e18);
    }

    function test_ApplyFills_RevertsWhen_BreakerRefusesOpening() external {
        Rule[5] memory rules = [
            Rule.ReduceOnly,
            Rule.SurplusOnly,
            Rule.DeepInsolventOnly,
            Rule.UnaffectedOnly,
            Rule.Denied
        ];
        for (uint256 i; i < 5; ++i) {
            guards.setRule(Action.Open, rules[i], Rule.Allowed, Level.ReduceOnly);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVaultErrors.Vault_ActionRefused.selector,
                    aliceId,
                    Action.Open,
                    rules[i],
                    Level.ReduceOnly
                )
            );
            _fill(aliceId, bobId, ETH, 1, 2_000e18);
        }
    }

    function test_ApplyFills_CloseNeverAsksTheBreaker() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        guards.setRule(Action.Open, Rule.Denied, Rule.Denied, Level.Settling);
        _fill(bobId, aliceId, ETH, 40, 2_000e18);
        _fill(bobId, aliceId, ETH, 60, 2_000e18);
        assertEq(vault.perpBitmapOf(aliceId), 0);
    }

    function test_ApplyFills_CloseToCashNeedsNoFeed() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        risk.setDead(true);
        _fill(bobId, aliceId, ETH, 100, 1_990e18);
        assertEq(vault.cashOf(aliceId), 990e18);
    }

    function test_ApplyFills_RevertsWhen_ReduceOnlyGrows() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        TradeTerms[] memory terms = _terms(aliceId, bobId);
        terms[0].reduceOnly = true;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotReducing.selector, aliceId));
        exchange.settle(_fills(aliceId, bobId, ETH, 1, 2_000e18), terms);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotReducing.selector, aliceId));
        exchange.settle(_fills(bobId, aliceId, ETH, 101, 2_000e18), terms);
        exchange.settle(_fills(bobId, aliceId, ETH, 100, 2_000e18), terms);
    }

    function test_ApplyFills_FrozenAccountsOnlyReduce() external {
        _fill(aliceId, bobId, ETH, 100, 2_000e18);
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_AccountFrozen.selector, aliceId));
        _fill(aliceId, bobId, ETH, 1, 2_000e18);
        _fill(bobId, aliceId, ETH, 1, 2_000e18);
    }

    function test_ApplyFills_RevertsWhen_LotsLeaveTheirBits() external {
        risk.setPrice(1, 0);
        _deposit(carolId, usdc, 1_000 * USD);
        uint64 most = uint64(type(int64).max);
        _fill(aliceId, bobId, ETH, most, 1);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        _fill(aliceId, carolId, ETH, 1, 1);
    }
}
