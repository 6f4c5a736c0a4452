// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {CureAuction} from "../../../contracts/liquidation/CureAuction.sol";
import {ICureAuction} from "../../../contracts/liquidation/ICureAuction.sol";
import {Level, Rule} from "../../../contracts/types/Policy.sol";
import {AuctionFixture} from "../support/AuctionFixture.sol";

contract CureAuctionTest is AuctionFixture {
    CureAuction private cure;

    function setUp() public override {
        super.setUp();
        cure = new CureAuction(address(authority), address(vault), address(risk), address(breaker));
        cure.setConfig(_config());
        // 10 ETH of collateral worth 20,000 (18,000 after haircut), owing 10,000 for 50 seconds.
        vault.setCollateral(account, 10e18);
        vault.setCash(account, -10_000e18);
        vault.setDeficit(account, 10_000e18, block.timestamp - 50);
    }

    function _config() private view returns (ICureAuction.CureConfig memory) {
        return
            ICureAuction.CureConfig({
                shareWad: 0.5e18,
                maxDiscountWad: 0.05e18,
                afterSeconds: 7 days,
                curve: address(curve)
            });
    }

    function _buy(uint256 cashWad, uint256 minAmount) private returns (uint256, uint256) {
        vm.prank(bob);
        return cure.bid(account, bidder, 0, cashWad, minAmount);
    }

    function test_Bid_CuresAndCloses() public {
        (bool ok, ) = cure.canOpen(account);
        assertTrue(ok);
        vm.expectEmit(address(cure));
        emit ICureAuction.CureOpened(account, 10_000e18, 50, ICureAuction.CureState(uint40(block.timestamp), 0, 2));
        cure.open(account);
        vm.warp(block.timestamp + CURVE_SECONDS / 2);
        breaker.addInactive(CURVE_SECONDS / 10);
        (uint256 owedWad, uint256 discountWad) = cure.termsOf(account);
        assertEq(owedWad, 10_000e18);
        assertEq(discountWad, 0.02e18);
        // 10,000 at 1,960 a token.
        uint256 expected = (uint256(10_000e18) * 1e18) / 1_960e18;
        vm.expectEmit(address(cure));
        emit ICureAuction.CollateralSold(account, bidder, 0, expected, 10_000e18, 0.02e18);
        vm.expectEmit(address(cure));
        emit ICureAuction.CureClosed(account);
        (uint256 amount, uint256 cashWad) = _buy(type(uint256).max, expected);
        assertEq(amount, expected);
        assertEq(cashWad, 10_000e18);
        assertEq(vault.cashOf(account), 0);
        assertEq(vault.collateralOf(bidder, 0), expected);
        assertEq(cure.cureOf(account).startedAt, 0);
    }

    function test_Bid_OfAPartLeavesItOpen() public {
        cure.open(account);
        _buy(4_000e18, 0);
        assertEq(vault.collateralOf(bidder, 0), 2e18);
        (uint256 owedWad, ) = cure.termsOf(account);
        assertEq(owedWad, 6_000e18);
    }

    function test_Bid_TakesNoMoreThanIsHeld() public {
        vault.setDecimals(6);
        vault.setCollateral(account, 2e6);
        cure.open(account);
        (uint256 amount, uint256 cashWad) = _buy(type(uint256).max, 0);
        assertEq(amount, 2e6);
        assertEq(cashWad, 4_000e18);
    }

    function test_Open_AtItsBoundaries() public {
        vault.setDeficit(account, 9_000e18, block.timestamp - 7 days);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_NotDue.selector, 9_000e18, 9_000e18));
        cure.open(account);
        vault.setDeficit(account, 9_000e18, block.timestamp - 7 days - 1);
        cure.open(account);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_AlreadyOpen.selector, account));
        cure.open(account);
    }

    function test_Open_AnewForAYoungerDeficit() public {
        cure.open(account);
        vm.warp(block.timestamp + CURVE_SECONDS);
        vault.setDeficit(account, 10_000e18, block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_NotOpen.selector, account));
        cure.termsOf(account);
        cure.open(account);
        (, uint256 discountWad) = cure.termsOf(account);
        assertEq(discountWad, 0);
    }

    function test_Open_RevertsWhen_NotAllowed() public {
        CureAuction bare = new CureAuction(address(authority), address(vault), address(risk), address(breaker));
        vm.expectRevert(ICureAuction.Cure_NotConfigured.selector);
        bare.open(account);
        vault.setFrozen(account, true);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_Frozen.selector, account));
        cure.open(account);
        vault.setFrozen(account, false);
        breaker.set(Rule.DeepInsolventOnly, Level.Protected);
        vm.expectRevert(
            abi.encodeWithSelector(ICureAuction.Cure_BreakerForbids.selector, Rule.DeepInsolventOnly, Level.Protected)
        );
        cure.open(account);
    }

    function _expectBid(bytes memory refusal) private {
        vm.expectRevert(refusal);
        _buy(type(uint256).max, 0);
        (bool ok, bytes4 reason, , ) = cure.canBid(account, bidder, bob, 0, type(uint256).max, 0);
        assertFalse(ok);
        assertEq(reason, bytes4(refusal));
    }

    function test_Bid_RevertsWhen_NotAllowed() public {
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_NotOpen.selector, account));
        cure.open(account);
        breaker.set(Rule.Denied, Level.Settling);
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_BreakerForbids.selector, Rule.Denied, Level.Settling));
        breaker.set(Rule.Allowed, Level.Normal);
        vault.setFrozen(account, true);
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_Frozen.selector, account));
        vault.setFrozen(account, false);
        vault.setFrozen(bidder, true);
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_BidderFrozen.selector, bidder));
        vault.setFrozen(bidder, false);
        risk.setCollateralPrice(0);
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_NoPrice.selector, 0));
        vault.setCollateral(account, 0);
        _expectBid(abi.encodeWithSelector(ICureAuction.Cure_NotHeld.selector, account, 0));
    }

    function test_Bid_RevertsWhen_BidderDoesNotSuit() public {
        cure.open(account);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_NotActable.selector, bidder, address(this)));
        cure.bid(account, bidder, 0, 1e18, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_SelfBid.selector, account));
        cure.bid(account, account, 0, 1e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_TooFewTokens.selector, 5e18, 5e18 + 1));
        _buy(type(uint256).max, 5e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_TooFewTokens.selector, 0, 1));
        _buy(0, 0);
    }

    function test_Bid_RevertsWhen_ItWouldHarm() public {
        // The mock frees 10 % of what is sold, and more is lost at no discount allowed: break that by a larger one.
        ICureAuction.CureConfig memory config = _config();
        config.maxDiscountWad = 0.2e18;
        cure.setConfig(config);
        // Equity 1,000 against 2,000.
        vault.setCash(account, -19_000e18);
        vault.setDeficit(account, 19_000e18, block.timestamp);
        cure.open(account);
        vm.warp(block.timestamp + CURVE_SECONDS);
        // 3.125 ETH (6,250) for 5,000: 1,250 lost, of maintenance a tenth of 6,250 freed.
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_Harms.selector, int256(-1_000e18), int256(-1_625e18)));
        _buy(5_000e18, 0);
    }

    function test_Close_OfACuredAccount() public {
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_NotOpen.selector, account));
        cure.close(account);
        cure.open(account);
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_StillOwes.selector, account, 10_000e18));
        cure.close(account);
        (bool ok, bytes4 reason) = cure.canClose(account);
        assertFalse(ok);
        assertEq(reason, ICureAuction.Cure_StillOwes.selector);
        vault.setDeficit(account, 0, 0);
        (ok, ) = cure.canClose(account);
        assertTrue(ok);
        cure.close(account);
        assertEq(cure.cureOf(account).startedAt, 0);
    }

    function test_SetConfig_WithinBounds() public {
        ICureAuction.CureConfig memory config = _config();
        config.shareWad = 1e18 + 1;
        vm.expectRevert(
            abi.encodeWithSelector(ICureAuction.Cure_OutOfBounds.selector, bytes32("shareWad"), 1e18 + 1, 1e18)
        );
        cure.setConfig(config);
        config = _config();
        config.maxDiscountWad = 0.2e18 + 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                ICureAuction.Cure_OutOfBounds.selector,
                bytes32("maxDiscountWad"),
                0.2e18 + 1,
                0.2e18
            )
        );
        cure.setConfig(config);
        config = _config();
        config.afterSeconds = 365 days + 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                ICureAuction.Cure_OutOfBounds.selector,
                bytes32("afterSeconds"),
                365 days + 1,
                365 days
            )
        );
        cure.setConfig(config);
        config = _config();
        config.curve = alice;
        vm.expectRevert(abi.encodeWithSelector(ICureAuction.Cure_NoCode.selector, alice));
        cure.setConfig(config);
        config = _config();
        config.afterSeconds = 1;
        vm.expectEmit(address(cure));
        emit ICureAuction.CureConfigChanged(_config(), config);
        cure.setConfig(config);
        assertEq(abi.encode(cure.config()), abi.encode(config));
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        cure.setConfig(config);
    }

    function test_New_RevertsWhen_ZeroAddress() public {
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(ICureAuction.Cure_ZeroAddress.selector);
            new CureAuction(
                i == 0 ? address(0) : address(1),
                i == 1 ? address(0) : address(1),
                i == 2 ? address(0) : address(1),
                i == 3 ? address(0) : address(1)
            );
        }
    }

    /// @dev Invariants 4 and 19: the answer holds, and a healthy account stays healthy.
    function testFuzz_INV19_Bid_DoesWhatIsAnswered(uint256 owed, uint256 elapsed, uint256 cash, uint256 least) public {
        owed = bound(owed, 0, 18_000e18);
        vault.setCash(account, -int256(owed));
        vault.setDeficit(account, owed, block.timestamp);
        (bool ok, ) = cure.canOpen(account);
        if (!ok) vm.expectRevert();
        cure.open(account);
        vm.warp(block.timestamp + bound(elapsed, 0, 2 * CURVE_SECONDS));
        cash = bound(cash, 0, 20_000e18);
        least = bound(least, 0, 10e18);
        uint256 expected;
        (ok, , expected, ) = cure.canBid(account, bidder, bob, 0, cash, least);
        if (!ok) {
            vm.expectRevert();
            _buy(cash, least);
            return;
        }
        (uint256 amount, uint256 cashWad) = _buy(cash, least);
        assertEq(amount, expected);
        assertLe(cashWad, cash);
        assertGe(cashWad, (amount * 1_900e18) / WAD);
        assertGe(risk.liquidationSurplus(vault.portfolioOf(account)), 0);
    }
}
