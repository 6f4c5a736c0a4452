// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {IDiscountCurve} from "../../../contracts/liquidation/IDiscountCurve.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

contract AuctionParametersTest is AuctionFixture {
    function test_SetConfig_KeepsEveryField() public {
        IAuctionParameters.AuctionConfig memory config = IAuctionParameters.AuctionConfig({
            targetWad: 3e18,
            startSlopeWad: 1e18,
            maxDiscountWad: 0.9e18,
            maxTakeWad: 0.9e18,
            priceFloorWad: 1e18,
            maxIncentiveWad: 1e18,
            bandWad: 1e18,
            freeDiscountWad: 1e18,
            penaltyBps: 1_000,
            rewardShareWad: 0.2e18,
            rewardWad: 1_000e18,
            dustWad: 1e24,
            coolOffSeconds: 30 days,
            doubtSeconds: 1 days,
            doubtShareWad: 0.25e18
        });
        vm.expectEmit(address(parameters));
        emit IAuctionParameters.ConfigChanged(defaults(), config);
        parameters.setConfig(config);
        (IAuctionParameters.AuctionConfig memory kept, , ) = parameters.settings();
        assertEq(abi.encode(kept), abi.encode(config));
    }

    function test_SetConfig_RevertsWhen_OutOfBounds() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.targetWad = 1e18 - 1;
        _expect(config, "targetWad", 1e18 - 1, 1e18, 3e18);
        config.targetWad = 3e18 + 1;
        _expect(config, "targetWad", 3e18 + 1, 1e18, 3e18);
        config = defaults();
        config.startSlopeWad = 1e18 + 1;
        _expect(config, "startSlopeWad", 1e18 + 1, 0, 1e18);
        config = defaults();
        config.maxTakeWad = 0.9e18 + 1;
        _expect(config, "maxTakeWad", 0.9e18 + 1, 0, 0.9e18);
        config = defaults();
        config.maxDiscountWad = config.maxTakeWad + 1;
        _expect(config, "maxDiscountWad", 0.8e18 + 1, 0, 0.8e18);
        config = defaults();
        config.priceFloorWad = 0.001e18 - 1;
        _expect(config, "priceFloorWad", 0.001e18 - 1, 0.001e18, 1e18);
        config = defaults();
        config.maxIncentiveWad = 1e18 + 1;
        _expect(config, "maxIncentiveWad", 1e18 + 1, 0, 1e18);
        config = defaults();
        config.bandWad = 0.01e18 - 1;
        _expect(config, "bandWad", 0.01e18 - 1, 0.01e18, 1e18);
        config = defaults();
        config.freeDiscountWad = 1e18 + 1;
        _expect(config, "freeDiscountWad", 1e18 + 1, 0, 1e18);
    }

    function test_SetConfig_RevertsWhen_ChargesOutOfBounds() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.penaltyBps = 1_001;
        _expect(config, "penaltyBps", 1_001, 0, 1_000);
        config = defaults();
        config.rewardShareWad = 0.2e18 + 1;
        _expect(config, "rewardShareWad", 0.2e18 + 1, 0, 0.2e18);
        config = defaults();
        config.rewardWad = 1_000e18 + 1;
        _expect(config, "rewardWad", 1_000e18 + 1, 0, 1_000e18);
        config = defaults();
        config.dustWad = 1e24 + 1;
        _expect(config, "dustWad", 1e24 + 1, 0, 1e24);
        config = defaults();
        config.coolOffSeconds = 30 days + 1;
        _expect(config, "coolOffSeconds", 30 days + 1, 0, 30 days);
    }

    function test_SetConfig_RevertsWhen_DoubtOutOfBounds() public {
        IAuctionParameters.AuctionConfig memory config = defaults();
        config.doubtSeconds = 1 minutes - 1;
        _expect(config, "doubtSeconds", 1 minutes - 1, 1 minutes, 1 days);
        config.doubtSeconds = 1 days + 1;
        _expect(config, "doubtSeconds", 1 days + 1, 1 minutes, 1 days);
        config = defaults();
        config.doubtShareWad = 0.25e18 + 1;
        _expect(config, "doubtShareWad", 0.25e18 + 1, 0, 0.25e18);
    }

    function test_SetCurves_KeepsThem() public {
        address first = address(new LinearCurve(1));
        address second = address(new LinearCurve(2));
        vm.expectEmit(address(parameters));
        emit IAuctionParameters.CurvesChanged(first, second);
        parameters.setCurves(first, second);
        (, IDiscountCurve solvent, IDiscountCurve insolvent) = parameters.settings();
        assertEq(address(solvent), first);
        assertEq(address(insolvent), second);
    }

    function test_SetCurves_RevertsWhen_NoCode() public {
        vm.expectRevert(abi.encodeWithSelector(IAuctionParameters.Auction_NoCode.selector, alice));
        parameters.setCurves(alice, address(curve));
        vm.expectRevert(abi.encodeWithSelector(IAuctionParameters.Auction_NoCode.selector, bob));
        parameters.setCurves(address(curve), bob);
    }

    function test_SetCapacity_KeepsIt() public {
        vm.expectEmit(address(parameters));
        emit IAuctionParameters.CapacityChanged(ETH, 5e18, 7 days);
        parameters.setCapacity(ETH, 5e18, 7 days);
        (uint256 capacityWad, uint256 windowSeconds) = parameters.capacityOf(ETH);
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (BTC, ETH);
        IAuctionParameters.Capacity[] memory capacities = parameters.capacitiesOf(assets);
        assertEq(capacities[0].wad, 0);
        assertEq(capacities[1].wad, capacityWad);
        assertEq(capacities[1].windowSeconds, windowSeconds);
        assertEq(capacityWad, 5e18);
        assertEq(windowSeconds, 7 days);
    }

    function test_SetCapacity_RevertsWhen_OutOfBounds() public {
        _expectBounds("windowSeconds", 59, 1 minutes, 7 days);
        parameters.setCapacity(ETH, 1, 59);
        _expectBounds("windowSeconds", 7 days + 1, 1 minutes, 7 days);
        parameters.setCapacity(ETH, 1, 7 days + 1);
        _expectBounds("capacityWad", uint256(1) << 128, 0, type(uint128).max);
        parameters.setCapacity(ETH, uint256(1) << 128, 1 minutes);
    }

    function test_Set_RevertsWhen_NotAuthorised() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice);
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        parameters.setConfig(defaults());
        vm.expectRevert(refusal);
        parameters.setCurves(address(curve), address(curve));
        vm.expectRevert(refusal);
        parameters.setCapacity(ETH, 1, 1 minutes);
    }

    function _expect(
        IAuctionParameters.AuctionConfig memory config,
        bytes32 parameter,
        uint256 actual,
        uint256 least,
        uint256 most
    ) private {
        _expectBounds(parameter, actual, least, most);
        parameters.setConfig(config);
    }

    function _expectBounds(bytes32 parameter, uint256 actual, uint256 least, uint256 most) private {
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionParameters.Auction_OutOfBounds.selector, parameter, actual, least, most)
        );
    }
}
