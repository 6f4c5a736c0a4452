// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {ICooldownVault} from "./ICooldownVault.sol";

/// @title IInsuranceFund
/// @notice The domain's mutual fund: an ERC-4626 vault on the settlement token whose assets are the cash of one vault
/// account; shares leave after a cooldown, within a window, and are slashable throughout.
/// @dev Owns: shares and counted assets. Trusts: the vault with its cash, the waterfall with its losses. Keeps: invariant
/// 12. Donations change nothing until streamed in. No role can take its assets: they leave by `pay`, by
/// redemption, and to venues, of which at least half of them stays away.
/// Warning: redemptions are withdrawals from the vault, whose outflow limit comes on top of `maxRedeem`.
/// Redemptions wait while the waterfall knows of an open insolvency or a gated shortfall: who leaves last is treated
/// like who leaves first.
interface IInsuranceFund is ICooldownVault {
    /// @notice The fund paid a loss.
    /// @param paidWad WAD of cash moved to `account`.
    /// @param managedAfter Counted assets left, token base units.
    event LossPaid(AccountId indexed account, uint256 paidWad, uint256 managedAfter);

    /// @notice Income went to the waterfall's open deficit or backstop debt before the shareholders. WAD.
    event IncomeDiverted(uint256 amountWad);

    /// @notice The waterfall was wired, once and for all.
    event WaterfallWired(address indexed waterfall);

    /// @notice The allocator of venues was wired, once and for all.
    event VenuesWired(address indexed venues);

    /// @notice Assets left for a venue, token base units. They stay counted.
    event PlacedOut(uint256 assets, uint256 placedAfter);

    /// @notice Assets came back from venues, token base units.
    /// @param counted What of the placed assets they settle; what came less is a loss, what came beyond it income.
    event TakenBack(uint256 counted, uint256 received, uint256 placedAfter);

    /// @notice Only the allocator of venues may call.
    error Insurance_NotVenues(address caller, address venues);
    /// @notice More than lies at home. Token base units.
    error Insurance_NotAtHome(uint256 assets, uint256 home);

    /// @notice Only the waterfall may call.
    error Insurance_NotWaterfall(address caller, address waterfall);
    /// @notice The waterfall is wired already.
    error Insurance_AlreadyWired(address waterfall);

    /// @notice Connects the waterfall. Restricted; works once.
    /// @dev Reverts with `Insurance_AlreadyWired`, `Insurance_ZeroAddress`.
    function wire(address waterfall_) external;

    /// @notice Connects the allocator of venues; without one all assets stay at home. Restricted; works once.
    /// @dev Reverts with `Insurance_AlreadyWired`, `Insurance_ZeroAddress`.
    function wireVenues(address venues_) external;

    /// @notice Sends `assets` that lie at home to the allocator. Only the allocator. Token base units.
    /// @dev Reverts with `Insurance_NotVenues`, `Insurance_NotAtHome`, and where the vault refuses the withdrawal.
    function placeOut(uint256 assets) external;

    /// @notice Takes `received` from the allocator for `counted` of what was placed. Only the allocator. Token base units.
    /// @dev A loss is booked at once; a gain is income. Reverts with `Insurance_NotVenues`.
    function takeBack(uint256 counted, uint256 received) external;

    /// @notice Pays `amountWad` to `account` from the fund, as far as what is at home and what venues pay at once reaches. Only the
    /// waterfall.
    /// @dev The books lose whole token units, rounded up; the rest of the last unit comes back as income. Reverts with
    /// `Insurance_NotWaterfall`.
    /// @return paidWad What was paid, WAD.
    function pay(AccountId account, uint256 amountWad) external returns (uint256 paidWad);

    /// @notice The vault account that holds the fund's cash.
    function account() external view returns (AccountId);

    /// @notice Calls home from venues what is missing for a payment of `amountWad`. Only the waterfall.
    /// @dev Reverts with `Insurance_NotWaterfall`, and with `Venue_OutOfGas` where venues could not be given their gas.
    /// @return payableWad What `pay` would pay of it now, WAD.
    function gather(uint256 amountWad) external returns (uint256 payableWad);

    /// @notice What of the counted assets lies in venues, token base units.
    function placedAssets() external view returns (uint256);

    /// @notice The allocator of venues; zero before `wireVenues`.
    function venues() external view returns (address);

    /// @notice The waterfall; zero before `wire`.
    function waterfall() external view returns (address);
}
