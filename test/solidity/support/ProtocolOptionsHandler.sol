// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {Vm} from "forge-std/Vm.sol";
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
    uint256 public optionLosses;
    /// @dev Invariant 13: somebody paid for a loss what his lots of that side of that series do not owe, or lots paid twice, or
    /// more or less was paid in all than was charged.
    uint256 public chargedWrongly;

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
        int256 cashWad = _cashInAll();
        if (!_fill(buyer, seller, instrument, lots, markupBps)) return;
        ++optionTrades;
        // Premium and fee change hands; what was owed for losses is settled, no more and no less.
        if (_cashInAll() != cashWad) ++chargedWrongly;
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

    /// @dev A loss that nobody's default explains, for the random walk seldom brings one so far: one side of a series pays it, the
    /// keeper gets it.
    function loseMoney(uint8 which, uint8 series, bool longSide, uint96 amount) external {
        (bool found, uint8 slot) = _pick(which);
        if (!found) return;
        uint256 amountWad = bound(amount, 1, 500e18);
        (uint8 strikeIndex, bool isPut) = (22 + (series % 4), (series / 4) % 2 == 1);
        int256[TRADERS] memory before = _cashOfTraders();
        int256 allWad = _cashInAll();
        vm.recordLogs();
        vm.startPrank(address(_rooms.waterfall));
        uint256 chargedWad = _rooms.options.spreadLoss(slot, strikeIndex, isPut, longSide, amountWad);
        if (chargedWad != 0) _rooms.vault.creditFromLoss(_keeper(), chargedWad);
        vm.stopPrank();
        _judgeCharges(before, TRADERS);
        if (_cashInAll() != allWad) ++chargedWrongly;
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

    /// @dev Who is neither sold nor buys pays what the haircuts say for the lots he has.
    function _bid(AccountId account, uint256 most, int256 limit) internal override {
        int256[TRADERS] memory before = _cashOfTraders();
        vm.recordLogs();
        super._bid(account, most, limit);
        uint256 sold = 0;
        while (accountOf(sold) != account) ++sold;
        _judgeCharges(before, sold);
    }

    /// @param skipped The trader that was sold; none where there is no such trader.
    function _judgeCharges(int256[TRADERS] memory before, uint256 skipped) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            Vm.Log memory log = logs[i];
            bool ofOptions = log.emitter == address(_rooms.options);
            if (ofOptions && log.topics[0] == IOptionMarkets.LossSpread.selector) {
                ++optionLosses;
                (bool longSide, , , uint256 perLotWad) = abi.decode(log.data, (bool, uint256, uint256, uint256));
                uint8 slot = uint8(uint256(log.topics[1]));
                uint8 strikeIndex = uint8(uint256(log.topics[2]));
                for (uint256 t; t < TRADERS; ++t) {
                    int24 lots = _rooms.vault.legsOf(accountOf(t), slot).lotsOf(strikeIndex, log.topics[3] != 0);
                    before[t] -= _owed(lots, longSide, perLotWad);
                }
            } else if (log.emitter == address(_rooms.perps) && log.topics[0] == IPerpMarkets.LossSpread.selector) {
                (, , uint256 perLotWad) = abi.decode(log.data, (uint256, uint256, uint256));
                bool longSide = log.topics[2] != 0;
                AssetId asset = AssetId.wrap(uint16(uint256(log.topics[1])));
                for (uint256 t; t < TRADERS; ++t) {
                    before[t] -= _owed(_rooms.vault.lotsOf(accountOf(t), asset), longSide, perLotWad);
                }
            }
        }
        for (uint256 t; t < TRADERS; ++t) {
            if (t != skipped && _rooms.vault.cashOf(accountOf(t)) != before[t]) ++chargedWrongly;
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

    function _owed(int256 lots, bool longSide, uint256 perLotWad) private pure returns (int256) {
        if (lots == 0 || (lots > 0) != longSide) return 0;
        return (lots > 0 ? lots : -lots) * int256(perLotWad);
    }

    function _cashOfTraders() private view returns (int256[TRADERS] memory cashWad) {
        for (uint256 i; i < TRADERS; ++i) cashWad[i] = _rooms.vault.cashOf(accountOf(i));
    }

    /// @dev With all that is pending between accounts; of everybody. What accrues to the fund is off an account at once, and comes to
    /// the fund when it is charged.
    function _cashInAll() private view returns (int256 cashWad) {
        for (uint256 i; i < _rooms.vault.accountCount(); ++i) {
            AccountId account = _rooms.vault.accountAt(i);
            (, uint256 pendingWad, ) = _rooms.vault.carryOf(account);
            cashWad += _rooms.vault.cashOf(account) + int256(pendingWad);
        }
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
