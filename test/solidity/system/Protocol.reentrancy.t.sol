// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {HostileDomain} from "../support/HostileDomain.sol";
import {RefreshIntruder} from "../support/RefreshIntruder.sol";

/// @dev A source that keeps state is called in an observation, and may call the whole domain from there. What it does is
/// what it could have done a call earlier, at the old price, and no more.
contract ProtocolReentrancyTest is HostileDomain {
    uint256 private constant AMOUNT = 1_000e6;
    uint256 private constant SHADOW_STEPS = 1_445;

    RefreshIntruder private intruder;
    AccountId private account;
    bytes private _trade;

    /// @dev The fifth source of ETH has been honest for two days and counts; it has an account of its own.
    function setUp() public override {
        super.setUp();
        intruder = new RefreshIntruder();
        account = toAccountId(address(intruder), 0);
        rooms.usdc.mint(address(this), AMOUNT);
        rooms.vault.deposit(account, address(rooms.usdc), AMOUNT);
        intruder.set(priceWad, false);
        IPriceOracle.SourceConfig memory source = IPriceOracle.SourceConfig(
            address(intruder),
            uint8(SOURCES),
            3_660,
            100_000,
            1e18,
            1_000_000e18
        );
        uint256 index = rooms.oracle.addSource(ETH, source);
        for (uint256 i; i < SHADOW_STEPS; ++i) {
            intruder.set(priceWad, false);
            vm.warp(block.timestamp + 120);
            speak();
            rooms.oracle.poke(both());
        }
        rooms.oracle.activate(ETH, index);
        _later(false);
        rooms.breaker.update(both());
        assertEq(rooms.oracle.read(ETH).groups, SOURCES + 1);
        _plan();
    }

    function _plan() private {
        intruder.plan(address(rooms.oracle), abi.encodeCall(rooms.oracle.poke, (both())));
        intruder.plan(address(rooms.breaker), abi.encodeCall(rooms.breaker.update, (both())));
        bytes memory request = abi.encodeCall(
            rooms.vault.withdraw,
            (account, address(rooms.usdc), AMOUNT / 2, address(intruder))
        );
        intruder.plan(address(rooms.vault), request);
        _trade = settlement(MAKER, TAKER, 1, false);
        intruder.plan(address(rooms.exchange), _trade);
        intruder.plan(address(rooms.auction), abi.encodeCall(rooms.auction.flag, (accountOf(NEAR_LONG), account)));
        intruder.plan(address(rooms.auction), abi.encodeCall(rooms.auction.flag, (accountOf(SICK), account)));
    }

    /// @dev A market that has moved by half a percent, in the next block.
    function _later(bool armed) private {
        vm.warp(block.timestamp + 13);
        speak();
        intruder.set(priceWad, armed);
    }

    /// @dev All that an outsider could have taken, and what is said of the price.
    function _world() private view returns (bytes32) {
        int256[] memory books = new int256[](2 * (IDLE - MAKER + 1) + 3);
        for (uint256 key = MAKER; key <= IDLE; ++key) {
            books[2 * (key - MAKER)] = rooms.vault.cashOf(accountOf(key));
            books[2 * (key - MAKER) + 1] = lotsOf(key);
        }
        books[books.length - 3] = rooms.vault.cashOf(account);
        books[books.length - 2] = rooms.vault.clearingWad();
        books[books.length - 1] = int256(rooms.usdc.balanceOf(address(intruder)));
        PriceViews memory views = rooms.oracle.read(ETH);
        return keccak256(abi.encode(books, views, rooms.oracle.standingsOf(ETH)));
    }

    function _refusedBy(uint256 step, bytes4 selector) private view {
        assertFalse(intruder.successes(step), "went through");
        assertEq(bytes32(bytes4(intruder.answers(step))), bytes32(selector));
    }

    function test_Poke_FromWithinIsAsBefore() external {
        priceWad = (priceWad * 1_005) / 1_000;
        _later(true);
        uint256 start = vm.snapshotState();

        // From within: neither oracle nor breaker are entered again, the rest are sound acts or refused.
        rooms.oracle.poke(both());
        _refusedBy(0, IPriceOracle.Oracle_InsufficientGas.selector);
        _refusedBy(1, IPriceOracle.Oracle_InsufficientGas.selector);
        _refusedBy(4, ILiquidationAuction.Auction_Healthy.selector);
        assertTrue(intruder.successes(2) && intruder.successes(3) && intruder.successes(5));
        bytes32 within = _world();
        PriceViews memory views = rooms.oracle.read(ETH);
        assertEq(views.updatedAt, block.timestamp);
        assertEq(views.groups, SOURCES + 1);
        assertTrue(views.lowWad <= priceWad && priceWad <= views.highWad);

        // A call earlier, without what was refused.
        vm.revertToState(start);
        vm.prank(address(intruder));
        rooms.vault.withdraw(account, address(rooms.usdc), AMOUNT / 2, address(intruder));
        (bool success, ) = address(rooms.exchange).call(_trade);
        assertTrue(success);
        rooms.auction.flag(accountOf(SICK), account);
        intruder.set(priceWad, false);
        rooms.oracle.poke(both());
        assertEq(_world(), within, "more than a call earlier");
    }

    function test_Update_IsNotEnteredAgain() external {
        _later(true);
        rooms.breaker.update(both());
        _refusedBy(1, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(rooms.oracle.read(ETH).updatedAt, block.timestamp);
    }
}
