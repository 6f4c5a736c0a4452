// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpMarkets} from "../../../contracts/products/perp/PerpMarkets.sol";
import {PerpFixture} from "../support/PerpFixture.sol";

contract PerpMarketsConfigTest is PerpFixture {
    address private constant STRANGER = address(0xBAD);

    function test_Constructor_RevertsWhen_APartIsMissing() external {
        vm.expectRevert(IPerpMarkets.Perp_ZeroAddress.selector);
        new PerpMarkets(address(this), IPriceOracle(address(0)), ICircuitBreaker(address(breaker)));
        vm.expectRevert(IPerpMarkets.Perp_ZeroAddress.selector);
        new PerpMarkets(address(this), IPriceOracle(address(oracle)), ICircuitBreaker(address(0)));
    }

    function test_Wire_WorksOnce() external {
        PerpMarkets fresh = new PerpMarkets(
            markets.authority(),
            IPriceOracle(address(oracle)),
            ICircuitBreaker(address(breaker))
        );
        vm.expectRevert(IPerpMarkets.Perp_ZeroAddress.selector);
        fresh.wire(address(0), address(2));
        vm.expectRevert(IPerpMarkets.Perp_ZeroAddress.selector);
        fresh.wire(address(1), address(0));
        vm.expectEmit(address(fresh));
        emit IPerpMarkets.Wired(address(1), address(2));
        fresh.wire(address(1), address(2));
        vm.expectRevert(IPerpMarkets.Perp_AlreadyWired.selector);
        fresh.wire(address(1), address(2));
    }

    function test_Setters_RevertWhen_CallerIsNotAllowed() external {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        markets.wire(address(1), address(2));
        vm.expectRevert(refusal);
        markets.list(BTC, defaults());
        vm.expectRevert(refusal);
        markets.setFunding(ETH, terms());
        vm.expectRevert(refusal);
        markets.setOpenInterestCap(ETH, 1);
        vm.expectRevert(refusal);
        markets.lowerOpenInterestCap(ETH, 1);
        vm.stopPrank();
    }

    function test_List_StoresEverythingAsGiven() external {
        IPerpMarkets.MarketConfig memory config = defaults();
        config.funding.interestWadPerDay = -0.0003e18;
        vm.expectEmit(address(markets));
        emit IPerpMarkets.MarketListed(BTC, LOT);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.OpenInterestCapSet(BTC, 0, CAP);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.FundingSet(BTC, config.funding);
        markets.list(BTC, config);

        assertTrue(markets.isListed(BTC));
        IPerpMarkets.MarketState memory state = markets.stateOf(BTC);
        assertEq(abi.encode(state.config), abi.encode(config));
        assertEq(state.accruedAt, block.timestamp);
        assertEq(state.fundingWadPerDay, -0.0003e18);
        (uint256 lots, uint256 capWad) = markets.openInterest(BTC);
        assertEq(lots, 0);
        assertEq(capWad, CAP);
    }

    function test_List_RevertsWhen_ListedOrNotPriced() external {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_AlreadyListed.selector, ETH));
        markets.list(ETH, defaults());
        _expectNotAnUnderlying(AssetId.wrap(0));
        _expectNotAnUnderlying(AssetId.wrap(32));
        _expectNotAnUnderlying(AssetId.wrap(3));
        oracle.setMid(AssetId.wrap(31), 1e18);
        markets.list(AssetId.wrap(31), defaults());
    }

    function test_List_RevertsWhen_LotSizeOrCapIsOutOfBounds() external {
        IPerpMarkets.MarketConfig memory config = defaults();
        config.lotSizeWad = 0;
        _expectOutOfBounds(config, 0, 1, 1e24);
        config.lotSizeWad = 1e24 + 1;
        _expectOutOfBounds(config, 1e24 + 1, 1, 1e24);
        config.lotSizeWad = 1e24;
        config.openInterestCapWad = 2 ** 112;
        _expectOutOfBounds(config, 2 ** 112, 0, 2 ** 112 - 1);
        config.openInterestCapWad = 2 ** 112 - 1;
        markets.list(BTC, config);
    }

    function test_List_RevertsWhen_FundingIsOutOfBounds() external {
        IPerpMarkets.MarketConfig memory config = defaults();
        config.funding.gainWadPerDay = 10e18 + 1;
        _expectOutOfBounds(config, 10e18 + 1, 0, 10e18);
        config.funding = terms();
        config.funding.interestWadPerDay = -0.03e18 - 1;
        _expectOutOfBounds(config, 0.03e18 + 1, 0, 0.03e18);
        config.funding.interestWadPerDay = -0.03e18;
        config.funding.clampWadPerDay = 0.03e18 - 1;
        _expectOutOfBounds(config, 0.03e18 - 1, 0.03e18, 1e18);
        config.funding.clampWadPerDay = 1e18 + 1;
        _expectOutOfBounds(config, 1e18 + 1, 0.03e18, 1e18);
        config.funding = terms();
        config.funding.windowSeconds = 59;
        _expectOutOfBounds(config, 59, 60, 30 days);
        config.funding.windowSeconds = 30 days + 1;
        _expectOutOfBounds(config, 30 days + 1, 60, 30 days);
        config.funding = terms();
        config.funding.depthLots = 0;
        _expectOutOfBounds(config, 0, 1, type(uint64).max);
    }

    function test_SetOpenInterestCap_GoesBothWays() external {
        vm.expectEmit(address(markets));
        emit IPerpMarkets.OpenInterestCapSet(ETH, CAP, 2 * CAP);
        markets.setOpenInterestCap(ETH, 2 * CAP);
        markets.setOpenInterestCap(ETH, 0);
        (, uint256 capWad) = markets.openInterest(ETH);
        assertEq(capWad, 0);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OutOfBounds.selector, 2 ** 112, 0, 2 ** 112 - 1));
        markets.setOpenInterestCap(ETH, 2 ** 112);
    }

    function test_LowerOpenInterestCap_OnlyLowers() external {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_CapNotLower.selector, CAP, CAP));
        markets.lowerOpenInterestCap(ETH, CAP);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.OpenInterestCapSet(ETH, CAP, CAP - 1);
        markets.lowerOpenInterestCap(ETH, CAP - 1);
    }

    function test_SetFunding_AccruesOldTermsAndCutsThePremium() external {
        open(ETH, 1000, (MID * 110) / 100);
        skip(1 hours);
        int256 owed = markOf(ETH).longIndexWad;
        assertGt(owed, 0);
        IPerpMarkets.FundingConfig memory tighter = terms();
        tighter.clampWadPerDay = 0.003e18;
        markets.setFunding(ETH, tighter);
        IPerpMarkets.MarketState memory state = markets.stateOf(ETH);
        assertEq(state.mark.longIndexWad, owed);
        assertEq(state.premiumWad, 0.001e18);
        assertEq(state.fundingWadPerDay, 0.003e18);
    }

    function test_SetFunding_StopsThePremiumWhenTheGainIsZero() external {
        open(ETH, 1000, (MID * 110) / 100);
        skip(1 hours);
        IPerpMarkets.FundingConfig memory none = terms();
        none.gainWadPerDay = 0;
        markets.setFunding(ETH, none);
        open(ETH, 1000, (MID * 110) / 100);
        skip(1 hours);
        IPerpMarkets.MarketState memory state = markets.stateOf(ETH);
        assertEq(state.premiumWad, 0);
        assertEq(state.fundingWadPerDay, 0);
    }

    function test_EveryFunction_RevertsWhen_NotListed() external {
        bytes memory refusal = abi.encodeWithSelector(IPerpMarkets.Perp_NotListed.selector, BTC);
        vm.expectRevert(refusal);
        markets.setFunding(BTC, terms());
        vm.expectRevert(refusal);
        markets.setOpenInterestCap(BTC, 1);
        vm.expectRevert(refusal);
        markets.lowerOpenInterestCap(BTC, 1);
        vm.expectRevert(refusal);
        markets.accrue(BTC);
        vm.expectRevert(refusal);
        markets.record(IPerpMarkets.PositionChange(BTC, 0, 1, 0, -1, MID));
        vm.expectRevert(refusal);
        markets.spreadLoss(BTC, true, 1);
        vm.expectRevert(refusal);
        markets.marksOf(0x6);
        vm.expectRevert(refusal);
        markets.openInterest(BTC);
        vm.expectRevert(refusal);
        markets.stateOf(BTC);
        assertFalse(markets.isListed(BTC));
    }

    function _expectNotAnUnderlying(AssetId asset) private {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_NotAnUnderlying.selector, asset));
        markets.list(asset, defaults());
    }

    function _expectOutOfBounds(
        IPerpMarkets.MarketConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OutOfBounds.selector, actual, least, most));
        markets.list(BTC, config);
        assertFalse(markets.isListed(BTC));
    }
}
