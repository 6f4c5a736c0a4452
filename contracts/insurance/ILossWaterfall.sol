// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";

/// @title ILossWaterfall
/// @notice Gives every loss beyond an account's margin an owner at once.
/// @dev Order: penalty pool of the market -> insurance fund (daily budget per market) -> backstop line ->
/// variation-gain haircut of the opposite side -> open deficit, which later income repays before anyone else. Each step
/// emits a receipt.
/// Owns: penalty pools (cash accounts of its own address, sub-account = asset), draw budgets, open deficits, the clock
/// of blocked redemptions. Trusts: vault, fund, backstop, perpetual and option markets, auction. Keeps: invariants 12, 13, 14.
/// A loss without a market (an account that holds no position) goes under `NO_ASSET`: pool 0 and a budget of its own; it
/// has no opposite side, so nobody is haircut for it.
interface ILossWaterfall {
    /// @notice Who paid a part of a loss.
    enum Layer {
        PenaltyPool,
        InsuranceFund,
        Backstop,
        Haircut
    }

    /// @notice The part that a perpetual or a series of options had in a defaulted portfolio.
    /// @param longDefaulted Whether the defaulted account was long: the shorts then carry a haircut, else the longs.
    /// @param weightWad Its weight in the loss; of a perpetual its notional at mid, WAD.
    /// @param isOption Whether it is a series of the expiry in `slot`.
    /// @param limitWad Options: the most that the haircut may take, WAD: what the position is worth to those who hold its other
    /// side.
    struct MarketShare {
        AssetId asset;
        bool longDefaulted;
        uint256 weightWad;
        bool isOption;
        uint8 slot;
        uint8 strikeIndex;
        bool isPut;
        uint256 limitWad;
    }

    /// @notice `layer` paid `amountWad` into `account` for a loss in `asset`. WAD.
    event LayerPaid(AccountId indexed account, AssetId indexed asset, Layer indexed layer, uint256 amountWad);

    /// @notice A layer could not be reached; the next one took its part.
    event LayerFailed(AccountId indexed account, AssetId indexed asset, Layer indexed layer);

    /// @notice The cash of `account` was brought up by `coveredWad` of the `deficitWad` it lacked.
    event LossCovered(AccountId indexed account, uint256 deficitWad, uint256 coveredWad);

    /// @notice A layer brought `overshootWad` more than the loss, which went to the domain's pool: the haircut less than one wei
    /// per lot of a perpetual and 1e-9 per lot of an option, the backstop less than one token unit. WAD.
    event OvershootPooled(AssetId indexed asset, uint256 overshootWad);

    /// @notice The open deficit of `account` in `asset` is now `deficitWad`, that of the domain `totalWad`.
    event DeficitChanged(AccountId indexed account, AssetId indexed asset, uint256 deficitWad, uint256 totalWad);

    /// @notice `amountWad` of a penalty of `account` went into the pool of `pool`.
    event PenaltyCollected(AccountId indexed account, AssetId indexed pool, uint256 amountWad);

    /// @notice The pool of `asset` repaid `amount` token base units of the debt to the backstop.
    event BackstopRepaid(AssetId indexed asset, uint256 amount);

    /// @notice Withdrawals of the domain are gated until `until`; 0 = lifted.
    event WithdrawalsGated(uint256 until);

    /// @notice An insolvent auction opened or closed; `open` are open now.
    event InsolvencyChanged(AccountId indexed account, bool insolvent, uint256 open);

    /// @notice The share of the fund that one market may draw in 24 hours changed; bps.
    event DrawLimitChanged(uint256 oldBps, uint256 newBps);

    /// @notice The gate of withdrawals after a shortfall changed; seconds and WAD.
    event GateChanged(uint256 oldSeconds, uint256 oldThresholdWad, uint256 newSeconds, uint256 newThresholdWad);

    /// @notice The auction was wired, once and for all.
    event AuctionWired(address indexed auction);

