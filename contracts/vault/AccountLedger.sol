// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {PerpWord, packPerp} from "../types/PerpWord.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {VaultState, Wiring} from "./VaultState.sol";

/// @notice `lots` (signed) of the perpetual on `asset` move from `second` to `first`.
/// @param priceWad Price of the trade, WAD; 0 for a transfer.
struct Shift {
    AccountId first;
    AccountId second;
    AssetId asset;
    int64 lots;
    uint256 priceWad;
}

/// @notice What a shift did: cash that settled, signed, and whether each position shrank and is still there.
struct Shifted {
    int256 firstSettledWad;
    int256 secondSettledWad;
    bool firstShrank;
    bool secondShrank;
    bool firstHolds;
    bool secondHolds;
}

/// @title AccountLedger
/// @notice The entries of the ledger. Headers are changed in memory by the caller and written once with `store`; words
/// of positions and collateral are written here.
library AccountLedger {
    using FixedPointMathLib for int256;
    using SafeCastLib for int256;

    /// @notice Writes a header; an account seen for the first time joins the list.
    function store(VaultState storage s, AccountId account, AccountHeader header) internal {
        if (!header.isListed()) {
            header = header.withListed();
            emit IVaultEvents.AccountListed(account, s.accounts.length);
            s.accounts.push(account);
        }
        s.headers[account] = header;
    }

    /// @notice Credits what accounts pay to all: to the insurance fund, to the account of fees until there is one.
    /// @param amountWad WAD, positive.
    function creditFund(VaultState storage s, uint256 amountWad) internal returns (AccountId payee) {
        payee = s.fundAccount;
        if (payee.ownerOf() == address(0)) payee = toAccountId(address(this), 0);
        addCash(s, payee, int256(amountWad));
    }

    /// @notice Adds signed cash to a stored header.
    function addCash(VaultState storage s, AccountId account, int256 deltaWad) internal {
        store(s, account, s.headers[account].plusCash(deltaWad));
    }

    /// @notice Adds collateral, token units. The header is returned, not stored.
    function putCollateral(
        VaultState storage s,
        AccountId account,
        AccountHeader header,
        uint8 index,
        uint256 amount
    ) internal returns (AccountHeader) {
        s.collateral[account][index] += amount;
        return header.withCollateral(index, true);
    }

    /// @notice Takes collateral, token units, or refuses. The header is returned, not stored.
    function takeCollateral(
        VaultState storage s,
        AccountId account,
        AccountHeader header,
        uint8 index,
        uint256 amount
    ) internal returns (AccountHeader) {
        uint256 held = s.collateral[account][index];
        if (amount > held) {
            revert IVaultErrors.Vault_InsufficientCollateral(account, s.collateralTokens[index], amount, held);
        }
        s.collateral[account][index] = held - amount;
        return header.withCollateral(index, held != amount);
    }

    /// @notice Moves lots of a perpetual: reports the change to the markets, settles both positions at the indices they
    /// answer, writes both words. What settles passes through clearing. Headers are the caller's.
    function shiftLots(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        Shift memory shift
    ) internal returns (Shifted memory result) {
        AssetId asset = shift.asset;
        mapping(AssetId asset => PerpWord) storage firstWords = s.perps[shift.first];
        mapping(AssetId asset => PerpWord) storage secondWords = s.perps[shift.second];
        PerpWord firstWord = firstWords[asset];
        PerpWord secondWord = secondWords[asset];
        IPerpMarkets.PositionChange memory change;
        change.asset = asset;
        change.firstBefore = firstWord.lots();
        change.firstAfter = (int256(change.firstBefore) + shift.lots).toInt64();
        change.secondBefore = secondWord.lots();
        change.secondAfter = (int256(change.secondBefore) - shift.lots).toInt64();
        change.tradePriceWad = shift.priceWad;

        IPerpMarkets.MarketMark memory mark = w.perps.record(change);
        if (mark.lotSizeWad == 0) revert IVaultErrors.Vault_MarketNotListed(asset);
        Portfolios.put(marks, asset, mark);

        result.firstSettledWad = firstWord.pendingWad(_sideIndexWad(mark, change.firstBefore));
        result.secondSettledWad = secondWord.pendingWad(_sideIndexWad(mark, change.secondBefore));
        firstWords[asset] = packPerp(change.firstAfter, _sideIndexWad(mark, change.firstAfter));
        secondWords[asset] = packPerp(change.secondAfter, _sideIndexWad(mark, change.secondAfter));
        result.firstShrank = shrank(change.firstBefore, change.firstAfter);
        result.secondShrank = shrank(change.secondBefore, change.secondAfter);
        result.firstHolds = change.firstAfter != 0;
        result.secondHolds = change.secondAfter != 0;
        int256 settledWad = result.firstSettledWad + result.secondSettledWad;
        if (settledWad != 0) s.clearingWad = (s.clearingWad - settledWad).toInt128();
    }

    /// @notice Whether a position came closer to zero without passing it.
    function shrank(int64 lotsBefore, int64 lotsAfter) internal pure returns (bool) {
        if (lotsAfter != 0 && (lotsAfter > 0) != (lotsBefore > 0)) return false;
        return int256(lotsAfter).abs() < int256(lotsBefore).abs();
    }

    function _sideIndexWad(IPerpMarkets.MarketMark memory mark, int64 lots) private pure returns (int256) {
        return lots > 0 ? mark.longIndexWad : mark.shortIndexWad;
    }
}
