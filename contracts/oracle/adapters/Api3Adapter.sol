// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApi3ReaderProxy} from "@api3/contracts/interfaces/IApi3ReaderProxy.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDescribedSource} from "../IDescribedSource.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";

/// @title Api3Adapter
/// @notice One API3 data feed, read through its reader proxy. First-party signers ("Airnodes") are its independence group.
/// @dev Trusts: that API3's server only takes what the feed's Airnodes signed and takes the median of them; whoever may
/// rename the feed or upgrade the proxy, within the reader's bounds and its deviation gate. The time is the one signed.
/// Gives no value when the answer is not positive, and when the proxy does not say 18 decimals, which all of API3's do.
/// API3 updates feeds that somebody pays for: staleness is the reader's to judge.
contract Api3Adapter is DeclaredPair, IUnitSource {
    /// @notice The proxy has no code or its decimals are not 18.
    error Oracle_BadApi3Proxy(address proxy, uint256 decimals);

    uint256 private constant WAD_DECIMALS = 18;

    /// @notice The feed's reader proxy, which its owner may upgrade.
    IApi3ReaderProxy public immutable proxy;

    /// @param proxy_ Reader proxy of one feed, for one dApp.
    constructor(IApi3ReaderProxy proxy_, string memory base_, string memory quote_) DeclaredPair(base_, quote_) {
        if (address(proxy_).code.length == 0) revert Oracle_BadApi3Proxy(address(proxy_), 0);
        proxy = proxy_;
        uint256 decimals = _decimals(proxy_);
        if (decimals != WAD_DECIMALS) revert Oracle_BadApi3Proxy(address(proxy_), decimals);
    }

    /// @inheritdoc IPriceSource
    /// @dev Exact. Reverts, which the reader takes as silence, when the feed was never updated or has no name.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        (int224 value, uint32 timestamp) = proxy.read();
        if (value <= 0 || timestamp == 0 || _decimals(proxy) != WAD_DECIMALS) return (0, 0, 0);
        // Positive.
        return (uint256(int256(value)), 0, timestamp);
    }

    /// @inheritdoc IUnitSource
    function unitDecimals() external view returns (int256) {
        return int256(_decimals(proxy));
    }

    /// @inheritdoc IDescribedSource
    /// @dev Proxies do not describe themselves: what they read is in their `dapiName`.
    function describe() external view returns (SourceCard memory card) {
        card = _card("api3", address(proxy));
        card.decimals = _decimals(proxy);
    }

    /// @dev Reader proxies offer Chainlink's interface beside their own.
    function _decimals(IApi3ReaderProxy proxy_) private view returns (uint256) {
        return AggregatorV3Interface(address(proxy_)).decimals();
    }
}
