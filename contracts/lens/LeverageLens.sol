// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAuctionParameters} from "../liquidation/IAuctionParameters.sol";
import {IDiscountCurve} from "../liquidation/IDiscountCurve.sol";
import {FirstPassage} from "../math/FirstPassage.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AssetId} from "../types/AssetId.sol";
import {PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {ILeverageLens} from "./ILeverageLens.sol";

/// @title LeverageLens
/// @notice How much leverage an underlying offers, and how likely each leverage is to end in bankruptcy.
/// @dev Owns nothing. Trusts the rooms it asks.
contract LeverageLens is ILeverageLens {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;
    /// @dev Against it the flat cost of an account hardly counts.
    uint256 private constant NOTIONAL_WAD = 1_000_000e18;

    IPriceOracle private immutable _oracle;
    IPortfolioMargin private immutable _risk;
    IAuctionParameters private immutable _auctions;

    constructor(IPriceOracle oracle, IPortfolioMargin risk, IAuctionParameters auctions) {
        if (address(oracle) == address(0) || address(risk) == address(0) || address(auctions) == address(0)) {
            revert Lens_NoRoom();
        }
        (_oracle, _risk, _auctions) = (oracle, risk, auctions);
    }

    /// @inheritdoc ILeverageLens
    function tiersOf(AssetId asset) external view returns (Tiers memory tiers) {
        IPortfolioMargin.UnderlyingConfig memory config = _risk.underlyingOf(asset);
        uint256 rhoMaintenanceWad;
        (, rhoMaintenanceWad, tiers.sigmaWad, ) = _risk.shocksOf(asset, WAD);
        tiers.closeOutSeconds = config.leverage.closeOutSeconds(_oracle.configOf(asset).shortWindowSeconds);
        tiers.isComposed =
            config.mporMaintenanceSeconds >= tiers.closeOutSeconds &&
            _endsWithin(config.leverage.auctionSeconds());
        tiers.targetWad = config.leverage.targetWad();
        FirstPassage.Law memory law = FirstPassage.Law({
            sigmaWad: tiers.sigmaWad,
            horizonSeconds: tiers.closeOutSeconds,
            jumpsPerYearWad: config.leverage.jumpsPerYearWad(),
            jumpMeanWad: config.leverage.jumpMeanWad(),
            jumpDeviationWad: config.leverage.jumpDeviationWad()
        });
        uint256 barrierWad = FirstPassage.barrierFor(law, tiers.targetWad);
        tiers.safeLongWad = _leverageAt(FirstPassage.equityRatioOf(barrierWad, false));
        tiers.safeShortWad = _leverageAt(FirstPassage.equityRatioOf(barrierWad, true));
        tiers.triggerWad = FirstPassage.probability(law, rhoMaintenanceWad);
        uint256 midWad = _oracle.read(asset).midWad;
        tiers.offeredLongWad = _offered(asset, midWad, false);
        tiers.offeredShortWad = _offered(asset, midWad, true);
        tiers.tiers = _ladder(law, tiers.offeredLongWad, tiers.offeredShortWad);
    }

    function _ladder(
        FirstPassage.Law memory law,
        uint256 longWad,
        uint256 shortWad
    ) private pure returns (Tier[] memory ladder) {
        uint8[12] memory leverages = [1, 2, 3, 5, 8, 10, 15, 20, 25, 33, 50, 100];
        ladder = new Tier[](leverages.length);
        for (uint256 i = 0; i < ladder.length; ++i) {
            Tier memory tier = ladder[i];
            tier.leverageWad = leverages[i] * WAD;
            uint256 ratioWad = WAD / leverages[i];
            if (leverages[i] != 1) {
                tier.longWad = FirstPassage.probability(law, FirstPassage.barrierOf(ratioWad, false));
            }
            tier.shortWad = FirstPassage.probability(law, FirstPassage.barrierOf(ratioWad, true));
            tier.longOffered = tier.leverageWad <= longWad;
            tier.shortOffered = tier.leverageWad <= shortWad;
        }
    }

    /// @dev Bought or sold at mid without a cent, an account lacks its requirement.
    function _offered(AssetId asset, uint256 midWad, bool isShort) private view returns (uint256 leverageWad) {
        int256 sizeWad = int256(NOTIONAL_WAD.fullMulDiv(WAD, midWad));
        int256 valueWad = int256(uint256(sizeWad).fullMulDiv(midWad, WAD));
        Portfolio memory portfolio;
        portfolio.cashWad = isShort ? valueWad : -valueWad;
        portfolio.perps = new PerpHolding[](1);
        portfolio.perps[0] = PerpHolding(asset, isShort ? -sizeWad : sizeWad);
        int256 surplusWad = _risk.initialSurplus(portfolio, WAD);
        if (surplusWad >= 0) return type(uint256).max;
        return uint256(valueWad).fullMulDiv(WAD, uint256(-surplusWad));
    }

    function _leverageAt(uint256 equityRatioWad) private pure returns (uint256 leverageWad) {
        return equityRatioWad == 0 ? type(uint256).max : WAD.fullMulDiv(WAD, equityRatioWad);
    }

    /// @dev Whether both curves have reached their end.
    function _endsWithin(uint256 auctionSeconds) private view returns (bool) {
        (, IDiscountCurve solvent, IDiscountCurve insolvent) = _auctions.settings();
        if (address(solvent).code.length == 0 || address(insolvent).code.length == 0) return false;
        return solvent.discount(0, WAD, auctionSeconds) == WAD && insolvent.discount(0, WAD, auctionSeconds) == WAD;
    }
}
