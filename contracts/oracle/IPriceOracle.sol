// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {Grade, PriceViews} from "../types/Price.sol";

/// @title IPriceOracle
/// @notice Prices as graded intervals: aggregates hostile sources once per block into storage, answers reads from it.
/// @dev Owns: sources, observations, volatility per asset. Trusts: no single source. Keeps: invariants 8 and 9.
/// It reports and never decides.
///
/// How the three numbers of the interval come about. Each independence group gives one value, the lower median of its
/// valid sources. `mid` is the lower median of the groups' values: always a value that some source reported, never a
/// mean. With an even number of groups the half-spread is at least the distance to the upper median, so that both
/// medians lie inside `[low, high]`. The deviation gate decides which groups count for the quorum and the dispersion; it
/// never moves `mid`, so that f faulty groups of 2f + 1 cannot pull it out of the honest range (invariant 8). Groups
/// within the gate must be more than half of the valid ones: a tie is not a consensus.
interface IPriceOracle {
    /// @notice How an asset is judged. Effective from the next observation on.
    /// @param gateBps Deviation and confidence gate, bps of the median (10..2000): 200 / 400 / 800 for classes A / B / C.
    /// @param truncationBps Largest move of the price that enters the ring, bps per 12 seconds, accrued over at most
    /// 120 seconds (1..1000): 200 / 300 / 500.
    /// @param velocityBps Move of the mid within 10 minutes above which the asset is Wide at once (10..5000): 500 / 1000
    /// / 2000.
    /// @param minHalfSpreadBps Smallest half-spread, bps of mid (1..1000).
    /// @param wideHalfSpreadBps Half-spread above which the grade is Wide, bps of mid (minHalfSpreadBps..5000).
    /// @param freshSeconds Age of the last observation up to which the grade may be Firm (1..maxAgeSeconds - 1).
    /// @param maxAgeSeconds Age of the last observation above which the asset is Blind (2..65535).
    /// @param ageSpreadBps The factor k of k * sigma * sqrt(age), in bps: 10000 = 1 (0..50000).
    /// @param shortWindowSeconds Window of the short TWAP (60..longWindowSeconds - 1): 180.
    /// @param longWindowSeconds Window of the long TWAP (61..43200): 1800.
    /// @param ringSpacingSeconds At most one ring slot per so many seconds (1..600): bounds how fast anyone can consume
    /// history; (cardinality - 2) * spacing must cover the long window.
    /// @param sigmaFloorBps Smallest volatility, bps per square root of a year (100..50000).
    /// @param sigmaSeedBps Volatility to start from before there is data (sigmaFloorBps..65535). Only at listing.
    /// @param glideBpsPerHour Fastest rise of `sigmaGlideWad`, bps per hour (10..10000): 1000.
    struct AssetConfig {
        uint16 gateBps;
        uint16 truncationBps;
        uint16 velocityBps;
        uint16 minHalfSpreadBps;
        uint16 wideHalfSpreadBps;
        uint16 freshSeconds;
        uint16 maxAgeSeconds;
        uint16 ageSpreadBps;
        uint16 shortWindowSeconds;
        uint16 longWindowSeconds;
        uint16 ringSpacingSeconds;
        uint16 sigmaFloorBps;
        uint16 sigmaSeedBps;
        uint16 glideBpsPerHour;
    }

    /// @notice One source of an asset.
    /// @param adapter An `IPriceSource`.
    /// @param group Independence group 0..6: sources that can fail together (venues, operators, pool) share one.
    /// @param maxAgeSeconds Oldest value that counts: heartbeat * 1.25 + 60 s (1..93600).
    /// @param gasCap Gas that the call gets, never more and never less (20000..2000000).
    /// @param floorWad Smallest value believed, WAD of the quote unit, positive.
    /// @param ceilingWad Largest value believed, WAD of the quote unit, at most 2^96 - 1.
    struct SourceConfig {
        address adapter;
        uint8 group;
        uint32 maxAgeSeconds;
        uint32 gasCap;
        uint128 floorWad;
        uint128 ceilingWad;
    }

    /// @notice Why a source did not count.
    /// - None: it counted.
    /// - NoCode, Reverted (or out of its own gas), NoValue (zero), Stale, Unconfident: silence. No strike.
    /// - Lagging: beyond the gate, but by no more than the market moved in the last five to ten minutes. No strike.
    /// - Malformed (not exactly 96 bytes), OutOfBounds, Future, Deviant: a wrong statement. A strike.
    enum SourceFault {
        None,
        NoCode,
        Reverted,
        NoValue,
        Stale,
        Unconfident,
        Lagging,
        Malformed,
        OutOfBounds,
        Future,
        Deviant
    }

