// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title CureTerms
/// @notice When a cash deficit is cured, and how much collateral its cash buys.
/// @dev Pure. Rounds in favour of the account: tokens down, cash up.
library CureTerms {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;

    /// @notice Whether a deficit is large or old enough.
    /// @param limitWad The deficit above which it is, WAD.
    function isDue(
        uint256 owedWad,
        uint256 owedSeconds,
        uint256 limitWad,
        uint256 limitSeconds
    ) internal pure returns (bool) {
        return owedWad != 0 && (owedWad > limitWad || owedSeconds > limitSeconds);
    }

    /// @notice Price of a whole token: mid less the discount, rounded up.
    function price(uint256 midWad, uint256 discountWad) internal pure returns (uint256) {
        return midWad.mulWadUp(WAD - discountWad);
    }

    /// @notice Tokens for at most `cashWad`, no more than are held.
    /// @param unit Base units of a whole token.
    /// @return amount Token base units, rounded down.
    /// @return paidWad Cash for them: all of `cashWad`, or what the holding costs, rounded up.
    function purchase(
        uint256 cashWad,
        uint256 priceWad,
        uint256 held,
        uint256 unit
    ) internal pure returns (uint256 amount, uint256 paidWad) {
        amount = cashWad.fullMulDiv(unit, priceWad);
        if (amount <= held) return (amount, cashWad);
        return (held, held.fullMulDivUp(priceWad, unit));
    }
}
