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

    /// @dev Anyone may deposit: a token of something broken would have kept any account from liquidation.
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
