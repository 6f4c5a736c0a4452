// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FirstPassage} from "../../../contracts/math/FirstPassage.sol";

/// @dev The library as a contract.
contract FirstPassageHarness {
    function probability(FirstPassage.Law calldata law, uint256 barrierWad) external pure returns (uint256) {
        return FirstPassage.probability(law, barrierWad);
    }

    function barrierOf(uint256 equityRatioWad, bool isShort) external pure returns (uint256) {
        return FirstPassage.barrierOf(equityRatioWad, isShort);
    }
}
