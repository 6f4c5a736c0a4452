// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @dev A contract wallet that accepts the hashes it was told to; it can also answer nonsense or burn gas.
contract ExchangeWalletMock is IERC1271 {
    enum Mood {
        Honest,
        Garbage,
        Reverting,
        Burning
    }

    mapping(bytes32 hash => bool approved) public approved;
    Mood public mood;

    function approve(bytes32 hash, bool approved_) external {
        approved[hash] = approved_;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        if (mood == Mood.Garbage) return bytes4(0xdeadbeef);
        require(mood != Mood.Reverting, "no");
        while (mood == Mood.Burning) {}
        return approved[hash] ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
