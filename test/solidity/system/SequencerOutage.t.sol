// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {SequencerFeeds} from "../support/SequencerFeeds.sol";

/// @dev A whole domain of real contracts lives through outages of its chain, with Chainlink's own uptime feed.
contract SequencerOutageTest is ProtocolFixture, SequencerFeeds {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant OUTAGE = 78 minutes;
    uint256 internal constant GRACE = OUTAGE / 4;
    /// @dev Of the auction's curve in the fixture.
    uint256 internal constant CURVE_SECONDS = 30 minutes;
    /// @dev Five minutes, and the two seconds in which a healthy chain makes the block that ends a gap.
    uint256 internal constant STOOD_AT = 5 minutes + 2;

    address internal maker = makeAddr("maker");
    address internal early = makeAddr("early");
    address internal careful = makeAddr("careful");
    address internal idle = makeAddr("idle");
    address internal deep = makeAddr("deep");
    address internal feed;
    uint256 internal ethWad = ETH_PRICE;

    function setUp() public override {
        super.setUp();
        feed = deployArbitrumFeed(address(rooms.breaker));
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        fund(maker, 3_000_000e6);
        // All long 40 ether and a tenth of a bitcoin; they differ in what stands behind it.
        fund(early, 17_000e6);
        fund(careful, 19_000e6);
        fund(idle, 19_000e6);
        fund(deep, 17_000e6);
        for (uint256 i; i < 4; ++i) {
            trade([early, careful, idle, deep][i], ETH, 4_000, ETH_PRICE);
            trade([early, careful, idle, deep][i], BTC, 100, BTC_PRICE);
        }
    }

    // --- The world ------------------------------------------------------------------------------------------------

    function accountOf(address owner) internal pure returns (AccountId) {
        return toAccountId(owner, 0);
    }

    function fund(address owner, uint256 amount) internal {
        rooms.usdc.mint(owner, amount);
        vm.startPrank(owner);
        rooms.usdc.approve(address(rooms.vault), amount);
        rooms.vault.deposit(accountOf(owner), address(rooms.usdc), amount);
        vm.stopPrank();
    }

    function trade(address buyer, AssetId asset, uint64 lots, uint256 priceWad) internal {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(accountOf(buyer), accountOf(maker), perpetualOf(asset), lots, priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0] = TradeTerms(accountOf(buyer), 0, 0, false);
        terms[1] = TradeTerms(accountOf(maker), 0, 0, false);
        rooms.vault.applyFills(fills, terms);
    }

    function publish() internal {
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (ETH, BTC);
        for (uint256 i; i < SOURCES; ++i) {
            ethSources[i].set(ethWad, 0, block.timestamp);
            btcSources[i].set(BTC_PRICE, 0, block.timestamp);
        }
        rooms.breaker.update(both);
    }

    /// @dev The chain makes a block every two seconds, keepers publish every minute.
    function live(uint256 seconds_) internal {
        uint256 end = block.timestamp + seconds_;
        while (block.timestamp < end) {
            uint256 step = end - block.timestamp < 60 ? end - block.timestamp : 60;
            vm.warp(block.timestamp + step);
            vm.roll(block.number + step / 2 + 1);
            publish();
        }
    }

    /// @dev Slowly, in steps that no trigger minds, until an account fails.
    function fallUntilFlaggable(address owner) internal {
        (bool ok, ) = canFlag(owner);
        for (uint256 i; i < 60 && !ok; ++i) {
            ethWad -= 10e18;
            live(15 minutes);
            (ok, ) = canFlag(owner);
        }
        assertTrue(ok, "it fell far enough");
    }

    function canFlag(address owner) internal view returns (bool ok, bytes4 reason) {
        (ok, reason, ) = rooms.auction.canFlag(accountOf(owner));
    }

    function assertRefused(address owner, bytes4 expected) internal view {
        (bool ok, bytes4 reason) = canFlag(owner);
        assertFalse(ok);
        assertEq(reason, expected);
    }

    function assertFlaggable(address owner) internal view {
        (bool ok, bytes4 reason) = canFlag(owner);
        assertEq(reason, bytes4(0));
        assertTrue(ok);
    }

    /// @dev Seconds on the clock of an open auction.
    function clockOf(address owner) internal view returns (uint256) {
        ILiquidationAuction.AuctionState memory state = rooms.auction.auctionOf(accountOf(owner));
        uint256 inactive = rooms.breaker.inactiveSeconds(state.assetBitmap) - state.inactiveAtStart;
        return block.timestamp - state.startedAt - inactive;
    }

    // --- The whole story ------------------------------------------------------------------------------------------

    /// @dev Arbitrum: `block.number` is that of L1, so the feed is the only witness. 78 minutes without a block, "down" comes with the
    /// first one, "up" eight minutes later.
    function test_INV17_Outage_ClocksStandAndNobodyIsLiquidatedBeforeItCouldAct() external {
        rooms.breaker.setSequencerFeed(feed);
        fallUntilFlaggable(early);
        rooms.auction.flag(accountOf(early), accountOf(maker));
        live(5 minutes);
        assertEq(clockOf(early), 5 minutes);
        assertRefused(careful, ILiquidationAuction.Auction_Healthy.selector);

        uint256 downAt = block.timestamp;
        uint256 counted = rooms.breaker.inactiveSeconds(6);
        vm.warp(downAt + OUTAGE);
        vm.roll(block.number + OUTAGE / 12);
        tell(feed, true, downAt);
        ethWad -= 60e18;
        live(6 minutes);

        // Down: the price has moved against all, and nothing happens to whoever is not insolvent.
        assertEq(uint256(rooms.breaker.domainLevel()), uint256(Level.Protected));
        assertRefused(careful, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
        assertRefused(idle, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
        (bool ok, bytes4 reason, , , ) = rooms.auction.quote(accountOf(early));
        assertFalse(ok);
        assertEq(reason, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
        assertEq(clockOf(early), 5 minutes);
        vm.expectRevert();
        this.open(careful);

        live(2 minutes);
        tell(feed, false, downAt + OUTAGE);
        assertEq(clockOf(early), 5 minutes);
        // Grace: top up and close. The one who does is safe; the one who does not has had its time.
        fund(careful, 8_000e6);
        closeSome(careful);
        live(GRACE - 8 minutes - 1);
        assertRefused(idle, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
        assertEq(clockOf(early), 5 minutes);
        assertEq(rooms.breaker.inactiveSeconds(6) - counted, OUTAGE + GRACE - 1);

        vm.warp(block.timestamp + 1);
        publish();
        assertEq(uint256(rooms.breaker.domainLevel()), uint256(Level.Normal));
        assertEq(rooms.breaker.inactiveSeconds(6) - counted, OUTAGE + GRACE, "exactly once, over two assets");
        assertEq(clockOf(early), 5 minutes);
        assertRefused(careful, ILiquidationAuction.Auction_Healthy.selector);
        assertFlaggable(idle);
        rooms.auction.flag(accountOf(idle), accountOf(maker));
        (ok, , , , ) = rooms.auction.quote(accountOf(early));
        assertTrue(ok);
        live(3 minutes);
        assertEq(clockOf(early), 8 minutes);
        assertEq(clockOf(idle), 3 minutes);
        vm.prank(maker);
        rooms.auction.bid(accountOf(early), accountOf(maker), WAD, type(int128).max);
    }

    function open(address owner) external {
        trade(owner, ETH, 1, ethWad);
    }

    function closeSome(address owner) internal {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(accountOf(maker), accountOf(owner), perpetualOf(ETH), 100, ethWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0] = TradeTerms(accountOf(owner), 0, 0, true);
        terms[1] = TradeTerms(accountOf(maker), 0, 0, true);
        rooms.vault.applyFills(fills, terms);
    }

    /// @dev Who is insolvent at every price may go during the outage and the grace, half at a time.
    function test_Outage_TheDeeplyInsolventGoAtHalfSize() external {
        rooms.breaker.setSequencerFeed(feed);
        tell(feed, true, block.timestamp);
        ethWad = 1_300e18;
        live(40 minutes);
        assertEq(uint256(rooms.breaker.domainLevel()), uint256(Level.Protected));
        assertFlaggable(deep);
        rooms.auction.flag(accountOf(deep), accountOf(maker));
        for (uint256 phase; phase < 2; ++phase) {
            (bool ok, , , uint256 most, ) = rooms.auction.quote(accountOf(deep));
            assertTrue(ok);
            assertApproxEqAbs(most, 0.5e18, 0.01e18);
            assertEq(clockOf(deep), 0);
            tell(feed, false, block.timestamp);
            live(1 minutes);
        }
    }

    /// @dev Funding charges the seconds before and after, whoever accrues first after the restart, update or not.
    function test_INV17_Outage_FundingIsNotCharged() external {
        rooms.breaker.setSequencerFeed(feed);
        rooms.perps.setFunding(ETH, IPerpMarkets.FundingConfig(3e18, 0.03e18, 0.01e18, 8 hours, 100_000));
        live(10 minutes);
        rooms.perps.accrue(ETH);
        live(10 minutes);
        uint256 downAt = block.timestamp;
        vm.warp(downAt + OUTAGE);
        tell(feed, true, downAt);
        tell(feed, false, downAt + OUTAGE);
        for (uint256 i; i < SOURCES; ++i) ethSources[i].set(ethWad, 0, block.timestamp);
        AssetId[] memory one = new AssetId[](1);
        one[0] = ETH;
        rooms.oracle.poke(one);
        vm.recordLogs();
        rooms.perps.accrue(ETH);
        assertEq(chargedSeconds(), 10 minutes);
        live(GRACE + 7 minutes);
        vm.recordLogs();
        rooms.perps.accrue(ETH);
        assertEq(chargedSeconds(), 7 minutes);
    }

    function chargedSeconds() private returns (uint256 activeSeconds) {
        bytes memory data = vm.getRecordedLogs()[0].data;
        (activeSeconds, , ) = abi.decode(data, (uint256, int256, int256));
    }

    // --- Incident 13 ----------------------------------------------------------------------------------------------

    /// @dev Arbitrum One, 15 December 2023: no blocks for 78 minutes; then blocks that carried a couple of transactions each, while
    /// the backlog was worked off. Here: for 70 minutes a block every two and a half, each filled by keepers.
    /// The older designs: no grace at all, and one of an hour from the restart (as Venus has it). Both let liquidators at an
    /// account before it had a single block of its own, and at auctions that are as far as the wall clock.
    function test_Incident13_ArbitrumStall_StaggeredRestart() external {
        rooms.breaker.setChainPace(2, 300);
        publish();
        fallUntilFlaggable(early);
        rooms.auction.flag(accountOf(early), accountOf(maker));
        live(5 minutes);

        vm.warp(block.timestamp + OUTAGE);
        vm.roll(block.number + 1);
        uint256 restart = block.timestamp;
        ethWad -= 60e18;
        publish();
        live(6 minutes);
        uint256 soldWithoutGrace;
        uint256 soldAfterAnHour;
        while (block.timestamp < restart + 70 minutes) {
            vm.warp(block.timestamp + 150);
            vm.roll(block.number + 1);
            publish();
            // Below maintenance at every price, and not insolvent: what the older designs would sell now.
            bool fails = rooms.risk.liquidationSurplus(rooms.vault.portfolioOf(accountOf(idle))) < 0;
            if (fails) ++soldWithoutGrace;
            if (fails && block.timestamp >= restart + 1 hours) ++soldAfterAnHour;
            assertRefused(idle, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
            assertEq(clockOf(early), STOOD_AT, "no second of it runs");
        }
        assertTrue(soldWithoutGrace > 20, "without a grace from the first blocks on");
        assertTrue(soldAfterAnHour > 3, "with an hour's while the backlog is still worked off");
        ILiquidationAuction.AuctionState memory state = rooms.auction.auctionOf(accountOf(early));
        assertTrue(
            block.timestamp - state.startedAt - OUTAGE > CURVE_SECONDS,
            "their auction is at its largest discount, even without the seconds of the outage itself"
        );

        // The chain is back: there is a grace, in which whoever wants to can act; then liquidation goes on.
        uint256 back = block.timestamp;
        assertRefused(careful, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
        live(5 minutes);
        fund(careful, 8_000e6);
        while (rooms.breaker.domainLevel() != Level.Normal) {
            assertRefused(idle, ILiquidationAuction.Auction_NotDeepInsolvent.selector);
            assertEq(clockOf(early), STOOD_AT);
            live(1 minutes);
        }
        assertTrue(block.timestamp - back > 20 minutes && block.timestamp - back <= 61 minutes, "bounded grace");
        assertRefused(careful, ILiquidationAuction.Auction_Healthy.selector);
        assertFlaggable(idle);
        assertTrue(clockOf(early) <= STOOD_AT + 1 minutes, "its auction goes on where it stood");
    }
}
