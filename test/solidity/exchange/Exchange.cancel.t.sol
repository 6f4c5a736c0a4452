// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Exchange} from "../../../contracts/exchange/Exchange.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";

contract ExchangeCancelTest is ExchangeFixture {
    function test_Cancel_VoidsTheOrder() public {
        IExchange.Match memory match_ = _signed(_match(1));
        exchange.settle(match_);
        bytes32 makerHash = exchange.hashOrder(match_.maker);
        vm.expectEmit(address(exchange));
        emit IExchange.OrderCancelled(makerHash, makerAccount);
        vm.prank(makerOwner);
        exchange.cancel(match_.maker);
        assertEq(exchange.filledUnits(makerHash), type(uint64).max);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_OrderCancelled.selector, makerHash));
        exchange.settle(match_);
    }

    function test_Cancel_WorksForAnOperator() public {
        IExchange.Order memory order = _match(1).maker;
        vm.prank(makerOwner);
        vault.setOperator(operator, true);
        vm.prank(operator);
        exchange.cancel(order);
        assertEq(exchange.filledUnits(exchange.hashOrder(order)), type(uint64).max);
    }

    function test_Cancel_TouchesNoOtherOrder() public {
        IExchange.Match memory match_ = _match(1);
        vm.prank(makerOwner);
        exchange.cancel(match_.maker);
        match_.maker.salt += 1;
        _settle(match_);
    }

    function test_Cancel_RevertsWhen_CallerMayNotAct() public {
        IExchange.Order memory order = _match(1).maker;
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_ActorNotAllowed.selector, makerAccount, takerOwner));
        vm.prank(takerOwner);
        exchange.cancel(order);
    }

    function test_Cancel_RevertsWhen_CancelledBefore() public {
        IExchange.Order memory order = _match(1).maker;
        bytes32 orderHash = exchange.hashOrder(order);
        vm.startPrank(makerOwner);
        exchange.cancel(order);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_OrderCancelled.selector, orderHash));
        exchange.cancel(order);
        vm.stopPrank();
    }

    function test_Cancel_RevertsWhen_AllIsFilled() public {
        IExchange.Match memory match_ = _match(100);
        _settle(match_);
        bytes32 orderHash = exchange.hashOrder(match_.maker);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_OrderAlreadyFilled.selector, orderHash, 100));
        vm.prank(makerOwner);
        exchange.cancel(match_.maker);
    }

    /// @dev The count of a cancelled order is the largest uint64; an order of that many units ends the same way.
    function test_Settle_MayExhaustTheLargestOrder() public {
        IExchange.Match memory match_ = _match(type(uint64).max);
        (match_.maker.units, match_.taker.units) = (type(uint64).max, type(uint64).max);
        match_.maker.legs[0].lots = 1;
        match_.taker.legs[0].lots = -1;
        match_.units = uint64(type(int64).max);
        _settle(match_);
        _settle(match_);
        match_.units = 1;
        _settle(match_);
        bytes32 makerHash = exchange.hashOrder(match_.maker);
        match_ = _signed(match_);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_OrderCancelled.selector, makerHash));
        exchange.settle(match_);
    }

    function test_RaiseNonceFloor_VoidsLowerNonces() public {
        vm.expectEmit(address(exchange));
        emit IExchange.NonceFloorRaised(makerAccount, 0, 5);
        vm.prank(makerOwner);
        exchange.raiseNonceFloor(makerAccount, 5);
        assertEq(exchange.nonceFloor(makerAccount), 5);
        _settle(_match(1));

        vm.prank(makerOwner);
        exchange.raiseNonceFloor(makerAccount, 6);
        IExchange.Match memory match_ = _signed(_match(1));
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_NonceBelowFloor.selector, 5, 6));
        exchange.settle(match_);
    }

    function test_RaiseNonceFloor_LeavesOtherAccountsAlone() public {
        vm.prank(makerOwner);
        exchange.raiseNonceFloor(toAccountId(makerOwner, 1), 6);
        _settle(_match(1));
        assertEq(exchange.nonceFloor(makerAccount), 0);
    }

    function test_RaiseNonceFloor_RevertsWhen_NotRising() public {
        vm.startPrank(makerOwner);
        exchange.raiseNonceFloor(makerAccount, 5);
        for (uint64 floor = 4; floor < 6; ++floor) {
            vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_NonceFloorNotRising.selector, floor, 5));
            exchange.raiseNonceFloor(makerAccount, floor);
        }
        vm.stopPrank();
    }

    function test_RaiseNonceFloor_RevertsWhen_CallerMayNotAct() public {
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_ActorNotAllowed.selector, makerAccount, takerOwner));
        vm.prank(takerOwner);
        exchange.raiseNonceFloor(makerAccount, 5);
    }

    // --- Wiring --------------------------------------------------------------------------------

    function test_Wire_WorksOnce() public {
        Exchange fresh = _newExchange();
        vm.expectEmit(address(fresh));
        emit IExchange.ExchangeWired(address(perps), address(options));
        fresh.wire(address(perps), address(options));
        assertEq(fresh.perps(), address(perps));
        assertEq(fresh.options(), address(options));
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_AlreadyWired.selector, address(perps)));
        fresh.wire(address(vault), address(vault));
    }

    function test_Wire_RevertsWhen_AddressIsZero() public {
        Exchange fresh = _newExchange();
        vm.expectRevert(IExchange.Exchange_ZeroAddress.selector);
        fresh.wire(address(0), address(options));
        vm.expectRevert(IExchange.Exchange_ZeroAddress.selector);
        fresh.wire(address(perps), address(0));
    }

    function test_Wire_RevertsWhen_CallerIsNotAllowed() public {
        Exchange fresh = _newExchange();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, takerOwner));
        vm.prank(takerOwner);
        fresh.wire(address(perps), address(options));
    }

    function test_Settle_RevertsWhen_NotWired() public {
        exchange = _newExchange();
        _expectRefused(_match(1), abi.encodeWithSelector(IExchange.Exchange_NotWired.selector));
    }

    function test_Constructor_RevertsWhen_AddressIsZero() public {
        vm.expectRevert(IExchange.Exchange_ZeroAddress.selector);
        new Exchange(address(manager), IMarginVault(address(0)));
        vm.expectRevert(IExchange.Exchange_ZeroAddress.selector);
        new Exchange(address(0), IMarginVault(address(vault)));
    }

    function test_Views_TellTheWiring() public view {
        assertEq(exchange.vault(), address(vault));
        assertEq(AccessManaged(address(exchange)).authority(), address(manager));
        assertEq(exchange.matchGas(), 5_000_000);
    }

    function test_LotSize_IsReadOncePerMarket() public {
        _settle(_match(1));
        perps.list(ETH, 0);
        _settle(_match(1));
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 20e18);
    }
}
