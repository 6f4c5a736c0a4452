// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionMarkets} from "../../../contracts/products/option/OptionMarkets.sol";
import {OptionOracleMock} from "./OptionOracleMock.sol";
import {RiskAuthorityMock} from "./RiskAuthorityMock.sol";
import {Test} from "./Test.sol";

/// @dev Options on ETH; the test is authority, vault and waterfall at once. It is Wednesday, 2023-11-15, 08:00 UTC.
abstract contract OptionFixture is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);
    uint256 internal constant START = 1_700_035_200;
    uint256 internal constant LOT = 0.01e18;
    uint256 internal constant MID = 3000e18;
    uint256 internal constant CAP = 1_000_000e18;
    uint256 internal constant LIMIT = 16;
    /// @dev Three days ahead.
    uint40 internal constant EXPIRY = uint40(START + 3 days);

    OptionOracleMock internal oracle;
    OptionMarkets internal markets;
    uint256 internal insolvencies;

    function setUp() public virtual {
        vm.warp(START);
        oracle = new OptionOracleMock();
        oracle.list(ETH);
        oracle.list(BTC);
        market(MID);
        markets = new OptionMarkets(address(new RiskAuthorityMock(address(this))), IPriceOracle(address(oracle)));
        markets.wire(address(this), address(this));
        markets.listUnderlying(ETH, terms());
    }

    function terms() internal pure returns (IOptionMarkets.UnderlyingConfig memory) {
        return IOptionMarkets.UnderlyingConfig({lotSizeWad: LOT, openInterestCapWad: CAP, expiryLimit: LIMIT});
    }

    /// @dev The oracle sees this price now.
    function market(uint256 priceWad) internal {
        oracle.setMarket(priceWad);
        oracle.observe();
    }

    /// @dev Opens `lots` of a series between two accounts that hold nothing else.
    function open(
        uint8 slot,
        uint8 strike,
        bool isPut,
        int24 lots,
        uint256 priceWad
    ) internal returns (IOptionMarkets.ExpiryMark memory mark) {
        (mark, , ) = markets.record(IOptionMarkets.LegChange(slot, strike, isPut, 0, lots, 0, -lots, 2, 0, priceWad));
    }

    /// @dev Closes what `open` opened.
    function unwind(uint8 slot, uint8 strike, bool isPut, int24 lots, uint256 priceWad) internal {
        markets.record(IOptionMarkets.LegChange(slot, strike, isPut, lots, 0, -lots, 0, 0, 2, priceWad));
    }

    /// @dev Fixes every minute from before the window to `until`.
    function fixUntil(uint8 slot, uint256 until) internal {
        for (uint256 time = EXPIRY - 31 minutes; time <= until; time += 1 minutes) {
            vm.warp(time);
            markets.fix(slot);
        }
    }

    function fixAndSettle(uint8 slot) internal returns (uint256 settlementPriceWad) {
        fixUntil(slot, EXPIRY);
        return settleLater(slot);
    }

    /// @dev Settles as soon as that is due.
    function settleLater(uint8 slot) internal returns (uint256 settlementPriceWad) {
        if (block.timestamp < EXPIRY + 15 minutes) vm.warp(EXPIRY + 15 minutes);
        return markets.settle(slot);
    }

    /// @dev As the waterfall answers.
    function openInsolvencies() external view returns (uint256) {
        return insolvencies;
    }
}
