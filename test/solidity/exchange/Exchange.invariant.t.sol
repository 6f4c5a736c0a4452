// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeOrdersHandler} from "../support/ExchangeOrdersHandler.sol";

contract ExchangeInvariantTest is ExchangeFixture {
    ExchangeOrdersHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new ExchangeOrdersHandler(exchange, vault);
        targetContract(address(_handler));
    }

    /// @dev No order fills beyond its units, none at all once void; what is filled equals what events say (20).
    function invariant_INV20_FillsNeverExceedUnitsAndFollowEvents() public view {
        for (uint256 i; i < _handler.orderCount(); ++i) {
            (bytes32 orderHash, uint64 units, uint64 filledAsTold, bool cancelled) = _handler.orderAt(i);
            assertLe(filledAsTold, units);
            uint64 stored = exchange.filledUnits(orderHash);
            assertEq(stored, cancelled ? type(uint64).max : filledAsTold);
        }
    }

    /// @dev Invariant 2, as far as the exchange can break it.
    function invariant_INV02_FillsBalance() public view {
        for (uint16 asset = 1; asset < 3; ++asset) {
            int256 sum;
            for (uint256 i; i < _handler.ACCOUNTS(); ++i) {
                sum += vault.lotsOf(_handler.accountAt(i), perpetualOf(AssetId.wrap(asset)));
            }
            assertEq(sum, 0);
        }
        int256 paid;
        for (uint256 i; i < _handler.ACCOUNTS(); ++i) paid += vault.paid(_handler.accountAt(i));
        assertEq(paid, 0);
    }

    /// @dev The handler reaches what it is there for: fills by match, batch and take, a cancellation.
    function test_Handler_Trades() public {
        _handler.post(0, true, false, 49, 0);
        _handler.post(1, false, false, 49, 0);
        _handler.settle(0, 1, 7);
        _handler.settleBatch([uint256(0), 0, 1, 0], [uint256(1), 0, 0, 1], 3);
        _handler.take(0, 2, 4);
        _handler.cancel(3);
        (, uint64 units, uint64 filledAsTold, bool cancelled) = _handler.orderAt(0);
        assertEq(units, 50);
        assertEq(filledAsTold, 7 + 3 * 3 + 4);
        assertFalse(cancelled);
        (, , filledAsTold, cancelled) = _handler.orderAt(1);
        assertEq(filledAsTold, 7 + 3 * 3);
        assertTrue(cancelled);
        invariant_INV20_FillsNeverExceedUnitsAndFollowEvents();
        invariant_INV02_FillsBalance();
    }

    /// @dev At any limits, a fill happens exactly when they cross, and nobody's price is worse than signed.
    function testFuzz_Settle_PriceNeverWorseThanLimit(
        uint256 makerPriceWad,
        uint256 takerPriceWad,
        bool makerBuys,
        uint64 units
    ) public {
        makerPriceWad = bound(makerPriceWad, 1, type(uint128).max);
        // Often within a few wei of the maker's.
        takerPriceWad =
            takerPriceWad % 2 == 0
                ? bound(takerPriceWad, 0, type(uint128).max)
                : makerPriceWad + 1 - bound(takerPriceWad, 0, 2);
        IExchange.Match memory match_ = _match(uint64(bound(units, 1, 100)));
        match_.maker.legs = _oneLeg(ETH, makerBuys ? int64(3) : int64(-3), makerPriceWad);
        match_.taker.legs = _oneLeg(ETH, makerBuys ? int64(-3) : int64(3), takerPriceWad);
        match_ = _signed(match_);
        (bool ok, ) = address(exchange).call(abi.encodeCall(exchange.settle, (match_)));
        (AccountId buyer, AccountId seller) = makerBuys ? (makerAccount, takerAccount) : (takerAccount, makerAccount);
        (uint256 buyLimit, uint256 sellLimit) = makerBuys
            ? (makerPriceWad, takerPriceWad)
            : (takerPriceWad, makerPriceWad);
        assertEq(ok, buyLimit >= sellLimit);
        int256 lots = vault.lotsOf(buyer, perpetualOf(ETH));
        assertLe(vault.paid(buyer), lots * int256(buyLimit));
        assertGe(-vault.paid(seller), lots * int256(sellLimit));
        assertEq(vault.paid(buyer), -vault.paid(seller));
    }
}
