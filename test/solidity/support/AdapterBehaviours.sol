// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";

/// @dev What a hostile provider does to its adapter, and what comes of it where nothing about the provider is special.
abstract contract AdapterBehaviours {
    enum Behaviour {
        // In the order of `HostileProvider.Manner`.
        Honest,
        Revert,
        RevertBomb,
        Empty,
        Short,
        Long,
        Bomb,
        BurnAll,
        Reenter,
        // A price that moves as one may, as none may but within the gate, and beyond the gate.
        Growth,
        NearUp,
        NearDown,
        OffUp,
        OffDown,
        // Half the price at every other observation.
        FlipFlop,
        // The old price with a new time: in a market that just moved, and in one that did long ago.
        Lag,
        StandStill,
        Zero,
        Negative,
        Absurd,
        Dirty,
        NoTime,
        Future,
        Stale,
        // Ten times and ten million times too much, ten times and ten billion times too little: the provider's unit
        // changed and it does not say so, or it does.
        ScaleUp,
        ScaleDown,
        ScaleFarUp,
        ScaleFarDown,
        ToldUp,
        ToldDown,
        ToldFarUp,
        ToldFarDown,
        // It says that its unit changed, and the value did not.
        UnitOnly,
        Doubt,
        BoundlessDoubt,
        WildExponentLow,
        WildExponentHigh,
        ClampLow,
        ClampHigh,
        NewPhase,
        ClampInANewPhase,
        UnfinishedRound,
        // Next to nothing stands behind the price: supply, liquidity.
        Hollow,
        // Last: taking code is what a revert does not undo here.
        NoCode
    }

    /// @dev What is answered in a bad manner: everything, the value, or whatever else the adapter asks.
    enum Scope {
        All,
        Value,
        Rest
    }

    function scaled(uint256 amount, int256 power) internal pure returns (uint256) {
        return power < 0 ? amount / 10 ** uint256(-power) : amount * 10 ** uint256(power);
    }

    function list(bytes4 a) internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = a;
    }

    function isScale(Behaviour behaviour) internal pure returns (bool) {
        return behaviour >= Behaviour.ScaleUp && behaviour <= Behaviour.ToldFarDown;
    }

    function isTold(Behaviour behaviour) internal pure returns (bool) {
        return behaviour >= Behaviour.ToldUp && behaviour <= Behaviour.ToldFarDown;
    }

    /// @dev Of a told or untold change of unit.
    function powerOf(Behaviour behaviour) internal pure returns (int256) {
        uint256 which = (uint256(behaviour) - uint256(Behaviour.ScaleUp)) % 4;
        int256[4] memory powers = [int256(1), -1, 7, -10];
        return powers[which];
    }

    /// @dev What comes of a provider that a plain feed stands for: one value with its time, nothing behind it.
    function plainVerdict(Behaviour behaviour) internal pure returns (IPriceOracle.SourceFault) {
        if (behaviour == Behaviour.Long || behaviour == Behaviour.Reenter) return IPriceOracle.SourceFault.None;
        if (behaviour == Behaviour.Honest || behaviour == Behaviour.NewPhase) return IPriceOracle.SourceFault.None;
        if (behaviour <= Behaviour.Reenter || behaviour == Behaviour.NoCode) return IPriceOracle.SourceFault.Reverted;
        if (behaviour <= Behaviour.NearDown) return IPriceOracle.SourceFault.None;
        if (behaviour == Behaviour.Lag) return IPriceOracle.SourceFault.Lagging;
        if (behaviour <= Behaviour.StandStill) return IPriceOracle.SourceFault.Deviant;
        if (behaviour == Behaviour.Future) return IPriceOracle.SourceFault.Future;
        if (behaviour == Behaviour.Stale) return IPriceOracle.SourceFault.Stale;
        if (behaviour == Behaviour.Doubt) return IPriceOracle.SourceFault.Unconfident;
        if (!isScale(behaviour) || isTold(behaviour)) return IPriceOracle.SourceFault.NoValue;
        return
            behaviour >= Behaviour.ScaleFarUp ? IPriceOracle.SourceFault.OutOfBounds : IPriceOracle.SourceFault.Deviant;
    }

    /// @dev What only some providers have.
    function plainUnfit(Behaviour behaviour) internal pure returns (string memory) {
        if (behaviour == Behaviour.Doubt || behaviour == Behaviour.BoundlessDoubt) return "states no half-width";
        if (behaviour == Behaviour.WildExponentLow || behaviour == Behaviour.WildExponentHigh) return "no exponent";
        if (behaviour == Behaviour.ClampLow || behaviour == Behaviour.ClampHigh) return "no bounds of its own";
        if (behaviour == Behaviour.NewPhase || behaviour == Behaviour.ClampInANewPhase) return "no phases";
        if (behaviour == Behaviour.UnfinishedRound) return "no rounds";
        return behaviour == Behaviour.Hollow ? "nothing on chain stands behind it" : "";
    }
}
