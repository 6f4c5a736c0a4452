// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IOpenSize} from "../../../../contracts/oracle/IOpenSize.sol";
import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {UniswapV3TwapAdapter} from "../../../../contracts/oracle/adapters/UniswapV3TwapAdapter.sol";
import {AdapterMatrix} from "../../support/AdapterMatrix.sol";
import {HostileProvider} from "../../support/HostileProvider.sol";

/// @dev A pool that lies in one sub-window after the other, while the adapter keeps the earlier ones.
contract PoolMatrixTest is AdapterMatrix {
    struct Sums {
        int256 ticks;
        uint256 perLiquidity;
        uint256 toldAt;
    }

    uint32 internal constant WINDOW = 600;
    uint256 private constant COUNT = 11;
    uint128 private constant LIQUIDITY = 1e20;
    /// @dev ln(1.0001), WAD.
    int256 private constant LN_TICK_WAD = 99995000333308;

    HostileProvider private _base;
    HostileProvider private _quote;
    Sums private _sums;
    /// @dev When the pool spoke last in an earlier block.
    Sums private _before = Sums(0, 0, START - WINDOW);

    function make() internal override returns (IPriceSource) {
        (_base, _quote) = (new HostileProvider(), new HostileProvider());
        _quote.answer(IERC20Metadata.decimals.selector, abi.encode(18));
        provider.answer(bytes4(keccak256("token0()")), abi.encode(_base));
        provider.answer(bytes4(keccak256("token1()")), abi.encode(_quote));
        say(int256(PRICE), 0, block.timestamp);
        IUniswapV3Pool pool = IUniswapV3Pool(address(provider));
        return new UniswapV3TwapAdapter(pool, address(_base), WINDOW, 0, LIQUIDITY / 4, IOpenSize(address(0)), ETH);
    }

    /// @dev Since it last spoke, the price was this one. Its half-width is how far the newest price is from the others.
    function say(int256 priceWad, uint256 widthWad, uint256 madeAt) internal override {
        if (priceWad < 0) return sayTick(-tickOf(uint256(-priceWad)), madeAt, LIQUIDITY);
        sayTick(tickOf(uint256(priceWad) + widthWad), madeAt, LIQUIDITY);
    }

    function tickOf(uint256 priceWad) private pure returns (int256) {
        return FixedPointMathLib.lnWad(int256(priceWad)) / LN_TICK_WAD;
    }

    function sayTick(int256 tick, uint256 madeAt, uint256 liquidity) private {
        if (_sums.toldAt != 0 && _sums.toldAt != block.timestamp) _before = _sums;
        // The pool's sums over liquidity wrap around.
        unchecked {
            uint256 elapsed = block.timestamp - _before.toldAt;
            _sums.ticks = _before.ticks + tick * int256(elapsed);
            _sums.perLiquidity = _before.perLiquidity + (elapsed << 128) / liquidity;
            _sums.toldAt = block.timestamp;
            int256 idle = int256(block.timestamp - madeAt);
            uint160 perLiquidity = uint160(_sums.perLiquidity - uint256((idle << 128) / int256(liquidity)));
            sayNow(tick, abi.encode(madeAt, _sums.ticks - tick * idle, perLiquidity, true), liquidity);
            sayHistory(tick, liquidity);
        }
    }

    function sayNow(int256 tick, bytes memory observation, uint256 liquidity) private {
        provider.answer(bytes4(keccak256("slot0()")), abi.encode(1 << 96, tick, 0, 1, 1, 0, true));
        provider.answer(bytes4(keccak256("observations(uint256)")), observation);
        provider.answer(bytes4(keccak256("liquidity()")), abi.encode(liquidity));
        tellUnit(0);
    }

    function sayHistory(int256 tick, uint256 liquidity) private {
        (int256[] memory ticks, uint256[] memory perLiquidity) = (new int256[](COUNT + 1), new uint256[](COUNT + 1));
        for (uint256 i; i <= COUNT; ++i) {
            uint256 ago = (WINDOW * (COUNT - i)) / COUNT;
            unchecked {
                ticks[i] = _sums.ticks - tick * int256(ago);
                perLiquidity[i] = uint160(_sums.perLiquidity - (ago << 128) / liquidity);
            }
        }
        provider.answer(bytes4(keccak256("observe(uint32[])")), abi.encode(ticks, perLiquidity));
    }

    function valueSelectors() internal view virtual override returns (bytes4[] memory) {
        return list(bytes4(keccak256("slot0()")));
    }

    function restSelectors() internal view virtual override returns (bytes4[] memory selectors) {
        selectors = new bytes4[](2);
        selectors[0] = bytes4(keccak256("observations(uint256)"));
        selectors[1] = bytes4(keccak256("liquidity()"));
    }

    function tellUnit(int256 power) internal override {
        _base.answer(IERC20Metadata.decimals.selector, abi.encode(18 + power));
    }

    function special(Behaviour behaviour) internal override {
        if (behaviour == Behaviour.Hollow) sayTick(tickOf(market), block.timestamp, 1);
        if (behaviour == Behaviour.Absurd) sayTick(type(int24).min, block.timestamp, LIQUIDITY);
    }

    function unfit(Behaviour behaviour, Scope) internal pure virtual override returns (string memory) {
        if (behaviour == Behaviour.Zero) return "no tick stands for it";
        if (behaviour == Behaviour.BoundlessDoubt) return "a tick is never that far from another";
        if (behaviour == Behaviour.Doubt || behaviour == Behaviour.Hollow) return "";
        return plainUnfit(behaviour);
    }

    /// @dev One sub-window of eleven moves no median, and how far it is from it is the half-width.
    function verdict(Behaviour behaviour, Scope) internal pure virtual override returns (IPriceOracle.SourceFault) {
        bool isOff = behaviour == Behaviour.OffUp || behaviour == Behaviour.OffDown || isScale(behaviour);
        isOff = isOff || behaviour == Behaviour.FlipFlop || behaviour == Behaviour.Negative;
        if (isOff) return IPriceOracle.SourceFault.Unconfident;
        // A sum of time to come shows no depth.
        return behaviour == Behaviour.Future ? IPriceOracle.SourceFault.Reverted : poolVerdict(behaviour);
    }

    function poolVerdict(Behaviour behaviour) internal pure returns (IPriceOracle.SourceFault) {
        // The price is in base units: what the token says of them later is not asked.
        if (behaviour == Behaviour.UnitOnly) return IPriceOracle.SourceFault.None;
        bool isRefused = behaviour == Behaviour.Hollow || behaviour == Behaviour.Dirty || behaviour == Behaviour.Absurd;
        if (isRefused) return IPriceOracle.SourceFault.Reverted;
        // A pool observes before now, and lately.
        if (behaviour == Behaviour.Future) return IPriceOracle.SourceFault.NoValue;
        return plainVerdict(behaviour);
    }

    /// @dev The sub-windows until now are of the old price, and of the old depth.
    function healed(Behaviour behaviour) internal pure virtual override returns (IPriceOracle.SourceFault) {
        bool hasMoved = behaviour == Behaviour.Lag || behaviour == Behaviour.StandStill;
        if (hasMoved) return IPriceOracle.SourceFault.Unconfident;
        bool wasShallow = behaviour == Behaviour.Future || behaviour == Behaviour.Hollow;
        return wasShallow ? IPriceOracle.SourceFault.Reverted : IPriceOracle.SourceFault.None;
    }

    function cases() internal pure virtual override returns (uint256) {
        return 51;
    }
}

