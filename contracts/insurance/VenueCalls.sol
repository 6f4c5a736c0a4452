// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

/// @title VenueCalls
/// @notice Calls to an ERC-4626 venue that may have become hostile: a capped stipend, at most one word copied, and what did
/// not answer with a word is said not to have answered.
library VenueCalls {
    /// @dev A deposit or redemption of the venues in use takes 150,000 to 400,000 gas.
    uint256 internal constant MOVE_GAS = 800_000;
    uint256 internal constant VIEW_GAS = 150_000;
    uint256 private constant WORD_BYTES = 32;

    /// @notice Assets, token base units, that `shares` are said to be worth.
    function worthOf(address venue, uint256 shares) internal view returns (bool known, uint256 assets) {
        return _ask(venue, abi.encodeCall(IERC4626.convertToAssets, (shares)));
    }

    /// @notice Assets, token base units, that are said to be withdrawable by this contract now.
    function liquidOf(address venue) internal view returns (bool known, uint256 assets) {
        return _ask(venue, abi.encodeCall(IERC4626.maxWithdraw, (address(this))));
    }

    /// @notice Shares that this contract is said to be able to redeem now.
    function redeemableOf(address venue) internal view returns (bool known, uint256 shares) {
        return _ask(venue, abi.encodeCall(IERC4626.maxRedeem, (address(this))));
    }

    /// @notice Assets, token base units, that are said to be welcome from this contract now.
    function roomOf(address venue) internal view returns (bool known, uint256 assets) {
        return _ask(venue, abi.encodeCall(IERC4626.maxDeposit, (address(this))));
    }

    /// @notice Shares that this contract is said to hold.
    function sharesOf(address venue) internal view returns (bool known, uint256 shares) {
        return _ask(venue, abi.encodeCall(IERC20.balanceOf, (address(this))));
    }

    /// @notice What a flag without arguments says: not 0 is raised.
    function flagOf(address venue, bytes4 selector) internal view returns (bool known, bool raised) {
        uint256 word;
        (known, word) = _ask(venue, abi.encodePacked(selector));
        return (known, word != 0);
    }

    /// @notice Tries to redeem `shares` to this contract; what came is for the caller to count.
    function tryRedeem(address venue, uint256 shares) internal returns (bool done) {
        bytes memory data = abi.encodeCall(IERC4626.redeem, (shares, address(this), address(this)));
        (done, , ) = LibCall.tryCall(venue, 0, MOVE_GAS, 0, data);
    }

    /// @notice Tries to deposit `assets` of this contract; what came for it is for the caller to count.
    function tryDeposit(address venue, uint256 assets) internal returns (bool done) {
        bytes memory data = abi.encodeCall(IERC4626.deposit, (assets, address(this)));
        (done, , ) = LibCall.tryCall(venue, 0, MOVE_GAS, 0, data);
    }

    function _ask(address venue, bytes memory data) private view returns (bool known, uint256 word) {
        bytes memory answer;
        (known, , answer) = LibCall.tryStaticCall(venue, VIEW_GAS, uint16(WORD_BYTES), data);
        if (!known || answer.length != WORD_BYTES) return (false, 0);
        return (true, abi.decode(answer, (uint256)));
    }
}
