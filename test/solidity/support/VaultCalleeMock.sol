// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVaultCallee} from "../../../contracts/vault/IVaultCallee.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";

/// @dev A swap partner: pays `pay` of the token asked for, and may call somebody in between.
contract VaultCalleeMock is IVaultCallee {
    uint256 public pay;
    address public target;
    bytes public call;
    bytes public reason;
    bytes public seen;

    function set(uint256 pay_, address target_, bytes calldata call_) external {
        (pay, target, call) = (pay_, target_, call_);
    }

    function onVaultSwap(AccountId, address, uint256, address tokenIn, uint256, bytes calldata data) external {
        seen = data;
        if (target != address(0)) {
            bool ok;
            (ok, reason) = target.call(call);
        }
        if (pay != 0) require(IERC20(tokenIn).transfer(msg.sender, pay));
    }
}
