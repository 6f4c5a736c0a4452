// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {CollateralToken, VaultState} from "./VaultState.sol";

/// @title TokenIO
/// @notice Tokens in and out: what the ledger books is exactly what moved, whatever the token does.
library TokenIO {
    using SafeERC20 for IERC20;
    using AccountLedger for VaultState;
    using CashDeficit for VaultState;

    uint256 private constant WAD_DECIMALS = 18;
    uint256 private constant MAX_COLLATERALS = 16;

    /// @notice The settlement token and the limiter of a vault.
    /// @param scale WAD per base unit of the settlement token.
    struct Wiring {
        address settlementToken;
        uint256 scale;
        IOutflowLimiter limiter;
    }

    /// @notice Decimals of a token, or a refusal when it has more than a WAD can hold.
    function decimalsOf(address token) internal view returns (uint8 decimals) {
        if (token.code.length == 0) revert IMarginVault.Vault_UnknownToken(token);
        decimals = IERC20Metadata(token).decimals();
        if (decimals > WAD_DECIMALS) {
            revert IMarginVault.Vault_UnsupportedDecimals(token, decimals, WAD_DECIMALS);
        }
    }

    /// @notice Lists a collateral.
    function list(VaultState storage self, address settlementToken, address token) internal returns (uint8 index) {
        if (token == address(0)) revert IMarginVault.Vault_ZeroAddress();
        if (token == settlementToken || self.tokenPlaces[token] != 0) {
            revert IMarginVault.Vault_TokenAlreadyListed(token);
        }
        uint256 count = self.tokens.length;
        if (count == MAX_COLLATERALS) revert IMarginVault.Vault_TooManyCollaterals(MAX_COLLATERALS);
        uint8 decimals = decimalsOf(token);
        self.tokens.push(CollateralToken(token, decimals, 0));
        self.tokenPlaces[token] = count + 1;
        emit IMarginVault.CollateralListed(uint8(count), token, decimals);
        return uint8(count);
    }

    /// @notice Index of a listed collateral.
    function indexOf(VaultState storage self, address token) internal view returns (uint8) {
        uint256 place = self.tokenPlaces[token];
        if (place == 0) revert IMarginVault.Vault_UnknownToken(token);
        // At most sixteen places.
        unchecked {
            return uint8(place - 1);
        }
    }

    /// @notice Pulls exactly `amount` of `token` from `from` and books it to `account`.
    function pull(
        VaultState storage self,
        Wiring memory wiring,
        AccountId account,
        address token,
        uint256 amount,
        address from
    ) internal {
        if (amount == 0) revert IMarginVault.Vault_ZeroAmount();
        if (token != wiring.settlementToken) indexOf(self, token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(from, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert IMarginVault.Vault_TransferFeeUnsupported(token, amount, received);
        book(self, wiring, account, token, amount, from);
    }

    /// @notice Books tokens that arrived.
    function book(
        VaultState storage self,
        Wiring memory wiring,
        AccountId account,
        address token,
        uint256 amount,
        address from
    ) internal {
        uint256 heldAfter;
        if (token == wiring.settlementToken) {
            uint256 amountWad = amount * wiring.scale;
            if (self.clock.owedWad != 0) self.accrue();
            self.cashHeldWad += amountWad;
            heldAfter = self.cashHeldWad / wiring.scale;
            self.addCash(account, int256(amountWad));
            self.relieve(account, amountWad);
        } else {
            uint8 index = indexOf(self, token);
            heldAfter = self.tokens[index].held += amount;
            self.addCollateral(account, index, amount);
        }
        wiring.limiter.recordInflow(token, amount, heldAfter);
        emit IMarginVault.Deposited(account, token, amount, from);
    }

    /// @notice Takes `amount` of `token` from the ledger of `account` and counts it against the outflow limit. The
    /// tokens themselves leave by `send`, after the checks.
    function debit(
        VaultState storage self,
        Wiring memory wiring,
        AccountId account,
        address token,
        uint256 amount,
        address recipient
    ) internal {
        uint256 heldBefore;
        if (token == wiring.settlementToken) {
            uint256 amountWad = amount * wiring.scale;
            if (self.clock.owedWad != 0) self.accrue();
            heldBefore = self.cashHeldWad / wiring.scale;
            self.cashHeldWad -= amountWad;
            self.addCash(account, -int256(amountWad));
        } else {
            uint8 index = indexOf(self, token);
            heldBefore = self.tokens[index].held;
            self.takeCollateral(account, index, amount);
            self.tokens[index].held = heldBefore - amount;
        }
        wiring.limiter.consume(token, amount, heldBefore);
        emit IMarginVault.Withdrawn(account, token, amount, recipient);
    }

    /// @notice Sends tokens that the ledger no longer holds.
    function send(address token, address recipient, uint256 amount) internal {
        IERC20(token).safeTransfer(recipient, amount);
    }
}
