// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";

/// @title IOpenSize
/// @notice How much of an asset is open at its price: what is lost when the price is moved.
/// @dev For sources whose price somebody can buy: they compare what that costs with what it would bring.
interface IOpenSize {
    /// @notice Size of one side of everything open on `asset`, WAD of the asset; 0 where nothing is listed.
    function openSizeWad(AssetId asset) external view returns (uint256 sizeWad);
}
