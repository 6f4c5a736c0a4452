// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {CompactRatio} from "../../../contracts/math/CompactRatio.sol";
import {PriceLog} from "../../../contracts/math/PriceLog.sol";
import {TickPrice} from "../../../contracts/math/TickPrice.sol";
import {Test} from "../support/Test.sol";

contract OracleMathTest is Test {
    /// @dev 2^-24 and 2^-26 together, and 2^-23 of 1e27.
    uint256 private constant MAX_ERROR_WAD = 74_505_805_969;
    uint256 private constant UNIT_E27 = 119_209_289_550_781_250_000;

    function testFuzz_PriceLog_RoundTrip(uint256 price) public pure {
        price = bound(price, 1e3, type(uint96).max);
        uint256 back = PriceLog.toPriceWad(PriceLog.toLogE16(price));
        assertApproxEqAbs(back, price, price / 1e15 + 2);
    }

    function test_PriceLog_GoldenValues() public pure {
        assertEq(PriceLog.toLogE16(1e18), 0);
        // ln 2000 = 7.6009024595420823614...
        assertEq(PriceLog.toLogE16(2000e18), 76009024595420823);
        // ln 1e-5 = -11.5129254649702284200...
        assertEq(PriceLog.toLogE16(1e13), -115129254649702284);
    }

    function testFuzz_CompactRatio_IsWithinItsPrecision(uint256 numerator, uint256 denominator) public pure {
        numerator = bound(numerator, 1e9, type(uint96).max);
        denominator = bound(denominator, 1e9, type(uint96).max);
        uint256 packed = CompactRatio.pack(numerator, denominator);
        assertLe(packed, type(uint32).max);
        uint256 back = CompactRatio.unpack(packed, denominator);
        // Half a unit of 24 bits, the 96 fractional bits, and a unit of the product.
        assertApproxEqAbs(back, numerator, numerator / 2 ** 24 + denominator / 2 ** 72 + 2);
    }

    function testFuzz_CompactRatio_OneIsExact(uint256 price) public pure {
        price = bound(price, 1, type(uint96).max);
        assertEq(CompactRatio.unpack(CompactRatio.pack(price, price), price), price);
    }

    /// @dev Near one, from the logarithm alone: half a unit of 24 bits and what the series leaves out.
    function testFuzz_CompactRatio_PackNearIsExp(int256 logE16) public pure {
        logE16 = bound(logE16, -CompactRatio.NEAR_E16, CompactRatio.NEAR_E16);
        uint256 exact = uint256(FixedPointMathLib.expWad(logE16 * 100));
        uint256 packed = CompactRatio.packNear(logE16);
        assertLe(packed, type(uint32).max);
        assertApproxEqRel(CompactRatio.unpack(packed, 1e18), exact, MAX_ERROR_WAD);
    }

    /// @dev Where the series ends and `pack` begins, and around one, where the exponent changes.
    function test_CompactRatio_PackNearMeetsPack() public pure {
        int256[6] memory logs = [CompactRatio.NEAR_E16, -CompactRatio.NEAR_E16, int256(0), 1, -1, -2e8];
        for (uint256 i; i < logs.length; ++i) {
            uint256 numerator = uint256(FixedPointMathLib.expWad(logs[i] * 100));
            uint256 near = CompactRatio.unpack(CompactRatio.packNear(logs[i]), 1e27);
            uint256 exact = CompactRatio.unpack(CompactRatio.pack(numerator, 1e18), 1e27);
            // A unit of 24 bits.
            assertApproxEqAbs(near, exact, UNIT_E27);
        }
        assertEq(CompactRatio.packNear(0), CompactRatio.pack(1, 1));
        assertEq(CompactRatio.packNear(-1), CompactRatio.pack(1, 1));
    }

    function test_CompactRatio_Extremes() public pure {
        assertEq(CompactRatio.pack(0, 1), 0);
        uint256 most = type(uint96).max;
        assertLe(CompactRatio.pack(most, 1), type(uint32).max);
        assertApproxEqRel(CompactRatio.unpack(CompactRatio.pack(most, 1), 1), most, 6e10);
        assertLe(CompactRatio.unpack(CompactRatio.pack(1, most), most), 2);
    }

    /// @dev True values by 60-digit arithmetic.
    function test_TickPrice_GoldenValues() public pure {
        assertEq(TickPrice.toPriceWad(0, 0), 1e18);
        assertApproxEqAbs(TickPrice.toPriceWad(1, 0), 1.0001e18, 1);
        assertApproxEqRel(TickPrice.toPriceWad(-200311, 12), 2000040289648088261463, 1e4);
        assertApproxEqAbs(TickPrice.toPriceWad(200311, -12), 499989927790880, 1);
        assertApproxEqRel(TickPrice.toPriceWad(887272, -18), 340256786836388094050805785052946541066, 1e5);
    }

    /// @dev One tick up is one basis point up, and signs mirror.
    function testFuzz_TickPrice_StepsAndMirrors(int256 tick) public pure {
        tick = bound(tick, -200_000, 200_000);
        uint256 price = TickPrice.toPriceWad(tick, 12);
        assertApproxEqRel(TickPrice.toPriceWad(tick + 1, 12), (price * 10_001) / 10_000, 1e6);
        assertApproxEqRel((price * TickPrice.toPriceWad(-tick, 6)) / 1e36, 1e18, 1e10);
    }
}
