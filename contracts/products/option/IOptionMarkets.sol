// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../types/AssetId.sol";
import {ExpiryWord} from "../../types/ExpiryWord.sol";
import {InstrumentId} from "../../types/InstrumentId.sol";
import {OptionWord} from "../../types/OptionWord.sol";
import {Grade} from "../../types/Price.sol";

/// @title IOptionMarkets
/// @notice Listed expiries of European, cash-settled options: strike grids, open interest, settlement prices, loss
/// indices.
/// @dev Owns: up to 64 expiries at a time, one bit each in an account's header. Trusts: the vault to report every change of
/// position. A series needs no deployment: it is a strike of the grid and a side. Keeps: invariants 2, 13 and 19.
///
/// Listing: anyone lists an expiry; its date has to be in `ListingCalendar`, its strikes follow from the oracle's mid by
/// `StrikeGrid`. Settlement: anyone calls `fix` from 35 minutes before expiry on; when 25 of the 30 minutes before expiry
/// were seen to be Firm, or else 30 minutes in all, anyone settles at their geometric mean. `docs/options.md` has it whole.
interface IOptionMarkets {
    /// @notice An expiry as the vault needs it.
    /// @param settlementPriceWad WAD of USD per unit of the underlying; 0 until it is settled.
    /// @param fixedPriceWad What it will be settled at, WAD; 0 while more time may still count.
    /// @param lossCount How often a loss was spread over one of its series; 0 = none owes anything.
    struct ExpiryMark {
        ExpiryWord expiry;
        uint256 settlementPriceWad;
        uint256 fixedPriceWad;
        uint256 lossCount;
    }

    /// @notice A change of two accounts' positions in one series; lots before and after, signed.
    /// @param slot The expiry's slot, 0..63.
    /// @param joins Accounts of the two that hold no leg of the expiry before and one after. @param leaves The reverse.
    /// @param tradePriceWad Premium of the trade, WAD of USD per unit of the underlying; 0 for a transfer.
    struct LegChange {
        uint8 slot;
        uint8 strikeIndex;
        bool isPut;
        int24 firstBefore;
        int24 firstAfter;
        int24 secondBefore;
        int24 secondAfter;
        uint8 joins;
        uint8 leaves;
        uint256 tradePriceWad;
    }

    /// @notice Options on an underlying at their listing.
    /// @param lotSizeWad Underlying per lot, WAD, fixed for good; a multiple of 1e9, 1e9 to 281474976710655e9.
    /// @param openInterestCapWad Cap of one side's notional over all expiries, calls and puts together, WAD of USD; at most
    /// 2^112 - 1.
    /// @param expiryLimit Expiries that may be listed at a time, 1..32: slots that are kept free for this underlying. 16 hold
    /// all dates of the calendar. At most 64 over all underlyings.
    struct UnderlyingConfig {
        uint256 lotSizeWad;
        uint256 openInterestCapWad;
        uint256 expiryLimit;
    }

    /// @notice An expiry in full.
    /// @param openLots Open lots per side, over all series; 0 from settlement on.
    /// @param holders Accounts with legs in it.
    /// @param coveredSeconds Seconds that the settlement price covers so far.
    /// @param markedAt Unix seconds at which the oracle was last found Firm by `fix`; 0 = never.
    struct ExpiryState {
        ExpiryMark mark;
        uint256 openLots;
        uint256 holders;
        uint256 coveredSeconds;
        uint256 markedAt;
    }

    /// @notice The vault and the loss waterfall became known, for good.
    event Wired(address vault, address waterfall);

    /// @notice Options on an underlying may be listed from now on.
    event UnderlyingListed(AssetId indexed asset, uint256 lotSizeWad, uint256 expiryLimit);

    /// @notice The cap of an underlying changed, WAD of USD.
    event OpenInterestCapSet(AssetId indexed asset, uint256 oldCapWad, uint256 newCapWad);

    /// @notice An expiry was listed in a slot.
    event ExpiryListed(uint8 indexed slot, AssetId indexed asset, uint40 indexed expiry, ExpiryWord word);

    /// @notice A change of positions was counted.
    /// @param seriesLots Open lots per side of the series after it.
    /// @param underlyingLots Open lots per side of all expiries of the underlying after it.
    /// @param holders Accounts with legs in the expiry after it.
    event PositionsRecorded(
        uint8 indexed slot,
        uint8 strikeIndex,
        bool isPut,
        uint256 seriesLots,
        uint256 underlyingLots,
        uint256 holders
    );