    /// @notice Only the auction may call.
    error Waterfall_NotAuction(address caller, address auction);
    /// @notice The auction is wired already.
    error Waterfall_AlreadyWired(address auction);
    /// @notice A required address is zero.
    error Waterfall_ZeroAddress();
    /// @notice The settlement token has more decimals than a WAD can hold.
    error Waterfall_UnsupportedDecimals(uint256 actual, uint256 maximum);
    /// @notice More shares than a portfolio can have.
    error Waterfall_TooManyShares(uint256 actual, uint256 maximum);
    /// @notice The draw limit is outside its bounds; bps.
    error Waterfall_DrawLimitOutOfBounds(uint256 actualBps, uint256 minimumBps, uint256 maximumBps);
    /// @notice The gate's duration is outside its bounds; seconds.
    error Waterfall_GateOutOfBounds(uint256 actualSeconds, uint256 minimumSeconds, uint256 maximumSeconds);
    /// @notice The gate's threshold is outside its bounds; WAD.
    error Waterfall_ThresholdOutOfBounds(uint256 actualWad, uint256 minimumWad, uint256 maximumWad);
    /// @notice Too little gas to try the backstop: a starved call must not pass its part on to others.
    error Waterfall_OutOfGas(uint256 actual, uint256 minimum);
    /// @notice The fund paid less than it holds. WAD.
    error Waterfall_FundPaidLess(uint256 paidWad, uint256 askedWad);
    /// @notice `account` has no open deficit in `asset`.
    error Waterfall_NoDeficit(AccountId account, AssetId asset);
    /// @notice What `account` owes is not settled while it holds positions.
    error Waterfall_StillOpen(AccountId account);
    /// @notice No layer can pay anything now for a loss in `asset`.
    error Waterfall_LayersEmpty(AssetId asset);
    /// @notice The open deficit is repaid before the backstop. WAD.
    error Waterfall_DeficitFirst(uint256 shortfallWad);
    /// @notice Nothing can be repaid: amount, debt or pool is zero. Token base units.
    error Waterfall_NothingToRepay(uint256 amount, uint256 debt, uint256 pooled);

    /// @notice Connects the auction. Restricted; works once.
    /// @dev Reverts with `Waterfall_AlreadyWired`, `Waterfall_ZeroAddress`.
    function wire(address auction_) external;

    /// @notice Sets what one market may draw of the fund in any 24 hours, bps of the fund before its draws. Restricted.
    /// @dev Reverts with `Waterfall_DrawLimitOutOfBounds`: within [100, 2000].
    function setDrawLimit(uint256 limitBps) external;

    /// @notice Sets for how long a shortfall gates the domain's withdrawals, and from which size. Restricted.
    /// @dev Reverts with `Waterfall_GateOutOfBounds`: within [10 minutes, 7 days]; `Waterfall_ThresholdOutOfBounds`:
    /// within [1e18, 1e24].
    function setGate(uint256 gateSeconds, uint256 thresholdWad) external;

    /// @notice Brings the cash of `account` up by `deficitWad`. Only the auction.
    /// @dev What no layer pays is recorded as open deficit of the account, in place of what a former call left open for
    /// the same market. Warning: a caller that reverts because less was covered also loses that record; it should pay
    /// out no more than what was covered instead.
    /// Reverts with `Waterfall_NotAuction`, `Waterfall_TooManyShares` (96), `Waterfall_OutOfGas`.
    /// @param shares The defaulted positions; the loss is split by weight, remainders to the last. Empty: no market.
    /// @return coveredWad What was brought up in all, WAD; less than the deficit only when every layer is empty.
    function cover(
        AccountId account,
        uint256 deficitWad,
        MarketShare[] calldata shares
    ) external returns (uint256 coveredWad);

    /// @notice Takes a penalty from `account` into the pools of its markets. Only the auction.
    /// @dev Split by weight, remainders to the last. While a deficit is open all of it goes to pool 0, which repays the
    /// deficit. Reverts with `Waterfall_NotAuction`, `Waterfall_TooManyShares` (96).
    function collectPenalty(AccountId account, uint256 amountWad, MarketShare[] calldata shares) external;

