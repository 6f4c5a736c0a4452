// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";

contract InsuranceFundIncomeTest is InsuranceFixture {
    uint256 private shares;

    function setUp() public {
        _deployFund();
        shares = _depositInto(fund, alice, 1_000 * UNIT);
    }

    function test_StreamIncome_EntersLinearly() public {
        _bringCash(fund.account(), 360 * UNIT);
        vm.expectEmit(address(fund));
        emit ICooldownVault.IncomeStreamed(360 * UNIT, block.timestamp + 1 hours);
        assertEq(fund.streamIncome(), 360 * UNIT);
        assertEq(fund.totalAssets(), 1_000 * UNIT);
        assertEq(fund.managedAssets(), 1_360 * UNIT);
        skip(15 minutes);
        assertEq(fund.totalAssets(), 1_090 * UNIT);
        assertEq(fund.unstreamedAssets(), 270 * UNIT);
        skip(45 minutes - 1);
        assertEq(fund.totalAssets(), 1_360 * UNIT - UNIT / 10);
        skip(1);
        assertEq(fund.totalAssets(), 1_360 * UNIT);
    }

    function test_StreamIncome_IsNothingWithoutIncome() public {
        assertEq(fund.streamIncome(), 0);
        vault.setCash(fund.account(), int256(1_000 * UNIT * SCALE + SCALE - 1));
        assertEq(fund.streamIncome(), 0);
        vault.setCash(fund.account(), int256((1_000 * UNIT + 1) * SCALE));
        assertEq(fund.streamIncome(), 1);
    }

    function test_StreamIncome_WaitsForTheRunningStream() public {
        _bringCash(fund.account(), 100 * UNIT);
        fund.streamIncome();
        skip(30 minutes);
        _bringCash(fund.account(), 1);
        assertEq(fund.streamIncome(), 0);
        assertEq(fund.incomeStream().endsAt, block.timestamp + 30 minutes);
        skip(30 minutes);
        _bringCash(fund.account(), 50 * UNIT);
        assertEq(fund.streamIncome(), 50 * UNIT + 1);
        assertEq(fund.incomeStream().startedAt, block.timestamp);
        assertEq(fund.incomeStream().amount, 50 * UNIT + 1);
    }

    /// @dev Deposit before the income, leave as soon as possible: with the cooldown out of the way the gain is the part
    /// of the stream that passed, in proportion to time and stake.
    function test_JustInTime_CapturesNothing() public {
        _bringCash(fund.account(), 1_000 * UNIT);
        uint256 eveShares = _depositInto(fund, eve, 99_000 * UNIT);
        fund.streamIncome();
        assertLe(fund.convertToAssets(eveShares), 99_000 * UNIT);
        uint256 alicePrice = fund.convertToAssets(shares);
        assertApproxEqAbs(alicePrice, 1_000 * UNIT, 1);
        skip(12);
        // 12 s of an hour, 99 % of the shares: 3.3 of 1,000, against a cooldown of a week.
        assertApproxEqAbs(fund.convertToAssets(eveShares), 99_003_300_000, 10);
    }

    function testFuzz_JustInTime_GainIsBoundedByTime(uint256 income, uint256 stake, uint256 held) public {
        income = bound(income, 1, 1e13);
        stake = bound(stake, UNIT, 1e13);
        held = bound(held, 0, 1 hours);
        _bringCash(fund.account(), income);
        uint256 eveShares = _depositInto(fund, eve, stake);
        fund.streamIncome();
        skip(held);
        uint256 gain = fund.convertToAssets(eveShares) - (stake - 1 < stake ? stake - 1 : 0);
        assertLe(gain, (income * held) / 1 hours + 2);
    }

    function test_Loss_TakesFromTheStreamInProportion() public {
        _bringCash(fund.account(), 1_000 * UNIT);
        fund.streamIncome();
        skip(30 minutes);
        // In the price: 1,500. Still streaming: 500. Loss: half of everything.
        waterfallMock.pay(fund, defaulter, 1_000e18);
        assertEq(fund.managedAssets(), 1_000 * UNIT);
        assertEq(fund.totalAssets(), 750 * UNIT);
        assertEq(fund.unstreamedAssets(), 250 * UNIT);
        skip(15 minutes);
        assertEq(fund.totalAssets(), 875 * UNIT);
        skip(15 minutes);
        assertEq(fund.totalAssets(), 1_000 * UNIT);
    }

    function testFuzz_Price_NeverFallsWithoutLoss(uint256[6] memory amounts, uint256 steps) public {
        uint256 price = fund.convertToAssets(1e30);
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 1, 1e12);
            uint256 step = (steps >> (i * 4)) % 4;
            if (step == 0) _depositInto(fund, bob, amount);
            else if (step == 1) _bringCash(fund.account(), amount);
            else if (step == 2) fund.streamIncome();
            else _leave(amount);
            skip(amount % 2 hours);
            uint256 priceNow = fund.convertToAssets(1e30);
            assertGe(priceNow, price);
            price = priceNow;
        }
    }

    function _leave(uint256 amount) private {
        uint256 part = fund.balanceOf(alice) / 2;
        _request(fund, alice, part);
        skip(7 days + (amount % 2 days));
        if (fund.previewRedeem(part) != 0) _redeem(fund, alice, part);
    }

    // ---------------------------------------------------------------- claims before the shareholders

    function test_StreamIncome_PaysClaimsFirst() public {
        _bringCash(fund.account(), 100 * UNIT);
        waterfallMock.setClaim(30e18);
        vm.expectEmit(address(fund));
        emit IInsuranceFund.IncomeDiverted(30e18);
        assertEq(fund.streamIncome(), 70 * UNIT);
        assertEq(vault.cashOf(waterfallMock.poolAccount()), 30e18);
    }

    function test_StreamIncome_ClaimsNeverReachTheShareholders() public {
        _bringCash(fund.account(), 100 * UNIT);
        waterfallMock.setClaim(type(uint128).max);
        assertEq(fund.streamIncome(), 0);
        assertEq(vault.cashOf(waterfallMock.poolAccount()), 100e18);
        assertEq(vault.cashOf(fund.account()), 1_000e18);
        assertEq(fund.totalAssets(), 1_000 * UNIT);
        fund.streamIncome();
        assertEq(vault.cashOf(fund.account()), 1_000e18);
    }

    function test_StreamIncome_PaysClaimsWhileAStreamRuns() public {
        _bringCash(fund.account(), 10 * UNIT);
        fund.streamIncome();
        waterfallMock.setClaim(5e18);
        _bringCash(fund.account(), 10 * UNIT);
        assertEq(fund.streamIncome(), 0);
        assertEq(vault.cashOf(waterfallMock.poolAccount()), 5e18);
    }

    // ---------------------------------------------------------------- losses

    function test_Pay_MovesCashToTheAccount() public {
        vm.expectEmit(address(fund));
        emit IInsuranceFund.LossPaid(defaulter, 100e18 + 1, 900 * UNIT - 1);
        assertEq(waterfallMock.pay(fund, defaulter, 100e18 + 1), 100e18 + 1);
        assertEq(vault.cashOf(defaulter), 100e18 + 1);
        assertEq(vault.cashOf(fund.account()), 900e18 - 1);
        assertEq(fund.totalAssets(), 900 * UNIT - 1);
        // The rest of the last token unit comes back as income once whole units are there.
        assertEq(fund.streamIncome(), 0);
    }

    function test_Pay_ReachesAsFarAsTheFund() public {
        assertEq(waterfallMock.pay(fund, defaulter, 1_000e18 + 1), 1_000e18);
        assertEq(fund.managedAssets(), 0);
        assertEq(waterfallMock.pay(fund, defaulter, 1), 0);
        assertEq(waterfallMock.pay(fund, defaulter, 0), 0);
    }

    function test_Pay_DoesNotTouchUncountedCash() public {
        _bringCash(fund.account(), 500 * UNIT);
        assertEq(waterfallMock.pay(fund, defaulter, 1_500e18), 1_000e18);
        assertEq(vault.cashOf(fund.account()), 500e18);
    }

    function test_Pay_RevertsWhen_NotTheWaterfall() public {
        vm.expectRevert(
            abi.encodeWithSelector(IInsuranceFund.Insurance_NotWaterfall.selector, stranger, address(waterfallMock))
        );
        vm.prank(stranger);
        fund.pay(defaulter, 1);
    }

    // ---------------------------------------------------------------- wiring

    function test_Wire_WorksOnce() public {
        InsuranceFund fresh = new InsuranceFund(address(manager), IMarginVault(address(vault)));
        assertEq(fresh.waterfall(), address(0));
        assertFalse(fresh.isBlocked());
        assertEq(fresh.blockedSeconds(), 0);
        assertEq(fresh.streamIncome(), 0);
        vm.expectRevert(ICooldownVault.Insurance_ZeroAddress.selector);
        fresh.wire(address(0));
        vm.expectEmit(address(fresh));
        emit IInsuranceFund.WaterfallWired(auction);
        fresh.wire(auction);
        assertEq(fresh.waterfall(), auction);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceFund.Insurance_AlreadyWired.selector, auction));
        fresh.wire(auction);
    }
}
