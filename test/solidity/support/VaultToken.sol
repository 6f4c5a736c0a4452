// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @dev A well-behaved token with permit; it can be told to keep a fee, or to call somebody while it transfers.
contract VaultToken is ERC20, ERC20Permit {
    uint8 private immutable _decimals;
    uint256 public feeUnits;
    address public hooked;
    bytes public hook;

    constructor(uint8 decimals_) ERC20("Token", "TKN") ERC20Permit("Token") {
        _decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 units) external {
        feeUnits = units;
    }

    function setHook(address target, bytes calldata call) external {
        (hooked, hook) = (target, call);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (feeUnits != 0 && from != address(0) && to != address(0)) super._update(to, address(0xfee), feeUnits);
        if (hooked == address(0) || from == address(0)) return;
        (bool ok, bytes memory reason) = hooked.call(hook);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}
