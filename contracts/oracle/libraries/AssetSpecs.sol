// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {AssetId} from "../../types/AssetId.sol";
import {IPriceOracle} from "../IPriceOracle.sol";
import {AssetConfigWord, packConfig} from "./AssetConfigWord.sol";

/// @title AssetSpecs
/// @notice An asset's configuration and sources as the code of a data contract: one cold access reads them all, where
/// storage would cost one per word. The address follows from asset and version, so nothing needs to be stored.
/// @dev Layout, in words: 0 = the configuration; then two per source: adapter (160) ++ group (8) ++ maxAge (32) ++
/// gasCap (32) in the low 232 bits, and ceiling (128) ++ floor (128).
library AssetSpecs {
    uint256 internal constant MAX_SOURCES = 8;
    uint256 internal constant MAX_GROUPS = 7;

    uint256 private constant WORD_BYTES = 32;
    uint256 private constant SOURCE_BYTES = 64;

    /// @notice Writes version `version` of the asset's spec.
    function store(
        AssetId asset,
        uint256 version,
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources
    ) internal {
        SSTORE2.writeDeterministic(encode(config, sources), saltOf(asset, version));
    }

    /// @notice Reads version `version` of the asset's spec, which must exist.
    function load(AssetId asset, uint256 version) internal view returns (bytes memory spec) {
        return SSTORE2.read(SSTORE2.predictDeterministicAddress(saltOf(asset, version)));
    }

    /// @notice The bytes of a spec.
    function encode(
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources
    ) internal pure returns (bytes memory spec) {
        spec = abi.encode(packConfig(config));
        for (uint256 i; i < sources.length; ++i) {
            IPriceOracle.SourceConfig memory source = sources[i];
            uint256 upper = (uint256(uint160(source.adapter)) << 72) | (uint256(source.group) << 64);
            upper |= (uint256(source.maxAgeSeconds) << 32) | source.gasCap;
            spec = abi.encodePacked(spec, upper, source.ceilingWad, source.floorWad);
        }
    }

    /// @notice Number of sources.
    function sourceCount(bytes memory spec) internal pure returns (uint256) {
        return spec.length / SOURCE_BYTES;
    }

    /// @notice The configuration.
    function configOf(bytes memory spec) internal pure returns (AssetConfigWord) {
        return AssetConfigWord.wrap(wordAt(spec, 0));
    }

    /// @notice The two words of the source at `index`, which must be below the count.
    function sourceWords(bytes memory spec, uint256 index) internal pure returns (uint256 upper, uint256 lower) {
        // At most 8 sources.
        unchecked {
            return (wordAt(spec, 1 + 2 * index), wordAt(spec, 2 + 2 * index));
        }
    }

    /// @notice The source at `index`, which must be below the count.
    function sourceAt(
        bytes memory spec,
        uint256 index
    ) internal pure returns (IPriceOracle.SourceConfig memory source) {
        (uint256 upper, uint256 lower) = sourceWords(spec, index);
        source.adapter = address(uint160(upper >> 72));
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

    function wordAt(bytes memory spec, uint256 index) private pure returns (uint256) {
        // At most 17 words.
        unchecked {
            return uint256(LibBytes.load(spec, index * WORD_BYTES));
        }
    }

    function saltOf(AssetId asset, uint256 version) private pure returns (bytes32) {
        return bytes32((uint256(AssetId.unwrap(asset)) << 128) | version);
    }
}
