// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";

/// @title IPortfolioMargin
/// @notice Would this account still be able to pay if the worst plausible thing happened before it could be closed?
/// @dev Owns: risk parameters. Reads the oracle; view only apart from its parameters. Keeps: invariants 5, 7, 9, 15.
/// All results in WAD of the settlement token, signed: positive = in favour of the account; rounded against it, except
/// what decides liquidation, which is rounded in its favour.
interface IPortfolioMargin {
    /// @notice The numbers of an account.
    /// @param equityWad Cash + positions at mid + collateral at mid, no haircut.
    /// @param favourableEquityWad Equity at the prices of the liquidation interval that favour the account most.
    /// @param initialWad Initial margin requirement against the mark, >= maintenanceWad.
    /// @param maintenanceWad Maintenance margin requirement against the mark.
    /// @param initialSurplusWad Value less add-ons at the worst node of the union; >= 0 passes.
    /// @param liquidationSurplusWad Value less add-ons at the worst node at the account-favourable prices; < 0 fails.
    /// @param netPositionWad Positions at mid: cash + this < 0 is a cash deficit.
    /// @param haircutCollateralWad Collateral at mid after haircut.
    /// @param grossNotionalWad Sum of absolute position notionals at mid.
    struct MarginReport {
        int256 equityWad;
        int256 favourableEquityWad;
        uint256 initialWad;
        uint256 maintenanceWad;
        int256 initialSurplusWad;
        int256 liquidationSurplusWad;
        int256 netPositionWad;
        uint256 haircutCollateralWad;
        uint256 grossNotionalWad;
    }

    /// @notice Surplus over initial margin at every price of the union of the price views.
    /// @param stressWad Multiplier on the initial shock, WAD, at least 1e18.
    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256 surplusWad);

    /// @notice Surplus over maintenance at the account-favourable prices: negative = may be liquidated.
    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256 surplusWad);

    /// @notice All numbers of an account at `stressWad` on the initial shock.
    function report(Portfolio calldata portfolio, uint256 stressWad) external view returns (MarginReport memory margin);

    /// @notice The risk matrix of one underlying within an account: value of everything linked to it at each node.
    /// @return spotWad Absolute scenario prices of the union, rising, WAD.
    /// @return valueWad Value at each, WAD of cash.
    function matrix(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad);

    /// @notice Bitmap of the underlyings that the portfolio depends on (bit i = asset i).
    function exposure(Portfolio calldata portfolio) external view returns (uint256 assetBitmap);

    /// @notice Mid value of `amountWad` of a collateral, without haircut, rounded down.
    function collateralValue(uint8 index, uint256 amountWad) external view returns (uint256 valueWad);
}
