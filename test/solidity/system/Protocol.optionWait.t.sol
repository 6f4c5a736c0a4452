// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {OptionHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {UnpaidGains} from "../../../contracts/types/UnpaidGains.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev Between the fixing and the settlement of an expiry: who has won is known, and so may be that the loser cannot pay.
/// Settlement waits for him to be sold; nobody may have left with his winnings by then. The test stands for the exchange.
contract ProtocolOptionWaitTest is OptionDomain {
    uint8 private constant SLOT = 0;
    uint64 private constant LOTS = 1_000;
    address private constant DRAIN = address(0xD4A1);

    AccountId private winner = toAccountId(makeAddr("carol"), 0);
    AccountId private loser = toAccountId(makeAddr("alice"), 0);
    AccountId private friend = toAccountId(makeAddr("friend"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);

    function setUp() public override {
        super.setUp();
        rooms.options.listExpiry(ETH, THURSDAY);
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(DRAIN, IVaultSettings.ModuleRole.Auction);
        deposit(winner, 2_000);
        deposit(loser, 4_400);
        deposit(friend, 10_000);
        deposit(bidder, 100_000);
        _trade(winner, loser, call(THURSDAY, 2_000e18), LOTS, 60e18);
        walkTo(THURSDAY, 2_600e18, SLOT);
        assertGt(rooms.options.expiryAt(SLOT).mark.fixedPriceWad, 2_590e18);
    }

    /// @dev Six thousand are won, of which the loser has five: whoever is first may not take all.
    function test_Wait_WhatIsWonIsNotWithdrawnBeforeTheLoserIsSold() external {
        vm.startPrank(makeAddr("carol"));
        vm.expectPartialRevert(IVaultErrors.Vault_WithdrawsOthersCash.selector);
        rooms.vault.withdraw(winner, address(rooms.usdc), 7_300e6, makeAddr("carol"));
        vm.stopPrank();
        _sellLoser();
        assertGe(rooms.vault.cashOf(winner), 0);
        assertGt(rooms.vault.cashOf(winner), 6_000e18);
    }

    /// @dev What else he has leaves at any time, down to the flat cost of a liquidation; after settlement all of it.
    function test_Wait_WhatElseThereIsLeaves() external {
        uint256 most = uint256(rooms.vault.cashOf(winner) - 10e18 - 1e6) / 1e12;
        vm.startPrank(makeAddr("carol"));
        vm.expectPartialRevert(IVaultErrors.Vault_BelowInitialMargin.selector);
        rooms.vault.withdraw(winner, address(rooms.usdc), most + 1, makeAddr("carol"));
        rooms.vault.withdraw(winner, address(rooms.usdc), most, makeAddr("carol"));
        vm.stopPrank();
        _sellLoser();
        uint256 allWad = uint256(rooms.vault.cashOf(winner));
        assertGt(allWad, 4_900e18);
        vm.prank(makeAddr("carol"));
        rooms.vault.withdraw(winner, address(rooms.usdc), allWad / 1e12, makeAddr("carol"));
    }

    /// @dev Nor is it lost to a friend by a bad price, who would then leave with it.
    function test_Wait_WhatIsWonIsNotTradedAway() external {
        _wait();
        vm.expectPartialRevert(IVaultErrors.Vault_BelowInitialMargin.selector);
        _trade(winner, friend, perpetualOf(ETH), 10, 50_000e18);
    }

    /// @dev It still counts against liquidation, and closing is as free as ever: without it there are 300 behind 2,600.
    function test_Wait_WhatIsWonStillSecuresWhatIsHeld() external {
        _wait();
        _trade(winner, friend, perpetualOf(ETH), 100, 2_600e18);
        vm.prank(DRAIN);
        rooms.vault.moveCash(winner, friend, 1_100e18);
        assertGt(rooms.risk.liquidationSurplus(rooms.vault.portfolioOf(winner)), 5_000e18);
        vm.expectPartialRevert(IVaultErrors.Vault_BelowInitialMargin.selector);
        _trade(winner, friend, perpetualOf(ETH), 1, 2_600e18);
        _trade(friend, winner, perpetualOf(ETH), 50, 2_600e18);
        assertEq(rooms.vault.lotsOf(winner, ETH), 50);
    }

    /// @dev A loss in another expiry is a loss: what is won there does not hide it, nor does one side of a spread its other.
    function test_Wait_GainsAreCountedByExpiry() external {
        Portfolio memory portfolio = rooms.vault.portfolioOf(winner);
        uint256 wonWad = UnpaidGains.sumWad(portfolio);
        assertEq(wonWad, uint256(rooms.risk.report(portfolio, 1e18).netPositionWad));
        assertGt(wonWad, 5_900e18);
        OptionHolding memory holding = portfolio.options[0];
        portfolio.options = new OptionHolding[](3);
        for (uint256 i; i < 3; ++i) {
            portfolio.options[i] = OptionHolding(
                holding.slot,
                holding.expiry,
                holding.legs,
                i == 2 ? 0 : holding.fixedPriceWad
            );
        }
        portfolio.options[1].legs = portfolio.options[1].legs.withLots(_strikeIndex(), false, -10_000);
        assertEq(UnpaidGains.sumWad(portfolio), wonWad);
        portfolio.options[0].legs = holding.legs.withLots(_strikeIndex() + 1, false, -1_000);
        assertEq(UnpaidGains.sumWad(portfolio), (1_000 * 0.01e18 * _stepWad()) / 1e18);
    }

    /// @dev Until the breaker has forgotten the move.
    function _wait() private {
        for (uint256 i; i < 120; ++i) {
            skip(1 minutes);
            publishAt(2_600e18);
        }
    }

    function _strikeIndex() private view returns (uint8 strikeIndex) {
        (, strikeIndex) = rooms.options.locate(call(THURSDAY, 2_000e18));
    }

    function _stepWad() private view returns (uint256) {
        return rooms.options.expiryAt(SLOT).mark.expiry.strikeWadOf(_strikeIndex() + 1) - 2_000e18;
    }

    function _sellLoser() private {
        rooms.auction.flag(loser, friend);
        vm.prank(makeAddr("bob"));
        rooms.auction.bid(loser, bidder, 1e18, type(int256).max);
        skip(15 minutes);
        publishAt(2_600e18);
        rooms.options.settle(SLOT);
    }

    function _trade(AccountId buyer, AccountId seller, InstrumentId instrument, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, instrument, lots, priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (buyer, seller);
        rooms.vault.applyFills(fills, terms);
    }
}
