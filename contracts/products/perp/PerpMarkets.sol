// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AssetId} from "../../types/AssetId.sol";
import {Grade, PriceViews} from "../../types/Price.sol";
import {IMoveCost} from "../../oracle/IMoveCost.sol";
import {IOpenSize} from "../../oracle/IOpenSize.sol";
import {IPriceOracle} from "../../oracle/IPriceOracle.sol";
import {ICircuitBreaker} from "../../breaker/ICircuitBreaker.sol";
import {Backing} from "./Backing.sol";
import {Funding} from "./Funding.sol";
import {IPerpMarkets} from "./IPerpMarkets.sol";

/// @title PerpMarkets
/// @notice Funding, open interest and loss indices of the perpetuals.
/// @dev Owns: one market per underlying. Trusts: the vault for lots, the oracle for the mid, the breaker for inactive
/// seconds. Keeps: invariants 2, 13, 17.
contract PerpMarkets is IPerpMarkets, IOpenSize, AccessManaged {
    using Backing for Backing.Record;
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using LibBit for uint256;
    using SafeCastLib for uint256;
    using SafeCastLib for int256;

    // ------------------------------------------------------------------------------------------------ types

    /// @dev Four slots of 32 bytes.
    /// Slot 0: indices, WAD of cash per lot (+-1.7e20 USD).
    /// Slot 1: 8 + 8 + 8 + 3 + 5. Premiums in WAD (+-9.2); `sampleSecondsLeft` <= 30 days.
    /// Slot 2: 5 + 8 + 8 + 7 + 4. `inactiveAtAccrual` is the breaker's sum at `accruedAt`.
    /// Slot 3: 10 + 14 + 8. `lotSizeWad` != 0 marks a listed market.
    struct Market {
        int128 longIndexWad;
        int128 shortIndexWad;
        uint64 openLots;
        int64 premiumWad;
        int64 sampleWad;
        uint24 sampleSecondsLeft;
        uint40 accruedAt;
        uint40 inactiveAtAccrual;
        uint64 gainWadPerDay;
        uint64 clampWadPerDay;
        int56 interestWadPerDay;
        uint32 windowSeconds;
        uint80 lotSizeWad;
        uint112 openInterestCapWad;
        uint64 depthLots;
    }

    /// @dev What an accrual up to now would do.
    struct Accrual {
        Funding.Terms terms;
        Funding.Premium premium;
        int256 perLotWad;
        uint256 activeSeconds;
        uint256 inactiveSeconds;
    }

    // -------------------------------------------------------------------------------------------- constants

    /// @dev A million units of the underlying per lot: products with any price stay far inside 256 bits.
    uint256 private constant MAX_LOT_SIZE_WAD = 1e24;
    uint256 private constant MAX_GAIN_WAD_PER_DAY = 10e18;
    uint256 private constant MAX_CLAMP_WAD_PER_DAY = 1e18;
    uint256 private constant MAX_INTEREST_WAD_PER_DAY = 0.03e18;
    uint256 private constant MIN_WINDOW_SECONDS = 1 minutes;
    uint256 private constant MAX_WINDOW_SECONDS = 30 days;
    /// @dev A trade further from the mid than this is not a price.
    uint256 private constant MAX_PREMIUM_WAD = 0.5e18;

    // ------------------------------------------------------------------------------------------- immutables

    IPriceOracle private immutable _oracle;
    ICircuitBreaker private immutable _breaker;

    // ---------------------------------------------------------------------------------------------- storage

    /// @inheritdoc IPerpMarkets
    address public vault;
    /// @inheritdoc IPerpMarkets
    address public waterfall;
    mapping(AssetId asset => Market) private _markets;
    mapping(AssetId asset => Backing.Record) private _backings;

    modifier onlyFrom(address allowed) {
        if (msg.sender != allowed) revert Perp_WrongCaller(msg.sender, allowed);
        _;
    }

    constructor(address authority, IPriceOracle oracle, ICircuitBreaker breaker) AccessManaged(authority) {
        if (address(oracle) == address(0) || address(breaker) == address(0)) revert Perp_ZeroAddress();
        _oracle = oracle;
        _breaker = breaker;
    }

    // ---------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IPerpMarkets
    function wire(address vault_, address waterfall_) external restricted {
        if (vault != address(0)) revert Perp_AlreadyWired();
        if (vault_ == address(0) || waterfall_ == address(0)) revert Perp_ZeroAddress();
        (vault, waterfall) = (vault_, waterfall_);
        emit Wired(vault_, waterfall_);
    }

    /// @inheritdoc IPerpMarkets
    function list(AssetId asset, MarketConfig calldata config) external restricted {
        Market storage market = _markets[asset];
        if (market.lotSizeWad != 0) revert Perp_AlreadyListed(asset);
        if (!asset.isUnderlying() || !_oracle.isListed(asset)) revert Perp_NotAnUnderlying(asset);
        _requireWithin(config.lotSizeWad, 1, MAX_LOT_SIZE_WAD);
        market.lotSizeWad = config.lotSizeWad.toUint80();
        market.accruedAt = block.timestamp.toUint40();
        market.inactiveAtAccrual = _breaker.inactiveSeconds(_bitOf(asset)).toUint40();
        emit MarketListed(asset, config.lotSizeWad);
        _setCap(asset, market, config.openInterestCapWad);
        _setFunding(asset, market, config.funding);
    }

    /// @inheritdoc IPerpMarkets
    function setFunding(AssetId asset, FundingConfig calldata terms) external restricted {
        Market storage market = _listed(asset);
        _accrue(asset, market, _midOf(asset));
        _setFunding(asset, market, terms);
    }

    /// @inheritdoc IPerpMarkets
    function setOpenInterestCap(AssetId asset, uint256 capWad) external restricted {
        _setCap(asset, _listed(asset), capWad);
    }

    /// @inheritdoc IPerpMarkets
    function setBacking(AssetId asset, IMoveCost source) external restricted {
        _listed(asset);
        Backing.Record storage backing = _backings[asset];
        if (address(source) != address(0) && address(source).code.length == 0) {
            revert Perp_NoBacking(asset, address(source));
        }
        emit BackingSet(asset, backing.source, source);
        _backings[asset] = Backing.Record(source, 0, 0);
    }

    /// @inheritdoc IPerpMarkets
    function lowerOpenInterestCap(AssetId asset, uint256 capWad) external restricted {
        Market storage market = _listed(asset);
        uint256 oldCapWad = market.openInterestCapWad;
        if (capWad >= oldCapWad) revert Perp_CapNotLower(capWad, oldCapWad);
        _setCap(asset, market, capWad);
    }

    // ---------------------------------------------------------------------------------------------- actions

    /// @inheritdoc IPerpMarkets
    function accrue(AssetId asset) external {
        Market storage market = _listed(asset);
        if (market.accruedAt != block.timestamp) _accrue(asset, market, _midOf(asset));
    }

    /// @inheritdoc IPerpMarkets
    function syncBacking(AssetId asset) external returns (uint256 capacityUsd) {
        Backing.Record storage backing = _backings[asset];
        if (address(backing.source) == address(0)) revert Perp_NoBacking(asset, address(0));
        return backing.sync(asset);
    }

    /// @inheritdoc IPerpMarkets
    function record(PositionChange calldata change) external onlyFrom(vault) returns (MarketMark memory mark) {
        AssetId asset = change.asset;
        Market storage market = _listed(asset);
        uint256 openBefore = market.openLots;
        uint256 openAfter = _openLotsAfter(change, openBefore);
        uint256 tradePriceWad = change.tradePriceWad;
        bool due = market.accruedAt != block.timestamp;
        uint256 midWad = due || tradePriceWad != 0 ? _midOf(asset) : 0;
        if (tradePriceWad != 0 && openAfter > openBefore)
            _requireWithinCap(asset, market, openAfter, midWad, tradePriceWad);

        Accrual memory accrual = _pending(asset, market, midWad);
        if (due) _advance(asset, market, accrual);
        if (tradePriceWad != 0 && midWad != 0) _sample(market, accrual, change, midWad);
        _store(market, accrual.premium, openAfter);
        emit PositionsRecorded(asset, openAfter, accrual.premium.sampleWad);
        return _markOf(market, 0);
    }

    /// @inheritdoc IPerpMarkets
    function spreadLoss(
        AssetId asset,
        bool longSide,
        uint256 deficitWad
    ) external onlyFrom(waterfall) returns (uint256 chargedWad) {
        Market storage market = _listed(asset);
        uint256 lots = market.openLots;
        if (lots == 0 || deficitWad == 0) return 0;
        uint256 perLotWad = deficitWad.divUp(lots);
        chargedWad = perLotWad * lots;
        int256 step = perLotWad.toInt256();
        if (longSide) market.longIndexWad = (int256(market.longIndexWad) + step).toInt128();
        else market.shortIndexWad = (int256(market.shortIndexWad) - step).toInt128();
        emit LossSpread(asset, longSide, deficitWad, chargedWad, perLotWad);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IPerpMarkets
    function marksOf(uint256 assetBitmap) external view returns (MarketMark[] memory marks) {
        uint256[] memory mids = _midsOf(assetBitmap);
        marks = new MarketMark[](mids.length);
        for (uint256 i = 0; i < marks.length; ++i) {
            AssetId asset = AssetId.wrap(uint16(assetBitmap.ffs()));
            assetBitmap &= assetBitmap - 1;
            Market storage market = _listed(asset);
            marks[i] = _markOf(market, _pending(asset, market, mids[i]).perLotWad);
        }
    }

    /// @inheritdoc IPerpMarkets
    function openInterest(AssetId asset) external view returns (uint256 lots, uint256 capWad) {
        Market storage market = _listed(asset);
        return (market.openLots, market.openInterestCapWad);
    }

    /// @inheritdoc IPerpMarkets
    function backingOf(AssetId asset) external view returns (IMoveCost source, uint256 capacityUsd, uint256 syncedAt) {
        Backing.Record memory backing = _backings[asset];
        return (backing.source, backing.capacityUsd, backing.syncedAt);
    }

    /// @inheritdoc IOpenSize
    function openSizeWad(AssetId asset) external view returns (uint256 sizeWad) {
        Market storage market = _markets[asset];
        return uint256(market.openLots) * market.lotSizeWad;
    }

    /// @inheritdoc IPerpMarkets
    function stateOf(AssetId asset) external view returns (MarketState memory state) {
        Market storage market = _listed(asset);
        Accrual memory accrual = _pending(asset, market, _midOf(asset));
        Funding.Terms memory terms = accrual.terms;
        state.config.lotSizeWad = market.lotSizeWad;
        state.config.openInterestCapWad = market.openInterestCapWad;
        state.config.funding = FundingConfig(
            terms.gainWadPerDay,
            terms.clampWadPerDay,
            terms.interestWadPerDay,
            terms.windowSeconds,
            market.depthLots
        );
        state.mark = _markOf(market, accrual.perLotWad);
        state.openLots = market.openLots;
        state.fundingWadPerDay = Funding.ratePerDay(terms, accrual.premium.emaWad);
        state.premiumWad = accrual.premium.emaWad;
        state.sampleWad = accrual.premium.sampleWad;
        state.accruedAt = market.accruedAt;
    }

    /// @inheritdoc IPerpMarkets
    function isListed(AssetId asset) external view returns (bool) {
        return _markets[asset].lotSizeWad != 0;
    }

    // ---------------------------------------------------------------------------------------------- private

    function _setCap(AssetId asset, Market storage market, uint256 capWad) private {
        _requireWithin(capWad, 0, type(uint112).max);
        emit OpenInterestCapSet(asset, market.openInterestCapWad, capWad);
        market.openInterestCapWad = uint112(capWad);
    }

    function _setFunding(AssetId asset, Market storage market, FundingConfig calldata terms) private {
        _requireWithin(terms.gainWadPerDay, 0, MAX_GAIN_WAD_PER_DAY);
        _requireWithin(terms.interestWadPerDay.abs(), 0, MAX_INTEREST_WAD_PER_DAY);
        _requireWithin(terms.clampWadPerDay, terms.interestWadPerDay.abs(), MAX_CLAMP_WAD_PER_DAY);
        _requireWithin(terms.windowSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _requireWithin(terms.depthLots, 1, type(uint64).max);
        market.gainWadPerDay = terms.gainWadPerDay.toUint64();
        market.clampWadPerDay = terms.clampWadPerDay.toUint64();
        market.interestWadPerDay = terms.interestWadPerDay.toInt56();
        market.windowSeconds = terms.windowSeconds.toUint32();
        market.depthLots = terms.depthLots.toUint64();
        _cutPremium(market);
        emit FundingSet(asset, terms);
    }

    /// @dev A premium gathered under a wider limit may not outlive it.
    function _cutPremium(Market storage market) private {
        int256 limit = int256(Funding.premiumLimit(_termsOf(market), MAX_PREMIUM_WAD));
        market.premiumWad = int256(market.premiumWad).clamp(-limit, limit).toInt64();
        market.sampleWad = int256(market.sampleWad).clamp(-limit, limit).toInt64();
        market.sampleSecondsLeft = uint256(market.sampleSecondsLeft).min(market.windowSeconds).toUint24();
    }

    /// @param midWad Mid now; 0 when there is none to charge on.
    function _accrue(AssetId asset, Market storage market, uint256 midWad) private {
        if (market.accruedAt == block.timestamp) return;
        Accrual memory accrual = _pending(asset, market, midWad);
        _advance(asset, market, accrual);
        _store(market, accrual.premium, market.openLots);
    }

    /// @dev Charges what an accrual found; the premium and the time are left to `_store`.
    function _advance(AssetId asset, Market storage market, Accrual memory accrual) private {
        int256 perLotWad = accrual.perLotWad;
        if (perLotWad != 0) {
            int128 longIndexWad = (market.longIndexWad + perLotWad).toInt128();
            int128 shortIndexWad = (market.shortIndexWad + perLotWad).toInt128();
            market.longIndexWad = longIndexWad;
            market.shortIndexWad = shortIndexWad;
        }
        uint40 inactive = accrual.inactiveSeconds.toUint40();
        if (market.inactiveAtAccrual != inactive) market.inactiveAtAccrual = inactive;
        emit FundingAccrued(asset, accrual.activeSeconds, perLotWad, accrual.premium.emaWad);
    }

    function _sample(
        Market storage market,
        Accrual memory accrual,
        PositionChange calldata change,
        uint256 midWad
    ) private view {
        uint256 lots = (int256(change.firstAfter) - change.firstBefore).abs();
        uint256 limitWad = Funding.premiumLimit(accrual.terms, MAX_PREMIUM_WAD);
        Funding.sample(accrual.premium, change.tradePriceWad, midWad, lots, market.depthLots, limitWad);
        accrual.premium.sampleSecondsLeft = accrual.terms.windowSeconds;
    }

    /// @dev All of slot 1. Casts come first: the five writes are then merged into one.
    function _store(Market storage market, Funding.Premium memory premium, uint256 openLots) private {
        uint64 lots = openLots.toUint64();
        int64 premiumWad = premium.emaWad.toInt64();
        int64 sampleWad = premium.sampleWad.toInt64();
        uint24 sampleSecondsLeft = premium.sampleSecondsLeft.toUint24();
        uint40 accruedAt = block.timestamp.toUint40();
        market.openLots = lots;
        market.premiumWad = premiumWad;
        market.sampleWad = sampleWad;
        market.sampleSecondsLeft = sampleSecondsLeft;
        market.accruedAt = accruedAt;
    }

    function _bitOf(AssetId asset) private pure returns (uint256) {
        return 1 << AssetId.unwrap(asset);
    }

    function _requireWithin(uint256 actual, uint256 least, uint256 most) private pure {
        if (actual < least || actual > most) revert Perp_OutOfBounds(actual, least, most);
    }

    /// @dev Long lots of both accounts after less before, added to what is open.
    function _openLotsAfter(PositionChange calldata change, uint256 openLots) private pure returns (uint256) {
        int256 sumBefore = int256(change.firstBefore) + change.secondBefore;
        int256 sumAfter = int256(change.firstAfter) + change.secondAfter;
        if (sumBefore != sumAfter) revert Perp_LotsNotPreserved(sumBefore, sumAfter);
        uint256 longBefore = _longLots(change.firstBefore) + _longLots(change.secondBefore);
        uint256 opened = openLots + _longLots(change.firstAfter) + _longLots(change.secondAfter);
        if (opened < longBefore) revert Perp_OpenLotsUnderflow(openLots, longBefore + openLots - opened);
        return opened - longBefore;
    }

    function _longLots(int64 lots) private pure returns (uint256) {
        return lots > 0 ? uint64(lots) : 0;
    }

    function _listed(AssetId asset) private view returns (Market storage market) {
        market = _markets[asset];
        if (market.lotSizeWad == 0) revert Perp_NotListed(asset);
    }

    function _requireWithinCap(
        AssetId asset,
        Market storage market,
        uint256 lots,
        uint256 midWad,
        uint256 tradePriceWad
    ) private {
        uint256 lotNotionalWad = uint256(market.lotSizeWad).mulWadUp(midWad == 0 ? tradePriceWad : midWad);
        uint256 capWad = _backings[asset].capacityWad(asset).min(market.openInterestCapWad);
        if (lots * lotNotionalWad > capWad) revert Perp_OpenInterestCap(lots * lotNotionalWad, capWad);
    }

    /// @dev Active seconds = elapsed less inactive, which counts overlaps twice: it may exceed the elapsed.
    function _pending(
        AssetId asset,
        Market storage market,
        uint256 midWad
    ) private view returns (Accrual memory accrual) {
        accrual.terms = _termsOf(market);
        accrual.premium = _premiumOf(market);
        accrual.inactiveSeconds = market.inactiveAtAccrual;
        uint256 elapsed = block.timestamp - market.accruedAt;
        if (elapsed == 0) return accrual;
        uint256 inactiveNow = _breaker.inactiveSeconds(_bitOf(asset));
        elapsed = elapsed.zeroFloorSub(inactiveNow.zeroFloorSub(accrual.inactiveSeconds));
        accrual.inactiveSeconds = inactiveNow;
        int256 integral = Funding.advance(accrual.premium, elapsed, accrual.terms.windowSeconds);
        if (midWad == 0) return accrual;
        accrual.activeSeconds = elapsed;
        uint256 lotNotionalWad = uint256(market.lotSizeWad).mulWad(midWad);
        accrual.perLotWad = Funding.chargePerLot(accrual.terms, integral, elapsed, lotNotionalWad);
    }

    function _markOf(Market storage market, int256 pendingWad) private view returns (MarketMark memory) {
        return MarketMark(market.lotSizeWad, market.longIndexWad + pendingWad, market.shortIndexWad + pendingWad);
    }

    function _premiumOf(Market storage market) private view returns (Funding.Premium memory) {
        return Funding.Premium(market.premiumWad, market.sampleWad, market.sampleSecondsLeft);
    }

    function _termsOf(Market storage market) private view returns (Funding.Terms memory) {
        return
            Funding.Terms(market.gainWadPerDay, market.clampWadPerDay, market.interestWadPerDay, market.windowSeconds);
    }

    /// @return midWad Mid of the asset; 0 when Blind or unknown.
    function _midOf(AssetId asset) private view returns (uint256 midWad) {
        PriceViews memory views = _oracle.read(asset);
        return views.grade == Grade.Blind ? 0 : views.midWad;
    }

    /// @dev One call for all; none when every market is accrued up to now.
    function _midsOf(uint256 assetBitmap) private view returns (uint256[] memory mids) {
        AssetId[] memory assets = new AssetId[](assetBitmap.popCount());
        mids = new uint256[](assets.length);
        bool stale = false;
        for (uint256 i = 0; i < assets.length; ++i) {
            assets[i] = AssetId.wrap(uint16(assetBitmap.ffs()));
            assetBitmap &= assetBitmap - 1;
            if (_listed(assets[i]).accruedAt != block.timestamp) stale = true;
        }
        if (!stale) return mids;
        PriceViews[] memory views = _oracle.readMany(assets);
        for (uint256 i = 0; i < mids.length; ++i) {
            if (views[i].grade != Grade.Blind) mids[i] = views[i].midWad;
        }
    }
}
