// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {OutflowLimiter} from "../../../contracts/breaker/OutflowLimiter.sol";
import {Exchange} from "../../../contracts/exchange/Exchange.sol";
import {Backstop} from "../../../contracts/insurance/Backstop.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {LossWaterfall} from "../../../contracts/insurance/LossWaterfall.sol";
import {AuctionParameters} from "../../../contracts/liquidation/AuctionParameters.sol";
import {CureAuction} from "../../../contracts/liquidation/CureAuction.sol";
import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ICureAuction} from "../../../contracts/liquidation/ICureAuction.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {LiquidationAuction} from "../../../contracts/liquidation/LiquidationAuction.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {PriceOracle} from "../../../contracts/oracle/PriceOracle.sol";
import {VolSurface} from "../../../contracts/oracle/VolSurface.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionMarkets} from "../../../contracts/products/option/OptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpMarkets} from "../../../contracts/products/perp/PerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {PortfolioMargin} from "../../../contracts/risk/PortfolioMargin.sol";
import {RiskViews} from "../../../contracts/risk/RiskViews.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";

import {OracleMockSource} from "./OracleMockSource.sol";
import {Test} from "./Test.sol";
import {VaultToken} from "./VaultToken.sol";

/// @dev The rooms of a domain, none of them mocked.
struct Rooms {
    PriceOracle oracle;
    CircuitBreaker breaker;
    OutflowLimiter limiter;
    PerpMarkets perps;
    OptionMarkets options;
    VolSurface surface;
    IPortfolioMargin risk;
    MarginVault vault;
    InsuranceFund fund;
    Backstop backstop;
    LossWaterfall waterfall;
    Exchange exchange;
    LiquidationAuction auction;
    CureAuction cure;
    VaultToken usdc;
    VaultToken weth;
}

