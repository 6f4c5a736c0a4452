// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Funding} from "../../../contracts/products/perp/Funding.sol";
import {Test} from "../support/Test.sol";

contract FundingTest is Test {
    uint256 private constant WINDOW = 1 hours;

    /// @dev The closed form against a walk in steps of a second, exact to first order.
    function testFuzz_Advance_FollowsTheDifferentialEquation(
        int64 ema,
        int64 sample,
        uint16 left,
        uint16 elapsed
    ) external pure {
        ema = int64(bound(ema, -0.5e18, 0.5e18));
        sample = int64(bound(sample, -0.5e18, 0.5e18));
        elapsed = elapsed % 4000;
        Funding.Premium memory premium = Funding.Premium(ema, sample, left);
        int256 integral = Funding.advance(premium, elapsed, WINDOW);

        int256 walked = ema;
        int256 walkedIntegral = 0;
        for (uint256 s = 0; s < elapsed; ++s) {
            int256 next = walked + ((s < left ? int256(sample) : int256(0)) - walked) / int256(WINDOW);
            walkedIntegral += (walked + next) / 2;
            walked = next;
        }
        assertApproxEqAbs(premium.emaWad, walked, 0.0003e18);
        assertApproxEqAbs(integral, walkedIntegral, 0.0003e18 * (uint256(elapsed) + 1));
        assertEq(premium.sampleSecondsLeft, left > elapsed ? left - elapsed : 0);
        assertEq(premium.sampleWad, premium.sampleSecondsLeft == 0 ? int256(0) : int256(sample));
    }

    /// @dev Accruing in the middle changes nothing beyond rounding.
    function testFuzz_Advance_DoesNotDependOnThePath(
        int64 ema,
        int64 sample,
        uint24 left,
        uint24 elapsed,
        uint24 cut
    ) external pure {
        ema = int64(bound(ema, -0.5e18, 0.5e18));
        sample = int64(bound(sample, -0.5e18, 0.5e18));
        cut = uint24(bound(cut, 0, elapsed));
        Funding.Premium memory once = Funding.Premium(ema, sample, left);
        Funding.Premium memory twice = Funding.Premium(ema, sample, left);
        int256 integral = Funding.advance(once, elapsed, WINDOW);
        int256 parts = Funding.advance(twice, cut, WINDOW);
        parts += Funding.advance(twice, elapsed - cut, WINDOW);
        assertApproxEqAbs(once.emaWad, twice.emaWad, 10);
        assertApproxEqAbs(integral, parts, 100_000);
        assertEq(once.sampleSecondsLeft, twice.sampleSecondsLeft);
    }

    function testFuzz_Advance_StaysWithinItsBound(int64 ema, int64 sample, uint24 left, uint40 elapsed) external pure {
        ema = int64(bound(ema, -0.5e18, 0.5e18));
        sample = int64(bound(sample, -0.5e18, 0.5e18));
        Funding.Premium memory premium = Funding.Premium(ema, sample, left);
        int256 integral = Funding.advance(premium, elapsed, WINDOW);
        assertLe(premium.emaWad, 0.5e18);
        assertGe(premium.emaWad, -0.5e18);
        assertLe(integral, 0.5e18 * int256(uint256(elapsed)) + int256(WINDOW));
        assertGe(integral, -0.5e18 * int256(uint256(elapsed)) - int256(WINDOW));
    }

    function testFuzz_Sample_MovesByWeightAndNeverBeyondTheTrade(
        int64 before,
        uint256 price,
        uint256 mid,
        uint64 lots,
        uint64 depth
    ) external pure {
        uint256 limit = 0.02e18;
        before = int64(bound(before, -0.02e18, 0.02e18));
        mid = bound(mid, 1, type(uint128).max);
        price = bound(price, 1, type(uint256).max >> 1);
        depth = uint64(bound(depth, 1, type(uint64).max));
        Funding.Premium memory premium = Funding.Premium(0, before, 1);
        Funding.sample(premium, price, mid, lots, depth, limit);

        int256 traded = int256(limit);
        if (price < 2 * mid) traded = (int256(price) * 1e18 - int256(mid) * 1e18) / int256(mid);
        if (traded > int256(limit)) traded = int256(limit);
        if (traded < -int256(limit)) traded = -int256(limit);
        (int256 least, int256 most) = before < traded ? (int256(before), traded) : (traded, int256(before));
        assertGe(premium.sampleWad, least);
        assertLe(premium.sampleWad, most);
        uint256 gone = uint256(premium.sampleWad > before ? premium.sampleWad - before : before - premium.sampleWad);
        uint256 whole = uint256(most - least);
        assertEq(gone, (whole * lots) / (uint256(lots) + depth));
    }

    function testFuzz_Rate_NeverExceedsTheClamp(uint256 gain, uint256 clamp, int256 interest, int64 ema) external pure {
        Funding.Terms memory terms;
        terms.gainWadPerDay = bound(gain, 0, 10e18);
        terms.interestWadPerDay = bound(interest, -0.03e18, 0.03e18);
        terms.clampWadPerDay = bound(clamp, 0.03e18, 1e18);
        int256 limit = int256(Funding.premiumLimit(terms, 0.5e18));
        ema = int64(bound(ema, -limit, limit));
        int256 unclamped = (int256(terms.gainWadPerDay) * ema) / 1e18 + terms.interestWadPerDay;
        // A premium within its limit never needs the clamp.
        assertEq(Funding.ratePerDay(terms, ema), unclamped);
        assertLe(unclamped, int256(terms.clampWadPerDay));
        assertGe(unclamped, -int256(terms.clampWadPerDay));
    }

    function test_ChargePerLot_MatchesTheFormula() external pure {
        Funding.Terms memory terms = Funding.Terms(3e18, 0.05e18, 0.0001e18, WINDOW);
        // A premium of 1 % for a day: 3 % + 0.01 % of 30 USD.
        assertEq(Funding.chargePerLot(terms, 0.01e18 * 1 days, 1 days, 30e18), 0.903e18);
        assertEq(Funding.chargePerLot(terms, -0.01e18 * 1 days, 1 days, 30e18), -0.897e18);
        // Rounded towards zero: a third of a wei.
        assertEq(Funding.chargePerLot(terms, 0, 8 hours, 10_000), 0);
        assertEq(Funding.chargePerLot(Funding.Terms(0, 0.05e18, -0.0001e18, WINDOW), 0, 8 hours, 10_000), 0);
        // The clamp holds even if the integral is beyond it.
        assertEq(Funding.chargePerLot(terms, 1e18 * 1 days, 1 days, 30e18), 1.5e18);
    }
}
