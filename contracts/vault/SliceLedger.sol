// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {InstrumentKind, optionOf} from "../types/InstrumentId.sol";
import {OptionWord} from "../types/OptionWord.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger, Shift, Shifted} from "./AccountLedger.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {LegShift, OptionLedger} from "./OptionLedger.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {Solvency} from "./Solvency.sol";
import {VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title SliceLedger
/// @notice What the modules move between accounts: slices of portfolios, collateral for cash, cash.
library SliceLedger {
    using FixedPointMathLib for uint256;
    using SafeCastLib for int256;
    using SafeCastLib for uint256;

    /// @notice Both sides of a move; headers are written once at its end.
    struct Move {
        AccountId from;
        AccountId to;
        AccountHeader fromHeader;
        AccountHeader toHeader;
        uint256 fractionWad;
    }

    /// @notice See `IMarginVault.transferSlice`.
    function transferSlice(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        uint256 fractionWad,
        int256 paymentWad
    ) internal {
        if (fractionWad == 0 || fractionWad > WAD) revert IVaultErrors.Vault_FractionOutOfRange(fractionWad);
        Move memory move = _begin(s, w, from, to);
        move.fractionWad = fractionWad;
        Marks memory marks = Portfolios.unknownMarks();
        _settleOptions(s, w, marks, move);
        _movePositions(s, w, marks, move);
        _moveOptions(s, w, marks, move);
        OptionLedger.requireRoom(to, move.toHeader);
        _moveCash(move, _cashPart(move.fromHeader.cashWad(), fractionWad) - paymentWad);
        _moveAllCollateral(s, move);
        _end(s, w, move);
        Solvency.enforce(s, w, marks, to, Solvency.MARGIN);
    }

    /// @notice See `IMarginVault.exchangeCollateral`.
    function exchangeCollateral(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        uint8 index,
        uint256 amount,
        uint256 cashWad
    ) internal {
        if (amount == 0) revert IVaultErrors.Vault_ZeroAmount();
        uint256 count = s.collateralTokens.length;
        if (index >= count) revert IVaultErrors.Vault_UnknownCollateral(index, count);
        Move memory move = _begin(s, w, from, to);
        _moveCollateral(s, move, index, amount);
        _moveCash(move, -cashWad.toInt256());
        _end(s, w, move);
        uint256 checks = Solvency.MARGIN | Solvency.CASH_OUT;
        Solvency.enforce(s, w, Portfolios.unknownMarks(), to, checks);
    }

    /// @notice See `IMarginVault.moveCash`.
    function moveCash(VaultState storage s, Wiring memory w, AccountId from, AccountId to, uint256 amountWad) internal {
        requireDistinct(from, to);
        AccountLedger.addCash(s, from, -amountWad.toInt256());
        CashDeficit.credit(s, w, to, amountWad);
        emit IVaultEvents.CashMoved(from, to, int256(amountWad));
    }

    /// @notice See `IMarginVault.creditFromLoss`.
    function creditFromLoss(VaultState storage s, Wiring memory w, AccountId account, uint256 amountWad) internal {
        requireOwned(account);
        s.clearingWad = (s.clearingWad - amountWad.toInt256()).toInt128();
        CashDeficit.credit(s, w, account, amountWad);
        emit IVaultEvents.LossCredited(account, amountWad);
    }

    /// @notice Reverts unless the accounts differ and `to` has an owner who can act.
    function requireDistinct(AccountId from, AccountId to) internal view {
        if (from == to) revert IVaultErrors.Vault_SameAccount(from);
        requireOwned(to);
    }

    /// @notice Reverts for accounts of nobody and of the vault itself.
    function requireOwned(AccountId account) internal view {
        address owner = account.ownerOf();
        if (owner == address(0) || owner == address(this)) revert IVaultErrors.Vault_NoOwner(account);
    }

    /// @dev Interest and carrying charge due are settled first, so that a slice takes its part of them.
    function _begin(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to
    ) private returns (Move memory move) {
        requireDistinct(from, to);
        move.from = from;
        move.to = to;
        CarryingCharge.close(s, w, from);
        move.fromHeader = CashDeficit.settle(s, w, from);
        move.toHeader = CashDeficit.settle(s, w, to);
        // Interest of `to` may have been paid to `from`.
        if (from == s.fundAccount) move.fromHeader = s.headers[from];
        if (move.toHeader.isFrozen()) revert IVaultErrors.Vault_AccountFrozen(to);
    }

    function _end(VaultState storage s, Wiring memory w, Move memory move) private {
        AccountLedger.store(s, move.from, move.fromHeader);
        AccountLedger.store(s, move.to, move.toHeader);
        if (move.fromHeader.hasDeficit()) CashDeficit.assess(s, w, move.from);
    }

    function _movePositions(VaultState storage s, Wiring memory w, Marks memory marks, Move memory move) private {
        uint256 bitmap = move.fromHeader.perpBitmap();
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            AssetId asset = Portfolios.lowestAsset(bitmap);
            // Signed division rounds toward zero; the fraction is at most 1, so the part fits where the whole did.
            int64 lots = int64((int256(s.perps[move.from][asset].lots()) * int256(move.fractionWad)) / int256(WAD));
            // What is due to a position settles even where none of it moves: the slice takes its part of all cash.
            Shifted memory done = AccountLedger.shiftLots(s, w, marks, Shift(move.to, move.from, asset, lots, 0));
            move.toHeader = move.toHeader.plusCash(done.firstSettledWad).withPerp(asset, done.firstHolds);
            move.fromHeader = move.fromHeader.plusCash(done.secondSettledWad).withPerp(asset, done.secondHolds);
            emit IVaultEvents.PositionMoved(
                move.from,
                move.to,
                asset,
                lots,
                done.secondSettledWad,
                done.firstSettledWad
            );
        }
    }

    /// @dev What is settled is cash first, so that the slice takes its part of it as such.
    function _settleOptions(VaultState storage s, Wiring memory w, Marks memory marks, Move memory move) private {
        if (move.fromHeader.expiryBitmap() != 0) {
            (move.fromHeader, ) = OptionLedger.settle(s, w, marks, move.from, move.fromHeader);
        }
        if (move.toHeader.expiryBitmap() != 0) {
            (move.toHeader, ) = OptionLedger.settle(s, w, marks, move.to, move.toHeader);
        }
    }

    function _moveOptions(VaultState storage s, Wiring memory w, Marks memory marks, Move memory move) private {
        uint256 bitmap = move.fromHeader.expiryBitmap();
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            uint8 slot = Portfolios.lowestSlot(bitmap);
            OptionWord legs = s.options[move.from][slot];
            uint256 count = legs.legCount();
            for (uint256 i = 0; i < count; ++i) _moveLeg(s, w, marks, move, slot, legs, i);
        }
    }

    function _moveLeg(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        Move memory move,
        uint8 slot,
        OptionWord legs,
        uint256 position
    ) private {
        LegShift memory shift;
        (shift.first, shift.second, shift.slot) = (move.to, move.from, slot);
        (shift.lots, shift.strikeIndex, shift.isPut) = legs.legAt(position);
        // As for perpetuals: toward zero, and the part fits where the whole did.
        shift.lots = int24((int256(shift.lots) * int256(move.fractionWad)) / int256(WAD));
        // What is owed settles even where nothing moves: the slice takes its part of all cash.
        if (shift.lots == 0 && Portfolios.expiryMark(marks, slot).lossCount == 0) return;
        Shifted memory done = OptionLedger.shift(s, w, marks, shift);
        move.toHeader = move.toHeader.plusCash(done.firstSettledWad).withExpiry(slot, done.firstHolds);
        move.fromHeader = move.fromHeader.plusCash(done.secondSettledWad).withExpiry(slot, done.secondHolds);
        ExpiryWord expiry = Portfolios.expiryMark(marks, slot).expiry;
        emit IVaultEvents.OptionMoved(
            move.from,
            move.to,
            optionOf(
                expiry.underlyingOf(),
                shift.isPut ? InstrumentKind.Put : InstrumentKind.Call,
                expiry.expiryOf(),
                uint128(expiry.strikeWadOf(shift.strikeIndex))
            ),
            shift.lots,
            done.secondSettledWad,
            done.firstSettledWad
        );
    }

    function _moveAllCollateral(VaultState storage s, Move memory move) private {
        uint256 bitmap = move.fromHeader.collateralBitmap();
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            uint8 index = uint8(AssetId.unwrap(Portfolios.lowestAsset(bitmap)));
            uint256 amount = s.collateral[move.from][index].fullMulDiv(move.fractionWad, WAD);
            if (amount != 0) _moveCollateral(s, move, index, amount);
        }
    }

    function _moveCollateral(VaultState storage s, Move memory move, uint8 index, uint256 amount) private {
        move.fromHeader = AccountLedger.takeCollateral(s, move.from, move.fromHeader, index, amount);
        move.toHeader = AccountLedger.putCollateral(s, move.to, move.toHeader, index, amount);
        emit IVaultEvents.CollateralMoved(move.from, move.to, index, amount);
    }

    function _moveCash(Move memory move, int256 amountWad) private {
        move.fromHeader = move.fromHeader.plusCash(-amountWad);
        move.toHeader = move.toHeader.plusCash(amountWad);
        emit IVaultEvents.CashMoved(move.from, move.to, amountWad);
    }

    /// @dev Cash rounds toward minus infinity: the taker gets less of a credit, more of a debt.
    function _cashPart(int256 cashWad, uint256 fractionWad) private pure returns (int256) {
        // Cash has 112 bits, the fraction at most 60: products and quotients fit.
        if (cashWad >= 0) return int256(uint256(cashWad).fullMulDiv(fractionWad, WAD));
        return -int256(uint256(-cashWad).fullMulDivUp(fractionWad, WAD));
    }
}
