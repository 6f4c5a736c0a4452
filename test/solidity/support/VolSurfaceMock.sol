// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {SmileSource, SmileWord, packSmile, packSmileFrame} from "../../../contracts/types/SmileWord.sol";

/// @dev One smile for every expiry: 80 % at the money, skewed and curved, of settable level and doubt.
contract VolSurfaceMock {
    uint256 private _atmBps = 8_000;
    uint256 private _spreadBps;
    bool private _absent;

    function set(uint256 atmBps, uint256 spreadBps) external {
        (_atmBps, _spreadBps) = (atmBps, spreadBps);
    }

    function remove() external {
        _absent = true;
    }

    function smilesOf(AssetId, uint40[] calldata expiries) external view returns (SmileWord[] memory words) {
        words = new SmileWord[](expiries.length);
        for (uint256 i; i < words.length; ++i) words[i] = _smile();
    }

    function _smile() private view returns (SmileWord) {
        if (_absent) return SmileWord.wrap(0);
        uint256 frame = SmileWord.unwrap(packSmileFrame(0, _spreadBps, SmileSource.Fallback, 10_000, 1_000, 40_000));
        uint256 q24 = 2 ** 24;
        uint256 smile = SmileWord.unwrap(packSmile((q24 * _atmBps) / 1e4, -int256(q24 / 10), int256(q24 / 5)));
        return SmileWord.wrap(frame | smile);
    }
}
