// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {OptionHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";

/// @dev The vault's cash ledger as the insurance room sees it, with the sums that its invariants need.
contract InsuranceVaultMock {
    error NotOwner(address caller, address owner);
    error Gated(uint256 until);

    address public immutable settlementToken;
    uint256 public immutable scale;

    mapping(AccountId => int256) private _cash;
    mapping(AccountId => uint32) private _perpBitmaps;
    mapping(AccountId => uint256) public openExpiries;
    int256 public cashSum;
    uint256 public creditedWad;
    uint256 public gatedUntil;
    uint256 public gateCalls;

    constructor(address token) {
        settlementToken = token;
        scale = 10 ** (18 - IERC20Metadata(token).decimals());
    }

    function deposit(AccountId account, address token, uint256 amount) external {
        IERC20(token).transferFrom(msg.sender, address(this), amount);
        _add(account, int256(amount * scale));
    }

    function withdraw(AccountId account, address token, uint256 amount, address recipient) external {
        if (account.ownerOf() != msg.sender) revert NotOwner(msg.sender, account.ownerOf());
        if (block.timestamp < gatedUntil) revert Gated(gatedUntil);
        _add(account, -int256(amount * scale));
        require(_cash[account] >= 0, "overdrawn");
        IERC20(token).transfer(recipient, amount);
    }

    function moveCash(AccountId from, AccountId to, uint256 amountWad) external {
        _add(from, -int256(amountWad));
        _add(to, int256(amountWad));
    }

    function creditFromLoss(AccountId account, uint256 amountWad) external {
        creditedWad += amountWad;
        _add(account, int256(amountWad));
    }

    function gateWithdrawals(uint256 until) external {
        gatedUntil = until;
        ++gateCalls;
    }

    /// @dev A loss of the account, or a gain, from somewhere else.
    function setCash(AccountId account, int256 cashWad) external {
        _add(account, cashWad - _cash[account]);
    }

    function setPerpBitmap(AccountId account, uint32 bitmap) external {
        _perpBitmaps[account] = bitmap;
    }

    function cashOf(AccountId account) external view returns (int256) {
        return _cash[account];
    }

    function portfolioOf(AccountId account) external view returns (Portfolio memory portfolio) {
        portfolio.cashWad = _cash[account];
        portfolio.perps = new PerpHolding[](_popCount(_perpBitmaps[account]));
        portfolio.options = new OptionHolding[](openExpiries[account]);
    }

    /// @dev Expiries that the account has options in and that are not settled.
    function setOpenExpiries(AccountId account, uint256 unsettled) external {
        openExpiries[account] = unsettled;
    }

    function _popCount(uint256 bitmap) private pure returns (uint256 count) {
        for (; bitmap != 0; bitmap &= bitmap - 1) ++count;
    }

    function _add(AccountId account, int256 amountWad) private {
        _cash[account] += amountWad;
        cashSum += amountWad;
    }
}
