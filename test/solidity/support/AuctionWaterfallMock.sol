// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {AuctionVaultMock} from "./AuctionVaultMock.sol";

/// @dev One purse; what it lacks it does not pay.
contract AuctionWaterfallMock {
    AuctionVaultMock private immutable _vault;
    uint256 public paidWad;
    uint256 public penaltiesWad;
    uint256 public lastShares;
    mapping(AccountId account => bool) public isInsolvent;
    mapping(AccountId account => mapping(AssetId asset => uint256)) public deficitOf;

    constructor(AuctionVaultMock vault) {
        _vault = vault;
    }

    function purse() public view returns (AccountId) {
        return toAccountId(address(this), 0);
    }

    function heldWad() public view returns (uint256) {
        return uint256(_vault.cashOf(purse()));
    }

    function cover(
        AccountId account,
        uint256 deficitWad,
        ILossWaterfall.MarketShare[] calldata shares
    ) external returns (uint256 coveredWad) {
        coveredWad = deficitWad < heldWad() ? deficitWad : heldWad();
        paidWad += coveredWad;
        lastShares = shares.length;
        _vault.moveCash(purse(), account, coveredWad);
        if (shares.length == 0) deficitOf[account][AssetId.wrap(0)] = deficitWad - coveredWad;
    }

    function collectPenalty(
        AccountId account,
        uint256 amountWad,
        ILossWaterfall.MarketShare[] calldata shares
    ) external {
        penaltiesWad += amountWad;
        lastShares = shares.length;
        _vault.moveCash(account, purse(), amountWad);
    }

    function setInsolvent(AccountId account, bool insolvent) external {
        isInsolvent[account] = insolvent;
    }

    function coverable(AssetId) external view returns (uint256) {
        return heldWad();
    }
}