    /// @notice What is held against one source.
    /// @param quarantined Whether it is read but not counted: in quarantine or in shadow.
    /// @param strikes Strikes that count against it now.
    /// @param cleanReads Consecutive clean readings in quarantine, at most 3.
    /// @param releaseAt Unix seconds from which a source may return from quarantine.
    /// @param inShadow Whether it is new: it counts once somebody calls `activate`.
    /// @param cleanSeconds For how long it was seen to agree in shadow, at most 48 hours.
    struct SourceStanding {
        bool quarantined;
        uint256 strikes;
        uint256 cleanReads;
        uint256 releaseAt;
        bool inShadow;
        uint256 cleanSeconds;
    }

    // ------------------------------------------------------------------------------------------------------- events

    /// @notice A consensus entered storage and the ring.
    /// @param midWad WAD.
    /// @param halfSpreadE9 Half-spread, 1e-9 of mid.
    /// @param groups Accepted groups.
    event ObservationCommitted(AssetId indexed asset, uint256 midWad, uint256 halfSpreadE9, uint256 groups);

    /// @notice The sources were read and gave no consensus; the last price stays and its interval widens.
    /// @param validGroups Groups with a valid value.
    /// @param acceptedGroups Of these, within the gate of their median.
    event ConsensusMissed(AssetId indexed asset, uint256 validGroups, uint256 acceptedGroups);

    /// @notice The stored grade changed.
    event GradeChanged(AssetId indexed asset, Grade from, Grade to);

    /// @notice A source did not count in this observation.
    /// @param valueWad What it said, WAD; 0 if nothing.
    /// @param medianWad The median at that time, WAD; 0 if none.
    event SourceExcluded(
        AssetId indexed asset,
        uint256 indexed index,
        SourceFault fault,
        uint256 valueWad,
        uint256 medianWad,
        uint256 ageSeconds
    );

    /// @notice A source earned a strike.
    event SourceStruck(AssetId indexed asset, uint256 indexed index, uint256 strikes);

    /// @notice A source is read but not counted until it was clean, at the earliest from `releaseAt` on (unix seconds).
    event SourceQuarantined(AssetId indexed asset, uint256 indexed index, uint256 releaseAt);

    /// @notice A quarantined source was clean throughout its probation and counts again.
    event SourceReturned(AssetId indexed asset, uint256 indexed index);

    /// @notice A source in shadow was wrong or too far from the consensus: its 48 hours begin again.
    event ShadowRestarted(AssetId indexed asset, uint256 indexed index, uint256 valueWad, uint256 medianWad);

    /// @notice A source has been in shadow long enough and counts from now on.
    event SourceActivated(AssetId indexed asset, uint256 indexed index);

    /// @notice The sources are those of spec version `restored` again, as version `version`.
    event SourcesRolledBack(AssetId indexed asset, uint256 restored, uint256 version);

    /// @notice An asset has a price from now on.
    event AssetListed(AssetId indexed asset, AssetConfig config);

    /// @notice An asset is judged differently from now on.
    event AssetConfigured(AssetId indexed asset, AssetConfig previous, AssetConfig config);

    /// @notice A source was added at `index`.
    event SourceAdded(AssetId indexed asset, uint256 indexed index, SourceConfig config);

    /// @notice The source at `index` was removed; the last one took its index.
    event SourceRemoved(AssetId indexed asset, uint256 indexed index, SourceConfig config);

    /// @notice The ring will grow to `cardinality` slots when it next wraps.
    event RingGrown(AssetId indexed asset, uint256 previous, uint256 cardinality);

    // ------------------------------------------------------------------------------------------------------- errors

    /// @notice The asset has no configuration.
    error Oracle_NotListed(AssetId asset);

    /// @notice The asset is listed already, or is id 0.
    error Oracle_CannotList(AssetId asset);

    /// @notice More than 32 assets in one call.
    error Oracle_TooManyAssets(uint256 count, uint256 limit);

    /// @notice More than 8 sources, or none.
    error Oracle_SourceCount(uint256 count, uint256 limit);

    /// @notice A source index that does not exist.
    error Oracle_NoSuchSource(uint256 index, uint256 count);

    /// @notice The source is not in shadow.
    error Oracle_NotInShadow(AssetId asset, uint256 index);

