// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../../../contracts/oracle/IDescribedSource.sol";
import {OracleMockSource} from "./OracleMockSource.sol";

/// @dev A source that says what it is told, and what it measures.
contract OracleDescribedMock is OracleMockSource, IDescribedSource {
    string private _base;
    string private _quote;

    constructor(uint256 priceWad_, string memory base_, string memory quote_) OracleMockSource(priceWad_) {
        (_base, _quote) = (base_, quote_);
    }

    function describe() external view returns (SourceCard memory card) {
        card.kind = "mock";
        card.base = _base;
        card.quote = _quote;
        card.feed = address(this);
        card.decimals = 18;
        card.description = string.concat(_base, " in ", _quote);
        card.highestWad = type(uint256).max;
    }
}
