// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IMoveCost} from "../oracle/IMoveCost.sol";
import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {HealthFee} from "../math/HealthFee.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentId, InstrumentKind} from "../types/InstrumentId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {Action} from "../types/Policy.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {AccountLedger} from "../vault/AccountLedger.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {IVaultErrors} from "../vault/IVaultErrors.sol";
import {IVaultSettings} from "../vault/IVaultSettings.sol";
import {Solvency} from "../vault/Solvency.sol";
import {BPS, MAX_BATCH, MAX_EXPIRIES, WAD} from "../vault/VaultState.sol";

import {IPreviewLens} from "./IPreviewLens.sol";

/// @title PreviewLens
/// @notice Imagines fills and withdrawals and judges them as the vault would.
/// @dev Owns nothing. Trusts the rooms it asks.
contract PreviewLens is IPreviewLens {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using LibBit for uint256;
    using SafeCastLib for int256;
    using SafeCastLib for uint256;

    IPriceOracle private immutable _oracle;
    ICircuitBreaker private immutable _breaker;
    IOutflowLimiter private immutable _limiter;
    IPerpMarkets private immutable _perps;
    IOptionMarkets private immutable _options;
    IPortfolioMargin private immutable _risk;
    IMarginVault private immutable _vault;

    constructor(
        IPriceOracle oracle,
        ICircuitBreaker breaker,
        IOutflowLimiter limiter,
        IPerpMarkets perps,
        IOptionMarkets options,
        IPortfolioMargin risk,
        IMarginVault vault
    ) {
        bool complete = address(oracle) != address(0) && address(breaker) != address(0) && address(perps) != address(0);
        complete = complete && address(limiter) != address(0) && address(options) != address(0);
        if (!complete || address(risk) == address(0) || address(vault) == address(0)) revert PreviewLens_ZeroAddress();
        _oracle = oracle;
        _breaker = breaker;
        _limiter = limiter;
        _perps = perps;
        _options = options;
        _risk = risk;
        _vault = vault;
    }

    // --- Previews -------------------------------------------------------------------------------------------------

    /// @inheritdoc IPreviewLens
    function previewFill(
        AccountId account,
        FillLeg[] calldata legs,
        uint256 feeWad
    ) external view returns (Preview memory preview) {
        preview.stressWad = WAD;
        try this.fillOutcome(account, legs, feeWad) returns (FillOutcome memory outcome) {
            (preview.outcomeKnown, preview.portfolio) = (true, outcome.portfolio);
            try this.requireFill(account, outcome, feeWad) returns (uint256 surchargeWad) {
                (preview.accepted, preview.surchargeWad) = (true, surchargeWad);
                preview.portfolio.cashWad -= surchargeWad.toInt256();
            } catch (bytes memory reason) {
                preview.reason = _told(reason);
            }
            if (outcome.opens) _takeStress(preview, account, false);
            _takeMargin(preview);
        } catch (bytes memory reason) {
            preview.reason = _told(reason);
        }
    }

    /// @inheritdoc IPreviewLens
    function previewWithdraw(
        AccountId account,
        address token,
        uint256 amount
    ) external view returns (Preview memory preview) {
        preview.stressWad = WAD;
        bool cashLeaves = token == _vault.settlementToken();
        try this.withdrawOutcome(account, token, amount) returns (Portfolio memory portfolio) {
            (preview.outcomeKnown, preview.portfolio) = (true, portfolio);
            try this.requireWithdraw(account, portfolio, cashLeaves) {
                preview.accepted = true;
            } catch (bytes memory reason) {
                preview.reason = _told(reason);
            }
            _takeStress(preview, account, true);
            _takeMargin(preview);
        } catch (bytes memory reason) {
            preview.reason = _told(reason);
        }
    }

    // --- Outcomes -------------------------------------------------------------------------------------------------

    /// @inheritdoc IPreviewLens
    function fillOutcome(
        AccountId account,
        FillLeg[] calldata legs,
        uint256 feeWad
    ) external view returns (FillOutcome memory outcome) {
        if (legs.length == 0) revert IVaultErrors.Vault_EmptyBatch();
        if (legs.length > MAX_BATCH) revert IVaultErrors.Vault_BatchTooLarge(legs.length, MAX_BATCH);
        outcome.portfolio = _vault.portfolioOf(account);
        uint256 held = _vault.expiryBitmapOf(account);
        for (uint256 i; i < legs.length; ++i) {
            FillLeg calldata leg = legs[i];
            uint256 lotSizeWad;
            if (_requireWellFormed(leg)) (lotSizeWad, held) = _trade(outcome, leg, held);
            else lotSizeWad = _tradePerp(outcome, account, legs, i);
            uint256 notionalWad = (int256(leg.lots).abs() * lotSizeWad).fullMulDiv(leg.priceWad, WAD);
            outcome.notionalWad += notionalWad;
            outcome.portfolio.cashWad += leg.lots > 0 ? -notionalWad.toInt256() : notionalWad.toInt256();
        }
        outcome.portfolio.cashWad -= feeWad.toInt256();
        outcome.expiries = held.popCount();
        _dropEmpty(outcome.portfolio);
    }

    /// @inheritdoc IPreviewLens
    function withdrawOutcome(
        AccountId account,
        address token,
        uint256 amount
    ) external view returns (Portfolio memory portfolio) {
        if (amount == 0) revert IVaultErrors.Vault_ZeroAmount();
        bool cashLeaves = token == _vault.settlementToken();
        uint8 index = cashLeaves ? 0 : _indexOf(token);
        uint256 until = _vault.gatedUntil();
        if (until > block.timestamp) revert IVaultErrors.Vault_WithdrawalsGated(until);
        if (_vault.isFrozen(account)) revert IVaultErrors.Vault_AccountFrozen(account);
        portfolio = _vault.portfolioOf(account);
        uint256 amountWad = amount * 10 ** (18 - IERC20Metadata(token).decimals());
        if (cashLeaves) portfolio.cashWad -= amountWad.toInt256();
        else _takeCollateral(portfolio, account, token, index, amount, amountWad);
        uint256 heldAmount = _vault.holdingsOf(token);
        if (amount > heldAmount) revert IVaultErrors.Vault_InsufficientLiquidity(token, amount, heldAmount);
        uint256 availableAmount = _limiter.available(token, heldAmount);
        if (amount > availableAmount) {
            revert IOutflowLimiter.Outflow_LimitExceeded(token, amount, availableAmount);
        }
    }

    // --- Judgements -----------------------------------------------------------------------------------------------

    /// @inheritdoc IPreviewLens
    function requireFill(
        AccountId account,
        FillOutcome calldata outcome,
        uint256 feeWad
    ) external view returns (uint256 surchargeWad) {
        if (outcome.opens) {
            if (_vault.isFrozen(account)) revert IVaultErrors.Vault_AccountFrozen(account);
            if (outcome.expiries > MAX_EXPIRIES) {
                revert IVaultErrors.Vault_TooManyExpiries(account, outcome.expiries, MAX_EXPIRIES);
            }
        }
        Portfolio memory portfolio = outcome.portfolio;
        if (_isFree(portfolio)) return 0;
        uint256 stressWad =
            outcome.opens ? Solvency.stressFor(_breaker, account, _risk.exposure(portfolio), Action.Open) : WAD;
        (int256 surplusWad, uint256 grossWad) = Solvency.surplusOf(_risk, portfolio, stressWad);
        if (outcome.opens && surplusWad >= 0) {
            surchargeWad = _surchargeOf(surplusWad, grossWad, feeWad);
            surplusWad -= surchargeWad.toInt256();
        }
        if (surplusWad >= 0) return surchargeWad;
        if (outcome.opens) revert IVaultErrors.Vault_BelowInitialMargin(account, surplusWad);
        Solvency.Judgement memory judged = Solvency.judgeReduction(
            _risk,
            _vault.portfolioOf(account),
            portfolio,
            outcome.notionalWad.fullMulDiv(_vault.tradePolicy().reductionToleranceBps, BPS) + feeWad
        );
        if (judged.verdict == Solvency.Reduction.Worsens) {
            revert IVaultErrors.Vault_ReductionWorsens(account, judged.actualWad, judged.leastWad);
        }
        if (judged.verdict == Solvency.Reduction.GivesAway) {
            revert IVaultErrors.Vault_ReductionGivesAway(account, judged.actualWad, judged.leastWad);
        }
    }

    /// @inheritdoc IPreviewLens
    function requireWithdraw(AccountId account, Portfolio calldata portfolio_, bool cashLeaves) external view {
        Portfolio memory portfolio = portfolio_;
        if (_isFree(portfolio)) {
            Solvency.stressFor(_breaker, account, 0, Action.Withdraw);
            return;
        }
        uint256 stressWad = Solvency.stressFor(_breaker, account, _risk.exposure(portfolio), Action.Withdraw);
        (int256 surplusWad, ) = cashLeaves
            ? Solvency.surplusOfOwnCash(_risk, account, portfolio, stressWad)
            : Solvency.surplusOf(_risk, portfolio, stressWad);
        if (surplusWad < 0) revert IVaultErrors.Vault_BelowInitialMargin(account, surplusWad);
    }

    /// @inheritdoc IPreviewLens
    function stressFor(
        AccountId account,
        uint256 exposureBitmap,
        bool withdraws
    ) external view returns (uint256 stressWad) {
        return Solvency.stressFor(_breaker, account, exposureBitmap, withdraws ? Action.Withdraw : Action.Open);
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    /// @dev Rooms always say why; who ran out of gas cannot.
    function _told(bytes memory reason) private view returns (bytes memory) {
        if (reason.length < 4) revert PreviewLens_GasTooLow(gasleft());
        return reason;
    }

    function _takeStress(Preview memory preview, AccountId account, bool withdraws) private view {
        try _risk.exposure(preview.portfolio) returns (uint256 bitmap) {
            try this.stressFor(account, bitmap, withdraws) returns (uint256 stressWad) {
                preview.stressWad = stressWad;
            } catch (bytes memory reason) {
                _told(reason);
            }
        } catch (bytes memory reason) {
            _told(reason);
        }
    }

    function _takeMargin(Preview memory preview) private view {
        try _risk.report(preview.portfolio, preview.stressWad) returns (IPortfolioMargin.MarginReport memory margin) {
            (preview.marginKnown, preview.margin) = (true, margin);
        } catch (bytes memory reason) {
            _told(reason);
        }
    }

    /// @dev The base fee times k x^2.
    function _surchargeOf(int256 surplusWad, uint256 grossWad, uint256 feeWad) private view returns (uint256) {
        IVaultSettings.TradePolicy memory policy = _vault.tradePolicy();
        uint256 shortWad = HealthFee.shortfallWad(surplusWad, grossWad, policy.safeRatioBps);
        return feeWad.fullMulDivUp(HealthFee.surchargeWad(BPS, policy.surchargeBps, shortWad), WAD);
    }

    /// @return option Whether it is a leg of an option.
    function _requireWellFormed(FillLeg calldata leg) private pure returns (bool option) {
        if (!leg.instrument.isCanonical()) revert IVaultErrors.Vault_UnknownInstrument(leg.instrument);
        option = leg.instrument.kindOf() != InstrumentKind.Perpetual;
        uint64 lots = int256(leg.lots).abs().toUint64();
        if (lots == 0) revert IVaultErrors.Vault_ZeroLots();
        uint64 limit = option ? uint64(uint24(type(int24).max)) : uint64(type(int64).max);
        if (lots > limit) revert IVaultErrors.Vault_LotsTooLarge(lots, limit);
        if (leg.priceWad == 0) revert IVaultErrors.Vault_ZeroPrice();
    }

    function _tradePerp(
        FillOutcome memory outcome,
        AccountId account,
        FillLeg[] calldata legs,
        uint256 position
    ) private view returns (uint256 lotSizeWad) {
        FillLeg calldata leg = legs[position];
        AssetId asset = leg.instrument.underlyingOf();
        if (!_perps.isListed(asset)) revert IPerpMarkets.Perp_NotListed(asset);
        int256 lots = _vault.lotsOf(account, asset);
        for (uint256 i; i < position; ++i) if (legs[i].instrument == leg.instrument) lots += legs[i].lots;
        int64 lotsBefore = lots.toInt64();
        int64 lotsAfter = (lots + leg.lots).toInt64();
        lotSizeWad = _perps.marksOf(uint256(1) << AssetId.unwrap(asset))[0].lotSizeWad;
        if (!AccountLedger.shrank(lotsBefore, lotsAfter)) outcome.opens = true;
        _requirePerpCap(asset, _rise(leg.lots, lotsBefore, lotsAfter), lotSizeWad, leg.priceWad);
        _perpOf(outcome.portfolio, asset).sizeWad = lotsAfter * lotSizeWad.toInt256();
    }

    function _requirePerpCap(AssetId asset, uint256 rise, uint256 lotSizeWad, uint256 priceWad) private view {
        if (rise == 0) return;
        (uint256 lots, uint256 capWad) = _perps.openInterest(asset);
        (IMoveCost source, uint256 capacityUsd, ) = _perps.backingOf(asset);
        if (address(source) != address(0)) capWad = capWad.min(capacityUsd * WAD);
        uint256 midWad = _oracle.read(asset).midWad;
        uint256 notionalWad = (lots + rise) * lotSizeWad.mulWadUp(midWad == 0 ? priceWad : midWad);
        if (notionalWad > capWad) revert IPerpMarkets.Perp_OpenInterestCap(notionalWad, capWad);
    }

    /// @param held Expiries of which the account holds options; with this one, or without it, afterwards.
    function _trade(
        FillOutcome memory outcome,
        FillLeg calldata leg,
        uint256 held
    ) private view returns (uint256 lotSizeWad, uint256) {
        (uint8 slot, uint8 strikeIndex) = _options.locate(leg.instrument);
        IOptionMarkets.ExpiryMark memory mark = _options.marksOf(uint64(1) << slot)[0];
        if (mark.settlementPriceWad != 0) revert IOptionMarkets.Option_Settled(slot);
        if (block.timestamp >= mark.expiry.expiryOf()) {
            revert IOptionMarkets.Option_Expired(slot, mark.expiry.expiryOf());
        }
        lotSizeWad = mark.expiry.lotSizeWadOf();
        OptionHolding memory holding = _holdingOf(outcome.portfolio, slot, mark);
        bool isPut = leg.instrument.kindOf() == InstrumentKind.Put;
        int24 lotsBefore = holding.legs.lotsOf(strikeIndex, isPut);
        int24 lotsAfter = (int256(lotsBefore) + leg.lots).toInt24();
        holding.legs = holding.legs.withLots(strikeIndex, isPut, lotsAfter);
        if (!AccountLedger.shrank(lotsBefore, lotsAfter)) outcome.opens = true;
        _requireOptionCap(leg.instrument, lotSizeWad, _rise(leg.lots, lotsBefore, lotsAfter));
        uint256 bit = uint256(1) << slot;
        return (lotSizeWad, OptionWord.unwrap(holding.legs) == 0 ? held & ~bit : held | bit);
    }

    function _requireOptionCap(InstrumentId instrument, uint256 lotSizeWad, uint256 rise) private view {
        if (rise == 0) return;
        AssetId asset = instrument.underlyingOf();
        (uint256 lots, uint256 capWad) = _options.openInterest(asset);
        uint256 priceWad = _oracle.read(asset).midWad;
        if (priceWad == 0) priceWad = instrument.strikeWadOf();
        uint256 notionalWad = (lots + rise) * lotSizeWad.mulWadUp(priceWad);
        if (notionalWad > capWad) revert IOptionMarkets.Option_OpenInterestCap(notionalWad, capWad);
    }

    /// @dev By how many lots open interest grows when the other side opens: by what grows on the account's own side.
    function _rise(int256 lots, int256 lotsBefore, int256 lotsAfter) private pure returns (uint256) {
        if (lots < 0) (lotsBefore, lotsAfter) = (-lotsBefore, -lotsAfter);
        return uint256(lotsAfter.max(0) - lotsBefore.max(0));
    }

    /// @dev The holding of an asset, made where there is none.
    function _perpOf(Portfolio memory portfolio, AssetId asset) private pure returns (PerpHolding memory) {
        PerpHolding[] memory held = portfolio.perps;
        for (uint256 i; i < held.length; ++i) if (held[i].asset == asset) return held[i];
        PerpHolding[] memory more = new PerpHolding[](held.length + 1);
        for (uint256 i; i < held.length; ++i) more[i] = held[i];
        more[held.length].asset = asset;
        portfolio.perps = more;
        return more[held.length];
    }

    function _holdingOf(
        Portfolio memory portfolio,
        uint8 slot,
        IOptionMarkets.ExpiryMark memory mark
    ) private pure returns (OptionHolding memory) {
        OptionHolding[] memory held = portfolio.options;
        for (uint256 i; i < held.length; ++i) if (held[i].slot == slot) return held[i];
        OptionHolding[] memory more = new OptionHolding[](held.length + 1);
        for (uint256 i; i < held.length; ++i) more[i] = held[i];
        more[held.length] = OptionHolding(slot, mark.expiry, OptionWord.wrap(0), mark.fixedPriceWad);
        portfolio.options = more;
        return more[held.length];
    }

    /// @dev What is closed is not there any more: the vault lists no empty holdings.
    function _dropEmpty(Portfolio memory portfolio) private pure {
        PerpHolding[] memory perps = portfolio.perps;
        OptionHolding[] memory options = portfolio.options;
        uint256 perpCount;
        uint256 optionCount;
        for (uint256 i; i < perps.length; ++i) if (perps[i].sizeWad != 0) perps[perpCount++] = perps[i];
        for (uint256 i; i < options.length; ++i) {
            if (OptionWord.unwrap(options[i].legs) != 0) options[optionCount++] = options[i];
        }
        assembly ("memory-safe") {
            // Shortens both arrays.
            mstore(perps, perpCount)
            mstore(options, optionCount)
        }
    }

    function _takeCollateral(
        Portfolio memory portfolio,
        AccountId account,
        address token,
        uint8 index,
        uint256 amount,
        uint256 amountWad
    ) private view {
        uint256 heldAmount = _vault.collateralOf(account, index);
        if (amount > heldAmount) {
            revert IVaultErrors.Vault_InsufficientCollateral(account, token, amount, heldAmount);
        }
        CollateralHolding[] memory holdings = portfolio.collateral;
        for (uint256 i; i < holdings.length; ++i) {
            if (holdings[i].index == index) holdings[i].amountWad -= amountWad;
        }
    }

    function _indexOf(address token) private view returns (uint8) {
        uint8 count = _vault.collateralCount();
        for (uint8 i; i < count; ++i) {
            (address listed, ) = _vault.collateralToken(i);
            if (listed == token) return i;
        }
        revert IVaultErrors.Vault_UnknownToken(token);
    }

    /// @dev Neither positions nor debt.
    function _isFree(Portfolio memory portfolio) private pure returns (bool) {
        if (portfolio.cashWad < 0) return false;
        return portfolio.perps.length + portfolio.options.length == 0;
    }
}
