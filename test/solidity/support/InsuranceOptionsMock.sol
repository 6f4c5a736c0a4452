// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Loss indices of series in units of 1e-9 per lot; nothing of one without lots.
contract InsuranceOptionsMock {
    uint256 private constant UNIT_WAD = 1e9;

    mapping(bytes32 series => uint256) private _lots;
    mapping(bytes32 series => mapping(bool longSide => uint256)) private _chargedWad;
    uint256 public chargedInAllWad;

    function setLots(uint8 slot, uint8 strikeIndex, bool isPut, uint256 lots) external {
        _lots[_key(slot, strikeIndex, isPut)] = lots;
    }

    function spreadLoss(
        uint8 slot,
        uint8 strikeIndex,
        bool isPut,
        bool longSide,
        uint256 amountWad
    ) external returns (uint256 charged) {
        bytes32 key = _key(slot, strikeIndex, isPut);
        uint256 lots = _lots[key];
        if (lots == 0 || amountWad == 0) return 0;
        charged = ((amountWad + lots * UNIT_WAD - 1) / (lots * UNIT_WAD)) * UNIT_WAD * lots;
        _chargedWad[key][longSide] += charged;
        chargedInAllWad += charged;
    }

    function chargedWad(uint8 slot, uint8 strikeIndex, bool isPut, bool longSide) external view returns (uint256) {
        return _chargedWad[_key(slot, strikeIndex, isPut)][longSide];
    }

    function _key(uint8 slot, uint8 strikeIndex, bool isPut) private pure returns (bytes32) {
        return keccak256(abi.encode(slot, strikeIndex, isPut));
    }
}
