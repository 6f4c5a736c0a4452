// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev A token that anyone may mint.
contract LensToken is ERC20 {
    constructor() ERC20("Lens test token", "LENS") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
