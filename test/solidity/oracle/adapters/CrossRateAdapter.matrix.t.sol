// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {ChainlinkAdapter} from "../../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {CrossRateAdapter} from "../../../../contracts/oracle/adapters/CrossRateAdapter.sol";
import {LstRateAdapter} from "../../../../contracts/oracle/adapters/LstRateAdapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {IPriceOracle} from "../../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {AdapterMatrix} from "../../support/AdapterMatrix.sol";
import {ChainlinkFeed} from "../../support/ChainlinkFeed.sol";
import {LstFeed} from "../../support/LstFeed.sol";
import {OracleLstMock} from "../../support/OracleLstMock.sol";

/// @dev What cross rates have in common: LST/MID times MID/USD, of which one leg is honest, and what a fault of the other
/// becomes.
abstract contract CrossLegs {
    uint256 internal constant RATE_WAD = 1.25e18;
    uint256 internal constant MID_WAD = 1600e18;
    uint32 private constant MAX_AGE = 1 hours;

    function cross(IDescribedSource rate, IDescribedSource feed, bool inverse) internal returns (CrossRateAdapter) {
        CrossRateAdapter.Leg memory second = legOf(feed, MID_WAD);
        if (inverse) {
            (second.floorWad, second.ceilingWad) = (inverseOf(second.ceilingWad), inverseOf(second.floorWad));
            second.inverse = true;
        }
        return new CrossRateAdapter(legOf(rate, RATE_WAD), second, "LST", "USD");
    }

    /// @dev Bounds as far from the value as the asset's own.
    function legOf(IDescribedSource source, uint256 valueWad) private pure returns (CrossRateAdapter.Leg memory) {
        return CrossRateAdapter.Leg(source, false, MAX_AGE, uint128(valueWad / 2000), uint128(valueWad * 500));
    }

    function inverseOf(uint256 valueWad) internal pure returns (uint128) {
        return uint128(1e36 / valueWad);
    }

    function honestRate() internal returns (IDescribedSource) {
        IERC20Metadata token = IERC20Metadata(address(new OracleLstMock(RATE_WAD)));
        return new LstRateAdapter(token, bytes4(keccak256("stEthPerToken()")), "LST", "MID", 0.1e18, 0.005e18);
    }

    /// @dev Each leg is held to an age and bounds of its own; beyond them there is no product.
    function crossed(IPriceOracle.SourceFault fault) internal pure returns (IPriceOracle.SourceFault) {
        bool isLegs = fault == IPriceOracle.SourceFault.Stale || fault == IPriceOracle.SourceFault.Future;
        isLegs = isLegs || fault == IPriceOracle.SourceFault.OutOfBounds;
        return isLegs ? IPriceOracle.SourceFault.NoValue : fault;
    }
}

contract CrossOfFeedMatrixTest is ChainlinkFeed, CrossLegs {
    function make() internal override returns (IPriceSource) {
        return cross(honestRate(), makeFeed(), false);
    }

    function ownOf(int256 priceWad) internal pure override returns (int256) {
        return (priceWad * int256(WAD)) / int256(RATE_WAD);
    }

    function verdict(Behaviour behaviour, Scope scope) internal pure override returns (IPriceOracle.SourceFault) {
        return crossed(super.verdict(behaviour, scope));
    }
}

contract CrossOfRateMatrixTest is LstFeed, CrossLegs {
    MockV3Aggregator private _feed;

    function make() internal override returns (IPriceSource) {
        _feed = new MockV3Aggregator(18, int256(MID_WAD));
        AggregatorV3Interface feed = AggregatorV3Interface(address(_feed));
        return cross(makeRate(), new ChainlinkAdapter(feed, "MID", "USD", 0, 0, 0), false);
    }

    function deliver() internal override {
        _feed.updateAnswer(int256(MID_WAD));
    }

    function ownOf(int256 priceWad) internal pure override returns (int256) {
        return (priceWad * int256(WAD)) / int256(MID_WAD);
    }

    function verdict(Behaviour behaviour, Scope scope) internal pure override returns (IPriceOracle.SourceFault) {
        return crossed(super.verdict(behaviour, scope));
    }
}

/// @dev The second leg is any source, the wrong way round: what USD is in MID.
contract CrossOfSourceMatrixTest is AdapterMatrix, CrossLegs {
    function make() internal override returns (IPriceSource) {
        say(int256(PRICE), 0, block.timestamp);
        IDescribedSource.SourceCard memory card;
        (card.base, card.quote) = ("USD", "MID");
        provider.answer(IDescribedSource.describe.selector, abi.encode(card));
        return cross(honestRate(), IDescribedSource(address(provider)), true);
    }

    function say(int256 priceWad, uint256 widthWad, uint256 madeAt) internal override {
        uint256 valueWad = priceWad == 0 ? 0 : (RATE_WAD * WAD) / uint256(priceWad);
        uint256 width = priceWad == 0 ? 0 : (valueWad * widthWad) / uint256(priceWad);
        sayWords(valueWad, width, madeAt);
    }

    function sayWords(uint256 valueWad, uint256 widthWad, uint256 madeAt) private {
        provider.answer(IPriceSource.latest.selector, abi.encode(valueWad, widthWad, madeAt));
    }

    function valueSelectors() internal pure override returns (bytes4[] memory) {
        return list(IPriceSource.latest.selector);
    }

    function restSelectors() internal pure override returns (bytes4[] memory) {
        return new bytes4[](0);
    }

    function tellUnit(int256) internal pure override {
        revert("a source says WAD");
    }

    function special(Behaviour behaviour) internal override {
        uint256 most = type(uint256).max;
        if (behaviour == Behaviour.Absurd) sayWords(most, 0, block.timestamp);
        if (behaviour == Behaviour.BoundlessDoubt) sayWords(inverseOf(MID_WAD), most, block.timestamp);
    }

    function unfit(Behaviour behaviour, Scope scope) internal pure override returns (string memory) {
        if (scope == Scope.Rest) return "asked for nothing else";
        if (isTold(behaviour) || behaviour == Behaviour.UnitOnly) return "a source says WAD";
        if (behaviour == Behaviour.Negative) return "unsigned";
        if (behaviour == Behaviour.Doubt || behaviour == Behaviour.BoundlessDoubt) return "";
        return plainUnfit(behaviour);
    }

    function verdict(Behaviour behaviour, Scope) internal pure override returns (IPriceOracle.SourceFault) {
        return crossed(plainVerdict(behaviour));
    }

    function cases() internal pure override returns (uint256) {
        return 38;
    }
}
