// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {IPriceOracle} from "../IPriceOracle.sol";
import {IRefreshableSource} from "../IRefreshableSource.sol";
import {IRoutedSource} from "../IRoutedSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {AssetSpecs} from "./AssetSpecs.sol";
import {Reading, toReading, validReading} from "./Reading.sol";

/// @title SourceReader
/// @notice Reads hostile sources: whatever they do, the reader gets a value or a reason, at a bounded price.
/// @dev Each source gets exactly its gas cap or the whole call reverts, so what it answers cannot depend on the caller's
/// gas limit, however deep its own calls go. At most 96 bytes of its answer are ever copied.
library SourceReader {
    using AssetSpecs for bytes;

    uint256 private constant BPS = 1e4;
    uint256 private constant ANSWER_BYTES = 0x60;
    /// @dev How a call ended: without success (0), with three words, or, in between, with anything else.
    uint256 private constant MISSPOKEN = 1;
    uint256 private constant ANSWERED = 2;
    uint256 private constant WORD_BYTES = 32;
    uint256 private constant ROUTE_BYTES = 128;
    /// @dev More than the answer to a probe has, so that a longer one is noticed, and no more.
    uint16 private constant MAX_COPY = 160;
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
                (uint256 upper, ) = AssetSpecs.wordsAt(spec.pointerTo(i));
                nudge(address(uint160(upper >> 72)), AssetSpecs.refreshGasOf(upper));
            }
        }
    }

    /// @notice How each source is to be called, as it says itself: what its refresh needs, 0 for one that has none or asks for
    /// too much, and its route.
    function probe(
        IPriceOracle.SourceConfig[] memory sources
    ) internal view returns (AssetSpecs.Approach[] memory approaches) {
        approaches = new AssetSpecs.Approach[](sources.length);
        for (uint256 i; i < sources.length; ++i) {
            address adapter = sources[i].adapter;
            (bool found, bytes memory answer) = inquire(adapter, IRefreshableSource.refreshGas.selector, WORD_BYTES);
            uint256 asked = found ? uint256(LibBytes.load(answer, 0)) : 0;
            if (asked <= MAX_REFRESH_GAS) approaches[i].refreshGas = asked;
            approaches[i].route = routeOf(adapter);
        }
    }

    /// @notice The route that a source names; none when it names none.
    function routeOf(address adapter) internal view returns (IRoutedSource.Route memory route) {
        (bool found, bytes memory answer) = inquire(adapter, IRoutedSource.route.selector, ROUTE_BYTES);
        if (!found) return route;
        // Cut to their width instead of checked: a source must not be able to make a listing fail.
        route.reader = address(uint160(uint256(LibBytes.load(answer, 0))));
        route.selector = bytes4(LibBytes.load(answer, WORD_BYTES));
        route.first = uint256(LibBytes.load(answer, 2 * WORD_BYTES));
        route.second = uint256(LibBytes.load(answer, 3 * WORD_BYTES));
    }

    /// @notice The unit that a source declares now: decimals + 32768; 0 when it declares none.
    function probeUnit(address adapter) internal view returns (uint256 unitCode) {
        (bool found, bytes memory answer) = inquire(adapter, IUnitSource.unitDecimals.selector, WORD_BYTES);
        if (!found) return 0;
        int256 decimals = int256(uint256(LibBytes.load(answer, 0)));
        if (decimals < -MAX_UNIT || decimals > MAX_UNIT) return 0;
        return uint256(decimals + MAX_UNIT + 1);
    }

    /// @dev Whether `adapter` answers the question with exactly `length` bytes, and these.
    function inquire(
        address adapter,
        bytes4 selector,
        uint256 length
    ) private view returns (bool found, bytes memory answer) {
        bool success;
        (success, , answer) = LibCall.tryStaticCall(adapter, PROBE_GAS, MAX_COPY, abi.encodeWithSelector(selector));
        return (success && answer.length == length, answer);
    }

    /// @notice Reads all sources of a spec; `requireGas` comes first.
    function readAll(bytes memory spec, uint256 gateBps) internal view returns (Reading[] memory readings) {
        uint256 count = spec.sourceCount();
        readings = new Reading[](count);
        uint256 pointer = spec.pointerTo(0);
        // At most 8 sources.
        unchecked {
            for (uint256 i; i < count; ++i) {
                readings[i] = read(pointer, gateBps);
                pointer += AssetSpecs.SOURCE_BYTES;
            }
        }
    }

    /// @dev Sends the request of one source by STATICCALL with its gas and judges the answer. Nothing is allocated or copied,
    /// since sources are read most often of all.
    function read(uint256 pointer, uint256 gateBps) private view returns (Reading) {
        (uint256 upper, uint256 lower) = AssetSpecs.wordsAt(pointer);
        uint256 outcome;
        uint256 priceWad;
        uint256 confidenceWad;
        uint256 updatedAt;
        {
            (uint256 request, uint256 length) = AssetSpecs.requestAt(pointer);
            // Safe: the request lies in the spec; at most three words are copied, to memory that is not allocated yet. What
            // is taken from there counts only if the answer was exactly these three; otherwise the price is 0. A call takes the
            // lower 160 bits as the address.
            assembly ("memory-safe") {
                let answer := mload(0x40)
                let success := staticcall(and(upper, 0xffffffff), shr(72, upper), request, length, answer, ANSWER_BYTES)
                let isAnswer := and(success, eq(returndatasize(), ANSWER_BYTES))
                outcome := add(success, isAnswer)
                priceWad := mul(isAnswer, mload(answer))
                confidenceWad := mload(add(answer, 0x20))
                updatedAt := mload(add(answer, 0x40))
            }
        }
        // Of an answer three full words are there, and every bit pattern is a number; without one the price is 0, below any
        // floor. Differences wrap around: what is below the smallest is above the largest. The product is exact for a price
        // within its bounds, below 2^96.
        unchecked {
            uint256 floorWad = uint128(lower);
            if (
                priceWad - floorWad <= (lower >> 128) - floorWad &&
                block.timestamp + MAX_AHEAD - updatedAt < uint32(upper >> 32) + MAX_AHEAD &&
                confidenceWad <= (priceWad * gateBps) / BPS
            ) {
                uint256 age = updatedAt < block.timestamp ? block.timestamp - updatedAt : 0;
                return validReading(uint8(upper >> 64), priceWad, confidenceWad, age);
            }
        }
        if (outcome == ANSWERED) return faulty(upper, lower, priceWad, confidenceWad, updatedAt);
        return silent(upper, outcome);
    }

    function faulty(
        uint256 upper,
        uint256 lower,
        uint256 priceWad,
        uint256 confidenceWad,
        uint256 updatedAt
    ) private view returns (Reading) {
        uint256 age = FixedPointMathLib.zeroFloorSub(block.timestamp, updatedAt);
        IPriceOracle.SourceFault fault = judge(upper, lower, priceWad, updatedAt, age);
        return toReading(uint8(upper >> 64), priceWad, confidenceWad, age, fault);
    }

    /// @dev What is wrong with an answer of three words that does not count. Wrong statements come before silence: a value
    /// that is both out of bounds and stale is a wrong statement.
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
        return age >= uint32(upper >> 32) ? IPriceOracle.SourceFault.Stale : IPriceOracle.SourceFault.Unconfident;
    }

    function silent(uint256 upper, uint256 outcome) private view returns (Reading) {
        IPriceOracle.SourceFault fault = IPriceOracle.SourceFault.Reverted;
        if (outcome == MISSPOKEN) {
            // An address without code answers, with nothing.
            bool isGone = address(uint160(upper >> 72)).code.length == 0;
            fault = isGone ? IPriceOracle.SourceFault.NoCode : IPriceOracle.SourceFault.Malformed;
        }
        return toReading(uint8(upper >> 64), 0, 0, 0, fault);
    }

    /// @dev `IRefreshableSource.refresh` with `gasCap`, its outcome ignored.
    function nudge(address adapter, uint256 gasCap) private {
        bytes4 selector = IRefreshableSource.refresh.selector;
        // Safe: only scratch space is written, and nothing of the answer is copied.
        assembly ("memory-safe") {
            mstore(0x00, selector)
            pop(call(gasCap, adapter, 0, 0x00, 0x04, 0x00, 0x00))
        }
    }
}
