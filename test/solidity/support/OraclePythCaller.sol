// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPythAdapter} from "../../../contracts/oracle/adapters/IPythAdapter.sol";

/// @dev A caller that refuses its change, or asks for more while it gets it.
contract OraclePythCaller {
    IPythAdapter private immutable _adapter;
    bool private _again;
    bytes[] private _updates;

    constructor(IPythAdapter adapter) payable {
        _adapter = adapter;
    }

    receive() external payable {
        require(_again, "no change, please");
        _again = false;
        _adapter.update{value: msg.value}(_updates);
    }

    function update(bytes[] calldata updates, uint256 valueWei, bool again) external {
        _again = again;
        for (uint256 i; i < updates.length; ++i) _updates.push(updates[i]);
        _adapter.update{value: valueWei}(updates);
    }
}
