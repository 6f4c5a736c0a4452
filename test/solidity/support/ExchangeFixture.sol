// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Exchange} from "../../../contracts/exchange/Exchange.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";

import {ExchangeOptionsMock} from "./ExchangeOptionsMock.sol";
import {ExchangePerpsMock} from "./ExchangePerpsMock.sol";
import {ExchangeVaultMock} from "./ExchangeVaultMock.sol";
import {Test} from "./Test.sol";

/// @dev An exchange between mocks, two traders with keys, and orders that match until a test bends them.
abstract contract ExchangeFixture is Test {
    uint256 internal constant MAKER_KEY = 0xA11CE;
    uint256 internal constant TAKER_KEY = 0xB0B;
    uint256 internal constant OPERATOR_KEY = 0x09E8;
    uint256 internal constant ETH_LOT_WAD = 0.001e18;
    uint256 internal constant OPTION_LOT_WAD = 0.01e18;
    uint256 internal constant BTC_LOT_WAD = 0.0001e18;
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);
    AssetId internal constant UNLISTED = AssetId.wrap(31);

    AccessManager internal manager;
    ExchangeVaultMock internal vault;
    ExchangePerpsMock internal perps;
    ExchangeOptionsMock internal options;
    Exchange internal exchange;
    address internal makerOwner;
    address internal takerOwner;
    address internal operator;
    AccountId internal makerAccount;
    AccountId internal takerAccount;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        vault = new ExchangeVaultMock();
        perps = new ExchangePerpsMock();
        perps.list(ETH, ETH_LOT_WAD);
        perps.list(BTC, BTC_LOT_WAD);
        options = new ExchangeOptionsMock();
        options.list(ETH, OPTION_LOT_WAD);
        exchange = _newExchange();
        exchange.wire(address(perps), address(options));
        makerOwner = vm.addr(MAKER_KEY);
        takerOwner = vm.addr(TAKER_KEY);
        operator = vm.addr(OPERATOR_KEY);
        makerAccount = toAccountId(makerOwner, 0);
        takerAccount = toAccountId(takerOwner, 7);
    }

    function _newExchange() internal returns (Exchange) {
        return new Exchange(address(manager), IMarginVault(address(vault)));
    }

    function _leg(AssetId asset, int64 lots, uint256 priceWad) internal pure returns (IExchange.Leg memory) {
        return IExchange.Leg(perpetualOf(asset), lots, priceWad);
    }

    function _oneLeg(AssetId asset, int64 lots, uint256 priceWad) internal pure returns (IExchange.Leg[] memory legs) {
        legs = new IExchange.Leg[](1);
        legs[0] = _leg(asset, lots, priceWad);
    }

    function _order(
        AccountId account,
        IExchange.Leg[] memory legs,
        uint64 units
    ) internal view returns (IExchange.Order memory) {
        return
            IExchange.Order({
                account: account,
                legs: legs,
                units: units,
                maxFeeBps: 10,
                nonce: 5,
                salt: 1,
                expiry: uint40(block.timestamp + 1 hours),
                reduceOnly: false,
                signer: account.ownerOf()
            });
    }

    /// @dev The maker buys 10 lots of ETH per unit at 2,000, 100 units; the taker sells down to 1,990.
    function _match(uint64 units) internal view returns (IExchange.Match memory match_) {
        match_.maker = _order(makerAccount, _oneLeg(ETH, 10, 2_000e18), 100);
        match_.taker = _order(takerAccount, _oneLeg(ETH, -10, 1_990e18), 100);
        match_.units = units;
    }

    /// @dev The maker buys ETH and sells BTC.
    function _pairMatch(uint64 units) internal view returns (IExchange.Match memory match_) {
        match_ = _match(units);
        match_.maker.legs = new IExchange.Leg[](2);
        match_.maker.legs[0] = _leg(ETH, 10, 2_000e18);
        match_.maker.legs[1] = _leg(BTC, -3, 60_000e18);
        match_.taker.legs = new IExchange.Leg[](2);
        match_.taker.legs[0] = _leg(ETH, -10, 1_990e18);
        match_.taker.legs[1] = _leg(BTC, 3, 60_100e18);
    }

    function _signWith(uint256 key, IExchange.Order memory order) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, exchange.hashOrder(order));
        return abi.encodePacked(r, s, v);
    }

    function _signed(IExchange.Match memory match_) internal view returns (IExchange.Match memory) {
        match_.makerSignature = _signWith(MAKER_KEY, match_.maker);
        match_.takerSignature = _signWith(TAKER_KEY, match_.taker);
        return match_;
    }

    function _settle(IExchange.Match memory match_) internal {
        exchange.settle(_signed(match_));
    }

    function _expectRefused(IExchange.Match memory match_, bytes memory reason) internal {
        match_ = _signed(match_);
        (bool ok, bytes4 selector) = exchange.canSettle(match_);
        assertFalse(ok);
        assertEq(selector, bytes4(reason));
        vm.expectRevert(reason);
        exchange.settle(match_);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.maker)), 0);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.taker)), 0);
    }

    function _lots(AccountId account, AssetId asset) internal view returns (int256) {
        return vault.lotsOf(account, perpetualOf(asset));
    }
}
