// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {IDescribedSource} from "../../../contracts/oracle/IDescribedSource.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {LstRateAdapter} from "../../../contracts/oracle/adapters/LstRateAdapter.sol";
import {RateFeed} from "./RateFeed.sol";

/// @dev A liquid-staking token. Also the first leg of a cross rate.
abstract contract LstFeed is RateFeed {
    bytes4 private constant METHOD = bytes4(keccak256("stEthPerToken()"));

    /// @dev What the token says when the asset's price is this one.
    function ownOf(int256 priceWad) internal view virtual returns (int256) {
        return priceWad;
    }

    function makeRate() internal returns (IDescribedSource) {
        say(int256(PRICE), 0, block.timestamp);
        provider.answer(IERC20Metadata.name.selector, abi.encode("Staked MID"));
        return new LstRateAdapter(IERC20Metadata(address(provider)), METHOD, "LST", "MID", GROWTH, SLACK);
    }

    function make() internal virtual override returns (IPriceSource) {
        return makeRate();
    }

    function say(int256 priceWad, uint256, uint256) internal override {
        provider.answer(METHOD, abi.encode(ownOf(priceWad)));
        tellUnit(0);
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(METHOD);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return list(IERC20Metadata.decimals.selector);
    }

    function tellUnit(int256 power) internal override {
        provider.answer(IERC20Metadata.decimals.selector, abi.encode(18 + power));
    }

    function special(Behaviour behaviour) internal override {
        if (behaviour == Behaviour.Absurd) provider.answer(METHOD, abi.encode(type(uint256).max));
    }

    /// @dev What is no rate is no value, as long as the token still tells its decimals.
    function verdict(
        Behaviour behaviour,
        Scope scope
    ) internal pure virtual override returns (IPriceOracle.SourceFault fault) {
        fault = super.verdict(behaviour, scope);
        if (scope == Scope.Rest) return fault;
        if (behaviour == Behaviour.Long) return IPriceOracle.SourceFault.NoValue;
        bool isMute = behaviour >= Behaviour.Revert && behaviour <= Behaviour.BurnAll;
        if (isMute && scope == Scope.Value) return IPriceOracle.SourceFault.NoValue;
    }

    function cases() internal pure override returns (uint256) {
        return 46;
    }
}
