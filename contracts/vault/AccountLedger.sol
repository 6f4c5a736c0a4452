// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {PerpWord, packPerp} from "../types/PerpWord.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {AccountHeader} from "./AccountHeader.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {CollateralToken, VaultState} from "./VaultState.sol";

/// @title AccountLedger
/// @notice The only writer of cash, collateral and positions. Each function keeps invariants 1, 2 and 3 or moves one side
/// of a pair whose other side its caller moves by the same number.
library AccountLedger {
    using AccountLedger for VaultState;
    using CashDeficit for VaultState;

    /// @notice An exchange of lots.
    /// @param lots Signed lots that `first` gets and `second` gives.
    /// @param tradePriceWad Price of the trade, WAD; 0 for a transfer.
    struct LotDeal {
        AssetId asset;
        AccountId first;
        AccountId second;
        int64 lots;
        uint256 tradePriceWad;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant WAD_DECIMALS = 18;

    // --------------------------------------------------------------------------------------------------------- cash

    /// @notice Changes settled cash by `deltaWad`, and lists the account the first time.
    function addCash(VaultState storage self, AccountId account, int256 deltaWad) internal {
        self.headers[account] = self.enlist(account).plusCash(deltaWad);
    }

    /// @notice Header of `account`, with the account in the list of accounts.
    function enlist(VaultState storage self, AccountId account) internal returns (AccountHeader header) {
        header = self.headers[account];
        if (header.isListed()) return header;
        self.accounts.push(account);
        return header.withListed();
    }

    // --------------------------------------------------------------------------------------------------- collateral

    /// @notice Credits collateral, token base units.
    function addCollateral(VaultState storage self, AccountId account, uint8 index, uint256 amount) internal {
        uint256 held = self.collateral[account][index];
        self.collateral[account][index] = held + amount;
        if (held == 0 && amount != 0) self.headers[account] = self.enlist(account).withCollateral(index, true);
    }

    /// @notice Debits collateral, or refuses with `Vault_InsufficientCollateral`.
    function takeCollateral(VaultState storage self, AccountId account, uint8 index, uint256 amount) internal {
        uint256 held = self.collateral[account][index];
        if (amount > held) {
            revert IMarginVault.Vault_InsufficientCollateral(account, self.tokens[index].token, amount, held);
        }
        // Checked on the line above.
        unchecked {
            self.collateral[account][index] = held - amount;
        }
        if (held == amount) self.headers[account] = self.headers[account].withCollateral(index, false);
    }

    // ---------------------------------------------------------------------------------------------------- positions

    /// @notice Moves the lots of `deal` between two accounts at the market's indices now.
    /// @return lotSizeWad Underlying per lot, WAD.
    function exchangeLots(
        VaultState storage self,
        IPerpMarkets perps,
        LotDeal memory deal
    ) internal returns (uint256 lotSizeWad) {
        PerpWord firstWord = self.perps[deal.first][deal.asset];
        PerpWord secondWord = self.perps[deal.second][deal.asset];
        int64 firstAfter = firstWord.lots() + deal.lots;
        int64 secondAfter = secondWord.lots() - deal.lots;
        IPerpMarkets.MarketMark memory mark = perps.record(
            IPerpMarkets.PositionChange({
                asset: deal.asset,
                firstBefore: firstWord.lots(),
                firstAfter: firstAfter,
                secondBefore: secondWord.lots(),
                secondAfter: secondAfter,
                tradePriceWad: deal.tradePriceWad
            })
        );
        self.resettle(deal.first, deal.asset, firstWord, firstAfter, mark);
        self.resettle(deal.second, deal.asset, secondWord, secondAfter, mark);
        return mark.lotSizeWad;
    }

    /// @notice Settles what a position is due into cash and stores it with `lotsAfter`.
    function resettle(
        VaultState storage self,
        AccountId account,
        AssetId asset,
        PerpWord word,
        int64 lotsAfter,
        IPerpMarkets.MarketMark memory mark
    ) internal {
        AccountHeader header = self.enlist(account);
        int64 lotsBefore = word.lots();
        if (lotsBefore != 0) {
            int256 dueWad = word.pendingWad(sideIndexWad(lotsBefore, mark));
            if (dueWad != 0) {
                header = header.plusCash(dueWad);
                emit IMarginVault.PositionSettled(account, asset, dueWad);
            }
        }
        if ((lotsBefore == 0) != (lotsAfter == 0)) header = header.withPerp(asset, lotsAfter != 0);
        self.headers[account] = header;
        self.perps[account][asset] = packPerp(lotsAfter, sideIndexWad(lotsAfter, mark));
    }

    /// @notice Index of the side on which `lots` is.
    function sideIndexWad(int64 lots, IPerpMarkets.MarketMark memory mark) internal pure returns (int256) {
        return lots < 0 ? mark.shortIndexWad : mark.longIndexWad;
    }

    // -------------------------------------------------------------------------------------------------------- views

    /// @notice Settled cash with everything due up to now, WAD.
    function cashNow(
        VaultState storage self,
        IPerpMarkets perps,
        AccountId account
    ) internal view returns (int256 cashWad) {
        AccountHeader header = self.headers[account];
        (cashWad, ) = self.positionsOf(perps, account, header);
    }

    /// @notice The account as the risk engine sees it.
    function portfolio(
        VaultState storage self,
        IPerpMarkets perps,
        AccountId account
    ) internal view returns (Portfolio memory held) {
        AccountHeader header = self.headers[account];
        (held.cashWad, held.perps) = self.positionsOf(perps, account, header);
        held.collateral = self.collateralOf(account, header.collateralBitmap());
    }

    function positionsOf(
        VaultState storage self,
        IPerpMarkets perps,
        AccountId account,
        AccountHeader header
    ) internal view returns (int256 cashWad, PerpHolding[] memory holdings) {
        cashWad = header.cashWad();
        if (header.hasDeficit()) cashWad -= int256(self.interestDue(account));
        uint256 bitmap = header.perpBitmap();
        if (bitmap == 0) return (cashWad, holdings);
        IPerpMarkets.MarketMark[] memory marks = perps.marksOf(bitmap);
        holdings = new PerpHolding[](marks.length);
        for (uint256 i; i < marks.length; ++i) {
            AssetId asset = AssetId.wrap(uint16(LibBit.ffs(bitmap)));
            bitmap &= bitmap - 1;
            PerpWord word = self.perps[account][asset];
            int64 lots = word.lots();
            cashWad += word.pendingWad(sideIndexWad(lots, marks[i]));
            // Lots below 2^63 times a lot size of at most 1e24 fit.
            holdings[i] = PerpHolding(asset, int256(lots) * int256(marks[i].lotSizeWad));
        }
    }

    function collateralOf(
        VaultState storage self,
        AccountId account,
        uint256 bitmap
    ) internal view returns (CollateralHolding[] memory holdings) {
        holdings = new CollateralHolding[](LibBit.popCount(bitmap));
        for (uint256 i; bitmap != 0; ++i) {
            uint8 index = uint8(LibBit.ffs(bitmap));
            bitmap &= bitmap - 1;
            CollateralToken storage token = self.tokens[index];
            uint256 scale = 10 ** (WAD_DECIMALS - token.decimals);
            holdings[i] = CollateralHolding(index, self.collateral[account][index] * scale);
        }
    }

    /// @notice Cash that `lots` cost at `priceWad`, WAD; one number for both sides, so its rounding moves nothing.
    function notionalWad(uint256 lots, uint256 lotSizeWad, uint256 priceWad) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDiv(lots * lotSizeWad, priceWad, WAD);
    }
}
