// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IVenueAllocator
/// @notice Lets idle assets of the insurance fund earn in listed ERC-4626 venues on the settlement token, and brings them
/// home from a venue that is no longer healthy.
/// @dev Owns: the venues' shares, what of the fund is counted in each. Trusts: the fund. A venue is trusted with no more than its
/// cap: whatever it answers or does, the rest is untouched. Keeps: at least half of the fund stays at home.
/// What lies in a venue counts at what was placed there, however its share price rises: a gain is income when it has come home. No
/// role can take assets: they go to listed venues and back to the fund. All amounts in token base units where nothing else is said.
interface IVenueAllocator {
    /// @notice What is known of a venue.
    /// @param cap Most that may be counted in it.
    /// @param counted What of the fund's counted assets lies in it.
    /// @param probeShares Shares whose worth is watched.
    /// @param probeWorth Highest worth of them that was found healthy; `probedAt` when, Unix seconds.
    /// @param flag Selector of a view that is not 0 while the venue is paused; zero if it has none.
    /// @param suspended Whether nothing may be placed in it: after a failed check, or by a guardian.
    /// @param writtenOff Whether what it owed was booked as a loss, and may still come.
    /// @param suspectSince When its share price was first found wrong, Unix seconds; 0 = it is not.
    /// @param stuckSince Since when it owes what it was asked for, Unix seconds; 0 = it does not.
    struct Venue {
        uint128 cap;
        uint128 counted;
        uint128 probeShares;
        uint128 probeWorth;
        uint40 probedAt;
        bytes4 flag;
        bool suspended;
        bool writtenOff;
        uint40 suspectSince;
        uint40 stuckSince;
    }

    /// @notice What a health check found.
    /// - Fell: a share is worth less than the tolerance below the highest worth.
    /// - Rose: it is worth more than any venue can have earned since.
    /// - Illiquid: less than the share of what is counted can be withdrawn.
    enum Health {
        Healthy,
        Unreadable,
        Paused,
        Fell,
        Rose,
        Illiquid
    }

    /// @notice A venue was listed, or its cap changed.
    event VenueListed(address indexed venue, uint256 cap, bytes4 flag);
    event VenueCapChanged(address indexed venue, uint256 oldCap, uint256 newCap);
    /// @notice A venue was delisted; nothing was counted in it any more.
    event VenueDelisted(address indexed venue);
    /// @notice Nothing is placed in a venue until it is resumed, or again since it was.
    event VenueSuspended(address indexed venue, Health health);
    event VenueResumed(address indexed venue, uint256 probeWorth);
    /// @notice Assets went to a venue.
    event Placed(address indexed venue, uint256 assets);
    /// @notice Assets came home.
    /// @param counted What of the counted assets they settle. @param received What came; the difference is a loss, or income.
    event Recalled(address indexed venue, uint256 counted, uint256 received);
    /// @notice A venue owes what it was asked for; fund deposits and redemptions wait.
    event VenueStuck(address indexed venue, uint256 counted);
    /// @notice What a venue owed for too long is a loss of the fund now; what comes later is income.
    event VenueWrittenOff(address indexed venue, uint256 counted);
    event HomeShareChanged(uint256 oldBps, uint256 newBps);

    error Venue_ZeroAddress();
    /// @notice Only the fund may call.
    error Venue_NotFund(address caller, address fund);
    error Venue_AlreadyListed(address venue);
    error Venue_NotListed(address venue);
    error Venue_TooMany(uint256 limit);
    /// @notice The venue is not on the settlement token.
    error Venue_OtherAsset(address asset, address token);
    error Venue_OutOfBounds(uint256 actual, uint256 least, uint256 most);
    /// @notice The venue did not pass its check.
    error Venue_NotHealthy(address venue, Health health);
    /// @notice Assets are still counted in it.
    error Venue_InUse(address venue, uint256 counted);
    /// @notice It has not been stuck long enough.
    error Venue_NotStuck(address venue, uint256 writtenOffAt);
    /// @notice Too little gas to let a venue answer: want of gas must not look like its failure.
    error Venue_OutOfGas(uint256 available, uint256 needed);

