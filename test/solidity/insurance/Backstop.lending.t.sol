// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Backstop} from "../../../contracts/insurance/Backstop.sol";
import {IBackstop} from "../../../contracts/insurance/IBackstop.sol";
import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";
import {InsuranceToken} from "../support/InsuranceToken.sol";
import {InsuranceVaultMock} from "../support/InsuranceVaultMock.sol";

contract BackstopLendingTest is InsuranceFixture {
    uint256 private constant LINE = 100_000 * UNIT;

    address private domain = makeAddr("domain");
    address private otherDomain = makeAddr("other domain");
    InsuranceVaultMock private otherVault;
    uint256 private shares;

    function setUp() public {
        _deployRoom();
        otherVault = new InsuranceVaultMock(address(token));
        backstop.setLine(domain, address(vault), LINE);
        backstop.setLine(otherDomain, address(otherVault), LINE / 2);
        shares = _depositInto(backstop, alice, 1_000_000 * UNIT);
    }

    // ---------------------------------------------------------------- lines

    function test_SetLine_RegistersAndChanges() public {
        address fresh = makeAddr("fresh");
        vm.expectEmit(address(backstop));
        emit IBackstop.LineChanged(fresh, address(vault), 0, 5);
        backstop.setLine(fresh, address(vault), 5);
        vm.expectEmit(address(backstop));
        emit IBackstop.LineChanged(fresh, address(vault), 5, 9);
        backstop.setLine(fresh, address(vault), 9);
        IBackstop.Domain memory entry = backstop.domainOf(fresh);
        assertEq(entry.vault, address(vault));
        assertEq(entry.line, 9);
        assertEq(entry.debt + entry.drawnInEpoch + entry.epoch, 0);
    }

    function test_SetLine_RevertsWhen_Nonsense() public {
        vm.expectRevert(ICooldownVault.Insurance_ZeroAddress.selector);
        backstop.setLine(address(0), address(vault), 1);
        vm.expectRevert(ICooldownVault.Insurance_ZeroAddress.selector);
        backstop.setLine(stranger, address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_VaultFixed.selector, domain, address(vault)));
        backstop.setLine(domain, address(otherVault), 1);
        vm.expectRevert(
            abi.encodeWithSelector(IBackstop.Backstop_LineTooLarge.selector, uint256(1) << 128, type(uint128).max)
        );
        backstop.setLine(domain, address(vault), uint256(1) << 128);
        backstop.setLine(domain, address(vault), type(uint128).max);

        InsuranceToken other = new InsuranceToken(6);
        InsuranceVaultMock foreign = new InsuranceVaultMock(address(other));
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_WrongToken.selector, address(other), address(token)));
        backstop.setLine(stranger, address(foreign), 1);
    }

    function test_LowerLine_OnlyTightens() public {
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_LineNotLower.selector, LINE, LINE));
        backstop.lowerLine(domain, LINE);
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_LineNotLower.selector, LINE + 1, LINE));
        backstop.lowerLine(domain, LINE + 1);
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_UnknownDomain.selector, stranger));
        backstop.lowerLine(stranger, 0);
        vm.expectEmit(address(backstop));
        emit IBackstop.LineChanged(domain, address(vault), LINE, LINE - 1);
        backstop.lowerLine(domain, LINE - 1);
        assertEq(backstop.available(domain), (LINE - 1) * SCALE);
    }

    function test_LowerLine_BelowTheDebtLendsNothing() public {
        _draw(domain, 60_000e18);
        backstop.lowerLine(domain, 50_000 * UNIT);
        assertEq(backstop.available(domain), 0);
        assertEq(_draw(domain, 1e18), 0);
    }

    function test_SetEpochDuration_RevertsWhen_OutOfBounds() public {
        _expectEpochBounds(1 days - 1);
        backstop.setEpochDuration(1 days - 1);
        _expectEpochBounds(90 days + 1);
        backstop.setEpochDuration(90 days + 1);
        vm.expectEmit(address(backstop));
        emit IBackstop.EpochDurationChanged(7 days, 90 days);
        backstop.setEpochDuration(90 days);
        (uint256 duration, uint256 epoch) = backstop.currentEpoch();
        assertEq(duration, 90 days);
        assertEq(epoch, block.timestamp / 90 days);
    }

    function test_Configuration_RevertsWhen_NotAllowed() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        backstop.setLine(domain, address(vault), 1);
        vm.expectRevert(refused);
        backstop.lowerLine(domain, 1);
        vm.expectRevert(refused);
        backstop.setEpochDuration(7 days);
        vm.stopPrank();
    }

    function test_Deploy_RevertsWhen_NoToken() public {
        vm.expectRevert(ICooldownVault.Insurance_ZeroAddress.selector);
        new Backstop(address(manager), address(0));
    }

    // ---------------------------------------------------------------- draws

    function test_Draw_LendsIntoTheVaultAccount() public {
        vm.expectEmit(address(backstop));
        emit IBackstop.Drawn(domain, defaulter, 1_234 * UNIT, 1_234 * UNIT);
        assertEq(_draw(domain, 1_234e18 + SCALE - 1), 1_234e18);
        assertEq(vault.cashOf(defaulter), 1_234e18);
        assertEq(backstop.debtOf(domain), 1_234 * UNIT);
        assertEq(backstop.totalAssets(), 998_766 * UNIT);
        assertEq(token.balanceOf(address(backstop)), 998_766 * UNIT);
        assertEq(token.allowance(address(backstop), address(vault)), 0);
        assertEq(backstop.available(domain), (LINE - 1_234 * UNIT) * SCALE);
    }

    function test_Draw_RevertsWhen_Unknown() public {
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_UnknownDomain.selector, stranger));
        _draw(stranger, 1e18);
        assertEq(backstop.available(stranger), 0);
    }

    function test_Draw_StopsAtTheLine() public {
        assertEq(_draw(domain, 1_000_000e18), 100_000e18);
        assertEq(_draw(domain, 1e18), 0);
        assertEq(backstop.available(domain), 0);
        assertEq(backstop.available(otherDomain), 50_000e18);
    }

    function test_Draw_StopsAtThePool() public {
        backstop.setLine(domain, address(vault), 5_000_000 * UNIT);
        assertEq(_draw(domain, 2_000_000e18), 1_000_000e18);
        assertEq(backstop.available(otherDomain), 0);
        assertEq(_draw(otherDomain, 1e18), 0);
    }

    function test_Draw_LessThanAUnitLendsNothing() public {
        assertEq(_draw(domain, SCALE - 1), 0);
        assertEq(_draw(domain, SCALE), SCALE);
    }

    function test_Draw_ANewEpochDoesNotReopenAnUnpaidLine() public {
        _draw(domain, 100_000e18);
        skip(70 days);
        assertEq(backstop.available(domain), 0);
    }

    function test_Draw_ARepaymentDoesNotReopenTheEpoch() public {
        _draw(domain, 100_000e18);
        _repayFor(domain, 100_000 * UNIT);
        assertEq(backstop.available(domain), 0);
        (, uint256 epoch) = backstop.currentEpoch();
        vm.warp((epoch + 1) * 7 days - 1);
        assertEq(backstop.available(domain), 0);
        skip(1);
        assertEq(backstop.available(domain), 100_000e18);
    }

    // ---------------------------------------------------------------- repayments

    function test_Repay_TakesFromTheCaller() public {
        _draw(domain, 500e18);
        token.mint(domain, 900 * UNIT);
        vm.startPrank(domain);
        token.approve(address(backstop), 900 * UNIT);
        vm.expectEmit(address(backstop));
        emit IBackstop.Repaid(domain, domain, 200 * UNIT, 300 * UNIT);
        assertEq(backstop.repay(200 * UNIT), 200 * UNIT);
        assertEq(backstop.repay(700 * UNIT), 300 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_NothingToRepay.selector, 400 * UNIT, 0));
        backstop.repay(400 * UNIT);
        vm.stopPrank();
        assertEq(backstop.debtOf(domain), 0);
        assertEq(token.balanceOf(domain), 400 * UNIT);
    }

    function test_Repay_RevertsWhen_Nothing() public {
        _draw(domain, 5e18);
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_NothingToRepay.selector, 0, 5 * UNIT));
        backstop.repayFor(domain, 0);
    }

    function test_Repay_RevertsWhen_TheTokenTakesAFee() public {
        _draw(domain, 5e18);
        token.setFee(1);
        token.mint(bob, 5 * UNIT);
        vm.startPrank(bob);
        token.approve(address(backstop), 5 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(ICooldownVault.Insurance_FeeOnTransfer.selector, 5 * UNIT - 1, 5 * UNIT)
        );
        backstop.repayFor(domain, 5 * UNIT);
        vm.stopPrank();
    }

    function test_Repay_StreamsToThoseWhoStayed() public {
        _draw(domain, 100_000e18);
        assertApproxEqAbs(backstop.convertToAssets(shares), 900_000 * UNIT, 1);
        uint256 eveShares = _depositInto(backstop, eve, 900_000 * UNIT);
        _repayFor(domain, 100_000 * UNIT);
        assertApproxEqAbs(backstop.convertToAssets(eveShares), 900_000 * UNIT, 2);
        assertEq(backstop.unstreamedAssets(), 100_000 * UNIT);
        skip(1 hours);
        assertEq(backstop.totalAssets(), 1_900_000 * UNIT);
    }

    // ---------------------------------------------------------------- the pool

    function test_Pool_DonationsChangeNothingUntilStreamed() public {
        token.mint(address(backstop), 77 * UNIT);
        assertEq(backstop.totalAssets(), 1_000_000 * UNIT);
        assertEq(backstop.streamIncome(), 77 * UNIT);
        skip(1 hours);
        assertEq(backstop.totalAssets(), 1_000_077 * UNIT);
    }

    function test_Pool_RedeemsAfterTheCooldown() public {
        _request(backstop, alice, shares);
        assertFalse(backstop.isBlocked());
        assertEq(backstop.blockedSeconds(), 0);
        skip(7 days);
        _draw(domain, 100_000e18);
        assertApproxEqAbs(_redeem(backstop, alice, shares), 900_000 * UNIT, 1);
        assertEq(token.balanceOf(alice), 900_000 * UNIT);
    }

    /// @dev Invariant 12: whatever a domain does, over any number of epochs, it costs the pool at most its line.
    function testFuzz_INV12_ADomainCostsAtMostItsLine(uint256[16] memory wants, uint32[16] memory waits) public {
        for (uint256 i = 0; i < wants.length; ++i) {
            _draw(domain, bound(wants[i], 0, 1_000_000e18));
            skip(waits[i] % 30 days);
            assertLe(backstop.debtOf(domain), LINE);
        }
        assertGe(backstop.totalAssets(), 1_000_000 * UNIT - LINE);
        assertEq(backstop.totalAssets() + backstop.debtOf(domain), 1_000_000 * UNIT);
        assertEq(backstop.available(otherDomain), 50_000e18);
    }

    /// @dev Two domains of two vaults: the failure of one leaves the other's line whole.
    function test_INV12_TwoDomains() public {
        _draw(domain, 1_000_000e18);
        assertEq(_draw(otherDomain, 1_000_000e18), 50_000e18);
        assertEq(vault.cashOf(defaulter), 100_000e18);
        assertEq(otherVault.cashOf(defaulter), 50_000e18);
        assertEq(backstop.totalAssets(), 850_000 * UNIT);
    }

    function _draw(address domain_, uint256 amountWad) private returns (uint256) {
        vm.prank(domain_);
        return backstop.draw(defaulter, amountWad);
    }

    function _repayFor(address domain_, uint256 amount) private {
        token.mint(bob, amount);
        vm.startPrank(bob);
        token.approve(address(backstop), amount);
        backstop.repayFor(domain_, amount);
        vm.stopPrank();
    }

    function _expectEpochBounds(uint256 actual) private {
        vm.expectRevert(abi.encodeWithSelector(IBackstop.Backstop_EpochOutOfBounds.selector, actual, 1 days, 90 days));
    }
}