    /// @notice The oracle was found Firm on the way to a settlement price.
    /// @param addedSeconds Seconds that this added to what is covered. @param coveredSeconds Covered after it.
    /// @param logSecondsWad Integral of ln(price / 1 USD) over what is covered, WAD * seconds.
    event Marked(uint8 indexed slot, uint256 addedSeconds, uint256 coveredSeconds, int256 logSecondsWad);

    /// @notice An expiry got its settlement price, for good.
    event ExpirySettled(uint8 indexed slot, AssetId indexed asset, uint40 indexed expiry, uint256 settlementPriceWad);

    /// @notice Accounts left a settled expiry.
    event HoldersLeft(uint8 indexed slot, uint256 accounts, uint256 holders);

    /// @notice An expiry that nobody holds any more gave its slot back.
    event ExpiryRetired(uint8 indexed slot, AssetId indexed asset, uint40 indexed expiry);

    /// @notice A loss was spread over the open lots of one side of a series.
    /// @param perLotWad Charge per lot, WAD of cash, rounded up to a multiple of 1e9.
    event LossSpread(
        uint8 indexed slot,
        uint8 indexed strikeIndex,
        bool indexed isPut,
        bool longSide,
        uint256 deficitWad,
        uint256 chargedWad,
        uint256 perLotWad
    );

    /// @notice `wire` was called before.
    error Option_AlreadyWired();

    /// @notice An address that must exist is zero.
    error Option_ZeroAddress();

    /// @notice The caller is not the one contract that may do this.
    error Option_WrongCaller(address caller, address allowed);

    /// @notice The asset is no underlying, or the oracle does not know it.
    error Option_NotAnUnderlying(AssetId asset);

    /// @notice Options on the asset are listed already.
    error Option_UnderlyingAlreadyListed(AssetId asset);

    /// @notice Options on the asset are not listed.
    error Option_UnderlyingNotListed(AssetId asset);

    /// @notice A parameter lies outside its bounds.
    error Option_OutOfBounds(uint256 actual, uint256 least, uint256 most);

    /// @notice The lot size is no multiple of the unit in which it is kept. Both WAD.
    error Option_LotSizeNotWhole(uint256 lotSizeWad, uint256 unitWad);

    /// @notice The underlyings would be promised more slots than there are.
    error Option_SlotsPromised(uint256 promised, uint256 slots);

    /// @notice The cap would rise, which this function may not do. WAD of USD.
    error Option_CapNotLower(uint256 newCapWad, uint256 capWad);

    /// @notice The calendar has no expiry at this time, or it is too near or too far ahead.
    error Option_NotAListingDate(uint256 expiry, uint256 nowSeconds);

    /// @notice The expiry is listed already.
    error Option_AlreadyListed(AssetId asset, uint40 expiry);

    /// @notice The underlying has all the expiries that it may have at a time; those that are over can be retired.
    error Option_TooManyExpiries(AssetId asset, uint256 limit);

    /// @notice The oracle does not answer Firm.
    error Option_NotFirm(AssetId asset, Grade grade);

    /// @notice The price is so small or large that a strike grid cannot hold it.
    error Option_PriceOutOfRange(uint256 midWad);

    /// @notice No expiry is listed in the slot.
    error Option_NoSuchSlot(uint8 slot);

    /// @notice The instrument is no option, or not one that is listed.
    error Option_NotListed(InstrumentId instrument);

    /// @notice Lots appear or vanish: the sums of both accounts before and after differ.
    error Option_LotsNotPreserved(int256 sumBefore, int256 sumAfter);

    /// @notice More lots are closed than are open.
    error Option_OpenLotsUnderflow(uint256 openLots, uint256 closedLots);

    /// @notice More accounts leave than hold legs.
    error Option_HoldersUnderflow(uint256 holders, uint256 leaving);

    /// @notice The trade would lift open interest beyond its cap. WAD of USD.
    error Option_OpenInterestCap(uint256 notionalWad, uint256 capWad);

    /// @notice There is no trading at or after expiry.
    error Option_Expired(uint8 slot, uint40 expiry);

    /// @notice The expiry is not over yet.
    error Option_NotExpired(uint8 slot, uint40 expiry);

    /// @notice The expiry has its settlement price.
    error Option_Settled(uint8 slot);

    /// @notice The expiry has no settlement price yet.
    error Option_NotSettled(uint8 slot);

    /// @notice It is too early to gather a settlement price. Unix seconds.
    error Option_FixingNotOpen(uint8 slot, uint256 opensAt);

    /// @notice Losses at expiry are given time to be found.
    error Option_SettlementNotDue(uint8 slot, uint256 dueAt);

