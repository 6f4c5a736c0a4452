// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPriceOracle} from "../../oracle/IPriceOracle.sol";
import {AssetId} from "../../types/AssetId.sol";
import {Fixing} from "./Fixing.sol";

/// @title FixingPrices
/// @notice What a fixing asks of the oracle.
library FixingPrices {
    using FixedPointMathLib for uint256;

    /// @notice How near two marks must be for the time between them to count, seconds.
    /// @dev Two Firm answers so near to each other vouch for it: no price in it was older than `freshSeconds`, and a grade
    /// that was lost is not regained within 10 minutes.
    function gapOf(IPriceOracle oracle, AssetId asset) internal view returns (uint256) {
        return uint256(oracle.configOf(asset).freshSeconds).min(Fixing.MAX_GAP);
    }

    /// @notice Integral of ln(price) from `from` to `to`, WAD * seconds: from each to now, one less the other.
    /// @return known Whether the oracle's history reaches so far.
    function logSecondsOver(
        IPriceOracle oracle,
        AssetId asset,
        uint256 from,
        uint256 to
    ) internal view returns (bool known, int256 logSecondsWad) {
        if (from == to) return (true, 0);
        (bool fromKnown, int256 sinceFromWad) = _logSecondsSince(oracle, asset, from);
        (bool toKnown, int256 sinceToWad) = _logSecondsSince(oracle, asset, to);
        return (fromKnown && toKnown, sinceFromWad - sinceToWad);
    }

    function _logSecondsSince(
        IPriceOracle oracle,
        AssetId asset,
        uint256 from
    ) private view returns (bool known, int256 logSecondsWad) {
        uint256 elapsed = block.timestamp - from;
        if (elapsed == 0) return (true, 0);
        uint256 meanWad = oracle.twap(asset, uint32(elapsed));
        if (meanWad == 0) return (false, 0);
        return (true, FixedPointMathLib.lnWad(int256(meanWad)) * int256(elapsed));
    }
}
