// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../types/AssetId.sol";
import {IPriceOracle} from "../IPriceOracle.sol";
import {Consensus} from "./Consensus.sol";
import {Reading} from "./Reading.sol";

/// @title SourceStandings
/// @notice Strikes against sources, quarantine, and the way back. Touched only when something is wrong.
/// @dev Silence (no code, a revert, a stale value) excludes a source while it lasts; a wrong statement earns a strike as
/// well. Three strikes within an hour of each other: quarantine, in which the source is read in shadow. It returns by
/// itself after an hour without a strike and with its last three readings clean. Without a consensus to compare with,
/// clean means valid, so that a quarantine of everybody ends too.
library SourceStandings {
    /// @notice What is held against one source. 8 + 8 + 40 + 40 bits.
    struct Standing {
        uint8 strikes;
        uint8 cleanReads;
        uint40 struckAt;
        uint40 releaseAt;
    }

    uint256 private constant STRIKES_TO_QUARANTINE = 3;
    uint256 private constant STRIKE_MEMORY = 1 hours;
    uint256 private constant PROBATION = 1 hours;
    uint256 private constant CLEAN_READS = 3;

    /// @notice Marks readings that deviate from the consensus, gives strikes, moves sources in and out of quarantine.
    /// @param quarantined Bitmap before.
    /// @return quarantinedAfter Bitmap from the next observation on.
    function settle(
        mapping(uint256 index => Standing) storage self,
        AssetId asset,
        Reading[] memory readings,
        Consensus.Outcome memory outcome,
        uint256 quarantined,
        uint256 gateBps
    ) internal returns (uint256 quarantinedAfter) {
        quarantinedAfter = quarantined;
        if (quarantined == 0 && Consensus.isFlawless(outcome, readings.length)) return 0;
        markDeviant(readings, outcome, gateBps);
        uint256 length = readings.length;
        for (uint256 i; i < length; ++i) {
            Reading reading = readings[i];
            if ((quarantined >> i) & 1 != 0) {
                if (probe(self[i], asset, i, reading.faultOf())) quarantinedAfter &= ~(1 << i);
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
    function markDeviant(Reading[] memory readings, Consensus.Outcome memory outcome, uint256 gateBps) internal pure {
        if (!outcome.agreed) return;
        for (uint256 i; i < readings.length; ++i) {
            Reading reading = readings[i];
            if (reading.isValid() && Consensus.isBeyondGate(reading.priceOf(), outcome.medianWad, gateBps)) {
                readings[i] = reading.withFault(IPriceOracle.SourceFault.Deviant);
            }
        }
    }

    /// @notice Puts a source in quarantine now.
    function quarantine(Standing storage standing, AssetId asset, uint256 index) internal {
        uint256 releaseAt = block.timestamp + PROBATION;
        standing.strikes = 0;
        standing.cleanReads = 0;
        standing.releaseAt = uint40(releaseAt);
        emit IPriceOracle.SourceQuarantined(asset, index, releaseAt);
    }

    /// @notice Strikes that still count against a source.
    function strikesOf(Standing storage standing) internal view returns (uint256) {
        return block.timestamp > standing.struckAt + STRIKE_MEMORY ? 0 : standing.strikes;
    }

    function strike(Standing storage standing, AssetId asset, uint256 index) private returns (bool quarantined) {
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

    function isWrong(IPriceOracle.SourceFault fault) private pure returns (bool) {
        return fault >= IPriceOracle.SourceFault.Malformed;
    }
}
