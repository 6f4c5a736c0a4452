// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpMarkets} from "../../../contracts/products/perp/PerpMarkets.sol";
import {RiskAuthorityMock} from "./RiskAuthorityMock.sol";
import {RiskBreakerMock} from "./RiskBreakerMock.sol";
import {RiskOracleMock} from "./RiskOracleMock.sol";
import {Test} from "./Test.sol";

/// @dev One listed market; the test is authority, vault and waterfall at once.
abstract contract PerpFixture is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);
    uint256 internal constant LOT = 0.01e18;
    uint256 internal constant MID = 3000e18;
    uint256 internal constant CAP = 1_000_000e18;

    RiskOracleMock internal oracle;
    RiskBreakerMock internal breaker;
    PerpMarkets internal markets;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        oracle = new RiskOracleMock();
        breaker = new RiskBreakerMock();
        address authority = address(new RiskAuthorityMock(address(this)));
        markets = new PerpMarkets(authority, IPriceOracle(address(oracle)), ICircuitBreaker(address(breaker)));
        markets.wire(address(this), address(this));
        oracle.setMid(ETH, MID);
        oracle.setMid(BTC, 60_000e18);
        markets.list(ETH, defaults());
    }

    /// @dev 8-hour premium, at most 5 % a day, a mean over an hour.
    function terms() internal pure returns (IPerpMarkets.FundingConfig memory) {
        return
            IPerpMarkets.FundingConfig({
                gainWadPerDay: 3e18,
                clampWadPerDay: 0.05e18,
                interestWadPerDay: 0,
                windowSeconds: 1 hours,
                depthLots: 1000
            });
    }

    function defaults() internal pure returns (IPerpMarkets.MarketConfig memory) {
        return IPerpMarkets.MarketConfig({lotSizeWad: LOT, openInterestCapWad: CAP, funding: terms()});
    }

    /// @dev Opens `lots` between two empty accounts.
    function open(AssetId asset, int64 lots, uint256 priceWad) internal returns (IPerpMarkets.MarketMark memory) {
        return markets.record(IPerpMarkets.PositionChange(asset, 0, lots, 0, -lots, priceWad));
    }

    function markOf(AssetId asset) internal view returns (IPerpMarkets.MarketMark memory) {
        return markets.marksOf(1 << AssetId.unwrap(asset))[0];
    }
}
