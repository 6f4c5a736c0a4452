// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";

/// @title IRefreshableSource
/// @notice A source that keeps state of its own to answer cheaply. Optional: `latest` works without a refresh.
/// @dev The oracle asks for `refreshGas` when the source enters an asset's spec, and calls `refresh` at the start of each
/// observation with exactly that gas. Whatever the call does is ignored: it cannot strike, and the oracle loads its own
/// state only afterwards.
interface IRefreshableSource is IPriceSource {
    /// @notice Brings the source's own state up to date, if that is due. Anyone may call.
    function refresh() external;

    /// @notice Gas that `refresh` needs at most.
    function refreshGas() external view returns (uint256 gasCap);
}
