// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";

/// @dev The reads that perpetuals and risk make of the oracle; says what a test tells it. An asset is listed once it has a view.
contract RiskOracleMock {
    error MockBroken();

    mapping(AssetId asset => PriceViews) private _views;
    mapping(AssetId asset => bool) public isListed;
    bool public broken;

    function set(AssetId asset, PriceViews calldata views) external {
        isListed[asset] = true;
        _views[asset] = views;
    }

    /// @dev A narrow, calm price.
    function setMid(AssetId asset, uint256 midWad) external {
        isListed[asset] = true;
        PriceViews storage views = _views[asset];
        (views.lowWad, views.midWad, views.highWad) = (midWad, midWad, midWad);
        (views.shortTwapWad, views.longTwapWad) = (midWad, midWad);
        views.updatedAt = block.timestamp;
    }

    function configOf(AssetId) external pure returns (IPriceOracle.AssetConfig memory config) {
        config.shortWindowSeconds = 180;
    }

    function setGrade(AssetId asset, Grade grade) external {
        _views[asset].grade = grade;
    }

    function setBroken(bool broken_) external {
        broken = broken_;
    }

    function read(AssetId asset) public view returns (PriceViews memory views) {
        if (broken) revert MockBroken();
        return _views[asset];
    }

    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views) {
        views = new PriceViews[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) views[i] = read(assets[i]);
    }
}
