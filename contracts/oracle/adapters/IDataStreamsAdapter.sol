// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../IDescribedSource.sol";

/// @title IDataStreamsAdapter
/// @notice One Chainlink data stream as a source: whoever has a signed report may bring it, the provider's own verifier
/// decides whether enough of its signers made it.
/// @dev Reports of schema v3 ("crypto"): price, bid and ask with the depth of the market in them. The newest accepted one
/// is kept in one word, so that reading it costs one storage read.
interface IDataStreamsAdapter is IDescribedSource {
    /// @notice A report is the newest from now on.
    /// @param priceWad WAD.
    /// @param halfWidthWad Distance from the price to the farther of bid and ask, WAD.
    /// @param observedAt Unix seconds at which the signers observed it.
    event ReportAccepted(uint256 priceWad, uint256 halfWidthWad, uint256 observedAt);

    /// @notice The proxy has no code, the feed is not of schema v3, or its decimals are above 18.
    error Oracle_BadStream(address proxy, bytes32 feedId, uint256 decimals);
    /// @notice The report is not nine words long.
    error Oracle_ReportLength(uint256 actual, uint256 expected);
    /// @notice The report is of another feed.
    error Oracle_ReportOfAnotherFeed(bytes32 actual, bytes32 expected);
    /// @notice The report is not newer than the newest accepted one. Unix seconds.
    error Oracle_ReportNotNewer(uint256 observedAt, uint256 newestAt);
    /// @notice The report is not valid now: its times are not validFrom <= observed <= now + 60 s and now <= expiry.
    error Oracle_ReportNotValidNow(uint256 validFrom, uint256 observedAt, uint256 expiresAt, uint256 timestamp);
    /// @notice Not 0 < bid <= price <= ask, or the ask is beyond 112 bits in WAD. In the feed's decimals.
    error Oracle_ReportPrices(int256 bid, int256 price, int256 ask);
    /// @notice The value sent does not cover the verifier's fee. Both in wei.
    error Oracle_ReportFeeNotCovered(uint256 sentWei, uint256 feeWei);
    /// @notice The caller does not take its change back. In wei.
    error Oracle_ReportChangeNotTaken(address caller, uint256 changeWei);

    /// @notice Has a report verified and keeps it. Anyone may call, and whoever calls pays the verifier's fee in the
    /// chain's coin.
    /// @dev What is left of the value sent goes back in the same call; nothing stays here. Reverts with one of the errors
    /// above, or as the verifier does: too few signers, unknown or repeated ones, a retired configuration.
    /// @param signedReport As the streams' service hands it out: context, report, signatures.
    function submit(bytes calldata signedReport) external payable;

    /// @notice What `submit` would cost this adapter now, in wei; 0 where the verifier charges nothing.
    /// @dev Reverts as the fee manager does, for an expired report among others.
    function submitFee(bytes calldata signedReport) external view returns (uint256 feeWei);
}
