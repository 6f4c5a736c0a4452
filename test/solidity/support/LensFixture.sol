// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {OutflowLimiter} from "../../../contracts/breaker/OutflowLimiter.sol";
import {IInsuranceFund} from "../../../contracts/insurance/IInsuranceFund.sol";
import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {Lens} from "../../../contracts/lens/Lens.sol";
import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";

import {BreakerFixture} from "./BreakerFixture.sol";
import {LensRoomsMock} from "./LensRoomsMock.sol";
import {LensToken} from "./LensToken.sol";

/// @dev A lens over a real breaker and limiter, a mock oracle and a mock of all other rooms.
abstract contract LensFixture is BreakerFixture {
    LensToken internal usdc;
    LensToken internal weth;
    LensRoomsMock internal rooms;
    OutflowLimiter internal limiter;
    Lens internal lens;

    function setUp() public virtual override {
        super.setUp();
        usdc = new LensToken();
        weth = new LensToken();
        rooms = new LensRoomsMock(address(usdc), address(weth));
        limiter = new OutflowLimiter(address(manager));
        limiter.wire(address(rooms));
        lens = newLens(8);
    }

    /// @dev A lens whose room number `missing` is the zero address; 8 = none.
    function newLens(uint256 missing) internal returns (Lens) {
        address mock = address(rooms);
        return
            new Lens(
                IPriceOracle(missing == 0 ? address(0) : address(oracle)),
                ICircuitBreaker(missing == 1 ? address(0) : address(breaker)),
                IPerpMarkets(missing == 2 ? address(0) : mock),
                IPortfolioMargin(missing == 3 ? address(0) : mock),
                IMarginVault(missing == 4 ? address(0) : mock),
                IInsuranceFund(missing == 5 ? address(0) : mock),
                ILossWaterfall(missing == 6 ? address(0) : mock),
                ILiquidationAuction(missing == 7 ? address(0) : mock)
            );
    }

    function accountOf(uint96 number) internal pure returns (AccountId) {
        return toAccountId(address(0xacc), number);
    }

    /// @dev Cash accounts 0..count-1 with 100 each.
    function addCashAccounts(uint96 count) internal {
        for (uint96 i; i < count; ++i) rooms.add(accountOf(i), 100e18, 0, 0);
    }
}
