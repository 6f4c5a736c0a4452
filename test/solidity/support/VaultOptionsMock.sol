// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind} from "../../../contracts/types/InstrumentId.sol";
import {OptionWord, legKey} from "../../../contracts/types/OptionWord.sol";

/// @dev Option markets whose expiries, settlement prices and losses are set by hand; checks that what the vault reports
/// adds up.
contract VaultOptionsMock {
    error NotListed(InstrumentId instrument);
    error Unbalanced(int256 sumBefore, int256 sumAfter);
    error Unheld(uint8 slot);

    struct Slot {
        ExpiryWord expiry;
        uint256 settlementPriceWad;
        uint256 lossCount;
        uint256 holders;
        uint256 lastPriceWad;
    }

    /// @dev Long lots; loss indices of longs and of shorts.
    struct Series {
        int256 openLots;
        uint64[2] indices;
    }

    Slot[64] internal _slots;
    mapping(uint256 series => Series) internal _series;
    uint256 public records;

    /// @dev Strikes 1,000 to 3,000 in steps of 100; lots of 0.01.
    function list(uint8 slot, AssetId asset, uint40 expiry) public {
        uint256 word = AssetId.unwrap(asset) | (uint256(expiry) << 16) | (uint256(1_000e8) << 56);
        word |= (uint256(100e8) << 112) | (uint256(21) << 160) | (uint256(0.01e9) << 168);
        _slots[slot].expiry = ExpiryWord.wrap(word);
    }

    /// @dev After settlement, once all have left.
    function relist(uint8 slot, AssetId asset, uint40 expiry) external {
        (_slots[slot].settlementPriceWad, _slots[slot].lossCount) = (0, 0);
        list(slot, asset, expiry);
    }

    function settle(uint8 slot, uint256 priceWad) external {
        _slots[slot].settlementPriceWad = priceWad;
    }

    /// @dev A loss over one side of a series; returns what that side pays in all.
    function spread(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut,
        bool longSide,
        uint64 perLotE9
    ) external returns (uint256) {
        Series storage series = _seriesOf(slot, strikeIndex, isPut);
        series.indices[longSide ? 0 : 1] += perLotE9;
        ++_slots[slot].lossCount;
        return uint256(series.openLots) * perLotE9 * 1e9;
    }

    function record(
        IOptionMarkets.LegChange calldata change
    ) external returns (IOptionMarkets.ExpiryMark memory, uint64 longIndex, uint64 shortIndex) {
        int256 sumBefore = int256(change.firstBefore) + change.secondBefore;
        int256 sumAfter = int256(change.firstAfter) + change.secondAfter;
        if (sumBefore != sumAfter) revert Unbalanced(sumBefore, sumAfter);
        Slot storage slot = _slots[change.slot];
        int256 longs = _long(change.firstAfter) + _long(change.secondAfter);
        longs -= _long(change.firstBefore) + _long(change.secondBefore);
        Series storage series = _seriesOf(change.slot, change.strikeIndex, change.isPut);
        series.openLots += longs;
        slot.holders = slot.holders + change.joins - change.leaves;
        slot.lastPriceWad = change.tradePriceWad;
        ++records;
        return (_mark(slot), series.indices[0], series.indices[1]);
    }

    function release(uint8 slot, uint256 accounts) external {
        if (_slots[slot].holders < accounts || _slots[slot].settlementPriceWad == 0) revert Unheld(slot);
        _slots[slot].holders -= accounts;
    }

    function locate(InstrumentId instrument) external view returns (uint8 slot, uint8 strikeIndex) {
        for (uint8 i; i < 64; ++i) {
            ExpiryWord word = _slots[i].expiry;
            if (ExpiryWord.unwrap(word) == 0 || word.expiryOf() != instrument.expiryOf()) continue;
            if (word.underlyingOf() != instrument.underlyingOf()) continue;
            (bool found, uint8 index) = word.strikeIndexOf(instrument.strikeWadOf());
            if (found && instrument.kindOf() != InstrumentKind.Perpetual) return (i, index);
        }
        revert NotListed(instrument);
    }

    function marksOf(uint64 bitmap) external view returns (IOptionMarkets.ExpiryMark[] memory marks) {
        uint256 count;
        for (uint256 i; i < 64; ++i) if ((bitmap >> i) & 1 == 1) ++count;
        marks = new IOptionMarkets.ExpiryMark[](count);
        count = 0;
        for (uint256 i; i < 64; ++i) if ((bitmap >> i) & 1 == 1) marks[count++] = _mark(_slots[i]);
    }

    function lossIndicesOf(uint8 slot, OptionWord legs) external view returns (uint256[2] memory indices) {
        for (uint256 i; i < legs.legCount(); ++i) {
            (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
            uint256 index = _seriesOf(slot, strikeIndex, isPut).indices[lots > 0 ? 0 : 1];
            indices[i / 4] |= index << (64 * (i % 4));
        }
    }

    function openLotsOf(uint8 slot, uint8 strikeIndex, bool isPut) external view returns (int256) {
        return _seriesOf(slot, strikeIndex, isPut).openLots;
    }

    function slotOf(uint8 slot) external view returns (Slot memory) {
        return _slots[slot];
    }

    function _seriesOf(uint8 slot, uint8 strikeIndex, bool isPut) private view returns (Series storage) {
        return _series[_slots[slot].expiry.seriesOf(legKey(strikeIndex, isPut))];
    }

    function _mark(Slot storage slot) private view returns (IOptionMarkets.ExpiryMark memory) {
        return IOptionMarkets.ExpiryMark(slot.expiry, slot.settlementPriceWad, slot.settlementPriceWad, slot.lossCount);
    }

    function _long(int24 lots) private pure returns (int256) {
        return lots > 0 ? int256(lots) : int256(0);
    }
}
