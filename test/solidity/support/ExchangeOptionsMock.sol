// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev What the exchange needs of the option markets: the lot size of an underlying.
contract ExchangeOptionsMock {
    mapping(AssetId asset => uint256 lotSizeWad) private _lotSizeWad;

    function list(AssetId asset, uint256 lotSizeWad) external {
        _lotSizeWad[asset] = lotSizeWad;
    }

    function configOf(AssetId asset) external view returns (IOptionMarkets.UnderlyingConfig memory config) {
        config.lotSizeWad = _lotSizeWad[asset];
        if (config.lotSizeWad == 0) revert IOptionMarkets.Option_UnderlyingNotListed(asset);
    }
}
