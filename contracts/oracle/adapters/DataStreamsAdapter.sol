// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Common} from "@chainlink/contracts/src/v0.8/llo-feeds/libraries/Common.sol";
import {IVerifierProxy} from "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/interfaces/IVerifierProxy.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IDescribedSource} from "../IDescribedSource.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";
import {IDataStreamsAdapter} from "./IDataStreamsAdapter.sol";
import {IStreamsBilling} from "./IStreamsBilling.sol";

/// @title DataStreamsAdapter
/// @notice Keeps the newest verified report of one Chainlink data stream. Its signers are its independence group, which
/// it shares with Chainlink's push feeds where the operators are the same.
/// @dev Owns: the newest report. Trusts: the provider's verifier for signatures, nobody for time and sense: times must
/// rise, a report must be valid now, and its prices must be in order. Holds no ether.
contract DataStreamsAdapter is IDataStreamsAdapter, DeclaredPair {
    /// @dev Schema v3, nine words.
    struct Report {
        bytes32 feedId;
        uint32 validFromTimestamp;
        uint32 observationsTimestamp;
        uint192 nativeFee;
        uint192 linkFee;
        uint32 expiresAt;
        int192 price;
        int192 bid;
        int192 ask;
    }

    /// @dev 112 + 112 + 32 bits.
    struct Newest {
        uint112 priceWad;
        uint112 halfWidthWad;
        uint32 observedAt;
    }

    uint256 private constant REPORT_BYTES = 288;
    uint256 private constant WAD_DECIMALS = 18;
    /// @dev The first two bytes of a feed id are its schema.
    uint256 private constant SCHEMA_SHIFT = 240;
    uint256 private constant SCHEMA = 3;
    /// @dev Clocks of providers may run ahead a little, as much as the oracle's reader lets them.
    uint256 private constant MAX_AHEAD = 60 seconds;

    /// @notice The provider's verifier proxy.
    IVerifierProxy public immutable proxy;
    /// @notice The stream.
    bytes32 public immutable feedId;
    /// @notice Decimals of its prices, fixed by the stream.
    uint8 public immutable decimals;
    uint256 private immutable _scale;

    Newest private _newest;

    constructor(
        IVerifierProxy proxy_,
        bytes32 feedId_,
        uint8 decimals_,
        string memory base_,
        string memory quote_
    ) DeclaredPair(base_, quote_) {
        bool known = uint256(feedId_) >> SCHEMA_SHIFT == SCHEMA && decimals_ <= WAD_DECIMALS;
        if (!known || address(proxy_).code.length == 0) revert Oracle_BadStream(address(proxy_), feedId_, decimals_);
        proxy = proxy_;
        feedId = feedId_;
        decimals = decimals_;
        _scale = 10 ** (WAD_DECIMALS - decimals_);
    }

    /// @inheritdoc IDataStreamsAdapter
    function submit(bytes calldata signedReport) external payable {
        (uint256 feeWei, bytes memory terms) = _feeOf(signedReport);
        if (msg.value < feeWei) revert Oracle_ReportFeeNotCovered(msg.value, feeWei);
        _accept(proxy.verify{value: feeWei}(signedReport, terms));
        uint256 changeWei = msg.value - feeWei;
        if (changeWei == 0) return;
        (bool taken, ) = msg.sender.call{value: changeWei}("");
        if (!taken) revert Oracle_ReportChangeNotTaken(msg.sender, changeWei);
    }

    /// @inheritdoc IDataStreamsAdapter
    function submitFee(bytes calldata signedReport) external view returns (uint256 feeWei) {
        (feeWei, ) = _feeOf(signedReport);
    }

    /// @inheritdoc IPriceSource
    /// @dev Exact: reports have at most 18 decimals. Nothing before the first report.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        Newest memory newest = _newest;
        return (newest.priceWad, newest.halfWidthWad, newest.observedAt);
    }

    /// @inheritdoc IDescribedSource
    function describe() external view returns (SourceCard memory card) {
        card = _card("data-streams", address(proxy));
        card.feedId = feedId;
        card.decimals = decimals;
    }

    /// @dev What the verifier said is authentic. Decoding reverts on words that do not fit their types.
    function _accept(bytes memory verified) private {
        if (verified.length != REPORT_BYTES) revert Oracle_ReportLength(verified.length, REPORT_BYTES);
        Report memory report = abi.decode(verified, (Report));
        if (report.feedId != feedId) revert Oracle_ReportOfAnotherFeed(report.feedId, feedId);
        uint256 observedAt = report.observationsTimestamp;
        if (observedAt <= _newest.observedAt) revert Oracle_ReportNotNewer(observedAt, _newest.observedAt);
        bool started = report.validFromTimestamp <= observedAt && observedAt <= block.timestamp + MAX_AHEAD;
        if (!started || report.expiresAt < block.timestamp) {
            revert Oracle_ReportNotValidNow(report.validFromTimestamp, observedAt, report.expiresAt, block.timestamp);
        }
        bool ordered = 0 < report.bid && report.bid <= report.price && report.price <= report.ask;
        if (!ordered || uint192(report.ask) > type(uint112).max / _scale) {
            revert Oracle_ReportPrices(report.bid, report.price, report.ask);
        }
        // Ordered, positive and at most 112 bits when scaled: no cast loses anything.
        uint256 priceWad = uint192(report.price) * _scale;
        uint256 width = FixedPointMathLib.max(uint192(report.ask - report.price), uint192(report.price - report.bid));
        _newest = Newest(uint112(priceWad), uint112(width * _scale), report.observationsTimestamp);
        emit ReportAccepted(priceWad, width * _scale, observedAt);
    }

    /// @dev Fee in wei and the terms of payment as the verifier wants them. The exact fee is sent, so that the fee manager
    /// has no change to return: it would come with too little gas to go anywhere.
    function _feeOf(bytes calldata signedReport) private view returns (uint256 feeWei, bytes memory terms) {
        IStreamsBilling manager = IStreamsBilling(IStreamsBilling(address(proxy)).s_feeManager());
        if (address(manager) == address(0)) return (0, "");
        (, bytes memory report) = abi.decode(signedReport, (bytes32[3], bytes));
        address coin = manager.i_nativeAddress();
        (Common.Asset memory fee, , ) = manager.getFeeAndReward(address(this), report, coin);
        return (fee.amount, abi.encode(coin));
    }
}
