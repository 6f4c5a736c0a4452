// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Level, Rule} from "../types/Policy.sol";
import {Grade} from "../types/Price.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";

/// @title ILiquidationAuction
/// @notice Dutch auctions of portfolio slices.
/// @dev Owns: open auctions, capacity meters. Trusts: vault, risk engine, breaker, oracle, waterfall, its parameters and
/// curves. Keeps: invariants 7, 14, 17, 19.
///
/// A bidder takes a fraction of everything an account holds and pays for it. Solvent phase: `fraction * equity *
/// (1 - discount)`, the discount growing over the seconds in which somebody could act. Insolvent phase (equity <= 0 at
/// the prices most favourable to the account): the bidder is paid what the slice lacks and a growing incentive, by the
/// waterfall, which is asked before anything is paid out. In doubt (equity > 0 at those prices, but at the mid at most
/// `doubtShareWad` of maintenance): as in the solvent phase for `doubtSeconds` active seconds, then the price falls on,
/// below zero, towards the equity at mid less the largest incentive. The domain pays wherever the price is not positive.
///
/// Equity is read anew at each call. An auction whose account's equity has moved by more than the band since the snapshot
/// (`bandWad` of its exposure), or whose phase has changed, starts again from a new snapshot: what grew on other marks is
/// not used on these. `refresh` does that for its own sake, a bid does it on its way.
///
/// No auction expires: without keepers it stays open at a bounded price.
interface ILiquidationAuction {
    /// @notice Phase of an account's auction.
    enum Phase {
        None,
        Solvent,
        Insolvent,
        Doubtful
    }

    /// @dev Slot 1: 1 + 5 + 5 + 4 + 8 + 5 + 4 = 32 bytes. Slot 2: 16 + 16 bytes.
    /// @param startedAt Unix seconds from which the discount grows: of the snapshot less what it carried on, or of a later
    /// settling of the clock.
    /// @param inactiveAtStart The breaker's inactive seconds over `assetBitmap` then.
    /// @param assetBitmap Underlyings whose outages stop the clock (bit i = asset i): all that the account depended on at
    /// the snapshot, less what was broken and could not save it.
    /// @param startDiscountWad Discount at the start, WAD.
    /// @param rewardableAt Unix seconds from which a flag is rewarded; outlives the auction.
    /// @param position Place in the list of open auctions.
    /// @param equityAtFlagWad Equity at the snapshot, WAD.
    /// @param bandWad How far equity may move from it, WAD.
    struct AuctionState {
        Phase phase;
        uint40 startedAt;
        uint40 inactiveAtStart;
        uint32 assetBitmap;
        uint64 startDiscountWad;
        uint40 rewardableAt;
        uint32 position;
        int128 equityAtFlagWad;
        uint128 bandWad;
    }

    /// @notice What a bid did; the numbers that explain a liquidation.
    /// @param paymentWad Paid by the bidder, WAD, signed; negative = paid to it.
    /// @param discountWad Discount (solvent, in doubt) or incentive (insolvent), WAD.
    /// @param penaltyWad Paid by the account to the penalty pools, WAD.
    /// @param coveredWad Paid by the waterfall, WAD.
    /// @param activeSeconds Seconds for which the discount has grown.
    /// @param inactiveSeconds Seconds since `startedAt` that were not charged.
    struct SaleReceipt {
        Phase phase;
        uint256 fractionWad;
        int256 paymentWad;
        uint256 discountWad;
        uint256 penaltyWad;
        uint256 coveredWad;
        uint256 activeSeconds;
        uint256 inactiveSeconds;
        int256 equityBeforeWad;
        int256 equityAfterWad;
        uint256 initialBeforeWad;
        uint256 initialAfterWad;
        uint256 maintenanceBeforeWad;
        uint256 maintenanceAfterWad;
    }

    /// @notice Price now of an account under auction.
    /// @param restarted Whether phase or marks have changed so that a bid would start the auction again.
    /// @param discountWad Discount on equity (solvent, in doubt) or incentive as a share of maintenance (insolvent), WAD.
    /// @param priceWad Price of the whole portfolio, WAD, signed.
    /// @param takeWad Equity at mid less the price, WAD.
    struct Terms {
        Phase phase;
        bool restarted;
        uint256 activeSeconds;
        uint256 inactiveSeconds;
        uint256 discountWad;
        int256 priceWad;
        int256 takeWad;
    }

    // ---------------------------------------------------------------- events

    /// @notice An account was flagged. WAD; `surplusWad` at the account-favourable prices.
    event AuctionOpened(
        AccountId indexed account,
        AccountId indexed rewardTo,
        address indexed keeper,
        uint256 rewardWad,
        int256 equityWad,
        uint256 maintenanceWad,
        int256 surplusWad
    );

    /// @notice A snapshot was taken: at the flag, when the phase changed, or when equity left the band.
    event AuctionStarted(AccountId indexed account, AuctionState state);

    /// @notice The clock of an auction was set right, its active seconds kept: inactive seconds beyond those that had passed
    /// are forgotten, and assets that are gone, or broken and could not save the account, no longer stop it.
    event ClockSettled(AccountId indexed account, AuctionState state);

