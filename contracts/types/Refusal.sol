// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

/// @title Refusal
/// @notice Why something may not be done, as an encoded error; empty = it may.
/// @dev An action reverts with it, its predicate answers with its selector: they cannot disagree (invariant 19).
library Refusal {
    bytes internal constant NONE = "";

    function because(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodePacked(selector);
    }

    function because(bytes4 selector, uint256 first) internal pure returns (bytes memory) {
        return abi.encodePacked(selector, first);
    }

    function because(bytes4 selector, uint256 first, uint256 second) internal pure returns (bytes memory) {
        return abi.encodePacked(selector, first, second);
    }

    /// @notice Reverts with the error, if there is one.
    function enforce(bytes memory refusal) internal pure {
        if (refusal.length != 0) LowLevelCall.bubbleRevert(refusal);
    }

    /// @notice Answers as a predicate.
    function answer(bytes memory refusal) internal pure returns (bool ok, bytes4 reason) {
        return (refusal.length == 0, bytes4(refusal));
    }
}
