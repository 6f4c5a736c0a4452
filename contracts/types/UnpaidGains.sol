// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {OptionHolding, Portfolio} from "./Portfolio.sol";

/// @title UnpaidGains
/// @notice What an account has won in expiries whose price is fixed and that are not settled yet: who owes it may still turn
/// out unable to pay, and the winners bear that. Until settlement it secures what is held, and nothing new.
/// @dev Nothing else of a fixed option is at risk, so that the engine asks no margin for it: without this, a winner would withdraw
/// all of it, or trade it away to a friend, before the loser is sold, and leave his part of the loss to others.
library UnpaidGains {
    using FixedPointMathLib for int256;

    /// @notice Sum over those expiries of what each pays to the account in all, as far as that is positive, WAD.
    function sumWad(Portfolio memory portfolio) internal pure returns (uint256 gainsWad) {
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            OptionHolding memory holding = portfolio.options[i];
            if (holding.fixedPriceWad == 0) continue;
            gainsWad += uint256(holding.expiry.payoffWad(holding.legs, holding.fixedPriceWad).max(0));
        }
    }
}
