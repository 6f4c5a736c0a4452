// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IMoveCost} from "../../oracle/IMoveCost.sol";
import {AssetId} from "../../types/AssetId.sol";
import {IPerpMarkets} from "./IPerpMarkets.sol";

/// @title Backing
/// @notice How much may be open on a market so that the pool behind its price costs more to move than it would bring.
/// @dev The pool's adapter gives no value beyond half of its cost. If more could be opened than that, somebody who trades with
/// himself could take the pool out of the quorum: so the market stops at four fifths of it.
library Backing {
    using FixedPointMathLib for uint256;

    /// @param source The pool's adapter; zero where no pool is asked.
    /// @param capacityUsd Largest notional of one side, whole USD, rounded down.
    /// @param syncedAt Unix seconds at which the source was asked last.
    struct Record {
        IMoveCost source;
        uint56 capacityUsd;
        uint40 syncedAt;
    }

    uint256 internal constant MAX_AGE = 1 hours;
    /// @dev Four fifths of a half.
    uint256 private constant SHARE_WAD = 0.4e18;
    uint256 private constant WAD = 1e18;
    /// @dev A search of a pool's history.
    uint256 private constant SOURCE_GAS = 300_000;
    uint256 private constant GAS_NEEDED = (SOURCE_GAS * 64) / 63 + 20_000;

    /// @notice Largest notional of one side, WAD of USD; asks the source anew when it was asked too long ago.
    function capacityWad(Record storage self, AssetId asset) internal returns (uint256) {
        Record memory record = self;
        if (address(record.source) == address(0)) return type(uint256).max;
        if (block.timestamp - record.syncedAt <= MAX_AGE) return uint256(record.capacityUsd) * WAD;
        return sync(self, asset) * WAD;
    }

    /// @notice Asks the source.
    /// @return capacityUsd Whole USD.
    function sync(Record storage self, AssetId asset) internal returns (uint256 capacityUsd) {
        IMoveCost source = self.source;
        if (gasleft() < GAS_NEEDED) revert IPerpMarkets.Perp_InsufficientGas(gasleft(), GAS_NEEDED);
        try source.manipulationCost{gas: SOURCE_GAS}() returns (uint256 costWad, uint256) {
            capacityUsd = (costWad.fullMulDiv(SHARE_WAD, WAD) / WAD).min(type(uint56).max);
        } catch {
            capacityUsd = 0;
        }
        (self.capacityUsd, self.syncedAt) = (uint56(capacityUsd), uint40(block.timestamp));
        emit IPerpMarkets.BackingSynced(asset, source, capacityUsd);
    }
}
