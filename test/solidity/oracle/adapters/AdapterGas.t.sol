// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {ChainlinkAdapter} from "../../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {CrossRateAdapter} from "../../../../contracts/oracle/adapters/CrossRateAdapter.sol";
import {Erc4626RateAdapter} from "../../../../contracts/oracle/adapters/Erc4626RateAdapter.sol";
import {LstRateAdapter} from "../../../../contracts/oracle/adapters/LstRateAdapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {IRoutedSource} from "../../../../contracts/oracle/IRoutedSource.sol";
import {OracleAggregatorMock} from "../../support/OracleAggregatorMock.sol";
import {OracleLstMock} from "../../support/OracleLstMock.sol";
import {OracleMockToken} from "../../support/OracleMockToken.sol";
import {OraclePhaseProxyMock} from "../../support/OraclePhaseProxyMock.sol";
import {OracleVaultMock} from "../../support/OracleVaultMock.sol";
import {Test} from "../../support/Test.sol";

/// @dev With every account and slot cold, adapters need far less than the caps that docs/oracle-sources.md gives: the
/// rest is for providers behind proxies of their own.
contract AdapterGasTest is Test {
    address[] private touched;

    function setUp() public {
        vm.warp(1_700_000_000);
    }

    function lst() internal returns (IDescribedSource adapter) {
        OracleLstMock token = new OracleLstMock(1.15e18);
        bytes4 method = bytes4(keccak256("stEthPerToken()"));
        adapter = new LstRateAdapter(IERC20Metadata(address(token)), method, "wstETH", "stETH", 0.1e18, 0.005e18);
        touched.push(address(token));
        touched.push(address(adapter));
    }

    function push(uint256 phase) internal returns (IDescribedSource adapter) {
        OracleAggregatorMock aggregator = new OracleAggregatorMock(18, 0.999e18, 1, 1e30);
        OraclePhaseProxyMock proxy = new OraclePhaseProxyMock(aggregator);
        adapter = new ChainlinkAdapter(proxy, "stETH", "ETH", 0, 0, 50);
        if (phase == 2) proxy.confirm(aggregator);
        touched.push(address(aggregator));
        touched.push(address(proxy));
        touched.push(address(adapter));
    }

    function assertWithin(IPriceSource adapter, uint256 cap) internal {
        for (uint256 i; i < touched.length; ++i) vm.cool(touched[i]);
        (uint256 price, , ) = adapter.latest{gas: cap}();
        assertGt(price, 0);
    }

    function test_Latest_Lst() public {
        assertWithin(lst(), 15_000);
    }

    function test_Latest_Chainlink() public {
        assertWithin(push(1), 25_000);
    }

    function test_Latest_ChainlinkAfterAChangeOfPhase() public {
        assertWithin(push(2), 45_000);
    }

    /// @dev The reader leaves a later phase to the adapter: both together stay within the cap of a source.
    function test_Route_ChainlinkAfterAChangeOfPhase() public {
        address adapter = address(push(2));
        IRoutedSource.Route memory route = IRoutedSource(adapter).route();
        touched.push(route.reader);
        for (uint256 i; i < touched.length; ++i) vm.cool(touched[i]);
        bytes memory request = abi.encodeWithSelector(route.selector, adapter, route.first, route.second);
        (bool success, bytes memory answer) = route.reader.staticcall{gas: 50_000}(request);
        assertTrue(success);
        (uint256 price, , ) = abi.decode(answer, (uint256, uint256, uint256));
        assertEq(price, 0.999e18);
    }

    function test_Latest_Vault() public {
        OracleMockToken asset = new OracleMockToken(6);
        OracleVaultMock vault = new OracleVaultMock(IERC20Metadata(address(asset)), 6);
        asset.mint(address(this), 1e12);
        asset.approve(address(vault), 1e12);
        vault.deposit(1e12, address(this));
        IPriceSource adapter = new Erc4626RateAdapter(IERC4626(address(vault)), 1, "vUSD", "USD", 0.1e18, 0.005e18);
        touched = [address(asset), address(vault), address(adapter)];
        assertWithin(adapter, 25_000);
    }

    function test_Latest_Cross() public {
        CrossRateAdapter.Leg memory first = CrossRateAdapter.Leg(lst(), false, 3660, 1, 1e24);
        CrossRateAdapter.Leg memory second = CrossRateAdapter.Leg(push(2), false, 3660, 1, 1e24);
        IPriceSource adapter = new CrossRateAdapter(first, second, "wstETH", "ETH");
        touched.push(address(adapter));
        assertWithin(adapter, 65_000);
    }
}
