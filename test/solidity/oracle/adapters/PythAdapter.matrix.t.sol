// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";

import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {IPythPrice} from "../../../../contracts/oracle/adapters/IPythPrice.sol";
import {PythAdapter} from "../../../../contracts/oracle/adapters/PythAdapter.sol";
import {AdapterMatrix} from "../../support/AdapterMatrix.sol";

contract PythMatrixTest is AdapterMatrix {
    bytes32 private constant ID = keccak256("ETH/USD");
    int256 private constant EXPONENT = -8;
    uint256 private constant WAD_PER_UNIT = 1e10;

    function make() internal override returns (IPriceSource) {
        say(int256(PRICE), 0, block.timestamp);
        return new PythAdapter(IPyth(address(provider)), ID, "ETH", "USD");
    }

    function say(int256 priceWad, uint256 widthWad, uint256 madeAt) internal override {
        sayPrice(priceWad / int256(WAD_PER_UNIT), widthWad / WAD_PER_UNIT, EXPONENT, madeAt);
    }

    function sayPrice(int256 price, uint256 confidence, int256 exponent, uint256 madeAt) private {
        provider.answer(IPythPrice.getPriceUnsafe.selector, abi.encode(price, confidence, exponent, madeAt));
    }

    /// @dev The exponent is its unit: told, the number is another as well.
    function sayScaled(int256 power, bool told) internal override {
        uint256 price = market / WAD_PER_UNIT;
        if (told) sayPrice(int256(scaled(price, power)), 0, EXPONENT - power, block.timestamp);
        else sayPrice(int256(price), 0, EXPONENT + power, block.timestamp);
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IPythPrice.getPriceUnsafe.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return new bytes4[](0);
    }

    function tellUnit(int256) internal pure override {
        revert("part of the value");
    }

    function special(Behaviour behaviour) internal override {
        int256 price = int256(market / WAD_PER_UNIT);
        if (behaviour == Behaviour.Absurd) sayPrice(type(int64).max, 0, EXPONENT, block.timestamp);
        if (behaviour == Behaviour.BoundlessDoubt) sayPrice(price, type(uint64).max, EXPONENT, block.timestamp);
        if (behaviour == Behaviour.WildExponentLow) sayPrice(price, 0, -19, block.timestamp);
        if (behaviour == Behaviour.WildExponentHigh) sayPrice(price, 0, 13, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope scope) internal pure override returns (string memory) {
        if (scope == Scope.Rest) return "asked for nothing else";
        if (behaviour == Behaviour.UnitOnly) return "the exponent is part of the value";
        if (behaviour >= Behaviour.Doubt && behaviour <= Behaviour.WildExponentHigh) return "";
        return plainUnfit(behaviour);
    }

    function verdict(Behaviour behaviour, Scope) internal pure override returns (IPriceOracle.SourceFault) {
        if (isTold(behaviour)) return IPriceOracle.SourceFault.None;
        if (behaviour == Behaviour.Absurd) return IPriceOracle.SourceFault.OutOfBounds;
        if (behaviour == Behaviour.NoTime) return IPriceOracle.SourceFault.Stale;
        return plainVerdict(behaviour);
    }

    function cases() internal pure override returns (uint256) {
        return 45;
    }
}
