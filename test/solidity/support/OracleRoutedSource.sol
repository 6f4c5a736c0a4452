// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OracleMockSource} from "./OracleMockSource.sol";

/// @dev Names a route in words of its own, which need not be one. Also a reader of sources: it says what it is told to.
contract OracleRoutedSource is OracleMockSource {
    bytes private _route;
    bool private _fails;
    bytes public asked;

    constructor(uint256 priceWad_) OracleMockSource(priceWad_) {}

    function setRoute(bytes calldata words, bool fails) external {
        (_route, _fails) = (words, fails);
    }

    function route() external view {
        bytes memory words = _route;
        bool fails = _fails;
        assembly ("memory-safe") {
            if fails {
                revert(add(words, 0x20), mload(words))
            }
            return(add(words, 0x20), mload(words))
        }
    }

    /// @dev The price is `first`, if `adapter` is who it says.
    function tell(address adapter, uint256 first, uint256 second) external view returns (uint256, uint256, uint256) {
        return (OracleMockSource(adapter).priceWad() == 1 ? first : 0, second, block.timestamp);
    }

    function burn(address, uint256, uint256) external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function mumble(address, uint256, uint256) external pure returns (uint256) {
        return 1;
    }
}
