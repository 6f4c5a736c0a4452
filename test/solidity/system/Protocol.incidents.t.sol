// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {EarlyFlipAuction} from "../support/EarlyFlipAuction.sol";
import {HostileDomain} from "../support/HostileDomain.sol";

/// @dev What broke elsewhere, re-enacted on a whole domain: the older design loses, ours holds.
contract ProtocolIncidentsTest is HostileDomain {
    /// @dev Of an auction's equity: the fixture's largest discount.
    uint256 private constant MAX_DISCOUNT_WAD = 0.5e18;
    uint256 private constant BLOCK = 12;

    function _margin(AccountId account) private view returns (IPortfolioMargin.LiquidationReport memory) {
        return rooms.risk.liquidationReport(rooms.vault.portfolioOf(account));
    }

    function _equity(AccountId account) private view returns (int256) {
        return _margin(account).equityWad;
    }

    /// @dev Prices go on being observed; nobody's bid gets into a block.
    function _congested(uint256 blocks) private {
        for (uint256 i; i < blocks; ++i) observe(BLOCK);
    }

    /// @dev 2020-03-12, Maker: gas at ten times its price, keepers that did not pay it, and a third of all auctions won
    /// by bids of zero.
    function test_Incident02_BlackThursday_ZeroBidsWinNothing() external {
        AccountId account = accountOf(SICK_FLAGGED);
        int256 equityWad = _equity(account);
        assertGt(equityWad, 0);

        // Then: whoever bids anything, when nobody else can, has it.
        EarlyFlipAuction flip = new EarlyFlipAuction();
        flip.kick(uint256(equityWad));
        flip.tend(0);
        vm.warp(block.timestamp + flip.TTL());
        assertEq(flip.deal(), uint256(equityWad), "all of it");
        assertEq(flip.bidWad(), 0, "for nothing");

        // Now: an hour of it, far more than the curve's half hour, and the price stands at its floor.
        _congested(1 hours / BLOCK);
        (bool ok, , int256 priceWad, , ) = rooms.auction.quote(account);
        assertTrue(ok);
        assertGe(priceWad, (_equity(account) * int256(1e18 - MAX_DISCOUNT_WAD)) / 1e18);
        for (int256 offered = 0; offered < priceWad; offered += priceWad / 4) {
            vm.expectRevert(
                abi.encodeWithSelector(ILiquidationAuction.Auction_PriceAboveLimit.selector, priceWad, offered)
            );
            rooms.auction.bid(account, keeper(), 1e18, offered);
        }

        // The first who comes pays it, whatever he would have been content with, and gains no more than the discount.
        int256 before = _equity(keeper());
        equityWad = _equity(account);
        (uint256 fractionWad, ) = rooms.auction.bid(account, keeper(), 1e18, type(int128).max);
        int256 gainWad = _equity(keeper()) - before;
        assertLe(gainWad, (equityWad * int256(MAX_DISCOUNT_WAD)) / 1e18);
        assertGt(fractionWad, 0);
        IPortfolioMargin.LiquidationReport memory left = _margin(account);
        assertGt(left.equityWad, 0, "a surplus for the account");
    }

    /// @dev The same when nobody even observes: the clock stands, so nothing grows cheap that nobody could buy; and what is
    /// not known to fail is not for sale.
    function test_Incident02_BlackThursday_AnOutageIsNoDiscount() external {
        AccountId account = accountOf(SICK_FLAGGED);
        observe(BLOCK);
        (, , int256 before, , ) = rooms.auction.quote(account);
        vm.warp(block.timestamp + 6 hours);
        (bool ok, bytes4 reason, , , ) = rooms.auction.quote(account);
        assertFalse(ok);
        assertEq(bytes32(reason), bytes32(ILiquidationAuction.Auction_Healthy.selector));
        observe(BLOCK);
        // Of the six hours the breaker vouched for at most fifteen minutes.
        int256 priceWad;
        (ok, , priceWad, , ) = rooms.auction.quote(account);
        assertTrue(ok);
        assertGe(priceWad, (before * 7) / 10);
        assertLt(priceWad, before);
    }

    /// @dev Resets work: what fell into insolvency meanwhile is sold anew, from the beginning of its own curve.
    function test_Incident02_BlackThursday_ResetsBeginAnew() external {
        AccountId account = accountOf(SICK_FLAGGED);
        _congested(1 hours / BLOCK);
        for (uint256 i; i < 14; ++i) {
            priceWad = (priceWad * 9_945) / 10_000;
            observe(60);
        }
        int256 equityWad = _equity(account);
        assertLt(equityWad, 0);
        rooms.auction.refresh(account);
        ILiquidationAuction.AuctionState memory state = rooms.auction.auctionOf(account);
        assertEq(uint256(state.phase), uint256(ILiquidationAuction.Phase.Insolvent));
        assertEq(state.startedAt, block.timestamp);
        (bool ok, , int256 askedWad, , ) = rooms.auction.quote(account);
        assertTrue(ok);
        assertEq(askedWad, equityWad, "what it lacks, and no incentive yet");
        rooms.auction.bid(account, keeper(), 1e18, type(int128).max);
        assertLt(lotsOf(SICK_FLAGGED), int64(LOTS));
    }

    /// @dev 2025-10-10, Binance: USDe at 0.65 on the venue that marked collateral with its own book, at 1.00 elsewhere.
    function test_Incident18_Binance_AVenuesOwnMarkLiquidatesNobody() external {
        AccountId[2] memory accounts = [accountOf(NEAR_LONG), accountOf(NEAR_SHORT)];
        uint256[2] memory marksWad = [(priceWad * 65) / 100, (priceWad * 135) / 100];
        for (uint256 side; side < 2; ++side) {
            uint256 start = vm.snapshotState();
            // Then: marked at the venue's own price, the account fails maintenance.
            int256 thereWad = rooms.risk.liquidationSurplusAt(
                rooms.vault.portfolioOf(accounts[side]),
                ETH,
                (marksWad[side] * 1e18) / priceWad
            );
            assertLt(thereWad, 0, "the older mark would have sold it");
            // Now: an hour of it.
            for (uint256 i; i < 60; ++i) {
                vm.warp(block.timestamp + 60);
                speak();
                ethSources[0].set(marksWad[side], 0, block.timestamp);
                rooms.breaker.update(both());
                int256 surplusWad = _margin(accounts[side]).liquidationSurplusWad;
                assertGt(surplusWad, 0);
                vm.expectRevert(
                    abi.encodeWithSelector(ILiquidationAuction.Auction_Healthy.selector, accounts[side], surplusWad)
                );
                rooms.auction.flag(accounts[side], keeper());
            }
            assertEq(uint256(rooms.oracle.read(ETH).grade), uint256(Grade.Firm));
            assertTrue(rooms.oracle.standingsOf(ETH)[0].quarantined);
            // Nobody was kept from trading either.
            mustSettle(MAKER, TAKER, 1, false);
            vm.revertToState(start);
        }
    }
}
