// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {PriceLog} from "../math/PriceLog.sol";
import {AssetId} from "../types/AssetId.sol";
import {Grade, PriceViews} from "../types/Price.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {SpecDesk} from "./SpecDesk.sol";
import {AssetCommits} from "./libraries/AssetCommits.sol";
import {AssetConfigWord} from "./libraries/AssetConfigWord.sol";
import {AssetSpecs} from "./libraries/AssetSpecs.sol";
import {Consensus} from "./libraries/Consensus.sol";
import {ObservationRing} from "./libraries/ObservationRing.sol";
import {PriceBook} from "./libraries/PriceBook.sol";
import {Reading} from "./libraries/Reading.sol";
import {SourceReader} from "./libraries/SourceReader.sol";
import {SourceStandings} from "./libraries/SourceStandings.sol";

/// @title PriceOracle
/// @notice Orders and guards what the libraries compute: read sources, agree, commit, serve.
/// @dev Owns: the words, ring and standings of each asset; the specs as data contracts. Trusts: its authority for
/// configuration within `SpecBounds`, no single source for prices. Keeps: invariants 8 and 9.
/// No re-entrancy guard: sources are read with STATICCALL, before anything is written. A source that keeps state may be
/// called to refresh it, before anything is loaded. A poke of the same asset from within has no more gas than the refresh,
/// which is less than an observation with that refresh must be given: it reverts.
contract PriceOracle is IPriceOracle, AccessManaged {
    using AssetSpecs for bytes;
    using ObservationRing for ObservationRing.Past;
    using ObservationRing for ObservationRing.Ring;
    using PriceBook for PriceBook.Book;
    using PriceBook for PriceBook.Words;

    /// @dev Bounds the loop of one `poke`.
    uint256 private constant MAX_POKES = 32;
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
        SpecDesk.growRing(_assets[asset], asset, cardinality);
    }

    // ----------------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IPriceOracle
    function listAsset(
        AssetId asset,
        AssetConfig memory config,
        SourceConfig[] memory sources,
        uint16 cardinality
    ) external restricted {
        SpecDesk.list(_assets[asset], asset, config, sources, cardinality);
    }

    /// @inheritdoc IPriceOracle
    function configureAsset(AssetId asset, AssetConfig memory config) external restricted {
        SpecDesk.configure(_assets[asset], asset, config);
    }

    /// @inheritdoc IPriceOracle
    function addSource(AssetId asset, SourceConfig memory source) external restricted returns (uint256 index) {
        return SpecDesk.addSource(_assets[asset], asset, source);
    }

    /// @inheritdoc IPriceOracle
    function activate(AssetId asset, uint256 index) external {
        SpecDesk.activate(_assets[asset], asset, index);
    }

    /// @inheritdoc IPriceOracle
    function rollbackSources(AssetId asset) external restricted {
        SpecDesk.rollback(_assets[asset], asset);
    }

    /// @inheritdoc IPriceOracle
    function removeSource(AssetId asset, uint256 index) external restricted {
        SpecDesk.removeSource(_assets[asset], asset, index);
    }

    /// @inheritdoc IPriceOracle
    function suspendSource(AssetId asset, uint256 index) external restricted {
        SpecDesk.suspendSource(_assets[asset], asset, index);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IPriceOracle
    function read(AssetId asset) external view returns (PriceViews memory views) {
        _assets[asset].words.fill(views, block.timestamp);
    }

    /// @inheritdoc IPriceOracle
    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views) {
        views = new PriceViews[](assets.length);
        for (uint256 i; i < assets.length; ++i) _assets[assets[i]].words.fill(views[i], block.timestamp);
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
        (uint256 version, bool wasTried) = _assets[asset].words.statusAt(block.timestamp);
        return version != 0 && !wasTried;
    }

    /// @inheritdoc IPriceOracle
    function configOf(AssetId asset) external view returns (AssetConfig memory config) {
        return SpecDesk.configOf(_assets[asset], asset);
    }

    /// @inheritdoc IPriceOracle
    function sourcesOf(AssetId asset) external view returns (SourceConfig[] memory sources) {
        return SpecDesk.sourcesOf(_assets[asset], asset);
    }

    /// @inheritdoc IPriceOracle
    function standingsOf(AssetId asset) external view returns (SourceStanding[] memory standings) {
        return SpecDesk.standingsOf(_assets[asset], asset);
    }

    /// @inheritdoc IPriceOracle
    function moveOf(AssetId asset, uint256 priceWad) external view returns (uint256 moveBps) {
        return SpecDesk.moveOf(_assets[asset], asset, priceWad);
    }

    /// @inheritdoc IPriceOracle
    function ringOf(
        AssetId asset
    ) external view returns (uint256 cardinality, uint256 cardinalityNext, uint256 historySeconds) {
        return SpecDesk.ringOf(_assets[asset], asset);
    }

    // ---------------------------------------------------------------------------------------------------- internal

    /// @dev One observation of one asset: refresh, load, read, agree, settle standings, commit, store.
    function _poke(AssetId asset) private {
        AssetCommits.AssetState storage state = _assets[asset];
        (uint256 version, bool wasTried) = state.words.statusAt(block.timestamp);
        if (version == 0) revert Oracle_NotListed(asset);
        if (wasTried) return;
        bytes memory spec = AssetSpecs.load(asset, version);
        SourceReader.requireGas(spec);
        SourceReader.refreshAll(spec);
        PriceBook.Book memory book = state.words.load();
        AssetConfigWord config = spec.configOf();
        uint256 gateBps = config.gateBps();
        Reading[] memory readings = SourceReader.readAll(spec, gateBps);
        Consensus.Outcome memory outcome = Consensus.form(readings, book.quarantined, gateBps);
        if (!Consensus.isFlawless(outcome, readings.length)) {
            outcome = _settle(state, asset, book, config, readings, outcome);
        }
        _record(state, asset, book, config, outcome);
    }

    /// @dev What is wrong with a source, and what that does to the consensus and to its standing.
    function _settle(
        AssetCommits.AssetState storage state,
        AssetId asset,
        PriceBook.Book memory book,
        AssetConfigWord config,
        Reading[] memory readings,
        Consensus.Outcome memory outcome
    ) private returns (Consensus.Outcome memory moved) {
        uint256 moveBps = AssetCommits.moveOf(book, outcome.medianWad);
        moved = Consensus.withMove(outcome, readings, book.quarantined, config.gateBps(), moveBps);
        uint256 seenSeconds = FixedPointMathLib.min(block.timestamp - book.triedAt(), config.freshSeconds());
        book.quarantined = SourceStandings.settle(
            state.standings,
            asset,
            readings,
            moved,
            book.quarantined,
            config.gateBps(),
            seenSeconds
        );
    }

    function _record(
        AssetCommits.AssetState storage state,
        AssetId asset,
        PriceBook.Book memory book,
        AssetConfigWord config,
        Consensus.Outcome memory outcome
    ) private {
        Grade before = book.grade;
        uint256 elapsed;
        // Times in storage are of earlier blocks.
        unchecked {
            elapsed = block.timestamp - book.triedAt();
        }
        if (outcome.agreed) {
            AssetCommits.commit(state, book, config, outcome, elapsed);
            emit ObservationCommitted(asset, book.midWad, book.halfSpreadE9, book.groups);
        } else {
            book.missedAt = block.timestamp;
            AssetCommits.miss(book, config, elapsed);
            emit ConsensusMissed(asset, outcome.validGroups, outcome.acceptedGroups);
        }
        if (book.grade != before) emit GradeChanged(asset, before, book.grade);
        state.words.save(book);
    }

    /// @dev The ring around the moment `ageSeconds` ago; not found when history does not reach back that far.
    function _lookBack(
        AssetId asset,
        uint256 ageSeconds
    ) private view returns (bool found, ObservationRing.Past memory past) {
        AssetCommits.AssetState storage state = _assets[asset];
        (uint256 index, uint256 cardinality) = state.words.ringOf();
        if (cardinality == 0 || ageSeconds > block.timestamp) return (false, past);
        return state.ring.lookBack(index, cardinality, block.timestamp - ageSeconds);
    }
}
