// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeVaultMock} from "../support/ExchangeVaultMock.sol";
import {ExchangeWalletMock} from "../support/ExchangeWalletMock.sol";

contract ExchangeBatchTest is ExchangeFixture {
    /// @dev What the exchange demands before each match: 5,000,000, a 63rd of it that a call keeps back, a tail of 30,000.
    uint256 private constant GAS_REQUIRED = 5_109_365;

    function test_SettleBatch_SettlesAll() public {
        bool[] memory settled = exchange.settleBatch(_batch());
        for (uint256 i; i < 3; ++i) assertTrue(settled[i]);
        assertEq(_lots(makerAccount, ETH), 60);
    }

    function test_SettleBatch_SkipsWhatFails() public {
        IExchange.Match[] memory batch = _batch();
        batch[1].maker.expiry = uint40(block.timestamp - 1);
        bytes memory reason = abi.encodeWithSelector(
            IExchange.Exchange_OrderExpired.selector,
            block.timestamp,
            block.timestamp - 1
        );
        vm.expectEmit(address(exchange));
        emit IExchange.MatchSkipped(1, reason);
        bool[] memory settled = exchange.settleBatch(batch);
        assertTrue(settled[0]);
        assertFalse(settled[1]);
        assertTrue(settled[2]);
        assertEq(_lots(makerAccount, ETH), 40);
        assertEq(exchange.filledUnits(exchange.hashOrder(batch[1].taker)), 4);
    }

    function test_SettleBatch_SkipsWhatTheVaultRefuses() public {
        IExchange.Match[] memory batch = _batch();
        vault.refuse(takerAccount, true);
        for (uint256 i; i < 3; ++i) {
            vm.expectEmit(address(exchange));
            emit IExchange.MatchSkipped(
                i,
                abi.encodeWithSelector(ExchangeVaultMock.VaultMock_Refused.selector, takerAccount)
            );
        }
        bool[] memory settled = exchange.settleBatch(batch);
        assertFalse(settled[0] || settled[1] || settled[2]);
        assertEq(_lots(makerAccount, ETH), 0);
        assertEq(exchange.filledUnits(exchange.hashOrder(batch[0].maker)), 0);
    }

    function test_SettleBatch_DoesNothingWithNothing() public {
        assertEq(exchange.settleBatch(new IExchange.Match[](0)).length, 0);
    }

    function test_SettleBatch_SurvivesAWalletThatBurnsGas() public {
        IExchange.Match[] memory batch = _batch();
        ExchangeWalletMock wallet = new ExchangeWalletMock();
        wallet.setMood(ExchangeWalletMock.Mood.Burning);
        batch[0].maker.account = toAccountId(address(wallet), 0);
        batch[0].maker.signer = address(wallet);
        uint256 before = gasleft();
        bool[] memory settled = exchange.settleBatch{gas: 14_000_000}(batch);
        assertLt(before - gasleft(), exchange.matchGas() + 1_500_000);
        assertFalse(settled[0]);
        assertTrue(settled[1]);
        assertTrue(settled[2]);
    }

    /// @dev A match that needs nearly its whole allowance settles with any gas that the batch accepts at all.
    function testFuzz_SettleBatch_GasNeverDecidesWhatFails(uint256 gasLimit) public {
        vault.burnGas(takerAccount, 4_500_000);
        gasLimit = bound(gasLimit, 100_000, 20_000_000);
        IExchange.Match[] memory batch = _batch();
        bytes memory call = abi.encodeCall(exchange.settleBatch, (batch));
        (bool ok, bytes memory returned) = address(exchange).call{gas: gasLimit}(call);
        if (ok) {
            bool[] memory settled = abi.decode(returned, (bool[]));
            assertTrue(settled[0] && settled[1] && settled[2]);
        } else {
            assertEq(vault.applied(), 0);
        }
    }

    function test_SettleBatch_RevertsWhen_GasTooLow() public {
        bytes memory call = abi.encodeCall(exchange.settleBatch, (_batch()));
        (bool ok, bytes memory returned) = address(exchange).call{gas: 5_000_000}(call);
        assertFalse(ok);
        assertEq(bytes4(returned), IExchange.Exchange_BatchGasTooLow.selector);
        (uint256 gasLeft, uint256 gasRequired) = _twoWords(returned);
        assertEq(gasRequired, GAS_REQUIRED);
        assertLt(gasLeft, GAS_REQUIRED);
        assertEq(vault.applied(), 0);
    }

    function test_SettleBatch_RevertsWhen_GasTooLowForTheLast() public {
        vault.burnGas(takerAccount, 2_500_000);
        bytes memory call = abi.encodeCall(exchange.settleBatch, (_batch()));
        (bool ok, bytes memory returned) = address(exchange).call{gas: 8_500_000}(call);
        assertFalse(ok);
        assertEq(bytes4(returned), IExchange.Exchange_BatchGasTooLow.selector);
        assertEq(vault.applied(), 0);
    }

    // --- Dry run -------------------------------------------------------------------------------

    function test_CanSettle_SaysYesAndLeavesNoTrace() public {
        IExchange.Match memory match_ = _signed(_match(1));
        (bool ok, bytes4 reason) = exchange.canSettle(match_);
        assertTrue(ok);
        assertEq(reason, bytes4(0));
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.maker)), 0);
        assertEq(vault.applied(), 0);
        exchange.settle(match_);
    }

    function test_CanSettle_NamesTheVaultsReason() public {
        vault.refuse(makerAccount, true);
        (bool ok, bytes4 reason) = exchange.canSettle(_signed(_match(1)));
        assertFalse(ok);
        assertEq(reason, ExchangeVaultMock.VaultMock_Refused.selector);
    }

    function test_DryRun_AlwaysReverts() public {
        IExchange.Match memory match_ = _signed(_match(1));
        vm.expectRevert(IExchange.Exchange_WouldSettle.selector);
        exchange.dryRun(match_);
        match_.units = 0;
        vm.expectRevert(IExchange.Exchange_ZeroUnits.selector);
        exchange.dryRun(match_);
    }

    /// @dev Invariant 19, on matches bent in one random way.
    function testFuzz_INV19_CanSettleEqualsSettle(uint256 seed) public {
        IExchange.Match memory match_ = _pairMatch(uint64(bound(seed, 0, 101)));
        uint256 bend = (seed >> 16) % 8;
        if (bend == 1) match_.maker.expiry = uint40(block.timestamp - 1);
        if (bend == 2) match_.taker.legs[1].limitPriceWad = 60_000e18 - 1;
        if (bend == 3) match_.maker.signer = operator;
        if (bend == 4) vault.refuse(takerAccount, true);
        if (bend == 5) match_.taker.reduceOnly = true;
        if (bend == 6) vault.setFeeBps(11);
        match_ = _signed(match_);
        if (bend == 7) match_.takerSignature = match_.makerSignature;
        (bool can, bytes4 reason) = exchange.canSettle(match_);
        (bool done, bytes memory returned) = address(exchange).call(abi.encodeCall(exchange.settle, (match_)));
        assertEq(can, done);
        assertEq(reason, bytes4(returned));
    }

    /// @dev Three matches of 1, 2 and 3 units.
    function _batch() private view returns (IExchange.Match[] memory batch) {
        batch = new IExchange.Match[](3);
        for (uint64 i; i < 3; ++i) {
            batch[i] = _match(i + 1);
            batch[i].maker.salt = i;
            batch[i] = _signed(batch[i]);
        }
    }

    function _twoWords(bytes memory revertData) private pure returns (uint256 first, uint256 second) {
        assembly ("memory-safe") {
            first := mload(add(revertData, 0x24))
            second := mload(add(revertData, 0x44))
        }
    }
}
