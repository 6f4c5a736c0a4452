// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {OutflowLimiter} from "../../../contracts/breaker/OutflowLimiter.sol";
import {Test} from "../support/Test.sol";

/// @dev Plays the vault over two tokens, and keeps every flow in a list: the naive model.
contract OutflowHandler is Test {
    uint256 internal constant WINDOW = 4 hours;
    uint256 internal constant SMALL_BUDGET = 2_000;

    struct FlowEvent {
        uint256 time;
        int256 net;
        bool small;
        uint256 heldBefore;
        uint256 heldAfter;
    }

    OutflowLimiter internal immutable _limiter;
    mapping(address token => FlowEvent[]) internal _events;
    mapping(address token => uint256) public held;
    bool public capBroken;
    bool public smallBroken;
    bool public availableWrong;
    uint256 public taken;

    constructor(OutflowLimiter limiter) {
        _limiter = limiter;
    }

    function token(bool second) public pure returns (address) {
        return second ? address(0xb) : address(0xa);
    }

    function pass(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 3 hours));
    }

    function passLong(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 3 hours, 40 hours));
    }

    function bring(bool second, uint256 amount) external {
        address token_ = token(second);
        amount = bound(amount, 0, 1_000_000);
        uint256 before = held[token_];
        held[token_] = before + amount;
        _limiter.recordInflow(token_, amount, held[token_]);
        _events[token_].push(FlowEvent(block.timestamp, int256(amount), false, before, held[token_]));
    }

    function take(bool second, uint256 amount) external {
        address token_ = token(second);
        _take(token_, bound(amount, 0, held[token_]));
    }

    function takeAll(bool second) external {
        address token_ = token(second);
        uint256 free = _limiter.available(token_, held[token_]);
        if (free < held[token_]) {
            try _limiter.consume(token_, free + 1, held[token_]) {
                availableWrong = true;
            } catch {
                ++taken;
            }
        }
        if (!_take(token_, free)) availableWrong = true;
    }

    function _take(address token_, uint256 amount) private returns (bool took) {
        (, , , uint256 smallBefore) = _limiter.usageOf(token_, held[token_]);
        uint256 before = held[token_];
        try _limiter.consume(token_, amount, before) {} catch {
            return false;
        }
        ++taken;
        held[token_] = before - amount;
        (, , , uint256 smallAfter) = _limiter.usageOf(token_, before);
        bool small = smallAfter != smallBefore;
        _events[token_].push(FlowEvent(block.timestamp, -int256(amount), small, before, held[token_]));
        (int256 net, uint256 smallSum) = _window(token_);
        // A take of nothing is let through at any time, also when inflow that earlier ones were set off against is gone.
        if (!small && amount != 0 && net > int256((_heldADayAgo(token_) * 1_500) / 10_000)) capBroken = true;
        if (smallSum > SMALL_BUDGET) smallBroken = true;
        return true;
    }

    /// @dev Net outflow under the cap, and small outflow, of exactly the last four hours.
    function _window(address token_) private view returns (int256 net, uint256 smallSum) {
        FlowEvent[] storage events = _events[token_];
        for (uint256 i; i < events.length; ++i) {
            if (events[i].time + WINDOW <= block.timestamp) continue;
            if (events[i].small) smallSum += uint256(-events[i].net);
            else net -= events[i].net;
        }
    }

    /// @dev Holdings as the sixth period of four hours before this one began.
    function _heldADayAgo(address token_) private view returns (uint256) {
        uint256 then = (block.timestamp / WINDOW - 6) * WINDOW;
        FlowEvent[] storage events = _events[token_];
        uint256 i = events.length;
        while (i > 0 && events[i - 1].time >= then) --i;
        if (i > 0) return events[i - 1].heldAfter;
        return events[0].net > 0 ? events[0].heldAfter : events[0].heldBefore;
    }
}

contract OutflowLimiterInvariantsTest is Test {
    OutflowHandler internal handler;

    function setUp() public {
        vm.warp(1_700_000_000);
        AccessManager manager = new AccessManager(address(this));
        OutflowLimiter limiter = new OutflowLimiter(address(manager));
        handler = new OutflowHandler(limiter);
        limiter.wire(address(handler));
        IOutflowLimiter.FlowLimits memory limits = IOutflowLimiter.FlowLimits(1_500, 500, 2_000);
        limiter.setFlowLimits(address(0xa), limits);
        limiter.setFlowLimits(address(0xb), limits);
        targetContract(address(handler));
    }

    function invariant_INV11_NetOutflowOfAnyWindowStaysWithinTheBudget() external view {
        assertFalse(handler.capBroken(), "cap");
        assertFalse(handler.smallBroken(), "small budget");
    }

    function invariant_AvailableIsExactlyWhatMayLeave() external view {
        assertFalse(handler.availableWrong());
    }
}