    /// @notice An insolvent account is being sold, and may hold options of the expiry: settlement waits, but no longer than
    /// until `waitsUntil`, unix seconds.
    error Option_InsolvencyOpen(uint8 slot, uint256 waitsUntil);

    /// @notice The settlement price is complete: `settle`.
    error Option_FixingComplete(uint8 slot, uint256 coveredSeconds);

    /// @notice The settlement price does not cover enough time yet, or the last minutes before expiry can still be added.
    error Option_FixingIncomplete(uint8 slot, uint256 coveredSeconds);

    /// @notice Accounts hold legs in the expiry.
    error Option_StillHeld(uint8 slot, uint256 holders);

    /// @notice Names the vault and the loss waterfall; works once. Restricted.
    /// @dev Errors: `Option_AlreadyWired`, `Option_ZeroAddress`.
    function wire(address vault_, address waterfall_) external;

    /// @notice Opens options on an underlying. Restricted.
    /// @dev Errors: `Option_UnderlyingAlreadyListed`, `Option_NotAnUnderlying`, `Option_LotSizeNotWhole`,
    /// `Option_OutOfBounds`, `Option_SlotsPromised`.
    function listUnderlying(AssetId asset, UnderlyingConfig calldata config) external;

    /// @notice Sets the cap of an underlying, WAD of USD, rising or falling. Restricted.
    /// @dev Open positions stay; above the cap they can only shrink. Errors: `Option_UnderlyingNotListed`,
    /// `Option_OutOfBounds`.
    function setOpenInterestCap(AssetId asset, uint256 capWad) external;

    /// @notice Lowers the cap of an underlying, WAD of USD: for guardians. Restricted.
    /// @dev Errors: `Option_UnderlyingNotListed`, `Option_CapNotLower`.
    function lowerOpenInterestCap(AssetId asset, uint256 capWad) external;

    /// @notice Lists an expiry with its strikes. Anyone may call; nothing in it is the caller's choice but the date and,
    /// within a step of the grid, the moment.
    /// @dev The oracle must be Firm. The grid stays as it is: where the market leaves it, later expiries have other strikes.
    /// Errors: `Option_UnderlyingNotListed`, `Option_NotAListingDate`, `Option_AlreadyListed`, `Option_TooManyExpiries`,
    /// `Option_NotFirm`, `Option_PriceOutOfRange`.
    /// @param expiry Unix seconds.
    /// @return slot Where it is: the lowest free one.
    function listExpiry(AssetId asset, uint40 expiry) external returns (uint8 slot);

    /// @notice Pokes the oracle and, if it is Firm now, counts the time since it last was found so towards the settlement
    /// price. Anyone may call, from 35 minutes before expiry on.
    /// @dev Time counts between two marks no further apart than the oracle's `freshSeconds`, 5 minutes at most: then the
    /// price can have been neither stale nor worse than Firm in between. Not Firm now, nothing happens: a later call may still
    /// cover it. Of the time that counts nobody can leave anything out by calling more often. Errors: `Option_NoSuchSlot`,
    /// `Option_Settled`, `Option_FixingNotOpen`, `Option_FixingComplete`, and what `IPriceOracle.poke` reverts with.
    /// @return coveredSeconds Seconds covered now.
    function fix(uint8 slot) external returns (uint256 coveredSeconds);

    /// @notice Gives an expiry its settlement price, for good. Anyone may call.
    /// @dev Needs 25 of the 30 minutes before expiry, or, where they were not had, 30 minutes before and after it. Not before
    /// 15 minutes after expiry, nor, up to 2 hours after it, while an insolvent account is being sold: once settled, nobody's gain
    /// can be charged for another's loss any more. Errors: `Option_NoSuchSlot`, `Option_Settled`, `Option_NotExpired`,
    /// `Option_FixingIncomplete`, `Option_SettlementNotDue`, `Option_InsolvencyOpen`.
    /// @return settlementPriceWad Geometric mean, WAD of USD, positive.
    function settle(uint8 slot) external returns (uint256 settlementPriceWad);

    /// @notice Frees the slot of an expiry that is over and that nobody holds. Anyone may call.
    /// @dev It need not be settled if nobody holds it. Errors: `Option_NoSuchSlot`, `Option_NotExpired`, `Option_StillHeld`.
    function retire(uint8 slot) external;

    /// @notice Where a series is. Reverts with `Option_NotListed` where its expiry or strike is not listed.
    function locate(InstrumentId instrument) external view returns (uint8 slot, uint8 strikeIndex);

    /// @notice The expiries in the slots of `slotBitmap`, in rising order. Errors: `Option_NoSuchSlot`.
    function marksOf(uint64 slotBitmap) external view returns (ExpiryMark[] memory marks);

