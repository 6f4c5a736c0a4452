// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFillTaker} from "../../../contracts/vault/IFillTaker.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";

/// @dev Stands for the exchange: applies what it is told, also as the Fill action of a batch.
contract VaultExchangeMock is IFillTaker {
    IMarginVault public vault;
    address public lastActor;

    function setVault(IMarginVault vault_) external {
        vault = vault_;
    }

    function settle(Fill[] calldata fills, TradeTerms[] calldata terms) external {
        vault.applyFills(fills, terms);
    }

    function takeFor(address actor, bytes calldata request) external {
        lastActor = actor;
        (Fill[] memory fills, TradeTerms[] memory terms) = abi.decode(request, (Fill[], TradeTerms[]));
        vault.applyFills(fills, terms);
    }
}
