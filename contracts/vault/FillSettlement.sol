// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentKind} from "../types/InstrumentId.sol";
import {PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {VaultState} from "./VaultState.sol";

/// @title FillSettlement
/// @notice Books balanced fills and their fees, and tells what an account looked like before them.
library FillSettlement {
    using AccountLedger for VaultState;

    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_LOTS = uint256(uint64(type(int64).max));

    /// @notice Books the fills: the same lots and the same cash on both sides.
    /// @return assetBitmap Underlyings traded.
    /// @return cashWad Cash of each fill, WAD.
    function bookFills(
        VaultState storage self,
        IPerpMarkets perps,
        Fill[] calldata fills
    ) internal returns (uint256 assetBitmap, uint256[] memory cashWad) {
        cashWad = new uint256[](fills.length);
        for (uint256 i; i < fills.length; ++i) {
            (AssetId asset, uint256 paidWad) = bookFill(self, perps, fills[i]);
            assetBitmap |= uint256(1) << AssetId.unwrap(asset);
            cashWad[i] = paidWad;
        }
    }

    function bookFill(
        VaultState storage self,
        IPerpMarkets perps,
        Fill calldata fill
    ) private returns (AssetId asset, uint256 paidWad) {
        if (fill.buyer == fill.seller) revert IMarginVault.Vault_SameAccount(fill.buyer);
        if (fill.lots == 0 || fill.lots > MAX_LOTS) revert IMarginVault.Vault_LotsOutOfBounds(fill.lots, MAX_LOTS);
        if (!fill.instrument.isCanonical() || fill.instrument.kindOf() != InstrumentKind.Perpetual) {
            revert IMarginVault.Vault_InstrumentNotTradable(fill.instrument);
        }
        asset = fill.instrument.underlyingOf();
        uint256 lotSizeWad = self.exchangeLots(
            perps,
            AccountLedger.LotDeal(asset, fill.buyer, fill.seller, int64(fill.lots), fill.priceWad)
        );
        paidWad = AccountLedger.notionalWad(fill.lots, lotSizeWad, fill.priceWad);
        self.addCash(fill.buyer, -int256(paidWad));
        self.addCash(fill.seller, int256(paidWad));
        emit IMarginVault.Filled(fill.buyer, fill.seller, asset, fill.lots, fill.priceWad, paidWad);
    }

    /// @notice Refuses fills of accounts that signed no terms, and terms given twice.
    function requireTerms(Fill[] calldata fills, TradeTerms[] calldata terms) internal pure {
        for (uint256 i; i < terms.length; ++i) {
            for (uint256 j; j < i; ++j) {
                if (terms[i].account == terms[j].account) revert IMarginVault.Vault_TermsTwice(terms[i].account);
            }
        }
        for (uint256 i; i < fills.length; ++i) {
            requireTermsOf(fills[i].buyer, terms);
            requireTermsOf(fills[i].seller, terms);
        }
    }

    function requireTermsOf(AccountId account, TradeTerms[] calldata terms) private pure {
        for (uint256 i; i < terms.length; ++i) {
            if (terms[i].account == account) return;
        }
        revert IMarginVault.Vault_TermsMissing(account);
    }

    /// @notice Charges every account its fee, rounded up, and gives it to fund and treasury.
    function chargeFees(
        VaultState storage self,
        TradeTerms[] calldata terms
    ) internal returns (uint256[] memory feesWad) {
        IMarginVault.FeeTerms memory fee = self.feeTerms;
        feesWad = new uint256[](terms.length);
        uint256 sumWad;
        for (uint256 i; i < terms.length; ++i) {
            uint256 feeWad = FixedPointMathLib.fullMulDivUp(terms[i].feeNotionalWad, fee.feeBps, BPS);
            AccountId account = terms[i].account;
            if (feeWad > terms[i].maxFeeWad) {
                revert IMarginVault.Vault_FeeAboveMaximum(account, feeWad, terms[i].maxFeeWad);
            }
            if (feeWad == 0) continue;
            feesWad[i] = feeWad;
            sumWad += feeWad;
            self.addCash(account, -int256(feeWad));
            emit IMarginVault.FeeCharged(account, feeWad);
        }
        if (sumWad == 0) return feesWad;
        uint256 fundWad = (sumWad * fee.fundShareBps) / BPS;
        if (fundWad != 0) self.addCash(self.fundAccount, int256(fundWad));
        if (fundWad != sumWad) self.addCash(fee.treasury, int256(sumWad - fundWad));
    }

    /// @notice Net lots that the fills gave to `account` in `asset`, signed.
    function netLots(Fill[] calldata fills, AccountId account, AssetId asset) internal pure returns (int256 lots) {
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].instrument.underlyingOf() != asset) continue;
            if (fills[i].buyer == account) lots += int256(uint256(fills[i].lots));
            if (fills[i].seller == account) lots -= int256(uint256(fills[i].lots));
        }
    }

    /// @notice Refuses unless the fills only shrank the positions of `account`, without crossing zero.
    function requireReduction(VaultState storage self, Fill[] calldata fills, AccountId account) internal view {
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].buyer != account && fills[i].seller != account) continue;
            AssetId asset = fills[i].instrument.underlyingOf();
            int64 lotsAfter = self.perps[account][asset].lots();
            int256 lotsBefore = lotsAfter - netLots(fills, account, asset);
            bool smaller = FixedPointMathLib.abs(lotsAfter) < FixedPointMathLib.abs(lotsBefore);
            bool sameSide = lotsAfter == 0 || (lotsAfter > 0) == (lotsBefore > 0);
            // Before the fills the account held them as int64.
            if (!smaller || !sameSide) {
                revert IMarginVault.Vault_NotReducing(account, asset, int64(lotsBefore), lotsAfter);
            }
        }
    }

    /// @notice The portfolio of `account` before the fills and its fee, valued as of now.
    function undo(
        VaultState storage self,
        IPerpMarkets perps,
        Fill[] calldata fills,
        uint256[] memory cashWad,
        Portfolio memory present,
        AccountId account
    ) internal view returns (Portfolio memory past) {
        past.cashWad = present.cashWad;
        past.collateral = present.collateral;
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].buyer == account) past.cashWad += int256(cashWad[i]);
            if (fills[i].seller == account) past.cashWad -= int256(cashWad[i]);
        }
        uint256 bitmap = self.headers[account].perpBitmap();
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].buyer != account && fills[i].seller != account) continue;
            bitmap |= uint256(1) << AssetId.unwrap(fills[i].instrument.underlyingOf());
        }
        past.perps = positionsBefore(self, perps, fills, account, bitmap);
    }

    function positionsBefore(
        VaultState storage self,
        IPerpMarkets perps,
        Fill[] calldata fills,
        AccountId account,
        uint256 bitmap
    ) private view returns (PerpHolding[] memory holdings) {
        IPerpMarkets.MarketMark[] memory marks = perps.marksOf(bitmap);
        holdings = new PerpHolding[](marks.length);
        for (uint256 i; i < marks.length; ++i) {
            AssetId asset = AssetId.wrap(uint16(FixedPointMathLib.log2(bitmap & (~bitmap + 1))));
            bitmap &= bitmap - 1;
            int256 lots = int256(self.perps[account][asset].lots()) - netLots(fills, account, asset);
            holdings[i] = PerpHolding(asset, lots * int256(marks[i].lotSizeWad));
        }
    }
}
