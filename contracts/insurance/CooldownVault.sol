// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ICooldownVault} from "./ICooldownVault.sol";

/// @title CooldownVault
/// @notice What the insurance fund and the backstop share: counted assets, exits by announcement, streamed income.
/// @dev Owns: shares, exit requests, the income stream. Trusts: the settlement token. Keeps: invariant 12's books.
abstract contract CooldownVault is ICooldownVault, ERC4626, AccessManaged, ReentrancyGuardTransient {
    using SafeCastLib for uint256;

    uint256 internal constant WAD_DECIMALS = 18;

    /// @dev Virtual shares per base unit of the asset at par. Nine keep the grain of a share at a billionth of what was
    /// counted before the first deposit.
    uint8 private constant DECIMALS_OFFSET = 9;
    uint256 private constant SHARES_AT_PAR = 10 ** DECIMALS_OFFSET;

    /// @dev After a loss that leaves less than a millionth of par, deposits are refused until income has lifted the
    /// price: at such prices a deposit would inflate the supply without bound and take all later recovery.
    uint256 private constant LARGEST_PRICE_FALL = 1e6;

    uint256 private constant MIN_COOLDOWN = 1 days;
    uint256 private constant MAX_COOLDOWN = 30 days;
    uint256 private constant MIN_WINDOW = 1 days;
    uint256 private constant MAX_WINDOW = 7 days;
    uint256 private constant MIN_STREAM = 1 hours;
    uint256 private constant MAX_STREAM = 7 days;

    /// @dev WAD of cash per base unit of the settlement token.
    uint256 internal immutable _scale;

    /// @dev Counted assets, token base units.
    uint256 private _managed;
    IncomeStream private _stream;
    mapping(address holder => ExitRequest) private _requests;
    // 4 + 4 + 4 bytes; limits above.
    uint32 private _cooldownSeconds = 7 days;
    uint32 private _windowSeconds = 2 days;
    uint32 private _streamSeconds = 1 hours;

    constructor(IERC20 token) ERC4626(token) {
        uint256 tokenDecimals = decimals() - DECIMALS_OFFSET;
        if (tokenDecimals > WAD_DECIMALS) revert Insurance_UnsupportedDecimals(tokenDecimals, WAD_DECIMALS);
        _scale = 10 ** (WAD_DECIMALS - tokenDecimals);
    }

    // ---------------------------------------------------------------- holders

    /// @inheritdoc ICooldownVault
    function requestRedeem(uint256 shares) external {
        uint256 balance = balanceOf(msg.sender);
        if (shares > balance) revert Insurance_RequestTooLarge(shares, balance);
        uint256 opensAt = block.timestamp + _cooldownSeconds;
        uint256 closesAt = opensAt + _windowSeconds;
        _requests[msg.sender] = ExitRequest({
            shares: shares,
            opensAt: opensAt.toUint40(),
            closesAt: closesAt.toUint40(),
            blockedAtRequest: blockedSeconds().toUint48()
        });
        emit ExitRequested(msg.sender, shares, opensAt, closesAt);
    }

    /// @inheritdoc ICooldownVault
    function streamIncome() external nonReentrant returns (uint256 amount) {
        _settleClaims();
        return _startStream();
    }

    // ---------------------------------------------------------------- configuration

    /// @inheritdoc ICooldownVault
    function setCooldown(uint256 cooldownSeconds, uint256 windowSeconds) external restricted {
        _requireWithin(cooldownSeconds, MIN_COOLDOWN, MAX_COOLDOWN);
        _requireWithin(windowSeconds, MIN_WINDOW, MAX_WINDOW);
        emit CooldownChanged(_cooldownSeconds, _windowSeconds, cooldownSeconds, windowSeconds);
        _cooldownSeconds = cooldownSeconds.toUint32();
        _windowSeconds = windowSeconds.toUint32();
    }

    /// @inheritdoc ICooldownVault
    function setStreamDuration(uint256 durationSeconds) external restricted {
        _requireWithin(durationSeconds, MIN_STREAM, MAX_STREAM);
        emit StreamDurationChanged(_streamSeconds, durationSeconds);
        _streamSeconds = durationSeconds.toUint32();
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        return _managed - unstreamedAssets();
    }

    /// @inheritdoc ICooldownVault
    function managedAssets() public view returns (uint256) {
        return _managed;
    }

    /// @inheritdoc ICooldownVault
    function unstreamedAssets() public view returns (uint256) {
        IncomeStream memory stream = _stream;
        if (block.timestamp >= stream.endsAt) return 0;
        return
            Math.mulDiv(
                stream.amount,
                stream.endsAt - block.timestamp,
                stream.endsAt - stream.startedAt,
                Math.Rounding.Ceil
            );
    }

    /// @inheritdoc ICooldownVault
    function isBlocked() public view virtual returns (bool);

    /// @inheritdoc ICooldownVault
    function blockedSeconds() public view virtual returns (uint256);

    /// @inheritdoc ICooldownVault
    function exitRequestOf(address holder) external view returns (ExitRequest memory) {
        return _requests[holder];
    }

    /// @inheritdoc ICooldownVault
    function incomeStream() external view returns (IncomeStream memory) {
        return _stream;
    }

    /// @inheritdoc ICooldownVault
    function durations() external view returns (uint256, uint256, uint256) {
        return (_cooldownSeconds, _windowSeconds, _streamSeconds);
    }

    /// @inheritdoc IERC4626
    /// @dev Nothing while the share price is below a millionth of par.
    function maxDeposit(address) public view virtual override(ERC4626, IERC4626) returns (uint256) {
        return _isWipedOut() ? 0 : type(uint256).max;
    }

    /// @inheritdoc IERC4626
    function maxMint(address) public view virtual override(ERC4626, IERC4626) returns (uint256) {
        return _isWipedOut() ? 0 : type(uint256).max;
    }

    /// @inheritdoc IERC4626
    /// @dev What was announced, within its window, unless redemptions are blocked, and no more than the pool can pay
    /// out now.
    function maxRedeem(address holder) public view override(ERC4626, IERC4626) returns (uint256 shares) {
        ExitRequest memory request = _requests[holder];
        if (request.shares == 0 || block.timestamp < request.opensAt || isBlocked()) return 0;
        if (block.timestamp >= request.closesAt + blockedSeconds() - request.blockedAtRequest) return 0;
        uint256 payable_ = _payableAssets();
        if (previewRedeem(request.shares) <= payable_) return request.shares;
        return Math.min(convertToShares(payable_), request.shares);
    }

    // ---------------------------------------------------------------- hooks

    /// @dev Puts `assets` that just arrived here where they are kept.
    /// @return placed What was put there, token base units.
    function _place(uint256 assets) internal virtual returns (uint256 placed);

    /// @dev Sends `assets` from where they are kept to `receiver`.
    function _release(address receiver, uint256 assets) internal virtual;

    /// @dev Gives arrived income to whoever comes before the shareholders.
    /// @return settledWad What was given, WAD.
    function _settleClaims() internal virtual returns (uint256 settledWad);

    /// @dev What has arrived beyond the counted assets, token base units, rounded down.
    function _uncountedAssets() internal view virtual returns (uint256);

    /// @dev What `_release` could send out now, token base units.
    function _payableAssets() internal view virtual returns (uint256);

    // ---------------------------------------------------------------- books

    /// @dev Takes `assets` (token base units) off the books. What still streams in bears its part, so that the share
    /// price never falls to nothing while income is on its way.
    function _bookLoss(uint256 assets) internal {
        uint256 managedBefore = _managed;
        uint256 unstreamed = unstreamedAssets();
        uint256 managedAfter = managedBefore - assets;
        _managed = managedAfter;
        if (unstreamed == 0) return;
        _stream.amount = Math.mulDiv(unstreamed, managedAfter, managedBefore).toUint128();
        _stream.startedAt = block.timestamp.toUint40();
    }

    /// @dev Starts the next stream with all uncounted assets, unless one is running.
    function _startStream() internal returns (uint256 amount) {
        if (block.timestamp < _stream.endsAt) return 0;
        amount = _uncountedAssets();
        if (amount == 0) return 0;
        uint256 endsAt = block.timestamp + _streamSeconds;
        _managed += amount;
        _stream = IncomeStream({
            amount: amount.toUint128(),
            startedAt: block.timestamp.toUint40(),
            endsAt: endsAt.toUint40()
        });
        emit IncomeStreamed(amount, endsAt);
    }

    /// @inheritdoc ERC4626
    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override nonReentrant {
        if (assets == 0 || shares == 0) revert Insurance_ZeroAmount(assets, shares);
        super._deposit(caller, receiver, assets, shares);
    }

    /// @inheritdoc ERC4626
    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override nonReentrant {
        if (assets == 0 || shares == 0) revert Insurance_ZeroAmount(assets, shares);
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    /// @inheritdoc ERC4626
    function _transferIn(address from, uint256 assets) internal override {
        IERC20 token = IERC20(asset());
        uint256 balanceBefore = token.balanceOf(address(this));
        super._transferIn(from, assets);
        uint256 received = token.balanceOf(address(this)) - balanceBefore;
        if (received != assets) revert Insurance_FeeOnTransfer(received, assets);
        _managed += _place(assets);
    }

    /// @inheritdoc ERC4626
    function _transferOut(address to, uint256 assets) internal override {
        _managed -= assets;
        _release(to, assets);
    }

    /// @inheritdoc ERC20
    /// @dev Shares that leave a holder leave its request: redeemed ones count against it, sent ones shrink it to what is
    /// left.
    function _update(address from, address to, uint256 shares) internal override {
        super._update(from, to, shares);
        if (from == address(0)) return;
        uint256 announced = _requests[from].shares;
        if (announced == 0) return;
        uint256 remaining = to == address(0) ? announced - shares : Math.min(announced, balanceOf(from));
        if (remaining == announced) return;
        _requests[from].shares = remaining;
        emit ExitReduced(from, remaining);
    }

    /// @inheritdoc ERC4626
    function _decimalsOffset() internal pure override returns (uint8) {
        return DECIMALS_OFFSET;
    }

    function _isWipedOut() private view returns (bool) {
        return totalSupply() / LARGEST_PRICE_FALL > SHARES_AT_PAR * (totalAssets() + 1);
    }

    function _requireWithin(uint256 actual, uint256 minimum, uint256 maximum) private pure {
        if (actual < minimum || actual > maximum) revert Insurance_DurationOutOfBounds(actual, minimum, maximum);
    }
}
