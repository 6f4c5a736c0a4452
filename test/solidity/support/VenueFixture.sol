// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {VenueAllocator} from "../../../contracts/insurance/VenueAllocator.sol";
import {InsuranceFixture} from "./InsuranceFixture.sol";
import {VenueMock} from "./VenueMock.sol";

/// @dev A fund of 1,000,000 with two venues of 300,000 each, of which at least half stays at home.
abstract contract VenueFixture is InsuranceFixture {
    uint256 internal constant FUND = 1_000_000 * UNIT;
    uint256 internal constant CAP = 300_000 * UNIT;

    VenueAllocator internal allocator;
    VenueMock internal first;
    VenueMock internal second;
    uint256 internal shares;

    function _deployVenues() internal {
        _deployFund();
        allocator = new VenueAllocator(address(manager), IInsuranceFund(address(fund)));
        fund.wireVenues(address(allocator));
        first = new VenueMock(IERC20(address(token)));
        second = new VenueMock(IERC20(address(token)));
        allocator.list(address(first), CAP, VenueMock.paused.selector);
        allocator.list(address(second), CAP, 0);
        allocator.setHomeShare(5_000);
        shares = _depositInto(fund, alice, FUND);
    }

    function _home() internal view returns (uint256) {
        return fund.managedAssets() - fund.placedAssets();
    }

    /// @dev Somebody else's deposit, so that a venue has more than the fund's.
    function _crowd(VenueMock venue, uint256 assets) internal {
        token.mint(eve, assets);
        vm.startPrank(eve);
        token.approve(address(venue), assets);
        venue.deposit(assets, eve);
        vm.stopPrank();
    }

    /// @dev What a venue earned for its depositors.
    function _earn(VenueMock venue, uint256 assets) internal {
        token.mint(address(venue), assets);
    }
}
