// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {IVenueAllocator} from "../../../contracts/insurance/IVenueAllocator.sol";
import {VenueAllocator} from "../../../contracts/insurance/VenueAllocator.sol";
import {InsuranceToken} from "../support/InsuranceToken.sol";
import {VenueFixture} from "../support/VenueFixture.sol";
import {VenueMock} from "../support/VenueMock.sol";

contract VenueAllocatorTest is VenueFixture {
    function setUp() public {
        _deployVenues();
    }

    // ---------------------------------------------------------------- placing

    function test_Rebalance_PlacesWhatIsIdleInOrderUpToTheCaps() public {
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.Placed(address(first), CAP);
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.Placed(address(second), 200_000 * UNIT);
        (uint256 placed, uint256 recalled) = allocator.rebalance();
        assertEq(placed, 500_000 * UNIT);
        assertEq(recalled, 0);
        assertEq(_home(), 500_000 * UNIT);
        assertEq(fund.managedAssets(), FUND);
        assertEq(fund.totalAssets(), FUND);
        assertEq(vault.cashOf(fund.account()), int256(500_000 * UNIT * SCALE));
        assertEq(allocator.placedAssets(), fund.placedAssets());
        assertEq(first.balanceOf(address(allocator)), first.convertToShares(CAP));
        assertEq(token.balanceOf(address(allocator)), 0);
        assertEq(token.allowance(address(allocator), address(first)), 0);
    }

    function test_Rebalance_MovesNothingBelowAHundredth() public {
        allocator.rebalance();
        _depositInto(fund, bob, 19_000 * UNIT);
        (uint256 placed, uint256 recalled) = allocator.rebalance();
        assertEq(placed + recalled, 0);
    }

    function test_Rebalance_ReplenishesHome() public {
        allocator.rebalance();
        waterfallMock.pay(fund, defaulter, 400_000 * UNIT * SCALE);
        assertEq(_home(), 100_000 * UNIT);
        (, uint256 recalled) = allocator.rebalance();
        assertEq(recalled, 200_000 * UNIT);
        assertEq(_home(), 300_000 * UNIT);
        assertEq(fund.placedAssets(), 300_000 * UNIT);
        // The last one is emptied first.
        assertEq(allocator.venueOf(address(second)).counted, 0);
    }

    function test_Rebalance_BringsHomeWhatIsAboveALoweredCap() public {
        allocator.rebalance();
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueCapChanged(address(first), CAP, 100_000 * UNIT);
        allocator.setCap(address(first), 100_000 * UNIT);
        allocator.rebalance();
        assertEq(allocator.venueOf(address(first)).counted, 100_000 * UNIT);
        assertEq(allocator.venueOf(address(second)).counted, CAP);
    }

    function test_Rebalance_PlacesNothingWhileRedemptionsWait() public {
        waterfallMock.setBlocked(true, 0);
        (uint256 placed, ) = allocator.rebalance();
        assertEq(placed, 0);
    }

    function test_Rebalance_PlacesNothingInASuspendedVenue() public {
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueSuspended(address(first), IVenueAllocator.Health.Healthy);
        allocator.suspend(address(first));
        allocator.rebalance();
        assertEq(allocator.venueOf(address(first)).counted, 0);
        assertEq(allocator.venueOf(address(second)).counted, CAP);
    }

    function test_Rebalance_UndoesAPlacementThatIsNotWorthIt() public {
        first.setMood(VenueMock.Mood.Keeper);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVenueAllocator.Venue_NotHealthy.selector,
                address(first),
                IVenueAllocator.Health.Fell
            )
        );
        allocator.rebalance();
        assertEq(_home(), FUND);
        assertEq(token.balanceOf(address(first)), 0);
    }

    function test_Gain_IsIncomeWhenItHasComeHome() public {
        allocator.rebalance();
        skip(365 days);
        _earn(first, 30_000 * UNIT);
        assertEq(fund.totalAssets(), FUND);
        allocator.rebalance();
        assertApproxEqAbs(vault.cashOf(fund.account()), int256((_home() + 30_000 * UNIT) * SCALE), SCALE * 2);
        uint256 streamed = fund.streamIncome();
        assertApproxEqAbs(streamed, 30_000 * UNIT, 2);
        skip(1 hours);
        assertEq(fund.totalAssets(), FUND + streamed);
    }

    function test_Donation_OfSharesIsIncome() public {
        _crowd(first, 50_000 * UNIT);
        vm.prank(eve);
        first.transfer(address(allocator), 50_000 * UNIT);
        allocator.rebalance();
        assertEq(fund.managedAssets(), FUND);
        assertEq(fund.streamIncome(), 50_000 * UNIT);
    }

    // ---------------------------------------------------------------- paying a loss

    function test_Pay_CallsHomeWhatIsMissing() public {
        allocator.rebalance();
        assertEq(waterfallMock.pay(fund, defaulter, 700_000 * UNIT * SCALE + 1), 700_000 * UNIT * SCALE + 1);
        assertEq(vault.cashOf(defaulter), int256(700_000 * UNIT * SCALE + 1));
        assertEq(fund.managedAssets(), 300_000 * UNIT - 1);
    }

    function test_Pay_PaysWhatIsThereWhenVenuesPayNothing() public {
        allocator.rebalance();
        first.setMood(VenueMock.Mood.Frozen);
        second.setMood(VenueMock.Mood.Thief);
        assertEq(waterfallMock.pay(fund, defaulter, FUND * SCALE), 500_000 * UNIT * SCALE);
        assertEq(fund.managedAssets(), CAP);
    }

    /// @dev Whatever of it lies in venues and whatever they do, the fund's cash covers what is counted at home.
    function testFuzz_Pay_BooksStayBacked(uint256 amountWad, uint256 lost, uint8 mood, uint256 liquid) public {
        allocator.rebalance();
        first.lose(bound(lost, 0, CAP));
        second.setMood(VenueMock.Mood(mood % 4));
        first.setLiquid(liquid);
        amountWad = bound(amountWad, 0, 2 * FUND * SCALE);
        uint256 paidWad = waterfallMock.pay(fund, defaulter, amountWad);
        assertLe(paidWad, amountWad);
        assertGe(vault.cashOf(fund.account()), int256(_home() * SCALE));
        assertEq(allocator.placedAssets(), fund.placedAssets());
    }

    function test_Redeem_IsLimitedToWhatIsAtHome() public {
        allocator.rebalance();
        _request(fund, alice, shares);
        skip(7 days);
        assertApproxEqAbs(fund.convertToAssets(fund.maxRedeem(alice)), 500_000 * UNIT, 1);
        _redeem(fund, alice, fund.maxRedeem(alice));
        allocator.rebalance();
        assertApproxEqAbs(fund.convertToAssets(fund.maxRedeem(alice)), 250_000 * UNIT, 1);
    }

    // ---------------------------------------------------------------- listing

    function test_List_RefusesWhatCannotBeAVenue() public {
        vm.expectRevert(IVenueAllocator.Venue_ZeroAddress.selector);
        allocator.list(address(0), CAP, 0);
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_AlreadyListed.selector, address(first)));
        allocator.list(address(first), CAP, 0);
        InsuranceToken other = new InsuranceToken(6);
        VenueMock venue = new VenueMock(IERC20(address(other)));
        vm.expectRevert(
            abi.encodeWithSelector(IVenueAllocator.Venue_OtherAsset.selector, address(other), address(token))
        );
        allocator.list(address(venue), CAP, 0);
        venue = new VenueMock(IERC20(address(token)));
        vm.expectRevert(
            abi.encodeWithSelector(IVenueAllocator.Venue_OutOfBounds.selector, 1 << 128, 0, (1 << 128) - 1)
        );
        allocator.list(address(venue), 1 << 128, 0);
        venue.setPaused(true);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVenueAllocator.Venue_NotHealthy.selector,
                address(venue),
                IVenueAllocator.Health.Paused
            )
        );
        allocator.list(address(venue), CAP, VenueMock.paused.selector);
        venue.setMood(VenueMock.Mood.Mute);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVenueAllocator.Venue_NotHealthy.selector,
                address(venue),
                IVenueAllocator.Health.Unreadable
            )
        );
        allocator.list(address(venue), CAP, 0);
    }

    function test_List_TakesAtMostFour() public {
        for (uint256 i = 0; i < 2; ++i) {
            allocator.list(address(new VenueMock(IERC20(address(token)))), CAP, 0);
        }
        VenueMock fifth = new VenueMock(IERC20(address(token)));
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_TooMany.selector, 4));
        allocator.list(address(fifth), CAP, 0);
    }

    function test_Delist_OnlyWhatIsEmpty() public {
        allocator.rebalance();
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_InUse.selector, address(first), CAP));
        allocator.delist(address(first));
        allocator.suspend(address(first));
        allocator.heal();
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueDelisted(address(first));
        allocator.delist(address(first));
        assertEq(allocator.venues().length, 1);
        assertEq(allocator.venues()[0], address(second));
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_NotListed.selector, address(first)));
        allocator.delist(address(first));
    }

    function test_Resume_TakesTheWorthOfNow() public {
        allocator.rebalance();
        _crowd(first, 10_000 * UNIT);
        first.lose(31_000 * UNIT);
        allocator.heal();
        skip(1 minutes);
        allocator.heal();
        vm.expectEmit(true, false, false, false, address(allocator));
        emit IVenueAllocator.VenueResumed(address(first), 0);
        allocator.resume(address(first));
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Healthy));
        first.setMood(VenueMock.Mood.Mute);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVenueAllocator.Venue_NotHealthy.selector,
                address(first),
                IVenueAllocator.Health.Unreadable
            )
        );
        allocator.resume(address(first));
    }

    function test_Resume_NotWhatIsStuck() public {
        allocator.rebalance();
        first.setMood(VenueMock.Mood.Frozen);
        allocator.suspend(address(first));
        allocator.heal();
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_InUse.selector, address(first), CAP));
        allocator.resume(address(first));
    }

    function test_HomeShare_IsAtLeastHalf() public {
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_OutOfBounds.selector, 4_999, 5_000, 10_000));
        allocator.setHomeShare(4_999);
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.HomeShareChanged(5_000, 10_000);
        allocator.setHomeShare(10_000);
        (uint256 placed, ) = allocator.rebalance();
        assertEq(placed, 0);
    }

    // ---------------------------------------------------------------- who may call

    function test_Access() public {
        vm.startPrank(stranger);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.expectRevert(refusal);
        allocator.list(address(first), CAP, 0);
        vm.expectRevert(refusal);
        allocator.delist(address(first));
        vm.expectRevert(refusal);
        allocator.setCap(address(first), 0);
        vm.expectRevert(refusal);
        allocator.suspend(address(first));
        vm.expectRevert(refusal);
        allocator.resume(address(first));
        vm.expectRevert(refusal);
        allocator.setHomeShare(5_000);
        vm.expectRevert(refusal);
        fund.wireVenues(stranger);
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_NotFund.selector, stranger, address(fund)));
        allocator.recall(1);
        refusal = abi.encodeWithSelector(IInsuranceFund.Insurance_NotVenues.selector, stranger, address(allocator));
        vm.expectRevert(refusal);
        fund.placeOut(1);
        vm.expectRevert(refusal);
        fund.takeBack(1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IInsuranceFund.Insurance_NotWaterfall.selector, stranger, address(waterfallMock))
        );
        fund.gather(1);
    }

    function test_Wiring_IsOnceAndForAll() public {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceFund.Insurance_AlreadyWired.selector, address(allocator)));
        fund.wireVenues(stranger);
        vm.expectRevert(IVenueAllocator.Venue_ZeroAddress.selector);
        new VenueAllocator(address(manager), IInsuranceFund(address(0)));
        vm.prank(address(allocator));
        vm.expectRevert(abi.encodeWithSelector(IInsuranceFund.Insurance_NotAtHome.selector, FUND + 1, FUND));
        fund.placeOut(FUND + 1);
    }
}
