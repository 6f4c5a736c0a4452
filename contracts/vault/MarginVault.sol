// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";
import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {FillSettlement} from "./FillSettlement.sol";
import {IFillTaker} from "./IFillTaker.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {IVaultCallee} from "./IVaultCallee.sol";
import {SliceTransfer} from "./SliceTransfer.sol";
import {TokenIO} from "./TokenIO.sol";
import {CollateralToken, VaultState} from "./VaultState.sol";

/// @title MarginVault
/// @notice Orders and guards; the libraries beside it compute and book.
/// @dev One lock for every call that changes state, held over all calls to tokens and callees. It is a word of transient
/// storage of its own, not OpenZeppelin's guard, because a batch must let the exchange in for exactly one fill.
contract MarginVault is IMarginVault, AccessManaged, EIP712 {
    using AccountLedger for VaultState;
    using CashDeficit for VaultState;
    using FillSettlement for VaultState;
    using SliceTransfer for VaultState;
    using TokenIO for VaultState;

    /// @dev Accounts of a batch that leave the final check with something gone.
    struct Outflows {
        AccountId[] accounts;
        bool[] cashOut;
        uint256 count;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant MAX_ACTIONS = 32;
    uint256 private constant MAX_FEE_BPS = 100;
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_RATE_WAD = 10e18;
    bytes32 private constant SET_OPERATOR_TYPEHASH =
        keccak256("SetOperator(address owner,address operator,bool allowed,uint256 nonce,uint256 deadline)");

    uint256 private constant IDLE = 0;
    uint256 private constant BUSY = 1;
    /// @dev Busy, but the exchange may apply the fill that a batch asked it for.
    uint256 private constant FILLING = 2;

    address public immutable settlementToken;
    uint256 private immutable _scale;
    IPortfolioMargin private immutable _risk;
    IPerpMarkets private immutable _perps;
    ICircuitBreaker private immutable _breaker;
    IOutflowLimiter private immutable _limiter;

    VaultState private _state;
    uint256 private transient _lock;
    /// @dev Account whose solvency the running batch proves at its end.
    AccountId private transient _deferred;

    modifier locked() {
        if (_lock != IDLE) revert Vault_Reentered();
        _lock = BUSY;
        _;
        _lock = IDLE;
    }

    modifier onlyModule(ModuleRole role) {
        if (_state.roles[msg.sender] != role) revert Vault_WrongModule(msg.sender, role);
        _;
    }

    constructor(
        address authority,
        address settlementToken_,
        IPortfolioMargin risk,
        IPerpMarkets perps,
        ICircuitBreaker breaker,
        IOutflowLimiter limiter
    ) AccessManaged(authority) EIP712("Breakwater Vault", "1") {
        if (
            authority == address(0) ||
            address(risk) == address(0) ||
            address(perps) == address(0) ||
            address(breaker) == address(0) ||
            address(limiter) == address(0)
        ) revert Vault_ZeroAddress();
        settlementToken = settlementToken_;
        _scale = 10 ** (18 - TokenIO.decimalsOf(settlementToken_));
        (_risk, _perps, _breaker, _limiter) = (risk, perps, breaker, limiter);
    }

    // ------------------------------------------------------------------------------------------------------ holders

    /// @inheritdoc IMarginVault
    function deposit(AccountId account, address token, uint256 amount) external locked {
        _state.pull(_wiring(), account, token, amount, msg.sender);
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
        _permit(token, amount, deadline, v, r, s);
        _state.pull(_wiring(), account, token, amount, msg.sender);
    }

    /// @inheritdoc IMarginVault
    function withdraw(AccountId account, address token, uint256 amount, address recipient) external locked {
        _debit(account, token, amount, recipient);
        _requireMayLeave(account, token == settlementToken);
        TokenIO.send(token, recipient, amount);
    }

    /// @inheritdoc IMarginVault
    function transfer(AccountId from, AccountId to, address token, uint256 amount) external locked {
        _transfer(from, to, token, amount);
        _requireMayLeave(from, token == settlementToken);
    }

    /// @inheritdoc IMarginVault
    function operate(BatchAction[] calldata actions) external locked {
        uint256 count = actions.length;
        if (count > MAX_ACTIONS) revert Vault_TooManyActions(count, MAX_ACTIONS);
        Outflows memory outflows = Outflows(new AccountId[](count), new bool[](count), 0);
        for (uint256 i; i < count; ++i) _act(actions[i], outflows);
        for (uint256 i; i < outflows.count; ++i) _requireMayLeave(outflows.accounts[i], outflows.cashOut[i]);
    }

    /// @inheritdoc IMarginVault
    function setOperator(address operator, bool allowed) external {
        _setOperator(msg.sender, operator, allowed);
    }

    /// @inheritdoc IMarginVault
    function setOperatorBySig(
        address owner,
        address operator,
        bool allowed,
        uint256 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert Vault_SignatureExpired(deadline, block.timestamp);
        uint256 nonce = _state.nonces[owner]++;
        bytes32 content = keccak256(abi.encode(SET_OPERATOR_TYPEHASH, owner, operator, allowed, nonce, deadline));
        if (!SignatureChecker.isValidSignatureNow(owner, _hashTypedDataV4(content), signature)) {
            revert Vault_BadSignature(owner);
        }
        _setOperator(owner, operator, allowed);
    }

    /// @inheritdoc IMarginVault
    function setRecipient(address recipient, bool allowed) external {
        if (recipient == address(0)) revert Vault_ZeroAddress();
        _state.recipients[msg.sender][recipient] = allowed;
        emit RecipientSet(msg.sender, recipient, allowed);
    }

    /// @inheritdoc IMarginVault
    function touch(AccountId account) external locked returns (uint256 owedWad) {
        return _touch(account);
    }

    // ------------------------------------------------------------------------------------------------------ modules

    /// @inheritdoc IMarginVault
    function applyFills(
        Fill[] calldata fills,
        TradeTerms[] calldata terms
    ) external onlyModule(ModuleRole.Exchange) returns (uint256[] memory feesWad) {
        uint256 held = _lock;
        if (held == BUSY) revert Vault_Reentered();
        _lock = BUSY;
        FillSettlement.requireTerms(fills, terms);
        (uint256 assetBitmap, uint256[] memory cashWad) = _state.bookFills(_perps, fills);
        feesWad = _state.chargeFees(terms);
        (Rule rule, ) = _breaker.ruleFor(assetBitmap, Action.Open);
        uint256 stressWad = rule == Rule.Allowed ? WAD : _breaker.stressWad();
        for (uint256 i; i < terms.length; ++i) {
            AccountId account = terms[i].account;
            bool mustReduce = rule > Rule.Stressed || terms[i].reduceOnly || _state.headers[account].isFrozen();
            if (mustReduce) _state.requireReduction(fills, account);
            if (account != _deferred) _requireSolventTrade(fills, cashWad, account, stressWad);
        }
        _lock = held;
    }

    /// @inheritdoc IMarginVault
    function transferSlice(
        AccountId from,
        AccountId to,
        uint256 fractionWad,
        int256 paymentWad
    ) external locked onlyModule(ModuleRole.Auction) {
        _state.moveSlice(_perps, from, to, fractionWad, paymentWad);
        _requireInitial(to);
    }

    /// @inheritdoc IMarginVault
    function exchangeCollateral(
        AccountId from,
        AccountId to,
        uint8 collateralIndex,
        uint256 amount,
        uint256 cashWad
    ) external locked onlyModule(ModuleRole.Auction) {
        if (from == to) revert Vault_SameAccount(from);
        if (amount == 0) revert Vault_ZeroAmount();
        _state.takeCollateral(from, collateralIndex, amount);
        _state.addCollateral(to, collateralIndex, amount);
        _state.addCash(from, int256(cashWad));
        _state.addCash(to, -int256(cashWad));
        emit CollateralExchanged(from, to, collateralIndex, amount, cashWad);
        _touch(from);
        _requireInitial(to);
    }

    /// @inheritdoc IMarginVault
    function moveCash(AccountId from, AccountId to, uint256 amountWad) external locked {
        if (_state.roles[msg.sender] < ModuleRole.Auction) revert Vault_WrongModule(msg.sender, ModuleRole.Auction);
        if (from == to) revert Vault_SameAccount(from);
        _state.addCash(from, -int256(amountWad));
        _state.addCash(to, int256(amountWad));
        emit CashMoved(from, to, amountWad);
    }

    /// @inheritdoc IMarginVault
    function creditFromLoss(AccountId account, uint256 amountWad) external locked onlyModule(ModuleRole.Waterfall) {
        _state.addCash(account, int256(amountWad));
        emit LossCredited(account, amountWad);
    }

    /// @inheritdoc IMarginVault
    function setFrozen(AccountId account, bool frozen) external onlyModule(ModuleRole.Auction) {
        _state.headers[account] = _state.headers[account].withFrozen(frozen);
        emit FrozenSet(account, frozen);
    }

    /// @inheritdoc IMarginVault
    function gateWithdrawals(uint256 until) external onlyModule(ModuleRole.Waterfall) {
        _state.gatedUntil = until;
        emit WithdrawalsGated(until);
    }

    // ------------------------------------------------------------------------------------------------ configuration

    /// @inheritdoc IMarginVault
    function setModule(address module, ModuleRole role) external restricted {
        if (module == address(0) || role == ModuleRole.None) revert Vault_ZeroAddress();
        ModuleRole present = _state.roles[module];
        bool single = role == ModuleRole.Exchange && _state.exchange != address(0);
        single = single || (role == ModuleRole.InsuranceFund && _state.fundAccount != AccountId.wrap(0));
        if (present != ModuleRole.None || single) revert Vault_ModuleAlreadySet(module, present);
        _state.roles[module] = role;
        if (role == ModuleRole.Exchange) _state.exchange = module;
        if (role == ModuleRole.InsuranceFund) {
            AccountId fund = toAccountId(module, 0);
            _state.fundAccount = fund;
            _state.headers[fund] = _state.enlist(fund);
        }
        emit ModuleSet(module, role);
    }

    /// @inheritdoc IMarginVault
    function listCollateral(address token) external restricted returns (uint8 index) {
        return _state.list(settlementToken, token);
    }

    /// @inheritdoc IMarginVault
    function setFeeTerms(FeeTerms calldata terms) external restricted {
        if (terms.feeBps > MAX_FEE_BPS || terms.fundShareBps > BPS) {
            revert Vault_FeeTermsOutOfBounds(terms.feeBps, terms.fundShareBps);
        }
        if (terms.treasury == AccountId.wrap(0) || _state.fundAccount == AccountId.wrap(0)) revert Vault_ZeroAddress();
        _state.feeTerms = terms;
        emit FeeTermsSet(terms);
    }

    /// @inheritdoc IMarginVault
    function setInterestTerms(InterestTerms calldata terms) external restricted {
        _requireAtMost(terms.kinkWad, WAD);
        _requireAtMost(terms.baseWadPerYear, MAX_RATE_WAD);
        _requireAtMost(terms.slope1WadPerYear, MAX_RATE_WAD);
        _requireAtMost(terms.slope2WadPerYear, MAX_RATE_WAD);
        _state.accrue();
        _state.interestTerms = terms;
        emit InterestTermsSet(terms);
    }

    // -------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IMarginVault
    function mayAct(AccountId account, address actor) public view returns (bool) {
        address owner = account.ownerOf();
        return actor == owner || _state.operators[owner][actor];
    }

    /// @inheritdoc IMarginVault
    function portfolioOf(AccountId account) public view returns (Portfolio memory portfolio) {
        return _state.portfolio(_perps, account);
    }

    /// @inheritdoc IMarginVault
    function cashOf(AccountId account) external view returns (int256 cashWad) {
        return _state.cashNow(_perps, account);
    }

    /// @inheritdoc IMarginVault
    function deficitOf(AccountId account) external view returns (uint256 owedWad, uint256 sinceSeconds) {
        owedWad = _owedNow(portfolioOf(account));
        uint256 since = _state.deficits[account].since;
        if (owedWad != 0 && since != 0) sinceSeconds = block.timestamp - since;
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
        return _state.headers[account].perpBitmap();
    }

    /// @inheritdoc IMarginVault
    function collateralBitmapOf(AccountId account) external view returns (uint16 bitmap) {
        return _state.headers[account].collateralBitmap();
    }

    /// @inheritdoc IMarginVault
    function isFrozen(AccountId account) external view returns (bool) {
        return _state.headers[account].isFrozen();
    }

    /// @inheritdoc IMarginVault
    function accountCount() external view returns (uint256) {
        return _state.accounts.length;
    }

    /// @inheritdoc IMarginVault
    function accountAt(uint256 position) external view returns (AccountId) {
        return _state.accounts[position];
    }

    /// @inheritdoc IMarginVault
    function collateralToken(uint8 index) external view returns (address token, uint8 decimals) {
        CollateralToken storage listed = _state.tokens[index];
        return (listed.token, listed.decimals);
    }

    /// @inheritdoc IMarginVault
    function collateralCount() external view returns (uint8) {
        return uint8(_state.tokens.length);
    }

    /// @inheritdoc IMarginVault
    function isRecipient(address owner, address recipient) external view returns (bool) {
        return _state.recipients[owner][recipient];
    }

    /// @inheritdoc IMarginVault
    function nonceOf(address owner) external view returns (uint256) {
        return _state.nonces[owner];
    }

    /// @inheritdoc IMarginVault
    function roleOf(address module) external view returns (ModuleRole) {
        return _state.roles[module];
    }

    /// @inheritdoc IMarginVault
    function heldOf(address token) external view returns (uint256 amount) {
        if (token == settlementToken) return _state.cashHeldWad / _scale;
        return _state.tokens[_state.indexOf(token)].held;
    }

    /// @inheritdoc IMarginVault
    function owedTotal() external view returns (uint256 owedWad, uint256 rateWadPerYear) {
        return (_state.clock.owedWad, _state.rateWadPerYear());
    }

    /// @inheritdoc IMarginVault
    function gatedUntil() external view returns (uint256) {
        return _state.gatedUntil;
    }

    /// @inheritdoc IMarginVault
    function feeTerms() external view returns (FeeTerms memory) {
        return _state.feeTerms;
    }

    /// @inheritdoc IMarginVault
    function interestTerms() external view returns (InterestTerms memory) {
        return _state.interestTerms;
    }

    // ----------------------------------------------------------------------------------------------------- internal

    function _act(BatchAction calldata action, Outflows memory outflows) private {
        if (action.kind == BatchActionKind.Deposit) {
            (AccountId account, address token, uint256 amount) = abi.decode(action.data, (AccountId, address, uint256));
            _state.pull(_wiring(), account, token, amount, msg.sender);
        } else if (action.kind == BatchActionKind.DepositWithPermit) {
            _depositWithPermit(action.data);
        } else if (action.kind == BatchActionKind.Withdraw) {
            (AccountId account, address token, uint256 amount, address recipient) = abi.decode(
                action.data,
                (AccountId, address, uint256, address)
            );
            _debit(account, token, amount, recipient);
            _note(outflows, account, token == settlementToken);
            TokenIO.send(token, recipient, amount);
        } else if (action.kind == BatchActionKind.Transfer) {
            (AccountId from, AccountId to, address token, uint256 amount) = abi.decode(
                action.data,
                (AccountId, AccountId, address, uint256)
            );
            _transfer(from, to, token, amount);
            _note(outflows, from, token == settlementToken);
        } else if (action.kind == BatchActionKind.Swap) {
            _swap(abi.decode(action.data, (SwapTerms)), outflows);
        } else {
            _fill(action.data, outflows);
        }
    }

    function _depositWithPermit(bytes calldata data) private {
        (AccountId account, address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) = abi.decode(
            data,
            (AccountId, address, uint256, uint256, uint8, bytes32, bytes32)
        );
        _permit(token, amount, deadline, v, r, s);
        _state.pull(_wiring(), account, token, amount, msg.sender);
    }

    /// @dev Whoever saw the permit may have used it already; what counts is the allowance, which the transfer tests.
    function _permit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        if (token != settlementToken) _state.indexOf(token);
        bytes memory call = abi.encodeCall(IERC20Permit.permit, (msg.sender, address(this), amount, deadline, v, r, s));
        (bool done, ) = token.call(call);
        done;
    }

    function _swap(SwapTerms memory terms, Outflows memory outflows) private {
        if (terms.tokenIn == terms.tokenOut) revert Vault_SameToken(terms.tokenIn);
        if (terms.minAmountIn == 0) revert Vault_ZeroAmount();
        if (terms.tokenIn != settlementToken) _state.indexOf(terms.tokenIn);
        _debit(terms.account, terms.tokenOut, terms.amountOut, terms.callee);
        _note(outflows, terms.account, terms.tokenOut == settlementToken);
        uint256 before = IERC20(terms.tokenIn).balanceOf(address(this));
        TokenIO.send(terms.tokenOut, terms.callee, terms.amountOut);
        IVaultCallee(terms.callee).onVaultSwap(
            terms.account,
            terms.tokenOut,
            terms.amountOut,
            terms.tokenIn,
            terms.minAmountIn,
            terms.data
        );
        uint256 received = IERC20(terms.tokenIn).balanceOf(address(this)) - before;
        if (received < terms.minAmountIn) revert Vault_SwapTooLittle(terms.tokenIn, received, terms.minAmountIn);
        _state.book(_wiring(), terms.account, terms.tokenIn, received, terms.callee);
    }

    function _fill(bytes calldata data, Outflows memory outflows) private {
        (AccountId taker, bytes memory request) = abi.decode(data, (AccountId, bytes));
        if (!mayAct(taker, msg.sender)) revert Vault_NotAuthorised(taker, msg.sender);
        (_lock, _deferred) = (FILLING, taker);
        IFillTaker(_state.exchange).takeFor(msg.sender, request);
        (_lock, _deferred) = (BUSY, AccountId.wrap(0));
        _note(outflows, taker, false);
    }

    /// @dev Frozen accounts, gated domains and strangers are refused before anything moves.
    function _debit(AccountId account, address token, uint256 amount, address recipient) private {
        if (recipient == address(0)) revert Vault_ZeroAddress();
        if (amount == 0) revert Vault_ZeroAmount();
        _requireMaySend(account, recipient);
        if (block.timestamp < _state.gatedUntil) revert Vault_WithdrawalsAreGated(_state.gatedUntil);
        _state.debit(_wiring(), account, token, amount, recipient);
    }

    function _transfer(AccountId from, AccountId to, address token, uint256 amount) private {
        if (amount == 0) revert Vault_ZeroAmount();
        if (from == to) revert Vault_SameAccount(from);
        address owner = to.ownerOf();
        if (owner == address(0)) revert Vault_ZeroAddress();
        _requireMaySend(from, owner);
        if (token == settlementToken) {
            int256 amountWad = int256(amount * _scale);
            _state.addCash(from, -amountWad);
            _state.addCash(to, amountWad);
            _state.relieve(to, uint256(amountWad));
        } else {
            uint8 index = _state.indexOf(token);
            _state.takeCollateral(from, index, amount);
            _state.addCollateral(to, index, amount);
        }
        emit Transferred(from, to, token, amount);
    }

    function _requireMaySend(AccountId account, address recipient) private view {
        address owner = account.ownerOf();
        if (msg.sender != owner) {
            if (!_state.operators[owner][msg.sender]) revert Vault_NotAuthorised(account, msg.sender);
            if (recipient != owner && !_state.recipients[owner][recipient]) {
                revert Vault_RecipientNotAllowed(owner, recipient);
            }
        }
        if (_state.headers[account].isFrozen()) revert Vault_AccountFrozen(account);
    }

    /// @dev The withdrawal rules: what is left must be sound at every price, and none of it others' cash. An account of
    /// cash alone reads no price.
    function _requireMayLeave(AccountId account, bool cashOut) private {
        Portfolio memory portfolio = portfolioOf(account);
        bool cashOnly = portfolio.perps.length == 0 && portfolio.collateral.length == 0;
        (Rule rule, Level level) = _breaker.ruleFor(cashOnly ? 0 : _risk.exposure(portfolio), Action.Withdraw);
        if (rule > Rule.SurplusOnly) revert Vault_WithdrawalRefused(account, rule, level);
        if (cashOnly) {
            if (portfolio.cashWad < 0) revert Vault_CashDeficit(account, portfolio.cashWad, 0);
            return;
        }
        IPortfolioMargin.MarginReport memory margin = _risk.report(
            portfolio,
            rule == Rule.Allowed ? WAD : _breaker.stressWad()
        );
        if (margin.initialSurplusWad < 0) revert Vault_BelowInitialMargin(account, margin.initialSurplusWad);
        int256 liquidWad = portfolio.cashWad + margin.netPositionWad;
        if (cashOut && liquidWad < 0) revert Vault_CashDeficit(account, portfolio.cashWad, margin.netPositionWad);
        _state.assess(account, liquidWad < 0 ? uint256(-liquidWad) : 0);
    }

    /// @dev Initial margin, or a reduction at a price that does not make the account worse.
    function _requireSolventTrade(
        Fill[] calldata fills,
        uint256[] memory cashWad,
        AccountId account,
        uint256 stressWad
    ) private {
        Portfolio memory present = portfolioOf(account);
        int256 surplusWad = _risk.initialSurplus(present, stressWad);
        if (surplusWad < 0) {
            _state.requireReduction(fills, account);
            Portfolio memory past = _state.undo(_perps, fills, cashWad, present, account);
            int256 beforeWad = _risk.liquidationSurplus(past);
            int256 afterWad = _risk.liquidationSurplus(present);
            if (afterWad < beforeWad) revert Vault_ReductionWorsens(account, beforeWad, afterWad);
        }
        // Only an account with collateral can owe cash and still be sound.
        if (present.cashWad < 0 && present.collateral.length != 0) {
            _state.assess(account, _owedNow(present));
        }
    }

    function _requireInitial(AccountId account) private view {
        if (_state.headers[account].isFrozen()) revert Vault_AccountFrozen(account);
        int256 surplusWad = _risk.initialSurplus(portfolioOf(account), WAD);
        if (surplusWad < 0) revert Vault_BelowInitialMargin(account, surplusWad);
    }

    function _touch(AccountId account) private returns (uint256 owedWad) {
        owedWad = _owedNow(portfolioOf(account));
        _state.assess(account, owedWad);
    }

    function _owedNow(Portfolio memory portfolio) private view returns (uint256) {
        int256 liquidWad = portfolio.cashWad;
        if (portfolio.perps.length != 0) liquidWad += _risk.report(portfolio, WAD).netPositionWad;
        return liquidWad < 0 ? FixedPointMathLib.abs(liquidWad) : 0;
    }

    function _setOperator(address owner, address operator, bool allowed) private {
        if (operator == address(0)) revert Vault_ZeroAddress();
        _state.operators[owner][operator] = allowed;
        emit OperatorSet(owner, operator, allowed);
    }

    function _note(Outflows memory outflows, AccountId account, bool cashOut) private pure {
        for (uint256 i; i < outflows.count; ++i) {
            if (outflows.accounts[i] != account) continue;
            outflows.cashOut[i] = outflows.cashOut[i] || cashOut;
            return;
        }
        outflows.accounts[outflows.count] = account;
        outflows.cashOut[outflows.count++] = cashOut;
    }

    function _requireAtMost(uint256 value, uint256 limit) private pure {
        if (value > limit) revert Vault_InterestTermsOutOfBounds(value, limit);
    }

    function _wiring() private view returns (TokenIO.Wiring memory) {
        return TokenIO.Wiring(settlementToken, _scale, _limiter);
    }
}
