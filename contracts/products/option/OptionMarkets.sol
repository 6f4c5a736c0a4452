// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AssetId} from "../../types/AssetId.sol";
import {
    EXPIRY_OFFSET,
    ExpiryWord,
    FIRST_STRIKE_OFFSET,
    LOT_SIZE_OFFSET,
    LOT_UNIT_WAD,
    STRIKE_COUNT_OFFSET,
    STRIKE_STEP_OFFSET
} from "../../types/ExpiryWord.sol";
import {InstrumentId, InstrumentKind} from "../../types/InstrumentId.sol";
import {OptionWord, legKey} from "../../types/OptionWord.sol";
import {Grade, PriceViews} from "../../types/Price.sol";
import {Refusal} from "../../types/Refusal.sol";
import {IPriceOracle} from "../../oracle/IPriceOracle.sol";
import {Fixing} from "./Fixing.sol";
import {FixingPrices} from "./FixingPrices.sol";
import {IInsolvencies} from "./IInsolvencies.sol";
import {IOptionMarkets} from "./IOptionMarkets.sol";
import {ListingCalendar} from "./ListingCalendar.sol";
import {OpenLots} from "./OpenLots.sol";
import {StrikeGrid} from "./StrikeGrid.sol";

/// @title OptionMarkets
/// @notice Listed expiries of European options: strike grids, open interest, settlement prices, loss indices.
/// @dev Owns: 64 slots, the caps of the underlyings. Trusts: the vault for lots and holders, the oracle for prices. Keeps:
/// invariants 2, 13, 19. What refuses an action is one function, which its predicate asks too.
contract OptionMarkets is IOptionMarkets, AccessManaged {
    using FixedPointMathLib for uint256;
    using Fixing for Fixing.Record;
    using FixingPrices for IPriceOracle;
    using LibBit for uint256;
    using OpenLots for IOptionMarkets.LegChange;
    using Refusal for bytes;
    using SafeCastLib for uint256;

    // ------------------------------------------------------------------------------------------------ types

    /// @dev Three slots of 32 bytes.
    /// Slot 0: the word, written at listing only; the zero word is a free slot.
    /// Slot 1: 8 + 8 + 12 + 4. `settlementPriceWad` is below 2^96, as every price of the oracle.
    /// Slot 2: 24 of 32 bytes.
    struct Expiry {
        ExpiryWord word;
        uint64 openLots;
        uint64 lossCount;
        uint96 settlementPriceWad;
        uint32 holders;
        Fixing.Record fixing;
    }

    /// @dev One slot: 8 + 8 + 8 bytes. Indices in units of 1e-9 USD per lot.
    struct Series {
        uint64 openLots;
        uint64 longIndex;
        uint64 shortIndex;
    }

    /// @dev Two slots: 8 + 14 + 6 + 1 bytes, so that a trade writes one; 8. `lotSize`, in units of 1e9, != 0 marks a listed
    /// underlying.
    struct Underlying {
        uint64 openLots;
        uint112 openInterestCapWad;
        uint48 lotSize;
        uint8 expiryLimit;
        uint256 slotBitmap;
    }

    // -------------------------------------------------------------------------------------------- constants

    /// @dev One bit each in an account's header.
    uint256 private constant SLOTS = 64;
    /// @dev No underlying may be promised more than half of them.
    uint256 private constant MAX_EXPIRY_LIMIT = 32;
    /// @dev Loss indices: width, how many come in a word, and unit.
    uint256 private constant INDEX_BITS = 64;
    uint256 private constant INDICES_PER_WORD = 4;
    uint256 private constant INDEX_UNIT_WAD = 1e9;

    /// @dev Time after expiry to find who cannot pay, at prices that nobody can change any more; and the longest that one
    /// who is being sold is waited for.
    uint256 private constant SETTLEMENT_DELAY = 15 minutes;
    uint256 private constant LONGEST_WAIT = 2 hours;

    // ------------------------------------------------------------------------------------------- immutables

    IPriceOracle private immutable _oracle;

    // ---------------------------------------------------------------------------------------------- storage

    /// @inheritdoc IOptionMarkets
    address public vault;
    /// @inheritdoc IOptionMarkets
    address public waterfall;
    uint64 private _takenSlots;
    uint8 private _promisedSlots;
    mapping(uint256 slot => Expiry) private _expiries;
    /// @dev By `ExpiryWord.seriesOf`: no later expiry finds what a former one left, and nothing needs clearing.
    mapping(uint256 series => Series) private _series;
    mapping(AssetId asset => Underlying) private _underlyings;
    /// @dev Slot + 1; 0 = not listed.
    mapping(AssetId asset => mapping(uint40 expiry => uint256)) private _places;

    modifier onlyFrom(address allowed) {
        if (msg.sender != allowed) revert Option_WrongCaller(msg.sender, allowed);
        _;
    }

    constructor(address authority, IPriceOracle oracle) AccessManaged(authority) {
        if (address(oracle) == address(0)) revert Option_ZeroAddress();
        _oracle = oracle;
    }

    // ---------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IOptionMarkets
    function wire(address vault_, address waterfall_) external restricted {
        if (vault != address(0)) revert Option_AlreadyWired();
        if (vault_ == address(0) || waterfall_ == address(0)) revert Option_ZeroAddress();
        (vault, waterfall) = (vault_, waterfall_);
        emit Wired(vault_, waterfall_);
    }

    /// @inheritdoc IOptionMarkets
    function listUnderlying(AssetId asset, UnderlyingConfig calldata config) external restricted {
        Underlying storage underlying = _underlyings[asset];
        if (underlying.lotSize != 0) revert Option_UnderlyingAlreadyListed(asset);
        if (!asset.isUnderlying() || !_oracle.isListed(asset)) revert Option_NotAnUnderlying(asset);
        uint256 lotSizeWad = config.lotSizeWad;
        if (lotSizeWad % LOT_UNIT_WAD != 0) revert Option_LotSizeNotWhole(lotSizeWad, LOT_UNIT_WAD);
        _requireWithin(lotSizeWad, LOT_UNIT_WAD, type(uint48).max * LOT_UNIT_WAD);
        _requireWithin(config.expiryLimit, 1, MAX_EXPIRY_LIMIT);
        uint256 promised = _promisedSlots + config.expiryLimit;
        if (promised > SLOTS) revert Option_SlotsPromised(promised, SLOTS);
        _promisedSlots = uint8(promised);
        underlying.lotSize = uint48(lotSizeWad / LOT_UNIT_WAD);
        underlying.expiryLimit = uint8(config.expiryLimit);
        emit UnderlyingListed(asset, lotSizeWad, config.expiryLimit);
        _setCap(asset, underlying, config.openInterestCapWad);
    }

    /// @inheritdoc IOptionMarkets
    function setOpenInterestCap(AssetId asset, uint256 capWad) external restricted {
        _setCap(asset, _listedUnderlying(asset), capWad);
    }

    /// @inheritdoc IOptionMarkets
    function lowerOpenInterestCap(AssetId asset, uint256 capWad) external restricted {
        Underlying storage underlying = _listedUnderlying(asset);
        uint256 oldCapWad = underlying.openInterestCapWad;
        if (capWad >= oldCapWad) revert Option_CapNotLower(capWad, oldCapWad);
        _setCap(asset, underlying, capWad);
    }

    // ------------------------------------------------------------------------------------- life of an expiry

    /// @inheritdoc IOptionMarkets
    function listExpiry(AssetId asset, uint40 expiry) external returns (uint8 slot) {
        (bytes memory refusal, StrikeGrid.Grid memory grid) = _prepare(asset, expiry);
        refusal.enforce();
        Underlying storage underlying = _underlyings[asset];
        uint256 taken = _takenSlots;
        // No more slots are promised than there are: one of the 64 is free.
        slot = uint8((~taken).ffs());
        uint256 word = AssetId.unwrap(asset) | (uint256(expiry) << EXPIRY_OFFSET);
        word |= (grid.first << FIRST_STRIKE_OFFSET) | (grid.step << STRIKE_STEP_OFFSET);
        word |= (grid.count << STRIKE_COUNT_OFFSET) | (uint256(underlying.lotSize) << LOT_SIZE_OFFSET);
        _takenSlots = uint64(taken | (1 << slot));
        underlying.slotBitmap |= 1 << slot;
        _places[asset][expiry] = uint256(slot) + 1;
        _expiries[slot].word = ExpiryWord.wrap(word);
        emit ExpiryListed(slot, asset, expiry, ExpiryWord.wrap(word));
    }

    /// @inheritdoc IOptionMarkets
    function fix(uint8 slot) external returns (uint256 coveredSeconds) {
        _fixRefusal(slot).enforce();
        AssetId asset = _expiries[slot].word.underlyingOf();
        AssetId[] memory assets = new AssetId[](1);
        assets[0] = asset;
        _oracle.poke(assets);
        PriceViews memory views = _oracle.read(asset);
        Fixing.Record memory record_ = _expiries[slot].fixing;
        if (views.grade == Grade.Firm && views.updatedAt == block.timestamp) _mark(slot, asset, record_);
        return record_.coveredSeconds;
    }

    /// @inheritdoc IOptionMarkets
    function settle(uint8 slot) external returns (uint256 settlementPriceWad) {
        _settleRefusal(slot).enforce();
        Expiry storage self = _expiries[slot];
        ExpiryWord word = self.word;
        Fixing.Record memory record_ = self.fixing;
        settlementPriceWad = record_.meanWad();
        Underlying storage underlying = _underlyings[word.underlyingOf()];
        underlying.openLots -= self.openLots;
        self.settlementPriceWad = uint96(settlementPriceWad);
        self.openLots = 0;
        emit ExpirySettled(slot, word.underlyingOf(), word.expiryOf(), settlementPriceWad);
    }

    /// @inheritdoc IOptionMarkets
    function retire(uint8 slot) external {
        _retireRefusal(slot).enforce();
        Expiry storage self = _expiries[slot];
        ExpiryWord word = self.word;
        AssetId asset = word.underlyingOf();
        // Without holders there are no lots; should the vault ever say otherwise, they may not weigh on the cap for ever.
        _underlyings[asset].openLots -= self.openLots;
        _takenSlots &= ~uint64(1 << slot);
        _underlyings[asset].slotBitmap &= ~(uint256(1) << slot);
        delete _places[asset][word.expiryOf()];
        delete _expiries[slot];
        emit ExpiryRetired(slot, asset, word.expiryOf());
    }

    // -------------------------------------------------------------------------------------------- positions

    /// @inheritdoc IOptionMarkets
    function record(
        LegChange calldata change
    ) external onlyFrom(vault) returns (ExpiryMark memory mark, uint64 longIndex, uint64 shortIndex) {
        Expiry storage self = _expiries[change.slot];
        ExpiryWord word = self.word;
        mark = _markOf(change.slot, self, word);
        if (mark.settlementPriceWad != 0) revert Option_Settled(change.slot);
        if (change.tradePriceWad != 0 && block.timestamp >= word.expiryOf()) {
            revert Option_Expired(change.slot, word.expiryOf());
        }
        Series storage series = _seriesOf(word, change.strikeIndex, change.isPut);
        (longIndex, shortIndex) = (series.longIndex, series.shortIndex);
        uint256 before = series.openLots;
        uint256 lots = change.openLotsAfter(before);
        uint256 openLots = _count(word, change, before, lots);
        if (lots != before) series.openLots = lots.toUint64();
        uint256 holders = _store(self, change, self.openLots + lots - before);
        emit PositionsRecorded(change.slot, change.strikeIndex, change.isPut, lots, openLots, holders);
    }

    /// @inheritdoc IOptionMarkets
    function release(uint8 slot, uint256 accounts) external onlyFrom(vault) {
        Expiry storage self = _listed(slot);
        if (self.settlementPriceWad == 0) revert Option_NotSettled(slot);
        uint256 holders = self.holders;
        if (accounts > holders) revert Option_HoldersUnderflow(holders, accounts);
        holders -= accounts;
        self.holders = uint32(holders);
        emit HoldersLeft(slot, accounts, holders);
    }

    /// @inheritdoc IOptionMarkets
    function spreadLoss(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut,
        bool longSide,
        uint256 amountWad
    ) external onlyFrom(waterfall) returns (uint256 chargedWad) {
        Expiry storage self = _listed(slot);
        Series storage series = _seriesOf(self.word, strikeIndex, isPut);
        uint256 lots = series.openLots;
        if (lots == 0 || amountWad == 0 || self.settlementPriceWad != 0) return 0;
        uint256 step = amountWad.divUp(lots * INDEX_UNIT_WAD);
        uint256 index = longSide ? series.longIndex : series.shortIndex;
        if (step > type(uint64).max - index) return 0;
        if (longSide) series.longIndex = uint64(index + step);
        else series.shortIndex = uint64(index + step);
        ++self.lossCount;
        uint256 perLotWad = step * INDEX_UNIT_WAD;
        chargedWad = perLotWad * lots;
        emit LossSpread(slot, strikeIndex, isPut, longSide, amountWad, chargedWad, perLotWad);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IOptionMarkets
    function locate(InstrumentId instrument) external view returns (uint8 slot, uint8 strikeIndex) {
        bool found = instrument.isCanonical() && instrument.kindOf() != InstrumentKind.Perpetual;
        if (found) (found, slot) = slotOf(instrument.underlyingOf(), instrument.expiryOf());
        if (found) (found, strikeIndex) = _expiries[slot].word.strikeIndexOf(instrument.strikeWadOf());
        if (!found) revert Option_NotListed(instrument);
    }

    /// @inheritdoc IOptionMarkets
    function marksOf(uint64 slotBitmap) external view returns (ExpiryMark[] memory marks) {
        uint256 rest = slotBitmap;
        marks = new ExpiryMark[](rest.popCount());
        for (uint256 i = 0; i < marks.length; ++i) {
            uint8 slot = uint8(rest.ffs());
            rest &= rest - 1;
            Expiry storage self = _expiries[slot];
            marks[i] = _markOf(slot, self, self.word);
        }
    }

    /// @inheritdoc IOptionMarkets
    function canList(AssetId asset, uint40 expiry) external view returns (bool ok, bytes4 reason) {
        (bytes memory refusal, ) = _prepare(asset, expiry);
        return refusal.answer();
    }

    /// @inheritdoc IOptionMarkets
    function canFix(uint8 slot) external view returns (bool ok, bytes4 reason) {
        return _fixRefusal(slot).answer();
    }

    /// @inheritdoc IOptionMarkets
    function canSettle(uint8 slot) external view returns (bool ok, bytes4 reason) {
        return _settleRefusal(slot).answer();
    }

    /// @inheritdoc IOptionMarkets
    function canRetire(uint8 slot) external view returns (bool ok, bytes4 reason) {
        return _retireRefusal(slot).answer();
    }

    /// @inheritdoc IOptionMarkets
    function expiryAt(uint8 slot) external view returns (ExpiryState memory state) {
        Expiry storage self = _expiries[slot];
        state.mark = _markOf(slot, self, self.word);
        (state.openLots, state.holders) = (self.openLots, self.holders);
        (state.coveredSeconds, state.markedAt) = (self.fixing.coveredSeconds, self.fixing.markedAt);
    }

    /// @inheritdoc IOptionMarkets
    function seriesAt(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut
    ) external view returns (uint64 openLots, uint64 longIndex, uint64 shortIndex) {
        Series memory series = _seriesOf(_listed(slot).word, strikeIndex, isPut);
        return (series.openLots, series.longIndex, series.shortIndex);
    }

    /// @inheritdoc IOptionMarkets
    function lossIndicesOf(uint8 slot, OptionWord legs) external view returns (uint256[2] memory indices) {
        ExpiryWord word = _listed(slot).word;
        uint256 count = legs.legCount();
        for (uint256 i = 0; i < count; ++i) {
            (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
            Series storage series = _seriesOf(word, strikeIndex, isPut);
            uint256 index = lots > 0 ? series.longIndex : series.shortIndex;
            indices[i / INDICES_PER_WORD] |= index << ((i % INDICES_PER_WORD) * INDEX_BITS);
        }
    }

    /// @inheritdoc IOptionMarkets
    function slotOf(AssetId asset, uint40 expiry) public view returns (bool found, uint8 slot) {
        uint256 place = _places[asset][expiry];
        if (place != 0) return (true, uint8(place - 1));
    }

    /// @inheritdoc IOptionMarkets
    function listedSlots(AssetId asset) external view returns (uint64 slotBitmap) {
        return uint64(_underlyings[asset].slotBitmap);
    }

    /// @inheritdoc IOptionMarkets
    function openInterest(AssetId asset) external view returns (uint256 lots, uint256 capWad) {
        Underlying storage underlying = _listedUnderlying(asset);
        return (underlying.openLots, underlying.openInterestCapWad);
    }

    /// @inheritdoc IOptionMarkets
    function configOf(AssetId asset) external view returns (UnderlyingConfig memory config) {
        Underlying storage underlying = _listedUnderlying(asset);
        config.lotSizeWad = underlying.lotSize * LOT_UNIT_WAD;
        config.openInterestCapWad = underlying.openInterestCapWad;
        config.expiryLimit = underlying.expiryLimit;
    }

    /// @inheritdoc IOptionMarkets
    function intrinsicPerLotWad(uint8 slot, uint8 strikeIndex, bool isPut) external view returns (uint256 perLotWad) {
        Expiry storage self = _listed(slot);
        uint256 settlementPriceWad = self.settlementPriceWad;
        if (settlementPriceWad == 0) revert Option_NotSettled(slot);
        return self.word.payoffPerLotWad(strikeIndex, isPut, settlementPriceWad);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _setCap(AssetId asset, Underlying storage underlying, uint256 capWad) private {
        _requireWithin(capWad, 0, type(uint112).max);
        emit OpenInterestCapSet(asset, underlying.openInterestCapWad, capWad);
        underlying.openInterestCapWad = uint112(capWad);
    }

    /// @dev The oracle is Firm now: adds what that proves, and takes it as the next mark.
    function _mark(uint8 slot, AssetId asset, Fixing.Record memory record_) private {
        uint256 expiry = _expiries[slot].word.expiryOf();
        uint256 before = record_.coveredSeconds;
        Fixing.Stretches memory due = record_.due(expiry, _oracle.gapOf(asset), block.timestamp);
        (bool known, int256 logSecondsWad) = _oracle.logSecondsOver(asset, due.from, due.to);
        (bool knownAfter, int256 logAfterWad) = _oracle.logSecondsOver(asset, due.afterFrom, due.afterTo);
        if (known && knownAfter) record_.add(due, logSecondsWad + logAfterWad);
        record_.markedAt = uint40(block.timestamp);
        _expiries[slot].fixing = record_;
        emit Marked(slot, record_.coveredSeconds - before, record_.coveredSeconds, record_.logSecondsWad);
    }

    /// @dev Moves the open lots of the underlying with those of the series, and holds a trade that lifts them to the cap.
    function _count(
        ExpiryWord word,
        LegChange calldata change,
        uint256 seriesBefore,
        uint256 seriesAfter
    ) private returns (uint256 openLots) {
        Underlying storage underlying = _underlyings[word.underlyingOf()];
        openLots = underlying.openLots + seriesAfter - seriesBefore;
        if (seriesAfter == seriesBefore) return openLots;
        if (change.tradePriceWad != 0 && seriesAfter > seriesBefore) {
            uint256 priceWad = _midOf(word.underlyingOf());
            if (priceWad == 0) priceWad = word.strikeWadOf(change.strikeIndex);
            uint256 notionalWad = openLots * word.lotSizeWadOf().mulWadUp(priceWad);
            uint256 capWad = underlying.openInterestCapWad;
            if (notionalWad > capWad) revert Option_OpenInterestCap(notionalWad, capWad);
        }
        underlying.openLots = openLots.toUint64();
    }

    /// @dev Lots and holders of slot 1. Casts come first: the writes are then merged into one.
    function _store(
        Expiry storage self,
        LegChange calldata change,
        uint256 openLots
    ) private returns (uint256 holders) {
        holders = uint256(self.holders) + change.joins;
        if (change.leaves > holders) revert Option_HoldersUnderflow(holders, change.leaves);
        holders -= change.leaves;
        uint64 lots = openLots.toUint64();
        uint32 held = holders.toUint32();
        self.openLots = lots;
        self.holders = held;
    }

    function _requireWithin(uint256 actual, uint256 least, uint256 most) private pure {
        if (actual < least || actual > most) revert Option_OutOfBounds(actual, least, most);
    }

    /// @return refusal Why the expiry may not be listed now; empty = it may, with `grid`.
    function _prepare(
        AssetId asset,
        uint40 expiry
    ) private view returns (bytes memory refusal, StrikeGrid.Grid memory grid) {
        Underlying storage underlying = _underlyings[asset];
        if (underlying.lotSize == 0) return (abi.encodeWithSelector(Option_UnderlyingNotListed.selector, asset), grid);
        if (!ListingCalendar.isListable(expiry, block.timestamp))
            return (abi.encodeWithSelector(Option_NotAListingDate.selector, expiry, block.timestamp), grid);
        if (_places[asset][expiry] != 0)
            return (abi.encodeWithSelector(Option_AlreadyListed.selector, asset, expiry), grid);
        uint256 limit = underlying.expiryLimit;
        if (underlying.slotBitmap.popCount() >= limit)
            return (abi.encodeWithSelector(Option_TooManyExpiries.selector, asset, limit), grid);
        PriceViews memory views = _oracle.read(asset);
        if (views.grade != Grade.Firm)
            return (abi.encodeWithSelector(Option_NotFirm.selector, asset, views.grade), grid);
        grid = StrikeGrid.around(views.midWad, expiry - block.timestamp);
        if (grid.count == 0) refusal = abi.encodeWithSelector(Option_PriceOutOfRange.selector, views.midWad);
    }

    function _fixRefusal(uint8 slot) private view returns (bytes memory refusal) {
        Expiry storage self = _expiries[slot];
        ExpiryWord word = self.word;
        refusal = _unsettledRefusal(slot, self);
        if (refusal.length != 0) return refusal;
        uint256 opensAt = Fixing.opensAt(word.expiryOf());
        if (block.timestamp < opensAt) return abi.encodeWithSelector(Option_FixingNotOpen.selector, slot, opensAt);
        Fixing.Record memory record_ = self.fixing;
        if (record_.isComplete(word.expiryOf(), block.timestamp)) {
            return abi.encodeWithSelector(Option_FixingComplete.selector, slot, record_.coveredSeconds);
        }
    }

    function _settleRefusal(uint8 slot) private view returns (bytes memory refusal) {
        Expiry storage self = _expiries[slot];
        refusal = _unsettledRefusal(slot, self);
        if (refusal.length != 0) return refusal;
        uint40 expiry = self.word.expiryOf();
        if (block.timestamp < expiry) return abi.encodeWithSelector(Option_NotExpired.selector, slot, expiry);
        Fixing.Record memory record_ = self.fixing;
        if (!record_.isComplete(expiry, block.timestamp)) {
            return abi.encodeWithSelector(Option_FixingIncomplete.selector, slot, record_.coveredSeconds);
        }
        uint256 dueAt = expiry + SETTLEMENT_DELAY;
        if (block.timestamp < dueAt) return abi.encodeWithSelector(Option_SettlementNotDue.selector, slot, dueAt);
        uint256 waitsUntil = expiry + LONGEST_WAIT;
        if (block.timestamp < waitsUntil && IInsolvencies(waterfall).openInsolvencies() != 0) {
            return abi.encodeWithSelector(Option_InsolvencyOpen.selector, slot, waitsUntil);
        }
    }

    function _retireRefusal(uint8 slot) private view returns (bytes memory refusal) {
        Expiry storage self = _expiries[slot];
        if (ExpiryWord.unwrap(self.word) == 0) return abi.encodeWithSelector(Option_NoSuchSlot.selector, slot);
        uint40 expiry = self.word.expiryOf();
        if (block.timestamp < expiry) return abi.encodeWithSelector(Option_NotExpired.selector, slot, expiry);
        uint256 holders = self.holders;
        if (holders != 0) return abi.encodeWithSelector(Option_StillHeld.selector, slot, holders);
    }

    function _unsettledRefusal(uint8 slot, Expiry storage self) private view returns (bytes memory refusal) {
        if (ExpiryWord.unwrap(self.word) == 0) return abi.encodeWithSelector(Option_NoSuchSlot.selector, slot);
        if (self.settlementPriceWad != 0) return abi.encodeWithSelector(Option_Settled.selector, slot);
    }

    function _listedUnderlying(AssetId asset) private view returns (Underlying storage underlying) {
        underlying = _underlyings[asset];
        if (underlying.lotSize == 0) revert Option_UnderlyingNotListed(asset);
    }

    function _listed(uint8 slot) private view returns (Expiry storage self) {
        self = _expiries[slot];
        if (ExpiryWord.unwrap(self.word) == 0) revert Option_NoSuchSlot(slot);
    }

    function _seriesOf(ExpiryWord word, uint8 strikeIndex, bool isPut) private view returns (Series storage) {
        return _series[word.seriesOf(legKey(strikeIndex, isPut))];
    }

    function _markOf(uint8 slot, Expiry storage self, ExpiryWord word) private view returns (ExpiryMark memory) {
        if (ExpiryWord.unwrap(word) == 0) revert Option_NoSuchSlot(slot);
        uint256 settlementPriceWad = self.settlementPriceWad;
        uint256 fixedPriceWad = settlementPriceWad;
        if (fixedPriceWad == 0 && block.timestamp >= word.expiryOf()) {
            Fixing.Record memory record_ = self.fixing;
            if (record_.isComplete(word.expiryOf(), block.timestamp)) fixedPriceWad = record_.meanWad();
        }
        return ExpiryMark(word, settlementPriceWad, fixedPriceWad, self.lossCount);
    }

    /// @return midWad Mid of the asset; 0 when Blind or unknown.
    function _midOf(AssetId asset) private view returns (uint256 midWad) {
        PriceViews memory views = _oracle.read(asset);
        return views.grade == Grade.Blind ? 0 : views.midWad;
    }
}
