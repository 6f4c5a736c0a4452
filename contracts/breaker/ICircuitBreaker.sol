// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";

/// @title ICircuitBreaker
/// @notice Graded levels per asset and for the domain, tripped by state and recovered by state; answers what may be
/// done now.
/// @dev Owns: levels, recovery clocks, inactive seconds. Reads the oracle, and has it commit before it evaluates. Where
/// a function takes "an asset or the domain", `NO_ASSET` (0) is the domain. Keeps: invariants 10 and 17.
interface ICircuitBreaker {
    /// @notice What put an asset or the domain at its stored level.
    /// - Grade: the oracle's grade. - Velocity: the move against ten minutes ago. - Drift: the move against four hours
    /// ago. - Governance: declared by hand.
    enum Cause {
        None,
        Grade,
        Velocity,
        Drift,
        Governance
    }

    /// @notice Size of a move that trips: `sigmasWad` standard deviations over the horizon, but at least `minMoveBps`
    /// and at most `maxMoveBps` of the baseline.
    struct Trigger {
        uint32 minMoveBps;
        uint32 maxMoveBps;
        uint64 sigmasWad;
    }

    /// @notice The four triggers of an asset: moves against the price of 10 minutes and of 4 hours ago that lead to
    /// Guarded and to ReduceOnly.
    struct Limits {
        Trigger velocityGuarded;
        Trigger velocityReduceOnly;
        Trigger driftGuarded;
        Trigger driftReduceOnly;
    }

    /// @notice The stored state of an asset or the domain.
    /// @param level Level tripped or declared; the effective level may be higher.
    /// @param cause What put it there.
    /// @param since Unix seconds at which it came to that level.
    /// @param recovering Whether the last evaluation implied a lower level.
    /// @param heldSeconds Seconds credited towards the next step down; each gap between evaluations counts for at most
    /// five minutes.
    /// @param evaluatedAt Unix seconds of the last evaluation, 0 if none.
    /// @param raisedLevel Level to which a guardian raised it.
    /// @param raisedUntil Unix seconds at which that raise ends.
    struct LevelRecord {
        Level level;
        Cause cause;
        uint40 since;
        bool recovering;
        uint32 heldSeconds;
        uint40 evaluatedAt;
        Level raisedLevel;
        uint40 raisedUntil;
    }

    /// @notice What is known of the chain's sequencer. Silent: the feed's answer cannot be understood.
    enum Sequencer {
        Unwatched,
        Up,
        Down,
        Silent
    }

    /// @notice Whether the chain lets accounts act. Unix seconds and seconds.
    /// @param feed The uptime feed, 0 if none.
    /// @param since When the status came to be, by the feed.
    /// @param isHeld Whether an outage or the grace after one holds the domain at Protected.
    /// @param heldUntil When that ends if nothing more happens; of a gap that nobody has recorded, if it is recorded now.
    /// @param gapSeconds Missing time that the blocks show and nobody has recorded, if it is enough to count.
    /// @param inactiveSeconds Seconds of outages and graces up to now, each counted once.
    struct Liveness {
        address feed;
        Sequencer status;
        uint40 since;
        bool isHeld;
        uint40 heldUntil;
        uint40 gapSeconds;
        uint40 inactiveSeconds;
    }

    /// @notice An evaluation ended: level stored and level implied by grade and moves, with the recovery and inactivity
    /// clocks after it.
    event LevelEvaluated(
        AssetId indexed asset,
        Level level,
        Level implied,
        uint256 heldSeconds,
        uint256 inactiveSeconds
    );

    /// @notice The stored level rose.
    event LevelTripped(AssetId indexed asset, Level from, Level to, Cause cause);

    /// @notice The stored level stepped down by itself.
    event LevelRecovered(AssetId indexed asset, Level from, Level to);

    /// @notice A guardian raised the level until a time.
    event LevelRaised(AssetId indexed asset, Level level, uint256 until);

    /// @notice Governance lowered stored level and raise to at most `to`.
    event LevelLowered(AssetId indexed asset, Level from, Level to);

    /// @notice The chain stood still (or produced far fewer blocks than it should) for about `gapSeconds`, of which no feed told.
    /// @param inactiveSeconds Seconds of outages and graces up to now.
    event ChainGapCounted(uint256 gapSeconds, uint256 inactiveSeconds);

