// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {PriceOracle} from "../../../contracts/oracle/PriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";
import {Test} from "../support/Test.sol";

/// @dev Five groups: the first two do what they like, the other three are honest around a moving price.
contract OracleHandler is Test {
    PriceOracle private immutable _oracle;
    OracleMockSource[] private _sources;
    AssetId private constant ETH = AssetId.wrap(1);

    uint256 public price = 2000e18;
    uint256 public honestLow = 2000e18;
    uint256 public honestHigh = 2000e18;
    bool public midOutsideHonest;
    bool public narrowed;
    uint256 public liarsCounted;

    constructor(PriceOracle oracle_, OracleMockSource[] memory sources_) {
        _oracle = oracle_;
        _sources = sources_;
    }

    function observe(uint256 elapsed, uint256 move, uint256 jitter, uint256 lies) external {
        vm.warp(block.timestamp + bound(elapsed, 1, 200));
        price = (price * bound(move, 9_800, 10_200)) / 10_000;
        price = bound(price, 100e18, 100_000e18);
        (honestLow, honestHigh) = (type(uint256).max, 0);
        for (uint256 i = 2; i < 5; ++i) {
            uint256 random = uint256(keccak256(abi.encode(jitter, lies, i)));
            uint256 said = (price * (9_950 + (random % 101))) / 10_000;
            if (said < honestLow) honestLow = said;
            if (said > honestHigh) honestHigh = said;
            _sources[i].set(said, 0, block.timestamp);
        }
        for (uint256 i; i < 2; ++i) _lie(i, lies);
        poke();
        PriceViews memory v = _oracle.read(ETH);
        if (v.updatedAt == block.timestamp && (v.midWad < honestLow || v.midWad > honestHigh)) {
            midOutsideHonest = true;
        }
        if (v.updatedAt == block.timestamp && v.groups == 5) ++liarsCounted;
    }

    /// @dev Mostly both agree on a price at the edge of the honest or at that of the gate, where they count; now and then each
    /// says anything.
    function _lie(uint256 i, uint256 lies) private {
        uint256 random = uint256(keccak256(abi.encode(lies, "kind")));
        if (random % 8 == 0) {
            random = uint256(keccak256(abi.encode(lies, i)));
            _sources[i].set(random % (price * 3), (random >> 128) % price, block.timestamp);
            return;
        }
        uint256 offBps = (random >> 8) % 4 == 0 ? 190 + ((random >> 16) % 21) : (random >> 16) % 150;
        uint256 said =
            (random >> 32) % 2 == 0
                ? (honestHigh * (10_000 + offBps)) / 10_000
                : (honestLow * (10_000 - offBps)) / 10_000;
        _sources[i].set(said, 0, block.timestamp);
    }

    /// @dev Time passes: nobody's interval may narrow.
    function age(uint256 elapsed) external {
        uint256 before = width();
        vm.warp(block.timestamp + bound(elapsed, 1, 2 days));
        if (width() < before) narrowed = true;
    }

    /// @dev A second later one group fewer says the same: its absence must not narrow the interval.
    function remove(uint256 index) external {
        PriceViews memory before = _oracle.read(ETH);
        vm.warp(block.timestamp + 1);
        _sources[bound(index, 0, 4)].set(0, 0, 0);
        poke();
        PriceViews memory v = _oracle.read(ETH);
        // Relative to mid, which moves with the median; the stored spread is in units of 1e-9.
        bool committed = v.updatedAt == block.timestamp;
        bool fresh = before.updatedAt + 1 == block.timestamp;
        if (committed && fresh && v.groups < before.groups) {
            uint256 was = ((before.highWad - before.midWad) * 1e9) / before.midWad;
            if (((v.highWad - v.midWad) * 1e9) / v.midWad + 2 < was) narrowed = true;
        }
    }

    function poke() internal {
        AssetId[] memory list = new AssetId[](1);
        list[0] = ETH;
        _oracle.poke(list);
    }

    function width() internal view returns (uint256) {
        PriceViews memory v = _oracle.read(ETH);
        return v.highWad - v.lowWad;
    }
}

contract PriceOracleInvariantTest is OracleFixture {
    OracleHandler private handler;

    function setUp() public {
        setUpOracle(5);
        poke();
        handler = new OracleHandler(oracle, sources);
        targetContract(address(handler));
    }

    /// @dev The adversaries of the invariants are adversaries: both count in a good part of the observations.
    function test_TheLiarsAreHeard() public {
        for (uint256 i; i < 100; ++i) handler.observe(i, uint256(keccak256(abi.encode(i, "move"))), i, i);
        assertGt(handler.liarsCounted(), 30);
        assertFalse(handler.midOutsideHonest());
    }

    function invariant_INV08_MidStaysInTheHonestRange() public view {
        assertFalse(handler.midOutsideHonest());
    }

    function invariant_INV09_IntervalIsOrderedAndNeverNarrowsByDecay() public view {
        PriceViews memory v = views();
        assertLe(v.lowWad, v.midWad);
        assertLe(v.midWad, v.highWad);
        assertFalse(handler.narrowed());
    }

    function invariant_INV09_WorseGradesForMissingQuorum() public view {
        PriceViews memory v = views();
        if (block.timestamp > v.updatedAt + 3600) assertGrade(v.grade, Grade.Blind);
        if (v.groups < 3) assertLe(v.lowWad, (v.midWad * 98) / 100 + 1);
    }
}
