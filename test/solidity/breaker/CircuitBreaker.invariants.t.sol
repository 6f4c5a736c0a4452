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

/// @dev Moves time, chain, prices, grades and hands at random, and keeps its own count of what must hold.
contract BreakerHandler is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant DOMAIN = AssetId.wrap(0);
    uint256 internal constant PRICE = 2_000e18;

    CircuitBreaker internal immutable _breaker;
    BreakerOracleMock internal immutable _oracle;

    /// @dev Seconds in which the stored level of ETH or of the domain was certainly Protected or worse.
    uint256 public certainSeconds;
    uint256 public highestInactive;
    uint256 public lastFall;
    bool public fellEarly;
    bool public fellBack;

    constructor(CircuitBreaker breaker, BreakerOracleMock oracle) {
        _breaker = breaker;
        _oracle = oracle;
    }

    function pass(uint256 seconds_, bool chainStands) external {
        seconds_ = bound(seconds_, 1, 2 hours);
        uint256 before = block.timestamp;
        if (_breaker.recordOf(ETH).level >= Level.Protected) certainSeconds += seconds_;
        if (_breaker.recordOf(DOMAIN).level >= Level.Protected) certainSeconds += seconds_;
        vm.warp(before + seconds_);
        vm.roll(block.number + (chainStands ? 1 : seconds_ / 12 + 1));
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

    function _watch() private {
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
        handler = new BreakerHandler(breaker, oracle);
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

    function invariant_LevelsFallOneStepAfterTheirTimeAndNeverBelowWhatIsImplied() external view {
        assertFalse(handler.fellEarly());
    }

    function invariant_EffectiveLevelCoversStoredDomainAndGrade() external view {
        Level level = breaker.levelOf(ETH);
        assertGe(uint256(level), uint256(stored(ETH)));
        assertGe(uint256(level), uint256(breaker.domainLevel()));
        assertGe(uint256(level), uint256(oracle.read(ETH).grade));
    }
}
