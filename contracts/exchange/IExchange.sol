// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";

/// @title IExchange
/// @notice Signed orders in, balanced fills out. Anyone may settle matching orders.
/// @dev Owns: units filled and cancellations per order, nonce floors per account. Trusts: signatures, the vault (who
/// may act for whom, solvency, fees, which series are listed), the perpetual and option markets (lot sizes). Keeps: invariants 2 (every fill has two
/// sides), 19 (`canSettle`) and 20.
interface IExchange {
    // --- Types ---------------------------------------------------------------------------------

    /// @notice One leg of one unit of an order.
    /// @param lots Signed lots per unit; positive buys.
    /// @param limitPriceWad Worst price accepted, WAD per whole unit of the underlying: a maximum when buying, a
    /// minimum when selling. Of an option it is the premium.
    struct Leg {
        InstrumentId instrument;
        int64 lots;
        uint256 limitPriceWad;
    }

    /// @notice What an account signs (EIP-712).
    /// @param account Who trades.
    /// @param legs One to eight, in strictly rising order of instrument: two parties always write the same legs alike.
    /// @param units How many units of all legs together may fill; legs fill in proportion, atomically.
    /// @param maxFeeBps Largest trade fee accepted, surcharge included, bps of the legs' fee notionals: of a perpetual size * price, of an option
    /// size * the lesser of its strike and the premium over eight times the largest fee of the vault's policy; each rounded up.
    /// @param nonce Orders below the account's nonce floor are void.
    /// @param salt Makes otherwise equal orders differ.
    /// @param expiry Unix seconds after which the order is void.
    /// @param reduceOnly Whether each leg may only shrink the account's position.
    /// @param signer Who signed: the account's owner or one of its operators. A contract signs by ERC-1271.
    struct Order {
        AccountId account;
        Leg[] legs;
        uint64 units;
        uint32 maxFeeBps;
        uint64 nonce;
        uint64 salt;
        uint40 expiry;
        bool reduceOnly;
        address signer;
    }

    /// @notice Two orders with mirrored legs; each leg fills at the maker's limit price.
    /// @param units Units to fill of both orders.
    struct Match {
        Order maker;
        bytes makerSignature;
        Order taker;
        bytes takerSignature;
        uint64 units;
    }

    /// @notice A maker's order taken for `taker`, at the maker's prices.
    /// @param units Units to take.
    /// @param maxFeeWad Largest trade fee the taker accepts, WAD of the settlement token.
    /// @param reduceOnly Whether each leg may only shrink the taker's position.
    struct TakeRequest {
        Order maker;
        bytes makerSignature;
        AccountId taker;
        uint64 units;
        uint256 maxFeeWad;
        bool reduceOnly;
    }

    // --- Events --------------------------------------------------------------------------------

    /// @notice `units` of the maker's order filled, against another order or (`takerHash` zero) a direct take.
    event OrdersMatched(
        bytes32 indexed makerHash,
        bytes32 indexed takerHash,
        AccountId maker,
        AccountId taker,
        uint64 units
    );

    /// @notice The order is void.
    event OrderCancelled(bytes32 indexed orderHash, AccountId indexed account);

    /// @notice Orders of `account` with a nonce below `floor` are void.
    event NonceFloorRaised(AccountId indexed account, uint64 previousFloor, uint64 floor);

    /// @notice The match at `index` of a batch failed and changed nothing.
    /// @param reason Revert data, its first 256 bytes.
    event MatchSkipped(uint256 indexed index, bytes reason);

    /// @notice The exchange was connected to the markets whose lot sizes it needs.
    event ExchangeWired(address indexed perps, address indexed options);

    /// @notice The exchange learned the lot size of a perpetual market, WAD of the underlying per lot.
    event LotSizeLearned(AssetId indexed asset, uint256 lotSizeWad);

    /// @notice The exchange learned the lot size of all options on `asset`, WAD of the underlying per lot.
    event OptionLotSizeLearned(AssetId indexed asset, uint256 lotSizeWad);

    // --- Errors: wiring and access -------------------------------------------------------------

