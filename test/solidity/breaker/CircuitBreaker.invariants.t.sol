// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";
import {BreakerOracleMock} from "../support/BreakerOracleMock.sol";
import {Test} from "../support/Test.sol";
import {UptimeFeedMock} from "../support/UptimeFeedMock.sol";

/// @dev Moves time, chain, sequencer, prices, grades and hands at random, and keeps its own count of what must hold.
contract BreakerHandler is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant DOMAIN = AssetId.wrap(0);
    uint256 internal constant PRICE = 2_000e18;

    CircuitBreaker internal immutable _breaker;
    BreakerOracleMock internal immutable _oracle;
    UptimeFeedMock internal immutable _feed;

    bool internal _isDown;
    uint256 internal _turnedAt;
    /// @dev Seconds in which the feed's sequencer was down, and believed to be.
    uint256 public downSeconds;
    /// @dev A view said otherwise after an update of the same moment.
    bool public updateChangedAView;
    /// @dev Held longer than everything that could hold it.
    bool public heldTooLong;

    /// @dev Seconds in which the stored level of ETH was certainly Protected or worse.
    uint256 public certainSeconds;
    uint256 public highestInactive;
    uint256 public lastFall;
    bool public fellEarly;
    bool public fellBack;

    constructor(CircuitBreaker breaker, BreakerOracleMock oracle, UptimeFeedMock feed) {
        _breaker = breaker;
        _oracle = oracle;
        _feed = feed;
        _turnedAt = block.timestamp;
    }

    function pass(uint256 seconds_, bool chainStands) external {
        seconds_ = bound(seconds_, 1, 2 hours);
        uint256 before = block.timestamp;
        if (_breaker.recordOf(ETH).level >= Level.Protected) certainSeconds += seconds_;
        vm.warp(before + seconds_);
        vm.roll(block.number + (chainStands ? 1 : seconds_ / 12 + 1));
        _watch();
    }

    /// @dev "Down" may arrive late; "up" no later than the least grace.
    function turnSequencer(uint16 late) external {
        uint256 startedAt = block.timestamp - bound(late, 0, _isDown ? 5 minutes : 10 minutes);
        if (startedAt < _turnedAt) startedAt = _turnedAt;
        if (_isDown) {
            uint256 lasted = startedAt - _turnedAt;
            downSeconds += lasted < 1 days ? lasted : 1 days;
        }
        _isDown = !_isDown;
        _turnedAt = startedAt;
        _feed.push(_isDown, startedAt);
        // Of more than eight rounds that nobody recorded the oldest would be lost.
        recordChain();
    }

    /// @dev A silence is recorded at once, so that what was said before it stays.
    function silence(uint8 manner) external {
        recordChain();
        _feed.setManner(UptimeFeedMock.Manner(bound(manner, 0, uint256(type(UptimeFeedMock.Manner).max))));
        recordChain();
        _feed.setManner(UptimeFeedMock.Manner.Honest);
        recordChain();
    }

    function recordChain() public {
        uint256 inactive = _breaker.inactiveSeconds(0);
        Level level = _breaker.domainLevel();
        ICircuitBreaker.Liveness memory before = _breaker.liveness();
        _breaker.update(new AssetId[](0));
        ICircuitBreaker.Liveness memory afterwards = _breaker.liveness();
        if (_breaker.inactiveSeconds(0) != inactive || _breaker.domainLevel() != level) updateChangedAView = true;
        if (before.heldUntil != afterwards.heldUntil || before.isHeld != afterwards.isHeld) updateChangedAView = true;
        // Nothing holds for more than a day of a feed's word and the longest grace.
        if (afterwards.isHeld && afterwards.heldUntil > block.timestamp + 25 hours) heldTooLong = true;
        _watch();
    }

    function setGrade(uint8 grade) external {
        _oracle.setGrade(ETH, Grade(bound(grade, 0, 3)));
        _watch();
    }

    function setMid(uint256 mid) external {
        _oracle.setMid(ETH, bound(mid, (PRICE * 7) / 10, (PRICE * 13) / 10));
    }

    function update(bool fresh) external {
        if (fresh) _oracle.setUpdatedAt(ETH, block.timestamp);
        ICircuitBreaker.LevelRecord memory before = _breaker.recordOf(ETH);
        AssetId[] memory assets = new AssetId[](1);
        assets[0] = ETH;
        _breaker.update(assets);
        Level level = _breaker.recordOf(ETH).level;
        if (level < before.level) {
            bool quick = before.level == Level.Guarded || before.cause == ICircuitBreaker.Cause.Grade;
            uint256 required =
                quick
                    ? 10 minutes
                    : before.level == Level.ReduceOnly
                        ? 30 minutes
                        : 60 minutes;
            if (block.timestamp - before.since < required) fellEarly = true;
            if (uint256(before.level) - uint256(level) != 1) fellEarly = true;
            (Level implied, ) = _breaker.impliedLevel(ETH);
            if (implied > level) fellEarly = true;
        }
        _watch();
    }

    function raise(bool ofDomain, uint8 level) external {
        try _breaker.raiseLevel(ofDomain ? DOMAIN : ETH, Level(bound(level, 1, 3))) {} catch {
            return;
        }
        _watch();
    }

    function lower(bool ofDomain, uint8 level) external {
        try _breaker.lowerLevel(ofDomain ? DOMAIN : ETH, Level(bound(level, 0, 2))) {} catch {
            return;
        }
        _watch();
    }

    function downSecondsNow() external view returns (uint256) {
        if (!_isDown) return downSeconds;
        uint256 lasted = block.timestamp - _turnedAt;
        return downSeconds + (lasted < 1 days ? lasted : 1 days);
    }

    /// @dev A gap that nobody recorded may be made up by later blocks; all else never falls.
    function _watch() private {
        if (_breaker.liveness().gapSeconds != 0) return;
        uint256 inactive = _breaker.inactiveSeconds(2);
        if (inactive < highestInactive) fellBack = true;
        highestInactive = inactive;
    }
}

