// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {ProtocolHandler} from "../support/ProtocolHandler.sol";

/// @dev The invariants on a whole domain of real contracts: crashes, lying sources, idle keepers, trades, liquidations and
/// defaults in any order.
contract ProtocolInvariantsTest is ProtocolFixture {
    ProtocolHandler internal handler;

    function setUp() public override {
        super.setUp();
        handler = new ProtocolHandler(rooms, ethSources, btcSources);
        for (uint8 i; i < handler.TRADERS(); ++i) handler.deposit(i, false, 20_000e6);
        _fundKeeperAndInsurance();
        targetContract(address(handler));
    }

    function invariant_INV01_CashIsTokensHeld() external view {
        int256 settled = rooms.vault.clearingWad();
        for (uint256 i; i < rooms.vault.accountCount(); ++i)
            settled += rooms.vault.settledCashOf(rooms.vault.accountAt(i));
        uint256 held = rooms.vault.holdingsOf(address(rooms.usdc));
        assertEq(settled, int256(held * 1e12));
        assertEq(held, rooms.usdc.balanceOf(address(rooms.vault)));
    }

    function invariant_INV02_LotsCancel() external view {
        for (uint16 asset = 1; asset < 3; ++asset) {
            int256 sum;
            int256 longs;
            for (uint256 i; i < rooms.vault.accountCount(); ++i) {
                int256 lots = rooms.vault.lotsOf(rooms.vault.accountAt(i), AssetId.wrap(asset));
                sum += lots;
                if (lots > 0) longs += lots;
            }
            assertEq(sum, 0);
            (uint256 open, ) = rooms.perps.openInterest(AssetId.wrap(asset));
            assertEq(uint256(longs), open);
        }
    }

    function invariant_INV03_CollateralIsTokensHeld() external view {
        uint256 sum;
        for (uint256 i; i < rooms.vault.accountCount(); ++i)
            sum += rooms.vault.collateralOf(rooms.vault.accountAt(i), 0);
        assertEq(sum, rooms.vault.holdingsOf(address(rooms.weth)));
        assertEq(sum, rooms.weth.balanceOf(address(rooms.vault)));
    }

    function invariant_INV05_WhoPassedIsNotLiquidatable() external view {
        assertEq(handler.passedAndLiquidatable(), 0);
        for (uint256 i; i < handler.TRADERS(); ++i) {
            AccountId account = handler.accountOf(i);
            (bool can, , ) = rooms.auction.canFlag(account);
            if (can) assertLt(rooms.risk.initialSurplus(rooms.vault.portfolioOf(account), 1e18), 0);
        }
    }

    function invariant_INV07_SolventAtEveryPriceToOpenInsolventAtEveryPriceToBeLiquidated() external view {
        assertEq(handler.insolventAtAnEdge(), 0);
        assertEq(handler.flaggedWhileSound(), 0);
    }

    /// @dev One of four groups lies or is silent: the middle stays with the honest, the interval in order.
    function invariant_INV08_INV09_TheIntervalHoldsWhateverOneSourceSays() external view {
        assertEq(handler.midOutsideHonest(), 0);
        for (uint16 id = 1; id < 3; ++id) {
            PriceViews memory views = rooms.oracle.read(AssetId.wrap(id));
            assertLe(views.lowWad, views.midWad);
            assertLe(views.midWad, views.highWad);
        }
    }

    function invariant_INV10_NoBreakerStopsDepositOrClose() external view {
        assertEq(handler.refusedWhatStaysOpen(), 0);
    }

    /// @dev What insurance paid was there: the fund's books are its account, the backstop lent at most its line.
    function invariant_INV12_INV14_NothingIsPaidThatIsNotThere() external view {
        assertGe(rooms.vault.cashOf(rooms.fund.account()), 0);
        uint256 pools;
        for (uint16 id; id < 3; ++id) pools += rooms.waterfall.poolOf(AssetId.wrap(id));
        assertGe(rooms.vault.cashOf(rooms.waterfall.poolAccount()), int256(pools));
        assertLe(rooms.backstop.debtOf(address(rooms.waterfall)), 2_000e6);
    }

    function invariant_INV19_PredicatesAgreeWithActions() external view {
        assertEq(handler.predicateWrong(), 0);
    }

    /// @dev What the random walk is made of does lead to defaults that reach the backstop.
    function test_TheWalkReachesEveryLayer() external {
        handler.trade(0, 1, false, 8_000, 0);
        handler.trade(2, 3, true, 8_000, 0);
        handler.corrupt(true, 1);
        handler.crash(0, 10, false);
        for (uint16 i; i < 40; ++i) {
            handler.flagAll();
            handler.bidAll(1e18, 60);
        }
        assertGt(handler.trades(), 1);
        assertGt(handler.flags(), 0);
        assertGt(handler.bids(), 0);
        assertGt(rooms.backstop.debtOf(address(rooms.waterfall)), 0);
        assertEq(handler.predicateWrong() + handler.midOutsideHonest() + handler.refusedWhatStaysOpen(), 0);
    }

    /// @dev Who backs losses and who bids for what is sold.
    function _fundKeeperAndInsurance() private {
        rooms.usdc.mint(address(this), 1_025_000e6);
        rooms.usdc.approve(address(rooms.vault), type(uint256).max);
        rooms.usdc.approve(address(rooms.fund), type(uint256).max);
        rooms.usdc.approve(address(rooms.backstop), type(uint256).max);
        rooms.vault.deposit(toAccountId(address(handler), 0), address(rooms.usdc), 1_000_000e6);
        rooms.fund.deposit(20_000e6, address(this));
        rooms.backstop.deposit(5_000e6, address(this));
    }
}
