// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

/// @dev Solvent at the favourable edge, worth next to nothing at the mid. Maintenance is 10,000, its incentive 5,000.
contract LiquidationAuctionDoubtTest is AuctionFixture {
    uint256 private constant DOUBT_SECONDS = 5 minutes;
    int256 private constant INCENTIVE_WAD = 5_000e18;

    function setUp() public override {
        super.setUp();
        // The favourable edge is 2,000 above the mid.
        oracle.setHalfSpread(0.01e18);
    }

    function test_Doubt_IsSoldWithinTheGateAndAFewMinutes() public {
        flagLong(-500e18);
        assertTrue(_phase() == ILiquidationAuction.Phase.Doubtful);
        skip(DOUBT_SECONDS);
        // Half of 5 % of the favourable equity: nobody pays that for less than nothing.
        assertEq(offerOf(account).priceWad, 37.5e18);
        skip(DOUBT_SECONDS / 2);
        // Half of the way to the equity less 15 % of the incentive.
        assertEq(offerOf(account).priceWad, 37.5e18 - (37.5e18 + 500e18 + 750e18) / 2);
        skip(DOUBT_SECONDS / 2);
        // All of it, and 30 % of the incentive.
        assertEq(offerOf(account).priceWad, -2_000e18);
        // Closing costs 10 bps of 200,000.
        vm.prank(bob);
        (uint256 fractionWad, int256 paymentWad) = auction.bid(account, bidder, WAD, -500e18 - 200e18);
        assertEq(fractionWad, WAD);
        assertEq(paymentWad, -2_000e18);
        assertEq(waterfall.paidWad(), 2_000e18);
        assertEq(vault.cashOf(account), 0);
        assertEq(auction.openCount(), 0);
        assertFalse(vault.isFrozen(account));
    }

    function test_Doubt_CloseToZeroIsSoldToo() public {
        flagLong(100e18);
        // The reward has taken a tenth of it: 90 less the discount never pays for closing.
        skip(DOUBT_SECONDS);
        assertGt(offerOf(account).priceWad, 0);
        skip(DOUBT_SECONDS / 2);
        vm.prank(bob);
        (, int256 paymentWad) = auction.bid(account, bidder, WAD, 90e18 - 200e18);
        assertLt(paymentWad, -110e18);
    }

    /// @dev A hundredth of the account fits: that holds nobody back, and a part is not for sale.
    function test_Doubt_TheWholeGoesWhateverTheCapacity() public {
        parameters.setCapacity(ETH, 2_000e18, 1 hours);
        flagLong(100e18);
        skip(DOUBT_SECONDS + DOUBT_SECONDS / 2);
        assertLt(offerOf(account).priceWad, 0);
        assertEq(offerOf(account).fractionWad, WAD);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_FractionTooSmall.selector, WAD - 1, WAD));
        auction.bid(account, bidder, WAD - 1, type(int256).max);
        bidAll();
        assertEq(auction.openCount(), 0);
        assertEq(auction.capacityLeft(ETH), 0);
    }

    function test_Doubt_EndsAboveTheShare() public {
        // The reward of 20 taken off.
        flagLong(1_020e18 + 1);
        assertTrue(_phase() == ILiquidationAuction.Phase.Solvent);
        skip(10 * CURVE_SECONDS);
        assertEq(offerOf(account).priceWad, 500e18 + 1);
    }

    function test_Doubt_BeginsAtTheShare() public {
        flagLong(1_020e18);
        assertTrue(_phase() == ILiquidationAuction.Phase.Doubtful);
    }

    /// @dev However long the auction was open before.
    function testFuzz_Doubt_AWickCostsTheFundNothing(uint256 before, uint256 wick, uint256 depth) public {
        flagLong(7_500e18);
        skip(bound(before, 0, 10 * CURVE_SECONDS));
        oracle.set(ETH, 1_920e18 - bound(depth, 0, 9e18));
        auction.refresh(account);
        assertTrue(_phase() == ILiquidationAuction.Phase.Doubtful);
        skip(bound(wick, 0, DOUBT_SECONDS));
        assertGt(offerOf(account).priceWad, 0);
        vm.prank(bob);
        (, int256 paymentWad) = auction.bid(account, bidder, 0.1e18, type(int256).max);
        assertGt(paymentWad, 0);
        assertEq(waterfall.paidWad(), 0);
    }

    function test_Doubt_StartsOnTheWayOfABid() public {
        flagLong(7_500e18);
        skip(10 * CURVE_SECONDS);
        oracle.set(ETH, 1_915e18);
        vm.prank(bob);
        (, int256 paymentWad) = auction.bid(account, bidder, 0.1e18, type(int256).max);
        assertGt(paymentWad, 0);
        assertEq(auction.auctionOf(account).startedAt, block.timestamp);
        assertTrue(_phase() == ILiquidationAuction.Phase.Doubtful);
    }

    function test_Doubt_RecoveryStartsTheGateAgain() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS - 1);
        oracle.set(ETH, 2_030e18);
        auction.refresh(account);
        assertTrue(_phase() == ILiquidationAuction.Phase.Solvent);
        oracle.set(ETH, 2_000e18);
        auction.refresh(account);
        skip(DOUBT_SECONDS);
        assertGt(offerOf(account).priceWad, 0);
        skip(CURVE_SECONDS / 10);
        assertLt(offerOf(account).priceWad, 0);
    }

    function test_INV17_Doubt_CountsActiveSecondsOnly() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS + CURVE_SECONDS);
        breaker.addInactive(CURVE_SECONDS);
        assertGt(offerOf(account).priceWad, 0);
        skip(CURVE_SECONDS / 10);
        assertLt(offerOf(account).priceWad, 0);
    }

    function test_INV07_Doubt_SellsNobodyWhoPassesAtSomePrice() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS + CURVE_SECONDS);
        // 10,500 above the mid at the edge.
        oracle.setHalfSpread(0.0525e18);
        assertEq(offerOf(account).reason, ILiquidationAuction.Auction_Healthy.selector);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_Healthy.selector, account, uint256(0)));
        auction.bid(account, bidder, WAD, type(int256).max);
    }

    function test_Doubt_IsNoDeepInsolvency() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS + CURVE_SECONDS);
        breaker.set(Rule.DeepInsolventOnly, Level.Protected);
        assertEq(offerOf(account).reason, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
    }

    function test_Doubt_NeverPaysTheOwner() public {
        flagLong(-500e18);
        AccountId other = toAccountId(alice, 8);
        vault.setCash(other, 10_000_000e18);
        skip(DOUBT_SECONDS);
        // While the owner pays, it may take over what it holds.
        vm.prank(alice);
        (, int256 paymentWad) = auction.bid(account, other, 0.1e18, type(int256).max);
        assertGt(paymentWad, 0);
        skip(CURVE_SECONDS);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_OwnerPaidByDomain.selector, account, other));
        auction.bid(account, other, WAD, type(int256).max);
    }

    /// @dev At the border of the two phases the clock runs on: the price of the deficit does not start again.
    function test_Doubt_AndInsolvencyShareTheirClock() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS + 400);
        assertEq(offerOf(account).priceWad, -2_500e18);
        assertFalse(waterfall.isInsolvent(account));
        oracle.setHalfSpread(0);
        assertEq(offerOf(account).priceWad, -2_500e18);
        auction.refresh(account);
        assertEq(offerOf(account).priceWad, -2_500e18);
        assertTrue(waterfall.isInsolvent(account));
        skip(100);
        assertEq(offerOf(account).priceWad, -3_000e18);
        // And back and forth: the price stays where it is.
        for (uint256 i; i < 3; ++i) {
            oracle.setHalfSpread(0.01e18);
            assertEq(offerOf(account).priceWad, -3_000e18);
            auction.refresh(account);
            assertEq(offerOf(account).priceWad, -3_000e18);
            assertFalse(waterfall.isInsolvent(account));
            oracle.setHalfSpread(0);
            auction.refresh(account);
            assertEq(offerOf(account).priceWad, -3_000e18);
        }
    }

    /// @dev Insolvency within the gate starts at the deficit, without incentive.
    function testFuzz_Doubt_InsolvencyWithinTheGateStartsAtEquity(uint256 elapsed) public {
        flagLong(-500e18);
        skip(bound(elapsed, 0, DOUBT_SECONDS));
        oracle.setHalfSpread(0);
        assertEq(offerOf(account).priceWad, -500e18);
        (, int256 paymentWad) = bidAll();
        assertEq(paymentWad, -500e18);
    }

    function test_INV17_Doubt_CarriesActiveSecondsOnly() public {
        flagLong(-500e18);
        skip(DOUBT_SECONDS + 400);
        breaker.addInactive(300);
        oracle.setHalfSpread(0);
        assertEq(offerOf(account).priceWad, -1_000e18);
        auction.refresh(account);
        assertEq(offerOf(account).priceWad, -1_000e18);
    }

    /// @dev Marks outside the band: what was waited for on others counts for nothing.
    function test_Doubt_CarriesNothingOutOfTheBand() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.bandWad = 0.01e18;
        parameters.setConfig(config);
        flagLong(-500e18);
        skip(DOUBT_SECONDS + 400);
        oracle.set(ETH, 1_970e18);
        assertEq(offerOf(account).priceWad, -3_500e18);
    }

    /// @dev Bounded by maintenance, whatever the interval and whatever the mid.
    function testFuzz_Doubt_PaysNoMoreThanTwiceTheIncentive(
        int256 equity,
        uint256 halfSpread,
        uint256 elapsed,
        uint256 fraction
    ) public {
        equity = bound(equity, -20_000e18, 1_000e18);
        int256 least = equity > 0 ? int256(1) : 1 - equity;
        oracle.setHalfSpread(bound(halfSpread, uint256(least / 200_000) + 1, uint256((9_999e18 - equity) / 200_000)));
        flagLong(equity);
        equity = _equity();
        skip(bound(elapsed, 0, 2 * CURVE_SECONDS));
        (uint256 fractionWad, int256 paymentWad) = _bidAsQuoted(equity > 0 ? WAD : bound(fraction, 0.001e18, WAD));
        assertGe(paymentWad, -_share(2 * INCENTIVE_WAD, fractionWad) - 1);
        // Of what the slice is worth at mid, the bidder gains at most the incentive.
        assertLe(_share(equity, fractionWad) - paymentWad, _share(INCENTIVE_WAD, fractionWad) + 1e6);
        if (paymentWad >= 0) return;
        // The account keeps its share of its equity: the domain pays, not the account.
        assertEq(waterfall.paidWad(), uint256(-paymentWad));
        assertApproxEqAbs(_equity(), _share(equity, WAD - fractionWad), 1e6);
    }

    function _bidAsQuoted(uint256 fraction) private returns (uint256 fractionWad, int256 paymentWad) {
        (bool ok, , uint256 expectedWad, int256 quotedWad) = auction.canBid(
            account,
            bidder,
            bob,
            fraction,
            type(int256).max
        );
        assertTrue(ok);
        vm.prank(bob);
        (fractionWad, paymentWad) = auction.bid(account, bidder, fraction, type(int256).max);
        assertEq(fractionWad, expectedWad);
        assertEq(paymentWad, quotedWad);
    }

    function _equity() private view returns (int256) {
        return vault.cashOf(account) + int256(vault.lotsOf(account, ETH)) * 20e18;
    }

    function _share(int256 amountWad, uint256 shareWad) private pure returns (int256) {
        return (amountWad * int256(shareWad)) / int256(WAD);
    }

    function testFuzz_Doubt_PriceOnlyFalls(int256 equity, uint256 first, uint256 second) public {
        flagLong(bound(equity, -1_999e18, 1_000e18));
        second = bound(second, 0, 3 * CURVE_SECONDS);
        first = bound(first, 0, second);
        uint256 start = block.timestamp;
        vm.warp(start + first);
        int256 earlierWad = offerOf(account).priceWad;
        vm.warp(start + second);
        assertLe(offerOf(account).priceWad, earlierWad);
    }

    function _phase() private view returns (ILiquidationAuction.Phase phase) {
        phase = auction.auctionOf(account).phase;
        assertTrue(phase == offerOf(account).phase);
    }
}
