// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {AssetId} from "../types/AssetId.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {Book, Sheet, Valuation} from "./Book.sol";
import {BookEntry} from "./BookEntry.sol";
import {BookOptions} from "./BookOptions.sol";
import {BookValue} from "./BookValue.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {MarginParameters} from "./MarginParameters.sol";
import {OptionDesk} from "./OptionDesk.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {RiskStorage} from "./RiskStorage.sol";
import {RiskViews} from "./RiskViews.sol";

/// @title PortfolioMargin
/// @notice Loads portfolios with their parameters and prices into books, and asks the books' values.
/// @dev Owns: nothing beyond the parameters. Trusts: the oracle to keep low <= mid <= high. Keeps: invariants 5, 7, 9,
/// 15.
contract PortfolioMargin is MarginParameters {
    using BookEntry for Sheet;
    using BookOptions for Book;
    using BookValue for Book;
    using BookValue for Sheet;

    uint256 private constant WAD = 1e18;

    address private immutable _views;

    /// @param views Runs on the storage of the engine, which takes its rooms: nobody can exchange it.
    constructor(
        address authority,
        RiskViews views
    ) RiskStorage(authority, views.oracle(), views.surface(), views.normalTable()) {
        _views = address(views);
    }

    /// @notice Answers the rest of `IPortfolioMargin` by the code of `RiskViews` on the storage of this contract: views only, which
    /// need no ether.
    // solhint-disable-next-line payable-fallback
    fallback(bytes calldata call) external returns (bytes memory answer) {
        return Address.functionDelegateCall(_views, call);
    }

    // ------------------------------------------------------------------------------------------ assessments

    /// @notice See `IPortfolioMargin.initialSurplus`.
    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256 surplusWad) {
        (surplusWad, , ) = _initialNumbers(portfolio, stressWad, OptionDesk.UNION);
    }

    /// @notice See `IPortfolioMargin.withdrawalNumbers`.
    function withdrawalNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (int256 surplusWad, int256 netPositionWad, uint256 grossWad) {
        return _initialNumbers(portfolio, stressWad, OptionDesk.UNION | OptionDesk.AT_MID);
    }

    /// @notice See `IPortfolioMargin.initialSurpluses`.
    function initialSurpluses(
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external view returns (int256[] memory surplusesWad, uint256[] memory grossesWad) {
        if (portfolios.length != stressesWad.length) {
            revert IPortfolioMargin.Risk_LengthsDiffer(portfolios.length, stressesWad.length);
        }
        Sheet memory sheet = _sheet();
        Book[] memory books = sheet.openMany(_store, portfolios);
        surplusesWad = new int256[](portfolios.length);
        grossesWad = new uint256[](portfolios.length);
        for (uint256 i = 0; i < portfolios.length; ++i) {
            RiskParameters.requireStress(stressesWad[i]);
            sheet.measureInitial(stressesWad[i]);
            books[i].ask(sheet, _store, portfolios[i].options, OptionDesk.UNION);
            surplusesWad[i] = books[i].surplus(sheet, Valuation.Union);
            grossesWad[i] = books[i].grossWad;
        }
    }

    /// @notice See `IPortfolioMargin.liquidationSurplus`.
    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256 surplusWad) {
        Sheet memory sheet = _sheet();
        Book memory book;
        sheet.open(book, _store, portfolio);
        sheet.measureMaintenance();
        book.ask(sheet, _store, portfolio.options, OptionDesk.INTERSECTION);
        return book.surplus(sheet, Valuation.Intersection);
    }

    /// @notice See `IPortfolioMargin.liquidationReport`.
    function liquidationReport(
        Portfolio calldata portfolio
    ) external view returns (IPortfolioMargin.LiquidationReport memory margin) {
        Sheet memory sheet = _sheet();
        Book memory book;
        sheet.open(book, _store, portfolio);
        sheet.measureInitial(WAD);
        sheet.measureMaintenance();
        book.ask(sheet, _store, portfolio.options, OptionDesk.LIQUIDATION);
        margin = book.liquidationNumbers(sheet);
        margin.assets = sheet.priced;
        margin.marks = sheet.views;
        for (uint256 i = 0; i < sheet.count; ++i) margin.assetBitmap |= 1 << AssetId.unwrap(sheet.assets[i]);
    }

    /// @notice See `IPortfolioMargin.exposure`.
    function exposure(Portfolio calldata portfolio) external view returns (uint256 assetBitmap) {
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            PerpHolding calldata perp = portfolio.perps[i];
            if (perp.sizeWad == 0) continue;
            if (!perp.asset.isUnderlying()) revert IPortfolioMargin.Risk_NotAnUnderlying(perp.asset);
            assetBitmap |= 1 << AssetId.unwrap(perp.asset);
        }
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            assetBitmap |= 1 << AssetId.unwrap(portfolio.options[i].expiry.underlyingOf());
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            CollateralHolding calldata holding = portfolio.collateral[i];
            if (holding.amountWad == 0) continue;
            assetBitmap |= 1 << AssetId.unwrap(_store.collateralTermsOf(holding.index).underlying());
        }
    }

    // ---------------------------------------------------------------------------------------------- private

    /// @return surplusWad See `initialSurplus`.
    /// @return netPositionWad See `withdrawalNumbers`; 0 where it is not asked for.
    /// @return grossWad See `withdrawalNumbers`.
    function _initialNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad,
        uint256 asked
    ) private view returns (int256 surplusWad, int256 netPositionWad, uint256 grossWad) {
        RiskParameters.requireStress(stressWad);
        Sheet memory sheet = _sheet();
        Book memory book;
        sheet.open(book, _store, portfolio);
        sheet.measureInitial(stressWad);
        book.ask(sheet, _store, portfolio.options, asked);
        surplusWad = book.surplus(sheet, Valuation.Union);
        grossWad = book.grossWad;
        if (asked & OptionDesk.AT_MID != 0) (netPositionWad, ) = book.positionsAtMid(sheet);
    }
}
