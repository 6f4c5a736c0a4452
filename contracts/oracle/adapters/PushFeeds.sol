// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceSource} from "../IPriceSource.sol";
import {IRoutedSource} from "../IRoutedSource.sol";
import {IChainlinkAggregator} from "./IChainlinkAggregator.sol";
import {IPythPrice} from "./IPythPrice.sol";

/// @title PushFeeds
/// @notice Reads the feeds of all Chainlink and Pyth adapters, so that an observation pays for one cold account instead of
/// one for each. What differs between feeds comes along with the question: each adapter says what (`IRoutedSource`).
/// @dev Owns nothing, has no storage, trusts nobody: it answers whatever it is asked. Chainlink answers with nothing unusual
/// about them are made here; all others are left to the adapter, which judges them anew.
/// feed word: phase (16) ++ deviationBps (16) ++ decimals (8) ++ feed (160); bounds word: highest (128) ++ lowest (128).
library PushFeeds {
    uint256 private constant WAD_DECIMALS = 18;
    uint256 private constant BPS = 1e4;
    uint256 private constant PHASE_SHIFT = 64;
    uint256 private constant PHASE_AT = 184;
    uint256 private constant DEVIATION_AT = 168;
    uint256 private constant DECIMALS_AT = 160;
    uint256 private constant HIGHEST_AT = 128;
    /// @dev 10^(18 + exponent) of a Pyth price must be a whole number of at most 30 digits.
    uint256 private constant MOST_DECIMALS = 18;
    uint256 private constant MAX_POWER = 30;
    /// @dev Pyth's prices have 64 bits with their sign.
    uint256 private constant MAX_DIGITS = (1 << 63) - 1;

    uint256 private constant SELECTOR_BYTES = 0x04;
    uint256 private constant REQUEST_BYTES = 0x24;
    uint256 private constant WORD_BYTES = 0x20;
    /// @dev Where `latestRoundData` has what, and its length.
    uint256 private constant ROUND_ID = 0x00;
    uint256 private constant ANSWER = 0x20;
    uint256 private constant UPDATED_AT = 0x60;
    uint256 private constant ANSWERED_IN = 0x80;
    uint256 private constant ROUND_BYTES = 0xa0;
    /// @dev Likewise `getPriceUnsafe`.
    uint256 private constant PRICE = 0x00;
    uint256 private constant CONFIDENCE = 0x20;
    uint256 private constant EXPONENT = 0x40;
    uint256 private constant PUBLISHED_AT = 0x60;
    uint256 private constant PRICE_BYTES = 0x80;

    /// @notice Answer of a Chainlink feed.
    /// @param adapter Who is asked when the round is unfinished or of another phase than the word's, when the answer is not
    /// within the bounds, or when the decimals are others.
    /// @return priceWad As `IPriceSource.latest`: rounded down.
    /// @return confidenceWad The deviation threshold, rounded up.
    /// @return updatedAt Unix seconds of the answer.
    function chainlink(
        uint256 adapter,
        uint256 feedWord,
        uint256 boundsWord
    ) external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        address feed = address(uint160(feedWord));
        uint256 reply = ask(feed, IChainlinkAggregator.latestRoundData.selector, 0, SELECTOR_BYTES, ROUND_BYTES);
        uint256 answer = wordAt(reply, ANSWER);
        {
            uint256 roundId = wordAt(reply, ROUND_ID);
            updatedAt = wordAt(reply, UPDATED_AT);
            // Of answers below half a word each: a negative one is above any bound.
            if (
                uint64(roundId) == 0 ||
                wordAt(reply, ANSWERED_IN) < roundId ||
                updatedAt == 0 ||
                roundId >> PHASE_SHIFT != uint16(feedWord >> PHASE_AT) ||
                answer <= uint128(boundsWord) ||
                answer >= boundsWord >> HIGHEST_AT
            ) return IPriceSource(address(uint160(adapter))).latest();
        }
        uint256 decimals = uint8(feedWord >> DECIMALS_AT);
        reply = ask(feed, IChainlinkAggregator.decimals.selector, 0, SELECTOR_BYTES, WORD_BYTES);
        if (wordAt(reply, 0) != decimals) return IPriceSource(address(uint160(adapter))).latest();
        // Positive and below 2^128, times at most 1e18 and 2^16. Decimals are at most 36.
        unchecked {
            priceWad =
                decimals > WAD_DECIMALS
                    ? answer / 10 ** (decimals - WAD_DECIMALS)
                    : answer * 10 ** (WAD_DECIMALS - decimals);
            confidenceWad = (priceWad * uint16(feedWord >> DEVIATION_AT) + BPS - 1) / BPS;
        }
    }

    /// @notice Stored price of a Pyth feed: see `PythAdapter.latest`.
    function pyth(
        uint256,
        uint256 provider,
        uint256 feedId
    ) external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        return readPyth(IPythPrice(address(uint160(provider))), bytes32(feedId));
    }

    /// @notice How `adapter` reads a Chainlink feed through here; none when a bound is beyond half a word.
    /// @param lowest Not negative; likewise `highest`, the largest integer if there is no bound: answers from 2^128 on are then
    /// left to the adapter.
    function chainlinkRoute(
        address feed,
        uint256 decimals,
        uint256 deviationBps,
        uint256 phase,
        int256 lowest,
        int256 highest
    ) internal pure returns (IRoutedSource.Route memory route) {
        int256 largest = int256(uint256(type(uint128).max));
        if (lowest > largest) return route;
        if (highest > largest) highest = largest;
        route.reader = address(PushFeeds);
        route.selector = PushFeeds.chainlink.selector;
        route.first = (phase << PHASE_AT) | (deviationBps << DEVIATION_AT) | (decimals << DECIMALS_AT);
        route.first |= uint160(feed);
        route.second = (uint256(highest) << HIGHEST_AT) | uint256(lowest);
    }

    /// @notice How a Pyth feed is read through here.
    function pythRoute(address provider, bytes32 feedId) internal pure returns (IRoutedSource.Route memory route) {
        return IRoutedSource.Route(address(PushFeeds), PushFeeds.pyth.selector, uint160(provider), uint256(feedId));
    }

    /// @notice Stored price of a Pyth feed; zeros when it is not plausible.
    /// @dev Exact: exponents below -18, which would round, give no value.
    function readPyth(
        IPythPrice provider,
        bytes32 feedId
    ) internal view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        uint256 reply = ask(address(provider), IPythPrice.getPriceUnsafe.selector, feedId, REQUEST_BYTES, PRICE_BYTES);
        uint256 digits = wordAt(reply, PRICE);
        uint256 conf = wordAt(reply, CONFIDENCE);
        // Differences wrap around: a negative price is above the largest, an exponent below the smallest too large. 63 bits times
        // at most 1e30 fit.
        unchecked {
            uint256 power = wordAt(reply, EXPONENT) + MOST_DECIMALS;
            if (digits > MAX_DIGITS || power > MAX_POWER || conf >= digits) return (0, 0, 0);
            uint256 scale = 10 ** power;
            return (digits * scale, conf * scale, wordAt(reply, PUBLISHED_AT));
        }
    }

    /// @dev What `provider` answers, in memory that is not allocated: to be read before anything else is. Reverts as the
    /// provider does, and without data when the answer is shorter than `answerBytes`: as Solidity's own call would.
    function ask(
        address provider,
        bytes4 selector,
        bytes32 argument,
        uint256 requestBytes,
        uint256 answerBytes
    ) private view returns (uint256 reply) {
        // Safe: the request lies in scratch space, the answer behind what is allocated. The data of a revert ends the call.
        assembly ("memory-safe") {
            reply := mload(0x40)
            mstore(0x00, selector)
            mstore(0x04, argument)
            if iszero(staticcall(gas(), provider, 0x00, requestBytes, reply, answerBytes)) {
                returndatacopy(reply, 0x00, returndatasize())
                revert(reply, returndatasize())
            }
            if lt(returndatasize(), answerBytes) {
                revert(0x00, 0x00)
            }
        }
    }

    /// @dev A word of the answer, by its offset.
    function wordAt(uint256 reply, uint256 offset) private pure returns (uint256 word) {
        // Safe: reads only.
        assembly ("memory-safe") {
            word := mload(add(reply, offset))
        }
    }
}
