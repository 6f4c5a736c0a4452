// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {CollateralTerms} from "../../../contracts/risk/CollateralTerms.sol";
import {Haircut} from "../../../contracts/risk/Haircut.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskParameters} from "../../../contracts/risk/RiskParameters.sol";
import {Test} from "../support/Test.sol";

contract HaircutTest is Test {
    uint256 private constant WAD = 1e18;

    /// @dev No volatility, 10 % floor, cap 1000, free up to 20 % of it, gain 0.9: the root lies at y = 1, x = 1200.
    function test_Credit_ClosedForm() external pure {
        CollateralTerms terms = _terms(0.1e18, 0, 0.9e18, 0.2e18, 1000e18);
        assertApproxEqAbs(Haircut.credit(terms, 200e18, 0, false), 180e18, 1000);
        // 180 + 1000 * (0.9 * 0.5 - 0.9 * 0.125 / 3) = 592.5
        assertApproxEqAbs(Haircut.credit(terms, 700e18, 0, false), 592.5e18, 10_000);
        // 180 + 1000 * 0.6 = 780 at the root and beyond it.
        assertApproxEqAbs(Haircut.credit(terms, 1200e18, 0, false), 780e18, 10_000);
        assertApproxEqAbs(Haircut.credit(terms, 5000e18, 0, false), 780e18, 10_000);
        assertApproxEqAbs(Haircut.credit(terms, type(uint112).max, 0, false), 780e18, 10_000);
    }

    function test_Credit_WithoutConcentrationIsProportional() external pure {
        CollateralTerms terms = _terms(0.1e18, 0, 0, 0, 1e18);
        assertApproxEqRel(Haircut.credit(terms, 1e30, 0, false), 0.9e30, 1e3);
    }

    function test_CreditedShare_FallsFromTheFloorToNothing() external pure {
        CollateralTerms terms = _terms(0.1e18, 2e18, 0, 0, 1e18);
        assertApproxEqAbs(Haircut.creditedShare(terms, 0, true), 0.9e18, 10);
        assertLe(Haircut.creditedShare(terms, 0, true), 0.9e18);
        // z sigma sqrt(1 h) = 2 * 1 * 0.0106844 = 0.0213688: 1 - h = e^-0.0213688 - 0.1 = 0.8788579.
        assertApproxEqAbs(Haircut.creditedShare(terms, 1e18, false), 0.878858e18, 1e12);
        assertEq(Haircut.creditedShare(terms, 1000e18, false), 0);
        assertEq(Haircut.credit(terms, 1e30, 1000e18, false), 0);
    }

    function testFuzz_Credit_IsMonotoneInTheAmount(uint256 seed, uint112 amount, uint64 more) external pure {
        (CollateralTerms terms, uint256 sigma) = _random(seed);
        uint256 larger = uint256(amount) + (seed % 2 == 0 ? more : more % 4);
        assertLe(Haircut.credit(terms, amount, sigma, false), Haircut.credit(terms, larger, sigma, false));
        assertLe(Haircut.credit(terms, amount, sigma, true), Haircut.credit(terms, larger, sigma, true));
    }

    /// @dev Around the root the slope is nearly zero: there rounding would show first.
    function testFuzz_Credit_IsMonotoneAroundTheRoot(uint256 seed, uint16 distance, uint8 step) external pure {
        uint256 cap = _bound(seed, 1e18, 1e26);
        CollateralTerms terms = _terms(0.1e18, 0, 0.9e18, 0.2e18, cap);
        uint256 amount = (cap * 12) / 10 + 30_000 - distance;
        for (uint256 i = 0; i < 8; ++i) {
            assertLe(Haircut.credit(terms, amount, 0, i % 2 == 0), Haircut.credit(terms, amount + step, 0, i % 2 == 0));
            amount += step;
        }
    }

    /// @dev Each further piece counts for no more than the one before, beyond what rounding and the grid hide.
    function testFuzz_Credit_IsConcave(uint256 seed, uint104 amount, uint104 piece) external pure {
        (CollateralTerms terms, uint256 sigma) = _random(seed);
        uint256 first = Haircut.credit(terms, amount, sigma, false);
        uint256 second = Haircut.credit(terms, uint256(amount) + piece, sigma, false);
        uint256 third = Haircut.credit(terms, uint256(amount) + 2 * uint256(piece), sigma, false);
        assertLe(third + first, 2 * second + 4 + (2 * terms.capWad()) / WAD);
    }

    function testFuzz_Credit_NeverExceedsTheAmount(uint256 seed, uint112 amount) external pure {
        (CollateralTerms terms, uint256 sigma) = _random(seed);
        uint256 low = Haircut.credit(terms, amount, sigma, false);
        uint256 high = Haircut.credit(terms, amount, sigma, true);
        assertLe(low, high);
        assertLe(low, amount);
    }

    function testFuzz_Credit_FallsInVolatility(uint256 seed, uint112 amount, uint64 more) external pure {
        (CollateralTerms terms, uint256 sigma) = _random(seed);
        uint256 wilder = sigma + (seed % 2 == 0 ? more : more % 4);
        assertGe(Haircut.credit(terms, amount, sigma, false), Haircut.credit(terms, amount, wilder, false));
        assertGe(Haircut.credit(terms, amount, sigma, true), Haircut.credit(terms, amount, wilder, true));
        // What initial margin credits at more volatility never exceeds what liquidation credits at less.
        assertGe(Haircut.credit(terms, amount, sigma, true), Haircut.credit(terms, amount, wilder, false));
    }

    function _random(uint256 seed) private pure returns (CollateralTerms terms, uint256 sigma) {
        seed = seed >> 8;
        terms = _terms(
            _bound(uint256(keccak256(abi.encode(seed, 1))), 0, 999_999) * 1e12,
            _bound(uint256(keccak256(abi.encode(seed, 2))), 0, 12e18),
            _bound(uint256(keccak256(abi.encode(seed, 3))), 0, 5_000_000) * 1e12,
            _bound(uint256(keccak256(abi.encode(seed, 4))), 0, 10_000_000) * 1e12,
            _bound(uint256(keccak256(abi.encode(seed, 5))), 1e18, 2 ** 100)
        );
        sigma = _bound(uint256(keccak256(abi.encode(seed, 6))), 0, 10e18);
    }

    function _terms(
        uint256 floor,
        uint256 z,
        uint256 gain,
        uint256 free,
        uint256 cap
    ) private pure returns (CollateralTerms) {
        return
            RiskParameters.packCollateral(
                IPortfolioMargin.CollateralConfig(AssetId.wrap(1), NO_ASSET, floor, z, 1 hours, gain, free, cap)
            );
    }
}
