// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {VenueAllocator} from "../../../contracts/insurance/VenueAllocator.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InsuranceToken} from "./InsuranceToken.sol";
import {InsuranceWaterfallMock} from "./InsuranceWaterfallMock.sol";
import {Test} from "./Test.sol";
import {VenueMock} from "./VenueMock.sol";

/// @dev Everything that may happen to a fund with two venues, in any order.
contract VenueHandler is Test {
    uint256 private constant UNIT = 1e6;
    uint256 private constant SCALE = 1e12;
    uint256 private constant CAP = 300_000 * UNIT;

    InsuranceToken public immutable token;
    InsuranceFund public immutable fund;
    InsuranceWaterfallMock public immutable waterfall;
    VenueAllocator public immutable allocator;
    VenueMock public immutable first;
    VenueMock public immutable second;
    address public immutable bob = makeAddr("bob");

    constructor(
        InsuranceToken token_,
        InsuranceFund fund_,
        InsuranceWaterfallMock waterfall_,
        VenueAllocator allocator_,
        VenueMock first_,
        VenueMock second_
    ) {
        (token, fund, waterfall, allocator) = (token_, fund_, waterfall_, allocator_);
        (first, second) = (first_, second_);
    }

    function rebalance() external {
        // A venue that keeps deposits undoes the placement.
        try allocator.rebalance() {} catch {}
    }

    function heal() external {
        allocator.heal();
    }

    function writeOff(bool which) external {
        try allocator.writeOff(address(_venue(which))) {} catch {}
    }

    function resume(bool which) external {
        try allocator.resume(address(_venue(which))) {} catch {}
    }

    function setMood(bool which, uint8 mood) external {
        _venue(which).setMood(VenueMock.Mood(mood % 7));
    }

    function setLiquid(bool which, uint256 liquid, bool unlimited) external {
        _venue(which).setLiquid(unlimited ? type(uint256).max : bound(liquid, 0, CAP));
    }

    function setWorth(bool which, uint256 bps) external {
        _venue(which).setWorthBps(bound(bps, 9_000, 11_000));
    }

    function lose(bool which, uint256 share) external {
        VenueMock venue = _venue(which);
        venue.lose((token.balanceOf(address(venue)) * bound(share, 0, 100)) / 100);
    }

    function earn(bool which, uint256 assets) external {
        token.mint(address(_venue(which)), bound(assets, 0, 10_000 * UNIT));
    }

    function pay(uint256 amountWad) external {
        AccountId account = toAccountId(makeAddr("defaulter"), 3);
        waterfall.pay(fund, account, bound(amountWad, 0, 1_000_000 * UNIT * SCALE));
    }

    function deposit(uint256 assets) external {
        assets = bound(assets, UNIT, 100_000 * UNIT);
        if (fund.maxDeposit(bob) < assets) return;
        token.mint(bob, assets);
        vm.startPrank(bob);
        token.approve(address(fund), assets);
        fund.deposit(assets, bob);
        vm.stopPrank();
    }

    function stream() external {
        fund.streamIncome();
    }

    function wait(uint256 duration) external {
        skip(bound(duration, 1, 2 days));
    }

    function _venue(bool which) private view returns (VenueMock) {
        return which ? first : second;
    }
}
