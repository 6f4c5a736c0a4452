// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRefreshableSource} from "../../../contracts/oracle/IRefreshableSource.sol";

/// @dev A source that says what it is told, and uses its refresh, which is a real call, to act.
contract RefreshIntruder is IRefreshableSource {
    struct Step {
        address target;
        bytes request;
    }

    uint256 private constant REFRESH_GAS = 1_900_000;

    uint256 public priceWad;
    uint256 public updatedAt;
    bool public armed;
    Step[] private _steps;
    /// @dev Of each step, whether it succeeded; of the last refresh that acted.
    bool[] public successes;
    bytes[] public answers;

    function set(uint256 priceWad_, bool armed_) external {
        (priceWad, updatedAt, armed) = (priceWad_, block.timestamp, armed_);
    }

    function plan(address target, bytes calldata request) external {
        _steps.push(Step(target, request));
    }

    function refresh() external {
        if (armed) act();
    }

    function act() public {
        delete successes;
        delete answers;
        for (uint256 i; i < _steps.length; ++i) {
            (bool success, bytes memory answer) = _steps[i].target.call(_steps[i].request);
            successes.push(success);
            answers.push(answer);
        }
    }

    function refreshGas() external pure returns (uint256) {
        return REFRESH_GAS;
    }

    function latest() external view returns (uint256, uint256, uint256) {
        return (priceWad, 0, updatedAt);
    }
}
