// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentKind, optionOf, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {Test} from "./Test.sol";
import {VaultExchangeMock} from "./VaultExchangeMock.sol";
import {VaultGuardsMock} from "./VaultGuardsMock.sol";
import {VaultOptionsMock} from "./VaultOptionsMock.sol";
import {VaultPerpsMock} from "./VaultPerpsMock.sol";
import {VaultRiskMock} from "./VaultRiskMock.sol";
import {VaultToken} from "./VaultToken.sol";

/// @dev Five users, the modules and the world act on the vault at random. Refusals are fine; what goes through must
/// keep the books. `broken` counts deposits and closes that a breaker refused (invariant 10).
contract VaultHandler is Test {
    struct World {
        MarginVault vault;
        VaultToken usdc;
        VaultToken weth;
        VaultToken wbtc;
        VaultRiskMock risk;
        VaultPerpsMock perps;
        VaultOptionsMock options;
        VaultGuardsMock guards;
        VaultExchangeMock exchange;
        address auction;
        address waterfall;
    }

    uint256 internal constant USERS = 5;

    World internal _world;
    uint256 public broken;
    uint256 public done;

    constructor(World memory world) {
        _world = world;
    }

    function userId(uint256 seed) public pure returns (AccountId) {
        return toAccountId(address(uint160(0x1000 + (seed % USERS))), 0);
    }

    function deposit(uint8 user, uint8 kind, uint64 amount) external {
        AccountId account = userId(user);
        VaultToken token = _token(kind);
        uint256 units = bound(amount, 1, kind % 3 == 0 ? 10_000e6 : 1e9);
        token.mint(account.ownerOf(), units);
        vm.startPrank(account.ownerOf());
        token.approve(address(_world.vault), units);
        try _world.vault.deposit(account, address(token), units) {
            ++done;
        } catch {
            ++broken;
        }
        vm.stopPrank();
    }

    function withdraw(uint8 user, uint8 kind, uint64 amount) external {
        AccountId account = userId(user);
        vm.prank(account.ownerOf());
        try _world.vault.withdraw(account, address(_token(kind)), bound(amount, 1, 5_000e6), account.ownerOf()) {
            ++done;
        } catch {
            return;
        }
    }

    function transfer(uint8 user, uint8 other, uint8 kind, uint64 amount) external {
        AccountId from = userId(user);
        vm.prank(from.ownerOf());
        try _world.vault.transfer(from, userId(other), address(_token(kind)), bound(amount, 1, 1_000e6)) {
            ++done;
        } catch {
            return;
        }
    }

    function trade(uint8 buyer, uint8 seller, uint8 asset, uint16 lots, int16 offBps) external {
        uint256 id = 1 + (asset % 2);
        uint256 mark = uint256(_world.risk.priceWad(id));
        uint256 price = (mark * uint256(int256(10_000) + bound(offBps, -300, 300))) / 10_000;
        Fill[] memory fills = new Fill[](1);
        uint64 size = uint64(bound(lots, 1, 200));
        fills[0] = Fill(userId(buyer), userId(seller), perpetualOf(AssetId.wrap(uint16(id))), size, price);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0] = TradeTerms(userId(buyer), mark, type(uint256).max, false);
        terms[1] = TradeTerms(userId(seller), mark, type(uint256).max, false);
        try _world.exchange.settle(fills, terms) {
            ++done;
        } catch {
            return;
        }
    }

    /// @dev Two users close against each other at the mark under the strictest breaker: must go through.
    function closeUnderBreaker(uint8 first, uint8 second, uint8 asset) external {
        AssetId id = AssetId.wrap(uint16(1 + (asset % 2)));
        (AccountId a, AccountId b) = (userId(first), userId(second));
        (int64 lotsA, int64 lotsB) = (_world.vault.lotsOf(a, id), _world.vault.lotsOf(b, id));
        if (lotsA <= 0 || lotsB >= 0) return;
        int64 lots = lotsA < -lotsB ? lotsA : -lotsB;
        uint256 mark = uint256(_world.risk.priceWad(AssetId.unwrap(id)));
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(b, a, perpetualOf(id), uint64(lots), mark);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (a, b);
        _world.guards.setRule(Action.Open, Rule.Denied, Rule.Denied, Level.Settling);
        _world.guards.setRule(Action.Withdraw, Rule.Denied, Rule.Denied, Level.Settling);
        int256 left = _world.vault.cashOf(a) + _world.vault.cashOf(b);
        try _world.exchange.settle(fills, terms) {
            ++done;
            assertEq(_world.vault.cashOf(a) + _world.vault.cashOf(b), left);
        } catch (bytes memory reason) {
            // One leg of a hedge may still be worth more than its removal; a breaker never is the reason.
            if (bytes4(reason) == IVaultErrors.Vault_ActionRefused.selector) ++broken;
        }
        _world.guards.setRule(Action.Open, Rule.Allowed, Rule.Allowed, Level.Normal);
        _world.guards.setRule(Action.Withdraw, Rule.Allowed, Rule.Allowed, Level.Normal);
    }

    /// @dev Slots 0 and 1 of the mock; a slot that settled and was left by all is listed anew.
    function tradeOption(uint8 buyer, uint8 seller, uint8 slot, uint8 strike, bool put, uint16 lots) external {
        uint256 price = 10e18;
        uint40 expiry = _world.options.slotOf(slot % 2).expiry.expiryOf();
        InstrumentKind kind = put ? InstrumentKind.Put : InstrumentKind.Call;
        uint128 strikeWad = uint128(1_000e18 + 100e18 * uint256(strike % 21));
        Fill[] memory fills = new Fill[](1);
        fills[0].instrument = optionOf(AssetId.wrap(1), kind, expiry, strikeWad);
        (fills[0].buyer, fills[0].seller) = (userId(buyer), userId(seller));
        (fills[0].lots, fills[0].priceWad) = (uint64(bound(lots, 1, 300)), price);
        TradeTerms[] memory terms = new TradeTerms[](2);
        terms[0] = TradeTerms(userId(buyer), price, type(uint256).max, false);
        terms[1] = TradeTerms(userId(seller), price, type(uint256).max, false);
        try _world.exchange.settle(fills, terms) {
            ++done;
        } catch {
            return;
        }
    }

    /// @dev Once and for all.
    function settleSlot(uint8 slot) external {
        if (_world.options.slotOf(slot % 2).settlementPriceWad != 0) return;
        _world.options.settle(slot % 2, uint256(_world.risk.priceWad(1)));
    }

    /// @dev Paying out never fails and changes nobody's worth.
    function collect(uint8 first, uint8 second) external {
        AccountId[] memory list = new AccountId[](2);
        (list[0], list[1]) = (userId(first), userId(second));
        int256 before = _world.vault.cashOf(list[0]) + _world.vault.cashOf(list[1]);
        _world.vault.settleOptions(list);
        assertEq(_world.vault.cashOf(list[0]) + _world.vault.cashOf(list[1]), before);
        for (uint8 slot; slot < 2; ++slot) {
            VaultOptionsMock.Slot memory state = _world.options.slotOf(slot);
            if (state.settlementPriceWad == 0 || state.holders != 0) continue;
            _world.options.relist(slot, AssetId.wrap(1), state.expiry.expiryOf() + 1 days);
        }
    }

    /// @dev Of the series that users trade; each pays for its own, and they for all.
    function spreadOptionLoss(uint8 user, uint8 slot, uint8 strike, bool put, bool longSide, uint24 perLot) external {
        if (_world.options.slotOf(slot % 2).settlementPriceWad != 0) return;
        uint256 charged = _world.options.spread(slot % 2, strike % 21, put, longSide, perLot);
        vm.prank(_world.waterfall);
        _world.vault.creditFromLoss(userId(user), charged);
        ++done;
    }

    function slice(uint8 user, uint8 bidder, uint64 fraction, int64 payment) external {
        vm.prank(_world.auction);
        try _world.vault.transferSlice(userId(user), userId(bidder), bound(fraction, 1, 1e18), int256(payment) * 10) {
            ++done;
        } catch {
            return;
        }
    }

    function cure(uint8 user, uint8 bidder, uint64 amount, uint64 cash) external {
        vm.prank(_world.auction);
        try _world.vault.exchangeCollateral(userId(user), userId(bidder), 0, bound(amount, 1, 1e9), cash) {
            ++done;
        } catch {
            return;
        }
    }

    function moveCash(uint8 user, uint8 other, uint64 amount) external {
        vm.prank(_world.waterfall);
        try _world.vault.moveCash(userId(user), userId(other), amount) {
            ++done;
        } catch {
            return;
        }
    }

    function spreadLoss(uint8 user, uint8 asset, bool longSide, uint64 perLot) external {
        uint256 charged = _world.perps.spread(1 + (asset % 2), longSide, int256(bound(perLot, 1, 1e16)));
        vm.prank(_world.waterfall);
        _world.vault.creditFromLoss(userId(user), charged);
        ++done;
    }

    function fund(uint8 asset, int64 perLot) external {
        _world.perps.fund(1 + (asset % 2), bound(perLot, -1e16, 1e16));
    }

    function move(uint8 asset, uint16 bps, uint32 gap) external {
        uint256 id = 1 + (asset % 2);
        int256 price = _world.risk.priceWad(id);
        price = (price * int256(bound(bps, 8_000, 12_500))) / 10_000;
        int256 base = id == 1 ? int256(2_000e18) : int256(50_000e18);
        if (price > base / 3 && price < base * 3) _world.risk.setPrice(id, price);
        vm.warp(block.timestamp + bound(gap, 0, 30 days));
    }

    function touch(uint8 user) external {
        _world.vault.touch(userId(user));
    }

    function distribute() external {
        _world.vault.distributeFees();
    }

    function donate(uint8 kind, uint32 amount) external {
        _token(kind).mint(address(_world.vault), amount);
    }

    function freeze(uint8 user, bool frozen) external {
        vm.prank(_world.auction);
        _world.vault.setFrozen(userId(user), frozen);
    }

    function batch(uint8 user, uint8 other, uint64 amount) external {
        AccountId account = userId(user);
        IMarginVault.BatchAction[] memory actions = new IMarginVault.BatchAction[](2);
        uint256 units = bound(amount, 1, 2_000e6);
        actions[0] = IMarginVault.BatchAction(
            IMarginVault.BatchActionKind.Withdraw,
            abi.encode(account, address(_world.usdc), units, account.ownerOf())
        );
        actions[1] = IMarginVault.BatchAction(
            IMarginVault.BatchActionKind.Deposit,
            abi.encode(userId(other), address(_world.usdc), units)
        );
        vm.startPrank(account.ownerOf());
        _world.usdc.approve(address(_world.vault), units);
        try _world.vault.operate(actions) {
            ++done;
        } catch {
            vm.stopPrank();
            return;
        }
        vm.stopPrank();
    }

    function _token(uint8 kind) private view returns (VaultToken) {
        if (kind % 3 == 0) return _world.usdc;
        return kind % 3 == 1 ? _world.weth : _world.wbtc;
    }
}
