// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {OptionWord, OptionWord_Full} from "../../../contracts/types/OptionWord.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultOptionsMock} from "../support/VaultOptionsMock.sol";

/// @dev ETH at 2,000; strikes 1,000 to 3,000 by 100; lots of 0.01; slots 5 and 9.
contract MarginVaultOptionsTest is VaultFixture {
    uint8 internal constant SLOT = 5;
    uint8 internal constant LATER = 9;
    uint40 internal constant EXPIRY = 1_700_600_000;

    function setUp() public override {
        super.setUp();
        options.list(SLOT, ETH, EXPIRY);
        options.list(LATER, ETH, EXPIRY + 7 days);
        _deposit(aliceId, usdc, 10_000 * USD);
        _deposit(bobId, usdc, 10_000 * USD);
        _deposit(carolId, usdc, 10_000 * USD);
    }

    function test_ApplyFills_MovesPremiumAndLots() external {
        InstrumentId call = _call(2_000);
        vm.expectEmit(address(vault));
        emit IVaultEvents.FillApplied(aliceId, bobId, call, 100, 80e18, 80e18, 0, 0);
        _trade(aliceId, bobId, call, 100, 80e18);
        assertEq(vault.cashOf(aliceId), 9_920e18);
        assertEq(vault.cashOf(bobId), 10_080e18);
        assertEq(_lots(aliceId, SLOT, 10, false), 100);
        assertEq(_lots(bobId, SLOT, 10, false), -100);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 1 << SLOT);
        Portfolio memory portfolio = vault.portfolioOf(bobId);
        assertEq(portfolio.options.length, 1);
        assertEq(portfolio.options[0].slot, SLOT);
        assertEq(ExpiryWord.unwrap(portfolio.options[0].expiry), ExpiryWord.unwrap(options.slotOf(SLOT).expiry));
        assertEq(OptionWord.unwrap(portfolio.options[0].legs), OptionWord.unwrap(vault.legsOf(bobId, SLOT)));
        assertEq(options.slotOf(SLOT).holders, 2);
        assertEq(options.slotOf(SLOT).lastPriceWad, 80e18);
    }

    function test_ApplyFills_ClosesLegsAndLeavesTheExpiry() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        _trade(aliceId, bobId, _put(1_500), 50, 10e18);
        _trade(bobId, aliceId, _call(2_000), 100, 80e18);
        assertEq(_lots(aliceId, SLOT, 10, false), 0);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 1 << SLOT);
        _trade(bobId, aliceId, _put(1_500), 50, 10e18);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 0);
        assertEq(OptionWord.unwrap(vault.legsOf(bobId, SLOT)), 0);
        assertEq(options.slotOf(SLOT).holders, 0);
        assertEq(vault.portfolioOf(aliceId).options.length, 0);
    }

    function test_ApplyFills_RevertsWhen_TheSeriesIsNotListed() external {
        InstrumentId unlisted = optionOf(ETH, InstrumentKind.Call, EXPIRY, 2_050e18);
        vm.expectRevert(abi.encodeWithSelector(VaultOptionsMock.NotListed.selector, unlisted));
        _trade(aliceId, bobId, unlisted, 1, 1e18);
    }

    function test_ApplyFills_RevertsWhen_LotsDoNotFit() external {
        uint64 most = uint64(uint24(type(int24).max));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_LotsTooLarge.selector, most + 1, most));
        _trade(aliceId, bobId, _call(2_000), most + 1, 1);
        risk.setPrice(1, 1);
        _trade(aliceId, bobId, _call(2_000), most, 1);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        _trade(aliceId, bobId, _call(2_000), 1, 1);
    }

    function test_ApplyFills_RevertsWhen_AccountHoldsEightOtherLegs() external {
        for (uint256 i; i < 8; ++i) _trade(aliceId, bobId, _call(1_000 + 100 * i), 1, 1_000e18);
        vm.expectRevert(abi.encodeWithSelector(OptionWord_Full.selector, 8, 8));
        _trade(aliceId, bobId, _put(1_000), 1, 1e18);
    }

    /// @dev More could not be taken over in a transaction. What is settled counts until anyone collects it.
    function test_ApplyFills_RevertsWhen_AccountHoldsEightOtherExpiries() external {
        uint40 last = EXPIRY + 70 days;
        for (uint8 i; i < 9; ++i) options.list(20 + i, ETH, EXPIRY + (62 + uint40(i)) * 1 days);
        for (uint256 i; i < 8; ++i) _trade(aliceId, bobId, _callOf(last - uint40(8 - i) * 1 days, 2_000), 1, 80e18);
        bytes memory refusal = abi.encodeWithSelector(IVaultErrors.Vault_TooManyExpiries.selector, bobId, 9, 8);
        vm.expectRevert(refusal);
        _trade(carolId, bobId, _callOf(last, 2_000), 1, 80e18);
        // Closing one expiry within the call makes room for another.
        Fill[] memory fills = new Fill[](2);
        fills[0] = Fill(bobId, aliceId, _callOf(last - 8 days, 2_000), 1, 80e18);
        fills[1] = Fill(aliceId, bobId, _callOf(last, 2_000), 1, 80e18);
        exchange.settle(fills, _terms(aliceId, bobId));

        options.settle(21, 2_100e18);
        vm.expectRevert(refusal);
        _trade(carolId, bobId, _callOf(last - 8 days, 2_000), 1, 80e18);
        vault.settleOptions(_accounts(bobId));
        _trade(carolId, bobId, _callOf(last - 8 days, 2_000), 1, 80e18);
    }

    function test_TransferSlice_RevertsWhen_TakerWouldHoldNineExpiries() external {
        for (uint8 i; i < 9; ++i) options.list(20 + i, ETH, EXPIRY + (62 + uint40(i)) * 1 days);
        for (uint256 i; i < 8; ++i)
            _trade(aliceId, carolId, _callOf(EXPIRY + uint40(62 + i) * 1 days, 2_000), 1, 80e18);
        AccountId daveId = toAccountId(makeAddr("dave"), 0);
        _deposit(daveId, usdc, 10_000 * USD);
        _trade(bobId, daveId, _callOf(EXPIRY + 70 days, 2_000), 1, 80e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TooManyExpiries.selector, bobId, 9, 8));
        vm.prank(auction);
        vault.transferSlice(aliceId, bobId, WAD, 0);
    }

    function test_ApplyFills_RevertsWhen_AShortIsBelowInitialMargin() external {
        // 10 % of 100,000 notional and the intrinsic value of 0 leave nothing of 10,000 and the premium.
        _trade(aliceId, bobId, _call(2_000), 5_000, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BelowInitialMargin.selector, bobId, -149e18));
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
    }

    function test_ApplyFills_AReductionAsksNoBreaker() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        guards.setRule(Action.Open, Rule.Denied, Rule.Denied, Level.Settling);
        _trade(bobId, aliceId, _call(2_000), 40, 80e18);
        assertEq(_lots(bobId, SLOT, 10, false), -60);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVaultErrors.Vault_ActionRefused.selector,
                aliceId,
                Action.Open,
                Rule.Denied,
                Level.Settling
            )
        );
        _trade(aliceId, bobId, _call(2_000), 1, 80e18);
    }

    /// @dev Below initial margin a reduction is compared with the account as it was: at fair prices it holds, at a gift
    /// to a friend it does not.
    function test_ApplyFills_AReductionBelowInitialMarginIsJudged() external {
        _trade(aliceId, bobId, _call(2_000), 5_000, 1e18);
        risk.setPrice(1, 2_050e18);
        uint256 before = vm.snapshotState();
        _trade(bobId, aliceId, _call(2_000), 1_000, 50e18);
        assertEq(_lots(bobId, SLOT, 10, false), -4_000);
        vm.revertToState(before);
        vm.expectPartialRevert(IVaultErrors.Vault_ReductionWorsens.selector);
        _trade(bobId, aliceId, _call(2_000), 1_000, 500e18);
    }

    function test_SettleOptions_PaysBothSidesToTheWei() external {
        _trade(aliceId, bobId, _call(2_000), 101, 80e18);
        _trade(carolId, bobId, _put(2_100), 33, 120e18);
        options.settle(SLOT, 2_033.333333333333333333e18);
        int256 aliceWad = vault.cashOf(aliceId);
        int256 bobWad = vault.cashOf(bobId);
        // A settled expiry counts as cash before anybody collects it.
        assertEq(aliceWad, 10_000e18 - 80.8e18 + 101 * int256(0.333333333333333333e18));
        assertEq(vault.portfolioOf(aliceId).options.length, 0);

        OptionWord legs = vault.legsOf(aliceId, SLOT);
        ExpiryWord expiry = options.slotOf(SLOT).expiry;
        int256 paidWad = 101 * int256(0.333333333333333333e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.OptionsSettled(aliceId, SLOT, expiry, legs, 2_033.333333333333333333e18, paidWad);
        assertEq(vault.settleOptions(_accounts(aliceId)), 1);
        assertTrue(vault.clearingWad() != 0);
        assertEq(vault.settleOptions(_accounts(bobId, carolId)), 2);
        assertEq(vault.clearingWad(), 0);
        assertEq(vault.cashOf(aliceId), aliceWad);
        assertEq(vault.cashOf(bobId), bobWad);
        assertEq(vault.settledCashOf(bobId), bobWad);
        assertEq(vault.cashOf(aliceId) + vault.cashOf(bobId) + vault.cashOf(carolId), 30_000e18);
        assertEq(options.slotOf(SLOT).holders, 0);
        assertEq(uint256(vault.expiryBitmapOf(bobId)), 0);
    }

    function test_SettleOptions_SkipsWhatIsNotSettled() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        _trade(aliceId, bobId, optionOf(ETH, InstrumentKind.Put, EXPIRY + 7 days, 1_800e18), 100, 80e18);
        assertEq(vault.settleOptions(_accounts(aliceId, carolId)), 0);
        options.settle(SLOT, 2_500e18);
        assertEq(vault.settleOptions(_accounts(aliceId, carolId)), 1);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 1 << LATER);
        assertEq(vault.settleOptions(_accounts(aliceId, carolId)), 0);
    }

    function test_SettleOptions_WorksWhateverTheBreakerSays() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        options.settle(SLOT, 2_500e18);
        vm.prank(auction);
        vault.setFrozen(aliceId, true);
        for (uint256 i; i <= uint256(type(Action).max); ++i) {
            guards.setRule(Action(i), Rule.Denied, Rule.Denied, Level.Settling);
        }
        assertEq(vault.settleOptions(_accounts(aliceId)), 1);
    }

    function test_SettleOptions_RevertsWhen_TooManyAccounts() external {
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 33, 32));
        vault.settleOptions(new AccountId[](33));
    }

    /// @dev What leaves the market leaves the account free: no price is asked for a withdrawal.
    function test_Withdraw_AsksNoPriceOnceAllIsSettled() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        options.settle(SLOT, 2_500e18);
        vault.settleOptions(_accounts(aliceId));
        risk.setDead(true);
        _withdraw(aliceId, usdc, 10_420 * USD);
        assertEq(vault.cashOf(aliceId), 0);
    }

    function test_Withdraw_CountsOptionsAsPositions() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        risk.setDead(true);
        vm.expectPartialRevert(bytes4(keccak256("FeedsDead()")));
        _withdraw(aliceId, usdc, 1 * USD);
    }

    function test_Losses_AreChargedToOneSideOfOneSeries() external {
        _trade(aliceId, bobId, _call(2_000), 100, 80e18);
        _trade(carolId, bobId, _call(2_900), 4_000, 0.01e18);
        int256 carolWad = vault.cashOf(carolId);
        uint256 charged = options.spread(SLOT, 10, false, true, 2e9);
        assertEq(charged, 200e18);
        assertEq(vault.cashOf(aliceId), 9_720e18);
        assertEq(vault.cashOf(bobId), 10_080.4e18);
        assertEq(vault.cashOf(carolId), carolWad);
        vm.prank(waterfall);
        vault.creditFromLoss(bobId, charged);

        // Who joins later does not pay for what was before.
        _trade(carolId, bobId, _call(2_000), 10, 50e18);
        assertEq(vault.cashOf(carolId), carolWad - 5e18);
        // A further fill settles what is due, once.
        _trade(aliceId, bobId, _call(2_000), 1, 80e18);
        assertEq(vault.settledCashOf(aliceId), 9_719.2e18);
        assertEq(vault.cashOf(aliceId), 9_719.2e18);
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), 9_618.2e18);
        assertEq(vault.cashOf(carolId), carolWad - 15e18);
    }

    /// @dev An index left behind must not charge whoever comes back for what happened in between.
    function test_Losses_OfTheTimeBetweenTwoStaysAreNotCharged() external {
        options.spread(SLOT, 10, true, false, 5e9);
        _trade(aliceId, bobId, _put(2_000), 10, 1e18);
        _trade(bobId, aliceId, _put(2_000), 10, 1e18);
        options.spread(SLOT, 10, true, false, 7e9);
        _trade(carolId, bobId, _put(2_000), 10, 1e18);
        assertEq(vault.cashOf(bobId), 10_001e18 - 1e18 + 1e18 - 1e18 + 0.1e18);
    }

    /// @dev The other side has an index of its own, higher or lower than that of the side left.
    function test_Losses_AFlipFromLongToShortStartsFresh() external {
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
        options.spread(SLOT, 10, false, true, 2e9);
        options.spread(SLOT, 10, false, false, 7e9);
        int256 aliceWad = vault.cashOf(aliceId);
        assertEq(aliceWad, 9_999e18 - 200e18);
        // From 100 long to 50 short.
        _trade(carolId, aliceId, _call(2_000), 150, 1e18);
        assertEq(vault.cashOf(aliceId), aliceWad + 1.5e18);
        assertEq(vault.settledCashOf(aliceId), vault.cashOf(aliceId));
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), aliceWad + 1.5e18);
        options.spread(SLOT, 10, false, false, 3e9);
        assertEq(vault.cashOf(aliceId), aliceWad + 1.5e18 - 150e18);
        // And back to 10 long: what was spread over the longs before is not hers.
        _trade(aliceId, bobId, _call(2_000), 60, 1e18);
        assertEq(vault.cashOf(aliceId), aliceWad + 0.9e18 - 150e18);
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), aliceWad + 0.9e18 - 160e18);
    }

    /// @dev Where no loss fell on a side yet, its index is 0: below what was kept of the other.
    function test_Losses_AFlipToASideWithoutLossesStartsAtZero() external {
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
        options.spread(SLOT, 10, false, true, 2e9);
        _trade(carolId, aliceId, _call(2_000), 150, 1e18);
        int256 aliceWad = vault.cashOf(aliceId);
        options.spread(SLOT, 10, false, false, 1e9);
        assertEq(vault.cashOf(aliceId), aliceWad - 50e18);
    }

    /// @dev A leg that changes leaves what the others owe pending, and what they owe later is not lost.
    function test_Losses_OfOtherSeriesStayPending() external {
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
        _trade(aliceId, bobId, _call(2_100), 10, 1e18);
        options.spread(SLOT, 10, false, true, 2e9);
        options.spread(SLOT, 11, false, true, 3e9);
        int256 settledWad = vault.settledCashOf(aliceId);
        _trade(aliceId, bobId, _call(2_100), 10, 1e18);
        assertEq(vault.settledCashOf(aliceId), settledWad - 30e18 - 0.1e18);
        assertEq(vault.cashOf(aliceId), settledWad - 30e18 - 0.1e18 - 200e18);
        options.settle(SLOT, 1_000e18);
        assertEq(vault.cashOf(aliceId), settledWad - 30e18 - 0.1e18 - 200e18);
        vault.settleOptions(_accounts(aliceId));
        assertEq(vault.settledCashOf(aliceId), settledWad - 30e18 - 0.1e18 - 200e18);
    }

    /// @dev What the expiry before was charged is nothing to the next one in its slot.
    function test_Losses_ASlotUsedAgainStartsFresh() external {
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
        options.spread(SLOT, 10, false, true, 2e9);
        options.spread(SLOT, 10, false, false, 1e9);
        options.settle(SLOT, 1_000e18);
        vault.settleOptions(_accounts(aliceId, bobId));
        int256[2] memory cash = [vault.cashOf(aliceId), vault.cashOf(bobId)];
        options.relist(SLOT, ETH, EXPIRY + 1 days);
        _trade(aliceId, bobId, _callOf(EXPIRY + 1 days, 2_000), 100, 1e18);
        assertEq(vault.cashOf(aliceId), cash[0] - 1e18);
        assertEq(vault.cashOf(bobId), cash[1] + 1e18);
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), cash[0] - 101e18);
        assertEq(vault.cashOf(bobId), cash[1] + 1e18);
    }

    /// @dev Slices carry what their legs owe to the moment, and no more.
    function test_Losses_AreSettledWithTheLotsOfASlice() external {
        _trade(aliceId, bobId, _call(2_000), 100, 1e18);
        _trade(aliceId, bobId, _put(1_500), 10, 1e18);
        options.spread(SLOT, 10, false, true, 2e9);
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 0.5e18, 0);
        assertEq(_lots(carolId, SLOT, 10, false), 50);
        int256[2] memory cash = [vault.cashOf(aliceId), vault.cashOf(carolId)];
        assertEq(cash[0] + cash[1], 20_000e18 - 1.1e18 - 200e18);
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), cash[0] - 50e18);
        assertEq(vault.cashOf(carolId), cash[1] - 50e18);
    }

    /// @dev Lots that stay behind, for they are few, owe what all cash owes: whoever takes a part of the account takes that part.
    function test_Losses_OfLotsThatStayAreSharedWithASlice() external {
        _trade(aliceId, bobId, _call(2_000), 3, 1e18);
        options.spread(SLOT, 10, false, true, 100e9);
        int256[2] memory cash = [vault.cashOf(aliceId), vault.cashOf(carolId)];
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 0.25e18, 0);
        assertEq(_lots(carolId, SLOT, 10, false), 0);
        assertEq(vault.cashOf(carolId) - cash[1], cash[0] / 4);
        assertEq(vault.cashOf(aliceId), cash[0] - cash[0] / 4);
        options.spread(SLOT, 10, false, true, 1e9);
        assertEq(vault.cashOf(aliceId), cash[0] - cash[0] / 4 - 3e18);
    }

    /// @dev Any trades in two series with losses between them: what the sides were charged is what the accounts paid, read
    /// before it is settled and after it.
    function testFuzz_Losses_SumOfChargesIsWhatWasSpread(uint256 seed) external {
        AccountId[3] memory users = [aliceId, bobId, carolId];
        int256 chargedWad;
        for (uint256 i; i < 12; ++i) {
            uint256 roll = uint256(keccak256(abi.encode(seed, i)));
            uint8 index = uint8(10 + (roll % 2));
            bool isPut = (roll >> 8) % 2 == 1;
            if ((roll >> 16) % 2 == 0) {
                uint256 buyer = (roll >> 24) % 3;
                uint256 strike = 1_000 + 100 * uint256(index);
                _trade(
                    users[buyer],
                    users[(buyer + 1 + ((roll >> 32) % 2)) % 3],
                    isPut ? _put(strike) : _call(strike),
                    uint64(1 + ((roll >> 40) % 200)),
                    1
                );
            } else {
                uint64 perLot = uint64((roll >> 48) % 1e6);
                chargedWad += int256(options.spread(SLOT, index, isPut, (roll >> 24) % 2 == 0, perLot));
            }
            assertEq(vault.cashOf(aliceId) + vault.cashOf(bobId) + vault.cashOf(carolId), 30_000e18 - chargedWad);
        }
        options.settle(SLOT, 2_050e18);
        vault.settleOptions(_accounts(aliceId, bobId));
        vault.settleOptions(_accounts(carolId));
        assertEq(vault.clearingWad(), chargedWad);
        assertEq(
            vault.settledCashOf(aliceId) + vault.settledCashOf(bobId) + vault.settledCashOf(carolId),
            30_000e18 - chargedWad
        );
    }

    function test_TransferSlice_MovesLegsTowardZeroAndPaysWhatIsSettled() external {
        _trade(aliceId, bobId, _call(2_000), 101, 80e18);
        _trade(bobId, aliceId, _put(1_500), 3, 80e18);
        _trade(aliceId, bobId, optionOf(ETH, InstrumentKind.Put, EXPIRY + 7 days, 1_800e18), 1, 10e18);
        options.settle(LATER, 1_700e18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.OptionMoved(aliceId, carolId, _call(2_000), 50, 0, 0);
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 0.5e18, 0);
        assertEq(_lots(aliceId, SLOT, 10, false), 51);
        assertEq(_lots(carolId, SLOT, 10, false), 50);
        assertEq(_lots(aliceId, SLOT, 5, true), -2);
        assertEq(_lots(carolId, SLOT, 5, true), -1);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 1 << SLOT);
        // Half of all cash, the payoff of the settled put included.
        int256 cash = 10_000e18 - 80.8e18 + 2.4e18 - 0.1e18 + 1e18;
        assertEq(vault.cashOf(aliceId), cash / 2);
        vm.prank(auction);
        vault.transferSlice(aliceId, carolId, 1e18, 0);
        assertEq(uint256(vault.expiryBitmapOf(aliceId)), 0);
        assertEq(options.slotOf(SLOT).holders, 2);
    }

    function testFuzz_PayoffsOfASeriesCancel(uint128 price, uint16[4] memory lots, uint8 strike) external {
        price = uint128(bound(price, 1, 1e27));
        InstrumentId call = _call(1_000 + 100 * uint256(strike % 21));
        risk.setPrice(1, 1);
        _trade(aliceId, bobId, call, uint64(lots[0]) + 1, 1);
        _trade(bobId, carolId, call, uint64(lots[1]) + 1, 1);
        _trade(carolId, aliceId, call, uint64(lots[2]) + 1, 1);
        _trade(aliceId, carolId, call, uint64(lots[3]) + 1, 1);
        options.settle(SLOT, price);
        int256 sum = vault.cashOf(aliceId) + vault.cashOf(bobId) + vault.cashOf(carolId);
        assertEq(sum, 30_000e18);
        vault.settleOptions(_accounts(aliceId, bobId));
        vault.settleOptions(_accounts(carolId));
        assertEq(vault.clearingWad(), 0);
        assertEq(vault.cashOf(aliceId) + vault.cashOf(bobId) + vault.cashOf(carolId), sum);
    }

    function _trade(AccountId buyer, AccountId seller, InstrumentId series, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, series, lots, priceWad);
        TradeTerms[] memory terms = _terms(buyer, seller);
        exchange.settle(fills, terms);
    }

    function _lots(AccountId account, uint8 slot, uint8 index, bool isPut) private view returns (int24) {
        return vault.legsOf(account, slot).lotsOf(index, isPut);
    }

    function _callOf(uint40 expiry, uint256 strike) private pure returns (InstrumentId) {
        return optionOf(ETH, InstrumentKind.Call, expiry, uint128(strike * 1e18));
    }

    function _call(uint256 strike) private pure returns (InstrumentId) {
        return optionOf(AssetId.wrap(1), InstrumentKind.Call, EXPIRY, uint128(strike * 1e18));
    }

    function _put(uint256 strike) private pure returns (InstrumentId) {
        return optionOf(AssetId.wrap(1), InstrumentKind.Put, EXPIRY, uint128(strike * 1e18));
    }

    function _accounts(AccountId one) private pure returns (AccountId[] memory list) {
        list = new AccountId[](1);
        list[0] = one;
    }

    function _accounts(AccountId one, AccountId two) private pure returns (AccountId[] memory list) {
        list = new AccountId[](2);
        (list[0], list[1]) = (one, two);
    }
}
