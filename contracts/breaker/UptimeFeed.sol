// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {ICircuitBreaker} from "./ICircuitBreaker.sol";

/// @title UptimeFeed
/// @notice Reads a Chainlink L2 sequencer uptime feed as a hostile contract: a round or nothing, at a bounded price.
/// @dev The feed gets exactly its gas cap or the whole call reverts with `Breaker_InsufficientGas`, so what it answers cannot
/// depend on the caller's gas limit. At most 160 bytes of an answer are copied.
/// Semantics (docs.chain.link, "L2 Sequencer Uptime Feeds"): answer 0 = up, 1 = down; startedAt = unix seconds, by the clock
/// of L1, at which the status changed; startedAt 0 = no valid round.
library UptimeFeed {
    /// @dev The provider's feeds need less than a third of it; the rest is for the proxy before them.
    uint256 internal constant FEED_GAS = 100_000;

    /// @dev The cap, the 64th that a call leaves behind, and the work around it.
    uint256 internal constant NEEDED_GAS = (FEED_GAS * 64) / 63 + 10_000;

    uint16 private constant ANSWER_BYTES = 160;
    uint256 private constant ANSWER_OFFSET = 32;
    uint256 private constant STARTED_AT_OFFSET = 64;

    /// @param id 0 = nothing that could be understood.
    /// @param startedAt Unix seconds, not in the future.
    struct Round {
        uint80 id;
        uint40 startedAt;
        bool isDown;
    }

    /// @notice The latest round.
    function latest(address feed) internal view returns (Round memory) {
        return _read(feed, abi.encodeWithSignature("latestRoundData()"));
    }

    /// @notice An earlier round.
    function earlier(address feed, uint80 id) internal view returns (Round memory round) {
        round = _read(feed, abi.encodeWithSignature("getRoundData(uint80)", id));
        if (round.id != id) delete round.id;
    }

    function _read(address feed, bytes memory request) private view returns (Round memory round) {
        uint256 available = gasleft();
        if (available < NEEDED_GAS) revert ICircuitBreaker.Breaker_InsufficientGas(available, NEEDED_GAS);
        (bool success, bool exceeded, bytes memory answer) = LibCall.tryStaticCall(
            feed,
            FEED_GAS,
            ANSWER_BYTES,
            request
        );
        // An address without code answers with nothing.
        if (!success || exceeded || answer.length != ANSWER_BYTES) return round;
        uint256 id = uint256(LibBytes.load(answer, 0));
        uint256 status = uint256(LibBytes.load(answer, ANSWER_OFFSET));
        uint256 startedAt = uint256(LibBytes.load(answer, STARTED_AT_OFFSET));
        // Messages of L1 reach an L2 whose clock is not behind it: a later start is nonsense.
        bool valid = id <= type(uint80).max && status <= 1 && startedAt != 0 && startedAt <= block.timestamp;
        if (valid) round = Round({id: uint80(id), startedAt: uint40(startedAt), isDown: status == 1});
    }
}
