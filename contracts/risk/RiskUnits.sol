// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Units in which packed risk parameters are kept, WAD.
uint256 constant BASIS_POINT_WAD = 1e14;
uint256 constant MILLIONTH_WAD = 1e12;
uint256 constant BILLIONTH_WAD = 1e9;
uint256 constant HUNDRED_MILLIONTH_WAD = 1e10;
