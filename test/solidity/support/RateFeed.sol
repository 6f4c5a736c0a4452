// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AdapterMatrix} from "./AdapterMatrix.sol";

/// @dev What rates have in common: they are read when asked, and believed only as far as they can have grown.
abstract contract RateFeed is AdapterMatrix {
    uint256 internal constant GROWTH = 0.1e18;
    uint256 internal constant SLACK = 0.005e18;

    function sayNothing() internal override {
        say(0, 0, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope) internal pure virtual override returns (string memory) {
        if (behaviour >= Behaviour.NoTime && behaviour <= Behaviour.Stale) return "its time is the chain's";
        return behaviour == Behaviour.Negative ? "unsigned" : plainUnfit(behaviour);
    }

    function verdict(Behaviour behaviour, Scope) internal pure virtual override returns (IPriceOracle.SourceFault) {
        bool isJump = behaviour == Behaviour.NearUp || behaviour == Behaviour.OffUp;
        isJump = isJump || behaviour == Behaviour.ScaleUp || behaviour == Behaviour.ScaleFarUp;
        if (isJump) return IPriceOracle.SourceFault.NoValue;
        return behaviour == Behaviour.Dirty ? IPriceOracle.SourceFault.Reverted : plainVerdict(behaviour);
    }

    /// @dev Having stood still, it may not grow to the market's price at once.
    function healed(Behaviour behaviour) internal pure override returns (IPriceOracle.SourceFault) {
        return behaviour == Behaviour.StandStill ? IPriceOracle.SourceFault.NoValue : IPriceOracle.SourceFault.None;
    }
}
