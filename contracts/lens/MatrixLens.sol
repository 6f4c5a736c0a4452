// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {SignedWad} from "../math/SignedWad.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {Book, Sheet, Valuation} from "../risk/Book.sol";
import {BookValue} from "../risk/BookValue.sol";
import {CorrelationBlend} from "../risk/CorrelationBlend.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {OptionDesk} from "../risk/OptionDesk.sol";
import {LiquidityCost} from "../risk/LiquidityCost.sol";
import {LiquidityTerms} from "../risk/LiquidityTerms.sol";
import {PriceHull} from "../risk/PriceHull.sol";
import {RiskParameters} from "../risk/RiskParameters.sol";
import {RiskViews} from "../risk/RiskViews.sol";
import {ScenarioGrid} from "../risk/ScenarioGrid.sol";
import {ViewsReader} from "../risk/ViewsReader.sol";
import {CollateralTerms} from "../risk/CollateralTerms.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {CollateralHolding, Portfolio} from "../types/Portfolio.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";

import {IMatrixLens} from "./IMatrixLens.sol";
import {Cause, Scenario, ScenarioDesk, Scenarios} from "./ScenarioDesk.sol";

/// @title MatrixLens
/// @notice Values an account scenario by scenario, from the engine's parameters and with its libraries.
/// @dev Owns nothing. Shocks, haircuts and terms are what the engine says they are; the surplus is the engine's own, so that
/// what this lens does not know shows as `otherAddOnsWad`.
contract MatrixLens is IMatrixLens {
    using BookValue for Book;
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using LibBit for uint256;
    using ScenarioDesk for Scenarios;
    using ViewsReader for IPriceOracle;

    uint256 private constant BPS = 1e4;
    uint256 private constant NODES = 9;
    uint256 private constant FLAT = 1;

    IPriceOracle private immutable _oracle;
    IVolSurface private immutable _surface;
    IPortfolioMargin private immutable _risk;
    IMarginVault private immutable _vault;
    address private immutable _normalTable;

    /// @dev The account at hand.
    /// @param optionLegs Bitmap of the underlyings' numbers that have options.
    struct Desk {
        Valuation valuation;
        bool initial;
        Sheet sheet;
        Book book;
        int256[] unitsWad;
        uint8[] groups;
        uint256[] gainRhosWad;
        uint256 mixed;
        bool open;
        uint256 notionalWad;
        uint256 exitWad;
    }

    constructor(IPriceOracle oracle, IVolSurface surface, IPortfolioMargin risk, IMarginVault vault) {
        bool complete = address(oracle) != address(0) && address(surface) != address(0);
        if (!complete || address(risk) == address(0) || address(vault) == address(0)) revert MatrixLens_ZeroAddress();
        _oracle = oracle;
        _surface = surface;
        _risk = risk;
        _vault = vault;
        _normalTable = RiskViews(address(risk)).normalTable();
    }

    /// @inheritdoc IMatrixLens
    function matrixOf(
        AccountId account,
        Valuation valuation,
        uint256 stressWad
    ) external view returns (RiskMatrix memory matrix) {
        return _matrix(_vault.portfolioOf(account), valuation, stressWad);
    }

    /// @inheritdoc IMatrixLens
    function matrixOfPortfolio(
        Portfolio calldata portfolio,
        Valuation valuation,
        uint256 stressWad
    ) external view returns (RiskMatrix memory matrix) {
        return _matrix(portfolio, valuation, stressWad);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _matrix(
        Portfolio memory portfolio,
        Valuation valuation,
        uint256 stressWad
    ) private view returns (RiskMatrix memory matrix) {
        Desk memory desk;
        (desk.valuation, desk.initial) = (valuation, PriceHull.isInitial(valuation));
        matrix.cashWad = portfolio.cashWad;
        _open(desk, portfolio, stressWad);
        uint256 count = desk.sheet.count;
        matrix.underlyings = new UnderlyingMatrix[](count);
        int256 listedWad = portfolio.cashWad;
        if (count != 0) {
            _findMixed(desk);
            int256[] memory grossWad = desk.book.grossUnits(desk.sheet, Valuation.MarkInitial);
            for (uint256 i; i < count; ++i) {
                _fill(matrix.underlyings[i], desk, portfolio, i);
                matrix.underlyings[i].markWad += SignedWad.mulFloor(grossWad[i], desk.sheet.views[i].midWad);
                listedWad += matrix.underlyings[i].scenarios.binding.valueWad;
            }
            matrix.offsets = _offsets(desk, matrix.underlyings);
            for (uint256 g; g < matrix.offsets.length; ++g) listedWad += matrix.offsets[g].creditWad;
        }
        if (desk.open) {
            IPortfolioMargin.AddOnConfig memory costs = _risk.addOns();
            matrix.closingCostWad =
                desk.initial
                    ? desk.notionalWad.fullMulDivUp(costs.liquidationCostBps, BPS)
                    : desk.notionalWad.fullMulDiv(costs.liquidationCostBps, BPS);
            matrix.flatCostWad = costs.flatCostWad;
            matrix.exitCostWad = desk.exitWad;
            listedWad -= int256(matrix.closingCostWad + matrix.exitCostWad + matrix.flatCostWad);
        }
        _conclude(matrix, _risk.report(portfolio, stressWad), valuation, listedWad);
    }

    /// @param listedWad Surplus by all that is listed.
    function _conclude(
        RiskMatrix memory matrix,
        IPortfolioMargin.MarginReport memory report,
        Valuation valuation,
        int256 listedWad
    ) private pure {
        matrix.equityWad = report.equityWad;
        if (valuation == Valuation.Union) matrix.surplusWad = report.initialSurplusWad;
        else if (valuation == Valuation.Intersection) matrix.surplusWad = report.liquidationSurplusWad;
        else {
            uint256 neededWad = valuation == Valuation.MarkInitial ? report.initialWad : report.maintenanceWad;
            // The engine says no more than that nothing is required.
            bool nothing = neededWad == 0 && listedWad >= report.equityWad;
            matrix.surplusWad = nothing ? listedWad : report.equityWad - int256(neededWad);
        }
        matrix.otherAddOnsWad = listedWad - matrix.surplusWad;
        if (report.equityWad > matrix.surplusWad) {
            matrix.requirementWad = uint256(report.equityWad - matrix.surplusWad);
        }
    }

    function _open(Desk memory desk, Portfolio memory portfolio, uint256 stressWad) private view {
        uint256 bitmap = _risk.exposure(portfolio);
        uint256 count = bitmap.popCount();
        Sheet memory sheet = desk.sheet;
        sheet.count = count;
        sheet.assets = new AssetId[](count);
        (sheet.sigmaInitialWad, sheet.rhoInitialWad) = (new uint256[](count), new uint256[](count));
        sheet.rhoMaintenanceWad = new uint256[](count);
        (desk.groups, desk.gainRhosWad) = (new uint8[](count), new uint256[](count));
        desk.book.sizeWad = new int256[](count);
        for (uint256 i; i < count; ++i) {
            AssetId asset = AssetId.wrap(uint16(bitmap.ffs()));
            bitmap &= bitmap - 1;
            sheet.assets[i] = asset;
            (sheet.rhoInitialWad[i], sheet.rhoMaintenanceWad[i], sheet.sigmaInitialWad[i], ) = _risk.shocksOf(
                asset,
                stressWad
            );
            IPortfolioMargin.UnderlyingConfig memory config = _risk.underlyingOf(asset);
            (desk.groups[i], desk.gainRhosWad[i]) = (config.correlationGroup, config.rhoMinMaintenanceWad);
            desk.book.sizeWad[i] = _sizeOf(portfolio, asset);
            if (_hasOptions(portfolio, asset)) desk.book.optionLegs |= 1 << i;
        }
        if (count == 0) return;
        _enterCollateral(desk, portfolio.collateral);
        sheet.nowSeconds = block.timestamp;
        desk.unitsWad = desk.book.netUnits(sheet, desk.valuation);
    }

    /// @dev Reads all prices: of the underlyings, then of the ratios, one per collateral that has one.
    function _enterCollateral(Desk memory desk, CollateralHolding[] memory holdings) private view {
        (Sheet memory sheet, Book memory book) = (desk.sheet, desk.book);
        uint256 count = sheet.count;
        AssetId[] memory priced = new AssetId[](count + holdings.length);
        for (uint256 i; i < count; ++i) priced[i] = sheet.assets[i];
        book.holdingTerms = new CollateralTerms[](holdings.length);
        book.holdingAmountWad = new uint256[](holdings.length);
        book.holdingLeg = new uint256[](holdings.length);
        book.holdingRatio = new uint256[](holdings.length);
        for (uint256 i; i < holdings.length; ++i) {
            if (holdings[i].amountWad == 0) continue;
            IPortfolioMargin.CollateralConfig memory config = _risk.collateralOf(holdings[i].index);
            uint256 h = book.holdingCount++;
            book.holdingTerms[h] = RiskParameters.packCollateral(config);
            book.holdingAmountWad[h] = holdings[i].amountWad;
            while (sheet.assets[book.holdingLeg[h]] != config.underlying) ++book.holdingLeg[h];
            if (config.ratioAsset == NO_ASSET) continue;
            priced[count + sheet.ratioCount++] = config.ratioAsset;
            book.holdingRatio[h] = sheet.ratioCount;
        }
        uint256 used = count + sheet.ratioCount;
        assembly ("memory-safe") {
            // Shortens the array.
            mstore(priced, used)
        }
        sheet.views = _oracle.read(priced);
    }

    /// @dev Groups with something long and something short: there alone is anything offset.
    function _findMixed(Desk memory desk) private pure {
        uint256 long;
        uint256 short;
        for (uint256 i; i < desk.unitsWad.length; ++i) {
            if (desk.unitsWad[i] > 0) long |= 1 << desk.groups[i];
            else if (desk.unitsWad[i] < 0) short |= 1 << desk.groups[i];
        }
        // Group 0 has no offsets.
        desk.mixed = long & short & ~uint256(1);
    }

    function _fill(
        UnderlyingMatrix memory entry,
        Desk memory desk,
        Portfolio memory portfolio,
        uint256 i
    ) private view {
        entry.asset = desk.sheet.assets[i];
        entry.unitsWad = desk.unitsWad[i];
        entry.hasOptions = (desk.book.optionLegs >> i) & 1 != 0;
        uint256 sizeWad = desk.book.sizeWad[i].abs();
        if (entry.hasOptions) {
            uint256 deltaWad;
            (entry.scenarios, entry.markWad, deltaWad, entry.exitCostWad) = abi.decode(
                ScenarioDesk.list(_question(desk, i), portfolio.options, uint256(desk.valuation)),
                (Scenarios, int256, uint256, uint256)
            );
            sizeWad += deltaWad;
        } else {
            _linear(entry.scenarios, desk, i);
        }
        if (sizeWad == 0 && !entry.hasOptions) return;
        (uint256 lowWad, uint256 highWad) = PriceHull.hull(desk.sheet.views[i], desk.valuation);
        entry.closingNotionalWad = desk.initial ? sizeWad.mulWadUp(highWad) : sizeWad.mulWad(lowWad);
        desk.notionalWad += entry.closingNotionalWad;
        if (!entry.hasOptions) entry.exitCostWad = _exitCost(desk, i, entry.closingNotionalWad);
        desk.exitWad += entry.exitCostWad;
        desk.open = true;
    }

    function _exitCost(Desk memory desk, uint256 i, uint256 valueWad) private view returns (uint256) {
        return LiquidityCost.ofDelta(_liquidityOf(desk.sheet.assets[i]), valueWad, _sigmaOf(desk, i), desk.initial);
    }

    function _sigmaOf(Desk memory desk, uint256 i) private pure returns (uint256) {
        return desk.initial ? desk.sheet.sigmaInitialWad[i] : desk.sheet.views[i].sigmaGlideWad;
    }

    /// @dev None set is no charge.
    function _liquidityOf(AssetId asset) private view returns (LiquidityTerms) {
        IPortfolioMargin.LiquidityConfig memory config = _risk.liquidityOf(asset);
        return config.depthUsd == 0 ? LiquidityTerms.wrap(0) : RiskParameters.packLiquidity(config);
    }

    /// @dev The nine shocks of what is linear.
    function _linear(Scenarios memory scenarios, Desk memory desk, uint256 i) private pure {
        scenarios.clear();
        int256 unitsWad = desk.unitsWad[i];
        if (unitsWad == 0) {
            scenarios.binding.valueWad = 0;
            return;
        }
        (uint256 lowWad, uint256 highWad) = PriceHull.hull(desk.sheet.views[i], desk.valuation);
        bool atLow = (unitsWad > 0) == desk.initial;
        ScenarioGrid.Exposure memory exposure = ScenarioGrid.Exposure({
            unitsWad: unitsWad,
            edgeWad: atLow ? lowWad : highWad,
            rhoWad: desk.initial ? desk.sheet.rhoInitialWad[i] : desk.sheet.rhoMaintenanceWad[i],
            gainRhoWad: desk.gainRhosWad[i],
            roundUp: !atLow
        });
        ScenarioGrid.ladder(exposure, scenarios.valuesWad[FLAT]);
        int256[9] memory oneWad;
        exposure.unitsWad = unitsWad < 0 ? -1e18 : int256(1e18);
        ScenarioGrid.ladder(exposure, oneWad);
        for (uint256 k; k < NODES; ++k) {
            scenarios.pricesWad[k] = oneWad[k].abs();
            scenarios.offer(Scenario(Cause.Node, FLAT, k, oneWad[k].abs(), scenarios.valuesWad[FLAT][k]));
        }
    }

    function _question(Desk memory desk, uint256 i) private view returns (OptionDesk.Question memory question) {
        Sheet memory sheet = desk.sheet;
        (question.table, question.surface) = (_normalTable, address(_surface));
        question.asset = sheet.assets[i];
        question.terms = _risk.optionsOf(question.asset);
        (question.lowWad, question.midWad) = (sheet.views[i].lowWad, sheet.views[i].midWad);
        question.highWad = sheet.views[i].highWad;
        (question.shortTwapWad, question.longTwapWad) = (sheet.views[i].shortTwapWad, sheet.views[i].longTwapWad);
        question.nowSeconds = sheet.nowSeconds;
        (question.rhoInitialWad, question.rhoMaintenanceWad) = (sheet.rhoInitialWad[i], sheet.rhoMaintenanceWad[i]);
        question.unitsWad[uint256(desk.valuation)] = desk.unitsWad[i];
        (question.liquidity, question.sizeWad) = (_liquidityOf(question.asset), desk.book.sizeWad[i]);
        (question.sigmaInitialWad, question.sigmaMaintenanceWad) = (
            sheet.sigmaInitialWad[i],
            sheet.views[i].sigmaGlideWad
        );
    }

    function _offsets(
        Desk memory desk,
        UnderlyingMatrix[] memory underlyings
    ) private view returns (Offset[] memory offsets) {
        offsets = new Offset[](desk.mixed.popCount());
        uint256 bitmap = desk.mixed;
        for (uint256 g; bitmap != 0; ++g) {
            Offset memory offset = offsets[g];
            offset.group = uint8(bitmap.ffs());
            bitmap &= bitmap - 1;
            int256[9] memory longs;
            int256[9] memory shorts;
            for (uint256 i; i < underlyings.length; ++i) {
                if (desk.groups[i] != offset.group || underlyings[i].hasOptions || desk.unitsWad[i] == 0) continue;
                CorrelationBlend.accumulate(
                    desk.unitsWad[i] > 0 ? longs : shorts,
                    underlyings[i].scenarios.valuesWad[FLAT]
                );
            }
            _blend(offset, longs, shorts);
        }
    }

    function _blend(Offset memory offset, int256[9] memory longs, int256[9] memory shorts) private view {
        IPortfolioMargin.CorrelationConfig memory config = _risk.correlationOf(offset.group);
        (offset.thetaWad, offset.kappa) = (config.thetaWad, config.kappa);
        offset.sumWad = longs[0] + shorts[NODES - 1];
        offset.jointWad = type(int256).max;
        for (uint256 w; w + offset.kappa < NODES; ++w) {
            int256 totalWad = longs[w] + shorts[w + offset.kappa];
            if (totalWad >= offset.jointWad) continue;
            (offset.jointWad, offset.longIndex, offset.shortIndex) = (totalWad, w, w + offset.kappa);
        }
        offset.creditWad = SignedWad.mulFloor(offset.jointWad - offset.sumWad, offset.thetaWad);
    }

    function _sizeOf(Portfolio memory portfolio, AssetId asset) private pure returns (int256 sizeWad) {
        for (uint256 i; i < portfolio.perps.length; ++i) {
            if (portfolio.perps[i].asset == asset) sizeWad += portfolio.perps[i].sizeWad;
        }
    }

    function _hasOptions(Portfolio memory portfolio, AssetId asset) private pure returns (bool) {
        for (uint256 i; i < portfolio.options.length; ++i) {
            if (portfolio.options[i].expiry.underlyingOf() == asset) return true;
        }
        return false;
    }
}
