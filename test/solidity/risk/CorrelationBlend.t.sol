// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CorrelationBlend} from "../../../contracts/risk/CorrelationBlend.sol";
import {Test} from "../support/Test.sol";

contract CorrelationBlendTest is Test {
    /// @dev Against every choice of indices, one by one.
    function testFuzz_JointWorst_IsTheLeastOfAllChoices(
        int64[9] calldata a,
        int64[9] calldata b,
        int64[9] calldata c,
        uint8 kappa
    ) external pure {
        kappa = kappa % 9;
        int256[9][] memory vectors = _vectors(a, b, c);
        int256 least = type(int256).max;
        for (uint256 i = 0; i < 9; ++i) {
            for (uint256 k = 0; k < 9; ++k) {
                for (uint256 m = 0; m < 9; ++m) {
                    if (_apart(i, k) > kappa || _apart(i, m) > kappa || _apart(k, m) > kappa) continue;
                    int256 total = vectors[0][i] + vectors[1][k] + vectors[2][m];
                    if (total < least) least = total;
                }
            }
        }
        assertEq(CorrelationBlend.jointWorst(vectors, 7, kappa, false), least);
    }

    function testFuzz_JointWorst_LeavesOutWhoIsNoMember(
        int64[9] calldata a,
        int64[9] calldata b,
        uint8 kappa
    ) external pure {
        kappa = kappa % 9;
        int256[9][] memory vectors = _vectors(a, b, b);
        int256[9][] memory alone = new int256[9][](1);
        alone[0] = vectors[0];
        assertEq(
            CorrelationBlend.jointWorst(vectors, 1, kappa, false),
            CorrelationBlend.jointWorst(alone, 1, kappa, false)
        );
    }

    function testFuzz_Blend_TheShortcutForMonotoneVectorsIsExact(
        uint32[9] calldata a,
        uint32[9] calldata b,
        uint32[9] calldata c,
        uint8 kappa,
        uint64 theta
    ) external pure {
        kappa = kappa % 9;
        theta = theta % 0.8e18;
        int256[9][] memory vectors = new int256[9][](3);
        vectors[0] = _monotone(a, true);
        vectors[1] = _monotone(b, false);
        vectors[2] = _monotone(c, a[0] % 2 == 0);
        assertEq(
            CorrelationBlend.blend(vectors, 7, theta, kappa, true),
            CorrelationBlend.blend(vectors, 7, theta, kappa, false)
        );
    }

    function testFuzz_Blend_LiesBetweenSumAndJoint(
        int64[9] calldata a,
        int64[9] calldata b,
        int64[9] calldata c,
        uint8 kappa,
        uint64 theta
    ) external pure {
        kappa = kappa % 9;
        theta = uint64(bound(theta, 0, 1e18));
        int256[9][] memory vectors = _vectors(a, b, c);
        int256 sum = CorrelationBlend.jointWorst(vectors, 7, 8, false);
        int256 joint = CorrelationBlend.jointWorst(vectors, 7, kappa, false);
        int256 blended = CorrelationBlend.blend(vectors, 7, theta, kappa, false);
        assertLe(sum, blended);
        assertLe(blended, joint);
        assertEq(CorrelationBlend.blend(vectors, 7, 0, kappa, false), sum);
        assertEq(CorrelationBlend.blend(vectors, 7, 1e18, kappa, false), joint);
        assertEq(CorrelationBlend.blend(vectors, 7, theta, 8, false), sum);
    }

    /// @dev Raising one entry by a wei never lowers the result: domination survives the blend (invariant 5).
    function testFuzz_Blend_IsMonotoneInEveryEntry(
        int64[9] calldata a,
        int64[9] calldata b,
        uint8 entry,
        uint64 by,
        uint64 theta
    ) external pure {
        theta = uint64(bound(theta, 0, 1e18));
        int256[9][] memory vectors = _vectors(a, b, b);
        int256 before = CorrelationBlend.blend(vectors, 7, theta, entry % 9, false);
        vectors[entry % 3][(entry / 3) % 9] += int256(uint256(by % 4 == 0 ? 1 : by));
        assertGe(CorrelationBlend.blend(vectors, 7, theta, entry % 9, false), before);
    }

    function _vectors(
        int64[9] calldata a,
        int64[9] calldata b,
        int64[9] calldata c
    ) private pure returns (int256[9][] memory vectors) {
        vectors = new int256[9][](3);
        for (uint256 k = 0; k < 9; ++k) (vectors[0][k], vectors[1][k], vectors[2][k]) = (a[k], b[k], c[k]);
    }

    function _monotone(uint32[9] calldata steps, bool rising) private pure returns (int256[9] memory vector) {
        int256 value = -1e9;
        for (uint256 k = 0; k < 9; ++k) {
            value += rising ? int256(uint256(steps[k] % 1e9)) : -int256(uint256(steps[k] % 1e9));
            vector[k] = value;
        }
    }

    function _apart(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
