// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibString} from "solady/src/utils/LibString.sol";

import {TickPrice} from "../../math/TickPrice.sol";
import {AssetId} from "../../types/AssetId.sol";
import {IDescribedSource} from "../IDescribedSource.sol";
import {IMoveCost} from "../IMoveCost.sol";
import {IOpenSize} from "../IOpenSize.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IRefreshableSource} from "../IRefreshableSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {IUniswapV3TwapAdapter} from "./IUniswapV3TwapAdapter.sol";
import {PoolWindows} from "./PoolWindows.sol";

/// @title UniswapV3TwapAdapter
/// @notice The median of the mean ticks of eleven sub-windows of a pool. The pool is its independence group.
/// @dev Trusts: the markets for what is open at its price; that the quote token is worth its unit (USDC for USD), which the other groups check.
///
/// A sub-window ends at the first refresh after an eleventh of the window, so that each is one to two elevenths long and
/// all together cover at least the window. Whoever refreshes chooses the block, no more: the pool's sums at a block's time
/// cannot be moved within the block, and what happens between two blocks moves one sub-window at most and so not the
/// median. What came after the newest sub-window counts as part of it.
///
/// The value's time is that of the pool's last observation, never `now`: an idle pool goes stale. A trending pool says so:
/// the distance of its newest sub-window from the median is reported as confidence.
///
/// The pool must be worth more than what it secures. To move its mean over ten minutes or more by 5 % within two blocks, an
/// attacker must push it beyond 20 %, and further liquidity than that is not believed to be there. With the liquidity L of
/// the pool's unit, the price p and tokens in base units that takes `L * sqrt(p) * (sqrt(1.2) - 1)` of the quote token, which
/// must be at least twice the notional of what is open. So the floor is that L, or `minLiquidity` if that is more. It is
/// formed anew where a sub-window ends, from the mean price in it; each is judged by its own.
contract UniswapV3TwapAdapter is IUniswapV3TwapAdapter {
    using FixedPointMathLib for uint256;
    using PoolWindows for PoolWindows.Windows;
    using PoolWindows for PoolWindows.Words;

    /// @dev What the pool says now. Its sums are at the block's time and before anything that happens in the block.
    struct Sample {
        int256 tickCumulative;
        uint256 perLiquidity;
        uint256 observedAt;
    }

    uint256 private constant MIN_WINDOW = 10 minutes;
    uint256 private constant MAX_WINDOW = 12 hours;
    uint256 private constant MAX_CACHE = 5 minutes;
    uint256 private constant MAX_DECIMALS = 24;
    /// @dev Searching a history of a thousand observations eleven times, and writing two new words.
    uint256 private constant REFRESH_GAS = 600_000;
    /// @dev A tick is 1.0001: its relative size in WAD, rounded up over up to 10 % of move.
    uint256 private constant TICK_WAD = 1.06e14;
    uint256 private constant WAD = 1e18;
    uint256 private constant E9 = 1e9;
    uint256 private constant WAD_E9 = 1e27;
    /// @dev sqrt(1.2) - 1, rounded down.
    uint256 private constant PUSH_WAD = 0.095445115010332226e18;
    /// @dev The cost must exceed the gain so many times.
    uint256 private constant SAFETY = 2;
    /// @dev No pool is deeper; twice as much fits 128 bits.
    uint256 private constant MAX_FLOOR = type(uint128).max / 2;

    /// @notice The pool.
    IUniswapV3Pool public immutable pool;
    /// @notice Whether base is the pool's token0.
    bool public immutable baseIsToken0;
    /// @notice Decimals of base less those of quote.
    int256 public immutable decimalShift;
    /// @notice Length of the window in seconds.
    uint32 public immutable windowSeconds;
    /// @notice How long a refreshed value serves, in seconds.
    uint32 public immutable cacheSeconds;
    /// @notice Smallest harmonic mean liquidity over the window, in the pool's unit.
    uint128 public immutable minLiquidity;
    /// @notice Where what is open at this price is known; zero when nothing is.
    IOpenSize public immutable openSize;
    /// @notice The asset there.
    AssetId public immutable asset;
    /// @dev Square root of base units of a base token times those of a quote token, 1e9.
    uint256 private immutable _rootUnitsE9;

    PoolWindows.Words private _words;

    /// @param pool_ The pool.
    /// @param baseToken The token priced; the other one is the quote.
    /// @param openSize_ Who knows what is open at this price, in whole base tokens; zero if nobody trades at it.
    /// @param asset_ The asset that it is known of.
    constructor(
        IUniswapV3Pool pool_,
        address baseToken,
        uint32 windowSeconds_,
        uint32 cacheSeconds_,
        uint128 minLiquidity_,
        IOpenSize openSize_,
        AssetId asset_
    ) {
        address token0 = pool_.token0();
        address token1 = pool_.token1();
        if (baseToken != token0 && baseToken != token1) revert Oracle_NotInPool(address(pool_), baseToken);
        _requireWithin(windowSeconds_, MIN_WINDOW, MAX_WINDOW);
        _requireWithin(cacheSeconds_, 0, MAX_CACHE);
        uint256 baseDecimals = IERC20Metadata(baseToken).decimals();
        uint256 quoteDecimals = IERC20Metadata(baseToken == token0 ? token1 : token0).decimals();
        _requireWithin(baseDecimals, 0, MAX_DECIMALS);
        _requireWithin(quoteDecimals, 0, MAX_DECIMALS);
        pool = pool_;
        baseIsToken0 = baseToken == token0;
        decimalShift = int256(baseDecimals) - int256(quoteDecimals);
        _rootUnitsE9 = FixedPointMathLib.sqrt(10 ** (baseDecimals + quoteDecimals) * WAD);
        openSize = openSize_;
        asset = asset_;
        windowSeconds = windowSeconds_;
        cacheSeconds = cacheSeconds_;
        minLiquidity = minLiquidity_;
    }

    /// @inheritdoc IUniswapV3TwapAdapter
    function refresh() external {
        uint256 cursor = _words.cursor;
        if (_isInDate(cursor)) return;
        PoolWindows.Windows memory windows = _load(cursor);
        _advance(windows);
        _words.save(windows);
        emit Refreshed(_inQuote(windows.tick), windows.lagTicks);
    }

    /// @inheritdoc IPriceSource
    /// @dev Rounded down; confidence rounded up. No value once the pool has been idle for too long to tell (18 h).
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        uint256 cursor = _words.cursor;
        if (!_isInDate(cursor)) {
            PoolWindows.Windows memory windows = _load(cursor);
            _advance(windows);
            _requireDepth(windows);
            cursor = windows.cursorOf();
        }
        (int256 tick, uint256 lagTicks, uint256 idleSeconds) = PoolWindows.foundIn(cursor);
        if (tick == PoolWindows.NO_TICK) _requireDepth(_load(cursor));
        if (idleSeconds == PoolWindows.MAX_IDLE) return (0, 0, 0);
        priceWad = TickPrice.toPriceWad(_inQuote(tick), decimalShift);
        // Idle since a time after 1970; lags are 16 bits wide.
        unchecked {
            updatedAt = PoolWindows.refreshedAt(cursor) - idleSeconds;
            if (lagTicks != 0) confidenceWad = FixedPointMathLib.mulDivUp(priceWad, lagTicks * TICK_WAD, WAD);
        }
    }

    /// @inheritdoc IUniswapV3TwapAdapter
    function evaluate() external view returns (int256 tick, uint256 lagTicks, uint256 poolUpdatedAt) {
        PoolWindows.Windows memory windows = _load(_words.cursor);
        poolUpdatedAt = _advance(windows);
        _requireDepth(windows);
        return (_inQuote(windows.tick), windows.lagTicks, poolUpdatedAt);
    }

    /// @inheritdoc IDescribedSource
    /// @dev The pair is that of the tokens, by their own symbols: what stands behind USDC is the quote's promise, not ours.
    /// Reverts when a token has no symbol.
    function describe() external view returns (SourceCard memory card) {
        string memory symbol0 = IERC20Metadata(pool.token0()).symbol();
        string memory symbol1 = IERC20Metadata(pool.token1()).symbol();
        card.kind = "uniswap-v3-twap";
        (card.base, card.quote) = baseIsToken0 ? (symbol0, symbol1) : (symbol1, symbol0);
        card.feed = address(pool);
        card.description = string.concat(symbol0, "/", symbol1, ", fee ", LibString.toString(pool.fee()), " pips");
        card.highestWad = type(uint256).max;
    }

    /// @inheritdoc IUnitSource
    /// @dev Decimals of base less those of quote, as the tokens say now.
    function unitDecimals() external view returns (int256) {
        int256 decimals0 = int256(uint256(IERC20Metadata(pool.token0()).decimals()));
        int256 decimals1 = int256(uint256(IERC20Metadata(pool.token1()).decimals()));
        return baseIsToken0 ? decimals0 - decimals1 : decimals1 - decimals0;
    }

    /// @inheritdoc IRefreshableSource
    function refreshGas() external pure returns (uint256 gasCap) {
        return REFRESH_GAS;
    }

    /// @inheritdoc IMoveCost
    /// @dev From the pool's own history, with the harmonic mean liquidity of the window and no more than 20 % of it; the median
    /// of sub-windows takes more. It is money needed, and exposed to everybody's arbitrage; lost is at least the pool's fee
    /// on it. Reverts as the pool does (`OLD`).
    function manipulationCost() external view returns (uint256 costWad, uint256 securedWad) {
        uint32[] memory agos = new uint32[](2);
        agos[0] = windowSeconds;
        (int56[] memory ticks, uint160[] memory perLiquidity) = pool.observe(agos);
        uint256 liquidity;
        int256 tick;
        // The pool's sums wrap around by design.
        unchecked {
            uint256 sum = uint160(perLiquidity[1] - perLiquidity[0]);
            liquidity = (uint256(windowSeconds) << 128) / FixedPointMathLib.max(sum, 1);
            tick = int256(ticks[1] - ticks[0]) / int256(uint256(windowSeconds));
        }
        uint256 priceWad = TickPrice.toPriceWad(_inQuote(tick), decimalShift);
        costWad = liquidity.fullMulDiv(FixedPointMathLib.sqrt(priceWad * WAD) * PUSH_WAD, _rootUnitsE9) / E9;
        if (address(openSize) != address(0)) securedWad = openSize.openSizeWad(asset).fullMulDivUp(priceWad, WAD);
    }

    /// @inheritdoc IUniswapV3TwapAdapter
    /// @dev L = 2 * size * sqrt(p) * sqrt(units of base * units of quote) / (sqrt(1.2) - 1), rounded up.
    function floorAt(int256 tick) public view returns (uint256 liquidity) {
        uint256 sizeWad = address(openSize) == address(0) ? 0 : openSize.openSizeWad(asset);
        if (sizeWad == 0) return minLiquidity;
        uint256 rootWad = FixedPointMathLib.sqrt(TickPrice.toPriceWad(_inQuote(tick), decimalShift) * WAD);
        uint256 neededWad = (SAFETY * sizeWad).fullMulDivUp(rootWad + 1, PUSH_WAD);
        liquidity = FixedPointMathLib.max(minLiquidity, neededWad.fullMulDivUp(_rootUnitsE9 + 1, WAD_E9));
        return FixedPointMathLib.min(liquidity, MAX_FLOOR);
    }

    /// @dev Takes in what the pool says now.
    /// @return observedAt Unix seconds of the pool's last observation.
    function _advance(PoolWindows.Windows memory windows) private view returns (uint256 observedAt) {
        // Times in storage are of earlier blocks.
        unchecked {
            uint256 elapsed = block.timestamp - windows.closedAt;
            uint256 share = windowSeconds / PoolWindows.COUNT;
            Sample memory sample = _sample(elapsed >= share && elapsed < 2 * share);
            if (elapsed >= 2 * share) {
                _rebuild(windows);
            } else if (elapsed >= share) {
                uint256 floor = floorAt(windows.meanSince(sample.tickCumulative, elapsed));
                windows.close(sample.tickCumulative, sample.perLiquidity, elapsed, floor);
            } else {
                windows.sinceClosed = elapsed;
            }
            observedAt = sample.observedAt;
            windows.idleSeconds = FixedPointMathLib.min(block.timestamp - observedAt, PoolWindows.MAX_IDLE);
            (windows.tick, windows.lagTicks) = windows.middle(sample.tickCumulative);
        }
        if (windows.burdenOf() > PoolWindows.MAX_BURDEN) windows.tick = PoolWindows.NO_TICK;
    }

    /// @dev Takes all sub-windows from the pool's own history, which reverts when it is too short.
    function _rebuild(PoolWindows.Windows memory windows) private view {
        uint32[] memory agos = new uint32[](PoolWindows.COUNT + 1);
        // The last boundary is now: zero seconds ago. Others are below the window, which is 32 bits wide.
        for (uint256 i; i < PoolWindows.COUNT; ++i) {
            agos[i] = uint32((windowSeconds * (PoolWindows.COUNT - i)) / PoolWindows.COUNT);
        }
        (int56[] memory ticks, uint160[] memory perLiquidity) = pool.observe(agos);
        windows.closedAt = block.timestamp - agos[0];
        windows.mark(ticks[0], perLiquidity[0]);
        uint256 floor = floorAt(windows.meanSince(ticks[PoolWindows.COUNT], agos[0]));
        for (uint256 i = 1; i <= PoolWindows.COUNT; ++i) {
            windows.close(ticks[i], perLiquidity[i], agos[i - 1] - agos[i], floor);
        }
    }

    /// @dev What `observe` would say of zero seconds ago, for less: the last observation carried on to now.
    /// @param withLiquidity Whether the sum over liquidity matters.
    function _sample(bool withLiquidity) private view returns (Sample memory sample) {
        (, int24 tick, uint16 index, , , , ) = pool.slot0();
        (uint32 observedAt, int56 tickCumulative, uint160 perLiquidity, ) = pool.observations(index);
        uint256 liquidity = withLiquidity ? FixedPointMathLib.max(pool.liquidity(), 1) : 1;
        // The pool's sums wrap around by design, and are cut to fewer bits where they are kept.
        unchecked {
            uint256 elapsed = block.timestamp - observedAt;
            sample.tickCumulative = tickCumulative + int256(tick) * int256(elapsed);
            sample.perLiquidity = perLiquidity + (elapsed << 128) / liquidity;
        }
        sample.observedAt = observedAt;
    }

    function _load(uint256 cursor) private view returns (PoolWindows.Windows memory windows) {
        windows.loadCursor(cursor);
        windows.loadMeans(_words.means);
    }

    function _isInDate(uint256 cursor) private view returns (bool) {
        // No history is as old as 1970. Times are below 2^32.
        unchecked {
            return block.timestamp <= PoolWindows.refreshedAt(cursor) + cacheSeconds;
        }
    }

    /// @dev Ticks are kept as the pool has them.
    function _inQuote(int256 tick) private view returns (int256) {
        return baseIsToken0 ? tick : -tick;
    }

    function _requireDepth(PoolWindows.Windows memory windows) private pure {
        if (windows.tick != PoolWindows.NO_TICK) return;
        revert Oracle_PoolTooThin(windows.burdenOf(), PoolWindows.MAX_BURDEN);
    }

    function _requireWithin(uint256 actual, uint256 lowest, uint256 highest) private pure {
        if (actual < lowest || actual > highest) revert Oracle_BadTwapParameter(actual, lowest, highest);
    }
}
