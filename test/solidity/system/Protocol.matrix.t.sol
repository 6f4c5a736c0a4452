// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiquidationAuction} from "../../../contracts/liquidation/ILiquidationAuction.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {HostileDomain} from "../support/HostileDomain.sol";
import {OracleHostileSource} from "../support/OracleHostileSource.sol";

/// @dev What one hostile source can do to a whole domain: nothing. Every behaviour x every slot of both markets x every grade
/// x before or after the observation x every action: each does exactly what the policy says at that grade. 20 x 8 x 4 x 2
/// x 11 = 14,080 cases, and 880 more with two silent sources beside the hostile one.
abstract contract ProtocolMatrixTest is HostileDomain {
    /// @dev Who does what; the last four only ever refuse to sell who is sound, or sell who is insolvent everywhere.
    enum Act {
        Open,
        Close,
        Deposit,
        Withdraw,
        WithdrawIdle,
        Flag,
        Bid,
        FlagNearLong,
        FlagNearShort,
        FlagDeep,
        BidDeep
    }

    /// @dev When the source turns hostile.
    enum Timing {
        BeforePoke,
        AfterPoke
    }

    /// @param grade Of ETH.
    /// @param slot Of the hostile source: those of ETH, then those of BTC.
    /// @param alone Whether all others speak; else only one other does.
    struct Case {
        Grade grade;
        bool alone;
        uint256 slot;
        uint256 behaviour;
        Timing timing;
        Act act;
        /// @dev Acts judged so far: it outlives the states that are gone back to.
        uint256 judged;
    }

    struct Attempt {
        address actor;
        address target;
        bytes request;
    }

    /// @dev All modes of the mock, and the loss of its code.
    uint256 internal constant NO_CODE = uint256(type(OracleHostileSource.Mode).max) + 1;
    uint256 private constant ACTS = uint256(type(Act).max) + 1;
    uint256 private constant AMOUNT = 10e6;
    uint64 private constant TRADED = 100;

    mapping(Act act => Attempt) private _attempts;
    bytes private _hostileCode;

    function setUp() public override {
        super.setUp();
        _hostileCode = address(new OracleHostileSource(1, rooms.oracle, ETH)).code;
        address vault = address(rooms.vault);
        address usdc = address(rooms.usdc);
        rooms.usdc.mint(vm.addr(MAKER), AMOUNT);
        _attempts[Act.Open] = Attempt(address(this), address(rooms.exchange), settlement(MAKER, TAKER, TRADED, false));
        _attempts[Act.Close] = Attempt(address(this), address(rooms.exchange), settlement(TAKER, MAKER, TRADED, true));
        _attempts[Act.Deposit] = Attempt(
            vm.addr(MAKER),
            vault,
            abi.encodeCall(rooms.vault.deposit, (accountOf(MAKER), usdc, AMOUNT))
        );
        _attempts[Act.Withdraw] = _withdrawal(MAKER);
        _attempts[Act.WithdrawIdle] = _withdrawal(IDLE);
        _attempts[Act.Flag] = _flag(SICK);
        _attempts[Act.FlagNearLong] = _flag(NEAR_LONG);
        _attempts[Act.FlagNearShort] = _flag(NEAR_SHORT);
        _attempts[Act.FlagDeep] = _flag(DEEP);
        _attempts[Act.Bid] = _bid(SICK_FLAGGED);
        _attempts[Act.BidDeep] = _bid(DEEP_FLAGGED);
    }

    function _withdrawal(uint256 key) private view returns (Attempt memory) {
        address owner = vm.addr(key);
        return
            Attempt(
                owner,
                address(rooms.vault),
                abi.encodeCall(rooms.vault.withdraw, (accountOf(key), address(rooms.usdc), AMOUNT, owner))
            );
    }

    function _flag(uint256 key) private view returns (Attempt memory) {
        bytes memory request = abi.encodeCall(rooms.auction.flag, (accountOf(key), keeper()));
        return Attempt(address(this), address(rooms.auction), request);
    }

    function _bid(uint256 key) private view returns (Attempt memory) {
        bytes memory request = abi.encodeCall(rooms.auction.bid, (accountOf(key), keeper(), 1e18, type(int128).max));
        return Attempt(address(this), address(rooms.auction), request);
    }

    // --- One case ------------------------------------------------------------------------------

    /// @dev Puts the behaviour in the place of a source. The others go on telling the truth.
    function turn(Case memory c) internal {
        bool isEth = c.slot < SOURCES;
        address place = address(isEth ? ethSources[c.slot] : btcSources[c.slot - SOURCES]);
        if (c.behaviour == NO_CODE) return vm.etch(place, "");
        vm.etch(place, _hostileCode);
        OracleHostileSource source = OracleHostileSource(place);
        // A settlement that everybody signed: from within a poke, it must not go through.
        source.aim(rooms.oracle, isEth ? ETH : BTC, address(rooms.exchange), _attempts[Act.Open].request);
        uint256 said = isEth ? honest(c.slot) : around(BTC_PRICE, c.slot - SOURCES);
        source.set(OracleHostileSource.Mode(c.behaviour), said);
    }

    function _speakAround(Case memory c) private {
        for (uint256 i; i < SOURCES; ++i) {
            if (i + SOURCES != c.slot) btcSources[i].set(around(BTC_PRICE, i), 0, block.timestamp);
            if (i == c.slot) continue;
            // Two of the others, counted from the hostile one.
            bool silent = !c.alone && (i + SOURCES - c.slot) % SOURCES < SOURCES - 1;
            ethSources[i].set(silent ? 0 : honest(i), 0, block.timestamp);
        }
    }

    /// @dev Two observations, so that what flips does.
    function _stage(Case memory c) private {
        bool before = c.timing == Timing.BeforePoke;
        for (uint256 n; n < 2; ++n) {
            vm.warp(block.timestamp + 13);
            if (before) {
                _speakAround(c);
                turn(c);
            } else {
                speak();
            }
            rooms.breaker.update(both());
        }
        if (before) return;
        vm.warp(block.timestamp + 13);
        turn(c);
    }

    function _checkPrice(Case memory c) private view {
        _checkAsset(c, ETH, 0, priceWad);
        _require(rooms.oracle.read(ETH).grade == c.grade, c, "the grade of ETH moved");
        _checkAsset(c, BTC, SOURCES, BTC_PRICE);
        _require(rooms.oracle.read(BTC).grade == Grade.Firm, c, "the grade of BTC moved");
    }

    /// @param first Slot of the asset's first source.
    function _checkAsset(Case memory c, AssetId asset, uint256 first, uint256 trueWad) private view {
        PriceViews memory v = rooms.oracle.read(asset);
        bool before = c.timing == Timing.BeforePoke;
        _require(v.updatedAt == block.timestamp - (before ? 0 : 13), c, "was not observed");
        bool isIts = c.slot / SOURCES == first / SOURCES;
        bool left = before && isIts && !_speaksTrue(c.behaviour);
        _require(v.groups == (left ? SOURCES - 1 : SOURCES), c, "the wrong groups");
        _checkInterval(c, v, trueWad);
        IPriceOracle.SourceStanding[] memory standings = rooms.oracle.standingsOf(asset);
        for (uint256 i; i < SOURCES; ++i) {
            if (first + i == c.slot) continue;
            _require(standings[i].strikes == 0 && !standings[i].quarantined, c, "struck an honest source");
        }
    }

    function _checkInterval(Case memory c, PriceViews memory v, uint256 trueWad) private pure {
        _require(v.midWad >= around(trueWad, 0) && v.midWad <= around(trueWad, 3), c, "mid is not honest");
        _require(v.lowWad <= trueWad && trueWad <= v.highWad, c, "the interval lost the price");
    }

    /// @dev What flips is honest in even seconds.
    function _speaksTrue(uint256 behaviour) private view returns (bool) {
        if (behaviour == uint256(OracleHostileSource.Mode.Honest)) return true;
        return behaviour == uint256(OracleHostileSource.Mode.FlipFlop) && block.timestamp % 2 == 0;
    }

    function _try(Case memory c) private {
        ++c.judged;
        Attempt storage attempt = _attempts[c.act];
        (address target, bytes memory request) = (attempt.target, attempt.request);
        vm.prank(attempt.actor);
        (bool success, bytes memory answer) = target.call(request);
        bytes memory expected = _refusal(c);
        _require(success == (expected.length == 0), c, success ? "was allowed" : "was refused");
        if (success) return _require(_wasDone(c.act), c, "changed nothing");
        // What a sound account has left, and what a doubtful one has, depends on the interval: the rest is exact.
        uint256 length = expected.length;
        _require(answer.length >= length, c, "was refused without a reason");
        assembly ("memory-safe") {
            mstore(answer, length)
        }
        _require(keccak256(answer) == keccak256(expected), c, "was refused for another reason");
    }

    /// @dev What the policy answers, as revert data; empty where it allows.
    function _refusal(Case memory c) private pure returns (bytes memory) {
        if (c.act == Act.FlagNearLong) return _begin(ILiquidationAuction.Auction_Healthy.selector, NEAR_LONG);
        if (c.act == Act.FlagNearShort) return _begin(ILiquidationAuction.Auction_Healthy.selector, NEAR_SHORT);
        if (c.grade == Grade.Thin && c.act == Act.Open) return _refused(Action.Open, Rule.ReduceOnly, Level.ReduceOnly);
        if (c.grade != Grade.Blind) return "";
        if (c.act == Act.Open) return _refused(Action.Open, Rule.Denied, Level.Protected);
        if (c.act == Act.Withdraw) return _refused(Action.Withdraw, Rule.UnaffectedOnly, Level.Protected);
        bytes4 notDeep = ILiquidationAuction.Auction_NotDeepInsolvent.selector;
        if (c.act == Act.Flag) return _begin(notDeep, SICK);
        if (c.act == Act.Bid) return _begin(notDeep, SICK_FLAGGED);
        return "";
    }

    function _begin(bytes4 selector, uint256 key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, accountOf(key));
    }

    function _refused(Action action, Rule rule, Level level) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IVaultErrors.Vault_ActionRefused.selector, accountOf(MAKER), action, rule, level);
    }

    function _wasDone(Act act) private view returns (bool) {
        int64 traded = int64(TRADED);
        int64 held = int64(LOTS);
        if (act == Act.Open) return lotsOf(MAKER) == held + traded;
        if (act == Act.Close) return lotsOf(MAKER) == held - traded;
        if (act == Act.Deposit) return rooms.usdc.balanceOf(vm.addr(MAKER)) == 0;
        if (act == Act.Withdraw) return rooms.usdc.balanceOf(vm.addr(MAKER)) == 2 * AMOUNT;
        if (act == Act.WithdrawIdle) return rooms.usdc.balanceOf(vm.addr(IDLE)) == AMOUNT;
        if (act == Act.Flag) return rooms.vault.isFrozen(accountOf(SICK));
        if (act == Act.FlagDeep) return rooms.vault.isFrozen(accountOf(DEEP));
        if (act == Act.Bid) return lotsOf(SICK_FLAGGED) < held;
        return lotsOf(DEEP_FLAGGED) < held;
    }

    // --- All cases -----------------------------------------------------------------------------

    function run(Grade grade, Timing timing) internal {
        degrade(grade);
        Case memory c;
        (c.grade, c.timing, c.alone) = (grade, timing, true);
        uint256 degraded = vm.snapshotState();
        for (c.slot = 0; c.slot < 2 * SOURCES; ++c.slot) {
            for (c.behaviour = 0; c.behaviour <= NO_CODE; ++c.behaviour) {
                _stage(c);
                _checkPrice(c);
                _tryAll(c);
                vm.revertToState(degraded);
            }
        }
        // As many acts were judged as are claimed above, of one grade at one time.
        assertEq(c.judged, 20 * 8 * 11);
    }

    /// @dev Three of four sources fail, one of them with malice: the price may be lost, and is never wrong.
    function runWithTwoSilent() internal {
        degrade(Grade.Thin);
        Case memory c;
        uint256 degraded = vm.snapshotState();
        uint256[4] memory grades;
        for (c.slot = 0; c.slot < SOURCES; ++c.slot) {
            for (c.behaviour = 0; c.behaviour <= NO_CODE; ++c.behaviour) {
                _stage(c);
                PriceViews memory v = rooms.oracle.read(ETH);
                c.grade = v.grade;
                ++grades[uint256(v.grade)];
                _checkInterval(c, v, priceWad);
                _tryAll(c);
                vm.revertToState(degraded);
            }
        }
        // Honest, and what is honest every other time: the price is kept. Else there is none.
        assertEq(grades[uint256(Grade.Thin)], 2 * SOURCES);
        assertEq(grades[uint256(Grade.Blind)], 18 * SOURCES);
    }

    function _tryAll(Case memory c) private {
        uint256 staged = vm.snapshotState();
        for (uint256 act; act < ACTS; ++act) {
            c.act = Act(act);
            _try(c);
            vm.revertToState(staged);
        }
        vm.deleteStateSnapshot(staged);
    }

    /// @dev Whatever gas a poke is given, it says all that it would say with more, or nothing.
    function sweepGas(Grade grade) internal {
        degrade(grade);
        Case memory c;
        (c.grade, c.alone) = (grade, true);
        uint256[2] memory outcomes;
        uint256 degraded = vm.snapshotState();
        for (c.slot = 0; c.slot < SOURCES; ++c.slot) {
            for (c.behaviour = 0; c.behaviour <= NO_CODE; ++c.behaviour) {
                vm.warp(block.timestamp + 13);
                _speakAround(c);
                turn(c);
                uint256 staged = vm.snapshotState();
                for (uint256 gasLimit = 60_000; gasLimit < 1_200_000; gasLimit += 95_000) {
                    ++outcomes[_pokeWith(c, gasLimit) ? 1 : 0];
                    vm.revertToState(staged);
                }
                vm.deleteStateSnapshot(staged);
                vm.revertToState(degraded);
            }
        }
        assertGt(outcomes[0], 0);
        assertGt(outcomes[1], 0);
    }

    function _pokeWith(Case memory c, uint256 gasLimit) private returns (bool success) {
        uint256 before = rooms.oracle.read(ETH).updatedAt;
        (success, ) = address(rooms.oracle).call{gas: gasLimit}(abi.encodeCall(rooms.oracle.poke, (both())));
        if (success) {
            _checkPrice(c);
            return success;
        }
        _require(rooms.oracle.read(ETH).updatedAt == before, c, "recorded for want of gas");
        _require(rooms.oracle.standingsOf(ETH)[c.slot].strikes == 0, c, "struck for want of gas");
    }

    function _require(bool holds, Case memory c, string memory what) private pure {
        if (holds) return;
        string memory place = string.concat(
            "grade ",
            vm.toString(uint256(c.grade)),
            ", slot ",
            vm.toString(c.slot),
            ", behaviour ",
            vm.toString(c.behaviour)
        );
        string memory time = string.concat(
            c.alone ? "" : ", two silent",
            c.timing == Timing.BeforePoke ? ", before" : ", after",
            " the poke, act ",
            vm.toString(uint256(c.act))
        );
        revert(string.concat(place, time, ": ", what));
    }
}

