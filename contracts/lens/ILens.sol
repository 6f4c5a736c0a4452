// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {ILiquidationAuction} from "../liquidation/ILiquidationAuction.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";

/// @title ILens
/// @notice Read-only views for keepers, risk teams and pages. Nothing depends on it.
/// @dev Owns nothing, decides nothing: it asks the rooms and puts their answers side by side. What could not be read is
/// said to be unknown, never shown as zero. Money in WAD of the settlement token, signed: positive = owed to the account.
interface ILens {
    /// @notice The health of one account.
    /// @param known Whether it could be read; if not, nothing else but `account` means anything.
    /// @param margin The risk engine's numbers, at a stress of 1 where nothing else is said.
    /// @param withdrawableWad What solvency would let leave now: the lesser of initial surplus and cash + net positions, less
    /// what was won in options that are fixed and not settled, not below 0. Levels, outflow limits and a freeze may allow less.
    struct AccountHealth {
        AccountId account;
        bool known;
        bool frozen;
        ILiquidationAuction.Phase phase;
        IPortfolioMargin.MarginReport margin;
        uint256 withdrawableWad;
    }

    /// @notice What an account may do now.
    /// @param level Level that governs its opening and withdrawing.
    /// @param rules One per `Action`, in its order. A frozen account may neither open nor withdraw, whatever they say.
    struct Permissions {
        Level level;
        Rule[5] rules;
        bool frozen;
    }

    /// @notice Everything about one account.
    /// @param exposureBitmap Underlyings it depends on (bit i = asset i).
    /// @param health Unknown when its margin cannot be read; the rest is then still true.
    /// @param canFlag Whether a flag would succeed; if not, `flagReason` is the selector of the error.
    struct AccountDetail {
        AccountHealth health;
        Portfolio portfolio;
        uint256 exposureBitmap;
        Permissions permissions;
        ILiquidationAuction.AuctionState auction;
        bool canFlag;
        bytes4 flagReason;
    }

    /// @notice Prices of one underlying at which an account would become liquidatable, everything else unchanged.
    /// @param liquidatable Whether it is already; then both prices are 0.
    /// @param belowWad Highest such price found below the mid, WAD; 0 = none.
    /// @param aboveWad Lowest such price found above the mid, WAD; 0 = none up to eight times the mid.
    struct LiquidationPrices {
        AssetId asset;
        bool liquidatable;
        uint256 belowWad;
        uint256 aboveWad;
    }

    /// @notice A sum over accounts, to be added up page by page.
    /// @param counted Accounts read. @param unknown Accounts that could not be read.
    /// @param liquidatable Accounts whose surplus over maintenance is negative.
    /// @param withdrawableWad What solvency at the stress would let leave now in sum. At a stress of 1, the tokens held
    /// over this are the liquid coverage.
    /// @param largestLossWad What the worst account would lack at the worst scenario of the stress.
    /// @param secondLossWad The same of the second worst: fund over both is the coverage (cover-2).
    struct Scan {
        uint256 counted;
        uint256 unknown;
        uint256 liquidatable;
        uint256 withdrawableWad;
        uint256 largestLossWad;
        uint256 secondLossWad;
    }

    /// @notice One underlying, or ratio, and its market.
    /// @param known Whether the oracle lists it; if not, nothing else but `asset` means anything.
    /// @param listed Whether there is a perpetual; if not, the fields below it are zero.
    /// @param openInterestWad Notional of either side at mid, WAD, rounded up.
    /// @param capWad Cap of that notional, WAD.
    /// @param coverableWad What the layers before the haircut could pay now for a loss in it, WAD.
    /// @param penaltyPoolWad Its penalty pool, WAD.
    struct MarketState {
        AssetId asset;
        bool known;
        Level level;
        ICircuitBreaker.LevelRecord record;
        PriceViews views;
        bool listed;
        IPerpMarkets.MarketMark mark;
        uint256 lots;
        uint256 openInterestWad;
        uint256 capWad;
        uint256 coverableWad;
        uint256 penaltyPoolWad;
    }

