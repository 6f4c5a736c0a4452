// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";

contract InsuranceFundCooldownTest is InsuranceFixture {
    uint256 private shares;

    function setUp() public {
        _deployFund();
        shares = _depositInto(fund, alice, 1_000 * UNIT);
    }

    function test_RequestRedeem_StartsTheClock() public {
        vm.expectEmit(address(fund));
        emit ICooldownVault.ExitRequested(alice, shares, block.timestamp + 7 days, block.timestamp + 9 days);
        _request(fund, alice, shares);
        ICooldownVault.ExitRequest memory request = fund.exitRequestOf(alice);
        assertEq(request.shares, shares);
        assertEq(request.opensAt, block.timestamp + 7 days);
        assertEq(request.closesAt, block.timestamp + 9 days);
        assertEq(request.blockedAtRequest, 0);
        assertEq(fund.maxRedeem(alice), 0);
        assertEq(fund.maxWithdraw(alice), 0);
    }

    function test_RequestRedeem_RevertsWhen_MoreThanHeld() public {
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_RequestTooLarge.selector, shares + 1, shares));
        _request(fund, alice, shares + 1);
    }

    function test_RequestRedeem_ReplacesAndCancels() public {
        _request(fund, alice, shares);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), shares);
        _request(fund, alice, shares / 2);
        assertEq(fund.maxRedeem(alice), 0);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), shares / 2);
        _request(fund, alice, 0);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), 0);
    }

    function test_Window_OpensAndClosesToTheSecond() public {
        _request(fund, alice, shares);
        skip(7 days - 1);
        assertEq(fund.maxRedeem(alice), 0);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, shares, 0));
        _redeem(fund, alice, shares);
        skip(1);
        assertEq(fund.maxRedeem(alice), shares);
        assertEq(fund.maxWithdraw(alice), 1_000 * UNIT);
        skip(2 days - 1);
        assertEq(fund.maxRedeem(alice), shares);
        skip(1);
        assertEq(fund.maxRedeem(alice), 0);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxWithdraw.selector, alice, 1, 0));
        vm.prank(alice);
        fund.withdraw(1, alice, alice);
    }

    function test_Redeem_CountsAgainstTheRequest() public {
        _request(fund, alice, shares / 2);
        skip(7 days);
        vm.expectEmit(address(fund));
        emit ICooldownVault.ExitReduced(alice, shares / 4);
        _redeem(fund, alice, shares / 4);
        assertEq(fund.maxRedeem(alice), shares / 4);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, shares / 4 + 1, shares / 4)
        );
        _redeem(fund, alice, shares / 4 + 1);
        _redeem(fund, alice, shares / 4);
        assertEq(fund.maxRedeem(alice), 0);
        assertEq(fund.exitRequestOf(alice).shares, 0);
    }

    function test_Slash_ReachesThoseWhoWait() public {
        _request(fund, alice, shares);
        skip(7 days);
        waterfallMock.pay(fund, defaulter, 250e18);
        assertEq(fund.maxWithdraw(alice), 750 * UNIT);
        assertEq(_redeem(fund, alice, shares), 750 * UNIT);
    }

    // ---------------------------------------------------------------- a cooldown is of the holder

    function test_Transfer_TakesSharesOutOfTheRequest() public {
        _request(fund, alice, shares);
        vm.expectEmit(address(fund));
        emit ICooldownVault.ExitReduced(alice, shares - 1);
        vm.prank(alice);
        fund.transfer(bob, 1);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), shares - 1);
        assertEq(fund.maxRedeem(bob), 0);
    }

    function test_Transfer_OfUnannouncedSharesLeavesTheRequest() public {
        _request(fund, alice, shares / 2);
        vm.prank(alice);
        fund.transfer(bob, shares / 2);
        assertEq(fund.exitRequestOf(alice).shares, shares / 2);
    }

    function test_Transfer_ThereAndBackDoesNotRestoreTheRequest() public {
        _request(fund, alice, shares);
        vm.prank(alice);
        fund.transfer(bob, shares);
        vm.prank(bob);
        fund.transfer(alice, shares);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), 0);
    }

    function test_Transfer_ToOneselfChangesNothing() public {
        _request(fund, alice, shares);
        vm.prank(alice);
        fund.transfer(alice, shares);
        assertEq(fund.exitRequestOf(alice).shares, shares);
    }

    function testFuzz_Transfer_NeverLetsMoreOutThanWasHeldThroughout(uint256 out, uint256 back, uint256 asked) public {
        asked = bound(asked, 0, shares);
        out = bound(out, 0, shares);
        back = bound(back, 0, out);
        _request(fund, alice, asked);
        vm.prank(alice);
        fund.transfer(bob, out);
        vm.prank(bob);
        fund.transfer(alice, back);
        skip(7 days);
        uint256 heldThroughout = shares - out;
        assertEq(fund.maxRedeem(alice), asked < heldThroughout ? asked : heldThroughout);
    }

    // ---------------------------------------------------------------- blocked

    function test_Blocked_NothingLeavesAndTheWindowWaits() public {
        _request(fund, alice, shares);
        skip(8 days);
        waterfallMock.setBlocked(true, 0);
        assertTrue(fund.isBlocked());
        assertEq(fund.maxRedeem(alice), 0);
        assertEq(fund.maxWithdraw(alice), 0);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, shares, 0));
        _redeem(fund, alice, shares);

        skip(3 days);
        waterfallMock.setBlocked(false, 3 days);
        assertEq(fund.blockedSeconds(), 3 days);
        assertEq(fund.maxRedeem(alice), shares);
        skip(1 days - 1);
        assertEq(fund.maxRedeem(alice), shares);
        skip(1);
        assertEq(fund.maxRedeem(alice), 0);
    }

    function test_Blocked_SecondsBeforeTheRequestDoNotCount() public {
        waterfallMock.setBlocked(false, 5 days);
        _request(fund, alice, shares);
        assertEq(fund.exitRequestOf(alice).blockedAtRequest, 5 days);
        skip(9 days);
        assertEq(fund.maxRedeem(alice), 0);
    }

    function test_Blocked_DepositsStayOpen() public {
        waterfallMock.setBlocked(true, 0);
        assertGt(_depositInto(fund, bob, 10 * UNIT), 0);
    }

    // ---------------------------------------------------------------- configuration

    function test_SetCooldown_AppliesToLaterRequests() public {
        _request(fund, alice, shares);
        vm.expectEmit(address(fund));
        emit ICooldownVault.CooldownChanged(7 days, 2 days, 30 days, 1 days);
        fund.setCooldown(30 days, 1 days);
        skip(7 days);
        assertEq(fund.maxRedeem(alice), shares);
        _request(fund, alice, shares);
        assertEq(fund.exitRequestOf(alice).opensAt, block.timestamp + 30 days);
        assertEq(fund.exitRequestOf(alice).closesAt, block.timestamp + 31 days);
        (uint256 cooldown, uint256 window, uint256 stream) = fund.durations();
        assertEq(cooldown, 30 days);
        assertEq(window, 1 days);
        assertEq(stream, 1 hours);
    }

    function test_SetCooldown_RevertsWhen_OutOfBounds() public {
        _expectBounds(1 days - 1, 1 days, 30 days);
        fund.setCooldown(1 days - 1, 2 days);
        _expectBounds(30 days + 1, 1 days, 30 days);
        fund.setCooldown(30 days + 1, 2 days);
        _expectBounds(1 days - 1, 1 days, 7 days);
        fund.setCooldown(7 days, 1 days - 1);
        _expectBounds(7 days + 1, 1 days, 7 days);
        fund.setCooldown(7 days, 7 days + 1);
        fund.setCooldown(1 days, 7 days);
    }

    function test_SetStreamDuration_RevertsWhen_OutOfBounds() public {
        _expectBounds(1 hours - 1, 1 hours, 7 days);
        fund.setStreamDuration(1 hours - 1);
        _expectBounds(7 days + 1, 1 hours, 7 days);
        fund.setStreamDuration(7 days + 1);
        vm.expectEmit(address(fund));
        emit ICooldownVault.StreamDurationChanged(1 hours, 7 days);
        fund.setStreamDuration(7 days);
    }

    function test_Configuration_RevertsWhen_NotAllowed() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        fund.setCooldown(7 days, 2 days);
        vm.expectRevert(refused);
        fund.setStreamDuration(1 hours);
        vm.expectRevert(refused);
        fund.wire(stranger);
        vm.stopPrank();
    }

    function _expectBounds(uint256 actual, uint256 minimum, uint256 maximum) private {
        vm.expectRevert(
            abi.encodeWithSelector(ICooldownVault.Insurance_DurationOutOfBounds.selector, actual, minimum, maximum)
        );
    }
}
