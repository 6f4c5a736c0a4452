// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {PerpWord} from "../types/PerpWord.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {IVaultSettings} from "./IVaultSettings.sol";

uint256 constant WAD = 1e18;
uint256 constant BPS = 10_000;

/// @dev Decimals of a WAD, and so the most a token may have.
uint8 constant MAX_DECIMALS = 18;

/// @dev Collaterals have a bit each in a uint16.
uint256 constant MAX_COLLATERALS = 16;

/// @dev Actions or fills in one call, and accounts that one call may touch: they bound its gas.
uint256 constant MAX_BATCH = 64;
uint256 constant MAX_ACCOUNTS = 32;

/// @dev Expiries of which an account may hold options, those that are settled and not collected included. Of eight legs each:
/// 64, few enough for one transaction to value, sell and take over. What cannot be sold cannot be liquidated.
uint256 constant MAX_EXPIRIES = 8;

/// @notice What a token is to the vault.
enum TokenKind {
    Unknown,
    Settlement,
    Collateral
}

/// @notice One word per token: 14 + 1 + 1 + 1 + 14 = 31 bytes.
/// @param held Deposits less withdrawals, token base units.
/// @param index Number of the collateral.
/// @param owedWad Of the settlement token: sum of what accounts owe by their records, WAD. It stands here because
/// every flow of the token asks whether anybody owes.
struct TokenRecord {
    uint112 held;
    TokenKind kind;
    uint8 index;
    uint8 decimals;
    uint112 owedWad;
}

/// @notice One word per account in cash deficit: 14 + 13 + 5 = 32 bytes.
/// @param owedWad What it owed when last measured, interest settled since added, WAD.
/// @param indexWad Interest index at which it was last settled, WAD.
/// @param since Unix seconds of the touch that found it.
struct Deficit {
    uint112 owedWad;
    uint104 indexWad;
    uint40 since;
}

/// @notice Interest on all deficits: first word 13 + 5 + 5 = 23 bytes, second 20 bytes.
/// @param indexWad Interest per unit owed since the beginning, WAD.
/// @param updatedAt Unix seconds of the last accrual.
/// @param inactiveSeconds The domain's inactive seconds at that time: they are charged nothing.
struct DeficitPool {
    uint104 indexWad;
    uint40 updatedAt;
    uint40 inactiveSeconds;
    IVaultSettings.InterestTerms terms;
}

/// @notice One word per account with a carrying charge: 14 + 5 + 5 + 4 = 28 bytes.
/// @param wadPerYear The rate, WAD of cash.
/// @param since Unix seconds of the assessment that set it.
/// @param inactiveSeconds The breaker's inactive seconds over `exposed` then.
/// @param exposed Bitmap of the underlyings on which the account depended.
struct Carry {
    uint112 wadPerYear;
    uint40 since;
    uint40 inactiveSeconds;
    uint32 exposed;
}

/// @notice One word of what each trade and withdrawal reads: 20 + 4 + 8 = 32 bytes.
/// @param gatedUntil Unix seconds until which withdrawals are gated.
struct Domain {
    address exchange;
    uint32 gatedUntil;
    IVaultSettings.TradePolicy policy;
}

/// @notice The whole storage of the vault.
/// @param options Legs per account and slot of the expiry, strike-ordered.
/// @param lossIndices Per account and series (`ExpiryWord.seriesOf`) the loss index, 1e-9 USD per lot, of the side on which the
/// leg is at which it was last settled; of no meaning without a leg.
/// @param collateral Token base units.
/// @param collateralDecimals Decimals of collateral i in byte i.
/// @param clearingWad See `IMarginVault.clearingWad`.
struct VaultState {
    mapping(AccountId account => AccountHeader) headers;
    mapping(AccountId account => mapping(AssetId asset => PerpWord)) perps;
    mapping(AccountId account => mapping(uint256 slot => OptionWord)) options;
    mapping(AccountId account => mapping(uint256 series => uint256)) lossIndices;
    mapping(AccountId account => mapping(uint256 index => uint256 amount)) collateral;
    mapping(AccountId account => Deficit) deficits;
    mapping(AccountId account => Carry) carries;
    mapping(address token => TokenRecord) tokens;
    address[] collateralTokens;
    uint128 collateralDecimals;
    int128 clearingWad;
    AccountId[] accounts;
    Domain domain;
    DeficitPool pool;
    AccountId fundAccount;
    AccountId treasuryAccount;
    mapping(address module => IVaultSettings.ModuleRole) roles;
    mapping(address owner => mapping(address operator => bool)) operators;
    mapping(address owner => mapping(address recipient => bool)) recipients;
    mapping(address owner => uint256) nonces;
}

/// @notice The vault's immutable neighbours, handed to its libraries.
/// @param cashScale WAD per base unit of the settlement token.
struct Wiring {
    IPortfolioMargin risk;
    IPerpMarkets perps;
    IOptionMarkets options;
    ICircuitBreaker breaker;
    IOutflowLimiter limiter;
    address settlementToken;
    uint256 cashScale;
}
