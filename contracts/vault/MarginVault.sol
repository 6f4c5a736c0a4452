// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "solady/src/utils/EIP712.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {Custody} from "./Custody.sol";
import {FillDesk} from "./FillDesk.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {IVaultOperators} from "./IVaultOperators.sol";
import {IVaultSettings} from "./IVaultSettings.sol";
import {ModuleDesk} from "./ModuleDesk.sol";
import {Operators} from "./Operators.sol";
import {Portfolios} from "./Portfolios.sol";
import {Session} from "./Session.sol";
import {Settings} from "./Settings.sol";
import {TokenIO} from "./TokenIO.sol";
import {VaultDesk} from "./VaultDesk.sol";
import {TokenKind, TokenRecord, VaultState, Wiring} from "./VaultState.sol";

/// @title MarginVault
/// @notice The custodian and the ledger of a risk domain: orders and guards, its libraries do the work.
/// @dev Owns: `VaultState`. Trusts: modules set by governance, risk engine, markets, breaker, limiter. Keeps: invariants
/// 1, 2, 3, 6, 10.
contract MarginVault is IMarginVault, AccessManaged, EIP712 {
    /// @dev The waterfall renews a gate that must last longer.
    uint256 private constant MAX_GATE_SECONDS = 7 days;

    IPortfolioMargin private immutable _risk;
    IPerpMarkets private immutable _perps;
    IOptionMarkets private immutable _options;
    ICircuitBreaker private immutable _breaker;
    IOutflowLimiter private immutable _limiter;
    address private immutable _settlementToken;
    uint256 private immutable _cashScale;

    VaultState private _state;

    modifier locked() {
        Session.lock();
        _;
        Session.setState(Session.IDLE);
    }

    modifier onlyRole(ModuleRole role) {
        _requireRole(role);
        _;
    }

    /// @param authority The AccessManager. Roles: all setters are slow governance's.
    constructor(
        address authority,
        address settlementToken_,
        IPortfolioMargin risk,
        IPerpMarkets perps,
        IOptionMarkets options,
        ICircuitBreaker breaker,
        IOutflowLimiter limiter
    ) AccessManaged(authority) {
        bool complete = authority != address(0) && address(risk) != address(0) && address(perps) != address(0);
        complete = complete && address(options) != address(0);
        if (!complete || address(breaker) == address(0) || address(limiter) == address(0)) revert Vault_ZeroAddress();
        uint8 decimals = Settings.requireDecimals(settlementToken_);
        _settlementToken = settlementToken_;
        _cashScale = 10 ** (18 - decimals);
        _risk = risk;
        _perps = perps;
        _options = options;
        _breaker = breaker;
        _limiter = limiter;
        _state.tokens[settlementToken_] = TokenRecord(0, TokenKind.Settlement, 0, decimals, 0);
    }

    // --- Users ------------------------------------------------------------------------------------------------

    /// @inheritdoc IMarginVault
    function deposit(AccountId account, address token, uint256 amount) external locked {
        Custody.deposit(_state, _wiring(), account, token, amount);
    }

    /// @inheritdoc IMarginVault
    function depositWithPermit(
        AccountId account,
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external locked {
        TokenIO.spendPermit(_state, token, amount, TokenIO.Permit(deadline, v, r, s));
        Custody.deposit(_state, _wiring(), account, token, amount);
    }

    /// @inheritdoc IMarginVault
    function withdraw(AccountId account, address token, uint256 amount, address recipient) external locked {
        VaultDesk.withdraw(_state, _wiring(), account, token, amount, recipient);
    }

    /// @inheritdoc IMarginVault
    function transfer(AccountId from, AccountId to, address token, uint256 amount) external locked {
        VaultDesk.transfer(_state, _wiring(), from, to, token, amount);
    }

    /// @inheritdoc IMarginVault
    function operate(BatchAction[] calldata actions) external locked {
        VaultDesk.operate(_state, _wiring(), actions);
    }

    /// @inheritdoc IMarginVault
    function touch(AccountId account) external locked returns (uint256 owedWad) {
        return VaultDesk.touch(_state, _wiring(), account);
    }

    /// @inheritdoc IMarginVault
    function distributeFees() external locked returns (uint256 fundWad, uint256 treasuryWad) {
        return VaultDesk.distributeFees(_state, _wiring());
    }

    /// @inheritdoc IMarginVault
    function settleOptions(AccountId[] calldata accounts) external locked returns (uint256 expiries) {
        return ModuleDesk.settleOptions(_state, _wiring(), accounts);
    }

    // --- Operators --------------------------------------------------------------------------------------------

    /// @inheritdoc IVaultOperators
    function setOperator(address operator, bool allowed) external locked {
        Settings.setOperator(_state, operator, allowed);
    }

    /// @inheritdoc IVaultOperators
    function setOperatorBySig(
        address owner,
        address operator,
        bool allowed,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external locked {
        Operators.Appointment memory appointment = Operators.Appointment(owner, operator, allowed, nonce, deadline);
        bytes32 digest = _hashTypedData(Operators.structHash(appointment));
        Settings.appoint(_state, appointment, digest, signature);
    }

    /// @inheritdoc IVaultOperators
    function setRecipient(address recipient, bool allowed) external locked {
        Settings.setRecipient(_state, recipient, allowed);
    }

    // --- Modules ----------------------------------------------------------------------------------------------

    /// @inheritdoc IMarginVault
    function applyFills(Fill[] calldata fills, TradeTerms[] calldata terms) external {
        if (msg.sender != _state.domain.exchange) revert Vault_NotModule(msg.sender);
        uint256 state = Session.state();
        if (state == Session.LOCKED) revert Vault_Reentered();
        Session.setState(Session.LOCKED);
        FillDesk.applyAll(_state, _wiring(), fills, terms, state == Session.FILLING);
        Session.setState(state);
    }

    /// @inheritdoc IMarginVault
    function transferSlice(
        AccountId from,
        AccountId to,
        uint256 fractionWad,
        int256 paymentWad
    ) external locked onlyRole(ModuleRole.Auction) {
        ModuleDesk.transferSlice(_state, _wiring(), from, to, fractionWad, paymentWad);
    }

    /// @inheritdoc IMarginVault
    function exchangeCollateral(
        AccountId from,
        AccountId to,
        uint8 collateralIndex,
        uint256 amount,
        uint256 cashWad
    ) external locked onlyRole(ModuleRole.Auction) {
        ModuleDesk.exchangeCollateral(_state, _wiring(), from, to, collateralIndex, amount, cashWad);
    }

    /// @inheritdoc IMarginVault
    function moveCash(AccountId from, AccountId to, uint256 amountWad) external locked {
        ModuleRole role = _state.roles[msg.sender];
        if (role == ModuleRole.None || role == ModuleRole.Exchange) revert Vault_NotModule(msg.sender);
        ModuleDesk.moveCash(_state, _wiring(), from, to, amountWad);
    }

    /// @inheritdoc IMarginVault
    function creditFromLoss(AccountId account, uint256 amountWad) external locked onlyRole(ModuleRole.Waterfall) {
        ModuleDesk.creditFromLoss(_state, _wiring(), account, amountWad);
    }

    /// @inheritdoc IMarginVault
    function setFrozen(AccountId account, bool frozen) external locked onlyRole(ModuleRole.Auction) {
        if (_headerOf(account).hasCarry()) ModuleDesk.closeCarry(_state, _wiring(), account);
        AccountLedger.store(_state, account, _headerOf(account).withFrozen(frozen));
        emit FrozenSet(account, frozen);
    }

    /// @inheritdoc IMarginVault
    function gateWithdrawals(uint256 until) external locked onlyRole(ModuleRole.Waterfall) {
        uint256 latest = block.timestamp + MAX_GATE_SECONDS;
        if (until > latest) revert Vault_GateTooLong(until, latest);
        _state.domain.gatedUntil = uint32(until);
        emit WithdrawalsGated(until);
    }

    // --- Settings ---------------------------------------------------------------------------------------------

    /// @inheritdoc IVaultSettings
    function listCollateral(address token) external restricted returns (uint8 index) {
        return Settings.listCollateral(_state, _risk, token);
    }

    /// @inheritdoc IVaultSettings
    function setModule(address module, ModuleRole role) external restricted {
        Settings.setModule(_state, module, role);
    }

    /// @inheritdoc IVaultSettings
    function setTradePolicy(TradePolicy calldata policy) external restricted {
        Settings.setTradePolicy(_state, policy);
    }

    /// @inheritdoc IVaultSettings
    function setFeeAccounts(AccountId fund, AccountId treasury) external restricted {
        Settings.setFeeAccounts(_state, fund, treasury);
    }

    /// @inheritdoc IVaultSettings
    function setInterestTerms(InterestTerms calldata terms) external restricted {
        Settings.setInterestTerms(_state, _wiring(), terms);
    }

    // --- Views of accounts ------------------------------------------------------------------------------------

    /// @inheritdoc IMarginVault
    function portfolioOf(AccountId account) public view returns (Portfolio memory portfolio) {
        return Portfolios.read(_state, _wiring(), Portfolios.unknownMarks(), account, _headerOf(account));
    }

    /// @inheritdoc IMarginVault
    function cashOf(AccountId account) external view returns (int256 cashWad) {
        return portfolioOf(account).cashWad;
    }

    /// @inheritdoc IMarginVault
    function deficitOf(AccountId account) external view returns (uint256 owedWad, uint256 sinceSeconds) {
        return VaultDesk.deficitOf(_state, _wiring(), account);
    }

    /// @inheritdoc IMarginVault
    function carryOf(
        AccountId account
    ) external view returns (uint256 wadPerYear, uint256 pendingWad, uint256 sinceSeconds) {
        return VaultDesk.carryOf(_state, _wiring(), account);
    }

    /// @inheritdoc IMarginVault
    function settledCashOf(AccountId account) external view returns (int256 cashWad) {
        return _headerOf(account).cashWad();
    }

    /// @inheritdoc IMarginVault
    function lotsOf(AccountId account, AssetId asset) external view returns (int64 lots) {
        return _state.perps[account][asset].lots();
    }

    /// @inheritdoc IMarginVault
    function collateralOf(AccountId account, uint8 index) external view returns (uint256 amount) {
        return _state.collateral[account][index];
    }

    /// @inheritdoc IMarginVault
    function perpBitmapOf(AccountId account) external view returns (uint32 bitmap) {
        return _headerOf(account).perpBitmap();
    }

    /// @inheritdoc IMarginVault
    function expiryBitmapOf(AccountId account) external view returns (uint64 bitmap) {
        return _headerOf(account).expiryBitmap();
    }

    /// @inheritdoc IMarginVault
    function legsOf(AccountId account, uint8 slot) external view returns (OptionWord legs) {
        return _state.options[account][slot];
    }

    /// @inheritdoc IMarginVault
    function collateralBitmapOf(AccountId account) external view returns (uint16 bitmap) {
        return _headerOf(account).collateralBitmap();
    }

    /// @inheritdoc IMarginVault
    function isFrozen(AccountId account) external view returns (bool) {
        return _headerOf(account).isFrozen();
    }

    /// @inheritdoc IMarginVault
    function accountCount() external view returns (uint256) {
        return _state.accounts.length;
    }

    /// @inheritdoc IMarginVault
    function accountAt(uint256 position) external view returns (AccountId) {
        return _state.accounts[position];
    }

    /// @inheritdoc IVaultOperators
    function mayAct(AccountId account, address actor) external view returns (bool) {
        return Operators.mayAct(_state, account, actor);
    }

    /// @inheritdoc IVaultOperators
    function isOperator(address owner, address operator) external view returns (bool) {
        return _state.operators[owner][operator];
    }

    /// @inheritdoc IVaultOperators
    function isRecipient(address owner, address recipient) external view returns (bool) {
        return _state.recipients[owner][recipient];
    }

    /// @inheritdoc IVaultOperators
    function nonceOf(address owner) external view returns (uint256) {
        return _state.nonces[owner];
    }

    /// @inheritdoc IVaultOperators
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparator();
    }

    // --- Views of the domain ----------------------------------------------------------------------------------

    /// @inheritdoc IMarginVault
    function neighbours() external view returns (address risk, address perps, address breaker, address limiter) {
        return (address(_risk), address(_perps), address(_breaker), address(_limiter));
    }

    /// @inheritdoc IMarginVault
    function settlementToken() external view returns (address) {
        return _settlementToken;
    }

    /// @inheritdoc IMarginVault
    function collateralToken(uint8 index) external view returns (address token, uint8 decimals) {
        uint256 count = _state.collateralTokens.length;
        if (index >= count) revert Vault_UnknownCollateral(index, count);
        token = _state.collateralTokens[index];
        decimals = _state.tokens[token].decimals;
    }

    /// @inheritdoc IMarginVault
    function collateralCount() external view returns (uint8) {
        return uint8(_state.collateralTokens.length);
    }

    /// @inheritdoc IMarginVault
    function holdingsOf(address token) external view returns (uint256 amount) {
        return _state.tokens[token].held;
    }

    /// @inheritdoc IMarginVault
    function clearingWad() external view returns (int256) {
        return _state.clearingWad;
    }

    /// @inheritdoc IMarginVault
    function feeCollector() public view returns (AccountId) {
        return toAccountId(address(this), 0);
    }

    /// @inheritdoc IMarginVault
    function gatedUntil() external view returns (uint256) {
        return _state.domain.gatedUntil;
    }

    /// @inheritdoc IMarginVault
    function deficitPool() external view returns (uint256 owedWad, uint256 indexWad, uint256 rateWadPerYear) {
        return VaultDesk.deficitPool(_state, _wiring());
    }

    /// @inheritdoc IVaultSettings
    function moduleRole(address module) external view returns (ModuleRole) {
        return _state.roles[module];
    }

    /// @inheritdoc IVaultSettings
    function exchange() external view returns (address) {
        return _state.domain.exchange;
    }

    /// @inheritdoc IVaultSettings
    function tradePolicy() external view returns (TradePolicy memory) {
        return _state.domain.policy;
    }

    /// @inheritdoc IVaultSettings
    function feeAccounts() external view returns (AccountId fund, AccountId treasury) {
        return (_state.fundAccount, _state.treasuryAccount);
    }

    /// @inheritdoc IVaultSettings
    function interestTerms() external view returns (InterestTerms memory) {
        return _state.pool.terms;
    }

    // --- Private ----------------------------------------------------------------------------------------------

    function _domainNameAndVersion() internal pure override returns (string memory name, string memory version) {
        return ("Breakwater Vault", "1");
    }

    function _requireRole(ModuleRole role) private view {
        if (_state.roles[msg.sender] != role) revert Vault_NotModule(msg.sender);
    }

    function _headerOf(AccountId account) private view returns (AccountHeader) {
        return _state.headers[account];
    }

    function _wiring() private view returns (Wiring memory) {
        return Wiring(_risk, _perps, _options, _breaker, _limiter, _settlementToken, _cashScale);
    }
}
