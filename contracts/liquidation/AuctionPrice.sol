// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {SignedWad} from "../math/SignedWad.sol";

/// @title AuctionPrice
/// @notice What a portfolio under auction costs, how much of it may go, and what the account is charged beside it.
/// @dev Pure. Rounds in favour of the account under auction, except where the waterfall pays: there in its favour.
/// E = equity at mid, M = maintenance, x = E / M, d = discount, T = target ratio.
library AuctionPrice {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using SafeCastLib for uint256;
    using SignedWad for int256;

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 10_000;

    /// @notice Discount at the start: `slopeWad` for each unit by which x falls short of 1; at most `maxWad`.
    function startDiscount(
        int256 equityWad,
        uint256 maintenanceWad,
        uint256 slopeWad,
        uint256 maxWad
    ) internal pure returns (uint256) {
        if (equityWad <= 0) return maxWad;
        uint256 equity = uint256(equityWad);
        if (equity >= maintenanceWad) return 0;
        uint256 shortWad = WAD - equity.fullMulDivUp(WAD, maintenanceWad);
        return shortWad.mulWad(slopeWad).min(maxWad);
    }

    /// @notice Price of the whole portfolio of a solvent account.
    /// @dev Priced at no less than `floorWad` of its equity at the favourable prices: where the interval is so wide that
    /// the mid says nothing, a solvent account is not given away. Always positive for an account with favourable
    /// equity, since the discount is below 1.
    function solventPrice(
        int256 equityWad,
        int256 favourableWad,
        uint256 floorWad,
        uint256 discountWad
    ) internal pure returns (int256) {
        int256 basisWad = equityWad.max(favourableWad.mulCeil(floorWad));
        return basisWad.mulCeil(WAD - discountWad).max(1);
    }

    /// @notice Price of the whole portfolio of an insolvent account: its equity at mid less an incentive that is a
    /// share of its maintenance.
    function insolventPrice(
        int256 equityWad,
        uint256 maintenanceWad,
        uint256 incentiveWad
    ) internal pure returns (int256) {
        return equityWad - maintenanceWad.mulWad(incentiveWad).toInt256();
    }

    /// @notice Price of the whole portfolio of an account in doubt: `shareWad` of the way from the solvent price to its
    /// equity at mid less the incentive.
    /// @dev Starts where the solvent price is, so that whoever trusts a better price than the mid buys before anybody is
    /// paid. Of a deficit that some price denies, no more is paid than the largest incentive.
    function doubtfulPrice(
        int256 solventWad,
        int256 equityWad,
        uint256 incentiveWad,
        uint256 maxIncentiveWad,
        uint256 shareWad
    ) internal pure returns (int256) {
        int256 endWad = equityWad.max(-maxIncentiveWad.toInt256()) - incentiveWad.toInt256();
        return solventWad - (solventWad - endWad).max(0).mulFloor(shareWad);
    }

    /// @notice The largest penalty for the whole portfolio: `penaltyBps` of its notional, as far as discount and penalty
    /// together stay within `maxTakeWad` of the equity.
    /// @dev A partial liquidation improves x exactly if discount and penalty together take less than the equity.
    function penaltyCap(
        int256 equityWad,
        int256 takeWad,
        uint256 maxTakeWad,
        uint256 notionalWad,
        uint256 penaltyBps
    ) internal pure returns (uint256) {
        int256 roomWad = equityWad.mulFloor(maxTakeWad) - takeWad;
        if (equityWad <= 0 || roomWad <= 0) return 0;
        return ((notionalWad * penaltyBps) / BPS).min(uint256(roomWad));
    }

    /// @notice The fraction whose sale lifts x to T: psi = (T - x) / (T - phi) with phi = (take + penalty) / M.
    /// @dev Written without the division by M: shortfall / (shortfall + what the sale leaves), rounded up. Where the
    /// surplus at the account-favourable prices asks for more than the mark does, it decides.
    function restoringFraction(
        int256 equityWad,
        uint256 maintenanceWad,
        int256 surplusWad,
        uint256 targetWad,
        int256 lostWad
    ) internal pure returns (uint256) {
        int256 leftWad = equityWad - lostWad;
        if (leftWad <= 0) return WAD;
        int256 targetMarginWad = maintenanceWad.mulWadUp(targetWad).toInt256();
        int256 shortWad = targetMarginWad - equityWad;
        shortWad = shortWad.max(targetMarginWad - maintenanceWad.toInt256() - surplusWad);
        if (shortWad <= 0) return 0;
        return uint256(shortWad).fullMulDivUp(WAD, uint256(shortWad + leftWad)).min(WAD);
    }

    /// @notice What a bidder pays for a slice that is worth `midValueWad` at mid and is the share `shareWad` of the
    /// portfolio, when the whole portfolio costs `takeWad` less than its equity. Rounded up.
    function payment(int256 midValueWad, int256 takeWad, uint256 shareWad) internal pure returns (int256) {
        return midValueWad - takeWad.mulFloor(shareWad);
    }

    /// @notice Whether equity moved by more than the band since the snapshot: what was agreed then says nothing now.
    function isOutsideBand(int256 equityWad, int256 snapshotWad, uint256 bandWad) internal pure returns (bool) {
        return equityWad.dist(snapshotWad) > bandWad;
    }

    /// @notice Seconds since `startedAt` in which somebody could act.
    function activeSeconds(
        uint256 nowSeconds,
        uint256 startedAt,
        uint256 inactiveNow,
        uint256 inactiveAtStart
    ) internal pure returns (uint256) {
        return (nowSeconds - startedAt).zeroFloorSub(inactiveNow.zeroFloorSub(inactiveAtStart));
    }

    /// @notice Whether E'/M' >= E/M. An account without maintenance is as healthy as can be, unless it owes more than before.
    function isNotWorse(
        int256 equityBeforeWad,
        uint256 maintenanceBeforeWad,
        int256 equityAfterWad,
        uint256 maintenanceAfterWad
    ) internal pure returns (bool) {
        if (maintenanceAfterWad == 0) return equityAfterWad >= equityBeforeWad.min(0);
        int256 leftSide = equityAfterWad * maintenanceBeforeWad.toInt256();
        return leftSide >= equityBeforeWad * maintenanceAfterWad.toInt256();
    }
}
