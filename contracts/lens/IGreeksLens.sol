// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Greeks} from "./OptionGreeks.sol";

/// @title IGreeksLens
/// @notice Delta, gamma, vega and theta of accounts and of the open interest, per underlying. Nothing depends on it.
/// @dev Owns nothing, writes nothing. At the oracle's mid, with the surface's present smiles: see `Greeks` and `OptionGreeks`.
/// They are the derivatives of the account's `equityWad` in `IPortfolioMargin.MarginReport`, with the volatility of each strike
/// held; where the surface is not attested, of what that would be without the doubt about it. Funding and interest are not in
/// theta. Expired options count as their payoff at the mid; where the settlement price is known they move with nothing.
/// Errors: of the engine for what it cannot price, and those below.
interface IGreeksLens {
    /// @notice Greeks of an account on one underlying.
    /// @param midWad Price at which they hold, WAD.
    /// @param perpsWad Perpetual, units of the underlying, WAD, signed.
    /// @param collateralWad Collateral that follows the underlying, without haircut, ratios at mid, in its units, WAD.
    /// @param creditedWad The same after the haircut of initial margin, rounded down: what margin counts of it.
    /// @param options Of the options alone.
    /// @param total Of everything: perpetual, options, and collateral without haircut, for it falls by all of its price whatever
    /// margin says. `total.deltaWad - collateralWad + creditedWad` is the delta of what margin counts.
    struct AssetGreeks {
        AssetId asset;
        uint256 midWad;
        int256 perpsWad;
        uint256 collateralWad;
        uint256 creditedWad;
        Greeks options;
        Greeks total;
    }

    /// @notice Greeks of one option position.
    /// @param sizeWad Units of the underlying, WAD; positive = long.
    /// @param sigmaWad Volatility of its strike, WAD per square root of a year.
    struct LegGreeks {
        InstrumentId instrument;
        int256 sizeWad;
        uint256 sigmaWad;
        Greeks greeks;
    }

    /// @notice Greeks of one side of the open interest, to be added up page by page: what is short has the same with the other
    /// sign, so that the net of all accounts is nothing and one side says it all.
    /// @param series Series with open lots that were counted; settled or with a known settlement price they do not count.
    /// @param callsWad Open long calls, units of the underlying, WAD. @param putsWad Puts.
    /// @param calls Greeks of all long calls. @param puts Of all long puts.
    /// @param perpsWad Open long perpetuals, units of the underlying, WAD: their delta. Only on the page that begins at 0.
    struct OpenInterest {
        uint256 series;
        uint256 callsWad;
        uint256 putsWad;
        Greeks calls;
        Greeks puts;
        uint256 perpsWad;
    }

    error GreeksLens_ZeroAddress();

    /// @notice The oracle never had a price of the asset.
    error GreeksLens_NoPrice(AssetId asset);

    /// @notice The surface has no smile for the expiry.
    error GreeksLens_NoSmile(AssetId asset, uint40 expiry);

    /// @notice The cursor lies beyond the last series there can be.
    error GreeksLens_CursorOutOfRange(uint256 cursor, uint256 end);

    /// @notice Not enough gas to count even one series.
    error GreeksLens_GasTooLow(uint256 available, uint256 needed);

    /// @notice Greeks of an account, one entry per underlying on which it depends, in rising order.
    function greeksOf(AccountId account) external view returns (AssetGreeks[] memory greeks);

    /// @notice Greeks of any portfolio: of one that is not there yet.
    function greeksOfPortfolio(Portfolio calldata portfolio) external view returns (AssetGreeks[] memory greeks);

    /// @notice Greeks of each option position, in the order of the vault. Their sum is `options` of `greeksOf`.
    function legGreeksOf(AccountId account) external view returns (LegGreeks[] memory legs);

    /// @notice Greeks of the open interest of one underlying.
    /// @dev From the open lots of each series in the option markets, which are exact, and not from accounts: the number of series
    /// that may be listed is bounded, that of accounts is not, and no account has to be readable. Nothing is caught, so that want of
    /// gas never hides a series: a page ends before what it cannot afford.
    /// @param cursor Where to begin: 0, then what the page before returned.
    /// @param n Most series with open lots that are counted.
    /// @return sums Of this page.
    /// @return next Cursor of the next page; `seriesEnd` when there is none.
    function openInterestGreeks(
        AssetId asset,
        uint256 cursor,
        uint256 n
    ) external view returns (OpenInterest memory sums, uint256 next);

    /// @notice The cursor behind the last series: 64 slots of 256 series.
    function seriesEnd() external pure returns (uint256);
}
