// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VenueFixture} from "../support/VenueFixture.sol";
import {VenueHandler} from "../support/VenueHandler.sol";

/// @dev Whatever venues do: what is counted at home is there (invariant 12's books), nothing is lost on the way, and the fund waits
/// exactly while a venue owes.
contract VenueAllocatorInvariants is VenueFixture {
    function setUp() public {
        _deployVenues();
        VenueHandler handler = new VenueHandler(token, fund, waterfallMock, allocator, first, second);
        manager.grantRole(manager.ADMIN_ROLE(), address(handler), 0);
        targetContract(address(handler));
    }

    function invariant_WhatIsCountedAtHomeIsThere() public view {
        assertGe(vault.cashOf(fund.account()), int256(_home() * SCALE));
    }

    function invariant_CountsAgree() public view {
        uint256 counted =
            uint256(allocator.venueOf(address(first)).counted) + allocator.venueOf(address(second)).counted;
        assertEq(fund.placedAssets(), counted);
        assertEq(allocator.placedAssets(), counted);
        assertEq(token.balanceOf(address(allocator)), 0);
    }

    function invariant_FundWaitsWhileAVenueOwes() public view {
        bool anyStuck =
            allocator.venueOf(address(first)).stuckSince != 0 || allocator.venueOf(address(second)).stuckSince != 0;
        assertEq(allocator.isStuck(), anyStuck);
    }
}