contract CircuitBreakerInvariantsTest is BreakerFixture {
    BreakerHandler internal handler;

    function setUp() public override {
        super.setUp();
        breaker.setChainPace(12, 300);
        UptimeFeedMock feed = new UptimeFeedMock(false, START);
        breaker.setSequencerFeed(address(feed));
        handler = new BreakerHandler(breaker, oracle, feed);
        manager.grantRole(manager.ADMIN_ROLE(), address(handler), 0);
        targetContract(address(handler));
    }

    function invariant_INV10_DepositAndCloseAreNeverDenied() external view {
        for (uint256 bitmap; bitmap < 8; ++bitmap) {
            (Rule deposit, ) = breaker.ruleFor(bitmap, Action.Deposit);
            (Rule close, ) = breaker.ruleFor(bitmap, Action.Close);
            assertEq(uint256(deposit), uint256(Rule.Allowed));
            assertEq(uint256(close), uint256(Rule.Allowed));
        }
    }

    function invariant_INV17_InactiveSecondsNeverFallAndMissNothingStored() external view {
        assertFalse(handler.fellBack());
        assertGe(breaker.inactiveSeconds(2), handler.certainSeconds());
    }

    function invariant_INV17_AnOutageIsCountedAndAnUpdateOnlyWritesDownWhatViewsSay() external view {
        assertFalse(handler.updateChangedAView());
        assertGe(breaker.inactiveSeconds(0), handler.downSecondsNow());
    }

    function invariant_ADownSequencerHoldsTheDomainAndNothingHoldsItForEver() external view {
        ICircuitBreaker.Liveness memory seen = breaker.liveness();
        assertFalse(handler.heldTooLong());
        if (seen.isHeld) assertGe(uint256(breaker.domainLevel()), uint256(Level.Protected));
        bool believed = seen.status == ICircuitBreaker.Sequencer.Down && block.timestamp < seen.since + 1 days;
        if (believed) assertTrue(seen.isHeld);
    }

    function invariant_LevelsFallOneStepAfterTheirTimeAndNeverBelowWhatIsImplied() external view {
        assertFalse(handler.fellEarly());
    }

    function invariant_EffectiveLevelCoversStoredDomainAndGrade() external view {
        Level level = breaker.levelOf(ETH);
        assertGe(uint256(level), uint256(stored(ETH)));
        assertGe(uint256(level), uint256(breaker.domainLevel()));
        assertGe(uint256(level), uint256(oracle.read(ETH).grade));
    }

    /// @dev A walk that fuzz found: seconds for which nobody vouched lay within a raise of the domain, and an outage told of late
    /// took them from both.
    function test_INV17_OutageToldLateWithinARaise() external {
        handler.turnSequencer(14_346);
        handler.pass(7_834_392_259_112_211_273_027_222_478_345_238_582_570_658, true);
        handler.raise(false, 196);
        handler.turnSequencer(4_286);
        handler.turnSequencer(56);
        handler.turnSequencer(205);
        handler.raise(true, 6);
        handler.update(false);
        handler.pass(496_008_251_319_018_479_373_602_431_640_620_703_368_905_158_339_213_183_405, false);
        handler.turnSequencer(15_279);
        assertFalse(handler.fellBack());
    }
}
