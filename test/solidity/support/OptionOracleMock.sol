// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";

/// @dev An oracle with one market for all assets: `poke` takes in what the test says of it, `twap` is summed over every
/// observation there ever was.
contract OptionOracleMock {
    struct Seen {
        uint256 time;
        uint256 priceWad;
    }

    mapping(AssetId asset => bool) public isListed;
    uint256 public marketWad;
    Grade public marketGrade;
    bool public silent;
    bool public forgetful;
    uint16 public freshSeconds = 120;
    uint256 public pokes;
    Seen[] private _seen;
    Grade private _grade;

    error MockPokeRefused();
    bool public refusing;

    function list(AssetId asset) external {
        isListed[asset] = true;
    }

    function setMarket(uint256 priceWad) external {
        marketWad = priceWad;
    }

    function setGrade(Grade grade) external {
        marketGrade = grade;
    }

    /// @dev Whether pokes find no consensus.
    function setSilent(bool silent_) external {
        silent = silent_;
    }

    function setForgetful(bool forgetful_) external {
        forgetful = forgetful_;
    }

    function setRefusing(bool refusing_) external {
        refusing = refusing_;
    }

    function setFreshSeconds(uint16 freshSeconds_) external {
        freshSeconds = freshSeconds_;
    }

    function poke(AssetId[] calldata) external {
        if (refusing) revert MockPokeRefused();
        observe();
    }

    function observe() public {
        ++pokes;
        if (silent || (_seen.length != 0 && _seen[_seen.length - 1].time == block.timestamp)) return;
        _seen.push(Seen(block.timestamp, marketWad));
        _grade = marketGrade;
    }

    function read(AssetId) external view returns (PriceViews memory views) {
        views.grade = Grade.Blind;
        if (_seen.length == 0) return views;
        Seen storage last = _seen[_seen.length - 1];
        (views.lowWad, views.midWad, views.highWad) = (last.priceWad, last.priceWad, last.priceWad);
        views.updatedAt = last.time;
        views.grade = _grade == Grade.Firm && block.timestamp > last.time + freshSeconds ? Grade.Wide : _grade;
    }

    function twap(AssetId, uint32 windowSeconds) external view returns (uint256) {
        uint256 from = block.timestamp - windowSeconds;
        if (forgetful || _seen.length == 0 || _seen[0].time > from) return 0;
        int256 mean = logIntegral(from, block.timestamp) / int256(uint256(windowSeconds));
        return uint256(FixedPointMathLib.expWad(mean));
    }

    /// @dev Integral of ln(price) over [from, to), each price holding until the next.
    function logIntegral(uint256 from, uint256 to) public view returns (int256 sum) {
        for (uint256 i = 0; i < _seen.length; ++i) {
            uint256 begins = FixedPointMathLib.max(_seen[i].time, from);
            uint256 ends = i + 1 < _seen.length ? _seen[i + 1].time : to;
            ends = FixedPointMathLib.min(ends, to);
            if (ends > begins) sum += FixedPointMathLib.lnWad(int256(_seen[i].priceWad)) * int256(ends - begins);
        }
    }

    function configOf(AssetId) external view returns (IPriceOracle.AssetConfig memory config) {
        config.freshSeconds = freshSeconds;
    }
}
