// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../types/AssetId.sol";
import {IOracleDiagnostics} from "./IOracleDiagnostics.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {AssetSpecs} from "./libraries/AssetSpecs.sol";
import {Consensus} from "./libraries/Consensus.sol";
import {Reading} from "./libraries/Reading.sol";
import {SourceReader} from "./libraries/SourceReader.sol";
import {SourceStandings} from "./libraries/SourceStandings.sol";

/// @title OracleDiagnostics
/// @notice The oracle's reading as a view. Beside the oracle, not in it: nobody's margin depends on it.
/// @dev Owns nothing, trusts the oracle it was made for; shares the calculation with `poke`.
contract OracleDiagnostics is IOracleDiagnostics {
    /// @notice The oracle whose sources are read.
    IPriceOracle public immutable oracle;

    constructor(IPriceOracle oracle_) {
        if (address(oracle_).code.length == 0) revert Oracle_NoOracle(address(oracle_));
        oracle = oracle_;
    }

    /// @inheritdoc IOracleDiagnostics
    function diagnose(AssetId asset) external view returns (Diagnosis memory diagnosis) {
        IPriceOracle.SourceConfig[] memory sources = oracle.sourcesOf(asset);
        IPriceOracle.SourceStanding[] memory standings = oracle.standingsOf(asset);
        IPriceOracle.AssetConfig memory config = oracle.configOf(asset);
        uint256 gateBps = config.gateBps;
        AssetSpecs.Approach[] memory approaches = SourceReader.probe(sources);
        // Without refreshes: a view reads what the sources say by themselves.
        for (uint256 i; i < sources.length; ++i) if (approaches[i].refreshGas != 0) delete approaches[i];
        bytes memory spec = AssetSpecs.encode(config, sources, approaches);
        SourceReader.requireGas(spec);
        Reading[] memory readings = SourceReader.readAll(spec, gateBps);
        Consensus.Outcome memory outcome = Consensus.form(readings, _ignored(standings), gateBps);
        uint256 moveBps = oracle.moveOf(asset, outcome.medianWad);
        outcome = Consensus.withMove(outcome, readings, _ignored(standings), gateBps, moveBps);
        SourceStandings.markDeviant(readings, outcome);
        diagnosis.agreed = outcome.agreed;
        diagnosis.medianWad = outcome.medianWad;
        diagnosis.validGroups = outcome.validGroups;
        diagnosis.acceptedGroups = outcome.acceptedGroups;
        diagnosis.sources = new SourceReport[](sources.length);
        for (uint256 i; i < sources.length; ++i) {
            diagnosis.sources[i] = SourceReport(
                sources[i],
                readings[i].faultOf(),
                readings[i].priceOf(),
                readings[i].confidenceOf(),
                readings[i].ageOf(),
                standings[i]
            );
        }
    }

    function _ignored(IPriceOracle.SourceStanding[] memory standings) private pure returns (uint256 bitmap) {
        for (uint256 i; i < standings.length; ++i) if (standings[i].quarantined) bitmap |= 1 << i;
    }
}
