// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "./IExchange.sol";

/// @title OrderHash
/// @notice EIP-712 struct hash of an order.
library OrderHash {
    bytes32 internal constant LEG_TYPEHASH = keccak256("Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)");

    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(uint256 account,Leg[] legs,uint64 units,uint32 maxFeeBps,uint64 nonce,uint64 salt,uint40 expiry,"
        "bool reduceOnly,address signer)Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)"
    );

    /// @notice Struct hash of `order`, without the domain.
    function structHash(IExchange.Order calldata order) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    ORDER_TYPEHASH,
                    order.account,
                    _hashLegs(order.legs),
                    order.units,
                    order.maxFeeBps,
                    order.nonce,
                    order.salt,
                    order.expiry,
                    order.reduceOnly,
                    order.signer
                )
            );
    }

    function _hashLegs(IExchange.Leg[] calldata legs) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            hashes[i] = keccak256(abi.encode(LEG_TYPEHASH, legs[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
