// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AccountId, toAccountId} from "../types/AccountId.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {CooldownVault} from "./CooldownVault.sol";
import {ICooldownVault} from "./ICooldownVault.sol";
import {IInsuranceFund} from "./IInsuranceFund.sol";
import {ILossWaterfall} from "./ILossWaterfall.sol";
import {IVenueAllocator} from "./IVenueAllocator.sol";

/// @title InsuranceFund
/// @notice The domain's mutual fund; its assets are the cash of the vault account of its own address, number 0.
/// @dev Owns: shares, counted assets. Trusts: vault, waterfall, allocator. Keeps: invariant 12; cash of the account is never below
/// the counted assets that are at home.
contract InsuranceFund is IInsuranceFund, CooldownVault {
    using FixedPointMathLib for uint256;
    using SafeERC20 for IERC20;

    IMarginVault private immutable _vault;

    ILossWaterfall private _waterfall;
    IVenueAllocator private _venues;
    /// @dev Counted assets that lie in venues, token base units.
    uint256 private _placed;

    modifier onlyWaterfall() {
        if (msg.sender != address(_waterfall)) revert Insurance_NotWaterfall(msg.sender, address(_waterfall));
        _;
    }

    modifier onlyVenues() {
        if (msg.sender != address(_venues)) revert Insurance_NotVenues(msg.sender, address(_venues));
        _;
    }

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
    function wireVenues(address venues_) external restricted {
        if (address(_venues) != address(0)) revert Insurance_AlreadyWired(address(_venues));
        if (venues_ == address(0)) revert Insurance_ZeroAddress();
        _venues = IVenueAllocator(venues_);
        emit VenuesWired(venues_);
    }

    /// @inheritdoc IInsuranceFund
    function placeOut(uint256 assets) external onlyVenues nonReentrant {
        uint256 home = _home();
        if (assets > home) revert Insurance_NotAtHome(assets, home);
        _placed += assets;
        emit PlacedOut(assets, _placed);
        _release(msg.sender, assets);
    }

    /// @inheritdoc IInsuranceFund
    /// @dev Without the guard: a loss is paid under it, and the allocator has its own.
    function takeBack(uint256 counted, uint256 received) external onlyVenues {
        _placed -= counted;
        emit TakenBack(counted, received, _placed);
        if (received < counted) _bookLoss(counted - received);
        if (received == 0) return;
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), received);
        _place(received);
    }

    /// @inheritdoc IInsuranceFund
    function gather(uint256 amountWad) external onlyWaterfall nonReentrant returns (uint256 payableWad) {
        return _gather(amountWad);
    }

    /// @inheritdoc IInsuranceFund
    function pay(AccountId account_, uint256 amountWad) external onlyWaterfall nonReentrant returns (uint256 paidWad) {
        paidWad = _gather(amountWad);
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

    /// @inheritdoc IInsuranceFund
    function placedAssets() external view returns (uint256) {
        return _placed;
    }

    /// @inheritdoc IInsuranceFund
    function venues() external view returns (address) {
        return address(_venues);
    }

    /// @inheritdoc ICooldownVault
    function isBlocked() public view override(CooldownVault, ICooldownVault) returns (bool) {
        return (address(_waterfall) != address(0) && _waterfall.isBlocked()) || _isStuck();
    }

    /// @inheritdoc ICooldownVault
    /// @dev Seconds for which both waited count twice: a window is prolonged by no less than it was closed.
    function blockedSeconds() public view override(CooldownVault, ICooldownVault) returns (uint256 secondsSoFar) {
        if (address(_waterfall) != address(0)) secondsSoFar = _waterfall.blockedSeconds();
        if (address(_venues) != address(0)) secondsSoFar += _venues.stuckSeconds();
    }

    /// @inheritdoc IERC4626
    /// @dev Nothing either while a venue owes what it was asked for: nobody may buy a loss that is not booked yet.
    function maxDeposit(address receiver) public view override(CooldownVault, IERC4626) returns (uint256) {
        return _isClosed() ? 0 : super.maxDeposit(receiver);
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(CooldownVault, IERC4626) returns (uint256) {
        return _isClosed() ? 0 : super.maxMint(receiver);
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
        return _home();
    }

    function _uncountedWad() private view returns (uint256) {
        int256 cashWad = _vault.cashOf(account());
        return cashWad <= 0 ? 0 : uint256(cashWad).zeroFloorSub(_home() * _scale);
    }

    function _gather(uint256 amountWad) private returns (uint256 payableWad) {
        payableWad = _home() * _scale;
        if (amountWad > payableWad && _placed != 0) {
            _venues.recall((amountWad - payableWad).divUp(_scale));
            payableWad = _home() * _scale;
        }
        return payableWad.min(amountWad);
    }

    function _home() private view returns (uint256) {
        return managedAssets() - _placed;
    }

    function _isClosed() private view returns (bool) {
        return address(_venues) != address(0) && (_venues.isStuck() || _venues.hasWrittenOff());
    }

    function _isStuck() private view returns (bool) {
        return address(_venues) != address(0) && _venues.isStuck();
    }
}
