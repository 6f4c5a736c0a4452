// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Valuation} from "../risk/Book.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Scenarios} from "./ScenarioDesk.sol";

/// @title IMatrixLens
/// @notice Every scenario in which the risk engine values an account, and the one that binds. Nothing depends on it.
/// @dev Owns nothing, writes nothing. Money in WAD of the settlement token, signed: positive = owed to the account. Of each
/// valuation, to the wei:
/// surplus = cash + sum of the binding values + sum of the credits of offsets - closing cost - exit cost - flat cost - other add-ons.
interface IMatrixLens {
    /// @notice One underlying.
    /// @param unitsWad Linear units: perpetual, and collateral after the haircut of the valuation, WAD, signed.
    /// @param markWad What everything linked to it is worth at mid, collateral without haircut: the profit or loss of a scenario
    /// is its value less this.
    /// @param closingNotionalWad What the cost of closing is charged on.
    /// @param exitCostWad What the market takes for the exit, WAD.
    /// @param scenarios See `Scenarios`. Without options the nine shocks; gains count at the least shock only.
    struct UnderlyingMatrix {
        AssetId asset;
        bool hasOptions;
        int256 unitsWad;
        int256 markWad;
        uint256 closingNotionalWad;
        uint256 exitCostWad;
        Scenarios scenarios;
    }

    /// @notice What the underlyings of a correlation group, those without options, are given for offsetting each other.
    /// @param thetaWad Share of the offset that is credited. @param kappa Most that indices may differ.
    /// @param sumWad Every underlying at its own worst: the sum of their binding values.
    /// @param jointWad At the worst indices within kappa of each other.
    /// @param creditWad theta * (joint - sum), rounded down.
    /// @param longIndex Shock index (0..8) of what is long where the joint value is least; `shortIndex` of what is short.
    struct Offset {
        uint8 group;
        uint256 thetaWad;
        uint256 kappa;
        int256 sumWad;
        int256 jointWad;
        int256 creditWad;
        uint256 longIndex;
        uint256 shortIndex;
    }

    /// @notice An account under one valuation.
    /// @param underlyings In rising order. @param offsets Groups in which something is offset.
    /// @param closingCostWad Liquidation cost. @param exitCostWad What the market takes for the exit, of all. @param flatCostWad Flat cost of an account with a position.
    /// @param otherAddOnsWad What the engine charges beyond all that is listed here; 0 unless it knows more than this lens.
    /// @param surplusWad The engine's: `initialSurplusWad`, `liquidationSurplusWad`, or equity less the requirement.
    /// @param requirementWad Equity less surplus where that is positive: against the mark `initialWad` and `maintenanceWad`.
    struct RiskMatrix {
        int256 cashWad;
        int256 equityWad;
        UnderlyingMatrix[] underlyings;
        Offset[] offsets;
        uint256 closingCostWad;
        uint256 exitCostWad;
        uint256 flatCostWad;
        int256 otherAddOnsWad;
        int256 surplusWad;
        uint256 requirementWad;
    }

    error MatrixLens_ZeroAddress();

    /// @notice The risk matrix of an account. Errors: those of the engine.
    /// @param valuation Union: what opening is judged by. Intersection: what liquidation is judged by. MarkInitial and
    /// MarkMaintenance: the requirements that views show.
    /// @param stressWad Multiplier on the initial shock, WAD, 1e18 to 20e18.
    function matrixOf(
        AccountId account,
        Valuation valuation,
        uint256 stressWad
    ) external view returns (RiskMatrix memory matrix);

    /// @notice The same of any portfolio.
    function matrixOfPortfolio(
        Portfolio calldata portfolio,
        Valuation valuation,
        uint256 stressWad
    ) external view returns (RiskMatrix memory matrix);
}
