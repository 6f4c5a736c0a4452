// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleHostileSource} from "../support/OracleHostileSource.sol";
import {OracleProxySource} from "../support/OracleProxySource.sol";

/// @dev Every misbehaviour x every slot x every grade x every depth of proxies: 20 x 5 x 4 x 4 = 1,600 cases, each observed
/// three times. `Protocol.matrix` does the same to a whole domain, and acts on what comes of it.
contract PriceOracleMatrixTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);
    uint256 private constant SLOTS = 5;
    /// @dev All modes of the mock, and the loss of its code.
    uint256 private constant NO_CODE = uint256(type(OracleHostileSource.Mode).max) + 1;
    uint256 private constant OBSERVATIONS = 3;
    /// @dev Honest sources differ by so much of the price, bps from the lowest to the highest.
    uint256 private constant HONEST_STEP_BPS = 2;

    OracleHostileSource[] private feeds;

    function honest(uint256 slot) private pure returns (uint256) {
        return (PRICE * (10_000 + HONEST_STEP_BPS * slot - 2 * HONEST_STEP_BPS)) / 10_000;
    }

    /// @dev Five groups behind `depth` proxies each, observed once.
    function build(uint256 depth) private {
        setUpOracle(1);
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](SLOTS);
        for (uint256 i; i < SLOTS; ++i) {
            feeds.push(new OracleHostileSource(PRICE, oracle, BTC));
            IPriceSource source = IPriceSource(address(feeds[i]));
            for (uint256 d; d < depth; ++d) source = new OracleProxySource(source, 0);
            list[i] = sourceConfig(address(source), uint8(i));
        }
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        for (uint256 i; i < SLOTS; ++i) feeds[i].set(OracleHostileSource.Mode.Honest, honest(i));
        oracle.poke(only(BTC));
    }

    /// @dev Two observations that earn the grade; the first `silent` sources say nothing, the others are apart.
    function degrade(Grade grade) private {
        if (grade == Grade.Firm) return;
        uint256 silent =
            grade == Grade.Thin
                ? 3
                : grade == Grade.Blind
                    ? 4
                    : 0;
        for (uint256 n; n < 2; ++n) {
            vm.warp(block.timestamp + 12);
            for (uint256 i; i < SLOTS; ++i) {
                bool quiet = i < silent;
                // Wide: 1.5 % on either side of the middle one.
                uint256 price = grade == Grade.Wide ? (PRICE * (9_700 + 150 * i)) / 10_000 : honest(i);
                if (grade == Grade.Wide && (i == 0 || i == 4)) price = PRICE;
                feeds[i].set(quiet ? OracleHostileSource.Mode.Revert : OracleHostileSource.Mode.Honest, price);
            }
            oracle.poke(only(BTC));
        }
        assertGrade(oracle.read(BTC).grade, grade);
    }

    function misbehave(uint256 slot, uint256 behaviour) private {
        for (uint256 i; i < SLOTS; ++i) {
            if (i != slot) feeds[i].set(OracleHostileSource.Mode.Honest, honest(i));
            else if (behaviour == NO_CODE) vm.etch(address(feeds[i]), "");
            else feeds[i].set(OracleHostileSource.Mode(behaviour), honest(i));
        }
    }

    /// @dev Statements that are wrong, as against silence, which must never be held against a source.
    function isWrong(uint256 behaviour, uint256 depth) private pure returns (bool) {
        if (behaviour == NO_CODE) return false;
        OracleHostileSource.Mode mode = OracleHostileSource.Mode(behaviour);
        // A proxy that decodes reverts on short answers and cuts long ones.
        bool malformed = mode == OracleHostileSource.Mode.Empty || mode == OracleHostileSource.Mode.Short;
        malformed = malformed || mode == OracleHostileSource.Mode.Long;
        if (malformed) return depth == 0;
        bool absurd = mode == OracleHostileSource.Mode.Huge || mode == OracleHostileSource.Mode.Future;
        absurd = absurd || mode == OracleHostileSource.Mode.Negative || mode == OracleHostileSource.Mode.WrongDecimals;
        return absurd || mode == OracleHostileSource.Mode.FlipFlop || mode == OracleHostileSource.Mode.Deviant;
    }

    function check(uint256 slot, uint256 behaviour, uint256 depth, Grade grade) private {
        for (uint256 n; n < OBSERVATIONS; ++n) {
            // Odd steps, so that what flips does.
            vm.warp(block.timestamp + 13);
            misbehave(slot, behaviour);
            oracle.poke(only(BTC));
            PriceViews memory v = oracle.read(BTC);
            assertEq(v.updatedAt, block.timestamp, "one bad source stops nothing");
            assertGe(v.groups, SLOTS - 1);
            assertGe(v.midWad, honest(0), "mid below the honest");
            assertLe(v.midWad, honest(SLOTS - 1), "mid above the honest");
            assertLe(v.lowWad, PRICE, "the interval lost the price");
            assertGe(v.highWad, PRICE, "the interval lost the price");
            assertGrade(v.grade, grade);
        }
        IPriceOracle.SourceStanding[] memory standings = oracle.standingsOf(BTC);
        for (uint256 i; i < SLOTS; ++i) {
            bool held = standings[i].strikes != 0 || standings[i].quarantined;
            if (i == slot) assertEq(held, isWrong(behaviour, depth), "what is held against the source");
            else assertFalse(held, "held against an honest source");
        }
    }

    function run(uint256 depth) private {
        build(depth);
        uint256 fresh = vm.snapshotState();
        uint256 count;
        for (uint256 g; g <= uint256(Grade.Blind); ++g) {
            vm.revertToState(fresh);
            degrade(Grade(g));
            uint256 degraded = vm.snapshotState();
            for (uint256 slot; slot < SLOTS; ++slot) {
                for (uint256 behaviour; behaviour <= NO_CODE; ++behaviour) {
                    vm.revertToState(degraded);
                    check(slot, behaviour, depth, Grade(g));
                    ++count;
                }
            }
            vm.deleteStateSnapshot(degraded);
        }
        assertEq(count, 400);
    }

    function test_Matrix_Direct() public {
        run(0);
    }

    function test_Matrix_BehindOneProxy() public {
        run(1);
    }

    function test_Matrix_BehindTwoProxies() public {
        run(2);
    }

    function test_Matrix_BehindThreeProxies() public {
        run(3);
    }
}
