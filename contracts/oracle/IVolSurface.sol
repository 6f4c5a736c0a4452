// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {SmileSource, SmileWord} from "../types/SmileWord.sol";

/// @title IVolSurface
/// @notice Implied volatility per underlying and expiry: attested where it is fresh, from realised volatility where it is not.
/// @dev Owns: a word per expiry. Trusts: an attester within bounds, the oracle for realised volatility. It always answers:
/// options never stop being margined.
///
/// An attested smile counts in full up to `freshSeconds`; from there it glides linearly into the fallback, which it reaches at
/// `maxAgeSeconds`. The fallback is the largest volatility that the oracle knows (slow with the stressed floor, glide,
/// fast) times the markup, with symmetric wings; how far it may lie above the truth is its spread, down to the glide volatility
/// over the markup. Who is short is margined at the volatility, who is long is credited at its lower edge.
interface IVolSurface {
    /// @notice How the surface of an underlying is judged and what stands in for it. bps of volatility: 10000 = 100 %.
    /// @param freshSeconds Age up to which an attestation counts in full (60..1 day).
    /// @param maxAgeSeconds Age from which it does not count at all (freshSeconds + 60..7 days).
    /// @param lowestRatioBps Least at-the-money volatility over the oracle's glide volatility (1000..10000).
    /// @param highestRatioBps Largest over the largest that the oracle knows (10000..40000).
    /// @param markupBps Fallback over realised (10000..20000).
    /// @param wingMarkupBps By how much the fallback is higher at the wings than at the money (0..10000).
    /// @param volFloorBps Least volatility of any strike (100..volCapBps - 1).
    /// @param volCapBps Largest (..65535).
    /// @param maxSkewBps Largest |slope| at the money, per unit of log-moneyness (0..65535).
    /// @param maxCurvatureBps Largest factor of the square (0..1000000).
    /// @param wingDeviationsBps Smiles are flat beyond so many deviations, at the money, to expiry (10000..60000).
    /// @param wingBps And beyond this log-moneyness (100..30000).
    struct SurfaceTerms {
        uint32 freshSeconds;
        uint32 maxAgeSeconds;
        uint16 lowestRatioBps;
        uint16 highestRatioBps;
        uint16 markupBps;
        uint16 wingMarkupBps;
        uint16 volFloorBps;
        uint16 volCapBps;
        uint16 maxSkewBps;
        uint32 maxCurvatureBps;
        uint16 wingDeviationsBps;
        uint16 wingBps;
    }

    /// @notice The smile of one expiry, as in `SmileWord`. Q24: 2^24 = 100 % a year.
    /// @param expiry Unix seconds.
    /// @param atmQ24 At the forward.
    /// @param skewQ24 Slope at the forward, per unit of ln(strike / forward).
    /// @param curvatureQ24 Factor of the square.
    struct Smile {
        uint40 expiry;
        uint32 atmQ24;
        int32 skewQ24;
        int32 curvatureQ24;
    }

    /// @notice A volatility with where it comes from.
    /// @param volWad WAD per square root of a year.
    /// @param lowWad Its lower edge; equal to `volWad` while attested.
    /// @param source None, with all else zero, for an underlying without a surface.
    /// @param observedAt Unix seconds of the attestation behind it; 0 = none.
    struct VolQuote {
        uint256 volWad;
        uint256 lowWad;
        SmileSource source;
        uint256 observedAt;
    }

    /// @notice An expiry has this smile, attested in `epoch` as of `observedAt`.
    event SmileAttested(
        AssetId indexed asset,
        uint40 indexed expiry,
        uint32 epoch,
        uint40 observedAt,
        uint32 atmQ24,
        int32 skewQ24,
        int32 curvatureQ24
    );

    /// @notice The surface of an underlying is judged differently from now on.
    event SurfaceTermsSet(AssetId indexed asset, SurfaceTerms previous, SurfaceTerms terms);

    /// @notice The constructor was given an address without code.
    error Oracle_NoRealisedVolatility(address oracle);

    /// @notice The underlying has no surface.
    error Oracle_SurfaceNotListed(AssetId asset);

    /// @notice A field of the terms is out of bounds; fields are counted from 0 in the order of the struct.
    error Oracle_SurfaceField(uint256 field, uint256 actual, uint256 lowest, uint256 highest);

    /// @notice An epoch comes after all that were attested.
    error Oracle_EpochNotLater(uint256 epoch, uint256 last);

    /// @notice What is attested is neither older than what was attested before, nor ageing, nor of the future.
    error Oracle_ObservedAt(uint256 observedAt, uint256 earliest, uint256 latest);

