// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionMarkets} from "../../../contracts/products/option/OptionMarkets.sol";
import {OptionFixture} from "../support/OptionFixture.sol";
import {OptionOracleMock} from "../support/OptionOracleMock.sol";
import {Test} from "../support/Test.sol";

/// @dev A vault of five accounts with three strikes per expiry, which settles by the rule of the design: each lot pays what was
/// spread over its side of its series while it was held. And everybody else: who lists, fixes, settles and retires.
contract OptionLedger is Test {
    uint256 public constant ACCOUNTS = 5;
    uint256 public constant STRIKES = 3;
    uint256 private constant SLOTS = 4;
    AssetId private constant ETH = AssetId.wrap(1);

    OptionMarkets public markets;
    OptionOracleMock private immutable _oracle;

    /// @dev Lots by slot, account, and 2 * strike + right; the index of the side held at which each was last settled; indices by
    /// slot and 2 * series + side when last looked at.
    mapping(uint256 slot => mapping(uint256 account => int24[6])) private _lots;
    mapping(uint256 slot => mapping(uint256 account => uint256[6])) private _indices;
    mapping(uint256 slot => uint256[12]) private _seen;
    int256[5] public cashWad;
    uint256 public chargedWad;
    bool public fell;
    bool public short;

    /// @dev Notes whether a loss index fell in any action.
    modifier watched() {
        _;
        for (uint256 slot = 0; slot < SLOTS; ++slot) {
            if (!isListed(slot)) delete _seen[slot];
            for (uint8 i = 0; i < 12 && isListed(slot); ++i) {
                uint256 index = _indexOf(slot, i / 2, i % 2 == 0);
                if (index < _seen[slot][i]) fell = true;
                _seen[slot][i] = index;
            }
        }
    }

    constructor(OptionOracleMock oracle) {
        _oracle = oracle;
    }

    function adopt(OptionMarkets markets_) external {
        if (address(markets) == address(0)) markets = markets_;
    }

    // --- what the vault does ------------------------------------------------------------------------------

    function trade(uint256 slot, uint256 a, uint256 b, uint8 series, int16 lots, bool transfer) external watched {
        (slot, a, b, series) = (slot % SLOTS, a % ACCOUNTS, b % ACCOUNTS, series % 6);
        if (a == b) b = (a + 1) % ACCOUNTS;
        IOptionMarkets.LegChange memory change;
        (change.slot, change.strikeIndex, change.isPut) = (uint8(slot), series / 2, series % 2 == 1);
        (change.firstBefore, change.secondBefore) = (_lots[slot][a][series], _lots[slot][b][series]);
        lots = int16(bound(lots, -300, 300));
        (change.firstAfter, change.secondAfter) = (change.firstBefore + lots, change.secondBefore - lots);
        change.tradePriceWad = transfer ? 0 : 1e18;
        _count(change, a, series, change.firstAfter);
        _count(change, b, series, change.secondAfter);
        try markets.record(change) returns (IOptionMarkets.ExpiryMark memory, uint64, uint64) {
            _charge(slot, a, series, change.firstAfter);
            _charge(slot, b, series, change.secondAfter);
        } catch {}
    }

    function payOut(uint256 slot, uint256 account) external watched {
        (slot, account) = (slot % SLOTS, account % ACCOUNTS);
        if (!isListed(slot)) return;
        IOptionMarkets.ExpiryMark memory mark = markets.marksOf(uint64(1 << slot))[0];
        if (mark.settlementPriceWad == 0 || !holds(slot, account)) return;
        for (uint8 i = 0; i < 6; ++i) {
            uint256 perLotWad = markets.intrinsicPerLotWad(uint8(slot), i / 2, i % 2 == 1);
            cashWad[account] += int256(_lots[slot][account][i]) * int256(perLotWad);
            _charge(slot, account, i, 0);
        }
        markets.release(uint8(slot), 1);
    }

    function loseMoney(uint256 slot, uint8 series, bool longSide, uint64 amountWad) external watched {
        slot %= SLOTS;
        if (!isListed(slot)) return;
        series %= 6;
        uint256 charged = markets.spreadLoss(uint8(slot), series / 2, series % 2 == 1, longSide, amountWad);
        if (charged != 0 && charged < amountWad) short = true;
        chargedWad += charged;
    }

    // --- what anybody does --------------------------------------------------------------------------------

    function list(uint8 daysAhead) external {
        uint256 day = (block.timestamp / 1 days) * 1 days + 8 hours;
        try markets.listExpiry(ETH, uint40(day + uint256(daysAhead % 4) * 1 days)) returns (uint8) {} catch {}
    }

    /// @dev As the waterfall answers.
    function openInsolvencies() external pure returns (uint256) {
        return 0;
    }

    function fix(uint8 slot) external watched {
        try markets.fix(uint8(slot % SLOTS)) {} catch {}
    }

    function settle(uint8 slot) external watched {
        try markets.settle(uint8(slot % SLOTS)) {} catch {}
    }

    function retire(uint8 slot) external watched {
        try markets.retire(uint8(slot % SLOTS)) {} catch {}
    }

    /// @dev From before its window to its settlement, in one call, for walks seldom get there.
    function bringToSettlement(uint8 slot, uint256 price) external watched {
        slot = uint8(slot % SLOTS);
        if (!isListed(slot)) return;
        uint256 expiry = markets.expiryAt(slot).mark.expiry.expiryOf();
        if (block.timestamp + 1 days > expiry) return;
        _oracle.setMarket(bound(price, 1000e18, 9000e18));
        _oracle.setGrade(Grade.Firm);
        for (uint256 time = expiry - 30 minutes; time <= expiry; time += 2 minutes) {
            vm.warp(time);
            markets.fix(slot);
        }
        vm.warp(expiry + 15 minutes);
        markets.settle(slot);
    }

    function pass(uint24 elapsed, uint256 price, uint8 grade) external {
        skip(1 + (elapsed % 6 hours));
        _oracle.setMarket(bound(price, 1000e18, 9000e18));
        _oracle.setGrade(Grade(grade % 16 < 4 ? grade % 16 : 0));
        _oracle.observe();
    }

    // --- what must hold -----------------------------------------------------------------------------------

    function isListed(uint256 slot) public view returns (bool) {
        return (markets.listedSlots(ETH) >> slot) & 1 == 1;
    }

    function holds(uint256 slot, uint256 account) public view returns (bool) {
        for (uint256 i = 0; i < 6; ++i) if (_lots[slot][account][i] != 0) return true;
        return false;
    }

    function lotsOf(uint256 slot, uint256 account, uint256 series) external view returns (int256) {
        return _lots[slot][account][series];
    }

    /// @dev Cash of all accounts, with the losses that they still owe and, where it is settled, what is due to them.
    function totalCashWad() external view returns (int256 sum) {
        for (uint256 a = 0; a < ACCOUNTS; ++a) sum += cashWad[a];
        for (uint256 slot = 0; slot < SLOTS; ++slot) {
            if (!isListed(slot)) continue;
            IOptionMarkets.ExpiryMark memory mark = markets.marksOf(uint64(1 << slot))[0];
            for (uint256 a = 0; a < ACCOUNTS; ++a) {
                for (uint8 i = 0; i < 6; ++i) sum -= _lossWad(slot, a, i);
                if (mark.settlementPriceWad == 0) continue;
                for (uint8 i = 0; i < 6; ++i) {
                    uint256 perLotWad = markets.intrinsicPerLotWad(uint8(slot), i / 2, i % 2 == 1);
                    sum += int256(_lots[slot][a][i]) * int256(perLotWad);
                }
            }
        }
    }

    /// @dev Whether the account joins or leaves the expiry with so many lots of the series.
    function _count(
        IOptionMarkets.LegChange memory change,
        uint256 account,
        uint256 series,
        int24 lotsAfter
    ) private view {
        bool others = false;
        for (uint256 i = 0; i < 6; ++i) if (i != series && _lots[change.slot][account][i] != 0) others = true;
        if (others) return;
        bool held = _lots[change.slot][account][series] != 0;
        if (!held && lotsAfter != 0) ++change.joins;
        if (held && lotsAfter == 0) ++change.leaves;
    }

    /// @dev What the lots so far owe; those after it owe from now on.
    function _charge(uint256 slot, uint256 account, uint8 series, int24 lotsAfter) private {
        cashWad[account] -= _lossWad(slot, account, series);
        _lots[slot][account][series] = lotsAfter;
        _indices[slot][account][series] = _indexOf(slot, series, lotsAfter > 0);
    }

    function _lossWad(uint256 slot, uint256 account, uint8 series) private view returns (int256) {
        int256 lots = _lots[slot][account][series];
        if (lots == 0) return 0;
        uint256 rise = _indexOf(slot, series, lots > 0) - _indices[slot][account][series];
        return (lots < 0 ? -lots : lots) * int256(rise * 1e9);
    }

    function _indexOf(uint256 slot, uint8 series, bool longSide) private view returns (uint256) {
        (, uint64 longIndex, uint64 shortIndex) = markets.seriesAt(uint8(slot), series / 2, series % 2 == 1);
        return longSide ? longIndex : shortIndex;
    }
}

