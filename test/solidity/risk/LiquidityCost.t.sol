// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {LiquidityCost} from "../../../contracts/risk/LiquidityCost.sol";
import {LiquidityTerms} from "../../../contracts/risk/LiquidityTerms.sol";
import {RiskParameters} from "../../../contracts/risk/RiskParameters.sol";
import {Test} from "../support/Test.sol";

contract LiquidityCostTest is Test {
    uint256 private constant WAD = 1e18;

    /// @dev 300,000 USD at 90 % a year, of 20 million at 60 %: 13.3 million are left, a day's deviation is 4.7108 %, and
    /// 0.0005 + 0.047108 * sqrt(0.0225) = 0.75662 %.
    function test_OfDelta_AtAKnownPlace() external pure {
        uint256 costWad = LiquidityCost.ofDelta(_terms(), 300_000e18, 0.9e18, true);
        assertApproxEqAbs(costWad, 2_269.863e18, 0.01e18);
        // 2 % of 10,000 and 5 % * sqrt(0.01) of it.
        assertApproxEqAbs(LiquidityCost.ofVega(_terms(), 10_000e18, true), 250e18, 2);
    }

    /// @dev Another way to the same number: one root of everything, squared first. Above the volatility of the depth the impact
    /// is sqrt(sigma^3 V / (365 depth depthSigma)).
    function testFuzz_OfDelta_MatchesAnotherForm(uint256 value, uint256 sigma) external pure {
        value = _bound(value, 1e18, 1e8 * 1e18);
        sigma = _bound(sigma, 0.601e18, 5.9e18);
        uint256 squareWad = FixedPointMathLib.fullMulDiv(
            (sigma * sigma) / 1e18,
            sigma * (value / 1e9),
            365 * 2e7 * 0.6e18
        );
        // squareWad: WAD * 1e9 of a WAD number; its root in WAD.
        uint256 impactWad = FixedPointMathLib.sqrt(squareWad * 1e9);
        uint256 shareWad = FixedPointMathLib.min(WAD, 0.0005e18 + impactWad);
        uint256 expectedWad = (value * shareWad) / WAD;
        assertApproxEqRel(LiquidityCost.ofDelta(_terms(), value, sigma, true), expectedWad, 1e10);
        assertApproxEqRel(LiquidityCost.ofDelta(_terms(), value, sigma, false), expectedWad, 1e10);
    }

    /// @dev To the wei: more exposure, more volatility and rounding up never cost less.
    function testFuzz_OfDelta_IsMonotone(
        uint256 seed,
        uint256 value,
        uint256 sigma,
        uint256 more,
        uint256 rise
    ) external pure {
        LiquidityTerms terms = _random(seed);
        value = _bound(value, 0, seed % 2 == 0 ? 1e27 : 2 ** 187);
        sigma = _bound(sigma, 0, 12e18);
        more = _bound(more, 0, seed % 3 == 0 ? 3 : 1e27);
        rise = _bound(rise, 0, seed % 5 < 2 ? 3 : 5e18);
        uint256 up = LiquidityCost.ofDelta(terms, value, sigma, true);
        uint256 down = LiquidityCost.ofDelta(terms, value, sigma, false);
        assertLe(down, up);
        assertLe(up, value);
        assertLe(up, LiquidityCost.ofDelta(terms, value + more, sigma + rise, true));
        assertLe(down, LiquidityCost.ofDelta(terms, value + more, sigma + rise, false));
        up = LiquidityCost.ofVega(terms, value, true);
        down = LiquidityCost.ofVega(terms, value, false);
        assertLe(down, up);
        assertLe(up, value);
        assertLe(up, LiquidityCost.ofVega(terms, value + more, true));
        assertLe(down, LiquidityCost.ofVega(terms, value + more, false));
    }

    /// @dev Two parts need no more than the whole, but for the roundings of a share: 1e-18 of the exposure, and a few wei.
    function testFuzz_OfDelta_IsSuperlinear(uint256 seed, uint256 a, uint256 b, uint256 sigma) external pure {
        LiquidityTerms terms = _random(seed);
        (a, b, sigma) = (_bound(a, 0, 1e28), _bound(b, 0, 1e28), _bound(sigma, 0, 6e18));
        uint256 partsWad = LiquidityCost.ofDelta(terms, a, sigma, true) + LiquidityCost.ofDelta(terms, b, sigma, true);
        // Roundings of the root weigh with the impact.
        uint256 slackWad = ((a + b) * 20) / WAD + 20;
        assertLe(partsWad, LiquidityCost.ofDelta(terms, a + b, sigma, true) + slackWad);
        partsWad = LiquidityCost.ofVega(terms, a, true) + LiquidityCost.ofVega(terms, b, true);
        assertLe(partsWad, LiquidityCost.ofVega(terms, a + b, true) + slackWad);
    }

    /// @dev Four times the size, twice the impact.
    function test_OfDelta_ImpactGoesWithTheRoot() external pure {
        IPortfolioMargin.LiquidityConfig memory config = _config();
        config.halfSpreadWad = 0;
        LiquidityTerms terms = RiskParameters.packLiquidity(config);
        uint256 oneWad = LiquidityCost.ofDelta(terms, 50_000e18, 0.5e18, true);
        uint256 fourWad = LiquidityCost.ofDelta(terms, 200_000e18, 0.5e18, true);
        assertApproxEqRel(fourWad, 8 * oneWad, 1e9);
    }

    /// @dev Up to its volatility the depth is as stated; then it shrinks, down to the least share.
    function test_OfDelta_TheDepthDecays() external pure {
        IPortfolioMargin.LiquidityConfig memory config = _config();
        config.halfSpreadWad = 0;
        LiquidityTerms terms = RiskParameters.packLiquidity(config);
        uint256 calmWad = LiquidityCost.ofDelta(terms, 1_000e18, 0.6e18, true);
        assertApproxEqRel(LiquidityCost.ofDelta(terms, 1_000e18, 0.3e18, true), calmWad / 2, 1e10);
        // Four times the volatility, a quarter of the depth: eight times the cost.
        assertApproxEqRel(LiquidityCost.ofDelta(terms, 1_000e18, 2.4e18, true), 8 * calmWad, 1e10);
        // Beyond ten times a tenth is left: from there on the cost goes with the volatility alone.
        uint256 tenWad = LiquidityCost.ofDelta(terms, 1_000e18, 6e18, true);
        assertApproxEqRel(LiquidityCost.ofDelta(terms, 1_000e18, 12e18, true), 2 * tenWad, 1e10);
    }

    function test_Cost_EndsAtTheExposure() external pure {
        assertEq(LiquidityCost.ofDelta(_terms(), 2 ** 187, 10e18, true), 2 ** 187);
        assertEq(LiquidityCost.ofDelta(_terms(), 2 ** 187, type(uint128).max, false), 2 ** 187);
        assertEq(LiquidityCost.ofVega(_terms(), 2 ** 187, false), 2 ** 187);
    }

    function test_Cost_WithoutTermsOrExposureIsNone() external pure {
        assertEq(LiquidityCost.ofDelta(LiquidityTerms.wrap(0), 1e24, 1e18, true), 0);
        assertEq(LiquidityCost.ofVega(LiquidityTerms.wrap(0), 1e24, true), 0);
        assertEq(LiquidityCost.ofDelta(_terms(), 0, 1e18, true), 0);
        assertEq(LiquidityCost.ofVega(_terms(), 0, true), 0);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _config() private pure returns (IPortfolioMargin.LiquidityConfig memory) {
        return IPortfolioMargin.LiquidityConfig(20_000_000, 0.6e18, 1000, 0.0005e18, 10_000, 1_000_000, 200, 500);
    }

    function _terms() private pure returns (LiquidityTerms) {
        return RiskParameters.packLiquidity(_config());
    }

    function _random(uint256 seed) private pure returns (LiquidityTerms) {
        IPortfolioMargin.LiquidityConfig memory config;
        config.depthUsd = _bound(uint256(keccak256(abi.encode(seed, "a"))), 1, 1e12);
        config.depthSigmaWad = _bound(uint256(keccak256(abi.encode(seed, "b"))), 10_000, 10_000_000) * 1e12;
        config.leastDepthBps = _bound(uint256(keccak256(abi.encode(seed, "c"))), 100, 10_000);
        config.halfSpreadWad = _bound(uint256(keccak256(abi.encode(seed, "d"))), 0, 100_000) * 1e12;
        config.impactBps = _bound(uint256(keccak256(abi.encode(seed, "e"))), 0, 50_000);
        config.vegaDepthUsd = _bound(uint256(keccak256(abi.encode(seed, "f"))), 1, 1e12);
        config.volHalfSpreadBps = _bound(uint256(keccak256(abi.encode(seed, "g"))), 0, 5_000);
        config.volImpactBps = _bound(uint256(keccak256(abi.encode(seed, "h"))), 0, 10_000);
        return RiskParameters.packLiquidity(config);
    }
}
