// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Common} from "@chainlink/contracts/src/v0.8/llo-feeds/libraries/Common.sol";

/// @title IStreamsBilling
/// @notice What Chainlink's `VerifierProxy` and `FeeManager` (llo-feeds v0.3.0) offer beyond the interfaces of its package.
interface IStreamsBilling {
    /// @notice Of the proxy: who bills; 0 if nobody.
    function s_feeManager() external view returns (address);

    /// @notice Of the fee manager: the wrapped coin of the chain, which stands for the coin itself in a quote.
    function i_nativeAddress() external view returns (address);

    /// @notice Of the fee manager: fee of a report for a subscriber, in `quoteAddress`.
    function getFeeAndReward(
        address subscriber,
        bytes memory report,
        address quoteAddress
    ) external view returns (Common.Asset memory fee, Common.Asset memory reward, uint256 discount);
}
