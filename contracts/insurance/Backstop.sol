// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AccountId} from "../types/AccountId.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {CooldownVault} from "./CooldownVault.sol";
import {IBackstop} from "./IBackstop.sol";
import {ICooldownVault} from "./ICooldownVault.sol";

/// @title Backstop
/// @notice The pool behind several domains.
/// @dev Owns: shares, its own tokens, lines and debts. Trusts: registered vaults. Keeps: invariant 12.
contract Backstop is IBackstop, CooldownVault {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant MIN_EPOCH = 1 days;
    uint256 private constant MAX_EPOCH = 90 days;

    uint256 private _epochSeconds = 7 days;
    mapping(address waterfall => Domain) private _domains;

    constructor(
        address authority,
        address settlementToken
    )
        ERC20("Breakwater Backstop", "bwBACK")
        AccessManaged(authority)
        CooldownVault(IERC20(_nonZero(settlementToken)))
    {}

    // ---------------------------------------------------------------- configuration

    /// @inheritdoc IBackstop
    function setLine(address domain, address vault, uint256 line) external restricted {
        if (line > type(uint128).max) revert Backstop_LineTooLarge(line, type(uint128).max);
        _nonZero(domain);
        _nonZero(vault);
        Domain storage entry = _domains[domain];
        if (entry.vault == address(0)) {
            address token = IMarginVault(vault).settlementToken();
            if (token != asset()) revert Backstop_WrongToken(token, asset());
            entry.vault = vault;
        } else if (entry.vault != vault) {
            revert Backstop_VaultFixed(domain, entry.vault);
        }
        emit LineChanged(domain, vault, entry.line, line);
        entry.line = line.toUint128();
    }

    /// @inheritdoc IBackstop
    function lowerLine(address domain, uint256 line) external restricted {
        Domain storage entry = _domains[domain];
        if (entry.vault == address(0)) revert Backstop_UnknownDomain(domain);
        if (line >= entry.line) revert Backstop_LineNotLower(line, entry.line);
        emit LineChanged(domain, entry.vault, entry.line, line);
        entry.line = line.toUint128();
    }

    /// @inheritdoc IBackstop
    function setEpochDuration(uint256 durationSeconds) external restricted {
        if (durationSeconds < MIN_EPOCH || durationSeconds > MAX_EPOCH) {
            revert Backstop_EpochOutOfBounds(durationSeconds, MIN_EPOCH, MAX_EPOCH);
        }
        emit EpochDurationChanged(_epochSeconds, durationSeconds);
        _epochSeconds = durationSeconds;
    }

    // ---------------------------------------------------------------- lending

    /// @inheritdoc IBackstop
    function draw(AccountId to, uint256 amountWad) external nonReentrant returns (uint256 lentWad) {
        Domain storage domain = _domains[msg.sender];
        address vault = domain.vault;
        if (vault == address(0)) revert Backstop_UnknownDomain(msg.sender);
        (uint256 drawn, uint256 limit) = _room(domain);
        uint256 amount = (amountWad / _scale).min(limit);
        if (amount == 0) return 0;

        _bookLoss(amount);
        uint256 debtAfter = domain.debt + amount;
        domain.debt = debtAfter.toUint128();
        domain.drawnInEpoch = (drawn + amount).toUint128();
        domain.epoch = _epoch().toUint64();
        emit Drawn(msg.sender, to, amount, debtAfter);

        IERC20(asset()).forceApprove(vault, amount);
        IMarginVault(vault).deposit(to, asset(), amount);
        return amount * _scale;
    }

    /// @inheritdoc IBackstop
    function repay(uint256 amount) external returns (uint256 repaid) {
        return repayFor(msg.sender, amount);
    }

    /// @inheritdoc IBackstop
    function repayFor(address domain, uint256 amount) public nonReentrant returns (uint256 repaid) {
        Domain storage entry = _domains[domain];
        repaid = amount.min(entry.debt);
        if (repaid == 0) revert Backstop_NothingToRepay(amount, entry.debt);
        uint256 debtAfter = entry.debt - repaid;
        entry.debt = debtAfter.toUint128();
        emit Repaid(domain, msg.sender, repaid, debtAfter);

        IERC20 token = IERC20(asset());
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), repaid);
        uint256 received = token.balanceOf(address(this)) - balanceBefore;
        if (received != repaid) revert Insurance_FeeOnTransfer(received, repaid);
        _startStream();
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IBackstop
    function available(address domain) external view returns (uint256 amountWad) {
        (, uint256 limit) = _room(_domains[domain]);
        return limit * _scale;
    }

    /// @inheritdoc IBackstop
    function debtOf(address domain) external view returns (uint256) {
        return _domains[domain].debt;
    }

    /// @inheritdoc IBackstop
    function domainOf(address domain) external view returns (Domain memory) {
        return _domains[domain];
    }

    /// @inheritdoc IBackstop
    function currentEpoch() external view returns (uint256 durationSeconds, uint256 epoch) {
        return (_epochSeconds, _epoch());
    }

    /// @inheritdoc ICooldownVault
    function isBlocked() public pure override(CooldownVault, ICooldownVault) returns (bool) {
        return false;
    }

    /// @inheritdoc ICooldownVault
    function blockedSeconds() public pure override(CooldownVault, ICooldownVault) returns (uint256) {
        return 0;
    }

    // ---------------------------------------------------------------- hooks

    /// @inheritdoc CooldownVault
    function _place(uint256 assets) internal pure override returns (uint256) {
        return assets;
    }

    /// @inheritdoc CooldownVault
    function _release(address receiver, uint256 assets) internal override {
        IERC20(asset()).safeTransfer(receiver, assets);
    }

    /// @inheritdoc CooldownVault
    function _settleClaims() internal pure override returns (uint256) {
        return 0;
    }

    /// @inheritdoc CooldownVault
    function _uncountedAssets() internal view override returns (uint256) {
        return IERC20(asset()).balanceOf(address(this)).zeroFloorSub(managedAssets());
    }

    /// @inheritdoc CooldownVault
    function _payableAssets() internal view override returns (uint256) {
        return managedAssets();
    }

    /// @return drawn What the domain drew in the current epoch.
    /// @return limit What it may still draw: within the line by epoch and by debt, and within the pool.
    function _room(Domain storage domain) private view returns (uint256 drawn, uint256 limit) {
        drawn = domain.epoch == _epoch() ? domain.drawnInEpoch : 0;
        uint256 used = drawn.max(domain.debt);
        limit = uint256(domain.line).zeroFloorSub(used).min(managedAssets());
    }

    function _epoch() private view returns (uint256) {
        return block.timestamp / _epochSeconds;
    }

    function _nonZero(address account) private pure returns (address) {
        if (account == address(0)) revert Insurance_ZeroAddress();
        return account;
    }
}
