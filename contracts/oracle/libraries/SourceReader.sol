// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibCall} from "solady/src/utils/LibCall.sol";

import {IPriceOracle} from "../IPriceOracle.sol";
import {IPriceSource} from "../IPriceSource.sol";

/// @title SourceReader
/// @notice Reads hostile sources: whatever they do, the reader gets a value or a reason, at a bounded price.
/// @dev Each source gets exactly its gas cap or the whole call reverts, so what it answers cannot depend on the caller's
/// gas limit, however deep its own calls go. At most 128 bytes of its answer are ever copied.
library SourceReader {
    /// @notice What one source said.
    /// @param priceWad Its value, WAD; kept for reports even when it does not count.
    struct Reading {
        uint256 priceWad;
        uint256 confidenceWad;
        uint256 ageSeconds;
        uint256 group;
        IPriceOracle.SourceFault fault;
    }

    uint256 private constant BPS = 1e4;
    uint256 private constant ANSWER_BYTES = 96;
    /// @dev More than an answer has, so that a longer one is noticed, and no more.
    uint16 private constant MAX_COPY = 128;
    /// @dev EIP-150 keeps one 64th: `cap` arrives only if cap * 64/63 is there.
    uint256 private constant GAS_SHARE_NUMERATOR = 64;
    uint256 private constant GAS_SHARE_DENOMINATOR = 63;
    /// @dev What one turn of the loop costs beside the call: cold account, decoding. Measured below 5k.
    uint256 private constant GAS_PER_SOURCE = 8_000;
    /// @dev What is left for the work after the loop, so that running dry there is told apart early.
    uint256 private constant GAS_TAIL = 60_000;
    /// @dev Clocks of providers may run ahead a little.
    uint256 private constant MAX_AHEAD = 60 seconds;

    /// @notice Reads all sources.
    /// @dev The only revert is `Oracle_InsufficientGas`, before the first call. That one check is enough for all calls:
    /// each takes at most its cap and the loop at most `GAS_PER_SOURCE`, so what it left is still there for the next.
    function readAll(
        IPriceOracle.SourceConfig[] memory sources,
        uint256 gateBps
    ) internal view returns (Reading[] memory readings) {
        uint256 count = sources.length;
        readings = new Reading[](count);
        uint256 gasNeeded = GAS_TAIL;
        for (uint256 i; i < count; ++i) {
            gasNeeded += (uint256(sources[i].gasCap) * GAS_SHARE_NUMERATOR) / GAS_SHARE_DENOMINATOR + GAS_PER_SOURCE;
        }
        if (gasleft() < gasNeeded) revert IPriceOracle.Oracle_InsufficientGas(gasleft(), gasNeeded);

        bytes memory request = abi.encodeWithSelector(IPriceSource.latest.selector);
        for (uint256 i; i < count; ++i) readOne(sources[i], request, gateBps, readings[i]);
    }

    function readOne(
        IPriceOracle.SourceConfig memory source,
        bytes memory request,
        uint256 gateBps,
        Reading memory reading
    ) private view {
        reading.group = source.group;
        if (source.adapter.code.length == 0) {
            reading.fault = IPriceOracle.SourceFault.NoCode;
            return;
        }
        (bool success, bool exceeded, bytes memory answer) = LibCall.tryStaticCall(
            source.adapter,
            source.gasCap,
            MAX_COPY,
            request
        );
        if (!success) {
            reading.fault = IPriceOracle.SourceFault.Reverted;
        } else if (exceeded || answer.length != ANSWER_BYTES) {
            reading.fault = IPriceOracle.SourceFault.Malformed;
        } else {
            // Three full words: every bit pattern decodes.
            uint256 updatedAt;
            (reading.priceWad, reading.confidenceWad, updatedAt) = abi.decode(answer, (uint256, uint256, uint256));
            judge(source, gateBps, updatedAt, reading);
        }
    }

    /// @dev Wrong statements come before silence: a value that is both out of bounds and stale is a wrong statement.
    function judge(
        IPriceOracle.SourceConfig memory source,
        uint256 gateBps,
        uint256 updatedAt,
        Reading memory reading
    ) private view {
        uint256 price = reading.priceWad;
        if (price == 0) {
            reading.fault = IPriceOracle.SourceFault.NoValue;
        } else if (price < source.floorWad || price > source.ceilingWad) {
            reading.fault = IPriceOracle.SourceFault.OutOfBounds;
        } else if (updatedAt > block.timestamp + MAX_AHEAD) {
            reading.fault = IPriceOracle.SourceFault.Future;
        } else {
            reading.ageSeconds = updatedAt < block.timestamp ? block.timestamp - updatedAt : 0;
            if (reading.ageSeconds >= source.maxAgeSeconds) {
                reading.fault = IPriceOracle.SourceFault.Stale;
            } else if (reading.confidenceWad > (price * gateBps) / BPS) {
                reading.fault = IPriceOracle.SourceFault.Unconfident;
            }
        }
    }
}
