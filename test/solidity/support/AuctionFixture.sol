// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {AuctionParameters} from "../../../contracts/liquidation/AuctionParameters.sol";
import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {LiquidationAuction} from "../../../contracts/liquidation/LiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {AuctionBreakerMock} from "./AuctionBreakerMock.sol";
import {AuctionOracleMock} from "./AuctionOracleMock.sol";
import {AuctionRiskMock} from "./AuctionRiskMock.sol";
import {AuctionVaultMock} from "./AuctionVaultMock.sol";
import {AuctionWaterfallMock} from "./AuctionWaterfallMock.sol";
import {Test} from "./Test.sol";

/// @dev The auction between plain rooms. ETH (1) costs 2,000, BTC (2) 40,000; a lot is 0.01.
abstract contract AuctionFixture is Test {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant CURVE_SECONDS = 1_000;
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal keeper = makeAddr("keeper");
    AccountId internal account = toAccountId(alice, 7);
    AccountId internal bidder = toAccountId(bob, 0);
    AccountId internal rewardTo = toAccountId(keeper, 0);

    AccessManager internal authority;
    AuctionOracleMock internal oracle;
    AuctionRiskMock internal risk;
    AuctionBreakerMock internal breaker;
    AuctionVaultMock internal vault;
    AuctionWaterfallMock internal waterfall;
    LiquidationAuction internal auction;
    IAuctionParameters internal parameters;
    LinearCurve internal curve;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        authority = new AccessManager(address(this));
        oracle = new AuctionOracleMock();
        risk = new AuctionRiskMock(oracle);
        breaker = new AuctionBreakerMock();
        vault = new AuctionVaultMock();
        waterfall = new AuctionWaterfallMock(vault);
        auction = new LiquidationAuction(
            address(new AuctionParameters(address(authority))),
            address(vault),
            address(risk),
            address(breaker),
            address(waterfall)
        );
        parameters = auction.parameters();
        curve = new LinearCurve(CURVE_SECONDS);
        parameters.setConfig(defaults());
        parameters.setCurves(address(curve), address(curve));
        oracle.set(ETH, 2_000e18);
        oracle.set(BTC, 40_000e18);
        risk.setCollateralPrice(2_000e18);
        vault.setCash(bidder, 10_000_000e18);
        vault.setCash(waterfall.purse(), 1_000_000e18);
    }

    function defaults() internal pure returns (IAuctionParameters.AuctionConfig memory) {
        return
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
                rewardShareWad: 0.1e18,
                rewardWad: 20e18,
                dustWad: 1_000e18,
                coolOffSeconds: 1 hours,
                doubtSeconds: 5 minutes,
                doubtShareWad: 0.1e18
            });
    }

    /// @dev Long 100 ETH bought at 2,000 with `equityWad` of margin; maintenance 10,000.
    function openLong(int256 equityWad) internal {
        vault.setLots(account, ETH, 10_000);
        vault.setCash(account, equityWad - 200_000e18);
    }

    function flagLong(int256 equityWad) internal {
        openLong(equityWad);
        auction.flag(account, rewardTo);
    }

    function bidAll() internal returns (uint256 fractionWad, int256 paymentWad) {
        vm.prank(bob);
        return auction.bid(account, bidder, WAD, type(int256).max);
    }

    function offerOf(AccountId account_) internal view returns (Offered memory) {
        (bool ok, bytes4 reason, int256 priceWad, uint256 fractionWad, ILiquidationAuction.Phase phase) = auction.quote(
            account_
        );
        return Offered(ok, reason, priceWad, fractionWad, phase);
    }

    struct Offered {
        bool ok;
        bytes4 reason;
        int256 priceWad;
        uint256 fractionWad;
        ILiquidationAuction.Phase phase;
    }
}
