// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev What the exchange needs of the perpetual markets: which exist, and their lot sizes.
contract ExchangePerpsMock {
    mapping(AssetId asset => uint256 lotSizeWad) public lotSizeWad;
    uint256 public reads;

    function list(AssetId asset, uint256 lotSizeWad_) external {
        lotSizeWad[asset] = lotSizeWad_;
    }

    function isListed(AssetId asset) external view returns (bool) {
        return lotSizeWad[asset] != 0;
    }

    function marksOf(uint256 assetBitmap) external view returns (IPerpMarkets.MarketMark[] memory marks) {
        marks = new IPerpMarkets.MarketMark[](1);
        for (uint16 id; id < 32; ++id) {
            if (assetBitmap == 1 << id) marks[0].lotSizeWad = lotSizeWad[AssetId.wrap(id)];
        }
    }
}
