// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OptionHolding} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {Book, OptionAnswer, Sheet, Valuation} from "./Book.sol";
import {BookValue} from "./BookValue.sol";
import {OptionDesk} from "./OptionDesk.sol";
import {ParameterStore} from "./ParameterStore.sol";

/// @title BookOptions
/// @notice Asks the linked `OptionDesk` what the options of a book come to.
library BookOptions {
    using BookValue for Book;

    /// @notice Fills in what the valuations of a book need of its options. The shocks of what is asked for must have been
    /// measured.
    /// @param asked As of `OptionDesk`.
    function ask(
        Book memory book,
        Sheet memory sheet,
        ParameterStore storage store,
        OptionHolding[] calldata holdings,
        uint256 asked
    ) internal view {
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
            OptionDesk.Question memory question = questionOf(sheet, store, leg);
            (question.asked, question.sizeWad) = (asked, book.sizeWad[leg]);
            question.liquidity = sheet.liquidity[leg];
            question.sigmaMaintenanceWad = sheet.views[leg].sigmaGlideWad;
            if (sheet.sigmaInitialWad.length != 0) question.sigmaInitialWad = sheet.sigmaInitialWad[leg];
            for (uint256 i = 0; i < unitsWad.length; ++i) {
                if (unitsWad[i].length != 0) question.unitsWad[i] = unitsWad[i][leg];
            }
            book.answers[leg] = OptionDesk.answer(question, holdings);
        }
    }

    /// @notice What the desk must know of an underlying, but for what is asked and for units beside the options.
    function questionOf(
        Sheet memory sheet,
        ParameterStore storage store,
        uint256 leg
    ) internal view returns (OptionDesk.Question memory question) {
        (question.table, question.surface) = (sheet.rooms.normalTable, address(sheet.rooms.surface));
        question.asset = sheet.assets[leg];
        question.terms = store.options[question.asset];
        PriceViews memory views = sheet.views[leg];
        (question.lowWad, question.midWad, question.highWad) = (views.lowWad, views.midWad, views.highWad);
        (question.shortTwapWad, question.longTwapWad) = (views.shortTwapWad, views.longTwapWad);
        question.nowSeconds = sheet.nowSeconds;
        if (sheet.rhoInitialWad.length != 0) question.rhoInitialWad = sheet.rhoInitialWad[leg];
        if (sheet.rhoMaintenanceWad.length != 0) question.rhoMaintenanceWad = sheet.rhoMaintenanceWad[leg];
    }
}
