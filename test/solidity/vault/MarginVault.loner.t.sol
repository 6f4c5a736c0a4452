// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CollateralHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultLoner} from "../support/VaultLoner.sol";

/// @dev Invariant 6: no sequence of calls by one actor, at fixed prices, increases what it can take out.
contract MarginVaultLonerTest is VaultFixture {
    VaultLoner internal loner;

    function setUp() public override {
        super.setUp();
        // Others' money, for the taking.
        _deposit(bobId, usdc, 1_000_000 * USD);
        _deposit(bobId, weth, 1_000e18);
        loner = new VaultLoner(vault, usdc, weth, exchange);
        targetContract(address(loner));
    }

    /// @dev Wealth in wallet and accounts at the fixed prices is what it was, less rounding; nothing is conjured.
    function invariant_INV06_WealthNeverGrows() external view {
        address actor = loner.ACTOR();
        int256 cashWad = int256(usdc.balanceOf(actor) * 1e12);
        int256 wealthWad = cashWad + int256(weth.balanceOf(actor) * 2_000);
        for (uint256 i; i < 3; ++i) {
            Portfolio memory portfolio = vault.portfolioOf(loner.accountOf(i));
            wealthWad += risk.report(portfolio, WAD).equityWad;
        }
        assertLe(wealthWad, 20_000e18);
    }

    /// @dev What is in its wallet alone never exceeds what it brought, valued at the fixed prices.
    function invariant_INV06_WalletNeverExceedsWhatWasBrought() external view {
        address actor = loner.ACTOR();
        assertLe(usdc.balanceOf(actor) * 1e12 + weth.balanceOf(actor) * 2_000, 20_000e18);
        for (uint256 i; i < 3; ++i) {
            Portfolio memory portfolio = vault.portfolioOf(loner.accountOf(i));
            CollateralHolding[] memory held = portfolio.collateral;
            assertLe(held.length, 1);
            assertGe(risk.report(portfolio, WAD).equityWad, 0);
        }
    }
}
