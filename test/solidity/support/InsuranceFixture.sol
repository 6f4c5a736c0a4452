// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Backstop} from "../../../contracts/insurance/Backstop.sol";
import {IBackstop} from "../../../contracts/insurance/IBackstop.sol";
import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {LossWaterfall} from "../../../contracts/insurance/LossWaterfall.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {InsuranceOptionsMock} from "./InsuranceOptionsMock.sol";
import {InsurancePerpsMock} from "./InsurancePerpsMock.sol";
import {InsuranceToken} from "./InsuranceToken.sol";
import {InsuranceVaultMock} from "./InsuranceVaultMock.sol";
import {InsuranceWaterfallMock} from "./InsuranceWaterfallMock.sol";
import {Test} from "./Test.sol";

/// @dev Worlds of the insurance room. Amounts of the token are in units of 1e-6.
abstract contract InsuranceFixture is Test {
    uint256 internal constant UNIT = 1e6;
    uint256 internal constant SCALE = 1e12;
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal eve = makeAddr("eve");
    address internal auction = makeAddr("auction");
    address internal stranger = makeAddr("stranger");
    AccountId internal defaulter = toAccountId(makeAddr("defaulter"), 3);

    AccessManager internal manager;
    InsuranceToken internal token;
    InsuranceVaultMock internal vault;
    InsurancePerpsMock internal perps;
    InsuranceOptionsMock internal options;
    InsuranceFund internal fund;
    Backstop internal backstop;
    LossWaterfall internal waterfall;
    InsuranceWaterfallMock internal waterfallMock;

    /// @dev A fund whose waterfall is played by hand.
    function _deployFund() internal {
        _deployGround();
        waterfallMock = new InsuranceWaterfallMock();
        fund.wire(address(waterfallMock));
    }

    /// @dev The whole room, with a line of 100,000 for its domain.
    function _deployRoom() internal {
        _deployRoomFor(auction);
    }

    /// @dev The same with another auction; zero leaves it to be wired.
    function _deployRoomFor(address auction_) internal {
        _deployGround();
        backstop = new Backstop(address(manager), address(token));
        waterfall = _newWaterfall(vault, fund);
        fund.wire(address(waterfall));
        if (auction_ != address(0)) waterfall.wire(auction_);
        backstop.setLine(address(waterfall), address(vault), 100_000 * UNIT);
    }

    function _deployGround() private {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        token = new InsuranceToken(6);
        vault = new InsuranceVaultMock(address(token));
        perps = new InsurancePerpsMock();
        options = new InsuranceOptionsMock();
        fund = new InsuranceFund(address(manager), IMarginVault(address(vault)));
    }

    function _newWaterfall(InsuranceVaultMock vault_, InsuranceFund fund_) internal returns (LossWaterfall) {
        return
            new LossWaterfall(
                address(manager),
                IMarginVault(address(vault_)),
                IInsuranceFund(address(fund_)),
                IBackstop(address(backstop)),
                IPerpMarkets(address(perps)),
                IOptionMarkets(address(options))
            );
    }

    function _depositInto(ICooldownVault pool, address who, uint256 assets) internal returns (uint256 shares) {
        token.mint(who, assets);
        vm.startPrank(who);
        token.approve(address(pool), assets);
        shares = pool.deposit(assets, who);
        vm.stopPrank();
    }

    function _redeem(ICooldownVault pool, address who, uint256 shares) internal returns (uint256 assets) {
        vm.prank(who);
        return pool.redeem(shares, who, who);
    }

    function _request(ICooldownVault pool, address who, uint256 shares) internal {
        vm.prank(who);
        pool.requestRedeem(shares);
    }

    /// @dev Cash that arrives in a vault account from outside, backed by tokens.
    function _bringCash(AccountId account, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(vault), amount);
        vault.deposit(account, address(token), amount);
    }

    /// @dev Fills the pool of a market as the auction does: with a penalty.
    function _fillPool(AssetId asset, uint256 amount) internal {
        AccountId payer = toAccountId(makeAddr("payer"), 0);
        _bringCash(payer, amount);
        vm.prank(auction);
        waterfall.collectPenalty(payer, amount * SCALE, _share(asset, true));
    }

    function _cover(
        uint256 deficitWad,
        ILossWaterfall.MarketShare[] memory shares
    ) internal returns (uint256 coveredWad) {
        vm.prank(auction);
        return waterfall.cover(defaulter, deficitWad, shares);
    }

    function _noShares() internal pure returns (ILossWaterfall.MarketShare[] memory shares) {
        shares = new ILossWaterfall.MarketShare[](0);
    }

    function _perpShare(
        AssetId asset,
        bool long,
        uint256 weightWad
    ) internal pure returns (ILossWaterfall.MarketShare memory share) {
        (share.asset, share.longDefaulted, share.weightWad) = (asset, long, weightWad);
    }

    function _share(AssetId asset, bool long) internal pure returns (ILossWaterfall.MarketShare[] memory shares) {
        shares = new ILossWaterfall.MarketShare[](1);
        shares[0] = _perpShare(asset, long, 1e18);
    }

    function _twoShares(
        uint256 ethWeight,
        uint256 btcWeight
    ) internal pure returns (ILossWaterfall.MarketShare[] memory shares) {
        shares = new ILossWaterfall.MarketShare[](2);
        shares[0] = _perpShare(ETH, true, ethWeight);
        shares[1] = _perpShare(BTC, false, btcWeight);
    }
}
