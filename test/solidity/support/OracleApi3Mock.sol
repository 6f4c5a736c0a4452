// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IApi3ReaderProxy} from "@api3/contracts/interfaces/IApi3ReaderProxy.sol";

/// @dev A reader proxy that says what it is told.
contract OracleApi3Mock is IApi3ReaderProxy {
    uint8 public decimals = 18;
    int224 private _value;
    uint32 private _timestamp;

    function set(int224 value, uint32 timestamp) external {
        (_value, _timestamp) = (value, timestamp);
    }

    function upgrade(uint8 decimals_) external {
        decimals = decimals_;
    }

    function read() external view returns (int224, uint32) {
        return (_value, _timestamp);
    }
}
