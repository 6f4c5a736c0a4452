// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FirstPassage} from "../../../contracts/math/FirstPassage.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {LeverageTerms, packLeverageTerms} from "../../../contracts/risk/LeverageTerms.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev The leverage bound: what initial margin allows keeps to the target of bankruptcy within the composed period.
contract PortfolioMarginLeverageTest is RiskFixture {
    uint256 private constant CLOSE_OUT = 2 * (180 + 1_800);
    uint256 private constant TARGET = 1e14;

    /// @dev Half an hour's auction, twice for congestion, 3.5 jumps a year of 9.5 % and 4 %, 1 bp.
    function _jumpy() private pure returns (IPortfolioMargin.UnderlyingConfig memory config) {
        config = major();
        config.leverage = packLeverageTerms([uint32(1_800), 20_000, 3_500_000, 95_000, 40_000, 100_000]);
    }

    function _law(uint256 sigmaWad) private pure returns (FirstPassage.Law memory) {
        return FirstPassage.Law(sigmaWad, CLOSE_OUT, 3.5e18, 0.095e18, 0.04e18);
    }

    function test_SetUnderlying_ReadsBackTheLeverageTerms() external {
        risk.setUnderlying(ETH, _jumpy());
        LeverageTerms terms = risk.underlyingOf(ETH).leverage;
        assertEq(LeverageTerms.unwrap(terms), LeverageTerms.unwrap(_jumpy().leverage));
        assertEq(terms.auctionSeconds(), 1_800);
        assertEq(terms.congestionBps(), 20_000);
        assertEq(terms.jumpsPerYearWad(), 3.5e18);
        assertEq(terms.jumpMeanWad(), 0.095e18);
        assertEq(terms.jumpDeviationWad(), 0.04e18);
        assertEq(terms.targetWad(), TARGET);
        assertEq(terms.closeOutSeconds(180), CLOSE_OUT);
    }

    /// @dev Without the bound a calm market's shock is z * sigma alone, and it breaks the target.
    function test_Bound_HoldsInACalm_WhereTheOlderShockDoesNot() external {
        setViews(ETH, 3_000e18, 0, 0.3e18);
        (uint256 older, , uint256 sigma, ) = risk.shocksOf(ETH, WAD);
        assertGt(FirstPassage.probability(_law(sigma), older), TARGET);
        risk.setUnderlying(ETH, _jumpy());
        (uint256 rho, uint256 maintenance, , ) = risk.shocksOf(ETH, WAD);
        assertGt(rho, older);
        assertLe(FirstPassage.probability(_law(sigma), rho), TARGET);
        assertLe(maintenance, rho);
    }

    /// @dev The whole requirement of a perpetual, long and short, at any volatility and stress.
    function testFuzz_Bound_IsInsideTheRequirement(uint256 sigma, bool isShort, uint256 stress) external {
        sigma = bound(sigma, 0.01e18, 4e18);
        stress = bound(stress, WAD, 20e18);
        risk.setUnderlying(ETH, _jumpy());
        setViews(ETH, 3_000e18, 0, sigma);
        int256 size = isShort ? -100e18 : int256(100e18);
        int256 lack = -risk.initialSurplus(perp(-size * 3_000, ETH, size), stress);
        uint256 ratio = uint256(lack) / 300_000;
        (, , uint256 sigmaInitial, ) = risk.shocksOf(ETH, WAD);
        uint256 barrier = FirstPassage.barrierOf(ratio, isShort);
        assertLe(FirstPassage.probability(_law(sigmaInitial), barrier), TARGET);
    }

    /// @dev No cap of shocks lies above the bound.
    function test_Bound_IsNotCapped() external {
        IPortfolioMargin.UnderlyingConfig memory config = _jumpy();
        (config.rhoMaxInitialWad, config.rhoMaxMaintenanceWad) = (0.12e18, 0.1e18);
        risk.setUnderlying(ETH, config);
        setViews(ETH, 3_000e18, 0, 2e18);
        (uint256 rho, uint256 maintenance, uint256 sigma, ) = risk.shocksOf(ETH, WAD);
        assertLe(FirstPassage.probability(_law(sigma), rho), TARGET);
        assertEq(maintenance, 0.1e18);
    }

    function test_SetUnderlying_RevertsWhen_PeriodIsShorterThanClosing() external {
        IPortfolioMargin.UnderlyingConfig memory config = _jumpy();
        config.mporMaintenanceSeconds = CLOSE_OUT;
        risk.setUnderlying(ETH, config);
        config.mporMaintenanceSeconds = CLOSE_OUT - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IPortfolioMargin.Risk_PeriodTooShort.selector, CLOSE_OUT - 1, CLOSE_OUT)
        );
        risk.setUnderlying(ETH, config);
    }

    function test_SetUnderlying_RevertsWhen_JumpsExceedTheTarget() external {
        IPortfolioMargin.UnderlyingConfig memory config = _jumpy();
        // Eighteen a year within half a day: two of them are likelier than 1e-6.
        config.mporMaintenanceSeconds = 1 days;
        config.leverage = packLeverageTerms([uint32(21_000), 20_000, 18_000_000, 95_000, 40_000, 1_000]);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_JumpsExceedTarget.selector, 18e18, 1e12));
        risk.setUnderlying(ETH, config);
    }

    function test_SetUnderlying_RevertsWhen_LeverageTermsAreOutOfBounds() external {
        _refused([uint32(59), 20_000, 0, 0, 0, 100_000], 59, 60, 1 days);
        _refused([uint32(86_401), 20_000, 0, 0, 0, 100_000], 86_401, 60, 1 days);
        _refused([uint32(1_800), 9_999, 0, 0, 0, 100_000], 9_999, 10_000, 100_000);
        _refused([uint32(1_800), 100_001, 0, 0, 0, 100_000], 100_001, 10_000, 100_000);
        _refused([uint32(1_800), 20_000, 18_000_001, 0, 0, 100_000], 18_000_001e12, 0, 18e18);
        _refused([uint32(1_800), 20_000, 0, 500_001, 0, 100_000], 500_001e12, 0, 0.5e18);
        _refused([uint32(1_800), 20_000, 0, 0, 500_001, 100_000], 500_001e12, 0, 0.5e18);
        _refused([uint32(1_800), 20_000, 0, 0, 0, 999], 999e9, 1e12, 1e16);
        _refused([uint32(1_800), 20_000, 0, 0, 0, 10_000_001], 10_000_001e9, 1e12, 1e16);
    }

    function test_SetUnderlying_RevertsWhen_TheWordHasMore() external {
        IPortfolioMargin.UnderlyingConfig memory config = _jumpy();
        uint256 word = LeverageTerms.unwrap(config.leverage) | (1 << 192);
        config.leverage = LeverageTerms.wrap(word);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, word, 0, type(uint192).max));
        risk.setUnderlying(ETH, config);
    }

    function _refused(uint32[6] memory fields, uint256 actual, uint256 least, uint256 most) private {
        IPortfolioMargin.UnderlyingConfig memory config = major();
        config.leverage = packLeverageTerms(fields);
        vm.expectRevert(abi.encodeWithSelector(IPortfolioMargin.Risk_OutOfBounds.selector, actual, least, most));
        risk.setUnderlying(ETH, config);
    }
}
