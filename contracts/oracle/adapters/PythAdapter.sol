// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";
import {PythStructs} from "@pythnetwork/pyth-sdk-solidity/PythStructs.sol";

import {IDescribedSource} from "../IDescribedSource.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IRoutedSource} from "../IRoutedSource.sol";
import {IUnitSource} from "../IUnitSource.sol";
import {DeclaredPair} from "./DeclaredPair.sol";
import {IPythAdapter} from "./IPythAdapter.sol";
import {IPythPrice} from "./IPythPrice.sol";
import {PushFeeds} from "./PushFeeds.sol";

/// @title PythAdapter
/// @notice One Pyth price feed as a source. Its publishers are its independence group.
/// @dev Trusts: Pyth's own aggregation, and its confidence as a lower bound of the uncertainty. Reads what is stored and
/// never reverts for age: the price is pulled on chain by whoever wants it newer, staleness is the reader's to judge by
/// `publishTime`. Gives no value when the price is not positive, when the confidence reaches down to zero, or when the
/// exponent is not plausible (a publisher once sent 0 for -8). Reverts, which the reader takes as silence, when the feed
/// was never written. Holds no ether.
contract PythAdapter is IPythAdapter, DeclaredPair, IUnitSource, IRoutedSource {
    /// @notice The Pyth contract.
    IPyth public immutable pyth;
    /// @notice Id of the price feed.
    bytes32 public immutable feedId;

    constructor(IPyth pyth_, bytes32 feedId_, string memory base_, string memory quote_) DeclaredPair(base_, quote_) {
        if (address(pyth_).code.length == 0 || feedId_ == 0) revert Oracle_BadPythFeed(address(pyth_), feedId_);
        pyth = pyth_;
        feedId = feedId_;
    }

    /// @inheritdoc IPythAdapter
    function update(bytes[] calldata updates) external payable {
        uint256 feeWei = pyth.getUpdateFee(updates);
        if (msg.value < feeWei) revert Oracle_PythFeeNotCovered(msg.value, feeWei);
        pyth.updatePriceFeeds{value: feeWei}(updates);
        uint256 changeWei = msg.value - feeWei;
        if (changeWei == 0) return;
        (bool taken, ) = msg.sender.call{value: changeWei}("");
        if (!taken) revert Oracle_ChangeNotTaken(msg.sender, changeWei);
    }

    /// @inheritdoc IPriceSource
    /// @dev Exact: exponents below -18, which would round, give no value.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        return PushFeeds.readPyth(IPythPrice(address(pyth)), feedId);
    }

    /// @inheritdoc IRoutedSource
    function route() external view returns (Route memory) {
        return PushFeeds.pythRoute(address(pyth), feedId);
    }

    /// @inheritdoc IUnitSource
    function unitDecimals() external view returns (int256) {
        return -int256(pyth.getPriceUnsafe(feedId).expo);
    }

    /// @inheritdoc IPythAdapter
    function updateFee(bytes[] calldata updates) external view returns (uint256 feeWei) {
        return pyth.getUpdateFee(updates);
    }

    /// @inheritdoc IDescribedSource
    /// @dev Decimals are those of the stored price; 0 if its exponent is not negative, and before the first price.
    function describe() external view returns (SourceCard memory card) {
        card = _card("pyth", address(pyth));
        card.feedId = feedId;
        try pyth.getPriceUnsafe(feedId) returns (PythStructs.Price memory price) {
            if (price.expo < 0) card.decimals = uint256(-int256(price.expo));
        } catch {
            card.decimals = 0;
        }
    }
}
