// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {Level, Rule} from "../types/Policy.sol";

/// @title ICureAuction
/// @notice Sells just enough collateral of an account that owes the domain cash; no penalty beyond the discount.
/// @dev Owns: open cures. Trusts: vault, risk engine, breaker, its curve. A module of the vault with the auction's role.
/// Keeps: invariants 4, 17, 19. An account under liquidation (frozen) is not cured: its auction takes care of the cash.
interface ICureAuction {
    /// @notice An open cure.
    /// @dev 5 + 5 + 8 bytes.
    /// @param startedAt Unix seconds of the opening.
    /// @param inactiveAtStart The breaker's inactive seconds over `assetBitmap` then.
    /// @param assetBitmap Assets that the account depended on then (assets above 63 have no clock).
    struct CureState {
        uint40 startedAt;
        uint40 inactiveAtStart;
        uint64 assetBitmap;
    }

    /// @param shareWad Deficit that may be cured, as a share of the collateral after haircut, WAD; at most 1e18.
    /// @param maxDiscountWad Largest discount on collateral, WAD; at most 0.2e18.
    /// @param afterSeconds Age from which any deficit may be cured; at most 365 days.
    /// @param curve The discount curve.
    /// @dev 8 + 8 + 4 bytes, 20 bytes.
    struct CureConfig {
        uint64 shareWad;
        uint64 maxDiscountWad;
        uint32 afterSeconds;
        address curve;
    }

    /// @notice The collateral of an account that owes cash may be bought. WAD and seconds.
    event CureOpened(AccountId indexed account, uint256 owedWad, uint256 owedSeconds, CureState state);

    /// @notice Collateral went to `bidder` for cash.
    /// @param amount Token base units.
    event CollateralSold(
        AccountId indexed account,
        AccountId indexed bidder,
        uint8 indexed collateralIndex,
        uint256 amount,
        uint256 cashWad,
        uint256 discountWad
    );

    /// @notice An account owes no cash any more.
    event CureClosed(AccountId indexed account);

    /// @notice The parameters changed.
    event CureConfigChanged(CureConfig oldConfig, CureConfig newConfig);

    /// @notice A required address is zero.
    error Cure_ZeroAddress();
    /// @notice The curve has no code.
    error Cure_NoCode(address curve);
    /// @notice A parameter is outside its bounds; its name as a short string, its unit as documented.
    error Cure_OutOfBounds(bytes32 parameter, uint256 actual, uint256 maximum);
    /// @notice The parameters are not set yet.
    error Cure_NotConfigured();
    /// @notice The account is under liquidation.
    error Cure_Frozen(AccountId account);
    /// @notice The deficit is neither large nor old enough; owed and least, WAD.
    error Cure_NotDue(uint256 owedWad, uint256 limitWad);
    /// @notice A cure is open for the present deficit.
    error Cure_AlreadyOpen(AccountId account);
    /// @notice No cure is open for the present deficit of the account.
    error Cure_NotOpen(AccountId account);
    /// @notice The breaker does not allow it now.
    error Cure_BreakerForbids(Rule rule, Level level);
    /// @notice The account still owes cash; WAD.
    error Cure_StillOwes(AccountId account, uint256 owedWad);
    /// @notice An account does not buy from itself.
    error Cure_SelfBid(AccountId account);
    /// @notice The caller may not act for the bidder.
    error Cure_NotActable(AccountId bidder, address caller);
    /// @notice The bidder is under liquidation itself.
    error Cure_BidderFrozen(AccountId bidder);
    /// @notice The account does not hold the collateral.
    error Cure_NotHeld(AccountId account, uint8 collateralIndex);
    /// @notice The collateral has no price now.
    error Cure_NoPrice(uint8 collateralIndex);
    /// @notice The cash buys fewer tokens than asked for (at least one); token base units.
    error Cure_TooFewTokens(uint256 actual, uint256 minimum);
    /// @notice A healthy account would fall below maintenance, or an unhealthy one further; surplus in WAD.
    error Cure_Harms(int256 surplusBeforeWad, int256 surplusAfterWad);

    /// @notice Puts up the collateral of an account whose cash deficit is above `shareWad` of its collateral after haircut,
    /// or older than `afterSeconds`. Anyone; no reward.
    /// @dev The vault counts a deficit from its first `touch` of the account: touch it before.
    /// Reverts with `Cure_NotConfigured`, `Cure_Frozen`, `Cure_AlreadyOpen`, `Cure_NotDue`, `Cure_BreakerForbids`.
    function open(AccountId account) external;

    /// @notice Buys just enough of one collateral to cure the deficit, at mid less the discount.
    /// @dev Reverts with `Cure_NotOpen`, `Cure_Frozen`, `Cure_BreakerForbids`, `Cure_SelfBid`, `Cure_NotActable`,
    /// `Cure_BidderFrozen`, `Cure_NotHeld`, `Cure_NoPrice`, `Cure_TooFewTokens`, `Cure_Harms`, and the vault's errors.
    /// @param maxCashWad Most the bidder spends, WAD.
    /// @param minAmount Least it must get, token base units.
    /// @return amount Token base units bought, rounded down.
    /// @return cashWad Cash paid, WAD, rounded up.
    function bid(
        AccountId account,
        AccountId bidder,
        uint8 collateralIndex,
        uint256 maxCashWad,
        uint256 minAmount
    ) external returns (uint256 amount, uint256 cashWad);

    /// @notice Closes the cure of an account that owes nothing any more. Anyone.
    /// @dev Reverts with `Cure_NotOpen`, `Cure_StillOwes`.
    function close(AccountId account) external;

    /// @notice Sets the parameters. Restricted. Reverts with `Cure_OutOfBounds`, `Cure_NoCode`.
    function setConfig(CureConfig calldata config_) external;

    /// @notice Whether `open` would succeed, and if not the selector of the error.
    function canOpen(AccountId account) external view returns (bool ok, bytes4 reason);

    /// @notice Whether `bid` by `caller` would succeed but for the bidder's own margin and the final comparison of
    /// surpluses, and if not the selector of the error; with what it would buy and pay.
    function canBid(
        AccountId account,
        AccountId bidder,
        address caller,
        uint8 collateralIndex,
        uint256 maxCashWad,
        uint256 minAmount
    ) external view returns (bool ok, bytes4 reason, uint256 amount, uint256 cashWad);

    /// @notice Whether `close` would succeed, and if not the selector of the error.
    function canClose(AccountId account) external view returns (bool ok, bytes4 reason);

    /// @notice The cash that an account under cure owes, WAD, and the discount now, WAD; reverts with `Cure_NotOpen`.
    function termsOf(AccountId account) external view returns (uint256 owedWad, uint256 discountWad);

    /// @notice The state of an account's cure; zero when none is open.
    function cureOf(AccountId account) external view returns (CureState memory);

    /// @notice The parameters.
    function config() external view returns (CureConfig memory);
}