    /// @notice Lists a venue that passes its check, with nothing in it. Restricted.
    /// @param cap At most 2^128 - 1.
    /// @param flag Selector of a view without arguments that answers not 0 while the venue is paused, such as `paused()`; zero
    /// where it has none.
    /// @dev Reverts with `Venue_AlreadyListed`, `Venue_TooMany`, `Venue_OtherAsset`, `Venue_NotHealthy`, `Venue_OutOfBounds`.
    function list(address venue, uint256 cap, bytes4 flag) external;

    /// @notice Removes a venue in which nothing is counted. Shares of what was written off stay and come home when it is listed again.
    /// Restricted. Reverts with `Venue_NotListed`, `Venue_InUse`.
    function delist(address venue) external;

    /// @notice Changes a cap; what lies above it comes home at the next `rebalance`. Restricted.
    function setCap(address venue, uint256 cap) external;

    /// @notice Lets nothing more into a venue. Restricted (guardians).
    function suspend(address venue) external;

    /// @notice Trusts a venue again, at the worth that its shares have now. Restricted. Reverts with `Venue_NotHealthy` where it
    /// cannot be read or is paused, `Venue_InUse` while assets are counted in it.
    function resume(address venue) external;

    /// @notice Least share of the fund that stays at home, bps, 5,000 to 10,000. Restricted. Reverts with `Venue_OutOfBounds`.
    function setHomeShare(uint256 bps) external;

    /// @notice Checks every venue and brings home what lies in one that fails, or is suspended. Anyone; at most four venues, some
    /// 1.5 million gas each.
    /// @dev A share price that is wrong suspends at once, but what lies there is brought home no sooner than a minute later if it is still
    /// wrong: a price that was bent for one transaction must not be what the fund leaves at.
    /// @dev Reverts with `Venue_OutOfGas` before a venue that could not be given its gas.
    /// @return recalled What came home.
    function heal() external returns (uint256 recalled);

    /// @notice `heal`, then what is missing at home is recalled and what is idle placed, in the order of the list. Anyone.
    /// @dev Moves nothing below the least amount. Places nothing while the fund's redemptions wait. A placement whose shares are not
    /// worth it is undone. Reverts as `heal` does.
    /// @return placed What went out. @return recalled What came home.
    function rebalance() external returns (uint256 placed, uint256 recalled);

    /// @notice Brings home what `assets` need, as far as venues pay. Only the fund, before it pays a loss.
    /// @dev Reverts with `Venue_NotFund`, `Venue_OutOfGas`.
    function recall(uint256 assets) external returns (uint256 recalled);

    /// @notice Asks a venue once more for what it has owed for three days, and books what does not come as a loss. Anyone. Reverts with `Venue_NotListed`, `Venue_NotStuck`.
    function writeOff(address venue) external;

    /// @notice Whether a venue owes what it was asked for: deposits into the fund and redemptions from it wait.
    function isStuck() external view returns (bool);

    /// @notice Whether a venue was written off that still has shares of ours: deposits into the fund wait until these came home or the
    /// venue is delisted. Else who deposits then would have what others lost.
    function hasWrittenOff() external view returns (bool);

    /// @notice Seconds for which they have waited, so far.
    function stuckSeconds() external view returns (uint256);

    /// @notice What a check of the venue says now.
    function healthOf(address venue) external view returns (Health);

    /// @notice The venues, in the order in which they are fed.
    function venues() external view returns (address[] memory);

    /// @notice What is known of a venue; zero where it is not listed.
    function venueOf(address venue) external view returns (Venue memory);

    /// @notice What of the fund is counted in all venues together.
    function placedAssets() external view returns (uint256);

    /// @notice Least share of the fund that stays at home, bps.
    function homeShareBps() external view returns (uint256);

    /// @notice The fund.
    function fund() external view returns (address);
}
