// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";
import {InsuranceHandler} from "../support/InsuranceHandler.sol";

contract LossWaterfallInvariants is InsuranceFixture {
    InsuranceHandler private handler;

    function setUp() public {
        _deployRoomFor(address(0));
        handler = new InsuranceHandler(vault, perps, options, waterfall, backstop, fund);
        waterfall.wire(address(handler));
        for (uint256 i = 0; i < 3; ++i) {
            _depositInto(fund, handler.actors(i), 30_000 * UNIT);
            _depositInto(backstop, handler.actors(i), 20_000 * UNIT);
        }
        targetContract(address(handler));
    }

    /// @dev Cash including the charges still pending on holders is what tokens back.
    function invariant_INV01_CashIsBacked() public view {
        uint256 chargedWad = perps.chargedInAllWad() + options.chargedInAllWad();
        assertEq(vault.creditedWad(), chargedWad);
        assertEq(vault.cashSum() - int256(chargedWad), int256(token.balanceOf(address(vault)) * SCALE));
    }

    /// @dev The books of both pools never count more than is there, and prices never more than the books.
    function invariant_INV12_BooksAreBacked() public view {
        assertGe(vault.cashOf(fund.account()), int256(fund.managedAssets() * SCALE));
        assertGe(token.balanceOf(address(backstop)), backstop.managedAssets());
        assertLe(fund.totalAssets(), fund.managedAssets());
        assertLe(fund.convertToAssets(fund.totalSupply()), fund.totalAssets());
        assertLe(backstop.convertToAssets(backstop.totalSupply()), backstop.totalAssets());
    }

    /// @dev A domain owes the backstop at most its line. (The fund's budgets are checked draw by draw in the handler.)
    function invariant_INV12_DebtWithinTheLine() public view {
        assertLe(backstop.debtOf(address(waterfall)), 100_000 * UNIT);
        assertLe(backstop.available(address(waterfall)), 100_000 * UNIT * SCALE);
    }

    /// @dev What holders are charged is what the haircut paid, plus less than a unit per lot and charge, which the pools
    /// got: a wei of perpetuals, 1e-9 of options.
    function invariant_INV13_OvershootIsLessThanAUnitPerLot() public view {
        uint256 chargedWad = perps.chargedInAllWad() + options.chargedInAllWad();
        assertLe(chargedWad - handler.haircutWad(), handler.overshootLimitWad());
        // Nobody is charged for a loss without a market.
        assertEq(perps.chargedWad(AssetId.wrap(0), true) + perps.chargedWad(AssetId.wrap(0), false), 0);
    }

    /// @dev Receipts of the layers sum to what was covered, pools are never overdrawn.
    function invariant_INV14_LayersSumToWhatIsCovered() public view {
        assertEq(handler.layersWad(), handler.coveredWad());
        uint256 poolsWad = 0;
        for (uint16 i = 0; i < 32; ++i) poolsWad += waterfall.poolOf(AssetId.wrap(i));
        assertEq(int256(poolsWad), vault.cashOf(waterfall.poolAccount()));
    }

    function invariant_INV20_ShortfallIsTheSumOfDeficits() public view {
        assertEq(waterfall.shortfall(), handler.deficitSum());
    }

    function invariant_RequestsNeverExceedShares() public view {
        for (uint256 i = 0; i < 3; ++i) {
            address actor = handler.actors(i);
            assertLe(fund.exitRequestOf(actor).shares, fund.balanceOf(actor));
            assertLe(fund.maxRedeem(actor), fund.exitRequestOf(actor).shares);
            assertLe(backstop.maxRedeem(actor), backstop.balanceOf(actor));
        }
    }
}
