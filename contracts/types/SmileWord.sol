// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a smile comes from. A larger value is further from the market, but for None.
/// - None: the underlying has no surface; there is no number.
/// - Attested: as attested, fresh.
/// - Ageing: on its way from what was attested to the fallback.
/// - Fallback: realised volatility with a markup.
enum SmileSource {
    None,
    Attested,
    Ageing,
    Fallback
}

/// @notice The implied volatility of one expiry as a quadratic in y = ln(strike / forward), clamped to +-wing:
/// vol(y) = atm + skew y + curvature y^2, within [floor, cap]. From the low end: observedAt 40 | spreadBps 16 | source 8 |
/// wingBps 16 | floorBps 16 | capBps 16 | 16 unused | atmQ24 32 | skewQ24 32 (signed) | curvatureQ24 32 (signed) | 32 unused.
/// @dev Everything that a valuation needs is in the word. Its upper half is that of an expiry's word (strike grid below,
/// basis in the last 32 bits), so that one can be laid over the other. Q24: 2^24 = 100 % a year.
type SmileWord is uint256;

using {
    observedAtOf,
    spreadBpsOf,
    sourceOf,
    wingBpsOf,
    floorBpsOf,
    capBpsOf,
    atmQ24Of,
    skewQ24Of,
    curvatureQ24Of,
    volAtWad,
    rawVolAtWad,
    lowVolAtWad
} for SmileWord global;

int256 constant SMILE_WAD = 1e18;
int256 constant SMILE_WAD_PER_BPS = 1e14;
uint256 constant SMILE_BPS = 1e4;

/// @notice Packs a smile. All fields must fit: it is made by who has checked them.
function packSmile(uint256 atmQ24, int256 skewQ24, int256 curvatureQ24) pure returns (SmileWord) {
    return
        SmileWord.wrap(
            (atmQ24 << 128) | (uint256(uint32(int32(skewQ24))) << 160) | (uint256(uint32(int32(curvatureQ24))) << 192)
        );
}

/// @notice Packs what a smile is used with.
function packSmileFrame(
    uint256 observedAt,
    uint256 spreadBps,
    SmileSource source,
    uint256 wingBps,
    uint256 floorBps,
    uint256 capBps
) pure returns (SmileWord) {
    uint256 word = observedAt | (spreadBps << 40) | (uint256(source) << 56);
    return SmileWord.wrap(word | (wingBps << 64) | (floorBps << 80) | (capBps << 96));
}

/// @notice Unix seconds of the attestation behind it; 0 = none.
function observedAtOf(SmileWord word) pure returns (uint256) {
    return uint40(SmileWord.unwrap(word));
}

/// @notice How far below `volAtWad` the volatility may be, bps of it. 0 while attested.
function spreadBpsOf(SmileWord word) pure returns (uint256) {
    return uint16(SmileWord.unwrap(word) >> 40);
}

/// @notice Where it comes from.
function sourceOf(SmileWord word) pure returns (SmileSource) {
    return SmileSource(uint8(SmileWord.unwrap(word) >> 56));
}

/// @notice Largest |y| that is told apart, bps of log-moneyness; beyond it the smile is flat.
function wingBpsOf(SmileWord word) pure returns (uint256) {
    return uint16(SmileWord.unwrap(word) >> 64);
}

/// @notice Least volatility, bps.
function floorBpsOf(SmileWord word) pure returns (uint256) {
    return uint16(SmileWord.unwrap(word) >> 80);
}

/// @notice Largest volatility, bps.
function capBpsOf(SmileWord word) pure returns (uint256) {
    return uint16(SmileWord.unwrap(word) >> 96);
}

/// @notice Volatility at the forward, Q24.
function atmQ24Of(SmileWord word) pure returns (uint256) {
    return uint32(SmileWord.unwrap(word) >> 128);
}

/// @notice Slope at the forward, Q24 per unit of y.
function skewQ24Of(SmileWord word) pure returns (int256) {
    return int32(uint32(SmileWord.unwrap(word) >> 160));
}

/// @notice Factor of y^2, Q24 per unit of y squared.
function curvatureQ24Of(SmileWord word) pure returns (int256) {
    return int32(uint32(SmileWord.unwrap(word) >> 192));
}

/// @notice The quadratic at `yWad` without any clamp, WAD, rounded down; negative where the word says so.
function rawVolAtWad(SmileWord word, int256 yWad) pure returns (int256) {
    int256 sum = int256(word.atmQ24Of()) * SMILE_WAD + word.skewQ24Of() * yWad;
    return (sum + (word.curvatureQ24Of() * yWad * yWad) / SMILE_WAD) >> 24;
}

/// @notice Volatility at log-moneyness `yWad`, WAD per square root of a year, rounded down; always within [floor, cap].
function volAtWad(SmileWord word, int256 yWad) pure returns (uint256) {
    // All are fields of 16 and 32 bits, and y lies within a wing of at most 6.5536e18.
    unchecked {
        int256 wingWad = int256(word.wingBpsOf()) * SMILE_WAD_PER_BPS;
        if (yWad > wingWad) yWad = wingWad;
        if (yWad < -wingWad) yWad = -wingWad;
        int256 volWad = int256(word.atmQ24Of()) * SMILE_WAD + word.skewQ24Of() * yWad;
        volWad = (volWad + (word.curvatureQ24Of() * yWad * yWad) / SMILE_WAD) >> 24;
        int256 floorWad = int256(word.floorBpsOf()) * SMILE_WAD_PER_BPS;
        int256 capWad = int256(word.capBpsOf()) * SMILE_WAD_PER_BPS;
        if (volWad < floorWad) volWad = floorWad;
        return uint256(volWad > capWad ? capWad : volWad);
    }
}

/// @notice Least volatility at `yWad`, WAD, rounded down; within [floor, volAtWad].
function lowVolAtWad(SmileWord word, int256 yWad) pure returns (uint256 volWad) {
    volWad = (word.volAtWad(yWad) * (SMILE_BPS - word.spreadBpsOf())) / SMILE_BPS;
    uint256 floorWad = word.floorBpsOf() * uint256(SMILE_WAD_PER_BPS);
    if (volWad < floorWad) volWad = floorWad;
}
