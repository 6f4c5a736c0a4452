// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionWord} from "../types/OptionWord.sol";

/// @title OptionDues
/// @notice What legs are paid at settlement. Pure.
library OptionDues {
    /// @notice What legs are paid at settlement, WAD of cash, signed; exact: the payoffs of a series cancel.
    function payoffWad(ExpiryWord expiry, OptionWord legs, uint256 priceWad) internal pure returns (int256 cashWad) {
        uint256 count = legs.legCount();
        for (uint256 i = 0; i < count; ++i) {
            (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
            cashWad += lots * int256(expiry.payoffPerLotWad(strikeIndex, isPut, priceWad));
        }
    }
}
