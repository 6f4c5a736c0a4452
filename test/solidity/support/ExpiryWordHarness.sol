// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";

/// @dev Lends the functions of a listed expiry to tests outside Solidity.
contract ExpiryWordHarness {
    function fields(
        ExpiryWord word
    ) external pure returns (AssetId asset, uint256 expiry, uint256 strikeCount, uint256 lotSizeWad) {
        return (word.underlyingOf(), word.expiryOf(), word.strikeCountOf(), word.lotSizeWadOf());
    }

    function strikeWad(ExpiryWord word, uint256 index) external pure returns (uint256) {
        return word.strikeWadOf(index);
    }

    function strikeIndex(ExpiryWord word, uint256 strikeWad_) external pure returns (bool found, uint8 index) {
        return word.strikeIndexOf(strikeWad_);
    }

    function payoffPerLotWad(
        ExpiryWord word,
        uint256 index,
        bool isPut,
        uint256 settlementPriceWad
    ) external pure returns (uint256) {
        return word.payoffPerLotWad(index, isPut, settlementPriceWad);
    }
}
