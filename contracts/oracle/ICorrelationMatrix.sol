// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";

/// @title ICorrelationMatrix
/// @notice How assets move together: correlations of their log-prices as intervals, learnt from joint observations that
/// anyone may make.
/// @dev Owns: two words per listed pair. Trusts: the oracle for prices and volatilities. It reports and never decides.
///
/// A correlation is used as credit, so it is an interval and each use takes the end that hurts. A long beside a short
/// (or opposite deltas) is credited for what moves together: take `lowWad`. Two longs are credited for what does not:
/// take `highWad`. An unknown correlation is [-1, 1], which gives neither any credit.
///
/// Where the interval comes from. Each pair has two estimates with exponential weights, half-lives of 14 days and one
/// day, each from variances and covariance on the same grid (Cauchy-Schwarz holds up to rounding). Around each lies the
/// confidence interval of Fisher (1921): artanh(rho) +- 2.58 / sqrt(n - 3), n the decayed count of its observations, which
/// also halves for each day without a new one. Of the slow one, the share of memory not yet observed counts as
/// unknown: W * end + (1 - W) * (-1 or 1), so that credit ramps up with history. The interval is the hull of both. Last, no
/// end gives more credit than governance allows: low <= rhoMax, high >= rhoMin.
///
/// Why at least 30 minutes between observations. Prices that arrive late or not together push correlations to zero
/// (Epps 1979). Chainlink's ETH and BTC rounds of 2023 show 0.28 at a minute, 0.62 at 15, 0.71 at 30, 0.73 at 60; the market
/// they follow 0.82.
interface ICorrelationMatrix {
    /// @notice What governance says of a pair. All in bps of correlation, -9900..9900.
    /// @param rhoMinBps Diversification is credited as if the correlation were at least this.
    /// @param rhoMaxBps Offsets are credited as if the correlation were at most this; above rhoMinBps.
    /// @param priorBps Where the point estimate starts, between both.
    struct PairTerms {
        int16 rhoMinBps;
        int16 rhoMaxBps;
        int16 priorBps;
    }

    /// @notice The correlation of a pair now. lowWad <= rhoWad <= highWad, all within [-1e18, 1e18].
    /// @param lowWad For who is credited for moving together: the credit's own lower bound, WAD, rounded down.
    /// @param rhoWad Point estimate: slow estimate and prior by the share of memory observed, within the terms. WAD.
    /// @param highWad For who is credited for not moving together, WAD, rounded up.
    /// @param weightWad Share of the slow memory that was observed, WAD; 0 = nothing.
    /// @param samplesWad Decayed count of observations of the slow estimate, aged to now, WAD.
    /// @param ageSeconds Since the last observation of both; 0 when there is none.
    struct Correlation {
        int256 lowWad;
        int256 rhoWad;
        int256 highWad;
        uint256 weightWad;
        uint256 samplesWad;
        uint256 ageSeconds;
    }

    /// @notice Second moments of log-returns, WAD per year.
    struct Moments {
        uint256 varianceAWad;
        uint256 varianceBWad;
        int256 covarianceWad;
    }

    /// @notice A pair was observed: both words of it as they are stored now (see `CorrelationFilter`).
    event PairObserved(AssetId indexed a, AssetId indexed b, uint256 track, uint256 moments);

    /// @notice A pair is judged differently from now on. `previous` is all zero for one that was not listed.
    event PairSet(AssetId indexed a, AssetId indexed b, PairTerms previous, PairTerms terms);

    /// @notice A pair is unknown from now on.
    event PairRemoved(AssetId indexed a, AssetId indexed b);

    /// @notice The constructor was given an address without code.
    error Oracle_NoPriceOracle(address oracle);

    /// @notice An observation is of 2 to 8 assets.
    error Oracle_ObservedAssets(uint256 count, uint256 lowest, uint256 highest);

    /// @notice A pair is of two different assets.
    error Oracle_NotAPair(AssetId a, AssetId b);

