// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {ProtocolFixture} from "./ProtocolFixture.sol";

/// @dev A whole domain whose traders sign orders on options on ETH, and whose clock walks to an expiry with keepers awake.
abstract contract OptionDomain is ProtocolFixture {
    uint256 internal constant MAKER_KEY = 0xA11CE;
    uint256 internal constant TAKER_KEY = 0xB0B;
    /// @dev 16 November 2023, 08:00: a day and nine hours after the fixture's now.
    uint40 internal constant THURSDAY = 1_700_121_600;

    uint64 private _salt;
    uint256 private _priceWad = ETH_PRICE;

    function maker() internal pure returns (AccountId) {
        return toAccountId(vm.addr(MAKER_KEY), 0);
    }

    function taker() internal pure returns (AccountId) {
        return toAccountId(vm.addr(TAKER_KEY), 0);
    }

    function call(uint40 expiry, uint256 strikeWad) internal pure returns (InstrumentId) {
        return optionOf(ETH, InstrumentKind.Call, expiry, uint128(strikeWad));
    }

    function put(uint40 expiry, uint256 strikeWad) internal pure returns (InstrumentId) {
        return optionOf(ETH, InstrumentKind.Put, expiry, uint128(strikeWad));
    }

    function oneLeg(
        InstrumentId instrument,
        int64 lots,
        uint256 priceWad
    ) internal pure returns (IExchange.Leg[] memory legs) {
        legs = new IExchange.Leg[](1);
        legs[0] = IExchange.Leg(instrument, lots, priceWad);
    }

    function fund(uint256 key, uint256 amount) internal {
        address owner = vm.addr(key);
        rooms.usdc.mint(owner, amount);
        vm.startPrank(owner);
        rooms.usdc.approve(address(rooms.vault), amount);
        rooms.vault.deposit(toAccountId(owner, 0), address(rooms.usdc), amount);
        vm.stopPrank();
    }

    /// @dev One unit: `legs` are the maker's, the taker's mirror them.
    function signedMatch(
        uint256 makerKey,
        uint256 takerKey,
        IExchange.Leg[] memory legs
    ) internal returns (IExchange.Match memory match_) {
        IExchange.Leg[] memory mirrored = new IExchange.Leg[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            mirrored[i] = IExchange.Leg(legs[i].instrument, -legs[i].lots, legs[i].limitPriceWad);
        }
        match_.units = 1;
        (match_.maker, match_.makerSignature) = _signed(makerKey, legs);
        (match_.taker, match_.takerSignature) = _signed(takerKey, mirrored);
    }

    function settle(uint256 makerKey, uint256 takerKey, IExchange.Leg[] memory legs) internal {
        rooms.exchange.settle(signedMatch(makerKey, takerKey, legs));
    }

    function legLots(AccountId account, uint8 slot, InstrumentId series) internal view returns (int24) {
        (uint8 place, uint8 strikeIndex) = rooms.options.locate(series);
        assertEq(place, slot);
        return rooms.vault.legsOf(account, slot).lotsOf(strikeIndex, series.kindOf() == InstrumentKind.Put);
    }

    /// @dev Publishes every minute from an hour before `expiry`, the price moving evenly to `priceWad` by the time the
    /// half hour begins that is averaged; then fixes until expiry.
    function walkTo(uint40 expiry, uint256 priceWad, uint8 slot) internal {
        uint256 from = _priceWad;
        for (uint256 i; i <= 60; ++i) {
            vm.warp(expiry - 60 minutes + i * 1 minutes);
            if (i <= 20) _priceWad = (priceWad * i + from * (20 - i)) / 20;
            publish();
            if (i >= 25) rooms.options.fix(slot);
        }
    }

    function publishAt(uint256 priceWad) internal {
        _priceWad = priceWad;
        publish();
    }

    function publish() internal {
        for (uint256 i; i < SOURCES; ++i) {
            ethSources[i].set(_priceWad, 0, block.timestamp);
            btcSources[i].set(BTC_PRICE, 0, block.timestamp);
        }
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (ETH, BTC);
        rooms.oracle.poke(both);
        rooms.breaker.update(both);
    }

    /// @dev Invariant 1: to the wei, cash of all accounts and clearing are the tokens held.
    function requireCashConserved() internal view {
        int256 settled = rooms.vault.clearingWad();
        for (uint256 i; i < rooms.vault.accountCount(); ++i) {
            settled += rooms.vault.settledCashOf(rooms.vault.accountAt(i));
        }
        assertEq(settled, int256(rooms.vault.holdingsOf(address(rooms.usdc)) * 1e12));
        assertEq(rooms.vault.holdingsOf(address(rooms.usdc)), rooms.usdc.balanceOf(address(rooms.vault)));
    }

    function _signed(
        uint256 key,
        IExchange.Leg[] memory legs
    ) private returns (IExchange.Order memory order, bytes memory signature) {
        order.account = toAccountId(vm.addr(key), 0);
        order.legs = legs;
        order.units = 1;
        order.maxFeeBps = 5;
        order.salt = ++_salt;
        order.expiry = uint40(block.timestamp + 1 hours);
        order.signer = vm.addr(key);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, rooms.exchange.hashOrder(order));
        signature = abi.encodePacked(r, s, v);
    }
}
