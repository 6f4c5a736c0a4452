// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";
import {PythStructs} from "@pythnetwork/pyth-sdk-solidity/PythStructs.sol";

import {IPriceSource} from "../IPriceSource.sol";
import {IUnitSource} from "../IUnitSource.sol";

/// @title PythAdapter
/// @notice One Pyth price feed as a source. Its publishers are its independence group.
/// @dev Trusts: Pyth's own aggregation, and its confidence as a lower bound of the uncertainty. Reads what is stored and
/// never reverts for age: the price is pulled on chain by whoever wants it newer, staleness is the reader's to judge by
/// `publishTime`. Gives no value when the price is not positive or the exponent is not plausible (a publisher once sent 0
/// for -8). Reverts, which the reader takes as silence, when the feed was never written.
contract PythAdapter is IPriceSource, IUnitSource {
    /// @notice The contract is missing, or the feed id is zero.
    error Oracle_BadPythFeed(address pyth, bytes32 feedId);

    /// @dev 10^(18 + exponent) must be a whole number of at most 30 digits.
    int256 private constant MIN_EXPONENT = -18;
    int256 private constant MAX_EXPONENT = 12;

    /// @notice The Pyth contract.
    IPyth public immutable pyth;
    /// @notice Id of the price feed.
    bytes32 public immutable feedId;

    constructor(IPyth pyth_, bytes32 feedId_) {
        if (address(pyth_).code.length == 0 || feedId_ == 0) revert Oracle_BadPythFeed(address(pyth_), feedId_);
        pyth = pyth_;
        feedId = feedId_;
    }

    /// @inheritdoc IPriceSource
    /// @dev Exact: exponents below -18, which would round, give no value.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        PythStructs.Price memory price = pyth.getPriceUnsafe(feedId);
        if (price.price <= 0 || price.expo < MIN_EXPONENT || price.expo > MAX_EXPONENT) return (0, 0, 0);
        // 64 bits times at most 1e30 fit; both casts are of checked signs.
        uint256 scale = 10 ** uint256(int256(price.expo) - MIN_EXPONENT);
        return (uint256(uint64(price.price)) * scale, uint256(price.conf) * scale, price.publishTime);
    }

    /// @inheritdoc IUnitSource
    function unitDecimals() external view returns (int256) {
        return -int256(pyth.getPriceUnsafe(feedId).expo);
    }
}
