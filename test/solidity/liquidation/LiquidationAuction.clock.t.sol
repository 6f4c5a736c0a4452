// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

/// @dev The breaker counts an outage once for the domain and once per asset: the clock must stand still for the outage
/// and no longer.
contract LiquidationAuctionClockTest is AuctionFixture {
    function test_INV17_Refresh_ForgetsWhatWasCountedTwice() public {
        flagLong(8_000e18);
        int256 startWad = offerOf(account).priceWad;
        skip(100);
        assertLt(offerOf(account).priceWad, startWad);
        // An hour's outage, counted for the chain, for ether and for a second asset.
        skip(3_600);
        breaker.addInactive(3 * 3_600);
        assertEq(offerOf(account).priceWad, startWad);
        (bool ok, ) = auction.canRefresh(account);
        assertTrue(ok);
        vm.expectEmit(true, false, false, false, address(auction));
        emit ILiquidationAuction.ClockSettled(account, auction.auctionOf(account));
        auction.refresh(account);
        (ok, ) = auction.canRefresh(account);
        assertFalse(ok);
        // Nothing of the outage was charged, and the clock runs again at once: 300 of 1,000 seconds.
        ILiquidationAuction.AuctionState memory state = auction.auctionOf(account);
        assertEq(state.startedAt, block.timestamp);
        assertEq(state.equityAtFlagWad, 7_980e18);
        assertEq(offerOf(account).priceWad, startWad);
        skip(300);
        uint256 start = state.startDiscountWad;
        uint256 discountWad = start + ((0.5e18 - start) * 300) / CURVE_SECONDS;
        assertApproxEqAbs(uint256(offerOf(account).priceWad), (7_980e18 * (1e18 - discountWad)) / 1e18, 1);
    }

    /// @dev Within what has passed there is nothing to settle, so nobody can move the clock.
    function testFuzz_Refresh_RefusesWhileTheClockIsRight(uint256 elapsed, uint256 inactive) public {
        flagLong(8_000e18);
        elapsed = bound(elapsed, 0, 10_000);
        skip(elapsed);
        breaker.addInactive(bound(inactive, 0, elapsed));
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.Auction_NothingChanged.selector, account));
        auction.refresh(account);
    }
}
