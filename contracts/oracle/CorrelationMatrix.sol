// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {PriceLog} from "../math/PriceLog.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {AssetId} from "../types/AssetId.sol";
import {Grade, PriceViews} from "../types/Price.sol";
import {ICorrelationMatrix} from "./ICorrelationMatrix.sol";
import {IPriceOracle} from "./IPriceOracle.sol";
import {CorrelationBand} from "./libraries/CorrelationBand.sol";
import {CorrelationFilter} from "./libraries/CorrelationFilter.sol";

/// @title CorrelationMatrix
/// @notice Orders and guards what `CorrelationFilter` learns and `CorrelationBand` makes of it.
/// @dev Owns: two words per pair. Trusts: the oracle, its authority for terms within bounds. Keeps: |rho| within the terms.
/// No re-entrancy guard: a poke may call into sources, but it comes before anything of this contract is loaded.
contract CorrelationMatrix is ICorrelationMatrix, AccessManaged {
    using CorrelationFilter for CorrelationFilter.Words;
    using CorrelationFilter for CorrelationFilter.Pair;

    /// @dev At most 28 pairs in one call.
    uint256 private constant MAX_ASSETS = 8;
    uint256 private constant MAX_RETURNS = 32;
    /// @dev Grades worsen after two strikes: what a first one left of the groups is seen by their number.
    uint256 private constant FULL_QUORUM = 3;
    /// @dev No offset is perfect, whatever governance says.
    int256 private constant LIMIT_BPS = 9900;
    int256 private constant E16_PER_E12 = 1e4;
    uint256 private constant E9_PER_WAD = 1e9;
    /// @dev (1e-16)^2 in WAD.
    int256 private constant SQUARED_E16_PER_WAD = 1e14;
    uint256 private constant WAD = 1e18;
    int256 private constant YEAR = 365 days;

    /// @dev What `observe` knows of one asset.
    struct Seen {
        bool usable;
        int256 logE12;
        uint256 referenceE9;
    }

    /// @notice Where prices come from.
    IPriceOracle public immutable oracle;

    mapping(uint256 key => CorrelationFilter.Words) private _pairs;

    constructor(address authority_, IPriceOracle oracle_) AccessManaged(authority_) {
        if (address(oracle_).code.length == 0) revert Oracle_NoPriceOracle(address(oracle_));
        oracle = oracle_;
    }

    // ------------------------------------------------------------------------------------------------ observations

    /// @inheritdoc ICorrelationMatrix
    function observe(AssetId[] calldata assets) external returns (uint256 learnt) {
        if (assets.length < 2 || assets.length > MAX_ASSETS) {
            revert Oracle_ObservedAssets(assets.length, 2, MAX_ASSETS);
        }
        oracle.poke(assets);
        Seen[] memory seen = _look(assets);
        for (uint256 i = 1; i < assets.length; ++i) {
            for (uint256 j; j < i; ++j) {
                if (!seen[i].usable || !seen[j].usable) continue;
                if (_learn(assets[i], assets[j], seen[i], seen[j])) ++learnt;
            }
        }
    }

    // ----------------------------------------------------------------------------------------------- configuration

    /// @inheritdoc ICorrelationMatrix
    function setPair(AssetId a, AssetId b, PairTerms calldata terms) external restricted {
        if (a == b) revert Oracle_NotAPair(a, b);
        if (!oracle.isListed(a)) revert IPriceOracle.Oracle_NotListed(a);
        if (!oracle.isListed(b)) revert IPriceOracle.Oracle_NotListed(b);
        bool inside = -LIMIT_BPS <= terms.rhoMinBps && terms.rhoMaxBps <= LIMIT_BPS;
        bool ordered = terms.rhoMinBps <= terms.priorBps && terms.priorBps <= terms.rhoMaxBps;
        if (!inside || !ordered || terms.rhoMinBps == terms.rhoMaxBps) {
            revert Oracle_CorrelationTerms(terms.rhoMinBps, terms.priorBps, terms.rhoMaxBps, LIMIT_BPS);
        }
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        CorrelationFilter.Pair memory pair = words.load();
        emit PairSet(a, b, _termsOf(pair), terms);
        (pair.rhoMinBps, pair.rhoMaxBps, pair.priorBps) = (terms.rhoMinBps, terms.rhoMaxBps, terms.priorBps);
        words.save(pair);
    }

    /// @inheritdoc ICorrelationMatrix
    function removePair(AssetId a, AssetId b) external restricted {
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        if (words.track == 0) revert Oracle_PairNotListed(a, b);
        (words.track, words.moments) = (0, 0);
        emit PairRemoved(a, b);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ICorrelationMatrix
    function correlationOf(AssetId a, AssetId b) public view returns (Correlation memory correlation) {
        if (a == b) return Correlation(CorrelationBand.ONE, CorrelationBand.ONE, CorrelationBand.ONE, WAD, 0, 0);
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        if (words.track == 0) return Correlation(-CorrelationBand.ONE, 0, CorrelationBand.ONE, 0, 0, 0);
        return CorrelationBand.correlation(words.load(), block.timestamp);
    }

    /// @inheritdoc ICorrelationMatrix
    function matrixOf(AssetId[] calldata assets) external view returns (Correlation[][] memory matrix) {
        matrix = new Correlation[][](assets.length);
        for (uint256 i; i < assets.length; ++i) {
            matrix[i] = new Correlation[](assets.length);
            for (uint256 j; j <= i; ++j) {
                matrix[i][j] = correlationOf(assets[i], assets[j]);
                matrix[j][i] = matrix[i][j];
            }
        }
    }

    /// @inheritdoc ICorrelationMatrix
    function covarianceOf(
        AssetId a,
        AssetId b
    ) external view returns (int256 lowWad, int256 covarianceWad, int256 highWad) {
        Correlation memory correlation = correlationOf(a, b);
        // Volatilities are below 2^60: their product is below 2^120.
        uint256 product = oracle.read(a).sigmaSlowWad * oracle.read(b).sigmaSlowWad;
        lowWad = SignedWad.mulFloor(correlation.lowWad, product) / int256(WAD);
        if (lowWad < 0) --lowWad;
        covarianceWad = SignedWad.mulDivTrunc(correlation.rhoWad, product, WAD * WAD);
        highWad = SignedWad.mulCeil(correlation.highWad, product) / int256(WAD);
        if (highWad > 0) ++highWad;
    }

    /// @inheritdoc ICorrelationMatrix
    function realisedCovariance(
        AssetId a,
        AssetId b,
        uint32 windowSeconds,
        uint256 count
    ) external view returns (Moments memory moments) {
        if (count == 0 || count > MAX_RETURNS) revert Oracle_ReturnCount(count, 1, MAX_RETURNS);
        (bool foundA, int256[] memory logsA) = _history(a, windowSeconds, count);
        (bool foundB, int256[] memory logsB) = _history(b, windowSeconds, count);
        if (!foundA || !foundB || windowSeconds == 0) return moments;
        (int256 squaresA, int256 squaresB, int256 products) = (0, 0, 0);
        for (uint256 i; i < count; ++i) {
            int256 returnA = logsA[i + 1] - logsA[i];
            int256 returnB = logsB[i + 1] - logsB[i];
            squaresA += returnA * returnA;
            squaresB += returnB * returnB;
            products += returnA * returnB;
        }
        int256 divisor = int256(uint256(windowSeconds)) * SQUARED_E16_PER_WAD;
        moments.varianceAWad = uint256((squaresA * YEAR) / divisor);
        moments.varianceBWad = uint256((squaresB * YEAR) / divisor);
        moments.covarianceWad = (products * YEAR) / divisor;
    }

    /// @inheritdoc ICorrelationMatrix
    function momentsOf(AssetId a, AssetId b) external view returns (Moments memory slow, Moments memory fast) {
        CorrelationFilter.Pair memory pair = _wordsOf(a, b).load();
        slow = _momentsOf(pair.slow, pair.weightQ32);
        fast = _momentsOf(pair.fast, CorrelationFilter.fastWeightQ32(pair.weightQ32));
        if (AssetId.unwrap(a) < AssetId.unwrap(b)) return (slow, fast);
        (slow.varianceAWad, slow.varianceBWad) = (slow.varianceBWad, slow.varianceAWad);
        (fast.varianceAWad, fast.varianceBWad) = (fast.varianceBWad, fast.varianceAWad);
    }

    /// @inheritdoc ICorrelationMatrix
    function termsOf(AssetId a, AssetId b) external view returns (PairTerms memory terms) {
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        if (words.track == 0) revert Oracle_PairNotListed(a, b);
        return _termsOf(words.load());
    }

    /// @inheritdoc ICorrelationMatrix
    function isDue(AssetId a, AssetId b) external view returns (bool) {
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        return words.track != 0 && block.timestamp - words.load().anchorAt >= CorrelationFilter.MIN_INTERVAL;
    }

    // ---------------------------------------------------------------------------------------------------- internal

    /// @dev A price counts if it is of this very block and has a full quorum behind it. What entered the ring is read, not
    /// the mid: a wick of one block is truncated there.
    function _look(AssetId[] calldata assets) private view returns (Seen[] memory seen) {
        PriceViews[] memory views = oracle.readMany(assets);
        seen = new Seen[](assets.length);
        for (uint256 i; i < assets.length; ++i) {
            if (views[i].updatedAt != block.timestamp || views[i].groups < FULL_QUORUM) continue;
            if (views[i].grade > Grade.Wide) continue;
            seen[i].usable = true;
            seen[i].logE12 = PriceLog.toLogE16(oracle.priceAt(assets[i], 0)) / E16_PER_E12;
            // The glide path is at most 2^40 * 1e-9.
            uint256 sigmaE9 = views[i].sigmaGlideWad / E9_PER_WAD;
            seen[i].referenceE9 = (sigmaE9 * sigmaE9) / E9_PER_WAD;
        }
    }

    function _learn(AssetId a, AssetId b, Seen memory seenA, Seen memory seenB) private returns (bool) {
        CorrelationFilter.Words storage words = _wordsOf(a, b);
        if (words.track == 0) return false;
        if (AssetId.unwrap(a) > AssetId.unwrap(b)) (a, b, seenA, seenB) = (b, a, seenB, seenA);
        CorrelationFilter.Pair memory pair = words.load();
        CorrelationFilter.Sight memory sight = CorrelationFilter.Sight(
            seenA.logE12,
            seenB.logE12,
            seenA.referenceE9,
            seenB.referenceE9,
            block.timestamp
        );
        if (!pair.observe(sight)) return false;
        (uint256 track, uint256 moments) = words.save(pair);
        emit PairObserved(a, b, track, moments);
        return true;
    }

    /// @dev Log-prices, E16, at both ends of `count` equal parts of the window, oldest first.
    function _history(
        AssetId asset,
        uint256 windowSeconds,
        uint256 count
    ) private view returns (bool found, int256[] memory logsE16) {
        logsE16 = new int256[](count + 1);
        for (uint256 i; i <= count; ++i) {
            // At most the window, which has 32 bits.
            uint256 ageSeconds = windowSeconds - (windowSeconds * i) / count;
            uint256 priceWad = oracle.priceAt(asset, uint32(ageSeconds));
            if (priceWad == 0) return (false, logsE16);
            logsE16[i] = PriceLog.toLogE16(priceWad);
        }
        found = true;
    }

    /// @dev The same words in either order; of an asset with itself: never written.
    function _wordsOf(AssetId a, AssetId b) private view returns (CorrelationFilter.Words storage) {
        (uint256 lower, uint256 higher) = (AssetId.unwrap(a), AssetId.unwrap(b));
        if (lower > higher) (lower, higher) = (higher, lower);
        return _pairs[(lower << 16) | higher];
    }

    function _termsOf(CorrelationFilter.Pair memory pair) private pure returns (PairTerms memory) {
        return PairTerms(int16(pair.rhoMinBps), int16(pair.rhoMaxBps), int16(pair.priorBps));
    }

    function _momentsOf(
        CorrelationFilter.Estimate memory estimate,
        uint256 weightQ32
    ) private pure returns (Moments memory moments) {
        if (weightQ32 == 0) return moments;
        moments.varianceAWad = (estimate.varianceAE9 * E9_PER_WAD * CorrelationFilter.ONE_Q32) / weightQ32;
        moments.varianceBWad = (estimate.varianceBE9 * E9_PER_WAD * CorrelationFilter.ONE_Q32) / weightQ32;
        int256 scaled = estimate.covarianceE9 * int256(E9_PER_WAD * CorrelationFilter.ONE_Q32);
        moments.covarianceWad = scaled / int256(weightQ32);
    }
}
