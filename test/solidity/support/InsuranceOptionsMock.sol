// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";

/// @dev Loss indices of classes in units of 1e-9 per lot; nothing of a settled expiry.
contract InsuranceOptionsMock {
    uint256 private constant UNIT_WAD = 1e9;

    mapping(uint8 slot => uint256) public callLots;
    mapping(uint8 slot => uint256) public putLots;
    mapping(uint8 slot => mapping(IOptionMarkets.LegClass => uint256)) public chargedWad;
    uint256 public chargedInAllWad;

    function setLots(uint8 slot, uint256 calls, uint256 puts) external {
        (callLots[slot], putLots[slot]) = (calls, puts);
    }

    function settle(uint8 slot) external {
        (callLots[slot], putLots[slot]) = (0, 0);
    }

    function expiryAt(uint8 slot) external view returns (IOptionMarkets.ExpiryState memory state) {
        (state.callLots, state.putLots) = (callLots[slot], putLots[slot]);
    }

    function spreadLoss(
        uint8 slot,
        IOptionMarkets.LegClass legClass,
        uint256 amountWad
    ) external returns (uint256 charged) {
        uint256 lots = legClass < IOptionMarkets.LegClass.LongPuts ? callLots[slot] : putLots[slot];
        if (lots == 0 || amountWad == 0) return 0;
        charged = ((amountWad + lots * UNIT_WAD - 1) / (lots * UNIT_WAD)) * UNIT_WAD * lots;
        chargedWad[slot][legClass] += charged;
        chargedInAllWad += charged;
    }
}
