// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionWord} from "../types/OptionWord.sol";

/// @title OptionDues
/// @notice What legs are paid and charged. Pure.
library OptionDues {
    using FixedPointMathLib for int256;

    /// @dev What is charged of a loss comes per lot in units of this, WAD.
    uint256 private constant LOSS_UNIT_WAD = 1e9;

    /// @notice What legs are paid at settlement, WAD of cash, signed; exact: the payoffs of a series cancel.
    function payoffWad(ExpiryWord expiry, OptionWord legs, uint256 priceWad) internal pure returns (int256 cashWad) {
        uint256 count = legs.legCount();
        for (uint256 i = 0; i < count; ++i) {
            (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
            cashWad += lots * int256(expiry.payoffPerLotWad(strikeIndex, isPut, priceWad));
        }
    }

    /// @notice What legs owe for losses that were spread over their classes since they were last settled, WAD.
    /// @param sinceIndices Indices at that time. @param nowIndices Indices now; see `IOptionMarkets.ExpiryMark`.
    function lossWad(
        OptionWord legs,
        uint256 sinceIndices,
        uint256 nowIndices
    ) internal pure returns (int256 chargedWad) {
        if (sinceIndices == nowIndices) return 0;
        uint256 count = legs.legCount();
        for (uint256 i = 0; i < count; ++i) {
            (int24 lots, , bool isPut) = legs.legAt(i);
            uint256 shift_ = ((isPut ? 2 : 0) + (lots < 0 ? 1 : 0)) * 64;
            uint256 perLot = uint256(uint64(nowIndices >> shift_)) - uint64(sinceIndices >> shift_);
            chargedWad += int256(int256(lots).abs() * perLot * LOSS_UNIT_WAD);
        }
    }
}
