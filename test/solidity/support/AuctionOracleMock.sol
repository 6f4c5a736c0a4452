// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";

/// @dev Prices as set, with a relative half-spread.
contract AuctionOracleMock {
    mapping(AssetId asset => uint256) public midWad;
    uint256 public halfSpreadWad;
    Grade public grade;

    function set(AssetId asset, uint256 midWad_) external {
        midWad[asset] = midWad_;
    }

    function setHalfSpread(uint256 halfSpreadWad_) external {
        halfSpreadWad = halfSpreadWad_;
    }

    function setGrade(Grade grade_) external {
        grade = grade_;
    }

    function read(AssetId asset) public view returns (PriceViews memory views) {
        views.midWad = midWad[asset];
        views.lowWad = (views.midWad * (1e18 - halfSpreadWad)) / 1e18;
        views.highWad = (views.midWad * (1e18 + halfSpreadWad)) / 1e18;
        views.grade = grade;
    }

    function readMany(AssetId[] calldata assets) external view returns (PriceViews[] memory views) {
        views = new PriceViews[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) views[i] = read(assets[i]);
    }
}
