// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

/// @title ICooldownVault
/// @notice An ERC-4626 pool that carries losses: shares leave after a cooldown, within a window, and bear every loss
/// until they have left; income enters the share price as a stream.
/// @dev Assets are counted by the pool itself, in token base units: tokens that merely arrive change no price until
/// `streamIncome` counts them. Rounding is always against the caller.
/// Shares carry nine decimals more than the asset. One billion virtual shares own whatever was counted while nobody
/// held a share, so that neither a first depositor nor a donation can take another's deposit.
/// Warning: `previewRedeem` and `previewWithdraw` ignore the cooldown, as ERC-4626 asks; `maxRedeem` and `maxWithdraw`
/// are what can leave now.
interface ICooldownVault is IERC4626 {
    /// @notice A holder's announced exit.
    /// @param shares Shares that may leave in the window; never more than the least the holder held since.
    /// @param opensAt Unix seconds from which they may leave.
    /// @param closesAt Unix seconds from which they no longer may, before the seconds of `blockedSeconds` are added.
    /// @param blockedAtRequest The pool's blocked seconds at the request.
    struct ExitRequest {
        uint256 shares;
        uint40 opensAt;
        uint40 closesAt;
        uint48 blockedAtRequest;
    }

    /// @notice Income that enters the share price linearly from `startedAt` to `endsAt`.
    /// @param amount Token base units that were not yet in the price at `startedAt`.
    struct IncomeStream {
        uint128 amount;
        uint40 startedAt;
        uint40 endsAt;
    }

    /// @notice `holder` announced the exit of `shares`, instead of whatever it had announced before.
    event ExitRequested(address indexed holder, uint256 shares, uint256 opensAt, uint256 closesAt);

    /// @notice A transfer or redemption left `holder` with `shares` of its announced exit.
    event ExitReduced(address indexed holder, uint256 shares);

    /// @notice `amount` token base units began to enter the share price.
    event IncomeStreamed(uint256 amount, uint256 endsAt);

    /// @notice The cooldown and window of later requests changed; seconds.
    event CooldownChanged(
        uint256 oldCooldownSeconds,
        uint256 oldWindowSeconds,
        uint256 newCooldownSeconds,
        uint256 newWindowSeconds
    );

    /// @notice The duration of later streams changed; seconds.
    event StreamDurationChanged(uint256 oldSeconds, uint256 newSeconds);

    /// @notice The deposit or redemption would move nothing on one of its sides.
    error Insurance_ZeroAmount(uint256 assets, uint256 shares);
    /// @notice More shares were announced than the holder has.
    error Insurance_RequestTooLarge(uint256 shares, uint256 balance);
    /// @notice The token took a fee on transfer. Token base units.
    error Insurance_FeeOnTransfer(uint256 received, uint256 expected);
    /// @notice A duration is outside its bounds; seconds.
    error Insurance_DurationOutOfBounds(uint256 actual, uint256 minimum, uint256 maximum);
    /// @notice The settlement token has more decimals than a WAD can hold.
    error Insurance_UnsupportedDecimals(uint256 actual, uint256 maximum);
    /// @notice A required address is zero.
    error Insurance_ZeroAddress();

    /// @notice Announces that the caller wants `shares` to leave: they may do so after the cooldown, within the window.
    /// @dev Replaces an earlier request and starts anew; 0 cancels it. The shares stay in the price and carry losses.
    /// Shares sent away leave the request first; shares received never join it: a request covers at most the least that
    /// the holder held since. Reverts with `Insurance_RequestTooLarge`.
    function requestRedeem(uint256 shares) external;

    /// @notice Counts what arrived beyond the counted assets and streams it into the share price. Anyone may call.
    /// @dev Waits for a running stream to end, so that all income takes at least one whole duration and nobody can
    /// stretch a stream by feeding it. Never reverts for want of income.
    /// @return amount Token base units that began to stream; 0 when there are none or a stream is running.
    function streamIncome() external returns (uint256 amount);

    /// @notice Sets cooldown and window of later requests, seconds. Restricted.
    /// @dev Requests already made keep their times. Reverts with `Insurance_DurationOutOfBounds`: cooldown within
    /// [1, 30] days, window within [1, 7] days.
    function setCooldown(uint256 cooldownSeconds, uint256 windowSeconds) external;

    /// @notice Sets the duration of later streams, seconds. Restricted.
    /// @dev Reverts with `Insurance_DurationOutOfBounds`: within [1 hour, 7 days].
    function setStreamDuration(uint256 durationSeconds) external;

    /// @notice Counted assets, those still streaming in included, token base units. What a loss can take.
    function managedAssets() external view returns (uint256 assets);

    /// @notice Counted assets that are not yet in the share price, token base units, rounded up.
    function unstreamedAssets() external view returns (uint256 assets);

    /// @notice Whether redemptions wait, and with them the windows of all requests.
    function isBlocked() external view returns (bool);

    /// @notice Seconds for which redemptions were blocked so far; each prolongs the windows of the requests open then.
    function blockedSeconds() external view returns (uint256 elapsed);

    /// @notice The announced exit of `holder`.
    function exitRequestOf(address holder) external view returns (ExitRequest memory request);

    /// @notice The running or last stream.
    function incomeStream() external view returns (IncomeStream memory stream);

    /// @notice Cooldown, window and stream duration in force for what comes next, seconds.
    function durations() external view returns (uint256 cooldownSeconds, uint256 windowSeconds, uint256 streamSeconds);
}