    /// @notice The domain as a whole.
    /// @param liveness What is known of the chain's sequencer, and until when an outage holds the domain.
    /// @param heldAmount Settlement tokens in the vault, token base units.
    /// @param fundAssets What the insurance fund's shares own, token base units.
    /// @param fundCashWad Cash in the fund's account, WAD.
    struct DomainState {
        Level level;
        ICircuitBreaker.Liveness liveness;
        uint256 stressWad;
        uint256 accounts;
        uint256 openAuctions;
        uint256 heldAmount;
        uint256 fundAssets;
        int256 fundCashWad;
    }

    /// @notice What may leave of one token now, token base units.
    struct TokenOutflow {
        address token;
        uint256 heldAmount;
        uint256 availableAmount;
    }

    error Lens_ZeroAddress();

    /// @notice More than one call may ask for.
    error Lens_PageTooLarge(uint256 asked, uint256 limit);

    /// @notice The cursor lies beyond the accounts.
    error Lens_CursorOutOfRange(uint256 cursor, uint256 count);

    /// @notice Not enough gas to read even one account, or to be sure that one cannot be read.
    error Lens_GasTooLow(uint256 available, uint256 needed);

    /// @notice Health of up to `n` accounts from `cursor` on, in the order of the vault.
    /// @dev Stops early when gas runs low, and never takes want of gas for an unreadable account: such a page ends
    /// before it. Reverts with `Lens_PageTooLarge` above 2,048, `Lens_CursorOutOfRange` beyond the end.
    /// @return accounts As many as were asked, or fewer at the end or for want of gas.
    /// @return next Cursor of the next page; equal to the number of accounts when there is none.
    function page(uint256 cursor, uint256 n) external view returns (AccountHealth[] memory accounts, uint256 next);

    /// @notice Sums over the same page as `page`, for liquid coverage and the coverage of the fund.
    /// @param stressWad Multiplier on the initial shock at which losses and withdrawable cash are measured, WAD, at least
    /// 1e18. An engine that refuses it makes every account unknown.
    function scan(uint256 cursor, uint256 n, uint256 stressWad) external view returns (Scan memory sums, uint256 next);

    /// @notice Health of one account. Reverts when a room it asks does.
    function healthOf(AccountId account) external view returns (AccountHealth memory health);

    /// @notice `healthOf` with the initial margin at `stressWad` on the shock, WAD, at least 1e18.
    function stressedHealthOf(AccountId account, uint256 stressWad) external view returns (AccountHealth memory health);

    /// @notice Everything about one account.
    /// @dev Reverts with `Lens_GasTooLow` where want of gas may be what hides the margin.
    function detailOf(AccountId account) external view returns (AccountDetail memory detail);

    /// @notice What an account may do now.
    function permissionsOf(AccountId account) external view returns (Permissions memory permissions);

    /// @notice The rule for one action of an account, and the level that gave it.
    function canAct(AccountId account, Action action) external view returns (Rule rule, Level level);

    /// @notice The risk matrix of one underlying within an account.
    /// @return spotWad Absolute scenario prices, rising, WAD.
    /// @return valueWad Value at each, WAD of cash.
    function matrixOf(
        AccountId account,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad);

    /// @notice Where `underlying` would have to go for the account to become liquidatable.
    /// @dev Exact to a 2^-20 part of the mid: bisects the risk engine itself, with spot interval and means moving
    /// together. With options on the underlying an account may be liquidatable in a zone of prices and not beyond: 24 prices on
    /// each side are looked at first, ln(8) * (k / 24)^2 away from the mid (2 % apart at 2 %, 4 % at 10 %, 9 % at a half, 17 % at
    /// the end) and 0. A zone narrower than that may be missed; without options none can be.
    /// Warning: some fifty evaluations of the account, with options up to ninety. Nothing is caught: for want of gas it reverts.
    function liquidationPricesOf(
        AccountId account,
        AssetId underlying
    ) external view returns (LiquidationPrices memory prices);

    /// @notice State of up to 32 markets, in the order given; one that the oracle does not list is unknown.
    function markets(AssetId[] calldata assets) external view returns (MarketState[] memory states);

    /// @notice State of the domain.
    function domain() external view returns (DomainState memory state);

    /// @notice What may leave now of the settlement token and of each collateral, in the order of the vault.
    /// @param limiter The domain's outflow limiter.
    function outflows(IOutflowLimiter limiter) external view returns (TokenOutflow[] memory tokens);
}
