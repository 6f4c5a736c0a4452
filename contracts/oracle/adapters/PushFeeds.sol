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
    int256 private constant MIN_EXPONENT = -18;
    int256 private constant MAX_EXPONENT = 12;

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
        IChainlinkAggregator feed = IChainlinkAggregator(address(uint160(feedWord)));
        int256 answer;
        {
            uint256 roundId;
            uint256 answeredInRound;
            (roundId, answer, , updatedAt, answeredInRound) = feed.latestRoundData();
            bool isUsual = uint64(roundId) != 0 && answeredInRound >= roundId && updatedAt != 0;
            isUsual = isUsual && roundId >> PHASE_SHIFT == uint16(feedWord >> PHASE_AT);
            // Half a word each: the casts keep the sign.
            isUsual = isUsual && answer > int256(uint256(uint128(boundsWord)));
            isUsual = isUsual && answer < int256(boundsWord >> HIGHEST_AT);
            if (!isUsual) return IPriceSource(address(uint160(adapter))).latest();
        }
        uint256 decimals = uint8(feedWord >> DECIMALS_AT);
        if (feed.decimals() != decimals) return IPriceSource(address(uint160(adapter))).latest();
        // Positive and below 2^128, times at most 1e18 and 2^16. Decimals are at most 36.
        unchecked {
            priceWad =
                decimals > WAD_DECIMALS
                    ? uint256(answer) / 10 ** (decimals - WAD_DECIMALS)
                    : uint256(answer) * 10 ** (WAD_DECIMALS - decimals);
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
        (int256 price, uint256 conf, int256 expo, uint256 publishTime) = provider.getPriceUnsafe(feedId);
        if (price <= 0 || price > type(int64).max || expo < MIN_EXPONENT || expo > MAX_EXPONENT) return (0, 0, 0);
        // Positive: the cast keeps it.
        uint256 digits = uint256(price);
        if (conf >= digits) return (0, 0, 0);
        // 63 bits times at most 1e30 fit; the exponent is not below the smallest one.
        unchecked {
            uint256 scale = 10 ** uint256(expo - MIN_EXPONENT);
            return (digits * scale, conf * scale, publishTime);
        }
    }
}
