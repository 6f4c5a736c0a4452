// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {packConfig} from "../../../contracts/oracle/libraries/AssetConfigWord.sol";
import {PriceBook} from "../../../contracts/oracle/libraries/PriceBook.sol";
import {SmileBlend} from "../../../contracts/oracle/libraries/SmileBlend.sol";
import {VolatilityFilter} from "../../../contracts/oracle/libraries/VolatilityFilter.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {SmileWord} from "../../../contracts/types/SmileWord.sol";

/// @dev The oracle's volatility filter over a whole path, and the smile that stands in for an attestation.
contract VolatilityProbe {
    /// @return estimates Fast, slow, stress (1e-11) and glide path (1e-9) after each observation.
    function filter(
        IPriceOracle.AssetConfig calldata config,
        int256[] calldata logsE9,
        uint256[] calldata times
    ) external pure returns (uint256[4][] memory estimates) {
        PriceBook.Book memory book;
        VolatilityFilter.seed(book, packConfig(config));
        estimates = new uint256[4][](logsE9.length);
        for (uint256 i = 0; i < logsE9.length; ++i) {
            VolatilityFilter.observe(book, packConfig(config), logsE9[i], times[i]);
            PriceBook.Estimates memory seen = PriceBook.estimatesOf(book);
            estimates[i] = [seen.sigmaFastE11, seen.sigmaSlowE11, seen.sigmaStressE11, seen.glideE9];
        }
    }

    function standIn(
        IVolSurface.SurfaceTerms calldata terms,
        PriceViews[] calldata views,
        uint256 expiry,
        uint256 nowSeconds
    ) external pure returns (SmileWord[] memory smiles) {
        smiles = new SmileWord[](views.length);
        for (uint256 i = 0; i < views.length; ++i) {
            SmileBlend.Fallback memory own = SmileBlend.fallbackOf(terms, views[i]);
            smiles[i] = SmileBlend.inEffect(terms, own, SmileWord.wrap(0), expiry, nowSeconds);
        }
    }
}
