// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {Test} from "./Test.sol";
import {VaultExchangeMock} from "./VaultExchangeMock.sol";
import {VaultGuardsMock} from "./VaultGuardsMock.sol";
import {VaultOptionsMock} from "./VaultOptionsMock.sol";
import {VaultPerpsMock} from "./VaultPerpsMock.sol";
import {VaultRiskMock} from "./VaultRiskMock.sol";
import {VaultToken} from "./VaultToken.sol";

/// @dev A vault on a 6-decimal settlement token with an 18- and an 8-decimal collateral and two markets, neighbours
/// mocked. ETH (asset 1) at 2,000, lots of 0.01; BTC (asset 2) at 50,000, lots of 0.001.
abstract contract VaultFixture is Test {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant USD = 1e6;
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);

    AccessManager internal manager;
    VaultToken internal usdc;
    VaultToken internal weth;
    VaultToken internal wbtc;
    VaultRiskMock internal risk;
    VaultPerpsMock internal perps;
    VaultOptionsMock internal options;
    VaultGuardsMock internal guards;
    VaultExchangeMock internal exchange;
    MarginVault internal vault;

    address internal auction = address(0xA0C);
    address internal waterfall = address(0xFA11);
    address internal fund = address(0xF0D);
    address internal alice = address(0xA11CE);
    address internal bob = address(0xB0B);
    address internal carol = address(0xCA401);
    AccountId internal aliceId;
    AccountId internal bobId;
    AccountId internal carolId;
    AccountId internal fundId;
    AccountId internal treasuryId;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        usdc = new VaultToken(6);
        weth = new VaultToken(18);
        wbtc = new VaultToken(8);
        risk = new VaultRiskMock();
        perps = new VaultPerpsMock();
        options = new VaultOptionsMock();
        guards = new VaultGuardsMock();
        exchange = new VaultExchangeMock();
        vault = _newVault(address(usdc));
        exchange.setVault(vault);
        vault.listCollateral(address(weth));
        vault.listCollateral(address(wbtc));
        vault.setModule(address(exchange), IVaultSettings.ModuleRole.Exchange);
        vault.setModule(auction, IVaultSettings.ModuleRole.Auction);
        vault.setModule(waterfall, IVaultSettings.ModuleRole.Waterfall);
        vault.setModule(fund, IVaultSettings.ModuleRole.InsuranceFund);
        aliceId = toAccountId(alice, 0);
        bobId = toAccountId(bob, 0);
        carolId = toAccountId(carol, 7);
        fundId = toAccountId(fund, 0);
        treasuryId = toAccountId(address(0x7EA), 0);
        perps.list(1, 0.01e18);
        perps.list(2, 0.001e18);
        risk.setPrice(1, 2_000e18);
        risk.setPrice(2, 50_000e18);
        risk.setCollateralPrice(0, 2_000e18);
        risk.setCollateralPrice(1, 50_000e18);
    }

    function _newVault(address token) internal returns (MarginVault) {
        return
            new MarginVault(
                address(manager),
                token,
                IPortfolioMargin(address(risk)),
                IPerpMarkets(address(perps)),
                IOptionMarkets(address(options)),
                ICircuitBreaker(address(guards)),
                IOutflowLimiter(address(guards))
            );
    }

    function _deposit(AccountId account, VaultToken token, uint256 amount) internal {
        address payer = account.ownerOf();
        token.mint(payer, amount);
        vm.startPrank(payer);
        token.approve(address(vault), amount);
        vault.deposit(account, address(token), amount);
        vm.stopPrank();
    }

    function _withdraw(AccountId account, VaultToken token, uint256 amount) internal {
        vm.prank(account.ownerOf());
        vault.withdraw(account, address(token), amount, account.ownerOf());
    }

    function _fill(AccountId buyer, AccountId seller, AssetId asset, uint64 lots, uint256 priceWad) internal {
        exchange.settle(_fills(buyer, seller, asset, lots, priceWad), _terms(buyer, seller));
    }

    function _fills(
        AccountId buyer,
        AccountId seller,
        AssetId asset,
        uint64 lots,
        uint256 priceWad
    ) internal pure returns (Fill[] memory fills) {
        fills = new Fill[](1);
        fills[0] = Fill(buyer, seller, perpetualOf(asset), lots, priceWad);
    }

    function _terms(AccountId first, AccountId second) internal pure returns (TradeTerms[] memory terms) {
        terms = new TradeTerms[](2);
        terms[0] = TradeTerms(first, 0, 0, false);
        terms[1] = TradeTerms(second, 0, 0, false);
    }

    function _action(
        IMarginVault.BatchActionKind kind,
        bytes memory data
    ) internal pure returns (IMarginVault.BatchAction memory) {
        return IMarginVault.BatchAction(kind, data);
    }
}
