// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";

/// @title ViewsReader
/// @notice Reads the views of several assets and uses them where the answer lies, instead of copying each field.
/// @dev The compiler's own decoding of this answer costs as much as evaluating the account.
library ViewsReader {
    /// @dev Fields of `PriceViews`, in bytes, and the two words (offset, length) before them.
    uint256 private constant VIEWS_SIZE = 11 * 32;
    uint256 private constant HEAD_SIZE = 2 * 32;

    /// @notice The views of `assets`, in their order. None of them is empty.
    function read(IPriceOracle oracle, AssetId[] memory assets) internal view returns (PriceViews[] memory views) {
        (bool answered, bytes memory answer) = address(oracle).staticcall(
            abi.encodeCall(IPriceOracle.readMany, (assets))
        );
        uint256 count = assets.length;
        if (!answered || answer.length != HEAD_SIZE + count * VIEWS_SIZE) {
            revert IPortfolioMargin.Risk_OracleFailed(answer);
        }
        uint256[] memory places = new uint256[](count);
        uint256 place;
        // Solidity: place = address of answer's first field.
        assembly ("memory-safe") {
            // Behind the length of `answer`, offset and length of the array.
            place := add(answer, 0x60)
        }
        for (uint256 i = 0; i < count; ++i) {
            places[i] = place;
            // Within `answer`.
            unchecked {
                place += VIEWS_SIZE;
            }
        }
        // An array of structs is an array of their places in memory.
        assembly ("memory-safe") {
            // views = places
            views := places
        }
        for (uint256 i = 0; i < count; ++i) {
            if (views[i].midWad == 0) revert IPortfolioMargin.Risk_NoPrice(assets[i]);
        }
    }
}
