// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuctionParameters} from "../../../contracts/liquidation/AuctionParameters.sol";
import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {LiquidationAuction} from "../../../contracts/liquidation/LiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

contract LiquidationAuctionFlagTest is AuctionFixture {
    function _expect(bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(selector, account));
    }

    function test_Flag_OpensPaysAndFreezes() public {
        openLong(8_000e18);
        (bool ok, bytes4 reason, uint256 rewardWad) = auction.canFlag(account);
        assertTrue(ok);
        assertEq(reason, bytes4(0));
        assertEq(rewardWad, 20e18);
        vm.expectEmit(address(auction));
        emit ILiquidationAuction.AuctionOpened(account, rewardTo, keeper, 20e18, 8_000e18, 10_000e18, -2_000e18);
        vm.prank(keeper);
        auction.flag(account, rewardTo);
        assertEq(vault.cashOf(rewardTo), 20e18);
        assertTrue(vault.isFrozen(account));
        assertEq(auction.openCount(), 1);
        assertEq(AccountId.unwrap(auction.openAt(0)), AccountId.unwrap(account));
        ILiquidationAuction.AuctionState memory state = auction.auctionOf(account);
        assertEq(uint256(state.phase), uint256(ILiquidationAuction.Phase.Solvent));
        assertEq(state.startedAt, block.timestamp);
        assertEq(state.assetBitmap, 2);
        assertEq(state.equityAtFlagWad, 7_980e18);
        assertEq(state.bandWad, 40_000e18);
        // x = 0.798, slope 0.2.
        assertEq(state.startDiscountWad, 0.0404e18);
    }

    function test_Flag_AtTheBoundaryToTheWei() public {
        openLong(10_000e18);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_Healthy.selector, account, 0));
        auction.flag(account, rewardTo);
        openLong(10_000e18 - 1);
        auction.flag(account, rewardTo);
    }

    function test_Flag_RevertsWhen_AlreadyOpen() public {
        flagLong(8_000e18);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_AlreadyOpen.selector, account));
        auction.flag(account, rewardTo);
    }

    function test_Flag_RevertsWhen_NothingToSell() public {
        vault.setCash(account, -100e18);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NothingToSell.selector, account));
        auction.flag(account, rewardTo);
    }

    function test_Flag_RevertsWhen_BreakerForbids() public {
        openLong(8_000e18);
        breaker.set(Rule.Denied, Level.Settling);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_BreakerForbids.selector, Rule.Denied, Level.Settling)
        );
        auction.flag(account, rewardTo);
        breaker.set(Rule.Stressed, Level.Guarded);
        auction.flag(account, rewardTo);
    }

    function test_Flag_RevertsWhen_NotDeepInsolvent() public {
        openLong(1);
        breaker.set(Rule.DeepInsolventOnly, Level.Protected);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NotDeepInsolvent.selector, account, 1));
        auction.flag(account, rewardTo);
        openLong(0);
        auction.flag(account, rewardTo);
    }

    function test_Flag_RevertsWhen_NotConfigured() public {
        LiquidationAuction bare = new LiquidationAuction(
            address(new AuctionParameters(address(authority))),
            address(vault),
            address(risk),
            address(breaker),
            address(waterfall)
        );
        openLong(1);
        vm.expectRevert(ILiquidationAuction.Auction_NotConfigured.selector);
        bare.flag(account, rewardTo);
        bare.parameters().setConfig(defaults());
        (bool ok, bytes4 reason, ) = bare.canFlag(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_NotConfigured.selector);
    }

    function test_New_RevertsWhen_ZeroAddress() public {
        for (uint256 i = 0; i < 5; ++i) {
            vm.expectRevert(ILiquidationAuction.Auction_ZeroAddress.selector);
            new LiquidationAuction(
                i == 0 ? address(0) : address(1),
                i == 1 ? address(0) : address(1),
                i == 2 ? address(0) : address(1),
                i == 3 ? address(0) : address(1),
                i == 4 ? address(0) : address(1)
            );
        }
        vm.expectRevert(IAuctionParameters.Auction_NoAuthority.selector);
        new AuctionParameters(address(0));
    }

    /// @dev Invariant 7: one price that may be true at which the account passes is enough.
    function testFuzz_INV07_Flag_OnlyWhenInsolventAtEveryPrice(uint256 equity, uint256 halfSpread) public {
        equity = bound(equity, 0, 20_000e18);
        halfSpread = bound(halfSpread, 0, 0.1e18);
        openLong(int256(equity));
        oracle.setHalfSpread(halfSpread);
        bool fails = int256(equity + (200_000e18 * halfSpread) / WAD) - 10_000e18 < 0;
        (bool ok, , ) = auction.canFlag(account);
        assertEq(ok, fails);
        if (!fails) vm.expectRevert();
        auction.flag(account, rewardTo);
    }

    function test_Flag_PaysNothingWithoutEquity() public {
        openLong(-100e18);
        auction.flag(account, rewardTo);
        assertEq(vault.cashOf(rewardTo), 0);
        assertTrue(waterfall.isInsolvent(account));
        assertEq(uint256(auction.auctionOf(account).phase), uint256(ILiquidationAuction.Phase.Insolvent));
    }

    function testFuzz_Flag_RewardNeverTakesMoreThanItsShareOfEquity(uint256 equity) public {
        equity = bound(equity, 1, 10_000e18 - 1);
        flagLong(int256(equity));
        uint256 paid = uint256(vault.cashOf(rewardTo));
        assertLe(paid, equity / 10);
        assertLe(paid, 20e18);
        assertEq(paid, equity / 10 < 20e18 ? equity / 10 : 20e18);
    }

    function test_Flag_ToItselfPaysNothing() public {
        openLong(8_000e18);
        auction.flag(account, account);
        assertEq(vault.cashOf(account), 8_000e18 - 200_000e18);
    }

    /// @dev Invariant 14: released and flagged again within the cool-off, the episode is the same.
    function test_INV14_Flag_PaysOncePerEpisode() public {
        flagLong(8_000e18);
        oracle.set(ETH, 2_200e18);
        auction.release(account);
        oracle.set(ETH, 2_000e18);
        vm.warp(block.timestamp + 1 hours - 1);
        auction.flag(account, rewardTo);
        assertEq(vault.cashOf(rewardTo), 20e18);
        oracle.set(ETH, 2_200e18);
        auction.release(account);
        oracle.set(ETH, 2_000e18);
        vm.warp(block.timestamp + 1 hours);
        auction.flag(account, rewardTo);
        assertEq(vault.cashOf(rewardTo), 40e18);
    }

    function test_FlagMany_SkipsWhatCannotBeFlagged() public {
        openLong(8_000e18);
        AccountId[] memory accounts = new AccountId[](3);
        accounts[0] = toAccountId(bob, 1);
        accounts[1] = account;
        accounts[2] = account;
        bool[] memory flagged = auction.flagMany(accounts, rewardTo);
        assertFalse(flagged[0]);
        assertTrue(flagged[1]);
        assertFalse(flagged[2]);
        assertEq(auction.openCount(), 1);
    }

    function test_FlagMany_SkipsWhatCannotBeRead() public {
        openLong(8_000e18);
        risk.setBroken(true);
        AccountId[] memory accounts = new AccountId[](1);
        accounts[0] = account;
        assertFalse(auction.flagMany(accounts, rewardTo)[0]);
    }

    // ---------------------------------------------------------------- release

    function test_Release_ClosesAndThaws() public {
        flagLong(8_000e18);
        oracle.set(ETH, 2_100e18);
        (bool ok, ) = auction.canRelease(account);
        assertTrue(ok);
        vm.expectEmit(address(auction));
        emit ILiquidationAuction.AuctionClosed(account, 7_480e18, block.timestamp + 1 hours);
        auction.release(account);
        assertFalse(vault.isFrozen(account));
        assertEq(auction.openCount(), 0);
        assertEq(uint256(auction.auctionOf(account).phase), 0);
    }

    function test_Release_WorksInEveryLevel() public {
        flagLong(8_000e18);
        vault.setCash(account, vault.cashOf(account) + 2_020e18);
        breaker.set(Rule.Denied, Level.Settling);
        auction.release(account);
    }

    function test_Release_RevertsWhen_StillUnhealthy() public {
        flagLong(8_000e18);
        vault.setCash(account, vault.cashOf(account) + 2_020e18 - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_StillUnhealthy.selector, account, int256(-1))
        );
        auction.release(account);
        (bool ok, bytes4 reason) = auction.canRelease(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_StillUnhealthy.selector);
    }

    function test_Release_RevertsWhen_NotOpen() public {
        _expect(ILiquidationAuction.Auction_NotOpen.selector);
        auction.release(account);
    }

    function test_Release_EndsTheInsolvency() public {
        flagLong(-100e18);
        oracle.set(ETH, 3_000e18);
        auction.release(account);
        assertFalse(waterfall.isInsolvent(account));
    }

    // ---------------------------------------------------------------- refresh

    function test_Refresh_FollowsThePhase() public {
        flagLong(8_000e18);
        vm.warp(block.timestamp + 100);
        _expect(ILiquidationAuction.Auction_NothingChanged.selector);
        auction.refresh(account);
        oracle.set(ETH, 1_900e18);
        (bool ok, ) = auction.canRefresh(account);
        assertTrue(ok);
        auction.refresh(account);
        assertTrue(waterfall.isInsolvent(account));
        assertEq(auction.auctionOf(account).startedAt, block.timestamp);
        oracle.set(ETH, 1_930e18);
        auction.refresh(account);
        assertFalse(waterfall.isInsolvent(account));
        assertEq(uint256(auction.auctionOf(account).phase), uint256(ILiquidationAuction.Phase.Solvent));
    }

    function test_Refresh_FollowsTheMarksOutOfTheBand() public {
        // Short 1,000 ETH at 2,000: maintenance 100,000; the band is 20 % of 2,000,000.
        vault.setLots(account, ETH, -100_000);
        vault.setCash(account, 2_000_000e18 - 900_000e18);
        auction.flag(account, rewardTo);
        assertEq(auction.auctionOf(account).bandWad, 400_000e18);
        oracle.set(ETH, 1_601e18);
        (bool ok, bytes4 reason) = auction.canRefresh(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_NothingChanged.selector);
        oracle.set(ETH, 1_599e18);
        auction.refresh(account);
        assertEq(auction.auctionOf(account).equityAtFlagWad, -499_000e18);
    }

    function test_Refresh_RevertsWhen_ReleasableOrForbidden() public {
        _expect(ILiquidationAuction.Auction_NotOpen.selector);
        auction.refresh(account);
        flagLong(8_000e18);
        breaker.set(Rule.Denied, Level.Settling);
        (, bytes4 reason) = auction.canRefresh(account);
        assertEq(reason, ILiquidationAuction.Auction_BreakerForbids.selector);
        oracle.set(ETH, 2_500e18);
        (, reason) = auction.canRefresh(account);
        assertEq(reason, ILiquidationAuction.Auction_Healthy.selector);
    }

    // ---------------------------------------------------------------- residual

    function test_CoverResidual_AsksTheWaterfall() public {
        vault.setCash(account, -300e18);
        (bool ok, , uint256 owedWad) = auction.canCoverResidual(account);
        assertTrue(ok);
        assertEq(owedWad, 300e18);
        vm.expectEmit(address(auction));
        emit ILiquidationAuction.ResidualCovered(account, 300e18, 300e18);
        auction.coverResidual(account);
        assertEq(vault.cashOf(account), 0);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NoResidual.selector, account, 0));
        auction.coverResidual(account);
    }

    function test_CoverResidual_ClosesTheAuction() public {
        flagLong(-300e18);
        vault.setLots(account, ETH, 0);
        vault.setCash(account, -300e18);
        auction.coverResidual(account);
        assertEq(auction.openCount(), 0);
        assertFalse(waterfall.isInsolvent(account));
    }

    /// @dev As where options settle under the auction. Nothing else would end it, and redemptions of the fund wait for it.
    function test_CoverResidual_ClosesTheAuctionThoughADebtIsRecorded() public {
        vault.setCash(account, -300e18);
        vault.setCash(waterfall.purse(), 100e18);
        auction.coverResidual(account);
        assertEq(waterfall.deficitOf(account, AssetId.wrap(0)), 200e18);
        flagLong(-300e18);
        vault.setLots(account, ETH, 0);
        vault.setCash(account, -500e18);
        (bool ok, , uint256 owedWad) = auction.canCoverResidual(account);
        assertTrue(ok);
        assertEq(owedWad, 500e18);
        auction.coverResidual(account);
        assertEq(auction.openCount(), 0);
        assertFalse(waterfall.isInsolvent(account));
        assertEq(waterfall.deficitOf(account, AssetId.wrap(0)), 500e18);
        (ok, , ) = auction.canCoverResidual(account);
        assertFalse(ok);
    }

    function test_CoverResidual_RevertsWhen_SomethingComesFirst() public {
        vault.setCash(account, -300e18);
        vault.setCollateral(account, 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_NoResidual.selector, account, int256(-300e18))
        );
        auction.coverResidual(account);
        vault.setCollateral(account, 0);
        vault.setCash(waterfall.purse(), 100e18);
        auction.coverResidual(account);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_ResidualRecorded.selector, account, 200e18));
        auction.coverResidual(account);
    }
}
