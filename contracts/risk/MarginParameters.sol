// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../types/AssetId.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {ParameterDesk} from "./ParameterDesk.sol";
import {RiskStorage} from "./RiskStorage.sol";

/// @title MarginParameters
/// @notice The risk parameters of a domain and who may set them.
abstract contract MarginParameters is RiskStorage {
    // ---------------------------------------------------------------------------------------- configuration

    /// @notice See `IPortfolioMargin.setUnderlying`.
    function setUnderlying(AssetId asset, IPortfolioMargin.UnderlyingConfig calldata config) external restricted {
        ParameterDesk.setUnderlying(_store, _oracle, asset, config);
    }

    /// @notice See `IPortfolioMargin.raiseInitialShock`.
    function raiseInitialShock(AssetId asset, uint256 rhoMinInitialWad) external restricted {
        ParameterDesk.raiseInitialShock(_store, asset, rhoMinInitialWad);
    }

    /// @notice See `IPortfolioMargin.setCollateral`.
    function setCollateral(uint8 index, IPortfolioMargin.CollateralConfig calldata config) external restricted {
        ParameterDesk.setCollateral(_store, _oracle, index, config);
    }

    /// @notice See `IPortfolioMargin.setOptions`.
    function setOptions(AssetId asset, IPortfolioMargin.OptionConfig calldata config) external restricted {
        ParameterDesk.setOptions(_store, asset, config);
    }

    /// @notice See `IPortfolioMargin.setCorrelation`.
    function setCorrelation(uint8 group, IPortfolioMargin.CorrelationConfig calldata config) external restricted {
        ParameterDesk.setCorrelation(_store, group, config);
    }

    /// @notice See `IPortfolioMargin.setLiquidity`.
    function setLiquidity(AssetId asset, IPortfolioMargin.LiquidityConfig calldata config) external restricted {
        ParameterDesk.setLiquidity(_store, asset, config);
    }

    /// @notice See `IPortfolioMargin.setAddOns`.
    function setAddOns(IPortfolioMargin.AddOnConfig calldata config) external restricted {
        ParameterDesk.setAddOns(_store, config);
    }
}
