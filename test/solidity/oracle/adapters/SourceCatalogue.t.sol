// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {IOracleDiagnostics} from "../../../../contracts/oracle/IOracleDiagnostics.sol";
import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {ISourceCatalogue} from "../../../../contracts/oracle/ISourceCatalogue.sol";
import {OracleDiagnostics} from "../../../../contracts/oracle/OracleDiagnostics.sol";
import {SourceCatalogue} from "../../../../contracts/oracle/SourceCatalogue.sol";
import {AssetId} from "../../../../contracts/types/AssetId.sol";
import {OracleDescribedMock} from "../../support/OracleDescribedMock.sol";
import {OracleFixture} from "../../support/OracleFixture.sol";
import {OracleHostileSource} from "../../support/OracleHostileSource.sol";

/// @dev Says nothing of sense of itself, in the way it is told.
contract BabblingSource {
    uint256 private immutable _mode;

    constructor(uint256 mode) {
        _mode = mode;
    }

    function latest() external view returns (uint256, uint256, uint256) {
        return (2000e18, 0, block.timestamp);
    }

    function describe() external view {
        uint256 mode = _mode;
        if (mode == 1) while (true) {}
        assembly ("memory-safe") {
            switch mode
            case 0 {
                return(0, 0)
            }
            case 2 {
                return(0, 1048576)
            }
            case 3 {
                revert(0, 1048576)
            }
            default {
                mstore(0, not(0))
                return(0, 64)
            }
        }
    }

    function pool() external view returns (address) {
        return address(this);
    }
}

