// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {OptionHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev Who pays for a default on options once the layers before are empty, between the real rooms. The test stands for the
/// exchange, and drains an account in the place of an auction.
contract LiquidationAuctionOptionLossesTest is OptionDomain {
    uint256 private constant WAD = 1e18;
    uint64 private constant LOTS = 5_000;
    uint64 private constant MANY = 50_000;
    address private constant DRAIN = address(0xD4A1);

    AccountId private account = toAccountId(makeAddr("alice"), 0);
    AccountId private winner = toAccountId(makeAddr("carol"), 0);
    AccountId private stranger = toAccountId(makeAddr("erin"), 0);
    AccountId private writer = toAccountId(makeAddr("dave"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);
    AccountId private rewardTo = toAccountId(makeAddr("keeper"), 0);

    uint256 private priceWad = ETH_PRICE;
    uint40[8] private expiries;
    uint8[8] private slots;

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(DRAIN, IVaultSettings.ModuleRole.Auction);
        // 17, 16 and 24 November, 1, 8 and 29 December, 26 January, 29 March.
        uint40[8] memory daysLater = [uint40(1), 0, 8, 15, 22, 43, 71, 134];
        for (uint256 i; i < 8; ++i) {
            expiries[i] = THURSDAY + daysLater[i] * 1 days;
            slots[i] = rooms.options.listExpiry(ETH, expiries[i]);
        }
        AccountId[5] memory all = [account, winner, stranger, writer, bidder];
        for (uint256 i; i < all.length; ++i) deposit(all[i], i == 0 ? 45_000 : 900_000);
    }

    /// @dev The winners of the strike that was defaulted on bear it, however much is open beside it.
    function test_Losses_ADefaultOnOneStrikeChargesItsOwnWinnersOnly() public {
        _trade(winner, account, _series(0, 24, false), LOTS, 60e18);
        _trade(stranger, writer, _series(0, 25, false), 20_000, 50e18);
        _trade(stranger, writer, _series(0, 24, true), 20_000, 50e18);
        _walk(3_300e18);
        int256[3] memory cash = _cash();
        (uint256 fractionWad, int256 paymentWad) = _flagAndBid();
        assertEq(fractionWad, WAD);
        // All of it: there is no fund, and nothing lent.
        assertLt(paymentWad, 0);
        assertApproxEqAbs(cash[0] - rooms.vault.cashOf(winner), -paymentWad, LOTS * 1e9);
        assertEq(rooms.vault.cashOf(stranger), cash[1]);
        assertEq(rooms.vault.cashOf(writer), cash[2]);
        assertEq(rooms.vault.cashOf(account), 0);
        _requireNothingLost();
    }

    /// @dev The review's attack: whoever is long the defaulted strike let the far one, where nothing was gained, pay nine tenths.
    function test_Losses_AHolderOfFiftyThousandLotsOfAFarStrikePaysNothing() public {
        _trade(winner, account, _series(0, 24, false), LOTS, 60e18);
        _trade(stranger, writer, _series(0, 60, false), MANY, 0.1e18);
        _walk(3_300e18);
        int256[3] memory cash = _cash();
        _flagAndBid();
        assertLt(rooms.vault.cashOf(winner), cash[0]);
        assertEq(rooms.vault.cashOf(stranger), cash[1]);
        (, uint64 longIndex, uint64 shortIndex) = rooms.options.seriesAt(slots[0], 60, false);
        assertEq(longIndex + shortIndex, 0);
        _requireNothingLost();
    }

    /// @dev The same attack by way of the defaulter: it has sold many lots of a strike on which next to nothing is owed. Each
    /// holder loses the same share of what he is owed.
    function test_Losses_OfSeveralSeriesAreSharedByWhatIsOwedOnThem() public {
        _trade(winner, account, _series(0, 24, false), LOTS, 60e18);
        _trade(stranger, account, _series(0, 72, false), 8_000, 0.1e18);
        _walk(3_000e18);
        uint256[2] memory owedWad = [_worth(0, 24, LOTS), _worth(0, 72, 8_000)];
        assertLt(owedWad[1], owedWad[0] / 2);
        int256[3] memory cash = _cash();
        (uint256 fractionWad, ) = _flagAndBid();
        assertEq(fractionWad, WAD);
        uint256 paidWad = uint256(cash[0] - rooms.vault.cashOf(winner));
        uint256 strangerPaidWad = uint256(cash[1] - rooms.vault.cashOf(stranger));
        assertGt(strangerPaidWad, 0);
        assertApproxEqRel((strangerPaidWad * WAD) / owedWad[1], (paidWad * WAD) / owedWad[0], 1e9);
        _requireNothingLost();
    }

    /// @dev One lot is not made to pay for debts that have nothing to do with it.
    function test_Losses_NobodyLosesMoreThanHeIsOwed() public {
        _trade(winner, account, _series(0, 24, true), 1, 50e18);
        vm.prank(DRAIN);
        rooms.vault.moveCash(account, writer, 55_000e18);
        int256 before = rooms.vault.cashOf(winner);
        uint256 owedWad = _worthOf(OptionWord.wrap(0).withLots(24, true, -1));
        _flagAndBid();
        assertLe(before - rooms.vault.cashOf(winner), int256(owedWad + 1e9));
        assertGt(rooms.waterfall.deficitOf(account, ETH), 9_000e18);
        _requireNothingLost();
    }

    /// @dev Parts of an account are charged one after the other; a holder who leaves in between takes his part along.
    function test_Losses_OfAnAccountSoldInPartsFallOnWhoHoldsThen() public {
        rooms.auction.parameters().setCapacity(ETH, 66_000e18, 300);
        _trade(winner, account, _series(0, 24, false), LOTS, 60e18);
        _walk(3_300e18);
        int256[3] memory cash = _cash();
        _flagAndBid();
        int256 firstWad = cash[0] - rooms.vault.cashOf(winner);
        assertGt(firstWad, 0);
        // Half of what the winner has goes to another, at the price it is worth.
        _trade(stranger, winner, _series(0, 24, false), LOTS / 2, 1_300e18);
        cash = _cash();
        vm.warp(block.timestamp + 300);
        publishAt(priceWad);
        _bid();
        int256 secondWad = cash[0] - rooms.vault.cashOf(winner);
        assertGt(secondWad, 0);
        assertEq(cash[1] - rooms.vault.cashOf(stranger), secondWad);
        _requireNothingLost();
    }

    /// @dev Whatever is charged is charged to the wei: all at once or as the accounts are touched.
    function test_Losses_ConservationToTheWei() public {
        _trade(winner, account, _series(0, 24, false), 3_333, 60e18);
        _trade(stranger, account, _series(0, 24, false), 1_667, 60e18);
        _walk(3_300e18);
        int256 allWad = _all();
        uint256 heldWad = rooms.vault.holdingsOf(address(rooms.usdc)) * 1e12;
        _flagAndBid();
        assertEq(_all() - allWad, int256(rooms.vault.holdingsOf(address(rooms.usdc)) * 1e12) - int256(heldWad));
        (, uint64 longIndex, ) = rooms.options.seriesAt(slots[0], 24, false);
        int256 chargedWad = int256(uint256(longIndex) * 1e9 * LOTS);
        assertEq(rooms.vault.clearingWad(), -chargedWad);
        _trade(stranger, winner, _series(0, 24, false), 1, 1_300e18);
        assertEq(rooms.vault.clearingWad(), 0);
        assertEq(_all() - allWad, int256(rooms.vault.holdingsOf(address(rooms.usdc)) * 1e12) - int256(heldWad));
    }

    /// @dev 64 short legs, nothing before the haircut: 64 series are charged, and the bidder takes all within a transaction.
    function test_Gas_SixtyFourSeriesAreChargedWithinATransaction() public {
        for (uint8 i; i < 8; ++i) {
            for (uint8 j; j < 8; ++j) _trade(winner, account, _series(i, 24 + j, j % 2 == 1), 100, 200e18);
        }
        _walk(3_300e18);
        vm.prank(DRAIN);
        rooms.vault.moveCash(account, writer, 60_000e18);
        rooms.auction.flag(account, rewardTo);
        address[10] memory touched = [
            address(rooms.auction),
            address(rooms.vault),
            address(rooms.risk),
            address(rooms.options),
            address(rooms.surface),
            address(rooms.oracle),
            address(rooms.breaker),
            address(rooms.waterfall),
            address(rooms.fund),
            address(rooms.backstop)
        ];
        for (uint256 i; i < touched.length; ++i) vm.cool(touched[i]);
        uint256 gasBefore = gasleft();
        (uint256 fractionWad, ) = _bid();
        uint256 used = gasBefore - gasleft();
        assertEq(fractionWad, WAD);
        (, uint64 longIndex, ) = rooms.options.seriesAt(slots[7], 24, false);
        assertGt(longIndex, 0);
        assertLt(used, 10_000_000);
        _requireNothingLost();
    }

    // ---------------------------------------------------------------- means

    function _series(uint256 i, uint8 strikeIndex, bool isPut) private view returns (InstrumentId) {
        uint256 strikeWad = rooms.options.expiryAt(slots[i]).mark.expiry.strikeWadOf(strikeIndex);
        InstrumentKind kind = isPut ? InstrumentKind.Put : InstrumentKind.Call;
        return optionOf(ETH, kind, expiries[i], uint128(strikeWad));
    }

    function _trade(
        AccountId buyer,
        AccountId seller,
        InstrumentId instrument,
        uint64 lots,
        uint256 premiumWad
    ) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, instrument, lots, premiumWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (buyer, seller);
        rooms.vault.applyFills(fills, terms);
    }

    function _flagAndBid() private returns (uint256, int256) {
        rooms.auction.flag(account, rewardTo);
        return _bid();
    }

    function _bid() private returns (uint256, int256) {
        vm.prank(makeAddr("bob"));
        return rooms.auction.bid(account, bidder, WAD, type(int256).max);
    }

    /// @dev What the engine says is owed on short calls of the first expiry.
    function _worth(uint256 i, uint8 strikeIndex, uint64 lots) private view returns (uint256) {
        assertEq(i, 0);
        return _worthOf(OptionWord.wrap(0).withLots(strikeIndex, false, -int24(uint24(lots))));
    }

    function _worthOf(OptionWord legs) private view returns (uint256) {
        Portfolio memory single;
        single.options = new OptionHolding[](1);
        single.options[0] = OptionHolding(slots[0], rooms.options.expiryAt(slots[0]).mark.expiry, legs, 0);
        IPortfolioMargin.MarginReport memory margin = rooms.risk.report(single, WAD);
        return uint256(-margin.netPositionWad);
    }

    function _cash() private view returns (int256[3] memory) {
        return [rooms.vault.cashOf(winner), rooms.vault.cashOf(stranger), rooms.vault.cashOf(writer)];
    }

    function _all() private view returns (int256 sumWad) {
        for (uint256 i; i < rooms.vault.accountCount(); ++i) sumWad += rooms.vault.cashOf(rooms.vault.accountAt(i));
    }

    /// @dev All cash with what is pending is what the vault holds, to the wei: there are no perpetuals.
    function _requireNothingLost() private view {
        assertEq(_all(), int256(rooms.vault.holdingsOf(address(rooms.usdc)) * 1e12));
        requireCashConserved();
    }

    /// @dev In steps of at most 1 % a minute, so that all views follow; then 35 quiet minutes.
    function _walk(uint256 toWad) private {
        while (priceWad != toWad) {
            uint256 stepWad = priceWad / 100;
            if (priceWad > toWad) priceWad = priceWad - toWad > stepWad ? priceWad - stepWad : toWad;
            else priceWad = toWad - priceWad > stepWad ? priceWad + stepWad : toWad;
            vm.warp(block.timestamp + 60);
            publishAt(priceWad);
        }
        for (uint256 i; i < 35; ++i) {
            vm.warp(block.timestamp + 60);
            publishAt(priceWad);
        }
    }
}
