// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Grade} from "../types/Price.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {AssetCommits} from "./libraries/AssetCommits.sol";
import {packConfig} from "./libraries/AssetConfigWord.sol";
import {AssetSpecs} from "./libraries/AssetSpecs.sol";
import {ObservationRing} from "./libraries/ObservationRing.sol";
import {PriceBook} from "./libraries/PriceBook.sol";
import {SourceReader} from "./libraries/SourceReader.sol";
import {SourceStandings} from "./libraries/SourceStandings.sol";
import {SpecBounds} from "./libraries/SpecBounds.sol";

/// @title SpecDesk
/// @notice What `PriceOracle` does rarely: listing, configuration, and what can be said of both. A library of its own, so
/// that the oracle's code is for observations and reads.
/// @dev The caller has checked who may call.
library SpecDesk {
    using AssetSpecs for bytes;
    using ObservationRing for ObservationRing.Ring;
    using PriceBook for PriceBook.Words;

    /// @dev Slots paid for in one call: 11.3M gas.
    uint256 private constant MAX_GROWTH = 512;
    uint256 private constant MIN_CARDINALITY = 3;
    /// @dev For how long after a change the set before it can be brought back.
    uint256 private constant ROLLBACK_TIME = 7 days;

    /// @notice See `IPriceOracle.listAsset`.
    function list(
        AssetCommits.AssetState storage state,
        AssetId asset,
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources,
        uint256 cardinality
    ) external {
        if (asset == NO_ASSET || state.words.versionOf() != 0) revert IPriceOracle.Oracle_CannotList(asset);
        if (cardinality < MIN_CARDINALITY || cardinality > MAX_GROWTH) {
            revert IPriceOracle.Oracle_Cardinality(cardinality, MIN_CARDINALITY, MAX_GROWTH);
        }
        SpecBounds.checkConfig(config);
        SpecBounds.checkRing(cardinality, config.ringSpacingSeconds, config.longWindowSeconds);
        SpecBounds.checkSources(sources);

        PriceBook.Book memory book;
        book.grade = Grade.Blind;
        book.ringCardinality = cardinality;
        state.ring.grow(cardinality);
        write(state, asset, book, config, sources);
        emit IPriceOracle.AssetListed(asset, config);
        for (uint256 i; i < sources.length; ++i) emit IPriceOracle.SourceAdded(asset, i, sources[i]);
    }

    /// @notice See `IPriceOracle.configureAsset`.
    function configure(
        AssetCommits.AssetState storage state,
        AssetId asset,
        IPriceOracle.AssetConfig memory config
    ) external {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        SpecBounds.checkConfig(config);
        SpecBounds.checkRing(book.ringCardinality, config.ringSpacingSeconds, config.longWindowSeconds);
        // Longer windows may begin earlier than the cursors: start them over at the oldest observation.
        uint256 oldest = state.ring.oldestBack(book.ringIndex, book.ringCardinality);
        book.shortWindow = ObservationRing.Cursor(oldest, 0);
        book.longWindow = ObservationRing.Cursor(oldest, 0);
        write(state, asset, book, config, spec.sourcesOf());
        emit IPriceOracle.AssetConfigured(asset, spec.configOf().toConfig(), config);
    }

    /// @notice See `IPriceOracle.addSource`.
    function addSource(
        AssetCommits.AssetState storage state,
        AssetId asset,
        IPriceOracle.SourceConfig memory source
    ) external returns (uint256 index) {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        index = spec.sourceCount();
        IPriceOracle.SourceConfig[] memory sources = new IPriceOracle.SourceConfig[](index + 1);
        for (uint256 i; i < index; ++i) sources[i] = spec.sourceAt(i);
        sources[index] = source;
        SpecBounds.checkSources(sources);

        book.quarantined |= 1 << index;
        SourceStandings.cast(state.standings[index], SourceReader.probeUnit(source.adapter));
        write(state, asset, book, spec.configOf().toConfig(), sources);
        emit IPriceOracle.SourceAdded(asset, index, source);
    }

    /// @notice See `IPriceOracle.activate`.
    function activate(AssetCommits.AssetState storage state, AssetId asset, uint256 index) external {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        requireSource(spec, index);
        SourceStandings.Standing storage standing = state.standings[index];
        if (!standing.inShadow) revert IPriceOracle.Oracle_NotInShadow(asset, index);
        remember(state, book.version, spec.sourceCount());
        SourceStandings.activate(standing, SourceReader.probeUnit(spec.sourceAt(index).adapter));
        book.quarantined &= ~(1 << index);
        state.words.save(book);
        emit IPriceOracle.SourceActivated(asset, index);
    }

    /// @notice See `IPriceOracle.rollbackSources`.
    function rollback(AssetCommits.AssetState storage state, AssetId asset) external {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        AssetCommits.PreviousSet memory previous = state.previous;
        if (previous.version == 0 || block.timestamp > previous.until) {
            revert IPriceOracle.Oracle_NothingToRollBack(asset, previous.until);
        }
        delete state.previous;
        IPriceOracle.SourceConfig[] memory sources = AssetSpecs.load(asset, previous.version).sourcesOf();
        book.quarantined = restore(state, spec, sources, book.quarantined, previous.shadowed);
        write(state, asset, book, spec.configOf().toConfig(), sources);
        emit IPriceOracle.SourcesRolledBack(asset, previous.version, book.version);
    }

    /// @notice See `IPriceOracle.removeSource`.
    function removeSource(AssetCommits.AssetState storage state, AssetId asset, uint256 index) external {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        requireSource(spec, index);
        uint256 last = spec.sourceCount() - 1;
        if (last == 0) revert IPriceOracle.Oracle_SourceCount(0, AssetSpecs.MAX_SOURCES);
        IPriceOracle.SourceConfig memory removed = spec.sourceAt(index);
        IPriceOracle.SourceConfig[] memory sources = new IPriceOracle.SourceConfig[](last);
        for (uint256 i; i < last; ++i) sources[i] = spec.sourceAt(i == index ? last : i);

        if (!state.standings[index].inShadow) remember(state, book.version, last + 1);
        // The last source moves to the free index, with its standing.
        state.standings[index] = state.standings[last];
        delete state.standings[last];
        uint256 lastBit = (book.quarantined >> last) & 1;
        book.quarantined &= ~((1 << index) | (1 << last));
        if (index != last) book.quarantined |= lastBit << index;
        write(state, asset, book, spec.configOf().toConfig(), sources);
        emit IPriceOracle.SourceRemoved(asset, index, removed);
    }

    /// @notice See `IPriceOracle.suspendSource`.
    function suspendSource(AssetCommits.AssetState storage state, AssetId asset, uint256 index) external {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        requireSource(spec, index);
        book.quarantined |= 1 << index;
        SourceStandings.quarantine(state.standings[index], asset, index);
        state.words.save(book);
    }

    /// @notice See `IPriceOracle.growRing`.
    function growRing(AssetCommits.AssetState storage state, AssetId asset, uint256 cardinality) external {
        (PriceBook.Book memory book, ) = load(state, asset);
        ObservationRing.Ring storage ring = state.ring;
        uint256 previous = ring.cardinalityNext;
        // An asset at the 65535 that the type allows can grow no further.
        if (cardinality <= previous || cardinality > previous + MAX_GROWTH) {
            revert IPriceOracle.Oracle_Cardinality(cardinality, previous + 1, previous + MAX_GROWTH);
        }
        ring.grow(cardinality);
        // A ring that has not wrapped may use them at once.
        if (book.ringIndex + 1 < book.ringCardinality && !ring.slots[book.ringIndex + 1].isWritten()) {
            book.ringCardinality = cardinality;
            state.words.save(book);
        }
        emit IPriceOracle.RingGrown(asset, previous, cardinality);
    }

    /// @notice See `IPriceOracle.configOf`.
    function configOf(
        AssetCommits.AssetState storage state,
        AssetId asset
    ) external view returns (IPriceOracle.AssetConfig memory config) {
        (, bytes memory spec) = load(state, asset);
        return spec.configOf().toConfig();
    }

    /// @notice See `IPriceOracle.sourcesOf`.
    function sourcesOf(
        AssetCommits.AssetState storage state,
        AssetId asset
    ) external view returns (IPriceOracle.SourceConfig[] memory sources) {
        (, bytes memory spec) = load(state, asset);
        return spec.sourcesOf();
    }

    /// @notice See `IPriceOracle.standingsOf`.
    function standingsOf(
        AssetCommits.AssetState storage state,
        AssetId asset
    ) external view returns (IPriceOracle.SourceStanding[] memory standings) {
        (PriceBook.Book memory book, bytes memory spec) = load(state, asset);
        standings = new IPriceOracle.SourceStanding[](spec.sourceCount());
        for (uint256 i; i < standings.length; ++i) {
            SourceStandings.Standing storage standing = state.standings[i];
            standings[i] = IPriceOracle.SourceStanding(
                (book.quarantined >> i) & 1 != 0,
                SourceStandings.strikesOf(standing),
                standing.cleanReads,
                standing.releaseAt,
                standing.inShadow,
                standing.cleanSeconds
            );
        }
    }

    /// @notice See `IPriceOracle.moveOf`.
    function moveOf(
        AssetCommits.AssetState storage state,
        AssetId asset,
        uint256 priceWad
    ) external view returns (uint256 moveBps) {
        (PriceBook.Book memory book, ) = load(state, asset);
        return AssetCommits.moveOf(book, priceWad);
    }

    /// @notice See `IPriceOracle.ringOf`.
    function ringOf(
        AssetCommits.AssetState storage state,
        AssetId asset
    ) external view returns (uint256 cardinality, uint256 cardinalityNext, uint256 historySeconds) {
        (PriceBook.Book memory book, ) = load(state, asset);
        cardinality = book.ringCardinality;
        cardinalityNext = state.ring.cardinalityNext;
        if (book.midWad == 0) return (cardinality, cardinalityNext, 0);
        uint256 back = state.ring.oldestBack(book.ringIndex, cardinality);
        historySeconds = block.timestamp - state.ring.slotBehind(book.ringIndex, cardinality, back).timeOf();
    }

    /// @dev Before the set of sources that count changes: it is what a rollback brings back, unless an earlier one that
    /// stood for the whole time still is.
    function remember(AssetCommits.AssetState storage state, uint256 version, uint256 count) private {
        AssetCommits.PreviousSet storage previous = state.previous;
        if (previous.version == 0 || block.timestamp > previous.until) {
            uint256 shadowed;
            for (uint256 i; i < count; ++i) if (state.standings[i].inShadow) shadowed |= 1 << i;
            // Versions are below 2^16, indices below 8.
            previous.version = uint16(version);
            previous.shadowed = uint8(shadowed);
        }
        previous.until = uint40(block.timestamp + ROLLBACK_TIME);
    }

    /// @dev Gives each of `sources` the standing that its adapter has in `spec`, or a clean one.
    /// @param shadowed Bitmap of those of `sources` that were in shadow.
    /// @return quarantinedAfter Bitmap for the new order.
    function restore(
        AssetCommits.AssetState storage state,
        bytes memory spec,
        IPriceOracle.SourceConfig[] memory sources,
        uint256 quarantined,
        uint256 shadowed
    ) private returns (uint256 quarantinedAfter) {
        uint256 count = spec.sourceCount();
        SourceStandings.Standing[] memory held = new SourceStandings.Standing[](count);
        for (uint256 i; i < count; ++i) {
            held[i] = state.standings[i];
            delete state.standings[i];
        }
        for (uint256 i; i < sources.length; ++i) {
            bool wasShadowed = (shadowed >> i) & 1 != 0;
            uint256 bit = wasShadowed ? 1 : 0;
            for (uint256 j; j < count; ++j) {
                if (spec.sourceAt(j).adapter != sources[i].adapter) continue;
                state.standings[i] = held[j];
                if (!held[j].inShadow) bit |= (quarantined >> j) & 1;
                state.standings[i].inShadow = false;
            }
            if (wasShadowed) SourceStandings.cast(state.standings[i], SourceReader.probeUnit(sources[i].adapter));
            quarantinedAfter |= bit << i;
        }
    }

    /// @dev Stores a new version of the spec and the book that points to it.
    function write(
        AssetCommits.AssetState storage state,
        AssetId asset,
        PriceBook.Book memory book,
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources
    ) private {
        if (book.version == type(uint16).max) revert IPriceOracle.Oracle_SpecVersionsExhausted(asset);
        book.version += 1;
        AssetSpecs.store(asset, book.version, config, sources, SourceReader.probe(sources));
        PriceBook.keepTerms(book, packConfig(config));
        state.words.save(book);
    }

    function load(
        AssetCommits.AssetState storage state,
        AssetId asset
    ) private view returns (PriceBook.Book memory book, bytes memory spec) {
        book = state.words.load();
        if (book.version == 0) revert IPriceOracle.Oracle_NotListed(asset);
        spec = AssetSpecs.load(asset, book.version);
    }

    function requireSource(bytes memory spec, uint256 index) private pure {
        uint256 count = spec.sourceCount();
        if (index >= count) revert IPriceOracle.Oracle_NoSuchSource(index, count);
    }
}
