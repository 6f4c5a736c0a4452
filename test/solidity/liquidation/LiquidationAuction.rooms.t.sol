// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {OutflowLimiter} from "../../../contracts/breaker/OutflowLimiter.sol";
import {Backstop} from "../../../contracts/insurance/Backstop.sol";
import {IBackstop} from "../../../contracts/insurance/IBackstop.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {LossWaterfall} from "../../../contracts/insurance/LossWaterfall.sol";
import {CureAuction} from "../../../contracts/liquidation/CureAuction.sol";
import {AuctionParameters} from "../../../contracts/liquidation/AuctionParameters.sol";
import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ICureAuction} from "../../../contracts/liquidation/ICureAuction.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {LiquidationAuction} from "../../../contracts/liquidation/LiquidationAuction.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {PerpMarkets} from "../../../contracts/products/perp/PerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {PortfolioMargin} from "../../../contracts/risk/PortfolioMargin.sol";
import {RiskViews} from "../../../contracts/risk/RiskViews.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {InsuranceToken} from "../support/InsuranceToken.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {VaultOptionsMock} from "../support/VaultOptionsMock.sol";
import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {VolSurfaceMock} from "../support/VolSurfaceMock.sol";

/// @dev The auction between the real rooms. The test stands for the exchange.
contract LiquidationAuctionRoomsTest is OracleFixture {
    uint256 private constant WAD = 1e18;
    uint256 private constant UNIT = 1e6;

    AccountId private account = toAccountId(makeAddr("alice"), 0);
    AccountId private other = toAccountId(makeAddr("carol"), 0);
    AccountId private bidder = toAccountId(makeAddr("bob"), 0);
    AccountId private rewardTo = toAccountId(makeAddr("keeper"), 0);

    InsuranceToken private token;
    InsuranceToken private weth;
    CircuitBreaker private breaker;
    PerpMarkets private perps;
    IPortfolioMargin private risk;
    MarginVault private vault;
    InsuranceFund private fund;
    LossWaterfall private waterfall;
    LiquidationAuction private auction;
    CureAuction private cure;

    function setUp() public {
        setUpOracle(3);
        address authority = oracle.authority();
        token = new InsuranceToken(6);
        weth = new InsuranceToken(18);
        breaker = new CircuitBreaker(authority, oracle);
        OutflowLimiter limiter = new OutflowLimiter(authority);
        perps = new PerpMarkets(authority, oracle, breaker);
        IVolSurface surface = IVolSurface(address(new VolSurfaceMock()));
        risk = IPortfolioMargin(address(new PortfolioMargin(authority, new RiskViews(authority, oracle, surface))));
        IOptionMarkets options = IOptionMarkets(address(new VaultOptionsMock()));
        vault = new MarginVault(authority, address(token), risk, perps, options, breaker, IOutflowLimiter(limiter));
        fund = new InsuranceFund(authority, vault);
        Backstop backstop = new Backstop(authority, address(token));
        waterfall = new LossWaterfall(authority, vault, fund, IBackstop(backstop), perps, options);
        auction = new LiquidationAuction(
            address(new AuctionParameters(authority)),
            address(vault),
            address(risk),
            address(breaker),
            address(waterfall)
        );
        cure = new CureAuction(authority, address(vault), address(risk), address(breaker));
        limiter.wire(address(vault));
        perps.wire(address(vault), address(waterfall));
        fund.wire(address(waterfall));
        waterfall.wire(address(auction));
        _appoint();
        _configure();
        for (uint256 i = 0; i < 40; ++i) step(60, PRICE);
        _deposit(account, 30_000);
        _deposit(other, 500_000);
        _deposit(bidder, 500_000);
        token.mint(address(this), 100_000 * UNIT);
        token.approve(address(fund), 100_000 * UNIT);
        fund.deposit(100_000 * UNIT, address(this));
    }

    function _appoint() private {
        vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        vault.setModule(address(auction), IVaultSettings.ModuleRole.Auction);
        vault.setModule(address(cure), IVaultSettings.ModuleRole.Auction);
        vault.setModule(address(waterfall), IVaultSettings.ModuleRole.Waterfall);
        vault.setModule(address(fund), IVaultSettings.ModuleRole.InsuranceFund);
    }

    function _configure() private {
        risk.setUnderlying(ETH, _underlying());
        IPortfolioMargin.CollateralConfig memory collateral;
        collateral.underlying = ETH;
        collateral.ratioAsset = NO_ASSET;
        collateral.haircutFloorWad = 0.05e18;
        collateral.zWad = 2e18;
        collateral.liquidationSeconds = 1 hours;
        collateral.capWad = 10_000e18;
        risk.setCollateral(0, collateral);
        risk.setAddOns(IPortfolioMargin.AddOnConfig(20, 5e18));
        vault.listCollateral(address(weth));
        IPerpMarkets.FundingConfig memory funding;
        funding.clampWadPerDay = 0.01e18;
        funding.windowSeconds = 1 hours;
        funding.depthLots = 1_000;
        perps.list(ETH, IPerpMarkets.MarketConfig(0.01e18, 100_000_000e18, funding));
        LinearCurve curve = new LinearCurve(20 minutes);
        auction.parameters().setCurves(address(curve), address(curve));
        auction.parameters().setConfig(
            IAuctionParameters.AuctionConfig({
                targetWad: 1.15e18,
                startSlopeWad: 0.2e18,
                maxDiscountWad: 0.5e18,
                maxTakeWad: 0.8e18,
                priceFloorWad: 0.05e18,
                maxIncentiveWad: 0.5e18,
                bandWad: 0.2e18,
                freeDiscountWad: 0.02e18,
                penaltyBps: 50,
                rewardShareWad: 0.1e18,
                rewardWad: 10e18,
                dustWad: 1_000e18,
                coolOffSeconds: 1 hours,
                doubtSeconds: 5 minutes,
                doubtShareWad: 0.1e18
            })
        );
        cure.setConfig(ICureAuction.CureConfig(0.5e18, 0.05e18, 7 days, address(curve)));
    }

    function _underlying() private pure returns (IPortfolioMargin.UnderlyingConfig memory config) {
        config.zInitialWad = 4e18;
        config.zMaintenanceWad = 3e18;
        config.mporInitialSeconds = 1 days;
        config.mporMaintenanceSeconds = 6 hours;
        config.rhoMinInitialWad = 0.08e18;
        config.rhoMaxInitialWad = 0.5e18;
        config.rhoMinMaintenanceWad = 0.04e18;
        config.rhoMaxMaintenanceWad = 0.3e18;
        config.sigmaFloorWad = 0.3e18;
        config.stressSigmaWad = 0.6e18;
        config.stressWeightWad = 0.25e18;
        config.fastGainWad = 1e18;
        config.leverage = packLeverageTerms([uint32(1_800), 20_000, 0, 0, 0, 100_000]);
    }

    function _deposit(AccountId to, uint256 whole) private {
        token.mint(address(this), whole * UNIT);
        token.approve(address(vault), whole * UNIT);
        vault.deposit(to, address(token), whole * UNIT);
    }

    function _trade(AccountId buyer, AccountId seller, uint64 lots) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, perpetualOf(ETH), lots, oracle.read(ETH).midWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0].account = buyer;
        terms[1].account = seller;
        vault.applyFills(fills, terms);
    }

    /// @dev In steps of at most 1 % a minute, so that all views follow; then 20 quiet minutes.
    function _moveTo(uint256 priceWad) private {
        uint256 now_ = oracle.read(ETH).midWad;
        while (now_ != priceWad) {
            uint256 stepWad = now_ / 100;
            if (now_ > priceWad) now_ = now_ - priceWad > stepWad ? now_ - stepWad : priceWad;
            else now_ = priceWad - now_ > stepWad ? now_ + stepWad : priceWad;
            step(60, now_);
        }
        for (uint256 i = 0; i < 20; ++i) step(60, priceWad);
    }

    function _bid(uint256 fractionWad) private returns (uint256, int256) {
        vm.prank(makeAddr("bob"));
        return auction.bid(account, bidder, fractionWad, type(int256).max);
    }

    function _sumOfCash() private view returns (int256 sum) {
        sum = vault.cashOf(account) + vault.cashOf(other) + vault.cashOf(bidder) + vault.cashOf(rewardTo);
        sum += vault.cashOf(fund.account()) + vault.cashOf(waterfall.poolAccount());
    }

    function _assertConserved() private view {
        // Haircuts and interest are charged in whole wei per lot.
        assertApproxEqAbs(_sumOfCash(), int256(token.balanceOf(address(vault)) * 1e12), 1e6);
        assertEq(vault.lotsOf(account, ETH) + vault.lotsOf(other, ETH) + vault.lotsOf(bidder, ETH), 0);
    }

    function test_Rooms_PartialLiquidationRestoresTheTarget() public {
        _trade(account, other, 10_000);
        (bool ok, bytes4 reason, ) = auction.canFlag(account);
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_Healthy.selector);
        _moveTo(1_780e18);
        IPortfolioMargin.MarginReport memory before = risk.report(vault.portfolioOf(account), WAD);
        assertGt(before.favourableEquityWad, 0);
        assertLt(before.liquidationSurplusWad, 0);
        auction.flag(account, rewardTo);
        assertEq(vault.cashOf(rewardTo), 10e18);
        assertTrue(vault.isFrozen(account));
        vm.warp(block.timestamp + 4 minutes);
        setAll(1_780e18);
        poke();
        (, , , uint256 fractionWad, ) = auction.quote(account);
        assertLt(fractionWad, WAD);
        (uint256 taken, ) = _bid(WAD);
        assertEq(taken, fractionWad);
        assertEq(auction.openCount(), 0);
        assertFalse(vault.isFrozen(account));
        IPortfolioMargin.MarginReport memory margin = risk.report(vault.portfolioOf(account), WAD);
        assertApproxEqRel(uint256(margin.equityWad), (margin.maintenanceWad * 115) / 100, 0.005e18);
        assertGt(waterfall.poolOf(ETH), 0);
        _assertConserved();
    }

    function test_Rooms_RecoveryReleases() public {
        _trade(account, other, 10_000);
        _moveTo(1_780e18);
        auction.flag(account, rewardTo);
        _moveTo(2_000e18);
        auction.release(account);
        assertFalse(vault.isFrozen(account));
    }

    function test_Rooms_InsolvencyIsPaidByTheFundAndBlocksIt() public {
        _trade(account, other, 10_000);
        _moveTo(1_660e18);
        auction.flag(account, rewardTo);
        assertEq(uint256(auction.auctionOf(account).phase), uint256(ILiquidationAuction.Phase.Insolvent));
        assertEq(waterfall.openInsolvencies(), 1);
        assertTrue(waterfall.isBlocked());
        vm.warp(block.timestamp + 10 minutes);
        setAll(1_660e18);
        poke();
        uint256 fundBefore = uint256(vault.cashOf(fund.account()));
        (uint256 taken, int256 paymentWad) = _bid(WAD);
        assertEq(taken, WAD);
        // 4,000 of deficit and half of the largest incentive.
        assertLt(paymentWad, -4_000e18);
        assertEq(fundBefore - uint256(vault.cashOf(fund.account())), uint256(-paymentWad));
        assertEq(vault.cashOf(account), 0);
        assertEq(auction.openCount(), 0);
        assertFalse(waterfall.isBlocked());
        _assertConserved();
    }

    function test_Rooms_WhatTheFundCannotPayIsHaircutFromTheWinners() public {
        _trade(account, other, 10_000);
        _moveTo(1_400e18);
        auction.flag(account, rewardTo);
        uint256 drawable = waterfall.coverable(ETH);
        assertLt(drawable, 30_000e18);
        int256 shortBefore = vault.cashOf(other);
        (, int256 paymentWad) = _bid(WAD);
        assertLe(paymentWad, -29_000e18);
        assertApproxEqAbs(shortBefore - vault.cashOf(other), -paymentWad - int256(drawable), 1e6);
        assertEq(vault.cashOf(account), 0);
        _assertConserved();
    }

    function test_Rooms_CureSellsCollateralForCash() public {
        weth.mint(address(this), 20e18);
        weth.approve(address(vault), 20e18);
        vault.deposit(account, address(weth), 20e18);
        _trade(account, other, 10_000);
        // Loses 32,000 of 30,000 in cash; 20 ETH stand behind it.
        _moveTo(1_680e18);
        assertGt(risk.liquidationSurplus(vault.portfolioOf(account)), 0);
        vault.touch(account);
        vm.warp(block.timestamp + 7 days + 1);
        for (uint256 i = 0; i < 40; ++i) step(60, 1_680e18);
        cure.open(account);
        (uint256 owedWad, ) = cure.termsOf(account);
        assertGe(owedWad, 2_000e18);
        vm.prank(makeAddr("bob"));
        (uint256 amount, uint256 cashWad) = cure.bid(account, bidder, 0, type(uint256).max, 0);
        assertEq(cashWad, owedWad);
        assertEq(amount, (owedWad * 1e18) / 1_680e18);
        (owedWad, ) = vault.deficitOf(account);
        assertEq(owedWad, 0);
        assertEq(cure.cureOf(account).startedAt, 0);
        _assertConserved();
    }
}
