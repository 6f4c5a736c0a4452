// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LeverageTerms} from "./LeverageTerms.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";

/// @title IPortfolioMargin
/// @notice Would this account still be able to pay if the worst plausible thing happened before it could be closed?
/// @dev Owns: risk parameters. Reads the oracle; view only apart from its parameters. Keeps: invariants 5, 7, 9, 15.
/// All results in WAD of the settlement token, signed: positive = in favour of the account; rounded against it, except
/// what decides liquidation, which is rounded in its favour.
///
/// How value is tested. Everything linked to an underlying is one exposure: N = position + sum of collateral *
/// ratio * (1 - haircut). Shock index k = -4..4 moves the price to p * e^(rho * k / 4) on the side that costs the
/// account, and to p * e^(rhoMin * k / 4) on the side that pays it: gains of one underlying that offset losses of
/// another are counted at the least shock only, so that no rise of a volatility can lower a requirement.
/// - Initial: p is the edge of [lo, hi] that hurts, ratios at their low; [lo, hi] spans the spot interval, the short and
///   the long TWAP.
/// - Liquidation: p is the edge that favours the account, ratios at their high; [lo, hi] spans the spot interval (only
///   the mid while its spread is at most 1 %) and the short TWAP. For books that are monotone in every price this is
///   the account's value at the true price that suits it best: negative means that it fails at every one.
/// Within a correlation group: value = sum + theta * (joint - sum), where sum lets every underlying take its own worst
/// index and joint the worst indices that lie within kappa of each other.
/// surplus = cash + values - add-ons; the add-ons are the liquidation cost on gross position notional, the cost of exit from net
/// delta and gross vega per underlying (`LiquidityConfig`), and a flat cost for an account with a position.
interface IPortfolioMargin {
    /// @notice Risk of an underlying. Fractions, shocks and volatilities are multiples of 1e12 (one millionth), weight
    /// and gain of 1e14. Shock = clamp(z * sigma * sqrt(MPOR / year), min, max); that of initial margin at least the
    /// leverage bound.
    /// Initial sigma = max(fastGain * fast, (1 - stressWeight) * slow + stressWeight * stressSigma, floor, glide);
    /// maintenance sigma = glide.
    /// @param zInitialWad Standard deviations covered, WAD; at most 12e18, at least that of maintenance.
    /// @param mporInitialSeconds Margin period of risk; at most 14 days, at least that of maintenance, which is at least the
    /// time to close: (short window of the oracle + auction) * congestion.
    /// @param rhoMinInitialWad Least shock, 0.01e18 to 3e18, never above the most; likewise the other three. Each of
    /// initial is at least that of maintenance.
    /// @param sigmaFloorWad Least initial sigma, WAD per square root of a year; at most 10e18, like stressSigmaWad.
    /// @param stressWeightWad Weight of the stressed sigma, 0.25e18 to 1e18: the anti-procyclical part.
    /// @param fastGainWad Factor on the fast sigma, at most 6e18.
    /// @param correlationGroup Group within which offsets count; 0 = none.
    /// @param leverage The leverage bound: the initial shock is at least a * sigma + c, at which the probability to go
    /// bankrupt within the time to close is at most the target for every sigma up to 20e18; a and c, rounded up to 1e14, are
    /// found when the parameters are set (see `FirstPassage`). Auction 1 minute to 1 day, not less than its curve takes;
    /// congestion 10000 to 100000 bps; at most 18 jumps a year of mean and deviation up to 0.5; target 1e-6 to 1e-2.
    struct UnderlyingConfig {
        uint256 zInitialWad;
        uint256 zMaintenanceWad;
        uint256 mporInitialSeconds;
        uint256 mporMaintenanceSeconds;
        uint256 rhoMinInitialWad;
        uint256 rhoMaxInitialWad;
        uint256 rhoMinMaintenanceWad;
        uint256 rhoMaxMaintenanceWad;
        uint256 sigmaFloorWad;
        uint256 stressSigmaWad;
        uint256 stressWeightWad;
        uint256 fastGainWad;
        uint8 correlationGroup;
        LeverageTerms leverage;
    }

