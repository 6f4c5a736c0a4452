// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @title SignedWad
/// @notice Products of a signed and an unsigned number with a named rounding: Floor (towards minus infinity), Ceil
/// (towards plus infinity) or Trunc (towards zero).
/// @dev Overflow reverts. `mulDivTrunc` has a 512-bit intermediate: there only a result that does not fit overflows.
library SignedWad {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using SafeCastLib for uint256;

    /// @notice a * b / 1e18, rounded towards minus infinity.
    function mulFloor(int256 a, uint256 bWad) internal pure returns (int256) {
        return a < 0 ? -a.abs().mulWadUp(bWad).toInt256() : uint256(a).mulWad(bWad).toInt256();
    }

    /// @notice a * b / 1e18, rounded towards plus infinity.
    function mulCeil(int256 a, uint256 bWad) internal pure returns (int256) {
        return a < 0 ? -a.abs().mulWad(bWad).toInt256() : uint256(a).mulWadUp(bWad).toInt256();
    }

    /// @notice a * b / d, rounded towards zero.
    function mulDivTrunc(int256 a, uint256 b, uint256 d) internal pure returns (int256) {
        int256 magnitude = a.abs().fullMulDiv(b, d).toInt256();
        return a < 0 ? -magnitude : magnitude;
    }
}
