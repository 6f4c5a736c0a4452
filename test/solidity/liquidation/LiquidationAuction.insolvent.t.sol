// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

contract LiquidationAuctionInsolventTest is AuctionFixture {
    function test_Bid_PaysTheDeficitAndAGrowingIncentive() public {
        flagLong(-2_000e18);
        assertEq(offerOf(account).priceWad, -2_000e18);
        vm.warp(block.timestamp + CURVE_SECONDS / 2);
        // A quarter of 10,000.
        assertEq(offerOf(account).priceWad, -4_500e18);
        (uint256 fractionWad, int256 paymentWad) = bidAll();
        assertEq(fractionWad, WAD);
        assertEq(paymentWad, -4_500e18);
        assertEq(waterfall.paidWad(), 4_500e18);
        assertEq(waterfall.lastShares(), 1);
        // The bidder has the position and its cash, and 2,500 more than they are worth.
        assertEq(vault.cashOf(bidder), 10_000_000e18 - 202_000e18 + 4_500e18);
        assertEq(vault.lotsOf(bidder, ETH), 10_000);
        assertEq(vault.cashOf(account), 0);
        assertEq(auction.openCount(), 0);
        assertFalse(waterfall.isInsolvent(account));
        assertEq(waterfall.penaltiesWad(), 0);
    }

    function test_Bid_OfAPartLeavesItsShareOfTheDeficit() public {
        flagLong(-2_000e18);
        vm.warp(block.timestamp + CURVE_SECONDS);
        vm.prank(bob);
        (uint256 fractionWad, int256 paymentWad) = auction.bid(account, bidder, 0.25e18, 0);
        assertEq(fractionWad, 0.25e18);
        assertEq(paymentWad, -1_750e18);
        assertEq(waterfall.paidWad(), 1_750e18);
        assertEq(vault.cashOf(account) + 150_000e18, -1_500e18);
        assertEq(vault.cashOf(bidder) + 50_000e18, 10_000_000e18 - 500e18 + 1_750e18);
        assertEq(auction.openCount(), 1);
    }

    function testFuzz_Bid_NeverPaysMoreThanTheWaterfallHolds(
        uint256 held,
        uint256 deficit,
        uint256 elapsed,
        uint256 fraction
    ) public {
        held = bound(held, 0, 20_000e18);
        deficit = bound(deficit, 0, 10_000e18);
        vault.setCash(waterfall.purse(), int256(held));
        flagLong(-int256(deficit));
        vm.warp(block.timestamp + bound(elapsed, 0, 2 * CURVE_SECONDS));
        int256 sum = _sum();
        vm.prank(bob);
        (, int256 paymentWad) = auction.bid(account, bidder, bound(fraction, 0.001e18, WAD), type(int256).max);
        assertGe(vault.cashOf(waterfall.purse()), 0);
        assertLe(-paymentWad, int256(held));
        assertEq(waterfall.paidWad(), uint256(-paymentWad));
        assertEq(_sum(), sum);
    }

    function _sum() private view returns (int256) {
        return vault.cashOf(account) + vault.cashOf(bidder) + vault.cashOf(waterfall.purse()) + vault.cashOf(rewardTo);
    }

    function test_Bid_RevertsWhen_WaterfallFallsShortOfTheLimit() public {
        vault.setCash(waterfall.purse(), 1_500e18);
        flagLong(-2_000e18);
        vm.startPrank(bob);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILiquidationAuction.Auction_PriceAboveLimit.selector,
                int256(-1_500e18),
                int256(-1_500e18) - 1
            )
        );
        auction.bid(account, bidder, WAD, -1_500e18 - 1);
        (, int256 paymentWad) = auction.bid(account, bidder, WAD, -1_500e18);
        assertEq(paymentWad, -1_500e18);
    }

    function test_Bid_RevertsWhen_OwnerWouldBePaid() public {
        flagLong(-2_000e18);
        AccountId other = toAccountId(alice, 8);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_OwnerPaidByDomain.selector, account, other));
        auction.bid(account, other, WAD, type(int256).max);
    }

    function test_Bid_GoesAtHalfSizeUnderProtection() public {
        flagLong(-2_000e18);
        breaker.set(Rule.DeepInsolventOnly, Level.Protected);
        assertEq(offerOf(account).fractionWad, 0.5e18);
        bidAll();
        assertEq(vault.lotsOf(account, ETH), 5_000);
        bidAll();
        assertEq(vault.lotsOf(account, ETH), 2_500);
    }

    function test_Bid_WithoutAMarketIsPaidByTheDomainAlone() public {
        // Collateral worth 2,000 against 2,100 owed.
        vault.setCollateral(account, 1e18);
        vault.setCash(account, -2_100e18);
        auction.flag(account, rewardTo);
        vm.warp(block.timestamp + CURVE_SECONDS);
        // 100, and half of the maintenance of 200.
        assertEq(offerOf(account).priceWad, -200e18);
        bidAll();
        assertEq(waterfall.lastShares(), 0);
        assertEq(vault.collateralOf(bidder, 0), 1e18);
        assertEq(vault.cashOf(bidder), 10_000_000e18 - 2_100e18 + 200e18);
        assertEq(vault.cashOf(account), 0);
    }

    function test_Bid_WithoutAMarketAsksOnlyForWhatIsThere() public {
        vault.setCash(waterfall.purse(), 40e18);
        vault.setCollateral(account, 1e18);
        vault.setCash(account, -2_100e18);
        auction.flag(account, rewardTo);
        (, int256 paymentWad) = bidAll();
        assertEq(paymentWad, -40e18);
        assertEq(waterfall.deficitOf(account, NO_ASSET), 0);
    }

    function test_Bid_EntersTheInsolventPhaseOnItsWay() public {
        flagLong(8_000e18);
        vm.warp(block.timestamp + CURVE_SECONDS);
        oracle.set(ETH, 1_900e18);
        // A fresh clock: no incentive yet.
        assertEq(offerOf(account).priceWad, -2_020e18);
        vm.prank(bob);
        auction.bid(account, bidder, 0.5e18, type(int256).max);
        assertTrue(waterfall.isInsolvent(account));
        vm.warp(block.timestamp + CURVE_SECONDS);
        bidAll();
        assertFalse(waterfall.isInsolvent(account));
    }

    function test_Bid_OfAShortAccount() public {
        vault.setLots(account, BTC, -100);
        vault.setCash(account, 40_000e18 - 500e18);
        auction.flag(account, rewardTo);
        (, int256 paymentWad) = bidAll();
        assertEq(paymentWad, -500e18);
        assertEq(vault.lotsOf(bidder, BTC), -100);
        assertEq(vault.cashOf(bidder), 10_000_000e18 + 39_500e18 + 500e18);
    }
}
