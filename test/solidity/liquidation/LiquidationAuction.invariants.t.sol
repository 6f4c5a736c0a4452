// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuctionParameters} from "../../../contracts/liquidation/IAuctionParameters.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {LiquidationAuction} from "../../../contracts/liquidation/LiquidationAuction.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionBreakerMock} from "../support/AuctionBreakerMock.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";
import {AuctionOracleMock} from "../support/AuctionOracleMock.sol";
import {AuctionRiskMock} from "../support/AuctionRiskMock.sol";
import {AuctionVaultMock} from "../support/AuctionVaultMock.sol";
import {AuctionWaterfallMock} from "../support/AuctionWaterfallMock.sol";
import {Test} from "../support/Test.sol";

/// @dev Moves prices, time and breaker, and tries everything that anyone may try. Each call is first answered by its
/// predicate: what it answers has to happen (invariant 19).
contract AuctionHandler is Test {
    uint256 private constant ACCOUNTS = 4;

    LiquidationAuction private immutable _auction;
    AuctionVaultMock private immutable _vault;
    AuctionRiskMock private immutable _risk;
    AuctionOracleMock private immutable _oracle;
    AuctionBreakerMock private immutable _breaker;
    AuctionWaterfallMock private immutable _waterfall;
    AccountId private immutable _bidder;
    AccountId private immutable _rewardTo;

    /// @dev Rewards by account since the episode began, and when it ends.
    mapping(AccountId account => uint256) public rewards;
    mapping(AccountId account => uint256) public episodeEnd;
    uint256 public disagreements;
    uint256 public secondRewards;
    uint256 public unhealthier;

    constructor(
        LiquidationAuction auction,
        AuctionVaultMock vault,
        AuctionRiskMock risk,
        AuctionOracleMock oracle,
        AuctionBreakerMock breaker,
        AuctionWaterfallMock waterfall,
        AccountId bidder,
        AccountId rewardTo
    ) {
        (_auction, _vault, _risk, _oracle) = (auction, vault, risk, oracle);
        (_breaker, _waterfall, _bidder, _rewardTo) = (breaker, waterfall, bidder, rewardTo);
        for (uint96 i = 0; i < ACCOUNTS; ++i) {
            AccountId account = toAccountId(address(this), i);
            vault.setLots(account, AssetId.wrap(1), i % 2 == 0 ? int64(1_000) : int64(-1_000));
            vault.setLots(account, AssetId.wrap(2), int64(int96(i)) * 10 - 10);
            if (i > 1) vault.setCollateral(account, 2e18);
            int256 equityWad = risk.report(vault.portfolioOf(account), 1e18).equityWad;
            vault.setCash(account, 1_250e18 - equityWad);
        }
    }

    function accountAt(uint256 seed) public view returns (AccountId) {
        return toAccountId(address(this), uint96(seed % ACCOUNTS));
    }

    function move(uint256 ethSeed, uint256 btcSeed, uint256 spreadSeed, uint256 wait) external {
        _oracle.set(AssetId.wrap(1), bound(ethSeed, 1_750e18, 2_250e18));
        _oracle.set(AssetId.wrap(2), bound(btcSeed, 38_000e18, 42_000e18));
        _oracle.setHalfSpread(bound(spreadSeed, 0, 0.004e18));
        _risk.setCollateralPrice(_oracle.midWad(AssetId.wrap(1)));
        vm.warp(block.timestamp + bound(wait, 0, 2_000));
    }

    function halt(uint256 ruleSeed, uint256 elapsed) external {
        // Mostly open.
        Rule[6] memory rules = [
            Rule.Allowed,
            Rule.Allowed,
            Rule.Allowed,
            Rule.Stressed,
            Rule.DeepInsolventOnly,
            Rule.Denied
        ];
        _breaker.set(rules[ruleSeed % 6], Level.Normal);
        _breaker.addInactive(bound(elapsed, 0, 500));
    }

    function topUp(uint256 seed, uint256 amount) external {
        AccountId account = accountAt(seed);
        _vault.moveCash(_bidder, account, bound(amount, 0, 200e18));
    }

    function flag(uint256 seed) public {
        AccountId account = accountAt(seed);
        int256 before = _vault.cashOf(_rewardTo);
        (bool expected, bytes4 reason, uint256 rewardWad) = _auction.canFlag(account);
        try _auction.flag(account, _rewardTo) {
            uint256 paid = uint256(_vault.cashOf(_rewardTo) - before);
            if (!expected || paid != rewardWad) ++disagreements;
            if (paid != 0 && block.timestamp < episodeEnd[account]) ++secondRewards;
            // Until it is released, the episode has no end.
            episodeEnd[account] = type(uint256).max;
        } catch (bytes memory error_) {
            if (expected || reason != bytes4(error_)) ++disagreements;
        }
        _note(account);
    }

    function bid(uint256 seed, uint256 fraction, int256 maxPriceWad) external {
        AccountId account = accountAt(seed);
        if (_auction.auctionOf(account).phase == ILiquidationAuction.Phase.None) flag(seed);
        fraction = bound(fraction, 0, 1e18);
        maxPriceWad = bound(maxPriceWad, -1_000e18, 5_000e18);
        (bool expected, bytes4 reason, uint256 fractionWad, ) = _auction.canBid(
            account,
            _bidder,
            address(this),
            fraction,
            maxPriceWad
        );
        bool solvent = _risk.report(_vault.portfolioOf(account), 1e18).favourableEquityWad > 0;
        int256 surplusBefore = _risk.liquidationSurplus(_vault.portfolioOf(account));
        try _auction.bid(account, _bidder, fraction, maxPriceWad) returns (uint256 taken, int256) {
            if (!expected || taken != fractionWad) ++disagreements;
            if (solvent && _risk.liquidationSurplus(_vault.portfolioOf(account)) < surplusBefore) ++unhealthier;
        } catch (bytes memory error_) {
            bytes4 actual = bytes4(error_);
            // What the predicate leaves to the bid itself: margin ratios, and how far the waterfall reaches.
            bool beyond =
                actual == ILiquidationAuction.Auction_HealthWorsened.selector ||
                    actual == ILiquidationAuction.Auction_PriceAboveLimit.selector;
            if (expected ? !beyond : reason != actual) ++disagreements;
        }
        _note(account);
    }

    function release(uint256 seed) external {
        AccountId account = accountAt(seed);
        (bool expected, bytes4 reason) = _auction.canRelease(account);
        try _auction.release(account) {
            if (!expected) ++disagreements;
        } catch (bytes memory error_) {
            if (expected || reason != bytes4(error_)) ++disagreements;
        }
        _note(account);
    }

    function refresh(uint256 seed) external {
        AccountId account = accountAt(seed);
        (bool expected, bytes4 reason) = _auction.canRefresh(account);
        try _auction.refresh(account) {
            if (!expected) ++disagreements;
        } catch (bytes memory error_) {
            if (expected || reason != bytes4(error_)) ++disagreements;
        }
    }

    function coverResidual(uint256 seed) external {
        AccountId account = accountAt(seed);
        (bool expected, bytes4 reason, ) = _auction.canCoverResidual(account);
        try _auction.coverResidual(account) {
            if (!expected) ++disagreements;
        } catch (bytes memory error_) {
            if (expected || reason != bytes4(error_)) ++disagreements;
        }
        _note(account);
    }

    /// @dev A released account's episode ends after the cool-off.
    function _note(AccountId account) private {
        if (episodeEnd[account] != type(uint256).max) return;
        if (_auction.auctionOf(account).phase != ILiquidationAuction.Phase.None) return;
        (IAuctionParameters.AuctionConfig memory config, , ) = _auction.parameters().settings();
        episodeEnd[account] = block.timestamp + config.coolOffSeconds;
    }
}

