// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IOutflowLimiter
/// @notice Caps the net outflow of each token per window in constant storage.
/// @dev Owns: flow buckets per token. Trusts: the vault to report every flow. Keeps: invariant 11: over any four hours,
/// outflow less inflow of a token stays within its cap's share of the holdings of about a day before, plus the budget
/// of small withdrawals. What comes and goes in one transaction counts by its difference. One token never locks another.
/// All amounts in token base units.
interface IOutflowLimiter {
    /// @notice What a token may lose.
    /// @param capBps Share of the holdings of 24 to 28 hours ago (while the history is shorter: of what the
    /// transaction of the first inflow left) that may leave net in any four hours.
    /// @param smallAmount Largest single withdrawal that may still leave when the cap is used up.
    /// @param smallBudget What such withdrawals may take in any four hours, in sum.
    struct FlowLimits {
        uint16 capBps;
        uint112 smallAmount;
        uint112 smallBudget;
    }

    /// @notice The vault was set.
    event VaultWired(address vault);

    /// @notice Tokens arrived. `counted` is less than what arrived only beyond 2^112.
    event InflowRecorded(address indexed token, uint256 counted);

    /// @notice Tokens left; `small` = on the budget of small withdrawals.
    event OutflowConsumed(address indexed token, uint256 amount, bool small);

    /// @notice Limits of a token changed; the zero address = the default of tokens without their own.
    event FlowLimitsSet(address indexed token, FlowLimits previous, FlowLimits current);

    /// @notice A guardian holds a token's cap at `capBps` until a time.
    event CapTightened(address indexed token, uint256 capBps, uint256 until);

    error Outflow_ZeroAddress();

    /// @notice The vault is set already.
    error Outflow_AlreadyWired(address vault);

    /// @notice Only the vault reports flows.
    error Outflow_NotVault(address caller);

    /// @notice More than may leave now in one piece.
    error Outflow_LimitExceeded(address token, uint256 amount, uint256 available);

    /// @notice A parameter is outside its hard bounds (both inclusive).
    error Outflow_OutOfBounds(uint256 actual, uint256 low, uint256 high);

    /// @notice The cap asked for is not below the cap in force.
    error Outflow_NotATightening(uint256 askedBps, uint256 currentBps);

    /// @notice The three tightenings of 30 days are used up; the next is possible at `nextAt`, unix seconds.
    error Outflow_TighteningsExhausted(uint256 nextAt);

    /// @notice Sets the vault, once.
    function wire(address vault_) external;

    /// @notice Counts tokens that arrived. Only the vault, for which it never reverts.
    /// @param amount Token base units.
    /// @param holdingsAfter What the vault holds of the token afterwards, token base units.
    function recordInflow(address token, uint256 amount, uint256 holdingsAfter) external;

    /// @notice Counts tokens that leave, or refuses with `Outflow_LimitExceeded`. Only the vault.
    /// @dev An amount within the cap uses the cap; only what it refuses uses the budget of small withdrawals.
    /// @param amount Token base units.
    /// @param holdingsBefore What the vault holds of the token before they leave, token base units.
    function consume(address token, uint256 amount, uint256 holdingsBefore) external;

    /// @notice Sets the limits of a token, or with the zero address the default. Slow governance only.
    /// @param limits capBps from 100 to 10,000; smallAmount at most half of smallBudget.
    function setFlowLimits(address token, FlowLimits calldata limits) external;

    /// @notice Holds a token's cap at `capBps` (at least 100) for 72 hours. Guardians; at most three times in any 30
    /// days for each token. Small withdrawals keep their budget.
    function tightenCap(address token, uint256 capBps) external;

    /// @notice What may still leave now in one piece, token base units, rounded down.
    /// @param holdings What the vault holds of the token, token base units; the answer never exceeds it.
    function available(address token, uint256 holdings) external view returns (uint256 amount);

    /// @notice Limits in force for a token, a guardian's tightening included.
    function flowLimitsOf(address token) external view returns (FlowLimits memory);

    /// @notice What the cap is measured against now, and the flows counted in the window.
    /// @param holdings What the vault holds of the token, token base units.
    /// @return baseHoldings Holdings of about a day ago, token base units.
    /// @return outflow Counted against the cap within the window, token base units.
    /// @return inflow Set off against it, token base units.
    /// @return smallUsed Taken by small withdrawals in the current period of four hours, token base units.
    function usageOf(
        address token,
        uint256 holdings
    ) external view returns (uint256 baseHoldings, uint256 outflow, uint256 inflow, uint256 smallUsed);

    /// @notice The vault that reports flows.
    function vault() external view returns (address);
}
