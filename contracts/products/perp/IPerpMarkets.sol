// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMoveCost} from "../../oracle/IMoveCost.sol";
import {AssetId} from "../../types/AssetId.sol";

/// @title IPerpMarkets
/// @notice Funding, open interest and loss indices of the perpetuals.
/// @dev Owns: one market per underlying. Trusts: the vault to report every change of position. Indices are WAD of the
/// settlement token per lot, integers: long and short cancel to the wei. Keeps: invariants 2, 13 and 17.
///
/// Funding: a trade's premium is (price - mid) / mid, clamped. A sample follows the trades, each with the weight
/// lots / (lots + depth), and lapses one window after the last trade. The premium is the sample's exponential mean over
/// the window. Per lot and day a long pays (gain * premium + interest) * mid * lot size, a short receives it; both
/// indices move by the same integer, rounded towards zero. Seconds that the breaker calls inactive do not exist for
/// any of this; a Blind price charges nothing for the time since the last accrual.
interface IPerpMarkets {
    /// @notice How funding is formed.
    /// @param gainWadPerDay Funding per day for a premium of 1, WAD; 3e18 pays the premium once in 8 hours. At most
    /// 10e18.
    /// @param clampWadPerDay Largest funding per day either way, WAD of notional; at most 1e18, above the interest.
    /// @param interestWadPerDay Constant part per day, WAD of notional; positive = longs pay. At most 0.03e18 either way.
    /// @param windowSeconds Time constant of the premium's mean, 1 minute to 30 days.
    /// @param depthLots Lots with which a trade moves the sample half way to its own premium, not 0.
    struct FundingConfig {
        uint256 gainWadPerDay;
        uint256 clampWadPerDay;
        int256 interestWadPerDay;
        uint256 windowSeconds;
        uint256 depthLots;
    }

    /// @notice A market at its listing.
    /// @param lotSizeWad Underlying per lot, WAD, fixed for good; not 0, at most 1e24.
    /// @param openInterestCapWad Cap of one side's notional, WAD of USD; at most 2^112 - 1.
    struct MarketConfig {
        uint256 lotSizeWad;
        uint256 openInterestCapWad;
        FundingConfig funding;
    }

    /// @notice A market as of now, pending accrual included.
    /// @param fundingWadPerDay Present rate, WAD of notional per day; positive = longs pay.
    /// @param premiumWad Time-weighted premium, WAD of the mid.
    /// @param sampleWad Premium of recent trades, WAD of the mid.
    /// @param accruedAt Unix seconds of the last accrual.
    struct MarketState {
        MarketConfig config;
        MarketMark mark;
        uint256 openLots;
        int256 fundingWadPerDay;
        int256 premiumWad;
        int256 sampleWad;
        uint256 accruedAt;
    }

    /// @notice What an account needs to settle and value a position.
    /// @param lotSizeWad Underlying per lot, WAD.
    /// @param longIndexWad Cumulative charge per long lot, WAD of cash; a long pays its increase.
    /// @param shortIndexWad Cumulative credit per short lot, WAD of cash; a short receives its increase.
    struct MarketMark {
        uint256 lotSizeWad;
        int256 longIndexWad;
        int256 shortIndexWad;
    }

    /// @notice A change of positions of two accounts in one market; lots before and after, signed.
    /// @param tradePriceWad Price of the trade, WAD; 0 for a transfer, which does not move the premium.
    struct PositionChange {
        AssetId asset;
        int64 firstBefore;
        int64 firstAfter;
        int64 secondBefore;
        int64 secondAfter;
        uint256 tradePriceWad;
    }

    /// @notice The vault and the loss waterfall became known, for good.
    event Wired(address vault, address waterfall);

    /// @notice A market was listed.
    event MarketListed(AssetId indexed asset, uint256 lotSizeWad);

    /// @notice The cap of a market changed, WAD of USD.
    event OpenInterestCapSet(AssetId indexed asset, uint256 oldCapWad, uint256 newCapWad);

