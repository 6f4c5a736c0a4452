// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev An authority that lets one address do everything restricted.
contract RiskAuthorityMock {
    address private immutable _allowed;

    constructor(address allowed) {
        _allowed = allowed;
    }

    function canCall(address caller, address, bytes4) external view returns (bool immediate, uint32 delay) {
        return (caller == _allowed, 0);
    }
}
