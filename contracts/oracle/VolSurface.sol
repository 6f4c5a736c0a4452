// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {PriceLog} from "../math/PriceLog.sol";
import {AssetId} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";
import {SmileSource, SmileWord, packSmile} from "../types/SmileWord.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {IVolSurface} from "./IVolSurface.sol";
import {SmileBlend} from "./libraries/SmileBlend.sol";
import {SmileChecks} from "./libraries/SmileChecks.sol";
import {SurfaceBounds} from "./libraries/SurfaceBounds.sol";

/// @title VolSurface
/// @notice Orders and guards: one door for attestations, one answer that never fails.
/// @dev Owns: terms, a word per attested expiry, the live expiries. Trusts: its authority for terms within `SurfaceBounds`, the
/// attester within the terms, the oracle for realised volatility.
contract VolSurface is IVolSurface, AccessManaged {
    uint256 private constant MAX_EXPIRIES = 16;
    uint256 private constant MAX_TENOR = 3 * 365 days;
    uint256 private constant BPS = 1e4;
    uint256 private constant WAD_PER_BPS = 1e14;
    int256 private constant WAD_PER_E16 = 100;

    /// @dev terms 240 bits; epoch 32 | observedAt 40 | count 8; expiries 6 x 40 a slot; a word per expiry.
    struct Surface {
        SurfaceTerms terms;
        uint32 epoch;
        uint40 observedAt;
        uint8 count;
        uint40[MAX_EXPIRIES] expiries;
        mapping(uint256 expiry => SmileWord) smiles;
    }

    /// @notice Where realised volatilities come from.
    IPriceOracle public immutable oracle;

    mapping(AssetId asset => Surface) private _surfaces;

    constructor(address authority_, IPriceOracle oracle_) AccessManaged(authority_) {
        if (address(oracle_).code.length == 0) revert Oracle_NoRealisedVolatility(address(oracle_));
        oracle = oracle_;
    }

    // ------------------------------------------------------------------------------------------------ attestations

    /// @inheritdoc IVolSurface
    function attest(AssetId asset, uint32 epoch, uint40 observedAt, Smile[] calldata smiles) external restricted {
        Surface storage surface = _surfaces[asset];
        SurfaceTerms memory terms = surface.terms;
        if (terms.maxAgeSeconds == 0) revert Oracle_SurfaceNotListed(asset);
        _advance(surface, terms, epoch, observedAt);
        if (smiles.length == 0 || smiles.length > MAX_EXPIRIES) {
            revert Oracle_SmileCount(smiles.length, 1, MAX_EXPIRIES);
        }
        (uint256 lowestWad, uint256 highestWad) = _atmBounds(asset, terms);
        uint256 earliest = block.timestamp + 1;
        for (uint256 i; i < smiles.length; ++i) {
            Smile calldata smile = smiles[i];
            uint256 latest = block.timestamp + MAX_TENOR;
            if (smile.expiry < earliest || smile.expiry > latest) {
                revert Oracle_ExpiryOutOfRange(smile.expiry, earliest, latest);
            }
            earliest = uint256(smile.expiry) + 1;
            SmileWord word = packSmile(smile.atmQ24, smile.skewQ24, smile.curvatureQ24);
            SmileChecks.requireSound(
                _framed(terms, word, smile.expiry),
                terms,
                smile.expiry,
                block.timestamp,
                lowestWad,
                highestWad
            );
            surface.smiles[smile.expiry] = SmileWord.wrap(SmileWord.unwrap(word) | observedAt);
            emit SmileAttested(asset, smile.expiry, epoch, observedAt, smile.atmQ24, smile.skewQ24, smile.curvatureQ24);
        }
        _requireRising(surface, terms, _enlist(surface, smiles));
    }

    // ----------------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IVolSurface
    function setTerms(AssetId asset, SurfaceTerms calldata terms) external restricted {
        if (!oracle.isListed(asset)) revert IPriceOracle.Oracle_NotListed(asset);
        SurfaceBounds.check(terms);
        emit SurfaceTermsSet(asset, _surfaces[asset].terms, terms);
        _surfaces[asset].terms = terms;
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IVolSurface
    function smileOf(AssetId asset, uint40 expiry) external view returns (SmileWord) {
        return _inEffect(asset, expiry);
    }

    /// @inheritdoc IVolSurface
    function smilesOf(AssetId asset, uint40[] calldata expiries) external view returns (SmileWord[] memory words) {
        words = new SmileWord[](expiries.length);
        Surface storage surface = _surfaces[asset];
        SurfaceTerms memory terms = surface.terms;
        if (terms.maxAgeSeconds == 0) return words;
        SmileBlend.Fallback memory standIn = SmileBlend.fallbackOf(terms, oracle.read(asset));
        for (uint256 i; i < expiries.length; ++i) {
            SmileWord attested = surface.smiles[expiries[i]];
            words[i] = SmileBlend.inEffect(terms, standIn, attested, expiries[i], block.timestamp);
        }
    }

    /// @inheritdoc IVolSurface
    function volOf(AssetId asset, uint40 expiry, int256 logMoneynessWad) external view returns (VolQuote memory) {
        return _quote(_inEffect(asset, expiry), logMoneynessWad);
    }

    /// @inheritdoc IVolSurface
    function volAtStrike(AssetId asset, uint40 expiry, uint256 strikeWad) external view returns (VolQuote memory) {
        uint256 forwardWad = oracle.read(asset).midWad;
        int256 logE16 = PriceLog.toLogE16(strikeWad);
        logE16 = forwardWad == 0 ? int256(0) : logE16 - PriceLog.toLogE16(forwardWad);
        return _quote(_inEffect(asset, expiry), logE16 * WAD_PER_E16);
    }

    /// @inheritdoc IVolSurface
    function attestedOf(AssetId asset, uint40 expiry) external view returns (SmileWord) {
        return _surfaces[asset].smiles[expiry];
    }

    /// @inheritdoc IVolSurface
    function stateOf(
        AssetId asset
    ) external view returns (uint256 epoch, uint256 observedAt, uint40[] memory expiries) {
        Surface storage surface = _surfaces[asset];
        expiries = new uint40[](surface.count);
        for (uint256 i; i < expiries.length; ++i) expiries[i] = surface.expiries[i];
        return (surface.epoch, surface.observedAt, expiries);
    }

    /// @inheritdoc IVolSurface
    function termsOf(AssetId asset) external view returns (SurfaceTerms memory terms) {
        terms = _surfaces[asset].terms;
        if (terms.maxAgeSeconds == 0) revert Oracle_SurfaceNotListed(asset);
    }

    // ---------------------------------------------------------------------------------------------------- internal

    function _advance(Surface storage surface, SurfaceTerms memory terms, uint32 epoch, uint40 observedAt) private {
        if (epoch <= surface.epoch) revert Oracle_EpochNotLater(epoch, surface.epoch);
        uint256 earliest = FixedPointMathLib.max(surface.observedAt, block.timestamp - terms.freshSeconds);
        if (observedAt < earliest || observedAt > block.timestamp) {
            revert Oracle_ObservedAt(observedAt, earliest, block.timestamp);
        }
        (surface.epoch, surface.observedAt) = (epoch, observedAt);
    }

    /// @dev Adds new expiries to the live ones and drops those that have passed, in rising order.
    function _enlist(Surface storage surface, Smile[] calldata smiles) private returns (uint256[] memory live) {
        live = new uint256[](2 * MAX_EXPIRIES);
        uint256 count = surface.count;
        (uint256 length, uint256 next, bool changed) = (0, 0, false);
        for (uint256 i; i < count; ++i) {
            uint256 stored = surface.expiries[i];
            if (stored <= block.timestamp) {
                surface.smiles[stored] = SmileWord.wrap(0);
                changed = true;
                continue;
            }
            for (; next < smiles.length && smiles[next].expiry < stored; ++next) live[length++] = smiles[next].expiry;
            if (next < smiles.length && smiles[next].expiry == stored) ++next;
            live[length++] = stored;
        }
        for (; next < smiles.length; ++next) live[length++] = smiles[next].expiry;
        if (length > MAX_EXPIRIES) revert Oracle_TooManyExpiries(length, MAX_EXPIRIES);
        // The scratch array keeps its size; the rest of it stays zero, which ends the list.
        if (!changed && length == count) return live;
        for (uint256 i; i < length; ++i) surface.expiries[i] = uint40(live[i]);
        surface.count = uint8(length);
    }

    /// @dev Between all neighbours that have not aged out: what is far beyond its age binds nobody.
    function _requireRising(Surface storage surface, SurfaceTerms memory terms, uint256[] memory live) private view {
        uint256 nearer;
        SmileWord nearerWord;
        for (uint256 i; live[i] != 0; ++i) {
            SmileWord word = surface.smiles[live[i]];
            if (SmileBlend.shareOf(terms, word.observedAtOf(), block.timestamp) == 0) continue;
            word = _framed(terms, word, live[i]);
            if (nearer != 0) SmileChecks.requireRising(nearerWord, nearer, word, live[i], block.timestamp);
            (nearer, nearerWord) = (live[i], word);
        }
    }

    /// @dev Below: against the glide volatility, which has a long memory. Above: against the largest there is.
    function _atmBounds(
        AssetId asset,
        SurfaceTerms memory terms
    ) private view returns (uint256 lowestWad, uint256 highestWad) {
        PriceViews memory views = oracle.read(asset);
        lowestWad = FixedPointMathLib.divUp(views.sigmaGlideWad * terms.lowestRatioBps, BPS);
        highestWad = (SmileBlend.largestOf(views) * terms.highestRatioBps) / BPS;
        lowestWad = FixedPointMathLib.max(lowestWad, terms.volFloorBps * WAD_PER_BPS);
        highestWad = FixedPointMathLib.min(highestWad, terms.volCapBps * WAD_PER_BPS);
    }

    function _framed(SurfaceTerms memory terms, SmileWord word, uint256 expiry) private view returns (SmileWord) {
        return SmileBlend.withFrame(terms, word, SmileSource.Attested, 0, expiry, block.timestamp);
    }

    function _inEffect(AssetId asset, uint40 expiry) private view returns (SmileWord) {
        Surface storage surface = _surfaces[asset];
        SurfaceTerms memory terms = surface.terms;
        if (terms.maxAgeSeconds == 0) return SmileWord.wrap(0);
        SmileBlend.Fallback memory standIn = SmileBlend.fallbackOf(terms, oracle.read(asset));
        return SmileBlend.inEffect(terms, standIn, surface.smiles[expiry], expiry, block.timestamp);
    }

    function _quote(SmileWord word, int256 logMoneynessWad) private pure returns (VolQuote memory quote) {
        if (word.sourceOf() == SmileSource.None) return quote;
        quote.volWad = word.volAtWad(logMoneynessWad);
        quote.lowWad = word.lowVolAtWad(logMoneynessWad);
        quote.source = word.sourceOf();
        quote.observedAt = word.observedAtOf();
    }
}