    /// @notice An attestation is of 1 to 16 smiles.
    error Oracle_SmileCount(uint256 count, uint256 lowest, uint256 highest);

    /// @notice Expiries rise within an attestation, lie in the future and at most three years ahead.
    error Oracle_ExpiryOutOfRange(uint256 expiry, uint256 lowest, uint256 highest);

    /// @notice More than 16 live expiries.
    error Oracle_TooManyExpiries(uint256 count, uint256 limit);

    /// @notice A volatility is out of bounds, WAD: at the money (against realised volatility), or anywhere on the smile (against
    /// floor and cap).
    error Oracle_VolOutOfBounds(uint256 expiry, int256 volWad, uint256 lowestWad, uint256 highestWad);

    /// @notice The slope at the money is too steep. Q24.
    error Oracle_SkewOutOfBounds(uint256 expiry, int256 skewQ24, uint256 limitQ24);

    /// @notice The curvature is negative or too large. Q24.
    error Oracle_CurvatureOutOfBounds(uint256 expiry, int256 curvatureQ24, uint256 limitQ24);

    /// @notice A butterfly around this log-moneyness would have a negative price: Gatheral's g is `gWad` there, WAD.
    error Oracle_ButterflyArbitrage(uint256 expiry, int256 logMoneynessWad, int256 gWad);

    /// @notice The total variance at this log-moneyness falls from `nearer` to `further`.
    error Oracle_CalendarArbitrage(uint256 nearer, uint256 further, int256 logMoneynessWad);

    /// @notice Takes in smiles of one underlying, all or none. Restricted: the one door through which volatilities come in.
    /// @dev What is out of bounds is refused, never clipped. Each smile is held against realised volatility, floor and cap, the
    /// limits of slope and curvature, and butterfly arbitrage at nine strikes; then, all together, against calendar
    /// arbitrage at five strikes between neighbours that have not aged out. A whole curve can move at once.
    /// Reverts with `Oracle_SurfaceNotListed`, `Oracle_EpochNotLater`, `Oracle_ObservedAt`, `Oracle_SmileCount`,
    /// `Oracle_ExpiryOutOfRange`, `Oracle_TooManyExpiries`, `Oracle_VolOutOfBounds`, `Oracle_SkewOutOfBounds`,
    /// `Oracle_CurvatureOutOfBounds`, `Oracle_ButterflyArbitrage` or `Oracle_CalendarArbitrage`.
    /// @param epoch Above all epochs of this underlying before.
    /// @param observedAt Unix seconds of the market that is attested.
    /// @param smiles In the order of their expiries.
    function attest(AssetId asset, uint32 epoch, uint40 observedAt, Smile[] calldata smiles) external;

    /// @notice Gives an underlying a surface or changes its terms. Restricted.
    /// @dev Reverts with `IPriceOracle.Oracle_NotListed` or `Oracle_SurfaceField`.
    function setTerms(AssetId asset, SurfaceTerms calldata terms) external;

    /// @notice The smile in effect now. Never reverts.
    /// @dev Zero, of source None, for an underlying without a surface. While the oracle has no observation of the underlying
    /// the fallback is the cap, with the floor as its lower edge.
    function smileOf(AssetId asset, uint40 expiry) external view returns (SmileWord);

    /// @notice `smileOf` for several expiries, in the order given.
    function smilesOf(AssetId asset, uint40[] calldata expiries) external view returns (SmileWord[] memory words);

    /// @notice The volatility in effect at a log-moneyness. Never reverts.
    /// @param logMoneynessWad ln(strike / forward), WAD.
    function volOf(AssetId asset, uint40 expiry, int256 logMoneynessWad) external view returns (VolQuote memory quote);

    /// @notice The volatility in effect at a strike, the oracle's mid taken as forward.
    /// @dev Reverts for a strike of 0 or above 2^255 - 1. At the money while there is no price.
    /// @param strikeWad WAD of USD per unit.
    function volAtStrike(AssetId asset, uint40 expiry, uint256 strikeWad) external view returns (VolQuote memory quote);

    /// @notice What was attested last of an expiry, as it is stored: without source, wing, floor and cap.
    function attestedOf(AssetId asset, uint40 expiry) external view returns (SmileWord);

    /// @notice Last epoch and market time attested, and the expiries that were live then.
    function stateOf(AssetId asset) external view returns (uint256 epoch, uint256 observedAt, uint40[] memory expiries);

    /// @notice The terms of an underlying. Reverts with `Oracle_SurfaceNotListed`.
    function termsOf(AssetId asset) external view returns (SurfaceTerms memory terms);
}
