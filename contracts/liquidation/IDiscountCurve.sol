// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IDiscountCurve
/// @notice How an auction's discount grows with the seconds in which somebody could have bid.
/// @dev Pure in its arguments and immutables. Every curve is `startWad` at 0 seconds, never falls as `activeSeconds`
/// rises, and never leaves [startWad, maxWad].
interface IDiscountCurve {
    /// @notice A curve's duration, step or half-life lies between 1 second and `maximum`; seconds.
    error Auction_CurveDurationOutOfBounds(uint256 actual, uint256 maximum);
    /// @notice A stair-step curve needs between 1 and `maximum` steps.
    error Auction_CurveStepsOutOfBounds(uint256 actual, uint256 maximum);
    /// @notice The start lies above the end; WAD.
    error Auction_CurveStartAboveMax(uint256 startWad, uint256 maxWad);

    /// @notice The discount after `activeSeconds`.
    /// @dev Reverts with `Auction_CurveStartAboveMax`.
    /// @param startWad Discount at 0 seconds, WAD.
    /// @param maxWad Discount at the end of the curve, WAD.
    /// @return discountWad WAD, rounded down: in favour of the account.
    function discount(
        uint256 startWad,
        uint256 maxWad,
        uint256 activeSeconds
    ) external view returns (uint256 discountWad);
}
