// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Backstop} from "../../../contracts/insurance/Backstop.sol";
import {ICooldownVault} from "../../../contracts/insurance/ICooldownVault.sol";
import {ILossWaterfall} from "../../../contracts/insurance/ILossWaterfall.sol";
import {InsuranceFund} from "../../../contracts/insurance/InsuranceFund.sol";
import {LossWaterfall} from "../../../contracts/insurance/LossWaterfall.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {InsuranceOptionsMock} from "./InsuranceOptionsMock.sol";
import {InsurancePerpsMock} from "./InsurancePerpsMock.sol";
import {InsuranceToken} from "./InsuranceToken.sol";
import {InsuranceVaultMock} from "./InsuranceVaultMock.sol";
import {Test} from "./Test.sol";
import {Vm} from "forge-std/Vm.sol";

/// @dev Plays depositors, donors, the auction and the keepers against the whole room, and keeps the books that its
/// invariants are checked against. Every action also checks what must hold across itself.
contract InsuranceHandler is Test {
    uint256 private constant SCALE = 1e12;
    uint256 private constant MARKETS = 3;
    uint256 private constant ACCOUNTS = 3;
    uint256 private constant LOTS_LIMIT = 50;
    /// @dev What options are charged per lot is rounded to this, WAD.
    uint256 private constant OPTION_UNIT_WAD = 1e9;

    /// @dev 24 hours, and the same with the span by which the draw window may be late.
    uint256 private constant DAY = 24 hours;
    uint256 private constant DAY_AND_SPAN = 24 hours + 96 minutes;

    struct Draw {
        uint256 time;
        uint256 amountWad;
    }

    InsuranceToken public immutable token;
    InsuranceVaultMock public immutable vault;
    InsurancePerpsMock public immutable perps;
    InsuranceOptionsMock public immutable options;
    InsuranceFund public immutable fund;
    Backstop public immutable backstop;
    LossWaterfall public immutable waterfall;

    address[3] public actors = [address(0xA1), address(0xA2), address(0xA3)];
    mapping(AssetId market => Draw[]) private _draws;
    uint256 public coveredWad;
    uint256 public layersWad;
    uint256 public chargedWad;
    uint256 public haircutWad;
    uint256 public overshootLimitWad;

    constructor(
        InsuranceVaultMock vault_,
        InsurancePerpsMock perps_,
        InsuranceOptionsMock options_,
        LossWaterfall waterfall_,
        Backstop backstop_,
        InsuranceFund fund_
    ) {
        (vault, perps, options) = (vault_, perps_, options_);
        (waterfall, backstop, fund) = (waterfall_, backstop_, fund_);
        token = InsuranceToken(vault_.settlementToken());
    }

    /// @dev Only a loss may lower the price of a share, and only of the pool that bore it.
    modifier keepsPrices() {
        uint256 fundPrice = fund.convertToAssets(1e30);
        uint256 backstopPrice = backstop.convertToAssets(1e30);
        _;
        assertGe(fund.convertToAssets(1e30), fundPrice, "fund price fell");
        assertGe(backstop.convertToAssets(1e30), backstopPrice, "backstop price fell");
    }

    // ---------------------------------------------------------------- depositors

    function deposit(uint256 who, uint256 pool, uint256 assets) external keepsPrices {
        (address actor, ICooldownVault target) = (_actor(who), _poolOf(pool));
        assets = bound(assets, 1, 1e12);
        if (target.maxDeposit(actor) == 0 || target.previewDeposit(assets) == 0) return;
        uint256 expected = target.previewDeposit(assets);
        token.mint(actor, assets);
        vm.startPrank(actor);
        token.approve(address(target), assets);
        assertEq(target.deposit(assets, actor), expected);
        vm.stopPrank();
        assertLe(target.previewRedeem(expected), assets, "a deposit gained");
    }

    function requestRedeem(uint256 who, uint256 pool, uint256 shares) external keepsPrices {
        (address actor, ICooldownVault target) = (_actor(who), _poolOf(pool));
        shares = bound(shares, 0, target.balanceOf(actor));
        vm.prank(actor);
        target.requestRedeem(shares);
    }

    function redeem(uint256 who, uint256 pool, uint256 shares) external keepsPrices {
        (address actor, ICooldownVault target) = (_actor(who), _poolOf(pool));
        uint256 limit = target.maxRedeem(actor);
        if (vault.gatedUntil() > block.timestamp && address(target) == address(fund)) assertEq(limit, 0, "gated");
        shares = bound(shares, 0, limit);
        uint256 expected = target.previewRedeem(shares);
        if (expected == 0) return;
        vm.prank(actor);
        assertEq(target.redeem(shares, actor, actor), expected);
    }

    function transferShares(uint256 who, uint256 to, uint256 pool, uint256 shares) external keepsPrices {
        (address actor, ICooldownVault target) = (_actor(who), _poolOf(pool));
        uint256 announced = target.exitRequestOf(actor).shares;
        uint256 announcedByReceiver = target.exitRequestOf(_actor(to)).shares;
        shares = bound(shares, 0, target.balanceOf(actor));
        vm.prank(actor);
        target.transfer(_actor(to), shares);
        assertLe(target.exitRequestOf(actor).shares, announced);
        assertLe(target.exitRequestOf(_actor(to)).shares, announcedByReceiver, "a transfer joined a request");
    }

    function donate(uint256 pool, uint256 amount) external keepsPrices {
        amount = bound(amount, 1, 1e12);
        uint256 before = _poolOf(pool).totalAssets();
        if (pool % 2 == 0) _bring(fund.account(), amount);
        else token.mint(address(backstop), amount);
        assertEq(_poolOf(pool).totalAssets(), before, "a donation counted");
    }

    function streamIncome(uint256 pool) external keepsPrices {
        uint256 before = _poolOf(pool).totalAssets();
        _poolOf(pool).streamIncome();
        assertEq(_poolOf(pool).totalAssets(), before, "income jumped into the price");
    }

    // ---------------------------------------------------------------- the auction

    function cover(uint256 who, uint256 deficit, uint256 first, uint256 second, uint256 shareCount) external {
        deficit = bound(deficit, 0, 4e23);
        AccountId account = _account(who);
        ILossWaterfall.MarketShare[] memory shares = _shares(first, second, shareCount % 4);
        int256 cashBefore = vault.cashOf(account);
        uint256 heldWad = fund.managedAssets() * SCALE;
        vm.recordLogs();

        uint256 paid = waterfall.cover(account, deficit, shares);

        assertLe(paid, deficit, "more than the loss");
        assertEq(vault.cashOf(account) - cashBefore, int256(paid), "covered is not what arrived");
        coveredWad += paid;
        overshootLimitWad += LOTS_LIMIT * (shares.length < 3 ? shares.length : 2 + OPTION_UNIT_WAD);
        _bookReceipts(heldWad);
    }

    function collectPenalty(uint256 who, uint256 amount, uint256 first, uint256 shareCount) external keepsPrices {
        AccountId account = _account(who);
        amount = bound(amount, 0, 1e22);
        int256 before = vault.cashOf(account);
        waterfall.collectPenalty(account, amount, _shares(first, first, shareCount % 4));
        assertEq(before - vault.cashOf(account), int256(amount));
    }

    function setInsolvent(uint256 who, bool insolvent) external keepsPrices {
        waterfall.setInsolvent(_account(who), insolvent);
    }

    function setCash(uint256 who, int256 amount) external keepsPrices {
        AccountId account = _account(who);
        AccountId rest = toAccountId(address(this), 0);
        int256 changeWad = bound(amount, -1e22, 1e22) - vault.cashOf(account);
        if (changeWad < 0) vault.moveCash(account, rest, uint256(-changeWad));
        else vault.moveCash(rest, account, uint256(changeWad));
    }

    // ---------------------------------------------------------------- keepers

    function coverDeficit(uint256 who, uint256 market) external {
        AccountId account = _account(who);
        AssetId asset = AssetId.wrap(uint16(market % MARKETS));
        uint256 heldWad = fund.managedAssets() * SCALE;
        vm.recordLogs();
        (bool ok, bytes4 reason, uint256 payableWad) = waterfall.canCoverDeficit(account, asset);
        try waterfall.coverDeficit(account, asset) returns (uint256 paid) {
            assertTrue(ok, "predicate said no");
            assertEq(paid, payableWad, "predicate's amount");
            if (paid != 0) assertLe(vault.cashOf(account), 0, "paid above zero");
            coveredWad += paid;
        } catch (bytes memory why) {
            assertFalse(ok, "predicate said yes");
            assertEq(reason, bytes4(why));
        }
        _bookReceipts(heldWad);
    }

    function repayBackstop(uint256 market, uint256 amount) external keepsPrices {
        AssetId asset = AssetId.wrap(uint16(market % MARKETS));
        (bool ok, bytes4 reason, uint256 repayable) = waterfall.canRepayBackstop(asset);
        if (block.timestamp < vault.gatedUntil()) return;
        try waterfall.repayBackstop(asset, bound(amount, 1, 1e14)) returns (uint256 repaid) {
            assertTrue(ok, "predicate said no");
            assertLe(repaid, repayable);
        } catch (bytes memory why) {
            assertFalse(ok, "predicate said yes");
            assertEq(reason, bytes4(why));
        }
    }

    function wait(uint256 duration) external keepsPrices {
        skip(bound(duration, 1, 4 days));
    }

    // ---------------------------------------------------------------- books

    function deficitSum() external view returns (uint256 sum) {
        for (uint256 a = 0; a < ACCOUNTS; ++a) {
            for (uint16 m = 0; m < MARKETS; ++m) sum += waterfall.deficitOf(_account(a), AssetId.wrap(m));
        }
    }

    /// @dev Reads the receipts of the last call. Invariant 12: no market draws more than its share of the fund in any 24
    /// hours, the share being that of the fund before the market's own draws.
    function _bookReceipts(uint256 heldWad) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ILossWaterfall.LayerPaid.selector) continue;
            uint256 amountWad = abi.decode(logs[i].data, (uint256));
            assertGt(amountWad, 0, "an empty receipt");
            layersWad += amountWad;
            ILossWaterfall.Layer layer = ILossWaterfall.Layer(uint256(logs[i].topics[3]));
            if (layer == ILossWaterfall.Layer.Haircut) haircutWad += amountWad;
            if (layer == ILossWaterfall.Layer.InsuranceFund) {
                _bookDraw(_draws[AssetId.wrap(uint16(uint256(logs[i].topics[2])))], amountWad, heldWad);
            }
        }
    }

    function _bookDraw(Draw[] storage draws, uint256 amountWad, uint256 heldWad) private {
        uint256 inDayWad = amountWad;
        uint256 baseWad = heldWad;
        uint256 i = draws.length;
        for (; i > 0 && block.timestamp - draws[i - 1].time <= DAY_AND_SPAN; --i) {
            baseWad += draws[i - 1].amountWad + SCALE;
            if (block.timestamp - draws[i - 1].time <= DAY) inDayWad += draws[i - 1].amountWad;
        }
        assertLe(inDayWad, baseWad / 5, "INV12: beyond the day's budget");
        draws.push(Draw(block.timestamp, amountWad));
    }

    function _shares(
        uint256 first,
        uint256 second,
        uint256 count
    ) private returns (ILossWaterfall.MarketShare[] memory shares) {
        shares = new ILossWaterfall.MarketShare[](count);
        if (count > 0) {
            perps.setLots(AssetId.wrap(1), first % LOTS_LIMIT);
            shares[0] = _share(AssetId.wrap(1), first % 2 == 0, first % 1e24);
        }
        if (count > 1) {
            perps.setLots(AssetId.wrap(2), second % LOTS_LIMIT);
            shares[1] = _share(AssetId.wrap(2), second % 2 == 0, second % 1e24);
        }
        if (count > 2) {
            options.setLots(5, 3, true, (first >> 8) % LOTS_LIMIT);
            shares[2] = _share(AssetId.wrap(2), (second >> 8) % 2 == 0, (first >> 16) % 1e24);
            (shares[2].isOption, shares[2].slot, shares[2].strikeIndex, shares[2].isPut) = (true, 5, 3, true);
            shares[2].limitWad = (second >> 16) % 1e23;
        }
    }

    function _bring(AccountId account, uint256 amount) private {
        token.mint(address(this), amount);
        token.approve(address(vault), amount);
        vault.deposit(account, address(token), amount);
    }

    function _poolOf(uint256 pool) private view returns (ICooldownVault) {
        return pool % 2 == 0 ? ICooldownVault(fund) : ICooldownVault(backstop);
    }

    function _actor(uint256 who) private view returns (address) {
        return actors[who % 3];
    }

    function _account(uint256 who) private pure returns (AccountId) {
        return toAccountId(address(0xDEF), uint96(who % ACCOUNTS));
    }

    function _share(
        AssetId asset,
        bool long,
        uint256 weightWad
    ) private pure returns (ILossWaterfall.MarketShare memory share) {
        (share.asset, share.longDefaulted, share.weightWad) = (asset, long, weightWad);
    }
}
