// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentId, InstrumentKind} from "../types/InstrumentId.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {IVaultSettings} from "../vault/IVaultSettings.sol";

import {Crossing} from "./Crossing.sol";
import {IExchange} from "./IExchange.sol";
import {OrderHash} from "./OrderHash.sol";

/// @title Exchange
/// @notice Turns signed orders into balanced fills; keeps what is filled and what is void, and nothing else.
/// @dev Trusts signatures and the vault. A batch calls `settle` from outside itself, so that one guard serves both.
/// Keeps: invariants 2, 19, 20.
contract Exchange is IExchange, AccessManaged, EIP712, ReentrancyGuardTransient {
    using FixedPointMathLib for uint256;
    using OrderHash for Order;

    /// @dev [slot 0] units filled per order hash, `CANCELLED` when void; a full word, below 2^64. [1] nonce floors. [2] lot sizes
    /// of perpetuals and [3] of options, WAD of the underlying, copied on first use: neither ever changes. [4], [5] markets, 20
    /// bytes each.
    struct State {
        mapping(bytes32 orderHash => uint256 units) filled;
        mapping(AccountId account => uint64 floor) nonceFloor;
        mapping(AssetId asset => uint256 lotSizeWad) lotSizeWad;
        mapping(AssetId asset => uint256 lotSizeWad) optionLotSizeWad;
        IPerpMarkets perps;
        IOptionMarkets options;
    }

    /// @dev What remains of an order at this count is nothing, whatever its size.
    uint64 private constant CANCELLED = type(uint64).max;

    uint256 private constant BPS = 10_000;
    uint256 private constant WAD = 1e18;

    /// @dev The largest fee on an option leg is a premium over this.
    uint256 private constant OPTION_FEE_DIVISOR = 8;

    /// @dev Eight option legs between accounts with fifteen legs in eight expiries each need 4.3 million; between accounts with
    /// every perpetual, less. Three such matches fit a transaction (2^24 gas, EIP-7825). `settle` knows no such limit.
    uint256 private constant MATCH_GAS = 5_000_000;

    /// @dev What the batch itself may need around a match's call: the call, its event, the loop.
    uint256 private constant BATCH_TAIL_GAS = 30_000;

    /// @dev A call passes on at most 63/64 of the gas left.
    uint256 private constant KEPT_GAS_DIVISOR = 63;

    /// @dev Bytes of revert data that a skipped match's event shows: a selector and seven words.
    uint16 private constant MAX_REASON_BYTES = 256;

    IMarginVault private immutable _vault;
    State private _state;

    constructor(address authority, IMarginVault vault_) AccessManaged(authority) EIP712("Breakwater Exchange", "1") {
        if (address(vault_) == address(0) || authority == address(0)) revert Exchange_ZeroAddress();
        _vault = vault_;
    }

    // --- Trading -------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function settle(Match calldata match_) external nonReentrant {
        _settle(match_);
    }

    /// @inheritdoc IExchange
    function settleBatch(Match[] calldata matches) external returns (bool[] memory settled) {
        settled = new bool[](matches.length);
        uint256 gasRequired = MATCH_GAS + MATCH_GAS / KEPT_GAS_DIVISOR + BATCH_TAIL_GAS;
        for (uint256 i; i < matches.length; ++i) {
            bytes memory call = abi.encodeCall(IExchange.settle, (matches[i]));
            if (gasleft() < gasRequired) revert Exchange_BatchGasTooLow(gasleft(), gasRequired);
            bytes memory reason;
            (settled[i], , reason) = LibCall.tryCall(address(this), 0, MATCH_GAS, MAX_REASON_BYTES, call);
            if (!settled[i]) emit MatchSkipped(i, reason);
        }
    }

    /// @inheritdoc IExchange
    function take(
        Order calldata maker,
        bytes calldata makerSignature,
        AccountId taker,
        uint64 units,
        uint256 maxFeeWad,
        bool reduceOnly
    ) external nonReentrant {
        _requireMayAct(taker, msg.sender);
        _take(maker, makerSignature, units, TradeTerms(taker, 0, maxFeeWad, reduceOnly));
    }

    /// @inheritdoc IExchange
    function takeFor(address actor, bytes calldata request) external nonReentrant {
        if (msg.sender != address(_vault)) revert Exchange_CallerNotVault(msg.sender, address(_vault));
        TakeRequest calldata asked = _decodeTake(request);
        _requireMayAct(asked.taker, actor);
        TradeTerms memory terms = TradeTerms(asked.taker, 0, asked.maxFeeWad, asked.reduceOnly);
        _take(asked.maker, asked.makerSignature, asked.units, terms);
    }

    // --- Cancelling ----------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function cancel(Order calldata order) external {
        _requireMayAct(order.account, msg.sender);
        bytes32 orderHash = hashOrder(order);
        uint256 filled = _state.filled[orderHash];
        if (filled == CANCELLED) revert Exchange_OrderCancelled(orderHash);
        if (filled >= order.units) revert Exchange_OrderAlreadyFilled(orderHash, order.units);
        _state.filled[orderHash] = CANCELLED;
        emit OrderCancelled(orderHash, order.account);
    }

    /// @inheritdoc IExchange
    function raiseNonceFloor(AccountId account, uint64 floor) external {
        _requireMayAct(account, msg.sender);
        uint64 previous = _state.nonceFloor[account];
        if (floor <= previous) revert Exchange_NonceFloorNotRising(floor, previous);
        _state.nonceFloor[account] = floor;
        emit NonceFloorRaised(account, previous, floor);
    }

    // --- Configuration -------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function wire(address perps_, address options_) external restricted {
        if (perps_ == address(0) || options_ == address(0)) revert Exchange_ZeroAddress();
        address present = address(_state.perps);
        if (present != address(0)) revert Exchange_AlreadyWired(present);
        (_state.perps, _state.options) = (IPerpMarkets(perps_), IOptionMarkets(options_));
        emit ExchangeWired(perps_, options_);
    }

    // --- Views ---------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function canSettle(Match calldata match_) external returns (bool ok, bytes4 reason) {
        bytes memory call = abi.encodeCall(IExchange.dryRun, (match_));
        (, , bytes memory revertData) = LibCall.tryCall(address(this), 0, gasleft(), MAX_REASON_BYTES, call);
        reason = bytes4(revertData);
        ok = reason == Exchange_WouldSettle.selector;
        if (ok) reason = bytes4(0);
    }

    /// @inheritdoc IExchange
    function dryRun(Match calldata match_) external nonReentrant {
        _settle(match_);
        revert Exchange_WouldSettle();
    }

    /// @inheritdoc IExchange
    function filledUnits(bytes32 orderHash) external view returns (uint64) {
        return uint64(_state.filled[orderHash]);
    }

    /// @inheritdoc IExchange
    function nonceFloor(AccountId account) external view returns (uint64) {
        return _state.nonceFloor[account];
    }

    /// @inheritdoc IExchange
    function vault() external view returns (address) {
        return address(_vault);
    }

    /// @inheritdoc IExchange
    function perps() external view returns (address) {
        return address(_state.perps);
    }

    /// @inheritdoc IExchange
    function options() external view returns (address) {
        return address(_state.options);
    }

    /// @inheritdoc IExchange
    function matchGas() external pure returns (uint256) {
        return MATCH_GAS;
    }

    /// @inheritdoc IExchange
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(order.structHash());
    }

    // --- Private -------------------------------------------------------------------------------

    function _settle(Match calldata match_) private {
        Order calldata maker = match_.maker;
        Order calldata taker = match_.taker;
        uint64 units = match_.units;
        if (maker.account == taker.account) revert Exchange_SelfMatch(maker.account);
        Leg[] calldata legs = maker.legs;
        Crossing.requireWellFormed(legs);
        Crossing.requireCrossing(legs, taker.legs);
        bytes32 makerHash = _consume(maker, match_.makerSignature, units);
        bytes32 takerHash = _consume(taker, match_.takerSignature, units);
        emit OrdersMatched(makerHash, takerHash, maker.account, taker.account, units);

        (Fill[] memory fills, uint256 notionalWad) = _fillsOf(maker, taker.account, units);
        _apply(fills, _termsOf(maker, notionalWad), _termsOf(taker, notionalWad));
    }

    /// @param terms The taker's, notional not yet known.
    function _take(Order calldata maker, bytes calldata makerSignature, uint64 units, TradeTerms memory terms) private {
        if (maker.account == terms.account) revert Exchange_SelfMatch(terms.account);
        Crossing.requireWellFormed(maker.legs);
        bytes32 makerHash = _consume(maker, makerSignature, units);
        emit OrdersMatched(makerHash, bytes32(0), maker.account, terms.account, units);

        (Fill[] memory fills, uint256 notionalWad) = _fillsOf(maker, terms.account, units);
        terms.feeNotionalWad = notionalWad;
        _apply(fills, _termsOf(maker, notionalWad), terms);
    }

    /// @dev Checks that the order is alive and signed, and takes `units` off what is left of it.
    function _consume(
        Order calldata order,
        bytes calldata signature,
        uint64 units
    ) private returns (bytes32 orderHash) {
        if (units == 0) revert Exchange_ZeroUnits();
        if (block.timestamp > order.expiry) revert Exchange_OrderExpired(block.timestamp, order.expiry);
        uint64 floor = _state.nonceFloor[order.account];
        if (order.nonce < floor) revert Exchange_NonceBelowFloor(order.nonce, floor);

        orderHash = hashOrder(order);
        uint256 filled = _state.filled[orderHash];
        if (filled == CANCELLED) revert Exchange_OrderCancelled(orderHash);
        // An order never fills beyond its units: what remains is not negative and fits 64 bits.
        uint256 remaining = order.units - filled;
        if (units > remaining) revert Exchange_UnitsExceedRemaining(orderHash, units, uint64(remaining));
        _requireSigned(order, orderHash, signature);
        _state.filled[orderHash] = filled + units;
    }

    /// @dev The key is tried before the contract: it spares an account without code a cold read, and an account that
    /// delegates to code (EIP-7702) keeps its own signature.
    function _requireSigned(Order calldata order, bytes32 orderHash, bytes calldata signature) private view {
        address signer = order.signer;
        (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(orderHash, signature);
        bool byKey = err == ECDSA.RecoverError.NoError && recovered == signer;
        if (!byKey && !SignatureChecker.isValidERC1271SignatureNowCalldata(signer, orderHash, signature)) {
            revert Exchange_SignatureInvalid(orderHash, signer);
        }
        _requireMayAct(order.account, signer);
    }

    /// @dev The owner always may: asking the vault would cost a call.
    function _requireMayAct(AccountId account, address actor) private view {
        if (actor != account.ownerOf() && !_vault.mayAct(account, actor)) {
            revert Exchange_ActorNotAllowed(account, actor);
        }
    }

    /// @dev `notionalWad` sums the legs' fee notionals, each rounded up, WAD of the settlement token.
    function _fillsOf(
        Order calldata maker,
        AccountId taker,
        uint64 units
    ) private returns (Fill[] memory fills, uint256 notionalWad) {
        Leg[] calldata legs = maker.legs;
        AccountId makerAccount = maker.account;
        fills = new Fill[](legs.length);
        uint256 capDivisor;
        for (uint256 i; i < legs.length; ++i) {
            Fill memory fill = Crossing.fillOf(legs[i], makerAccount, taker, units);
            fills[i] = fill;
            if (fill.instrument.kindOf() == InstrumentKind.Perpetual) {
                notionalWad += (uint256(fill.lots) * _lotSizeWad(fill.instrument)).mulDivUp(fill.priceWad, WAD);
                continue;
            }
            if (capDivisor == 0) capDivisor = _capDivisor();
            notionalWad += _optionFeeNotionalWad(fill, capDivisor);
        }
    }

    /// @dev 1e8 premiums over this are the notional on which the largest fee that any account pays, in bps of a bps, is an eighth of
    /// the premium.
    function _capDivisor() private view returns (uint256) {
        IVaultSettings.TradePolicy memory policy = _vault.tradePolicy();
        uint256 largestBps2 = HealthFee.largestFeeBps2(policy.feeBps, policy.surchargeBps);
        return largestBps2 == 0 ? 1 : OPTION_FEE_DIVISOR * largestBps2;
    }

    /// @dev The largest fee rounds up, as the fee itself does: an exact bound is met.
    function _termsOf(Order calldata order, uint256 notionalWad) private pure returns (TradeTerms memory) {
        uint256 maxFeeWad = notionalWad.mulDivUp(order.maxFeeBps, BPS);
        return TradeTerms(order.account, notionalWad, maxFeeWad, order.reduceOnly);
    }

    function _apply(Fill[] memory fills, TradeTerms memory makerTerms, TradeTerms memory takerTerms) private {
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0], terms[1]) = (makerTerms, takerTerms);
        _vault.applyFills(fills, terms);
    }

    /// @dev Size * the lesser of the strike and what the cap makes of the premium. No fee is above 100 bps: a product that does
    /// not fit leaves more than any strike.
    function _optionFeeNotionalWad(Fill memory fill, uint256 capDivisor) private returns (uint256) {
        uint256 basisWad = fill.priceWad.saturatingMul(BPS * BPS) / capDivisor;
        basisWad = basisWad.min(fill.instrument.strikeWadOf());
        return (uint256(fill.lots) * _optionLotSizeWad(fill.instrument.underlyingOf())).mulDivUp(basisWad, WAD);
    }

    function _lotSizeWad(InstrumentId instrument) private returns (uint256 lotSizeWad) {
        AssetId asset = instrument.underlyingOf();
        lotSizeWad = _state.lotSizeWad[asset];
        if (lotSizeWad != 0) return lotSizeWad;

        IPerpMarkets markets = _state.perps;
        if (address(markets) == address(0)) revert Exchange_NotWired();
        if (!markets.isListed(asset)) revert Exchange_InstrumentNotListed(instrument);
        lotSizeWad = markets.marksOf(1 << AssetId.unwrap(asset))[0].lotSizeWad;
        _state.lotSizeWad[asset] = lotSizeWad;
        emit LotSizeLearned(asset, lotSizeWad);
    }

    /// @dev All series of an underlying have one lot size. Whether this one is listed is asked once, by the vault, when it
    /// books the fill.
    function _optionLotSizeWad(AssetId asset) private returns (uint256 lotSizeWad) {
        lotSizeWad = _state.optionLotSizeWad[asset];
        if (lotSizeWad != 0) return lotSizeWad;

        IOptionMarkets markets = _state.options;
        if (address(markets) == address(0)) revert Exchange_NotWired();
        lotSizeWad = markets.configOf(asset).lotSizeWad;
        _state.optionLotSizeWad[asset] = lotSizeWad;
        emit OptionLotSizeLearned(asset, lotSizeWad);
    }

    /// @dev `abi.decode` without the copy to memory. Wherever a forged offset points, what is read is the actor's own
    /// word: only `actor` is vouched for, and it is not part of the request.
    function _decodeTake(bytes calldata request) private pure returns (TakeRequest calldata asked) {
        // asked = request[offset:], the offset being the first word of `abi.encode(TakeRequest)`.
        assembly ("memory-safe") {
            asked := add(request.offset, calldataload(request.offset))
        }
    }
}
