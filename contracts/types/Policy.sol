// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Breaker level of an asset, market or domain. Ordered: each level only removes verbs.
enum Level {
    Normal,
    Guarded,
    ReduceOnly,
    Protected,
    Settling
}

/// @notice What somebody wants to do.
enum Action {
    Deposit,
    Close,
    Liquidate,
    Open,
    Withdraw
}

/// @notice What the policy table answers for an action at a level and grade.
/// - Allowed: as in normal times.
/// - Stressed: allowed at stressed initial margin.
/// - ReduceOnly: only what does not worsen the account's maintenance surplus.
/// - SurplusOnly: only what exceeds stressed initial margin, within the limited outflow.
/// - DeepInsolventOnly: liquidation only of accounts insolvent across the whole interval, at half size.
/// - UnaffectedOnly: only accounts without exposure to what is broken.
/// - Denied: not now.
enum Rule {
    Allowed,
    Stressed,
    ReduceOnly,
    SurplusOnly,
    DeepInsolventOnly,
    UnaffectedOnly,
    Denied
}
