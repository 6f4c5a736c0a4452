// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IApi3ReaderProxy} from "@api3/contracts/interfaces/IApi3ReaderProxy.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {Api3Adapter} from "../../../../contracts/oracle/adapters/Api3Adapter.sol";
import {AdapterMatrix} from "../../support/AdapterMatrix.sol";

contract Api3MatrixTest is AdapterMatrix {
    int256 private constant DECIMALS = 18;

    function make() internal override returns (IPriceSource) {
        say(int256(PRICE), 0, block.timestamp);
        return new Api3Adapter(IApi3ReaderProxy(address(provider)), "ETH", "USD");
    }

    function say(int256 priceWad, uint256, uint256 madeAt) internal override {
        provider.answer(IApi3ReaderProxy.read.selector, abi.encode(priceWad, madeAt));
        provider.answer(AggregatorV3Interface.decimals.selector, abi.encode(DECIMALS));
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IApi3ReaderProxy.read.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return list(AggregatorV3Interface.decimals.selector);
    }

    function tellUnit(int256 power) internal override {
        provider.answer(AggregatorV3Interface.decimals.selector, abi.encode(DECIMALS + power));
    }

    function special(Behaviour behaviour) internal override {
        if (behaviour == Behaviour.Absurd) say(type(int224).max, 0, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope) internal pure override returns (string memory) {
        return plainUnfit(behaviour);
    }

    function verdict(Behaviour behaviour, Scope) internal pure override returns (IPriceOracle.SourceFault) {
        if (behaviour == Behaviour.Absurd) return IPriceOracle.SourceFault.OutOfBounds;
        // Its words are narrower than ones all over.
        if (behaviour == Behaviour.Dirty) return IPriceOracle.SourceFault.Reverted;
        return plainVerdict(behaviour);
    }

    function cases() internal pure override returns (uint256) {
        return 50;
    }
}
