// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {ProtocolFixture} from "./ProtocolFixture.sol";

/// @dev A whole domain after a slow fall of ETH by a quarter, calm again, with accounts in every condition: rich, close to
/// maintenance on either side, below it, and insolvent; one each of the last two already under auction.
abstract contract HostileDomain is ProtocolFixture {
    /// @dev Keys of the accounts' owners. MAKER and TAKER are rich and hold both markets, IDLE holds nothing but cash.
    uint256 internal constant MAKER = 0xA1;
    uint256 internal constant TAKER = 0xA2;
    uint256 internal constant NEAR_LONG = 0xA3;
    uint256 internal constant NEAR_SHORT = 0xA4;
    uint256 internal constant SICK = 0xA5;
    uint256 internal constant SICK_FLAGGED = 0xA6;
    uint256 internal constant DEEP = 0xA7;
    uint256 internal constant DEEP_FLAGGED = 0xA8;
    uint256 internal constant IDLE = 0xA9;

    /// @dev 10 ETH, or 1 BTC.
    uint64 internal constant LOTS = 1_000;
    uint256 private constant RICH = 100_000e6;
    /// @dev What 10 ETH are held with: 20 % and 28 % at 2,000, a little more than initial margin after the fall.
    uint256 private constant DEEP_CASH = 4_000e6;
    uint256 private constant SICK_CASH = 5_700e6;
    uint256 internal constant NEAR_CASH = 3_900e6;

    uint256 private constant FALL_STEPS = 29;
    uint256 private constant CALM_STEPS = 185;
    /// @dev Honest sources stand 2 bps apart, around the price.
    uint256 private constant TENTHS_OF_BPS = 100_000;

    /// @dev The price that honest sources are around.
    uint256 internal priceWad = ETH_PRICE;
    /// @dev What is traded, at which price.
    AssetId private _asset = ETH;
    uint256 private _limitWad = ETH_PRICE;
    uint64 private _salt;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 key = MAKER; key <= IDLE; ++key) {
            bool isDeep = key == DEEP || key == DEEP_FLAGGED;
            bool isSick = key == SICK || key == SICK_FLAGGED;
            bool isNear = key == NEAR_LONG || key == NEAR_SHORT;
            uint256 cash = RICH;
            if (isDeep) cash = DEEP_CASH;
            if (isSick) cash = SICK_CASH;
            if (isNear) cash = NEAR_CASH;
            fund(key, cash);
        }
        _backLosses();
        for (uint256 key = SICK; key <= DEEP_FLAGGED; ++key) mustSettle(key, TAKER, LOTS, false);
        for (uint256 i; i < FALL_STEPS; ++i) {
            priceWad = (priceWad * 99) / 100;
            observe(60);
        }
        for (uint256 i; i < CALM_STEPS; ++i) observe(100);
        _limitWad = priceWad;
        mustSettle(NEAR_LONG, NEAR_SHORT, LOTS, false);
        mustSettle(MAKER, TAKER, LOTS, false);
        (_asset, _limitWad) = (BTC, BTC_PRICE);
        mustSettle(MAKER, TAKER, LOTS, false);
        (_asset, _limitWad) = (ETH, priceWad);
        rooms.auction.flag(accountOf(SICK_FLAGGED), keeper());
        rooms.auction.flag(accountOf(DEEP_FLAGGED), keeper());
    }

    function accountOf(uint256 key) internal pure returns (AccountId) {
        return toAccountId(vm.addr(key), 0);
    }

    function keeper() internal view returns (AccountId) {
        return toAccountId(address(this), 0);
    }

    function lotsOf(uint256 key) internal view returns (int64) {
        return rooms.vault.lotsOf(accountOf(key), ETH);
    }

    function both() internal pure returns (AssetId[] memory list) {
        list = new AssetId[](2);
        (list[0], list[1]) = (ETH, BTC);
    }

    /// @dev What honest source `slot` of ETH says.
    function honest(uint256 slot) internal view returns (uint256) {
        return around(priceWad, slot);
    }

    function around(uint256 trueWad, uint256 slot) internal pure returns (uint256) {
        return (trueWad * (TENTHS_OF_BPS - 30 + 20 * slot)) / TENTHS_OF_BPS;
    }

    /// @dev Every source that is still one of the fixture's says the truth.
    function speak() internal {
        for (uint256 i; i < SOURCES; ++i) {
            ethSources[i].set(honest(i), 0, block.timestamp);
            btcSources[i].set(around(BTC_PRICE, i), 0, block.timestamp);
        }
    }

    /// @dev `seconds_` later everybody tells the truth, and a keeper comes by.
    function observe(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
        speak();
        rooms.breaker.update(both());
    }

    /// @dev Two observations that earn the grade: the outer two of ETH 1.5 % away, or the first ones silent.
    function degrade(Grade grade) internal {
        if (grade == Grade.Firm) return;
        for (uint256 n; n < 2; ++n) {
            vm.warp(block.timestamp + 13);
            speak();
            if (grade == Grade.Wide) {
                ethSources[0].set((priceWad * 985) / 1_000, 0, block.timestamp);
                ethSources[3].set((priceWad * 1_015) / 1_000, 0, block.timestamp);
            } else {
                uint256 silent = grade == Grade.Thin ? 2 : 3;
                for (uint256 i; i < silent; ++i) ethSources[i].set(0, 0, block.timestamp);
            }
            rooms.breaker.update(both());
        }
        assertEq(uint256(rooms.oracle.read(ETH).grade), uint256(grade), "the grade was not earned");
    }

    function fund(uint256 key, uint256 amount) internal {
        address owner = vm.addr(key);
        rooms.usdc.mint(owner, amount);
        vm.startPrank(owner);
        rooms.usdc.approve(address(rooms.vault), type(uint256).max);
        rooms.vault.deposit(accountOf(key), address(rooms.usdc), amount);
        vm.stopPrank();
    }

    /// @dev A call that settles, at the present price, what two traders signed.
    function settlement(
        uint256 buyer,
        uint256 seller,
        uint64 lots,
        bool closing
    ) internal returns (bytes memory request) {
        IExchange.Match memory match_;
        match_.units = lots;
        match_.maker = _order(buyer, 1, lots, closing);
        match_.taker = _order(seller, -1, lots, closing);
        match_.makerSignature = _sign(buyer, match_.maker);
        match_.takerSignature = _sign(seller, match_.taker);
        return abi.encodeCall(rooms.exchange.settle, (match_));
    }

    function mustSettle(uint256 buyer, uint256 seller, uint64 lots, bool closing) internal {
        bytes memory request = settlement(buyer, seller, lots, closing);
        (bool success, bytes memory answer) = address(rooms.exchange).call(request);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }

    function _order(uint256 key, int64 side, uint64 lots, bool closing) private returns (IExchange.Order memory order) {
        order.account = accountOf(key);
        order.legs = new IExchange.Leg[](1);
        order.legs[0] = IExchange.Leg(perpetualOf(_asset), side, _limitWad);
        order.units = lots;
        order.maxFeeBps = 100;
        order.salt = ++_salt;
        order.expiry = uint40(block.timestamp + 1 days);
        order.reduceOnly = closing;
        order.signer = vm.addr(key);
    }

    function _sign(uint256 key, IExchange.Order memory order) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, rooms.exchange.hashOrder(order));
        return abi.encodePacked(r, s, v);
    }

    function _backLosses() private {
        rooms.usdc.mint(address(this), 1_100_000e6);
        rooms.usdc.approve(address(rooms.vault), type(uint256).max);
        rooms.usdc.approve(address(rooms.fund), type(uint256).max);
        rooms.vault.deposit(keeper(), address(rooms.usdc), 1_000_000e6);
        rooms.fund.deposit(100_000e6, address(this));
    }
}
