// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "./IExchange.sol";

/// @title OrderHash
/// @notice EIP-712 struct hash of an order.
/// @dev An order and its legs lie in calldata as EIP-712 wants them hashed, one word per field: they are copied whole,
/// which costs a third of `abi.encode`. Every field narrower than a word is read once through the compiler, which
/// reverts on stray bits. `Exchange.signature.t.sol` and the SDK's tests compare it with plain EIP-712.
library OrderHash {
    bytes32 internal constant LEG_TYPEHASH = keccak256("Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)");

    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(uint256 account,Leg[] legs,uint64 units,uint32 maxFeeBps,uint64 nonce,uint64 salt,uint40 expiry,"
        "bool reduceOnly,address signer)Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)"
    );

    /// @notice Struct hash of `order`, without the domain.
    function structHash(IExchange.Order calldata order) internal pure returns (bytes32 hash) {
        _requireClean(order);
        bytes32 legsHash = _hashLegs(order.legs);
        bytes32 typeHash = ORDER_TYPEHASH;
        // keccak256(abi.encode(typeHash, account, legsHash, units, ..., signer)): ten words in free memory, not kept.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), order, 0x120) // the nine words of the order
            mstore(add(free, 0x40), legsHash) // in place of the legs' offset
            hash := keccak256(free, 0x140)
        }
    }

    function _hashLegs(IExchange.Leg[] calldata legs) private pure returns (bytes32 hash) {
        uint256 count = legs.length;
        for (uint256 i; i < count; ++i) legs[i].lots;
        bytes32 typeHash = LEG_TYPEHASH;
        // keccak256(abi.encodePacked(hashes)) with hashes[i] = keccak256(abi.encode(typeHash, legs[i])): a scratch of four
        // words, then the hashes, all in free memory, not kept. Calldata bounds `count`.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let hashes := add(scratch, 0x80)
            mstore(scratch, typeHash)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                calldatacopy(add(scratch, 0x20), add(legs.offset, mul(i, 0x60)), 0x60) // the three words of legs[i]
                mstore(add(hashes, shl(5, i)), keccak256(scratch, 0x80)) // hashes[i]
            }
            hash := keccak256(hashes, shl(5, count))
        }
    }

    /// @dev Reading a field makes the compiler check that it fits its type.
    function _requireClean(IExchange.Order calldata order) private pure {
        order.units;
        order.maxFeeBps;
        order.nonce;
        order.salt;
        order.expiry;
        order.reduceOnly;
        order.signer;
    }
}
