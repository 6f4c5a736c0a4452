// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId, UNDERLYING_LIMIT} from "../types/AssetId.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {PerpWord} from "../types/PerpWord.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {DeficitInterest} from "./DeficitInterest.sol";
import {LegLosses} from "./LegLosses.sol";
import {MAX_DECIMALS, VaultState, Wiring} from "./VaultState.sol";

/// @notice Market marks known within one call: what `record` answered need not be asked again.
/// @param known Bit i: the words of asset i are filled in.
/// @param words Of asset i from 3 * i: lot size, long index, short index.
/// @param knownExpiries Bit i: the words of the expiry in slot i are filled in.
/// @param expiries Of slot i from 4 * i: expiry word, settlement price, what it will be, number of losses; empty until one is
/// known.
struct Marks {
    uint256 known;
    uint256[] words;
    uint256 knownExpiries;
    uint256[] expiries;
}

/// @notice Lots of one series that an account held before, added to what it holds.
struct LegBack {
    uint8 slot;
    uint8 strikeIndex;
    bool isPut;
    int24 lots;
}

/// @notice A portfolio that differs from the stored one: what it was before fills that are already applied.
/// @param bitmap Further perpetuals to list.
/// @param lots Lots to add, by asset.
/// @param expiries Further slots to list.
/// @param legs Lots to add, by series.
/// @param cashWad Cash to add, WAD.
struct Adjustment {
    uint256 bitmap;
    int256[] lots;
    uint256 expiries;
    LegBack[] legs;
    int256 cashWad;
}

