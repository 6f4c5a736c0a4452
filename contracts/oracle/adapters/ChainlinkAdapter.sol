// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {IDescribedSource} from "../IDescribedSource.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IRoutedSource} from "../IRoutedSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";
import {IChainlinkAggregator} from "./IChainlinkAggregator.sol";
import {PushFeeds} from "./PushFeeds.sol";

/// @title ChainlinkAdapter
/// @notice One Chainlink push feed as a source. Its operators and venues are its independence group.
/// @dev Trusts: the feed's own quorum, nothing about its liveness; staleness is the reader's to judge by `updatedAt`.
/// Gives no value when the round is not a finished one, when the answer is not positive or within 1 % of a bound of the
/// aggregator (which goes stale there rather than say the truth), and when the feed's decimals are no longer those it was
/// set up with.
///
/// A proxy's owner may put another aggregator behind it: a new phase, with bounds of its own. Rounds are numbered
/// phase << 64 | round of the aggregator, so each answer says which aggregator gave it. Bounds are kept per phase:
/// those of the phase in which this adapter was made cost nothing; those of a later one are read along with the answer,
/// until anyone stores them with `refreshBounds`. A feed without phases keeps the bounds it had.
contract ChainlinkAdapter is DeclaredPair, IUnitSource, IRoutedSource {
    /// @dev 16 + 120 + 120 bits. `lowest` 0 and `highest` the largest integer: no bound.
    struct Bounds {
        uint16 phase;
        int120 lowest;
        int120 highest;
    }

    /// @notice The bounds of the aggregator that answers now, in its decimals, were stored.
    event BoundsRefreshed(uint256 phase, int256 lowest, int256 highest);

    /// @notice The feed is missing, or its decimals are above 36.
    error Oracle_BadFeed(address feed, uint256 decimals);
    /// @notice The bounds are not 0 <= lowest < highest.
    error Oracle_BadFeedBounds(int256 lowest, int256 highest);
    /// @notice The deviation threshold is above 10 %, both in bps.
    error Oracle_BadDeviation(uint256 deviationBps, uint256 limitBps);
    /// @notice Too little gas to tell an aggregator without bounds from one that ran out of gas.
    error Oracle_InsufficientBoundsGas(uint256 available, uint256 needed);

    uint8 private constant WAD_DECIMALS = 18;
    uint8 private constant MAX_DECIMALS = 36;
    uint256 private constant BPS = 1e4;
    uint256 private constant MAX_DEVIATION_BPS = 1000;
    /// @dev Margin at the aggregator's bounds: 1 %.
    int256 private constant BOUND_MARGIN_DIVISOR = 100;
    uint256 private constant PHASE_SHIFT = 64;
    /// @dev What each of the three calls for the bounds gets: they read immutables, and a
    /// proxy's slot that the answer has warmed.
    uint256 private constant BOUNDS_GAS = 5_000;
    /// @dev Three calls, EIP-150's 64th and what happens in between.
    uint256 private constant BOUNDS_GAS_FLOOR = 24_000;
    uint256 private constant WORD_BYTES = 32;
    /// @dev Aggregators without a bound declare a number like 2^176. With the margin, smaller ones fit 120 bits.
    uint256 private constant NO_BOUND = 1 << 118;

    /// @notice The aggregator, or the proxy in front of it.
    AggregatorV3Interface public immutable feed;
    /// @notice Decimals of its answers when this adapter was made.
    uint8 public immutable decimals;
    /// @notice Answers must be above this, whatever the aggregator says; 0 if nothing was declared.
    int256 public immutable declaredLowest;
    /// @notice Answers must be below this, whatever the aggregator says; the largest integer if nothing was declared.
    int256 public immutable declaredHighest;
    /// @notice How far the true price may be from the answer before the feed updates, bps: reported as half-width.
    uint256 public immutable deviationBps;

    /// @dev Between the feed's unit and WAD.
    uint256 private immutable _scale;
    /// @dev Of the phase in which this was made: the declared bounds together with the aggregator's.
    uint16 private immutable _firstPhase;
    int256 private immutable _firstLowest;
    int256 private immutable _firstHighest;

    /// @dev Of a later phase; phase 0 is none.
    Bounds private _bounds;

    /// @param feed_ Aggregator or proxy.
    /// @param lowerBound Answers near or below it are not believed, in the feed's decimals, or 0.
    /// @param upperBound Answers near or above it are not believed, in the feed's decimals, or 0.
    /// @param deviationBps_ The feed's deviation threshold, or 0 to leave it to the asset's smallest half-spread.
    constructor(
        AggregatorV3Interface feed_,
        string memory base_,
        string memory quote_,
        int256 lowerBound,
        int256 upperBound,
        uint256 deviationBps_
    ) DeclaredPair(base_, quote_) {
        if (address(feed_).code.length == 0) revert Oracle_BadFeed(address(feed_), 0);
        decimals = feed_.decimals();
        if (decimals > MAX_DECIMALS) revert Oracle_BadFeed(address(feed_), decimals);
        if (lowerBound < 0 || upperBound < 0 || (upperBound != 0 && lowerBound >= upperBound)) {
            revert Oracle_BadFeedBounds(lowerBound, upperBound);
        }
        if (deviationBps_ > MAX_DEVIATION_BPS) revert Oracle_BadDeviation(deviationBps_, MAX_DEVIATION_BPS);
        feed = feed_;
        _scale = 10 ** (decimals > WAD_DECIMALS ? decimals - WAD_DECIMALS : WAD_DECIMALS - decimals);
        (declaredLowest, declaredHighest) = _withMargin(lowerBound, upperBound);
        deviationBps = deviationBps_;
        _firstPhase = _phase();
        (int256 lowest, int256 highest) = _readBounds(feed_);
        _firstLowest = FixedPointMathLib.max(lowest, declaredLowest);
        _firstHighest = FixedPointMathLib.min(highest, declaredHighest);
    }

    /// @notice Stores the bounds of the aggregator that answers now. Anyone may call; nobody needs to.
    /// @dev Of use after a change of phase only. Reverts with `Oracle_InsufficientBoundsGas`: with too little gas nothing
    /// is stored.
    function refreshBounds() external {
        uint16 phase = _phase();
        (int256 lowest, int256 highest) = _readBounds(feed);
        // Below 2^119, or no bound.
        _bounds = Bounds(phase, int120(lowest), highest > type(int120).max ? type(int120).max : int120(highest));
        emit BoundsRefreshed(phase, lowest, highest);
    }

    /// @inheritdoc IPriceSource
    /// @dev Price rounded down, half-width up.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        IChainlinkAggregator feed_ = IChainlinkAggregator(address(feed));
        (uint256 roundId, int256 answer, , uint256 updatedAt_, uint256 answeredInRound) = feed_.latestRoundData();
        // The aggregator's own count starts at one in each phase; both numbers carry the phase.
        if (uint64(roundId) == 0 || answeredInRound < roundId || updatedAt_ == 0) return (0, 0, 0);
        (int256 lowest, int256 highest) = _boundsOf(roundId >> PHASE_SHIFT);
        if (answer <= lowest || answer >= highest) return (0, 0, 0);
        if (feed_.decimals() != decimals) return (0, 0, 0);
        // Positive: above the lower bound, which is at least 0.
        priceWad = _toWad(uint256(answer));
        if (deviationBps != 0) confidenceWad = FixedPointMathLib.fullMulDivUp(priceWad, deviationBps, BPS);
        return (priceWad, confidenceWad, updatedAt_);
    }

    /// @notice Between which answers of the present phase the feed is believed, in its decimals, exclusively.
    function bounds() public view returns (int256 lowest, int256 highest) {
        return _boundsOf(_phase());
    }

    /// @inheritdoc IDescribedSource
    function describe() external view returns (SourceCard memory card) {
        card = _card("chainlink", address(feed));
        card.decimals = feed.decimals();
        card.description = feed.description();
        (int256 lowest, int256 highest) = bounds();
        // Bounds are not negative.
        card.lowestWad = _toWad(uint256(lowest));
        if (highest != type(int256).max) card.highestWad = _toWad(uint256(highest));
    }

    /// @inheritdoc IUnitSource
    function unitDecimals() external view returns (int256) {
        return int256(uint256(feed.decimals()));
    }

    /// @inheritdoc IRoutedSource
    /// @dev For the phase in which this was made; answers of a later one are left to `latest`.
    function route() external view returns (Route memory) {
        return
            PushFeeds.chainlinkRoute(address(feed), decimals, deviationBps, _firstPhase, _firstLowest, _firstHighest);
    }

    /// @dev The phase that answers now. Proxies count phases from 1.
    function _phase() private view returns (uint16) {
        (uint80 roundId, , , , ) = feed.latestRoundData();
        return uint16(roundId >> PHASE_SHIFT);
    }

    /// @dev The declared bounds and those of a phase: known from the start, stored, or read now.
    /// Phases have 16 bits: nothing lies between the bounds of a larger one.
    function _boundsOf(uint256 phase) private view returns (int256 lowest, int256 highest) {
        if (phase == _firstPhase) return (_firstLowest, _firstHighest);
        if (phase > type(uint16).max) return (type(int256).max, 0);
        Bounds memory stored = _bounds;
        if (phase == 0 || stored.phase != phase) {
            (lowest, highest) = _readBounds(feed);
        } else {
            highest = stored.highest == type(int120).max ? type(int256).max : int256(stored.highest);
            lowest = stored.lowest;
        }
        lowest = FixedPointMathLib.max(lowest, declaredLowest);
        highest = FixedPointMathLib.min(highest, declaredHighest);
    }

    /// @dev The bounds that the present aggregator declares, with the margin; those that it does not declare, and those
    /// from 2^118 on, are none. What is not a proxy is its own aggregator.
    function _readBounds(AggregatorV3Interface feed_) private view returns (int256 lowest, int256 highest) {
        if (gasleft() < BOUNDS_GAS_FLOOR) revert Oracle_InsufficientBoundsGas(gasleft(), BOUNDS_GAS_FLOOR);
        (bool found, uint256 word) = _probe(address(feed_), IChainlinkAggregator.aggregator.selector);
        address aggregator = found && word <= type(uint160).max ? address(uint160(word)) : address(feed_);
        (, uint256 lower) = _probe(aggregator, IChainlinkAggregator.minAnswer.selector);
        (, uint256 upper) = _probe(aggregator, IChainlinkAggregator.maxAnswer.selector);
        // Negative ones are words above 2^255, so they are none as well: a price is positive anyway.
        return _withMargin(lower < NO_BOUND ? int256(lower) : int256(0), upper < NO_BOUND ? int256(upper) : int256(0));
    }

    function _probe(address target, bytes4 selector) private view returns (bool found, uint256 word) {
        (bool success, bool exceeded, bytes memory answer) = LibCall.tryStaticCall(
            target,
            BOUNDS_GAS,
            uint16(WORD_BYTES),
            abi.encodeWithSelector(selector)
        );
        if (!success || exceeded || answer.length != WORD_BYTES) return (false, 0);
        return (true, uint256(LibBytes.load(answer, 0)));
    }

    /// @dev What answers must lie between, exclusively; an upper bound of 0 is none.
    function _withMargin(int256 lower, int256 upper) private pure returns (int256 lowest, int256 highest) {
        lowest = lower + lower / BOUND_MARGIN_DIVISOR;
        highest = upper == 0 ? type(int256).max : upper - upper / BOUND_MARGIN_DIVISOR;
    }

    function _toWad(uint256 answer) private view returns (uint256) {
        if (decimals > WAD_DECIMALS) return answer / _scale;
        // An absurd answer saturates: the reader refuses it as out of bounds.
        return FixedPointMathLib.saturatingMul(answer, _scale);
    }
}
