// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {CollateralTerms} from "../risk/CollateralTerms.sol";
import {Haircut} from "../risk/Haircut.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {RiskParameters} from "../risk/RiskParameters.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {InstrumentKind, optionOf} from "../types/InstrumentId.sol";
import {CollateralHolding, OptionHolding, Portfolio} from "../types/Portfolio.sol";
import {SmileSource, SmileWord} from "../types/SmileWord.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";

import {IGreeksLens} from "./IGreeksLens.sol";
import {Greeks, OptionGreeks} from "./OptionGreeks.sol";

/// @title GreeksLens
/// @notice Greeks of accounts and of the open interest.
/// @dev Owns nothing. Trusts the rooms it asks.
contract GreeksLens is IGreeksLens {
    using FixedPointMathLib for uint256;
    using LibBit for uint256;
    using OptionGreeks for Greeks;

    uint256 private constant WAD = 1e18;

    /// @dev Slots of the option markets, and keys of a slot: seven bits of a strike's index and one for the right.
    uint256 private constant SLOTS = 64;
    uint256 private constant KEYS = 256;

    /// @dev More than a slot with its mark and smile and one series with its greeks take, storage cold, and the answer.
    uint256 private constant SERIES_GAS = 150_000;

    IPriceOracle private immutable _oracle;
    IVolSurface private immutable _surface;
    IPerpMarkets private immutable _perps;
    IOptionMarkets private immutable _options;
    IPortfolioMargin private immutable _risk;
    IMarginVault private immutable _vault;

    constructor(
        IPriceOracle oracle,
        IVolSurface surface,
        IPerpMarkets perps,
        IOptionMarkets options,
        IPortfolioMargin risk,
        IMarginVault vault
    ) {
        bool complete = address(oracle) != address(0) && address(surface) != address(0) && address(perps) != address(0);
        complete = complete && address(options) != address(0) && address(risk) != address(0);
        if (!complete || address(vault) == address(0)) revert GreeksLens_ZeroAddress();
        _oracle = oracle;
        _surface = surface;
        _perps = perps;
        _options = options;
        _risk = risk;
        _vault = vault;
    }

    // --- Accounts -------------------------------------------------------------------------------------------------

    /// @inheritdoc IGreeksLens
    function greeksOf(AccountId account) external view returns (AssetGreeks[] memory greeks) {
        return _greeksOf(_vault.portfolioOf(account));
    }

    /// @inheritdoc IGreeksLens
    function greeksOfPortfolio(Portfolio calldata portfolio) external view returns (AssetGreeks[] memory greeks) {
        return _greeksOf(portfolio);
    }

    /// @inheritdoc IGreeksLens
    function legGreeksOf(AccountId account) external view returns (LegGreeks[] memory legs) {
        OptionHolding[] memory holdings = _vault.portfolioOf(account).options;
        uint256 count;
        for (uint256 i; i < holdings.length; ++i) count += holdings[i].legs.legCount();
        legs = new LegGreeks[](count);
        count = 0;
        for (uint256 i; i < holdings.length; ++i) {
            OptionGreeks.Option memory option = _optionIn(
                holdings[i].expiry,
                _midOf(holdings[i].expiry.underlyingOf())
            );
            uint256 inWord = holdings[i].legs.legCount();
            for (uint256 j; j < inWord; ++j) legs[count++] = _leg(holdings[i], j, option);
        }
    }

    // --- Open interest --------------------------------------------------------------------------------------------

    /// @inheritdoc IGreeksLens
    function openInterestGreeks(
        AssetId asset,
        uint256 cursor,
        uint256 n
    ) external view returns (OpenInterest memory sums, uint256 next) {
        if (cursor > SLOTS * KEYS) revert GreeksLens_CursorOutOfRange(cursor, SLOTS * KEYS);
        if (cursor == 0 && _perps.isListed(asset)) {
            (uint256 lots, ) = _perps.openInterest(asset);
            sums.perpsWad = lots * _perps.marksOf(uint256(1) << AssetId.unwrap(asset))[0].lotSizeWad;
        }
        uint256 slots = _options.listedSlots(asset);
        if (slots == 0) return (sums, SLOTS * KEYS);
        uint256 midWad = _midOf(asset);
        for (next = cursor; next < SLOTS * KEYS; next = (next / KEYS + 1) * KEYS) {
            if ((slots >> (next / KEYS)) & 1 == 0) continue;
            bool whole;
            (whole, next) = _addSlot(sums, midWad, next, n);
            if (!whole) break;
        }
        // Nothing was reached: for want of gas, unless nothing was asked for.
        if (next == cursor && next < SLOTS * KEYS && n != 0) revert GreeksLens_GasTooLow(gasleft(), SERIES_GAS);
    }

    /// @inheritdoc IGreeksLens
    function seriesEnd() external pure returns (uint256) {
        return SLOTS * KEYS;
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    function _greeksOf(Portfolio memory portfolio) private view returns (AssetGreeks[] memory greeks) {
        uint256 bitmap = _risk.exposure(portfolio);
        greeks = new AssetGreeks[](bitmap.popCount());
        for (uint256 i; bitmap != 0; ++i) {
            AssetId asset = AssetId.wrap(uint16(bitmap.ffs()));
            bitmap &= bitmap - 1;
            _fill(greeks[i], asset, portfolio);
        }
    }

    function _fill(AssetGreeks memory greeks, AssetId asset, Portfolio memory portfolio) private view {
        greeks.asset = asset;
        greeks.midWad = _midOf(asset);
        for (uint256 i; i < portfolio.perps.length; ++i) {
            if (portfolio.perps[i].asset == asset) greeks.perpsWad += portfolio.perps[i].sizeWad;
        }
        for (uint256 i; i < portfolio.options.length; ++i) {
            OptionHolding memory holding = portfolio.options[i];
            if (holding.expiry.underlyingOf() != asset) continue;
            OptionGreeks.Option memory option = _optionIn(holding.expiry, greeks.midWad);
            uint256 count = holding.legs.legCount();
            for (uint256 j; j < count; ++j) greeks.options.add(_leg(holding, j, option).greeks);
        }
        for (uint256 i; i < portfolio.collateral.length; ++i) _addCollateral(greeks, portfolio.collateral[i]);
        greeks.total.add(greeks.options);
        greeks.total.deltaWad += greeks.perpsWad + int256(greeks.collateralWad);
    }

    function _addCollateral(AssetGreeks memory greeks, CollateralHolding memory holding) private view {
        if (holding.amountWad == 0) return;
        IPortfolioMargin.CollateralConfig memory config = _risk.collateralOf(holding.index);
        if (config.underlying != greeks.asset) return;
        (, , uint256 sigmaWad, ) = _risk.shocksOf(greeks.asset, WAD);
        CollateralTerms terms = RiskParameters.packCollateral(config);
        uint256 creditedWad = Haircut.credit(terms, holding.amountWad, sigmaWad, false);
        uint256 ratioWad = config.ratioAsset == NO_ASSET ? WAD : _midOf(config.ratioAsset);
        greeks.collateralWad += holding.amountWad.mulWad(ratioWad);
        greeks.creditedWad += creditedWad.mulWad(ratioWad);
    }

    /// @param option Of the expiry; strike and right are put in here.
    function _leg(
        OptionHolding memory holding,
        uint256 position,
        OptionGreeks.Option memory option
    ) private pure returns (LegGreeks memory leg) {
        (int24 lots, uint8 strikeIndex, bool isPut) = holding.legs.legAt(position);
        ExpiryWord expiry = holding.expiry;
        (option.isPut, option.strikeWad) = (isPut, expiry.strikeWadOf(strikeIndex));
        leg.instrument = optionOf(
            expiry.underlyingOf(),
            isPut ? InstrumentKind.Put : InstrumentKind.Call,
            expiry.expiryOf(),
            // Below 2^90.
            uint128(option.strikeWad)
        );
        leg.sizeWad = int256(lots) * int256(expiry.lotSizeWadOf());
        Greeks memory unit;
        (unit, leg.sigmaWad) = OptionGreeks.ofUnit(option);
        if (holding.fixedPriceWad == 0) leg.greeks = unit.times(leg.sizeWad);
    }

    /// @dev Counts the series of one slot from `cursor` on.
    /// @return whole Whether that was all of it; if not, the page ends.
    /// @return next Where it stopped; within the slot if it is whole.
    function _addSlot(
        OpenInterest memory sums,
        uint256 midWad,
        uint256 cursor,
        uint256 n
    ) private view returns (bool whole, uint256 next) {
        if (gasleft() < SERIES_GAS || sums.series == n) return (false, cursor);
        uint8 slot = uint8(cursor / KEYS);
        IOptionMarkets.ExpiryMark memory mark = _options.marksOf(uint64(1) << slot)[0];
        if (mark.settlementPriceWad | mark.fixedPriceWad != 0) return (true, cursor);
        OptionGreeks.Option memory option = _optionIn(mark.expiry, midWad);
        uint256 keys = 2 * uint256(mark.expiry.strikeCountOf());
        for (uint256 key = cursor % KEYS; key < keys; ++key) {
            if (gasleft() < SERIES_GAS || sums.series == n) return (false, slot * KEYS + key);
            _addSeries(sums, mark.expiry, slot, key, option);
        }
        return (true, cursor);
    }

    function _addSeries(
        OpenInterest memory sums,
        ExpiryWord expiry,
        uint8 slot,
        uint256 key,
        OptionGreeks.Option memory option
    ) private view {
        option.isPut = key & 1 == 1;
        (uint64 lots, , ) = _options.seriesAt(slot, uint8(key >> 1), option.isPut);
        if (lots == 0) return;
        ++sums.series;
        option.strikeWad = expiry.strikeWadOf(key >> 1);
        uint256 sizeWad = lots * expiry.lotSizeWadOf();
        (Greeks memory unit, ) = OptionGreeks.ofUnit(option);
        // Lots of 64 bits of at most 2^78.
        Greeks memory greeks = unit.times(int256(sizeWad));
        if (option.isPut) {
            sums.putsWad += sizeWad;
            sums.puts.add(greeks);
        } else {
            sums.callsWad += sizeWad;
            sums.calls.add(greeks);
        }
    }

    function _optionIn(ExpiryWord expiry, uint256 midWad) private view returns (OptionGreeks.Option memory option) {
        AssetId asset = expiry.underlyingOf();
        uint40[] memory expiries = new uint40[](1);
        expiries[0] = expiry.expiryOf();
        SmileWord smile = _surface.smilesOf(asset, expiries)[0];
        if (smile.sourceOf() == SmileSource.None) revert GreeksLens_NoSmile(asset, expiries[0]);
        option.midWad = midWad;
        option.secondsLeft = uint256(expiries[0]).zeroFloorSub(block.timestamp);
        option.smile = smile;
    }

    function _midOf(AssetId asset) private view returns (uint256 midWad) {
        midWad = _oracle.read(asset).midWad;
        if (midWad == 0) revert GreeksLens_NoPrice(asset);
    }
}