contract SourceCatalogueTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);

    SourceCatalogue private book;

    function setUp() public {
        setUpOracle(3);
        book = new SourceCatalogue(new OracleDiagnostics(oracle));
    }

    function list(address[] memory adapters) internal {
        IPriceOracle.SourceConfig[] memory configs = new IPriceOracle.SourceConfig[](adapters.length);
        for (uint256 i; i < adapters.length; ++i) configs[i] = sourceConfig(adapters[i], uint8(i % 7));
        oracle.listAsset(BTC, config(), configs, CARDINALITY);
    }

    function described(uint256 count) internal returns (address[] memory adapters) {
        adapters = new address[](count);
        for (uint256 i; i < count; ++i) adapters[i] = address(new OracleDescribedMock(PRICE, "BTC", "USD"));
    }

    function test_Catalogue_OneLinePerSource() public {
        address[] memory adapters = described(3);
        list(adapters);
        OracleDescribedMock(adapters[1]).set(PRICE + 1e18, 2e18, START - 7);
        ISourceCatalogue.Entry[] memory entries = book.catalogue(BTC);
        assertEq(entries.length, 3);
        ISourceCatalogue.Entry memory entry = entries[1];
        assertEq(entry.adapter, adapters[1]);
        assertEq(entry.group, 1);
        assertEq(entry.card.kind, "mock");
        assertEq(entry.card.base, "BTC");
        assertEq(entry.card.quote, "USD");
        assertEq(entry.card.feed, adapters[1]);
        assertEq(entry.card.description, "BTC in USD");
        assertEq(entry.card.decimals, 18);
        assertEq(entry.maxAgeSeconds, 3660);
        assertEq(entry.floorWad, 1e18);
        assertEq(entry.ceilingWad, 1_000_000e18);
        assertEq(entry.valueWad, PRICE + 1e18);
        assertEq(entry.confidenceWad, 2e18);
        assertEq(entry.ageSeconds, 7);
        assertTrue(entry.counts);
        assertEq(entry.excludedBecause, "");
    }

    function test_Catalogue_SaysWhyNot() public {
        string[8] memory reasons = [
            "reading it failed",
            "its answer is not three words",
            "it has no valid value",
            "its value is out of bounds",
            "its value is from the future",
            "its value is too old",
            "its own half-width is beyond the gate",
            "its value is beyond the gate from the median"
        ];
        OracleHostileSource.Mode[8] memory modes = [
            OracleHostileSource.Mode.Revert,
            OracleHostileSource.Mode.Short,
            OracleHostileSource.Mode.Zero,
            OracleHostileSource.Mode.Huge,
            OracleHostileSource.Mode.Future,
            OracleHostileSource.Mode.Stale,
            OracleHostileSource.Mode.Unconfident,
            OracleHostileSource.Mode.Honest
        ];
        address[] memory adapters = described(4);
        OracleHostileSource hostile = new OracleHostileSource(PRICE, oracle, BTC);
        adapters[3] = address(hostile);
        list(adapters);
        for (uint256 i; i < 8; ++i) {
            hostile.set(modes[i], i == 7 ? PRICE * 2 : PRICE);
            ISourceCatalogue.Entry[] memory entries = book.catalogue(BTC);
            assertEq(entries[3].excludedBecause, reasons[i]);
            assertFalse(entries[3].counts);
            for (uint256 j; j < 3; ++j) assertTrue(entries[j].counts);
        }
        hostile.set(OracleHostileSource.Mode.Honest, PRICE);
        assertTrue(book.catalogue(BTC)[3].counts);
        oracle.suspendSource(BTC, 3);
        assertEq(book.catalogue(BTC)[3].excludedBecause, "it is in quarantine");
        vm.etch(address(hostile), "");
        assertEq(book.catalogue(BTC)[3].excludedBecause, "the adapter has no code");
    }

    function test_Catalogue_NamesTheShadow() public {
        address[] memory adapters = described(3);
        list(adapters);
        oracle.addSource(BTC, sourceConfig(address(new OracleDescribedMock(PRICE, "BTC", "USD")), 3));
        ISourceCatalogue.Entry[] memory entries = book.catalogue(BTC);
        assertEq(entries[3].excludedBecause, "it is in shadow");
        assertFalse(entries[3].counts);
        assertEq(entries[3].valueWad, PRICE);
        assertTrue(entries[2].counts);
    }

    /// @dev Beyond the gate, but where the market was when the last price was accepted.
    function test_Catalogue_NamesALag() public {
        address[] memory adapters = described(4);
        list(adapters);
        oracle.poke(only(BTC));
        vm.warp(START + 60);
        uint256 moved = (PRICE * 97) / 100;
        for (uint256 i; i < 4; ++i) OracleDescribedMock(adapters[i]).set(i == 3 ? PRICE : moved, 0, START + 60);
        ISourceCatalogue.Entry[] memory entries = book.catalogue(BTC);
        assertEq(entries[3].excludedBecause, "it lags behind a moving market");
        assertFalse(entries[3].counts);
        assertTrue(entries[0].counts);
    }

    function test_Catalogue_NoAdapterCanBreakIt() public {
        address[] memory adapters = new address[](6);
        adapters[0] = address(new OracleDescribedMock(PRICE, "BTC", "USD"));
        for (uint256 i; i < 5; ++i) adapters[i + 1] = address(new BabblingSource(i));
        list(adapters);
        uint256 before = gasleft();
        ISourceCatalogue.Entry[] memory entries = book.catalogue(BTC);
        assertLt(before - gasleft(), 6_000_000);
        assertEq(entries[0].card.kind, "mock");
        for (uint256 i = 1; i < 6; ++i) {
            assertEq(entries[i].card.kind, "undescribed");
            assertEq(entries[i].valueWad, PRICE);
            assertTrue(entries[i].counts);
        }
    }

    function test_Catalogue_OfSourcesThatSayNothing() public view {
        ISourceCatalogue.Entry[] memory entries = book.catalogue(ETH);
        assertEq(entries.length, 3);
        assertEq(entries[0].card.kind, "undescribed");
        assertEq(entries[0].valueWad, PRICE);
    }

    function test_Catalogue_RevertsWhen_NotListed() public {
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, BTC));
        book.catalogue(BTC);
    }

    function test_CardOf_PassesOnTheCard() public {
        IDescribedSource source = new OracleDescribedMock(PRICE, "BTC", "USD");
        assertEq(abi.encode(book.cardOf(address(source))), abi.encode(source.describe()));
    }

    function test_Constructor_RevertsWhen_NoCode() public {
        vm.expectRevert(abi.encodeWithSelector(ISourceCatalogue.Oracle_NoDiagnostics.selector, address(1)));
        new SourceCatalogue(IOracleDiagnostics(address(1)));
    }
}
