// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Common} from "@chainlink/contracts/src/v0.8/llo-feeds/libraries/Common.sol";

/// @dev Verifier proxy and fee manager in one: takes every report, charges what it is told. The real ones are in the
/// tests of `test/node/oracle`.
contract OracleVerifierMock {
    uint256 public feeWei;
    bool public bills;
    address public constant i_nativeAddress = address(0xC0);

    function charge(uint256 feeWei_) external {
        (feeWei, bills) = (feeWei_, true);
    }

    function s_feeManager() external view returns (address) {
        return bills ? address(this) : address(0);
    }

    function getFeeAndReward(
        address,
        bytes memory,
        address quoteAddress
    ) external view returns (Common.Asset memory fee, Common.Asset memory reward, uint256 discount) {
        require(quoteAddress == i_nativeAddress, "quote");
        fee = Common.Asset(quoteAddress, feeWei);
        return (fee, reward, discount);
    }

    function verify(bytes calldata payload, bytes calldata terms) external payable returns (bytes memory report) {
        require(msg.value == feeWei, "exactly the fee");
        require(bills ? abi.decode(terms, (address)) == i_nativeAddress : terms.length == 0, "terms");
        (, report) = abi.decode(payload, (bytes32[3], bytes));
    }
}
