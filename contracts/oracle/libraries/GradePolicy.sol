// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Grade} from "../../types/Price.sol";
import {PriceBook} from "./PriceBook.sol";

/// @title GradePolicy
/// @notice How the stored grade follows what is observed: worse after two strikes in two blocks, better after the
/// criteria held for 10 / 30 / 60 minutes. Pure.
library GradePolicy {
    uint256 private constant STRIKES_TO_WORSEN = 2;
    uint256 private constant HOLD_WIDE = 10 minutes;
    uint256 private constant HOLD_THIN = 30 minutes;
    uint256 private constant HOLD_BLIND = 60 minutes;
    /// @dev `heldSeconds` counts from one, so that zero says "not held".
    uint256 private constant STARTED = 1;
    uint256 private constant MAX_HELD = type(uint16).max;

    /// @notice Takes in what one observation showed.
    /// @param observed Grade that this observation alone deserves.
    /// @param elapsed Seconds since the observation before; at most `freshSeconds` of them count as held.
    function step(PriceBook.Book memory book, Grade observed, uint256 elapsed) internal pure {
        if (observed > book.grade) worsen(book, observed);
        else if (observed == book.grade) settle(book, observed);
        else improve(book, observed, elapsed);
    }

    /// @notice Sets the grade and forgets strikes and held time.
    function settle(PriceBook.Book memory book, Grade grade) internal pure {
        book.grade = grade;
        book.pending = grade;
        book.strikes = 0;
        book.heldSeconds = 0;
    }

    /// @dev Two strikes support only the better of the two; a third may take it further.
    function worsen(PriceBook.Book memory book, Grade observed) private pure {
        book.heldSeconds = 0;
        book.pending = book.strikes == 0 || observed < book.pending ? observed : book.pending;
        book.strikes += 1;
        if (book.strikes >= STRIKES_TO_WORSEN) {
            book.grade = book.pending;
            book.pending = observed;
            book.strikes = observed > book.grade ? 1 : 0;
        }
    }

    /// @dev Recovers to the worst grade seen while the criteria held.
    function improve(PriceBook.Book memory book, Grade observed, uint256 elapsed) private pure {
        book.strikes = 0;
        if (book.heldSeconds == 0) {
            book.heldSeconds = STARTED;
            book.pending = observed;
            return;
        }
        if (observed > book.pending) book.pending = observed;
        uint256 held = book.heldSeconds + FixedPointMathLib.min(elapsed, book.freshSeconds);
        book.heldSeconds = FixedPointMathLib.min(held, MAX_HELD);
        if (book.heldSeconds < holdOf(book.grade) + STARTED) return;
        book.grade = book.pending;
        book.heldSeconds = observed < book.grade ? STARTED : 0;
        book.pending = observed;
    }

    function holdOf(Grade grade) private pure returns (uint256) {
        if (grade == Grade.Blind) return HOLD_BLIND;
        return grade == Grade.Thin ? HOLD_THIN : HOLD_WIDE;
    }
}
