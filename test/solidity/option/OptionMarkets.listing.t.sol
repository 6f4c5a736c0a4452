// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {ListingCalendar} from "../../../contracts/products/option/ListingCalendar.sol";
import {StrikeGrid} from "../../../contracts/products/option/StrikeGrid.sol";
import {OptionFixture} from "../support/OptionFixture.sol";

contract OptionMarketsListingTest is OptionFixture {
    function test_ListExpiry_PutsTheGridAroundTheMid() external {
        // 1 % of 3000 x sqrt(3) = 51.96: steps of 50, the middle at 60 of them.
        uint256 word = 1 | (uint256(EXPIRY) << 16) | (uint256(1800e8) << 56) | (uint256(50e8) << 112);
        word |= (uint256(73) << 160) | (uint256(0.01e9) << 168);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.ExpiryListed(0, ETH, EXPIRY, ExpiryWord.wrap(word));
        assertEq(markets.listExpiry(ETH, EXPIRY), 0);

        IOptionMarkets.ExpiryState memory state = markets.expiryAt(0);
        assertEq(ExpiryWord.unwrap(state.mark.expiry), word);
        assertEq(state.mark.expiry.lotSizeWadOf(), LOT);
        assertEq(state.mark.expiry.strikeWadOf(72), 5400e18);
        (bool found, uint8 slot) = markets.slotOf(ETH, EXPIRY);
        assertTrue(found);
        assertEq(slot, 0);
        assertEq(markets.listedSlots(ETH), 1);
        assertEq(state.openLots + state.holders + state.coveredSeconds + state.markedAt, state.mark.settlementPriceWad);
        assertEq(state.mark.lossCount, 0);
    }

    function test_ListExpiry_TakesTheLowestFreeSlot() external {
        markets.listUnderlying(BTC, terms());
        assertEq(markets.listExpiry(ETH, EXPIRY), 0);
        assertEq(markets.listExpiry(BTC, EXPIRY), 1);
        assertEq(markets.listExpiry(ETH, EXPIRY - 1 days), 2);
        assertEq(markets.listedSlots(ETH), 5);
        assertEq(markets.listedSlots(BTC), 2);
        vm.warp(EXPIRY);
        markets.retire(1);
        oracle.observe();
        assertEq(markets.listExpiry(BTC, EXPIRY + 2 days), 1);
    }

    function test_ListExpiry_RevertsWhen_TheDateIsNone() external {
        _expectNoDate(uint40(START + 1 days - 1));
        _expectNoDate(uint40(START + 1 days + 1));
        // Sunday, four days ahead.
        _expectNoDate(uint40(START + 4 days));
        _expectNoDate(0);
        _expectNoDate(type(uint40).max);
        vm.warp(START + 1);
        oracle.observe();
        _expectNoDate(uint40(START + 1 days));
    }

    function test_ListExpiry_RevertsWhen_ListedAlready() external {
        markets.listExpiry(ETH, EXPIRY);
        bytes4 selector = IOptionMarkets.Option_AlreadyListed.selector;
        _expectRefusal(EXPIRY, selector, abi.encodeWithSelector(selector, ETH, EXPIRY));
    }

    function test_ListExpiry_RevertsWhen_TheUnderlyingHasItsShare() external {
        IOptionMarkets.UnderlyingConfig memory config = terms();
        config.expiryLimit = 2;
        markets.listUnderlying(BTC, config);
        markets.listExpiry(BTC, EXPIRY);
        markets.listExpiry(BTC, EXPIRY - 1 days);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_TooManyExpiries.selector, BTC, 2));
        markets.listExpiry(BTC, EXPIRY - 2 days);
        // Another underlying's share is its own.
        markets.listExpiry(ETH, EXPIRY - 2 days);
    }

    function test_ListExpiry_RevertsWhen_NotFirm() external {
        bytes4 selector = IOptionMarkets.Option_NotFirm.selector;
        vm.warp(START + 121);
        _expectRefusal(EXPIRY, selector, abi.encodeWithSelector(selector, ETH, Grade.Wide));
        for (uint8 grade = 1; grade < 4; ++grade) {
            skip(1);
            oracle.setGrade(Grade(grade));
            oracle.observe();
            _expectRefusal(EXPIRY, selector, abi.encodeWithSelector(selector, ETH, grade));
        }
    }

    function test_ListExpiry_RevertsWhen_ThePriceFitsNoGrid() external {
        bytes4 selector = IOptionMarkets.Option_PriceOutOfRange.selector;
        uint40 quarter = _longestDate();
        skip(1);
        // 5 % of it is less than 1e-8 USD.
        market(0.19e12);
        _expectRefusal(quarter, selector, abi.encodeWithSelector(selector, 0.19e12));
        skip(1);
        market(0.2e12);
        markets.listExpiry(ETH, quarter);
        skip(1);
        // Steps of 5e6 USD need more than 48 bits.
        market(3e26);
        _expectRefusal(EXPIRY, selector, abi.encodeWithSelector(selector, 3e26));
        skip(1);
        market(1e26);
        markets.listExpiry(ETH, EXPIRY);
    }

    function test_Unlisted_SlotsAndSeriesAreRefused() external {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, 3));
        markets.marksOf(8);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, 64));
        markets.expiryAt(64);
        (bool found, uint8 slot) = markets.slotOf(ETH, EXPIRY);
        assertFalse(found);
        assertEq(slot, 0);
    }

    function test_Locate_FindsSeriesAndNothingElse() external {
        markets.listUnderlying(BTC, terms());
        markets.listExpiry(BTC, EXPIRY);
        markets.listExpiry(ETH, EXPIRY);
        (uint8 slot, uint8 strike) = markets.locate(optionOf(ETH, InstrumentKind.Call, EXPIRY, 1800e18));
        assertEq(slot, 1);
        assertEq(strike, 0);
        (slot, strike) = markets.locate(optionOf(ETH, InstrumentKind.Put, EXPIRY, 5400e18));
        assertEq(slot, 1);
        assertEq(strike, 72);
        _expectNotListed(optionOf(ETH, InstrumentKind.Call, EXPIRY, 1750e18));
        _expectNotListed(optionOf(ETH, InstrumentKind.Call, EXPIRY, 5450e18));
        _expectNotListed(optionOf(ETH, InstrumentKind.Call, EXPIRY, 1800e18 + 1));
        _expectNotListed(optionOf(ETH, InstrumentKind.Call, EXPIRY + 1, 1800e18));
        _expectNotListed(optionOf(AssetId.wrap(3), InstrumentKind.Call, EXPIRY, 1800e18));
        _expectNotListed(perpetualOf(ETH));
        _expectNotListed(InstrumentId.wrap(0));
        // An unknown kind, and a bit that must be zero.
        _expectNotListed(
            InstrumentId.wrap((uint256(1) << 240) | (uint256(3) << 232) | (uint256(EXPIRY) << 192) | 1800e18)
        );
        uint256 raw = InstrumentId.unwrap(optionOf(ETH, InstrumentKind.Call, EXPIRY, 1800e18));
        _expectNotListed(InstrumentId.wrap(raw | (1 << 128)));
    }

    function test_MarksOf_AnswersInRisingOrder() external {
        markets.listExpiry(ETH, EXPIRY);
        markets.listExpiry(ETH, EXPIRY - 1 days);
        IOptionMarkets.ExpiryMark[] memory marks = markets.marksOf(3);
        assertEq(marks.length, 2);
        assertEq(marks[0].expiry.expiryOf(), EXPIRY);
        assertEq(marks[1].expiry.expiryOf(), EXPIRY - 1 days);
        assertEq(markets.marksOf(0).length, 0);
    }

    // --- the calendar -------------------------------------------------------------------------------------

    /// @dev The same rules from dates instead of days, and every date of them at any second.
    function testFuzz_Calendar_IsTheRules(uint32 nowSeconds, uint16 days_) external pure {
        uint256 time = 1_600_000_000 + (nowSeconds % (20 * 365 days));
        uint256 expiry = (time / 1 days) * 1 days + 8 hours + uint256(days_ % 400) * 1 days;
        (uint256 year, uint256 month, uint256 day) = DateTimeLib.timestampToDate(expiry);
        bool friday = DateTimeLib.weekday(expiry) == DateTimeLib.FRI;
        bool last = friday && day + 7 > DateTimeLib.daysInMonth(year, month);
        bool expected = expiry <= time + 3 days;
        if (friday && expiry <= time + 28 days) expected = true;
        if (last && expiry <= time + 91 days) expected = true;
        if (last && (month == 3 || month == 6 || month == 9 || month == 12) && expiry <= time + 366 days)
            expected = true;
        if (expiry < time + 1 days) expected = false;
        assertEq(ListingCalendar.isListable(expiry, time), expected);
        assertFalse(ListingCalendar.isListable(expiry + 1, time));
    }

    /// @dev All dates fit at any hour: at most 14 with what expires within a day, so a limit of 16 never keeps one out.
    function test_Calendar_NeverHasMoreThanFourteenDates() external pure {
        uint256 most = 0;
        for (uint256 day = 0; day < 366; ++day) {
            uint256 time = START + day * 1 days;
            uint256 count = 1;
            for (uint256 ahead = 1; ahead <= 3; ++ahead) count += _listable(time, ahead);
            // The first Friday further ahead, and all after it; START was a Wednesday.
            for (uint256 ahead = 4 + ((12 - (day % 7)) % 7); ahead <= 366; ahead += 7) count += _listable(time, ahead);
            most = count > most ? count : most;
        }
        assertEq(most, 14);
    }

    // --- the grid -----------------------------------------------------------------------------------------

    function testFuzz_Grid_HoldsTheMidAndFitsItsBits(uint256 midWad, uint256 secondsLeft) external pure {
        midWad = bound(midWad, 1, type(uint96).max);
        secondsLeft = bound(secondsLeft, 1 days, 366 days);
        StrikeGrid.Grid memory grid = StrikeGrid.around(midWad, secondsLeft);
        if (grid.count == 0) {
            assertEq(grid.first + grid.step, 0);
            assertTrue(midWad < 1e12 || midWad > 4e25);
            return;
        }
        assertLe(grid.count, 73);
        assertGt(grid.count, 48);
        assertGt(grid.first, 0);
        assertLe(grid.first, type(uint56).max);
        assertLe(grid.step, type(uint48).max);
        assertEq(grid.first % grid.step, 0);
        uint256 mid = midWad / 1e10;
        assertLe(grid.first, mid);
        // At least 15 % below and 30 % above, or down to one step.
        assertTrue(grid.first == grid.step || grid.first * 100 <= mid * 85);
        assertGe((grid.first + (grid.count - 1) * grid.step) * 100, mid * 130);
    }

    function testFuzz_Grid_StepIsNiceAndNearest(uint64 target) external pure {
        vm.assume(target != 0);
        uint256 nice = StrikeGrid.niceNear(target);
        uint256 digits = nice;
        while (digits % 10 == 0) digits /= 10;
        assertTrue(digits == 1 || digits == 2 || digits == 25 || digits == 5);
        uint256 distance = nice > target ? nice - target : target - nice;
        for (uint256 decade = 1; decade <= 1e20; decade *= 10) {
            uint256[4] memory others = [decade, 2 * decade, decade == 1 ? decade : (25 * decade) / 10, 5 * decade];
            for (uint256 i = 0; i < 4; ++i) {
                uint256 away = others[i] > target ? others[i] - target : target - others[i];
                assertLe(distance, away);
            }
        }
    }

    function testFuzz_ListExpiry_RoundTripsEveryStrike(uint256 midWad, uint8 index, bool isPut) external {
        midWad = bound(midWad, 1e13, 1e25);
        skip(1);
        market(midWad);
        uint8 slot = markets.listExpiry(ETH, EXPIRY);
        ExpiryWord word = markets.expiryAt(slot).mark.expiry;
        index = uint8(bound(index, 0, word.strikeCountOf() - 1));
        assertEq(AssetId.unwrap(word.underlyingOf()), 1);
        assertEq(word.expiryOf(), EXPIRY);
        assertEq(word.lotSizeWadOf(), LOT);
        assertEq(ExpiryWord.unwrap(word) >> 216, 0);
        InstrumentKind kind = isPut ? InstrumentKind.Put : InstrumentKind.Call;
        (uint8 where, uint8 found) = markets.locate(optionOf(ETH, kind, EXPIRY, uint128(word.strikeWadOf(index))));
        assertEq(where, slot);
        assertEq(found, index);
    }

    function testFuzz_INV19_CanListEqualsList(uint32 later, uint16 days_, uint8 grade, uint256 midWad) external {
        markets.listExpiry(ETH, EXPIRY);
        vm.warp(START + (later % 2 days) + 1);
        oracle.setGrade(Grade(grade % 8 < 4 ? grade % 4 : 0));
        market(bound(midWad, 1, 1e28));
        skip(later % 200);
        uint40 expiry = uint40(START + uint256(days_ % 40) * 1 days);
        (bool ok, bytes4 reason) = markets.canList(ETH, expiry);
        try markets.listExpiry(ETH, expiry) {
            assertTrue(ok);
            assertEq(reason, bytes4(0));
        } catch (bytes memory why) {
            assertFalse(ok);
            assertEq(reason, bytes4(why));
        }
    }

    function _listable(uint256 time, uint256 daysAhead) private pure returns (uint256) {
        return ListingCalendar.isListable(time + daysAhead * 1 days, time) ? 1 : 0;
    }

    function _longestDate() private pure returns (uint40) {
        for (uint256 ahead = 366; ahead > 0; --ahead) {
            if (ListingCalendar.isListable(START + ahead * 1 days, START + 10)) return uint40(START + ahead * 1 days);
        }
        return 0;
    }

    function _expectNoDate(uint40 expiry) private {
        bytes4 selector = IOptionMarkets.Option_NotAListingDate.selector;
        _expectRefusal(expiry, selector, abi.encodeWithSelector(selector, expiry, block.timestamp));
    }

    function _expectRefusal(uint40 expiry, bytes4 selector, bytes memory refusal) private {
        (bool ok, bytes4 reason) = markets.canList(ETH, expiry);
        assertFalse(ok);
        assertEq(reason, selector);
        vm.expectRevert(refusal);
        markets.listExpiry(ETH, expiry);
    }

    function _expectNotListed(InstrumentId instrument) private {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotListed.selector, instrument));
        markets.locate(instrument);
    }
}
