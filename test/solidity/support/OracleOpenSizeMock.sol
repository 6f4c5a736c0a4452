// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOpenSize} from "../../../contracts/oracle/IOpenSize.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev Markets that have open what they are told.
contract OracleOpenSizeMock is IOpenSize {
    mapping(AssetId asset => uint256) public openSizeWad;

    function set(AssetId asset, uint256 sizeWad) external {
        openSizeWad[asset] = sizeWad;
    }
}
