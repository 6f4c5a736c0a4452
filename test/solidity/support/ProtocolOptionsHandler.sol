// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {OracleMockSource} from "./OracleMockSource.sol";
import {Rooms} from "./ProtocolFixture.sol";
import {ProtocolHandler} from "./ProtocolHandler.sol";

/// @dev What traders and keepers do with options besides.
contract ProtocolOptionsHandler is ProtocolHandler {
    /// @dev Most accounts that one call of `settleOptions` takes.
    uint256 private constant MOST_PAID = 32;
    /// @dev Marks count when they are no further apart than the fixture's `freshSeconds`.
    uint256 private constant MARK_SECONDS = 120;

    uint256 public optionTrades;
    uint256 public expiriesSettled;
    uint256 public expiriesPaid;
    uint256 public expiriesRetired;
    /// @dev An account was worth more or less after it was paid for its options than before, or could not be paid.
    uint256 public paidUnequally;

    constructor(
        Rooms memory rooms,
        OracleMockSource[] memory eth,
        OracleMockSource[] memory btc
    ) ProtocolHandler(rooms, eth, btc) {}

    function listExpiry(bool btc, uint8 ahead) external {
        AssetId asset = AssetId.wrap(btc ? 2 : 1);
        uint256 day = block.timestamp / 1 days + 2 + (ahead % 3);
        uint40 expiry = uint40(day * 1 days + 8 hours);
        (bool can, ) = _rooms.options.canList(asset, expiry);
        try _rooms.options.listExpiry(asset, expiry) {
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    /// @dev One of eight series around the price at listing, so that no account needs more legs than a word has.
    function tradeOption(uint8 buyer, uint8 seller, uint8 which, uint8 series, uint16 lots, uint16 markupBps) external {
        (bool found, uint8 slot) = _pick(which);
        if (!found || buyer % TRADERS == seller % TRADERS) return;
        InstrumentId instrument = _seriesOf(_rooms.options.expiryAt(slot).mark.expiry, series % 8);
        uint256[2] memory before = [_grossOf(buyer, slot), _grossOf(seller, slot)];
        if (!_fill(buyer, seller, instrument, lots, markupBps)) return;
        ++optionTrades;
        if (_grossOf(buyer, slot) > before[0]) _judgePassed(accountOf(buyer));
        if (_grossOf(seller, slot) > before[1]) _judgePassed(accountOf(seller));
    }

    /// @dev Keepers wake for an expiry, fix it every two minutes and settle it as soon as they may.
    function expire(uint8 which) external {
        (bool found, uint8 slot) = _pick(which);
        if (!found || _rooms.options.expiryAt(slot).mark.settlementPriceWad != 0) return;
        uint256 expiry = _rooms.options.expiryAt(slot).mark.expiry.expiryOf();
        if (block.timestamp < expiry - 36 minutes) vm.warp(expiry - 36 minutes);
        for (uint256 i; i < 40 && !_trySettle(slot); ++i) {
            vm.warp(block.timestamp + MARK_SECONDS);
            _publish();
            (bool can, ) = _rooms.options.canFix(slot);
            try _rooms.options.fix(slot) {
                if (!can) ++predicateWrong;
            } catch {
                if (can) ++predicateWrong;
            }
        }
    }

    /// @dev Anyone pays any accounts, whatever state they are in; it changes what none of them is worth.
    function payOptions(uint8 from, uint8 count) external {
        uint256 all = _rooms.vault.accountCount();
        uint256 first = from % all;
        uint256 size = bound(count, 1, MOST_PAID);
        if (size > all - first) size = all - first;
        AccountId[] memory accounts = new AccountId[](size);
        int256[] memory worth = new int256[](size);
        for (uint256 i; i < size; ++i) {
            accounts[i] = _rooms.vault.accountAt(first + i);
            worth[i] = _rooms.vault.cashOf(accounts[i]);
        }
        try _rooms.vault.settleOptions(accounts) returns (uint256 paid) {
            expiriesPaid += paid;
        } catch {
            ++paidUnequally;
        }
        for (uint256 i; i < size; ++i) {
            if (_rooms.vault.cashOf(accounts[i]) != worth[i]) ++paidUnequally;
        }
    }

    function retire(uint8 which) external {
        (bool found, uint8 slot) = _pick(which);
        if (!found) return;
        (bool can, ) = _rooms.options.canRetire(slot);
        try _rooms.options.retire(slot) {
            ++expiriesRetired;
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    /// @dev At the intrinsic value and up to 5 % of the price, down to what margin allows.
    function _fill(
        uint8 buyer,
        uint8 seller,
        InstrumentId instrument,
        uint16 lots,
        uint16 markupBps
    ) private returns (bool) {
        uint256 mid = _rooms.oracle.read(instrument.underlyingOf()).midWad;
        uint256 strike = instrument.strikeWadOf();
        bool isPut = instrument.kindOf() == InstrumentKind.Put;
        uint256 price = (mid * bound(markupBps, 1, 500)) / 10_000;
        if (isPut && strike > mid) price += strike - mid;
        if (!isPut && mid > strike) price += mid - strike;
        for (uint64 size = uint64(bound(lots, 1, 4_000)); size != 0; size /= 8) {
            if (_settle(buyer, seller, instrument, int64(size), price, false)) return true;
        }
        return false;
    }

    function _trySettle(uint8 slot) private returns (bool done) {
        (bool can, ) = _rooms.options.canSettle(slot);
        try _rooms.options.settle(slot) {
            done = true;
            ++expiriesSettled;
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    function _pick(uint8 which) private view returns (bool found, uint8 slot) {
        uint256 slots = _rooms.options.listedSlots(AssetId.wrap(1)) | _rooms.options.listedSlots(AssetId.wrap(2));
        uint256 count;
        for (uint256 rest = slots; rest != 0; rest &= rest - 1) ++count;
        if (count == 0) return (false, 0);
        for (uint256 skip = which % count; skip != 0; --skip) slots &= slots - 1;
        while ((slots >> slot) & 1 == 0) ++slot;
        return (true, slot);
    }

    /// @dev Strikes 22 to 25 of the grid, in whose 24th the price was.
    function _seriesOf(ExpiryWord word, uint8 series) private pure returns (InstrumentId) {
        InstrumentKind kind = series < 4 ? InstrumentKind.Call : InstrumentKind.Put;
        uint256 strike = word.strikeWadOf(22 + (series % 4));
        return optionOf(word.underlyingOf(), kind, word.expiryOf(), uint128(strike));
    }

    /// @dev Lots of all legs in the expiry, long or short.
    function _grossOf(uint8 trader, uint8 slot) private view returns (uint256 gross) {
        for (uint256 i; i < 8; ++i) {
            (int24 lots, , ) = _rooms.vault.legsOf(accountOf(trader), slot).legAt(i);
            gross += uint256(lots < 0 ? -int256(lots) : int256(lots));
        }
    }
}
