// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {InsuranceFixture} from "../support/InsuranceFixture.sol";

contract LossWaterfallCoverTest is InsuranceFixture {
    uint256 private constant FUND = 1_000_000;
    uint256 private constant LINE = 100_000;
    /// @dev 64/63 of what the backstop gets, and what turning to it takes.
    uint256 private constant GAS_TO_REACH_BACKSTOP = (uint256(600_000) * 64) / 63 + 10_000;

    function setUp() public {
        _deployRoom();
        _depositInto(fund, alice, FUND * UNIT);
        _depositInto(backstop, bob, 500_000 * UNIT);
        perps.setLots(ETH, 7);
        perps.setLots(BTC, 11);
    }

    // ---------------------------------------------------------------- the order

    function test_Cover_PenaltyPoolFirst() public {
        _fillPool(ETH, 50 * UNIT);
        _fillPool(BTC, 50 * UNIT);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.PenaltyPool, 20e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LossCovered(defaulter, 20e18, 20e18);
        assertEq(_cover(20e18, _share(ETH, true)), 20e18);
        assertEq(vault.cashOf(defaulter), 20e18);
        assertEq(waterfall.poolOf(ETH), 30e18);
        assertEq(waterfall.poolOf(BTC), 50e18);
        assertEq(fund.totalAssets(), FUND * UNIT);
    }

    function test_Cover_FundSecond() public {
        _fillPool(ETH, 50 * UNIT);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.PenaltyPool, 50e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.InsuranceFund, 150e18);
        assertEq(_cover(200e18, _share(ETH, true)), 200e18);
        assertEq(fund.totalAssets(), (FUND - 150) * UNIT);
    }

    function test_Cover_BackstopThird() public {
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.InsuranceFund, 200_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.Backstop, 40_000e18);
        assertEq(_cover(240_000e18, _share(ETH, true)), 240_000e18);
        assertEq(backstop.debtOf(address(waterfall)), 40_000 * UNIT);
        assertEq(perps.chargedInAllWad(), 0);
    }

    function test_Cover_HaircutLast() public {
        uint256 deficit = 350_000e18 + 3;
        uint256 charged = 50_000e18 + 8;
        assertEq(charged % 7, 0);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.InsuranceFund, 200_000e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.Backstop, LINE * 1e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.Haircut, 50_000e18 + 3);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.OvershootPooled(ETH, 5);
        assertEq(_cover(deficit, _share(ETH, true)), deficit);

        assertEq(vault.cashOf(defaulter), int256(deficit));
        // A long defaulted: the shorts pay, in ETH only.
        assertEq(perps.chargedWad(ETH, false), charged);
        assertEq(perps.chargedInAllWad(), charged);
        assertEq(vault.creditedWad(), charged);
        assertEq(waterfall.poolOf(NO_ASSET), 5);
        assertEq(waterfall.poolOf(ETH), 0);
        assertEq(waterfall.shortfall(), 0);
    }

    function test_Cover_AShortDefaultChargesTheLongs() public {
        _cover(350_000e18, _share(BTC, false));
        assertGe(perps.chargedWad(BTC, true), 50_000e18);
        assertEq(perps.chargedWad(BTC, false), 0);
    }

    function test_Cover_NothingForNothing() public {
        assertEq(_cover(0, _share(ETH, true)), 0);
        assertEq(vault.cashOf(defaulter), 0);
    }

    // ---------------------------------------------------------------- the fund's budget

    function test_Budget_AMarketDrawsAFifthADay() public {
        assertEq(waterfall.drawable(ETH), 200_000e18);
        _cover(150_000e18, _share(ETH, true));
        assertEq(waterfall.drawable(ETH), 50_000e18);
        assertEq(waterfall.drawable(BTC), 170_000e18);
        _cover(50_000e18, _share(ETH, true));
        assertEq(waterfall.drawable(ETH), 0);
        assertEq(waterfall.drawable(BTC), 160_000e18);
        skip(24 hours + 96 minutes);
        assertEq(waterfall.drawable(ETH), 160_000e18);
    }

    function test_Budget_OneMarketCannotUseAnothers() public {
        _cover(1_000_000e18, _share(ETH, true));
        assertEq(fund.totalAssets(), 800_000 * UNIT);
        _cover(1_000_000e18, _share(ETH, true));
        assertEq(fund.totalAssets(), 800_000 * UNIT);
        _cover(1e18, _share(BTC, true));
        assertEq(fund.totalAssets(), 799_999 * UNIT);
    }

    function test_Coverable_IsWhatTheLayersCanPay() public {
        _fillPool(ETH, 50 * UNIT);
        assertEq(waterfall.coverable(ETH), 50e18 + 200_000e18 + LINE * 1e18);
        uint256 coverable = waterfall.coverable(ETH);
        assertEq(_cover(coverable, _share(ETH, true)), coverable);
        assertEq(perps.chargedInAllWad(), 0);
        assertEq(waterfall.coverable(ETH), 0);
    }

    // ---------------------------------------------------------------- shares

    function test_Split_ByWeightRemainderToTheLast() public {
        _fillPool(ETH, 1_000 * UNIT);
        _fillPool(BTC, 1_000 * UNIT);
        assertEq(_cover(100, _twoShares(1, 2)), 100);
        assertEq(waterfall.poolOf(ETH), 1_000e18 - 33);
        assertEq(waterfall.poolOf(BTC), 1_000e18 - 67);
    }

    function test_Split_WithoutWeightsAllToTheLast() public {
        _fillPool(ETH, 1_000 * UNIT);
        _fillPool(BTC, 1_000 * UNIT);
        _cover(100, _twoShares(0, 0));
        assertEq(waterfall.poolOf(ETH), 1_000e18);
        assertEq(waterfall.poolOf(BTC), 1_000e18 - 100);
    }

    function test_Split_EachPartOnItsOwnSide() public {
        _cover(2_000_000e18, _twoShares(1e18, 1e18));
        assertGt(perps.chargedWad(ETH, false), 0);
        assertGt(perps.chargedWad(BTC, true), 0);
        assertEq(perps.chargedWad(ETH, true) + perps.chargedWad(BTC, false), 0);
    }

    function test_Cover_SharesAreBounded() public {
        ILossWaterfall.MarketShare[] memory shares = new ILossWaterfall.MarketShare[](97);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_TooManyShares.selector, 97, 96));
        _cover(1e18, shares);
        vm.prank(auction);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_TooManyShares.selector, 97, 96));
        waterfall.collectPenalty(defaulter, 1, shares);

        shares = new ILossWaterfall.MarketShare[](32);
        for (uint16 i = 0; i < 32; ++i) {
            perps.setLots(AssetId.wrap(i + 1), 1_000);
            shares[i] = _perpShare(AssetId.wrap(i + 1), true, 1e18 + i);
        }
        uint256 gasBefore = gasleft();
        assertEq(_cover(5_000_000e18, shares), 5_000_000e18);
        assertLt(gasBefore - gasleft(), 10_000_000);
    }

    // ---------------------------------------------------------------- options

    function test_Options_AHaircutIsOfOneSideOfOneSeries() public {
        options.setLots(7, 3, false, 100);
        options.setLots(7, 4, false, 50_000);
        options.setLots(7, 3, true, 50);
        assertEq(_cover(350_000e18, _optionShare(7, 3, false)), 350_000e18);
        assertEq(options.chargedWad(7, 3, false, true), 50_000e18);
        assertEq(options.chargedInAllWad(), 50_000e18);
        assertEq(perps.chargedInAllWad(), 0);
        assertEq(vault.creditedWad(), 50_000e18);
    }

    function test_Options_TheSideThatPaysIsTheOther() public {
        options.setLots(7, 3, true, 10);
        ILossWaterfall.MarketShare[] memory shares = _optionShare(7, 3, true);
        shares[0].longDefaulted = true;
        _cover(301_000e18, shares);
        assertEq(options.chargedWad(7, 3, true, false), 1_000e18);
        assertEq(options.chargedWad(7, 3, true, true), 0);
    }

    function test_Options_OvershootGoesToThePool() public {
        options.setLots(7, 3, false, 3);
        options.setLots(7, 3, true, 7);
        uint256 deficit = 300_000e18 + 10e9;
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.OvershootPooled(ETH, 4e9);
        assertEq(_cover(deficit, _optionShare(7, 3, true)), deficit);
        assertEq(options.chargedWad(7, 3, true, true), 14e9);
        assertEq(waterfall.poolOf(NO_ASSET), 4e9);
    }

    /// @dev Nobody loses more by a default than it owed him: what is beyond stays open.
    function test_Options_NoMoreIsTakenThanWhatTheHoldersAreOwed() public {
        options.setLots(7, 3, false, 100);
        ILossWaterfall.MarketShare[] memory shares = _optionShare(7, 3, false);
        shares[0].limitWad = 30_000e18;
        assertEq(_cover(350_000e18, shares), 330_000e18);
        assertEq(options.chargedInAllWad(), 30_000e18);
        assertEq(waterfall.deficitOf(defaulter, ETH), 20_000e18);
    }

    /// @dev Two series and a perpetual: each bears what its weight says, credited to the account at once.
    function test_Options_EachSeriesBearsItsPart() public {
        options.setLots(7, 3, false, 100);
        options.setLots(9, 4, true, 10);
        ILossWaterfall.MarketShare[] memory shares = new ILossWaterfall.MarketShare[](3);
        shares[0] = _perpShare(ETH, false, 1e18);
        shares[1] = _optionShare(7, 3, false)[0];
        shares[2] = _optionShare(9, 4, true)[0];
        shares[2].weightWad = 2e18;
        assertEq(_cover(700_000e18, shares), 700_000e18);
        // Of 175,000, 175,000 and 350,000 the fund pays the first and 25,000, the backstop 100,000 of the second.
        uint256 first = options.chargedWad(7, 3, false, true);
        uint256 second = options.chargedWad(9, 4, true, true);
        assertEq(first, 50_000e18);
        assertEq(second, 350_000e18);
        assertEq(perps.chargedInAllWad(), 0);
        assertEq(vault.creditedWad(), 400_000e18);
    }

    function testFuzz_Options_NothingIsCreatedAndTheLossIsPaid(uint256 amount, uint256 lots, uint256 limit) public {
        amount = bound(amount, 1, 1e24);
        lots = bound(lots, 1, 1e12);
        limit = bound(limit, 1, 1e24);
        options.setLots(7, 3, false, lots);
        ILossWaterfall.MarketShare[] memory shares = _optionShare(7, 3, false);
        shares[0].limitWad = limit;
        uint256 due = amount < limit ? amount : limit;
        assertEq(_cover(300_000e18 + amount, shares), 300_000e18 + due);
        uint256 charged = options.chargedInAllWad();
        assertEq(vault.creditedWad(), charged);
        assertEq(uint256(vault.cashOf(defaulter)), 300_000e18 + due);
        assertEq(waterfall.poolOf(NO_ASSET), charged - due);
        assertEq(waterfall.deficitOf(defaulter, ETH), amount - due);
    }

    function test_Options_WhereNobodyHoldsTheSeriesTheDeficitStays() public {
        options.setLots(7, 4, false, 60);
        assertEq(_cover(340_000e18, _optionShare(7, 3, false)), 300_000e18);
        assertEq(waterfall.deficitOf(defaulter, ETH), 40_000e18);
        assertEq(options.chargedInAllWad(), 0);
    }

    /// @dev Several parts of one market add up in its deficit; the last does not stand for all.
    function test_Options_DeficitsOfOneMarketAddUp() public {
        perps.setLots(ETH, 0);
        ILossWaterfall.MarketShare[] memory shares = new ILossWaterfall.MarketShare[](3);
        shares[0] = _perpShare(ETH, true, 1e18);
        shares[1] = _optionShare(7, 3, false)[0];
        shares[2] = _optionShare(8, 3, true)[0];
        assertEq(_cover(600_000e18, shares), 300_000e18);
        assertEq(waterfall.deficitOf(defaulter, ETH), 300_000e18);
        assertEq(waterfall.shortfall(), 300_000e18);
    }

    /// @dev All that an account can have: 32 perpetuals and 64 series, every layer empty before the haircut.
    function test_Options_AllSharesOfAPortfolioFitIntoATransaction() public {
        ILossWaterfall.MarketShare[] memory shares = new ILossWaterfall.MarketShare[](96);
        for (uint8 i = 0; i < 96; ++i) {
            AssetId asset = AssetId.wrap(1 + (i % 32));
            if (i < 32) {
                perps.setLots(asset, 1_000);
                shares[i] = _perpShare(asset, true, 1e18 + i);
                continue;
            }
            options.setLots(i / 8, i % 8, i % 2 == 0, 1_000);
            shares[i] = _optionShare(i / 8, i % 8, i % 2 == 0)[0];
            shares[i].asset = asset;
        }
        uint256 gasBefore = gasleft();
        assertEq(_cover(5_000_000e18, shares), 5_000_000e18);
        assertLt(gasBefore - gasleft(), 10_000_000);
    }

    function _optionShare(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut
    ) private pure returns (ILossWaterfall.MarketShare[] memory shares) {
        shares = new ILossWaterfall.MarketShare[](1);
        shares[0] = _perpShare(ETH, false, 1e18);
        (shares[0].isOption, shares[0].slot) = (true, slot);
        (shares[0].strikeIndex, shares[0].isPut) = (strikeIndex, isPut);
        shares[0].limitWad = type(uint256).max;
    }

    // ---------------------------------------------------------------- penalties

    function test_CollectPenalty_IntoThePools() public {
        vault.setCash(defaulter, 10e18);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.PenaltyCollected(defaulter, ETH, 3e18 + 1);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.PenaltyCollected(defaulter, BTC, 6e18 + 3);
        vm.prank(auction);
        waterfall.collectPenalty(defaulter, 9e18 + 4, _twoShares(1e18, 2e18));
        assertEq(waterfall.poolOf(ETH), 3e18 + 1);
        assertEq(waterfall.poolOf(BTC), 6e18 + 3);
        assertEq(vault.cashOf(defaulter), 1e18 - 4);
        assertEq(vault.cashOf(waterfall.poolAccount()), 9e18 + 4);
        assertTrue(waterfall.poolAccount() == toAccountId(address(waterfall), 0));
        assertEq(waterfall.poolOf(NO_ASSET), 0);
    }

    function test_CollectPenalty_WithoutMarketsIntoTheDomainsPool() public {
        vault.setCash(defaulter, 10e18);
        vm.prank(auction);
        waterfall.collectPenalty(defaulter, 4e18, _noShares());
        assertEq(waterfall.poolOf(NO_ASSET), 4e18);
        vm.prank(auction);
        waterfall.collectPenalty(defaulter, 0, _noShares());
        assertEq(vault.cashOf(defaulter), 6e18);
    }

    /// @dev What anyone brings to the account belongs to the domain, never to a market.
    function test_Pools_ADonationIsTheDomains() public {
        _fillPool(ETH, 30 * UNIT);
        _fillPool(BTC, 50 * UNIT);
        _bringCash(waterfall.poolAccount(), 7 * UNIT);
        assertEq(waterfall.poolOf(ETH), 30e18);
        assertEq(waterfall.poolOf(BTC), 50e18);
        assertEq(waterfall.poolOf(NO_ASSET), 7e18);
        assertEq(_cover(100e18, _noShares()), 100e18);
        assertEq(waterfall.poolOf(NO_ASSET), 0);
        assertEq(waterfall.poolOf(ETH) + waterfall.poolOf(BTC), 80e18);
    }

    /// @dev The draws of one cover count one after the other: each market within a fifth of what the fund then holds.
    function test_Cover_MarketsDrawOneAfterTheOther() public {
        assertEq(_cover(600_000e18, _twoShares(1e18, 1e18)), 600_000e18);
        // 20 % of 1,000,000, then 20 % of 800,000; the backstop and the holders bear the rest.
        assertEq(fund.managedAssets(), 640_000 * UNIT);
        assertEq(waterfall.drawable(ETH), 0);
        assertEq(backstop.debtOf(address(waterfall)), LINE * UNIT);
    }

    // ---------------------------------------------------------------- a broken backstop

    function test_Cover_ABrokenBackstopPassesItsPartOn() public {
        token.setPaused(true);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerFailed(defaulter, ETH, ILossWaterfall.Layer.Backstop);
        vm.expectEmit(address(waterfall));
        emit ILossWaterfall.LayerPaid(defaulter, ETH, ILossWaterfall.Layer.Haircut, 40_000e18);
        assertEq(_cover(240_000e18, _share(ETH, true)), 240_000e18);
        assertEq(backstop.debtOf(address(waterfall)), 0);
    }

    function test_Cover_RevertsWhen_StarvedBeforeTheBackstop() public {
        bytes memory call = abi.encodeCall(waterfall.cover, (defaulter, 240_000e18, _share(ETH, true)));
        vm.prank(auction);
        (bool ok, bytes memory returned) = address(waterfall).call{gas: 700_000}(call);
        assertFalse(ok);
        assertEq(bytes4(returned), ILossWaterfall.Waterfall_OutOfGas.selector);
        assertEq(returned.length, 68);
        (uint256 actual, uint256 minimum) = (0, 0);
        assembly ("memory-safe") {
            actual := mload(add(returned, 0x24))
            minimum := mload(add(returned, 0x44))
        }
        assertEq(minimum, GAS_TO_REACH_BACKSTOP);
        assertLt(actual, minimum);
        assertEq(backstop.debtOf(address(waterfall)), 0);
        assertEq(perps.chargedInAllWad(), 0);
    }

    /// @dev A fund that answers with less than it was asked for would leave a hole in the books.
    function test_Cover_RevertsWhen_TheFundPaysLess() public {
        vm.mockCall(address(fund), abi.encodeCall(fund.pay, (defaulter, 1_000e18)), abi.encode(uint256(1_000e18) - 1));
        vm.prank(auction);
        vm.expectRevert(abi.encodeWithSelector(ILossWaterfall.Waterfall_FundPaidLess.selector, 1_000e18 - 1, 1_000e18));
        waterfall.cover(defaulter, 1_000e18, _share(ETH, true));
        assertEq(vault.cashOf(defaulter), 0);
        assertEq(waterfall.drawable(ETH), 200_000e18);
    }

    function testFuzz_Cover_NoGasLimitTurnsTheBackstopIntoAFailure(uint256 gasLimit) public {
        gasLimit = bound(gasLimit, 30_000, 2_000_000);
        bytes memory call = abi.encodeCall(waterfall.cover, (defaulter, 240_000e18, _share(ETH, true)));
        vm.prank(auction);
        (bool ok, ) = address(waterfall).call{gas: gasLimit}(call);
        assertEq(backstop.debtOf(address(waterfall)), ok ? 40_000 * UNIT : 0);
        assertEq(perps.chargedInAllWad(), 0);
    }

    // ---------------------------------------------------------------- who may call

    function test_AuctionOnly_RevertsWhen_AnotherCalls() public {
        bytes memory refused = abi.encodeWithSelector(ILossWaterfall.Waterfall_NotAuction.selector, stranger, auction);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        waterfall.cover(defaulter, 1, _noShares());
        vm.expectRevert(refused);
        waterfall.collectPenalty(defaulter, 1, _noShares());
        vm.expectRevert(refused);
        waterfall.setInsolvent(defaulter, true);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- sums

    function testFuzz_Cover_TheLayersSumToWhatIsCovered(
        uint256 deficit,
        uint256 pool,
        uint256 weight,
        uint64 lots
    ) public {
        deficit = bound(deficit, 0, 2_000_000e18);
        pool = bound(pool, 0, 500_000 * UNIT);
        perps.setLots(ETH, lots);
        _fillPool(ETH, pool);
        int256 cashBefore = vault.cashSum();
        uint256 fundBefore = uint256(vault.cashOf(fund.account()));

        uint256 covered = _cover(deficit, _twoShares(bound(weight, 0, 1e30), 1e18));

        assertEq(vault.cashOf(defaulter), int256(covered));
        uint256 fromFund = fundBefore - uint256(vault.cashOf(fund.account()));
        uint256 lent = backstop.debtOf(address(waterfall)) * SCALE;
        uint256 poolsLeft = waterfall.poolOf(ETH) + waterfall.poolOf(BTC) + waterfall.poolOf(NO_ASSET);
        assertEq(int256(poolsLeft), vault.cashOf(waterfall.poolAccount()));
        assertEq(pool * SCALE + fromFund + lent + perps.chargedInAllWad(), covered + poolsLeft);
        assertEq(covered + waterfall.shortfall(), deficit);
        // Cash is created only by the backstop's tokens and the holders' charges.
        assertEq(vault.creditedWad(), perps.chargedInAllWad());
        assertEq(vault.cashSum() - cashBefore, int256(lent + perps.chargedInAllWad()));
        assertLe(fromFund, 400_000e18);
        assertLe(lent, LINE * 1e18);
        // Invariant 13: the charge exceeds the loss by less than a wei per lot.
        // The backstop's last unit of each market goes to the pools as well.
        assertLt(poolsLeft, pool * SCALE + uint256(lots) + 11 + 2 * SCALE);
    }
}
