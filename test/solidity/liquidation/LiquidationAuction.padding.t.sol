// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev An account whose risk is a few lots, padded with a box of many times their notional that asks for no
/// margin. The test stands for the exchange, and drains an account in the place of losses.
contract LiquidationAuctionPaddingTest is OptionDomain {
    uint256 private constant WAD = 1e18;
    uint64 private constant PADDING = 20_000;
    address private constant DRAIN = address(0xD4A1);

    AccountId private account = toAccountId(makeAddr("alice"), 0);
    AccountId private other = toAccountId(makeAddr("carol"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);
    AccountId private rewardTo = toAccountId(makeAddr("keeper"), 0);

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(DRAIN, IVaultSettings.ModuleRole.Auction);
        rooms.options.listExpiry(ETH, THURSDAY);
        rooms.auction.parameters().setCapacity(ETH, 50_000_000e18, 300);
        deposit(account, 300_000);
        deposit(other, 900_000);
        deposit(bidder, 900_000);
        rooms.usdc.mint(address(this), 10_000e6);
        rooms.usdc.approve(address(rooms.backstop), 10_000e6);
        rooms.backstop.deposit(10_000e6, address(this));
    }

    /// @dev Three lots do not move by less than a third; the padding does. Whoever takes a part of it twelve times is paid for the account
    /// no more than whoever takes it at once.
    function test_Padding_IsNotPaidForAgainAndAgain() external {
        _pad();
        _trade(other, account, perpetualOf(ETH), 3, 2_000e18);
        uint256 incentiveWad = _drainAndWait();
        int256 before = _equity(bidder);
        int256 gainedWad;
        for (uint256 i; i < 12; ++i) {
            vm.prank(makeAddr("bob"));
            rooms.auction.bid(account, bidder, 0.3e18, type(int256).max);
            gainedWad = _equity(bidder) - before;
        }
        assertLe(gainedWad, int256(incentiveWad));
        assertEq(rooms.vault.lotsOf(account, ETH), -3);
        vm.prank(makeAddr("bob"));
        rooms.auction.bid(account, bidder, WAD, type(int256).max);
        assertEq(rooms.vault.lotsOf(account, ETH), 0);
    }

    /// @dev A box, at the price it is worth at any price of the underlying: it asks for no margin at all.
    function _pad() private {
        _trade(account, other, _series(24, InstrumentKind.Call), PADDING, 60e18);
        _trade(other, account, _series(25, InstrumentKind.Call), PADDING, 50e18);
        _trade(other, account, _series(24, InstrumentKind.Put), PADDING, 60e18);
        _trade(account, other, _series(25, InstrumentKind.Put), PADDING, 75e18);
    }

    /// @return incentiveWad The largest that the account may cost: half of its maintenance.
    function _drainAndWait() private returns (uint256 incentiveWad) {
        int256 equityWad = _equity(account);
        vm.prank(DRAIN);
        rooms.vault.moveCash(account, other, uint256(equityWad + 200e18));
        rooms.auction.flag(account, rewardTo);
        for (uint256 i; i < 31; ++i) {
            skip(1 minutes);
            publishAt(2_000e18);
        }
        return rooms.risk.report(rooms.vault.portfolioOf(account), WAD).maintenanceWad / 2;
    }

    function _equity(AccountId of_) private view returns (int256) {
        return rooms.risk.report(rooms.vault.portfolioOf(of_), WAD).equityWad;
    }

    function _series(uint8 strikeIndex, InstrumentKind kind) private view returns (InstrumentId) {
        uint256 strikeWad = rooms.options.expiryAt(0).mark.expiry.strikeWadOf(strikeIndex);
        return optionOf(ETH, kind, THURSDAY, uint128(strikeWad));
    }

    function _trade(AccountId buyer, AccountId seller, InstrumentId instrument, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, instrument, lots, priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (buyer, seller);
        rooms.vault.applyFills(fills, terms);
    }
}
