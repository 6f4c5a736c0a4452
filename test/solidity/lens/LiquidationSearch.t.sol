// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LiquidationSearch} from "../../../contracts/lens/LiquidationSearch.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {RiskFixture} from "../support/RiskFixture.sol";

/// @dev The search on the engine itself.
contract LiquidationSearchTest is RiskFixture {
    using LiquidationSearch for LiquidationSearch.Book;

    OptionWord private constant NONE = OptionWord.wrap(0);

    /// @dev Short one call at 3,300, long three at 3,900: it loses up to 600 around 3,900 and gains beyond. Who looks at the ends
    /// alone finds nothing.
    function test_Above_FindsAZoneThatTheEndsDoNotShow() external view {
        LiquidationSearch.Book memory book = _backspread();
        assertFalse(book.fails(WAD));
        assertFalse(book.fails(LiquidationSearch.HIGHEST_FACTOR_WAD));
        uint256 factorWad = book.above();
        assertGt(factorWad, 1e18);
        assertLt(factorWad, 1.4e18);
        assertTrue(book.fails(factorWad));
        assertFalse(book.fails(factorWad - 2 * LiquidationSearch.RESOLUTION_WAD));
        // A fine comb finds nothing nearer.
        for (uint256 i; i < 100; ++i) assertFalse(book.fails(WAD + ((factorWad - WAD) * i) / 100));
        assertEq(book.below(), 0);
    }

    /// @dev The mirror image: short one put at 2,700, long three at 2,250.
    function test_Below_FindsAZoneThatTheEndsDoNotShow() external view {
        Portfolio memory portfolio = options(1 days, NONE.withLots(8, true, -1_000).withLots(5, true, 3_000));
        portfolio.cashWad = 3_500e18;
        LiquidationSearch.Book memory book = LiquidationSearch.Book(risk, ETH, portfolio);
        assertFalse(book.fails(WAD));
        assertFalse(book.fails(0));
        uint256 factorWad = book.below();
        assertGt(factorWad, 0.6e18);
        assertLt(factorWad, 1e18);
        assertTrue(book.fails(factorWad));
        assertFalse(book.fails(factorWad + 2 * LiquidationSearch.RESOLUTION_WAD));
    }

    /// @dev Without options the end decides, and the crossing is the first one: no point before it fails.
    function testFuzz_LinearBooks_FailNowhereBeforeTheCrossing(uint248 seed) external view {
        LiquidationSearch.Book memory book = LiquidationSearch.Book(risk, ETH, randomPortfolio(seed));
        if (book.fails(WAD)) return;
        (uint256 lowWad, uint256 highWad) = (book.below(), book.above());
        assertTrue(lowWad == 0 || book.fails(lowWad));
        assertTrue(highWad == 0 || book.fails(highWad));
        uint256 floorWad = lowWad == 0 ? 0 : lowWad + 2 * LiquidationSearch.RESOLUTION_WAD;
        uint256 topWad =
            highWad == 0 ? LiquidationSearch.HIGHEST_FACTOR_WAD : highWad - 2 * LiquidationSearch.RESOLUTION_WAD;
        assertFalse(book.fails(draw(seed, "probe", floorWad, topWad)));
    }

    function test_Rungs_StandCloserNearTheMid() external pure {
        uint256 beforeWad = WAD;
        uint256 ratioWad = WAD;
        for (uint256 k = 1; k <= LiquidationSearch.RUNGS; ++k) {
            uint256 rungWad = LiquidationSearch.rungWad(1, k);
            assertGt((rungWad * WAD) / beforeWad, ratioWad);
            ratioWad = (rungWad * WAD) / beforeWad;
            beforeWad = rungWad;
        }
        assertApproxEqRel(beforeWad, LiquidationSearch.HIGHEST_FACTOR_WAD, 10);
        assertEq(LiquidationSearch.rungWad(-1, LiquidationSearch.RUNGS + 1), 0);
        // 17 % between the last two.
        assertLt(ratioWad, 1.19e18);
    }

    function _backspread() private view returns (LiquidationSearch.Book memory) {
        Portfolio memory portfolio = options(1 days, NONE.withLots(12, false, -1_000).withLots(16, false, 3_000));
        portfolio.cashWad = 3_500e18;
        return LiquidationSearch.Book(risk, ETH, portfolio);
    }
}