contract OptionMarketsInvariantsTest is OptionFixture {
    OptionLedger private _ledger;

    function setUp() public override {
        super.setUp();
        _ledger = new OptionLedger(oracle);
        OptionMarkets fresh = new OptionMarkets(markets.authority(), IPriceOracle(address(oracle)));
        fresh.wire(address(_ledger), address(_ledger));
        IOptionMarkets.UnderlyingConfig memory config = terms();
        config.expiryLimit = 4;
        fresh.listUnderlying(ETH, config);
        fresh.listExpiry(ETH, EXPIRY);
        fresh.listExpiry(ETH, EXPIRY - 1 days);
        _ledger.adopt(fresh);
        targetContract(address(_ledger));
    }

    function invariant_INV02_LotsCancelAndAreCounted() external view {
        uint256 underlying = 0;
        for (uint8 slot = 0; slot < 4; ++slot) {
            if (!_ledger.isListed(slot)) continue;
            IOptionMarkets.ExpiryState memory state = _ledger.markets().expiryAt(slot);
            uint256 longs = 0;
            bool settled = state.mark.settlementPriceWad != 0;
            for (uint8 series = 0; series < 6; ++series) {
                int256 sum = 0;
                uint256 before = longs;
                for (uint256 a = 0; a < _ledger.ACCOUNTS(); ++a) {
                    int256 lots = _ledger.lotsOf(slot, a, series);
                    sum += lots;
                    if (lots > 0) longs += uint256(lots);
                }
                if (settled) continue;
                assertEq(sum, 0);
                (uint256 counted, , ) = _ledger.markets().seriesAt(slot, series / 2, series % 2 == 1);
                assertEq(counted, longs - before);
            }
            uint256 holders = 0;
            for (uint256 a = 0; a < _ledger.ACCOUNTS(); ++a) if (_ledger.holds(slot, a)) ++holders;
            assertEq(state.holders, holders);
            assertEq(state.openLots, settled ? 0 : longs);
            underlying += state.openLots;
        }
        (uint256 open, ) = _ledger.markets().openInterest(ETH);
        assertEq(open, underlying);
    }

    /// @dev Payoffs move cash between holders to the wei: all that is missing is what losses were charged.
    function invariant_INV13_SettlementConservesCashAndChargesAddUp() external view {
        assertEq(_ledger.totalCashWad(), -int256(_ledger.chargedWad()));
    }

    function invariant_LossIndicesOnlyRiseAndCoverTheLoss() external view {
        assertFalse(_ledger.fell());
        assertFalse(_ledger.short());
    }

    function invariant_AnExpiryIsFoundWhereItIs() external view {
        uint64 slots = _ledger.markets().listedSlots(ETH);
        for (uint8 slot = 0; slot < 64; ++slot) {
            if ((slots >> slot) & 1 == 0) continue;
            ExpiryWord word = _ledger.markets().expiryAt(slot).mark.expiry;
            (bool found, uint8 place) = _ledger.markets().slotOf(ETH, word.expiryOf());
            assertTrue(found);
            assertEq(place, slot);
        }
        assertLt(slots, 16);
    }
}