    /// @notice Whoever says what the market's pool costs to move was named; zero = nobody.
    event BackingSet(AssetId indexed asset, IMoveCost previous, IMoveCost source);

    /// @notice The pool behind a market was asked: at most `capacityUsd` (whole USD) may be open on one side. A pool that does not
    /// answer backs nothing.
    event BackingSynced(AssetId indexed asset, IMoveCost indexed source, uint256 capacityUsd);

    /// @notice The terms of a market's funding were set; the premium in force was cut to them.
    event FundingSet(AssetId indexed asset, FundingConfig terms);

    /// @notice Funding was brought up to now.
    /// @param activeSeconds Seconds that were charged.
    /// @param perLotWad What each long lot paid and each short lot received, WAD of cash.
    /// @param premiumWad Time-weighted premium now, WAD of the mid.
    event FundingAccrued(AssetId indexed asset, uint256 activeSeconds, int256 perLotWad, int256 premiumWad);

    /// @notice A change of positions was counted.
    /// @param openLots Open lots per side after it.
    /// @param sampleWad Premium of recent trades after it, WAD of the mid.
    event PositionsRecorded(AssetId indexed asset, uint256 openLots, int256 sampleWad);

    /// @notice A loss was spread over the open lots of one side.
    /// @param perLotWad Charge per lot, WAD of cash, rounded up.
    event LossSpread(
        AssetId indexed asset,
        bool indexed longSide,
        uint256 deficitWad,
        uint256 chargedWad,
        uint256 perLotWad
    );

    /// @notice `wire` was called before.
    error Perp_AlreadyWired();

    /// @notice An address that must exist is zero.
    error Perp_ZeroAddress();

    /// @notice The caller is not the one contract that may do this.
    error Perp_WrongCaller(address caller, address allowed);

    /// @notice The asset has no market.
    error Perp_NotListed(AssetId asset);

    /// @notice The asset has a market already.
    error Perp_AlreadyListed(AssetId asset);

    /// @notice The asset is no underlying, or the oracle does not know it.
    error Perp_NotAnUnderlying(AssetId asset);

    /// @notice A parameter lies outside its bounds.
    error Perp_OutOfBounds(uint256 actual, uint256 least, uint256 most);

    /// @notice The cap would rise, which this function may not do. WAD of USD.
    error Perp_CapNotLower(uint256 newCapWad, uint256 capWad);

    /// @notice No pool is named for the market, or the address has no code.
    error Perp_NoBacking(AssetId asset, address source);

    /// @notice Less gas than the pool must be given.
    error Perp_InsufficientGas(uint256 available, uint256 needed);

    /// @notice Lots appear or vanish: the sums of both accounts before and after differ.
    error Perp_LotsNotPreserved(int256 sumBefore, int256 sumAfter);

    /// @notice More lots are closed than are open.
    error Perp_OpenLotsUnderflow(uint256 openLots, uint256 closedLots);

    /// @notice The trade would lift open interest beyond its cap. WAD of USD.
    error Perp_OpenInterestCap(uint256 notionalWad, uint256 capWad);

    /// @notice Names the vault and the loss waterfall; works once. Restricted.
    /// @dev Errors: `Perp_AlreadyWired`, `Perp_ZeroAddress`.
    function wire(address vault_, address waterfall_) external;

    /// @notice The vault that records positions; zero until wired.
    function vault() external view returns (address);

    /// @notice The loss waterfall that charges gains; zero until wired.
    function waterfall() external view returns (address);

    /// @notice Lists a market. Restricted.
    /// @dev Errors: `Perp_AlreadyListed`, `Perp_NotAnUnderlying`, `Perp_OutOfBounds`.
    function list(AssetId asset, MarketConfig calldata config) external;

