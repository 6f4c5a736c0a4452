// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev The specification written down plainly: every corner of the price intervals, every choice of shock indices, the
/// haircut by numerical integration. Slow, and nothing shared with the contracts but their configuration.
contract PortfolioMarginDifferentialTest is RiskFixture {
    struct Case {
        bool initial;
        uint256 stressWad;
        int256[5] units;
        uint256[5] low;
        uint256[5] high;
        uint256[5] rho;
        uint256[5] leastRho;
        bool[5] member;
    }

    function testFuzz_InitialSurplus_MatchesThePlainReference(uint256 seed) external {
        seed = seed >> 8;
        randomWorld(seed);
        Portfolio memory portfolio = randomPortfolio(seed);
        uint256 stress = draw(seed, "stress", WAD, 3e18);
        int256 expected = _reference(portfolio, true, stress);
        assertApproxEqAbs(risk.initialSurplus(portfolio, stress), expected, _tolerance(portfolio));
    }

    function testFuzz_LiquidationSurplus_MatchesThePlainReference(uint256 seed) external {
        seed = seed >> 8;
        randomWorld(seed);
        Portfolio memory portfolio = randomPortfolio(seed);
        int256 expected = _reference(portfolio, false, WAD);
        assertApproxEqAbs(risk.liquidationSurplus(portfolio), expected, _tolerance(portfolio));
    }

    /// @dev 1e-7 of positions (the shock per sigma is kept to 1e-9), 1e-5 of collateral (the numerical integral).
    function _tolerance(Portfolio memory portfolio) private view returns (uint256 tolerance) {
        tolerance = 1e13;
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            int256 size = portfolio.perps[i].sizeWad;
            tolerance += (uint256(size < 0 ? -size : size) * oracle.read(portfolio.perps[i].asset).midWad) / WAD / 1e7;
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            uint256 amount = portfolio.collateral[i].amountWad;
            tolerance += risk.collateralValue(portfolio.collateral[i].index, amount) / 1e5;
        }
    }

    function _reference(Portfolio memory p, bool initial, uint256 stress) private view returns (int256) {
        Case memory c;
        (c.initial, c.stressWad) = (initial, stress);
        int256 gross = _addOns(p, initial);
        for (uint16 id = 1; id <= 4; ++id) _leg(c, p, id);
        // The stable token offsets nothing: it takes its own worst.
        int256 best = initial ? type(int256).max : type(int256).min;
        for (uint256 corner = 0; corner < 16; ++corner) {
            int256 value = _atCorner(c, corner);
            best = (initial ? value < best : value > best) ? value : best;
        }
        return p.cashWad + best - gross;
    }

    function _leg(Case memory c, Portfolio memory p, uint16 id) private view {
        PriceViews memory v = oracle.read(AssetId.wrap(id));
        IPortfolioMargin.UnderlyingConfig memory u = risk.underlyingOf(AssetId.wrap(id));
        (c.low[id], c.high[id]) = _interval(v, c.initial);
        uint256 sigma = _sigma(v, u, c.initial);
        uint256 z = c.initial ? u.zInitialWad : u.zMaintenanceWad;
        uint256 seconds_ = c.initial ? u.mporInitialSeconds : u.mporMaintenanceSeconds;
        uint256 rho = (((sigma * z) / WAD) * FixedPointMathLib.sqrt((seconds_ * 1e36) / 365 days)) / WAD;
        if (c.initial) rho = (FixedPointMathLib.clamp(rho, u.rhoMinInitialWad, u.rhoMaxInitialWad) * c.stressWad) / WAD;
        else rho = FixedPointMathLib.clamp(rho, u.rhoMinMaintenanceWad, u.rhoMaxMaintenanceWad);
        (c.rho[id], c.leastRho[id], c.member[id]) = (rho, u.rhoMinMaintenanceWad, u.correlationGroup == MAJORS);
        for (uint256 i = 0; i < p.perps.length; ++i) {
            if (p.perps[i].asset == AssetId.wrap(id)) c.units[id] += p.perps[i].sizeWad;
        }
        for (uint256 i = 0; i < p.collateral.length; ++i) {
            IPortfolioMargin.CollateralConfig memory k = risk.collateralOf(p.collateral[i].index);
            if (k.underlying != AssetId.wrap(id)) continue;
            uint256 tokens = _credit(k, p.collateral[i].amountWad, sigma);
            c.units[id] += int256((tokens * _ratio(k, c.initial)) / WAD);
        }
    }

    function _ratio(IPortfolioMargin.CollateralConfig memory k, bool initial) private view returns (uint256) {
        if (k.ratioAsset == NO_ASSET) return WAD;
        (uint256 low, uint256 high) = _interval(oracle.read(k.ratioAsset), initial);
        return initial ? low : high;
    }

    function _interval(PriceViews memory v, bool initial) private pure returns (uint256 low, uint256 high) {
        uint256[5] memory prices = [v.lowWad, v.highWad, v.shortTwapWad, v.longTwapWad, v.midWad];
        if (!initial) {
            prices[3] = 0;
            if ((v.highWad - v.lowWad) * 100 <= v.midWad) (prices[0], prices[1]) = (v.midWad, v.midWad);
        }
        low = type(uint256).max;
        for (uint256 i = 0; i < 5; ++i) {
            if (prices[i] == 0) continue;
            if (prices[i] < low) low = prices[i];
            if (prices[i] > high) high = prices[i];
        }
    }

    function _sigma(
        PriceViews memory v,
        IPortfolioMargin.UnderlyingConfig memory u,
        bool initial
    ) private pure returns (uint256 sigma) {
        sigma = v.sigmaGlideWad;
        if (!initial) return sigma;
        uint256 blend = (v.sigmaSlowWad * (WAD - u.stressWeightWad) + u.stressSigmaWad * u.stressWeightWad) / WAD;
        uint256 fast = (v.sigmaFastWad * u.fastGainWad) / WAD;
        if (blend > sigma) sigma = blend;
        if (fast > sigma) sigma = fast;
        if (u.sigmaFloorWad > sigma) sigma = u.sigmaFloorWad;
    }

    /// @dev Midpoint rule, 400 steps.
    function _credit(
        IPortfolioMargin.CollateralConfig memory k,
        uint256 amount,
        uint256 sigma
    ) private pure returns (uint256 tokens) {
        uint256 root = FixedPointMathLib.sqrt((k.liquidationSeconds * 1e36) / 365 days);
        int256 x = -int256((((k.zWad * sigma) / WAD) * root) / WAD);
        int256 share = FixedPointMathLib.expWad(x) - int256(k.haircutFloorWad);
        if (share > int256(WAD - k.haircutFloorWad)) share = int256(WAD - k.haircutFloorWad);
        if (share < 0) share = 0;
        for (uint256 i = 0; i < 400; ++i) {
            uint256 position = (amount * (2 * i + 1)) / 800;
            int256 over = int256((position * WAD) / k.capWad) - int256(k.concentrationFreeWad);
            if (over < 0) over = 0;
            int256 marginal = share - (((over * over) / 1e18) * int256(k.concentrationGainWad)) / 1e18;
            if (marginal > 0) tokens += (uint256(marginal) * amount) / 400 / WAD;
        }
    }

    function _addOns(Portfolio memory p, bool initial) private view returns (int256 cost) {
        int256[5] memory sizes;
        for (uint256 i = 0; i < p.perps.length; ++i) {
            sizes[AssetId.unwrap(p.perps[i].asset)] += p.perps[i].sizeWad;
        }
        bool open = false;
        for (uint16 id = 1; id <= 4; ++id) {
            (uint256 low, uint256 high) = _interval(oracle.read(AssetId.wrap(id)), initial);
            int256 size = sizes[id] < 0 ? -sizes[id] : sizes[id];
            if (size != 0) open = true;
            cost += (size * int256(initial ? high : low)) / 1e18;
        }
        return open ? (cost * 50) / 10_000 + 10e18 : int256(0);
    }

    /// @dev Bit id - 1 of `corner` says whether the true price of an underlying is the upper edge.
    function _atCorner(Case memory c, uint256 corner) private pure returns (int256 value) {
        int256[9][5] memory grid;
        int256 alone = 0;
        for (uint256 id = 1; id <= 4; ++id) {
            uint256 price = (corner >> (id - 1)) & 1 == 1 ? c.high[id] : c.low[id];
            int256 worst = type(int256).max;
            for (uint256 k = 0; k < 9; ++k) {
                grid[id][k] = _shocked(c, id, price, int256(k) - 4);
                if (grid[id][k] < worst) worst = grid[id][k];
            }
            alone += worst;
            if (!c.member[id]) value += worst;
        }
        // The majors: joint indices within 2 of each other; 60 % of what that saves is credited.
        int256 sum = alone - value;
        return value + sum + ((_joint(grid) - sum) * 6) / 10;
    }

    function _joint(int256[9][5] memory grid) private pure returns (int256 worst) {
        worst = type(int256).max;
        for (uint256 a = 0; a < 9; ++a) {
            for (uint256 b = 0; b < 9; ++b) {
                if (_apart(a, b) > 2) continue;
                for (uint256 s = 0; s < 9; ++s) {
                    if (_apart(a, s) > 2 || _apart(b, s) > 2) continue;
                    int256 total = grid[1][a] + grid[2][b] + grid[3][s];
                    if (total < worst) worst = total;
                }
            }
        }
    }

    /// @dev The worse of the full and the least shock: gains are counted at the least only.
    function _shocked(Case memory c, uint256 id, uint256 price, int256 k) private pure returns (int256) {
        int256 full = FixedPointMathLib.expWad((int256(c.rho[id]) * k) / 4);
        int256 least = FixedPointMathLib.expWad((int256(c.leastRho[id]) * k) / 4);
        int256 a = (c.units[id] * ((int256(price) * full) / 1e18)) / 1e18;
        int256 b = (c.units[id] * ((int256(price) * least) / 1e18)) / 1e18;
        return a < b ? a : b;
    }

    function _apart(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