    /// @notice An address of the wiring is zero.
    error Exchange_ZeroAddress();

    /// @notice Already connected to `perps`.
    error Exchange_AlreadyWired(address perps);

    /// @notice Not connected to the markets yet.
    error Exchange_NotWired();

    /// @notice Only the vault acts in another's name.
    error Exchange_CallerNotVault(address caller, address vault);

    /// @notice `actor` may not act for `account`.
    error Exchange_ActorNotAllowed(AccountId account, address actor);

    // --- Errors: one order ---------------------------------------------------------------------

    /// @notice An order has one to `maxLegs` legs.
    error Exchange_LegCountOutOfRange(uint256 legs, uint256 maxLegs);

    /// @notice The instrument id is not written in its one valid form.
    error Exchange_InstrumentNotCanonical(InstrumentId instrument);

    /// @notice There is no perpetual market for the instrument.
    error Exchange_InstrumentNotListed(InstrumentId instrument);

    /// @notice Legs must rise strictly by instrument; a repeated instrument is refused too.
    error Exchange_LegsNotAscending(InstrumentId previous, InstrumentId instrument);

    /// @notice A leg without lots.
    error Exchange_ZeroLots(InstrumentId instrument);

    /// @notice A fill at price zero.
    error Exchange_ZeroPrice(InstrumentId instrument);

    /// @notice A fill of no units.
    error Exchange_ZeroUnits();

    /// @notice The fill is larger than a position can be. Signed lots per unit, units, largest lots of a fill.
    error Exchange_LotsOutOfRange(InstrumentId instrument, int64 lotsPerUnit, uint64 units, uint256 maxLots);

    /// @notice The order is void since `expiry`. Unix seconds.
    error Exchange_OrderExpired(uint256 nowSeconds, uint40 expiry);

    /// @notice The order's nonce is below the account's floor.
    error Exchange_NonceBelowFloor(uint64 nonce, uint64 floor);

    /// @notice The order was cancelled, or filled to the maximum of uint64.
    error Exchange_OrderCancelled(bytes32 orderHash);

    /// @notice More units asked for than the order has left.
    error Exchange_UnitsExceedRemaining(bytes32 orderHash, uint64 units, uint64 remaining);

    /// @notice Nothing is left to cancel: all of the order's units are filled.
    error Exchange_OrderAlreadyFilled(bytes32 orderHash, uint64 units);

    /// @notice The signature is not `signer`'s over this order.
    error Exchange_SignatureInvalid(bytes32 orderHash, address signer);

    /// @notice The new floor must exceed the present one.
    error Exchange_NonceFloorNotRising(uint64 floor, uint64 presentFloor);

    // --- Errors: two orders --------------------------------------------------------------------

    /// @notice Both sides are the same account.
    error Exchange_SelfMatch(AccountId account);

    /// @notice The orders have different numbers of legs.
    error Exchange_LegCountsDiffer(uint256 makerLegs, uint256 takerLegs);

    /// @notice The legs at `index` are not the same instrument with opposite lots.
    error Exchange_LegsNotMirrored(uint256 index);

    /// @notice The maker's price is worse than the taker's limit, WAD.
    error Exchange_LimitsDoNotCross(InstrumentId instrument, uint256 makerPriceWad, uint256 takerLimitWad);

    // --- Errors: batch and dry run -------------------------------------------------------------

    /// @notice Too little gas left to give the next match its full allowance: the whole batch is refused, so that a
    /// caller's gas limit never decides which matches fail.
    error Exchange_BatchGasTooLow(uint256 gasLeft, uint256 gasRequired);

    /// @notice What `dryRun` always ends with when the match would settle.
    error Exchange_WouldSettle();

    // --- Trading -------------------------------------------------------------------------------