contract LiquidationAuctionInvariantsTest is AuctionFixture {
    uint256 private constant ACCOUNTS = 4;
    int256 private constant PURSE_WAD = 10_000e18;

    AuctionHandler private handler;
    int256 private cashWad;

    function setUp() public override {
        super.setUp();
        parameters.setCapacity(ETH, 10_000e18, 10 minutes);
        vault.setCash(waterfall.purse(), PURSE_WAD);
        handler = new AuctionHandler(auction, vault, risk, oracle, breaker, waterfall, bidder, rewardTo);
        vault.setOperator(bob, address(handler));
        targetContract(address(handler));
        cashWad = _sum();
    }

    function invariant_INV14_NeverPaysMoreThanTheWaterfallHolds() public view {
        assertGe(vault.cashOf(waterfall.purse()), 0);
        assertEq(
            vault.cashOf(waterfall.purse()),
            PURSE_WAD + int256(waterfall.penaltiesWad()) - int256(waterfall.paidWad())
        );
    }

    function invariant_INV14_OneRewardPerEpisode() public view {
        assertEq(handler.secondRewards(), 0);
    }

    function invariant_INV19_PredicatesAgreeWithActions() public view {
        assertEq(handler.disagreements(), 0);
    }

    function invariant_ASaleNeverWorsensTheSolvent() public view {
        assertEq(handler.unhealthier(), 0);
    }

    function invariant_CashAndLotsOnlyMove() public view {
        assertEq(_sum(), cashWad);
        int256 lots = vault.lotsOf(bidder, ETH);
        for (uint256 i = 0; i < ACCOUNTS; ++i) lots += vault.lotsOf(handler.accountAt(i), ETH);
        assertEq(lots, 0);
    }

    /// @dev Listed, frozen and known to the waterfall: exactly the accounts whose state says so.
    function invariant_TheListIsTheState() public view {
        uint256 open;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            AccountId account_ = handler.accountAt(i);
            ILiquidationAuction.Phase phase = auction.auctionOf(account_).phase;
            bool isOpen = phase != ILiquidationAuction.Phase.None;
            if (isOpen) ++open;
            assertEq(vault.isFrozen(account_), isOpen);
            assertEq(waterfall.isInsolvent(account_), phase == ILiquidationAuction.Phase.Insolvent);
        }
        assertEq(auction.openCount(), open);
    }

    function _sum() private view returns (int256 sum) {
        sum = vault.cashOf(bidder) + vault.cashOf(rewardTo) + vault.cashOf(waterfall.purse());
        for (uint96 i = 0; i < ACCOUNTS; ++i) sum += vault.cashOf(toAccountId(address(handler), i));
    }
}
