// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {IPriceOracle} from "../IPriceOracle.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IRefreshableSource} from "../IRefreshableSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {AssetSpecs} from "./AssetSpecs.sol";
import {Reading, toReading} from "./Reading.sol";

/// @title SourceReader
/// @notice Reads hostile sources: whatever they do, the reader gets a value or a reason, at a bounded price.
/// @dev Each source gets exactly its gas cap or the whole call reverts, so what it answers cannot depend on the caller's
/// gas limit, however deep its own calls go. At most 128 bytes of its answer are ever copied.
library SourceReader {
    using AssetSpecs for bytes;

    uint256 private constant BPS = 1e4;
    uint256 private constant ANSWER_BYTES = 96;
    uint256 private constant CONFIDENCE_OFFSET = 32;
    uint256 private constant UPDATED_AT_OFFSET = 64;
    uint256 private constant WORD_BYTES = 32;
    /// @dev More than an answer has, so that a longer one is noticed, and no more.
    uint16 private constant MAX_COPY = 128;
    /// @dev Clocks of providers may run ahead a little.
    uint256 private constant MAX_AHEAD = 60 seconds;
    /// @dev For a source to say what its refresh needs, and the most that it may need.
    uint256 private constant PROBE_GAS = 50_000;
    uint256 private constant MAX_REFRESH_GAS = 2_000_000;
    int256 private constant MAX_UNIT = 32_767;

    /// @notice Reverts unless there is gas for every refresh and every read of `spec` with its full cap.
    /// @dev One check, before the first call, is enough for all: each call takes at most its cap and the work around it
    /// at most `GAS_PER_CALL`, so what was counted for the next is still there.
    function requireGas(bytes memory spec) internal view {
        uint256 needed = spec.gasNeeded();
        uint256 available = gasleft();
        if (available < needed) revert IPriceOracle.Oracle_InsufficientGas(available, needed);
    }

    /// @notice Lets the sources that keep state bring it up to date. Whatever they do is ignored.
    /// @dev Warning: these are real calls into adapters, which may call back: nothing of the oracle's state that was
    /// loaded before may be used after.
    function refreshAll(bytes memory spec) internal {
        // At most 8 sources.
        unchecked {
            uint256 bitmap = spec.refreshedOf();
            for (uint256 i; bitmap >> i != 0; ++i) {
                if ((bitmap >> i) & 1 == 0) continue;
                (uint256 upper, ) = spec.sourceWords(i);
                bytes memory request = abi.encodeWithSelector(IRefreshableSource.refresh.selector);
                LibCall.tryCall(address(uint160(upper >> 72)), 0, AssetSpecs.refreshGasOf(upper), 0, request);
            }
        }
    }

    /// @notice What each source's refresh needs, as it says itself; 0 for one that has none or asks for too much.
    function probeRefresh(
        IPriceOracle.SourceConfig[] memory sources
    ) internal view returns (uint256[] memory refreshGas) {
        refreshGas = new uint256[](sources.length);
        bytes memory request = abi.encodeWithSelector(IRefreshableSource.refreshGas.selector);
        for (uint256 i; i < sources.length; ++i) {
            (bool success, , bytes memory answer) = LibCall.tryStaticCall(
                sources[i].adapter,
                PROBE_GAS,
                MAX_COPY,
                request
            );
            if (!success || answer.length != WORD_BYTES) continue;
            uint256 asked = uint256(LibBytes.load(answer, 0));
            if (asked <= MAX_REFRESH_GAS) refreshGas[i] = asked;
        }
    }

    /// @notice The unit that a source declares now: decimals + 32768; 0 when it declares none.
    function probeUnit(address adapter) internal view returns (uint256 unitCode) {
        bytes memory request = abi.encodeWithSelector(IUnitSource.unitDecimals.selector);
        (bool success, , bytes memory answer) = LibCall.tryStaticCall(adapter, PROBE_GAS, MAX_COPY, request);
        if (!success || answer.length != WORD_BYTES) return 0;
        int256 decimals = int256(uint256(LibBytes.load(answer, 0)));
        if (decimals < -MAX_UNIT || decimals > MAX_UNIT) return 0;
        return uint256(decimals + MAX_UNIT + 1);
    }

    /// @notice Reads all sources of a spec; `requireGas` comes first.
    function readAll(bytes memory spec, uint256 gateBps) internal view returns (Reading[] memory readings) {
        uint256 count = spec.sourceCount();
        readings = new Reading[](count);
        bytes memory request = abi.encodeWithSelector(IPriceSource.latest.selector);
        // At most 8 sources.
        unchecked {
            for (uint256 i; i < count; ++i) {
                (uint256 upper, uint256 lower) = spec.sourceWords(i);
                readings[i] = readOne(upper, lower, request, gateBps);
            }
        }
    }

    function readOne(
        uint256 upper,
        uint256 lower,
        bytes memory request,
        uint256 gateBps
    ) private view returns (Reading) {
        address adapter = address(uint160(upper >> 72));
        (bool success, , bytes memory answer) = LibCall.tryStaticCall(adapter, uint32(upper), MAX_COPY, request);
        if (!success) return silent(upper, IPriceOracle.SourceFault.Reverted);
        if (answer.length != ANSWER_BYTES) {
            // An address without code answers, with nothing.
            bool isGone = answer.length == 0 && adapter.code.length == 0;
            return silent(upper, isGone ? IPriceOracle.SourceFault.NoCode : IPriceOracle.SourceFault.Malformed);
        }
        // Three full words are there, and every bit pattern is a number.
        uint256 priceWad = uint256(LibBytes.load(answer, 0));
        uint256 confidenceWad = uint256(LibBytes.load(answer, CONFIDENCE_OFFSET));
        uint256 updatedAt = uint256(LibBytes.load(answer, UPDATED_AT_OFFSET));
        // A price without fault is below 2^96, so the product is exact.
        unchecked {
            uint256 age = updatedAt < block.timestamp ? block.timestamp - updatedAt : 0;
            IPriceOracle.SourceFault fault = judge(upper, lower, priceWad, updatedAt, age);
            if (fault == IPriceOracle.SourceFault.None && confidenceWad > (priceWad * gateBps) / BPS) {
                fault = IPriceOracle.SourceFault.Unconfident;
            }
            return toReading(uint8(upper >> 64), priceWad, confidenceWad, age, fault);
        }
    }

    /// @dev Wrong statements come before silence: a value that is both out of bounds and stale is a wrong statement.
    function judge(
        uint256 upper,
        uint256 lower,
        uint256 priceWad,
        uint256 updatedAt,
        uint256 age
    ) private view returns (IPriceOracle.SourceFault) {
        if (priceWad == 0) return IPriceOracle.SourceFault.NoValue;
        if (priceWad < uint128(lower) || priceWad > lower >> 128) return IPriceOracle.SourceFault.OutOfBounds;
        if (updatedAt > block.timestamp + MAX_AHEAD) return IPriceOracle.SourceFault.Future;
        return age >= uint32(upper >> 32) ? IPriceOracle.SourceFault.Stale : IPriceOracle.SourceFault.None;
    }

    function silent(uint256 upper, IPriceOracle.SourceFault fault) private pure returns (Reading) {
        return toReading(uint8(upper >> 64), 0, 0, 0, fault);
    }
}
