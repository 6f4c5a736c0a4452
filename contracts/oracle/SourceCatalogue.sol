// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../types/AssetId.sol";
import {IDescribedSource} from "./IDescribedSource.sol";
import {IOracleDiagnostics} from "./IOracleDiagnostics.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {ISourceCatalogue} from "./ISourceCatalogue.sol";

/// @title SourceCatalogue
/// @notice The oracle's diagnosis beside what each adapter says of itself.
/// @dev Owns nothing, trusts the diagnostics it was made for. Adapters are called with bounded gas through this contract
/// itself, so that whatever they return, a failure ends there.
contract SourceCatalogue is ISourceCatalogue {
    /// @dev Enough for a cross rate of two described legs.
    uint256 private constant CARD_GAS = 500_000;

    /// @notice What the oracle makes of its sources.
    IOracleDiagnostics public immutable diagnostics;

    constructor(IOracleDiagnostics diagnostics_) {
        if (address(diagnostics_).code.length == 0) revert Oracle_NoDiagnostics(address(diagnostics_));
        diagnostics = diagnostics_;
    }

    /// @inheritdoc ISourceCatalogue
    function catalogue(AssetId asset) external view returns (Entry[] memory entries) {
        IOracleDiagnostics.SourceReport[] memory reports = diagnostics.diagnose(asset).sources;
        entries = new Entry[](reports.length);
        for (uint256 i; i < reports.length; ++i) {
            IOracleDiagnostics.SourceReport memory report = reports[i];
            Entry memory entry = entries[i];
            entry.adapter = report.config.adapter;
            entry.group = report.config.group;
            try this.cardOf{gas: CARD_GAS}(entry.adapter) returns (IDescribedSource.SourceCard memory card) {
                entry.card = card;
            } catch {
                entry.card.kind = "undescribed";
            }
            entry.maxAgeSeconds = report.config.maxAgeSeconds;
            entry.floorWad = report.config.floorWad;
            entry.ceilingWad = report.config.ceilingWad;
            entry.valueWad = report.valueWad;
            entry.confidenceWad = report.confidenceWad;
            entry.ageSeconds = report.ageSeconds;
            entry.excludedBecause = _reason(report);
            entry.counts = bytes(entry.excludedBecause).length == 0;
        }
    }

    /// @inheritdoc ISourceCatalogue
    function cardOf(address adapter) external view returns (IDescribedSource.SourceCard memory card) {
        return IDescribedSource(adapter).describe();
    }

    /// @dev What is wrong with the value comes first: it is also what keeps a source in quarantine or in shadow.
    function _reason(IOracleDiagnostics.SourceReport memory report) private pure returns (string memory) {
        IPriceOracle.SourceFault fault = report.fault;
        if (fault == IPriceOracle.SourceFault.NoCode) return "the adapter has no code";
        if (fault == IPriceOracle.SourceFault.Reverted) return "reading it failed";
        if (fault == IPriceOracle.SourceFault.NoValue) return "it has no valid value";
        if (fault == IPriceOracle.SourceFault.Stale) return "its value is too old";
        if (fault == IPriceOracle.SourceFault.Unconfident) return "its own half-width is beyond the gate";
        if (fault == IPriceOracle.SourceFault.Malformed) return "its answer is not three words";
        if (fault == IPriceOracle.SourceFault.OutOfBounds) return "its value is out of bounds";
        if (fault == IPriceOracle.SourceFault.Future) return "its value is from the future";
        if (fault == IPriceOracle.SourceFault.Deviant) return "its value is beyond the gate from the median";
        if (fault == IPriceOracle.SourceFault.Lagging) return "it lags behind a moving market";
        if (report.standing.inShadow) return "it is in shadow";
        return report.standing.quarantined ? "it is in quarantine" : "";
    }
}
