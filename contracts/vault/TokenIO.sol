// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {DeficitInterest} from "./DeficitInterest.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {TokenKind, TokenRecord, VaultState, Wiring} from "./VaultState.sol";

/// @title TokenIO
/// @notice The only place where tokens enter and leave: counts what the vault holds and reports it to the limiter.
library TokenIO {
    using SafeERC20 for IERC20;
    using SafeCastLib for uint256;

    /// @notice An ERC-2612 signature, valid until `deadline`, unix seconds.
    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice The record of a token that the vault keeps.
    function known(VaultState storage s, address token) internal view returns (TokenRecord memory record) {
        record = s.tokens[token];
        if (record.kind == TokenKind.Unknown) revert IVaultErrors.Vault_UnknownToken(token);
    }

    /// @notice Spends a permit of the caller. One that fails may have been used already: the allowance decides.
    function spendPermit(VaultState storage s, address token, uint256 amount, Permit memory permit) internal {
        known(s, token);
        bytes memory call = abi.encodeCall(
            IERC20Permit.permit,
            (msg.sender, address(this), amount, permit.deadline, permit.v, permit.r, permit.s)
        );
        // Nothing is read from a hostile answer.
        LibCall.tryCall(token, 0, gasleft(), 0, call);
    }

    /// @notice Brings in exactly `amount` from `payer`.
    function pull(VaultState storage s, Wiring memory w, address token, address payer, uint256 amount) internal {
        uint256 before = balance(token);
        IERC20(token).safeTransferFrom(payer, address(this), amount);
        uint256 received = balance(token) - before;
        if (received != amount) revert IVaultErrors.Vault_TransferFeeUnsupported(token, amount, received);
        countIn(s, w, token, amount);
    }

    /// @notice Counts tokens that arrived.
    function countIn(VaultState storage s, Wiring memory w, address token, uint256 amount) internal {
        TokenRecord storage record = s.tokens[token];
        if (record.owedWad != 0) DeficitInterest.accrue(s, w);
        uint256 held = record.held + amount;
        record.held = held.toUint112();
        w.limiter.recordInflow(token, amount, held);
    }

    /// @notice Counts tokens that are about to leave, or refuses.
    function countOut(VaultState storage s, Wiring memory w, address token, uint256 amount) internal {
        TokenRecord storage record = s.tokens[token];
        if (record.owedWad != 0) DeficitInterest.accrue(s, w);
        uint256 held = record.held;
        if (amount > held) revert IVaultErrors.Vault_InsufficientLiquidity(token, amount, held);
        record.held = uint112(held - amount);
        w.limiter.consume(token, amount, held);
    }

    /// @notice Sends tokens that `countOut` let go.
    function push(address token, address recipient, uint256 amount) internal {
        IERC20(token).safeTransfer(recipient, amount);
    }

    /// @notice What the vault really holds, donations included.
    function balance(address token) internal view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }
}
