// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {AssetId, NO_ASSET, UNDERLYING_LIMIT} from "../types/AssetId.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {NormalTable} from "../math/NormalTable.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {Book, OptionAnswer, Sheet, Valuation} from "./Book.sol";
import {BookValue} from "./BookValue.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {MarginParameters} from "./MarginParameters.sol";
import {OptionDesk} from "./OptionDesk.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";
import {ViewsReader} from "./ViewsReader.sol";

/// @title PortfolioMargin
/// @notice Loads portfolios with their parameters and prices into books, and asks the books' values.
/// @dev Owns: nothing beyond the parameters. Trusts: the oracle to keep low <= mid <= high. Keeps: invariants 5, 7, 9,
/// 15.
contract PortfolioMargin is IPortfolioMargin, MarginParameters {
    using BookValue for Book;
    using BookValue for Sheet;
    using FixedPointMathLib for uint256;
    using LibBit for uint256;
    using ViewsReader for IPriceOracle;

    uint256 private constant WAD = 1e18;
    uint256 private constant MAX_STRESS_WAD = 20e18;

    /// @dev Made with the engine: nobody can exchange it.
    address private immutable _normalTable;

    constructor(
        address authority,
        IPriceOracle oracle,
        IVolSurface surface
    ) MarginParameters(authority, oracle, surface) {
        _normalTable = address(new NormalTable());
    }

    // ------------------------------------------------------------------------------------------ assessments

    /// @inheritdoc IPortfolioMargin
    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256 surplusWad) {
        (surplusWad, , ) = _initialNumbers(portfolio, stressWad, OptionDesk.UNION);
    }

    /// @inheritdoc IPortfolioMargin
    function withdrawalNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (int256 surplusWad, int256 netPositionWad, uint256 grossWad) {
        return _initialNumbers(portfolio, stressWad, OptionDesk.UNION | OptionDesk.AT_MID);
    }

    /// @inheritdoc IPortfolioMargin
    function initialSurpluses(
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external view returns (int256[] memory surplusesWad, uint256[] memory grossesWad) {
        if (portfolios.length != stressesWad.length) {
            revert Risk_LengthsDiffer(portfolios.length, stressesWad.length);
        }
        Sheet memory sheet;
        Book[] memory books = _openMany(sheet, portfolios);
        surplusesWad = new int256[](portfolios.length);
        grossesWad = new uint256[](portfolios.length);
        for (uint256 i = 0; i < portfolios.length; ++i) {
            _requireStress(stressesWad[i]);
            sheet.measureInitial(stressesWad[i]);
            _ask(sheet, books[i], portfolios[i].options, OptionDesk.UNION);
            surplusesWad[i] = books[i].surplus(sheet, Valuation.Union);
            grossesWad[i] = books[i].grossWad;
        }
    }

    /// @inheritdoc IPortfolioMargin
    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256 surplusWad) {
        return _liquidationSurplus(portfolio, NO_ASSET, WAD);
    }

    /// @inheritdoc IPortfolioMargin
    function liquidationSurplusAt(
        Portfolio calldata portfolio,
        AssetId underlying,
        uint256 factorWad
    ) external view returns (int256 surplusWad) {
        return _liquidationSurplus(portfolio, underlying, factorWad);
    }

    /// @inheritdoc IPortfolioMargin
    function report(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (MarginReport memory margin) {
        Sheet memory sheet;
        Book memory book;
        _openInitial(sheet, book, portfolio, stressWad);
        sheet.measureMaintenance();
        _ask(sheet, book, portfolio.options, OptionDesk.UNION | OptionDesk.LIQUIDATION);
        LiquidationReport memory part = _liquidationNumbers(sheet, book);
        margin.equityWad = part.equityWad;
        margin.favourableEquityWad = part.favourableEquityWad;
        margin.initialWad = part.initialWad;
        margin.maintenanceWad = part.maintenanceWad;
        margin.initialSurplusWad = book.surplus(sheet, Valuation.Union);
        margin.liquidationSurplusWad = part.liquidationSurplusWad;
        margin.netPositionWad = part.netPositionWad;
        margin.grossNotionalWad = part.grossNotionalWad;
        margin.haircutCollateralWad = book.haircutCollateral(sheet);
    }

    /// @inheritdoc IPortfolioMargin
    function liquidationReport(Portfolio calldata portfolio) external view returns (LiquidationReport memory margin) {
        Sheet memory sheet;
        Book memory book;
        _open(sheet, book, portfolio);
        sheet.measureInitial(WAD);
        sheet.measureMaintenance();
        _ask(sheet, book, portfolio.options, OptionDesk.LIQUIDATION);
        margin = _liquidationNumbers(sheet, book);
        margin.assets = sheet.priced;
        margin.marks = sheet.views;
        for (uint256 i = 0; i < sheet.count; ++i) margin.assetBitmap |= 1 << AssetId.unwrap(sheet.assets[i]);
    }

    /// @inheritdoc IPortfolioMargin
    function matrix(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad) {
        (Sheet memory sheet, Book memory book, uint256 leg) = _openOn(portfolio, underlying);
        sheet.measureInitial(WAD);
        OptionDesk.Question memory question = _question(sheet, leg);
        int256[] memory unitsWad = book.netUnits(sheet, Valuation.Union);
        if (unitsWad.length != 0) question.unitsWad[uint256(Valuation.Union)] = unitsWad[leg];
        return OptionDesk.matrix(question, portfolio.options);
    }

    /// @inheritdoc IPortfolioMargin
    function optionMarks(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (int256[] memory markWad) {
        (Sheet memory sheet, , uint256 leg) = _openOn(portfolio, underlying);
        return OptionDesk.marks(_question(sheet, leg), portfolio.options);
    }

    /// @inheritdoc IPortfolioMargin
    function exposure(Portfolio calldata portfolio) external view returns (uint256 assetBitmap) {
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            PerpHolding calldata perp = portfolio.perps[i];
            if (perp.sizeWad == 0) continue;
            if (!perp.asset.isUnderlying()) revert Risk_NotAnUnderlying(perp.asset);
            assetBitmap |= 1 << AssetId.unwrap(perp.asset);
        }
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            assetBitmap |= 1 << AssetId.unwrap(portfolio.options[i].expiry.underlyingOf());
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            CollateralHolding calldata holding = portfolio.collateral[i];
            if (holding.amountWad == 0) continue;
            assetBitmap |= 1 << AssetId.unwrap(_collateralTermsOf(holding.index).underlying());
        }
    }

    /// @inheritdoc IPortfolioMargin
    function collateralValue(uint8 index, uint256 amountWad) external view returns (uint256 valueWad) {
        if (amountWad == 0) return 0;
        CollateralTerms terms = _collateralTermsOf(index);
        bool hasRatio = terms.ratioAsset() != NO_ASSET;
        AssetId[] memory assets = new AssetId[](hasRatio ? 2 : 1);
        assets[0] = terms.underlying();
        if (hasRatio) assets[1] = terms.ratioAsset();
        PriceViews[] memory views = _oracle.read(assets);
        valueWad = hasRatio ? amountWad.mulWad(views[1].midWad) : amountWad;
        return valueWad.mulWad(views[0].midWad);
    }

    /// @inheritdoc IPortfolioMargin
    function shocksOf(
        AssetId asset,
        uint256 stressWad
    )
        external
        view
        returns (uint256 rhoInitialWad, uint256 rhoMaintenanceWad, uint256 sigmaInitialWad, uint256 sigmaMaintenanceWad)
    {
        _requireStress(stressWad);
        Sheet memory sheet;
        _provide(sheet, 1);
        _legOf(sheet, asset);
        _fetch(sheet);
        sheet.measureInitial(stressWad);
        sheet.measureMaintenance();
        return (
            sheet.rhoInitialWad[0],
            sheet.rhoMaintenanceWad[0],
            sheet.sigmaInitialWad[0],
            sheet.views[0].sigmaGlideWad
        );
    }

    // ---------------------------------------------------------------------------------------------- private

    function _open(Sheet memory sheet, Book memory book, Portfolio calldata portfolio) private view {
        _provide(sheet, _mostLegs(portfolio));
        _enter(sheet, book, portfolio);
        _fetch(sheet);
    }

    /// @dev With a leg for `underlying`, whether or not the portfolio has one.
    function _openOn(
        Portfolio calldata portfolio,
        AssetId underlying
    ) private view returns (Sheet memory sheet, Book memory book, uint256 leg) {
        _provide(sheet, _mostLegs(portfolio) + 1);
        _enter(sheet, book, portfolio);
        leg = _legOf(sheet, underlying);
        _fetch(sheet);
    }

    function _openInitial(
        Sheet memory sheet,
        Book memory book,
        Portfolio calldata portfolio,
        uint256 stressWad
    ) private view {
        _requireStress(stressWad);
        _open(sheet, book, portfolio);
        sheet.measureInitial(stressWad);
    }

    /// @return surplusWad See `initialSurplus`.
    /// @return netPositionWad See `withdrawalNumbers`; 0 where it is not asked for.
    /// @return grossWad See `withdrawalNumbers`.
    function _initialNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad,
        uint256 asked
    ) private view returns (int256 surplusWad, int256 netPositionWad, uint256 grossWad) {
        Sheet memory sheet;
        Book memory book;
        _openInitial(sheet, book, portfolio, stressWad);
        _ask(sheet, book, portfolio.options, asked);
        surplusWad = book.surplus(sheet, Valuation.Union);
        grossWad = book.grossWad;
        if (asked & OptionDesk.AT_MID != 0) (netPositionWad, ) = book.positionsAtMid(sheet);
    }

    function _openMany(Sheet memory sheet, Portfolio[] calldata portfolios) private view returns (Book[] memory books) {
        uint256 most = 0;
        for (uint256 i = 0; i < portfolios.length; ++i) {
            most += _mostLegs(portfolios[i]);
        }
        _provide(sheet, most);
        books = new Book[](portfolios.length);
        for (uint256 i = 0; i < portfolios.length; ++i) _enter(sheet, books[i], portfolios[i]);
        _fetch(sheet);
    }

    /// @param most Most legs that will be entered, repeated ones included.
    function _provide(Sheet memory sheet, uint256 most) private pure {
        uint256 size = most.min(UNDERLYING_LIMIT);
        sheet.assets = new AssetId[](size);
        sheet.terms = new UnderlyingTerms[](size);
    }

    /// @dev Legs of size zero never enter; without a leg neither the oracle nor the add-ons are touched.
    function _enter(Sheet memory sheet, Book memory book, Portfolio calldata portfolio) private view {
        book.cashWad = portfolio.cashWad;
        PerpHolding[] calldata perps = portfolio.perps;
        CollateralHolding[] calldata holdings = portfolio.collateral;
        if (_mostLegs(portfolio) == 0) return;
        int256[] memory sizeWad = new int256[](sheet.assets.length);
        book.sizeWad = sizeWad;
        for (uint256 i = 0; i < perps.length; ++i) {
            int256 legWad = perps[i].sizeWad;
            if (legWad != 0) sizeWad[_legOf(sheet, perps[i].asset)] += legWad;
        }
        _enterOptions(sheet, book, portfolio.options);
        uint256 held = holdings.length == 0 ? 0 : _enterCollateral(sheet, book, holdings);
        if (sheet.count > 1) _noteGroups(sheet, book, held);
    }

    function _enterOptions(Sheet memory sheet, Book memory book, OptionHolding[] calldata holdings) private view {
        for (uint256 i = 0; i < holdings.length; ++i) {
            book.optionLegs |= 1 << _legOf(sheet, holdings[i].expiry.underlyingOf());
        }
    }

    /// @dev Fills in what the valuations of a book need of its options. The shocks of what is asked for must have been
    /// measured.
    /// @param asked As of `OptionDesk`.
    function _ask(Sheet memory sheet, Book memory book, OptionHolding[] calldata holdings, uint256 asked) private view {
        if (book.optionLegs == 0) return;
        book.answers = new OptionAnswer[](sheet.count);
        int256[][5] memory unitsWad;
        for (uint256 bit = 0; bit < OptionDesk.EQUITY_BIT; ++bit) {
            if ((asked >> bit) & 1 != 0) unitsWad[bit] = book.netUnits(sheet, Valuation(bit));
        }
        if ((asked >> OptionDesk.EQUITY_BIT) & 1 != 0) {
            unitsWad[OptionDesk.EQUITY_BIT] = book.grossUnits(sheet, Valuation.Intersection);
        }
        for (uint256 leg = 0; leg < sheet.count; ++leg) {
            if ((book.optionLegs >> leg) & 1 == 0) continue;
            OptionDesk.Question memory question = _question(sheet, leg);
            question.asked = asked;
            for (uint256 i = 0; i < unitsWad.length; ++i) {
                if (unitsWad[i].length != 0) question.unitsWad[i] = unitsWad[i][leg];
            }
            book.answers[leg] = OptionDesk.answer(question, holdings);
        }
    }

    function _question(Sheet memory sheet, uint256 leg) private view returns (OptionDesk.Question memory question) {
        (question.table, question.surface) = (_normalTable, address(_surface));
        question.asset = sheet.assets[leg];
        question.terms = _optionTermsOf(question.asset);
        PriceViews memory views = sheet.views[leg];
        (question.lowWad, question.midWad, question.highWad) = (views.lowWad, views.midWad, views.highWad);
        (question.shortTwapWad, question.longTwapWad) = (views.shortTwapWad, views.longTwapWad);
        question.nowSeconds = sheet.nowSeconds;
        if (sheet.rhoInitialWad.length != 0) question.rhoInitialWad = sheet.rhoInitialWad[leg];
        if (sheet.rhoMaintenanceWad.length != 0) question.rhoMaintenanceWad = sheet.rhoMaintenanceWad[leg];
    }

    function _mostLegs(Portfolio calldata portfolio) private pure returns (uint256) {
        // Lengths of lists in calldata: their sum cannot wrap.
        unchecked {
            return portfolio.perps.length + portfolio.collateral.length + portfolio.options.length;
        }
    }

    /// @return held Bitmap of the legs that have collateral.
    function _enterCollateral(
        Sheet memory sheet,
        Book memory book,
        CollateralHolding[] calldata holdings
    ) private view returns (uint256 held) {
        book.holdingTerms = new CollateralTerms[](holdings.length);
        book.holdingAmountWad = new uint256[](holdings.length);
        book.holdingLeg = new uint256[](holdings.length);
        book.holdingRatio = new uint256[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            if (holdings[i].amountWad == 0) continue;
            CollateralTerms terms = _collateralTermsOf(holdings[i].index);
            uint256 leg = _legOf(sheet, terms.underlying());
            held |= 1 << leg;
            uint256 h = book.holdingCount++;
            book.holdingTerms[h] = terms;
            book.holdingAmountWad[h] = holdings[i].amountWad;
            book.holdingLeg[h] = leg;
            if (terms.ratioAsset() != NO_ASSET) book.holdingRatio[h] = _ratioOf(sheet, terms.ratioAsset());
        }
    }

    /// @dev Finds or makes the leg of an underlying.
    function _legOf(Sheet memory sheet, AssetId asset) private view returns (uint256 leg) {
        if (!asset.isUnderlying()) revert Risk_NotAnUnderlying(asset);
        uint256 shift = uint256(AssetId.unwrap(asset)) << 3;
        leg = uint8(sheet.index >> shift);
        if (leg != 0) return leg - 1;
        leg = sheet.count;
        sheet.count = leg + 1;
        sheet.index |= (leg + 1) << shift;
        sheet.assets[leg] = asset;
        sheet.terms[leg] = _termsOf(asset);
    }

    /// @dev Finds or makes the number + 1 of a ratio. There are few: no more than collaterals.
    function _ratioOf(Sheet memory sheet, AssetId asset) private pure returns (uint256 number) {
        uint256 count = sheet.ratioCount;
        for (uint256 i = 0; i < count; ++i) {
            if (sheet.ratios[i] == asset) return i + 1;
        }
        AssetId[] memory ratios = new AssetId[](count + 1);
        for (uint256 i = 0; i < count; ++i) ratios[i] = sheet.ratios[i];
        ratios[count] = asset;
        sheet.ratios = ratios;
        sheet.ratioCount = count + 1;
        return count + 1;
    }

    /// @dev Offsets need a leg that may be long and another of its group that may be short: others are not looked up.
    /// @param held Bitmap of the legs that have collateral: it only ever makes a leg longer.
    function _noteGroups(Sheet memory sheet, Book memory book, uint256 held) private pure {
        int256[] memory sizeWad = book.sizeWad;
        UnderlyingTerms[] memory terms = sheet.terms;
        uint256 long = 0;
        uint256 short = 0;
        for (uint256 i = sheet.count; i != 0;) {
            --i;
            int256 legWad = sizeWad[i];
            uint256 group = 1 << terms[i].correlationGroup();
            if (legWad < 0) short |= group;
            else if (legWad > 0) long |= group;
            if ((held >> i) & 1 != 0) long |= group;
        }
        // Group 0 has no offsets.
        book.offsetGroups = long & short & ~uint256(1);
        sheet.offsetGroups |= book.offsetGroups;
    }

    /// @dev One call to the oracle, then what only an account with legs needs.
    function _fetch(Sheet memory sheet) private view {
        uint256 count = sheet.count;
        if (count == 0) return;
        AssetId[] memory assets = sheet.assets;
        if (assets.length != count || sheet.ratioCount != 0) {
            assets = new AssetId[](count + sheet.ratioCount);
            for (uint256 i = 0; i < count; ++i) assets[i] = sheet.assets[i];
            for (uint256 i = 0; i < sheet.ratioCount; ++i) assets[count + i] = sheet.ratios[i];
        }
        sheet.priced = assets;
        sheet.nowSeconds = block.timestamp;
        sheet.views = _oracle.read(assets);
        AddOnConfig storage costs = _costs();
        (sheet.liquidationCostBps, sheet.flatCostWad) = (costs.liquidationCostBps, costs.flatCostWad);
        uint256 bitmap = sheet.offsetGroups;
        if (bitmap == 0) return;
        uint256[] memory groups = new uint256[](bitmap.popCount());
        for (uint256 g = 0; bitmap != 0; ++g) {
            uint8 group = uint8(bitmap.ffs());
            bitmap &= bitmap - 1;
            CorrelationConfig storage offsets = _correlationOf(group);
            groups[g] = group | (uint256(offsets.kappa) << 8) | (uint256(offsets.thetaWad) << 16);
        }
        sheet.groups = groups;
    }

    function _liquidationSurplus(
        Portfolio calldata portfolio,
        AssetId underlying,
        uint256 factorWad
    ) private view returns (int256 surplusWad) {
        Sheet memory sheet;
        Book memory book;
        _open(sheet, book, portfolio);
        sheet.scalePrices(underlying, factorWad);
        sheet.measureMaintenance();
        _ask(sheet, book, portfolio.options, OptionDesk.INTERSECTION);
        return book.surplus(sheet, Valuation.Intersection);
    }

    /// @dev All of it but the prices, from both measures.
    function _liquidationNumbers(
        Sheet memory sheet,
        Book memory book
    ) private pure returns (LiquidationReport memory part) {
        part.equityWad = book.equity(sheet, Valuation.MarkInitial);
        part.favourableEquityWad = book.equity(sheet, Valuation.Intersection);
        part.initialWad = _shortfall(part.equityWad, book.surplus(sheet, Valuation.MarkInitial));
        part.maintenanceWad = _shortfall(part.equityWad, book.surplus(sheet, Valuation.MarkMaintenance));
        part.liquidationSurplusWad = book.surplus(sheet, Valuation.Intersection);
        (part.netPositionWad, part.grossNotionalWad) = book.positionsAtMid(sheet);
    }

    function _shortfall(int256 equityWad, int256 surplusWad) private pure returns (uint256) {
        return equityWad > surplusWad ? uint256(equityWad - surplusWad) : 0;
    }

    function _requireStress(uint256 stressWad) private pure {
        RiskParameters.requireWithin(stressWad, WAD, MAX_STRESS_WAD);
    }
}
