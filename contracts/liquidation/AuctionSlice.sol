// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {SignedWad} from "../math/SignedWad.sol";
import {AssetId} from "../types/AssetId.sol";

/// @title AuctionSlice
/// @notice What really moves when a fraction of a portfolio is taken: lots are whole numbers.
/// @dev Pure. The vault moves floor(|lots| * fraction) of each position, so a fraction of a small position may be
/// nothing while the same fraction of the cash behind it moves: the price counts what moves, not what was asked for.
library AuctionSlice {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using SafeCastLib for uint256;
    using SafeCastLib for int256;
    using SignedWad for int256;

    uint256 private constant WAD = 1e18;
    /// @dev Of the fraction asked for: what must really move of an account with options.
    uint256 private constant LEAST_SHARE_WAD = 0.9e18;

    /// @notice One position of the portfolio, or an asset that it depends on. The legs of assets come first, with the
    /// perpetuals; those of option series follow.
    /// @param lots Signed lots held.
    /// @param sizeWad Signed size, WAD of the underlying: lots times lot size.
    /// @param midWad Price, WAD.
    /// @param notionalWad |size| at mid, WAD, rounded up. Of options the underlying's: the most that their delta can be, so
    /// that neither capacity nor fraction depends on a model.
    /// @param meteredWad Legs of assets: notional of all positions on it.
    /// @param capacityWad The market's capacity per `windowSeconds`, WAD; 0 = not metered.
    /// @param availableWad What it still allows, WAD.
    /// @param home Place of the leg of the asset.
    struct Leg {
        AssetId asset;
        int64 lots;
        int256 sizeWad;
        uint256 midWad;
        uint256 notionalWad;
        uint256 capacityWad;
        uint256 windowSeconds;
        uint256 availableWad;
        uint256 meteredWad;
        bool isOption;
        bool isPut;
        uint8 slot;
        uint8 strikeIndex;
        uint256 home;
    }

    /// @notice A slice.
    /// @param lots Signed lots that move, per leg.
    /// @param notionalWad Their notional at mid, WAD, rounded down, per leg.
    /// @param meteredWad Per leg of an asset: notional of all that moves on it.
    /// @param movedNotionalWad Sum of it.
    /// @param shareWad Share of the gross notional that moves, WAD, rounded down; without positions the fraction.
    /// @param midValueWad Value at mid of everything that moves but options, cash included, WAD, rounded up.
    struct Slice {
        int64[] lots;
        uint256[] notionalWad;
        uint256[] meteredWad;
        uint256 movedNotionalWad;
        uint256 shareWad;
        int256 midValueWad;
    }

    /// @notice The slice at `fractionWad`.
    /// @param restWad Cash and collateral at mid, WAD.
    function cut(Leg[] memory legs, uint256 fractionWad, int256 restWad) internal pure returns (Slice memory slice) {
        slice.lots = new int64[](legs.length);
        slice.notionalWad = new uint256[](legs.length);
        slice.meteredWad = new uint256[](legs.length);
        slice.midValueWad = restWad.mulCeil(fractionWad);
        uint256 grossWad;
        for (uint256 i = 0; i < legs.length; ++i) {
            Leg memory leg = legs[i];
            uint256 magnitude = int256(leg.lots).abs();
            uint256 moved = magnitude.fullMulDiv(fractionWad, WAD);
            int256 signedMoved = leg.lots < 0 ? -moved.toInt256() : moved.toInt256();
            // size / lots is the lot size, a whole number.
            int256 movedSizeWad = moved == 0 ? int256(0) : (leg.sizeWad / leg.lots) * signedMoved;
            slice.lots[i] = signedMoved.toInt64();
            slice.notionalWad[i] = movedSizeWad.abs().mulWad(leg.midWad);
            slice.movedNotionalWad += slice.notionalWad[i];
            slice.meteredWad[leg.home] += slice.notionalWad[i];
            if (!leg.isOption) slice.midValueWad += movedSizeWad.mulCeil(leg.midWad);
            grossWad += leg.notionalWad;
        }
        slice.shareWad =
            grossWad == 0 || fractionWad == WAD
                ? fractionWad
                : slice.movedNotionalWad.fullMulDiv(WAD, grossWad).min(WAD);
    }

    /// @notice Share of the risk that surely moves, WAD, rounded down, at least 1 wei: what whole lots leave behind counts in full
    /// against the requirement, for no more can depend on it. Options that are worth nothing have a notional all the same: by share
    /// of it alone, a bidder takes them again and again and leaves the few lots that matter.
    /// @param requirementWad Maintenance of the whole, WAD.
    function shareAtLeast(
        Leg[] memory legs,
        Slice memory slice,
        uint256 fractionWad,
        uint256 requirementWad
    ) internal pure returns (uint256) {
        uint256 behindWad;
        for (uint256 i = 0; i < legs.length; ++i) {
            behindWad += legs[i].notionalWad.mulWadUp(fractionWad).zeroFloorSub(slice.notionalWad[i]);
        }
        if (behindWad >= requirementWad) return 1;
        return fractionWad.zeroFloorSub(behindWad.divWadUp(requirementWad)).max(1);
    }

    /// @notice The least fraction at which the largest position moves a whole number of lots, from `fractionWad` up.
    function alignUp(Leg[] memory legs, uint256 fractionWad) internal pure returns (uint256) {
        uint256 lots = _lotsOfLargest(legs);
        return lots == 0 ? fractionWad : _fractionOf(lots.fullMulDivUp(fractionWad, WAD), lots);
    }

    /// @notice The largest such fraction up to `fractionWad`; 0 when not even one lot of the largest position moves.
    function alignDown(Leg[] memory legs, uint256 fractionWad) internal pure returns (uint256) {
        uint256 lots = _lotsOfLargest(legs);
        return lots == 0 ? fractionWad : _fractionOf(lots.fullMulDiv(fractionWad, WAD), lots);
    }

    /// @notice The fraction that the capacities allow, rounded down.
    function capacityFraction(Leg[] memory legs) internal pure returns (uint256 fractionWad) {
        fractionWad = WAD;
        for (uint256 i = 0; i < legs.length; ++i) {
            if (legs[i].availableWad >= legs[i].meteredWad) continue;
            fractionWad = fractionWad.min(legs[i].availableWad.fullMulDiv(WAD, legs[i].meteredWad));
        }
    }

    /// @notice The least fraction, from `fractionWad` up by doubling, of which whole lots let no more than a tenth stay
    /// behind. Many small legs beside a large one would stay while what hedges them goes. Ten lots of each leg always
    /// do, and so does everything.
    function spread(Leg[] memory legs, uint256 fractionWad) internal pure returns (uint256) {
        while (fractionWad < WAD && cut(legs, fractionWad, 0).shareWad < fractionWad.mulWad(LEAST_SHARE_WAD)) {
            fractionWad = alignUp(legs, (2 * fractionWad).min(WAD));
        }
        return fractionWad;
    }

    /// @dev Rounded up, so that `moved` of `lots` lots really move.
    function _fractionOf(uint256 moved, uint256 lots) private pure returns (uint256) {
        return moved.fullMulDivUp(WAD, lots);
    }

    function _lotsOfLargest(Leg[] memory legs) private pure returns (uint256 lots) {
        uint256 largestWad;
        for (uint256 i = 0; i < legs.length; ++i) {
            if (lots != 0 && legs[i].notionalWad <= largestWad) continue;
            largestWad = legs[i].notionalWad;
            lots = int256(legs[i].lots).abs();
        }
    }
}
