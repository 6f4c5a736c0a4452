// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";

/// @dev Linear margin at settable prices: 10 % of gross notional to open, 5 % to keep, collateral without haircut.
/// Options at what they would pay now; shorts as if they were perpetuals of the same notional.
/// Collateral i depends on asset i + 1. Counts nothing, so that views stay views; `dead` stands for broken feeds.
contract VaultRiskMock {
    error FeedsDead();

    int256 internal constant WAD = 1e18;

    mapping(uint256 asset => int256) public priceWad;
    mapping(uint256 index => int256) public collateralPriceWad;
    int256 public initialRateWad = 0.1e18;
    int256 public maintenanceRateWad = 0.05e18;
    bool public dead;
    uint8 public unknownCollateral = type(uint8).max;

    function setPrice(uint256 asset, int256 wad) external {
        priceWad[asset] = wad;
    }

    function setCollateralPrice(uint256 index, int256 wad) external {
        collateralPriceWad[index] = wad;
    }

    function setDead(bool dead_) external {
        dead = dead_;
    }

    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256) {
        return report(portfolio, stressWad).initialSurplusWad;
    }

    function initialSurpluses(
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external view returns (int256[] memory surplusesWad, uint256[] memory grossesWad) {
        surplusesWad = new int256[](portfolios.length);
        grossesWad = new uint256[](portfolios.length);
        for (uint256 i; i < portfolios.length; ++i) {
            IPortfolioMargin.MarginReport memory m = report(portfolios[i], stressesWad[i]);
            (surplusesWad[i], grossesWad[i]) = (m.initialSurplusWad, m.grossNotionalWad);
        }
    }

    function withdrawalNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (int256, int256, uint256) {
        IPortfolioMargin.MarginReport memory m = report(portfolio, stressWad);
        return (m.initialSurplusWad, m.netPositionWad, m.grossNotionalWad);
    }

    function liquidationReport(
        Portfolio calldata portfolio
    ) external view returns (IPortfolioMargin.LiquidationReport memory decided) {
        IPortfolioMargin.MarginReport memory m = report(portfolio, uint256(WAD));
        (decided.equityWad, decided.favourableEquityWad) = (m.equityWad, m.favourableEquityWad);
        (decided.initialWad, decided.maintenanceWad) = (m.initialWad, m.maintenanceWad);
        (decided.liquidationSurplusWad, decided.netPositionWad) = (m.liquidationSurplusWad, m.netPositionWad);
        decided.grossNotionalWad = m.grossNotionalWad;
    }

    /// @dev Knows every collateral but one.
    function collateralOf(uint8 index) external view returns (IPortfolioMargin.CollateralConfig memory config) {
        if (index == unknownCollateral) revert IPortfolioMargin.Risk_CollateralNotConfigured(index);
        return config;
    }

    function setUnknownCollateral(uint8 index) external {
        unknownCollateral = index;
    }

    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256) {
        return report(portfolio, uint256(WAD)).liquidationSurplusWad;
    }

    function exposure(Portfolio calldata portfolio) external pure returns (uint256 bitmap) {
        for (uint256 i; i < portfolio.perps.length; ++i) bitmap |= 1 << AssetId.unwrap(portfolio.perps[i].asset);
        for (uint256 i; i < portfolio.options.length; ++i) {
            bitmap |= 1 << AssetId.unwrap(portfolio.options[i].expiry.underlyingOf());
        }
        for (uint256 i; i < portfolio.collateral.length; ++i) bitmap |= 2 << portfolio.collateral[i].index;
    }

    function report(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) public view returns (IPortfolioMargin.MarginReport memory m) {
        if (dead) revert FeedsDead();
        int256 gross;
        for (uint256 i; i < portfolio.perps.length; ++i) {
            PerpHolding calldata perp = portfolio.perps[i];
            int256 value = (perp.sizeWad * priceWad[AssetId.unwrap(perp.asset)]) / WAD;
            m.netPositionWad += value;
            gross += value < 0 ? -value : value;
        }
        for (uint256 i; i < portfolio.options.length; ++i) {
            (int256 value, int256 notional) = _valueOf(portfolio.options[i]);
            m.netPositionWad += value;
            gross += notional;
        }
        m.equityWad = portfolio.cashWad + m.netPositionWad;
        for (uint256 i; i < portfolio.collateral.length; ++i) {
            CollateralHolding calldata held = portfolio.collateral[i];
            m.equityWad += (int256(held.amountWad) * collateralPriceWad[held.index]) / WAD;
        }
        m.favourableEquityWad = m.equityWad;
        m.initialWad = uint256((((gross * initialRateWad) / WAD) * int256(stressWad)) / WAD);
        m.maintenanceWad = uint256((gross * maintenanceRateWad) / WAD);
        m.initialSurplusWad = m.equityWad - int256(m.initialWad);
        m.liquidationSurplusWad = m.equityWad - int256(m.maintenanceWad);
        m.grossNotionalWad = uint256(gross);
    }

    function _valueOf(OptionHolding calldata holding) private view returns (int256 value, int256 notional) {
        int256 price = priceWad[AssetId.unwrap(holding.expiry.underlyingOf())];
        for (uint256 i; i < holding.legs.legCount(); ++i) {
            (int24 lots, uint8 index, bool isPut) = holding.legs.legAt(i);
            value += lots * int256(holding.expiry.payoffPerLotWad(index, isPut, uint256(price)));
            if (lots < 0) notional -= (lots * int256(holding.expiry.lotSizeWadOf()) * price) / WAD;
        }
    }
}
