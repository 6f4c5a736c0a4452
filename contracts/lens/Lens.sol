// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../breaker/IOutflowLimiter.sol";
import {IInsuranceFund} from "../insurance/IInsuranceFund.sol";
import {ILossWaterfall} from "../insurance/ILossWaterfall.sol";
import {ILiquidationAuction} from "../liquidation/ILiquidationAuction.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {UnpaidGains} from "../types/UnpaidGains.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";

import {ILens} from "./ILens.sol";
import {LiquidationSearch} from "./LiquidationSearch.sol";

/// @title Lens
/// @notice Read-only views for keepers, risk teams and pages.
/// @dev Owns nothing. Trusts the rooms it asks, but not that they answer: one unreadable account never hides the rest.
contract Lens is ILens {
    using LiquidationSearch for LiquidationSearch.Book;

    uint256 internal constant WAD = 1e18;

    /// @dev Accounts in one page.
    uint256 internal constant MAX_PAGE = 2_048;

    /// @dev Markets in one call: the size of an account header's bitmap.
    uint256 internal constant MAX_MARKETS = 32;

    /// @dev An account that cannot be read with this much gas is unknown: many times what the fullest account takes.
    uint256 internal constant ACCOUNT_GAS = 8_000_000;

    /// @dev Gas kept back to hand the page over, and for each account in it.
    uint256 internal constant PAGE_GAS = 100_000;
    uint256 internal constant ENTRY_GAS = 4_000;

    IPriceOracle internal immutable _oracle;
    ICircuitBreaker internal immutable _breaker;
    IPerpMarkets internal immutable _perps;
    IPortfolioMargin internal immutable _risk;
    IMarginVault internal immutable _vault;
    IInsuranceFund internal immutable _fund;
    ILossWaterfall internal immutable _waterfall;
    ILiquidationAuction internal immutable _auction;

    constructor(
        IPriceOracle oracle,
        ICircuitBreaker breaker,
        IPerpMarkets perps,
        IPortfolioMargin risk,
        IMarginVault vault,
        IInsuranceFund fund,
        ILossWaterfall waterfall,
        ILiquidationAuction auction
    ) {
        _requireSet(address(oracle));
        _requireSet(address(breaker));
        _requireSet(address(perps));
        _requireSet(address(risk));
        _requireSet(address(vault));
        _requireSet(address(fund));
        _requireSet(address(waterfall));
        _requireSet(address(auction));
        _oracle = oracle;
        _breaker = breaker;
        _perps = perps;
        _risk = risk;
        _vault = vault;
        _fund = fund;
        _waterfall = waterfall;
        _auction = auction;
    }

    // --- Accounts -------------------------------------------------------------------------------------------------

    /// @inheritdoc ILens
    function page(uint256 cursor, uint256 n) external view returns (AccountHealth[] memory accounts, uint256 next) {
        uint256 end = _pageEnd(cursor, n);
        accounts = new AccountHealth[](end - cursor);
        for (next = cursor; next < end; ++next) {
            (bool read, AccountHealth memory health) = _tryHealth(_vault.accountAt(next), WAD, next - cursor);
            if (!read) break;
            accounts[next - cursor] = health;
        }
        accounts = _firstOf(accounts, next - cursor);
    }

    /// @inheritdoc ILens
    function scan(uint256 cursor, uint256 n, uint256 stressWad) external view returns (Scan memory sums, uint256 next) {
        uint256 end = _pageEnd(cursor, n);
        for (next = cursor; next < end; ++next) {
            (bool read, AccountHealth memory health) = _tryHealth(_vault.accountAt(next), stressWad, next - cursor);
            if (!read) break;
            _add(sums, health);
        }
    }

    /// @inheritdoc ILens
    function healthOf(AccountId account) external view returns (AccountHealth memory health) {
        return _health(account, _vault.portfolioOf(account), WAD);
    }

    /// @inheritdoc ILens
    function stressedHealthOf(
        AccountId account,
        uint256 stressWad
    ) external view returns (AccountHealth memory health) {
        return _health(account, _vault.portfolioOf(account), stressWad);
    }

    /// @inheritdoc ILens
    function detailOf(AccountId account) external view returns (AccountDetail memory detail) {
        detail.portfolio = _vault.portfolioOf(account);
        (, detail.health) = _tryHealth(account, WAD, 0);
        detail.exposureBitmap = _risk.exposure(detail.portfolio);
        detail.permissions = _permissions(account, detail.exposureBitmap);
        detail.auction = _auction.auctionOf(account);
        try _auction.canFlag(account) returns (bool may, bytes4 reason, uint256) {
            (detail.canFlag, detail.flagReason) = (may, reason);
        } catch (bytes memory reason) {
            // Rooms always say why; who ran out of gas cannot.
            if (reason.length < 4) revert Lens_GasTooLow(gasleft(), ACCOUNT_GAS);
            detail.flagReason = bytes4(reason);
        }
    }

    /// @inheritdoc ILens
    function permissionsOf(AccountId account) external view returns (Permissions memory permissions) {
        return _permissions(account, _risk.exposure(_vault.portfolioOf(account)));
    }

    /// @inheritdoc ILens
    function canAct(AccountId account, Action action) external view returns (Rule rule, Level level) {
        return _breaker.ruleFor(_risk.exposure(_vault.portfolioOf(account)), action);
    }

    /// @inheritdoc ILens
    function matrixOf(
        AccountId account,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad) {
        return _risk.matrix(_vault.portfolioOf(account), underlying);
    }

    /// @inheritdoc ILens
    function liquidationPricesOf(
        AccountId account,
        AssetId underlying
    ) external view returns (LiquidationPrices memory prices) {
        uint256 midWad = _oracle.read(underlying).midWad;
        LiquidationSearch.Book memory book = LiquidationSearch.Book({
            risk: _risk,
            asset: underlying,
            portfolio: _vault.portfolioOf(account)
        });
        prices.asset = underlying;
        prices.liquidatable = book.fails(WAD);
        if (prices.liquidatable) return prices;
        prices.belowWad = FixedPointMathLib.fullMulDiv(midWad, book.below(), WAD);
        prices.aboveWad = FixedPointMathLib.fullMulDivUp(midWad, book.above(), WAD);
    }

    // --- Markets and domain ---------------------------------------------------------------------------------------

    /// @inheritdoc ILens
    function markets(AssetId[] calldata assets) external view returns (MarketState[] memory states) {
        if (assets.length > MAX_MARKETS) revert Lens_PageTooLarge(assets.length, MAX_MARKETS);
        PriceViews[] memory views = _oracle.readMany(assets);
        states = new MarketState[](assets.length);
        for (uint256 i; i < assets.length; ++i) states[i] = _market(assets[i], views[i]);
    }

    /// @inheritdoc ILens
    function domain() external view returns (DomainState memory state) {
        state.level = _breaker.domainLevel();
        state.liveness = _breaker.liveness();
        state.stressWad = _breaker.stressWad();
        state.accounts = _vault.accountCount();
        state.openAuctions = _auction.openCount();
        state.heldAmount = IERC20(_vault.settlementToken()).balanceOf(address(_vault));
        state.fundAssets = _fund.totalAssets();
        state.fundCashWad = _vault.cashOf(_fund.account());
    }

    /// @inheritdoc ILens
    function outflows(IOutflowLimiter limiter) external view returns (TokenOutflow[] memory tokens) {
        uint256 collaterals = _vault.collateralCount();
        tokens = new TokenOutflow[](collaterals + 1);
        tokens[0] = _outflow(limiter, _vault.settlementToken());
        for (uint256 i; i < collaterals; ++i) {
            (address token, ) = _vault.collateralToken(uint8(i));
            tokens[i + 1] = _outflow(limiter, token);
        }
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    /// @dev Reads an account at arm's length.
    /// @return read False when gas may have been what was missing: the page then ends before the account.
    function _tryHealth(
        AccountId account,
        uint256 stressWad,
        uint256 entries
    ) private view returns (bool read, AccountHealth memory health) {
        uint256 kept = PAGE_GAS + ENTRY_GAS * (entries + 1);
        // A call gets at most 63/64 of what is there.
        uint256 spendable = FixedPointMathLib.zeroFloorSub((gasleft() / 64) * 63, kept);
        uint256 given = FixedPointMathLib.min(spendable, ACCOUNT_GAS);
        uint256 before = gasleft();
        try this.stressedHealthOf{gas: given}(account, stressWad) returns (AccountHealth memory answer) {
            return (true, answer);
        } catch {
            // Whoever ran out of gas used nearly all of it; whoever used less than half was refused.
            bool refused = given == ACCOUNT_GAS || before - gasleft() < given / 2;
            if (!refused && entries == 0) revert Lens_GasTooLow(spendable, ACCOUNT_GAS);
            health.account = account;
            return (refused, health);
        }
    }

    function _health(
        AccountId account,
        Portfolio memory portfolio,
        uint256 stressWad
    ) private view returns (AccountHealth memory health) {
        health.account = account;
        health.known = true;
        health.frozen = _vault.isFrozen(account);
        health.phase = _auction.auctionOf(account).phase;
        health.margin = _risk.report(portfolio, stressWad);
        int256 free =
            FixedPointMathLib.min(health.margin.initialSurplusWad, portfolio.cashWad + health.margin.netPositionWad) -
                int256(UnpaidGains.sumWad(portfolio));
        health.withdrawableWad = free > 0 ? uint256(free) : 0;
    }

    function _permissions(
        AccountId account,
        uint256 exposureBitmap
    ) private view returns (Permissions memory permissions) {
        permissions.frozen = _vault.isFrozen(account);
        for (uint256 i; i < permissions.rules.length; ++i) {
            (permissions.rules[i], permissions.level) = _breaker.ruleFor(exposureBitmap, Action(i));
        }
    }

    function _market(AssetId asset, PriceViews memory views) private view returns (MarketState memory state) {
        state.asset = asset;
        state.known = _oracle.isListed(asset);
        if (!state.known) return state;
        state.views = views;
        state.level = _breaker.levelOf(asset);
        state.record = _breaker.recordOf(asset);
        state.listed = asset.isUnderlying() && _perps.isListed(asset);
        if (!state.listed) return state;
        state.mark = _perps.marksOf(uint256(1) << AssetId.unwrap(asset))[0];
        (state.lots, state.capWad) = _perps.openInterest(asset);
        uint256 sizeWad = state.lots * state.mark.lotSizeWad;
        state.openInterestWad = FixedPointMathLib.fullMulDivUp(sizeWad, views.midWad, WAD);
        state.coverableWad = _waterfall.coverable(asset);
        state.penaltyPoolWad = _waterfall.poolOf(asset);
    }

    function _outflow(IOutflowLimiter limiter, address token) private view returns (TokenOutflow memory outflow) {
        uint256 held = IERC20(token).balanceOf(address(_vault));
        return TokenOutflow({token: token, heldAmount: held, availableAmount: limiter.available(token, held)});
    }

    function _pageEnd(uint256 cursor, uint256 n) private view returns (uint256 end) {
        if (n > MAX_PAGE) revert Lens_PageTooLarge(n, MAX_PAGE);
        uint256 count = _vault.accountCount();
        if (cursor > count) revert Lens_CursorOutOfRange(cursor, count);
        return FixedPointMathLib.min(cursor + n, count);
    }

    function _add(Scan memory sums, AccountHealth memory health) private pure {
        if (!health.known) {
            ++sums.unknown;
            return;
        }
        ++sums.counted;
        sums.withdrawableWad += health.withdrawableWad;
        if (health.margin.liquidationSurplusWad < 0) ++sums.liquidatable;

        int256 surplus = health.margin.initialSurplusWad;
        uint256 loss = surplus < 0 ? FixedPointMathLib.abs(surplus) : 0;
        if (loss > sums.largestLossWad) {
            sums.secondLossWad = sums.largestLossWad;
            sums.largestLossWad = loss;
        } else if (loss > sums.secondLossWad) {
            sums.secondLossWad = loss;
        }
    }

    function _firstOf(
        AccountHealth[] memory accounts,
        uint256 count
    ) private pure returns (AccountHealth[] memory first) {
        if (count == accounts.length) return accounts;
        first = new AccountHealth[](count);
        for (uint256 i; i < count; ++i) first[i] = accounts[i];
    }

    function _requireSet(address room) private pure {
        if (room == address(0)) revert Lens_ZeroAddress();
    }
}
