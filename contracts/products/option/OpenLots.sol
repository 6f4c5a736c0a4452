// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOptionMarkets} from "./IOptionMarkets.sol";

/// @title OpenLots
/// @notice What is open of a series after the lots of two accounts changed.
library OpenLots {
    /// @notice Long lots of both accounts after less before, added to what is open.
    /// @dev Errors: `Option_LotsNotPreserved`, `Option_OpenLotsUnderflow`.
    function openLotsAfter(IOptionMarkets.LegChange calldata change, uint256 openLots) internal pure returns (uint256) {
        int256 sumBefore = int256(change.firstBefore) + change.secondBefore;
        int256 sumAfter = int256(change.firstAfter) + change.secondAfter;
        if (sumBefore != sumAfter) revert IOptionMarkets.Option_LotsNotPreserved(sumBefore, sumAfter);
        uint256 longBefore = _longLots(change.firstBefore) + _longLots(change.secondBefore);
        uint256 opened = openLots + _longLots(change.firstAfter) + _longLots(change.secondAfter);
        if (opened < longBefore) {
            revert IOptionMarkets.Option_OpenLotsUnderflow(openLots, longBefore + openLots - opened);
        }
        return opened - longBefore;
    }

    function _longLots(int24 lots) private pure returns (uint256) {
        return lots > 0 ? uint24(lots) : 0;
    }
}
