// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GreeksLens} from "../../../contracts/lens/GreeksLens.sol";
import {IGreeksLens} from "../../../contracts/lens/IGreeksLens.sol";
import {Greeks, OptionGreeks} from "../../../contracts/lens/OptionGreeks.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev Greeks of the open interest against those of the accounts that hold it, in a domain without mocks.
contract GreeksLensOpenInterestTest is OptionDomain {
    using OptionGreeks for Greeks;

    uint40 private constant FRIDAY = THURSDAY + 1 days;
    AccountId[3] private _accounts;
    GreeksLens private _lens;
    uint256 private _end;

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        _lens = new GreeksLens(rooms.oracle, rooms.surface, rooms.perps, rooms.options, rooms.risk, rooms.vault);
        _end = _lens.seriesEnd();
        rooms.options.listExpiry(ETH, THURSDAY);
        rooms.options.listExpiry(ETH, FRIDAY);
        for (uint256 i; i < 3; ++i) {
            _accounts[i] = toAccountId(address(uint160(0xA0 + i)), 0);
            deposit(_accounts[i], 500_000);
        }
    }

    function test_OpenInterest_IsWhatTheLongSideHoldsAndTheShortSideMirrors() external {
        _trade();
        (IGreeksLens.OpenInterest memory sums, uint256 next) = _lens.openInterestGreeks(ETH, 0, type(uint256).max);
        assertEq(next, _end);
        assertEq(sums.series, 4);
        assertEq(sums.callsWad, 8e18);
        assertEq(sums.putsWad, 6e18);
        assertEq(sums.perpsWad, 2e18);
        (Greeks memory longs, Greeks memory shorts) = _sides();
        Greeks memory both;
        both.add(sums.calls);
        both.add(sums.puts);
        assertGt(sums.calls.deltaWad, 0);
        assertLt(sums.puts.deltaWad, 0);
        _assertNear(both, longs);
        _assertNear(both, shorts.times(-1e18));
    }

    /// @dev The greeks of an account are those of its legs, to the wei.
    function test_LegGreeks_SumToTheAccount() external {
        _trade();
        for (uint256 i; i < 3; ++i) {
            IGreeksLens.AssetGreeks[] memory all = _lens.greeksOf(_accounts[i]);
            IGreeksLens.LegGreeks[] memory legs = _lens.legGreeksOf(_accounts[i]);
            Greeks memory sum;
            for (uint256 j; j < legs.length; ++j) sum.add(legs[j].greeks);
            assertEq(all.length, 1);
            assertEq(keccak256(abi.encode(sum)), keccak256(abi.encode(all[0].options)));
            assertEq(all[0].total.deltaWad, sum.deltaWad + all[0].perpsWad);
        }
    }

    function testFuzz_Pages_AddUp(uint256 n) external {
        n = _bound(n, 1, 5);
        _trade();
        (IGreeksLens.OpenInterest memory whole, ) = _lens.openInterestGreeks(ETH, 0, 100);
        IGreeksLens.OpenInterest memory sum;
        uint256 cursor;
        uint256 pages;
        while (cursor != _end) {
            IGreeksLens.OpenInterest memory part;
            (part, cursor) = _lens.openInterestGreeks(ETH, cursor, n);
            assertLe(part.series, n);
            _join(sum, part);
            ++pages;
        }
        assertGe(pages, 4 / n);
        assertEq(keccak256(abi.encode(sum)), keccak256(abi.encode(whole)));
    }

    /// @dev Whatever the gas, pages end early or the call reverts: nothing is left out.
    function testFuzz_Pages_AddUpWithLittleGas(uint256 gas) external {
        gas = _bound(gas, 230_000, 2_000_000);
        _trade();
        (IGreeksLens.OpenInterest memory whole, ) = _lens.openInterestGreeks(ETH, 0, 100);
        IGreeksLens.OpenInterest memory sum;
        uint256 cursor;
        while (cursor != _end) {
            IGreeksLens.OpenInterest memory part;
            (part, cursor) = _lens.openInterestGreeks{gas: gas}(ETH, cursor, 100);
            _join(sum, part);
        }
        assertEq(keccak256(abi.encode(sum)), keccak256(abi.encode(whole)));
    }

    function test_OpenInterest_RevertsWhen_GasIsShort() external {
        try _lens.openInterestGreeks{gas: 160_000}(ETH, 0, 1) {
            assertTrue(false);
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IGreeksLens.GreeksLens_GasTooLow.selector);
        }
    }

    function test_OpenInterest_RevertsWhen_TheCursorIsBeyondTheEnd() external {
        vm.expectRevert(abi.encodeWithSelector(IGreeksLens.GreeksLens_CursorOutOfRange.selector, _end + 1, _end));
        _lens.openInterestGreeks(ETH, _end + 1, 1);
        (IGreeksLens.OpenInterest memory none, uint256 next) = _lens.openInterestGreeks(ETH, _end, 1);
        assertEq(none.series, 0);
        assertEq(next, _end);
    }

    /// @dev Once the settlement price is known, the expiry moves with nothing.
    function test_OpenInterest_LeavesOutWhatIsFixed() external {
        _trade();
        (bool found, uint8 slot) = rooms.options.slotOf(ETH, THURSDAY);
        assertTrue(found);
        walkTo(THURSDAY, ETH_PRICE, slot);
        vm.warp(THURSDAY + 3 minutes);
        publish();
        (IGreeksLens.OpenInterest memory sums, ) = _lens.openInterestGreeks(ETH, 0, 100);
        assertEq(sums.series, 2);
        assertGt(rooms.options.expiryAt(slot).mark.fixedPriceWad, 0);
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    /// @dev Two expiries, two series each, three accounts, and a perpetual.
    function _trade() private {
        _fill(0, 1, call(THURSDAY, 2_025e18), 300, 20e18);
        _fill(2, 0, put(THURSDAY, 1_975e18), 200, 20e18);
        _fill(1, 2, call(FRIDAY, 2_000e18), 500, 40e18);
        _fill(0, 2, put(FRIDAY, 2_000e18), 400, 40e18);
        _fill(1, 0, perpetualOf(ETH), 200, ETH_PRICE);
    }

    function _fill(uint256 buyer, uint256 seller, InstrumentId instrument, uint64 lots, uint256 priceWad) private {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(_accounts[buyer], _accounts[seller], instrument, lots, priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0] = TradeTerms(_accounts[buyer], 0, 0, false);
        terms[1] = TradeTerms(_accounts[seller], 0, 0, false);
        rooms.vault.applyFills(fills, terms);
    }

    function _sides() private view returns (Greeks memory longs, Greeks memory shorts) {
        for (uint256 i; i < 3; ++i) {
            IGreeksLens.LegGreeks[] memory legs = _lens.legGreeksOf(_accounts[i]);
            for (uint256 j; j < legs.length; ++j) {
                if (legs[j].sizeWad > 0) longs.add(legs[j].greeks);
                else shorts.add(legs[j].greeks);
            }
        }
    }

    function _join(IGreeksLens.OpenInterest memory sum, IGreeksLens.OpenInterest memory part) private pure {
        sum.series += part.series;
        sum.callsWad += part.callsWad;
        sum.putsWad += part.putsWad;
        sum.perpsWad += part.perpsWad;
        sum.calls.add(part.calls);
        sum.puts.add(part.puts);
    }

    function _assertNear(Greeks memory a, Greeks memory b) private pure {
        assertApproxEqAbs(a.deltaWad, b.deltaWad, 10);
        assertApproxEqAbs(a.gammaWad, b.gammaWad, 10);
        assertApproxEqAbs(a.vegaWad, b.vegaWad, 10);
        assertApproxEqAbs(a.thetaWad, b.thetaWad, 10);
    }
}
