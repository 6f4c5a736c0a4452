// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Black} from "../../../contracts/math/Black.sol";
import {BlackLadder} from "../../../contracts/math/BlackLadder.sol";
import {LogRatio} from "../../../contracts/math/LogRatio.sol";

/// @dev Gas of option kernels within a call, less that of a function of the same shape that does nothing.
contract KernelMeter {
    /// @notice Call, put, delta, gamma and vega of one option.
    function greeks(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 totalVolWad
    ) external view returns (uint256 gasUsed) {
        unchecked {
            uint256 before = gasleft();
            (uint256 a, uint256 b, uint256 c, uint256 d, uint256 e) = Black.greeks(forwardWad, strikeWad, totalVolWad);
            gasUsed = before - gasleft();
            before = gasleft();
            (uint256 v, uint256 w, uint256 x, uint256 y, uint256 z) = _nothing(forwardWad, strikeWad, totalVolWad);
            gasUsed -= before - gasleft();
            // Whoever drops a result fails here, not in the figure.
            assert((a | b | c | d | e) != 0 && v + w + x + y + z == 0);
        }
    }

    /// @notice One strike at nine forwards and three volatilities, its logarithm included; the table is in memory.
    function ladder(
        address table,
        uint256 stepX64,
        uint256[9] calldata forwardsWad,
        uint256 strikeWad,
        uint256[3] calldata totalVolsWad
    ) external view returns (uint256 gasUsed) {
        BlackLadder.Ladder memory rungs = BlackLadder.Ladder(BlackLadder.load(table), stepX64, forwardsWad);
        int256[9][3] memory sumsX63;
        unchecked {
            uint256 before = gasleft();
            int256 logX64 = LogRatio.signedLnX64(rungs.forwardsWad[0], strikeWad);
            for (uint256 i = 0; i < 3; ++i) {
                BlackLadder.addCalls(rungs, strikeWad, logX64, totalVolsWad[i], 1, sumsX63[i]);
            }
            gasUsed = before - gasleft();
        }
        assert(sumsX63[2][8] != 0);
    }

    function _nothing(uint256, uint256, uint256) private pure returns (uint256, uint256, uint256, uint256, uint256) {
        return (0, 0, 0, 0, 0);
    }
}
