// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

/// @title ILiquidationAuction
/// @notice Dutch auctions of portfolio slices, and of collateral against a cash deficit.
/// @dev Owns: open auctions. Keeps: invariants 7, 14, 17, 19. (Events, errors, predicates: completed by the room.)
interface ILiquidationAuction {
    /// @notice Phase of an account's auction.
    enum Phase {
        None,
        Solvent,
        Insolvent
    }

    /// @param startedAt Unix seconds of the flag.
    /// @param inactiveAtStart The breaker's inactive seconds over `assetBitmap` at the flag.
    /// @param equityAtFlagWad Equity snapshot that bounds re-marking, WAD.
    /// @param startDiscountWad Discount at the start, WAD.
    struct AuctionState {
        Phase phase;
        uint40 startedAt;
        uint32 assetBitmap;
        uint64 inactiveAtStart;
        int128 equityAtFlagWad;
        uint64 startDiscountWad;
    }

    /// @notice Opens the auction of an account that fails maintenance at the account-favourable prices. Anyone; pays a
    /// flat reward once per episode to `rewardTo`.
    function flag(AccountId account, AccountId rewardTo) external;

    /// @notice `flag` for several; those that cannot be flagged are skipped.
    function flagMany(AccountId[] calldata accounts, AccountId rewardTo) external returns (bool[] memory flagged);

    /// @notice Takes up to `maxFractionWad` of the account into `bidder`, for which the caller may act.
    /// @param maxPriceWad Most the bidder pays for the whole portfolio (scaled by the fraction taken), WAD, signed;
    /// negative = least it must be paid.
    /// @return fractionWad What was taken.
    /// @return paymentWad What the bidder paid, WAD, signed.
    function bid(
        AccountId account,
        AccountId bidder,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external returns (uint256 fractionWad, int256 paymentWad);

    /// @notice Closes the auction of an account that is healthy again. Anyone.
    function release(AccountId account) external;

    /// @notice Whether `flag` would succeed, and if not the selector of the error; with the reward, WAD.
    function canFlag(AccountId account) external view returns (bool ok, bytes4 reason, uint256 rewardWad);

    /// @notice Price now for the whole portfolio, the fraction that may be taken, and whether a bid would succeed.
    function quote(
        AccountId account
    ) external view returns (bool ok, bytes4 reason, int256 priceWad, uint256 maxFractionWad, Phase phase);

    /// @notice The state of an account's auction.
    function auctionOf(AccountId account) external view returns (AuctionState memory);

    /// @notice Number of open auctions, and the account at a position.
    function openCount() external view returns (uint256);
    function openAt(uint256 position) external view returns (AccountId);
}
