// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {BlockClock} from "./BlockClock.sol";
import {IInsuranceFund} from "./IInsuranceFund.sol";
import {IVenueAllocator} from "./IVenueAllocator.sol";
import {VenueCalls} from "./VenueCalls.sol";

/// @title VenueAllocator
/// @notice Sends idle assets of the fund to listed venues, watches these, and brings the assets home.
/// @dev Owns: shares of venues, counts. Trusts: the fund. What a venue answers is never added to what the fund has; only tokens that
/// came are.
contract VenueAllocator is IVenueAllocator, AccessManaged, ReentrancyGuardTransient {
    using BlockClock for BlockClock.Clock;
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 1e4;
    uint256 private constant MAX_VENUES = 4;
    uint256 private constant MIN_HOME_BPS = 5_000;
    /// @dev A million shares: worth enough that a basis point of it is many base units.
    uint256 private constant PROBE_SHARES = 1e6;
    uint256 private constant MAX_DECIMALS = 27;
    /// @dev How far a share may fall below its highest worth, and rise above it: a jump, and half of it in a year.
    uint256 private constant FALL_BPS = 10;
    uint256 private constant RISE_BPS = 20;
    uint256 private constant RISE_BPS_PER_YEAR = 5_000;
    /// @dev Least part of what is counted that must be withdrawable.
    uint256 private constant LIQUID_BPS = 5_000;
    /// @dev What entering may cost, and from what gain on all of it comes home to be counted.
    uint256 private constant ENTRY_BPS = 1;
    uint256 private constant HARVEST_BPS = 50;
    /// @dev Below this part of the fund nothing is moved.
    uint256 private constant LEAST_MOVE_BPS = 100;
    uint256 private constant SUSPICION = 1 minutes;
    uint256 private constant MEMORY = 10 minutes;
    uint256 private constant PATIENCE = 3 days;
    uint256 private constant DUST_PART = 1e6;
    /// @dev Six views and a move, 1/64 kept back at each, and what is done between them.
    uint256 private constant GAS_PER_VENUE = 6 * VenueCalls.VIEW_GAS + VenueCalls.MOVE_GAS + 300_000;

    IInsuranceFund private immutable _fund;
    IERC20 private immutable _token;

    address[] private _venues;
    mapping(address venue => Venue) private _states;
    BlockClock.Clock private _clock;
    // 2 + 1 bytes.
    uint16 private _homeBps = uint16(BPS);
    /// @dev Venues that were written off and may still pay.
    uint8 private _writtenOff;

    constructor(address authority, IInsuranceFund fund_) AccessManaged(authority) {
        if (address(fund_) == address(0)) revert Venue_ZeroAddress();
        _fund = fund_;
        _token = IERC20(fund_.asset());
        // It takes back what came from venues, by calls of this contract alone.
        _token.forceApprove(address(fund_), type(uint256).max);
    }

    // ---------------------------------------------------------------- configuration

    /// @inheritdoc IVenueAllocator
    function list(address venue, uint256 cap, bytes4 flag) external restricted {
        if (venue == address(0)) revert Venue_ZeroAddress();
        if (_states[venue].probeShares != 0) revert Venue_AlreadyListed(venue);
        if (_venues.length == MAX_VENUES) revert Venue_TooMany(MAX_VENUES);
        address asset = IERC4626(venue).asset();
        if (asset != address(_token)) revert Venue_OtherAsset(asset, address(_token));
        uint256 decimals = IERC20Metadata(venue).decimals();
        _requireWithin(decimals, 0, MAX_DECIMALS);
        _requireWithin(cap, 0, type(uint128).max);
        Venue storage state = _states[venue];
        (state.cap, state.flag) = (cap.toUint128(), flag);
        state.probeShares = (PROBE_SHARES * 10 ** decimals).toUint128();
        _venues.push(venue);
        emit VenueListed(venue, cap, flag);
        _probe(venue, state);
    }

    /// @inheritdoc IVenueAllocator
    function delist(address venue) external restricted nonReentrant {
        Venue storage state = _listed(venue);
        if (state.counted != 0) revert Venue_InUse(venue, state.counted);
        _forget(state);
        delete _states[venue];
        uint256 last = _venues.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (_venues[i] == venue) _venues[i] = _venues[last];
        }
        _venues.pop();
        emit VenueDelisted(venue);
    }

    /// @inheritdoc IVenueAllocator
    function setCap(address venue, uint256 cap) external restricted {
        Venue storage state = _listed(venue);
        _requireWithin(cap, 0, type(uint128).max);
        emit VenueCapChanged(venue, state.cap, cap);
        state.cap = cap.toUint128();
    }

    /// @inheritdoc IVenueAllocator
    function suspend(address venue) external restricted {
        _suspend(venue, _listed(venue), Health.Healthy);
    }

    /// @inheritdoc IVenueAllocator
    function resume(address venue) external restricted {
        Venue storage state = _listed(venue);
        if (state.counted != 0) revert Venue_InUse(venue, state.counted);
        (state.suspended, state.suspectSince) = (false, 0);
        emit VenueResumed(venue, _probe(venue, state));
    }

    /// @inheritdoc IVenueAllocator
    function setHomeShare(uint256 bps) external restricted {
        _requireWithin(bps, MIN_HOME_BPS, BPS);
        emit HomeShareChanged(_homeBps, bps);
        _homeBps = uint16(bps);
    }

    // ---------------------------------------------------------------- anyone's part

    /// @inheritdoc IVenueAllocator
    function heal() external nonReentrant returns (uint256 recalled) {
        return _heal();
    }

    /// @inheritdoc IVenueAllocator
    function rebalance() external nonReentrant returns (uint256 placed, uint256 recalled) {
        recalled = _heal();
        uint256 managed = _fund.managedAssets();
        uint256 leastMove = (managed * LEAST_MOVE_BPS) / BPS;
        recalled += _harvest(leastMove);
        uint256 target = managed.fullMulDivUp(_homeBps, BPS);
        uint256 home = managed - _fund.placedAssets();
        if (home + leastMove < target) recalled += _recall(target - home, false);
        else if (home > target + leastMove && !_fund.isBlocked()) placed = _place(home - target, leastMove);
    }

    /// @inheritdoc IVenueAllocator
    function writeOff(address venue) external nonReentrant {
        Venue storage state = _listed(venue);
        uint256 since = state.stuckSince;
        uint256 until = since + PATIENCE;
        if (since == 0 || block.timestamp < until) revert Venue_NotStuck(venue, since == 0 ? 0 : until);
        // Whoever made it look frozen must have kept it so.
        _bringHome(venue, state, state.counted);
        uint256 counted = state.counted;
        if (counted == 0) return;
        emit VenueWrittenOff(venue, counted);
        (state.writtenOff, _writtenOff) = (true, _writtenOff + 1);
        _settle(venue, state, counted, 0);
    }

    /// @inheritdoc IVenueAllocator
    function recall(uint256 assets) external nonReentrant returns (uint256 recalled) {
        if (msg.sender != address(_fund)) revert Venue_NotFund(msg.sender, address(_fund));
        return _recall(assets, true);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IVenueAllocator
    function isStuck() external view returns (bool) {
        return _clock.isBlocked();
    }

    /// @inheritdoc IVenueAllocator
    function hasWrittenOff() external view returns (bool) {
        return _writtenOff != 0;
    }

    /// @inheritdoc IVenueAllocator
    function stuckSeconds() external view returns (uint256) {
        return _clock.blockedSeconds();
    }

    /// @inheritdoc IVenueAllocator
    function healthOf(address venue) external view returns (Health health) {
        (health, ) = _check(venue, _listed(venue));
    }

    /// @inheritdoc IVenueAllocator
    function venues() external view returns (address[] memory) {
        return _venues;
    }

    /// @inheritdoc IVenueAllocator
    function venueOf(address venue) external view returns (Venue memory) {
        return _states[venue];
    }

    /// @inheritdoc IVenueAllocator
    function placedAssets() external view returns (uint256) {
        return _fund.placedAssets();
    }

    /// @inheritdoc IVenueAllocator
    function homeShareBps() external view returns (uint256) {
        return _homeBps;
    }

    /// @inheritdoc IVenueAllocator
    function fund() external view returns (address) {
        return address(_fund);
    }

    // ---------------------------------------------------------------- health

    function _heal() private returns (uint256 recalled) {
        uint256 count = _venues.length;
        for (uint256 i = 0; i < count; ++i) {
            address venue = _venues[i];
            Venue storage state = _states[venue];
            _requireGas();
            (Health health, uint256 worth) = _check(venue, state);
            if (health == Health.Healthy) {
                _noteHealthy(state, worth);
            } else if (!state.suspended) {
                _suspend(venue, state, health);
            }
            if (!_isToLeave(state, health)) continue;
            uint256 counted = state.counted;
            recalled += _bringHome(venue, state, counted);
            // What roundings of a venue leave behind is not worth a wait.
            if (state.counted <= counted / DUST_PART) _settle(venue, state, state.counted, 0);
            if (state.counted == 0 || state.stuckSince != 0) continue;
            state.stuckSince = block.timestamp.toUint40();
            emit VenueStuck(venue, state.counted);
            _clock.changeOpen(true);
        }
    }

    /// @dev The highest worth is kept, and the time moves on only with it: a fall cannot be spread over many small ones. A jump is
    /// borne, never learnt: else many small ones would add up.
    function _noteHealthy(Venue storage state, uint256 worth) private {
        if (state.suspectSince != 0) state.suspectSince = 0;
        uint256 highest = state.probeWorth;
        if (worth <= highest) return;
        uint256 grown = highest + (highest * (block.timestamp - state.probedAt) * RISE_BPS_PER_YEAR) / (BPS * 365 days);
        (state.probeWorth, state.probedAt) = (worth.min(grown).toUint128(), block.timestamp.toUint40());
    }

    function _isToLeave(Venue storage state, Health health) private returns (bool) {
        if (!state.suspended) return false;
        if (health != Health.Fell && health != Health.Rose) return true;
        uint256 since = state.suspectSince;
        if (since != 0 && block.timestamp <= since + MEMORY) return block.timestamp >= since + SUSPICION;
        state.suspectSince = block.timestamp.toUint40();
        return false;
    }

    /// @return health What is found. @return worth Of the probe, 0 where it cannot be read.
    function _check(address venue, Venue storage state) private view returns (Health health, uint256 worth) {
        (health, worth) = _read(venue, state);
        if (health != Health.Healthy) return (health, worth);
        uint256 highest = state.probeWorth;
        if (worth * BPS < highest * (BPS - FALL_BPS)) return (Health.Fell, worth);
        uint256 riseBps = RISE_BPS + ((block.timestamp - state.probedAt) * RISE_BPS_PER_YEAR) / 365 days;
        if (worth * BPS > highest * (BPS + riseBps)) return (Health.Rose, worth);
        (bool known, uint256 liquid) = VenueCalls.liquidOf(venue);
        if (!known) return (Health.Unreadable, worth);
        if (liquid < (uint256(state.counted) * LIQUID_BPS) / BPS) return (Health.Illiquid, worth);
        return (Health.Healthy, worth);
    }

    /// @dev What a venue says of itself.
    function _read(address venue, Venue storage state) private view returns (Health health, uint256 worth) {
        bool known;
        (known, worth) = VenueCalls.worthOf(venue, state.probeShares);
        if (!known || worth == 0 || worth > type(uint128).max) return (Health.Unreadable, 0);
        if (state.flag == 0) return (Health.Healthy, worth);
        bool raised;
        (known, raised) = VenueCalls.flagOf(venue, state.flag);
        if (!known) return (Health.Unreadable, worth);
        return (raised ? Health.Paused : Health.Healthy, worth);
    }

    /// @dev Takes the worth that shares have now as what they are worth.
    function _probe(address venue, Venue storage state) private returns (uint256 worth) {
        Health health;
        (health, worth) = _read(venue, state);
        if (health != Health.Healthy) revert Venue_NotHealthy(venue, health);
        (state.probeWorth, state.probedAt) = (worth.toUint128(), block.timestamp.toUint40());
    }

    function _suspend(address venue, Venue storage state, Health health) private {
        state.suspended = true;
        emit VenueSuspended(venue, health);
    }

    // ---------------------------------------------------------------- moves

    /// @dev What lies in a venue above its cap, and all of one that has earned enough to be counted.
    function _harvest(uint256 leastMove) private returns (uint256 recalled) {
        uint256 count = _venues.length;
        for (uint256 i = 0; i < count; ++i) {
            address venue = _venues[i];
            Venue storage state = _states[venue];
            // What is suspended leaves by `heal`, at no price that is bent.
            if (state.suspended) continue;
            uint256 counted = state.counted;
            (, uint256 shares) = VenueCalls.sharesOf(venue);
            (, uint256 worth) = VenueCalls.worthOf(venue, shares);
            worth = worth.min(type(uint128).max);
            if (worth > leastMove && worth * BPS >= counted * (BPS + HARVEST_BPS)) {
                recalled += _bringHome(venue, state, counted);
            } else if (counted > state.cap) {
                recalled += _bringHome(venue, state, counted - state.cap);
            }
        }
    }

    /// @dev The last venue first: it was fed last. A loss is paid from any that pays.
    function _recall(uint256 assets, bool isForLoss) private returns (uint256 recalled) {
        for (uint256 i = _venues.length; i != 0 && recalled < assets;) {
            --i;
            Venue storage state = _states[_venues[i]];
            uint256 counted = state.counted;
            if (counted == 0 || (state.suspended && !isForLoss)) continue;
            recalled += _bringHome(_venues[i], state, counted.min(assets - recalled));
        }
    }

    /// @dev Redeems the shares that are counted as `assets`, as far as the venue lets it.
    function _bringHome(address venue, Venue storage state, uint256 assets) private returns (uint256 received) {
        _requireGas();
        uint256 counted = state.counted;
        (, uint256 held) = VenueCalls.sharesOf(venue);
        (, uint256 redeemable) = VenueCalls.redeemableOf(venue);
        // What was written off still has shares.
        uint256 shares = (assets == counted ? held : held.fullMulDivUp(assets, counted)).min(redeemable);
        uint256 before = _token.balanceOf(address(this));
        bool done = shares != 0 && VenueCalls.tryRedeem(venue, shares);
        received = _token.balanceOf(address(this)) - before;
        (bool known, uint256 left) = VenueCalls.sharesOf(venue);
        uint256 settled = received.min(counted);
        // Shares that are gone are settled, whatever came for them.
        if (done && known && left < held) settled = settled.max(counted.fullMulDivUp(held - left, held));
        if (known && left == 0) _forget(state);
        _settle(venue, state, settled, received);
    }

    function _forget(Venue storage state) private {
        if (!state.writtenOff) return;
        (state.writtenOff, _writtenOff) = (false, _writtenOff - 1);
    }

    function _settle(address venue, Venue storage state, uint256 counted, uint256 received) private {
        if (counted == 0 && received == 0) return;
        uint256 left = state.counted - counted;
        state.counted = left.toUint128();
        if (left == 0 && state.stuckSince != 0) {
            state.stuckSince = 0;
            _clock.changeOpen(false);
        }
        emit Recalled(venue, counted, received);
        _fund.takeBack(counted, received);
    }

    function _place(uint256 assets, uint256 leastMove) private returns (uint256 placed) {
        uint256 count = _venues.length;
        for (uint256 i = 0; i < count && assets - placed > leastMove; ++i) {
            address venue = _venues[i];
            Venue storage state = _states[venue];
            if (state.suspended) continue;
            (, uint256 room) = VenueCalls.roomOf(venue);
            uint256 amount = uint256(state.cap).zeroFloorSub(state.counted).min(room).min(assets - placed);
            if (amount > leastMove) placed += _placeIn(venue, state, amount);
        }
    }

    /// @dev What a venue did not take goes back at once; one that takes more than it gives shares for undoes everything.
    function _placeIn(address venue, Venue storage state, uint256 amount) private returns (uint256 taken) {
        _requireGas();
        _fund.placeOut(amount);
        (, uint256 held) = VenueCalls.sharesOf(venue);
        uint256 before = _token.balanceOf(address(this));
        _token.forceApprove(venue, amount);
        // Whether it worked is seen by what it took.
        VenueCalls.tryDeposit(venue, amount);
        _token.forceApprove(venue, 0);
        taken = before - _token.balanceOf(address(this));
        (, uint256 holds) = VenueCalls.sharesOf(venue);
        (, uint256 worth) = VenueCalls.worthOf(venue, holds.zeroFloorSub(held));
        if (worth.min(type(uint128).max) * BPS < taken * (BPS - ENTRY_BPS)) revert Venue_NotHealthy(venue, Health.Fell);
        state.counted = (state.counted + taken).toUint128();
        emit Placed(venue, taken);
        if (taken == amount) return taken;
        _fund.takeBack(amount - taken, amount - taken);
    }

    // ---------------------------------------------------------------- guards

    function _listed(address venue) private view returns (Venue storage state) {
        state = _states[venue];
        if (state.probeShares == 0) revert Venue_NotListed(venue);
    }

    function _requireGas() private view {
        if (gasleft() < GAS_PER_VENUE) revert Venue_OutOfGas(gasleft(), GAS_PER_VENUE);
    }

    function _requireWithin(uint256 actual, uint256 least, uint256 most) private pure {
        if (actual < least || actual > most) revert Venue_OutOfBounds(actual, least, most);
    }
}
