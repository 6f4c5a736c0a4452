// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";

/// @title ILeverageLens
/// @notice How much leverage an underlying offers, and how likely each leverage is to end in bankruptcy.
/// @dev Owns nothing, decides nothing: the bound itself is in the shock of the risk engine. Probabilities are those of
/// `FirstPassage`, rounded up, within the time to close as the oracle's window of the moment composes it.
interface ILeverageLens {
    /// @notice A leverage and its fate. All WAD.
    /// @param leverageWad Notional over equity.
    /// @param longWad Probability that a long goes bankrupt before it can be closed. @param shortWad Of a short.
    /// @param longOffered Whether a long of that leverage passes initial margin now. @param shortOffered A short.
    struct Tier {
        uint256 leverageWad;
        uint256 longWad;
        uint256 shortWad;
        bool longOffered;
        bool shortOffered;
    }

    /// @notice What an underlying offers.
    /// @param sigmaWad Initial margin volatility, WAD per square root of a year.
    /// @param closeOutSeconds Time to close: (short window + auction) * congestion.
    /// @param isComposed Whether the margin periods are at least that, and the auction's curve has reached its end after the
    /// auction's length that the engine was told.
    /// @param targetWad Largest probability of bankruptcy within that time, WAD.
    /// @param safeLongWad Largest leverage of a long that keeps to the target, WAD, rounded down. @param safeShortWad Of a
    /// short.
    /// @param offeredLongWad Largest leverage of a long that initial margin allows at mid, spread and costs of its liquidation
    /// included, for a position of 1,000,000 USD, WAD, rounded down. @param offeredShortWad Of a short.
    /// @param triggerWad Probability that what stands at the maintenance shock is bankrupt before it is closed, WAD; the same
    /// for long and short.
    /// @param tiers 1, 2, 3, 5, 8, 10, 15, 20, 25, 33, 50 and 100.
    struct Tiers {
        uint256 sigmaWad;
        uint256 closeOutSeconds;
        bool isComposed;
        uint256 targetWad;
        uint256 safeLongWad;
        uint256 safeShortWad;
        uint256 offeredLongWad;
        uint256 offeredShortWad;
        uint256 triggerWad;
        Tier[] tiers;
    }

    /// @notice An address that must exist is zero.
    error Lens_NoRoom();

    /// @notice What `asset` offers now.
    /// @dev Errors: those of the oracle for an unlisted asset, those of the risk engine for one without parameters or price.
    /// Warning: some five million gas.
    function tiersOf(AssetId asset) external view returns (Tiers memory tiers);
}
