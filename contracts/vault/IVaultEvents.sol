// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {OptionWord} from "../types/OptionWord.sol";

/// @title IVaultEvents
/// @notice Every change of the ledger, enough to rebuild it. Amounts in token base units, cash in WAD.
interface IVaultEvents {
    /// @notice The account received something for the first time.
    event AccountListed(AccountId indexed account, uint256 position);

    event Deposited(AccountId indexed account, address indexed token, address indexed payer, uint256 amount);
    event Withdrawn(AccountId indexed account, address indexed token, address indexed recipient, uint256 amount);
    event Transferred(AccountId indexed from, AccountId indexed to, address indexed token, uint256 amount);

    /// @notice A callee took one token out of the account and brought another in.
    event Swapped(
        AccountId indexed account,
        address indexed callee,
        address tokenOut,
        uint256 amountOut,
        address tokenIn,
        uint256 amountIn
    );

    /// @notice The buyer got `lots` for cash of lots * lot size * price, rounded down; before that both positions were
    /// settled with funding and losses due, signed.
    event FillApplied(
        AccountId indexed buyer,
        AccountId indexed seller,
        InstrumentId indexed instrument,
        uint64 lots,
        uint256 priceWad,
        uint256 notionalWad,
        int256 buyerSettledWad,
        int256 sellerSettledWad
    );

    /// @notice The account paid the trade fee into the account of fees; a surcharge is an event of its own.
    event FeeCharged(AccountId indexed account, uint256 feeWad);

    /// @notice Collected fees went to fund and treasury.
    event FeesDistributed(uint256 fundWad, uint256 treasuryWad);

    /// @notice A part of a position moved; before that both were settled.
    event PositionMoved(
        AccountId indexed from,
        AccountId indexed to,
        AssetId indexed asset,
        int64 lots,
        int256 fromSettledWad,
        int256 toSettledWad
    );

    /// @notice Lots of one series moved; before that both were settled with losses due.
    event OptionMoved(
        AccountId indexed from,
        AccountId indexed to,
        InstrumentId indexed instrument,
        int24 lots,
        int256 fromSettledWad,
        int256 toSettledWad
    );

    /// @notice The account was paid for its options in a settled expiry: `cashWad`, signed, losses due deducted.
    event OptionsSettled(
        AccountId indexed account,
        uint8 indexed slot,
        ExpiryWord expiry,
        OptionWord legs,
        uint256 settlementPriceWad,
        int256 cashWad
    );

    /// @notice Collateral moved between accounts by a module.
    event CollateralMoved(AccountId indexed from, AccountId indexed to, uint8 indexed index, uint256 amount);

    /// @notice Cash moved between accounts by a module; signed: negative = a debt moved.
    event CashMoved(AccountId indexed from, AccountId indexed to, int256 amountWad);

    /// @notice Cash that the loss indices charge was credited ahead of its settlement.
    event LossCredited(AccountId indexed account, uint256 amountWad);

    event FrozenSet(AccountId indexed account, bool frozen);

    /// @notice No withdrawal until `until`, unix seconds.
    event WithdrawalsGated(uint256 until);

    /// @notice The account owes `owedWad` since `since`, unix seconds; both zero = cured.
    event DeficitAssessed(AccountId indexed account, uint256 owedWad, uint256 since);

    /// @notice Interest on a cash deficit moved from the account to `to`.
    event InterestPaid(AccountId indexed account, AccountId indexed to, uint256 interestWad);

    /// @notice The interest index moved: interest per unit owed, WAD.
    event InterestAccrued(uint256 indexWad);

    /// @notice From now on the account pays a carrying charge of `wadPerYear`, WAD of cash per year; 0 = none.
    event CarrySet(AccountId indexed account, uint256 wadPerYear);

    /// @notice Carrying charge moved from the account to `to`.
    event CarryPaid(AccountId indexed account, AccountId indexed to, uint256 chargeWad);

    event OperatorSet(address indexed owner, address indexed operator, bool allowed);
    event RecipientSet(address indexed owner, address indexed recipient, bool allowed);

    event CollateralListed(uint8 indexed index, address indexed token, uint8 decimals);
}
