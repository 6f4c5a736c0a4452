// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILens} from "../../../contracts/lens/ILens.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {LensFixture} from "../support/LensFixture.sol";
import {LensRoomsMock} from "../support/LensRoomsMock.sol";

contract LensPageTest is LensFixture {
    function assertAccount(ILens.AccountHealth memory health, uint96 number, bool known) internal pure {
        assertEq(AccountId.unwrap(health.account), AccountId.unwrap(accountOf(number)), "account");
        assertEq(health.known, known, "known");
    }

    function test_Page_WalksAllAccountsInOrder() external {
        addCashAccounts(7);
        uint256 cursor;
        uint96 seen;
        while (cursor < 7) {
            ILens.AccountHealth[] memory accounts;
            (accounts, cursor) = lens.page(cursor, 3);
            for (uint256 i; i < accounts.length; ++i) assertAccount(accounts[i], seen++, true);
        }
        assertEq(seen, 7);
        assertEq(cursor, 7);
    }

    function test_Page_OfNothingIsEmpty() external {
        (ILens.AccountHealth[] memory accounts, uint256 next) = lens.page(0, 10);
        assertEq(accounts.length, 0);
        assertEq(next, 0);
        addCashAccounts(2);
        (accounts, next) = lens.page(2, 10);
        assertEq(accounts.length, 0);
        assertEq(next, 2);
        (accounts, next) = lens.page(1, 0);
        assertEq(accounts.length, 0);
        assertEq(next, 1);
    }

    function test_Page_CarriesTheNumbersOfEachAccount() external {
        // Long 10 at 2,000 bought with 19,000 of debt: equity 1,000, maintenance 1,000, initial 2,000.
        rooms.add(accountOf(0), -19_000e18, 10e18, 0);
        rooms.add(accountOf(1), 500e18, 0, 1e18);
        rooms.setFrozen(accountOf(0), true);
        rooms.setPhase(accountOf(0), ILiquidationAuction.Phase.Solvent);
        (ILens.AccountHealth[] memory accounts, ) = lens.page(0, 2);
        assertTrue(accounts[0].frozen);
        assertEq(uint256(accounts[0].phase), uint256(ILiquidationAuction.Phase.Solvent));
        assertEq(accounts[0].margin.equityWad, 1_000e18);
        assertEq(accounts[0].margin.liquidationSurplusWad, 0);
        assertEq(accounts[0].margin.initialSurplusWad, -1_000e18);
        assertEq(accounts[0].withdrawableWad, 0);
        assertFalse(accounts[1].frozen);
        // Cash 500 and 1,800 of collateral: no more than the cash is its own.
        assertEq(accounts[1].margin.initialSurplusWad, 2_300e18);
        assertEq(accounts[1].withdrawableWad, 500e18);
    }

    function test_Page_MarksAnUnreadableAccountUnknownAndGoesOn() external {
        addCashAccounts(5);
        rooms.setFault(accountOf(0), LensRoomsMock.Fault.Reverts);
        rooms.setFault(accountOf(2), LensRoomsMock.Fault.BurnsGas);
        rooms.setFault(accountOf(4), LensRoomsMock.Fault.Reverts);
        (ILens.AccountHealth[] memory accounts, uint256 next) = lens.page{gas: 16_000_000}(0, 5);
        assertEq(accounts.length, 5);
        assertEq(next, 5);
        for (uint96 i; i < 5; ++i) assertAccount(accounts[i], i, i % 2 == 1);
    }

    /// @dev Within 15 million gas even two accounts that burn all they get hide nobody: the second ends the page.
    function test_Page_FitsFifteenMillionGas() external {
        addCashAccounts(6);
        rooms.setFault(accountOf(1), LensRoomsMock.Fault.BurnsGas);
        rooms.setFault(accountOf(3), LensRoomsMock.Fault.BurnsGas);
        uint256 cursor;
        uint96 seen;
        for (uint256 pages; cursor < 6; ++pages) {
            assertLt(pages, 3);
            ILens.AccountHealth[] memory accounts;
            (accounts, cursor) = lens.page{gas: 15_000_000}(cursor, 6);
            for (uint256 i; i < accounts.length; ++i) {
                assertAccount(accounts[i], seen, seen != 1 && seen != 3);
                ++seen;
            }
        }
        assertEq(seen, 6);
    }

    /// @dev Want of gas ends the page; what it holds is right, and the next page goes on.
    function test_Page_EndsBeforeAnAccountThatWantOfGasMayHide() external {
        addCashAccounts(4);
        rooms.setFault(accountOf(2), LensRoomsMock.Fault.BurnsGas);
        (ILens.AccountHealth[] memory accounts, uint256 next) = lens.page{gas: 4_000_000}(0, 4);
        assertEq(accounts.length, 2);
        assertEq(next, 2);
        assertAccount(accounts[1], 1, true);
        (accounts, next) = lens.page{gas: 16_000_000}(2, 2);
        assertAccount(accounts[0], 2, false);
        assertAccount(accounts[1], 3, true);
        assertEq(next, 4);
    }

    function test_Page_RevertsWhen_GasIsTooLowForTheFirstAccount() external {
        addCashAccounts(1);
        rooms.setFault(accountOf(0), LensRoomsMock.Fault.BurnsGas);
        try lens.page{gas: 2_000_000}(0, 1) {
            assertTrue(false, "not refused");
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), ILens.Lens_GasTooLow.selector);
            (uint256 available, uint256 needed) = twoWords(reason);
            assertEq(needed, 8_000_000);
            assertGt(available, 1_000_000);
            assertLt(available, 2_000_000);
        }
    }

    function twoWords(bytes memory reason) private pure returns (uint256 first, uint256 second) {
        assertEq(reason.length, 68);
        assembly ("memory-safe") {
            first := mload(add(reason, 0x24))
            second := mload(add(reason, 0x44))
        }
    }

    /// @dev Whatever the gas, no healthy account is ever said to be unknown.
    function testFuzz_Page_NeverTakesWantOfGasForUnknown(uint256 gas) external {
        addCashAccounts(12);
        gas = bound(gas, 50_000, 2_000_000);
        try lens.page{gas: gas}(0, 12) returns (ILens.AccountHealth[] memory accounts, uint256 next) {
            assertEq(accounts.length, next);
            for (uint96 i; i < accounts.length; ++i) assertAccount(accounts[i], i, true);
        } catch {
            // Too little for a page at all: refused as a whole.
            assertLt(gas, 400_000);
        }
    }

    function test_Page_RevertsWhen_TooLarge() external {
        addCashAccounts(1);
        lens.page(0, 2_048);
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_PageTooLarge.selector, 2_049, 2_048));
        lens.page(0, 2_049);
    }

    function test_Page_RevertsWhen_CursorIsBeyondTheEnd() external {
        addCashAccounts(1);
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_CursorOutOfRange.selector, 2, 1));
        lens.page(2, 1);
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_CursorOutOfRange.selector, type(uint256).max, 1));
        lens.page(type(uint256).max, 1);
    }

    // --- scan -----------------------------------------------------------------------------------------------------

    function test_Scan_SumsThePage() external {
        rooms.add(accountOf(0), 100e18, 0, 0);
        // At a stress of 2 the initial margin is 20 %: short of 3,000, 1,000 and 2,000.
        rooms.add(accountOf(1), -19_000e18, 10e18, 0);
        rooms.add(accountOf(2), -17_000e18, 10e18, 0);
        rooms.add(accountOf(3), -18_000e18, 10e18, 0);
        rooms.add(accountOf(4), -19_500e18, 10e18, 0);
        rooms.add(accountOf(5), 1e18, 0, 0);
        rooms.setFault(accountOf(5), LensRoomsMock.Fault.Reverts);
        (ILens.Scan memory sums, uint256 next) = lens.scan(0, 6, 2e18);
        assertEq(next, 6);
        assertEq(sums.counted, 5);
        assertEq(sums.unknown, 1);
        assertEq(sums.liquidatable, 1);
        assertEq(sums.largestLossWad, 3_500e18);
        assertEq(sums.secondLossWad, 3_000e18);
        assertEq(sums.withdrawableWad, 100e18);
        (sums, ) = lens.scan(0, 4, 1e18);
        assertEq(sums.withdrawableWad, 100e18 + 1_000e18);
        assertEq(sums.largestLossWad, 1_000e18);
        assertEq(sums.secondLossWad, 0);
    }

    function test_Scan_RevertsLikePage() external {
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_PageTooLarge.selector, 2_049, 2_048));
        lens.scan(0, 2_049, 1e18);
        vm.expectRevert(abi.encodeWithSelector(ILens.Lens_CursorOutOfRange.selector, 1, 0));
        lens.scan(1, 1, 1e18);
    }
}
