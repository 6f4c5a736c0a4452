// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {OptionTime} from "../../../contracts/math/OptionTime.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev What a part of an account with options costs: the engine's marks of what moves, time value included, on either side
/// of the strike and up to the last minute. The test stands for the exchange, and drains accounts in the place of an
/// auction, so that each fails where the test wants it to.
contract LiquidationAuctionOptionSlicesTest is OptionDomain {
    uint256 private constant WAD = 1e18;
    /// @dev 17 November 2023, 08:00.
    uint40 private constant EXPIRY = THURSDAY + 1 days;
    uint256 private constant STRIKE = 2_000e18;
    uint64 private constant LOTS = 5_000;
    int256 private constant SIZE_WAD = 50e18;
    address private constant DRAIN = address(0xD4A1);

    AccountId private account = toAccountId(makeAddr("alice"), 0);
    AccountId private other = toAccountId(makeAddr("carol"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);
    AccountId private rewardTo = toAccountId(makeAddr("keeper"), 0);

    uint256 private priceWad = ETH_PRICE;

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(DRAIN, IVaultSettings.ModuleRole.Auction);
        rooms.options.listExpiry(ETH, EXPIRY);
        deposit(account, 100_000);
        deposit(other, 500_000);
        deposit(bidder, 500_000);
    }

    // ---------------------------------------------------------------- obligations

    function test_Slice_AShortCallAtTheStrike() public {
        _sellsAtMid(InstrumentKind.Call, false, 2_000e18, 0);
    }

    function test_Slice_AShortCallJustBelowTheStrike() public {
        _sellsAtMid(InstrumentKind.Call, false, 1_995e18, 0);
    }

    function test_Slice_AShortCallJustBeyondTheStrike() public {
        _sellsAtMid(InstrumentKind.Call, false, 2_005e18, 0);
    }

    function test_Slice_AShortCallFarInTheMoney() public {
        _sellsAtMid(InstrumentKind.Call, false, 2_300e18, 0);
    }

    function test_Slice_AShortPutAtTheStrikeAnHourBeforeExpiry() public {
        _sellsAtMid(InstrumentKind.Put, false, 2_000e18, EXPIRY - 1 hours);
    }

    function test_Slice_AShortPutThroughTheStrikeInTheLastMinutes() public {
        _sellsAtMid(InstrumentKind.Put, false, 1_996e18, EXPIRY - 3 minutes);
    }

    // ---------------------------------------------------------------- assets

    function test_Slice_ALongCallAtTheStrike() public {
        _sellsAtMid(InstrumentKind.Call, true, 2_000e18, 0);
    }

    function test_Slice_ALongCallJustBelowTheStrike() public {
        _sellsAtMid(InstrumentKind.Call, true, 1_995e18, 0);
    }

    function test_Slice_ALongPutAnHourBeforeExpiry() public {
        _sellsAtMid(InstrumentKind.Put, true, 2_003e18, EXPIRY - 1 hours);
    }

    function test_Slice_ALongPutInTheLastMinutes() public {
        _sellsAtMid(InstrumentKind.Put, true, 1_996e18, EXPIRY - 3 minutes);
    }

    // ---------------------------------------------------------------- both, and neither

    /// @dev Expired, not settled: worth its payoff at the price of the moment, whoever holds it.
    function test_Slice_AnExpiredCallIsItsPayoff() public {
        _trade(other, account, InstrumentKind.Call, STRIKE, 60e18);
        _walk(2_040e18, EXPIRY + 10 minutes);
        _failAt(0.9e18);
        rooms.auction.flag(account, rewardTo);
        (uint256 fractionWad, ) = _bidHalf();
        int256 payoffWad = (40 * SIZE_WAD * int256(fractionWad)) / int256(WAD);
        assertApproxEqRel(_report(bidder).netPositionWad, -payoffWad, 1e9);
        requireCashConserved();
    }

    /// @dev A spread moves as one: each leg at its own mark, the long one's lower than the short one's by what is in doubt.
    function test_Slice_ASpreadIsTheSumOfItsLegs() public {
        _trade(account, other, InstrumentKind.Call, 2_100e18, 30e18);
        _trade(other, account, InstrumentKind.Call, STRIKE, 60e18);
        _walk(2_020e18, 0);
        int256 longWad = _blackWad(InstrumentKind.Call, 2_100e18, true);
        int256 shortWad = _blackWad(InstrumentKind.Call, STRIKE, false);
        int256 netWad = _report(account).netPositionWad;
        assertApproxEqRel(netWad, ((longWad - shortWad) * SIZE_WAD) / int256(WAD), 1e9);
        _failAt(0.9e18);
        _sellPart(netWad);
    }

    /// @dev Else a bidder could take the long half of a slice and hand it back as the short one.
    function test_Slice_WhatIsOwnedIsMarkedLowerThanWhatIsOwed() public {
        _trade(account, other, InstrumentKind.Call, STRIKE, 60e18);
        int256 longWad = _report(account).netPositionWad;
        int256 shortWad = _report(other).netPositionWad;
        assertGt(longWad, 0);
        assertLt(longWad, -shortWad);
    }

    // ---------------------------------------------------------------- means

    /// @param until Unix seconds; 0 = now.
    function _sellsAtMid(InstrumentKind kind, bool long, uint256 toWad, uint256 until) private {
        if (long) _trade(account, other, kind, STRIKE, 60e18);
        else _trade(other, account, kind, STRIKE, 60e18);
        _walk(toWad, until);
        int256 unitWad = _blackWad(kind, STRIKE, long);
        // What moves is not at its intrinsic value: there is time value in it.
        int256 intrinsicWad = kind == InstrumentKind.Call ? int256(toWad) - 2_000e18 : 2_000e18 - int256(toWad);
        if (intrinsicWad < 0) intrinsicWad = 0;
        assertGt(unitWad, intrinsicWad);
        int256 netWad = _report(account).netPositionWad;
        assertApproxEqRel(netWad, ((long ? unitWad : -unitWad) * SIZE_WAD) / int256(WAD), 1e9);
        _failAt(0.9e18);
        _sellPart(netWad);
    }

    /// @param netWad Options of the account at the engine's marks.
    function _sellPart(int256 netWad) private {
        rooms.auction.flag(account, rewardTo);
        IPortfolioMargin.MarginReport memory before = _report(account);
        assertEq(before.netPositionWad, netWad);
        (, , int256 wholeWad, , ) = rooms.auction.quote(account);
        int256 cashWad = rooms.vault.cashOf(bidder);
        (uint256 fractionWad, int256 paymentWad) = _bidHalf();
        assertLt(fractionWad, WAD);
        int256 share = int256(fractionWad);
        // The bidder has the part of the marks that its fraction says, and got the part of the cash less what it paid.
        assertApproxEqAbs(_report(bidder).netPositionWad, (netWad * share) / int256(WAD), 1e6);
        int256 gotWad = ((before.equityWad - netWad) * share) / int256(WAD);
        assertApproxEqAbs(rooms.vault.cashOf(bidder) - cashWad, gotWad - paymentWad, 1e6);
        // It paid the marks less the discount, and no wei below.
        int256 dueWad = (wholeWad * share) / int256(WAD);
        assertApproxEqAbs(paymentWad, dueWad, 1e6);
        assertGe(paymentWad, dueWad);
        requireCashConserved();
    }

    function _bidHalf() private returns (uint256, int256) {
        (, , , uint256 offeredWad, ) = rooms.auction.quote(account);
        vm.prank(makeAddr("bob"));
        return rooms.auction.bid(account, bidder, offeredWad / 2, type(int256).max);
    }

    /// @dev Takes cash until the account fails by what lacks to so much of maintenance.
    function _failAt(uint256 ratioWad) private {
        IPortfolioMargin.MarginReport memory now_ = _report(account);
        int256 lackingWad = int256((now_.maintenanceWad * (WAD - ratioWad)) / WAD);
        assertGt(now_.liquidationSurplusWad, 0);
        vm.prank(DRAIN);
        rooms.vault.moveCash(account, other, uint256(now_.liquidationSurplusWad + lackingWad));
    }

    /// @dev Black's price at the surface's volatility: the low one of what is owned.
    function _blackWad(InstrumentKind kind, uint256 strikeWad, bool long) private view returns (int256) {
        IVolSurface.VolQuote memory quote = rooms.surface.volAtStrike(ETH, EXPIRY, strikeWad);
        uint256 totalWad =
            ((long ? quote.lowWad : quote.volWad) * OptionTime.sqrtYears(EXPIRY - block.timestamp)) / WAD;
        (uint256 callWad, uint256 putWad) = Black.prices(rooms.oracle.read(ETH).midWad, strikeWad, totalWad);
        return int256(kind == InstrumentKind.Call ? callWad : putWad);
    }

    function _trade(
        AccountId buyer,
        AccountId seller,
        InstrumentKind kind,
        uint256 strikeWad,
        uint256 premiumWad
    ) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, optionOf(ETH, kind, EXPIRY, uint128(strikeWad)), LOTS, premiumWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (buyer, seller);
        rooms.vault.applyFills(fills, terms);
    }

    function _report(AccountId holder) private view returns (IPortfolioMargin.MarginReport memory) {
        return rooms.risk.report(rooms.vault.portfolioOf(holder), WAD);
    }

    /// @dev To a price in steps of at most 0.5 % a minute; then until all views agree, or to a time.
    function _walk(uint256 toWad, uint256 until) private {
        if (until > block.timestamp + 2 hours) vm.warp(until - 2 hours);
        while (priceWad != toWad) {
            uint256 stepWad = priceWad / 200;
            if (priceWad > toWad) priceWad = priceWad - toWad > stepWad ? priceWad - stepWad : toWad;
            else priceWad = toWad - priceWad > stepWad ? priceWad + stepWad : toWad;
            _publishAt(block.timestamp + 60);
        }
        if (until == 0) until = block.timestamp + 35 minutes;
        while (block.timestamp < until) _publishAt(block.timestamp + 60);
    }

    function _publishAt(uint256 nowSeconds) private {
        vm.warp(nowSeconds);
        publishAt(priceWad);
    }
}
