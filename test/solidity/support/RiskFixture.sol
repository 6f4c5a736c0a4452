// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {PortfolioMargin} from "../../../contracts/risk/PortfolioMargin.sol";
import {RiskViews} from "../../../contracts/risk/RiskViews.sol";
import {RiskAuthorityMock} from "./RiskAuthorityMock.sol";
import {RiskOracleMock} from "./RiskOracleMock.sol";
import {Test} from "./Test.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {VolSurfaceMock} from "./VolSurfaceMock.sol";

/// @dev Three majors that offset each other, a stable token that does not, and a collateral on each. Collateral 1 is a
/// staked ether with a ratio.
abstract contract RiskFixture is Test {
    AssetId internal constant BTC = AssetId.wrap(1);
    AssetId internal constant ETH = AssetId.wrap(2);
    AssetId internal constant SOL = AssetId.wrap(3);
    AssetId internal constant USDT = AssetId.wrap(4);
    AssetId internal constant STETH_RATIO = AssetId.wrap(32);

    uint8 internal constant WETH_INDEX = 0;
    uint8 internal constant STETH_INDEX = 1;
    uint8 internal constant WBTC_INDEX = 2;
    uint8 internal constant USDT_INDEX = 3;

    uint256 internal constant WAD = 1e18;
    uint8 internal constant MAJORS = 1;

    RiskOracleMock internal oracle;
    IPortfolioMargin internal risk;
    VolSurfaceMock internal surface;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        oracle = new RiskOracleMock();
        surface = new VolSurfaceMock();
        address authority = address(new RiskAuthorityMock(address(this)));
        RiskViews views = new RiskViews(authority, IPriceOracle(address(oracle)), IVolSurface(address(surface)));
        risk = IPortfolioMargin(address(new PortfolioMargin(authority, views)));
        setViews(BTC, 60_000e18, 0, 0.6e18);
        setViews(ETH, 3000e18, 0, 0.7e18);
        setViews(SOL, 150e18, 0, 0.9e18);
        setViews(USDT, 1e18, 0, 0.05e18);
        setViews(STETH_RATIO, 1.17e18, 0, 0.02e18);
        for (uint16 id = 1; id <= 3; ++id) risk.setUnderlying(AssetId.wrap(id), major());
        IPortfolioMargin.UnderlyingConfig memory stable = major();
        stable.correlationGroup = 0;
        stable.rhoMinInitialWad = 0.02e18;
        stable.rhoMinMaintenanceWad = 0.01e18;
        stable.stressSigmaWad = 0.1e18;
        stable.sigmaFloorWad = 0.05e18;
        risk.setUnderlying(USDT, stable);
        risk.setCollateral(WETH_INDEX, collateral(ETH, NO_ASSET, 20_000e18));
        risk.setCollateral(STETH_INDEX, collateral(ETH, STETH_RATIO, 5_000e18));
        risk.setCollateral(WBTC_INDEX, collateral(BTC, NO_ASSET, 500e18));
        risk.setCollateral(USDT_INDEX, collateral(USDT, NO_ASSET, 10_000_000e18));
        risk.setCorrelation(MAJORS, IPortfolioMargin.CorrelationConfig(0.6e18, 2));
        risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 10e18));
        for (uint16 id = 1; id <= 3; ++id) risk.setOptions(AssetId.wrap(id), stressed());
    }

    /// @dev 50 % up, 30 % down, powers 0.3 and 0.13, minimum 1 %, far moves at 0.77 of the shock.
    function stressed() internal pure returns (IPortfolioMargin.OptionConfig memory config) {
        return IPortfolioMargin.OptionConfig(5_000, 3_000, 3_000, 1_300, 100, 7_700);
    }

    /// @dev A market in which a million costs about a per cent: small, so that what is tested shows.
    function shallow() internal pure returns (IPortfolioMargin.LiquidityConfig memory config) {
        config.depthUsd = 20_000_000;
        config.depthSigmaWad = 0.6e18;
        config.leastDepthBps = 1000;
        config.halfSpreadWad = 0.0005e18;
        config.impactBps = 10_000;
        config.vegaDepthUsd = 1_000_000;
        config.volHalfSpreadBps = 200;
        config.volImpactBps = 500;
    }

    /// @dev A market that takes nothing.
    function bottomless() internal pure returns (IPortfolioMargin.LiquidityConfig memory config) {
        config = shallow();
        (config.halfSpreadWad, config.impactBps, config.volHalfSpreadBps, config.volImpactBps) = (0, 0, 0, 0);
    }

    function setLiquidity(IPortfolioMargin.LiquidityConfig memory config) internal {
        for (uint16 id = 1; id <= 4; ++id) risk.setLiquidity(AssetId.wrap(id), config);
    }

    function major() internal pure returns (IPortfolioMargin.UnderlyingConfig memory config) {
        config.zInitialWad = 4e18;
        config.zMaintenanceWad = 3e18;
        config.mporInitialSeconds = 1 days;
        config.mporMaintenanceSeconds = 12 hours;
        config.rhoMinInitialWad = 0.1e18;
        config.rhoMaxInitialWad = 0.8e18;
        config.rhoMinMaintenanceWad = 0.06e18;
        config.rhoMaxMaintenanceWad = 0.6e18;
        config.sigmaFloorWad = 0.5e18;
        config.stressSigmaWad = 1.2e18;
        config.stressWeightWad = 0.25e18;
        config.fastGainWad = 1e18;
        config.correlationGroup = MAJORS;
        // Half an hour's auction, twice for congestion, no jumps, 1 bp.
        config.leverage = packLeverageTerms([uint32(1_800), 20_000, 0, 0, 0, 100_000]);
    }

    function collateral(
        AssetId underlying,
        AssetId ratio,
        uint256 capWad
    ) internal pure returns (IPortfolioMargin.CollateralConfig memory config) {
        config.underlying = underlying;
        config.ratioAsset = ratio;
        config.haircutFloorWad = 0.05e18;
        config.zWad = 2e18;
        config.liquidationSeconds = 1 hours;
        config.concentrationGainWad = 0.5e18;
        config.concentrationFreeWad = 0.2e18;
        config.capWad = capWad;
    }

    /// @dev A price with a half-spread, quiet means and one volatility.
    function setViews(AssetId asset, uint256 midWad, uint256 halfSpreadWad, uint256 sigmaWad) internal {
        PriceViews memory views;
        views.midWad = midWad;
        views.lowWad = midWad - (midWad * halfSpreadWad) / WAD;
        views.highWad = midWad + (midWad * halfSpreadWad) / WAD;
        (views.shortTwapWad, views.longTwapWad) = (midWad, midWad);
        (views.sigmaFastWad, views.sigmaSlowWad, views.sigmaGlideWad) = (sigmaWad, sigmaWad, sigmaWad);
        views.updatedAt = block.timestamp;
        views.groups = 3;
        views.grade = Grade.Firm;
        oracle.set(asset, views);
    }

    function cashOnly(int256 cashWad) internal pure returns (Portfolio memory portfolio) {
        portfolio.cashWad = cashWad;
    }

    /// @dev One perpetual and cash.
    function perp(int256 cashWad, AssetId asset, int256 sizeWad) internal pure returns (Portfolio memory portfolio) {
        portfolio.cashWad = cashWad;
        portfolio.perps = new PerpHolding[](1);
        portfolio.perps[0] = PerpHolding(asset, sizeWad);
    }

    /// @dev One collateral and cash.
    function held(int256 cashWad, uint8 index, uint256 amountWad) internal pure returns (Portfolio memory portfolio) {
        portfolio.cashWad = cashWad;
        portfolio.collateral = new CollateralHolding[](1);
        portfolio.collateral[0] = CollateralHolding(index, amountWad);
    }

    /// @dev Both portfolios in one account; legs may repeat.
    function join(Portfolio memory a, Portfolio memory b) internal pure returns (Portfolio memory both) {
        both.cashWad = a.cashWad + b.cashWad;
        both.perps = new PerpHolding[](a.perps.length + b.perps.length);
        for (uint256 i = 0; i < both.perps.length; ++i) {
            both.perps[i] = i < a.perps.length ? a.perps[i] : b.perps[i - a.perps.length];
        }
        both.options = new OptionHolding[](a.options.length + b.options.length);
        for (uint256 i = 0; i < both.options.length; ++i) {
            both.options[i] = i < a.options.length ? a.options[i] : b.options[i - a.options.length];
        }
        both.collateral = new CollateralHolding[](a.collateral.length + b.collateral.length);
        for (uint256 i = 0; i < both.collateral.length; ++i) {
            both.collateral[i] = i < a.collateral.length ? a.collateral[i] : b.collateral[i - a.collateral.length];
        }
    }

    // ---------------------------------------------------------------------------------------- random worlds

    function draw(uint256 seed, string memory what, uint256 least, uint256 most) internal pure returns (uint256) {
        return _bound(uint256(keccak256(abi.encode(seed, what))), least, most);
    }

    /// @dev Random views of all assets: spreads up to 6 %, means up to 8 % away or absent, volatilities up to 250 %.
    function randomWorld(uint256 seed) internal {
        for (uint16 id = 1; id <= 4; ++id) {
            uint256 mid = draw(seed, "mid", 1e12, 100_000e18) >> (draw(seed + id, "shift", 0, 3) * 5);
            oracle.set(AssetId.wrap(id), randomViews(seed + id, mid + 1e6));
        }
        oracle.set(STETH_RATIO, randomViews(seed + 5, draw(seed, "ratio", 0.9e18, 1.3e18)));
    }

    function randomViews(uint256 seed, uint256 mid) internal view returns (PriceViews memory views) {
        views.midWad = mid;
        views.lowWad = mid - (mid * draw(seed, "low", 0, 0.03e18)) / WAD;
        views.highWad = mid + (mid * draw(seed, "high", 0, 0.03e18)) / WAD;
        if (draw(seed, "narrow", 0, 2) == 0) (views.lowWad, views.highWad) = (mid, mid + mid / 200);
        views.shortTwapWad = (mid * draw(seed, "short", 0.92e18, 1.08e18)) / WAD;
        views.longTwapWad = (mid * draw(seed, "long", 0.92e18, 1.08e18)) / WAD;
        if (draw(seed, "young", 0, 3) == 0) views.longTwapWad = 0;
        if (draw(seed, "newborn", 0, 6) == 0) views.shortTwapWad = 0;
        views.sigmaFastWad = draw(seed, "fast", 0, 2.5e18);
        views.sigmaSlowWad = draw(seed, "slow", 0, 1.5e18);
        views.sigmaGlideWad = draw(seed, "glide", 0, 1.5e18);
        views.updatedAt = block.timestamp;
        views.groups = 3;
    }

    /// @dev Up to three perpetuals and three collaterals, and cash of the same order.
    function randomPortfolio(uint256 seed) internal view returns (Portfolio memory portfolio) {
        portfolio.perps = new PerpHolding[](draw(seed, "perps", 0, 3));
        uint256 gross = 1e18;
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            AssetId asset = AssetId.wrap(uint16(draw(seed + i, "asset", 1, 4)));
            uint256 notional = draw(seed + i, "notional", 0, 1_000_000e18);
            uint256 size = (notional * WAD) / oracle.read(asset).midWad;
            gross += notional;
            portfolio.perps[i] = PerpHolding(asset, draw(seed + i, "side", 0, 1) == 0 ? int256(size) : -int256(size));
        }
        portfolio.collateral = new CollateralHolding[](draw(seed, "holdings", 0, 3));
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            uint8 index = uint8(draw(seed + i, "index", 0, 3));
            portfolio.collateral[i] = CollateralHolding(index, draw(seed + i, "amount", 0, amountLimit(index)));
        }
        portfolio.cashWad = int256(draw(seed, "cash", 0, 3 * gross)) - int256(gross);
    }

    /// @dev A random portfolio with options in one or two expiries of one or two underlyings, up to five legs each.
    function randomBook(uint256 seed) internal view returns (Portfolio memory portfolio) {
        portfolio = randomPortfolio(seed);
        portfolio.options = new OptionHolding[](draw(seed, "expiries", 1, 2));
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            AssetId asset = AssetId.wrap(uint16(draw(seed + i, "option on", 1, 3)));
            uint256 left = draw(seed + i, "at once", 0, 9) == 0 ? 0 : draw(seed + i, "left", 1, 90 days);
            portfolio.options[i].expiry = grid(asset, oracle.read(asset).midWad, left);
            portfolio.options[i].legs = randomLegs(seed + i);
        }
    }

    function randomLegs(uint256 seed) internal pure returns (OptionWord legs) {
        uint256 count = draw(seed, "legs", 1, 5);
        for (uint256 j = 0; j < count; ++j) {
            int24 lots = int24(int256(draw(seed + j, "lots", 0, 400))) - 200;
            bool put = draw(seed + j, "put", 0, 1) == 0;
            legs = legs.withLots(uint8(draw(seed + j, "strike", 0, 20)), put, lots);
        }
    }

    /// @dev 21 strikes by a twentieth, from half of the price on; lots of 0.01.
    function grid(AssetId asset, uint256 midWad, uint256 secondsLeft) internal view returns (ExpiryWord) {
        uint256 step = midWad / 1e10 / 20 + 1;
        uint256 word = AssetId.unwrap(asset) | ((block.timestamp + secondsLeft) << 16) | ((10 * step) << 56);
        return ExpiryWord.wrap(word | (step << 112) | (uint256(21) << 160) | (uint256(0.01e9) << 168));
    }

    /// @dev Options of one expiry on ether, with 3,000 at strike 10.
    function options(uint256 secondsLeft, OptionWord legs) internal view returns (Portfolio memory portfolio) {
        portfolio.options = new OptionHolding[](1);
        portfolio.options[0].expiry = grid(ETH, 3_000e18 - 2e11, secondsLeft);
        portfolio.options[0].legs = legs;
    }

    /// @dev Underlying of all legs at mid: what the limits of options are shares of. Nothing without options.
    function underlyingOf(Portfolio memory portfolio) internal view returns (int256 notionalWad) {
        for (uint256 i = 0; i < portfolio.options.length; ++i) {
            OptionHolding memory holding = portfolio.options[i];
            uint256 midWad = oracle.read(holding.expiry.underlyingOf()).midWad;
            for (uint256 j = 0; j < holding.legs.legCount(); ++j) {
                (int24 lots, , ) = holding.legs.legAt(j);
                notionalWad += (lots < 0 ? -int256(lots) : int256(lots)) * int256(midWad / 100);
            }
        }
    }

    /// @dev About three times the concentration cap.
    function amountLimit(uint8 index) internal view returns (uint256) {
        return 3 * risk.collateralOf(index).capWad;
    }
}
