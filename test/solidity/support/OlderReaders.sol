// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";

/// @dev How others read prices when they lost money by it, each as simply as it can be told.
library OlderReaders {
    uint256 private constant BPS = 10_000;

    /// @dev One source is the price.
    function single(IPriceSource source) internal view returns (uint256 priceWad) {
        (priceWad, , ) = source.latest();
    }

    /// @dev A reporter is believed within a band around its anchor; beyond, the anchor is.
    function anchored(IPriceSource reporter, IPriceSource anchor, uint256 bandBps) internal view returns (uint256) {
        (uint256 said, uint256 held) = (single(reporter), single(anchor));
        uint256 off = said > held ? said - held : held - said;
        return off * BPS <= held * bandBps ? said : held;
    }

    /// @dev An aggregator that knows no price below its floor.
    function clamped(IPriceSource source, uint256 floorWad) internal view returns (uint256 priceWad) {
        priceWad = single(source);
        if (priceWad < floorWad) priceWad = floorWad;
    }

    /// @dev Whether a loan is beyond `ltvBps` of its collateral.
    function isBeyond(
        uint256 collateral,
        uint256 collateralPrice,
        uint256 debt,
        uint256 debtPrice,
        uint256 ltvBps
    ) internal pure returns (bool) {
        return debt * debtPrice * BPS > collateral * collateralPrice * ltvBps;
    }
}

/// @dev The mean since whoever updated last: a window as short as one likes.
contract MeanSinceUpdate {
    IPriceSource private immutable _source;
    uint256 private _sum;
    uint256 private _sumBefore;
    uint256 private _lastWad;
    uint256 private _updatedAt;
    uint256 private _updatedBefore;

    constructor(IPriceSource source) {
        _source = source;
        _updatedAt = block.timestamp;
        _lastWad = OlderReaders.single(source);
    }

    function update() external {
        (_sumBefore, _updatedBefore) = (_sum, _updatedAt);
        _sum += _lastWad * (block.timestamp - _updatedAt);
        _updatedAt = block.timestamp;
        _lastWad = OlderReaders.single(_source);
    }

    function consult() external view returns (uint256) {
        uint256 sum = _sum + _lastWad * (block.timestamp - _updatedAt);
        uint256 start = block.timestamp == _updatedAt ? _updatedBefore : _updatedAt;
        uint256 sumThen = block.timestamp == _updatedAt ? _sumBefore : _sum;
        return (sum - sumThen) / (block.timestamp - start);
    }
}

/// @dev A failure counts against the source unless less than 1/64 of the gas is left: then it was the caller's fault.
contract GasGuardedReader {
    error NotEnoughGas();

    uint256 public strikes;

    function read(IPriceSource source) external {
        uint256 gasBefore = gasleft();
        try source.latest() {
            return;
        } catch {
            if (gasleft() <= gasBefore / 64) revert NotEnoughGas();
            ++strikes;
        }
    }
}