    /// @notice Tells that the auction of `account` became insolvent, or is closed. Only the auction.
    /// @dev While one is open, redemptions from the fund wait. Telling the same again changes nothing.
    function setInsolvent(AccountId account, bool insolvent) external;

    /// @notice Repays the open deficit of `account` in `asset` from the pools of the domain and of `asset`, the fund's
    /// budget and the backstop. Anyone may call.
    /// @dev Pays what brings the cash to zero at most; a record is forgotten once the account owes nothing. Reverts with `Waterfall_NoDeficit`,
    /// `Waterfall_StillOpen`, `Waterfall_LayersEmpty`, `Waterfall_OutOfGas`.
    /// @return paidWad What was paid into the account, WAD.
    function coverDeficit(AccountId account, AssetId asset) external returns (uint256 paidWad);

    /// @notice Repays up to `amount` token base units of the debt to the backstop from the pool of `asset`. Anyone may
    /// call; subject to the vault's rules of withdrawal.
    /// @dev Reverts with `Waterfall_DeficitFirst`, `Waterfall_NothingToRepay`.
    /// @return repaid Token base units.
    function repayBackstop(AssetId asset, uint256 amount) external returns (uint256 repaid);

    /// @notice Whether `coverDeficit` would succeed, and if not the selector of the error; with what it would pay, WAD.
    /// @dev Assumes that the backstop can be reached, that venues pay what is called home, and enough gas.
    function canCoverDeficit(
        AccountId account,
        AssetId asset
    ) external view returns (bool ok, bytes4 reason, uint256 payableWad);

    /// @notice Whether `repayBackstop` of any amount would succeed, and if not the selector of the error; with what it
    /// would repay, token base units.
    /// @dev The vault's gates and outflow limit come on top.
    function canRepayBackstop(AssetId asset) external view returns (bool ok, bytes4 reason, uint256 repayable);

    /// @notice What the layers before the haircut could pay now for a loss in `asset`, WAD, where venues pay what is called home.
    function coverable(AssetId asset) external view returns (uint256 amountWad);

    /// @notice What the fund could pay now for a loss in `asset` within the market's daily budget, WAD, where
    /// venues pay what is called home.
    function drawable(AssetId asset) external view returns (uint256 amountWad);

    /// @notice The vault account that holds all penalty pools.
    function poolAccount() external view returns (AccountId);

    /// @notice Penalty pool of `asset`, WAD; for `NO_ASSET` that of the domain: the cash of `poolAccount` that belongs to
    /// no market, whatever anyone brought there included.
    function poolOf(AssetId asset) external view returns (uint256 amountWad);

    /// @notice Open deficits of the domain, WAD.
    function shortfall() external view returns (uint256 totalWad);

    /// @notice Open deficit of `account` in `asset`, WAD.
    function deficitOf(AccountId account, AssetId asset) external view returns (uint256 deficitWad);

    /// @notice What comes before the fund's shareholders on income: open deficits and backstop debt that pool 0 cannot
    /// repay yet, WAD.
    function claimOnIncome() external view returns (uint256 amountWad);

    /// @notice Whether redemptions from the fund wait: an insolvent auction is open, or a shortfall gates withdrawals.
    function isBlocked() external view returns (bool);

    /// @notice Seconds for which redemptions waited so far.
    function blockedSeconds() external view returns (uint256 elapsed);

    /// @notice Open insolvent auctions.
    function openInsolvencies() external view returns (uint256);

    /// @notice Until when a shortfall gates withdrawals, unix seconds; in the past or 0: not.
    function gatedUntil() external view returns (uint256);

    /// @notice The draw limit in bps, the gate in seconds, its threshold in WAD.
    function limits() external view returns (uint256 drawLimitBps, uint256 gateSeconds, uint256 gateThresholdWad);

    /// @notice The auction; zero before `wire`.
    function auction() external view returns (address);
}