    /// @notice An account left the auction.
    /// @param surplusWad Its surplus at the account-favourable prices, WAD.
    /// @param rewardableAt Unix seconds from which a new flag is rewarded.
    event AuctionClosed(AccountId indexed account, int256 surplusWad, uint256 rewardableAt);

    /// @notice A slice went to `bidder`.
    event SliceSold(AccountId indexed account, AccountId indexed bidder, SaleReceipt receipt);

    /// @notice One market's part of a sale, with the price that it was decided on.
    /// @param lots Signed lots of the perpetual that moved; of options the vault's `OptionMoved` tells.
    /// @param notionalWad Notional at mid of all that moved, options by their underlyings, WAD.
    /// @param capacityUsedWad What is counted against the market's capacity afterwards, WAD; 0 where nothing was.
    event MarketSold(
        AccountId indexed account,
        AssetId indexed asset,
        int64 lots,
        uint256 notionalWad,
        uint256 lowWad,
        uint256 midWad,
        uint256 highWad,
        Grade grade,
        uint256 capacityUsedWad
    );

    /// @notice The waterfall was asked for what an account owed that had nothing left. WAD.
    event ResidualCovered(AccountId indexed account, uint256 owedWad, uint256 coveredWad);

    // ---------------------------------------------------------------- errors

    /// @notice A required address is zero.
    error Auction_ZeroAddress();
    /// @notice Curves or parameters are not set yet.
    error Auction_NotConfigured();
    /// @notice The account is under auction.
    error Auction_AlreadyOpen(AccountId account);
    /// @notice The account is not under auction.
    error Auction_NotOpen(AccountId account);
    /// @notice The account passes maintenance at some price that may be true; surplus in WAD.
    error Auction_Healthy(AccountId account, int256 surplusWad);
    /// @notice The account still fails maintenance; surplus in WAD.
    error Auction_StillUnhealthy(AccountId account, int256 surplusWad);
    /// @notice The account holds neither positions nor collateral.
    error Auction_NothingToSell(AccountId account);
    /// @notice The breaker does not allow it now.
    error Auction_BreakerForbids(Rule rule, Level level);
    /// @notice Only accounts insolvent at every price may be liquidated now; favourable equity in WAD.
    error Auction_NotDeepInsolvent(AccountId account, int256 favourableEquityWad);
    /// @notice Neither phase nor marks have changed, and the clock is right.
    error Auction_NothingChanged(AccountId account);
    /// @notice An account does not bid for itself.
    error Auction_SelfBid(AccountId account);
    /// @notice The domain never pays the owner of an insolvent account for taking it over.
    error Auction_OwnerPaidByDomain(AccountId account, AccountId bidder);
    /// @notice The caller may not act for the bidder.
    error Auction_NotActable(AccountId bidder, address caller);
    /// @notice The bidder is under auction itself.
    error Auction_BidderFrozen(AccountId bidder);
    /// @notice The market's capacity is used up; WAD of USD.
    error Auction_NoCapacity(AccountId account);
    /// @notice Less than one lot of the largest position, or less than a thousandth; WAD.
    error Auction_FractionTooSmall(uint256 actualWad, uint256 minimumWad);
    /// @notice A fraction is at most 1e18.
    error Auction_FractionTooLarge(uint256 actualWad, uint256 maximumWad);
    /// @notice The price of the whole portfolio is above the bidder's limit; WAD, signed.
    error Auction_PriceAboveLimit(int256 priceWad, int256 limitWad);
    /// @notice The sale would leave a lower margin ratio. WAD.
    error Auction_HealthWorsened(
        int256 equityBeforeWad,
        uint256 maintenanceBeforeWad,
        int256 equityAfterWad,
        uint256 maintenanceAfterWad
    );
    /// @notice The account owes no cash, or holds something that comes first.
    error Auction_NoResidual(AccountId account, int256 cashWad);
    /// @notice What the account owes is recorded with the waterfall, which repays it by `coverDeficit`; WAD.
    error Auction_ResidualRecorded(AccountId account, uint256 deficitWad);
    // ---------------------------------------------------------------- liquidation

    /// @notice Opens the auction of an account that fails maintenance at the account-favourable prices. Anyone; pays a
    /// flat reward once per episode to `rewardTo`.
    /// @dev An episode lasts from the flag to `coolOffSeconds` after the release. The reward comes from the account, at
    /// most `rewardShareWad` of its equity at mid: an account without equity pays none, nobody pays in its place (a
    /// reward from common means could be farmed with worthless accounts), and who takes it over earns instead.
    /// Reverts with `Auction_NotConfigured`, `Auction_AlreadyOpen`, `Auction_NothingToSell`, `Auction_Healthy`, `Auction_BreakerForbids`,
    /// `Auction_NotDeepInsolvent`, and the vault's errors for a reward account of nobody.
    function flag(AccountId account, AccountId rewardTo) external;