    /// @notice What the uptime feed says changed since the last record.
    /// @param since Unix seconds of the change, by the feed; while it is silent, of the change before.
    /// @param inactiveSeconds Seconds of outages and graces up to now.
    event SequencerSeen(Sequencer status, uint256 since, uint256 inactiveSeconds);

    /// @notice The uptime feed changed; 0 = none.
    event SequencerFeedSet(address previous, address current);

    /// @notice Triggers changed; `NO_ASSET` = the default of assets without their own.
    event LimitsSet(AssetId indexed asset, Limits previous, Limits current);

    /// @notice The stress multiplier changed, WAD.
    event StressSet(uint256 previousWad, uint256 currentWad);

    /// @notice The expected pace of the chain changed.
    event ChainPaceSet(uint256 blockSeconds, uint256 toleranceSeconds);

    /// @notice How long an observation vouches for an asset changed, seconds.
    event VouchSet(uint256 previousSeconds, uint256 currentSeconds);

    error Breaker_ZeroAddress();

    /// @notice More assets than one call may name.
    error Breaker_TooManyAssets(uint256 count, uint256 limit);

    /// @notice The oracle does not list the asset, or it is `NO_ASSET` where an asset is needed.
    error Breaker_UnknownAsset(AssetId asset);

    /// @notice A guardian may raise to Guarded, ReduceOnly or Protected, and not below its own raise in force.
    error Breaker_NotARaise(Level asked, Level current);

    /// @notice The level asked for is not below the stored level or raise in force.
    error Breaker_NotALowering(Level asked, Level current);

    /// @notice The three raises of 30 days are used up; the next is possible at `nextAt`, unix seconds.
    error Breaker_RaisesExhausted(uint256 nextAt);

    /// @notice A parameter is outside its hard bounds (both inclusive).
    error Breaker_OutOfBounds(uint256 actual, uint256 low, uint256 high);

    /// @notice Too little gas to give the uptime feed its full share.
    error Breaker_InsufficientGas(uint256 available, uint256 needed);

    /// @notice The address does not answer as an uptime feed does.
    error Breaker_FeedUnreadable(address feed);

    /// @notice A ReduceOnly trigger would fire before the Guarded trigger of the same horizon.
    error Breaker_TriggersNotOrdered();

    /// @notice Has the oracle commit, then evaluates the triggers and recovery criteria of the assets. Anyone may call;
    /// a user's own trade never does.
    /// @dev Only what the oracle recorded counts, so calling often changes nothing: baselines belong to the oracle, and
    /// recovery clocks count seconds. A level steps down one at a time, after its criteria held for 10 (Guarded), 30
    /// (ReduceOnly) and 60 minutes (Protected); for 10 each where a grade caused it, which the oracle itself held for as
    /// long before. An empty list only records the chain: its blocks and its uptime feed. A longer list than 32 reverts
    /// with `Breaker_TooManyAssets`, an unlisted asset with `Breaker_UnknownAsset`.
    function update(AssetId[] calldata assets) external;

    /// @notice Puts a floor under the level of an asset or the domain for 72 hours. Guardians.
    /// @dev At most three times in any 30 days for each asset and the domain. Reverts with `Breaker_NotARaise`,
    /// `Breaker_UnknownAsset`, `Breaker_RaisesExhausted`.
    /// @param level Guarded, ReduceOnly or Protected.
    function raiseLevel(AssetId asset, Level level) external;

    /// @notice Lowers stored level and raise of an asset or the domain to at most `level`. Slow governance only.
    /// @dev Warning: triggers stay armed: what still fails its criteria trips again at the next update.
    function lowerLevel(AssetId asset, Level level) external;

    /// @notice Puts an asset or the domain at Settling, which only `lowerLevel` leaves. Slow governance only.
    function declareSettling(AssetId asset) external;

    /// @notice Sets the triggers of an asset, or with `NO_ASSET` the default.
    /// @dev Reverts with `Breaker_OutOfBounds` or `Breaker_TriggersNotOrdered`.
    function setLimits(AssetId asset, Limits calldata limits) external;

    /// @notice Sets the multiplier on the initial shock, WAD, from 1e18 to 3e18.
    function setStress(uint256 stressWad_) external;