    /// @notice Risk of a collateral. Credit of an amount X, in tokens: the integral from 0 to X of
    /// max(0, 1 - h - concentrationGain * max(0, x / cap - concentrationFree)^2) dx, with
    /// h = clamp(haircutFloor + 1 - e^(-z * sigma * sqrt(liquidation time / year)), haircutFloor, 1).
    /// @param underlying Underlying whose price it follows.
    /// @param ratioAsset Oracle id of its price in units of the underlying; none = one for one.
    /// @param haircutFloorWad Least haircut, below 1e18; a multiple of 1e12, like the two of concentration.
    /// @param zWad Standard deviations covered, at most 12e18.
    /// @param liquidationSeconds Time to sell it, at most 14 days.
    /// @param concentrationGainWad Weight of the concentration charge, at most 4000e18.
    /// @param concentrationFreeWad Share of the cap that is free of it, at most 10e18.
    /// @param capWad Amount against which concentration is measured, WAD of tokens; 1e18 to 2^112 - 1.
    struct CollateralConfig {
        AssetId underlying;
        AssetId ratioAsset;
        uint256 haircutFloorWad;
        uint256 zWad;
        uint256 liquidationSeconds;
        uint256 concentrationGainWad;
        uint256 concentrationFreeWad;
        uint256 capWad;
    }

    /// @notice How options on an underlying are stressed, bps.
    /// @param volUpBps Rise of volatility at 30 days to expiry, at most 30000.
    /// @param volDownBps Fall, at most 10000; what is left is at least a tenth.
    /// @param nearPowerBps Power of (30 days / time) by which both grow below 30 days, at most 10000.
    /// @param farPowerBps Power by which they shrink beyond, at most that.
    /// @param shortMinimumBps Least initial margin of a naked short option, of the price; 1 to 10000.
    /// @param farShareBps What a far move of a linear position costs, of the initial shock; at most 10000.
    struct OptionConfig {
        uint16 volUpBps;
        uint16 volDownBps;
        uint16 nearPowerBps;
        uint16 farPowerBps;
        uint16 shortMinimumBps;
        uint16 farShareBps;
    }

    /// @notice Offsets within a correlation group.
    /// @param thetaWad Share of the offset that is credited, at most 0.8e18.
    /// @param kappa Most that shock indices may differ in the joint test, 0 to 8; 8 = no offset.
    struct CorrelationConfig {
        uint64 thetaWad;
        uint8 kappa;
    }

    /// @notice What closing an account costs; inside both margins.
    /// @param liquidationCostBps Of gross position notional, at most 1000.
    /// @param flatCostWad WAD of cash, for an account with a position.
    struct AddOnConfig {
        uint16 liquidationCostBps;
        uint128 flatCostWad;
    }

    /// @notice What the market takes for the exit from an underlying and its options; inside both margins. Of a value V:
    /// min(1, spread + impact * sqrt(V / depth)) * V, once for the net delta, where impact is multiplied by the daily volatility
    /// and depth by max(leastDepth, min(1, depthSigma / sigma)), and once for the vega: see `LiquidityCost`. sigma is that of
    /// initial or of maintenance margin. An underlying that it was never set for has no such charge.
    /// @param depthUsd What moves the price by `impactBps` of its daily volatility when traded within a day, USD, positive.
    /// @param depthSigmaWad Volatility at which that is so, WAD per square root of a year, 0.01e18 to 10e18; a multiple of 1e12.
    /// @param leastDepthBps Share of the depth that remains however volatile, 100 to 10000.
    /// @param halfSpreadWad Half the spread of prices, at most 0.1e18; a multiple of 1e12.
    /// @param impactBps Daily deviations by which the depth moves the price, at most 50000.
    /// @param vegaDepthUsd What moves volatilities by `volImpactBps`, in USD of gain or loss when they double, positive.
    /// @param volHalfSpreadBps Half the spread of volatilities, of their level, at most 5000.
    /// @param volImpactBps Of their level, at most 10000.
    struct LiquidityConfig {
        uint256 depthUsd;
        uint256 depthSigmaWad;
        uint256 leastDepthBps;
        uint256 halfSpreadWad;
        uint256 impactBps;
        uint256 vegaDepthUsd;
        uint256 volHalfSpreadBps;
        uint256 volImpactBps;
    }