    /// @notice Settles one match. Anyone may call; whoever calls chooses which order is the maker, and each limit is
    /// kept either way.
    /// @dev Throws every error of one and of two orders above, `Exchange_ActorNotAllowed` for a signer who may not act
    /// for the account, `Exchange_NotWired`, `IOptionMarkets.Option_UnderlyingNotListed`, and what the vault throws: a
    /// series that is not listed (`IOptionMarkets.Option_NotListed`) or no longer trades, margin, frozen account, breaker,
    /// fee above the maximum, reduce-only.
    /// @dev Warning: a contract signer's answer may change between two blocks; an operator's orders die with the
    /// appointment.
    function settle(Match calldata match_) external;

    /// @notice Settles several; one that fails is skipped with an event and costs the others nothing.
    /// @dev Each match gets exactly `matchGas` to spend. Throws `Exchange_BatchGasTooLow` as a whole when less is left:
    /// gas unused is returned, so send a limit of the estimate plus `matchGas`.
    /// @return settled Which went through.
    function settleBatch(Match[] calldata matches) external returns (bool[] memory settled);

    /// @notice Takes a signed maker order for `taker`, for which the caller may act, at the maker's prices.
    /// @dev Throws what `settle` throws for the maker's order, and `Exchange_ActorNotAllowed` for the caller.
    /// @param units Units to take.
    /// @param maxFeeWad Largest trade fee the taker accepts, WAD of the settlement token.
    /// @param reduceOnly Whether each leg may only shrink the taker's position.
    function take(
        Order calldata maker,
        bytes calldata makerSignature,
        AccountId taker,
        uint64 units,
        uint256 maxFeeWad,
        bool reduceOnly
    ) external;

    /// @notice `take` in the name of `actor`, for the vault's batches. Only the vault, which answers for it that `actor`
    /// is who called it.
    /// @dev Throws `Exchange_CallerNotVault`, and what `take` throws.
    /// @param request ABI-encoded `TakeRequest`.
    function takeFor(address actor, bytes calldata request) external;

    // --- Cancelling ----------------------------------------------------------------------------

    /// @notice Voids an order. Only who may act for its account.
    /// @dev Throws `Exchange_ActorNotAllowed`, `Exchange_OrderCancelled`, `Exchange_OrderAlreadyFilled`. The order's
    /// signature is not asked for, nor whether the order was well formed.
    function cancel(Order calldata order) external;

    /// @notice Voids every order of `account` with a nonce below `floor`; the floor only rises. Only who may act for the
    /// account.
    /// @dev Throws `Exchange_ActorNotAllowed`, `Exchange_NonceFloorNotRising`.
    function raiseNonceFloor(AccountId account, uint64 floor) external;

    // --- Configuration -------------------------------------------------------------------------

    /// @notice Connects the markets, whose lot sizes the exchange reads once per underlying. Restricted, once.
    /// @dev Throws `Exchange_ZeroAddress`, `Exchange_AlreadyWired`.
    function wire(address perps_, address options_) external;

    // --- Views ---------------------------------------------------------------------------------

    /// @notice Whether `settle` would go through in this block, and if not, the selector of the error it would throw
    /// (zero: an error without data, such as too little gas).
    /// @dev Exact: it settles, then undoes it, which no view can do; ask by `eth_call`. Leaves no trace on chain either.
    function canSettle(Match calldata match_) external returns (bool ok, bytes4 reason);

    /// @notice Settles, then always reverts: with `Exchange_WouldSettle`, or with the error of `settle`.
    function dryRun(Match calldata match_) external;

    /// @notice EIP-712 hash of an order in this exchange's domain.
    function hashOrder(Order calldata order) external view returns (bytes32);

    /// @notice Units filled of an order; the maximum of uint64 when cancelled.
    function filledUnits(bytes32 orderHash) external view returns (uint64);

    /// @notice Orders of `account` with a nonce below this are void.
    function nonceFloor(AccountId account) external view returns (uint64);

    /// @notice Gas that each match of a batch may spend.
    function matchGas() external view returns (uint256);

    /// @notice The vault whose accounts trade here.
    function vault() external view returns (address);

    /// @notice The perpetual markets that trade here; zero until wired.
    function perps() external view returns (address);

    /// @notice The option markets that trade here; zero until wired.
    function options() external view returns (address);
}
