// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {BlockClock} from "./BlockClock.sol";
import {DrawWindow} from "./DrawWindow.sol";
import {IBackstop} from "./IBackstop.sol";
import {IInsuranceFund} from "./IInsuranceFund.sol";
import {ILossWaterfall} from "./ILossWaterfall.sol";
import {MarketPools} from "./MarketPools.sol";

/// @title LossWaterfall
/// @notice Orders the layers that pay for a default.
/// @dev Owns: penalty pools, draw budgets, open deficits, the clock of blocked redemptions. Trusts: vault, fund,
/// backstop, perpetual and option markets, auction. Keeps: invariants 12, 13, 14. Cash only moves, except for the haircut, where
/// the markets' indices take from the holders what the vault credits.
contract LossWaterfall is ILossWaterfall, AccessManaged, ReentrancyGuardTransient {
    using BlockClock for BlockClock.Clock;
    using DrawWindow for DrawWindow.Window;
    using FixedPointMathLib for uint256;
    using MarketPools for MarketPools.Pools;
    using SafeCastLib for uint256;
    using SafeERC20 for IERC20;

    /// @dev A portfolio has at most 32 perpetuals and eight series in each of eight expiries.
    uint256 private constant MAX_SHARES = 96;
    uint256 private constant WAD_DECIMALS = 18;

    /// @dev Gas handed to the backstop, and the gas that must be left so that 63/64 of it are that much.
    uint256 private constant BACKSTOP_GAS = 600_000;
    uint256 private constant GAS_TO_REACH_BACKSTOP = (BACKSTOP_GAS * 64) / 63 + 10_000;

    uint256 private constant MIN_DRAW_LIMIT_BPS = 100;
    uint256 private constant MAX_DRAW_LIMIT_BPS = 2_000;
    uint256 private constant MIN_GATE = 10 minutes;
    uint256 private constant MAX_GATE = 7 days;
    uint256 private constant MIN_THRESHOLD_WAD = 1e18;
    uint256 private constant MAX_THRESHOLD_WAD = 1e24;

    IMarginVault private immutable _vault;
    IInsuranceFund private immutable _fund;
    IBackstop private immutable _backstop;
    IPerpMarkets private immutable _perps;
    IOptionMarkets private immutable _options;
    IERC20 private immutable _token;
    /// @dev WAD of cash per base unit of the settlement token.
    uint256 private immutable _scale;

    // 20 + 2 + 4 bytes; limits above.
    address private _auction;
    uint16 private _drawLimitBps = 2_000;
    uint32 private _gateSeconds = 1 days;
    // 10 + 16 bytes; limits above. Pooled: the sum of the markets' pools, WAD.
    uint80 private _gateThresholdWad = 1_000e18;
    uint128 private _pooledWad;
    uint256 private _shortfallWad;
    MarketPools.Pools private _pools;
    BlockClock.Clock private _clock;
    mapping(AssetId asset => DrawWindow.Window) private _draws;
    mapping(AccountId account => mapping(AssetId asset => uint256)) private _deficits;
    mapping(AccountId account => bool) private _insolvent;

    modifier onlyAuction() {
        if (msg.sender != _auction) revert Waterfall_NotAuction(msg.sender, _auction);
        _;
    }

    constructor(
        address authority,
        IMarginVault vault,
        IInsuranceFund fund,
        IBackstop backstop,
        IPerpMarkets perps,
        IOptionMarkets options
    ) AccessManaged(authority) {
        if (
            address(vault) == address(0) ||
            address(fund) == address(0) ||
            address(backstop) == address(0) ||
            address(perps) == address(0) ||
            address(options) == address(0)
        ) revert Waterfall_ZeroAddress();
        (_vault, _fund, _backstop, _perps, _options) = (vault, fund, backstop, perps, options);
        address token = vault.settlementToken();
        uint256 tokenDecimals = IERC20Metadata(token).decimals();
        if (tokenDecimals > WAD_DECIMALS) revert Waterfall_UnsupportedDecimals(tokenDecimals, WAD_DECIMALS);
        _token = IERC20(token);
        _scale = 10 ** (WAD_DECIMALS - tokenDecimals);
    }

    // ---------------------------------------------------------------- configuration

    /// @inheritdoc ILossWaterfall
    function wire(address auction_) external restricted {
        if (_auction != address(0)) revert Waterfall_AlreadyWired(_auction);
        if (auction_ == address(0)) revert Waterfall_ZeroAddress();
        _auction = auction_;
        emit AuctionWired(auction_);
    }

    /// @inheritdoc ILossWaterfall
    function setDrawLimit(uint256 limitBps) external restricted {
        if (limitBps < MIN_DRAW_LIMIT_BPS || limitBps > MAX_DRAW_LIMIT_BPS) {
            revert Waterfall_DrawLimitOutOfBounds(limitBps, MIN_DRAW_LIMIT_BPS, MAX_DRAW_LIMIT_BPS);
        }
        emit DrawLimitChanged(_drawLimitBps, limitBps);
        _drawLimitBps = limitBps.toUint16();
    }

    /// @inheritdoc ILossWaterfall
    function setGate(uint256 gateSeconds, uint256 thresholdWad) external restricted {
        if (gateSeconds < MIN_GATE || gateSeconds > MAX_GATE) {
            revert Waterfall_GateOutOfBounds(gateSeconds, MIN_GATE, MAX_GATE);
        }
        if (thresholdWad < MIN_THRESHOLD_WAD || thresholdWad > MAX_THRESHOLD_WAD) {
            revert Waterfall_ThresholdOutOfBounds(thresholdWad, MIN_THRESHOLD_WAD, MAX_THRESHOLD_WAD);
        }
        emit GateChanged(_gateSeconds, _gateThresholdWad, gateSeconds, thresholdWad);
        _gateSeconds = gateSeconds.toUint32();
        _gateThresholdWad = thresholdWad.toUint80();
    }

    // ---------------------------------------------------------------- the auction's part

    /// @inheritdoc ILossWaterfall
    function cover(
        AccountId account,
        uint256 deficitWad,
        MarketShare[] calldata shares
    ) external onlyAuction nonReentrant returns (uint256 coveredWad) {
        _requireFewShares(shares.length);
        if (deficitWad == 0) return 0;
        uint256 shortfallBefore = _shortfallWad;
        if (shares.length == 0) {
            coveredWad = _payFromLayers(account, deficitWad, NO_ASSET);
            _setDeficit(account, NO_ASSET, deficitWad - coveredWad);
        } else {
            coveredWad = deficitWad - _coverParts(account, _split(deficitWad, shares), shares);
        }
        emit LossCovered(account, deficitWad, coveredWad);
        _updateGate(shortfallBefore);
    }

    /// @inheritdoc ILossWaterfall
    function collectPenalty(
        AccountId account,
        uint256 amountWad,
        MarketShare[] calldata shares
    ) external onlyAuction nonReentrant {
        _requireFewShares(shares.length);
        if (amountWad == 0) return;
        if (shares.length == 0 || _shortfallWad != 0) {
            emit PenaltyCollected(account, NO_ASSET, amountWad);
        } else {
            uint256[] memory parts = _split(amountWad, shares);
            for (uint256 i = 0; i < shares.length; ++i) {
                if (parts[i] == 0) continue;
                _pools.add(shares[i].asset, parts[i]);
                emit PenaltyCollected(account, shares[i].asset, parts[i]);
            }
            _pooledWad = (_pooledWad + amountWad).toUint128();
        }
        _vault.moveCash(account, poolAccount(), amountWad);
    }

    /// @inheritdoc ILossWaterfall
    function setInsolvent(AccountId account, bool insolvent) external onlyAuction {
        if (_insolvent[account] == insolvent) return;
        _insolvent[account] = insolvent;
        emit InsolvencyChanged(account, insolvent, _clock.changeOpen(insolvent));
    }

    // ---------------------------------------------------------------- anyone's part

    /// @inheritdoc ILossWaterfall
    function coverDeficit(AccountId account, AssetId asset) external nonReentrant returns (uint256 paidWad) {
        uint256 shortfallBefore = _shortfallWad;
        uint256 owedWad = _owedNow(account, asset);
        // Income that was set aside for deficits, before anyone else's means.
        if (asset != NO_ASSET) {
            paidWad = _takeFromPool(account, owedWad, NO_ASSET);
            _moveFromPools(account, paidWad, 0);
        }
        paidWad += _payFromLayers(account, owedWad - paidWad, asset);
        if (paidWad == 0 && owedWad != 0) revert Waterfall_LayersEmpty(asset);
        _setDeficit(account, asset, owedWad - paidWad);
        _updateGate(shortfallBefore);
    }

    /// @inheritdoc ILossWaterfall
    function repayBackstop(AssetId asset, uint256 amount) external nonReentrant returns (uint256 repaid) {
        if (_shortfallWad != 0) revert Waterfall_DeficitFirst(_shortfallWad);
        uint256 debt = _backstop.debtOf(address(this));
        uint256 pooled = _poolWad(asset) / _scale;
        repaid = amount.min(debt).min(pooled);
        if (repaid == 0) revert Waterfall_NothingToRepay(amount, debt, pooled);
        if (asset != NO_ASSET) {
            _pools.take(asset, repaid * _scale);
            _pooledWad = (_pooledWad - repaid * _scale).toUint128();
        }
        emit BackstopRepaid(asset, repaid);
        _vault.withdraw(poolAccount(), address(_token), repaid, address(this));
        _token.forceApprove(address(_backstop), repaid);
        _backstop.repay(repaid);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ILossWaterfall
    function canCoverDeficit(
        AccountId account,
        AssetId asset
    ) external view returns (bool ok, bytes4 reason, uint256 payableWad) {
        if (_deficits[account][asset] == 0) return (false, Waterfall_NoDeficit.selector, 0);
        (uint256 owedWad, bool settled) = _owed(account, asset);
        if (!settled) return (false, Waterfall_StillOpen.selector, 0);
        payableWad = coverable(asset);
        if (asset != NO_ASSET) payableWad += _poolWad(NO_ASSET);
        payableWad = payableWad.min(owedWad);
        if (payableWad == 0 && owedWad != 0) return (false, Waterfall_LayersEmpty.selector, 0);
        return (true, 0, payableWad);
    }

    /// @inheritdoc ILossWaterfall
    function canRepayBackstop(AssetId asset) external view returns (bool ok, bytes4 reason, uint256 repayable) {
        if (_shortfallWad != 0) return (false, Waterfall_DeficitFirst.selector, 0);
        repayable = _backstop.debtOf(address(this)).min(_poolWad(asset) / _scale);
        if (repayable == 0) return (false, Waterfall_NothingToRepay.selector, 0);
        return (true, 0, repayable);
    }

    /// @inheritdoc ILossWaterfall
    function coverable(AssetId asset) public view returns (uint256 amountWad) {
        return _poolWad(asset) + drawable(asset) + _backstop.available(address(this));
    }

    /// @inheritdoc ILossWaterfall
    function drawable(AssetId asset) public view returns (uint256 amountWad) {
        return _draws[asset].availableWad(_fund.managedAssets() * _scale, _drawLimitBps);
    }

    /// @inheritdoc ILossWaterfall
    function poolAccount() public view returns (AccountId) {
        return toAccountId(address(this), 0);
    }

    /// @inheritdoc ILossWaterfall
    function poolOf(AssetId asset) external view returns (uint256) {
        return _poolWad(asset);
    }

    /// @inheritdoc ILossWaterfall
    function shortfall() external view returns (uint256) {
        return _shortfallWad;
    }

    /// @inheritdoc ILossWaterfall
    function deficitOf(AccountId account, AssetId asset) external view returns (uint256) {
        return _deficits[account][asset];
    }

    /// @inheritdoc ILossWaterfall
    function claimOnIncome() external view returns (uint256) {
        uint256 owedWad = _shortfallWad + _backstop.debtOf(address(this)) * _scale;
        return owedWad == 0 ? 0 : owedWad.zeroFloorSub(_poolWad(NO_ASSET));
    }

    /// @inheritdoc ILossWaterfall
    function isBlocked() external view returns (bool) {
        return _clock.isBlocked();
    }

    /// @inheritdoc ILossWaterfall
    function blockedSeconds() external view returns (uint256) {
        return _clock.blockedSeconds();
    }

    /// @inheritdoc ILossWaterfall
    function openInsolvencies() external view returns (uint256) {
        return _clock.open;
    }

    /// @inheritdoc ILossWaterfall
    function gatedUntil() external view returns (uint256) {
        return _clock.gatedUntil;
    }

    /// @inheritdoc ILossWaterfall
    function limits() external view returns (uint256, uint256, uint256) {
        return (_drawLimitBps, _gateSeconds, _gateThresholdWad);
    }

    /// @inheritdoc ILossWaterfall
    function auction() external view returns (address) {
        return _auction;
    }

    // ---------------------------------------------------------------- layers

    /// @dev Runs every layer for each market's part of a loss, one layer after the other, and records what is left.
    /// @param left The parts; what is paid is taken off.
    function _coverParts(
        AccountId account,
        uint256[] memory left,
        MarketShare[] calldata shares
    ) private returns (uint256 unpaidWad) {
        uint256 pooledWad = 0;
        for (uint256 i = 0; i < left.length; ++i) {
            uint256 paidWad = _takeFromPool(account, left[i], shares[i].asset);
            left[i] -= paidWad;
            pooledWad += paidWad;
        }
        _moveFromPools(account, pooledWad, pooledWad);
        _payPartsFromFund(account, left, shares);
        _payPartsFromBackstop(account, left, shares);
        _haircutParts(account, left, shares);
        uint256 seen = 0;
        for (uint256 i = 0; i < left.length; ++i) {
            AssetId asset = shares[i].asset;
            // Parts of one market add up.
            uint256 bit = 1 << AssetId.unwrap(asset);
            _setDeficit(account, asset, seen & bit == 0 ? left[i] : _deficits[account][asset] + left[i]);
            seen |= bit;
            unpaidWad += left[i];
        }
    }

    /// @dev One payment of the fund for all parts. Each market draws within its own limit of what the fund holds after
    /// the draws before it, as if it came alone; what venues keep back, the last ones do not get.
    function _payPartsFromFund(AccountId account, uint256[] memory left, MarketShare[] calldata shares) private {
        uint256 heldWad = _fund.managedAssets() * _scale;
        uint256 totalWad = 0;
        for (uint256 i = 0; i < left.length; ++i) {
            totalWad += left[i].min(_draws[shares[i].asset].availableWad(heldWad, _drawLimitBps));
        }
        uint256 payableWad = totalWad == 0 ? 0 : _fund.gather(totalWad);
        if (payableWad == 0) return;
        // A venue may have cost something.
        heldWad = _fund.managedAssets() * _scale;
        totalWad = 0;
        for (uint256 i = 0; i < left.length; ++i) {
            if (left[i] == 0) continue;
            AssetId asset = shares[i].asset;
            uint256 drawWad = left[i].min(_draws[asset].availableWad(heldWad - totalWad, _drawLimitBps));
            drawWad = drawWad.min(payableWad - totalWad);
            if (drawWad == 0) continue;
            _draws[asset].record(drawWad);
            totalWad += drawWad;
            left[i] -= drawWad;
            emit LayerPaid(account, asset, Layer.InsuranceFund, drawWad);
        }
        if (totalWad == 0) return;
        uint256 paidWad = _fund.pay(account, totalWad);
        if (paidWad != totalWad) revert Waterfall_FundPaidLess(paidWad, totalWad);
    }

    /// @dev The layers before the haircut, in order.
    function _payFromLayers(AccountId account, uint256 amountWad, AssetId asset) private returns (uint256 paidWad) {
        paidWad = _takeFromPool(account, amountWad, asset);
        _moveFromPools(account, paidWad, asset == NO_ASSET ? 0 : paidWad);
        paidWad += _payFromFund(account, amountWad - paidWad, asset);
        paidWad += _payFromBackstop(account, amountWad - paidWad, asset);
    }

    /// @dev Books what a pool pays; `_moveFromPools` moves it.
    function _takeFromPool(AccountId account, uint256 amountWad, AssetId asset) private returns (uint256 paidWad) {
        paidWad = amountWad == 0 ? 0 : amountWad.min(_poolWad(asset));
        if (paidWad == 0) return 0;
        if (asset != NO_ASSET) _pools.take(asset, paidWad);
        emit LayerPaid(account, asset, Layer.PenaltyPool, paidWad);
    }

    /// @param ofMarketsWad What of it the pools of markets pay, WAD.
    function _moveFromPools(AccountId account, uint256 amountWad, uint256 ofMarketsWad) private {
        if (ofMarketsWad != 0) _pooledWad = (_pooledWad - ofMarketsWad).toUint128();
        if (amountWad != 0) _vault.moveCash(poolAccount(), account, amountWad);
    }

    function _payFromFund(AccountId account, uint256 amountWad, AssetId asset) private returns (uint256 paidWad) {
        uint256 limitWad = amountWad == 0 ? 0 : amountWad.min(drawable(asset));
        if (limitWad == 0) return 0;
        paidWad = _fund.pay(account, limitWad);
        _draws[asset].record(paidWad);
        emit LayerPaid(account, asset, Layer.InsuranceFund, paidWad);
    }

    function _payFromBackstop(AccountId account, uint256 amountWad, AssetId asset) private returns (uint256 paidWad) {
        (uint256 lentWad, bool failed) = _draw(account, amountWad);
        if (failed) emit LayerFailed(account, asset, Layer.Backstop);
        if (lentWad == 0) return 0;
        paidWad = lentWad.min(amountWad);
        emit LayerPaid(account, asset, Layer.Backstop, paidWad);
        _poolLent(account, asset, lentWad - paidWad);
    }

    /// @dev One draw for all parts, which it pays one after the other.
    function _payPartsFromBackstop(AccountId account, uint256[] memory left, MarketShare[] calldata shares) private {
        uint256 totalWad = 0;
        for (uint256 i = 0; i < left.length; ++i) totalWad += left[i];
        (uint256 lentWad, bool failed) = _draw(account, totalWad);
        if (lentWad == 0 && !failed) return;
        AssetId last = NO_ASSET;
        for (uint256 i = 0; i < left.length; ++i) {
            if (left[i] == 0) continue;
            last = shares[i].asset;
            if (failed) emit LayerFailed(account, last, Layer.Backstop);
            uint256 paidWad = lentWad.min(left[i]);
            if (paidWad == 0) continue;
            lentWad -= paidWad;
            left[i] -= paidWad;
            emit LayerPaid(account, last, Layer.Backstop, paidWad);
        }
        _poolLent(account, last, lentWad);
    }

    /// @dev The backstop's token may be paused or its pool broken: the loss then goes on to the next layer. A caller
    /// cannot cause that by sending too little gas. Tokens come in whole units.
    function _draw(AccountId account, uint256 amountWad) private returns (uint256 lentWad, bool failed) {
        if (amountWad == 0 || _backstop.available(address(this)) == 0) return (0, false);
        if (gasleft() < GAS_TO_REACH_BACKSTOP) revert Waterfall_OutOfGas(gasleft(), GAS_TO_REACH_BACKSTOP);
        try _backstop.draw{gas: BACKSTOP_GAS}(account, amountWad.divUp(_scale) * _scale) returns (uint256 lent) {
            lentWad = lent;
        } catch {
            failed = true;
        }
    }

    /// @dev What whole units bring beyond the loss goes to the domain's pool: no fraction of one is left without an owner.
    function _poolLent(AccountId account, AssetId asset, uint256 overshootWad) private {
        if (overshootWad == 0) return;
        emit OvershootPooled(asset, overshootWad);
        _vault.moveCash(account, poolAccount(), overshootWad);
    }

    /// @dev The indices charge whole units per lot: at least the loss. What they charge beyond it goes to the domain's pool.
    function _haircutParts(AccountId account, uint256[] memory left, MarketShare[] calldata shares) private {
        uint256 paidWad = 0;
        uint256 overshootWad = 0;
        for (uint256 i = 0; i < left.length; ++i) {
            (uint256 dueWad, uint256 chargedWad) = _charge(left[i], shares[i]);
            if (chargedWad == 0) continue;
            left[i] -= dueWad;
            paidWad += dueWad;
            emit LayerPaid(account, shares[i].asset, Layer.Haircut, dueWad);
            if (chargedWad == dueWad) continue;
            overshootWad += chargedWad - dueWad;
            emit OvershootPooled(shares[i].asset, chargedWad - dueWad);
        }
        if (paidWad != 0) _vault.creditFromLoss(account, paidWad);
        if (overshootWad != 0) _vault.creditFromLoss(poolAccount(), overshootWad);
    }

    /// @dev Of holders of options no more is taken than what the account owed them.
    /// @return dueWad What of the loss they bear, WAD. @return chargedWad What they are charged, at least that or nothing, WAD.
    function _charge(
        uint256 amountWad,
        MarketShare calldata share
    ) private returns (uint256 dueWad, uint256 chargedWad) {
        if (amountWad == 0) return (0, 0);
        if (!share.isOption) return (amountWad, _perps.spreadLoss(share.asset, !share.longDefaulted, amountWad));
        dueWad = amountWad.min(share.limitWad);
        chargedWad = _options.spreadLoss(share.slot, share.strikeIndex, share.isPut, !share.longDefaulted, dueWad);
    }

    // ---------------------------------------------------------------- deficits

    function _setDeficit(AccountId account, AssetId asset, uint256 deficitWad) private {
        uint256 before = _deficits[account][asset];
        if (before == deficitWad) return;
        _deficits[account][asset] = deficitWad;
        _shortfallWad = _shortfallWad - before + deficitWad;
        emit DeficitChanged(account, asset, deficitWad, _shortfallWad);
    }

    /// @dev A larger shortfall gates anew, none lifts the gate; a lesser one waits for the gate's own end.
    function _updateGate(uint256 shortfallBefore) private {
        uint256 shortfallNow = _shortfallWad;
        uint256 until = _clock.gatedUntil;
        if (shortfallNow > shortfallBefore && shortfallNow >= _gateThresholdWad) {
            until = block.timestamp + _gateSeconds;
        } else if (shortfallNow == 0 && until > block.timestamp) {
            until = 0;
        } else {
            return;
        }
        _clock.setGate(until);
        emit WithdrawalsGated(until);
        _vault.gateWithdrawals(until);
    }

    function _owedNow(AccountId account, AssetId asset) private view returns (uint256 owedWad) {
        if (_deficits[account][asset] == 0) revert Waterfall_NoDeficit(account, asset);
        bool settled;
        (owedWad, settled) = _owed(account, asset);
        if (!settled) revert Waterfall_StillOpen(account);
    }

    /// @dev An account never gets more than what brings its cash to zero. Cash beside open positions says nothing: a
    /// long has paid for its position. Options of settled expiries are cash, whether or not they were paid out.
    function _owed(AccountId account, AssetId asset) private view returns (uint256 owedWad, bool settled) {
        Portfolio memory portfolio = _vault.portfolioOf(account);
        if (portfolio.perps.length + portfolio.options.length != 0) return (0, false);
        int256 cashWad = portfolio.cashWad;
        if (cashWad >= 0) return (0, true);
        return (_deficits[account][asset].min(uint256(-cashWad)), true);
    }

    // ---------------------------------------------------------------- numbers

    /// @dev The domain's pool is what of the account belongs to no market.
    function _poolWad(AssetId asset) private view returns (uint256) {
        if (asset != NO_ASSET) return _pools.amountOf(asset);
        int256 cashWad = _vault.cashOf(poolAccount());
        return cashWad <= 0 ? 0 : uint256(cashWad).zeroFloorSub(_pooledWad);
    }

    /// @dev By weight, rounded down, the remainder to the last; all to the last when no weight is known.
    function _split(uint256 amountWad, MarketShare[] calldata shares) private pure returns (uint256[] memory parts) {
        parts = new uint256[](shares.length);
        uint256 weightsWad;
        for (uint256 i = 0; i < shares.length; ++i) weightsWad += shares[i].weightWad;
        uint256 last = shares.length - 1;
        uint256 leftWad = amountWad;
        for (uint256 i = 0; i < last && weightsWad != 0; ++i) {
            parts[i] = amountWad.fullMulDiv(shares[i].weightWad, weightsWad);
            leftWad -= parts[i];
        }
        parts[last] = leftWad;
    }

    function _requireFewShares(uint256 count) private pure {
        if (count > MAX_SHARES) revert Waterfall_TooManyShares(count, MAX_SHARES);
    }
}
