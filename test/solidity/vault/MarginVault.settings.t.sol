// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultToken} from "../support/VaultToken.sol";

contract MarginVaultSettingsTest is VaultFixture {
    function test_Constructor_KnowsTheSettlementToken() external view {
        assertEq(vault.settlementToken(), address(usdc));
        assertEq(vault.collateralCount(), 2);
        assertTrue(vault.feeCollector() == toAccountId(address(vault), 0));
    }

    function test_Constructor_RevertsWhen_APartIsMissing() external {
        address[7] memory parts = [
            address(manager),
            address(usdc),
            address(risk),
            address(perps),
            address(options),
            address(guards),
            address(guards)
        ];
        for (uint256 i; i < 7; ++i) {
            address part = parts[i];
            parts[i] = address(0);
            vm.expectRevert(IVaultErrors.Vault_ZeroAddress.selector);
            new MarginVault(
                parts[0],
                parts[1],
                IPortfolioMargin(parts[2]),
                IPerpMarkets(parts[3]),
                IOptionMarkets(parts[4]),
                ICircuitBreaker(parts[5]),
                IOutflowLimiter(parts[6])
            );
            parts[i] = part;
        }
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAToken.selector, alice));
        _newVault(alice);
    }

    function test_Neighbours_AreThoseItWasMadeWith() external view {
        (address risk_, address perps_, address breaker_, address limiter_) = vault.neighbours();
        assertEq(risk_, address(risk));
        assertEq(perps_, address(perps));
        assertEq(breaker_, address(guards));
        assertEq(limiter_, address(guards));
    }

    function test_ListCollateral_NumbersThem() external {
        VaultToken token = new VaultToken(18);
        vm.expectEmit(address(vault));
        emit IVaultEvents.CollateralListed(2, address(token), 18);
        assertEq(vault.listCollateral(address(token)), 2);
        (address listed, uint8 decimals) = vault.collateralToken(2);
        assertEq(listed, address(token));
        assertEq(decimals, 18);
        (listed, decimals) = vault.collateralToken(1);
        assertEq(listed, address(wbtc));
        assertEq(decimals, 8);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_UnknownCollateral.selector, 3, 3));
        vault.collateralToken(3);
    }

    function test_ListCollateral_RevertsWhen_Unfit() external {
        VaultToken fine = new VaultToken(19);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TooManyDecimals.selector, address(fine), 19, 18));
        vault.listCollateral(address(fine));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TokenListed.selector, address(usdc)));
        vault.listCollateral(address(usdc));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TokenListed.selector, address(weth)));
        vault.listCollateral(address(weth));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAToken.selector, alice));
        vault.listCollateral(alice);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NotAToken.selector, address(risk)));
        vault.listCollateral(address(risk));
        vm.expectRevert(IVaultErrors.Vault_ZeroAddress.selector);
        vault.listCollateral(address(0));
    }

    function test_ListCollateral_RevertsWhen_RiskDoesNotKnowIt() external {
        VaultToken token = new VaultToken(18);
        risk.setUnknownCollateral(2);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_CollateralNotConfigured.selector, 2));
        vault.listCollateral(address(token));
        risk.setUnknownCollateral(3);
        assertEq(vault.listCollateral(address(token)), 2);
    }

    function test_ListCollateral_SixteenAtMost() external {
        for (uint256 i = 2; i < 16; ++i) {
            VaultToken token = new VaultToken(uint8(i));
            vault.listCollateral(address(token));
            token.mint(alice, 10 ** i);
            vm.startPrank(alice);
            token.approve(address(vault), 10 ** i);
            vault.deposit(aliceId, address(token), 10 ** i);
            vm.stopPrank();
        }
        address last = address(new VaultToken(18));
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_TooManyCollaterals.selector, 16));
        vault.listCollateral(last);
        assertEq(vault.collateralBitmapOf(aliceId), 0xfffc);
        for (uint256 i; i < 14; ++i) {
            assertEq(vault.portfolioOf(aliceId).collateral[i].amountWad, 1e18);
            assertEq(vault.portfolioOf(aliceId).collateral[i].index, i + 2);
        }
    }

    function test_SetModule_ExchangePassesOn() external {
        vm.expectEmit(address(vault));
        emit IVaultSettings.ModuleSet(
            address(exchange),
            IVaultSettings.ModuleRole.Exchange,
            IVaultSettings.ModuleRole.None
        );
        vm.expectEmit(address(vault));
        emit IVaultSettings.ModuleSet(alice, IVaultSettings.ModuleRole.None, IVaultSettings.ModuleRole.Exchange);
        vault.setModule(alice, IVaultSettings.ModuleRole.Exchange);
        assertEq(vault.exchange(), alice);
        assertTrue(vault.moduleRole(address(exchange)) == IVaultSettings.ModuleRole.None);
        vault.setModule(alice, IVaultSettings.ModuleRole.Auction);
        assertEq(vault.exchange(), address(0));
        assertTrue(vault.moduleRole(alice) == IVaultSettings.ModuleRole.Auction);
        vault.setModule(alice, IVaultSettings.ModuleRole.Exchange);
        vault.setModule(alice, IVaultSettings.ModuleRole.Exchange);
        vault.setModule(alice, IVaultSettings.ModuleRole.None);
        assertEq(vault.exchange(), address(0));
        vm.expectRevert(IVaultErrors.Vault_ZeroAddress.selector);
        vault.setModule(address(0), IVaultSettings.ModuleRole.Auction);
    }

    function test_SetTradePolicy_Bounds() external {
        IVaultSettings.TradePolicy memory policy = IVaultSettings.TradePolicy(100, 10_000, 100, 0, 0);
        vm.expectEmit(address(vault));
        emit IVaultSettings.TradePolicySet(vault.tradePolicy(), policy);
        vault.setTradePolicy(policy);
        assertEq(abi.encode(vault.tradePolicy()), abi.encode(policy));
        assertEq(vault.exchange(), address(exchange));

        policy.feeBps = 101;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 101, 100));
        vault.setTradePolicy(policy);
        policy.feeBps = 0;
        policy.fundShareBps = 10_001;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 10_001, 10_000));
        vault.setTradePolicy(policy);
        policy.fundShareBps = 0;
        policy.reductionToleranceBps = 101;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 101, 100));
        vault.setTradePolicy(policy);
        policy.reductionToleranceBps = 0;
        policy.surchargeBps = 50_001;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 50_001, 50_000));
        vault.setTradePolicy(policy);
        policy.safeRatioBps = 2_001;
        policy.surchargeBps = 50_000;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 2_001, 2_000));
        vault.setTradePolicy(policy);
        policy.safeRatioBps = 2_000;
        vault.setTradePolicy(policy);
        assertEq(abi.encode(vault.tradePolicy()), abi.encode(policy));
        // With the surcharge no trade costs more than 1 %: 16 bps at most sixfold, 17 are too many.
        policy.feeBps = 16;
        vault.setTradePolicy(policy);
        policy.feeBps = 17;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 1_020_000, 1_000_000));
        vault.setTradePolicy(policy);
    }

    function test_SetFeeAccounts_NeedOwners() external {
        AccountId nobody = toAccountId(address(0), 3);
        vm.expectEmit(address(vault));
        emit IVaultSettings.FeeAccountsSet(fundId, treasuryId);
        vault.setFeeAccounts(fundId, treasuryId);
        (AccountId fundNow, AccountId treasuryNow) = vault.feeAccounts();
        assertTrue(fundNow == fundId);
        assertTrue(treasuryNow == treasuryId);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, nobody));
        vault.setFeeAccounts(nobody, treasuryId);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NoOwner.selector, nobody));
        vault.setFeeAccounts(fundId, nobody);
    }

    function test_SetInterestTerms_Bounds() external {
        IVaultSettings.InterestTerms memory terms = IVaultSettings.InterestTerms(100_000, 9_999, 100_000, 100_000, 0);
        vm.expectEmit(address(vault));
        emit IVaultSettings.InterestTermsSet(vault.interestTerms(), terms);
        vault.setInterestTerms(terms);
        assertEq(abi.encode(vault.interestTerms()), abi.encode(terms));
        terms.kinkBps = 0;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 0, 1));
        vault.setInterestTerms(terms);
        terms.kinkBps = 10_000;
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 10_000, 9_999));
        vault.setInterestTerms(terms);
        terms = IVaultSettings.InterestTerms(100_001, 1, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 100_001, 100_000));
        vault.setInterestTerms(terms);
        terms = IVaultSettings.InterestTerms(0, 1, 100_001, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 100_001, 100_000));
        vault.setInterestTerms(terms);
        terms = IVaultSettings.InterestTerms(0, 1, 0, 100_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 100_001, 100_000));
        vault.setInterestTerms(terms);
        terms = IVaultSettings.InterestTerms(0, 1, 0, 0, 2_001);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_OutOfBounds.selector, 2_001, 2_000));
        vault.setInterestTerms(terms);
    }

    function test_Setters_RevertsWhen_NotAuthorised() external {
        bytes[5] memory calls = [
            abi.encodeCall(vault.listCollateral, (address(weth))),
            abi.encodeCall(vault.setModule, (alice, IVaultSettings.ModuleRole.Auction)),
            abi.encodeCall(vault.setTradePolicy, (IVaultSettings.TradePolicy(0, 0, 0, 0, 0))),
            abi.encodeCall(vault.setFeeAccounts, (fundId, treasuryId)),
            abi.encodeCall(vault.setInterestTerms, (IVaultSettings.InterestTerms(0, 1, 0, 0, 0)))
        ];
        for (uint256 i; i < 5; ++i) {
            vm.prank(alice);
            (bool ok, bytes memory reason) = address(vault).call(calls[i]);
            assertFalse(ok);
            assertEq(reason, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        }
    }
}