/// @dev A whole domain of real contracts on two markets, each with four sources of groups of their own; only tokens and
/// sources are the test's. ETH (asset 1) at 2,000, lots of 0.01; BTC (asset 2) at 50,000, lots of 0.001. Terms are those of
/// the local spec, with a small fund and small markets, so that losses reach every layer of the waterfall.
abstract contract ProtocolFixture is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);
    uint256 internal constant SOURCES = 4;
    uint256 internal constant ETH_PRICE = 2_000e18;
    uint256 internal constant BTC_PRICE = 50_000e18;

    Rooms internal rooms;
    OracleMockSource[] internal ethSources;
    OracleMockSource[] internal btcSources;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        address manager = address(new AccessManager(address(this)));
        rooms.usdc = new VaultToken(6);
        rooms.weth = new VaultToken(18);
        rooms.oracle = new PriceOracle(manager);
        rooms.breaker = new CircuitBreaker(manager, rooms.oracle);
        rooms.limiter = new OutflowLimiter(manager);
        rooms.perps = new PerpMarkets(manager, rooms.oracle, rooms.breaker);
        rooms.options = new OptionMarkets(manager, rooms.oracle);
        rooms.surface = new VolSurface(manager, rooms.oracle);
        RiskViews views = new RiskViews(manager, rooms.oracle, rooms.surface);
        rooms.risk = IPortfolioMargin(address(new PortfolioMargin(manager, views)));
        rooms.vault = new MarginVault(
            manager,
            address(rooms.usdc),
            rooms.risk,
            rooms.perps,
            rooms.options,
            rooms.breaker,
            rooms.limiter
        );
        rooms.fund = new InsuranceFund(manager, rooms.vault);
        rooms.backstop = new Backstop(manager, address(rooms.usdc));
        rooms.waterfall = new LossWaterfall(
            manager,
            rooms.vault,
            rooms.fund,
            rooms.backstop,
            rooms.perps,
            rooms.options
        );
        rooms.exchange = new Exchange(manager, rooms.vault);
        rooms.auction = new LiquidationAuction(
            address(new AuctionParameters(manager)),
            address(rooms.vault),
            address(rooms.risk),
            address(rooms.breaker),
            address(rooms.waterfall)
        );
        rooms.cure = new CureAuction(manager, address(rooms.vault), address(rooms.risk), address(rooms.breaker));
        _wire();
        _list(ETH, ethSources, ETH_PRICE, 0.01e18);
        _list(BTC, btcSources, BTC_PRICE, 0.001e18);
        _listOptions(ETH, 0.01e18);
        _listOptions(BTC, 0.001e18);
        _setTerms();
        _watchQuietMarkets();
    }

    /// @dev Dollars out of nowhere, by anyone.
    function deposit(AccountId to, uint256 whole) internal {
        rooms.usdc.mint(address(this), whole * 1e6);
        rooms.usdc.approve(address(rooms.vault), whole * 1e6);
        rooms.vault.deposit(to, address(rooms.usdc), whole * 1e6);
    }

    function _wire() private {
        rooms.limiter.wire(address(rooms.vault));
        rooms.options.wire(address(rooms.vault), address(rooms.waterfall));
        rooms.perps.wire(address(rooms.vault), address(rooms.waterfall));
        rooms.fund.wire(address(rooms.waterfall));
        rooms.waterfall.wire(address(rooms.auction));
        rooms.exchange.wire(address(rooms.perps), address(rooms.options));
        rooms.vault.setModule(address(rooms.exchange), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(address(rooms.auction), IVaultSettings.ModuleRole.Auction);
        rooms.vault.setModule(address(rooms.cure), IVaultSettings.ModuleRole.Auction);
        rooms.vault.setModule(address(rooms.waterfall), IVaultSettings.ModuleRole.Waterfall);
        rooms.vault.setModule(address(rooms.fund), IVaultSettings.ModuleRole.InsuranceFund);
    }

    function _list(AssetId asset, OracleMockSource[] storage sources, uint256 priceWad, uint256 lotSizeWad) private {
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](SOURCES);
        for (uint8 i; i < SOURCES; ++i) {
            OracleMockSource source = new OracleMockSource(priceWad);
            sources.push(source);
            list[i] = IPriceOracle.SourceConfig(address(source), i, 3_660, 100_000, 1e18, 1_000_000e18);
        }
        rooms.oracle.listAsset(
            asset,
            IPriceOracle.AssetConfig({
                gateBps: 200,
                truncationBps: 200,
                velocityBps: 500,
                minHalfSpreadBps: 5,
                wideHalfSpreadBps: 100,
                freshSeconds: 120,
                maxAgeSeconds: 900,
                ageSpreadBps: 10_000,
                shortWindowSeconds: 180,
                longWindowSeconds: 1_800,
                ringSpacingSeconds: 60,
                sigmaFloorBps: 4_000,
                sigmaSeedBps: 8_000,
                glideBpsPerHour: 1_000
            }),
            list,
            64
        );
        rooms.risk.setUnderlying(
            asset,
            IPortfolioMargin.UnderlyingConfig({
                zInitialWad: 4e18,
                zMaintenanceWad: 3e18,
                mporInitialSeconds: 1 days,
                mporMaintenanceSeconds: 12 hours,
                rhoMinInitialWad: 0.1e18,
                rhoMaxInitialWad: 0.8e18,
                rhoMinMaintenanceWad: 0.06e18,
                rhoMaxMaintenanceWad: 0.5e18,
                sigmaFloorWad: 0.4e18,
                stressSigmaWad: 1.6e18,
                stressWeightWad: 0.25e18,
                fastGainWad: 0.5e18,
                correlationGroup: 1,
                leverage: packLeverageTerms([uint32(1_800), 20_000, 3_500_000, 95_000, 40_000, 100_000])
            })
        );
        rooms.perps.list(
            asset,
            IPerpMarkets.MarketConfig({
                lotSizeWad: lotSizeWad,
                openInterestCapWad: 5_000_000e18,
                funding: IPerpMarkets.FundingConfig(3e18, 0.03e18, 0, 8 hours, 100_000)
            })
        );
    }

    /// @dev Nobody attests volatilities: options are valued at realised volatility with its markup.
    function _listOptions(AssetId asset, uint256 lotSizeWad) private {
        rooms.surface.setTerms(
            asset,
            IVolSurface.SurfaceTerms({
                freshSeconds: 1_200,
                maxAgeSeconds: 4_800,
                lowestRatioBps: 5_000,
                highestRatioBps: 25_000,
                markupBps: 12_500,
                wingMarkupBps: 2_000,
                volFloorBps: 1_000,
                volCapBps: 40_000,
                maxSkewBps: 20_000,
                maxCurvatureBps: 200_000,
                wingDeviationsBps: 40_000,
                wingBps: 10_000
            })
        );
        rooms.risk.setOptions(
            asset,
            IPortfolioMargin.OptionConfig({
                volUpBps: 5_000,
                volDownBps: 3_000,
                nearPowerBps: 3_000,
                farPowerBps: 1_300,
                shortMinimumBps: 100,
                farShareBps: 7_700
            })
        );
        rooms.options.listUnderlying(
            asset,
            IOptionMarkets.UnderlyingConfig({lotSizeWad: lotSizeWad, openInterestCapWad: 5_000_000e18, expiryLimit: 16})
        );
    }

    function _setTerms() private {
        rooms.risk.setCorrelation(1, IPortfolioMargin.CorrelationConfig(0.6e18, 3));
        rooms.risk.setAddOns(IPortfolioMargin.AddOnConfig(50, 10e18));
        rooms.risk.setCollateral(
            0,
            IPortfolioMargin.CollateralConfig(ETH, NO_ASSET, 0.05e18, 3e18, 1 hours, 1e18, 0.5e18, 50_000e18)
        );
        rooms.vault.listCollateral(address(rooms.weth));
        rooms.breaker.setStress(1.5e18);
        rooms.limiter.setFlowLimits(address(rooms.usdc), IOutflowLimiter.FlowLimits(1_500, 10_000e6, 250_000e6));
        rooms.limiter.setFlowLimits(address(rooms.weth), IOutflowLimiter.FlowLimits(1_500, 5e18, 125e18));
        rooms.vault.setTradePolicy(IVaultSettings.TradePolicy(5, 5_000, 50, 0, 500));
        rooms.vault.setInterestTerms(IVaultSettings.InterestTerms(200, 8_000, 800, 10_000, 500));
        rooms.vault.setFeeAccounts(rooms.fund.account(), toAccountId(address(0x7EA), 0));
        IAuctionParameters parameters = rooms.auction.parameters();
        address curve = address(new LinearCurve(30 minutes));
        parameters.setConfig(
            IAuctionParameters.AuctionConfig({
                targetWad: 1.2e18,
                startSlopeWad: 0.2e18,
                maxDiscountWad: 0.5e18,
                maxTakeWad: 0.8e18,
                priceFloorWad: 0.05e18,
                maxIncentiveWad: 0.5e18,
                bandWad: 0.2e18,
                freeDiscountWad: 0.02e18,
                penaltyBps: 50,
                rewardShareWad: 0.05e18,
                rewardWad: 20e18,
                dustWad: 1_000e18,
                coolOffSeconds: 1 hours,
                doubtSeconds: 5 minutes,
                doubtShareWad: 0.1e18
            })
        );
        parameters.setCurves(curve, curve);
        parameters.setCapacity(ETH, 500_000e18, 300);
        parameters.setCapacity(BTC, 500_000e18, 300);
        rooms.cure.setConfig(ICureAuction.CureConfig(0.5e18, 0.1e18, 1 days, curve));
        rooms.waterfall.setDrawLimit(2_000);
        rooms.waterfall.setGate(1 days, 1_000e18);
        rooms.fund.setCooldown(7 days, 2 days);
        rooms.fund.setStreamDuration(6 hours);
        rooms.backstop.setCooldown(7 days, 2 days);
        rooms.backstop.setStreamDuration(6 hours);
        rooms.backstop.setEpochDuration(30 days);
        rooms.backstop.setLine(address(rooms.waterfall), address(rooms.vault), 2_000e6);
    }

    /// @dev Long enough for every window of the oracle to be full.
    function _watchQuietMarkets() private {
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (ETH, BTC);
        for (uint256 minute; minute < 35; ++minute) {
            vm.warp(block.timestamp + 60);
            for (uint256 i; i < SOURCES; ++i) {
                ethSources[i].set(ETH_PRICE, 0, block.timestamp);
                btcSources[i].set(BTC_PRICE, 0, block.timestamp);
            }
            rooms.oracle.poke(both);
        }
        rooms.breaker.update(both);
    }
}
