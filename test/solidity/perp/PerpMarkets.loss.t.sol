// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpFixture} from "../support/PerpFixture.sol";

contract PerpMarketsLossTest is PerpFixture {
    function test_SpreadLoss_RevertsWhen_CallerIsNotTheWaterfall() external {
        vm.prank(address(0xBAD));
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_WrongCaller.selector, address(0xBAD), address(this)));
        markets.spreadLoss(ETH, true, 1e18);
    }

    function test_SpreadLoss_ChargesTheLongs() external {
        open(ETH, 3, MID);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.LossSpread(ETH, true, 100, 102, 34);
        assertEq(markets.spreadLoss(ETH, true, 100), 102);
        assertEq(markOf(ETH).longIndexWad, 34);
        assertEq(markOf(ETH).shortIndexWad, 0);
    }

    function test_SpreadLoss_ChargesTheShorts() external {
        open(ETH, 3, MID);
        assertEq(markets.spreadLoss(ETH, false, 99), 99);
        assertEq(markOf(ETH).longIndexWad, 0);
        assertEq(markOf(ETH).shortIndexWad, -33);
    }

    function test_SpreadLoss_IsZeroOnAnEmptySideOrAnEmptyLoss() external {
        assertEq(markets.spreadLoss(ETH, true, 100), 0);
        open(ETH, 3, MID);
        assertEq(markets.spreadLoss(ETH, true, 0), 0);
        assertEq(markOf(ETH).longIndexWad, 0);
    }

    function test_SpreadLoss_RevertsWhen_TheIndexWouldOverflow() external {
        open(ETH, 1, MID);
        uint256 most = uint256(int256(type(int128).max));
        markets.spreadLoss(ETH, true, most);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        markets.spreadLoss(ETH, true, 1);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        markets.spreadLoss(ETH, false, 2 ** 255);
    }

    /// @dev Overshoot below one wei per open lot; what the holders pay is what was charged.
    function testFuzz_INV13_OvershootIsBelowAWeiPerLot(uint32 lots, uint96 deficit, bool longSide) external {
        int64 size = int64(uint64(bound(lots, 1, 30_000)));
        open(ETH, size, MID);
        uint256 charged = markets.spreadLoss(ETH, longSide, deficit);
        assertGe(charged, deficit);
        assertLt(charged - deficit, uint64(size));
        IPerpMarkets.MarketMark memory mark = markOf(ETH);
        assertEq(charged, uint64(size) * uint256(longSide ? mark.longIndexWad : -mark.shortIndexWad));
        assertEq(longSide ? mark.shortIndexWad : mark.longIndexWad, 0);
    }

    /// @dev A loss between two accruals leaves funding as it was.
    function testFuzz_SpreadLoss_DoesNotTouchFunding(uint24 before, uint24 later) external {
        open(ETH, 100, (MID * 101) / 100);
        uint256 snapshot = vm.snapshotState();
        skip(uint256(before) + later);
        int256 expected = markOf(ETH).longIndexWad;
        vm.revertToState(snapshot);
        skip(before);
        markets.spreadLoss(ETH, true, 700);
        skip(later);
        assertEq(markOf(ETH).longIndexWad, expected + 7);
        assertEq(markOf(ETH).shortIndexWad, expected);
    }
}
