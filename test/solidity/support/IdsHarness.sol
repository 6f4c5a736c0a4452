// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";

/// @dev Lends the id functions to tests outside Solidity.
contract IdsHarness {
    function accountId(address owner, uint96 subAccount) external pure returns (AccountId) {
        return toAccountId(owner, subAccount);
    }

    function splitAccountId(AccountId account) external pure returns (address owner, uint96 subAccount) {
        return (account.ownerOf(), account.subAccountOf());
    }

    function perpetual(AssetId asset) external pure returns (InstrumentId) {
        return perpetualOf(asset);
    }

    function option(
        AssetId asset,
        InstrumentKind kind,
        uint40 expiry,
        uint128 strikeWad
    ) external pure returns (InstrumentId) {
        return optionOf(asset, kind, expiry, strikeWad);
    }

    function isCanonical(InstrumentId instrument) external pure returns (bool) {
        return instrument.isCanonical();
    }
}
