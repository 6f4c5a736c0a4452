// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice How far a price may be trusted. Ordered: a larger grade is worse.
enum Grade {
    Firm,
    Wide,
    Thin,
    Blind
}

/// @notice What the oracle knows of one asset. Prices in WAD of the quote unit per unit of the asset; volatilities in
/// WAD per square root of a year. Invariant 9: lowWad <= midWad <= highWad.
/// @param lowWad Lower edge of the spot interval, rounded down.
/// @param midWad Spot consensus.
/// @param highWad Upper edge of the spot interval, rounded up.
/// @param shortTwapWad Geometric mean of truncated observations over the short window.
/// @param longTwapWad Geometric mean of truncated observations over the long window.
/// @param sigmaFastWad Realised volatility with a short memory.
/// @param sigmaSlowWad Realised volatility with a long memory, never below the stressed floor.
/// @param sigmaGlideWad The margin volatility that existing accounts are held to: follows the others upward no faster
/// than its glide path.
/// @param updatedAt Unix seconds of the last accepted observation.
/// @param groups Independence groups that formed it.
/// @param grade Grade now, age included.
struct PriceViews {
    uint256 lowWad;
    uint256 midWad;
    uint256 highWad;
    uint256 shortTwapWad;
    uint256 longTwapWad;
    uint256 sigmaFastWad;
    uint256 sigmaSlowWad;
    uint256 sigmaGlideWad;
    uint256 updatedAt;
    uint256 groups;
    Grade grade;
}