    /// @notice Sets the terms of funding; what went before is accrued on the old ones. Restricted.
    /// @dev Errors: `Perp_NotListed`, `Perp_OutOfBounds`.
    function setFunding(AssetId asset, FundingConfig calldata terms) external;

    /// @notice Sets the cap of a market, WAD of USD, rising or falling. Restricted.
    /// @dev Open positions stay; above the cap they can only shrink. Errors: `Perp_NotListed`, `Perp_OutOfBounds`.
    function setOpenInterestCap(AssetId asset, uint256 capWad) external;

    /// @notice Names the pool that must be worth more than what is open, or nobody (zero). Restricted.
    /// @dev What is open on one side may then rise to two fifths of what the pool costs to move: four fifths of that beyond which
    /// the pool's adapter gives no value. Errors: `Perp_NotListed`, `Perp_NoBacking` (no code).
    function setBacking(AssetId asset, IMoveCost source) external;

    /// @notice Asks the pool behind a market what it costs to move. Anyone may call.
    /// @dev A trade that opens does it by itself once the answer is an hour old. Errors: `Perp_NoBacking`,
    /// `Perp_InsufficientGas`.
    /// @return capacityUsd What may be open on one side, whole USD.
    function syncBacking(AssetId asset) external returns (uint256 capacityUsd);

    /// @notice The pool behind a market, what may be open because of it (whole USD), and since when (unix seconds).
    function backingOf(AssetId asset) external view returns (IMoveCost source, uint256 capacityUsd, uint256 syncedAt);

    /// @notice Lowers the cap of a market, WAD of USD: for guardians. Restricted.
    /// @dev Errors: `Perp_NotListed`, `Perp_CapNotLower`.
    function lowerOpenInterestCap(AssetId asset, uint256 capWad) external;

    /// @notice Brings the funding of a market up to now. Anyone may call.
    /// @dev Errors: `Perp_NotListed`.
    function accrue(AssetId asset) external;

    /// @notice Accrues, then counts a change of positions. Only the vault.
    /// @dev Open interest must be unchanged in sum: firstAfter + secondAfter == firstBefore + secondBefore. The cap
    /// binds trades only, and only those that lift open interest; it is measured at mid, or at the trade's price while
    /// there is no mid. Errors: `Perp_WrongCaller`, `Perp_NotListed`, `Perp_LotsNotPreserved`,
    /// `Perp_OpenLotsUnderflow`, `Perp_OpenInterestCap`.
    /// @return mark Indices after accrual, at which both positions were settled.
    function record(PositionChange calldata change) external returns (MarketMark memory mark);

    /// @notice Spreads a loss over one side through its index. Only the loss waterfall.
    /// @dev The charge per lot is rounded up. Accounts on the other side or without a position pay nothing. Errors:
    /// `Perp_WrongCaller`, `Perp_NotListed`.
    /// @param deficitWad Loss to spread, WAD of cash.
    /// @return chargedWad What the side will pay in all: at least `deficitWad`, more by less than one wei per lot.
    /// 0 when the side is empty.
    function spreadLoss(AssetId asset, bool longSide, uint256 deficitWad) external returns (uint256 chargedWad);

    /// @notice Marks as of now, pending funding included, for each set bit of `assetBitmap` in rising order.
    /// @dev Reads the oracle at most once, and only if a market was not accrued in this block. Errors: `Perp_NotListed`.
    function marksOf(uint256 assetBitmap) external view returns (MarketMark[] memory marks);

    /// @notice Open lots of either side (they are equal), and their cap in USD.
    /// @return lots Open lots per side.
    /// @return capWad Cap of the side's notional, WAD of USD.
    function openInterest(AssetId asset) external view returns (uint256 lots, uint256 capWad);

    /// @notice Everything known of a market as of now. Errors: `Perp_NotListed`.
    function stateOf(AssetId asset) external view returns (MarketState memory state);

    /// @notice Whether the market is listed.
    function isListed(AssetId asset) external view returns (bool);
}
