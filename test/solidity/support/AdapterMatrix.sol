// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {VmSafe} from "forge-std/Vm.sol";

import {IOracleDiagnostics} from "../../../contracts/oracle/IOracleDiagnostics.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {OracleDiagnostics} from "../../../contracts/oracle/OracleDiagnostics.sol";
import {AssetSpecs} from "../../../contracts/oracle/libraries/AssetSpecs.sol";
import {SourceReader} from "../../../contracts/oracle/libraries/SourceReader.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {AdapterBehaviours} from "./AdapterBehaviours.sol";
import {HostileProvider} from "./HostileProvider.sol";
import {OracleFixture} from "./OracleFixture.sol";

/// @dev One real adapter in front of a hostile provider, in a real oracle among honest groups: every behaviour x every
/// grade x first, middle and last source, and in shadow. A child says how its provider speaks and what must come of
/// each behaviour. Each case ends in a revert, so that nothing of it stays: no state has to be kept. A test that fails runs
/// once more with a trace, which is large: look at one at a time (`--grep`).
abstract contract AdapterMatrix is OracleFixture, AdapterBehaviours {
    /// @dev `index` and `others`: of the adapter among its asset's sources, and how many of these are honest. `salt` chooses
    /// the gas of the stinted observation.
    struct Case {
        Behaviour behaviour;
        Scope scope;
        Grade grade;
        bool inShadow;
        AssetId asset;
        uint256 index;
        uint256 others;
        uint256 salt;
    }

    /// @dev How a case ends. `stinted` says whether it got by with little more gas than the caps.
    error Done(bool stinted);

    uint256 internal constant WAD = 1e18;
    uint256 internal constant WIDTH_WAD = 0.03e18;
    uint256 internal constant LONG_AGO = 3660;
    uint256 private constant BPS = 10_000;
    uint256 private constant OBSERVATIONS = 3;
    uint256 private constant PLACES = 3;
    uint256 private constant WIDE_BPS = 150;
    uint256 private constant STRIKES_TO_QUARANTINE = 3;
    /// @dev What a stinted observation is given: up to so much less than the caps, or more.
    uint256 private constant SHORT_GAS = 20_000;
    uint256 private constant OWN_GAS = 220_000;
    uint256 private constant REENTRY_GAS = 20_000;
    /// @dev The oracle's memory of earlier prices is kept by so long.
    uint256 private constant BUCKET = 5 minutes;

    HostileProvider internal provider;
    IPriceSource internal adapter;
    uint256 internal market = PRICE;

    OracleDiagnostics private _diagnostics;
    /// @dev The provider's code, to give it back.
    bytes private _code;

    // ------------------------------------------------------------------------------------------- what a child says

    /// @dev The adapter, with its provider honest.
    function make() internal virtual returns (IPriceSource);

    /// @dev Puts into the provider's mouth a price in the asset's terms, in the usual unit, and mends all else.
    function say(int256 priceWad, uint256 widthWad, uint256 madeAt) internal virtual;

    function valueSelectors() internal view virtual returns (bytes4[] memory);

    function restSelectors() internal view virtual returns (bytes4[] memory);

    /// @dev From now on the provider says that its values have `power` more decimals.
    function tellUnit(int256 power) internal virtual;

    /// @dev How many behaviours fit the provider, each in every scope that fits.
    function cases() internal pure virtual returns (uint256);

    /// @dev What only this kind of provider can do.
    function special(Behaviour behaviour) internal virtual;

    /// @dev Why the provider cannot do it; empty if it can.
    function unfit(Behaviour behaviour, Scope scope) internal view virtual returns (string memory);

    /// @dev What the oracle must find.
    function verdict(Behaviour behaviour, Scope scope) internal view virtual returns (IPriceOracle.SourceFault);

    /// @dev What it must find once the provider is honest again.
    function healed(Behaviour) internal view virtual returns (IPriceOracle.SourceFault) {
        return IPriceOracle.SourceFault.None;
    }

    /// @dev Brings to the adapter what does not come by itself.
    function deliver() internal virtual {}

    /// @dev At least a minute, so that each wrong statement is a strike.
    function stepSeconds() internal view virtual returns (uint256) {
        return 61;
    }

    function maxAgeSeconds() internal view virtual returns (uint32) {
        return uint32(LONG_AGO);
    }

    /// @dev `power` of ten too much, in a unit that the provider tells or does not.
    function sayScaled(int256 power, bool told) internal virtual {
        say(int256(scaled(market, power)), 0, block.timestamp);
        if (told) tellUnit(power);
    }

    /// @dev Says nothing that counts, without an error.
    function sayNothing() internal virtual {
        say(int256(market), 0, block.timestamp - LONG_AGO);
    }

    // ---------------------------------------------------------------------------------------------------- the world

    function setUp() public {
        setUpOracle(4);
        _diagnostics = new OracleDiagnostics(oracle);
        provider = new HostileProvider();
        adapter = make();
        deliver();
        _code = address(provider).code;
        for (uint256 place; place < PLACES; ++place) {
            listWith(assetAt(Grade.Firm, place), 4, place);
            listWith(assetAt(Grade.Thin, place), 2, place);
        }
        oracle.addSource(ETH, hostileConfig());
    }

    /// @dev Four honest groups, or two where the grade is to be Thin.
    function assetAt(Grade grade, uint256 place) private pure returns (AssetId) {
        return AssetId.wrap(uint16((grade == Grade.Thin ? 20 : 10) + place));
    }

    function indexAt(uint256 place, uint256 others) private pure returns (uint256) {
        return (place * others) / (PLACES - 1);
    }

    function hostileConfig() private view returns (IPriceOracle.SourceConfig memory source) {
        source = sourceConfig(address(adapter), 6);
        source.maxAgeSeconds = maxAgeSeconds();
    }

    function listWith(AssetId asset, uint256 others, uint256 place) private {
        IPriceOracle.SourceConfig[] memory configs = new IPriceOracle.SourceConfig[](others + 1);
        uint256 index = indexAt(place, others);
        for (uint256 i; i < others; ++i) {
            configs[i < index ? i : i + 1] = sourceConfig(address(sources[i]), uint8(i));
        }
        configs[index] = hostileConfig();
        oracle.listAsset(asset, config(), configs, CARDINALITY);
    }

    /// @dev Honest sources are 2 bps apart, around the market's price.
    function honest(uint256 i, uint256 others) private view returns (uint256) {
        return (market * (BPS + 2 * i + 1 - others)) / BPS;
    }

    function sayHonest(Case memory c) private {
        uint256 widthBps = c.grade == Grade.Wide ? WIDE_BPS : 0;
        for (uint256 i; i < c.others; ++i) {
            uint256 priceWad = honest(i, c.others);
            sources[i].set(priceWad, (priceWad * widthBps) / BPS, block.timestamp);
        }
    }

    function beHonest() private {
        say(int256(market), 0, block.timestamp);
        deliver();
    }

    function wait(uint256 seconds_) private {
        vm.warp(block.timestamp + seconds_);
    }

    /// @dev Two observations with everybody honest, of which the last counts the adapter; then two that earn the grade.
    function begin(Case memory c) private {
        // A case begins with a bucket of what the oracle takes for the market's move, and ends before the next one.
        uint256 first = block.timestamp + 5 * stepSeconds();
        wait(BUCKET - (first % BUCKET));
        for (uint256 n; n < 2; ++n) {
            wait(stepSeconds());
            sayHonest(c);
            beHonest();
            oracle.poke(only(c.asset));
        }
        assertEq(views(c).groups, c.inShadow ? 4 : c.others + 1, "an honest provider counts");
        for (uint256 n; n < 2; ++n) {
            wait(stepSeconds());
            sayHonest(c);
            if (c.grade == Grade.Thin) {
                sayNothing();
                deliver();
            } else {
                beHonest();
            }
            if (c.grade == Grade.Blind) for (uint256 i; i < c.others; ++i) sources[i].set(0, 0, 0);
            oracle.poke(only(c.asset));
        }
        assertGrade(views(c).grade, c.grade);
    }

    function views(Case memory c) private view returns (PriceViews memory) {
        return oracle.read(c.asset);
    }

    // ---------------------------------------------------------------------------------------------------- one case

    /// @dev Twice 1.2 % up and a rest, ten minutes each, while the provider stands still.
    function drift(Case memory c) private {
        for (uint256 n; n < 3; ++n) {
            wait(601);
            if (n < 2) market += (PRICE * 12) / 1000;
            sayHonest(c);
            say(int256(PRICE), 0, block.timestamp);
            deliver();
            oracle.poke(only(c.asset));
        }
    }

    function mannerOf(Case memory c, HostileProvider.Manner manner) private {
        bytes4[] memory selectors = valueSelectors();
        if (c.scope != Scope.Rest) for (uint256 i; i < selectors.length; ++i) provider.behave(selectors[i], manner);
        selectors = restSelectors();
        if (c.scope != Scope.Value) for (uint256 i; i < selectors.length; ++i) provider.behave(selectors[i], manner);
    }

    function offBy(int256 bps) private view returns (int256) {
        return (int256(market) * (int256(BPS) + bps)) / int256(BPS);
    }

    function misbehave(Case memory c, uint256 n) private {
        Behaviour b = c.behaviour;
        if (b == Behaviour.NoCode) {
            vm.etch(address(provider), "");
            deliver();
            return;
        }
        if (b <= Behaviour.Reenter) {
            say(int256(market), 0, block.timestamp);
            mannerOf(c, HostileProvider.Manner(uint8(b)));
        } else if (isScale(b)) sayScaled(powerOf(b), isTold(b));
        else if (b == Behaviour.Growth) say(offBy(30), 0, block.timestamp);
        else if (b == Behaviour.NearUp) say(offBy(80), 0, block.timestamp);
        else if (b == Behaviour.NearDown) say(offBy(-80), 0, block.timestamp);
        else if (b == Behaviour.OffUp) say(offBy(300), 0, block.timestamp);
        else if (b == Behaviour.OffDown) say(offBy(-300), 0, block.timestamp);
        else if (b == Behaviour.FlipFlop) say(offBy(n % 2 == 0 ? -5000 : int256(0)), 0, block.timestamp);
        else if (b == Behaviour.Lag || b == Behaviour.StandStill) say(int256(PRICE), 0, block.timestamp);
        else if (b == Behaviour.Zero) say(0, 0, block.timestamp);
        else if (b == Behaviour.Negative) say(-int256(market), 0, block.timestamp);
        else if (b == Behaviour.NoTime) say(int256(market), 0, 0);
        else if (b == Behaviour.Future) say(int256(market), 0, block.timestamp + 61);
        else if (b == Behaviour.Stale) say(int256(market), 0, block.timestamp - LONG_AGO);
        else if (b == Behaviour.Doubt) say(int256(market), (market * WIDTH_WAD) / WAD, block.timestamp);
        else say(int256(market), 0, block.timestamp);
        if (b == Behaviour.UnitOnly) tellUnit(1);
        if (b == Behaviour.Dirty) sayDirt();
        special(b);
        deliver();
    }

    /// @dev Nothing but ones, in every answer.
    function sayDirt() private {
        uint256 one = type(uint256).max;
        bytes memory ones = abi.encode(one, one, one, one, one, one, one, one);
        bytes4[] memory selectors = valueSelectors();
        for (uint256 i; i < selectors.length; ++i) provider.answer(selectors[i], ones);
        selectors = restSelectors();
        for (uint256 i; i < selectors.length; ++i) provider.answer(selectors[i], ones);
    }

    function heal(Case memory c) private {
        if (c.behaviour == Behaviour.NoCode) vm.etch(address(provider), _code);
        mannerOf(c, HostileProvider.Manner.Answer);
        beHonest();
    }

    /// @dev What is to be found at the `n`th observation; beyond the last one the provider is honest again.
    function expected(Case memory c, uint256 n) private view returns (IPriceOracle.SourceFault) {
        if (n == OBSERVATIONS) return healed(c.behaviour);
        if (c.behaviour == Behaviour.FlipFlop && n % 2 == 1) return IPriceOracle.SourceFault.None;
        // Where it costs three groups their full quorum, the gate widens by the move.
        if (c.behaviour == Behaviour.Lag && c.grade == Grade.Thin) return IPriceOracle.SourceFault.None;
        return verdict(c.behaviour, c.scope);
    }

    /// @dev One case from its beginning; always reverts, with `Done` if all is well.
    function run(Case memory c) external {
        if (c.behaviour == Behaviour.StandStill) drift(c);
        if (c.behaviour == Behaviour.Lag) market = (market * 97) / 100;
        bool stinted;
        uint256 strikes;
        for (uint256 n; n <= OBSERVATIONS; ++n) {
            wait(stepSeconds());
            sayHonest(c);
            if (n == OBSERVATIONS) heal(c);
            else misbehave(c, n);
            IPriceOracle.SourceFault fault = expected(c, n);
            bool wasOut = c.inShadow || strikes == STRIKES_TO_QUARANTINE;
            uint256 before = oracle.standingsOf(c.asset)[c.index].cleanSeconds;
            if (n == 0) stinted = stint(c);
            vm.recordLogs();
            oracle.poke(only(c.asset));
            // A stinted one has told already.
            if (!stinted || n != 0) checkEvents(c, wasOut ? IPriceOracle.SourceFault.None : fault);
            bool isWrong = fault >= IPriceOracle.SourceFault.Malformed;
            if (isWrong && !wasOut) ++strikes;
            checkPrice(c, !wasOut && fault == IPriceOracle.SourceFault.None);
            checkDiagnosis(c, fault);
            checkStandings(c, strikes, fault, before);
        }
        revert Done(stinted);
    }

    /// @dev An observation with little more gas than the sum of the caps. Either it does not happen, or nothing is
    /// different from one with plenty.
    function stint(Case memory c) private returns (bool stinted) {
        uint256 gasLimit = gasNeeded(c.asset) + ((c.salt * 7919) % OWN_GAS) - SHORT_GAS;
        try oracle.poke{gas: gasLimit}(only(c.asset)) {
            return true;
        } catch {
            return false;
        }
    }

    function gasNeeded(AssetId asset) private view returns (uint256) {
        IPriceOracle.SourceConfig[] memory configs = oracle.sourcesOf(asset);
        return AssetSpecs.gasNeeded(AssetSpecs.encode(config(), configs, SourceReader.probe(configs)));
    }

    function checkEvents(Case memory c, IPriceOracle.SourceFault fault) private {
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        uint256 excluded;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(oracle)) continue;
            bytes32 topic = logs[i].topics[0];
            bool isStrike = topic == IPriceOracle.SourceStruck.selector;
            if (topic != IPriceOracle.SourceExcluded.selector && !isStrike) continue;
            assertEq(uint256(logs[i].topics[2]), c.index, "an honest source was left out or struck");
            if (isStrike) continue;
            ++excluded;
            (uint256 found, , , ) = abi.decode(logs[i].data, (uint256, uint256, uint256, uint256));
            assertEq(found, uint256(fault), "left out for another reason");
        }
        assertEq(excluded, fault == IPriceOracle.SourceFault.None ? 0 : 1, "left out");
    }

    function checkPrice(Case memory c, bool isCounted) private view {
        PriceViews memory v = views(c);
        assertEq(v.updatedAt, block.timestamp, "committed");
        assertEq(v.groups, c.others + (isCounted ? 1 : 0), "groups");
        assertLe(v.lowWad, market, "the interval lost the price");
        assertGe(v.highWad, market, "the interval lost the price");
        assertGe(v.midWad, honest(0, c.others), "mid below the honest");
        assertLe(v.midWad, honest(c.others - 1, c.others), "mid above the honest");
        assertGrade(v.grade, c.grade);
    }

    function checkDiagnosis(Case memory c, IPriceOracle.SourceFault fault) private view {
        IOracleDiagnostics.Diagnosis memory d = _diagnostics.diagnose(c.asset);
        assertTrue(d.agreed, "agreed");
        for (uint256 i; i <= c.others; ++i) {
            IPriceOracle.SourceFault due = i == c.index ? fault : IPriceOracle.SourceFault.None;
            assertEq(uint256(d.sources[i].fault), uint256(due), "diagnosed");
        }
    }

    function checkStandings(
        Case memory c,
        uint256 strikes,
        IPriceOracle.SourceFault fault,
        uint256 cleanBefore
    ) private view {
        IPriceOracle.SourceStanding[] memory standings = oracle.standingsOf(c.asset);
        for (uint256 i; i <= c.others; ++i) {
            if (i == c.index) continue;
            assertFalse(standings[i].quarantined || standings[i].strikes != 0, "held against an honest source");
        }
        IPriceOracle.SourceStanding memory own = standings[c.index];
        assertEq(own.quarantined, c.inShadow || strikes == STRIKES_TO_QUARANTINE, "out");
        assertEq(own.strikes, c.inShadow || own.quarantined ? 0 : strikes, "strikes");
        if (!c.inShadow) return;
        // Agreement adds up, a wrong statement or a lag starts over, silence does neither.
        bool restarts = fault == IPriceOracle.SourceFault.Lagging || fault >= IPriceOracle.SourceFault.Malformed;
        if (restarts) cleanBefore = 0;
        if (fault == IPriceOracle.SourceFault.None) cleanBefore += stepSeconds();
        assertEq(own.cleanSeconds, cleanBefore, "seen to agree in shadow");
    }

    // ---------------------------------------------------------------------------------------------------- the cases

    /// @dev All cases of one place in one grade; a call of its own, so that its memory is given back.
    function runAll(Case memory c) external returns (uint256 count, uint256 stinted) {
        provider.aim(address(oracle), abi.encodeCall(oracle.poke, (only(c.asset))), REENTRY_GAS);
        begin(c);
        uint256 start = block.timestamp;
        for (uint256 b; b <= uint256(type(Behaviour).max); ++b) {
            c.behaviour = Behaviour(b);
            bool scoped = c.behaviour > Behaviour.Honest && c.behaviour <= Behaviour.Reenter;
            for (uint256 s; s <= (scoped ? uint256(type(Scope).max) : 0); ++s) {
                c.scope = Scope(s);
                if (bytes(unfit(c.behaviour, c.scope)).length != 0) continue;
                c.salt = ++count + 64 * c.index + 7 * uint256(c.grade);
                vm.warp(start);
                if (isDone(c)) ++stinted;
            }
        }
    }

    /// @return stinted See `Done`.
    function isDone(Case memory c) private returns (bool stinted) {
        try this.run(c) {
            return false;
        } catch (bytes memory reason) {
            if (bytes4(reason) == Done.selector) return reason[35] != 0;
            revert(string.concat(nameOf(c), textOf(reason)));
        }
    }

    function nameOf(Case memory c) private pure returns (string memory) {
        string memory what = string.concat("behaviour ", vm.toString(uint256(c.behaviour)));
        what = string.concat(what, ", scope ", vm.toString(uint256(c.scope)), ", grade ");
        what = string.concat(what, vm.toString(uint256(c.grade)), ", source ", vm.toString(c.index));
        return string.concat(what, c.inShadow ? ", in shadow: " : ": ");
    }

    /// @dev The text of an error that has one.
    function textOf(bytes memory reason) private pure returns (string memory) {
        if (reason.length < 68) return vm.toString(reason);
        bytes memory words = new bytes(reason.length - 4);
        for (uint256 i; i < words.length; ++i) words[i] = reason[i + 4];
        return abi.decode(words, (string));
    }

    function runGrade(Grade grade, bool inShadow) private {
        Case memory c;
        (c.grade, c.inShadow, c.others) = (grade, inShadow, grade == Grade.Thin ? 2 : 4);
        for (uint256 place; place < PLACES; ++place) {
            (c.asset, c.index) = (assetAt(grade, place), indexAt(place, c.others));
            if (inShadow) (c.asset, c.index) = (ETH, c.others);
            uint256 start = vm.snapshotState();
            (uint256 count, uint256 stinted) = this.runAll(c);
            assertEq(count, cases(), "cases");
            assertGt(stinted, 0, "no case got by with little gas");
            assertLt(stinted, count, "no case had too little gas");
            vm.revertToStateAndDelete(start);
            if (inShadow) return;
        }
    }

    function test_Matrix_Firm() public {
        runGrade(Grade.Firm, false);
    }

    function test_Matrix_Wide() public {
        runGrade(Grade.Wide, false);
    }

    function test_Matrix_Thin() public {
        runGrade(Grade.Thin, false);
    }

    function test_Matrix_Blind() public {
        runGrade(Grade.Blind, false);
    }

    function test_Matrix_InShadow() public {
        runGrade(Grade.Firm, true);
    }
}
