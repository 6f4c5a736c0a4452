// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

import {IDescribedSource} from "../IDescribedSource.sol";

/// @title DeclaredPair
/// @notice The dimension of an adapter: what is priced in what. A number without it was a loss more than once.
abstract contract DeclaredPair is IDescribedSource {
    using ShortStrings for ShortString;

    ShortString private immutable _base;
    ShortString private immutable _quote;

    /// @dev Each has 1..31 bytes; longer ones revert with `StringTooLong`.
    constructor(string memory base_, string memory quote_) {
        bool same = keccak256(bytes(base_)) == keccak256(bytes(quote_));
        if (bytes(base_).length == 0 || bytes(quote_).length == 0 || same) revert Oracle_NoDimension(base_, quote_);
        _base = ShortStrings.toShortString(base_);
        _quote = ShortStrings.toShortString(quote_);
    }

    /// @dev The card with the dimension filled in and no clamps.
    function _card(string memory kind, address feed) internal view returns (SourceCard memory card) {
        card.kind = kind;
        card.base = _base.toString();
        card.quote = _quote.toString();
        card.feed = feed;
        card.highestWad = type(uint256).max;
    }
}
