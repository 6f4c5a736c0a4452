// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeVaultMock} from "../support/ExchangeVaultMock.sol";

contract ExchangeSettleTest is ExchangeFixture {
    function test_Settle_FillsBothAtMakerPrice() public {
        IExchange.Match memory match_ = _match(7);
        _settle(match_);
        assertEq(_lots(makerAccount, ETH), 70);
        assertEq(_lots(takerAccount, ETH), -70);
        assertEq(vault.paid(makerAccount), 70 * 2_000e18);
        assertEq(vault.paid(takerAccount), -70 * 2_000e18);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.maker)), 7);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.taker)), 7);
    }

    function test_Settle_TakesSellingMakersPrice() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0] = _leg(ETH, -10, 1_995e18);
        match_.taker.legs[0] = _leg(ETH, 10, 2_000e18);
        _settle(match_);
        assertEq(vault.paid(takerAccount), 10 * 1_995e18);
        assertEq(_lots(makerAccount, ETH), -10);
    }

    function test_Settle_KeepsEitherLimitWhicheverOrderIsTheMaker() public {
        IExchange.Match memory match_ = _signed(_match(1));
        IExchange.Match memory swapped = IExchange.Match(
            match_.taker,
            match_.takerSignature,
            match_.maker,
            match_.makerSignature,
            1
        );
        exchange.settle(swapped);
        assertEq(vault.paid(makerAccount), 10 * 1_990e18);
    }

    function test_Settle_TellsTheVaultTheTerms() public {
        IExchange.Match memory match_ = _match(7);
        match_.maker.maxFeeBps = 4;
        match_.taker.maxFeeBps = 0;
        _settle(match_);
        // 70 lots of 0.001 ETH at 2,000.
        (uint256 notionalWad, uint256 maxFeeWad, bool reduceOnly) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 140e18);
        assertEq(maxFeeWad, 0.056e18);
        assertFalse(reduceOnly);
        (notionalWad, maxFeeWad, ) = vault.termsOf(takerAccount);
        assertEq(notionalWad, 140e18);
        assertEq(maxFeeWad, 0);
    }

    function test_Settle_RoundsNotionalAndLargestFeeUp() public {
        perps.list(UNLISTED, 1);
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs = _oneLeg(UNLISTED, 1, 1);
        match_.taker.legs = _oneLeg(UNLISTED, -1, 1);
        _settle(match_);
        (uint256 notionalWad, uint256 maxFeeWad, ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 1);
        assertEq(maxFeeWad, 1);
    }

    function test_Settle_EmitsOrdersMatched() public {
        IExchange.Match memory match_ = _signed(_match(7));
        vm.expectEmit(address(exchange));
        emit IExchange.LotSizeLearned(ETH, ETH_LOT_WAD);
        exchange.settle(match_);
        bytes32 makerHash = exchange.hashOrder(match_.maker);
        bytes32 takerHash = exchange.hashOrder(match_.taker);
        vm.expectEmit(address(exchange));
        emit IExchange.OrdersMatched(makerHash, takerHash, makerAccount, takerAccount, 7);
        exchange.settle(match_);
    }

    function test_Settle_FillsInPartsToExactExhaustion() public {
        IExchange.Match memory match_ = _match(99);
        _settle(match_);
        match_.units = 2;
        bytes32 makerHash = exchange.hashOrder(match_.maker);
        match_ = _signed(match_);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_UnitsExceedRemaining.selector, makerHash, 2, 1));
        exchange.settle(match_);
        match_.units = 1;
        exchange.settle(match_);
        assertEq(exchange.filledUnits(makerHash), 100);
        assertEq(_lots(makerAccount, ETH), 1_000);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_UnitsExceedRemaining.selector, makerHash, 1, 0));
        exchange.settle(match_);
    }

    function test_Settle_FillsOneMakerAgainstSeveralTakers() public {
        IExchange.Match memory match_ = _match(60);
        match_.taker.units = 60;
        _settle(match_);
        match_.taker.salt = 2;
        match_.units = 40;
        _settle(match_);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.maker)), 100);
        assertEq(exchange.filledUnits(exchange.hashOrder(match_.taker)), 40);
    }

    function test_Settle_FillsAllLegsTogether() public {
        _settle(_pairMatch(5));
        assertEq(_lots(makerAccount, ETH), 50);
        assertEq(_lots(makerAccount, BTC), -15);
        assertEq(_lots(takerAccount, BTC), 15);
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 50 * 2e18 + 15 * 6e18);
        assertEq(vault.applied(), 1);
    }

    function test_Settle_AcceptsEightLegs() public {
        IExchange.Match memory match_ = _wideMatch(8);
        _settle(match_);
        assertEq(_lots(takerAccount, AssetId.wrap(10)), -1);
    }

    function test_Settle_LetsTheVaultEnforceReduceOnly() public {
        IExchange.Match memory match_ = _match(1);
        match_.taker.reduceOnly = true;
        bytes memory reason = abi.encodeWithSelector(
            ExchangeVaultMock.VaultMock_NotReducing.selector,
            takerAccount,
            perpetualOf(ETH)
        );
        _expectRefused(match_, reason);
    }

    function test_Settle_MayFillToTheLargestPosition() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0].lots = type(int64).max;
        match_.taker.legs[0].lots = -type(int64).max;
        _settle(match_);
        assertEq(_lots(makerAccount, ETH), type(int64).max);
    }

    function test_Settle_WorksInTheSecondOfExpiry() public {
        IExchange.Match memory match_ = _signed(_match(1));
        vm.warp(match_.maker.expiry);
        exchange.settle(match_);
        assertEq(vault.applied(), 1);
    }

    function test_Settle_RevertsWhen_SelfMatch() public {
        IExchange.Match memory match_ = _match(1);
        match_.taker.account = makerAccount;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_SelfMatch.selector, makerAccount));
    }

    function test_Settle_RevertsWhen_LegCountOutOfRange() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs = new IExchange.Leg[](0);
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_LegCountOutOfRange.selector, 0, 8));
        _expectRefused(_wideMatch(9), abi.encodeWithSelector(IExchange.Exchange_LegCountOutOfRange.selector, 9, 8));
    }

    function test_Settle_RevertsWhen_InstrumentNotCanonical() public {
        IExchange.Match memory match_ = _match(1);
        InstrumentId odd = InstrumentId.wrap(InstrumentId.unwrap(perpetualOf(ETH)) | 1);
        match_.maker.legs[0].instrument = odd;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_InstrumentNotCanonical.selector, odd));
        odd = InstrumentId.wrap((uint256(3) << 232) | (uint256(1) << 240));
        match_.maker.legs[0].instrument = odd;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_InstrumentNotCanonical.selector, odd));
    }

    function test_Settle_RevertsWhen_InstrumentNotListed() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0].instrument = perpetualOf(UNLISTED);
        match_.taker.legs[0].instrument = perpetualOf(UNLISTED);
        _expectRefused(
            match_,
            abi.encodeWithSelector(IExchange.Exchange_InstrumentNotListed.selector, perpetualOf(UNLISTED))
        );
    }

    function test_Settle_RevertsWhen_LegsNotAscending() public {
        IExchange.Match memory match_ = _pairMatch(1);
        match_.maker.legs[1].instrument = perpetualOf(ETH);
        bytes4 selector = IExchange.Exchange_LegsNotAscending.selector;
        _expectRefused(match_, abi.encodeWithSelector(selector, perpetualOf(ETH), perpetualOf(ETH)));
        match_.maker.legs[0].instrument = perpetualOf(BTC);
        _expectRefused(match_, abi.encodeWithSelector(selector, perpetualOf(BTC), perpetualOf(ETH)));
    }

    function test_Settle_RevertsWhen_ZeroLots() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0].lots = 0;
        match_.taker.legs[0].lots = 0;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_ZeroLots.selector, perpetualOf(ETH)));
    }

    function test_Settle_RevertsWhen_ZeroPrice() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0] = _leg(ETH, -10, 0);
        match_.taker.legs[0] = _leg(ETH, 10, 1);
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_ZeroPrice.selector, perpetualOf(ETH)));
    }

    function test_Settle_RevertsWhen_ZeroUnits() public {
        _expectRefused(_match(0), abi.encodeWithSelector(IExchange.Exchange_ZeroUnits.selector));
    }

    function test_Settle_RevertsWhen_LotsOutOfRange() public {
        IExchange.Match memory match_ = _match(2);
        int64 half = type(int64).max / 2 + 1;
        match_.maker.legs[0].lots = half;
        match_.taker.legs[0].lots = -half;
        bytes4 selector = IExchange.Exchange_LotsOutOfRange.selector;
        uint256 maxLots = uint64(type(int64).max);
        _expectRefused(match_, abi.encodeWithSelector(selector, perpetualOf(ETH), half, 2, maxLots));
    }

    function test_Settle_RevertsWhen_OrderExpired() public {
        IExchange.Match memory match_ = _match(1);
        match_.taker.expiry = uint40(block.timestamp - 1);
        _expectRefused(
            match_,
            abi.encodeWithSelector(IExchange.Exchange_OrderExpired.selector, block.timestamp, block.timestamp - 1)
        );
    }

    function test_Settle_RevertsWhen_TakerHasTooFewUnits() public {
        IExchange.Match memory match_ = _match(6);
        match_.taker.units = 5;
        bytes32 takerHash = exchange.hashOrder(match_.taker);
        _expectRefused(
            match_,
            abi.encodeWithSelector(IExchange.Exchange_UnitsExceedRemaining.selector, takerHash, 6, 5)
        );
    }

    function test_Settle_RevertsWhen_LegCountsDiffer() public {
        IExchange.Match memory match_ = _match(1);
        match_.taker.legs = _pairMatch(1).taker.legs;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_LegCountsDiffer.selector, 1, 2));
    }

    function test_Settle_RevertsWhen_LegsNotMirrored() public {
        bytes4 selector = IExchange.Exchange_LegsNotMirrored.selector;
        IExchange.Match memory match_ = _pairMatch(1);
        match_.taker.legs[1].lots = 2;
        _expectRefused(match_, abi.encodeWithSelector(selector, 1));
        match_.taker.legs[1].lots = -3;
        _expectRefused(match_, abi.encodeWithSelector(selector, 1));
        match_.taker.legs[0].instrument = perpetualOf(BTC);
        _expectRefused(match_, abi.encodeWithSelector(selector, 0));
    }

    function test_Settle_RevertsWhen_SmallestLotsHaveNoMirror() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.legs[0].lots = type(int64).min;
        match_.taker.legs[0].lots = type(int64).min;
        _expectRefused(match_, abi.encodeWithSelector(IExchange.Exchange_LegsNotMirrored.selector, 0));
    }

    function test_Settle_RevertsWhen_LimitsMissByOneWei() public {
        bytes4 selector = IExchange.Exchange_LimitsDoNotCross.selector;
        IExchange.Match memory match_ = _match(1);
        match_.taker.legs[0].limitPriceWad = 2_000e18 + 1;
        _expectRefused(match_, abi.encodeWithSelector(selector, perpetualOf(ETH), 2_000e18, 2_000e18 + 1));
        match_ = _pairMatch(1);
        match_.taker.legs[1].limitPriceWad = 60_000e18 - 1;
        _expectRefused(match_, abi.encodeWithSelector(selector, perpetualOf(BTC), 60_000e18, 60_000e18 - 1));
        match_.taker.legs[1].limitPriceWad = 60_000e18;
        _settle(match_);
    }

    function test_Settle_RevertsWhen_VaultRefuses() public {
        vault.refuse(makerAccount, true);
        _expectRefused(_match(1), abi.encodeWithSelector(ExchangeVaultMock.VaultMock_Refused.selector, makerAccount));
    }

    function test_Settle_MeetsAnExactFeeBound() public {
        vault.setFeeBps(10);
        _settle(_match(3));
        vault.setFeeBps(11);
        IExchange.Match memory match_ = _signed(_match(3));
        bytes4 selector = ExchangeVaultMock.VaultMock_FeeTooHigh.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 0.066e18, 0.06e18));
        exchange.settle(match_);
    }

    /// @dev `legs` legs of one lot each, on underlyings 3 and up.
    function _wideMatch(uint16 legs) private returns (IExchange.Match memory match_) {
        match_ = _match(1);
        match_.maker.legs = new IExchange.Leg[](legs);
        match_.taker.legs = new IExchange.Leg[](legs);
        for (uint16 i; i < legs; ++i) {
            AssetId asset = AssetId.wrap(3 + i);
            perps.list(asset, 1e18);
            match_.maker.legs[i] = _leg(asset, 1, 5e18);
            match_.taker.legs[i] = _leg(asset, -1, 5e18);
        }
    }
}
