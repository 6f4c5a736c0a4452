// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";

/// @dev Accounts with options under auction, between the real rooms. The test stands for the exchange. It is
/// 2023-11-14; the expiry is that of the 17th.
contract LiquidationAuctionOptionsTest is ProtocolFixture {
    uint256 private constant WAD = 1e18;
    uint40 private constant EXPIRY = 1_700_208_000;
    uint40 private constant NEXT_EXPIRY = 1_700_121_600;
    uint24 private constant LOTS = 5_000;

    AccountId private account = toAccountId(makeAddr("alice"), 0);
    AccountId private winner = toAccountId(makeAddr("carol"), 0);
    AccountId private writer = toAccountId(makeAddr("dave"), 0);
    AccountId private stranger = toAccountId(makeAddr("erin"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);
    AccountId private rewardTo = toAccountId(makeAddr("keeper"), 0);

    uint8 private slot;
    uint8 private nextSlot;

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        nextSlot = rooms.options.listExpiry(ETH, NEXT_EXPIRY);
        slot = rooms.options.listExpiry(ETH, EXPIRY);
        deposit(account, 45_000);
        deposit(winner, 500_000);
        deposit(writer, 500_000);
        deposit(stranger, 500_000);
        deposit(bidder, 500_000);
        rooms.usdc.mint(address(this), 10_000e6);
        rooms.usdc.approve(address(rooms.fund), 10_000e6);
        rooms.fund.deposit(10_000e6, address(this));
    }

    // ---------------------------------------------------------------- solvent

    function test_Options_AJumpThroughTheStrikeIsSoldInPartAtMid() public {
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        _assertRefused(ILiquidationAuction.Auction_Healthy.selector);
        _moveTo(2_750e18);
        IPortfolioMargin.MarginReport memory before = _report(account);
        assertGt(before.favourableEquityWad, 0);
        assertLt(before.liquidationSurplusWad, 0);
        rooms.auction.flag(account, rewardTo);
        _quiet(6, 2_750e18);
        before = _report(account);
        int256 bidderBefore = _report(bidder).equityWad;
        (, , int256 priceWad, uint256 offeredWad, ) = rooms.auction.quote(account);
        (uint256 fractionWad, ) = _bid(WAD);
        assertEq(fractionWad, offeredWad);
        assertLt(fractionWad, WAD);
        int24 left = _lots(account, slot, 2_000e18, false);
        assertEq(left, -int24(uint24(LOTS - (LOTS * fractionWad) / WAD)));
        assertEq(_lots(bidder, slot, 2_000e18, false), -int24(LOTS) - left);
        // What the engine says that the slice is worth to it, less what it paid: the discount's share, to the wei but for
        // roundings, though longs and shorts are marked by the surface and cash and lots round apart.
        int256 gainWad = _report(bidder).equityWad - bidderBefore;
        assertApproxEqAbs(gainWad, ((before.equityWad - priceWad) * int256(fractionWad)) / int256(WAD), 1e6);
        int256 lossWad = before.equityWad - _report(account).equityWad;
        assertApproxEqAbs(
            lossWad,
            gainWad + int256(rooms.waterfall.poolOf(ETH) + rooms.waterfall.poolOf(NO_ASSET)),
            1e6
        );
        assertGe(rooms.risk.liquidationSurplus(rooms.vault.portfolioOf(account)), 0);
        assertEq(rooms.auction.openCount(), 0);
        assertFalse(rooms.vault.isFrozen(account));
        _assertConserved();
    }

    // ---------------------------------------------------------------- insolvent

    function test_Options_WhatTheFundCannotPayIsHaircutFromTheLongsOfTheSeriesOnly() public {
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        // Others of the same expiry and of others, in other series.
        _trade(stranger, writer, _call(2_025e18), 500, 50e18);
        _trade(stranger, writer, _put(2_000e18), 500, 50e18);
        _trade(stranger, writer, optionOf(ETH, InstrumentKind.Call, NEXT_EXPIRY, 2_000e18), 500, 50e18);
        _trade(stranger, writer, perpetualOf(ETH), 500, 2_000e18);
        _moveTo(3_300e18);
        assertLe(_report(account).favourableEquityWad, 0);
        rooms.auction.flag(account, rewardTo);
        assertEq(rooms.waterfall.openInsolvencies(), 1);
        uint256 coverable = rooms.waterfall.coverable(ETH);
        int256[3] memory cash = [rooms.vault.cashOf(winner), rooms.vault.cashOf(writer), rooms.vault.cashOf(stranger)];
        (uint256 fractionWad, int256 paymentWad) = _bid(WAD);
        assertEq(fractionWad, WAD);
        assertLt(paymentWad, -int256(coverable));
        // The last lots' worth of rounding goes to the pool.
        assertApproxEqAbs(cash[0] - rooms.vault.cashOf(winner), -paymentWad - int256(coverable), 5_000e9);
        assertEq(rooms.vault.cashOf(writer), cash[1]);
        assertEq(rooms.vault.cashOf(stranger), cash[2]);
        assertEq(rooms.vault.cashOf(account), 0);
        assertEq(rooms.vault.expiryBitmapOf(account), 0);
        assertEq(rooms.auction.openCount(), 0);
        assertEq(rooms.waterfall.openInsolvencies(), 0);
        assertEq(rooms.waterfall.shortfall(), 0);
        _assertConserved();
    }

    /// @dev Were it charged for what it had bought itself, the bidder would be promised what the slice then costs it.
    function test_Options_TheDefaultersOwnLegsDoNotPayForIt() public {
        _trade(account, winner, _call(2_500e18), 1_000, 1e18);
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        _moveTo(3_300e18);
        rooms.auction.flag(account, rewardTo);
        int256 before = _report(bidder).equityWad;
        (, , int256 priceWad, , ) = rooms.auction.quote(account);
        (uint256 fractionWad, int256 paymentWad) = _bid(WAD);
        assertEq(fractionWad, WAD);
        assertApproxEqAbs(paymentWad, priceWad, 10);
        assertEq(rooms.vault.cashOf(account), 0);
        // Insolvent, without incentive yet: what it took is worth nothing to it.
        assertApproxEqAbs(_report(bidder).equityWad, before, 1e6);
        _assertConserved();
    }

    function test_Options_CapacityIsThatOfTheUnderlyingsNotional() public {
        rooms.auction.parameters().setCapacity(ETH, 33_000e18, 300);
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        _moveTo(3_300e18);
        rooms.auction.flag(account, rewardTo);
        assertEq(rooms.auction.capacityLeft(ETH), 33_000e18);
        (uint256 fractionWad, ) = _bid(WAD);
        // 50 ETH at 3,300.
        assertEq(fractionWad, 0.2e18);
        assertLt(rooms.auction.capacityLeft(ETH), 10);
        assertEq(_lots(account, slot, 2_000e18, false), -4_000);
        _assertRefusedBid(ILiquidationAuction.Auction_NoCapacity.selector);
        _assertConserved();
    }

    // ---------------------------------------------------------------- rounding

    /// @dev Legs of one lot move with everything only.
    function test_Options_ManySmallLegsAreSoldWhole() public {
        for (uint256 i = 0; i < 7; ++i) _trade(winner, account, _call(2_000e18 + i * 25e18), 1, 40e18);
        _trade(winner, account, _put(2_000e18), LOTS, 60e18);
        _moveTo(700e18);
        rooms.auction.flag(account, rewardTo);
        (uint256 fractionWad, ) = _bid(WAD);
        assertEq(fractionWad, WAD);
        assertEq(rooms.vault.expiryBitmapOf(account), 0);
        assertEq(rooms.auction.openCount(), 0);
        _assertConserved();
    }

    // ---------------------------------------------------------------- settled expiries

    /// @dev Up to four minutes after expiry.
    function _fixAt(uint256 priceWad) private {
        vm.warp(EXPIRY - 61 minutes);
        for (uint256 i = 0; i < 65; ++i) {
            _step(priceWad);
            (bool can, ) = rooms.options.canFix(slot);
            if (can) rooms.options.fix(slot);
        }
        assertNotEq(rooms.options.expiryAt(slot).mark.fixedPriceWad, 0);
    }

    function _assertWaitsForInsolvency() private {
        vm.warp(EXPIRY + 15 minutes);
        uint256 until = EXPIRY + 2 hours;
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_InsolvencyOpen.selector, slot, until));
        rooms.options.settle(slot);
    }

    /// @dev Settlement would put the winner's gain out of reach: it waits until the loser is sold, at the price that is
    /// fixed, wherever the market is by then.
    function test_Options_AtExpiryTheWinnerIsChargedBeforeHeIsPaid() public {
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        _moveTo(3_300e18);
        rooms.auction.flag(account, rewardTo);
        _fixAt(3_300e18);
        int256 worth = rooms.vault.cashOf(winner);
        _assertWaitsForInsolvency();
        _step(1_500e18);
        (uint256 fractionWad, ) = _bid(WAD);
        assertEq(fractionWad, WAD);
        assertEq(rooms.waterfall.openInsolvencies(), 0);
        // Half of the 17,000 that nobody else pays: his other half the bidder holds now.
        assertLt(rooms.vault.cashOf(winner), worth);
        assertEq(rooms.waterfall.shortfall(), 0);
        rooms.options.settle(slot);
        _assertConserved();
    }

    function test_Options_ASettledExpiryIsCash_ResidualClosesTheAuction() public {
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        _moveTo(3_300e18);
        rooms.auction.flag(account, rewardTo);
        assertTrue(rooms.waterfall.isBlocked());
        _fixAt(3_300e18);
        _assertWaitsForInsolvency();
        vm.warp(EXPIRY + 2 hours);
        _step(3_300e18);
        rooms.options.settle(slot);
        // Not paid out: the account has its legs in the ledger, and nothing to sell.
        assertGt(rooms.vault.expiryBitmapOf(account), 0);
        _assertRefusedBid(ILiquidationAuction.Auction_NothingToSell.selector);
        (bool ok, , uint256 owedWad) = rooms.auction.canCoverResidual(account);
        assertTrue(ok);
        // 50 * 1,300 less the deposit and the premium.
        assertApproxEqRel(owedWad, 17_000e18, 0.01e18);
        rooms.auction.coverResidual(account);
        assertEq(rooms.auction.openCount(), 0);
        assertFalse(rooms.vault.isFrozen(account));
        assertEq(rooms.waterfall.openInsolvencies(), 0);
        uint256 openWad = rooms.waterfall.deficitOf(account, NO_ASSET);
        assertGt(openWad, 0);
        assertEq(rooms.vault.cashOf(account), -int256(openWad));
        // What is recorded is repaid though nobody collected the payoffs.
        deposit(rooms.waterfall.poolAccount(), 1_000);
        assertEq(rooms.waterfall.coverDeficit(account, NO_ASSET), 1_000e18);
        AccountId[] memory both = new AccountId[](2);
        (both[0], both[1]) = (account, winner);
        assertEq(rooms.vault.settleOptions(both), 2);
        assertEq(rooms.vault.cashOf(account), 1_000e18 - int256(openWad));
        _assertConserved();
    }

    function test_Options_ADeficitStaysOpenWhileOptionsAre() public {
        rooms.auction.parameters().setCapacity(ETH, 33_000e18, 300);
        _trade(winner, account, _call(2_000e18), LOTS, 60e18);
        // Every layer is empty, and nobody holds the series: the deficit is recorded.
        vm.mockCall(
            address(rooms.options),
            abi.encodeWithSelector(IOptionMarkets.spreadLoss.selector),
            abi.encode(uint256(0))
        );
        _moveTo(3_300e18);
        rooms.auction.flag(account, rewardTo);
        uint256 coverable = rooms.waterfall.coverable(ETH);
        _bid(WAD);
        uint256 openWad = rooms.waterfall.deficitOf(account, ETH);
        if (openWad == 0) {
            assertGt(coverable, 0);
            vm.warp(block.timestamp + 300);
            _step(3_300e18);
            _bid(WAD);
            openWad = rooms.waterfall.deficitOf(account, ETH);
        }
        assertGt(openWad, 0);
        assertGt(rooms.vault.expiryBitmapOf(account), 0);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_StillOpen.selector, account));
        rooms.waterfall.coverDeficit(account, ETH);
    }

    // ---------------------------------------------------------------- means

    function _call(uint256 strikeWad) private pure returns (InstrumentId) {
        return optionOf(ETH, InstrumentKind.Call, EXPIRY, uint128(strikeWad));
    }

    function _put(uint128 strikeWad) private pure returns (InstrumentId) {
        return optionOf(ETH, InstrumentKind.Put, EXPIRY, strikeWad);
    }

    function _trade(AccountId buyer, AccountId seller, InstrumentId instrument, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, instrument, lots, priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (buyer, seller);
        rooms.vault.applyFills(fills, terms);
    }

    function _lots(AccountId holder, uint8 slot_, uint256 strikeWad, bool isPut) private view returns (int24) {
        (bool found, uint8 index) = rooms.options.expiryAt(slot_).mark.expiry.strikeIndexOf(strikeWad);
        assertTrue(found);
        return rooms.vault.legsOf(holder, slot_).lotsOf(index, isPut);
    }

    function _report(AccountId holder) private view returns (IPortfolioMargin.MarginReport memory) {
        return rooms.risk.report(rooms.vault.portfolioOf(holder), WAD);
    }

    function _bid(uint256 fractionWad) private returns (uint256, int256) {
        vm.prank(makeAddr("bob"));
        return rooms.auction.bid(account, bidder, fractionWad, type(int256).max);
    }

    /// @dev A minute passes.
    function _step(uint256 ethWad) private {
        vm.warp(block.timestamp + 60);
        for (uint256 i; i < SOURCES; ++i) {
            ethSources[i].set(ethWad, 0, block.timestamp);
            btcSources[i].set(BTC_PRICE, 0, block.timestamp);
        }
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (ETH, BTC);
        rooms.oracle.poke(both);
    }

    function _quiet(uint256 minutes_, uint256 priceWad) private {
        for (uint256 i = 0; i < minutes_; ++i) _step(priceWad);
    }

    /// @dev In steps of at most 1 % a minute, so that all views follow; then 35 quiet minutes.
    function _moveTo(uint256 priceWad) private {
        uint256 now_ = rooms.oracle.read(ETH).midWad;
        while (now_ != priceWad) {
            uint256 stepWad = now_ / 100;
            if (now_ > priceWad) now_ = now_ - priceWad > stepWad ? now_ - stepWad : priceWad;
            else now_ = priceWad - now_ > stepWad ? now_ + stepWad : priceWad;
            _step(now_);
        }
        _quiet(35, priceWad);
    }

    function _assertRefused(bytes4 expected) private view {
        (bool ok, bytes4 reason, ) = rooms.auction.canFlag(account);
        assertFalse(ok);
        assertEq(reason, expected);
    }

    function _assertRefusedBid(bytes4 expected) private view {
        (bool ok, bytes4 reason, , , ) = rooms.auction.quote(account);
        assertFalse(ok);
        assertEq(reason, expected);
    }

    /// @dev Cash of everybody, charges that are pending included, and the tokens behind it; funding rounds per lot.
    function _assertConserved() private view {
        int256 sum = 0;
        for (uint256 i = 0; i < rooms.vault.accountCount(); ++i) sum += rooms.vault.cashOf(rooms.vault.accountAt(i));
        assertApproxEqAbs(sum, int256(rooms.usdc.balanceOf(address(rooms.vault)) * 1e12), 1e6);
        int256 settled = rooms.vault.clearingWad();
        for (uint256 i = 0; i < rooms.vault.accountCount(); ++i) {
            settled += rooms.vault.settledCashOf(rooms.vault.accountAt(i));
        }
        assertEq(settled, int256(rooms.usdc.balanceOf(address(rooms.vault)) * 1e12));
    }
}