    /// @notice The numbers of an account.
    /// @param equityWad Cash + positions at mid + collateral at mid, no haircut.
    /// @param favourableEquityWad Equity at the prices of the liquidation interval that favour the account most.
    /// @param initialWad Initial margin requirement against the mark: equity less what remains in the initial test when
    /// every price and ratio is its mid; >= maintenanceWad.
    /// @param maintenanceWad Maintenance margin requirement against the mark, likewise.
    /// @param initialSurplusWad Value less add-ons at the worst node of the union; >= 0 passes.
    /// @param liquidationSurplusWad Value less add-ons at the worst node at the account-favourable prices; < 0 fails.
    /// @param netPositionWad Positions at mid: cash + this < 0 is a cash deficit.
    /// @param haircutCollateralWad Collateral at mid after the initial haircut.
    /// @param grossNotionalWad Sum of absolute position notionals at mid.
    struct MarginReport {
        int256 equityWad;
        int256 favourableEquityWad;
        uint256 initialWad;
        uint256 maintenanceWad;
        int256 initialSurplusWad;
        int256 liquidationSurplusWad;
        int256 netPositionWad;
        uint256 haircutCollateralWad;
        uint256 grossNotionalWad;
    }

    /// @notice What decides about the liquidation of an account, and the prices behind it. The numbers are those of
    /// `MarginReport` at a stress of 1e18.
    /// @param assetBitmap That of `exposure`.
    /// @param assets The positions in the order of the portfolio, then what its collateral follows, then the ratios.
    /// @param marks What the oracle says of each.
    struct LiquidationReport {
        int256 equityWad;
        int256 favourableEquityWad;
        uint256 initialWad;
        uint256 maintenanceWad;
        int256 liquidationSurplusWad;
        int256 netPositionWad;
        uint256 grossNotionalWad;
        uint256 assetBitmap;
        AssetId[] assets;
        PriceViews[] marks;
    }

    /// @notice The risk of an underlying was set.
    event UnderlyingSet(AssetId indexed asset, UnderlyingConfig config);

    /// @notice The risk of a collateral was set.
    event CollateralSet(uint8 indexed index, CollateralConfig config);

    /// @notice How options on an underlying are stressed was set.
    event OptionsSet(AssetId indexed asset, OptionConfig config);

    /// @notice The offsets of a correlation group were set.
    event CorrelationSet(uint8 indexed group, CorrelationConfig config);

    /// @notice What the exit from an underlying costs was set.
    event LiquiditySet(AssetId indexed asset, LiquidityConfig config);

    /// @notice The add-ons were set.
    event AddOnsSet(AddOnConfig config);

    /// @notice The least initial shock of an underlying was raised, WAD.
    event InitialShockRaised(AssetId indexed asset, uint256 oldRhoMinWad, uint256 newRhoMinWad);

    /// @notice An address that must exist is zero.
    error Risk_ZeroAddress();

    /// @notice The id is not that of an underlying.
    error Risk_NotAnUnderlying(AssetId asset);

    /// @notice The id is that of an underlying, not of a ratio.
    error Risk_NotARatio(AssetId asset);

    /// @notice The oracle does not list the asset.
    error Risk_AssetWithoutPrice(AssetId asset);

    /// @notice The underlying has no risk parameters.
    error Risk_UnderlyingNotConfigured(AssetId asset);

    /// @notice The collateral has no risk parameters.
    error Risk_CollateralNotConfigured(uint8 index);

    /// @notice The underlying has no parameters for options.
    error Risk_OptionsNotConfigured(AssetId asset);

    /// @notice Group 0 has no offsets to set.
    error Risk_NoSuchGroup(uint8 group);

    /// @notice The oracle never had a price of the asset.
    error Risk_NoPrice(AssetId asset);

    /// @notice What an account has of one underlying is worth more than the engine can count, WAD.
    error Risk_ValueTooLarge(uint256 valueWad, uint256 limitWad);

    /// @notice Two lists that belong together have different lengths.
    error Risk_LengthsDiffer(uint256 portfolios, uint256 stresses);

