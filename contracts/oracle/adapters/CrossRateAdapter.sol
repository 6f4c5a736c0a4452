// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IDescribedSource} from "../IDescribedSource.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";

/// @title CrossRateAdapter
/// @notice base/mid times mid/quote as a source of base/quote, each leg as it stands or inverted. It fails with either
/// leg, so its independence group is that of the leg which the asset's other groups use too.
/// @dev Trusts: neither leg. Each has an age and bounds of its own here, because the product hides both: a stale leg
/// behind a fresh one, and a leg that is a thousand times too large behind one that is as much too small. A leg that
/// gives no value makes the product give none: there is no default of 1. That the dimensions meet (mid is mid) is checked
/// once, when the adapter is made, by what the legs say of themselves.
contract CrossRateAdapter is DeclaredPair {
    /// @notice One leg.
    /// @param source Where the value comes from.
    /// @param inverse Whether it is used as 1/value.
    /// @param maxAgeSeconds Oldest value that counts (1..26 hours).
    /// @param floorWad Smallest value believed as the source gives it, WAD, positive.
    /// @param ceilingWad Largest value believed as the source gives it, WAD, at most 2^96 - 1.
    struct Leg {
        IDescribedSource source;
        bool inverse;
        uint32 maxAgeSeconds;
        uint128 floorWad;
        uint128 ceilingWad;
    }

    /// @notice The legs do not make base in quote: what the first ends in is not what the second begins with, or the
    /// ends are not the declared ones.
    error Oracle_LegsDoNotMeet(string firstBase, string firstQuote, string secondBase, string secondQuote);
    /// @notice A leg has no code, or its age or bounds are out of range.
    error Oracle_BadLeg(address source, uint256 maxAgeSeconds, uint256 floorWad, uint256 ceilingWad);

    uint256 private constant WAD = 1e18;
    uint256 private constant WAD_SQUARED = 1e36;
    uint256 private constant MAX_AGE = 26 hours;
    /// @dev Clocks of providers may run ahead a little, as much as the oracle's reader lets them.
    uint256 private constant MAX_AHEAD = 60 seconds;

    IDescribedSource private immutable _firstSource;
    bool private immutable _firstInverse;
    uint32 private immutable _firstMaxAge;
    uint128 private immutable _firstFloor;
    uint128 private immutable _firstCeiling;
    IDescribedSource private immutable _secondSource;
    bool private immutable _secondInverse;
    uint32 private immutable _secondMaxAge;
    uint128 private immutable _secondFloor;
    uint128 private immutable _secondCeiling;

    /// @param first Base in mid, or mid in base if it is inverse.
    /// @param second Mid in quote, or quote in mid if it is inverse.
    constructor(
        Leg memory first,
        Leg memory second,
        string memory base_,
        string memory quote_
    ) DeclaredPair(base_, quote_) {
        _check(first);
        _check(second);
        (string memory base, string memory middle) = _endsOf(first);
        (string memory alsoMiddle, string memory quote) = _endsOf(second);
        if (!_same(base, base_) || !_same(middle, alsoMiddle) || !_same(quote, quote_)) {
            revert Oracle_LegsDoNotMeet(base, middle, alsoMiddle, quote);
        }
        _firstSource = first.source;
        _firstInverse = first.inverse;
        _firstMaxAge = first.maxAgeSeconds;
        _firstFloor = first.floorWad;
        _firstCeiling = first.ceilingWad;
        _secondSource = second.source;
        _secondInverse = second.inverse;
        _secondMaxAge = second.maxAgeSeconds;
        _secondFloor = second.floorWad;
        _secondCeiling = second.ceilingWad;
    }

    /// @inheritdoc IPriceSource
    /// @dev Price rounded down, half-width up: it covers the product of any two values within the legs' own half-widths.
    /// The older of the two times counts. Reverts when a leg does.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        (Leg memory first, Leg memory second) = legs();
        (uint256 left, uint256 leftWidth, uint256 leftAt) = _read(first);
        if (left == 0) return (0, 0, 0);
        (uint256 right, uint256 rightWidth, uint256 rightAt) = _read(second);
        if (right == 0) return (0, 0, 0);
        // Values and their upper ends are at most 2^97, inverted ones 1e36: no product overflows.
        priceWad = (left * right) / WAD;
        if (priceWad == 0) return (0, 0, 0);
        uint256 highest = FixedPointMathLib.mulDivUp(left + leftWidth, right + rightWidth, WAD);
        return (priceWad, highest - priceWad, FixedPointMathLib.min(leftAt, rightAt));
    }

    /// @notice The legs as they were set up.
    function legs() public view returns (Leg memory first, Leg memory second) {
        first = Leg(_firstSource, _firstInverse, _firstMaxAge, _firstFloor, _firstCeiling);
        second = Leg(_secondSource, _secondInverse, _secondMaxAge, _secondFloor, _secondCeiling);
    }

    /// @inheritdoc IDescribedSource
    /// @dev The feed is the first leg's adapter; the description names both.
    function describe() external view returns (SourceCard memory card) {
        card = _card("cross-rate", address(_firstSource));
        card.decimals = 18;
        card.description = string.concat(
            _nameOf(_firstSource, _firstInverse),
            " * ",
            _nameOf(_secondSource, _secondInverse)
        );
    }

    /// @dev The value of a leg, inverted if it is to be; 0 if there is none that counts.
    function _read(Leg memory leg) private view returns (uint256 value, uint256 width, uint256 updatedAt) {
        (value, width, updatedAt) = leg.source.latest();
        if (value < leg.floorWad || value > leg.ceilingWad || width >= value) return (0, 0, 0);
        if (updatedAt > block.timestamp + MAX_AHEAD) return (0, 0, 0);
        if (updatedAt < block.timestamp && block.timestamp - updatedAt >= leg.maxAgeSeconds) return (0, 0, 0);
        if (!leg.inverse) return (value, width, updatedAt);
        uint256 inverse = WAD_SQUARED / value;
        uint256 highest = FixedPointMathLib.divUp(WAD_SQUARED, value - width);
        return (inverse, highest - inverse, updatedAt);
    }

    function _check(Leg memory leg) private view {
        bool aged = leg.maxAgeSeconds != 0 && leg.maxAgeSeconds <= MAX_AGE;
        bool bounded = leg.floorWad != 0 && leg.floorWad <= leg.ceilingWad && leg.ceilingWad <= type(uint96).max;
        if (address(leg.source).code.length != 0 && aged && bounded) return;
        revert Oracle_BadLeg(address(leg.source), leg.maxAgeSeconds, leg.floorWad, leg.ceilingWad);
    }

    /// @dev What a leg goes from and to, the way it is used.
    function _endsOf(Leg memory leg) private view returns (string memory from, string memory to) {
        SourceCard memory card = leg.source.describe();
        return leg.inverse ? (card.quote, card.base) : (card.base, card.quote);
    }

    function _nameOf(IDescribedSource source, bool inverse) private view returns (string memory) {
        SourceCard memory card = source.describe();
        string memory pair = string.concat(card.kind, " ", card.base, "/", card.quote);
        return inverse ? string.concat("1 / (", pair, ")") : pair;
    }

    function _same(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }
}
