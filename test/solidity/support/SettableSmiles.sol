// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {SmileWord} from "../../../contracts/types/SmileWord.sol";

/// @dev A volatility surface that says of every expiry what a test tells it; nothing where it was not told.
contract SettableSmiles {
    mapping(AssetId asset => mapping(uint40 expiry => SmileWord)) private _smiles;

    function set(AssetId asset, uint40 expiry, SmileWord smile) external {
        _smiles[asset][expiry] = smile;
    }

    function smilesOf(AssetId asset, uint40[] calldata expiries) external view returns (SmileWord[] memory words) {
        words = new SmileWord[](expiries.length);
        for (uint256 i; i < words.length; ++i) words[i] = _smiles[asset][expiries[i]];
    }
}