    /// @notice Sets what the chain should do: blocks at least every `blockSeconds` on average.
    /// @param blockSeconds Upper bound of the average block time; 0 turns the detector off.
    /// @param toleranceSeconds Missing time above which a gap counts, at least 60; a 32nd of the time is tolerated on top. Missing
    /// time that is not yet enough is carried from record to record.
    function setChainPace(uint256 blockSeconds, uint256 toleranceSeconds) external;

    /// @notice Sets the chain's sequencer uptime feed (Chainlink's on an L2; 0 on an L1). Slow governance only.
    /// @dev An outage that the previous feed told of ends now, with its grace; one that the new feed tells of counts from now.
    /// Reverts with `Breaker_FeedUnreadable`.
    function setSequencerFeed(address feed) external;

    /// @notice Sets for how long an accepted observation vouches that its asset could be traded, seconds.
    /// @dev Must not exceed the age at which the oracle grades a price Blind; from 5 minutes to 1 day.
    function setVouch(uint256 vouchSeconds_) external;

    /// @notice Effective level of an asset now: the worst of its own, the domain's, and what its live grade implies.
    function levelOf(AssetId asset) external view returns (Level);

    /// @notice The domain's own level now. Protected while the sequencer is down, while a gap of the chain waits to be recorded by
    /// `update`, and for the grace after either: a quarter of the outage, from 300 to 3,600 seconds.
    /// @dev Warning: the feed is read with a gas cap; with too little gas for it this reverts with `Breaker_InsufficientGas`.
    function domainLevel() external view returns (Level);

    /// @notice What the policy says of `action` for an account exposed to the assets in `assetBitmap` (bit i = asset i).
    /// @dev Deposit and Close are answered without reading anything that could fail. `UnaffectedOnly` means that the
    /// account is affected: it is answered only where the bitmap has an affected asset, or any at a Protected domain.
    /// An empty bitmap (cash only) gets `SurplusOnly` there: it can always leave until the domain settles. At most 32
    /// bits may be set, else `Breaker_TooManyAssets`; bit 0 reverts with `Breaker_UnknownAsset`.
    /// @return rule The strictest rule over the exposed assets and the domain.
    /// @return level The level that gave it; for Deposit and Close the stored one of the domain.
    function ruleFor(uint256 assetBitmap, Action action) external view returns (Rule rule, Level level);

    /// @notice Seconds in which accounts exposed to the bitmap could not act: at Protected or worse of the domain or an asset, in
    /// outages of the chain and in the grace after them.
    /// @dev The same just before and after an `update` that names no asset. Never falls, unless a witness takes back what nobody
    /// has recorded: a gap of the chain (`liveness().gapSeconds`) made up by later blocks, or an uptime feed whose "up"
    /// arrives after the grace that it starts. Only differences mean anything: clocks and charges exclude them.
    /// An outage of the chain counts once, however many witnesses it has, whatever assets are in the bitmap, and together
    /// with a Protected domain; a Protected of an asset's own counts beside it. Time is counted in favour of the account
    /// where it cannot be known: an update that finds a price Blind counts everything since the update before; once an
    /// asset was ever updated, seconds beyond the last observation's vouch (`vouchSeconds`) count until the next update, unless an outage
    /// or the domain counts them; a
    /// message of the feed that arrives late counts from when it says. So a difference may exceed the seconds that passed:
    /// saturate.
    function inactiveSeconds(uint256 assetBitmap) external view returns (uint256 elapsed);

    /// @notice Multiplier on the initial shock at Guarded and above, WAD, at least 1e18.
    function stressWad() external view returns (uint256);

    /// @notice Stored state of an asset or the domain.
    function recordOf(AssetId asset) external view returns (LevelRecord memory);

    /// @notice What an update would find now from grade and moves, without having the oracle commit first.
    function impliedLevel(AssetId asset) external view returns (Level implied, Cause cause);

    /// @notice Triggers in force for an asset.
    function limitsOf(AssetId asset) external view returns (Limits memory);

    /// @notice The pace that the chain is held to, and when it was last recorded.
    function chainPace()
        external
        view
        returns (uint256 blockSeconds, uint256 toleranceSeconds, uint256 recordedAt, uint256 recordedBlock);

    /// @notice Whether the chain lets accounts act now, and what its witnesses say.
    function liveness() external view returns (Liveness memory);

    /// @notice For how long an accepted observation vouches that its asset could be traded, seconds.
    function vouchSeconds() external view returns (uint256);
}
