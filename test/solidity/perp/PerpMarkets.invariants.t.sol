// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpMarkets} from "../../../contracts/products/perp/PerpMarkets.sol";
import {PerpFixture} from "../support/PerpFixture.sol";
import {RiskBreakerMock} from "../support/RiskBreakerMock.sol";
import {RiskOracleMock} from "../support/RiskOracleMock.sol";
import {Test} from "../support/Test.sol";

/// @dev A vault of six accounts that settles by the rule of the design, plus the world around it.
contract PerpLedger is Test {
    uint256 public constant ACCOUNTS = 6;
    AssetId private constant ETH = AssetId.wrap(1);

    struct Holder {
        int64 lots;
        int256 indexWad;
        int256 cashWad;
    }

    PerpMarkets public markets;
    RiskOracleMock private immutable _oracle;
    RiskBreakerMock private immutable _breaker;
    uint256 private _inactive;

    Holder[6] public accounts;
    uint256 public chargedWad;
    uint256 public deficitWad;
    uint256 public overshootBoundWad;
    bool public bystanderPaid;

    constructor(RiskOracleMock oracle, RiskBreakerMock breaker) {
        (_oracle, _breaker) = (oracle, breaker);
    }

    function adopt(PerpMarkets markets_) external {
        if (address(markets) == address(0)) markets = markets_;
    }

    function trade(uint256 a, uint256 b, int32 lots, uint256 priceWad, bool transfer) external {
        (a, b) = (a % ACCOUNTS, b % ACCOUNTS);
        if (a == b) b = (a + 1) % ACCOUNTS;
        lots = int32(bound(lots, -2000, 2000));
        priceWad = transfer ? 0 : bound(priceWad, 1000e18, 9000e18);
        IPerpMarkets.PositionChange memory change = IPerpMarkets.PositionChange(
            ETH,
            accounts[a].lots,
            accounts[a].lots + lots,
            accounts[b].lots,
            accounts[b].lots - lots,
            priceWad
        );
        try markets.record(change) returns (IPerpMarkets.MarketMark memory mark) {
            _settle(accounts[a], mark);
            _settle(accounts[b], mark);
            _reset(accounts[a], change.firstAfter, mark);
            _reset(accounts[b], change.secondAfter, mark);
        } catch {}
    }

    function accrue() external {
        markets.accrue(ETH);
    }

    function pass(uint24 elapsed, uint24 inactive) external {
        skip(elapsed % 2 days);
        _inactive += inactive % 1 days;
        _breaker.setInactive(ETH, _inactive);
    }

    function movePrice(uint256 mid, uint8 grade) external {
        _oracle.setMid(ETH, bound(mid, 1000e18, 9000e18));
        _oracle.setGrade(ETH, Grade(grade % 4));
    }

    function loseMoney(bool longSide, uint64 deficit) external {
        int256[] memory before = new int256[](ACCOUNTS);
        for (uint256 i = 0; i < ACCOUNTS; ++i) before[i] = cashNow(i);
        (uint256 open, ) = markets.openInterest(ETH);
        uint256 charged = markets.spreadLoss(ETH, longSide, deficit);
        if (open == 0) return;
        chargedWad += charged;
        deficitWad += deficit;
        overshootBoundWad += open - 1;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            bool exposed = longSide ? accounts[i].lots > 0 : accounts[i].lots < 0;
            if (!exposed && cashNow(i) != before[i]) bystanderPaid = true;
        }
    }

    /// @dev Cash of an account, all that is pending included.
    function cashNow(uint256 i) public view returns (int256) {
        IPerpMarkets.MarketMark memory mark = markets.marksOf(2)[0];
        return accounts[i].cashWad + _due(accounts[i], mark);
    }

    function lotsOf(uint256 i) external view returns (int64) {
        return accounts[i].lots;
    }

    function _settle(Holder storage account, IPerpMarkets.MarketMark memory mark) private {
        account.cashWad += _due(account, mark);
    }

    function _reset(Holder storage account, int64 lots, IPerpMarkets.MarketMark memory mark) private {
        account.lots = lots;
        account.indexWad = lots > 0 ? mark.longIndexWad : mark.shortIndexWad;
    }

    function _due(Holder storage account, IPerpMarkets.MarketMark memory mark) private view returns (int256) {
        int256 index = account.lots > 0 ? mark.longIndexWad : mark.shortIndexWad;
        return -int256(account.lots) * (index - account.indexWad);
    }
}

contract PerpMarketsInvariantsTest is PerpFixture {
    PerpLedger private _ledger;

    function setUp() public override {
        super.setUp();
        _ledger = new PerpLedger(oracle, breaker);
        PerpMarkets fresh = new PerpMarkets(
            markets.authority(),
            IPriceOracle(address(oracle)),
            ICircuitBreaker(address(breaker))
        );
        fresh.wire(address(_ledger), address(_ledger));
        IPerpMarkets.MarketConfig memory config = defaults();
        config.funding.interestWadPerDay = 0.0003e18;
        fresh.list(ETH, config);
        _ledger.adopt(fresh);
        targetContract(address(_ledger));
    }

    function invariant_INV02_LotsCancelAndOpenLotsAreTheSumOfLongs() external view {
        int256 sum = 0;
        uint256 longs = 0;
        for (uint256 i = 0; i < _ledger.ACCOUNTS(); ++i) {
            int64 lots = _ledger.lotsOf(i);
            sum += lots;
            if (lots > 0) longs += uint64(lots);
        }
        (uint256 open, ) = _ledger.markets().openInterest(ETH);
        assertEq(sum, 0);
        assertEq(open, longs);
    }

    /// @dev Funding moves cash between holders to the wei: all that is missing is what losses were charged.
    function invariant_FundingIsConserved() external view {
        int256 sum = 0;
        for (uint256 i = 0; i < _ledger.ACCOUNTS(); ++i) sum += _ledger.cashNow(i);
        assertEq(sum, -int256(_ledger.chargedWad()));
    }

    function invariant_INV13_LossesFallOnOneSideWithBoundedOvershoot() external view {
        assertFalse(_ledger.bystanderPaid());
        assertGe(_ledger.chargedWad(), _ledger.deficitWad());
        assertLe(_ledger.chargedWad() - _ledger.deficitWad(), _ledger.overshootBoundWad());
    }

    function invariant_FundingRateStaysWithinItsClamp() external view {
        IPerpMarkets.MarketState memory state = _ledger.markets().stateOf(ETH);
        assertLe(state.fundingWadPerDay, 0.05e18);
        assertGe(state.fundingWadPerDay, -0.05e18);
    }
}
