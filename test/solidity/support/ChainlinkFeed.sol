// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDescribedSource} from "../../../contracts/oracle/IDescribedSource.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {ChainlinkAdapter} from "../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {IChainlinkAggregator} from "../../../contracts/oracle/adapters/IChainlinkAggregator.sol";
import {AdapterMatrix} from "./AdapterMatrix.sol";

/// @dev A Chainlink proxy and the aggregator behind it. Also the second leg of a cross rate.
abstract contract ChainlinkFeed is AdapterMatrix {
    int256 private constant DECIMALS = 18;
    uint256 private constant FIRST_PHASE = 1 << 64;

    uint256 private _round = 1;

    /// @dev What the feed says when the asset's price is this one.
    function ownOf(int256 priceWad) internal view virtual returns (int256) {
        return priceWad;
    }

    function makeFeed() internal returns (IDescribedSource) {
        say(int256(PRICE), 0, block.timestamp);
        provider.answer(AggregatorV3Interface.description.selector, abi.encode("MID / USD"));
        return new ChainlinkAdapter(AggregatorV3Interface(address(provider)), "MID", "USD", 0, 0, 0);
    }

    function make() internal virtual override returns (IPriceSource) {
        return makeFeed();
    }

    function lowest() private view returns (int256) {
        return ownOf(int256(PRICE / 1e12));
    }

    function highest() private view returns (int256) {
        return ownOf(int256(PRICE * 1e12));
    }

    function say(int256 priceWad, uint256, uint256 madeAt) internal override {
        sayRound(FIRST_PHASE | ++_round, ownOf(priceWad), madeAt, FIRST_PHASE | _round);
        provider.answer(IChainlinkAggregator.decimals.selector, abi.encode(DECIMALS));
        provider.answer(IChainlinkAggregator.minAnswer.selector, abi.encode(lowest()));
        provider.answer(IChainlinkAggregator.maxAnswer.selector, abi.encode(highest()));
    }

    function sayRound(uint256 roundId, int256 answer, uint256 madeAt, uint256 answeredIn) private {
        bytes memory words = abi.encode(roundId, answer, madeAt, madeAt, answeredIn);
        provider.answer(IChainlinkAggregator.latestRoundData.selector, words);
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IChainlinkAggregator.latestRoundData.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return list(IChainlinkAggregator.decimals.selector);
    }

    function tellUnit(int256 power) internal override {
        provider.answer(IChainlinkAggregator.decimals.selector, abi.encode(DECIMALS + power));
    }

    function special(Behaviour behaviour) internal override {
        (uint256 id, uint256 nextPhase) = (FIRST_PHASE | _round, (2 * FIRST_PHASE) | 1);
        int256 own = ownOf(int256(market));
        // A bound is not waited for: half a percent before it is too near.
        if (behaviour == Behaviour.Absurd) sayRound(id, type(int256).max, block.timestamp, id);
        else if (behaviour == Behaviour.ClampLow) sayRound(id, lowest() + lowest() / 200, block.timestamp, id);
        else if (behaviour == Behaviour.ClampHigh) sayRound(id, highest() - highest() / 200, block.timestamp, id);
        else if (behaviour == Behaviour.UnfinishedRound) sayRound(id, own, block.timestamp, id - 1);
        else if (behaviour == Behaviour.NewPhase) sayRound(nextPhase, own, block.timestamp, nextPhase);
        if (behaviour != Behaviour.ClampInANewPhase) return;
        sayRound(nextPhase, own, block.timestamp, nextPhase);
        provider.answer(IChainlinkAggregator.minAnswer.selector, abi.encode(own - own / 200));
    }

    function unfit(Behaviour behaviour, Scope) internal pure virtual override returns (string memory) {
        if (behaviour >= Behaviour.ClampLow && behaviour <= Behaviour.UnfinishedRound) return "";
        return plainUnfit(behaviour);
    }

    function verdict(Behaviour behaviour, Scope) internal pure virtual override returns (IPriceOracle.SourceFault) {
        return plainVerdict(behaviour);
    }

    function cases() internal pure override returns (uint256) {
        return 55;
    }
}
