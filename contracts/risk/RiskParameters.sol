// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetId} from "../types/AssetId.sol";
import {FirstPassage} from "../math/FirstPassage.sol";
import {CollateralTerms, packCollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {LeverageTerms} from "./LeverageTerms.sol";
import {LiquidityTerms, packLiquidityTerms} from "./LiquidityTerms.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {BASIS_POINT_WAD, BILLIONTH_WAD, HUNDRED_MILLIONTH_WAD, MILLIONTH_WAD} from "./RiskUnits.sol";
import {UnderlyingTerms, packUnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title RiskParameters
/// @notice Bounds and coherence of risk parameters, and their packing into the words that assessments read.
/// @dev Everything that would not survive the packing exactly is refused, so a configuration reads back as it was set.
library RiskParameters {
    using FixedPointMathLib for uint256;

    uint256 private constant MAX_Z_WAD = 12e18;
    uint256 private constant MAX_MPOR_SECONDS = 14 days;
    /// @dev Prices move: a book without any shock is not margined, and a perfect offset could not be told from none.
    uint256 internal constant MIN_SHOCK_WAD = 0.01e18;
    uint256 internal constant MAX_SHOCK_WAD = 3e18;
    uint256 private constant MAX_SIGMA_WAD = 10e18;
    /// @dev EMIR RTS 153/2013 Art. 28: at least a quarter of the weight on stressed observations.
    uint256 private constant MIN_STRESS_WEIGHT_WAD = 0.25e18;
    uint256 private constant MAX_FAST_GAIN_WAD = 6e18;
    uint256 private constant MAX_CONCENTRATION_GAIN_WAD = 4000e18;
    uint256 private constant MAX_CONCENTRATION_FREE_WAD = 10e18;
    uint256 private constant MIN_COLLATERAL_CAP_WAD = 1e18;
    uint256 private constant MAX_THETA_WAD = 0.8e18;
    uint256 private constant MAX_KAPPA = 8;
    uint256 private constant MAX_LIQUIDATION_COST_BPS = 1000;
    uint256 private constant MAX_STRESS_WAD = 20e18;
    uint256 private constant MAX_VOL_UP_BPS = 30_000;
    uint256 private constant MIN_AUCTION_SECONDS = 1 minutes;
    uint256 private constant MAX_AUCTION_SECONDS = 1 days;
    uint256 private constant MAX_CONGESTION_BPS = 100_000;
    /// @dev What comes more often is volatility.
    uint256 private constant MAX_JUMPS_PER_YEAR_WAD = 18e18;
    uint256 private constant MAX_JUMP_WAD = 0.5e18;
    uint256 private constant MIN_TARGET_WAD = 0.000001e18;
    uint256 private constant MAX_TARGET_WAD = 0.01e18;
    /// @dev What 13 bits of basis points hold.
    uint256 private constant MAX_BOUND_WAD = 0.8191e18;
    uint256 private constant MAX_IMPACT_BPS = 50_000;
    uint256 private constant MIN_DEPTH_SIGMA_WAD = 0.01e18;
    uint256 private constant MIN_DEPTH_SHARE_BPS = 100;
    uint256 private constant MAX_HALF_SPREAD_WAD = 0.1e18;
    uint256 private constant MAX_VOL_HALF_SPREAD_BPS = 5_000;
    uint256 private constant BPS = 1e4;
    uint256 private constant WAD = 1e18;
    /// @dev sqrt of a year in seconds (31,536,000), WAD.
    uint256 private constant SQRT_YEAR_WAD = 5615.692299262821e18;

    /// @notice Checks the parameters of an underlying and packs them.
    /// @param twapSeconds What prices that decide about liquidations lag behind.
    function packUnderlying(
        IPortfolioMargin.UnderlyingConfig memory config,
        uint256 twapSeconds
    ) internal pure returns (UnderlyingTerms terms) {
        _checkHorizon(config.zInitialWad, config.zMaintenanceWad, MAX_Z_WAD);
        _checkHorizon(config.mporInitialSeconds, config.mporMaintenanceSeconds, MAX_MPOR_SECONDS);
        requireWithin(config.rhoMinMaintenanceWad, MIN_SHOCK_WAD, config.rhoMaxMaintenanceWad);
        requireWithin(config.rhoMaxInitialWad, config.rhoMinInitialWad, MAX_SHOCK_WAD);
        requireOrdered(config.rhoMinInitialWad, config.rhoMinMaintenanceWad);
        requireOrdered(config.rhoMaxInitialWad, config.rhoMaxMaintenanceWad);
        requireWithin(config.sigmaFloorWad, 0, MAX_SIGMA_WAD);
        requireWithin(config.stressSigmaWad, 0, MAX_SIGMA_WAD);
        requireWithin(config.stressWeightWad, MIN_STRESS_WEIGHT_WAD, WAD);
        requireWithin(config.fastGainWad, 0, MAX_FAST_GAIN_WAD);
        uint256[13] memory fields = _fieldsOf(config);
        (fields[11], fields[12]) = _leverageBound(config, twapSeconds);
        return packUnderlyingTerms(fields);
    }

    /// @notice Checks the parameters of a collateral and packs them.
    function packCollateral(
        IPortfolioMargin.CollateralConfig memory config
    ) internal pure returns (CollateralTerms terms) {
        requireWithin(config.haircutFloorWad, 0, WAD - MILLIONTH_WAD);
        requireWithin(config.zWad, 0, MAX_Z_WAD);
        requireWithin(config.liquidationSeconds, 0, MAX_MPOR_SECONDS);
        requireWithin(config.concentrationGainWad, 0, MAX_CONCENTRATION_GAIN_WAD);
        requireWithin(config.concentrationFreeWad, 0, MAX_CONCENTRATION_FREE_WAD);
        requireWithin(config.capWad, MIN_COLLATERAL_CAP_WAD, type(uint112).max);
        return
            packCollateralTerms(
                [
                    AssetId.unwrap(config.underlying),
                    AssetId.unwrap(config.ratioAsset),
                    toUnits(config.haircutFloorWad, MILLIONTH_WAD),
                    perSigma(config.zWad, config.liquidationSeconds, BILLIONTH_WAD),
                    toUnits(config.concentrationGainWad, MILLIONTH_WAD),
                    toUnits(config.concentrationFreeWad, MILLIONTH_WAD),
                    config.capWad
                ]
            );
    }

    /// @notice Checks the offsets of a correlation group.
    function checkCorrelation(IPortfolioMargin.CorrelationConfig memory config) internal pure {
        requireWithin(config.thetaWad, 0, MAX_THETA_WAD);
        requireWithin(config.kappa, 0, MAX_KAPPA);
    }

    /// @notice Checks the add-ons.
    function checkAddOns(IPortfolioMargin.AddOnConfig memory config) internal pure {
        requireWithin(config.liquidationCostBps, 0, MAX_LIQUIDATION_COST_BPS);
    }

    /// @notice Checks what trading an underlying costs and packs it.
    function packLiquidity(IPortfolioMargin.LiquidityConfig memory config) internal pure returns (LiquidityTerms) {
        requireWithin(config.depthUsd, 1, type(uint64).max);
        requireWithin(config.depthSigmaWad, MIN_DEPTH_SIGMA_WAD, MAX_SIGMA_WAD);
        requireWithin(config.leastDepthBps, MIN_DEPTH_SHARE_BPS, BPS);
        requireWithin(config.halfSpreadWad, 0, MAX_HALF_SPREAD_WAD);
        requireWithin(config.impactBps, 0, MAX_IMPACT_BPS);
        requireWithin(config.vegaDepthUsd, 1, type(uint64).max);
        requireWithin(config.volHalfSpreadBps, 0, MAX_VOL_HALF_SPREAD_BPS);
        requireWithin(config.volImpactBps, 0, BPS);
        return
            packLiquidityTerms(
                [
                    config.depthUsd,
                    toUnits(config.depthSigmaWad, MILLIONTH_WAD),
                    config.leastDepthBps,
                    toUnits(config.halfSpreadWad, MILLIONTH_WAD),
                    config.impactBps,
                    config.vegaDepthUsd,
                    config.volHalfSpreadBps,
                    config.volImpactBps
                ]
            );
    }

    /// @notice Checks how options are stressed and packs it.
    function packOptions(IPortfolioMargin.OptionConfig memory config) internal pure returns (OptionTerms) {
        requireWithin(config.volUpBps, 0, MAX_VOL_UP_BPS);
        requireWithin(config.volDownBps, 0, BPS);
        requireWithin(config.nearPowerBps, 0, BPS);
        requireWithin(config.farPowerBps, 0, config.nearPowerBps);
        requireWithin(config.shortMinimumBps, 1, BPS);
        requireWithin(config.farShareBps, 0, BPS);
        uint256 word = uint256(config.volUpBps) | (uint256(config.volDownBps) << 16);
        word |= (uint256(config.nearPowerBps) << 32) | (uint256(config.farPowerBps) << 48);
        return OptionTerms.wrap(word | (uint256(config.shortMinimumBps) << 64) | (uint256(config.farShareBps) << 80));
    }

    /// @notice z * sqrt(seconds / year) in units of `quantum`, rounded up.
    /// @dev Monotone in both, so that an ordered pair of inputs gives an ordered pair of shocks.
    function perSigma(uint256 zWad, uint256 durationSeconds, uint256 quantum) internal pure returns (uint256 units) {
        // sqrt(seconds) in WAD, rounded down; the division rounds up.
        uint256 rootWad = (durationSeconds * 1e36).sqrt();
        return zWad.fullMulDivUp(rootWad, SQRT_YEAR_WAD).divUp(quantum);
    }

    /// @notice `actualWad` in units of `quantum`, refused when it is finer.
    function toUnits(uint256 actualWad, uint256 quantum) internal pure returns (uint256 units) {
        if (actualWad % quantum != 0) revert IPortfolioMargin.Risk_TooFine(actualWad, quantum);
        return actualWad / quantum;
    }

    /// @notice Refuses a stress of initial shocks outside 1 to 20, WAD.
    function requireStress(uint256 stressWad) internal pure {
        requireWithin(stressWad, WAD, MAX_STRESS_WAD);
    }

    function requireWithin(uint256 actual, uint256 least, uint256 most) internal pure {
        if (actual < least || actual > most) revert IPortfolioMargin.Risk_OutOfBounds(actual, least, most);
    }

    function requireOrdered(uint256 initial, uint256 maintenance) internal pure {
        if (initial < maintenance) revert IPortfolioMargin.Risk_InitialBelowMaintenance(initial, maintenance);
    }

    function _checkHorizon(uint256 initial, uint256 maintenance, uint256 most) private pure {
        requireWithin(initial, 1, most);
        requireWithin(maintenance, 1, most);
        requireOrdered(initial, maintenance);
    }

    /// @return slopeBps Per sigma. @return levelBps What jumps take.
    function _leverageBound(
        IPortfolioMargin.UnderlyingConfig memory config,
        uint256 twapSeconds
    ) private pure returns (uint256 slopeBps, uint256 levelBps) {
        LeverageTerms terms = config.leverage;
        requireWithin(terms.auctionSeconds(), MIN_AUCTION_SECONDS, MAX_AUCTION_SECONDS);
        requireWithin(terms.congestionBps(), BPS, MAX_CONGESTION_BPS);
        requireWithin(terms.jumpsPerYearWad(), 0, MAX_JUMPS_PER_YEAR_WAD);
        requireWithin(terms.jumpMeanWad(), 0, MAX_JUMP_WAD);
        requireWithin(terms.jumpDeviationWad(), 0, MAX_JUMP_WAD);
        requireWithin(terms.targetWad(), MIN_TARGET_WAD, MAX_TARGET_WAD);
        requireWithin(LeverageTerms.unwrap(terms), 0, type(uint192).max);
        FirstPassage.Law memory law = FirstPassage.Law({
            sigmaWad: _calmSigma(config),
            horizonSeconds: terms.closeOutSeconds(twapSeconds),
            jumpsPerYearWad: terms.jumpsPerYearWad(),
            jumpMeanWad: terms.jumpMeanWad(),
            jumpDeviationWad: terms.jumpDeviationWad()
        });
        if (config.mporMaintenanceSeconds < law.horizonSeconds) {
            revert IPortfolioMargin.Risk_PeriodTooShort(config.mporMaintenanceSeconds, law.horizonSeconds);
        }
        (uint256 slopeWad, uint256 levelWad) = FirstPassage.line(law, terms.targetWad());
        if (slopeWad == 0) {
            revert IPortfolioMargin.Risk_JumpsExceedTarget(law.jumpsPerYearWad, terms.targetWad());
        }
        requireWithin(slopeWad, 0, MAX_BOUND_WAD);
        requireWithin(levelWad, 0, MAX_BOUND_WAD);
        return (slopeWad.divUp(BASIS_POINT_WAD), levelWad.divUp(BASIS_POINT_WAD));
    }

    /// @dev The least initial sigma of a market whose volatility is at the floor: the bound binds in a calm.
    function _calmSigma(IPortfolioMargin.UnderlyingConfig memory config) private pure returns (uint256) {
        uint256 weightWad = config.stressWeightWad;
        uint256 blendWad = config.sigmaFloorWad.mulWad(WAD - weightWad) + config.stressSigmaWad.mulWad(weightWad);
        return blendWad.max(config.sigmaFloorWad);
    }

    function _fieldsOf(
        IPortfolioMargin.UnderlyingConfig memory config
    ) private pure returns (uint256[13] memory fields) {
        fields[0] = perSigma(config.zInitialWad, config.mporInitialSeconds, HUNDRED_MILLIONTH_WAD);
        fields[1] = perSigma(config.zMaintenanceWad, config.mporMaintenanceSeconds, HUNDRED_MILLIONTH_WAD);
        fields[2] = toUnits(config.rhoMinInitialWad, MILLIONTH_WAD);
        fields[3] = toUnits(config.rhoMaxInitialWad, MILLIONTH_WAD);
        fields[4] = toUnits(config.rhoMinMaintenanceWad, MILLIONTH_WAD);
        fields[5] = toUnits(config.rhoMaxMaintenanceWad, MILLIONTH_WAD);
        fields[6] = toUnits(config.sigmaFloorWad, MILLIONTH_WAD);
        fields[7] = toUnits(config.stressSigmaWad, MILLIONTH_WAD);
        fields[8] = toUnits(config.stressWeightWad, BASIS_POINT_WAD);
        fields[9] = toUnits(config.fastGainWad, BASIS_POINT_WAD);
        fields[10] = config.correlationGroup;
    }
}
