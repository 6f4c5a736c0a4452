// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A wallet that accepts one digest (ERC-1271).
contract VaultWalletMock {
    bytes32 public accepted;

    function accept(bytes32 digest) external {
        accepted = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == accepted ? bytes4(0x1626ba7e) : bytes4(0);
    }
}
