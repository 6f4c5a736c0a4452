// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev An account that nobody can sell within a transaction would be a way not to be liquidated.
contract LiquidationAuctionHeaviestTest is OptionDomain {
    /// @dev What a transaction may use at most (EIP-7825), less its intrinsic gas and calldata.
    uint256 private constant TRANSACTION_GAS = 16_777_216 - 50_000;
    uint256 private constant EXPIRIES = 8;

    AccountId private _account = toAccountId(address(0xAAAA), 0);
    AccountId private _winner = toAccountId(address(0xBBBB), 0);
    AccountId private _bidder = toAccountId(address(0xCCCC), 0);

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        deposit(_account, 90_000);
        deposit(_winner, 5_000_000);
        deposit(_bidder, 5_000_000);
    }

    /// @dev Eight expiries of eight legs, calls and puts, long and short at strikes of their own, and both perpetuals; everything
    /// cold, and again for a bidder who has positions in all of them already.
    function test_Heaviest_IsFlaggedAndSoldWithinATransaction() external {
        uint256 listed;
        for (uint40 date = THURSDAY; listed < EXPIRIES; date += 1 days) {
            (bool ok, ) = rooms.options.canList(ETH, date);
            if (!ok) continue;
            rooms.options.listExpiry(ETH, date);
            _open(date);
            ++listed;
        }
        _trade(perpetualOf(BTC), 10, BTC_PRICE);
        _trade(perpetualOf(ETH), 100, ETH_PRICE);
        _riseUntilFlaggable();
        _cool();
        uint256 before = gasleft();
        rooms.auction.flag(_account, _bidder);
        assertLt(before - gasleft(), TRANSACTION_GAS);
        // Without an attested smile the worth of options is in doubt: the price falls below zero once that has lasted.
        for (uint256 i; i < 45; ++i) _publishLater(rooms.oracle.read(ETH).midWad);
        for (uint256 i; i < 2; ++i) {
            _publishLater(rooms.oracle.read(ETH).midWad);
            _cool();
            before = gasleft();
            vm.prank(address(0xCCCC));
            rooms.auction.bid(_account, _bidder, 0.05e18, type(int256).max);
            assertLt(before - gasleft(), TRANSACTION_GAS);
        }
        // They hold the same series now.
        assertEq(rooms.vault.expiryBitmapOf(_bidder), rooms.vault.expiryBitmapOf(_account));
    }

    /// @dev Short calls and puts, covered in part by long ones further out.
    function _open(uint40 expiry) private {
        Fill[] memory fills = new Fill[](8);
        for (uint256 j; j < 8; ++j) {
            InstrumentKind kind = j < 4 ? InstrumentKind.Call : InstrumentKind.Put;
            uint256 strikeWad = j < 4 ? 2_000e18 + 100e18 * j : 2_000e18 - 100e18 * (j - 4);
            bool short = j % 4 < 2;
            fills[j].buyer = short ? _winner : _account;
            fills[j].seller = short ? _account : _winner;
            fills[j].instrument = optionOf(ETH, kind, expiry, uint128(strikeWad));
            fills[j].lots = short ? 400 : 100;
            fills[j].priceWad = 60e18;
        }
        rooms.vault.applyFills(fills, _terms());
    }

    function _trade(InstrumentId instrument, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(_winner, _account, instrument, lots, priceWad);
        rooms.vault.applyFills(fills, _terms());
    }

    function _terms() private view returns (TradeTerms[] memory terms) {
        terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (_winner, _account);
    }

    /// @dev Slowly, and then until the interval has closed behind the price.
    function _riseUntilFlaggable() private {
        uint256 priceWad = ETH_PRICE;
        for (uint256 i; i < 130; ++i) {
            if (i < 68) priceWad += priceWad / 100;
            _publishLater(priceWad);
            if (i < 68) continue;
            (bool ok, , ) = rooms.auction.canFlag(_account);
            if (ok) return;
        }
        fail();
    }

    function _publishLater(uint256 priceWad) private {
        skip(60);
        publishAt(priceWad);
    }

    function _cool() private {
        address[9] memory touched = [
            address(rooms.exchange),
            address(rooms.vault),
            address(rooms.risk),
            address(rooms.options),
            address(rooms.surface),
            address(rooms.oracle),
            address(rooms.breaker),
            address(rooms.auction),
            address(rooms.waterfall)
        ];
        for (uint256 i; i < touched.length; ++i) vm.cool(touched[i]);
    }
}
