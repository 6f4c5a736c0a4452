// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId, UNDERLYING_LIMIT} from "../types/AssetId.sol";
import {InstrumentId, InstrumentKind} from "../types/InstrumentId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";
import {UnpaidGains} from "../types/UnpaidGains.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger, Shift, Shifted} from "./AccountLedger.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {LegShift, OptionLedger} from "./OptionLedger.sol";
import {Adjustment, LegBack, Marks, Portfolios} from "./Portfolios.sol";
import {Session} from "./Session.sol";
import {Solvency} from "./Solvency.sol";
import {BPS, MAX_ACCOUNTS, MAX_BATCH, VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title FillDesk
/// @notice Applies balanced fills: each header is read once, changed in memory and written once. Linked into
/// `MarginVault` and run on its storage, see `VaultDesk`.
library FillDesk {
    using FixedPointMathLib for uint256;

    /// @notice An account of one call.
    /// @param tradedWad Cash from fills, without what settled, signed.
    /// @param notionalWad Sum of the notionals of its fills.
    /// @param feeWad Fee charged, surcharge apart.
    /// @param feeNotionalWad Of its terms, as is `maxFeeWad`; 0 where no fee is charged.
    /// @param opens Whether a fill opened, grew or flipped a position.
    /// @param filled Whether it has a fill.
    struct Seat {
        AccountId account;
        AccountHeader header;
        int256 tradedWad;
        uint256 notionalWad;
        uint256 feeWad;
        uint256 feeNotionalWad;
        uint256 maxFeeWad;
        bool opens;
        bool filled;
    }

    /// @param seats The accounts in the order of the call's terms.
    /// @param portfolios Of each what is judged; empty where nothing is.
    struct Desk {
        Seat[] seats;
        Portfolio[] portfolios;
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
    ) external {
        if (fills.length == 0) revert IVaultErrors.Vault_EmptyBatch();
        if (fills.length > MAX_BATCH) revert IVaultErrors.Vault_BatchTooLarge(fills.length, MAX_BATCH);
        Desk memory desk = _open(s, terms);
        for (uint256 i = 0; i < fills.length; ++i) _fill(s, w, desk, fills[i]);
        _charge(s, desk, terms);
        for (uint256 i = 0; i < desk.seats.length; ++i) {
            AccountLedger.store(s, desk.seats[i].account, desk.seats[i].header);
        }
        _conclude(s, w, desk, fills, batch);
    }

    function _open(VaultState storage s, TradeTerms[] calldata terms) private view returns (Desk memory desk) {
        uint256 count = terms.length;
        if (count > MAX_ACCOUNTS) revert IVaultErrors.Vault_BatchTooLarge(count, MAX_ACCOUNTS);
        Seat[] memory seats = new Seat[](count);
        for (uint256 i = 0; i < count; ++i) {
            AccountId account = terms[i].account;
            address owner = account.ownerOf();
            if (owner == address(0) || owner == address(this)) revert IVaultErrors.Vault_NoOwner(account);
            for (uint256 j = 0; j < i; ++j) {
                if (seats[j].account == account) revert IVaultErrors.Vault_TermsTwice(account);
            }
            seats[i].account = account;
            seats[i].header = s.headers[account];
        }
        desk.seats = seats;
        desk.marks = Portfolios.unknownMarks();
    }

    function _fill(VaultState storage s, Wiring memory w, Desk memory desk, Fill calldata fill) private {
        bool option = _requireWellFormed(fill);
        Seat memory buyer = _seatOf(desk.seats, fill.buyer);
        Seat memory seller = _seatOf(desk.seats, fill.seller);
        (Shifted memory done, uint256 lotSizeWad) = option
            ? _shiftLegs(s, w, desk.marks, fill, buyer, seller)
            : _shiftLots(s, w, desk.marks, fill, buyer, seller);
        uint256 notionalWad = (uint256(fill.lots) * lotSizeWad).fullMulDiv(fill.priceWad, WAD);

        int256 signedWad = _signed(notionalWad);
        _enter(buyer, -signedWad, done.firstSettledWad, done.firstShrank);
        _enter(seller, signedWad, done.secondSettledWad, done.secondShrank);
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

    /// @return option Whether it is a fill of an option.
    function _requireWellFormed(Fill calldata fill) private pure returns (bool option) {
        InstrumentId instrument = fill.instrument;
        if (!instrument.isCanonical()) revert IVaultErrors.Vault_UnknownInstrument(instrument);
        option = instrument.kindOf() != InstrumentKind.Perpetual;
        uint64 lots = fill.lots;
        if (lots == 0) revert IVaultErrors.Vault_ZeroLots();
        uint64 limit = option ? uint64(uint24(type(int24).max)) : uint64(type(int64).max);
        if (lots > limit) revert IVaultErrors.Vault_LotsTooLarge(lots, limit);
        if (fill.priceWad == 0) revert IVaultErrors.Vault_ZeroPrice();
        if (fill.buyer == fill.seller) revert IVaultErrors.Vault_SameAccount(fill.buyer);
    }

    function _shiftLots(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        Fill calldata fill,
        Seat memory buyer,
        Seat memory seller
    ) private returns (Shifted memory done, uint256 lotSizeWad) {
        AssetId asset = fill.instrument.underlyingOf();
        done = AccountLedger.shiftLots(
            s,
            w,
            marks,
            Shift(fill.buyer, fill.seller, asset, int64(fill.lots), fill.priceWad)
        );
        buyer.header = buyer.header.withPerp(asset, done.firstHolds);
        seller.header = seller.header.withPerp(asset, done.secondHolds);
        lotSizeWad = Portfolios.lotSizeWad(marks, asset);
    }

    function _shiftLegs(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        Fill calldata fill,
        Seat memory buyer,
        Seat memory seller
    ) private returns (Shifted memory done, uint256 lotSizeWad) {
        LegShift memory move;
        (move.first, move.second, move.priceWad) = (fill.buyer, fill.seller, fill.priceWad);
        (move.slot, move.strikeIndex) = w.options.locate(fill.instrument);
        move.isPut = fill.instrument.kindOf() == InstrumentKind.Put;
        move.lots = int24(uint24(fill.lots));
        done = OptionLedger.shift(s, w, marks, move);
        buyer.header = buyer.header.withExpiry(move.slot, done.firstHolds);
        seller.header = seller.header.withExpiry(move.slot, done.secondHolds);
        lotSizeWad = Portfolios.expiryMark(marks, move.slot).expiry.lotSizeWadOf();
    }

    function _seatOf(Seat[] memory seats, AccountId account) private pure returns (Seat memory seat) {
        for (uint256 i = 0; i < seats.length; ++i) {
            seat = seats[i];
            if (seat.account == account) return seat;
        }
        revert IVaultErrors.Vault_TermsMissing(account);
    }

    /// @dev `plusCash` keeps cash within 112 bits, so the sum here cannot wrap either.
    function _enter(Seat memory seat, int256 tradedWad, int256 settledWad, bool shrank) private pure {
        seat.header = seat.header.plusCash(tradedWad + settledWad);
        seat.tradedWad += tradedWad;
        seat.notionalWad += tradedWad < 0 ? uint256(-tradedWad) : uint256(tradedWad);
        seat.filled = true;
        if (!shrank) seat.opens = true;
    }

    function _charge(VaultState storage s, Desk memory desk, TradeTerms[] calldata terms) private {
        uint256 feeBps = s.domain.policy.feeBps;
        uint256 sumWad;
        for (uint256 i = 0; i < terms.length; ++i) {
            TradeTerms calldata term = terms[i];
            Seat memory seat = desk.seats[i];
            if (!seat.filled) revert IVaultErrors.Vault_TermsWithoutFill(seat.account);
            if (seat.opens) {
                if (term.reduceOnly) revert IVaultErrors.Vault_NotReducing(seat.account);
                if (seat.header.isFrozen()) revert IVaultErrors.Vault_AccountFrozen(seat.account);
                OptionLedger.requireRoom(seat.account, seat.header);
            }
            uint256 feeWad = term.feeNotionalWad.fullMulDivUp(feeBps, BPS);
            if (feeWad > term.maxFeeWad) {
                revert IVaultErrors.Vault_FeeAboveMaximum(seat.account, feeWad, term.maxFeeWad);
            }
            if (feeWad == 0) continue;
            (seat.feeWad, seat.feeNotionalWad, seat.maxFeeWad) = (feeWad, term.feeNotionalWad, term.maxFeeWad);
            sumWad += feeWad;
            seat.header = seat.header.plusCash(-_signed(feeWad));
            emit IVaultEvents.FeeCharged(seat.account, feeWad);
        }
        if (sumWad != 0) AccountLedger.addCash(s, toAccountId(address(this), 0), _signed(sumWad));
    }

    /// @dev All portfolios are judged in one call, at one reading of the prices. An account that only reduced asks no
    /// breaker: closing never depends on one (invariant 10). An account that is not judged here, because it has neither
    /// positions nor debt or waits for the end of the batch, stands in the list with an empty portfolio.
    function _conclude(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Fill[] calldata fills,
        bool batch
    ) private {
        (bool any, uint256[] memory stressesWad) = _present(s, w, desk, batch);
        if (!any) return;
        (int256[] memory surplusesWad, uint256[] memory grossesWad) = w.risk.initialSurpluses(
            desk.portfolios,
            stressesWad
        );
        for (uint256 i = 0; i < surplusesWad.length; ++i) {
            Seat memory seat = desk.seats[i];
            if (batch && seat.opens) continue;
            int256 surplusWad = surplusesWad[i] - int256(UnpaidGains.sumWad(desk.portfolios[i]));
            if (surplusWad < 0) {
                if (seat.opens) revert IVaultErrors.Vault_BelowInitialMargin(seat.account, surplusWad);
                if (!_reductionHolds(s, w, desk, fills, i, batch)) continue;
            }
            _chargeHealth(s, w, seat, desk.portfolios[i], surplusWad, grossesWad[i]);
        }
    }

    function _chargeHealth(
        VaultState storage s,
        Wiring memory w,
        Seat memory seat,
        Portfolio memory portfolio,
        int256 surplusWad,
        uint256 grossWad
    ) private {
        uint256 shortWad = HealthFee.shortfallWad(surplusWad, grossWad, s.domain.policy.safeRatioBps);
        if (shortWad == 0 && !seat.header.hasCarry()) return;
        if (seat.opens) _surcharge(s, seat, shortWad, surplusWad);
        Solvency.assess(s, w, seat.account, portfolio, shortWad, grossWad);
    }

    /// @dev A reduction never pays it. Cash is written where it is stored: the header of the seat is out of date from here on.
    function _surcharge(VaultState storage s, Seat memory seat, uint256 shortWad, int256 surplusWad) private {
        uint256 rateWad = HealthFee.surchargeWad(s.domain.policy.feeBps, s.domain.policy.surchargeBps, shortWad);
        uint256 amountWad = seat.feeNotionalWad.fullMulDivUp(rateWad, WAD);
        if (amountWad == 0) return;
        if (amountWad > seat.maxFeeWad - seat.feeWad) {
            revert IVaultErrors.Vault_FeeAboveMaximum(seat.account, seat.feeWad + amountWad, seat.maxFeeWad);
        }
        Solvency.chargeSurcharge(s, seat.account, amountWad, surplusWad);
    }

    /// @dev Fills in the portfolios that are judged now, and asks the breaker where it has a say.
    /// @return any Whether there is one.
    /// @return stressesWad At which each is judged.
    function _present(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        bool batch
    ) private returns (bool any, uint256[] memory stressesWad) {
        Seat[] memory seats = desk.seats;
        Portfolio[] memory portfolios = new Portfolio[](seats.length);
        desk.portfolios = portfolios;
        stressesWad = new uint256[](seats.length);
        Solvency.Permit memory permit;
        for (uint256 i = 0; i < seats.length; ++i) {
            Seat memory seat = seats[i];
            stressesWad[i] = WAD;
            if (batch && seat.opens) {
                Session.defer(seat.account, Solvency.MARGIN | Solvency.OPEN);
                if (seat.feeWad != 0) _noteTrade(seat);
            } else if (!Solvency.isFree(s, w, seat.account, seat.header)) {
                any = true;
                portfolios[i] = Portfolios.read(s, w, desk.marks, seat.account, seat.header);
                if (!seat.opens) continue;
                stressesWad[i] = Solvency.stressToOpen(w, permit, seat.account, seat.header, portfolios[i]);
            } else if (seat.header.hasCarry()) {
                CarryingCharge.close(s, w, seat.account);
            }
        }
    }

    /// @dev The surcharge is a share of the notional whatever it is, so that what each trade accepts of it is a share as well: it
    /// exceeds none that a trade accepts just when it does not exceed the least.
    function _noteTrade(Seat memory seat) private {
        uint256 notionalWad = seat.feeNotionalWad;
        uint256 acceptedWad = (seat.maxFeeWad - seat.feeWad).min(notionalWad);
        Session.noteTrade(seat.account, notionalWad, acceptedWad.fullMulDiv(WAD, notionalWad));
    }

    /// @dev Of an account below initial margin that only reduced.
    /// @return holds Whether it stands; false = decided at the end of the batch.
    function _reductionHolds(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Fill[] calldata fills,
        uint256 place,
        bool batch
    ) private returns (bool holds) {
        Solvency.Judgement memory judged = _judge(s, w, desk, fills, place);
        if (judged.verdict == Solvency.Reduction.Holds) return true;
        AccountId account = desk.seats[place].account;
        if (batch) {
            Session.defer(account, Solvency.MARGIN);
            return false;
        }
        if (judged.verdict == Solvency.Reduction.Worsens) {
            revert IVaultErrors.Vault_ReductionWorsens(account, judged.actualWad, judged.leastWad);
        }
        revert IVaultErrors.Vault_ReductionGivesAway(account, judged.actualWad, judged.leastWad);
    }

    function _judge(
        VaultState storage s,
        Wiring memory w,
        Desk memory desk,
        Fill[] calldata fills,
        uint256 place
    ) private view returns (Solvency.Judgement memory) {
        Seat memory seat = desk.seats[place];
        Adjustment memory back = _undo(w, fills, seat);
        Portfolio memory before = Portfolios.readAdjusted(s, w, desk.marks, seat.account, seat.header, back);
        uint256 allowanceWad = seat.notionalWad.fullMulDiv(s.domain.policy.reductionToleranceBps, BPS) + seat.feeWad;
        return Solvency.judgeReduction(w.risk, before, desk.portfolios[place], allowanceWad);
    }

    /// @dev What takes the account back to where it was before its fills and fee. Settlement changes no value.
    function _undo(
        Wiring memory w,
        Fill[] calldata fills,
        Seat memory seat
    ) private view returns (Adjustment memory back) {
        back.lots = new int256[](UNDERLYING_LIMIT);
        back.legs = new LegBack[](fills.length);
        back.cashWad = _signed(seat.feeWad) - seat.tradedWad;
        for (uint256 i = 0; i < fills.length; ++i) {
            Fill calldata fill = fills[i];
            int256 lots = int256(uint256(fill.lots));
            if (fill.buyer == seat.account) lots = -lots;
            else if (fill.seller != seat.account) continue;
            if (fill.instrument.kindOf() == InstrumentKind.Perpetual) {
                uint256 asset = AssetId.unwrap(fill.instrument.underlyingOf());
                back.lots[asset] += lots;
                back.bitmap |= 1 << asset;
                continue;
            }
            LegBack memory leg = back.legs[i];
            (leg.slot, leg.strikeIndex) = w.options.locate(fill.instrument);
            leg.isPut = fill.instrument.kindOf() == InstrumentKind.Put;
            leg.lots = int24(lots);
            back.expiries |= uint256(1) << leg.slot;
        }
    }

    /// @dev A value beyond int256 is beyond the 112 bits of cash: `plusCash` refuses it either way.
    function _signed(uint256 amountWad) private pure returns (int256) {
        if (amountWad > uint256(type(int256).max)) return type(int256).max;
        return int256(amountWad);
    }
}
