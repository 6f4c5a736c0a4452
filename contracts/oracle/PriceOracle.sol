// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {PriceLog} from "../math/PriceLog.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Grade, PriceViews} from "../types/Price.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {AssetCommits} from "./libraries/AssetCommits.sol";
import {AssetConfigWord} from "./libraries/AssetConfigWord.sol";
import {AssetSpecs} from "./libraries/AssetSpecs.sol";
import {Consensus} from "./libraries/Consensus.sol";
import {ObservationRing} from "./libraries/ObservationRing.sol";
import {PriceBook} from "./libraries/PriceBook.sol";
import {Reading} from "./libraries/Reading.sol";
import {SourceReader} from "./libraries/SourceReader.sol";
import {SourceStandings} from "./libraries/SourceStandings.sol";
import {SpecBounds} from "./libraries/SpecBounds.sol";

/// @title PriceOracle
/// @notice Orders and guards what the libraries compute: read sources, agree, commit, serve.
/// @dev Owns: the words, ring and standings of each asset; the specs as data contracts. Trusts: its authority for
/// configuration within `SpecBounds`, no single source for prices. Keeps: invariants 8 and 9.
/// No re-entrancy guard: sources are only ever called with STATICCALL, before anything is written.
contract PriceOracle is IPriceOracle, AccessManaged {
    using AssetSpecs for bytes;
    using ObservationRing for ObservationRing.Past;
    using ObservationRing for ObservationRing.Ring;
    using PriceBook for PriceBook.Words;

    /// @dev Bounds the loop of one `poke`.
    uint256 private constant MAX_POKES = 32;
    /// @dev Slots paid for in one call: 11.3M gas.
    uint256 private constant MAX_GROWTH = 512;
    uint256 private constant MIN_CARDINALITY = 3;
    uint256 private constant YEAR = 365 days;

    mapping(AssetId asset => AssetCommits.AssetState) private _assets;

    constructor(address authority_) AccessManaged(authority_) {}

    // ------------------------------------------------------------------------------------------------ observations

    /// @inheritdoc IPriceOracle
    function poke(AssetId[] calldata assets) external {
        if (assets.length > MAX_POKES) revert Oracle_TooManyAssets(assets.length, MAX_POKES);
        for (uint256 i; i < assets.length; ++i) _poke(assets[i]);
    }

    /// @inheritdoc IPriceOracle
    function growRing(AssetId asset, uint16 cardinality) external {
        PriceBook.Book memory book = _listed(asset);
        ObservationRing.Ring storage ring = _assets[asset].ring;
        uint256 previous = ring.cardinalityNext;
        // An asset at the 65535 that the type allows can grow no further.
        if (cardinality <= previous || cardinality > previous + MAX_GROWTH) {
            revert Oracle_Cardinality(cardinality, previous + 1, previous + MAX_GROWTH);
        }
        ring.grow(cardinality);
        // A ring that has not wrapped may use them at once.
        if (book.ringIndex + 1 < book.ringCardinality && !ring.slots[book.ringIndex + 1].isWritten()) {
            book.ringCardinality = cardinality;
            _assets[asset].words.save(book);
        }
        emit RingGrown(asset, previous, cardinality);
    }

    // ----------------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IPriceOracle
    function listAsset(
        AssetId asset,
        AssetConfig memory config,
        SourceConfig[] memory sources,
        uint16 cardinality
    ) external restricted {
        AssetCommits.AssetState storage state = _assets[asset];
        if (asset == NO_ASSET || state.words.versionOf() != 0) revert Oracle_CannotList(asset);
        if (cardinality < MIN_CARDINALITY || cardinality > MAX_GROWTH) {
            revert Oracle_Cardinality(cardinality, MIN_CARDINALITY, MAX_GROWTH);
        }
        SpecBounds.checkConfig(config);
        SpecBounds.checkRing(cardinality, config.ringSpacingSeconds, config.longWindowSeconds);
        SpecBounds.checkSources(sources);

        PriceBook.Book memory book;
        book.grade = Grade.Blind;
        book.ringCardinality = cardinality;
        state.ring.grow(cardinality);
        _writeSpec(asset, book, config, sources);
        emit AssetListed(asset, config);
        for (uint256 i; i < sources.length; ++i) emit SourceAdded(asset, i, sources[i]);
    }

    /// @inheritdoc IPriceOracle
    function configureAsset(AssetId asset, AssetConfig memory config) external restricted {
        PriceBook.Book memory book = _listed(asset);
        SpecBounds.checkConfig(config);
        SpecBounds.checkRing(book.ringCardinality, config.ringSpacingSeconds, config.longWindowSeconds);
        bytes memory spec = AssetSpecs.load(asset, book.version);
        // Longer windows may begin earlier than the cursors: start them over at the oldest observation.
        book.shortBack = _assets[asset].ring.oldestBack(book.ringIndex, book.ringCardinality);
        book.longBack = book.shortBack;
        _writeSpec(asset, book, config, spec.sourcesOf());
        emit AssetConfigured(asset, spec.configOf().toConfig(), config);
    }

    /// @inheritdoc IPriceOracle
    function addSource(AssetId asset, SourceConfig memory source) external restricted returns (uint256 index) {
        PriceBook.Book memory book = _listed(asset);
        bytes memory spec = AssetSpecs.load(asset, book.version);
        index = spec.sourceCount();
        SourceConfig[] memory sources = new SourceConfig[](index + 1);
        for (uint256 i; i < index; ++i) sources[i] = spec.sourceAt(i);
        sources[index] = source;
        SpecBounds.checkSources(sources);

        book.quarantined |= 1 << index;
        SourceStandings.quarantine(_assets[asset].standings[index], asset, index);
        _writeSpec(asset, book, spec.configOf().toConfig(), sources);
        emit SourceAdded(asset, index, source);
    }

    /// @inheritdoc IPriceOracle
    function removeSource(AssetId asset, uint256 index) external restricted {
        (PriceBook.Book memory book, bytes memory spec) = _listedSource(asset, index);
        uint256 last = spec.sourceCount() - 1;
        if (last == 0) revert Oracle_SourceCount(0, AssetSpecs.MAX_SOURCES);
        SourceConfig memory removed = spec.sourceAt(index);
        SourceConfig[] memory sources = new SourceConfig[](last);
        for (uint256 i; i < last; ++i) sources[i] = spec.sourceAt(i == index ? last : i);

        // The last source moves to the free index, with its standing.
        mapping(uint256 => SourceStandings.Standing) storage standings = _assets[asset].standings;
        standings[index] = standings[last];
        delete standings[last];
        uint256 lastBit = (book.quarantined >> last) & 1;
        book.quarantined &= ~((1 << index) | (1 << last));
        if (index != last) book.quarantined |= lastBit << index;
        _writeSpec(asset, book, spec.configOf().toConfig(), sources);
        emit SourceRemoved(asset, index, removed);
    }

    /// @inheritdoc IPriceOracle
    function suspendSource(AssetId asset, uint256 index) external restricted {
        (PriceBook.Book memory book, ) = _listedSource(asset, index);
        book.quarantined |= 1 << index;
        SourceStandings.quarantine(_assets[asset].standings[index], asset, index);
        _assets[asset].words.save(book);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IPriceOracle
    function read(AssetId asset) external view returns (PriceViews memory views) {
        return _assets[asset].words.toViews(block.timestamp);
    }

    /// @inheritdoc IPriceOracle
    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views) {
        views = new PriceViews[](assets.length);
        for (uint256 i; i < assets.length; ++i) views[i] = _assets[assets[i]].words.toViews(block.timestamp);
    }

    /// @inheritdoc IPriceOracle
    function gradesOf(AssetId[] calldata assets) external view returns (Grade[] memory grades) {
        grades = new Grade[](assets.length);
        for (uint256 i; i < assets.length; ++i) grades[i] = _assets[assets[i]].words.gradeAt(block.timestamp);
    }

    /// @inheritdoc IPriceOracle
    function twap(AssetId asset, uint32 windowSeconds) external view returns (uint256 priceWad) {
        (bool found, ObservationRing.Past memory past) = _lookBack(asset, windowSeconds);
        if (found) priceWad = PriceLog.toPriceWad(past.meanUntil(block.timestamp));
    }

    /// @inheritdoc IPriceOracle
    function priceAt(AssetId asset, uint32 ageSeconds) external view returns (uint256 priceWad) {
        (bool found, ObservationRing.Past memory past) = _lookBack(asset, ageSeconds);
        if (found) priceWad = PriceLog.toPriceWad(past.older.logE16Of());
    }

    /// @inheritdoc IPriceOracle
    function realisedVariance(AssetId asset, uint32 windowSeconds) external view returns (uint256 varianceWad) {
        (bool found, ObservationRing.Past memory past) = _lookBack(asset, windowSeconds);
        if (!found || windowSeconds == 0) return 0;
        uint256 elapsed = block.timestamp - past.older.timeOf();
        return (past.head.varianceSince(past.older) * YEAR) / elapsed;
    }

    /// @inheritdoc IPriceOracle
    function isListed(AssetId asset) external view returns (bool) {
        return _assets[asset].words.versionOf() != 0;
    }

    /// @inheritdoc IPriceOracle
    function canPoke(AssetId asset) external view returns (bool) {
        PriceBook.Book memory book = _assets[asset].words.load();
        return book.version != 0 && book.triedAt != block.timestamp;
    }

    /// @inheritdoc IPriceOracle
    function configOf(AssetId asset) external view returns (AssetConfig memory config) {
        return AssetSpecs.load(asset, _listed(asset).version).configOf().toConfig();
    }

    /// @inheritdoc IPriceOracle
    function sourcesOf(AssetId asset) external view returns (SourceConfig[] memory sources) {
        return AssetSpecs.load(asset, _listed(asset).version).sourcesOf();
    }

    /// @inheritdoc IPriceOracle
    function standingsOf(AssetId asset) external view returns (SourceStanding[] memory standings) {
        PriceBook.Book memory book = _listed(asset);
        uint256 count = AssetSpecs.load(asset, book.version).sourceCount();
        standings = new SourceStanding[](count);
        for (uint256 i; i < count; ++i) {
            SourceStandings.Standing storage standing = _assets[asset].standings[i];
            standings[i] = SourceStanding(
                (book.quarantined >> i) & 1 != 0,
                SourceStandings.strikesOf(standing),
                standing.cleanReads,
                standing.releaseAt
            );
        }
    }

    /// @inheritdoc IPriceOracle
    function ringOf(
        AssetId asset
    ) external view returns (uint256 cardinality, uint256 cardinalityNext, uint256 historySeconds) {
        PriceBook.Book memory book = _listed(asset);
        ObservationRing.Ring storage ring = _assets[asset].ring;
        cardinality = book.ringCardinality;
        cardinalityNext = ring.cardinalityNext;
        if (book.midWad == 0) return (cardinality, cardinalityNext, 0);
        uint256 back = ring.oldestBack(book.ringIndex, cardinality);
        historySeconds = block.timestamp - ring.slotBehind(book.ringIndex, cardinality, back).timeOf();
    }

    // ---------------------------------------------------------------------------------------------------- internal

    /// @dev One observation of one asset: read, agree, settle standings, commit, store.
    function _poke(AssetId asset) private {
        AssetCommits.AssetState storage state = _assets[asset];
        PriceBook.Book memory book = _listed(asset);
        if (book.triedAt == block.timestamp) return;
        bytes memory spec = AssetSpecs.load(asset, book.version);
        AssetConfigWord config = spec.configOf();
        Reading[] memory readings = SourceReader.readAll(spec, config.gateBps());
        Consensus.Outcome memory outcome = Consensus.form(readings, book.quarantined, config.gateBps());
        book.quarantined = SourceStandings.settle(
            state.standings,
            asset,
            readings,
            outcome,
            book.quarantined,
            config.gateBps()
        );
        _record(asset, book, config, outcome);
    }

    function _record(
        AssetId asset,
        PriceBook.Book memory book,
        AssetConfigWord config,
        Consensus.Outcome memory outcome
    ) private {
        Grade before = book.grade;
        uint256 elapsed = block.timestamp - book.triedAt;
        book.triedAt = block.timestamp;
        book.freshSeconds = config.freshSeconds();
        book.maxAgeSeconds = config.maxAgeSeconds();
        book.ageSpreadBps = config.ageSpreadBps();
        if (outcome.agreed) {
            AssetCommits.commit(_assets[asset], book, config, outcome, elapsed);
            emit ObservationCommitted(asset, book.midWad, book.halfSpreadE9, book.groups, book.grade);
        } else {
            AssetCommits.miss(book, config, elapsed);
            emit ConsensusMissed(asset, outcome.validGroups, outcome.acceptedGroups);
        }
        if (book.grade != before) emit GradeChanged(asset, before, book.grade);
        _assets[asset].words.save(book);
    }

    /// @dev Stores a new version of the spec and the book that points to it.
    function _writeSpec(
        AssetId asset,
        PriceBook.Book memory book,
        AssetConfig memory config,
        SourceConfig[] memory sources
    ) private {
        if (book.version == type(uint16).max) revert Oracle_SpecVersionsExhausted(asset);
        book.version += 1;
        AssetSpecs.store(asset, book.version, config, sources);
        _assets[asset].words.save(book);
    }

    function _listed(AssetId asset) private view returns (PriceBook.Book memory book) {
        book = _assets[asset].words.load();
        if (book.version == 0) revert Oracle_NotListed(asset);
    }

    function _listedSource(
        AssetId asset,
        uint256 index
    ) private view returns (PriceBook.Book memory book, bytes memory spec) {
        book = _listed(asset);
        spec = AssetSpecs.load(asset, book.version);
        if (index >= spec.sourceCount()) revert Oracle_NoSuchSource(index, spec.sourceCount());
    }

    /// @dev The ring around the moment `ageSeconds` ago; not found when history does not reach back that far.
    function _lookBack(
        AssetId asset,
        uint256 ageSeconds
    ) private view returns (bool found, ObservationRing.Past memory past) {
        PriceBook.Book memory book = _assets[asset].words.load();
        if (book.midWad == 0 || ageSeconds > block.timestamp) return (false, past);
        return _assets[asset].ring.lookBack(book.ringIndex, book.ringCardinality, block.timestamp - ageSeconds);
    }
}