    /// @notice The oracle reverted, or did not answer for every asset asked for.
    error Risk_OracleFailed(bytes answer);

    /// @notice A parameter or argument lies outside its bounds.
    error Risk_OutOfBounds(uint256 actual, uint256 least, uint256 most);

    /// @notice A parameter is finer than it can be kept.
    error Risk_TooFine(uint256 actual, uint256 quantum);

    /// @notice A parameter of initial margin is weaker than its counterpart of maintenance.
    error Risk_InitialBelowMaintenance(uint256 initial, uint256 maintenance);

    /// @notice A margin period is shorter than closing takes, seconds.
    error Risk_PeriodTooShort(uint256 mporSeconds, uint256 closeOutSeconds);

    /// @notice Jumps alone are more likely to ruin than the target allows, whatever the margin.
    error Risk_JumpsExceedTarget(uint256 jumpsPerYearWad, uint256 bankruptcyTargetWad);

    /// @notice The shock would not rise, WAD.
    error Risk_ShockNotHigher(uint256 newRhoMinWad, uint256 rhoMinWad);

    /// @notice Sets the risk of an underlying. Restricted.
    /// @dev The time to close is composed of the oracle's window of the moment: set it again when that grows. Errors:
    /// `Risk_NotAnUnderlying`, `Risk_AssetWithoutPrice`, `Risk_OutOfBounds`, `Risk_TooFine`, `Risk_InitialBelowMaintenance`,
    /// `Risk_PeriodTooShort`, `Risk_JumpsExceedTarget`.
    function setUnderlying(AssetId asset, UnderlyingConfig calldata config) external;

    /// @notice Raises the least initial shock of an underlying: for guardians; existing accounts keep their maintenance.
    /// Restricted.
    /// @dev Lifts the most along when needed. Errors: `Risk_UnderlyingNotConfigured`, `Risk_ShockNotHigher`,
    /// `Risk_OutOfBounds`, `Risk_TooFine`.
    function raiseInitialShock(AssetId asset, uint256 rhoMinInitialWad) external;

    /// @notice Sets the risk of the collateral at `index` of the vault's list. Restricted.
    /// @dev Errors: `Risk_UnderlyingNotConfigured`, `Risk_NotARatio`, `Risk_AssetWithoutPrice`, `Risk_OutOfBounds`,
    /// `Risk_TooFine`.
    function setCollateral(uint8 index, CollateralConfig calldata config) external;

    /// @notice Sets how options on an underlying are stressed. Restricted.
    /// @dev Errors: `Risk_UnderlyingNotConfigured`, `Risk_OutOfBounds`.
    function setOptions(AssetId asset, OptionConfig calldata config) external;

    /// @notice Sets the offsets of a correlation group; one never set has none. Restricted.
    /// @dev Errors: `Risk_NoSuchGroup`, `Risk_OutOfBounds`.
    function setCorrelation(uint8 group, CorrelationConfig calldata config) external;

    /// @notice Sets what the exit from an underlying costs. Restricted.
    /// @dev Errors: `Risk_UnderlyingNotConfigured`, `Risk_OutOfBounds`, `Risk_TooFine`.
    function setLiquidity(AssetId asset, LiquidityConfig calldata config) external;

    /// @notice Sets the add-ons. Restricted. Errors: `Risk_OutOfBounds`.
    function setAddOns(AddOnConfig calldata config) external;

