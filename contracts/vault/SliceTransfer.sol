// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {IPerpMarkets} from "../products/perp/IPerpMarkets.sol";
import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {VaultState} from "./VaultState.sol";

/// @title SliceTransfer
/// @notice Moves a fraction of everything an account has to another account.
library SliceTransfer {
    using AccountLedger for VaultState;
    using CashDeficit for VaultState;

    uint256 private constant WAD = 1e18;

    /// @notice Moves `fractionWad` of positions, collateral and cash from `from` to `to`, and `paymentWad` of cash back.
    /// @dev Lots and tokens round towards zero and cash down: what a fraction leaves behind stays with `from`. A fraction
    /// of 1e18 moves everything to the wei. At most 31 markets and 16 collaterals.
    function moveSlice(
        VaultState storage self,
        IPerpMarkets perps,
        AccountId from,
        AccountId to,
        uint256 fractionWad,
        int256 paymentWad
    ) internal {
        if (fractionWad == 0 || fractionWad > WAD) revert IMarginVault.Vault_FractionOutOfBounds(fractionWad, WAD);
        if (from == to) revert IMarginVault.Vault_SameAccount(from);
        uint256 owedWad = self.deficits[from].owedWad;
        self.assess(from, owedWad - FixedPointMathLib.mulWad(owedWad, fractionWad));
        movePositions(self, perps, from, to, fractionWad);
        moveCollateral(self, from, to, fractionWad);
        int256 sliceWad = mulFloor(self.headers[from].cashWad(), fractionWad);
        self.addCash(from, paymentWad - sliceWad);
        self.addCash(to, sliceWad - paymentWad);
        emit IMarginVault.SliceTransferred(from, to, fractionWad, paymentWad);
    }

    function movePositions(
        VaultState storage self,
        IPerpMarkets perps,
        AccountId from,
        AccountId to,
        uint256 fractionWad
    ) private {
        uint256 bitmap = self.headers[from].perpBitmap();
        while (bitmap != 0) {
            AssetId asset = AssetId.wrap(uint16(LibBit.ffs(bitmap)));
            bitmap &= bitmap - 1;
            // At most 1e18 times 2^63: no overflow, and the quotient is no larger than the lots.
            int64 lots = int64((int256(self.perps[from][asset].lots()) * int256(fractionWad)) / int256(WAD));
            // Zero lots too: what is due to `from` is settled before its cash is divided.
            self.exchangeLots(perps, AccountLedger.LotDeal(asset, to, from, lots, 0));
        }
    }

    function moveCollateral(VaultState storage self, AccountId from, AccountId to, uint256 fractionWad) private {
        uint256 bitmap = self.headers[from].collateralBitmap();
        while (bitmap != 0) {
            uint8 index = uint8(LibBit.ffs(bitmap));
            bitmap &= bitmap - 1;
            uint256 amount = FixedPointMathLib.fullMulDiv(self.collateral[from][index], fractionWad, WAD);
            if (amount == 0) continue;
            self.takeCollateral(from, index, amount);
            self.addCollateral(to, index, amount);
        }
    }

    /// @dev value * fraction, rounded towards minus infinity: a debt moves in full, an asset not more.
    function mulFloor(int256 valueWad, uint256 fractionWad) private pure returns (int256) {
        if (valueWad >= 0) return int256(FixedPointMathLib.mulWad(uint256(valueWad), fractionWad));
        return -int256(FixedPointMathLib.mulWadUp(uint256(-valueWad), fractionWad));
    }
}
