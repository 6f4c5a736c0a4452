// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeVaultMock} from "../support/ExchangeVaultMock.sol";

contract ExchangeTakeTest is ExchangeFixture {
    IExchange.Order private _maker;
    bytes private _signature;

    function setUp() public override {
        super.setUp();
        IExchange.Order memory maker = _match(0).maker;
        _maker.account = maker.account;
        _maker.legs.push(maker.legs[0]);
        _maker.units = maker.units;
        _maker.maxFeeBps = maker.maxFeeBps;
        _maker.nonce = maker.nonce;
        _maker.salt = maker.salt;
        _maker.expiry = maker.expiry;
        _maker.signer = maker.signer;
        _signature = _signWith(MAKER_KEY, maker);
    }

    function test_Take_FillsAtMakerPrice() public {
        bytes32 makerHash = exchange.hashOrder(_maker);
        vm.expectEmit(address(exchange));
        emit IExchange.OrdersMatched(makerHash, bytes32(0), makerAccount, takerAccount, 3);
        vm.prank(takerOwner);
        exchange.take(_maker, _signature, takerAccount, 3, 1e18, false);
        assertEq(_lots(takerAccount, ETH), -30);
        assertEq(vault.paid(takerAccount), -30 * 2_000e18);
        assertEq(exchange.filledUnits(makerHash), 3);
        (uint256 notionalWad, uint256 maxFeeWad, bool reduceOnly) = vault.termsOf(takerAccount);
        assertEq(notionalWad, 60e18);
        assertEq(maxFeeWad, 1e18);
        assertFalse(reduceOnly);
        (notionalWad, maxFeeWad, ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 60e18);
        assertEq(maxFeeWad, 0.06e18);
    }

    function test_Take_PassesOnReduceOnly() public {
        vm.startPrank(takerOwner);
        vm.expectPartialRevert(ExchangeVaultMock.VaultMock_NotReducing.selector);
        exchange.take(_maker, _signature, takerAccount, 3, 1e18, true);
        vm.stopPrank();
    }

    function test_Take_KeepsTheFeeBound() public {
        vault.setFeeBps(10);
        vm.startPrank(takerOwner);
        bytes4 selector = ExchangeVaultMock.VaultMock_FeeTooHigh.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 0.06e18, 0.06e18 - 1));
        exchange.take(_maker, _signature, takerAccount, 3, 0.06e18 - 1, false);
        exchange.take(_maker, _signature, takerAccount, 3, 0.06e18, false);
        vm.stopPrank();
    }

    function test_Take_WorksForAnOperator() public {
        vm.prank(takerOwner);
        vault.setOperator(operator, true);
        vm.prank(operator);
        exchange.take(_maker, _signature, takerAccount, 1, 1e18, false);
        assertEq(_lots(takerAccount, ETH), -10);
    }

    function test_Take_RevertsWhen_CallerMayNotAct() public {
        bytes memory reason = abi.encodeWithSelector(
            IExchange.Exchange_ActorNotAllowed.selector,
            takerAccount,
            operator
        );
        vm.expectRevert(reason);
        vm.prank(operator);
        exchange.take(_maker, _signature, takerAccount, 1, 1e18, false);
    }

    function test_Take_RevertsWhen_SelfMatch() public {
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_SelfMatch.selector, makerAccount));
        vm.prank(makerOwner);
        exchange.take(_maker, _signature, makerAccount, 1, 1e18, false);
    }

    function test_Take_RevertsWhen_MakerOrderIsNoGood() public {
        vm.startPrank(takerOwner);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_ZeroUnits.selector));
        exchange.take(_maker, _signature, takerAccount, 0, 1e18, false);

        bytes32 makerHash = exchange.hashOrder(_maker);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_UnitsExceedRemaining.selector, makerHash, 101, 100));
        exchange.take(_maker, _signature, takerAccount, 101, 1e18, false);

        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_SignatureInvalid.selector, makerHash, makerOwner));
        exchange.take(_maker, "", takerAccount, 1, 1e18, false);

        IExchange.Order memory empty = _maker;
        empty.legs = new IExchange.Leg[](0);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_LegCountOutOfRange.selector, 0, 8));
        exchange.take(empty, _signature, takerAccount, 1, 1e18, false);

        vm.warp(_maker.expiry + 1);
        bytes4 selector = IExchange.Exchange_OrderExpired.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, _maker.expiry + 1, _maker.expiry));
        exchange.take(_maker, _signature, takerAccount, 1, 1e18, false);
        vm.stopPrank();
    }

    function test_TakeFor_ActsForWhoCalledTheVault() public {
        vm.prank(takerOwner);
        vault.fillThrough(exchange, _request(2));
        assertEq(_lots(takerAccount, ETH), -20);
        (uint256 notionalWad, uint256 maxFeeWad, ) = vault.termsOf(takerAccount);
        assertEq(notionalWad, 40e18);
        assertEq(maxFeeWad, 5e18);
    }

    function test_TakeFor_RevertsWhen_ActorMayNotAct() public {
        bytes memory reason = abi.encodeWithSelector(
            IExchange.Exchange_ActorNotAllowed.selector,
            takerAccount,
            operator
        );
        vm.expectRevert(reason);
        vm.prank(operator);
        vault.fillThrough(exchange, _request(1));
    }

    function test_TakeFor_RevertsWhen_CallerIsNotTheVault() public {
        bytes memory request = _request(1);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_CallerNotVault.selector, takerOwner, address(vault)));
        vm.prank(takerOwner);
        exchange.takeFor(takerOwner, request);
    }

    /// @dev Whatever the bytes, the call is refused or acts on what the actor wrote: never for another account.
    function testFuzz_TakeFor_RefusesNonsense(bytes calldata noise, uint256 offset, uint256 cut) public {
        bytes memory request = _request(1);
        vm.startPrank(operator);
        (bool ok, ) = address(vault).call(abi.encodeCall(vault.fillThrough, (exchange, noise)));
        assertFalse(ok);
        assembly ("memory-safe") {
            mstore(add(request, 0x20), offset)
            mstore(request, mod(cut, mload(request)))
        }
        (ok, ) = address(vault).call(abi.encodeCall(vault.fillThrough, (exchange, request)));
        assertFalse(ok);
        vm.stopPrank();
        assertEq(vault.applied(), 0);
    }

    function test_Take_RevertsWhen_Reentered() public {
        IExchange.Match memory match_ = _signed(_match(1));
        bytes[4] memory calls;
        calls[0] = abi.encodeCall(exchange.settle, (match_));
        calls[1] = abi.encodeCall(exchange.take, (_maker, _signature, takerAccount, 1, 0, false));
        calls[2] = abi.encodeCall(exchange.takeFor, (takerOwner, _request(1)));
        calls[3] = abi.encodeCall(exchange.dryRun, (match_));
        for (uint256 i; i < calls.length; ++i) {
            vault.setReentry(calls[i]);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            vm.prank(takerOwner);
            exchange.take(_maker, _signature, takerAccount, 1, 1e18, false);
        }
    }

    function _request(uint64 units) private view returns (bytes memory) {
        return abi.encode(IExchange.TakeRequest(_maker, _signature, takerAccount, units, 5e18, false));
    }
}
