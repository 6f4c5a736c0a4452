// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IRefreshableSource} from "../../../contracts/oracle/IRefreshableSource.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev A source with a refresh that does as it is told.
contract OracleRefreshedSource is IRefreshableSource {
    enum Mode {
        Honest,
        Revert,
        BurnAll,
        Bomb,
        Reenter,
        ReenterOther,
        Lie
    }

    Mode public mode;
    IPriceOracle public oracle;
    AssetId public asset;
    uint256 public priceWad;
    uint256 public truthWad;
    uint256 public rounds;
    uint256 public refreshes;
    uint256 public reentered;
    uint256 public gasAsked;

    constructor(IPriceOracle oracle_, AssetId asset_, uint256 priceWad_, uint256 gasAsked_) {
        (oracle, asset, priceWad, truthWad, gasAsked) = (oracle_, asset_, priceWad_, priceWad_, gasAsked_);
    }

    function set(Mode mode_, uint256 priceWad_, uint256 rounds_) external {
        (mode, truthWad, rounds) = (mode_, priceWad_, rounds_);
    }

    function aim(AssetId asset_) external {
        asset = asset_;
    }

    function refresh() external {
        Mode m = mode;
        if (m == Mode.Revert) revert("no");
        if (m == Mode.BurnAll) while (true) {}
        if (m == Mode.Bomb) {
            // Memory is expanded lazily: a megabyte of zeros.
            assembly ("memory-safe") {
                return(0, 1048576)
            }
        }
        uint256 burnt;
        for (uint256 i; i < rounds; ++i) burnt = uint256(keccak256(abi.encode(burnt, i)));
        if (m == Mode.Reenter || m == Mode.ReenterOther) {
            AssetId[] memory list = new AssetId[](1);
            list[0] = asset;
            (bool success, ) = address(oracle).call(abi.encodeCall(oracle.poke, (list)));
            if (success) ++reentered;
        }
        ++refreshes;
        priceWad = m == Mode.Lie ? truthWad * 1000 : truthWad;
    }

    function refreshGas() external view returns (uint256) {
        return gasAsked;
    }

    function latest() external view returns (uint256, uint256, uint256) {
        return (priceWad, 0, block.timestamp);
    }
}
