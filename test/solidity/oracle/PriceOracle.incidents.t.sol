// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {GasGuardedReader, MeanSinceUpdate, OlderReaders} from "../support/OlderReaders.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";
import {OracleProxySource} from "../support/OracleProxySource.sol";

/// @dev What broke elsewhere, re-enacted on our reading. Each test first shows what the older reading would have said of the
/// same sources, then that ours holds.
contract PriceOracleIncidentsTest is OracleFixture {
    AssetId private constant OTHER = AssetId.wrap(2);

    function setUp() public {
        setUpOracle(5);
        poke();
    }

    /// @dev 12 s later; a value of 0 is silence.
    function say(uint256[5] memory prices) internal {
        vm.warp(block.timestamp + 12);
        for (uint256 i; i < 5; ++i) sources[i].set(prices[i], 0, block.timestamp);
        poke();
    }

    /// @dev The mean of whoever speaks, as after an outlier filter that has run out of sources.
    function meanOfTheSpeaking() internal view returns (uint256 mean) {
        uint256 count;
        for (uint256 i; i < 5; ++i) {
            uint256 price = sources[i].priceWad();
            if (price == 0) continue;
            mean += price;
            ++count;
        }
        mean /= count;
    }

    /// @dev The median of single sources, whoever stands behind them.
    function medianOfSources() internal view returns (uint256) {
        uint256[5] memory words;
        for (uint256 i; i < 5; ++i) {
            uint256 word = sources[i].priceWad();
            uint256 j = i;
            for (; j != 0 && words[j - 1] > word; --j) words[j] = words[j - 1];
            words[j] = word;
        }
        return words[2];
    }

    /// @dev A plain call, decoded by the compiler.
    function readAsBefore(address source) external view returns (uint256 priceWad) {
        (priceWad, , ) = IPriceSource(source).latest();
    }

    /// @dev 2019-06-25, sKRW: two sources down, one wrong by 1000: the filter fell to the mean of what was left.
    function test_Incident01_Synthetix_NeverAMeanOfTwo() public {
        say([PRICE * 1000, PRICE, 0, 0, 0]);
        assertGt(meanOfTheSpeaking(), PRICE * 500);
        PriceViews memory v = views();
        assertEq(v.midWad, PRICE);
        assertEq(v.updatedAt, START);
        say([PRICE * 1000, PRICE, 0, 0, 0]);
        assertGrade(views().grade, Grade.Blind);
        assertEq(views().midWad, PRICE);
    }

    /// @dev 2020-11-26, DAI at 1.30: the reporter and its anchor read the same venue.
    function test_Incident03_Compound_TwoThatMoveTogether() public {
        uint256 high = (PRICE * 13) / 10;
        say([high, high, PRICE, PRICE, PRICE]);
        // The reporter is within a fifth of its anchor: believed, and who owes 70 % of his collateral is sold.
        uint256 naive = OlderReaders.anchored(sources[0], sources[1], 2_000);
        assertTrue(OlderReaders.isBeyond(10, PRICE, 7, naive, 7_500));
        assertFalse(OlderReaders.isBeyond(10, PRICE, 7, views().highWad, 7_500));
        PriceViews memory v = views();
        assertEq(v.midWad, PRICE);
        assertLe(v.highWad, (PRICE * 102) / 100);
        assertEq(v.groups, 3);
        for (uint256 i; i < 2; ++i) assertEq(oracle.standingsOf(ETH)[i].strikes, 1);
    }

    /// @dev 2021-09-20, BTC at 5402: the wrong publishers were honest about their confidence, the consumers did not look.
    function test_Incident04_Pyth_ConfidenceIsReadNotIgnored() public {
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        uint256 wrong = (PRICE * 5_402) / 43_000;
        sources[0].set(wrong, (wrong * 8) / 10, block.timestamp);
        (uint256 naive, , ) = sources[0].latest();
        assertLt(naive, PRICE / 7);
        poke();
        assertEq(views().midWad, PRICE);
        assertEq(views().groups, 4);
        assertEq(oracle.standingsOf(ETH)[0].strikes, 0, "it said that it did not know");
    }

    /// @dev 2022-04-02, INV: a window that was only as long as the last update was old.
    function test_Incident05_Inverse_NoMeanOverLessThanTheWindow() public {
        MeanSinceUpdate older = new MeanSinceUpdate(sources[0]);
        say([PRICE * 2, PRICE * 2, PRICE * 2, PRICE * 2, PRICE * 2]);
        older.update();
        vm.warp(block.timestamp + 1);
        assertEq(older.consult(), PRICE * 2, "a mean of one second");
        assertEq(views().midWad, PRICE * 2, "spot follows");
        assertEq(oracle.twap(ETH, 1800), 0, "twelve seconds are no half hour");
        // Truncated per block: of the doubling, 2 % entered.
        assertLe(views().shortTwapWad, (PRICE * 10_203) / 10_000);
        assertGrade(views().grade, Grade.Wide);
    }

    /// @dev 2022-05-12, LUNA: the feed stood at its floor and went on being a price.
    function test_Incident07_Luna_AFeedAtItsFloorIsNoPrice() public {
        IPriceOracle.SourceConfig[] memory list = oracle.sourcesOf(ETH);
        for (uint256 i; i < 5; ++i) list[i].floorWad = 1;
        list[0].floorWad = 0.11e18;
        oracle.listAsset(OTHER, config(), list, CARDINALITY);
        for (uint256 n; n < 4; ++n) {
            vm.warp(block.timestamp + 1 minutes);
            setAll(0.01e18);
            uint256 naive = OlderReaders.clamped(sources[0], 0.107e18);
            sources[0].set(naive, 0, block.timestamp);
            oracle.poke(only(OTHER));
            // Who brings ten times its worth may borrow nine times of it.
            assertFalse(OlderReaders.isBeyond(1, naive, 9, 0.01e18, 9_000));
            assertTrue(OlderReaders.isBeyond(1, oracle.read(OTHER).highWad, 9, 0.01e18, 9_000));
        }
        assertEq(oracle.read(OTHER).midWad, 0.01e18);
        assertTrue(oracle.standingsOf(OTHER)[0].quarantined);
    }

    /// @dev 2022-08-30, cETH: the new oracle answered with nothing, and decoding nothing reverted everybody.
    function test_Incident08_Compound_AnEmptyAnswerStopsNobody() public {
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        vm.etch(address(sources[0]), hex"00");
        // Decoding nothing reverts, with nothing to say why.
        vm.expectRevert(bytes(""));
        this.readAsBefore(address(sources[0]));
        poke();
        assertEq(views().updatedAt, block.timestamp);
        assertEq(views().groups, 4);
    }

    /// @dev 2024-06-10, sUSDe: five of eleven sources were pools that one trade moved. A group counts once.
    function test_Incident14_UwU_OnePoolIsOneVote() public {
        IPriceOracle.SourceConfig[] memory list = oracle.sourcesOf(ETH);
        // Three of five read the same pool.
        for (uint256 i; i < 3; ++i) list[i].group = 0;
        oracle.listAsset(OTHER, config(), list, CARDINALITY);
        oracle.poke(only(OTHER));
        vm.warp(block.timestamp + 12);
        for (uint256 i; i < 5; ++i) {
            sources[i].set(i < 3 ? (PRICE * 104) / 100 : PRICE, 0, block.timestamp);
        }
        assertEq(medianOfSources(), (PRICE * 104) / 100);
        oracle.poke(only(OTHER));
        assertEq(oracle.read(OTHER).midWad, PRICE);
        assertLe(oracle.read(OTHER).highWad, (PRICE * 102) / 100);
    }

    /// @dev 2025-05-29, deUSD: minutes at 1.0283 in one thin pool were enough for its feed.
    function test_Incident17_Euler_AThinPoolMovesNothingButItself() public {
        for (uint256 n; n < 15; ++n) {
            say([(PRICE * 10_283) / 10_000, PRICE, PRICE, PRICE, PRICE]);
            // A debt of 90.5 % in that token is sold where the limit is 92.5 %.
            assertTrue(OlderReaders.isBeyond(1_000, PRICE, 905, OlderReaders.single(sources[0]), 9_250));
            assertFalse(OlderReaders.isBeyond(1_000, PRICE, 905, views().highWad, 9_250));
            assertEq(views().midWad, PRICE);
            assertLe(views().highWad, (PRICE * 10_010) / 10_000 + 1);
        }
        assertTrue(oracle.standingsOf(ETH)[0].quarantined);
        assertGrade(views().grade, Grade.Firm);
    }

    /// @dev 2025-10-10, USDe at 0.65 on the venue that marked with its own book.
    function test_Incident18_Binance_OneVenueIsNotTheMarket() public {
        say([(PRICE * 65) / 100, PRICE, PRICE, PRICE, PRICE]);
        PriceViews memory v = views();
        // The venue marked with its own book and liquidated at it, also who owed two thirds: see `Protocol.incidents`.
        assertTrue(OlderReaders.isBeyond(100, OlderReaders.single(sources[0]), 66, PRICE, 9_000));
        assertFalse(OlderReaders.isBeyond(100, v.lowWad, 66, PRICE, 9_000));
        assertEq(v.midWad, PRICE);
        assertGe(v.lowWad, (PRICE * 99) / 100);
        assertGrade(v.grade, Grade.Firm);
    }

    /// @dev 2025-11-03, xUSD: a source that never moves is left behind by those that do.
    function test_Incident19_Stream_AHardCodedPriceIsAnOutlier() public {
        for (uint256 n; n < 10; ++n) {
            uint256 falling = (PRICE * (1000 - 8 * (n + 1))) / 1000;
            say([PRICE, falling, falling, falling, falling]);
        }
        // By the price that never moves a loan of 91 % is good; it is not.
        assertFalse(OlderReaders.isBeyond(100, OlderReaders.single(sources[0]), 91, PRICE, 9_200));
        assertTrue(OlderReaders.isBeyond(100, views().midWad, 91, PRICE, 9_200));
        assertEq(views().midWad, (PRICE * 920) / 1000);
        assertEq(views().groups, 4);
        // It could be late, until the market has stood elsewhere for longer than anybody is late.
        for (uint256 n; n < 75; ++n) {
            uint256 fallen = (PRICE * 920) / 1000;
            say([PRICE, fallen, fallen, fallen, fallen]);
        }
        assertTrue(oracle.standingsOf(ETH)[0].quarantined);
    }

    /// @dev 2026-02-15, cbETH: the ratio, 1.12, where 2200 dollars were meant, went live at once. `PriceOracle.shadow` shows
    /// that it never becomes active; meanwhile it moves nothing.
    function test_Incident21_Moonwell_AWrongDimensionNeverCounts() public {
        OracleMockSource wrong = new OracleMockSource(1.12e18);
        oracle.addSource(ETH, sourceConfig(address(wrong), 5));
        for (uint256 n; n < 20; ++n) {
            wrong.set(1.12e18, 0, block.timestamp + 12);
            say([PRICE, PRICE, PRICE, PRICE, PRICE]);
            // Where the new oracle is the price from its first block on, everybody is sold.
            assertTrue(OlderReaders.isBeyond(1_000, OlderReaders.single(wrong), 1, PRICE, 8_000));
            assertFalse(OlderReaders.isBeyond(1_000, views().lowWad, 1, PRICE, 8_000));
            assertEq(views().midWad, PRICE);
            assertEq(views().groups, 5);
        }
        assertEq(oracle.standingsOf(ETH)[5].cleanSeconds, 0);
    }

    /// @dev 2026-03-10, wstETH: a bound on the rate of change became the price. Ours bounds what enters the means and widens
    /// the interval; the mid follows. `Protocol.lst.incidents` has the accounts that were sold.
    function test_Incident22_Aave_ABoundIsNeverThePrice() public {
        uint256 jumped = (PRICE * 108) / 100;
        say([jumped, jumped, jumped, jumped, jumped]);
        PriceViews memory v = views();
        // A reader that takes the bound for the price, here 3 % in three days, sells whoever owes 88 % of the market's.
        uint256 capped = OlderReaders.single(sources[0]);
        if (capped > (PRICE * 103) / 100) capped = (PRICE * 103) / 100;
        assertTrue(OlderReaders.isBeyond(100, capped, 88, jumped, 9_200));
        assertFalse(OlderReaders.isBeyond(100, v.midWad, 88, jumped, 9_200));
        assertLt(v.shortTwapWad, capped);
        assertEq(v.midWad, jumped, "not the bound");
        // ln 1.08 = 7.69 %, 2.69 % beyond what is slow.
        assertGe(v.highWad, (jumped * 10_134) / 10_000, "wider by half of what was too fast");
        assertGrade(v.grade, Grade.Wide);
    }

    /// @dev The guard alone: some gas limit makes a strike of a healthy feed behind two proxies, and none does without them.
    function test_Incident24_Liquity_TheGuardAloneIsPassed() public {
        // Dear enough that what two hops keep back pays for the record of a strike.
        IPriceSource feed = new OracleProxySource(new OracleProxySource(sources[0], 5_000), 0);
        assertGt(strikesBySweep(feed), 0);
        assertEq(strikesBySweep(sources[0]), 0);
    }

    function strikesBySweep(IPriceSource feed) private returns (uint256) {
        GasGuardedReader older = new GasGuardedReader();
        for (uint256 gasLimit = 20_000; gasLimit < 2_000_000; gasLimit += 20_000) {
            (bool success, ) = address(older).call{gas: gasLimit}(abi.encodeCall(older.read, (feed)));
            // Out of gas, or refused: nothing was recorded.
            if (!success) continue;
        }
        return older.strikes();
    }

    /// @dev A guard that keeps 1/64 of the gas back is passed by a proxy that keeps another 1/64: a healthy feed fails.
    function testFuzz_Incident24_Liquity_NoGasLimitFailsAHealthyFeed(uint256 gasLimit) public {
        IPriceSource feed = new OracleProxySource(new OracleProxySource(sources[0], 600), 0);
        IPriceOracle.SourceConfig[] memory list = oracle.sourcesOf(ETH);
        list[0].adapter = address(feed);
        list[0].gasCap = 300_000;
        oracle.listAsset(OTHER, config(), list, CARDINALITY);
        gasLimit = bound(gasLimit, 30_000, 1_500_000);
        (bool success, ) = address(oracle).call{gas: gasLimit}(abi.encodeCall(oracle.poke, (only(OTHER))));
        assertEq(oracle.read(OTHER).groups, success ? 5 : 0);
        assertEq(oracle.standingsOf(OTHER)[0].strikes, 0);
    }
}
