// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev Options from the signed order to the payment at expiry, on a whole domain of real contracts.
contract ProtocolOptionsTest is OptionDomain {
    uint8 private constant SLOT = 0;

    function setUp() public override {
        super.setUp();
        rooms.options.listExpiry(ETH, THURSDAY);
        fund(MAKER_KEY, 50_000e6);
        fund(TAKER_KEY, 50_000e6);
    }

    function test_Trade_ACallMovesPremiumLotsAndFees() external {
        // One ether: the fee is 5 bps of the strike, for 250 premiums are more.
        settle(MAKER_KEY, TAKER_KEY, oneLeg(call(THURSDAY, 2_000e18), 100, 60e18));
        assertEq(rooms.vault.cashOf(maker()), 50_000e18 - 60e18 - 1e18);
        assertEq(rooms.vault.cashOf(taker()), 50_000e18 + 60e18 - 1e18);
        // One of 300 costs an eighth of its premium at most.
        settle(MAKER_KEY, TAKER_KEY, oneLeg(call(THURSDAY, 3_000e18), 100, 0.4e18));
        assertEq(rooms.vault.cashOf(maker()), 50_000e18 - 61e18 - 0.4e18 - 0.05e18);
        assertEq(legLots(maker(), SLOT, call(THURSDAY, 2_000e18)), 100);
        assertEq(legLots(taker(), SLOT, call(THURSDAY, 2_000e18)), -100);
        IOptionMarkets.ExpiryState memory state = rooms.options.expiryAt(SLOT);
        assertEq(state.openLots, 200);
        assertEq(state.holders, 2);
        requireCashConserved();
    }

    /// @dev Both accounts stand where one margin call would tell them apart: the short call alone is refused, covered by a
    /// long one of a lower strike it is not.
    function test_Trade_ACoveredSpreadNeedsLessThanItsShortLeg() external {
        uint256 poorKey = 0x9009;
        fund(poorKey, 900e6);
        IExchange.Leg[] memory legs = oneLeg(call(THURSDAY, 2_200e18), -1_000, 5e18);
        IExchange.Match memory match_ = signedMatch(poorKey, TAKER_KEY, legs);
        (bool ok, bytes4 reason) = rooms.exchange.canSettle(match_);
        assertFalse(ok);
        assertEq(reason, IVaultErrors.Vault_BelowInitialMargin.selector);

        legs = new IExchange.Leg[](2);
        legs[0] = IExchange.Leg(call(THURSDAY, 2_000e18), 1_000, 60e18);
        legs[1] = IExchange.Leg(call(THURSDAY, 2_200e18), -1_000, 5e18);
        settle(poorKey, TAKER_KEY, legs);
        AccountId poor = toAccountId(vm.addr(poorKey), 0);
        // Fees: 5 bps of 10 * 2,000 and of 10 * 250 * 5.
        assertEq(rooms.vault.cashOf(poor), 900e18 - 550e18 - 10e18 - 6.25e18);
        assertGe(rooms.risk.initialSurplus(rooms.vault.portfolioOf(poor), 1e18), 0);

        // Its long leg is what holds it: without, the short one is refused again.
        match_ = signedMatch(poorKey, TAKER_KEY, oneLeg(call(THURSDAY, 2_000e18), -1_000, 60e18));
        (ok, reason) = rooms.exchange.canSettle(match_);
        assertFalse(ok);
        requireCashConserved();
    }

    /// @dev A covered call with a put: perpetual and options in one order, all or none.
    function test_Trade_MixesPerpetualAndOptions() external {
        settle(MAKER_KEY, TAKER_KEY, collar());
        assertEq(rooms.vault.lotsOf(maker(), ETH), 100);
        assertEq(legLots(maker(), SLOT, call(THURSDAY, 2_200e18)), -100);
        assertEq(legLots(taker(), SLOT, put(THURSDAY, 1_800e18)), -100);
        // A perpetual has no premium: only the options' 5 and 4 change hands. Fees: 5 bps of 2,000, 1,250 and 1,000.
        assertEq(rooms.vault.cashOf(maker()), 50_000e18 - 2_000e18 + 5e18 - 4e18 - 1e18 - 0.625e18 - 0.5e18);
        requireCashConserved();
    }

    function test_Trade_RevertsWhen_SeriesIsNotListed() external {
        InstrumentId[2] memory unlisted = [call(THURSDAY, 2_001e18), call(THURSDAY + 1 days, 2_000e18)];
        for (uint256 i; i < unlisted.length; ++i) {
            refused(
                oneLeg(unlisted[i], 1, 1e18),
                abi.encodeWithSelector(IOptionMarkets.Option_NotListed.selector, unlisted[i])
            );
        }
    }

    /// @dev The vault's word holds 24 bits of lots; the exchange's legs have 64.
    function test_Trade_RevertsWhen_LotsDoNotFit() external {
        uint256 most = uint256(uint24(type(int24).max));
        refused(
            oneLeg(call(THURSDAY, 2_000e18), int64(int256(most + 1)), 1e18),
            abi.encodeWithSelector(IVaultErrors.Vault_LotsTooLarge.selector, most + 1, most)
        );
    }

    function test_Trade_RevertsWhen_Expired() external {
        settle(MAKER_KEY, TAKER_KEY, oneLeg(call(THURSDAY, 2_000e18), 100, 60e18));
        walkTo(THURSDAY, 2_000e18, SLOT);
        refused(
            oneLeg(call(THURSDAY, 2_000e18), 1, 1e18),
            abi.encodeWithSelector(IOptionMarkets.Option_Expired.selector, SLOT, THURSDAY)
        );
    }

    /// @dev The whole life: traded, fixed by anyone, settled by anyone, paid by anyone, retired.
    function test_Expiry_PaysWhatTheSettlementPriceSays() external {
        settle(MAKER_KEY, TAKER_KEY, oneLeg(call(THURSDAY, 2_000e18), 100, 60e18));
        settle(MAKER_KEY, TAKER_KEY, collar());
        settle(TAKER_KEY, MAKER_KEY, oneLeg(put(THURSDAY, 2_225e18), 7, 220e18));
        walkTo(THURSDAY, 2_150e18, SLOT);
        skip(15 minutes);
        publishAt(2_150e18);
        vm.startPrank(address(0xBEEF));
        uint256 price = rooms.options.settle(SLOT);
        assertApproxEqRel(price, 2_150e18, 1e9);
        requireCashConserved();

        rooms.vault.touch(maker());
        rooms.vault.touch(taker());
        int256[2] memory before = [rooms.vault.settledCashOf(maker()), rooms.vault.settledCashOf(taker())];
        int256 worth = rooms.vault.cashOf(maker());
        int256 clearing = rooms.vault.clearingWad();
        AccountId[] memory accounts = new AccountId[](2);
        (accounts[0], accounts[1]) = (maker(), taker());
        assertEq(rooms.vault.settleOptions(accounts), 2);
        vm.stopPrank();

        // 100 calls of 2,000 are worth 150 each ether; the collar's options nothing; 7 puts of 2,225 75 against the maker.
        int256 gain = int256(100 * ((price - 2_000e18) / 100)) - int256(7 * ((2_225e18 - price) / 100));
        assertEq(rooms.vault.settledCashOf(maker()) - before[0], gain);
        assertEq(rooms.vault.settledCashOf(taker()) - before[1], -gain);
        // It was worth that before anyone asked.
        assertEq(rooms.vault.cashOf(maker()), worth);
        assertEq(rooms.vault.clearingWad(), clearing);
        assertEq(uint256(rooms.vault.expiryBitmapOf(maker())), 0);
        requireCashConserved();

        assertEq(rooms.vault.settleOptions(accounts), 0);
        rooms.options.retire(SLOT);
        (bool found, ) = rooms.options.slotOf(ETH, THURSDAY);
        assertFalse(found);
        // The exchange forgets with it: the series is not listed any more.
        refused(
            oneLeg(call(THURSDAY, 2_000e18), 1, 1e18),
            abi.encodeWithSelector(IOptionMarkets.Option_NotListed.selector, call(THURSDAY, 2_000e18))
        );
    }

    /// @dev Between the payments of two sides, what one has got and the other not paid is in clearing.
    function test_Expiry_ClearingCarriesWhatIsHalfPaid() external {
        settle(MAKER_KEY, TAKER_KEY, oneLeg(call(THURSDAY, 2_000e18), 100, 60e18));
        walkTo(THURSDAY, 2_150e18, SLOT);
        skip(15 minutes);
        publishAt(2_150e18);
        uint256 price = rooms.options.settle(SLOT);
        AccountId[] memory one = new AccountId[](1);
        one[0] = maker();
        rooms.vault.settleOptions(one);
        assertEq(rooms.vault.clearingWad(), -int256(100 * ((price - 2_000e18) / 100)));
        requireCashConserved();
        one[0] = taker();
        rooms.vault.settleOptions(one);
        assertEq(rooms.vault.clearingWad(), 0);
        requireCashConserved();
    }

    function collar() private pure returns (IExchange.Leg[] memory legs) {
        legs = new IExchange.Leg[](3);
        legs[0] = IExchange.Leg(perpetualOf(ETH), 100, 2_000e18);
        legs[1] = IExchange.Leg(call(THURSDAY, 2_200e18), -100, 5e18);
        legs[2] = IExchange.Leg(put(THURSDAY, 1_800e18), 100, 4e18);
    }

    function refused(IExchange.Leg[] memory legs, bytes memory refusal) private {
        IExchange.Match memory match_ = signedMatch(MAKER_KEY, TAKER_KEY, legs);
        (bool ok, bytes4 reason) = rooms.exchange.canSettle(match_);
        assertFalse(ok);
        assertEq(reason, bytes4(refusal));
        vm.expectRevert(refusal);
        rooms.exchange.settle(match_);
    }
}

