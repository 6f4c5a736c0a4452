// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Any provider of any adapter: answers each selector with the words it was given, in the manner it was given.
contract HostileProvider {
    enum Manner {
        Answer,
        Revert,
        RevertBomb,
        Empty,
        Short,
        Long,
        Bomb,
        BurnAll,
        Reenter
    }

    /// @dev Fits into the cap of a source, unlike the megabyte.
    uint256 private constant LONG_BYTES = 4_096;

    mapping(bytes4 selector => bytes) private _answers;
    mapping(bytes4 selector => Manner) private _manners;
    address private _target;
    bytes private _request;
    uint256 private _gasGiven;

    /// @dev What `Reenter` calls, with so much gas; with less than three times that it just answers, so that it may be called in
    /// turn.
    function aim(address target, bytes calldata request, uint256 gasGiven) external {
        (_target, _request, _gasGiven) = (target, request, gasGiven);
    }

    function answer(bytes4 selector, bytes calldata words) external {
        _answers[selector] = words;
    }

    function behave(bytes4 selector, Manner manner) external {
        _manners[selector] = manner;
    }

    fallback(bytes calldata) external payable returns (bytes memory words) {
        Manner manner = _manners[msg.sig];
        if (manner == Manner.Revert) revert("no");
        if (manner == Manner.Empty) return "";
        // All gas in one step: a loop of so many is hard to trace.
        if (manner == Manner.BurnAll) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        // Memory is expanded lazily: zeros.
        if (manner == Manner.RevertBomb) {
            assembly ("memory-safe") {
                revert(0, LONG_BYTES)
            }
        }
        if (manner == Manner.Bomb) {
            assembly ("memory-safe") {
                return(0, 1048576)
            }
        }
        words = _answers[msg.sig];
        require(words.length != 0, "not asked for");
        if (manner == Manner.Short) {
            assembly ("memory-safe") {
                mstore(words, sub(mload(words), 1))
            }
        }
        if (manner == Manner.Long) return bytes.concat(words, new bytes(LONG_BYTES));
        if (manner == Manner.Reenter && gasleft() > 3 * _gasGiven) {
            (bool success, ) = _target.call{gas: _gasGiven}(_request);
            // Whether anything came of it is for the caller to see.
            success;
        }
    }
}
