// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, ownerOf} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";

/// @dev A ledger without checks of its own but one switch. Assets 1 and 2 have positions of 0.01 per lot, collateral 0 has
/// `collateralDecimals`. Lots and tokens of a slice round down, cash rounds towards zero.
contract AuctionVaultMock {
    uint256 public constant LOT_WAD = 0.01e18;
    uint16 public constant ASSETS = 2;

    mapping(AccountId account => int256) public cashOf;
    mapping(AccountId account => mapping(AssetId asset => int64)) public lotsOf;
    mapping(AccountId account => uint256) private _collateral;
    mapping(AccountId account => bool) public isFrozen;
    mapping(AccountId account => uint256) private _owedSince;
    mapping(AccountId account => uint256) private _owedWad;
    mapping(address owner => mapping(address operator => bool)) public operators;
    uint8 public collateralDecimals = 18;
    bool public refusesBidder;
    int256 public lastPaymentWad;

    error VaultRefused(AccountId to);

    function setCash(AccountId account, int256 cashWad) external {
        cashOf[account] = cashWad;
    }

    function setLots(AccountId account, AssetId asset, int64 lots) external {
        lotsOf[account][asset] = lots;
    }

    function setCollateral(AccountId account, uint256 amount) external {
        _collateral[account] = amount;
    }

    function setDecimals(uint8 decimals) external {
        collateralDecimals = decimals;
    }

    function setDeficit(AccountId account, uint256 owedWad, uint256 since) external {
        _owedWad[account] = owedWad;
        _owedSince[account] = since;
    }

    function setOperator(address owner, address operator) external {
        operators[owner][operator] = true;
    }

    function setRefusesBidder(bool refuses) external {
        refusesBidder = refuses;
    }

    function transferSlice(AccountId from, AccountId to, uint256 fractionWad, int256 paymentWad) external {
        if (refusesBidder) revert VaultRefused(to);
        for (uint16 i = 1; i <= ASSETS; ++i) {
            AssetId asset = AssetId.wrap(i);
            int64 moved = int64((int256(lotsOf[from][asset]) * int256(fractionWad)) / 1e18);
            lotsOf[from][asset] -= moved;
            lotsOf[to][asset] += moved;
        }
        uint256 amount = (_collateral[from] * fractionWad) / 1e18;
        _collateral[from] -= amount;
        _collateral[to] += amount;
        int256 movedWad = (cashOf[from] * int256(fractionWad)) / 1e18 - paymentWad;
        cashOf[from] -= movedWad;
        cashOf[to] += movedWad;
        lastPaymentWad = paymentWad;
    }

    function exchangeCollateral(AccountId from, AccountId to, uint8, uint256 amount, uint256 cashWad) external {
        if (refusesBidder) revert VaultRefused(to);
        _collateral[from] -= amount;
        _collateral[to] += amount;
        cashOf[from] += int256(cashWad);
        cashOf[to] -= int256(cashWad);
        _owedWad[from] = _owedWad[from] > cashWad ? _owedWad[from] - cashWad : 0;
    }

    function moveCash(AccountId from, AccountId to, uint256 amountWad) external {
        cashOf[from] -= int256(amountWad);
        cashOf[to] += int256(amountWad);
    }

    function setFrozen(AccountId account, bool frozen) external {
        isFrozen[account] = frozen;
    }

    function mayAct(AccountId account, address actor) external view returns (bool) {
        address owner = ownerOf(account);
        return owner == actor || operators[owner][actor];
    }

    function portfolioOf(AccountId account) external view returns (Portfolio memory portfolio) {
        portfolio.cashWad = cashOf[account];
        uint256 count;
        for (uint16 i = 1; i <= ASSETS; ++i) if (lotsOf[account][AssetId.wrap(i)] != 0) ++count;
        portfolio.perps = new PerpHolding[](count);
        count = 0;
        for (uint16 i = 1; i <= ASSETS; ++i) {
            int256 lots = lotsOf[account][AssetId.wrap(i)];
            if (lots == 0) continue;
            portfolio.perps[count++] = PerpHolding({asset: AssetId.wrap(i), sizeWad: lots * int256(LOT_WAD)});
        }
        if (_collateral[account] == 0) return portfolio;
        portfolio.collateral = new CollateralHolding[](1);
        portfolio.collateral[0].amountWad = _collateral[account] * 10 ** (18 - collateralDecimals);
    }

    function perpBitmapOf(AccountId account) external view returns (uint32 bitmap) {
        for (uint16 i = 1; i <= ASSETS; ++i) if (lotsOf[account][AssetId.wrap(i)] != 0) bitmap |= uint32(1) << i;
    }

    function collateralBitmapOf(AccountId account) external view returns (uint16) {
        return _collateral[account] == 0 ? 0 : 1;
    }

    function collateralOf(AccountId account, uint8) external view returns (uint256) {
        return _collateral[account];
    }

    function collateralToken(uint8) external view returns (address, uint8) {
        return (address(1), collateralDecimals);
    }

    function deficitOf(AccountId account) external view returns (uint256, uint256) {
        uint256 owedWad = _owedWad[account];
        return (owedWad, owedWad == 0 ? 0 : block.timestamp - _owedSince[account]);
    }
}
