// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A sequencer uptime feed whose rounds and manners the test sets. Round `i` of a phase has the id `offset + i + 1`.
contract UptimeFeedMock {
    enum Manner {
        Honest,
        Reverting,
        Empty,
        Short,
        Long,
        Bomb,
        BurningGas,
        StrangeAnswer,
        NegativeAnswer,
        NeverStarted,
        FromTheFuture,
        NoRound,
        HugeRound
    }

    error UptimeFeedMock_Broken();

    struct Round {
        bool isDown;
        uint64 startedAt;
    }

    Round[] internal _rounds;
    Manner public manner;
    bool public historyBroken;
    uint80 public offset;

    constructor(bool isDown, uint256 startedAt) {
        push(isDown, startedAt);
    }

    function push(bool isDown, uint256 startedAt) public {
        _rounds.push(Round(isDown, uint64(startedAt)));
    }

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    function breakHistory() external {
        historyBroken = true;
    }

    /// @dev A proxy whose aggregator was replaced starts its rounds anew in a new phase.
    function setPhase(uint80 phase) external {
        offset = phase << 64;
        delete _rounds;
    }

    /// @dev The last round says something else now.
    function rewrite(bool isDown, uint256 startedAt) external {
        _rounds[_rounds.length - 1] = Round(isDown, uint64(startedAt));
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        _misbehave();
        (uint80 id, int256 answer, uint256 startedAt, , ) = _round(offset + uint80(_rounds.length));
        if (manner == Manner.StrangeAnswer) answer = 2;
        if (manner == Manner.NegativeAnswer) answer = -1;
        if (manner == Manner.NeverStarted) startedAt = 0;
        if (manner == Manner.FromTheFuture) startedAt = block.timestamp + 1;
        if (manner == Manner.NoRound) id = 0;
        return (id, answer, startedAt, startedAt, id);
    }

    function getRoundData(uint80 id) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (historyBroken) revert UptimeFeedMock_Broken();
        _misbehave();
        return _round(id);
    }

    function _round(uint80 id) private view returns (uint80, int256, uint256, uint256, uint80) {
        if (id <= offset || id > offset + _rounds.length) return (id, 0, 0, 0, id);
        Round memory round = _rounds[id - offset - 1];
        return (id, round.isDown ? int256(1) : int256(0), round.startedAt, block.timestamp, id);
    }

    function _misbehave() private view {
        Manner how = manner;
        if (how == Manner.Reverting) revert UptimeFeedMock_Broken();
        uint256 length;
        if (how == Manner.Empty) length = 0;
        else if (how == Manner.Short) length = 128;
        else if (how == Manner.Long) length = 192;
        else if (how == Manner.Bomb) length = 1_000_000;
        else if (how == Manner.HugeRound) length = 160;
        else if (how == Manner.BurningGas) while (true) length = gasleft();
        else return;
        bytes memory answer = new bytes(length);
        if (how == Manner.HugeRound) {
            assembly ("memory-safe") {
                mstore(add(answer, 32), shl(80, 1))
                mstore(add(answer, 96), 1)
            }
        }
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}
