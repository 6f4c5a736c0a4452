// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Grade} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionMarkets} from "../../../contracts/products/option/OptionMarkets.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {RiskAuthorityMock} from "../support/RiskAuthorityMock.sol";

/// @dev Settlement on the real oracle: three groups of one source each.
contract OptionMarketsOracleTest is OracleFixture {
    uint40 private constant EXPIRY = 1_700_208_000;
    uint8 private constant SLOT = 0;

    OptionMarkets private _markets;

    function setUp() public {
        setUpOracle(3);
        poke();
        _markets = new OptionMarkets(address(new RiskAuthorityMock(address(this))), IPriceOracle(address(oracle)));
        _markets.wire(address(this), address(this));
        _markets.listUnderlying(ETH, IOptionMarkets.UnderlyingConfig(0.01e18, 1e24, 16));
        _markets.listExpiry(ETH, EXPIRY);
        vm.warp(EXPIRY - 40 minutes);
    }

    /// @dev The half hour as it was gathered is that of the oracle, which at expiry still remembers it whole.
    function testFuzz_Settle_IsTheOraclesOwnMean(uint256 seed) external {
        uint256 priceWad = PRICE;
        for (uint256 time = EXPIRY - 36 minutes; time <= EXPIRY; time += 12) {
            seed = uint256(keccak256(abi.encode(seed)));
            priceWad = (priceWad * (9_990 + (seed % 21))) / 10_000;
            vm.warp(time);
            setAll(priceWad);
            if (time % 60 == 0 && time >= EXPIRY - 35 minutes) _markets.fix(SLOT);
            else if ((seed >> 64) % 2 == 0) poke();
        }
        uint256 meanWad = oracle.twap(ETH, 30 minutes);
        assertEq(_markets.expiryAt(SLOT).coveredSeconds, 1800);
        assertApproxEqRel(_settle(), meanWad, 1e6);
    }

    /// @dev A coarse ring forgets where within a minute a mark was: in a trend of 3 % that is worth 12 seconds of it at most.
    function testFuzz_Settle_LosesLittleInACoarseRing(uint8 phase) external {
        IPriceOracle.AssetConfig memory coarse = config();
        coarse.ringSpacingSeconds = 60;
        oracle.configureAsset(ETH, coarse);
        uint256 offset = 12 * (phase % 5);
        uint256 priceWad = PRICE;
        int256 sum = 0;
        for (uint256 time = EXPIRY - 31 minutes; time <= EXPIRY; time += 12) {
            if (time > EXPIRY - 30 minutes) sum += FixedPointMathLib.lnWad(int256(priceWad));
            priceWad = (priceWad * 10_002) / 10_000;
            vm.warp(time);
            setAll(priceWad);
            if (time % 60 == offset || time == EXPIRY || time == EXPIRY - 30 minutes) _markets.fix(SLOT);
            else poke();
        }
        uint256 exactWad = uint256(FixedPointMathLib.expWad(sum / 150));
        uint256 settledWad = _settle();
        assertLe(settledWad, (exactWad * 1_000_001) / 1_000_000);
        assertApproxEqRel(settledWad, exactWad, 0.0002e18);
    }

    /// @dev One source of three away for ten minutes: the grade falls to Thin, those minutes do not count, and settlement
    /// waits for as many after expiry.
    function test_Settle_WaitsOutALostQuorum() external {
        uint256 covered = 0;
        for (uint256 time = EXPIRY - 35 minutes; time <= EXPIRY; time += 60) {
            vm.warp(time);
            setAll(PRICE);
            if (time >= EXPIRY - 20 minutes && time < EXPIRY - 10 minutes) sources[0].set(0, 0, time);
            covered = _markets.fix(SLOT);
        }
        assertLt(covered, 1500);
        assertEq(_markets.expiryAt(SLOT).markedAt < EXPIRY, true);
        (bool ok, bytes4 reason) = _markets.canSettle(SLOT);
        assertFalse(ok);
        assertEq(reason, IOptionMarkets.Option_FixingIncomplete.selector);
        for (uint256 time = EXPIRY + 60; covered < 1800; time += 60) {
            vm.warp(time);
            setAll(PRICE);
            covered = _markets.fix(SLOT);
        }
        assertGt(block.timestamp, EXPIRY + 30 minutes);
        assertGrade(views().grade, Grade.Firm);
        assertApproxEqRel(_settle(), PRICE, 1e6);
    }

    /// @dev As the waterfall answers.
    function openInsolvencies() external pure returns (uint256) {
        return 0;
    }

    function _settle() private returns (uint256) {
        skip(15 minutes);
        return _markets.settle(SLOT);
    }
}