/// @dev A pool that lies in all of its history, whenever the adapter has to search it: none was ended for two sub-windows.
contract SearchedPoolMatrixTest is PoolMatrixTest {
    function stepSeconds() internal pure override returns (uint256) {
        return 121;
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(bytes4(keccak256("observe(uint32[])")));
    }

    function restSelectors() internal pure override returns (bytes4[] memory selectors) {
        selectors = new bytes4[](2);
        selectors[0] = bytes4(keccak256("slot0()"));
        selectors[1] = bytes4(keccak256("observations(uint256)"));
    }

    function unfit(Behaviour behaviour, Scope scope) internal pure override returns (string memory) {
        if (behaviour == Behaviour.Doubt) return "its history agrees with itself";
        return super.unfit(behaviour, scope);
    }

    function verdict(Behaviour behaviour, Scope) internal pure override returns (IPriceOracle.SourceFault) {
        // Told or not: what the token says of its unit is not asked.
        if (isTold(behaviour)) return plainVerdict(Behaviour(uint8(behaviour) - 4));
        // Upside down.
        if (behaviour == Behaviour.Negative) return IPriceOracle.SourceFault.OutOfBounds;
        return poolVerdict(behaviour);
    }

    function healed(Behaviour) internal pure override returns (IPriceOracle.SourceFault) {
        return IPriceOracle.SourceFault.None;
    }

    function cases() internal pure override returns (uint256) {
        return 50;
    }
}
