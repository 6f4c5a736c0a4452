// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultHandler} from "../support/VaultHandler.sol";
import {VaultOptionsMock} from "../support/VaultOptionsMock.sol";

contract MarginVaultInvariantsTest is VaultFixture {
    VaultHandler internal handler;

    function setUp() public override {
        super.setUp();
        vault.setFeeAccounts(fundId, treasuryId);
        vault.setTradePolicy(IVaultSettings.TradePolicy(7, 3_333, 10, 30_000, 500));
        vault.setInterestTerms(IVaultSettings.InterestTerms(500, 8_000, 2_000, 50_000, 2_000));
        options.list(0, ETH, 1_800_000_000);
        options.list(1, ETH, 1_900_000_000);
        handler = new VaultHandler(
            VaultHandler.World(vault, usdc, weth, wbtc, risk, perps, options, guards, exchange, auction, waterfall)
        );
        for (uint8 i; i < 5; ++i) handler.deposit(i, 0, 10_000e6);
        targetContract(address(handler));
    }

    /// @dev Exact at every moment: settled cash plus clearing, and cash with everything pending, are the tokens.
    function invariant_INV01_CashIsTokensHeld() external view {
        int256 settled = vault.clearingWad();
        int256 accrued;
        uint256 pendingInterest;
        uint256 pendingCarry;
        for (uint256 i; i < vault.accountCount(); ++i) {
            AccountId account = vault.accountAt(i);
            settled += vault.settledCashOf(account);
            accrued += vault.cashOf(account);
            (, uint256 carry, ) = vault.carryOf(account);
            pendingCarry += carry;
            (uint256 owed, ) = vault.deficitOf(account);
            if (owed != 0) pendingInterest = 1;
        }
        uint256 held = vault.holdingsOf(address(usdc));
        assertEq(settled, int256(held * 1e12));
        assertLe(held, usdc.balanceOf(address(vault)));
        // Interest and carrying charge count against who pays them at once, and for the fund when they are settled.
        accrued += int256(pendingCarry);
        if (pendingInterest == 0) assertLe(accrued, int256(held * 1e12));
        (uint256 poolOwed, , ) = vault.deficitPool();
        if (poolOwed == 0) assertEq(accrued, int256(held * 1e12));
        else assertLe(accrued, int256(held * 1e12));
    }

    function invariant_INV02_LotsCancel() external view {
        for (uint16 asset = 1; asset < 3; ++asset) {
            int256 sum;
            int256 longs;
            for (uint256 i; i < vault.accountCount(); ++i) {
                int256 lots = vault.lotsOf(vault.accountAt(i), AssetId.wrap(asset));
                uint256 bit = (uint256(vault.perpBitmapOf(vault.accountAt(i))) >> asset) & 1;
                assertEq(bit, lots == 0 ? 0 : 1);
                sum += lots;
                if (lots > 0) longs += lots;
            }
            assertEq(sum, 0);
            assertEq(longs, perps.openLots(asset));
        }
    }

    function invariant_INV02_OptionLotsCancel() external view {
        for (uint8 slot; slot < 2; ++slot) {
            int256[42] memory sums;
            int256[42] memory longs;
            uint256 holders;
            for (uint256 i; i < vault.accountCount(); ++i) {
                OptionWord legs = vault.legsOf(vault.accountAt(i), slot);
                uint256 count = legs.legCount();
                assertEq((uint256(vault.expiryBitmapOf(vault.accountAt(i))) >> slot) & 1, count == 0 ? 0 : 1);
                if (count != 0) ++holders;
                for (uint256 j; j < count; ++j) {
                    (int24 lots, uint8 strike, bool isPut) = legs.legAt(j);
                    sums[2 * uint256(strike) + (isPut ? 1 : 0)] += lots;
                    if (lots > 0) longs[2 * uint256(strike) + (isPut ? 1 : 0)] += lots;
                }
            }
            VaultOptionsMock.Slot memory state = options.slotOf(slot);
            assertEq(state.holders, holders);
            // While a settled expiry is being paid out, one side of a series may have left before the other.
            if (state.settlementPriceWad != 0) continue;
            for (uint256 k; k < sums.length; ++k) {
                assertEq(sums[k], 0);
                assertEq(options.openLotsOf(slot, uint8(k / 2), k % 2 == 1), longs[k]);
            }
        }
    }

    function invariant_INV03_CollateralIsTokensHeld() external view {
        address[2] memory tokens = [address(weth), address(wbtc)];
        for (uint8 index; index < 2; ++index) {
            uint256 sum;
            for (uint256 i; i < vault.accountCount(); ++i) {
                uint256 amount = vault.collateralOf(vault.accountAt(i), index);
                uint256 bit = (vault.collateralBitmapOf(vault.accountAt(i)) >> index) & 1;
                assertEq(bit, amount == 0 ? 0 : 1);
                sum += amount;
            }
            assertEq(sum, vault.holdingsOf(tokens[index]));
        }
        assertLe(vault.holdingsOf(address(weth)), weth.balanceOf(address(vault)));
        assertLe(vault.holdingsOf(address(wbtc)), wbtc.balanceOf(address(vault)));
    }

    /// @dev The sum owed in the pool is what the records say, so interest is charged on what exists.
    function invariant_INV10_NoBreakerStopsDepositOrClose() external view {
        assertEq(handler.broken(), 0);
    }

    /// @dev Every account that holds anything can be found.
    function invariant_AccountsAreListedOnce() external view {
        uint256 count = vault.accountCount();
        for (uint256 i; i < count; ++i) {
            for (uint256 j; j < i; ++j) assertTrue(vault.accountAt(i) != vault.accountAt(j));
        }
    }
}
