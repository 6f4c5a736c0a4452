// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {VmSafe} from "forge-std/Vm.sol";

import {Exchange} from "../../../contracts/exchange/Exchange.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";

import {ExchangeVaultMock} from "./ExchangeVaultMock.sol";
import {Test} from "./Test.sol";

/// @dev A few traders who post orders, settle any pair of them, take, and cancel, at random; refusals are allowed, and
/// what went through is counted from events and answers alone.
contract ExchangeOrdersHandler is Test {
    struct Posted {
        IExchange.Order order;
        bytes signature;
        bytes32 orderHash;
        uint64 filledAsTold;
        bool cancelled;
    }

    uint256 public constant ACCOUNTS = 3;
    uint256 private constant FIRST_KEY = 0xC0FFEE;
    uint256 private constant MAX_ORDERS = 24;

    Exchange private _exchange;
    ExchangeVaultMock private _vault;
    Posted[] private _posted;
    mapping(bytes32 orderHash => uint256 positionPlusOne) private _positions;

    constructor(Exchange exchange, ExchangeVaultMock vault) {
        _exchange = exchange;
        _vault = vault;
    }

    function post(uint256 who, bool buys, bool pair, uint64 units, uint256 priceWad) external {
        if (_posted.length == MAX_ORDERS) return;
        Posted storage posted = _posted.push();
        int64 lots = buys ? int64(2) : int64(-2);
        posted.order.account = accountAt(who % ACCOUNTS);
        posted.order.legs.push(IExchange.Leg(perpetualOf(AssetId.wrap(1)), lots, 1_000e18 + (priceWad % 3) * 1e18));
        if (pair) posted.order.legs.push(IExchange.Leg(perpetualOf(AssetId.wrap(2)), -lots, 500e18));
        posted.order.units = 1 + (units % 50);
        posted.order.maxFeeBps = 10;
        posted.order.nonce = uint64(_posted.length);
        posted.order.expiry = type(uint40).max;
        posted.order.signer = vm.addr(_keyOf(who));
        posted.orderHash = _exchange.hashOrder(posted.order);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keyOf(who), posted.orderHash);
        posted.signature = abi.encodePacked(r, s, v);
        _positions[posted.orderHash] = _posted.length;
    }

    function settle(uint256 maker, uint256 taker, uint64 units) external {
        if (_posted.length == 0) return;
        _try(abi.encodeCall(_exchange.settle, (_matchOf(maker, taker, units))));
    }

    function settleBatch(uint256[4] calldata makers, uint256[4] calldata takers, uint64 units) external {
        if (_posted.length == 0) return;
        IExchange.Match[] memory batch = new IExchange.Match[](4);
        for (uint256 i; i < 4; ++i) batch[i] = _matchOf(makers[i], takers[i], units);
        // Not by events here: the recorder also keeps those of matches that were undone.
        bool[] memory settled = _exchange.settleBatch(batch);
        for (uint256 i; i < 4; ++i) {
            if (!settled[i]) continue;
            _posted[makers[i] % _posted.length].filledAsTold += units % 60;
            _posted[takers[i] % _posted.length].filledAsTold += units % 60;
        }
    }

    function take(uint256 maker, uint256 who, uint64 units) external {
        if (_posted.length == 0) return;
        Posted storage posted = _posted[maker % _posted.length];
        vm.prank(vm.addr(_keyOf(who)));
        _try(
            abi.encodeCall(
                _exchange.take,
                (posted.order, posted.signature, accountAt(who % ACCOUNTS), units % 60, 1e30, false)
            )
        );
    }

    function cancel(uint256 which) external {
        if (_posted.length == 0 || which % 3 != 0) return;
        Posted storage posted = _posted[(which / 3) % _posted.length];
        vm.prank(posted.order.signer);
        _try(abi.encodeCall(_exchange.cancel, (posted.order)));
    }

    function raiseNonceFloor(uint256 who, uint64 floor) external {
        vm.prank(vm.addr(_keyOf(who)));
        _try(abi.encodeCall(_exchange.raiseNonceFloor, (accountAt(who % ACCOUNTS), floor % 8)));
    }

    function refuse(uint256 who, bool refused) external {
        _vault.refuse(accountAt(who % ACCOUNTS), refused);
    }

    function orderCount() external view returns (uint256) {
        return _posted.length;
    }

    function orderAt(uint256 i) external view returns (bytes32, uint64 units, uint64 filledAsTold, bool cancelled) {
        Posted storage posted = _posted[i];
        return (posted.orderHash, posted.order.units, posted.filledAsTold, posted.cancelled);
    }

    function accountAt(uint256 i) public pure returns (AccountId) {
        return toAccountId(vm.addr(_keyOf(i)), 0);
    }

    function _matchOf(uint256 maker, uint256 taker, uint64 units) private view returns (IExchange.Match memory) {
        Posted storage first = _posted[maker % _posted.length];
        Posted storage second = _posted[taker % _posted.length];
        return IExchange.Match(first.order, first.signature, second.order, second.signature, units % 60);
    }

    function _try(bytes memory call) private {
        vm.recordLogs();
        (bool ok, ) = address(_exchange).call(call);
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) return;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IExchange.OrderCancelled.selector) {
                _posted[_positions[logs[i].topics[1]] - 1].cancelled = true;
            }
            if (topic != IExchange.OrdersMatched.selector) continue;
            (, , uint64 units) = abi.decode(logs[i].data, (AccountId, AccountId, uint64));
            _posted[_positions[logs[i].topics[1]] - 1].filledAsTold += units;
            if (logs[i].topics[2] != 0) _posted[_positions[logs[i].topics[2]] - 1].filledAsTold += units;
        }
    }

    function _keyOf(uint256 who) private pure returns (uint256) {
        return FIRST_KEY + (who % ACCOUNTS);
    }
}