    /// @notice Surplus over initial margin at every price of the union of the price views.
    /// @dev An account of cash only is answered without the oracle; legs of size zero are ignored. All assessments
    /// make one call to the oracle. Errors of all assessments: `Risk_NotAnUnderlying`, `Risk_UnderlyingNotConfigured`,
    /// `Risk_CollateralNotConfigured`, `Risk_NoPrice`, and `Risk_OutOfBounds` for the stress.
    /// @param stressWad Multiplier on the initial shock, WAD, 1e18 to 20e18; the stressed shock ends at 5e18.
    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256 surplusWad);

    /// @notice What a withdrawal is judged by, in one call.
    /// @return surplusWad As `initialSurplus`.
    /// @return netPositionWad Positions at mid, rounded down: cash + this < 0 is a cash deficit.
    /// @return grossWad Gross notional of the positions at the highest price of the union, rounded up: what `surplusWad` is
    /// set against in the margin ratio of fees.
    function withdrawalNumbers(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (int256 surplusWad, int256 netPositionWad, uint256 grossWad);

    /// @notice `initialSurplus` of several accounts, each at its own stress: for the two sides of a trade.
    /// @dev Every price and parameter is read once, however many accounts need it. Errors: also `Risk_LengthsDiffer`.
    /// @return surplusesWad Of each.
    /// @return grossesWad The gross notional of each, as of `withdrawalNumbers`.
    function initialSurpluses(
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external view returns (int256[] memory surplusesWad, uint256[] memory grossesWad);

    /// @notice Surplus over maintenance at the account-favourable prices: negative = may be liquidated.
    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256 surplusWad);

    /// @notice `liquidationSurplus` if every price of `underlying` were `factorWad` times what it is, its volatility and
    /// everything else unchanged.
    /// @param factorWad WAD; at 0 the underlying is worth nothing. Of an underlying that the account does not depend on,
    /// nothing changes.
    function liquidationSurplusAt(
        Portfolio calldata portfolio,
        AssetId underlying,
        uint256 factorWad
    ) external view returns (int256 surplusWad);

    /// @notice All numbers of an account at `stressWad` on the initial shock.
    function report(Portfolio calldata portfolio, uint256 stressWad) external view returns (MarginReport memory margin);

    /// @notice What decides about the liquidation of an account, from one read of the prices.
    function liquidationReport(Portfolio calldata portfolio) external view returns (LiquidationReport memory margin);

    /// @notice The risk matrix of one underlying within an account: value of everything linked to it at each node.
    /// @dev Ten nodes: lo * e^(-rho * k / 4) for k = 4..1, lo, hi, hi * e^(rho * k / 4) for k = 1..4, at the unstressed
    /// initial shock, with collateral after its initial haircut and ratios at their low.
    /// @return spotWad Absolute scenario prices of the union, rising, WAD.
    /// @return valueWad Value at each, WAD of cash.
    function matrix(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad);

    /// @notice What each leg on `underlying` is worth at mid by itself: what `netPositionWad` says of a portfolio of it alone.
    /// @return markWad WAD, signed, rounded down; in the order of the holdings and of the legs in their words.
    function optionMarks(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (int256[] memory markWad);

    /// @notice Bitmap of the underlyings that the portfolio depends on (bit i = asset i); ratios are not in it.
    /// @dev Errors: `Risk_NotAnUnderlying`, `Risk_CollateralNotConfigured`.
    function exposure(Portfolio calldata portfolio) external view returns (uint256 assetBitmap);

    /// @notice Mid value of `amountWad` of a collateral, without haircut, rounded down.
    function collateralValue(uint8 index, uint256 amountWad) external view returns (uint256 valueWad);

    /// @notice Present shocks of an underlying, WAD, and the sigmas behind them, WAD per square root of a year.
    function shocksOf(
        AssetId asset,
        uint256 stressWad
    )
        external
        view
        returns (
            uint256 rhoInitialWad,
            uint256 rhoMaintenanceWad,
            uint256 sigmaInitialWad,
            uint256 sigmaMaintenanceWad
        );

    /// @notice Parameters of an underlying. Errors: `Risk_UnderlyingNotConfigured`.
    function underlyingOf(AssetId asset) external view returns (UnderlyingConfig memory config);

    /// @notice Parameters of a collateral. Errors: `Risk_CollateralNotConfigured`.
    function collateralOf(uint8 index) external view returns (CollateralConfig memory config);

    /// @notice How options on an underlying are stressed, as one word: see `OptionTerms`. Errors: `Risk_OptionsNotConfigured`.
    function optionsOf(AssetId asset) external view returns (OptionTerms terms);

    /// @notice Offsets of a correlation group.
    function correlationOf(uint8 group) external view returns (CorrelationConfig memory config);

    /// @notice What the exit from an underlying costs; all zero where it was never set.
    function liquidityOf(AssetId asset) external view returns (LiquidityConfig memory config);

    /// @notice The add-ons.
    function addOns() external view returns (AddOnConfig memory config);
}
