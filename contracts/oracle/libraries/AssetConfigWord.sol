// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../IPriceOracle.sol";

/// @notice An `IPriceOracle.AssetConfig` in one word: 14 fields of 16 bits, in the order of the struct, first one highest.
type AssetConfigWord is uint256;

using {
    gateBps,
    truncationBps,
    velocityBps,
    minHalfSpreadBps,
    wideHalfSpreadBps,
    freshSeconds,
    maxAgeSeconds,
    ageSpreadBps,
    shortWindowSeconds,
    longWindowSeconds,
    ringSpacingSeconds,
    sigmaFloorBps,
    sigmaSeedBps,
    glideBpsPerHour,
    toConfig
} for AssetConfigWord global;

function gateBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 208);
}

function truncationBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 192);
}

function velocityBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 176);
}

function minHalfSpreadBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 160);
}

function wideHalfSpreadBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 144);
}

function freshSeconds(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 128);
}

function maxAgeSeconds(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 112);
}

function ageSpreadBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 96);
}

function shortWindowSeconds(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 80);
}

function longWindowSeconds(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 64);
}

function ringSpacingSeconds(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 48);
}

function sigmaFloorBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 32);
}

function sigmaSeedBps(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word) >> 16);
}

function glideBpsPerHour(AssetConfigWord word) pure returns (uint256) {
    return uint16(AssetConfigWord.unwrap(word));
}

/// @notice The struct that `packConfig` packed.
function toConfig(AssetConfigWord word) pure returns (IPriceOracle.AssetConfig memory config) {
    uint256 raw = AssetConfigWord.unwrap(word);
    config.gateBps = uint16(raw >> 208);
    config.truncationBps = uint16(raw >> 192);
    config.velocityBps = uint16(raw >> 176);
    config.minHalfSpreadBps = uint16(raw >> 160);
    config.wideHalfSpreadBps = uint16(raw >> 144);
    config.freshSeconds = uint16(raw >> 128);
    config.maxAgeSeconds = uint16(raw >> 112);
    config.ageSpreadBps = uint16(raw >> 96);
    config.shortWindowSeconds = uint16(raw >> 80);
    config.longWindowSeconds = uint16(raw >> 64);
    config.ringSpacingSeconds = uint16(raw >> 48);
    config.sigmaFloorBps = uint16(raw >> 32);
    config.sigmaSeedBps = uint16(raw >> 16);
    config.glideBpsPerHour = uint16(raw);
}

/// @notice Packs a configuration.
function packConfig(IPriceOracle.AssetConfig memory config) pure returns (AssetConfigWord) {
    uint256 word = (uint256(config.gateBps) << 208) | (uint256(config.truncationBps) << 192);
    word |= (uint256(config.velocityBps) << 176) | (uint256(config.minHalfSpreadBps) << 160);
    word |= (uint256(config.wideHalfSpreadBps) << 144) | (uint256(config.freshSeconds) << 128);
    word |= (uint256(config.maxAgeSeconds) << 112) | (uint256(config.ageSpreadBps) << 96);
    word |= (uint256(config.shortWindowSeconds) << 80) | (uint256(config.longWindowSeconds) << 64);
    word |= (uint256(config.ringSpacingSeconds) << 48) | (uint256(config.sigmaFloorBps) << 32);
    word |= (uint256(config.sigmaSeedBps) << 16) | config.glideBpsPerHour;
    return AssetConfigWord.wrap(word);
}