    /// @notice The source has not been seen to agree for long enough.
    error Oracle_StillInShadow(uint256 cleanSeconds, uint256 neededSeconds);

    /// @notice The unit of the source's values is not the one it was added with. Codes: decimals + 32768, or 0 for none.
    error Oracle_UnitChanged(uint256 before, uint256 found);

    /// @notice No set of sources was replaced in the last 7 days. `until` is when the last chance ended, 0 = never.
    error Oracle_NothingToRollBack(AssetId asset, uint256 until);

    /// @notice The same adapter is a source of this asset already.
    error Oracle_DuplicateSource(address adapter);

    /// @notice The adapter has no code.
    error Oracle_AdapterWithoutCode(address adapter);

    /// @notice A field of a configuration is out of bounds; fields are counted from 0 in the order of the struct.
    error Oracle_FieldOutOfBounds(uint256 field, uint256 actual, uint256 lowest, uint256 highest);

    /// @notice The ring cannot hold the long window. Both in seconds.
    error Oracle_RingTooShort(uint256 capacitySeconds, uint256 windowSeconds);

    /// @notice The ring has so many slots already, or more than 512 new ones are asked for at once.
    error Oracle_Cardinality(uint256 asked, uint256 lowest, uint256 highest);

    /// @notice The asset's spec has been changed 65535 times.
    error Oracle_SpecVersionsExhausted(AssetId asset);

    /// @notice The caps of the sources add up to more gas than one transaction may have.
    error Oracle_TooMuchGas(uint256 needed, uint256 limit);

    /// @notice The call has too little gas to read every source with its full cap. Nothing was recorded.
    error Oracle_InsufficientGas(uint256 available, uint256 needed);

    // ------------------------------------------------------------------------------------------------- observations

    /// @notice Reads the sources of each asset and commits one observation per asset and block. Anyone may call.
    /// @dev An asset already committed in this block (same timestamp) is skipped. Never reverts on a source.
    /// Reverts as a whole with `Oracle_InsufficientGas`, `Oracle_TooManyAssets` or `Oracle_NotListed`. The gas limit must
    /// cover the sum of the caps of one asset's sources, although only what is used is paid.
    /// @param assets Listed assets, at most 32.
    function poke(AssetId[] calldata assets) external;

    /// @notice Everything known of `asset`, from storage, aged to now.
    /// @dev Never reverts. An asset that is not listed or has no observation yet is Blind with all numbers zero. The
    /// TWAPs and volatilities are those of the last observation; while history is shorter than a window, that TWAP is
    /// the mean of the history there is. TWAPs are rounded to 24 significant bits relative to mid.
    /// @return views See `PriceViews`; low rounded down, high rounded up, half-spread at most 100 %.
    function read(AssetId asset) external view returns (PriceViews memory views);