    /// @notice Counts a change of positions. Only the vault.
    /// @dev Trades end at expiry and are held to the cap of open interest where they raise it; transfers end at settlement.
    /// The cap is measured at mid, or at the strike while there is no mid. Errors: `Option_WrongCaller`,
    /// `Option_NoSuchSlot`, `Option_Settled`, `Option_Expired`, `Option_LotsNotPreserved`, `Option_OpenLotsUnderflow`,
    /// `Option_HoldersUnderflow`, `Option_OpenInterestCap`.
    /// @return mark The expiry after it.
    /// @return longIndex What each long lot of the series has been charged for losses since it was listed, 1e-9 USD.
    /// @return shortIndex Likewise each short lot.
    function record(
        LegChange calldata change
    ) external returns (ExpiryMark memory mark, uint64 longIndex, uint64 shortIndex);

    /// @notice Counts that `accounts` accounts left the settled expiry in `slot`. Only the vault.
    /// @dev Errors: `Option_WrongCaller`, `Option_NoSuchSlot`, `Option_NotSettled`, `Option_HoldersUnderflow`.
    function release(uint8 slot, uint256 accounts) external;

    /// @notice Charges one side of a series for a loss, pro rata to its lots. Only the loss waterfall.
    /// @dev Per lot rounded up to 1e-9 USD. Nothing is charged (0) where nobody holds the series, the expiry is settled, or
    /// the index would leave its 64 bits. Errors: `Option_WrongCaller`, `Option_NoSuchSlot`.
    /// @return chargedWad What was charged in all, WAD, at least `amountWad` where not 0.
    function spreadLoss(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut,
        bool longSide,
        uint256 amountWad
    ) external returns (uint256 chargedWad);

    /// @notice Whether `listExpiry` would succeed, and if not the selector of the error. Likewise below.
    function canList(AssetId asset, uint40 expiry) external view returns (bool ok, bytes4 reason);

    /// @notice Whether `fix` would succeed, as long as the oracle is given the gas for its poke.
    function canFix(uint8 slot) external view returns (bool ok, bytes4 reason);

    function canSettle(uint8 slot) external view returns (bool ok, bytes4 reason);

    function canRetire(uint8 slot) external view returns (bool ok, bytes4 reason);

    /// @notice An expiry in full. Errors: `Option_NoSuchSlot`.
    function expiryAt(uint8 slot) external view returns (ExpiryState memory state);

    /// @notice A series in full; without open lots or losses all zero. Errors: `Option_NoSuchSlot`.
    /// @return openLots Open lots per side. At settlement they stay what they were.
    /// @return longIndex What each long lot has been charged for losses since it was listed, 1e-9 USD.
    /// @return shortIndex Likewise each short lot.
    function seriesAt(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut
    ) external view returns (uint64 openLots, uint64 longIndex, uint64 shortIndex);

    /// @notice Loss indices of the legs of a word, of the side on which each is. Errors: `Option_NoSuchSlot`.
    /// @return indices Of leg i in word i / 4 from bit 64 * (i % 4), 1e-9 USD per lot.
    function lossIndicesOf(uint8 slot, OptionWord legs) external view returns (uint256[2] memory indices);

    /// @notice Where an expiry is.
    /// @return found Whether it is listed.
    function slotOf(AssetId asset, uint40 expiry) external view returns (bool found, uint8 slot);

    /// @notice Slots of an underlying's listed expiries, one bit each.
    function listedSlots(AssetId asset) external view returns (uint64 slotBitmap);

    /// @notice Open lots of either side over all expiries that are not settled, and their cap. Errors:
    /// `Option_UnderlyingNotListed`.
    /// @return lots Open lots per side, calls and puts together. @return capWad Cap of their notional, WAD of USD.
    function openInterest(AssetId asset) external view returns (uint256 lots, uint256 capWad);

    /// @notice Terms of an underlying. Errors: `Option_UnderlyingNotListed`.
    function configOf(AssetId asset) external view returns (UnderlyingConfig memory config);

    /// @notice What one lot of a settled series pays its holder and costs its writer, WAD of cash, rounded down: an integer,
    /// so that lots that sum to zero conserve cash to the wei.
    /// @dev Errors: `Option_NoSuchSlot`, `Option_NotSettled`.
    function intrinsicPerLotWad(uint8 slot, uint8 strikeIndex, bool isPut) external view returns (uint256 perLotWad);

    /// @notice Whom `record` and `release` obey; 0 before wiring.
    function vault() external view returns (address);

    /// @notice Whom `spreadLoss` obeys; 0 before wiring.
    function waterfall() external view returns (address);
}
