// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev Loss indices in whole wei per lot, as the markets keep them.
contract InsurancePerpsMock {
    mapping(AssetId => mapping(bool longSide => uint256)) public lots;
    mapping(AssetId => mapping(bool longSide => uint256)) public chargedWad;
    uint256 public chargedInAllWad;

    function setLots(AssetId asset, uint256 lots_) external {
        lots[asset][true] = lots_;
        lots[asset][false] = lots_;
    }

    function spreadLoss(AssetId asset, bool longSide, uint256 deficitWad) external returns (uint256 charged) {
        uint256 sideLots = lots[asset][longSide];
        if (sideLots == 0) return 0;
        charged = ((deficitWad + sideLots - 1) / sideLots) * sideLots;
        chargedWad[asset][longSide] += charged;
        chargedInAllWad += charged;
    }
}