    /// @notice The pair has no terms.
    error Oracle_PairNotListed(AssetId a, AssetId b);

    /// @notice The terms are not rhoMin <= prior <= rhoMax with rhoMin < rhoMax, or beyond `limit`. In bps.
    error Oracle_CorrelationTerms(int256 rhoMinBps, int256 priorBps, int256 rhoMaxBps, int256 limit);

    /// @notice A realised covariance is of 1 to 32 returns.
    error Oracle_ReturnCount(uint256 count, uint256 lowest, uint256 highest);

    /// @notice Pokes all `assets` and learns from every listed pair of them. Anyone may call.
    /// @dev A pair learns only if the prices of both were committed in this block by three groups or more, with grade Firm or
    /// Wide, and at least 30 minutes after the pair's last observation; otherwise its anchor stays and nothing is lost. Prices
    /// are those that entered the ring, truncated per block, and each return is cut to four deviations of what was seen before.
    /// One observation moves the point estimate by at most 2w(16k + 1), where w is its weight (1e-3 for half an hour; 2e-3
    /// at most, however long the pause) and k how much larger the variance that returns are cut by is than the pair's own,
    /// at least 1: 3.5 % after half an hour at k = 1. Reverts with `Oracle_ObservedAssets`, and as `IPriceOracle.poke` does.
    /// @return learnt Number of pairs whose storage changed.
    function observe(AssetId[] calldata assets) external returns (uint256 learnt);

    /// @notice Lists a pair or changes its terms; what was learnt stays. Restricted.
    /// @dev Reverts with `Oracle_NotAPair`, `IPriceOracle.Oracle_NotListed` or `Oracle_CorrelationTerms`.
    function setPair(AssetId a, AssetId b, PairTerms calldata terms) external;

    /// @notice Forgets a pair: it is unknown from now on. Restricted.
    /// @dev Reverts with `Oracle_PairNotListed`.
    function removePair(AssetId a, AssetId b) external;

    /// @notice The correlation of two assets now, in either order. Of an asset with itself: exactly 1.
    /// @dev Never reverts. A pair that is not listed, or was not observed, is [-1, 1] but for the terms.
    function correlationOf(AssetId a, AssetId b) external view returns (Correlation memory correlation);

    /// @notice `correlationOf` for every two of `assets`. Warning: entries are estimated pair by pair; a matrix of more
    /// than two assets need not be positive semi-definite.
    function matrixOf(AssetId[] calldata assets) external view returns (Correlation[][] memory matrix);

    /// @notice Correlation times the oracle's slow volatilities, which include the stressed floor. WAD per year.
    /// @return lowWad Rounded down.
    /// @return covarianceWad Rounded toward zero.
    /// @return highWad Rounded up.
    function covarianceOf(
        AssetId a,
        AssetId b
    ) external view returns (int256 lowWad, int256 covarianceWad, int256 highWad);

    /// @notice Second moments from the two rings: `count` returns on a common grid that ends now and spans `windowSeconds`.
    /// @dev Keep `windowSeconds / count` at some minutes, for the reason above. Reverts with `Oracle_ReturnCount`.
    /// @return moments All zero when the history of either is shorter than the window.
    function realisedCovariance(
        AssetId a,
        AssetId b,
        uint32 windowSeconds,
        uint256 count
    ) external view returns (Moments memory moments);

    /// @notice The estimates as they are, of `a` and `b` in the order asked: before shrinkage, band and terms, divided by the
    /// share of their memory that was observed. Cut returns make them less than realised variances.
    /// @return slow Half-life of 14 days.
    /// @return fast Half-life of a day.
    function momentsOf(AssetId a, AssetId b) external view returns (Moments memory slow, Moments memory fast);

    /// @notice The terms of a pair. Reverts with `Oracle_PairNotListed`.
    function termsOf(AssetId a, AssetId b) external view returns (PairTerms memory terms);

    /// @notice Whether `observe` would learn from the pair now, if both prices commit.
    function isDue(AssetId a, AssetId b) external view returns (bool);
}
