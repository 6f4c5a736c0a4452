// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {ILens} from "../../../contracts/lens/ILens.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {LensFixture} from "../support/LensFixture.sol";
import {LensRoomsMock} from "../support/LensRoomsMock.sol";
import {UptimeFeedMock} from "../support/UptimeFeedMock.sol";

contract LensViewsTest is LensFixture {
    function test_Constructor_RevertsWhen_ARoomIsMissing() external {
        for (uint256 i; i < 8; ++i) {
            vm.expectRevert(ILens.Lens_ZeroAddress.selector);
            newLens(i);
        }
    }

    // --- Accounts -------------------------------------------------------------------------------------------------

    function test_HealthOf_RevertsWhen_TheAccountCannotBeRead() external {
        rooms.add(accountOf(0), 1e18, 0, 0);
        assertTrue(lens.healthOf(accountOf(0)).known);
        rooms.setFault(accountOf(0), LensRoomsMock.Fault.Reverts);
        vm.expectRevert(LensRoomsMock.LensRoomsMock_Unreadable.selector);
        lens.healthOf(accountOf(0));
    }

    function test_StressedHealthOf_MeasuresTheInitialMarginAtTheStress() external {
        rooms.add(accountOf(0), -17_000e18, 10e18, 0);
        assertEq(lens.healthOf(accountOf(0)).margin.initialSurplusWad, 1_000e18);
        assertEq(lens.stressedHealthOf(accountOf(0), 1.5e18).margin.initialSurplusWad, 0);
    }

    function test_DetailOf_PutsEverythingSideBySide() external {
        rooms.add(accountOf(0), -19_500e18, 10e18, 0);
        rooms.setFrozen(accountOf(0), true);
        rooms.setPhase(accountOf(0), ILiquidationAuction.Phase.Insolvent);
        oracle.setGrade(ETH, Grade.Thin);
        ILens.AccountDetail memory detail = lens.detailOf(accountOf(0));
        assertEq(AccountId.unwrap(detail.health.account), AccountId.unwrap(accountOf(0)));
        assertEq(detail.health.margin.equityWad, 500e18);
        assertEq(detail.portfolio.cashWad, -19_500e18);
        assertEq(detail.portfolio.perps[0].sizeWad, 10e18);
        assertEq(detail.exposureBitmap, bit(ETH));
        assertTrue(detail.permissions.frozen);
        assertEq(uint256(detail.auction.phase), uint256(ILiquidationAuction.Phase.Insolvent));
        assertTrue(detail.canFlag);
        assertEq(detail.flagReason, bytes4(0));
    }

    /// @dev A dead feed hides the margin of an account, not what it holds nor what it may do.
    function test_DetailOf_ShowsWhatCanBeReadWhenTheMarginCannot() external {
        rooms.add(accountOf(0), -19_500e18, 10e18, 0);
        rooms.setPhase(accountOf(0), ILiquidationAuction.Phase.Solvent);
        rooms.setDead(true);
        ILens.AccountDetail memory detail = lens.detailOf(accountOf(0));
        assertFalse(detail.health.known);
        assertEq(AccountId.unwrap(detail.health.account), AccountId.unwrap(accountOf(0)));
        assertEq(detail.portfolio.perps[0].sizeWad, 10e18);
        assertEq(detail.exposureBitmap, bit(ETH));
        assertEq(uint256(detail.auction.phase), uint256(ILiquidationAuction.Phase.Solvent));
        assertFalse(detail.canFlag);
        assertEq(detail.flagReason, LensRoomsMock.LensRoomsMock_Unreadable.selector);
    }

    function test_PermissionsOf_NameTheRuleOfEachAction() external {
        rooms.add(accountOf(0), 0, 1e18, 0);
        rooms.add(accountOf(1), 1e18, 0, 0);
        oracle.setGrade(ETH, Grade.Blind);
        ILens.Permissions memory exposed = lens.permissionsOf(accountOf(0));
        Rule[5] memory expected = [
            Rule.Allowed,
            Rule.Allowed,
            Rule.DeepInsolventOnly,
            Rule.Denied,
            Rule.UnaffectedOnly
        ];
        assertLevel(exposed.level, Level.Protected);
        ILens.Permissions memory cashOnly = lens.permissionsOf(accountOf(1));
        assertLevel(cashOnly.level, Level.Normal);
        for (uint256 i; i < 5; ++i) {
            assertEq(uint256(exposed.rules[i]), uint256(expected[i]));
            assertEq(uint256(cashOnly.rules[i]), uint256(Rule.Allowed));
            (Rule rule, ) = lens.canAct(accountOf(0), Action(i));
            assertEq(uint256(rule), uint256(expected[i]));
        }
    }

    function test_MatrixOf_IsTheRiskEnginesOwn() external {
        rooms.add(accountOf(0), 42e18, 0, 0);
        (uint256[] memory spotWad, int256[] memory valueWad) = lens.matrixOf(accountOf(0), ETH);
        assertEq(spotWad[0], 2_000e18);
        assertEq(valueWad[0], 42e18);
    }

    // --- Liquidation prices ---------------------------------------------------------------------------------------

    /// @dev Long q from cash -d: fails where q p (1 - 5 %) < d.
    function test_LiquidationPricesOf_ALong() external {
        rooms.add(accountOf(0), -15_200e18, 10e18, 0);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertFalse(prices.liquidatable);
        assertApproxEqRel(prices.belowWad, 1_600e18, 1e12);
        assertLe(prices.belowWad, 1_600e18);
        assertEq(prices.aboveWad, 0);
    }

    /// @dev Short q against cash c: fails where q p (1 + 5 %) > c.
    function test_LiquidationPricesOf_AShort() external {
        rooms.add(accountOf(0), 26_250e18, -10e18, 0);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertApproxEqRel(prices.aboveWad, 2_500e18, 1e13);
        assertGe(prices.aboveWad, 2_500e18);
        assertEq(prices.belowWad, 0);
    }

    /// @dev Collateral moves with its underlying: 5 units at 90 % and a debt of 4,500 fail below 1,000.
    function test_LiquidationPricesOf_MovesLinkedCollateral() external {
        rooms.add(accountOf(0), -4_500e18, 0, 5e18);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertApproxEqRel(prices.belowWad, 1_000e18, 1e12);
    }

    /// @dev What concentration does to an amount does not change with the price: of 20 units only 5 count, at 90 %.
    function test_LiquidationPricesOf_KeepsTheHaircutOfTheAmount() external {
        rooms.add(accountOf(0), -4_500e18, 0, 20e18);
        rooms.setCollateralCap(5e18);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertApproxEqRel(prices.belowWad, 1_000e18, 1e13);
    }

    /// @dev A position costs its flat cost at any price: 0.95 p + 5 < 100 below 100.
    function test_LiquidationPricesOf_KeepsTheCostOfAPositionThatIsWorthNothing() external {
        rooms.add(accountOf(0), 5e18, 1e18, 0);
        rooms.setFlatCost(100e18);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertApproxEqRel(prices.belowWad, 100e18, 1e14);
    }

    function test_LiquidationPricesOf_AnAccountThatFailsAlreadyOrNever() external {
        rooms.add(accountOf(0), -19_500e18, 10e18, 0);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        assertTrue(prices.liquidatable);
        assertEq(prices.belowWad, 0);
        rooms.add(accountOf(1), 1e18, 0, 0);
        prices = lens.liquidationPricesOf(accountOf(1), ETH);
        assertFalse(prices.liquidatable);
        assertEq(prices.belowWad, 0);
        assertEq(prices.aboveWad, 0);
    }

    function testFuzz_LiquidationPricesOf_MatchTheClosedForm(uint256 debt, uint256 size) external {
        size = bound(size, 0.001e18, 1_000e18);
        // Healthy at 2,000: debt below 95 % of the notional.
        debt = bound(debt, 1e18, (size * 2_000 * 94) / 100);
        rooms.add(accountOf(0), -int256(debt), int256(size), 0);
        ILens.LiquidationPrices memory prices = lens.liquidationPricesOf(accountOf(0), ETH);
        uint256 exact = (debt * 1e18 * 100) / (size * 95);
        // A 2^-20 part of the mid.
        assertApproxEqAbs(prices.belowWad, exact, 2_000e18 >> 20);
    }

    // --- Markets and domain ---------------------------------------------------------------------------------------

    function test_Markets_ShowPriceLevelAndInterest() external {
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (ETH, BTC);
        oracle.setGrade(BTC, Grade.Wide);
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        ILens.MarketState[] memory states = lens.markets(assets);
        assertLevel(states[0].level, Level.ReduceOnly);
        assertLevel(states[0].record.raisedLevel, Level.ReduceOnly);
        assertEq(states[0].views.midWad, PRICE);
        assertTrue(states[0].listed);
        assertEq(states[0].lots, 5_000);
        assertEq(states[0].openInterestWad, 10_000e18);
        assertEq(states[0].capWad, 1_000_000e18);
        assertEq(states[0].mark.lotSizeWad, 0.001e18);
        assertEq(states[0].mark.longIndexWad, 7);
        assertEq(states[0].coverableWad, 55e18);
        assertEq(states[0].penaltyPoolWad, uint256(AssetId.unwrap(ETH)) * 9e18);
        assertLevel(states[1].level, Level.Guarded);
        assertFalse(states[1].listed);
        assertEq(states[1].lots, 0);
    }

    /// @dev One that does not exist does not hide the others.
    function test_Markets_AnUnlistedAssetIsUnknown() external view {
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (AssetId.wrap(31), ETH);
        ILens.MarketState[] memory states = lens.markets(assets);
        assertFalse(states[0].known);
        assertEq(AssetId.unwrap(states[0].asset), 31);
        assertTrue(states[1].known);
        assertEq(states[1].views.midWad, PRICE);
    }

    function test_Markets_RevertsWhen_TooMany() external {
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_PageTooLarge.selector, 33, 32));
        lens.markets(new AssetId[](33));
    }

    function test_Domain_ShowsTheWhole() external {
        addCashAccounts(2);
        rooms.add(rooms.account(), 66e18, 0, 0);
        usdc.mint(address(rooms), 500e6);
        breaker.raiseLevel(DOMAIN, Level.Guarded);
        ILens.DomainState memory state = lens.domain();
        assertLevel(state.level, Level.Guarded);
        assertEq(state.stressWad, 1.5e18);
        assertEq(state.accounts, 3);
        assertEq(state.openAuctions, 3);
        assertEq(state.heldAmount, 500e6);
        assertEq(state.fundAssets, 77e6);
        assertEq(state.fundCashWad, 66e18);
        assertEq(uint256(state.liveness.status), uint256(ICircuitBreaker.Sequencer.Unwatched));
        assertFalse(state.liveness.isHeld);
    }

    function test_Domain_ShowsWhetherTheChainLives() external {
        UptimeFeedMock feed = new UptimeFeedMock(false, block.timestamp);
        breaker.setSequencerFeed(address(feed));
        feed.push(true, block.timestamp);
        pass(1 hours);
        feed.push(false, block.timestamp);
        ILens.DomainState memory state = lens.domain();
        assertLevel(state.level, Level.Protected);
        assertEq(uint256(state.liveness.status), uint256(ICircuitBreaker.Sequencer.Up));
        assertEq(state.liveness.since, block.timestamp);
        assertTrue(state.liveness.isHeld);
        assertEq(state.liveness.heldUntil, block.timestamp + 15 minutes);
        assertEq(state.liveness.inactiveSeconds, 1 hours);
    }

    function test_Outflows_ShowWhatMayLeaveOfEachToken() external {
        usdc.mint(address(rooms), 1_000e6);
        weth.mint(address(rooms), 10e18);
        vm.prank(address(rooms));
        limiter.consume(address(weth), 1e18, 10e18);
        ILens.TokenOutflow[] memory tokens = lens.outflows(limiter);
        assertEq(tokens.length, 2);
        assertEq(tokens[0].token, address(usdc));
        assertEq(tokens[0].heldAmount, 1_000e6);
        assertEq(tokens[0].availableAmount, 150e6);
        assertEq(tokens[1].token, address(weth));
        assertEq(tokens[1].availableAmount, 0.5e18);
    }
}
