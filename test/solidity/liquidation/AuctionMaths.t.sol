// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuctionPrice} from "../../../contracts/liquidation/AuctionPrice.sol";
import {AuctionSlice} from "../../../contracts/liquidation/AuctionSlice.sol";
import {CapacityMeter} from "../../../contracts/liquidation/CapacityMeter.sol";
import {CureTerms} from "../../../contracts/liquidation/CureTerms.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Test} from "../support/Test.sol";

contract AuctionMathsTest is Test {
    using CapacityMeter for CapacityMeter.Meters;

    uint256 private constant WAD = 1e18;
    CapacityMeter.Meters private meters;

    // ---------------------------------------------------------------- price

    function test_StartDiscount_IsProportionalToTheShortfall() public pure {
        assertEq(AuctionPrice.startDiscount(100e18, 100e18, 0.2e18, 0.5e18), 0);
        assertEq(AuctionPrice.startDiscount(101e18, 100e18, 0.2e18, 0.5e18), 0);
        assertEq(AuctionPrice.startDiscount(50e18, 100e18, 0.2e18, 0.5e18), 0.1e18);
        assertEq(AuctionPrice.startDiscount(1, 100e18, 1e18, 0.5e18), 0.5e18);
        assertEq(AuctionPrice.startDiscount(0, 100e18, 0.2e18, 0.5e18), 0.5e18);
        assertEq(AuctionPrice.startDiscount(1e18, 0, 0.2e18, 0.5e18), 0);
    }

    function test_SolventPrice_NeverClearsAtZero() public pure {
        assertEq(AuctionPrice.solventPrice(100e18, 100e18, 0.05e18, 0.2e18), 80e18);
        // The floor: 5 % of the favourable equity.
        assertEq(AuctionPrice.solventPrice(-50e18, 100e18, 0.05e18, 0.2e18), 4e18);
        assertEq(AuctionPrice.solventPrice(-50e18, 1, 0.05e18, 0.9e18), 1);
    }

    function testFuzz_Price_FallsAsTheDiscountRises(
        int256 equity,
        uint256 maintenance,
        uint256 a,
        uint256 b
    ) public pure {
        equity = bound(equity, -1e30, 1e30);
        maintenance = bound(maintenance, 0, 1e30);
        b = bound(b, 0, 0.9e18);
        a = bound(a, 0, b);
        int256 favourable = equity < 0 ? int256(1e18) : equity;
        int256 low = AuctionPrice.solventPrice(equity, favourable, 0.05e18, b);
        assertGe(AuctionPrice.solventPrice(equity, favourable, 0.05e18, a), low);
        assertGt(low, 0);
        assertGe(
            AuctionPrice.insolventPrice(equity, maintenance, a),
            AuctionPrice.insolventPrice(equity, maintenance, b)
        );
    }

    function test_DoubtfulPrice_GoesFromTheSolventOneToTheMid() public pure {
        assertEq(AuctionPrice.doubtfulPrice(4e18, -50e18, 0, 100e18, 0), 4e18);
        assertEq(AuctionPrice.doubtfulPrice(4e18, -50e18, 10e18, 100e18, 0.5e18), -28e18);
        assertEq(AuctionPrice.doubtfulPrice(4e18, -50e18, 100e18, 100e18, WAD), -150e18);
        // A deficit above the incentive is not paid on top of it.
        assertEq(AuctionPrice.doubtfulPrice(4e18, -500e18, 100e18, 100e18, WAD), -200e18);
        // The discount took more than the incentive: nothing changes.
        assertEq(AuctionPrice.doubtfulPrice(50e18, 100e18, 10e18, 10e18, WAD), 50e18);
    }

    function testFuzz_DoubtfulPrice_IsBounded(
        int256 solvent,
        int256 equity,
        uint256 incentive,
        uint256 most,
        uint256 a,
        uint256 b
    ) public pure {
        solvent = bound(solvent, 1, 1e30);
        equity = bound(equity, -1e30, solvent);
        most = bound(most, 0, 1e30);
        incentive = bound(incentive, 0, most);
        b = bound(b, 0, WAD);
        a = bound(a, 0, b);
        int256 priceWad = AuctionPrice.doubtfulPrice(solvent, equity, incentive, most, b);
        assertLe(priceWad, AuctionPrice.doubtfulPrice(solvent, equity, incentive, most, a));
        assertGe(priceWad, equity - int256(incentive));
        assertGe(priceWad, -int256(most) - int256(incentive));
        assertLe(priceWad, solvent);
    }

    /// @dev Selling psi restores T exactly: (E - psi * lost) / (M * (1 - psi)) = T, for any linear book.
    function testFuzz_RestoringFraction_RestoresTheTarget(
        uint256 maintenance,
        uint256 x,
        uint256 target,
        uint256 lost
    ) public pure {
        maintenance = bound(maintenance, 1e18, 1e30);
        x = bound(x, 0.01e18, 0.999e18);
        target = bound(target, 1e18, 3e18);
        int256 equity = int256((maintenance * x) / WAD);
        lost = bound(lost, 0, (uint256(equity) * 9) / 10);
        int256 surplus = equity - int256(maintenance);
        uint256 psi = AuctionPrice.restoringFraction(equity, maintenance, surplus, target, int256(lost));
        assertLe(psi, WAD);
        assertGt(psi, 0);
        uint256 left = WAD - psi;
        uint256 equityAfter = uint256(equity) - (lost * psi) / WAD;
        uint256 maintenanceAfter = (maintenance * left) / WAD;
        // At or above the target, and above it by no more than the rounding of psi.
        assertGe(equityAfter * WAD + equityAfter + 2 * WAD, maintenanceAfter * target);
        if (left < 1e9) return;
        uint256 ratio = (equityAfter * WAD) / maintenanceAfter;
        assertApproxEqRel(ratio, target, 1e10);
    }

    function test_RestoringFraction_Boundaries() public pure {
        // Nothing short: nothing to sell.
        assertEq(AuctionPrice.restoringFraction(150e18, 100e18, 50e18, 1.2e18, 0), 0);
        // What a sale leaves is nothing: everything.
        assertEq(AuctionPrice.restoringFraction(50e18, 100e18, -50e18, 1.2e18, 50e18), WAD);
        // The surplus at the favourable prices may ask for more than the mark.
        assertEq(AuctionPrice.restoringFraction(120e18, 100e18, -20e18, 1.2e18, 0), 0.25e18);
    }

    /// @dev The condition of quant.md: discount and penalty below equity is exactly "the ratio improves".
    function testFuzz_PenaltyCap_LeavesHealthImproved(
        uint256 equity,
        uint256 notional,
        uint256 d,
        uint256 bps
    ) public pure {
        equity = bound(equity, 1e6, 1e30);
        notional = bound(notional, 0, 1e32);
        d = bound(d, 0, 0.8e18);
        bps = bound(bps, 0, 1_000);
        int256 take = int256((equity * d) / WAD);
        uint256 penalty = AuctionPrice.penaltyCap(int256(equity), take, 0.8e18, notional, bps);
        assertLe(uint256(take) + penalty, (equity * 0.8e18) / WAD);
        assertLe(penalty, (notional * bps) / 10_000);
    }

    function test_PenaltyCap_IsNothingWithoutEquity() public pure {
        assertEq(AuctionPrice.penaltyCap(0, -1, 0.8e18, 1e24, 50), 0);
        assertEq(AuctionPrice.penaltyCap(-1e18, -5e18, 0.8e18, 1e24, 50), 0);
        assertEq(AuctionPrice.penaltyCap(100e18, 80e18, 0.8e18, 1e24, 50), 0);
        assertEq(AuctionPrice.penaltyCap(100e18, 79e18, 0.8e18, 1e24, 50), 1e18);
    }

    function test_ActiveSeconds_ExcludeDeadOnes() public pure {
        assertEq(AuctionPrice.activeSeconds(1_000, 400, 0, 0), 600);
        assertEq(AuctionPrice.activeSeconds(1_000, 400, 350, 50), 300);
        // Overlaps count twice, in favour of the account.
        assertEq(AuctionPrice.activeSeconds(1_000, 400, 2_000, 50), 0);
    }

    function test_IsNotWorse_ComparesRatios() public pure {
        assertTrue(AuctionPrice.isNotWorse(50, 100, 25, 50));
        assertFalse(AuctionPrice.isNotWorse(50, 100, 24, 50));
        assertTrue(AuctionPrice.isNotWorse(-50, 100, 0, 0));
        assertFalse(AuctionPrice.isNotWorse(50, 100, -1, 0));
        assertTrue(AuctionPrice.isNotWorse(-50, 0, -49, 0));
        assertFalse(AuctionPrice.isNotWorse(-50, 0, -51, 0));
    }

    function test_IsOutsideBand_AtItsEdges() public pure {
        assertFalse(AuctionPrice.isOutsideBand(120, 100, 20));
        assertTrue(AuctionPrice.isOutsideBand(121, 100, 20));
        assertFalse(AuctionPrice.isOutsideBand(80, 100, 20));
        assertTrue(AuctionPrice.isOutsideBand(79, 100, 20));
    }

    // ---------------------------------------------------------------- slice

    function testFuzz_Cut_PriceOfTheSliceIsWhatMoves(
        uint64 lots,
        bool short,
        uint256 fraction,
        int256 rest
    ) public pure {
        int64 signed = int64(uint64(bound(lots, 1, 1e9)));
        if (short) signed = -signed;
        fraction = bound(fraction, 0, WAD);
        rest = bound(rest, -1e30, 1e30);
        AuctionSlice.Leg[] memory legs = _one(signed, 2_000e18);
        AuctionSlice.Slice memory slice = AuctionSlice.cut(legs, fraction, rest);
        int64 naive = int64((int256(signed) * int256(fraction)) / int256(WAD));
        assertEq(slice.lots[0], naive);
        // 0.01 ETH at 2,000 is 20 a lot, exactly.
        int256 exact = int256(naive) * 20e18 + (rest * int256(fraction)) / int256(WAD);
        assertGe(slice.midValueWad, exact);
        assertLe(slice.midValueWad, exact + 1);
        assertLe(slice.shareWad, fraction);
    }

    function test_Cut_OfEverythingMovesEverything() public pure {
        AuctionSlice.Slice memory slice = AuctionSlice.cut(_one(-7, 1_999e18), WAD, 3e18);
        assertEq(slice.lots[0], -7);
        assertEq(slice.shareWad, WAD);
        assertEq(slice.midValueWad, 3e18 - 139.93e18);
    }

    function testFuzz_Align_MovesWholeLots(uint64 rawLots, uint256 fraction) public pure {
        uint256 lots = bound(rawLots, 1, 1e12);
        fraction = bound(fraction, 1, WAD);
        AuctionSlice.Leg[] memory legs = _one(int64(uint64(lots)), 2_000e18);
        uint256 up = AuctionSlice.alignUp(legs, fraction);
        uint256 down = AuctionSlice.alignDown(legs, fraction);
        assertEq((lots * up) / WAD, (lots * fraction + WAD - 1) / WAD);
        assertEq((lots * down) / WAD, (lots * fraction) / WAD);
        assertLe(up, WAD);
        assertGe(up, fraction);
        assertLe(down, fraction + WAD / lots + 1);
    }

    function test_Align_IgnoresAccountsWithoutPositions() public pure {
        AuctionSlice.Leg[] memory none = new AuctionSlice.Leg[](1);
        assertEq(AuctionSlice.alignUp(none, 0.3e18), 0.3e18);
        assertEq(AuctionSlice.alignDown(none, 0.3e18), 0.3e18);
        assertEq(AuctionSlice.cut(none, 0.3e18, 10e18).shareWad, 0.3e18);
    }

    function test_Align_FollowsTheLargestPosition() public pure {
        AuctionSlice.Leg[] memory legs = new AuctionSlice.Leg[](2);
        legs[0] = _one(1, 100e18)[0];
        legs[1] = _one(-4, 2_000e18)[0];
        assertEq(AuctionSlice.alignUp(legs, 0.3e18), 0.5e18);
        assertEq(AuctionSlice.alignDown(legs, 0.3e18), 0.25e18);
        assertEq(AuctionSlice.alignDown(legs, 0.2e18), 0);
    }

    function test_CapacityFraction_IsThatOfTheTightestMarket() public pure {
        AuctionSlice.Leg[] memory legs = new AuctionSlice.Leg[](2);
        legs[0] = _one(100, 2_000e18)[0];
        legs[1] = _one(100, 2_000e18)[0];
        legs[1].availableWad = 500e18;
        assertEq(AuctionSlice.capacityFraction(legs), 0.25e18);
        legs[0].availableWad = 0;
        assertEq(AuctionSlice.capacityFraction(legs), 0);
    }

    function test_CapacityFraction_CountsAllPositionsOnAnAsset() public pure {
        AuctionSlice.Leg[] memory legs = new AuctionSlice.Leg[](2);
        legs[0] = _one(100, 2_000e18)[0];
        legs[1] = _option(-300, 0);
        legs[0].meteredWad += legs[1].notionalWad;
        legs[0].availableWad = 2_000e18;
        assertEq(AuctionSlice.capacityFraction(legs), 0.25e18);
        AuctionSlice.Slice memory slice = AuctionSlice.cut(legs, 0.25e18, 0);
        assertEq(slice.meteredWad[0], 2_000e18);
        assertEq(slice.meteredWad[1], 0);
        // The engine values options: the cut counts the perpetual only.
        assertEq(slice.midValueWad, 500e18);
    }

    function test_Spread_ThreeLotsEachBesideTenDoNotStayBehind() public pure {
        AuctionSlice.Leg[] memory legs = new AuctionSlice.Leg[](11);
        legs[0] = _option(10, 0);
        for (uint256 i = 1; i < 11; ++i) legs[i] = _option(-3, 0);
        // Aligned with the largest alone, the hedge goes and none of what it hedges: 3 of 40 lots.
        uint256 fractionWad = AuctionSlice.alignUp(legs, 0.3e18);
        assertEq(AuctionSlice.cut(legs, fractionWad, 0).shareWad, 0.075e18);
        assertEq(AuctionSlice.spread(legs, fractionWad), WAD);
        // A single leg, or legs of many lots, stay as they are.
        for (uint256 i = 1; i < 11; ++i) legs[i] = _option(-300, 0);
        legs[0] = _option(1_000, 0);
        assertEq(AuctionSlice.spread(legs, 0.3e18), 0.3e18);
    }

    function testFuzz_Spread_ATenthStaysBehindAtMost(uint16[12] memory lots, uint256 fraction) public pure {
        AuctionSlice.Leg[] memory legs = new AuctionSlice.Leg[](12);
        uint256 least = type(uint256).max;
        for (uint256 i = 0; i < 12; ++i) {
            uint256 held = bound(lots[i], 1, 60_000);
            if (held < least) least = held;
            legs[i] = _option(int64(uint64(held)), 0);
        }
        fraction = AuctionSlice.alignUp(legs, bound(fraction, 0.001e18, WAD));
        uint256 spread = AuctionSlice.spread(legs, fraction);
        assertGe(spread, fraction);
        assertLe(spread, WAD);
        assertGe(AuctionSlice.cut(legs, spread, 0).shareWad, (spread * 9) / 10);
        // Ten lots of each always do: without need nothing more goes than twice that.
        if (fraction >= (10 * WAD) / least) assertEq(spread, fraction);
    }

    function _option(int64 lots, uint256 home) private pure returns (AuctionSlice.Leg memory leg) {
        leg = _one(lots, 2_000e18)[0];
        (leg.isOption, leg.home, leg.meteredWad) = (true, home, 0);
    }

    function _one(int64 lots, uint256 midWad) private pure returns (AuctionSlice.Leg[] memory legs) {
        legs = new AuctionSlice.Leg[](1);
        uint256 magnitude = uint256(int256(lots < 0 ? -lots : lots));
        legs[0] = AuctionSlice.Leg({
            asset: AssetId.wrap(1),
            lots: lots,
            sizeWad: int256(lots) * 0.01e18,
            midWad: midWad,
            notionalWad: (magnitude * 0.01e18 * midWad) / WAD,
            capacityWad: 0,
            windowSeconds: 0,
            availableWad: type(uint256).max,
            meteredWad: (magnitude * 0.01e18 * midWad) / WAD,
            isOption: false,
            isPut: false,
            slot: 0,
            strikeIndex: 0,
            home: 0
        });
    }

    // ---------------------------------------------------------------- capacity

    /// @dev Time is kept in 2^-24 seconds: each count rounds up by less than that share of a second's capacity.
    function testFuzz_Meter_AgreesWithANaiveOne(uint256[8] memory amounts, uint256[8] memory waits) public {
        vm.warp(1_000_000);
        AssetId asset = AssetId.wrap(1);
        uint256 quantumWad = (1_000e18 / uint256(600 << 24)) + 2;
        uint256 naive;
        for (uint256 i = 0; i < 8; ++i) {
            uint256 wait = bound(waits[i], 0, 1_000);
            vm.warp(block.timestamp + wait);
            uint256 drained = (1_000e18 * wait) / 600;
            naive = naive > drained ? naive - drained : 0;
            uint256 amount = bound(amounts[i], 0, meters.available(asset, 1_000e18, 600));
            uint256 counted = meters.count(asset, 1_000e18, 600, amount);
            naive += amount;
            assertGe(counted, naive);
            assertLe(counted, naive + (i + 1) * quantumWad);
            assertLe(naive, 1_000e18);
            uint256 left = meters.available(asset, 1_000e18, 600);
            assertLe(left, 1_000e18 - naive);
            assertGe(left + (i + 1) * quantumWad, 1_000e18 - naive);
        }
    }

    function testFuzz_Meter_KeepsMarketsApart(uint16 first, uint16 second, uint96 amount) public {
        vm.warp(1_700_000_000);
        (first, second) = (uint16(bound(first, 1, 31)), uint16(bound(second, 1, 31)));
        vm.assume(first != second);
        meters.count(AssetId.wrap(second), 1_000e18, 600, 400e18);
        uint256 usedWad = meters.used(AssetId.wrap(second), 1_000e18, 600);
        meters.count(AssetId.wrap(first), 1_000e18, 600, amount);
        assertEq(meters.used(AssetId.wrap(second), 1_000e18, 600), usedWad);
        assertGe(meters.used(AssetId.wrap(first), 1_000e18, 600), amount);
    }

    function test_Meter_IsAShareOfTheCapacity() public {
        vm.warp(1_700_000_000);
        AssetId asset = AssetId.wrap(1);
        meters.count(asset, 1_000e18, 600, 500e18);
        assertEq(meters.available(asset, 1_000e18, 600), 500e18);
        assertEq(meters.available(asset, 2_000e18, 600), 1_000e18);
        assertEq(meters.available(asset, 100e18, 600), 50e18);
        skip(300);
        assertEq(meters.available(asset, 100e18, 600), 100e18);
    }

    function test_Meter_WithoutCapacityIsOpen() public {
        AssetId asset = AssetId.wrap(1);
        assertEq(meters.available(asset, 0, 600), type(uint256).max);
        assertEq(meters.count(asset, 0, 600, 5e18), 0);
        assertEq(meters.used(asset, 1e18, 600), 0);
    }

    // ---------------------------------------------------------------- cure

    function test_Cure_IsDueWhenLargeOrOld() public pure {
        assertFalse(CureTerms.isDue(0, 1_000, 0, 10));
        assertFalse(CureTerms.isDue(100, 10, 100, 10));
        assertTrue(CureTerms.isDue(101, 0, 100, 10));
        assertTrue(CureTerms.isDue(1, 11, 100, 10));
    }

    function testFuzz_Purchase_NeverCostsTheAccount(uint256 cash, uint256 price, uint256 held) public pure {
        cash = bound(cash, 0, 1e27);
        price = bound(price, 1e6, 1e27);
        held = bound(held, 1, 1e15);
        (uint256 amount, uint256 paid) = CureTerms.purchase(cash, price, held, 1e6);
        assertLe(amount, held);
        assertLe(paid, cash);
        assertGe(paid * 1e6, amount * price);
    }
}
