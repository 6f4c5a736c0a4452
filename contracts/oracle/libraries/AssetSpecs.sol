// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {AssetId} from "../../types/AssetId.sol";
import {IPriceOracle} from "../IPriceOracle.sol";

/// @title AssetSpecs
/// @notice An asset's configuration and sources as the code of a data contract: one cold access reads them all, where
/// storage would cost one per word. The address follows from asset and version, so nothing needs to be stored.
/// @dev Layout, in words: 0 = source count (bits 224..231) ++ the config's 14 fields of 16 bits, first field highest;
/// then two per source: adapter (160) ++ group (8) ++ maxAge (32) ++ gasCap (32), and ceiling (128) ++ floor (128).
library AssetSpecs {
    uint256 internal constant MAX_SOURCES = 8;
    uint256 internal constant MAX_GROUPS = 7;

    uint256 private constant WORD_BYTES = 32;
    uint256 private constant COUNT_SHIFT = 224;

    /// @notice Writes version `version` of the asset's spec.
    function store(
        AssetId asset,
        uint256 version,
        IPriceOracle.AssetConfig memory config,
        IPriceOracle.SourceConfig[] memory sources
    ) internal {
        bytes memory spec = abi.encodePacked(packConfig(config) | (sources.length << COUNT_SHIFT));
        for (uint256 i; i < sources.length; ++i) {
            (uint256 upper, uint256 lower) = packSource(sources[i]);
            spec = abi.encodePacked(spec, upper, lower);
        }
        SSTORE2.writeDeterministic(spec, saltOf(asset, version));
    }

    /// @notice Reads version `version` of the asset's spec, which must exist.
    function load(AssetId asset, uint256 version) internal view returns (bytes memory spec) {
        return SSTORE2.read(SSTORE2.predictDeterministicAddress(saltOf(asset, version)));
    }

    /// @notice Number of sources.
    function sourceCount(bytes memory spec) internal pure returns (uint256) {
        return wordAt(spec, 0) >> COUNT_SHIFT;
    }

    /// @notice The configuration.
    function configOf(bytes memory spec) internal pure returns (IPriceOracle.AssetConfig memory config) {
        uint256 word = wordAt(spec, 0);
        config.gateBps = uint16(word >> 208);
        config.truncationBps = uint16(word >> 192);
        config.velocityBps = uint16(word >> 176);
        config.minHalfSpreadBps = uint16(word >> 160);
        config.wideHalfSpreadBps = uint16(word >> 144);
        config.freshSeconds = uint16(word >> 128);
        config.maxAgeSeconds = uint16(word >> 112);
        config.ageSpreadBps = uint16(word >> 96);
        config.shortWindowSeconds = uint16(word >> 80);
        config.longWindowSeconds = uint16(word >> 64);
        config.ringSpacingSeconds = uint16(word >> 48);
        config.sigmaFloorBps = uint16(word >> 32);
        config.sigmaSeedBps = uint16(word >> 16);
        config.glideBpsPerHour = uint16(word);
    }

    /// @notice The source at `index`, which must be below the count.
    function sourceAt(
        bytes memory spec,
        uint256 index
    ) internal pure returns (IPriceOracle.SourceConfig memory source) {
        uint256 upper = wordAt(spec, 1 + 2 * index);
        uint256 lower = wordAt(spec, 2 + 2 * index);
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

    function packConfig(IPriceOracle.AssetConfig memory config) private pure returns (uint256 word) {
        word = (uint256(config.gateBps) << 208) | (uint256(config.truncationBps) << 192);
        word |= (uint256(config.velocityBps) << 176) | (uint256(config.minHalfSpreadBps) << 160);
        word |= (uint256(config.wideHalfSpreadBps) << 144) | (uint256(config.freshSeconds) << 128);
        word |= (uint256(config.maxAgeSeconds) << 112) | (uint256(config.ageSpreadBps) << 96);
        word |= (uint256(config.shortWindowSeconds) << 80) | (uint256(config.longWindowSeconds) << 64);
        word |= (uint256(config.ringSpacingSeconds) << 48) | (uint256(config.sigmaFloorBps) << 32);
        word |= (uint256(config.sigmaSeedBps) << 16) | config.glideBpsPerHour;
    }

    function packSource(IPriceOracle.SourceConfig memory source) private pure returns (uint256 upper, uint256 lower) {
        upper = (uint256(uint160(source.adapter)) << 72) | (uint256(source.group) << 64);
        upper |= (uint256(source.maxAgeSeconds) << 32) | source.gasCap;
        lower = (uint256(source.ceilingWad) << 128) | source.floorWad;
    }

    function wordAt(bytes memory spec, uint256 index) private pure returns (uint256) {
        return uint256(LibBytes.load(spec, index * WORD_BYTES));
    }

    function saltOf(AssetId asset, uint256 version) private pure returns (bytes32) {
        return bytes32((uint256(AssetId.unwrap(asset)) << 128) | version);
    }
}
