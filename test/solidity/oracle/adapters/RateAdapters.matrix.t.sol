// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {Erc4626RateAdapter} from "../../../../contracts/oracle/adapters/Erc4626RateAdapter.sol";
import {HostileProvider} from "../../support/HostileProvider.sol";
import {LstFeed} from "../../support/LstFeed.sol";
import {RateFeed} from "../../support/RateFeed.sol";

contract Erc4626RateMatrixTest is RateFeed {
    uint256 private constant MIN_SUPPLY = 1000e18;

    HostileProvider private _asset;

    function make() internal override returns (IPriceSource) {
        _asset = new HostileProvider();
        say(int256(PRICE), 0, block.timestamp);
        return new Erc4626RateAdapter(IERC4626(address(provider)), MIN_SUPPLY, "vETH", "USD", GROWTH, SLACK);
    }

    function say(int256 priceWad, uint256, uint256) internal override {
        provider.answer(IERC4626.convertToAssets.selector, abi.encode(priceWad));
        provider.answer(IERC20Metadata.decimals.selector, abi.encode(18));
        provider.answer(IERC4626.asset.selector, abi.encode(_asset));
        sayUnits(MIN_SUPPLY, 18);
    }

    function sayUnits(uint256 supply, uint256 assetDecimals) private {
        provider.answer(bytes4(keccak256("totalSupply()")), abi.encode(supply));
        _asset.answer(IERC20Metadata.decimals.selector, abi.encode(assetDecimals));
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IERC4626.convertToAssets.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory selectors) {
        selectors = new bytes4[](3);
        selectors[0] = IERC20Metadata.decimals.selector;
        selectors[1] = IERC4626.asset.selector;
        selectors[2] = bytes4(keccak256("totalSupply()"));
    }

    /// @dev Up, a share is divided further; down, a unit of the asset is worth more.
    function tellUnit(int256 power) internal override {
        uint256 decimals = uint256(18 + power);
        if (power < 0) sayUnits(MIN_SUPPLY, decimals);
        else provider.answer(IERC20Metadata.decimals.selector, abi.encode(decimals));
    }

    function special(Behaviour behaviour) internal override {
        if (behaviour == Behaviour.Hollow) sayUnits(MIN_SUPPLY - 1, 18);
        if (behaviour == Behaviour.Absurd) say(-1, 0, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope scope) internal pure override returns (string memory) {
        return behaviour == Behaviour.Hollow ? "" : super.unfit(behaviour, scope);
    }

    function cases() internal pure override returns (uint256) {
        return 47;
    }
}

contract LstRateMatrixTest is LstFeed {}
