// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {AssetId} from "../../types/AssetId.sol";
import {IPriceOracle} from "../IPriceOracle.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IRoutedSource} from "../IRoutedSource.sol";
import {AssetConfigWord, packConfig} from "./AssetConfigWord.sol";

/// @title AssetSpecs
/// @notice An asset's configuration and sources as the code of a data contract: one cold access reads them all, where
/// storage would cost one per word. The address follows from asset and version, so nothing needs to be stored.
/// @dev Layout, in words: 0 = gas that an observation must be given (24) ++ bitmap of the
/// sources with a refresh (8) ++ the configuration (224); then for each source two words, a byte and a request:
/// refreshGas (24) ++ target (160) ++ group (8) ++ maxAge (32) ++ gasCap (32), ceiling (128) ++ floor (128), length of the
/// request in use, and the request itself: selector (32) ++ adapter (256) ++ two words. It is sent from where it stands. The
/// target is the adapter, which is asked with the selector alone, or the reader that its route names.
library AssetSpecs {
    uint256 internal constant MAX_SOURCES = 8;
    uint256 internal constant MAX_GROUPS = 7;

    /// @dev How a source is called.
    /// @param refreshGas Gas for its refresh; 0 = it has none.
    /// @param route How it is read; no reader = by `latest`. Not used beside a refresh.
    struct Approach {
        uint256 refreshGas;
        IRoutedSource.Route route;
    }

    /// @dev From one source to the next in memory: 32 + 32 + 1 + 4 + 3 * 32.
    uint256 internal constant SOURCE_BYTES = 165;
    uint8 private constant LATEST_BYTES = 4;
    uint8 private constant ROUTED_BYTES = 100;
    uint256 private constant NEEDED_SHIFT = 232;
    uint256 private constant REFRESHED_SHIFT = 224;
    uint256 private constant REFRESH_GAS_SHIFT = 232;
    /// @dev No transaction has more (EIP-7825): what needs more could never be observed.
    uint256 private constant MAX_NEEDED = 1 << 24;

    /// @dev EIP-150 keeps one 64th: `cap` arrives only if cap * 64/63 is there.
    uint256 private constant GAS_SHARE_NUMERATOR = 64;
    uint256 private constant GAS_SHARE_DENOMINATOR = 63;
    /// @dev What reading or refreshing one source costs beside the call: cold account, decoding. Measured below 5k.
    uint256 private constant GAS_PER_CALL = 8_000;
    /// @dev What is left for the work after the calls, so that running dry there is told apart early.
    uint256 private constant GAS_TAIL = 60_000;

    /// @notice Writes version `version` of the asset's spec.
    /// @param approaches By source.
    function store(
        AssetId asset,
        uint256 version,
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources,
        Approach[] memory approaches
    ) internal {
        SSTORE2.writeDeterministic(encode(config, sources, approaches), saltOf(asset, version));
    }

    /// @notice Reads version `version` of the asset's spec, which must exist.
    function load(AssetId asset, uint256 version) internal view returns (bytes memory spec) {
        return SSTORE2.read(SSTORE2.predictDeterministicAddress(saltOf(asset, version)));
    }

    /// @notice The bytes of a spec.
    function encode(
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources,
        Approach[] memory approaches
    ) internal pure returns (bytes memory spec) {
        uint256 calls = sources.length;
        uint256 caps;
        uint256 refreshed;
        bytes memory tail;
        for (uint256 i; i < sources.length; ++i) {
            uint256 refreshGas = approaches[i].refreshGas;
            tail = abi.encodePacked(tail, encodeSource(sources[i], refreshGas, approaches[i].route));
            caps += sources[i].gasCap + refreshGas;
            if (refreshGas == 0) continue;
            ++calls;
            refreshed |= 1 << i;
        }
        uint256 needed = GAS_TAIL + calls * GAS_PER_CALL + (caps * GAS_SHARE_NUMERATOR) / GAS_SHARE_DENOMINATOR;
        if (needed >= MAX_NEEDED) revert IPriceOracle.Oracle_TooMuchGas(needed, MAX_NEEDED - 1);
        uint256 head = (needed << NEEDED_SHIFT) | (refreshed << REFRESHED_SHIFT);
        return abi.encodePacked(head | AssetConfigWord.unwrap(packConfig(config)), tail);
    }

    function encodeSource(
        IPriceOracle.SourceConfig memory source,
        uint256 refreshGas,
        IRoutedSource.Route memory route
    ) private pure returns (bytes memory) {
        bool isRouted = refreshGas == 0 && route.reader != address(0);
        address target = isRouted ? route.reader : source.adapter;
        uint256 upper = (refreshGas << REFRESH_GAS_SHIFT) | (uint256(uint160(target)) << 72);
        upper |= (uint256(source.group) << 64) | (uint256(source.maxAgeSeconds) << 32) | source.gasCap;
        bytes memory limits = abi.encodePacked(upper, source.ceilingWad, source.floorWad);
        uint256 adapter = uint160(source.adapter);
        if (!isRouted) {
            bytes4 latest = IPriceSource.latest.selector;
            return abi.encodePacked(limits, LATEST_BYTES, latest, adapter, uint256(0), uint256(0));
        }
        return abi.encodePacked(limits, ROUTED_BYTES, route.selector, adapter, route.first, route.second);
    }

    /// @notice Gas that must be there before the first call to a source, so that each gets its full cap.
    function gasNeeded(bytes memory spec) internal pure returns (uint256) {
        return headOf(spec) >> NEEDED_SHIFT;
    }

    /// @notice Gas for the refresh of a source, from the upper of its words; 0 = it has none.
    function refreshGasOf(uint256 upper) internal pure returns (uint256) {
        return upper >> REFRESH_GAS_SHIFT;
    }

    /// @notice Bitmap of the sources that have a refresh.
    function refreshedOf(bytes memory spec) internal pure returns (uint256) {
        return uint8(headOf(spec) >> REFRESHED_SHIFT);
    }

    /// @notice Number of sources.
    function sourceCount(bytes memory spec) internal pure returns (uint256) {
        return spec.length / SOURCE_BYTES;
    }

    /// @notice The configuration.
    function configOf(bytes memory spec) internal pure returns (AssetConfigWord) {
        return AssetConfigWord.wrap(headOf(spec));
    }

    /// @notice Where the source at `index`, which must be below the count, begins in memory.
    function pointerTo(bytes memory spec, uint256 index) internal pure returns (uint256 pointer) {
        // Safe: an address only, past the length and the first word.
        assembly ("memory-safe") {
            pointer := add(add(spec, 0x40), mul(index, SOURCE_BYTES))
        }
    }

    /// @notice The two words of a source.
    function wordsAt(uint256 pointer) internal pure returns (uint256 upper, uint256 lower) {
        // Safe: reads only.
        assembly ("memory-safe") {
            upper := mload(pointer)
            lower := mload(add(pointer, 0x20))
        }
    }

    /// @notice The request to a source: where it begins in memory, and its length.
    function requestAt(uint256 pointer) internal pure returns (uint256 begin, uint256 length) {
        // Safe: reads only.
        assembly ("memory-safe") {
            length := byte(0, mload(add(pointer, 0x40)))
            begin := add(pointer, 0x41)
        }
    }

    /// @notice The source at `index`, which must be below the count.
    function sourceAt(
        bytes memory spec,
        uint256 index
    ) internal pure returns (IPriceOracle.SourceConfig memory source) {
        uint256 pointer = pointerTo(spec, index);
        (uint256 upper, uint256 lower) = wordsAt(pointer);
        source.adapter = adapterAt(pointer);
        source.group = uint8(upper >> 64);
        source.maxAgeSeconds = uint32(upper >> 32);
        source.gasCap = uint32(upper);
        source.ceilingWad = uint128(lower >> 128);
        source.floorWad = uint128(lower);
    }

    /// @notice All sources.
    function sourcesOf(bytes memory spec) internal pure returns (IPriceOracle.SourceConfig[] memory sources) {
        uint256 count = sourceCount(spec);
        sources = new IPriceOracle.SourceConfig[](count);
        for (uint256 i; i < count; ++i) sources[i] = sourceAt(spec, i);
    }

    function adapterAt(uint256 pointer) private pure returns (address adapter) {
        uint256 word;
        // Safe: reads only, behind the length and the selector of the request.
        assembly ("memory-safe") {
            word := mload(add(pointer, 0x45))
        }
        return address(uint160(word));
    }

    function headOf(bytes memory spec) private pure returns (uint256 word) {
        // Safe: reads only.
        assembly ("memory-safe") {
            word := mload(add(spec, 0x20))
        }
    }

    function saltOf(AssetId asset, uint256 version) private pure returns (bytes32) {
        return bytes32((uint256(AssetId.unwrap(asset)) << 128) | version);
    }
}
