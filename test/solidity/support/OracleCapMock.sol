// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {OracleLstMock} from "./OracleLstMock.sol";

/// @dev The capped rate of 2026: what a token says, or a cap that grows from a snapshot, whichever is lower. Snapshot ratio and
/// time are set by hand; the ratio may rise by 3 % at a time, the time may be any.
contract OracleCapMock is IPriceSource {
    uint256 private constant MAX_STEP_BPS = 300;
    uint256 private constant BPS = 10_000;
    uint256 private constant WAD = 1e18;

    OracleLstMock public immutable token;
    uint256 public immutable growthWadPerYear;
    uint256 public ratioWad;
    uint256 public takenAt;

    constructor(OracleLstMock token_, uint256 growthWadPerYear_) {
        (token, growthWadPerYear) = (token_, growthWadPerYear_);
        (ratioWad, takenAt) = (token_.stEthPerToken(), block.timestamp);
    }

    function setSnapshot(uint256 ratioWad_, uint256 takenAt_) external {
        uint256 limitWad = (ratioWad * (BPS + MAX_STEP_BPS)) / BPS;
        (ratioWad, takenAt) = (ratioWad_ < limitWad ? ratioWad_ : limitWad, takenAt_);
    }

    function capWad() public view returns (uint256) {
        return ratioWad + (ratioWad * growthWadPerYear * (block.timestamp - takenAt)) / (WAD * 365 days);
    }

    function latest() external view returns (uint256 priceWad, uint256, uint256) {
        (priceWad, ) = (token.stEthPerToken(), 0);
        uint256 cap = capWad();
        return (priceWad < cap ? priceWad : cap, 0, block.timestamp);
    }
}
