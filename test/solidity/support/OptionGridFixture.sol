// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {NormalTable} from "../../../contracts/math/NormalTable.sol";
import {OptionTime} from "../../../contracts/math/OptionTime.sol";
import {OptionGrid} from "../../../contracts/risk/OptionGrid.sol";
import {OptionTerms} from "../../../contracts/risk/OptionTerms.sol";
import {OptionVector} from "../../../contracts/risk/OptionVector.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {SmileSource, SmileWord, packSmile, packSmileFrame} from "../../../contracts/types/SmileWord.sol";
import {Test} from "./Test.sol";

/// @dev ETH at 2,000, volatility 80 %; strikes 1,000 to 3,000 by 100; lots of 0.01.
abstract contract OptionGridFixture is Test {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant NOW = 1_700_000_000;
    /// @dev 50 % up, 30 % down, powers 0.3 and 0.13, minimum 1 %, far moves at 0.77 of the shock.
    OptionTerms internal constant TERMS = OptionTerms.wrap(
        5_000 | (3_000 << 16) | (3_000 << 32) | (1_300 << 48) | (100 << 64) | (7_700 << 80)
    );
    OptionWord internal constant NONE = OptionWord.wrap(0);

    address internal table = address(new NormalTable());

    function worst(OptionGrid.Test memory test, OptionVector.Strip[] memory strips) internal view returns (int256) {
        return worstAt(2_000e18, TERMS, test, strips);
    }

    function worstAt(
        uint256 midWad,
        OptionTerms terms,
        OptionGrid.Test memory test,
        OptionVector.Strip[] memory strips
    ) internal view returns (int256) {
        return OptionGrid.valueOf(OptionGrid.open(table, midWad, NOW, terms, strips), test);
    }

    function optionsAt(uint256 priceWad, OptionVector.Strip[] memory strips) internal view returns (int256) {
        return OptionGrid.optionsAt(OptionGrid.open(table, 2_000e18, NOW, TERMS, strips), priceWad);
    }

    /// @dev Leg by leg, call and put each by its own formula.
    /// @param favourable Whether doubt about volatilities goes to the account; roundings are left out.
    function exact(
        OptionVector.Strip[] memory strips,
        int256 unitsWad,
        uint256 priceWad,
        uint256 state,
        bool favourable
    ) internal pure returns (int256 valueWad) {
        for (uint256 i; i < strips.length; ++i) {
            for (uint256 j; j < strips[i].legs.legCount(); ++j) {
                valueWad += exactLeg(strips[i], j, priceWad, state, favourable);
            }
        }
        valueWad += unitsWad * int256(priceWad);
        return valueWad / int256(WAD);
    }

    function exactLeg(
        OptionVector.Strip memory strip,
        uint256 position,
        uint256 priceWad,
        uint256 state,
        bool favourable
    ) internal pure returns (int256) {
        (int24 lots, uint8 index, bool isPut) = strip.legs.legAt(position);
        // Doubt is about what is left of call and put of one strike.
        bool long = int256(strip.legs.lotsOf(index, false)) + strip.legs.lotsOf(index, true) > 0;
        uint256 strikeWad = strip.expiry.strikeWadOf(index);
        uint256 volWad = exactVol(strip, strikeWad, state, long == favourable);
        (uint256 callWad, uint256 putWad) = Black.prices(priceWad, strikeWad, volWad);
        return int256(lots) * 0.01e18 * int256(isPut ? putWad : callWad);
    }

    function exactVol(
        OptionVector.Strip memory strip,
        uint256 strikeWad,
        uint256 state,
        bool high
    ) internal pure returns (uint256 volWad) {
        int256 yWad = FixedPointMathLib.lnWad(int256((strikeWad * WAD) / 2_000e18));
        volWad = high ? strip.smile.volAtWad(yWad) : strip.smile.lowVolAtWad(yWad);
        uint256 secondsLeft = strip.expiry.expiryOf() - NOW;
        (uint256 upWad, uint256 downWad) = TERMS.volFactors(secondsLeft);
        if (state != 1) volWad = (volWad * (state == 0 ? downWad : upWad)) / WAD;
        return (volWad * OptionTime.sqrtYears(secondsLeft)) / WAD;
    }

    function gross(OptionVector.Strip[] memory strips) internal pure returns (uint256 grossWad) {
        for (uint256 i; i < strips.length; ++i) {
            for (uint256 j; j < strips[i].legs.legCount(); ++j) {
                (int24 lots, , ) = strips[i].legs.legAt(j);
                grossWad += uint256(lots < 0 ? -int256(lots) : int256(lots)) * 20e18;
            }
        }
    }

    function covered() internal pure returns (OptionVector.Strip[] memory strips) {
        strips = one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(12, false, -100);
    }

    function initial(int256 unitsWad) internal pure returns (OptionGrid.Test memory) {
        return OptionGrid.Test(OptionGrid.Kind.Initial, false, 1_998e18, 2_002e18, 0.2e18, unitsWad);
    }

    function liquidation(int256 unitsWad) internal pure returns (OptionGrid.Test memory) {
        return OptionGrid.Test(OptionGrid.Kind.Liquidation, true, 1_998e18, 2_002e18, 0.2e18, unitsWad);
    }

    function spread(OptionGrid.Test memory question, uint256 seed) internal pure returns (OptionGrid.Test memory) {
        uint256 half = uint256(keccak256(abi.encode(seed, "spread"))) % 300e18;
        (question.lowWad, question.highWad) = (2_000e18 - half, 2_000e18 + half / 2);
        question.rhoWad = 0.1e18 + 0.05e18 * (seed % 8);
        return question;
    }

    /// @dev One expiry, volatility without doubt.
    function only(uint256 timeLeft, OptionWord legs) internal pure returns (OptionVector.Strip[] memory strips) {
        strips = one(timeLeft, 0);
        strips[0].legs = legs;
    }

    function one(uint256 timeLeft, uint256 spreadBps) internal pure returns (OptionVector.Strip[] memory strips) {
        strips = new OptionVector.Strip[](1);
        strips[0] = expiring(timeLeft, spreadBps);
    }

    function expiring(uint256 timeLeft, uint256 spreadBps) internal pure returns (OptionVector.Strip memory strip) {
        uint256 word = 1 | ((NOW + timeLeft) << 16) | (uint256(1_000e8) << 56);
        word |= (uint256(100e8) << 112) | (uint256(21) << 160) | (uint256(0.01e9) << 168);
        strip.expiry = ExpiryWord.wrap(word);
        uint256 frame = SmileWord.unwrap(packSmileFrame(0, spreadBps, SmileSource.Fallback, 10_000, 1_000, 40_000));
        uint256 q24 = 2 ** 24;
        int256 skew = -int256((q24 * 10) / 100);
        strip.smile = SmileWord.wrap(frame | SmileWord.unwrap(packSmile((q24 * 80) / 100, skew, int256(q24 / 5))));
    }

    /// @dev Two expiries, up to five legs each, and a position.
    function book(uint256 seed) internal pure returns (OptionVector.Strip[] memory strips, int256 unitsWad) {
        strips = new OptionVector.Strip[](2);
        uint256 near = seed % 40 == 0 ? 0 : (uint256(keccak256(abi.encode(seed, "t"))) % 10 days);
        strips[0] = expiring(near, (seed >> 8) % 2 == 0 ? 0 : 300);
        strips[1] = expiring(near + 20 days, (seed >> 9) % 2 == 0 ? 0 : 500);
        for (uint256 i; i < 10; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            if (draw % 4 == 0) continue;
            int24 lots = int24(int256((draw >> 8) % 400)) - 200;
            uint8 strike = uint8((draw >> 32) % 21);
            strips[i % 2].legs = strips[i % 2].legs.withLots(strike, (draw >> 48) % 2 == 0, lots);
        }
        unitsWad = (int256(uint256(keccak256(abi.encode(seed, "u"))) % 600) - 300) * 1e16;
    }
}
