// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetId} from "../../types/AssetId.sol";
import {IPriceOracle} from "../IPriceOracle.sol";
import {Consensus} from "./Consensus.sol";
import {Reading} from "./Reading.sol";

/// @title SourceStandings
/// @notice Strikes against sources, quarantine, and the way back. Touched only when something is wrong.
/// @dev Silence (no code, a revert, a stale value) excludes a source while it lasts, and so does a lag: to be where a moving
/// market was, or is about to be. A wrong statement earns a strike as well, at most one a minute, because observations
/// seconds apart are one. Three strikes within an hour of each other: quarantine, in which the source is read in shadow. It returns by
/// itself after an hour without a strike and with its last three readings clean. Without a consensus to compare with,
/// clean means valid, so that a quarantine of everybody ends too.
///
/// A new source is in shadow: read in the same way, held to half the gate, and counted only once it was seen to agree for
/// 48 hours and somebody activated it. Silence there is neither agreement nor a blemish; anything else, a lag too, starts it
/// over.
library SourceStandings {
    /// @notice What is held against one source. 8 + 8 + 40 + 40 + 8 + 32 + 16 bits.
    struct Standing {
        uint8 strikes;
        uint8 cleanReads;
        uint40 struckAt;
        uint40 releaseAt;
        bool inShadow;
        uint32 cleanSeconds;
        uint16 unitCode;
    }

    uint256 private constant STRIKES_TO_QUARANTINE = 3;
    uint256 private constant STRIKE_MEMORY = 1 hours;
    uint256 private constant STRIKE_SPACING = 1 minutes;
    uint256 private constant PROBATION = 1 hours;
    uint256 private constant CLEAN_READS = 3;
    /// @dev How long a new source is watched.
    uint256 internal constant SHADOW_TIME = 48 hours;
    /// @dev In shadow a source is held to half the gate, and to 3 % at most.
    uint256 private constant SHADOW_GATE_SHARE = 2;
    uint256 private constant MAX_SHADOW_GATE_BPS = 300;

    /// @notice Marks readings that deviate from the consensus, gives strikes, moves sources in and out of quarantine. Does
    /// nothing for a flawless outcome.
    /// @param quarantined Bitmap before.
    /// @param seenSeconds For how long this observation speaks: time since the last one, as far as it counts.
    /// @return quarantinedAfter Bitmap from the next observation on.
    function settle(
        mapping(uint256 index => Standing) storage self,
        AssetId asset,
        Reading[] memory readings,
        Consensus.Outcome memory outcome,
        uint256 quarantined,
        uint256 gateBps,
        uint256 seenSeconds
    ) internal returns (uint256 quarantinedAfter) {
        quarantinedAfter = quarantined;
        markDeviant(readings, outcome);
        uint256 length = readings.length;
        for (uint256 i; i < length; ++i) {
            Reading reading = readings[i];
            if ((quarantined >> i) & 1 != 0) {
                if (self[i].inShadow) watch(self[i], asset, i, reading, outcome, gateBps, seenSeconds);
                else if (probe(self[i], asset, i, reading.faultOf())) quarantinedAfter &= ~(1 << i);
            } else if (!reading.isValid()) {
                emit IPriceOracle.SourceExcluded(
                    asset,
                    i,
                    reading.faultOf(),
                    reading.priceOf(),
                    outcome.medianWad,
                    reading.ageOf()
                );
                if (isWrong(reading.faultOf()) && strike(self[i], asset, i)) quarantinedAfter |= 1 << i;
            }
        }
    }

    /// @notice Marks valid readings beyond the gate, if there is a consensus to be beyond of.
    function markDeviant(Reading[] memory readings, Consensus.Outcome memory outcome) internal pure {
        if (!outcome.agreed) return;
        for (uint256 i; i < readings.length; ++i) {
            Reading reading = readings[i];
            uint256 priceWad = reading.priceOf();
            if (!reading.isValid() || !Consensus.isBeyondGate(priceWad, outcome.medianWad, outcome.gateBps)) continue;
            bool isLag = Consensus.isLag(outcome, priceWad);
            readings[i] = reading.withFault(
                isLag ? IPriceOracle.SourceFault.Lagging : IPriceOracle.SourceFault.Deviant
            );
        }
    }

    /// @notice Puts a source in quarantine now.
    function quarantine(Standing storage standing, AssetId asset, uint256 index) internal {
        uint256 releaseAt = block.timestamp + PROBATION;
        standing.strikes = 0;
        standing.cleanReads = 0;
        standing.releaseAt = uint40(releaseAt);
        standing.cleanSeconds = 0;
        emit IPriceOracle.SourceQuarantined(asset, index, releaseAt);
    }

    /// @notice Puts a new source in shadow.
    function cast(Standing storage standing, uint256 unitCode) internal {
        standing.inShadow = true;
        standing.cleanSeconds = 0;
        standing.unitCode = uint16(unitCode);
    }

    /// @notice Ends the shadow of a source, which must be in it.
    /// @param unitCode Its unit as read now.
    function activate(Standing storage standing, uint256 unitCode) internal {
        if (standing.cleanSeconds < SHADOW_TIME) {
            revert IPriceOracle.Oracle_StillInShadow(standing.cleanSeconds, SHADOW_TIME);
        }
        if (unitCode != standing.unitCode) revert IPriceOracle.Oracle_UnitChanged(standing.unitCode, unitCode);
        standing.inShadow = false;
        standing.strikes = 0;
    }

    /// @notice Strikes that still count against a source.
    function strikesOf(Standing storage standing) internal view returns (uint256) {
        return block.timestamp > standing.struckAt + STRIKE_MEMORY ? 0 : standing.strikes;
    }

    function strike(Standing storage standing, AssetId asset, uint256 index) private returns (bool quarantined) {
        if (block.timestamp < standing.struckAt + STRIKE_SPACING) return false;
        uint256 strikes = strikesOf(standing) + 1;
        standing.strikes = uint8(strikes);
        standing.struckAt = uint40(block.timestamp);
        emit IPriceOracle.SourceStruck(asset, index, strikes);
        quarantined = strikes >= STRIKES_TO_QUARANTINE;
        if (quarantined) quarantine(standing, asset, index);
    }

    /// @dev One shadow reading of a quarantined source.
    function probe(
        Standing storage standing,
        AssetId asset,
        uint256 index,
        IPriceOracle.SourceFault fault
    ) private returns (bool returned) {
        if (isWrong(fault)) {
            quarantine(standing, asset, index);
        } else if (fault != IPriceOracle.SourceFault.None) {
            standing.cleanReads = 0;
        } else {
            uint256 cleanReads = standing.cleanReads + 1;
            returned = cleanReads >= CLEAN_READS && block.timestamp >= standing.releaseAt;
            if (returned) emit IPriceOracle.SourceReturned(asset, index);
            if (cleanReads <= CLEAN_READS) standing.cleanReads = uint8(cleanReads);
        }
    }

    /// @dev One reading of a source in shadow.
    function watch(
        Standing storage standing,
        AssetId asset,
        uint256 index,
        Reading reading,
        Consensus.Outcome memory outcome,
        uint256 gateBps,
        uint256 seenSeconds
    ) private {
        IPriceOracle.SourceFault fault = reading.faultOf();
        bool isNear;
        if (fault == IPriceOracle.SourceFault.None) {
            // Without a consensus there is nothing to agree with.
            if (!outcome.agreed) return;
            uint256 shadowGateBps = FixedPointMathLib.min(gateBps / SHADOW_GATE_SHARE, MAX_SHADOW_GATE_BPS);
            isNear = !Consensus.isBeyondGate(reading.priceOf(), outcome.medianWad, shadowGateBps);
        } else if (!isWrong(fault) && fault != IPriceOracle.SourceFault.Lagging) {
            return;
        }
        uint256 cleanSeconds = standing.cleanSeconds;
        if (!isNear) {
            if (cleanSeconds == 0) return;
            standing.cleanSeconds = 0;
            emit IPriceOracle.ShadowRestarted(asset, index, reading.priceOf(), outcome.medianWad);
        } else if (cleanSeconds < SHADOW_TIME) {
            standing.cleanSeconds = uint32(FixedPointMathLib.min(cleanSeconds + seenSeconds, SHADOW_TIME));
        }
    }

    function isWrong(IPriceOracle.SourceFault fault) private pure returns (bool) {
        return fault >= IPriceOracle.SourceFault.Malformed;
    }
}
