// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {Portfolio} from "../types/Portfolio.sol";

/// @title IPreviewLens
/// @notice What an account would look like after a fill or a withdrawal, and whether the vault would accept it. Nothing
/// depends on it.
/// @dev Owns nothing, writes nothing. What would be refused is refused here with the vault's own errors, in the order in
/// which the vault checks for one account. A preview holds for the block in which it is made.
interface IPreviewLens {
    /// @notice One fill of the account.
    /// @param lots Signed; positive buys.
    /// @param priceWad WAD of the settlement token per whole unit of the underlying.
    struct FillLeg {
        InstrumentId instrument;
        int64 lots;
        uint256 priceWad;
    }

    /// @notice The account after fills that are only imagined.
    /// @param opens Whether a leg opens, grows or flips a position.
    /// @param notionalWad Sum of the notionals of the legs, WAD.
    /// @param expiries Expiries of which it then holds options, settled ones included.
    struct FillOutcome {
        Portfolio portfolio;
        bool opens;
        uint256 notionalWad;
        uint256 expiries;
    }

    /// @notice A preview.
    /// @param accepted Whether the vault would accept it.
    /// @param reason The error of the refusal with its arguments; its first four bytes are the selector. Empty if accepted.
    /// @param outcomeKnown Whether there is an account afterwards at all; if not, nothing below means anything.
    /// @param stressWad Stress of initial margin of the rule that governs, WAD; 1e18 where the rule refuses.
    /// @param portfolio The account afterwards.
    /// @param surchargeWad What the trade costs beyond the base fee, by the account's health, WAD.
    /// @param marginKnown Whether the engine has numbers for it.
    /// @param margin Its numbers, at that stress.
    struct Preview {
        bool accepted;
        bytes reason;
        bool outcomeKnown;
        uint256 stressWad;
        Portfolio portfolio;
        uint256 surchargeWad;
        bool marginKnown;
        IPortfolioMargin.MarginReport margin;
    }

    error PreviewLens_ZeroAddress();

    /// @notice Not enough gas to tell a refusal from want of gas.
    error PreviewLens_GasTooLow(uint256 available);

    /// @notice Previews fills of one account in one call of the vault.
    /// @dev The other side is taken to open as well, which is the worst for the caps of open interest: where it closes, a cap
    /// that refuses here may let it pass. What the exchange asks for beyond the vault (signatures, price and fee limits of
    /// orders) is not looked at. A backing of a perpetual's cap counts as last synced. Errors: `PreviewLens_GasTooLow`.
    /// @param legs In the order in which they are filled.
    /// @param feeWad Base fee that the account would pay, WAD.
    function previewFill(
        AccountId account,
        FillLeg[] calldata legs,
        uint256 feeWad
    ) external view returns (Preview memory preview);

    /// @notice Previews a withdrawal by somebody who may act for the account to somebody who may receive.
    /// @dev Errors: `PreviewLens_GasTooLow`.
    /// @param amount Token base units.
    function previewWithdraw(
        AccountId account,
        address token,
        uint256 amount
    ) external view returns (Preview memory preview);

    /// @notice The account after fills. Reverts with the errors of the vault and the markets for legs that cannot be.
    function fillOutcome(
        AccountId account,
        FillLeg[] calldata legs,
        uint256 feeWad
    ) external view returns (FillOutcome memory outcome);

    /// @notice Reverts with the vault's error unless it would accept the account as it is after the fills.
    /// @return surchargeWad What the trade would cost beyond `feeWad`, WAD.
    function requireFill(
        AccountId account,
        FillOutcome calldata outcome,
        uint256 feeWad
    ) external view returns (uint256 surchargeWad);

    /// @notice The account after a withdrawal. Reverts with the errors of the vault and the limiter.
    function withdrawOutcome(
        AccountId account,
        address token,
        uint256 amount
    ) external view returns (Portfolio memory portfolio);

    /// @notice Reverts with the vault's error unless it would let the account go on as `portfolio` after a withdrawal.
    function requireWithdraw(AccountId account, Portfolio calldata portfolio, bool cashLeaves) external view;

    /// @notice Stress at which the breaker lets an account act, WAD. Reverts with `Vault_ActionRefused` where it does not.
    function stressFor(
        AccountId account,
        uint256 exposureBitmap,
        bool withdraws
    ) external view returns (uint256 stressWad);
}
