// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";

/// @title IAuctionParameters
/// @notice The parameters of the auctions, each within bounds that keep their promises whatever is set.
/// @dev Owns: parameters, curves, capacities. Read by the auction.
interface IAuctionParameters {
    /// @notice Parameters of the auctions.
    /// @param targetWad Ratio of equity to maintenance that a partial liquidation restores, WAD; in [1e18, 3e18].
    /// @param startSlopeWad Start discount per unit by which equity falls short of maintenance, WAD; at most 1e18.
    /// @param maxDiscountWad Largest discount on equity, WAD; at most `maxTakeWad`.
    /// @param maxTakeWad Most of the equity that discount and penalty may take together, WAD; at most 0.9e18.
    /// @param priceFloorWad Least share of the favourable equity that a solvent account is priced at, WAD; in
    /// [0.001e18, 1e18].
    /// @param maxIncentiveWad Largest incentive for an insolvent portfolio, as a share of its maintenance, WAD; at most
    /// 1e18.
    /// @param bandWad Share of the account's exposure by which equity may move before the auction starts again, WAD; in
    /// [0.01e18, 1e18].
    /// @param freeDiscountWad Discount up to which a sale is not metered: near the mark nothing is dumped, WAD; at most
    /// 1e18.
    /// @param penaltyBps Penalty on closed notional, bps; at most 1000.
    /// @param rewardShareWad Most of the equity that the reward may take, WAD; at most 0.2e18.
    /// @param rewardWad Flat reward for a flag, WAD of cash; at most 1000e18.
    /// @param dustWad Exposure up to which an account may be closed whole, WAD of USD; at most 1e24.
    /// @param coolOffSeconds Time after a release in which a new flag is not rewarded; at most 30 days.
    /// @param doubtSeconds Active seconds for which a solvent account must have been in doubt before its price falls
    /// below zero; in [1 minute, 1 day].
    /// @param doubtShareWad Share of maintenance up to which equity at the mid is in doubt, WAD; at most 0.25e18.
    struct AuctionConfig {
        uint64 targetWad;
        uint64 startSlopeWad;
        uint64 maxDiscountWad;
        uint64 maxTakeWad;
        uint64 priceFloorWad;
        uint64 maxIncentiveWad;
        uint64 bandWad;
        uint64 freeDiscountWad;
        uint32 penaltyBps;
        uint64 rewardShareWad;
        uint128 rewardWad;
        uint128 dustWad;
        uint32 coolOffSeconds;
        uint32 doubtSeconds;
        uint64 doubtShareWad;
    }

    /// @notice How much notional of a market may be auctioned at more than the free discount per window.
    /// @param wad WAD of USD per window; 0 = not metered.
    /// @dev 16 + 4 bytes.
    struct Capacity {
        uint128 wad;
        uint32 windowSeconds;
    }

    /// @notice The parameters changed.
    event ConfigChanged(AuctionConfig oldConfig, AuctionConfig newConfig);

    /// @notice The curves changed.
    event CurvesChanged(address solventCurve, address insolventCurve);

    /// @notice A market's capacity changed: WAD of USD per seconds; 0 = not metered.
    event CapacityChanged(AssetId indexed asset, uint256 capacityWad, uint256 windowSeconds);

    /// @notice The authority is zero.
    error Auction_NoAuthority();
    /// @notice A curve has no code.
    error Auction_NoCode(address curve);
    /// @notice A parameter is outside its bounds; its name as a short string, its unit as documented.
    error Auction_OutOfBounds(bytes32 parameter, uint256 actual, uint256 minimum, uint256 maximum);
    /// @notice Sets the parameters. Restricted. Reverts with `Auction_OutOfBounds`.
    function setConfig(AuctionConfig calldata config_) external;

    /// @notice Sets the curves. Restricted. Reverts with `Auction_NoCode`.
    function setCurves(address solventCurve, address insolventCurve) external;

    /// @notice Sets how much notional of a market may be auctioned at more than the free discount per window; 0 = not
    /// metered. Restricted. Reverts with `Auction_OutOfBounds`: window in [1 minute, 7 days].
    function setCapacity(AssetId asset, uint256 capacityWad, uint256 windowSeconds) external;

    /// @notice Everything that an auction needs to know at once.
    function settings()
        external
        view
        returns (AuctionConfig memory config, IDiscountCurve solventCurve, IDiscountCurve insolventCurve);

    /// @notice A market's capacity, WAD of USD per `windowSeconds`; 0 = not metered.
    function capacityOf(AssetId asset) external view returns (uint256 capacityWad, uint256 windowSeconds);

    /// @notice `capacityOf` for several markets at once.
    function capacitiesOf(AssetId[] calldata assets) external view returns (Capacity[] memory capacities);
}
