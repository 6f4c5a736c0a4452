// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";

/// @dev The part of an oracle that the breaker and the lens use; its every answer is set by the test. A poke turns the pending views into the stored ones.
contract BreakerOracleMock {
    error BreakerOracleMock_Broken();

    mapping(AssetId => PriceViews) internal _views;
    mapping(AssetId => PriceViews) internal _pending;
    mapping(AssetId => bool) internal _hasPending;
    mapping(AssetId => mapping(uint32 ageSeconds => uint256)) internal _past;
    mapping(AssetId => bool) public isListed;
    uint256 public pokes;
    bool public broken;

    function list(AssetId asset, uint256 midWad) external {
        isListed[asset] = true;
        PriceViews storage views = _views[asset];
        views.lowWad = midWad;
        views.midWad = midWad;
        views.highWad = midWad;
        views.shortTwapWad = midWad;
        views.longTwapWad = midWad;
        views.sigmaSlowWad = 0.8e18;
        views.updatedAt = block.timestamp;
        views.groups = 3;
    }

    function setMid(AssetId asset, uint256 midWad) external {
        _views[asset].midWad = midWad;
    }

    function setGrade(AssetId asset, Grade grade) external {
        _views[asset].grade = grade;
    }

    function setSigma(AssetId asset, uint256 sigmaWad) external {
        _views[asset].sigmaSlowWad = sigmaWad;
    }

    function setLongTwap(AssetId asset, uint256 twapWad) external {
        _views[asset].longTwapWad = twapWad;
    }

    function setUpdatedAt(AssetId asset, uint256 updatedAt) external {
        _views[asset].updatedAt = updatedAt;
    }

    function setPast(AssetId asset, uint32 ageSeconds, uint256 priceWad) external {
        _past[asset][ageSeconds] = priceWad;
    }

    function setBroken(bool broken_) external {
        broken = broken_;
    }

    /// @dev What the next poke will commit.
    function prepareGrade(AssetId asset, Grade grade) external {
        _pending[asset] = _views[asset];
        _pending[asset].grade = grade;
        _hasPending[asset] = true;
    }

    function poke(AssetId[] calldata assets) external {
        ++pokes;
        for (uint256 i; i < assets.length; ++i) {
            if (_hasPending[assets[i]]) _views[assets[i]] = _pending[assets[i]];
            _hasPending[assets[i]] = false;
        }
    }

    function read(AssetId asset) public view returns (PriceViews memory) {
        if (broken) revert BreakerOracleMock_Broken();
        return _views[asset];
    }

    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views) {
        views = new PriceViews[](assets.length);
        for (uint256 i; i < assets.length; ++i) views[i] = read(assets[i]);
    }

    function gradesOf(AssetId[] calldata assets) external view returns (Grade[] memory grades) {
        grades = new Grade[](assets.length);
        for (uint256 i; i < assets.length; ++i) grades[i] = read(assets[i]).grade;
    }

    function twap(AssetId asset, uint32) external view returns (uint256) {
        return _views[asset].longTwapWad;
    }

    function priceAt(AssetId asset, uint32 ageSeconds) external view returns (uint256) {
        return _past[asset][ageSeconds];
    }

    function realisedVariance(AssetId, uint32) external pure returns (uint256) {
        return 0;
    }
}
