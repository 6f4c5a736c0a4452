// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

/// @dev What is broken protects an account only as far as it could save it. Collateral 0 follows bitcoin here, whose feed
/// is down; the position is in ether.
contract LiquidationAuctionShieldTest is AuctionFixture {
    uint256 private constant BROKEN = 1 << 2;

    function setUp() public override {
        super.setUp();
        risk.setCollateralAsset(2);
        risk.setCollateralPrice(40_000e18);
        breaker.setBroken(BROKEN);
    }

    /// @dev Else owners would hold a token of whatever breaks.
    function test_Flag_DustOfABrokenCollateralDoesNotShield() public {
        openLong(8_000e18);
        vault.setCollateral(account, 1e12);
        auction.flag(account, rewardTo);
        // Nor does its outage stop the clock.
        assertEq(auction.auctionOf(account).assetBitmap, 1 << 1);
        assertTrue(offerOf(account).ok);
        (uint256 fractionWad, int256 paymentWad) = bidAll();
        assertGt(fractionWad, 0);
        assertGt(paymentWad, 0);
    }

    /// @dev A deposit during the auction does not stop it either.
    function test_Bid_DustDepositedDuringTheAuctionDoesNotShield() public {
        flagLong(8_000e18);
        vault.setCollateral(account, 1e12);
        assertTrue(offerOf(account).ok);
        bidAll();
    }

    /// @dev An account with dust of bitcoin that is flagged while bitcoin is sound, so that its clock counts it.
    function flagWithDust() private {
        breaker.setBroken(0);
        openLong(8_000e18);
        vault.setCollateral(account, 1e12);
        auction.flag(account, rewardTo);
        assertEq(auction.auctionOf(account).assetBitmap, (1 << 1) | BROKEN);
    }

    /// @dev Bitcoin is broken for `elapsed` seconds from now on.
    function breakFor(uint256 elapsed) private {
        breaker.setBroken(BROKEN);
        skip(elapsed);
        breaker.addInactiveOf(2, elapsed);
    }

    /// @dev What breaks after the flag would else hold the clock for as long as it is broken, while the price that nobody
    /// pays stands still.
    function test_Refresh_WhatBrokeAfterTheFlagStopsTheClockNoLonger() public {
        flagWithDust();
        ILiquidationAuction.AuctionState memory before = auction.auctionOf(account);
        skip(200);
        int256 earnedWad = offerOf(account).priceWad;
        breakFor(60);
        assertEq(offerOf(account).priceWad, earnedWad);
        vm.expectEmit(true, false, false, false, address(auction));
        emit ILiquidationAuction.ClockSettled(account, before);
        auction.refresh(account);
        // Neither the marks nor the discount nor the 200 seconds changed, so the price did not move.
        ILiquidationAuction.AuctionState memory state = auction.auctionOf(account);
        assertEq(state.assetBitmap, 1 << 1);
        assertEq(state.startedAt, block.timestamp - 200);
        assertEq(state.startDiscountWad, before.startDiscountWad);
        assertEq(state.equityAtFlagWad, before.equityAtFlagWad);
        assertEq(offerOf(account).priceWad, earnedWad);
        // Bitcoin stays broken for an hour, and the discount grows all the same.
        breakFor(300);
        uint256 start = state.startDiscountWad;
        uint256 discountWad = start + ((0.5e18 - start) * 500) / CURVE_SECONDS;
        int256 equityWad = risk.liquidationReport(vault.portfolioOf(account)).equityWad;
        assertApproxEqAbs(uint256(offerOf(account).priceWad), (uint256(equityWad) * (1e18 - discountWad)) / 1e18, 2);
    }

    /// @dev An asset stops a clock once: what recovers is not taken up again, so breaking it by turns gains nothing.
    function test_Refresh_DustThatBreaksAgainAndAgainStallsOnce() public {
        flagWithDust();
        breakFor(12);
        auction.refresh(account);
        for (uint256 i = 0; i < 5; ++i) {
            breaker.setBroken(0);
            skip(12);
            vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NothingChanged.selector, account));
            auction.refresh(account);
            breakFor(12);
            vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NothingChanged.selector, account));
            auction.refresh(account);
        }
        assertEq(block.timestamp - auction.auctionOf(account).startedAt, 120);
        assertEq(auction.auctionOf(account).inactiveAtStart, 0);
    }

    /// @dev What could save the account keeps its say, over the rule as over the clock.
    function test_Refresh_RevertsWhen_WhatBrokeCouldSaveTheAccount() public {
        breaker.setBroken(0);
        openLong(8_000e18);
        vault.setCollateral(account, 0.02634e18);
        auction.flag(account, rewardTo);
        // The reward took 20 of cash: 0.0006 bitcoin (24) make up for it.
        vault.setCollateral(account, 0.02634e18 + 0.0006e18);
        breakFor(60);
        int256 favourableWad = risk.liquidationReport(vault.portfolioOf(account)).favourableEquityWad;
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_NotDeepInsolvent.selector, account, favourableWad)
        );
        auction.refresh(account);
    }

    /// @dev Assets that were sold stop no clock either.
    function test_Refresh_WhatIsGoneStopsTheClockNoLonger() public {
        flagWithDust();
        skip(100);
        vault.setCollateral(account, 0);
        breakFor(50);
        auction.refresh(account);
        assertEq(auction.auctionOf(account).assetBitmap, 1 << 1);
        assertEq(auction.auctionOf(account).startedAt, block.timestamp - 100);
    }

    /// @dev Whenever it happens, setting a clock right moves no price.
    function testFuzz_Refresh_OfTheClockMovesNoPrice(uint256 sound, uint256 outage, uint256 counted) public {
        flagWithDust();
        skip(bound(sound, 0, 2_000));
        outage = bound(outage, 1, 4_000);
        breaker.setBroken(BROKEN);
        skip(outage);
        breaker.addInactiveOf(2, bound(counted, 0, 2 * outage));
        int256 priceWad = offerOf(account).priceWad;
        auction.refresh(account);
        assertEq(offerOf(account).priceWad, priceWad);
    }

    /// @dev Short of maintenance by 2,000 less nine tenths of the collateral: as much again of it decides.
    function test_Flag_WhatCouldSaveTheAccountDoesShield() public {
        openLong(8_000e18);
        // 0.02630 at 40,000 = 1,052: 8,000 + 1,052 - 10,105.2 + 1,052 = -1.2.
        vault.setCollateral(account, 0.0263e18);
        (bool ok, , ) = auction.canFlag(account);
        assertTrue(ok);
        // 0.02634: 8,000 + 1,053.6 - 10,105.36 + 1,053.6 = 1.84.
        vault.setCollateral(account, 0.02634e18);
        bytes4 reason;
        (ok, reason, ) = auction.canFlag(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
    }

    /// @dev The same for a position: one lot of bitcoin (400) beside the ether.
    function test_Flag_ALotOfABrokenMarketDoesNotShield() public {
        vault.setLots(account, ETH, 10_000);
        vault.setLots(account, BTC, 1);
        vault.setCash(account, 8_000e18 - 200_400e18);
        (bool ok, , ) = auction.canFlag(account);
        assertTrue(ok);
        // Ten lots short: 4,000 to gain at most, against a shortfall of 2,200.
        vault.setLots(account, BTC, -10);
        vault.setCash(account, 8_000e18 - 196_000e18);
        (ok, , ) = auction.canFlag(account);
        assertFalse(ok);
    }

    /// @dev Nothing sound is left to fail on: the rule for the broken stands.
    function test_Flag_AnAccountOfBrokenThingsOnlyKeepsTheRule() public {
        breaker.setBroken(BROKEN | (1 << 1));
        openLong(8_000e18);
        vault.setCollateral(account, 1e12);
        (bool ok, bytes4 reason, ) = auction.canFlag(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
    }

    /// @dev The rest of the account is held to its own rule.
    function test_Flag_TheRestKeepsItsOwnRule() public {
        openLong(8_000e18);
        vault.setCollateral(account, 1e12);
        breaker.set(Rule.Denied, Level.Settling);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.Auction_BreakerForbids.selector, Rule.Denied, Level.Settling)
        );
        auction.flag(account, rewardTo);
    }

    /// @dev Invariant 7 holds through the broken: whoever passes at a favourable price is still left alone.
    function testFuzz_INV07_Flag_NeverOfAnAccountThatPasses(uint256 equity, uint256 amount) public {
        openLong(int256(bound(equity, 0, 20_000e18)));
        vault.setCollateral(account, bound(amount, 1, 1e18));
        int256 surplusWad = risk.liquidationSurplus(vault.portfolioOf(account));
        (bool ok, , ) = auction.canFlag(account);
        if (surplusWad >= 0) assertFalse(ok);
    }
}
