// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPriceSource} from "../IPriceSource.sol";
import {IUnitSource} from "../IUnitSource.sol";

/// @title ChainlinkAdapter
/// @notice One Chainlink feed as a source. Its operators and venues are its independence group.
/// @dev Trusts: the feed's own quorum, nothing about its liveness; staleness is the reader's to judge by `updatedAt`.
/// Gives no value when the round is not a finished one, when the answer is not positive or within 1 % of a known bound
/// of the aggregator (which goes stale there rather than say the truth), and when the feed's decimals are no longer those
/// it was set up with. A feed reports no confidence: its deviation threshold belongs into the asset's minimal half-spread.
contract ChainlinkAdapter is IPriceSource, IUnitSource {
    /// @notice The feed is missing, or its decimals are above 36.
    error Oracle_BadFeed(address feed, uint256 decimals);
    /// @notice The bounds are not 0 <= lowest < highest.
    error Oracle_BadFeedBounds(int256 lowest, int256 highest);

    uint8 private constant WAD_DECIMALS = 18;
    uint8 private constant MAX_DECIMALS = 36;
    /// @dev Margin at the aggregator's bounds: 1 %.
    int256 private constant BOUND_MARGIN_DIVISOR = 100;

    /// @notice The aggregator, or the proxy in front of it.
    AggregatorV3Interface public immutable feed;
    /// @notice Decimals of its answers when this adapter was made.
    uint8 public immutable decimals;
    /// @notice Answers must be above this; 0 if the aggregator has no known lower bound.
    int256 public immutable lowestAnswer;
    /// @notice Answers must be below this; the largest integer if it has no known upper bound.
    int256 public immutable highestAnswer;

    /// @param feed_ Aggregator or proxy.
    /// @param lowerBound The aggregator's `minAnswer` in its own decimals, or 0 if it has none.
    /// @param upperBound The aggregator's `maxAnswer` in its own decimals, or 0 if it has none.
    constructor(AggregatorV3Interface feed_, int256 lowerBound, int256 upperBound) {
        if (address(feed_).code.length == 0) revert Oracle_BadFeed(address(feed_), 0);
        decimals = feed_.decimals();
        if (decimals > MAX_DECIMALS) revert Oracle_BadFeed(address(feed_), decimals);
        if (lowerBound < 0 || upperBound < 0 || (upperBound != 0 && lowerBound >= upperBound)) {
            revert Oracle_BadFeedBounds(lowerBound, upperBound);
        }
        feed = feed_;
        lowestAnswer = lowerBound + lowerBound / BOUND_MARGIN_DIVISOR;
        highestAnswer = upperBound == 0 ? type(int256).max : upperBound - upperBound / BOUND_MARGIN_DIVISOR;
    }

    /// @inheritdoc IPriceSource
    /// @dev Rounded down. Proxies number rounds as phase << 64 | round of the aggregator: the latter starts at one.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        (uint80 roundId, int256 answer, , uint256 updatedAt_, uint80 answeredInRound) = feed.latestRoundData();
        if (uint64(roundId) == 0 || answeredInRound < roundId || updatedAt_ == 0) return (0, 0, 0);
        if (answer <= lowestAnswer || answer >= highestAnswer) return (0, 0, 0);
        if (feed.decimals() != decimals) return (0, 0, 0);
        // Positive: above lowestAnswer, which is at least 0.
        return (_toWad(uint256(answer)), 0, updatedAt_);
    }

    /// @inheritdoc IUnitSource
    function unitDecimals() external view returns (int256) {
        return int256(uint256(feed.decimals()));
    }

    function _toWad(uint256 answer) private view returns (uint256) {
        if (decimals > WAD_DECIMALS) return answer / 10 ** (decimals - WAD_DECIMALS);
        // An absurd answer saturates: the reader refuses it as out of bounds.
        return FixedPointMathLib.saturatingMul(answer, 10 ** (WAD_DECIMALS - decimals));
    }
}
