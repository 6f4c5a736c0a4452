// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {LstRateAdapter} from "../../../contracts/oracle/adapters/LstRateAdapter.sol";
import {IBoundedRate} from "../../../contracts/oracle/adapters/IBoundedRate.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {HostileDomain} from "../support/HostileDomain.sol";
import {OracleCapMock} from "../support/OracleCapMock.sol";
import {OracleLstMock} from "../support/OracleLstMock.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";

/// @dev Incidents of exchange rates, on a whole domain that takes one liquid-staking token three times as collateral: priced
/// by its own rate and two markets, as we do; by its own rate alone; and by a rate under a cap that is set by hand.
contract ProtocolLstIncidentsTest is HostileDomain {
    AssetId private constant OURS = AssetId.wrap(32);
    AssetId private constant PEGGED = AssetId.wrap(33);
    AssetId private constant CAPPED = AssetId.wrap(34);
    /// @dev Owners of accounts with the collateral of the same place.
    uint256 private constant OURS_OWNER = 0xB1;
    uint256 private constant PEGGED_OWNER = 0xB2;
    uint256 private constant CAPPED_OWNER = 0xB3;

    /// @dev 300 days ago, and now: less than the 10 % a year that it may grow.
    uint256 private constant OLD_RATE = 1.0844e18;
    uint256 private constant RATE = 1.15e18;
    uint256 private constant GROWTH = 0.1e18;
    uint256 private constant SLACK = 0.005e18;
    uint256 private constant FIRST_RATE_AGE = 300 days;

    OracleLstMock private lst;
    OracleLstMock[3] private tokens;
    LstRateAdapter private canonical;
    OracleMockSource[2] private markets;
    OracleCapMock[3] private caps;
    uint256 private marketWad = RATE;

    function setUp() public override {
        vm.warp(1_700_000_000 - FIRST_RATE_AGE);
        lst = new OracleLstMock(OLD_RATE);
        canonical = _rateOf();
        address[] memory pegged = new address[](3);
        address[] memory capped = new address[](3);
        for (uint256 i; i < 3; ++i) {
            pegged[i] = address(_rateOf());
            caps[i] = new OracleCapMock(lst, GROWTH);
            capped[i] = address(caps[i]);
        }
        super.setUp();
        lst.set(RATE);
        address[] memory ours = new address[](3);
        ours[0] = address(canonical);
        for (uint256 i; i < 2; ++i) {
            markets[i] = new OracleMockSource(RATE);
            ours[i + 1] = address(markets[i]);
        }
        _take(OURS, ours, 1);
        _take(PEGGED, pegged, 2);
        _take(CAPPED, capped, 3);
        for (uint256 i; i < 40; ++i) look(60);
    }

    function _rateOf() private returns (LstRateAdapter) {
        return
            new LstRateAdapter(IERC20Metadata(address(lst)), lst.stEthPerToken.selector, "LST", "ETH", GROWTH, SLACK);
    }

    function _take(AssetId ratio, address[] memory adapters, uint8 index) private {
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](3);
        for (uint8 i; i < 3; ++i) list[i] = IPriceOracle.SourceConfig(adapters[i], i, 3_660, 200_000, 1, 100e18);
        rooms.oracle.listAsset(ratio, rooms.oracle.configOf(ETH), list, 64);
        rooms.oracle.poke(_ratios());
        rooms.risk.setCollateral(
            index,
            IPortfolioMargin.CollateralConfig(ETH, ratio, 0.05e18, 3e18, 1 hours, 1e18, 0.5e18, 50_000e18)
        );
        tokens[index - 1] = new OracleLstMock(RATE);
        assertEq(rooms.vault.listCollateral(address(tokens[index - 1])), index);
    }

    function _ratios() private view returns (AssetId[] memory list) {
        uint256 count;
        for (uint16 id = 32; id < 35; ++id) if (rooms.oracle.isListed(AssetId.wrap(id))) ++count;
        list = new AssetId[](count);
        for (uint16 i; i < count; ++i) list[i] = AssetId.wrap(32 + i);
    }

    /// @dev `observe`, and the ratios too.
    function look(uint256 seconds_) private {
        observe(seconds_);
        for (uint256 i; i < 2; ++i) markets[i].set(marketWad, 0, block.timestamp);
        rooms.oracle.poke(_ratios());
    }

    /// @param place 0, 1, 2: which of the three collaterals, and its account.
    function _deposit(uint256 place, uint256 amount, uint256 cash) private {
        uint256 key = OURS_OWNER + place;
        fund(key, cash);
        address owner = vm.addr(key);
        tokens[place].mint(owner, amount);
        vm.startPrank(owner);
        tokens[place].approve(address(rooms.vault), amount);
        rooms.vault.deposit(accountOf(key), address(tokens[place]), amount);
        vm.stopPrank();
    }

    function _surplus(uint256 place) private view returns (int256) {
        return rooms.risk.liquidationSurplus(rooms.vault.portfolioOf(accountOf(OURS_OWNER + place)));
    }

    function _canFlag(uint256 place) private view returns (bool can) {
        (can, , ) = rooms.auction.canFlag(accountOf(OURS_OWNER + place));
    }

    /// @dev 2022-12-02, Helio: aBNBc, minted without end and worth nothing, was still collateral at its ratio to BNB.
    function test_Incident10_Helio_TheMarketCountsBesideTheRatio() external {
        // Before: both take the token, and let open against it.
        for (uint256 place; place < 2; ++place) _deposit(place, 20e18, 1e6);
        uint256 start = vm.snapshotState();
        mustSettle(OURS_OWNER, TAKER, LOTS, false);
        mustSettle(PEGGED_OWNER, TAKER, LOTS, false);
        vm.revertToState(start);
        mustSettle(OURS_OWNER, TAKER, 10, false);

        // The market falls to a hundredth; the token's own book-keeping does not.
        marketWad = RATE / 100;
        look(12);
        look(12);
        (uint256 ratioWad, , ) = canonical.latest();
        assertEq(ratioWad, RATE);
        assertEq(rooms.oracle.read(PEGGED).midWad, RATE, "the peg saw nothing");
        PriceViews memory views = rooms.oracle.read(OURS);
        assertEq(views.midWad, marketWad, "the worse counts");
        assertEq(uint256(views.grade), uint256(Grade.Thin));

        // Then: 20 tokens that are worth 345 dollars carry 15,000 dollars of ETH.
        mustSettle(PEGGED_OWNER, TAKER, LOTS, false);
        IPortfolioMargin.MarginReport memory margin = rooms.risk.report(
            rooms.vault.portfolioOf(accountOf(PEGGED_OWNER)),
            1e18
        );
        int256 nominalWad = int256((20e18 * RATE * (priceWad / 1e9)) / 1e27);
        int256 worthWad = nominalWad / 100;
        // A fall of ETH that is within initial margin leaves the domain a loss.
        int256 fallWad = (int256(priceWad) * 10 * 24) / 100;
        assertGt(margin.initialSurplusWad, 0);
        assertLt(margin.equityWad - nominalWad + worthWad - fallWad, -3_000e18);

        // Now: nothing is opened against it, and what is open can be closed.
        bytes memory request = settlement(OURS_OWNER, TAKER, LOTS, false);
        (bool success, bytes memory answer) = address(rooms.exchange).call(request);
        assertFalse(success);
        assertEq(bytes32(bytes4(answer)), bytes32(IVaultErrors.Vault_BelowInitialMargin.selector));
        mustSettle(TAKER, OURS_OWNER, 10, true);
        assertEq(lotsOf(OURS_OWNER), 0);
    }

    /// @dev 2026-03-10, Aave: the snapshot's ratio was held back by its limit, its time was not: the cap stood 2.85 %
    /// below the market, and whoever was near maintenance was sold at it.
    function test_Incident22_Aave_ACapIsNeverWhatLiquidates() external {
        for (uint256 place; place < 3; place += 2) {
            _deposit(place, 3e18, 2_500e6);
            mustSettle(OURS_OWNER + place, TAKER, LOTS, false);
        }
        for (uint256 i; _surplus(0) > 45e18; ++i) {
            assertLt(i, 400);
            priceWad = (priceWad * 9_990) / 10_000;
            look(60);
        }
        assertEq(_surplus(0), _surplus(2), "both the same");
        assertFalse(_canFlag(0) || _canFlag(2));
        uint256 near = vm.snapshotState();

        // Then: 3 % is all that the ratio may rise, seven days ago is as good a time as any.
        for (uint256 i; i < 3; ++i) caps[i].setSnapshot((RATE * 9_981) / 10_000, block.timestamp - 7 days);
        for (uint256 i; i < 6; ++i) look(60);
        uint256 cappedWad = rooms.oracle.read(CAPPED).midWad;
        assertEq(cappedWad, caps[0].capWad());
        assertLt(cappedWad, (RATE * 9_760) / 10_000);
        assertTrue(_canFlag(2), "sold at a bound that nobody traded at");
        // Now: one word holds ratio and time, read from the chain together, and the account stays.
        assertEq(rooms.oracle.read(OURS).midWad, RATE);
        assertFalse(_canFlag(0));
        canonical.roll();
        (uint256 ratioWad, uint256 takenAt) = canonical.snapshot();
        assertEq(ratioWad, RATE);
        assertEq(takenAt, block.timestamp);
        look(60);
        assertFalse(_canFlag(0));

        // Where the rate is beyond the bound: no value, no half of an update, and no liquidation.
        vm.revertToState(near);
        uint256 beyondWad = canonical.capWad() + 0.01e18;
        lst.set(beyondWad);
        marketWad = beyondWad;
        for (uint256 i; i < 6; ++i) look(60);
        (uint256 said, , ) = canonical.latest();
        assertEq(said, 0, "never the bound");
        assertEq(rooms.oracle.read(OURS).midWad, beyondWad);
        (ratioWad, takenAt) = canonical.snapshot();
        uint256 trendWad = ratioWad + (ratioWad * GROWTH * (block.timestamp - takenAt)) / (1e18 * 365 days);
        vm.expectRevert(abi.encodeWithSelector(IBoundedRate.Oracle_RatioAboveTrend.selector, beyondWad, trendWad));
        canonical.roll();
        (uint256 sameWad, uint256 sameTime) = canonical.snapshot();
        assertTrue(sameWad == ratioWad && sameTime == takenAt);
        assertFalse(_canFlag(0));
    }
}
