// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OracleMockToken} from "./OracleMockToken.sol";

/// @dev A liquid-staking token with the rate it is told, and a few broken ways to tell it.
contract OracleLstMock is OracleMockToken {
    uint256 public stEthPerToken;

    constructor(uint256 rateWad) OracleMockToken(18) {
        stEthPerToken = rateWad;
    }

    function set(uint256 rateWad) external {
        stEthPerToken = rateWad;
    }

    function twoWords() external view returns (uint256, uint256) {
        return (stEthPerToken, 0);
    }

    function nothing() external pure {
        return;
    }
}
