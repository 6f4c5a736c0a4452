// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A chain of reports as in 2022: it checks that the report is one of its feed, and takes signatures for granted.
contract OracleSubmitMock {
    uint256 public priceWad;
    uint256 public updates;

    function submit(bytes calldata signedReport) external {
        (, bytes memory report, , , ) = abi.decode(signedReport, (bytes32[3], bytes, bytes32[], bytes32[], bytes32));
        (, , , , , , int192 price, , ) = abi.decode(
            report,
            (bytes32, uint32, uint32, uint192, uint192, uint32, int192, int192, int192)
        );
        priceWad = uint192(price);
        ++updates;
    }
}
