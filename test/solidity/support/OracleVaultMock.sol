// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC20, ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @dev OpenZeppelin's vault, which can be upgraded to other decimals or another asset.
contract OracleVaultMock is ERC4626 {
    uint8 private immutable _offset;
    uint8 private _extraDecimals;
    address private _otherAsset;

    constructor(IERC20Metadata asset_, uint8 offset) ERC20("Vault share", "vAST") ERC4626(asset_) {
        _offset = offset;
    }

    function upgrade(uint8 extraDecimals, address otherAsset) external {
        (_extraDecimals, _otherAsset) = (extraDecimals, otherAsset);
    }

    function decimals() public view override returns (uint8) {
        return super.decimals() + _extraDecimals;
    }

    function asset() public view override returns (address) {
        return _otherAsset == address(0) ? super.asset() : _otherAsset;
    }

    function _decimalsOffset() internal view override returns (uint8) {
        return _offset;
    }
}
