// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";

/// @dev A source that says what it is told.
contract OracleMockSource is IPriceSource {
    uint256 public priceWad;
    uint256 public confidenceWad;
    uint256 public updatedAt;

    constructor(uint256 priceWad_) {
        set(priceWad_, 0, block.timestamp);
    }

    function set(uint256 priceWad_, uint256 confidenceWad_, uint256 updatedAt_) public {
        (priceWad, confidenceWad, updatedAt) = (priceWad_, confidenceWad_, updatedAt_);
    }

    function latest() external view returns (uint256, uint256, uint256) {
        return (priceWad, confidenceWad, updatedAt);
    }
}
