// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev A breaker whose inactive seconds a test sets, per asset bit.
contract RiskBreakerMock {
    mapping(uint256 bit => uint256) private _inactive;

    function setInactive(AssetId asset, uint256 elapsed) external {
        _inactive[AssetId.unwrap(asset)] = elapsed;
    }

    function inactiveSeconds(uint256 assetBitmap) external view returns (uint256 elapsed) {
        for (uint256 i = 0; i < 32; ++i) {
            if ((assetBitmap >> i) & 1 == 1) elapsed += _inactive[i];
        }
    }
}
