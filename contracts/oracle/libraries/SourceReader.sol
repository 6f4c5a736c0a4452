// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {IPriceOracle} from "../IPriceOracle.sol";
import {IPriceSource} from "../IPriceSource.sol";
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

    /// @notice Reads all sources of a spec.
    /// @dev The only revert is `Oracle_InsufficientGas`, before the first call. That one check is enough for all calls:
    /// each takes at most its cap and its turn of the loop at most `GAS_PER_SOURCE`, so what was counted for the next is
    /// still there.
    function readAll(bytes memory spec, uint256 gateBps) internal view returns (Reading[] memory readings) {
        uint256 count = spec.sourceCount();
        readings = new Reading[](count);
        // At most 8 caps of 32 bits.
        unchecked {
            uint256 caps;
            for (uint256 i; i < count; ++i) {
                (uint256 upper, ) = spec.sourceWords(i);
                caps += uint32(upper);
            }
            uint256 gasNeeded = GAS_TAIL + count * GAS_PER_SOURCE;
            gasNeeded += (caps * GAS_SHARE_NUMERATOR) / GAS_SHARE_DENOMINATOR;
            if (gasleft() < gasNeeded) revert IPriceOracle.Oracle_InsufficientGas(gasleft(), gasNeeded);

            bytes memory request = abi.encodeWithSelector(IPriceSource.latest.selector);
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
        if (adapter.code.length == 0) return silent(upper, IPriceOracle.SourceFault.NoCode);
        (bool success, bool exceeded, bytes memory answer) = LibCall.tryStaticCall(
            adapter,
            uint32(upper),
            MAX_COPY,
            request
        );
        if (!success) return silent(upper, IPriceOracle.SourceFault.Reverted);
        if (exceeded || answer.length != ANSWER_BYTES) return silent(upper, IPriceOracle.SourceFault.Malformed);
        // Three full words are there, and every bit pattern is a number.
        uint256 priceWad = uint256(LibBytes.load(answer, 0));
        uint256 confidenceWad = uint256(LibBytes.load(answer, CONFIDENCE_OFFSET));
        uint256 updatedAt = uint256(LibBytes.load(answer, UPDATED_AT_OFFSET));
        uint256 age = updatedAt < block.timestamp ? block.timestamp - updatedAt : 0;
        IPriceOracle.SourceFault fault = judge(upper, lower, priceWad, updatedAt, age);
        // A price without fault is below 2^96, so the product is exact.
        unchecked {
            if (fault == IPriceOracle.SourceFault.None && confidenceWad > (priceWad * gateBps) / BPS) {
                fault = IPriceOracle.SourceFault.Unconfident;
            }
        }
        return toReading(uint8(upper >> 64), priceWad, confidenceWad, age, fault);
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
