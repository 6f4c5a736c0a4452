// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

/// @title ListingCalendar
/// @notice When options may expire. All at 08:00 UTC: every day up to 3 days ahead, Fridays up to 4 weeks, last Fridays of
/// a month up to 13 weeks, those of March, June, September and December up to 366 days; at least one day ahead.
/// @dev So few that all of them fit: with what expires within a day there are never more than 14 at a time, and nobody can
/// keep a near date out by listing far ones. A date that may be listed may be until a day before it.
library ListingCalendar {
    uint256 private constant HOUR_OF_EXPIRY = 8 hours;
    uint256 private constant LEAST_AHEAD = 1 days;
    uint256 private constant DAILY_AHEAD = 3 days;
    uint256 private constant WEEKLY_AHEAD = 4 weeks;
    uint256 private constant MONTHLY_AHEAD = 13 weeks;
    uint256 private constant QUARTERLY_AHEAD = 366 days;
    uint256 private constant DAYS_PER_WEEK = 7;
    /// @dev Day 0 of the epoch was a Thursday.
    uint256 private constant FRIDAY = 1;
    uint256 private constant MONTHS_PER_QUARTER = 3;

    /// @notice Whether an expiry at `expiry` may be listed at `nowSeconds`; both unix seconds.
    function isListable(uint256 expiry, uint256 nowSeconds) internal pure returns (bool) {
        if (expiry % 1 days != HOUR_OF_EXPIRY || expiry < nowSeconds + LEAST_AHEAD) return false;
        uint256 ahead = expiry - nowSeconds;
        if (ahead <= DAILY_AHEAD) return true;
        uint256 day = expiry / 1 days;
        if (day % DAYS_PER_WEEK != FRIDAY || ahead > QUARTERLY_AHEAD) return false;
        if (ahead <= WEEKLY_AHEAD) return true;
        (, uint256 month, ) = DateTimeLib.epochDayToDate(day);
        (, uint256 monthAfter, ) = DateTimeLib.epochDayToDate(day + DAYS_PER_WEEK);
        if (month == monthAfter) return false;
        return ahead <= MONTHLY_AHEAD || month % MONTHS_PER_QUARTER == 0;
    }
}
