// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, InstrumentKind, optionOf} from "../../../contracts/types/InstrumentId.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeVaultMock} from "../support/ExchangeVaultMock.sol";

contract ExchangeOptionsTest is ExchangeFixture {
    uint40 private constant EXPIRY = 1_700_208_000;
    uint256 private constant STRIKE = 2_000e18;

    /// @dev 70 lots of 0.01 ETH. At 5 bps an eighth of the premium is the fee on 250 premiums:
    /// from a premium of 8 the strike counts.
    function test_Settle_FeeNotionalOfAnOptionIsStrikeOrItsShareOfThePremium() public {
        uint256[5] memory premiums = [uint256(1e18), 8e18 - 1, 8e18, 8e18 + 1, 900e18];
        uint256[5] memory notionals = [uint256(175e18), 1_400e18 - 175, 1_400e18, 1_400e18, 1_400e18];
        vault.setFeeBps(5);
        for (uint256 i; i < premiums.length; ++i) {
            IExchange.Match memory match_ = _optionMatch(_series(ETH, STRIKE), premiums[i], 7);
            match_.maker.salt = uint64(100 + i);
            match_.taker.salt = uint64(100 + i);
            _settle(match_);
            (uint256 notionalWad, uint256 maxFeeWad, ) = vault.termsOf(makerAccount);
            assertEq(notionalWad, notionals[i]);
            assertEq(maxFeeWad, (notionals[i] + 999) / 1_000);
            (notionalWad, , ) = vault.termsOf(takerAccount);
            assertEq(notionalWad, notionals[i]);
        }
    }

    /// @dev Whatever base and surcharge: the largest fee of a leg is at most an eighth of its premium, and a wei for each rounding.
    /// A fixed 250 premiums are more than that as soon as base and surcharge are above 5 bps.
    function testFuzz_Settle_FeeIsAtMostAnEighthOfThePremium(
        uint128 strike,
        uint96 premium,
        uint16 units,
        uint8 feeBps,
        uint16 surchargeBps
    ) public {
        strike = uint128(bound(strike, 1, 1e26));
        uint256 premiumWad = bound(premium, 1, 1e26);
        uint64 count = uint64(bound(units, 1, 100));
        uint256 base = bound(feeBps, 1, 16);
        uint256 largest = base * (10_000 + bound(surchargeBps, 0, 50_000));
        vault.setFeeBps(base);
        vault.setSurchargeBps(uint16(largest / base - 10_000));
        IExchange.Match memory match_ = _optionMatch(_series(ETH, strike), premiumWad, count);
        (match_.maker.maxFeeBps, match_.taker.maxFeeBps) = (100, 100);
        _settle(match_);
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        uint256 basis = (premiumWad * 1e8) / (8 * largest);
        if (basis > strike) basis = strike;
        assertEq(notionalWad, _ceil(count * 0.1e18 * basis, 1e18));
        assertLe(_ceil(notionalWad * largest, 1e8), _ceil(count * 0.1e18 * premiumWad, 8e18) + 1);
    }

    /// @dev The largest premium that can be written down does not overflow: the strike is less.
    function test_Settle_FeeNotionalOfTheLargestPremium() public {
        IExchange.Match memory match_ = _optionMatch(_series(ETH, STRIKE), type(uint256).max / 10, 1);
        match_.maker.legs[0].lots = 1;
        match_.taker.legs[0].lots = -1;
        _settle(match_);
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 20e18);
    }

    function test_Settle_RoundsTheFeeNotionalOfAnOptionUp() public {
        options.list(BTC, 1);
        _settle(_optionMatch(_series(BTC, 1), 1, 1));
        (uint256 notionalWad, uint256 maxFeeWad, ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 1);
        assertEq(maxFeeWad, 1);
    }

    /// @dev A covered call: 100 lots of 0.001 ETH at 2,000 against 10 lots of 0.01 ETH of a call at 3.
    function test_Settle_FillsPerpetualAndOptionTogether() public {
        vault.setFeeBps(5);
        IExchange.Match memory match_ = _match(10);
        InstrumentId call = _series(ETH, STRIKE);
        match_.maker.legs = new IExchange.Leg[](2);
        match_.taker.legs = new IExchange.Leg[](2);
        match_.maker.legs[0] = _leg(ETH, 10, 2_000e18);
        match_.taker.legs[0] = _leg(ETH, -10, 2_000e18);
        match_.maker.legs[1] = IExchange.Leg(call, -1, 3e18);
        match_.taker.legs[1] = IExchange.Leg(call, 1, 3e18);
        _settle(match_);
        assertEq(_lots(makerAccount, ETH), 100);
        assertEq(vault.lotsOf(makerAccount, call), -10);
        assertEq(vault.lotsOf(takerAccount, call), 10);
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 200e18 + 75e18);
    }

    function test_Settle_LearnsTheLotSizeOfOptionsOnce() public {
        vault.setFeeBps(5);
        IExchange.Match memory match_ = _signed(_optionMatch(_series(ETH, STRIKE), 1e18, 1));
        vm.expectEmit(address(exchange));
        emit IExchange.OptionLotSizeLearned(ETH, OPTION_LOT_WAD);
        exchange.settle(match_);
        options.list(ETH, 7);
        exchange.settle(match_);
        (uint256 notionalWad, , ) = vault.termsOf(makerAccount);
        assertEq(notionalWad, 25e18);
    }

    /// @dev The bound that a signer gives is one of the fee notional, not of the premium: 250 premiums at 4 bps are a tenth.
    function test_Settle_RevertsWhen_FeeAboveTheMaximumOfTheFeeNotional() public {
        vault.setFeeBps(5);
        IExchange.Match memory match_ = _optionMatch(_series(ETH, STRIKE), 1e18, 1);
        match_.taker.maxFeeBps = 4;
        _expectRefused(
            match_,
            abi.encodeWithSelector(ExchangeVaultMock.VaultMock_FeeTooHigh.selector, 0.0125e18, 0.01e18)
        );
        match_.taker.maxFeeBps = 5;
        _settle(match_);
    }

    function test_Settle_RevertsWhen_UnderlyingHasNoOptions() public {
        _expectRefused(
            _optionMatch(_series(BTC, STRIKE), 1e18, 1),
            abi.encodeWithSelector(IOptionMarkets.Option_UnderlyingNotListed.selector, BTC)
        );
    }

    function test_Settle_RevertsWhen_NotWired() public {
        exchange = _newExchange();
        _expectRefused(
            _optionMatch(_series(ETH, STRIKE), 1e18, 1),
            abi.encodeWithSelector(IExchange.Exchange_NotWired.selector)
        );
    }

    function _series(AssetId asset, uint256 strikeWad) private pure returns (InstrumentId) {
        return optionOf(asset, InstrumentKind.Call, EXPIRY, uint128(strikeWad));
    }

    /// @dev The maker buys ten lots per unit.
    function _optionMatch(
        InstrumentId series,
        uint256 premiumWad,
        uint64 units
    ) private view returns (IExchange.Match memory match_) {
        match_ = _match(units);
        match_.maker.legs[0] = IExchange.Leg(series, 10, premiumWad);
        match_.taker.legs[0] = IExchange.Leg(series, -10, premiumWad);
    }

    function _ceil(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
