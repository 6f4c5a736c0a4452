// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionMarkets} from "../../../contracts/products/option/OptionMarkets.sol";
import {OptionFixture} from "../support/OptionFixture.sol";

contract OptionMarketsConfigTest is OptionFixture {
    address private constant STRANGER = address(0xBEEF);
    uint256 private constant LARGEST_LOT = (2 ** 48 - 1) * 1e9;

    function test_Constructor_RevertsWhen_OracleIsZero() external {
        vm.expectRevert(IOptionMarkets.Option_ZeroAddress.selector);
        new OptionMarkets(address(this), IPriceOracle(address(0)));
    }

    function test_Wire_WorksOnce() external {
        OptionMarkets fresh = new OptionMarkets(markets.authority(), IPriceOracle(address(oracle)));
        assertEq(fresh.vault(), address(0));
        assertEq(fresh.waterfall(), address(0));
        vm.expectRevert(IOptionMarkets.Option_ZeroAddress.selector);
        fresh.wire(address(0), address(2));
        vm.expectRevert(IOptionMarkets.Option_ZeroAddress.selector);
        fresh.wire(address(1), address(0));
        vm.expectEmit(address(fresh));
        emit IOptionMarkets.Wired(address(1), address(2));
        fresh.wire(address(1), address(2));
        assertEq(fresh.vault(), address(1));
        assertEq(fresh.waterfall(), address(2));
        vm.expectRevert(IOptionMarkets.Option_AlreadyWired.selector);
        fresh.wire(address(1), address(2));
    }

    function test_Setters_RevertWhen_CallerIsNotAllowed() external {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        markets.wire(address(1), address(2));
        vm.expectRevert(refusal);
        markets.listUnderlying(BTC, terms());
        vm.expectRevert(refusal);
        markets.setOpenInterestCap(ETH, 1);
        vm.expectRevert(refusal);
        markets.lowerOpenInterestCap(ETH, 1);
        vm.stopPrank();
    }

    function test_ListUnderlying_StoresEverythingAsGiven() external {
        IOptionMarkets.UnderlyingConfig memory config = terms();
        (config.lotSizeWad, config.expiryLimit) = (LARGEST_LOT, 32);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.UnderlyingListed(BTC, LARGEST_LOT, 32);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.OpenInterestCapSet(BTC, 0, CAP);
        markets.listUnderlying(BTC, config);
        assertEq(abi.encode(markets.configOf(BTC)), abi.encode(config));
        (uint256 lots, uint256 capWad) = markets.openInterest(BTC);
        assertEq(lots, 0);
        assertEq(capWad, CAP);
        assertEq(markets.listedSlots(BTC), 0);
    }

    function test_ListUnderlying_RevertsWhen_ListedOrNotPriced() external {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_UnderlyingAlreadyListed.selector, ETH));
        markets.listUnderlying(ETH, terms());
        _expectNotAnUnderlying(AssetId.wrap(0));
        oracle.list(AssetId.wrap(32));
        _expectNotAnUnderlying(AssetId.wrap(32));
        _expectNotAnUnderlying(AssetId.wrap(3));
    }

    function test_ListUnderlying_RevertsWhen_OutOfBounds() external {
        IOptionMarkets.UnderlyingConfig memory config = terms();
        config.lotSizeWad = 1e9 + 1;
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_LotSizeNotWhole.selector, 1e9 + 1, 1e9));
        markets.listUnderlying(BTC, config);
        config.lotSizeWad = 0;
        _expectOutOfBounds(config, 0, 1e9, LARGEST_LOT);
        config.lotSizeWad = LARGEST_LOT + 1e9;
        _expectOutOfBounds(config, LARGEST_LOT + 1e9, 1e9, LARGEST_LOT);
        config = terms();
        config.expiryLimit = 0;
        _expectOutOfBounds(config, 0, 1, 32);
        config.expiryLimit = 33;
        _expectOutOfBounds(config, 33, 1, 32);
        config = terms();
        config.openInterestCapWad = 2 ** 112;
        _expectOutOfBounds(config, 2 ** 112, 0, 2 ** 112 - 1);
        config.openInterestCapWad = 2 ** 112 - 1;
        config.lotSizeWad = 1e9;
        markets.listUnderlying(BTC, config);
    }

    function test_ListUnderlying_RevertsWhen_SlotsArePromised() external {
        IOptionMarkets.UnderlyingConfig memory config = terms();
        config.expiryLimit = 32;
        markets.listUnderlying(BTC, config);
        AssetId third = AssetId.wrap(3);
        oracle.list(third);
        config.expiryLimit = 17;
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_SlotsPromised.selector, 65, 64));
        markets.listUnderlying(third, config);
        config.expiryLimit = 16;
        markets.listUnderlying(third, config);
    }

    function test_SetOpenInterestCap_GoesBothWays() external {
        vm.expectEmit(address(markets));
        emit IOptionMarkets.OpenInterestCapSet(ETH, CAP, 2 * CAP);
        markets.setOpenInterestCap(ETH, 2 * CAP);
        markets.setOpenInterestCap(ETH, 0);
        (, uint256 capWad) = markets.openInterest(ETH);
        assertEq(capWad, 0);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_OutOfBounds.selector, 2 ** 112, 0, 2 ** 112 - 1));
        markets.setOpenInterestCap(ETH, 2 ** 112);
    }

    function test_LowerOpenInterestCap_OnlyLowers() external {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_CapNotLower.selector, CAP, CAP));
        markets.lowerOpenInterestCap(ETH, CAP);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.OpenInterestCapSet(ETH, CAP, CAP - 1);
        markets.lowerOpenInterestCap(ETH, CAP - 1);
    }

    function test_UnderlyingFunctions_RevertWhen_NotListed() external {
        bytes memory refusal = abi.encodeWithSelector(IOptionMarkets.Option_UnderlyingNotListed.selector, BTC);
        vm.expectRevert(refusal);
        markets.setOpenInterestCap(BTC, 1);
        vm.expectRevert(refusal);
        markets.lowerOpenInterestCap(BTC, 1);
        vm.expectRevert(refusal);
        markets.openInterest(BTC);
        vm.expectRevert(refusal);
        markets.configOf(BTC);
        vm.expectRevert(refusal);
        markets.listExpiry(BTC, EXPIRY);
    }

    function _expectNotAnUnderlying(AssetId asset) private {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotAnUnderlying.selector, asset));
        markets.listUnderlying(asset, terms());
    }

    function _expectOutOfBounds(
        IOptionMarkets.UnderlyingConfig memory config,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_OutOfBounds.selector, actual, least, most));
        markets.listUnderlying(BTC, config);
    }
}
