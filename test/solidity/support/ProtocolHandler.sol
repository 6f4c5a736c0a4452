// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";

import {OracleMockSource} from "./OracleMockSource.sol";
import {Rooms} from "./ProtocolFixture.sol";
import {Test} from "./Test.sol";

/// @dev Traders, keepers and the world act on a whole domain at random. Refusals are fine; what must hold of each action
/// is judged at once, and counted when it does not.
contract ProtocolHandler is Test {
    uint256 public constant TRADERS = 5;
    uint256 internal constant SOURCES = 4;
    uint256 internal constant WAD = 1e18;
    uint256 internal constant PPM = 1e6;

    Rooms internal _rooms;
    OracleMockSource[][3] internal _sources;
    uint256[3] public honestWad;
    /// @dev What the one faulty source of an asset says, ppm of the honest price; 0 = it is silent.
    uint256[3] internal _lieOf;
    bool[3] internal _lies;
    uint64 internal _salt;

    uint256 public trades;
    uint256 public withdrawals;
    uint256 public flags;
    uint256 public bids;
    /// @dev Invariant 5: passed the initial check and could be flagged.
    uint256 public passedAndLiquidatable;
    /// @dev Invariant 7: opened or withdrew, and owes more than it has at some price of the interval.
    uint256 public insolventAtAnEdge;
    /// @dev Invariant 7: flagged, though sound at the mid.
    uint256 public flaggedWhileSound;
    /// @dev Invariant 8: a middle outside what honest sources say, right after a commit.
    uint256 public midOutsideHonest;
    /// @dev Invariant 10: a breaker refused a deposit or a close.
    uint256 public refusedWhatStaysOpen;
    /// @dev Invariant 19: a predicate said otherwise than the action.
    uint256 public predicateWrong;

    constructor(Rooms memory rooms, OracleMockSource[] memory eth, OracleMockSource[] memory btc) {
        _rooms = rooms;
        _sources[1] = eth;
        _sources[2] = btc;
        (honestWad[1], honestWad[2]) = (eth[0].priceWad(), btc[0].priceWad());
    }

    function keyOf(uint256 seed) public pure returns (uint256) {
        return 0xB0A7 + (seed % TRADERS);
    }

    function accountOf(uint256 seed) public pure returns (AccountId) {
        return toAccountId(vm.addr(keyOf(seed)), 0);
    }

    // --- Traders -------------------------------------------------------------------------------

    function deposit(uint8 trader, bool ether_, uint64 amount) external {
        AccountId account = accountOf(trader);
        (address token, uint256 units) = ether_
            ? (address(_rooms.weth), bound(amount, 1, 2e8) * 1e10)
            : (address(_rooms.usdc), bound(amount, 1e6, 20_000e6));
        address owner = account.ownerOf();
        if (ether_) _rooms.weth.mint(owner, units);
        else _rooms.usdc.mint(owner, units);
        vm.startPrank(owner);
        (ether_ ? _rooms.weth : _rooms.usdc).approve(address(_rooms.vault), units);
        try _rooms.vault.deposit(account, token, units) {} catch {
            ++refusedWhatStaysOpen;
        }
        vm.stopPrank();
    }

    function withdraw(uint8 trader, bool ether_, uint64 amount) external {
        AccountId account = accountOf(trader);
        (address token, uint256 units) = ether_
            ? (address(_rooms.weth), bound(amount, 1, 5e18))
            : (address(_rooms.usdc), bound(amount, 1, 50_000e6));
        vm.prank(account.ownerOf());
        try _rooms.vault.withdraw(account, token, units, account.ownerOf()) {
            ++withdrawals;
            _judgePassed(account);
        } catch {}
    }

    /// @dev Two traders sign; anyone settles. Prices up to 1 % off the middle.
    function trade(uint8 buyer, uint8 seller, bool btc, uint16 lots, int8 offBps) external {
        AssetId asset = AssetId.wrap(btc ? 2 : 1);
        if (buyer % TRADERS == seller % TRADERS) return;
        uint256 mid = _rooms.oracle.read(asset).midWad;
        uint256 price = (mid * uint256(10_000 + bound(offBps, -100, 100))) / 10_000;
        int64 size = int64(uint64(bound(lots, 1, 8_000)));
        int64[2] memory before = [_lots(buyer, asset), _lots(seller, asset)];
        // Down to what margin allows, so that leverage is high.
        while (!_settle(buyer, seller, perpetualOf(asset), size, price, false)) {
            size /= 2;
            if (size == 0) return;
        }
        ++trades;
        if (_grew(before[0], _lots(buyer, asset))) _judgePassed(accountOf(buyer));
        if (_grew(before[1], _lots(seller, asset))) _judgePassed(accountOf(seller));
    }

    /// @dev Two traders close against each other at the middle price: no breaker may be the reason that they cannot.
    function close(uint8 first, uint8 second, bool btc) external {
        AssetId asset = AssetId.wrap(btc ? 2 : 1);
        (int64 long, int64 short) = (_lots(first, asset), _lots(second, asset));
        if (long <= 0 || short >= 0) return;
        int64 size = long < -short ? long : -short;
        uint256 mid = _rooms.oracle.read(asset).midWad;
        _settle(second, first, perpetualOf(asset), size, mid, true);
    }

    // --- Keepers -------------------------------------------------------------------------------

    function flagAll() public {
        for (uint256 i; i < TRADERS; ++i) {
            AccountId account = accountOf(i);
            IPortfolioMargin.MarginReport memory margin = _rooms.risk.report(_rooms.vault.portfolioOf(account), WAD);
            (bool can, , ) = _rooms.auction.canFlag(account);
            try _rooms.auction.flag(account, _keeper()) {
                ++flags;
                if (!can) ++predicateWrong;
                if (margin.equityWad >= int256(margin.maintenanceWad)) ++flaggedWhileSound;
            } catch {
                if (can) ++predicateWrong;
            }
        }
    }

    function bidAll(uint64 fraction, uint16 gap) external {
        vm.warp(block.timestamp + bound(gap, 12, 600));
        _publish();
        (uint256 most, int256 limit) = (bound(fraction, 0.01e18, 1e18), type(int128).max);
        for (uint256 i; i < TRADERS; ++i) {
            _bid(accountOf(i), most, limit);
        }
    }

    function release(uint8 trader) external {
        AccountId account = accountOf(trader);
        (bool can, ) = _rooms.auction.canRelease(account);
        try _rooms.auction.release(account) {
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    function coverResidual(uint8 trader) external {
        AccountId account = accountOf(trader);
        (bool can, , ) = _rooms.auction.canCoverResidual(account);
        try _rooms.auction.coverResidual(account) {
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    function cure(uint8 trader, uint64 cash) external {
        AccountId account = accountOf(trader);
        (bool can, ) = _rooms.cure.canOpen(account);
        try _rooms.cure.open(account) {
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
        (can, , , ) = _rooms.cure.canBid(account, _keeper(), address(this), 0, uint256(cash) * 1e4, 0);
        try _rooms.cure.bid(account, _keeper(), 0, uint256(cash) * 1e4, 0) {
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    function settleBooks(uint8 trader) external {
        _rooms.vault.touch(accountOf(trader));
        _rooms.vault.distributeFees();
        _rooms.fund.streamIncome();
    }

    // --- The world -----------------------------------------------------------------------------

    function move(bool btc, int32 ppm, uint16 gap) external {
        _shift(btc ? 2 : 1, uint256(int256(PPM) + bound(ppm, -60_000, 60_000)));
        vm.warp(block.timestamp + bound(gap, 12, 600));
        _publish();
    }

    /// @dev Both markets run against a trader, a minute and at most 6 % at a time; keepers may flag when it is over.
    function crash(uint8 trader, uint8 steps, bool flagged) external {
        int64[2] memory lots = [_lots(trader, AssetId.wrap(1)), _lots(trader, AssetId.wrap(2))];
        for (uint256 i; i < bound(steps, 1, 10); ++i) {
            for (uint256 id = 1; id < 3; ++id) {
                if (lots[id - 1] != 0) _shift(id, lots[id - 1] < 0 ? PPM + 60_000 : PPM - 60_000);
            }
            vm.warp(block.timestamp + 60);
            _publish();
        }
        if (flagged) flagAll();
    }

    function _bid(AccountId account, uint256 most, int256 limit) internal virtual {
        (bool can, , , ) = _rooms.auction.canBid(account, _keeper(), address(this), most, limit);
        try _rooms.auction.bid(account, _keeper(), most, limit) {
            ++bids;
            if (!can) ++predicateWrong;
        } catch {
            if (can) ++predicateWrong;
        }
    }

    function _shift(uint256 id, uint256 ppm) private {
        uint256 start = id == 1 ? 2_000e18 : 50_000e18;
        uint256 next = (honestWad[id] * ppm) / PPM;
        if (next > start / 5 && next < start * 5) honestWad[id] = next;
    }

    /// @dev One source of an asset lies by up to a thousand times, falls silent, or tells the truth again.
    function corrupt(bool btc, uint8 kind) external {
        uint256 id = btc ? 2 : 1;
        _lies[id] = kind % 4 != 0;
        _lieOf[id] =
            kind % 4 == 1
                ? 1_000 * PPM
                : kind % 4 == 2
                    ? PPM / 1_000
                    : 0;
        vm.warp(block.timestamp + 60);
        _publish();
    }

    /// @dev Time without keepers: nobody pokes.
    function silence(uint24 gap) external {
        vm.warp(block.timestamp + bound(gap, 60, 6 hours));
    }

    // --- Judging -------------------------------------------------------------------------------

    /// @dev Of an account that just opened or withdrew.
    function _judgePassed(AccountId account) internal {
        (bool can, , ) = _rooms.auction.canFlag(account);
        if (can) ++passedAndLiquidatable;
        if (_worstEquity(account) < 0) ++insolventAtAnEdge;
    }

    /// @dev Cash, positions and collateral, each at the edge of its interval that costs the account most. With options, whose
    /// value has no edge that is worst, what the risk engine says they are worth at the mid.
    function _worstEquity(AccountId account) private view returns (int256 equityWad) {
        if (_rooms.vault.expiryBitmapOf(account) != 0) {
            return _rooms.risk.report(_rooms.vault.portfolioOf(account), WAD).equityWad;
        }
        equityWad = _rooms.vault.cashOf(account);
        for (uint16 id = 1; id < 3; ++id) {
            PriceViews memory views = _rooms.oracle.read(AssetId.wrap(id));
            int256 lots = _rooms.vault.lotsOf(account, AssetId.wrap(id));
            int256 sizeWad = lots * (id == 1 ? int256(0.01e18) : int256(0.001e18));
            equityWad += (sizeWad * int256(lots > 0 ? views.lowWad : views.highWad)) / int256(WAD);
            if (id == 1) equityWad += int256((_rooms.vault.collateralOf(account, 0) * views.lowWad) / WAD);
        }
    }

    function _publish() internal {
        for (uint256 id = 1; id < 3; ++id) {
            for (uint256 i; i < SOURCES; ++i) {
                // Honest sources differ by at most 6 bps.
                uint256 said = (honestWad[id] * (PPM - 300 + 200 * i)) / PPM;
                if (i == 3 && _lies[id]) said = (said * _lieOf[id]) / PPM;
                _sources[id][i].set(said, 0, block.timestamp);
            }
        }
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (AssetId.wrap(1), AssetId.wrap(2));
        _rooms.oracle.poke(both);
        _rooms.breaker.update(both);
        for (uint256 id = 1; id < 3; ++id) {
            uint256 mid = _rooms.oracle.read(both[id - 1]).midWad;
            if (mid < (honestWad[id] * (PPM - 300)) / PPM || mid > (honestWad[id] * (PPM + 300)) / PPM)
                ++midOutsideHonest;
        }
    }

    function _settle(
        uint8 buyer,
        uint8 seller,
        InstrumentId instrument,
        int64 lots,
        uint256 price,
        bool closing
    ) internal returns (bool done) {
        IExchange.Match memory match_;
        match_.units = uint64(lots);
        match_.maker = _order(buyer, instrument, 1, price, match_.units, closing);
        match_.taker = _order(seller, instrument, -1, price, match_.units, closing);
        match_.makerSignature = _sign(buyer, match_.maker);
        match_.takerSignature = _sign(seller, match_.taker);
        (bool can, ) = _rooms.exchange.canSettle(match_);
        try _rooms.exchange.settle(match_) {
            done = true;
            if (!can) ++predicateWrong;
        } catch (bytes memory reason) {
            if (can) ++predicateWrong;
            if (closing && bytes4(reason) == IVaultErrors.Vault_ActionRefused.selector) ++refusedWhatStaysOpen;
        }
    }

    function _order(
        uint8 trader,
        InstrumentId instrument,
        int64 side,
        uint256 price,
        uint64 units,
        bool closing
    ) private returns (IExchange.Order memory order) {
        order.account = accountOf(trader);
        order.legs = new IExchange.Leg[](1);
        order.legs[0] = IExchange.Leg(instrument, side, price);
        order.units = units;
        order.maxFeeBps = 100;
        order.salt = ++_salt;
        order.expiry = uint40(block.timestamp + 1 hours);
        order.reduceOnly = closing;
        order.signer = order.account.ownerOf();
    }

    function _sign(uint8 trader, IExchange.Order memory order) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(trader), _rooms.exchange.hashOrder(order));
        return abi.encodePacked(r, s, v);
    }

    function _lots(uint8 trader, AssetId asset) private view returns (int64) {
        return _rooms.vault.lotsOf(accountOf(trader), asset);
    }

    function _grew(int64 before, int64 afterwards) private pure returns (bool) {
        return (before < 0 ? -before : before) < (afterwards < 0 ? -afterwards : afterwards);
    }

    function _keeper() internal view returns (AccountId) {
        return toAccountId(address(this), 0);
    }
}