/// @title Portfolios
/// @notice Turns stored words into the account as the risk engine sees it.
library Portfolios {
    using LibBit for uint256;
    using SafeCastLib for int256;

    uint256 private constant WORDS_PER_MARK = 3;
    uint256 private constant WORDS_PER_EXPIRY = 4;
    /// @dev Slots of the option markets: the bits of an account's expiry bitmap.
    uint256 private constant SLOTS = 64;

    /// @notice Marks of which none is known yet.
    function unknownMarks() internal pure returns (Marks memory marks) {
        marks.words = new uint256[](uint256(UNDERLYING_LIMIT) * WORDS_PER_MARK);
    }

    /// @notice Remembers the mark of one asset.
    function put(Marks memory marks, AssetId asset, IPerpMarkets.MarketMark memory mark) internal pure {
        uint256 i = AssetId.unwrap(asset);
        uint256[] memory words = marks.words;
        marks.known |= 1 << i;
        i *= WORDS_PER_MARK;
        words[i] = mark.lotSizeWad;
        words[i + 1] = uint256(mark.longIndexWad);
        words[i + 2] = uint256(mark.shortIndexWad);
    }

    /// @notice The lot size of a known asset, WAD.
    function lotSizeWad(Marks memory marks, AssetId asset) internal pure returns (uint256) {
        return marks.words[uint256(AssetId.unwrap(asset)) * WORDS_PER_MARK];
    }

    /// @notice Asks the markets for the marks of `bitmap` that are not known yet.
    function learn(Marks memory marks, IPerpMarkets perps, uint256 bitmap) internal view {
        uint256 missing = bitmap & ~marks.known;
        if (missing == 0) return;
        IPerpMarkets.MarketMark[] memory answers = perps.marksOf(missing);
        for (uint256 i = 0; missing != 0; ++i) {
            put(marks, lowestAsset(missing), answers[i]);
            missing &= missing - 1;
        }
    }

    /// @notice Remembers the mark of one expiry.
    function putExpiry(Marks memory marks, uint8 slot, IOptionMarkets.ExpiryMark memory mark) internal pure {
        if (marks.knownExpiries == 0) marks.expiries = new uint256[](SLOTS * WORDS_PER_EXPIRY);
        marks.knownExpiries |= uint256(1) << slot;
        uint256[] memory words = marks.expiries;
        uint256 i = uint256(slot) * WORDS_PER_EXPIRY;
        words[i] = ExpiryWord.unwrap(mark.expiry);
        words[i + 1] = mark.settlementPriceWad;
        words[i + 2] = mark.fixedPriceWad;
        words[i + 3] = mark.lossCount;
    }

    /// @notice The mark of a known expiry.
    function expiryMark(Marks memory marks, uint8 slot) internal pure returns (IOptionMarkets.ExpiryMark memory mark) {
        uint256[] memory words = marks.expiries;
        uint256 i = uint256(slot) * WORDS_PER_EXPIRY;
        mark.expiry = ExpiryWord.wrap(words[i]);
        mark.settlementPriceWad = words[i + 1];
        mark.fixedPriceWad = words[i + 2];
        mark.lossCount = words[i + 3];
    }

    /// @notice Asks the option markets for the expiries of `bitmap` that are not known yet.
    function learnExpiries(Marks memory marks, IOptionMarkets options, uint256 bitmap) internal view {
        uint256 missing = bitmap & ~marks.knownExpiries;
        if (missing == 0) return;
        IOptionMarkets.ExpiryMark[] memory answers = options.marksOf(uint64(missing));
        for (uint256 i = 0; missing != 0; ++i) {
            putExpiry(marks, lowestSlot(missing), answers[i]);
            missing &= missing - 1;
        }
    }

    /// @notice The slot of the lowest set bit.
    function lowestSlot(uint256 bitmap) internal pure returns (uint8) {
        return uint8(bitmap.ffs());
    }

    /// @notice The index of the side on which a position of `lots` is, WAD of cash per lot.
    function sideIndexWad(Marks memory marks, AssetId asset, int256 lots) internal pure returns (int256) {
        uint256 i = uint256(AssetId.unwrap(asset)) * WORDS_PER_MARK;
        return int256(marks.words[lots > 0 ? i + 1 : i + 2]);
    }

    /// @notice The asset of the lowest set bit.
    function lowestAsset(uint256 bitmap) internal pure returns (AssetId) {
        return AssetId.wrap(uint16(bitmap.ffs()));
    }

    /// @notice The account as it is, all accruals up to now included.
    function read(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        AccountHeader header
    ) internal view returns (Portfolio memory) {
        Adjustment memory none;
        return readAdjusted(s, w, marks, account, header, none);
    }

    /// @notice The account as it would be after `adjustment`.
    function readAdjusted(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        AccountHeader header,
        Adjustment memory adjustment
    ) internal view returns (Portfolio memory portfolio) {
        portfolio.cashWad = header.cashWad() + adjustment.cashWad;
        if (header.hasDeficit()) {
            portfolio.cashWad -= int256(DeficitInterest.pendingWad(s, w, account));
        }
        if (header.hasCarry()) portfolio.cashWad -= int256(CarryingCharge.pendingWad(s, w, account));
        portfolio.collateral = _collateral(s, account, header.collateralBitmap());

        uint256 expiries = header.expiryBitmap() | adjustment.expiries;
        if (expiries != 0) _addOptions(s, w, marks, account, expiries, adjustment.legs, portfolio);
        uint256 bitmap = header.perpBitmap() | adjustment.bitmap;
        if (bitmap != 0) _addPerps(s, w, marks, account, bitmap, adjustment, portfolio);
    }

    function _addPerps(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        uint256 bitmap,
        Adjustment memory adjustment,
        Portfolio memory portfolio
    ) private view {
        learn(marks, w.perps, bitmap);
        portfolio.perps = new PerpHolding[](bitmap.popCount());
        mapping(AssetId asset => PerpWord) storage words = s.perps[account];
        for (uint256 i = 0; bitmap != 0; ++i) {
            AssetId asset = lowestAsset(bitmap);
            PerpWord word = words[asset];
            int256 lots = word.lots();
            portfolio.cashWad += word.pendingWad(sideIndexWad(marks, asset, lots));
            if (adjustment.bitmap != 0) lots += adjustment.lots[AssetId.unwrap(asset)];
            PerpHolding memory holding = portfolio.perps[i];
            holding.asset = asset;
            holding.sizeWad = lots * int256(lotSizeWad(marks, asset));
            bitmap &= bitmap - 1;
        }
    }

    /// @dev A settled expiry is cash, whoever has collected it.
    function _addOptions(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        uint256 bitmap,
        LegBack[] memory back,
        Portfolio memory portfolio
    ) private view {
        learnExpiries(marks, w.options, bitmap);
        portfolio.options = new OptionHolding[](_unsettledCount(marks, bitmap));
        for (uint256 i = 0; bitmap != 0; bitmap &= bitmap - 1) {
            uint8 slot = lowestSlot(bitmap);
            IOptionMarkets.ExpiryMark memory mark = expiryMark(marks, slot);
            OptionWord legs = s.options[account][slot];
            if (mark.lossCount != 0) {
                portfolio.cashWad -= LegLosses.pendingWad(s.lossIndices[account], w.options, slot, mark.expiry, legs);
            }
            for (uint256 j = 0; j < back.length; ++j) legs = _withBack(legs, slot, back[j]);
            if (mark.settlementPriceWad != 0) {
                portfolio.cashWad += mark.expiry.payoffWad(legs, mark.settlementPriceWad);
                continue;
            }
            portfolio.options[i++] = OptionHolding(slot, mark.expiry, legs, mark.fixedPriceWad);
        }
    }

    function _unsettledCount(Marks memory marks, uint256 bitmap) private pure returns (uint256 count) {
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            if (marks.expiries[uint256(lowestSlot(bitmap)) * WORDS_PER_EXPIRY + 1] == 0) ++count;
        }
    }

    function _withBack(OptionWord legs, uint8 slot, LegBack memory back) private pure returns (OptionWord) {
        if (back.slot != slot) return legs;
        int24 lots = legs.lotsOf(back.strikeIndex, back.isPut);
        return legs.withLots(back.strikeIndex, back.isPut, (int256(lots) + back.lots).toInt24());
    }

    function _collateral(
        VaultState storage s,
        AccountId account,
        uint256 bitmap
    ) private view returns (CollateralHolding[] memory holdings) {
        if (bitmap == 0) return holdings;
        uint256 decimals = s.collateralDecimals;
        holdings = new CollateralHolding[](bitmap.popCount());
        for (uint256 i = 0; bitmap != 0; ++i) {
            uint256 index = bitmap.ffs();
            uint256 scale = 10 ** (MAX_DECIMALS - uint8(decimals >> (index * 8)));
            holdings[i] = CollateralHolding(uint8(index), s.collateral[account][index] * scale);
            bitmap &= bitmap - 1;
        }
    }
}
