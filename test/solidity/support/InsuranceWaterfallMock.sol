// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";

/// @dev What the fund asks of the waterfall, set by hand.
contract InsuranceWaterfallMock {
    bool public isBlocked;
    uint256 public blockedSeconds;
    uint256 public claimOnIncome;

    function setBlocked(bool blocked, uint256 seconds_) external {
        (isBlocked, blockedSeconds) = (blocked, seconds_);
    }

    function setClaim(uint256 claimWad) external {
        claimOnIncome = claimWad;
    }

    function pay(IInsuranceFund fund, AccountId account, uint256 amountWad) external returns (uint256) {
        return fund.pay(account, amountWad);
    }

    function poolAccount() external view returns (AccountId) {
        return toAccountId(address(this), 0);
    }
}
