// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Grade, PriceViews} from "../types/Price.sol";

import {ActionPolicy} from "./ActionPolicy.sol";
import {ChainLiveness} from "./ChainLiveness.sol";
import {GuardianTerms} from "./GuardianTerms.sol";
import {ICircuitBreaker} from "./ICircuitBreaker.sol";
import {LevelLedger} from "./LevelLedger.sol";
import {PriceMove} from "./PriceMove.sol";

/// @title CircuitBreaker
/// @notice Graded levels per asset and for the domain, and what they allow.
/// @dev Owns: levels, recovery clocks, the chain's clock, inactive seconds. Trusts: the oracle, and the uptime feed as far as it
/// can be believed; nobody else can trip or untrip anything except guardians (upward, for a time) and governance.
/// Keeps: invariants 10 and 17.
contract CircuitBreaker is ICircuitBreaker, AccessManaged, ReentrancyGuardTransient {
    using ChainLiveness for ChainLiveness.Clock;
    using LevelLedger for LevelLedger.State;
    using GuardianTerms for GuardianTerms.Terms;

    /// @dev Most assets in one call: the size of an account header's bitmap.
    uint256 internal constant MAX_ASSETS = 32;

    /// @dev Age of the baseline for velocity: old enough that nobody moves it together with the price.
    uint32 internal constant VELOCITY_SECONDS = 10 minutes;

    /// @dev Age of the anchor for drift: catches a walk that is slow against the baseline.
    uint32 internal constant DRIFT_SECONDS = 4 hours;

    /// @dev Hard bounds of the parameters.
    uint256 internal constant MIN_MOVE_BPS = 50;
    uint256 internal constant MAX_MOVE_BPS = 5_000;
    uint256 internal constant MAX_SIGMAS_WAD = 18e18;
    uint256 internal constant MIN_STRESS_WAD = 1e18;
    uint256 internal constant MAX_STRESS_WAD = 3e18;
    uint256 internal constant MIN_TOLERANCE_SECONDS = 1 minutes;
    uint256 internal constant MAX_PACE_SECONDS = 1 days;
    uint256 internal constant MIN_VOUCH_SECONDS = 5 minutes;
    uint256 internal constant MAX_VOUCH_SECONDS = 1 days;

    IPriceOracle internal immutable _oracle;

    /// @dev One slot, 96 bits.
    struct DomainSlot {
        uint64 stressWad;
        uint32 vouchSeconds;
    }

    DomainSlot internal _domain;
    ChainLiveness.Clock internal _chain;
    mapping(AssetId asset => LevelLedger.State) internal _states;
    mapping(AssetId asset => Limits) internal _limits;

    /// @param authority The AccessManager. Roles: `raiseLevel` guardians without delay; all else slow governance.
    constructor(address authority, IPriceOracle oracle) AccessManaged(authority) {
        if (authority == address(0) || address(oracle) == address(0)) revert Breaker_ZeroAddress();
        _oracle = oracle;
        _domain = DomainSlot({stressWad: 1.5e18, vouchSeconds: 15 minutes});
        _chain.record();
        _chain.setPace(0, 5 minutes);
        // A major at 80 % volatility: 3 % and 8 % in ten minutes, 10 % and 20 % in four hours.
        _limits[NO_ASSET] = Limits({
            velocityGuarded: Trigger({minMoveBps: 300, maxMoveBps: 800, sigmasWad: 8e18}),
            velocityReduceOnly: Trigger({minMoveBps: 800, maxMoveBps: 2_000, sigmasWad: 16e18}),
            driftGuarded: Trigger({minMoveBps: 1_000, maxMoveBps: 2_000, sigmasWad: 4e18}),
            driftReduceOnly: Trigger({minMoveBps: 2_000, maxMoveBps: 4_000, sigmasWad: 8e18})
        });
    }

    // --- Evaluation -----------------------------------------------------------------------------------------------

    /// @inheritdoc ICircuitBreaker
    function update(AssetId[] calldata assets) external nonReentrant {
        if (assets.length > MAX_ASSETS) revert Breaker_TooManyAssets(assets.length, MAX_ASSETS);
        for (uint256 i; i < assets.length; ++i) _requireListed(assets[i]);
        ChainLiveness.Clock memory clock = _chain.record();
        if (assets.length == 0) return;

        // An old commit must not trip what a fresh one would not.
        _oracle.poke(assets);
        PriceViews[] memory views = _oracle.readMany(assets);
        for (uint256 i; i < assets.length; ++i) _evaluate(assets[i], views[i], clock);
    }

    // --- By hand --------------------------------------------------------------------------------------------------

    /// @inheritdoc ICircuitBreaker
    function raiseLevel(AssetId asset, Level level) external restricted {
        if (asset != NO_ASSET) _requireListed(asset);
        LevelLedger.State storage state = _states[asset];
        Level inForce = block.timestamp < state.raisedUntil ? state.raisedLevel : Level.Normal;
        if (level == Level.Normal || level == Level.Settling || level < inForce) {
            revert Breaker_NotARaise(level, inForce);
        }
        uint256 nextAt = state.raises.nextAt();
        if (nextAt != 0) revert Breaker_RaisesExhausted(nextAt);

        _accrue(asset);
        state.raisedLevel = level;
        state.raisedUntil = state.raises.start();
        emit LevelRaised(asset, level, state.raisedUntil);
    }

    /// @inheritdoc ICircuitBreaker
    function lowerLevel(AssetId asset, Level level) external restricted {
        LevelLedger.State storage state = _states[asset];
        Level from = state.current();
        if (level >= from) revert Breaker_NotALowering(level, from);

        _accrue(asset);
        if (state.level > level) {
            state.moveTo(level, level == Level.Normal ? Cause.None : Cause.Governance);
        }
        if (state.raisedLevel > level) state.raisedLevel = level;
        emit LevelLowered(asset, from, level);
    }

    /// @inheritdoc ICircuitBreaker
    function declareSettling(AssetId asset) external restricted {
        if (asset != NO_ASSET) _requireListed(asset);
        LevelLedger.State storage state = _states[asset];
        Level from = state.level;
        if (from == Level.Settling) revert Breaker_NotARaise(Level.Settling, from);
        _accrue(asset);
        state.moveTo(Level.Settling, Cause.Governance);
        emit LevelTripped(asset, from, Level.Settling, Cause.Governance);
    }

    // --- Parameters -----------------------------------------------------------------------------------------------

    /// @inheritdoc ICircuitBreaker
    function setLimits(AssetId asset, Limits calldata limits) external restricted {
        if (asset != NO_ASSET) _requireListed(asset);
        _requirePair(limits.velocityGuarded, limits.velocityReduceOnly);
        _requirePair(limits.driftGuarded, limits.driftReduceOnly);
        emit LimitsSet(asset, _limitsOf(asset), limits);
        _limits[asset] = limits;
    }

    /// @inheritdoc ICircuitBreaker
    function setStress(uint256 stressWad_) external restricted {
        _requireWithin(stressWad_, MIN_STRESS_WAD, MAX_STRESS_WAD);
        emit StressSet(_domain.stressWad, stressWad_);
        _domain.stressWad = uint64(stressWad_);
    }

    /// @inheritdoc ICircuitBreaker
    function setChainPace(uint256 blockSeconds, uint256 toleranceSeconds) external restricted {
        _requireWithin(blockSeconds, 0, MAX_PACE_SECONDS);
        _requireWithin(toleranceSeconds, MIN_TOLERANCE_SECONDS, MAX_PACE_SECONDS);
        // What happened before is judged by the pace of before.
        _chain.record();
        _chain.setPace(blockSeconds, toleranceSeconds);
        emit ChainPaceSet(blockSeconds, toleranceSeconds);
    }

    /// @inheritdoc ICircuitBreaker
    function setSequencerFeed(address feed) external restricted {
        address previous = _chain.record().watch.feed;
        _chain.setFeed(feed);
        emit SequencerFeedSet(previous, feed);
    }

    /// @inheritdoc ICircuitBreaker
    function setVouch(uint256 vouchSeconds_) external restricted {
        _requireWithin(vouchSeconds_, MIN_VOUCH_SECONDS, MAX_VOUCH_SECONDS);
        emit VouchSet(_domain.vouchSeconds, vouchSeconds_);
        _domain.vouchSeconds = uint32(vouchSeconds_);
    }

    // --- Views ----------------------------------------------------------------------------------------------------

    /// @inheritdoc ICircuitBreaker
    function levelOf(AssetId asset) external view returns (Level) {
        _requireListed(asset);
        Level stored = ActionPolicy.worse(domainLevel(), _states[asset].current());
        return ActionPolicy.worse(stored, ActionPolicy.impliedBy(_oracle.read(asset).grade));
    }

    /// @inheritdoc ICircuitBreaker
    function ruleFor(uint256 assetBitmap, Action action) external view returns (Rule rule, Level level) {
        // Invariant 10: what only reduces risk does not even depend on the reads below.
        if (action == Action.Deposit || action == Action.Close) {
            level = _states[NO_ASSET].current();
            return (ActionPolicy.ruleOf(action, level, Grade.Firm), level);
        }
        level = domainLevel();
        rule = ActionPolicy.ruleOf(action, level, Grade.Firm);
        if (assetBitmap == 0) {
            return (rule == Rule.UnaffectedOnly ? Rule.SurplusOnly : rule, level);
        }

        AssetId[] memory assets = _assetsOf(assetBitmap);
        Grade[] memory grades = _oracle.gradesOf(assets);
        Level domain = level;
        for (uint256 i; i < assets.length; ++i) {
            Level own = ActionPolicy.worse(domain, _states[assets[i]].current());
            Rule ownRule = ActionPolicy.ruleOf(action, own, grades[i]);
            if (ownRule > rule) rule = ownRule;
            level = ActionPolicy.worse(level, ActionPolicy.worse(own, ActionPolicy.impliedBy(grades[i])));
        }
    }

    /// @inheritdoc ICircuitBreaker
    function inactiveSeconds(uint256 assetBitmap) external view returns (uint256 elapsed) {
        _requireBitmap(assetBitmap);
        (ChainLiveness.Clock memory clock, ) = _chain.settled();
        elapsed = clock.inactive() + _states[NO_ASSET].certainApartFrom(clock);
        uint256 unvouched;
        for (uint256 left = assetBitmap; left != 0; left &= left - 1) {
            LevelLedger.State storage state = _states[AssetId.wrap(uint16(LibBit.ffs(left)))];
            elapsed += state.certain();
            unvouched = FixedPointMathLib.max(unvouched, state.unvouched(_states[NO_ASSET], clock));
        }
        elapsed += unvouched;
    }

    /// @inheritdoc ICircuitBreaker
    function stressWad() external view returns (uint256) {
        return _domain.stressWad;
    }

    /// @inheritdoc ICircuitBreaker
    function recordOf(AssetId asset) external view returns (LevelRecord memory) {
        return _states[asset].toRecord();
    }

    /// @inheritdoc ICircuitBreaker
    function impliedLevel(AssetId asset) external view returns (Level implied, Cause cause) {
        _requireListed(asset);
        return _implied(asset, _oracle.read(asset));
    }

    /// @inheritdoc ICircuitBreaker
    function limitsOf(AssetId asset) external view returns (Limits memory) {
        return _limitsOf(asset);
    }

    /// @inheritdoc ICircuitBreaker
    function chainPace()
        external
        view
        returns (uint256 blockSeconds, uint256 toleranceSeconds, uint256 recordedAt, uint256 recordedBlock)
    {
        ChainLiveness.Pulse memory pulse = _chain.pulse;
        return (pulse.blockSeconds, pulse.toleranceSeconds, pulse.recordedAt, pulse.recordedBlock);
    }

    /// @inheritdoc ICircuitBreaker
    function liveness() external view returns (Liveness memory) {
        return _chain.report();
    }

    /// @inheritdoc ICircuitBreaker
    function vouchSeconds() external view returns (uint256) {
        return _domain.vouchSeconds;
    }

    /// @inheritdoc ICircuitBreaker
    function domainLevel() public view returns (Level) {
        Level level = _states[NO_ASSET].current();
        (ChainLiveness.Clock memory clock, ) = _chain.settled();
        return clock.isHeld() ? ActionPolicy.worse(level, Level.Protected) : level;
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    function _evaluate(AssetId asset, PriceViews memory views, ChainLiveness.Clock memory clock) private {
        LevelLedger.State storage state = _states[asset];
        (Level implied, Cause cause) = _implied(asset, views);
        state.accrue(_states[NO_ASSET], clock, implied >= Level.Protected);

        Level from = state.level;
        if (implied > from) {
            state.moveTo(implied, cause);
            emit LevelTripped(asset, from, implied, cause);
        } else if (state.recover(implied, cause)) {
            emit LevelRecovered(asset, from, state.level);
        }
        state.evaluatedAt = uint40(block.timestamp);
        uint256 observedAt = FixedPointMathLib.min(views.updatedAt, block.timestamp);
        state.vouchedUntil = uint40(FixedPointMathLib.max(block.timestamp, observedAt + _domain.vouchSeconds));
        emit LevelEvaluated(asset, state.level, implied, state.heldSeconds, state.inactiveSeconds);
    }

    function _implied(AssetId asset, PriceViews memory views) private view returns (Level level, Cause cause) {
        Limits memory limits = _limitsOf(asset);
        Level byGrade = ActionPolicy.impliedBy(views.grade);
        Level byVelocity = PriceMove.impliedLevel(
            views.midWad,
            _oracle.priceAt(asset, VELOCITY_SECONDS),
            views.sigmaSlowWad,
            VELOCITY_SECONDS,
            limits.velocityGuarded,
            limits.velocityReduceOnly
        );
        Level byDrift = PriceMove.impliedLevel(
            views.midWad,
            _anchor(asset, views),
            views.sigmaSlowWad,
            DRIFT_SECONDS,
            limits.driftGuarded,
            limits.driftReduceOnly
        );
        level = ActionPolicy.worse(byGrade, ActionPolicy.worse(byVelocity, byDrift));
        if (level == Level.Normal) return (level, Cause.None);
        // Of several causes the one that is held longer.
        if (level == byVelocity) return (level, Cause.Velocity);
        return (level, level == byDrift ? Cause.Drift : Cause.Grade);
    }

    /// @dev While the oracle's history is shorter than the anchor, its long mean stands in.
    function _anchor(AssetId asset, PriceViews memory views) private view returns (uint256 anchorWad) {
        anchorWad = _oracle.priceAt(asset, DRIFT_SECONDS);
        return anchorWad == 0 ? views.longTwapWad : anchorWad;
    }

    /// @dev Before a level changes by hand.
    function _accrue(AssetId asset) private {
        ChainLiveness.Clock memory clock = _chain.record();
        if (asset == NO_ASSET) _states[asset].accrueApartFrom(clock);
        else _states[asset].accrue(_states[NO_ASSET], clock, false);
    }

    function _limitsOf(AssetId asset) private view returns (Limits storage) {
        Limits storage own = _limits[asset];
        return own.velocityGuarded.maxMoveBps == 0 ? _limits[NO_ASSET] : own;
    }

    function _requireListed(AssetId asset) private view {
        if (asset == NO_ASSET || !_oracle.isListed(asset)) revert Breaker_UnknownAsset(asset);
    }

    function _requirePair(Trigger calldata guarded, Trigger calldata reduceOnly) private pure {
        _requireTrigger(guarded);
        _requireTrigger(reduceOnly);
        bool ordered =
            guarded.minMoveBps <= reduceOnly.minMoveBps &&
                guarded.maxMoveBps <= reduceOnly.maxMoveBps &&
                guarded.sigmasWad <= reduceOnly.sigmasWad;
        if (!ordered) revert Breaker_TriggersNotOrdered();
    }

    function _requireTrigger(Trigger calldata trigger) private pure {
        _requireWithin(trigger.minMoveBps, MIN_MOVE_BPS, trigger.maxMoveBps);
        _requireWithin(trigger.maxMoveBps, MIN_MOVE_BPS, MAX_MOVE_BPS);
        _requireWithin(trigger.sigmasWad, 0, MAX_SIGMAS_WAD);
    }

    function _requireWithin(uint256 actual, uint256 low, uint256 high) private pure {
        if (actual < low || actual > high) revert Breaker_OutOfBounds(actual, low, high);
    }

    function _requireBitmap(uint256 bitmap) private pure returns (uint256 count) {
        if (bitmap & 1 != 0) revert Breaker_UnknownAsset(NO_ASSET);
        count = LibBit.popCount(bitmap);
        if (count > MAX_ASSETS) revert Breaker_TooManyAssets(count, MAX_ASSETS);
    }

    /// @dev The assets of the set bits, rising.
    function _assetsOf(uint256 bitmap) private pure returns (AssetId[] memory assets) {
        uint256 count = _requireBitmap(bitmap);
        assets = new AssetId[](count);
        for (uint256 i; i < count; ++i) {
            assets[i] = AssetId.wrap(uint16(LibBit.ffs(bitmap)));
            bitmap &= bitmap - 1;
        }
    }
}
