// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {AssetId} from "../types/AssetId.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionHolding} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {SmileSource, SmileWord} from "../types/SmileWord.sol";
import {OptionAnswer, Valuation} from "./Book.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {LiquidityCost} from "./LiquidityCost.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
import {OptionGrid} from "./OptionGrid.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {OptionVector} from "./OptionVector.sol";
import {PriceHull} from "./PriceHull.sol";
import {ScenarioGrid} from "./ScenarioGrid.sol";

/// @title OptionDesk
/// @notice Answers for one underlying everything that the valuations of a book will need of its options, from one reading.
/// Linked into the risk engine, so that who holds no options does not pay for it.
library OptionDesk {
    using FixedPointMathLib for uint256;
    using OptionGrid for OptionGrid.Pass;
    using OptionVector for OptionVector.Closing;

    /// @dev Bits of what is asked for: the valuations by their numbers, then these.
    uint256 internal constant EQUITY_BIT = 4;
    uint256 internal constant AT_MID_BIT = 5;
    uint256 internal constant UNION = 1 << uint256(Valuation.Union);
    uint256 internal constant INTERSECTION = 1 << uint256(Valuation.Intersection);
    uint256 internal constant AT_MID = 1 << AT_MID_BIT;
    uint256 internal constant LIQUIDATION = (1 << (AT_MID_BIT + 1)) - 1 - UNION;

    /// @param table Address of the `NormalTable`.
    /// @param surface Where the smile of each expiry is.
    /// @param asset The underlying; options on others are passed over.
    /// @param asked Bits of what is asked for.
    /// @param lowWad What the oracle says of its price, likewise the next four: see `PriceViews`.
    /// @param rhoInitialWad Shocks; only those of what is asked for count.
    /// @param sizeWad Size of the perpetual, WAD, signed.
    /// @param sigmaInitialWad Volatilities of margin, WAD per square root of a year, likewise.
    /// @param unitsWad Units of the underlying beside the options, WAD, signed: under each valuation after its haircuts,
    /// then without.
    struct Question {
        address table;
        address surface;
        AssetId asset;
        uint256 asked;
        uint256 lowWad;
        uint256 midWad;
        uint256 highWad;
        uint256 shortTwapWad;
        uint256 longTwapWad;
        uint256 nowSeconds;
        OptionTerms terms;
        uint256 rhoInitialWad;
        uint256 rhoMaintenanceWad;
        int256 sizeWad;
        LiquidityTerms liquidity;
        uint256 sigmaInitialWad;
        uint256 sigmaMaintenanceWad;
        int256[5] unitsWad;
    }

    /// @notice Answers a question. Errors: `Risk_OptionsNotConfigured` without terms or a smile.
    function answer(
        Question memory question,
        OptionHolding[] calldata holdings
    ) external view returns (OptionAnswer memory answer_) {
        OptionGrid.Pass memory pass = read(question, holdings);
        if (question.asked & AT_MID != 0) answer_.optionsWad = pass.optionsAt(question.midWad);
        OptionGrid.Test memory test;
        for (uint256 bit = 0; bit < EQUITY_BIT; ++bit) {
            if ((question.asked >> bit) & 1 == 0) continue;
            Valuation valuation = Valuation(bit);
            bool initial = PriceHull.isInitial(valuation);
            test.kind = initial ? OptionGrid.Kind.Initial : OptionGrid.Kind.Liquidation;
            test.favourable = valuation == Valuation.Intersection;
            test.rhoWad = initial ? question.rhoInitialWad : question.rhoMaintenanceWad;
            test.unitsWad = question.unitsWad[bit];
            (test.lowWad, test.highWad) = PriceHull.hull(viewsOf(question), valuation);
            OptionVector.Closing memory closing = pass.closingOf(test.lowWad, test.highWad, initial);
            answer_.deltaWad[bit] = closing.grossWad;
            answer_.exitWad[bit] = exitCost(question, closing, initial ? test.highWad : test.lowWad, initial);
            answer_.worstWad[bit] = pass.valueOf(test);
        }
        if ((question.asked >> EQUITY_BIT) & 1 == 0) return answer_;
        (test.kind, test.unitsWad) = (OptionGrid.Kind.Most, question.unitsWad[EQUITY_BIT]);
        (test.lowWad, test.highWad) = PriceHull.hull(viewsOf(question), Valuation.Intersection);
        answer_.mostWad = pass.valueOf(test);
    }

    /// @notice See `IPortfolioMargin.matrix`: the prices, and the value of everything linked to the underlying at each.
    /// @param question Its units under `Union` are those that count; the underlying need not have options.
    function matrix(
        Question memory question,
        OptionHolding[] calldata holdings
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad) {
        (uint256 lowWad, uint256 highWad) = PriceHull.hull(viewsOf(question), Valuation.Union);
        spotWad = ScenarioGrid.spots(lowWad, highWad, question.rhoInitialWad);
        valueWad = new int256[](spotWad.length);
        OptionGrid.Pass memory pass = read(question, holdings);
        for (uint256 k = 0; k < spotWad.length; ++k) {
            int256 linearWad = SignedWad.mulFloor(question.unitsWad[uint256(Valuation.Union)], spotWad[k]);
            valueWad[k] = pass.optionsAt(spotWad[k]) + linearWad;
        }
    }

    /// @notice See `IPortfolioMargin.optionMarks`.
    function marks(
        Question memory question,
        OptionHolding[] calldata holdings
    ) external view returns (int256[] memory markWad) {
        OptionVector.Strip[] memory strips = _stripsOf(question, holdings);
        OptionVector.Strip[] memory none;
        OptionGrid.Pass memory pass = OptionGrid.open(
            question.table,
            question.midWad,
            question.nowSeconds,
            question.terms,
            none
        );
        return pass.legMarks(question.nowSeconds, strips);
    }

    // ---------------------------------------------------------------------------------------------- private

    /// @dev Of net delta and gross vega, at the price that is taken for both.
    function exitCost(
        Question memory question,
        OptionVector.Closing memory closing,
        uint256 priceWad,
        bool initial
    ) internal pure returns (uint256 costWad) {
        uint256 deltaWad = closing.netWith(question.sizeWad, initial);
        uint256 vegaWad = closing.vegaWad;
        (deltaWad, vegaWad) = initial
            ? (deltaWad.mulWadUp(priceWad), vegaWad.mulWadUp(priceWad))
            : (deltaWad.mulWad(priceWad), vegaWad.mulWad(priceWad));
        uint256 sigmaWad = initial ? question.sigmaInitialWad : question.sigmaMaintenanceWad;
        costWad = LiquidityCost.ofDelta(question.liquidity, deltaWad, sigmaWad, initial);
        return costWad + LiquidityCost.ofVega(question.liquidity, vegaWad, initial);
    }

    function viewsOf(Question memory question) internal pure returns (PriceViews memory views) {
        (views.lowWad, views.midWad, views.highWad) = (question.lowWad, question.midWad, question.highWad);
        (views.shortTwapWad, views.longTwapWad) = (question.shortTwapWad, question.longTwapWad);
    }

    function read(
        Question memory question,
        OptionHolding[] calldata holdings
    ) internal view returns (OptionGrid.Pass memory) {
        OptionVector.Strip[] memory strips = _stripsOf(question, holdings);
        return OptionGrid.open(question.table, question.midWad, question.nowSeconds, question.terms, strips);
    }

    function _stripsOf(
        Question memory question,
        OptionHolding[] calldata holdings
    ) private view returns (OptionVector.Strip[] memory strips) {
        uint256 count = 0;
        strips = new OptionVector.Strip[](holdings.length);
        uint40[] memory expiries = new uint40[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            ExpiryWord expiry = holdings[i].expiry;
            if (expiry.underlyingOf() != question.asset) continue;
            (strips[count].expiry, strips[count].legs) = (expiry, holdings[i].legs);
            strips[count].fixedPriceWad = holdings[i].fixedPriceWad;
            expiries[count++] = expiry.expiryOf();
        }
        assembly ("memory-safe") {
            mstore(strips, count)
            mstore(expiries, count)
        }
        if (count == 0) return strips;
        if (OptionTerms.unwrap(question.terms) == 0) revert IPortfolioMargin.Risk_OptionsNotConfigured(question.asset);
        SmileWord[] memory smiles = IVolSurface(question.surface).smilesOf(question.asset, expiries);
        for (uint256 i = 0; i < count; ++i) {
            strips[i].smile = smiles[i];
            if (smiles[i].sourceOf() != SmileSource.None) continue;
            revert IPortfolioMargin.Risk_OptionsNotConfigured(question.asset);
        }
    }
}
