// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev A source that misbehaves in the way it is told.
contract OracleHostileSource {
    enum Mode {
        Honest,
        Revert,
        RevertBomb,
        Empty,
        Short,
        Long,
        Bomb,
        BurnAll,
        Zero,
        Huge,
        Future,
        Stale,
        FlipFlop,
        Reenter,
        Unconfident,
        Deviant,
        ReenterOther,
        Negative,
        WrongDecimals
    }

    Mode public mode;
    uint256 public priceWad;
    uint256 public updatedAt;
    IPriceOracle public oracle;
    AssetId public asset;
    /// @dev What `ReenterOther` calls, with which request.
    address public target;
    bytes public request;

    constructor(uint256 priceWad_, IPriceOracle oracle_, AssetId asset_) {
        (priceWad, oracle, asset) = (priceWad_, oracle_, asset_);
        updatedAt = block.timestamp;
        (target, request) = (address(oracle_), abi.encodeCall(oracle_.growRing, (asset_, 1_000)));
    }

    function aim(IPriceOracle oracle_, AssetId asset_, address target_, bytes calldata request_) external {
        (oracle, asset, target, request) = (oracle_, asset_, target_, request_);
    }

    function set(Mode mode_, uint256 priceWad_) external {
        (mode, priceWad, updatedAt) = (mode_, priceWad_, block.timestamp);
    }

    function latest() external returns (uint256, uint256, uint256) {
        Mode m = mode;
        if (m == Mode.Revert) revert("no");
        if (m == Mode.RevertBomb) _bomb(true);
        if (m == Mode.Bomb) _bomb(false);
        if (m == Mode.Empty) _return(0);
        if (m == Mode.Short) _return(95);
        if (m == Mode.Long) _return(97);
        if (m == Mode.BurnAll) while (true) {}
        if (m == Mode.Zero) return (0, 0, updatedAt);
        if (m == Mode.Huge) return (type(uint256).max, type(uint256).max, updatedAt);
        if (m == Mode.Future) return (priceWad, 0, block.timestamp + 61);
        if (m == Mode.Stale) return (priceWad, 0, block.timestamp - 3660);
        if (m == Mode.FlipFlop) return (block.timestamp % 2 == 0 ? priceWad : priceWad / 2, 0, updatedAt);
        if (m == Mode.Unconfident) return (priceWad, (priceWad * 201) / 10_000, updatedAt);
        if (m == Mode.Deviant) return (priceWad * 1000, 0, updatedAt);
        // A signed answer taken for an unsigned one; a feed that went from 18 to 8 decimals.
        if (m == Mode.Negative) return (type(uint256).max - priceWad + 1, 0, updatedAt);
        if (m == Mode.WrongDecimals) return (priceWad / 1e10, 0, updatedAt);
        if (m == Mode.Reenter) {
            AssetId[] memory list = new AssetId[](1);
            list[0] = asset;
            oracle.poke(list);
        }
        if (m == Mode.ReenterOther) {
            (bool success, ) = target.call(request);
            require(success, "no way in");
        }
        return (priceWad, 0, updatedAt);
    }

    function _bomb(bool reverting) private pure {
        // Memory is expanded lazily: a megabyte of zeros.
        assembly ("memory-safe") {
            if reverting {
                revert(0, 1048576)
            }
            return(0, 1048576)
        }
    }

    function _return(uint256 length) private pure {
        assembly ("memory-safe") {
            return(0, length)
        }
    }
}
