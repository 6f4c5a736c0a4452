// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev A settlement token whose issuer may charge a fee or pause it.
contract InsuranceToken is ERC20 {
    error Paused();

    uint8 private immutable _decimals;
    uint256 public feeUnits;
    bool public paused;

    constructor(uint8 decimals_) ERC20("Settlement", "SET") {
        _decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 feeUnits_) external {
        feeUnits = feeUnits_;
    }

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (paused) revert Paused();
        super._update(from, to, amount);
        if (from != address(0) && to != address(0) && feeUnits != 0) super._update(to, address(0), feeUnits);
    }
}
