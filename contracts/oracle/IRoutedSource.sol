// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";

/// @title IRoutedSource
/// @notice A source that may be read through a contract that serves several sources: reading the second of them finds it
/// warm, which saves a cold account for each. Optional: `latest` works without.
/// @dev The oracle asks for the route when it writes an asset's spec, and keeps to it for as long as that spec stands. The
/// source vouches for the reader as for itself: it has to be immutable, to keep no state, and to say what `latest` would.
interface IRoutedSource is IPriceSource {
    /// @notice How to ask: STATICCALL `reader` with `selector`, the source's own address, `first` and `second`. It answers as
    /// `latest` does.
    struct Route {
        address reader;
        bytes4 selector;
        uint256 first;
        uint256 second;
    }

    /// @notice The way to read this source; all zero when there is only `latest`.
    function route() external view returns (Route memory);
}