    /// @notice `read` for several assets in one call, in the order given.
    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views);

    /// @notice The grades that `readMany` would answer, for who needs nothing else.
    function gradesOf(AssetId[] calldata assets) external view returns (Grade[] memory grades);

    /// @notice Geometric time-weighted mean of the truncated observations over the last `windowSeconds`.
    /// @return priceWad The mean, WAD; 0 when the history is shorter than the window.
    function twap(AssetId asset, uint32 windowSeconds) external view returns (uint256 priceWad);

    /// @notice The consensus mid as it was observed at least `ageSeconds` ago (the newest such observation), truncated
    /// per block as it entered the ring.
    /// @return priceWad WAD; 0 when the history is shorter.
    function priceAt(AssetId asset, uint32 ageSeconds) external view returns (uint256 priceWad);

    /// @notice Annualised realised variance over the last `windowSeconds`.
    /// @return varianceWad WAD per year; 0 when the history is shorter.
    function realisedVariance(AssetId asset, uint32 windowSeconds) external view returns (uint256 varianceWad);

    /// @notice Whether the asset is listed.
    function isListed(AssetId asset) external view returns (bool);

    /// @notice Adds slots to the ring of an asset; whoever calls pays for them. Anyone may call.
    /// @dev Reverts with `Oracle_NotListed`, or `Oracle_Cardinality` unless it grows by 1..512 slots.
    /// @param cardinality Number of slots afterwards, at most 65535.
    function growRing(AssetId asset, uint16 cardinality) external;

    // ------------------------------------------------------------------------------------------------ configuration

    /// @notice Lists an asset. Restricted.
    /// @dev Reverts with `Oracle_CannotList`, `Oracle_FieldOutOfBounds`, `Oracle_SourceCount`, `Oracle_DuplicateSource`,
    /// `Oracle_AdapterWithoutCode`, `Oracle_Cardinality` or `Oracle_RingTooShort`.
    /// @param sources 1..8 sources in at most 7 groups; they count from the first observation on.
    /// @param cardinality Slots of the ring, prepaid by the caller (3..512): 256 slots hold 30 minutes at a spacing of 8 s.
    function listAsset(
        AssetId asset,
        AssetConfig memory config,
        SourceConfig[] memory sources,
        uint16 cardinality
    ) external;

    /// @notice Changes how an asset is judged. Restricted.
    /// @dev Reverts with `Oracle_NotListed`, `Oracle_FieldOutOfBounds` or `Oracle_RingTooShort`.
    function configureAsset(AssetId asset, AssetConfig memory config) external;

    /// @notice Adds a source, in shadow: it is read but does not count until it is activated. Restricted.
    /// @dev Reverts with `Oracle_NotListed`, `Oracle_FieldOutOfBounds`, `Oracle_SourceCount`, `Oracle_DuplicateSource` or
    /// `Oracle_AdapterWithoutCode`.
    /// @return index The source's index.
    function addSource(AssetId asset, SourceConfig memory source) external returns (uint256 index);

    /// @notice Lets a source in shadow count. Anyone may call.
    /// @dev It must have been seen within half the gate of the consensus, and within 3 %, for 48 hours of observations with
    /// no exception; time without observations, or in which it was silent, does not count. Its unit is read again.
    /// Reverts with `Oracle_NotListed`, `Oracle_NoSuchSource`, `Oracle_NotInShadow`, `Oracle_StillInShadow` or
    /// `Oracle_UnitChanged`.
    function activate(AssetId asset, uint256 index) external;

    /// @notice Brings back the last set of sources that had stood for 7 days, within 7 days of the last change. Restricted:
    /// guardians may, who can choose no set.
    /// @dev A source that is in both sets keeps its standing; one that comes back starts without a blemish; one that was in
    /// shadow then is in shadow again, from the beginning. Cannot be undone but by adding sources anew.
    /// Reverts with `Oracle_NotListed` or `Oracle_NothingToRollBack`.
    function rollbackSources(AssetId asset) external;

    /// @notice Removes a source; the last one takes its index. Restricted.
    /// @dev Reverts with `Oracle_NotListed`, `Oracle_NoSuchSource`, or `Oracle_SourceCount` for the only source.
    function removeSource(AssetId asset, uint256 index) external;

    /// @notice Puts a source in quarantine. Tightens only: it returns by itself after a clean probation. Restricted.
    /// @dev Reverts with `Oracle_NotListed` or `Oracle_NoSuchSource`.
    function suspendSource(AssetId asset, uint256 index) external;

    // --------------------------------------------------------------------------------------------------- inspection

    /// @notice The configuration of an asset. Reverts with `Oracle_NotListed`.
    function configOf(AssetId asset) external view returns (AssetConfig memory config);

    /// @notice The sources of an asset by index. Reverts with `Oracle_NotListed`.
    function sourcesOf(AssetId asset) external view returns (SourceConfig[] memory sources);

    /// @notice What is held against each source, by index. Reverts with `Oracle_NotListed`. What the sources say now is
    /// in `IOracleDiagnostics`.
    function standingsOf(AssetId asset) external view returns (SourceStanding[] memory standings);

    /// @notice How far `priceWad` is from the prices that were accepted five to ten minutes ago, or last, whichever is
    /// further: by so much an honest source may lag, and the gate may widen (by twice itself at most) where the groups
    /// within it are fewer than three.
    /// @dev Reverts with `Oracle_NotListed`.
    /// @param priceWad WAD, below 2^96.
    /// @return moveBps 1e-4 of log-price, rounded down by less than two; 0 without an observation or for a price of 0.
    function moveOf(AssetId asset, uint256 priceWad) external view returns (uint256 moveBps);

    /// @notice The ring of an asset.
    /// @return cardinality Slots in use.
    /// @return cardinalityNext Slots paid for.
    /// @return historySeconds Age of the oldest observation held; 0 without any.
    function ringOf(
        AssetId asset
    ) external view returns (uint256 cardinality, uint256 cardinalityNext, uint256 historySeconds);

    /// @notice Whether `poke` would commit or try `asset` now: listed, and not yet tried in this block.
    function canPoke(AssetId asset) external view returns (bool);
}
