// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVerifierProxy} from "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/interfaces/IVerifierProxy.sol";

import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {DataStreamsAdapter} from "../../../../contracts/oracle/adapters/DataStreamsAdapter.sol";
import {IStreamsBilling} from "../../../../contracts/oracle/adapters/IStreamsBilling.sol";
import {AdapterMatrix} from "../../support/AdapterMatrix.sol";

/// @dev A verifier that takes any report, and one report before each observation.
contract DataStreamsMatrixTest is AdapterMatrix {
    bytes32 private constant FEED = bytes32((uint256(3) << 240) | 0xE7);
    uint256 private constant SUBMIT_GAS = 4_000_000;
    uint256 private constant REENTRY_GAS = 500_000;

    function make() internal override returns (IPriceSource stream) {
        stream = new DataStreamsAdapter(IVerifierProxy(address(provider)), FEED, 18, "ETH", "USD");
        say(int256(PRICE), 0, block.timestamp);
    }

    /// @dev Less than from one observation to the next, so that a report that was not taken shows.
    function maxAgeSeconds() internal pure override returns (uint32) {
        return 60;
    }

    function say(int256 priceWad, uint256 widthWad, uint256 madeAt) internal override {
        sayReport(priceWad, priceWad, priceWad + int256(widthWad), madeAt);
    }

    function sayReport(int256 bid, int256 priceWad, int256 ask, uint256 madeAt) private {
        uint256 expiresAt = block.timestamp + 60;
        bytes memory report = abi.encode(FEED, madeAt, madeAt, 0, 0, expiresAt, priceWad, bid, ask);
        provider.answer(IVerifierProxy.verify.selector, abi.encode(report));
        provider.answer(IStreamsBilling.s_feeManager.selector, abi.encode(0));
    }

    function request() private pure returns (bytes memory) {
        return abi.encodeCall(DataStreamsAdapter.submit, (""));
    }

    function deliver() internal override {
        (bool success, ) = address(adapter).call{gas: SUBMIT_GAS}(request());
        success;
    }

    function sayNothing() internal pure override {
        return;
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IVerifierProxy.verify.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return list(IStreamsBilling.s_feeManager.selector);
    }

    function tellUnit(int256) internal pure override {
        revert("reports carry no unit");
    }

    function special(Behaviour behaviour) internal override {
        (int256 own, int256 most) = (int256(market), type(int192).max);
        if (behaviour == Behaviour.Reenter) provider.aim(address(adapter), request(), REENTRY_GAS);
        if (behaviour == Behaviour.Absurd) sayReport(own, most, most, block.timestamp);
        if (behaviour == Behaviour.BoundlessDoubt) sayReport(own, own, most, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope) internal pure override returns (string memory) {
        if (isTold(behaviour) || behaviour == Behaviour.UnitOnly) return "reports carry no unit";
        if (behaviour == Behaviour.Doubt || behaviour == Behaviour.BoundlessDoubt) return "";
        return plainUnfit(behaviour);
    }

    /// @dev A report that is not taken leaves the last one, which is too old by now.
    function verdict(Behaviour behaviour, Scope scope) internal pure override returns (IPriceOracle.SourceFault fault) {
        // Within the verification the report is brought once more, and is not newer than itself; asking for the fee is a
        // view.
        if (behaviour == Behaviour.Reenter && scope != Scope.Rest) return IPriceOracle.SourceFault.Stale;
        fault = plainVerdict(behaviour);
        bool isUntaken = fault == IPriceOracle.SourceFault.Reverted || fault == IPriceOracle.SourceFault.NoValue;
        if (isUntaken || fault == IPriceOracle.SourceFault.Future) return IPriceOracle.SourceFault.Stale;
    }

    function cases() internal pure override returns (uint256) {
        return 47;
    }
}
