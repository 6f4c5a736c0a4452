// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {CollateralHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {AuctionOracleMock} from "./AuctionOracleMock.sol";

/// @dev A plain engine: maintenance is a share of gross notional plus the haircut on collateral; initial is half as much
/// again; the account-favourable prices add the half-spread on the gross. Collateral 0 follows asset 1.
contract AuctionRiskMock {
    uint256 public constant MAINTENANCE_WAD = 0.05e18;
    uint256 public constant HAIRCUT_WAD = 0.1e18;

    AuctionOracleMock private immutable _oracle;
    uint256 public flatWad;
    uint256 public collateralPriceWad;
    bool public isBroken;
    uint16 public collateralAsset = 1;

    error RiskBroken();

    constructor(AuctionOracleMock oracle) {
        _oracle = oracle;
    }

    function setFlat(uint256 flatWad_) external {
        flatWad = flatWad_;
    }

    function setCollateralPrice(uint256 priceWad) external {
        collateralPriceWad = priceWad;
    }

    function setCollateralAsset(uint16 asset) external {
        collateralAsset = asset;
    }

    function setBroken(bool broken) external {
        isBroken = broken;
    }

    function report(
        Portfolio calldata portfolio,
        uint256
    ) public view returns (IPortfolioMargin.MarginReport memory margin) {
        if (isBroken) revert RiskBroken();
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            int256 sizeWad = portfolio.perps[i].sizeWad;
            int256 valueWad = (sizeWad * int256(_oracle.midWad(portfolio.perps[i].asset))) / 1e18;
            margin.netPositionWad += valueWad;
            margin.grossNotionalWad += uint256(valueWad < 0 ? -valueWad : valueWad);
        }
        uint256 collateralWad = _collateralWad(portfolio.collateral);
        margin.equityWad = portfolio.cashWad + margin.netPositionWad + int256(collateralWad);
        margin.maintenanceWad = (margin.grossNotionalWad * MAINTENANCE_WAD + collateralWad * HAIRCUT_WAD) / 1e18;
        if (margin.grossNotionalWad != 0) margin.maintenanceWad += flatWad;
        margin.initialWad = (margin.maintenanceWad * 3) / 2;
        margin.haircutCollateralWad = (collateralWad * (1e18 - HAIRCUT_WAD)) / 1e18;
        uint256 exposedWad = margin.grossNotionalWad + collateralWad;
        margin.favourableEquityWad = margin.equityWad + int256((exposedWad * _oracle.halfSpreadWad()) / 1e18);
        margin.liquidationSurplusWad = margin.favourableEquityWad - int256(margin.maintenanceWad);
        margin.initialSurplusWad = margin.equityWad - int256(margin.initialWad);
    }

    function liquidationReport(
        Portfolio calldata portfolio
    ) external view returns (IPortfolioMargin.LiquidationReport memory decided) {
        IPortfolioMargin.MarginReport memory margin = report(portfolio, 1e18);
        decided.equityWad = margin.equityWad;
        decided.favourableEquityWad = margin.favourableEquityWad;
        decided.initialWad = margin.initialWad;
        decided.maintenanceWad = margin.maintenanceWad;
        decided.liquidationSurplusWad = margin.liquidationSurplusWad;
        decided.netPositionWad = margin.netPositionWad;
        decided.grossNotionalWad = margin.grossNotionalWad;
        decided.assetBitmap = exposure(portfolio);
        decided.assets = _assetsOf(portfolio, decided.assetBitmap);
        decided.marks = _oracle.readMany(decided.assets);
    }

    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256) {
        return report(portfolio, 1e18).liquidationSurplusWad;
    }

    function exposure(Portfolio calldata portfolio) public view returns (uint256 bitmap) {
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            bitmap |= uint256(1) << AssetId.unwrap(portfolio.perps[i].asset);
        }
        if (portfolio.collateral.length != 0) bitmap |= uint256(1) << collateralAsset;
    }

    function collateralValue(uint8, uint256 amountWad) external view returns (uint256) {
        return (amountWad * collateralPriceWad) / 1e18;
    }

    /// @dev The positions, then the asset of the collateral if no position is in it.
    function _assetsOf(Portfolio calldata portfolio, uint256 bitmap) private view returns (AssetId[] memory assets) {
        uint256 count = portfolio.perps.length;
        for (uint256 i = 0; i < count; ++i) bitmap &= ~(uint256(1) << AssetId.unwrap(portfolio.perps[i].asset));
        assets = new AssetId[](bitmap == 0 ? count : count + 1);
        for (uint256 i = 0; i < count; ++i) assets[i] = portfolio.perps[i].asset;
        if (bitmap != 0) assets[count] = AssetId.wrap(collateralAsset);
    }

    function _collateralWad(CollateralHolding[] calldata collateral) private view returns (uint256 valueWad) {
        for (uint256 i = 0; i < collateral.length; ++i)
            valueWad += (collateral[i].amountWad * collateralPriceWad) / 1e18;
    }
}
