// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId, UNDERLYING_LIMIT} from "../types/AssetId.sol";
import {InstrumentKind} from "../types/InstrumentId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger, Shift, Shifted} from "./AccountLedger.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Adjustment, Marks, Portfolios} from "./Portfolios.sol";
import {Session} from "./Session.sol";
import {Solvency} from "./Solvency.sol";
import {BPS, MAX_ACCOUNTS, MAX_BATCH, VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title FillDesk
/// @notice Applies balanced fills: each header is read once, changed in memory and written once. Linked into
/// `MarginVault` and run on its storage, see `VaultDesk`.
library FillDesk {
    using FixedPointMathLib for uint256;

    /// @notice The accounts of one call, by their place in its terms.
    /// @param tradedWad Cash from fills, without what settled, signed.
    /// @param notionalWad Sum of the notionals of its fills.
    /// @param opens Whether a fill opened, grew or flipped a position.
    /// @param filled Whether it has a fill.
    /// @param feesWad Fee charged.
    struct Desk {
        AccountHeader[] headers;
        int256[] tradedWad;
        uint256[] notionalWad;
        bool[] opens;
        bool[] filled;
        uint256[] feesWad;
        Marks marks;
    }

    /// @notice See `IMarginVault.applyFills`.
    /// @param batch Whether checks wait for the end of a batch.
    function applyAll(
        VaultState storage s,
        Wiring memory w,
        Fill[] calldata fills,
        TradeTerms[] calldata terms,
        bool batch
    ) external returns (uint256[] memory) {
        if (fills.length == 0) revert IVaultErrors.Vault_EmptyBatch();
        if (fills.length > MAX_BATCH) revert IVaultErrors.Vault_BatchTooLarge(fills.length, MAX_BATCH);
        Desk memory desk = _open(s, terms);
        for (uint256 i = 0; i < fills.length; ++i) _fill(s, w, desk, fills[i], terms);
        _charge(s, desk, terms);
        for (uint256 i = 0; i < terms.length; ++i) AccountLedger.store(s, terms[i].account, desk.headers[i]);
        for (uint256 i = 0; i < terms.length; ++i) {
            if (desk.opens[i]) _concludeOpening(s, w, desk, terms[i].account, batch);
            else _concludeReducing(s, w, desk, fills, terms[i].account, i, batch);
        }
        return desk.feesWad;
    }

    function _open(VaultState storage s, TradeTerms[] calldata terms) private view returns (Desk memory desk) {
        uint256 count = terms.length;
        if (count > MAX_ACCOUNTS) revert IVaultErrors.Vault_BatchTooLarge(count, MAX_ACCOUNTS);
        desk.headers = new AccountHeader[](count);
        desk.tradedWad = new int256[](count);
        desk.notionalWad = new uint256[](count);
        desk.opens = new bool[](count);
        desk.filled = new bool[](count);
        desk.feesWad = new uint256[](count);
        desk.marks = Portfolios.unknownMarks();
        for (uint256 i = 0; i < count; ++i) {
            AccountId account = terms[i].account;
            address owner = account.ownerOf();
            if (owner == address(0) || owner == address(this)) revert IVaultErrors.Vault_NoOwner(account);
            for (uint256 j = 0; j < i; ++j) {
                if (terms[j].account == account) revert IVaultErrors.Vault_TermsTwice(account);
            }
            desk.headers[i] = s.headers[account];
        }
    }

    function _fill(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Fill calldata fill,
        TradeTerms[] calldata terms
    ) private {
        Shift memory shift = _shiftOf(fill);
        uint256 buyer = _place(terms, fill.buyer);
        uint256 seller = _place(terms, fill.seller);
        Shifted memory done = AccountLedger.shiftLots(s, w, desk.marks, shift);
        uint256 sizeWad = fill.lots * desk.marks.lotSizeWad[AssetId.unwrap(shift.asset)];
        uint256 notionalWad = sizeWad.fullMulDiv(fill.priceWad, WAD);

        int256 signedWad = _signed(notionalWad);
        _enter(desk, buyer, -signedWad, done.firstSettledWad, done.firstShrank);
        _enter(desk, seller, signedWad, done.secondSettledWad, done.secondShrank);
        desk.headers[buyer] = desk.headers[buyer].withPerp(shift.asset, done.firstHolds);
        desk.headers[seller] = desk.headers[seller].withPerp(shift.asset, done.secondHolds);
        emit IVaultEvents.FillApplied(
            fill.buyer,
            fill.seller,
            fill.instrument,
            fill.lots,
            fill.priceWad,
            notionalWad,
            done.firstSettledWad,
            done.secondSettledWad
        );
    }

    function _shiftOf(Fill calldata fill) private pure returns (Shift memory shift) {
        if (!fill.instrument.isCanonical()) revert IVaultErrors.Vault_UnknownInstrument(fill.instrument);
        if (fill.instrument.kindOf() != InstrumentKind.Perpetual) {
            revert IVaultErrors.Vault_OptionsNotTraded(fill.instrument);
        }
        if (fill.lots == 0) revert IVaultErrors.Vault_ZeroLots();
        uint64 limit = uint64(type(int64).max);
        if (fill.lots > limit) revert IVaultErrors.Vault_LotsTooLarge(fill.lots, limit);
        if (fill.priceWad == 0) revert IVaultErrors.Vault_ZeroPrice();
        if (fill.buyer == fill.seller) revert IVaultErrors.Vault_SameAccount(fill.buyer);
        return Shift(fill.buyer, fill.seller, fill.instrument.underlyingOf(), int64(fill.lots), fill.priceWad);
    }

    function _place(TradeTerms[] calldata terms, AccountId account) private pure returns (uint256 place) {
        for (; place < terms.length; ++place) {
            if (terms[place].account == account) return place;
        }
        revert IVaultErrors.Vault_TermsMissing(account);
    }

    /// @dev `plusCash` keeps cash within 112 bits, so the sum here cannot wrap either.
    function _enter(Desk memory desk, uint256 place, int256 tradedWad, int256 settledWad, bool shrank) private pure {
        desk.headers[place] = desk.headers[place].plusCash(tradedWad + settledWad);
        desk.tradedWad[place] += tradedWad;
        desk.notionalWad[place] += tradedWad < 0 ? uint256(-tradedWad) : uint256(tradedWad);
        desk.filled[place] = true;
        if (!shrank) desk.opens[place] = true;
    }

    function _charge(VaultState storage s, Desk memory desk, TradeTerms[] calldata terms) private {
        uint256 feeBps = s.domain.policy.feeBps;
        uint256 sumWad;
        for (uint256 i = 0; i < terms.length; ++i) {
            TradeTerms calldata term = terms[i];
            if (!desk.filled[i]) revert IVaultErrors.Vault_TermsWithoutFill(term.account);
            if (desk.opens[i]) {
                if (term.reduceOnly) revert IVaultErrors.Vault_NotReducing(term.account);
                if (desk.headers[i].isFrozen()) revert IVaultErrors.Vault_AccountFrozen(term.account);
            }
            uint256 feeWad = term.feeNotionalWad.fullMulDivUp(feeBps, BPS);
            if (feeWad > term.maxFeeWad) {
                revert IVaultErrors.Vault_FeeAboveMaximum(term.account, feeWad, term.maxFeeWad);
            }
            if (feeWad == 0) continue;
            desk.feesWad[i] = feeWad;
            sumWad += feeWad;
            desk.headers[i] = desk.headers[i].plusCash(-_signed(feeWad));
            emit IVaultEvents.FeeCharged(term.account, feeWad);
        }
        if (sumWad != 0) AccountLedger.addCash(s, toAccountId(address(this), 0), _signed(sumWad));
    }

    function _concludeOpening(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        AccountId account,
        bool batch
    ) private {
        uint256 checks = Solvency.MARGIN | Solvency.OPEN;
        if (batch) Session.defer(account, checks);
        else Solvency.enforce(s, w, desk.marks, account, checks);
    }

    /// @dev Asks no breaker: closing never depends on one (invariant 10).
    function _concludeReducing(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Fill[] calldata fills,
        AccountId account,
        uint256 place,
        bool batch
    ) private {
        if (Solvency.isFree(s, w, account, desk.headers[place])) return;
        Portfolio memory portfolio = Portfolios.read(s, w, desk.marks, account, desk.headers[place]);
        if (w.risk.initialSurplus(portfolio, WAD) >= 0) return;

        Solvency.Judgement memory judged = _judge(
            s,
            w,
            desk,
            portfolio,
            _undo(desk, fills, account, place),
            account,
            place
        );
        if (judged.verdict == Solvency.Reduction.Holds) return;
        if (batch) return Session.defer(account, Solvency.MARGIN);
        if (judged.verdict == Solvency.Reduction.Worsens) {
            revert IVaultErrors.Vault_ReductionWorsens(account, judged.actualWad, judged.leastWad);
        }
        revert IVaultErrors.Vault_ReductionGivesAway(account, judged.actualWad, judged.leastWad);
    }

    function _judge(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Portfolio memory afterwards,
        Adjustment memory back,
        AccountId account,
        uint256 place
    ) private view returns (Solvency.Judgement memory) {
        Portfolio memory before = Portfolios.readAdjusted(s, w, desk.marks, account, desk.headers[place], back);
        uint256 allowanceWad = desk.notionalWad[place].fullMulDiv(s.domain.policy.reductionToleranceBps, BPS);
        allowanceWad += desk.feesWad[place];
        return Solvency.judgeReduction(w.risk, before, afterwards, allowanceWad);
    }

    /// @dev What takes the account back to where it was before its fills and fee. Settlement changes no value.
    function _undo(
        Desk memory desk,
        Fill[] calldata fills,
        AccountId account,
        uint256 place
    ) private pure returns (Adjustment memory back) {
        back.lots = new int256[](UNDERLYING_LIMIT);
        back.cashWad = _signed(desk.feesWad[place]) - desk.tradedWad[place];
        for (uint256 i = 0; i < fills.length; ++i) {
            Fill calldata fill = fills[i];
            uint256 asset = AssetId.unwrap(fill.instrument.underlyingOf());
            if (fill.buyer == account) back.lots[asset] -= int256(uint256(fill.lots));
            else if (fill.seller == account) back.lots[asset] += int256(uint256(fill.lots));
            else continue;
            back.bitmap |= 1 << asset;
        }
    }

    /// @dev A value beyond int256 is beyond the 112 bits of cash: `plusCash` refuses it either way.
    function _signed(uint256 amountWad) private pure returns (int256) {
        if (amountWad > uint256(type(int256).max)) return type(int256).max;
        return int256(amountWad);
    }
}
