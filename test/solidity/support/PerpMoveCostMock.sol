// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMoveCost} from "../../../contracts/oracle/IMoveCost.sol";

/// @dev A pool that costs what it is told to.
contract PerpMoveCostMock is IMoveCost {
    error PoolIsBroken();

    uint256 private _costWad;
    bool private _broken;

    function set(uint256 costWad) external {
        _costWad = costWad;
    }

    function setBroken(bool broken) external {
        _broken = broken;
    }

    function manipulationCost() external view returns (uint256 costWad, uint256 securedWad) {
        if (_broken) revert PoolIsBroken();
        return (_costWad, 0);
    }
}
