// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";
import {AuctionHandler} from "../support/AuctionHandler.sol";

contract LiquidationAuctionInvariantsTest is AuctionFixture {
    uint256 private constant ACCOUNTS = 4;
    int256 private constant PURSE_WAD = 10_000e18;

    AuctionHandler private handler;
    int256 private cashWad;

    function setUp() public override {
        super.setUp();
        parameters.setCapacity(ETH, 10_000e18, 10 minutes);
        vault.setCash(waterfall.purse(), PURSE_WAD);
        handler = new AuctionHandler(auction, vault, risk, oracle, breaker, waterfall, bidder, rewardTo);
        vault.setOperator(bob, address(handler));
        targetContract(address(handler));
        cashWad = _sum();
    }

    function invariant_INV14_NeverPaysMoreThanTheWaterfallHolds() public view {
        assertGe(vault.cashOf(waterfall.purse()), 0);
        assertEq(
            vault.cashOf(waterfall.purse()),
            PURSE_WAD + int256(waterfall.penaltiesWad()) - int256(waterfall.paidWad())
        );
    }

    function invariant_INV14_OneRewardPerEpisode() public view {
        assertEq(handler.secondRewards(), 0);
    }

    function invariant_INV19_PredicatesAgreeWithActions() public view {
        assertEq(handler.disagreements(), 0);
    }

    function invariant_ASaleNeverWorsensTheSolvent() public view {
        assertEq(handler.unhealthier(), 0);
    }

    function invariant_CashAndLotsOnlyMove() public view {
        assertEq(_sum(), cashWad);
        int256 lots = vault.lotsOf(bidder, ETH);
        for (uint256 i = 0; i < ACCOUNTS; ++i) lots += vault.lotsOf(handler.accountAt(i), ETH);
        assertEq(lots, 0);
    }

    /// @dev Listed, frozen and known to the waterfall: exactly the accounts whose state says so.
    function invariant_TheListIsTheState() public view {
        uint256 open;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            AccountId account_ = handler.accountAt(i);
            ILiquidationAuction.Phase phase = auction.auctionOf(account_).phase;
            bool isOpen = phase != ILiquidationAuction.Phase.None;
            if (isOpen) ++open;
            assertEq(vault.isFrozen(account_), isOpen);
            assertEq(waterfall.isInsolvent(account_), phase == ILiquidationAuction.Phase.Insolvent);
        }
        assertEq(auction.openCount(), open);
    }

    function _sum() private view returns (int256 sum) {
        sum = vault.cashOf(bidder) + vault.cashOf(rewardTo) + vault.cashOf(waterfall.purse());
        for (uint96 i = 0; i < ACCOUNTS; ++i) sum += vault.cashOf(toAccountId(address(handler), i));
    }
}
