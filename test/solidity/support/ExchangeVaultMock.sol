// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {InstrumentId} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";

/// @dev What the exchange needs of a vault: a ledger of lots, operators, a flat fee, and ways to refuse.
contract ExchangeVaultMock {
    struct AppliedTerms {
        uint256 feeNotionalWad;
        uint256 maxFeeWad;
        bool reduceOnly;
    }

    error VaultMock_Refused(AccountId account);
    error VaultMock_FeeTooHigh(uint256 feeWad, uint256 maxFeeWad);
    error VaultMock_NotReducing(AccountId account, InstrumentId instrument);
    error VaultMock_Reentered();

    uint256 public feeBps;
    uint16 public surchargeBps;
    uint256 public applied;
    mapping(AccountId account => mapping(InstrumentId instrument => int256 lots)) public lotsOf;
    mapping(AccountId account => int256 sumOfLotsTimesPrice) public paid;
    mapping(AccountId account => AppliedTerms terms) public termsOf;
    mapping(AccountId account => bool refused) public refused;
    mapping(AccountId account => uint256 gasToBurn) public burn;
    mapping(address owner => mapping(address operator => bool allowed)) public isOperator;
    bytes private _reentry;

    function setFeeBps(uint256 feeBps_) external {
        feeBps = feeBps_;
    }

    function setSurchargeBps(uint16 surchargeBps_) external {
        surchargeBps = surchargeBps_;
    }

    function tradePolicy() external view returns (IVaultSettings.TradePolicy memory) {
        return IVaultSettings.TradePolicy(uint8(feeBps), 0, 0, surchargeBps, 0);
    }

    function setOperator(address operator, bool allowed) external {
        isOperator[msg.sender][operator] = allowed;
    }

    function refuse(AccountId account, bool refused_) external {
        refused[account] = refused_;
    }

    function burnGas(AccountId account, uint256 gasToBurn) external {
        burn[account] = gasToBurn;
    }

    function setReentry(bytes calldata reentry) external {
        _reentry = reentry;
    }

    function fillThrough(IExchange exchange, bytes calldata request) external {
        exchange.takeFor(msg.sender, request);
    }

    function applyFills(Fill[] calldata fills, TradeTerms[] calldata terms) external {
        if (_reentry.length != 0) {
            (bool ok, bytes memory returned) = msg.sender.call(_reentry);
            if (!ok) _bubble(returned);
        }
        ++applied;
        for (uint256 i; i < fills.length; ++i) _move(fills[i], terms);
        for (uint256 i; i < terms.length; ++i) _charge(terms[i]);
    }

    function mayAct(AccountId account, address actor) external view returns (bool) {
        return actor == account.ownerOf() || isOperator[account.ownerOf()][actor];
    }

    function _move(Fill calldata fill, TradeTerms[] calldata terms) private {
        for (uint256 i; i < terms.length; ++i) {
            bool buys = terms[i].account == fill.buyer;
            int256 change = buys ? int256(uint256(fill.lots)) : -int256(uint256(fill.lots));
            int256 before = lotsOf[terms[i].account][fill.instrument];
            int256 later = before + change;
            bool shrinks = before > 0 ? later >= 0 && later < before : later <= 0 && later > before;
            if (terms[i].reduceOnly && !shrinks) revert VaultMock_NotReducing(terms[i].account, fill.instrument);
            lotsOf[terms[i].account][fill.instrument] = later;
            paid[terms[i].account] += change * int256(fill.priceWad);
        }
    }

    function _charge(TradeTerms calldata terms) private returns (uint256 feeWad) {
        if (refused[terms.account]) revert VaultMock_Refused(terms.account);
        if (burn[terms.account] != 0) {
            uint256 target = gasleft() > burn[terms.account] ? gasleft() - burn[terms.account] : 0;
            while (gasleft() > target) {}
        }
        feeWad = (terms.feeNotionalWad * feeBps + 9_999) / 10_000;
        if (feeWad > terms.maxFeeWad) revert VaultMock_FeeTooHigh(feeWad, terms.maxFeeWad);
        termsOf[terms.account] = AppliedTerms(terms.feeNotionalWad, terms.maxFeeWad, terms.reduceOnly);
    }

    function _bubble(bytes memory returned) private pure {
        assembly ("memory-safe") {
            revert(add(returned, 0x20), mload(returned))
        }
    }
}