/// @dev What a batch allows a match is enough for eight option legs onto eight, wherever they are. `setUp` is a transaction
/// of its own, so that storage is cold and clean.
contract ProtocolOptionsGasTest is OptionDomain {
    uint256 private constant NARROW_KEYS = 0x100;
    uint256 private constant WIDE_KEYS = 0x200;

    uint40[8] private _expiries;

    function setUp() public override {
        super.setUp();
        // 16, 17, 24 November, 1, 8, 29 December, 26 January, 29 March.
        uint40[8] memory daysLater = [uint40(0), 1, 8, 15, 22, 43, 71, 134];
        for (uint256 i; i < 8; ++i) {
            _expiries[i] = THURSDAY + daysLater[i] * 1 days;
            rooms.options.listExpiry(ETH, _expiries[i]);
        }
        for (uint256 i; i < 2; ++i) {
            fund(WIDE_KEYS + i, 100_000e6);
            fund(NARROW_KEYS + i, 100_000e6);
        }
        settle(WIDE_KEYS, WIDE_KEYS + 1, _across(InstrumentKind.Call));
        settle(NARROW_KEYS, NARROW_KEYS + 1, _within());
    }

    function test_Gas_EightExpiriesTheSameSeries() external {
        _requireFits(WIDE_KEYS, _across(InstrumentKind.Call));
    }

    /// @dev Sixteen legs each when it is done.
    function test_Gas_EightExpiriesOtherSeries() external {
        _requireFits(WIDE_KEYS, _across(InstrumentKind.Put));
    }

    /// @dev A loss on either side of every series that is held: indices are read, charged and written anew.
    function test_Gas_EightExpiriesAfterLossesInEverySeries() external {
        vm.startPrank(address(rooms.waterfall));
        for (uint256 i; i < 8; ++i) {
            (uint8 slot, uint8 strikeIndex) = rooms.options.locate(call(_expiries[i], 2_000e18));
            for (uint256 side; side < 2; ++side) {
                assertGt(rooms.options.spreadLoss(slot, strikeIndex, false, side == 0, 1e18), 0);
            }
        }
        vm.stopPrank();
        int256 cashWad = rooms.vault.cashOf(toAccountId(vm.addr(WIDE_KEYS), 0));
        assertLt(cashWad, rooms.vault.settledCashOf(toAccountId(vm.addr(WIDE_KEYS), 0)) - 7e18);
        _requireFits(WIDE_KEYS, _across(InstrumentKind.Call));
        _requireFits(WIDE_KEYS, _across(InstrumentKind.Put));
    }

    function test_Gas_OneExpiryTheSameSeries() external {
        _requireFits(NARROW_KEYS, _within());
    }

    /// @dev Eight legs in an expiry each, and eight in one of them: fifteen legs when it is done.
    function test_Gas_OneExpiryOntoEight() external {
        _requireFits(WIDE_KEYS, _within());
    }

    function _across(InstrumentKind kind) private view returns (IExchange.Leg[] memory legs) {
        legs = new IExchange.Leg[](8);
        for (uint256 i; i < 8; ++i) {
            legs[i] = IExchange.Leg(optionOf(ETH, kind, _expiries[i], 2_000e18), 10, 60e18 + 20e18 * i);
        }
    }

    /// @dev 1,500 to 2,200 of the last expiry.
    function _within() private view returns (IExchange.Leg[] memory legs) {
        legs = new IExchange.Leg[](8);
        for (uint256 i; i < 8; ++i) {
            legs[i] = IExchange.Leg(call(_expiries[7], 1_500e18 + 100e18 * i), 10, 500e18 - 50e18 * i);
        }
    }

    function _requireFits(uint256 keys, IExchange.Leg[] memory legs) private {
        IExchange.Match memory match_ = signedMatch(keys, keys + 1, legs);
        address[7] memory touched = [
            address(rooms.exchange),
            address(rooms.vault),
            address(rooms.risk),
            address(rooms.options),
            address(rooms.surface),
            address(rooms.oracle),
            address(rooms.breaker)
        ];
        for (uint256 i; i < touched.length; ++i) vm.cool(touched[i]);
        uint256 before = gasleft();
        rooms.exchange.settle(match_);
        assertLt(before - gasleft(), rooms.exchange.matchGas());
    }
}
