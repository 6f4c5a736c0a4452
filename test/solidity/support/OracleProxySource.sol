// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";

/// @dev Passes the question on, after some work of its own: a feed behind a proxy.
contract OracleProxySource is IPriceSource {
    IPriceSource private immutable _target;
    uint256 private immutable _rounds;

    constructor(IPriceSource target, uint256 rounds) {
        (_target, _rounds) = (target, rounds);
    }

    function latest() external view returns (uint256, uint256, uint256) {
        uint256 work;
        for (uint256 i; i < _rounds; ++i) work = uint256(keccak256(abi.encode(work)));
        (uint256 price, uint256 confidence, uint256 updatedAt) = _target.latest();
        return (price, confidence, work == 1 ? 0 : updatedAt);
    }
}
