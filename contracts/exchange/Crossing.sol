// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {Fill} from "../types/Trade.sol";
import {IExchange} from "./IExchange.sol";

/// @title Crossing
/// @notice Whether legs are well formed, whether two orders meet, and the fill that comes of it. Pure.
library Crossing {
    /// @dev Bounds the work of one match; a condor with a hedge has five.
    uint256 internal constant MAX_LEGS = 8;

    /// @dev The vault counts positions in signed 64 bits.
    uint256 internal constant MAX_LOTS = uint256(uint64(type(int64).max));

    /// @notice Refuses legs that are none, too many, out of order, unknown in form, empty or unpriced.
    function requireWellFormed(IExchange.Leg[] calldata legs) internal pure {
        if (legs.length == 0 || legs.length > MAX_LEGS) {
            revert IExchange.Exchange_LegCountOutOfRange(legs.length, MAX_LEGS);
        }
        InstrumentId previous;
        for (uint256 i; i < legs.length; ++i) {
            IExchange.Leg calldata leg = legs[i];
            InstrumentId instrument = leg.instrument;
            if (!instrument.isCanonical()) revert IExchange.Exchange_InstrumentNotCanonical(instrument);
            if (InstrumentId.unwrap(instrument) <= InstrumentId.unwrap(previous)) {
                revert IExchange.Exchange_LegsNotAscending(previous, instrument);
            }
            if (leg.lots == 0) revert IExchange.Exchange_ZeroLots(instrument);
            if (leg.limitPriceWad == 0) revert IExchange.Exchange_ZeroPrice(instrument);
            previous = instrument;
        }
    }

    /// @notice Refuses taker legs that do not mirror well-formed maker legs, or whose limits the maker's prices break.
    function requireCrossing(IExchange.Leg[] calldata maker, IExchange.Leg[] calldata taker) internal pure {
        if (maker.length != taker.length) revert IExchange.Exchange_LegCountsDiffer(maker.length, taker.length);
        for (uint256 i; i < maker.length; ++i) {
            IExchange.Leg calldata makerLeg = maker[i];
            IExchange.Leg calldata takerLeg = taker[i];
            // Widened: the smallest int64 has no mirror image.
            bool mirrored =
                makerLeg.instrument == takerLeg.instrument && int256(makerLeg.lots) == -int256(takerLeg.lots);
            if (!mirrored) revert IExchange.Exchange_LegsNotMirrored(i);
            bool within =
                makerLeg.lots > 0
                    ? makerLeg.limitPriceWad >= takerLeg.limitPriceWad
                    : makerLeg.limitPriceWad <= takerLeg.limitPriceWad;
            if (!within) {
                revert IExchange.Exchange_LimitsDoNotCross(
                    makerLeg.instrument,
                    makerLeg.limitPriceWad,
                    takerLeg.limitPriceWad
                );
            }
        }
    }

    /// @notice The fill of `units` of a maker's leg, at the maker's price.
    function fillOf(
        IExchange.Leg calldata leg,
        AccountId maker,
        AccountId taker,
        uint64 units
    ) internal pure returns (Fill memory fill) {
        int256 perUnit = leg.lots;
        // Both factors are below 2^64.
        uint256 lots;
        unchecked {
            lots = uint256(perUnit < 0 ? -perUnit : perUnit) * units;
        }
        if (lots > MAX_LOTS) {
            revert IExchange.Exchange_LotsOutOfRange(leg.instrument, leg.lots, units, MAX_LOTS);
        }
        fill.instrument = leg.instrument;
        fill.lots = uint64(lots);
        fill.priceWad = leg.limitPriceWad;
        (fill.buyer, fill.seller) = perUnit > 0 ? (maker, taker) : (taker, maker);
    }
}
