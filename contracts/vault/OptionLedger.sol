// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {OptionWord, legKey} from "../types/OptionWord.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger, Shifted} from "./AccountLedger.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {LegLosses} from "./LegLosses.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {MAX_EXPIRIES, VaultState, Wiring} from "./VaultState.sol";

/// @notice `lots` (signed) of one series move from `second` to `first`.
/// @param priceWad Premium of the trade, WAD per unit of the underlying; 0 for a transfer.
struct LegShift {
    AccountId first;
    AccountId second;
    uint8 slot;
    uint8 strikeIndex;
    bool isPut;
    int24 lots;
    uint256 priceWad;
}

/// @title OptionLedger
/// @notice The entries of options in the ledger: legs move, are charged for losses and paid out at settlement. What
/// settles passes through clearing. Headers are changed in memory by the caller.
library OptionLedger {
    using LibBit for uint256;
    using SafeCastLib for int256;

    OptionWord private constant NO_LEGS = OptionWord.wrap(0);

    /// @notice Reverts if `account`, whose header this is to be, holds options of too many expiries.
    function requireRoom(AccountId account, AccountHeader header) internal pure {
        uint256 expiries = uint256(header.expiryBitmap()).popCount();
        if (expiries > MAX_EXPIRIES) revert IVaultErrors.Vault_TooManyExpiries(account, expiries, MAX_EXPIRIES);
    }

    /// @notice Moves lots of one series: reports the change to the markets, settles what both accounts owe for losses
    /// in it, writes both words.
    function shift(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        LegShift memory move
    ) internal returns (Shifted memory result) {
        OptionWord first = s.options[move.first][move.slot];
        OptionWord second = s.options[move.second][move.slot];
        IOptionMarkets.LegChange memory change;
        (change.slot, change.strikeIndex, change.isPut) = (move.slot, move.strikeIndex, move.isPut);
        change.tradePriceWad = move.priceWad;
        change.firstBefore = first.lotsOf(move.strikeIndex, move.isPut);
        change.firstAfter = (int256(change.firstBefore) + move.lots).toInt24();
        change.secondBefore = second.lotsOf(move.strikeIndex, move.isPut);
        change.secondAfter = (int256(change.secondBefore) - move.lots).toInt24();
        OptionWord firstAfter = first.withLots(move.strikeIndex, move.isPut, change.firstAfter);
        OptionWord secondAfter = second.withLots(move.strikeIndex, move.isPut, change.secondAfter);
        (result.firstHolds, result.secondHolds) = (_any(firstAfter), _any(secondAfter));
        change.joins = _count(!_any(first) && result.firstHolds) + _count(!_any(second) && result.secondHolds);
        change.leaves = _count(_any(first) && !result.firstHolds) + _count(_any(second) && !result.secondHolds);

        _recordAndSettle(s, w, marks, move, change, result);
        s.options[move.first][move.slot] = firstAfter;
        s.options[move.second][move.slot] = secondAfter;
        result.firstShrank = AccountLedger.shrank(change.firstBefore, change.firstAfter);
        result.secondShrank = AccountLedger.shrank(change.secondBefore, change.secondAfter);
        _clear(s, result.firstSettledWad + result.secondSettledWad);
    }

    /// @notice Pays an account for its options in expiries that are settled, and takes them off its books.
    /// @return after_ The account's header; not stored.
    /// @return expiries Number of expiries paid.
    function settle(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        AccountHeader header
    ) internal returns (AccountHeader after_, uint256 expiries) {
        after_ = header;
        uint256 bitmap = header.expiryBitmap();
        Portfolios.learnExpiries(marks, w.options, bitmap);
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            uint8 slot = Portfolios.lowestSlot(bitmap);
            IOptionMarkets.ExpiryMark memory mark = Portfolios.expiryMark(marks, slot);
            if (mark.settlementPriceWad == 0) continue;
            OptionWord legs = s.options[account][slot];
            int256 cashWad = mark.expiry.payoffWad(legs, mark.settlementPriceWad);
            if (mark.lossCount != 0) {
                cashWad -= LegLosses.pendingWad(s.lossIndices[account], w.options, slot, mark.expiry, legs);
            }
            s.options[account][slot] = NO_LEGS;
            after_ = after_.plusCash(cashWad).withExpiry(slot, false);
            _clear(s, cashWad);
            w.options.release(slot, 1);
            ++expiries;
            emit IVaultEvents.OptionsSettled(account, slot, mark.expiry, legs, mark.settlementPriceWad, cashWad);
        }
    }

    /// @dev Legs of other series are not touched: they owe what they owe.
    function _recordAndSettle(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        LegShift memory move,
        IOptionMarkets.LegChange memory change,
        Shifted memory result
    ) private {
        IOptionMarkets.ExpiryMark memory mark;
        uint64[2] memory indices;
        (mark, indices[0], indices[1]) = w.options.record(change);
        Portfolios.putExpiry(marks, move.slot, mark);
        if (mark.lossCount == 0) return;
        uint256 series = mark.expiry.seriesOf(legKey(move.strikeIndex, move.isPut));
        result.firstSettledWad =
            -LegLosses.settle(s.lossIndices[move.first], series, change.firstBefore, change.firstAfter, indices);
        result.secondSettledWad =
            -LegLosses.settle(s.lossIndices[move.second], series, change.secondBefore, change.secondAfter, indices);
    }

    function _clear(VaultState storage s, int256 settledWad) private {
        if (settledWad != 0) s.clearingWad = (s.clearingWad - settledWad).toInt128();
    }

    function _any(OptionWord word) private pure returns (bool) {
        return OptionWord.unwrap(word) != 0;
    }

    function _count(bool one) private pure returns (uint8) {
        return one ? 1 : 0;
    }
}
