// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../../../contracts/types/Portfolio.sol";

/// @dev Vault, risk, perpetuals, fund, waterfall and auction in one, as far as the lens asks them. Every underlying
/// costs 2,000; collateral 0 is linked to asset 1 and counts at 90 % up to a cap; maintenance is 5 % and initial 10 % of the notional.
contract LensRoomsMock {
    error LensRoomsMock_Unreadable();

    enum Fault {
        None,
        Reverts,
        BurnsGas
    }

    int256 internal constant PRICE = 2_000;
    int256 internal constant WAD = 1e18;
    uint256 internal _collateralCapWad = type(uint128).max;
    int256 internal _flatCostWad;
    bool public dead;
    address public settlementToken;
    address internal _collateralToken;

    AccountId[] internal _accounts;
    mapping(AccountId => Portfolio) internal _portfolios;
    mapping(AccountId => Fault) internal _faults;
    mapping(AccountId => bool) public isFrozen;
    mapping(AccountId => ILiquidationAuction.Phase) internal _phases;

    constructor(address settlementToken_, address collateralToken_) {
        (settlementToken, _collateralToken) = (settlementToken_, collateralToken_);
    }

    function add(AccountId id, int256 cashWad, int256 sizeWad, uint256 collateralWad) external {
        _accounts.push(id);
        Portfolio storage portfolio = _portfolios[id];
        portfolio.cashWad = cashWad;
        if (sizeWad != 0) portfolio.perps.push(PerpHolding({asset: AssetId.wrap(1), sizeWad: sizeWad}));
        if (collateralWad != 0) portfolio.collateral.push(CollateralHolding({index: 0, amountWad: collateralWad}));
    }

    function setFault(AccountId id, Fault fault) external {
        _faults[id] = fault;
    }

    function setFrozen(AccountId id, bool frozen) external {
        isFrozen[id] = frozen;
    }

    function setPhase(AccountId id, ILiquidationAuction.Phase phase) external {
        _phases[id] = phase;
    }

    // --- Vault ----------------------------------------------------------------------------------------------------

    function accountCount() external view returns (uint256) {
        return _accounts.length;
    }

    function accountAt(uint256 position) external view returns (AccountId) {
        return _accounts[position];
    }

    function portfolioOf(AccountId id) external view returns (Portfolio memory) {
        if (_faults[id] == Fault.Reverts) revert LensRoomsMock_Unreadable();
        if (_faults[id] == Fault.BurnsGas) {
            for (uint256 i; gasleft() > 0; ++i) continue;
        }
        return _portfolios[id];
    }

    function cashOf(AccountId id) external view returns (int256) {
        return _portfolios[id].cashWad;
    }

    function collateralCount() external pure returns (uint8) {
        return 1;
    }

    function collateralToken(uint8) external view returns (address, uint8) {
        return (_collateralToken, 18);
    }

    // --- Risk -----------------------------------------------------------------------------------------------------

    function setCollateralCap(uint256 capWad) external {
        _collateralCapWad = capWad;
    }

    function setFlatCost(int256 costWad) external {
        _flatCostWad = costWad;
    }

    function setDead(bool dead_) external {
        dead = dead_;
    }

    function liquidationSurplus(Portfolio calldata portfolio) public view returns (int256) {
        return _surplus(portfolio, 0.05e18, PRICE * WAD);
    }

    function liquidationSurplusAt(Portfolio calldata portfolio, AssetId, uint256 factor) public view returns (int256) {
        return _surplus(portfolio, 0.05e18, PRICE * int256(factor));
    }

    function report(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (IPortfolioMargin.MarginReport memory margin) {
        if (dead) revert LensRoomsMock_Unreadable();
        margin.initialSurplusWad = _surplus(portfolio, int256((0.1e18 * stressWad) / 1e18), PRICE * WAD);
        margin.liquidationSurplusWad = liquidationSurplus(portfolio);
        margin.netPositionWad = _net(portfolio, PRICE * WAD);
        margin.equityWad = _surplus(portfolio, 0, PRICE * WAD);
    }

    function exposure(Portfolio calldata portfolio) external pure returns (uint256) {
        return portfolio.perps.length + portfolio.collateral.length > 0 ? 2 : 0;
    }

    function matrix(
        Portfolio calldata portfolio,
        AssetId
    ) external pure returns (uint256[] memory spotWad, int256[] memory valueWad) {
        (spotWad, valueWad) = (new uint256[](1), new int256[](1));
        (spotWad[0], valueWad[0]) = (2_000e18, portfolio.cashWad);
    }

    function _net(Portfolio calldata portfolio, int256 priceWad) private pure returns (int256 netWad) {
        for (uint256 i; i < portfolio.perps.length; ++i) netWad += (portfolio.perps[i].sizeWad * priceWad) / WAD;
    }

    function _surplus(
        Portfolio calldata portfolio,
        int256 marginWad,
        int256 priceWad
    ) private view returns (int256 surplusWad) {
        int256 net = _net(portfolio, priceWad);
        surplusWad = portfolio.cashWad + net - ((net < 0 ? -net : net) * marginWad) / WAD;
        if (marginWad != 0 && portfolio.perps.length != 0) {
            if (portfolio.perps[0].sizeWad != 0) surplusWad -= _flatCostWad;
        }
        for (uint256 i; i < portfolio.collateral.length; ++i) {
            uint256 amount = portfolio.collateral[i].amountWad;
            if (amount > _collateralCapWad) amount = _collateralCapWad;
            surplusWad += (((int256(amount) * priceWad) / WAD) * 9) / 10;
        }
    }

    // --- Perpetuals -----------------------------------------------------------------------------------------------

    function isListed(AssetId asset) external pure returns (bool) {
        return AssetId.unwrap(asset) == 1;
    }

    function marksOf(uint256) external pure returns (IPerpMarkets.MarketMark[] memory marks) {
        marks = new IPerpMarkets.MarketMark[](1);
        marks[0] = IPerpMarkets.MarketMark({lotSizeWad: 0.001e18, longIndexWad: 7, shortIndexWad: -8});
    }

    function openInterest(AssetId) external pure returns (uint256, uint256) {
        return (5_000, 1_000_000e18);
    }

    // --- Fund, waterfall, auction ---------------------------------------------------------------------------------

    function totalAssets() external pure returns (uint256) {
        return 77e6;
    }

    function account() external pure returns (AccountId) {
        return toAccountId(address(0xf), 0);
    }

    function coverable(AssetId) external pure returns (uint256) {
        return 55e18;
    }

    function poolOf(AssetId asset) external pure returns (uint256) {
        return uint256(AssetId.unwrap(asset)) * 9e18;
    }

    function auctionOf(AccountId id) external view returns (ILiquidationAuction.AuctionState memory state) {
        state.phase = _phases[id];
    }

    function canFlag(AccountId id) external view returns (bool, bytes4, uint256) {
        if (dead) revert LensRoomsMock_Unreadable();
        bool may = this.liquidationSurplus(_portfolios[id]) < 0;
        return (may, may ? bytes4(0) : LensRoomsMock_Unreadable.selector, 1e18);
    }

    function openCount() external pure returns (uint256) {
        return 3;
    }
}