contract ProtocolMatrixBeforePokeTest is ProtocolMatrixTest {
    function test_Matrix_FirmBefore() external {
        run(Grade.Firm, Timing.BeforePoke);
    }

    function test_Matrix_WideBefore() external {
        run(Grade.Wide, Timing.BeforePoke);
    }

    function test_Matrix_ThinBefore() external {
        run(Grade.Thin, Timing.BeforePoke);
    }

    function test_Matrix_BlindBefore() external {
        run(Grade.Blind, Timing.BeforePoke);
    }
}

contract ProtocolMatrixAfterPokeTest is ProtocolMatrixTest {
    function test_Matrix_TwoSilent() external {
        runWithTwoSilent();
    }

    function test_Matrix_FirmAfter() external {
        run(Grade.Firm, Timing.AfterPoke);
    }

    function test_Matrix_WideAfter() external {
        run(Grade.Wide, Timing.AfterPoke);
    }

    function test_Matrix_ThinAfter() external {
        run(Grade.Thin, Timing.AfterPoke);
    }

    function test_Matrix_BlindAfter() external {
        run(Grade.Blind, Timing.AfterPoke);
    }

    function test_Matrix_NoGasLimitIsRecorded() external {
        sweepGas(Grade.Firm);
    }

    /// @dev A consumer that asks the source itself fails, or believes a lie.
    function test_Matrix_AReaderOfOneSourceFails() external {
        uint256 failures;
        Case memory c;
        for (c.behaviour = 0; c.behaviour <= NO_CODE; ++c.behaviour) {
            vm.warp(block.timestamp + 13);
            turn(c);
            try this.readAsBefore{gas: 1_000_000}(address(ethSources[0])) returns (uint256 said) {
                if (said < honest(0) || said > honest(3)) ++failures;
            } catch {
                ++failures;
            }
        }
        assertEq(failures, 14);
    }

    function readAsBefore(address source) external returns (uint256 said) {
        (said, , ) = OracleHostileSource(source).latest();
    }
}
