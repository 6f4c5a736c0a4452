// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";

/// @title IExchange
/// @notice Signed orders in, balanced fills out. Anyone may settle matching orders.
/// @dev Owns: fills and cancellations per order. Trusts: nobody but signatures. (Events, errors: completed by the room.)
interface IExchange {
    /// @notice One leg of one unit of an order.
    /// @param lots Signed lots per unit; positive buys.
    /// @param limitPriceWad Worst price accepted, WAD per whole unit of the underlying: a maximum when buying, a
    /// minimum when selling.
    struct Leg {
        InstrumentId instrument;
        int64 lots;
        uint256 limitPriceWad;
    }

    /// @notice What an account signs (EIP-712).
    /// @param units How many units of all legs together may fill; legs fill in proportion, atomically.
    /// @param maxFeeBps Largest trade fee accepted, bps of notional.
    /// @param nonce Orders below the account's nonce floor are void.
    /// @param salt Makes otherwise equal orders differ.
    /// @param expiry Unix seconds after which the order is void.
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
    struct Match {
        Order maker;
        bytes makerSignature;
        Order taker;
        bytes takerSignature;
        uint64 units;
    }

    /// @notice Settles one match. Anyone may call.
    function settle(Match calldata match_) external;

    /// @notice Settles several; one that fails is skipped with an event and costs the others nothing.
    /// @return settled Which went through.
    function settleBatch(Match[] calldata matches) external returns (bool[] memory settled);

    /// @notice Takes a signed maker order for `taker`, for which the caller may act, at the maker's prices.
    function take(
        Order calldata maker,
        bytes calldata makerSignature,
        AccountId taker,
        uint64 units,
        uint256 maxFeeWad,
        bool reduceOnly
    ) external;

    /// @notice Voids an order. Only who may act for its account.
    function cancel(Order calldata order) external;

    /// @notice Voids every order of `account` with a nonce below `floor`; the floor only rises.
    function raiseNonceFloor(AccountId account, uint64 floor) external;

    /// @notice EIP-712 hash of an order in this exchange's domain.
    function hashOrder(Order calldata order) external view returns (bytes32);

    /// @notice Units filled of an order; the maximum of uint64 when cancelled.
    function filledUnits(bytes32 orderHash) external view returns (uint64);
}
