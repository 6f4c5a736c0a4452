// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";
import {InsuranceToken} from "../support/InsuranceToken.sol";

contract InsuranceFundSharesTest is InsuranceFixture {
    uint256 private constant PAR = 1e9;

    function setUp() public {
        _deployFund();
    }

    function test_Deposit_PlacesTokensInTheVaultAccount() public {
        token.mint(alice, 1_000 * UNIT);
        vm.startPrank(alice);
        token.approve(address(fund), 1_000 * UNIT);
        vm.expectEmit(address(fund));
        emit IERC4626.Deposit(alice, bob, 1_000 * UNIT, 1_000 * UNIT * PAR);
        uint256 shares = fund.deposit(1_000 * UNIT, bob);
        vm.stopPrank();

        assertEq(shares, 1_000 * UNIT * PAR);
        assertEq(fund.balanceOf(bob), shares);
        assertEq(fund.totalAssets(), 1_000 * UNIT);
        assertEq(fund.managedAssets(), 1_000 * UNIT);
        assertEq(vault.cashOf(fund.account()), int256(1_000 * UNIT * SCALE));
        assertEq(token.balanceOf(address(vault)), 1_000 * UNIT);
        assertEq(token.balanceOf(address(fund)), 0);
        assertEq(token.allowance(address(fund), address(vault)), 0);
    }

    function test_Mint_TakesWhatThePreviewSays() public {
        _depositInto(fund, bob, 7 * UNIT);
        waterfallMock.pay(fund, defaulter, 1e18);
        uint256 expected = fund.previewMint(12_345_678_901);
        token.mint(alice, 100 * UNIT);
        vm.startPrank(alice);
        token.approve(address(fund), type(uint256).max);
        uint256 assets = fund.mint(12_345_678_901, alice);
        vm.stopPrank();
        assertEq(assets, expected);
        assertEq(token.balanceOf(alice), 100 * UNIT - assets);
        assertEq(fund.balanceOf(alice), 12_345_678_901);
    }

    function test_Redeem_PaysOutOfTheVault() public {
        uint256 shares = _depositInto(fund, alice, 1_000 * UNIT);
        _request(fund, alice, shares);
        skip(7 days);
        vm.expectEmit(address(fund));
        emit IERC4626.Withdraw(alice, bob, alice, 400 * UNIT, 400 * UNIT * PAR);
        vm.prank(alice);
        uint256 assets = fund.redeem(400 * UNIT * PAR, bob, alice);
        assertEq(assets, 400 * UNIT);
        assertEq(token.balanceOf(bob), 400 * UNIT);
        assertEq(fund.totalAssets(), 600 * UNIT);
        assertEq(vault.cashOf(fund.account()), int256(600 * UNIT * SCALE));
    }

    function test_Withdraw_BurnsSharesRoundedUp() public {
        uint256 shares = _depositInto(fund, alice, 3 * UNIT);
        waterfallMock.pay(fund, defaulter, 1e18);
        _request(fund, alice, shares);
        skip(7 days);
        uint256 expected = fund.previewWithdraw(1 * UNIT);
        assertGe(fund.convertToAssets(expected), 1 * UNIT);
        vm.prank(alice);
        assertEq(fund.withdraw(1 * UNIT, alice, alice), expected);
        assertEq(token.balanceOf(alice), 1 * UNIT);
    }

    function test_Redeem_ByAnotherNeedsAllowance() public {
        uint256 shares = _depositInto(fund, alice, 10 * UNIT);
        _request(fund, alice, shares);
        skip(7 days);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, shares));
        vm.prank(bob);
        fund.redeem(shares, bob, alice);

        vm.prank(alice);
        fund.approve(bob, shares);
        vm.prank(bob);
        assertEq(fund.redeem(shares, bob, alice), 10 * UNIT);
    }

    function test_Deposit_RevertsWhen_NothingWouldMove() public {
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_ZeroAmount.selector, 0, 0));
        fund.deposit(0, alice);
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_ZeroAmount.selector, 0, 0));
        fund.mint(0, alice);
    }

    function test_Redeem_RevertsWhen_SharesAreWorthNothing() public {
        uint256 shares = _depositInto(fund, alice, 10 * UNIT);
        _request(fund, alice, shares);
        skip(7 days);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_ZeroAmount.selector, 0, PAR - 1));
        fund.redeem(PAR - 1, alice, alice);
        vm.prank(alice);
        assertEq(fund.redeem(PAR, alice, alice), 1);
    }

    function test_Deposit_RevertsWhen_TheTokenTakesAFee() public {
        token.setFee(1);
        token.mint(alice, 10 * UNIT);
        vm.startPrank(alice);
        token.approve(address(fund), 10 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(ICooldownVault.Insurance_FeeOnTransfer.selector, 10 * UNIT - 1, 10 * UNIT)
        );
        fund.deposit(10 * UNIT, alice);
        vm.stopPrank();
    }

    function test_Deploy_AcceptsUpToEighteenDecimals() public {
        assertEq(fund.decimals(), 15);
        InsuranceToken wad = new InsuranceToken(18);
        vm.mockCall(address(vault), abi.encodeCall(IMarginVault.settlementToken, ()), abi.encode(address(wad)));
        assertEq(new InsuranceFund(address(manager), IMarginVault(address(vault))).decimals(), 27);

        InsuranceToken odd = new InsuranceToken(19);
        vm.mockCall(address(vault), abi.encodeCall(IMarginVault.settlementToken, ()), abi.encode(address(odd)));
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_UnsupportedDecimals.selector, 19, 18));
        new InsuranceFund(address(manager), IMarginVault(address(vault)));
    }

    // ---------------------------------------------------------------- hostile depositors

    function testFuzz_FirstDepositor_CannotTakeFromTheSecond(uint256 first, uint256 gift, uint256 second) public {
        first = bound(first, 1, 1_000 * UNIT);
        gift = bound(gift, 0, 1_000_000 * UNIT);
        second = bound(second, UNIT, 1_000_000 * UNIT);
        uint256 eveShares = _depositInto(fund, eve, first);
        _bringCash(fund.account(), gift);
        fund.streamIncome();
        skip(1 hours);
        uint256 aliceShares = _depositInto(fund, alice, second);
        // Her loss is the rounding of one share, less than a billionth of what is in the fund.
        assertApproxEqAbs(fund.convertToAssets(aliceShares), second, fund.totalAssets() / PAR + 2);
        assertLe(fund.convertToAssets(eveShares), first + gift);
    }

    function test_Donation_ChangesNothingUntilStreamed() public {
        _depositInto(fund, alice, 100 * UNIT);
        uint256 priceBefore = fund.convertToAssets(1e18);
        _bringCash(fund.account(), 1_000_000 * UNIT);
        token.mint(address(fund), 1_000_000 * UNIT);
        assertEq(fund.totalAssets(), 100 * UNIT);
        assertEq(fund.managedAssets(), 100 * UNIT);
        assertEq(fund.convertToAssets(1e18), priceBefore);
        assertEq(_depositInto(fund, bob, 100 * UNIT), 100 * UNIT * PAR);
    }

    function test_IncomeBeforeTheFirstShare_BelongsToNobody() public {
        _bringCash(fund.account(), 1_000_000 * UNIT);
        fund.streamIncome();
        skip(1 hours);
        uint256 shares = _depositInto(fund, eve, 1 * UNIT);
        assertApproxEqAbs(fund.convertToAssets(shares), 1 * UNIT, 1_001);
        assertLe(fund.convertToAssets(shares), 1 * UNIT);
    }

    function testFuzz_RoundTrip_NeverGains(uint256 seed, uint256 assets, uint256 lossWad) public {
        seed = bound(seed, 1, 1e15);
        assets = bound(assets, 1, 1e15);
        _depositInto(fund, bob, seed);
        lossWad = bound(lossWad, 0, (seed * SCALE * 999) / 1_000);
        waterfallMock.pay(fund, defaulter, lossWad);

        uint256 shares = _depositInto(fund, alice, assets);
        assertLe(fund.previewRedeem(shares), assets);
        assertGe(fund.previewMint(shares), fund.previewRedeem(shares));
        uint256 out = fund.previewRedeem(shares);
        if (out != 0) assertLe(fund.previewWithdraw(out), shares);
    }

    // ---------------------------------------------------------------- after a wipe-out

    function test_Wipe_ClosesDepositsUntilIncomeLiftsThePrice() public {
        uint256 shares = _depositInto(fund, alice, 1_000_000 * UNIT);
        assertEq(waterfallMock.pay(fund, defaulter, type(uint128).max), 1_000_000e18);
        assertEq(fund.totalAssets(), 0);
        assertEq(fund.maxDeposit(bob), 0);
        assertEq(fund.maxMint(bob), 0);

        token.mint(bob, 10 * UNIT);
        vm.startPrank(bob);
        token.approve(address(fund), 10 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, bob, 10 * UNIT, 0));
        fund.deposit(10 * UNIT, bob);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxMint.selector, bob, PAR, 0));
        fund.mint(PAR, bob);
        vm.stopPrank();

        // The recovery belongs to those who bore the loss.
        _bringCash(fund.account(), 1 * UNIT);
        fund.streamIncome();
        skip(1 hours);
        assertEq(fund.maxDeposit(bob), type(uint256).max);
        assertApproxEqAbs(fund.convertToAssets(shares), 1 * UNIT, 1);
        uint256 bobShares = _depositInto(fund, bob, 100 * UNIT);
        assertApproxEqAbs(fund.convertToAssets(bobShares), 100 * UNIT, 2);
        assertApproxEqAbs(fund.convertToAssets(shares), 1 * UNIT, 2);
    }

    function test_Wipe_Boundary() public {
        _depositInto(fund, alice, 2_000_000);
        // Left: one unit of two million. A millionth of par is two units.
        waterfallMock.pay(fund, defaulter, 1_999_999 * SCALE);
        assertEq(fund.maxDeposit(bob), type(uint256).max);
        waterfallMock.pay(fund, defaulter, 1 * SCALE);
        assertEq(fund.maxDeposit(bob), 0);
    }

    function test_Wipe_LeavesRedemptionRefused() public {
        uint256 shares = _depositInto(fund, alice, 100 * UNIT);
        _request(fund, alice, shares);
        skip(7 days);
        waterfallMock.pay(fund, defaulter, type(uint128).max);
        assertEq(fund.maxWithdraw(alice), 0);
        vm.expectRevert(abi.encodeWithSelector(ICooldownVault.Insurance_ZeroAmount.selector, 0, shares));
        _redeem(fund, alice, shares);
    }

    // ---------------------------------------------------------------- bank run

    function testFuzz_BankRun_FirstAndLastGetTheSameRatio(uint256 a, uint256 b, uint256 c, uint256 lossBps) public {
        a = bound(a, UNIT, 1e13);
        b = bound(b, UNIT, 1e13);
        c = bound(c, UNIT, 1e13);
        lossBps = bound(lossBps, 0, 9_900);
        uint256 aShares = _depositInto(fund, alice, a);
        uint256 bShares = _depositInto(fund, bob, b);
        uint256 cShares = _depositInto(fund, eve, c);
        _request(fund, alice, aShares);
        _request(fund, bob, bShares);
        _request(fund, eve, cShares);
        skip(7 days);
        waterfallMock.pay(fund, defaulter, ((a + b + c) * SCALE * lossBps) / 10_000);

        uint256 first = _redeem(fund, alice, aShares);
        uint256 second = _redeem(fund, bob, bShares);
        uint256 last = _redeem(fund, eve, cShares);
        // first / a == last / c within the rounding of a base unit.
        assertApproxEqAbs((first * c) / a, last, c / a + 3);
        assertApproxEqAbs((second * c) / b, last, c / b + 3);
        assertLe(first + second + last, a + b + c);
    }
}
