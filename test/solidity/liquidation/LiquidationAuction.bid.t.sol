// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";
import {AuctionVaultMock} from "../support/AuctionVaultMock.sol";

contract LiquidationAuctionBidTest is AuctionFixture {
    function test_Bid_RestoresTheTargetAndReleases() public {
        flagLong(8_000e18);
        Offered memory offer = offerOf(account);
        assertTrue(offer.ok);
        // 7,980 of equity, discount 4.04 %, penalty 1,000 if all: psi = 4,020 / (4,020 + 7,980 - 322.392 - 1,000) = 0.37649.
        assertEq(offer.priceWad, 7_657.608e18);
        assertApproxEqAbs(offer.fractionWad, 0.37649e18, 0.0001e18);
        (uint256 fractionWad, int256 paymentWad) = bidAll();
        assertEq(fractionWad, offer.fractionWad);
        assertApproxEqRel(uint256(paymentWad), (7_657.608e18 * fractionWad) / WAD, 1e12);
        assertEq(vault.lotsOf(bidder, ETH), 3_765);
        assertEq(vault.lotsOf(account, ETH), 10_000 - 3_765);
        assertApproxEqRel(waterfall.penaltiesWad(), 376.5e18, 1e12);
        assertEq(auction.openCount(), 0);
        assertFalse(vault.isFrozen(account));
        // Equity is 1.2 times the maintenance of what is left.
        uint256 equityWad = uint256(vault.cashOf(account) + (2_000e18 * 6_235) / 100);
        assertApproxEqRel(equityWad, 6_235e18 * 1.2, 0.001e18);
    }

    function test_Bid_EmitsWhatExplainsIt() public {
        flagLong(8_000e18);
        vm.warp(block.timestamp + 300);
        breaker.addInactive(100);
        oracle.setGrade(Grade.Wide);
        vm.recordLogs();
        vm.prank(bob);
        (uint256 fractionWad, int256 paymentWad) = auction.bid(account, bidder, 0.1e18, 7_000e18);
        assertEq(fractionWad, 0.1e18);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        (int64 lots, uint256 notionalWad, , uint256 midWad, , Grade grade, uint256 usedWad) = abi.decode(
            logs[0].data,
            (int64, uint256, uint256, uint256, uint256, Grade, uint256)
        );
        assertEq(logs[0].topics[0], ILiquidationAuction.MarketSold.selector);
        assertEq(lots, 1_000);
        assertEq(notionalWad, 20_000e18);
        assertEq(midWad, 2_000e18);
        assertEq(uint256(grade), uint256(Grade.Wide));
        assertEq(usedWad, 0);
        assertEq(logs[1].topics[0], ILiquidationAuction.SliceSold.selector);
        ILiquidationAuction.SaleReceipt memory receipt = abi.decode(logs[1].data, (ILiquidationAuction.SaleReceipt));
        assertEq(receipt.fractionWad, 0.1e18);
        assertEq(receipt.paymentWad, paymentWad);
        assertEq(receipt.activeSeconds, 200);
        assertEq(receipt.inactiveSeconds, 100);
        // 4.04 % and a fifth of the way to 50 %.
        assertEq(receipt.discountWad, 0.0404e18 + 0.4596e18 / 5);
        assertEq(receipt.penaltyWad, 100e18);
        assertEq(receipt.equityBeforeWad, 7_980e18);
        assertEq(receipt.maintenanceBeforeWad, 10_000e18);
        assertEq(receipt.maintenanceAfterWad, 9_000e18);
        assertEq(receipt.initialBeforeWad, 15_000e18);
        assertEq(receipt.initialAfterWad, 13_500e18);
        assertEq(receipt.coveredWad, 0);
        assertEq(
            receipt.equityAfterWad,
            7_980e18 - 100e18 - int256((7_980e18 * uint256(0.0404e18 + 0.4596e18 / 5)) / 10e18)
        );
    }

    function test_Bid_TakesDustWhole() public {
        vault.setLots(account, ETH, 50);
        vault.setCash(account, 40e18 - 1_000e18);
        auction.flag(account, rewardTo);
        assertEq(offerOf(account).fractionWad, WAD);
        (uint256 fractionWad, ) = bidAll();
        assertEq(fractionWad, WAD);
        assertEq(vault.perpBitmapOf(account), 0);
        assertGt(vault.cashOf(account), 0);
        assertEq(auction.openCount(), 0);
    }

    function test_Bid_TakesAllOfWhatWouldLeaveDust() public {
        // 1,040 of exposure: whatever is needed leaves less than 1,000.
        vault.setLots(account, ETH, 52);
        vault.setCash(account, 20e18 - 1_040e18);
        auction.flag(account, rewardTo);
        assertEq(offerOf(account).fractionWad, WAD);
    }

    function test_Bid_MovesWholeLotsOfSmallPositions() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.dustWad = 0;
        parameters.setConfig(config);
        vault.setLots(account, BTC, 3);
        vault.setCash(account, 58e18 - 1_200e18);
        auction.flag(account, rewardTo);
        assertEq(offerOf(account).fractionWad, uint256(WAD) / 3 + 1);
        vm.prank(bob);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_FractionTooSmall.selector, 0.33e18, uint256(WAD) / 3 + 1)
        );
        auction.bid(account, bidder, 0.33e18, type(int256).max);
        bidAll();
        assertEq(vault.lotsOf(bidder, BTC), 1);
    }

    function test_Bid_OfACollateralAccount() public {
        // 10 ETH of collateral, owes 19,000: equity 1,000, maintenance 2,000.
        vault.setCollateral(account, 10e18);
        vault.setCash(account, -19_000e18);
        auction.flag(account, rewardTo);
        Offered memory offer = offerOf(account);
        assertTrue(offer.ok);
        (uint256 fractionWad, int256 paymentWad) = bidAll();
        assertEq(vault.collateralOf(bidder, 0), (10e18 * fractionWad) / WAD);
        assertGt(paymentWad, 0);
        assertEq(waterfall.penaltiesWad(), 0);
        assertEq(auction.openCount(), 0);
    }

    function testFuzz_Bid_NeverLowersTheMarginRatio(
        int256 ethLots,
        int256 btcLots,
        uint256 collateral,
        uint256 x,
        uint256 elapsed,
        uint256 fraction,
        uint256 flat
    ) public {
        vault.setLots(account, ETH, int64(bound(ethLots, -50_000, 50_000)));
        vault.setLots(account, BTC, int64(bound(btcLots, -5_000, 5_000)));
        vault.setCollateral(account, bound(collateral, 0, 1_000e18));
        risk.setFlat(bound(flat, 0, 20e18));
        _setEquity(bound(x, 0.01e18, 0.999e18));
        (bool ok, , ) = auction.canFlag(account);
        if (!ok) return;
        auction.flag(account, rewardTo);
        vm.warp(block.timestamp + bound(elapsed, 0, 2 * CURVE_SECONDS));
        (int256 equityBefore, uint256 maintenanceBefore) = _health();
        fraction = bound(fraction, 0, WAD);
        (ok, , , ) = auction.canBid(account, bidder, bob, fraction, type(int256).max);
        vm.prank(bob);
        if (!ok) {
            vm.expectRevert();
            auction.bid(account, bidder, fraction, type(int256).max);
            return;
        }
        auction.bid(account, bidder, fraction, type(int256).max);
        (int256 equityAfter, uint256 maintenanceAfter) = _health();
        assertGe(equityAfter, 0);
        if (maintenanceAfter == 0) return;
        assertGe(equityAfter * int256(maintenanceBefore), equityBefore * int256(maintenanceAfter));
    }

    function _setEquity(uint256 x) private {
        vault.setCash(account, 0);
        (int256 equityWad, uint256 maintenanceWad) = _health();
        vault.setCash(account, int256((maintenanceWad * x) / WAD) - equityWad);
    }

    function _health() private view returns (int256 equityWad, uint256 maintenanceWad) {
        (bool ok, bytes memory data) = address(risk).staticcall(
            abi.encodeCall(risk.report, (vault.portfolioOf(account), WAD))
        );
        require(ok, "report");
        (equityWad, , , maintenanceWad) = abi.decode(data, (int256, int256, uint256, uint256));
    }

    function testFuzz_Quote_FallsWithActiveSecondsOnly(uint256 first, uint256 second, uint256 dead) public {
        flagLong(8_000e18);
        second = bound(second, 0, 3_000);
        first = bound(first, 0, second);
        dead = bound(dead, 0, 10_000);
        uint256 start = block.timestamp;
        vm.warp(start + first);
        int256 early = offerOf(account).priceWad;
        vm.warp(start + second);
        int256 late = offerOf(account).priceWad;
        assertGe(early, late);
        assertGt(late, 0);
        // Invariant 17: dead seconds charge nothing.
        breaker.addInactive(dead);
        vm.warp(start + second + dead);
        assertEq(offerOf(account).priceWad, late);
    }

    function test_Bid_PricesAtTheMarkOfNow() public {
        flagLong(8_000e18);
        oracle.set(ETH, 1_990e18);
        assertEq(offerOf(account).priceWad, 6_980e18 - int256((6_980e18 * uint256(0.0404e18)) / WAD));
    }

    function test_Bid_StartsAgainWhenEquityLeftTheBand() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.bandWad = 0.01e18;
        parameters.setConfig(config);
        flagLong(8_000e18);
        vm.warp(block.timestamp + 900);
        // 2,000 is 1 % of the exposure.
        oracle.set(ETH, 1_980e18);
        assertLt(offerOf(account).priceWad, (5_980e18 * 6) / 10);
        oracle.set(ETH, 1_979e18);
        // Anew: x = 5,880 / 9,895.
        assertApproxEqRel(offerOf(account).priceWad, 5_880e18 - 5_880e18 * 0.0811, 0.001e18);
        bidAll();
        assertEq(uint256(auction.auctionOf(account).phase), 0);
    }

    function test_Bid_GivesNoSolventAccountAway() public {
        // Insolvent at mid, solvent at the favourable prices.
        oracle.setHalfSpread(0.02e18);
        openLong(-1_000e18);
        auction.flag(account, rewardTo);
        Offered memory offer = offerOf(account);
        assertEq(uint256(offer.phase), uint256(ILiquidationAuction.Phase.Doubtful));
        // 5 % of 3,000, at the largest discount.
        assertEq(offer.priceWad, 75e18);
    }

    // ---------------------------------------------------------------- refusals

    function _expectBid(bytes memory refusal) private {
        vm.prank(bob);
        vm.expectRevert(refusal);
        auction.bid(account, bidder, WAD, type(int256).max);
        (bool ok, bytes4 reason, , ) = auction.canBid(account, bidder, bob, WAD, type(int256).max);
        assertFalse(ok);
        assertEq(reason, bytes4(refusal));
    }

    function test_Bid_RevertsWhen_NotOpen() public {
        _expectBid(abi.encodeWithSelector(ILiquidationAuction.Auction_NotOpen.selector, account));
    }

    function test_Bid_RevertsWhen_HealthyAgain() public {
        flagLong(8_000e18);
        oracle.set(ETH, 2_100e18);
        _expectBid(abi.encodeWithSelector(ILiquidationAuction.Auction_Healthy.selector, account, 7_480e18));
    }

    function test_Bid_RevertsWhen_BreakerForbids() public {
        flagLong(8_000e18);
        breaker.set(Rule.Denied, Level.Settling);
        _expectBid(
            abi.encodeWithSelector(ILiquidationAuction.Auction_BreakerForbids.selector, Rule.Denied, Level.Settling)
        );
        breaker.set(Rule.DeepInsolventOnly, Level.Protected);
        _expectBid(abi.encodeWithSelector(ILiquidationAuction.Auction_NotDeepInsolvent.selector, account, 7_980e18));
    }

    function test_Bid_RevertsWhen_SelfBid() public {
        flagLong(8_000e18);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_SelfBid.selector, account));
        auction.bid(account, account, WAD, type(int256).max);
    }

    function test_Bid_RevertsWhen_NotActable() public {
        flagLong(8_000e18);
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NotActable.selector, bidder, keeper));
        auction.bid(account, bidder, WAD, type(int256).max);
        vault.setOperator(bob, keeper);
        vm.prank(keeper);
        auction.bid(account, bidder, WAD, type(int256).max);
    }

    function test_Bid_RevertsWhen_BidderFrozen() public {
        flagLong(8_000e18);
        vault.setFrozen(bidder, true);
        _expectBid(abi.encodeWithSelector(ILiquidationAuction.Auction_BidderFrozen.selector, bidder));
    }

    function test_Bid_RevertsWhen_FractionOutOfBounds() public {
        flagLong(8_000e18);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_FractionTooLarge.selector, WAD + 1, WAD));
        auction.bid(account, bidder, WAD + 1, type(int256).max);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_FractionTooSmall.selector, 0.001e18 - 1, 0.001e18)
        );
        auction.bid(account, bidder, 0.001e18 - 1, type(int256).max);
        auction.bid(account, bidder, 0.001e18, type(int256).max);
        assertEq(vault.lotsOf(bidder, ETH), 10);
    }

    function test_Bid_RevertsWhen_PriceAboveLimit() public {
        flagLong(8_000e18);
        int256 priceWad = offerOf(account).priceWad;
        vm.startPrank(bob);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_PriceAboveLimit.selector, priceWad, priceWad - 1)
        );
        auction.bid(account, bidder, WAD, priceWad - 1);
        auction.bid(account, bidder, WAD, priceWad);
    }

    function test_Bid_RevertsWhen_VaultRefusesTheBidder() public {
        flagLong(8_000e18);
        vault.setRefusesBidder(true);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(AuctionVaultMock.VaultRefused.selector, bidder));
        auction.bid(account, bidder, WAD, type(int256).max);
        assertEq(vault.lotsOf(account, ETH), 10_000);
    }

    function test_Bid_RevertsWhen_HealthWouldWorsen() public {
        // A flat requirement that a sale does not lower: the discount then costs more than the sale frees.
        risk.setFlat(100_000e18);
        flagLong(50_000e18);
        vm.warp(block.timestamp + CURVE_SECONDS);
        vm.prank(bob);
        // A tenth goes: lost are half of a tenth of 49,980 as discount and 50 bps of 20,000 as penalty; freed is 1,000.
        vm.expectRevert(
            abi.encodeWithSelector(
                ILiquidationAuction.Auction_HealthWorsened.selector,
                int256(49_980e18),
                uint256(110_000e18),
                int256(49_980e18 - 2_499e18 - 100e18),
                uint256(109_000e18)
            )
        );
        auction.bid(account, bidder, 0.1e18, type(int256).max);
    }

    function test_Bid_OwnerMayRescueItselfWhileSolvent() public {
        flagLong(8_000e18);
        AccountId other = toAccountId(alice, 8);
        vault.setCash(other, 100_000e18);
        vm.prank(alice);
        auction.bid(account, other, WAD, type(int256).max);
        assertEq(auction.openCount(), 0);
    }

    // ---------------------------------------------------------------- capacity

    function test_Bid_IsMeteredBeyondTheFreeDiscount() public {
        parameters.setCapacity(ETH, 30_000e18, 600);
        flagLong(8_000e18);
        Offered memory offer = offerOf(account);
        assertEq(offer.fractionWad, 0.15e18);
        bidAll();
        assertEq(auction.capacityLeft(ETH), 0);
        assertEq(auction.openCount(), 1);
        _expectBid(abi.encodeWithSelector(ILiquidationAuction.Auction_NoCapacity.selector, account));
        vm.warp(block.timestamp + 300);
        assertEq(auction.capacityLeft(ETH), 15_000e18);
        bidAll();
        // Less than a lot.
        assertLe(auction.capacityLeft(ETH), 20e18);
    }

    function test_Bid_IsFreeNearTheMark() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.freeDiscountWad = 0.0404e18;
        parameters.setConfig(config);
        parameters.setCapacity(ETH, 30_000e18, 600);
        flagLong(8_000e18);
        assertGt(offerOf(account).fractionWad, 0.2e18);
        bidAll();
        assertEq(auction.capacityLeft(ETH), 30_000e18);
        assertEq(auction.capacityLeft(AssetId.wrap(9)), type(uint256).max);
    }
}
