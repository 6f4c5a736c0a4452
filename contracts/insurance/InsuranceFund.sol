// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AccountId, toAccountId} from "../types/AccountId.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {CooldownVault} from "./CooldownVault.sol";
import {ICooldownVault} from "./ICooldownVault.sol";
import {IInsuranceFund} from "./IInsuranceFund.sol";
import {ILossWaterfall} from "./ILossWaterfall.sol";

/// @title InsuranceFund
/// @notice The domain's mutual fund; its assets are the cash of the vault account of its own address, number 0.
/// @dev Owns: shares, counted assets. Trusts: vault, waterfall. Keeps: invariant 12; cash of the account is never below
/// the counted assets.
contract InsuranceFund is IInsuranceFund, CooldownVault {
    using FixedPointMathLib for uint256;
    using SafeERC20 for IERC20;

    IMarginVault private immutable _vault;

    ILossWaterfall private _waterfall;

    constructor(
        address authority,
        IMarginVault vault
    )
        ERC20("Breakwater Insurance Fund", "bwFUND")
        AccessManaged(authority)
        CooldownVault(IERC20(vault.settlementToken()))
    {
        _vault = vault;
    }

    /// @inheritdoc IInsuranceFund
    function wire(address waterfall_) external restricted {
        if (address(_waterfall) != address(0)) revert Insurance_AlreadyWired(address(_waterfall));
        if (waterfall_ == address(0)) revert Insurance_ZeroAddress();
        _waterfall = ILossWaterfall(waterfall_);
        emit WaterfallWired(waterfall_);
    }

    /// @inheritdoc IInsuranceFund
    function pay(AccountId account_, uint256 amountWad) external nonReentrant returns (uint256 paidWad) {
        if (msg.sender != address(_waterfall)) revert Insurance_NotWaterfall(msg.sender, address(_waterfall));
        paidWad = amountWad.min(managedAssets() * _scale);
        if (paidWad == 0) return 0;
        _bookLoss(paidWad.divUp(_scale));
        emit LossPaid(account_, paidWad, managedAssets());
        _vault.moveCash(account(), account_, paidWad);
    }

    /// @inheritdoc IInsuranceFund
    function account() public view returns (AccountId) {
        return toAccountId(address(this), 0);
    }

    /// @inheritdoc IInsuranceFund
    function waterfall() external view returns (address) {
        return address(_waterfall);
    }

    /// @inheritdoc ICooldownVault
    function isBlocked() public view override(CooldownVault, ICooldownVault) returns (bool) {
        return address(_waterfall) != address(0) && _waterfall.isBlocked();
    }

    /// @inheritdoc ICooldownVault
    function blockedSeconds() public view override(CooldownVault, ICooldownVault) returns (uint256) {
        return address(_waterfall) == address(0) ? 0 : _waterfall.blockedSeconds();
    }

    // ---------------------------------------------------------------- hooks

    /// @inheritdoc CooldownVault
    function _place(uint256 assets) internal override returns (uint256) {
        IERC20(asset()).forceApprove(address(_vault), assets);
        _vault.deposit(account(), asset(), assets);
        return assets;
    }

    /// @inheritdoc CooldownVault
    function _release(address receiver, uint256 assets) internal override {
        _vault.withdraw(account(), asset(), assets, receiver);
    }

    /// @inheritdoc CooldownVault
    function _settleClaims() internal override returns (uint256 settledWad) {
        if (address(_waterfall) == address(0)) return 0;
        settledWad = _waterfall.claimOnIncome().min(_uncountedWad());
        if (settledWad == 0) return 0;
        emit IncomeDiverted(settledWad);
        _vault.moveCash(account(), _waterfall.poolAccount(), settledWad);
    }

    /// @inheritdoc CooldownVault
    function _uncountedAssets() internal view override returns (uint256) {
        return _uncountedWad() / _scale;
    }

    /// @inheritdoc CooldownVault
    function _payableAssets() internal view override returns (uint256) {
        return managedAssets();
    }

    function _uncountedWad() private view returns (uint256) {
        int256 cashWad = _vault.cashOf(account());
        return cashWad <= 0 ? 0 : uint256(cashWad).zeroFloorSub(managedAssets() * _scale);
    }
}