    /// @notice `flag` for several; those that cannot be flagged or read are skipped.
    function flagMany(AccountId[] calldata accounts, AccountId rewardTo) external returns (bool[] memory flagged);

    /// @notice Takes up to `maxFractionWad` of the account into `bidder`, for which the caller may act.
    /// @dev The fraction is limited to what restores the target ratio, to the markets' capacity unless the discount is
    /// small, and to whole lots of the largest position; with options it grows until at most a tenth of it stays behind
    /// for whole lots; small accounts go whole. The bidder must pass initial margin
    /// after it (the vault checks). The account leaves the auction when it passes maintenance.
    /// An owner may bid for its own account with another while it is solvent: it adds margin and pays the penalty to the
    /// pools. While it is insolvent it may not: the domain never pays the owner.
    /// Reverts with `Auction_NotOpen`, `Auction_Healthy` (release it), `Auction_BreakerForbids`,
    /// `Auction_NotDeepInsolvent`, `Auction_NoCapacity`, `Auction_FractionTooSmall`, `Auction_FractionTooLarge`,
    /// `Auction_SelfBid`, `Auction_OwnerPaidByDomain`, `Auction_NotActable`, `Auction_BidderFrozen`,
    /// `Auction_PriceAboveLimit`, `Auction_HealthWorsened`, and the vault's errors.
    /// @param maxPriceWad Most the bidder pays for the whole portfolio (the slice costs its share), WAD, signed; negative =
    /// least it must be paid.
    /// @return fractionWad What was taken.
    /// @return paymentWad What the bidder paid, WAD, signed: the whole lots that moved at mid, less their share of the
    /// discount.
    function bid(
        AccountId account,
        AccountId bidder,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external returns (uint256 fractionWad, int256 paymentWad);

    /// @notice Closes the auction of an account that passes maintenance again. Anyone, in any level.
    /// @dev Reverts with `Auction_NotOpen`, `Auction_StillUnhealthy`.
    function release(AccountId account) external;

    /// @notice Takes a new snapshot of an auction whose phase has changed or whose equity has left the band; else
    /// sets its clock right where more inactive seconds were counted than have passed, or where an asset of its clock is gone,
    /// or broken and could not save the account. Anyone.
    /// @dev The breaker counts an outage once for the domain and once for each asset. What exceeds the outage would hold
    /// the discount at its start for as long again after it. Marks, discount and active seconds stay as they are, so that
    /// nobody moves a price by it. Reverts with `Auction_NotOpen`, `Auction_Healthy`, `Auction_BreakerForbids`, `Auction_NotDeepInsolvent`,
    /// `Auction_NothingChanged`.
    function refresh(AccountId account) external;

    /// @notice Asks the waterfall for what an account owes that holds neither positions nor collateral. Anyone.
    /// @dev What no layer pays is recorded there as an open deficit; under auction, where its options have settled, in place of
    /// what was recorded before. Ends its auction. Reverts with `Auction_NoResidual`,
    /// `Auction_ResidualRecorded`.
    function coverResidual(AccountId account) external;

    // ---------------------------------------------------------------- predicates and views

    /// @notice Whether `flag` would succeed, and if not the selector of the error; with the reward, WAD.
    function canFlag(AccountId account) external view returns (bool ok, bytes4 reason, uint256 rewardWad);

    /// @notice Price now for the whole portfolio, the fraction that may be taken, and whether a bid would succeed.
    function quote(
        AccountId account
    ) external view returns (bool ok, bytes4 reason, int256 priceWad, uint256 maxFractionWad, Phase phase);

    /// @notice Whether `bid` by `caller` would get past everything but the bidder's own margin and the final comparison
    /// of margin ratios; with what it would take and pay.
    function canBid(
        AccountId account,
        AccountId bidder,
        address caller,
        uint256 maxFractionWad,
        int256 maxPriceWad
    ) external view returns (bool ok, bytes4 reason, uint256 fractionWad, int256 paymentWad);

    /// @notice Whether `release` would succeed, and if not the selector of the error.
    function canRelease(AccountId account) external view returns (bool ok, bytes4 reason);

    /// @notice Whether `refresh` would succeed, and if not the selector of the error.
    function canRefresh(AccountId account) external view returns (bool ok, bytes4 reason);

    /// @notice Whether `coverResidual` would succeed, and if not the selector of the error; with what is owed, WAD.
    function canCoverResidual(AccountId account) external view returns (bool ok, bytes4 reason, uint256 owedWad);

    /// @notice The state of an account's auction.
    function auctionOf(AccountId account) external view returns (AuctionState memory);

    /// @notice Number of open auctions.
    function openCount() external view returns (uint256);

    /// @notice The account at a position of the list of open auctions; the order changes as auctions close.
    function openAt(uint256 position) external view returns (AccountId);

    /// @notice What may still be sold of a market at more than the free discount, WAD of USD; the largest number where
    /// it is not metered.
    function capacityLeft(AssetId asset) external view returns (uint256 availableWad);

    /// @notice The parameters; a contract of their own.
    function parameters() external view returns (IAuctionParameters);
}
