// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {FlowWindow} from "./FlowWindow.sol";
import {GuardianTerms} from "./GuardianTerms.sol";
import {IOutflowLimiter} from "./IOutflowLimiter.sol";

/// @title OutflowLimiter
/// @notice Caps the net outflow of each token per window.
/// @dev Owns: flow windows and limits per token. Trusts: the vault to report every flow with what it holds. Calls
/// nobody. Keeps: invariant 11.
contract OutflowLimiter is IOutflowLimiter, AccessManaged {
    using FlowWindow for FlowWindow.Flow;
    using GuardianTerms for GuardianTerms.Terms;
    using TransientSlot for bytes32;
    using TransientSlot for TransientSlot.Uint256Slot;

    uint256 internal constant BPS = 10_000;

    /// @dev A guardian may slow a token down, never lock it.
    uint256 internal constant MIN_CAP_BPS = 100;

    /// @dev Net outflow per four hours of a token without limits of its own.
    uint16 internal constant DEFAULT_CAP_BPS = 1_500;

    /// @dev Any four hours touch at most two periods, so each gets half of the budget of small withdrawals.
    uint256 internal constant PERIODS_PER_WINDOW = 2;

    /// @param capBps In force until `until`, unix seconds.
    struct Tightening {
        uint16 capBps;
        uint40 until;
        GuardianTerms.Terms terms;
    }

    /// @inheritdoc IOutflowLimiter
    address public vault;

    mapping(address token => FlowWindow.Flow) internal _flows;
    mapping(address token => FlowLimits) internal _limits;
    mapping(address token => Tightening) internal _tightenings;

    modifier onlyVault() {
        if (msg.sender != vault) revert Outflow_NotVault(msg.sender);
        _;
    }

    /// @param authority The AccessManager. Roles: `tightenCap` guardians without delay; all else slow governance.
    constructor(address authority) AccessManaged(authority) {
        if (authority == address(0)) revert Outflow_ZeroAddress();
        _limits[address(0)].capBps = DEFAULT_CAP_BPS;
    }

    // --- Flows ----------------------------------------------------------------------------------------------------

    /// @inheritdoc IOutflowLimiter
    function recordInflow(address token, uint256 amount, uint256 holdingsAfter) external onlyVault {
        FlowWindow.Flow storage flow = _flows[token];
        bool first = flow.total.index == 0;
        if (first) _seedSlot(token).tstore(block.timestamp);
        uint256 holdings = first ? holdingsAfter : FixedPointMathLib.zeroFloorSub(holdingsAfter, amount);
        FlowWindow.Bucket memory total = flow.touch(holdings);
        (uint256 arrived, uint256 left, bool seen) = _passingThrough(token);
        uint256 returned = FixedPointMathLib.min(amount, left);
        uint256 counted = flow.addInflow(total, amount, returned);
        _remember(token, arrived + counted, left - returned);
        if (first || seen) _seed(flow, token, holdingsAfter);
        emit InflowRecorded(token, returned + counted);
    }

    /// @inheritdoc IOutflowLimiter
    function consume(address token, uint256 amount, uint256 holdingsBefore) external onlyVault {
        FlowWindow.Flow storage flow = _flows[token];
        FlowWindow.Bucket memory total = flow.touch(holdingsBefore);
        FlowLimits memory limits = _limitsOf(token);

        uint256 capped = _cappedAvailable(flow, total, limits, holdingsBefore);
        bool small = amount > capped;
        if (small) {
            uint256 smallAvailable = _smallAvailable(flow, limits);
            if (amount > smallAvailable) {
                uint256 most = FixedPointMathLib.max(capped, smallAvailable);
                revert Outflow_LimitExceeded(token, amount, FixedPointMathLib.min(most, holdingsBefore));
            }
            flow.addSmall(total, amount);
        } else {
            (uint256 arrived, uint256 left, ) = _passingThrough(token);
            uint256 passing = FixedPointMathLib.min(amount, arrived);
            flow.addOutflow(total, amount, passing);
            _remember(token, arrived - passing, left + amount - passing);
        }
        _seed(flow, token, FixedPointMathLib.zeroFloorSub(holdingsBefore, amount));
        emit OutflowConsumed(token, amount, small);
    }

    // --- Parameters -----------------------------------------------------------------------------------------------

    /// @inheritdoc IOutflowLimiter
    function wire(address vault_) external restricted {
        if (vault_ == address(0)) revert Outflow_ZeroAddress();
        if (vault != address(0)) revert Outflow_AlreadyWired(vault);
        vault = vault_;
        emit VaultWired(vault_);
    }

    /// @inheritdoc IOutflowLimiter
    function setFlowLimits(address token, FlowLimits calldata limits) external restricted {
        _requireWithin(limits.capBps, MIN_CAP_BPS, BPS);
        _requireWithin(limits.smallAmount, 0, limits.smallBudget / PERIODS_PER_WINDOW);
        emit FlowLimitsSet(token, _ownLimitsOf(token), limits);
        _limits[token] = limits;
    }

    /// @inheritdoc IOutflowLimiter
    function tightenCap(address token, uint256 capBps) external restricted {
        if (token == address(0)) revert Outflow_ZeroAddress();
        uint256 current = _limitsOf(token).capBps;
        if (capBps >= current) revert Outflow_NotATightening(capBps, current);
        _requireWithin(capBps, MIN_CAP_BPS, current);
        Tightening storage tightening = _tightenings[token];
        uint256 nextAt = tightening.terms.nextAt();
        if (nextAt != 0) revert Outflow_TighteningsExhausted(nextAt);

        tightening.capBps = uint16(capBps);
        tightening.until = tightening.terms.start();
        emit CapTightened(token, capBps, tightening.until);
    }

    // --- Views ----------------------------------------------------------------------------------------------------

    /// @inheritdoc IOutflowLimiter
    function available(address token, uint256 holdings) external view returns (uint256 amount) {
        FlowWindow.Flow storage flow = _flows[token];
        FlowLimits memory limits = _limitsOf(token);
        uint256 capped = _cappedAvailable(flow, flow.rolled(), limits, holdings);
        amount = FixedPointMathLib.min(holdings, FixedPointMathLib.max(capped, _smallAvailable(flow, limits)));
    }

    /// @inheritdoc IOutflowLimiter
    function flowLimitsOf(address token) external view returns (FlowLimits memory) {
        return _limitsOf(token);
    }

    /// @inheritdoc IOutflowLimiter
    function usageOf(
        address token,
        uint256 holdings
    ) external view returns (uint256 baseHoldings, uint256 outflow, uint256 inflow, uint256 smallUsed) {
        FlowWindow.Flow storage flow = _flows[token];
        FlowWindow.Bucket memory total = flow.rolled();
        return (flow.referenceHoldings(holdings), total.outflow, flow.settledInflow(total), flow.smallUsed());
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    /// @dev A token begins with what the transaction of its first inflow leaves of it: borrowed tokens that come and go would
    /// else set the measure of a day. Where that leaves nothing, the token has not begun.
    function _seed(FlowWindow.Flow storage flow, address token, uint256 holdings) private {
        if (_seedSlot(token).tload() != block.timestamp) return;
        if (holdings != 0) {
            flow.resample(holdings);
            return;
        }
        flow.forget();
        _remember(token, 0, 0);
    }

    /// @dev The second that a token began in, kept for the transaction.
    function _seedSlot(address token) private pure returns (TransientSlot.Uint256Slot) {
        return bytes32((uint256(1) << 160) | uint256(uint160(token))).asUint256();
    }

    /// @dev Flows of this transaction that no opposite flow made up for yet. Both are in the bucket of now: a transaction
    /// has one time; a record of another time is void, should anything ever keep it.
    /// One word: time 32 | arrived 112 | left 112.
    /// @return arrived Of what came in.
    /// @return left Of what went out.
    /// @return seen Whether anything flowed in this transaction: else it did not begin a token.
    function _passingThrough(address token) private view returns (uint256 arrived, uint256 left, bool seen) {
        uint256 word = _passingSlot(token).tload();
        if (word >> 224 != uint32(block.timestamp)) return (0, 0, false);
        return (uint112(word >> 112), uint112(word), true);
    }

    /// @dev Both are below 2^112: they are parts of what the bucket holds.
    function _remember(address token, uint256 arrived, uint256 left) private {
        _passingSlot(token).tstore((uint256(uint32(block.timestamp)) << 224) | (arrived << 112) | left);
    }

    function _passingSlot(address token) private pure returns (TransientSlot.Uint256Slot) {
        return bytes32(uint256(uint160(token))).asUint256();
    }

    /// @dev What the cap still allows, rounded down: budget + inflow - outflow, and never past what the sums can hold.
    function _cappedAvailable(
        FlowWindow.Flow storage flow,
        FlowWindow.Bucket memory total,
        FlowLimits memory limits,
        uint256 holdings
    ) private view returns (uint256) {
        uint256 budget = (flow.referenceHoldings(holdings) * limits.capBps) / BPS;
        uint256 room = FixedPointMathLib.zeroFloorSub(budget + flow.settledInflow(total), total.outflow);
        return FixedPointMathLib.min(room, FlowWindow.MAX_AMOUNT - total.outflow);
    }

    function _smallAvailable(FlowWindow.Flow storage flow, FlowLimits memory limits) private view returns (uint256) {
        uint256 left = FixedPointMathLib.zeroFloorSub(limits.smallBudget / PERIODS_PER_WINDOW, flow.smallUsed());
        return FixedPointMathLib.min(left, limits.smallAmount);
    }

    function _limitsOf(address token) private view returns (FlowLimits memory limits) {
        limits = _ownLimitsOf(token);
        Tightening storage tightening = _tightenings[token];
        if (block.timestamp < tightening.until && tightening.capBps < limits.capBps) {
            limits.capBps = tightening.capBps;
        }
    }

    function _ownLimitsOf(address token) private view returns (FlowLimits memory) {
        FlowLimits memory own = _limits[token];
        return own.capBps == 0 ? _limits[address(0)] : own;
    }

    function _requireWithin(uint256 actual, uint256 low, uint256 high) private pure {
        if (actual < low || actual > high) revert Outflow_OutOfBounds(actual, low, high);
    }
}
