// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {AssetId} from "../types/AssetId.sol";
import {IAuctionParameters} from "./IAuctionParameters.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";

/// @title AuctionParameters
/// @notice Keeps the parameters of the auctions within bounds.
/// @dev Owns: parameters, curves, capacities.
contract AuctionParameters is IAuctionParameters, AccessManaged {
    uint256 private constant MIN_TARGET_WAD = 1e18;
    uint256 private constant MAX_TARGET_WAD = 3e18;
    /// @dev Discount and penalty leave the account a tenth of the equity of what is sold: a sale improves its health.
    uint256 private constant MAX_TAKE_WAD = 0.9e18;
    uint256 private constant MIN_PRICE_FLOOR_WAD = 0.001e18;
    uint256 private constant MIN_BAND_WAD = 0.01e18;
    uint256 private constant MAX_PENALTY_BPS = 1_000;
    uint256 private constant MAX_REWARD_SHARE_WAD = 0.2e18;
    uint256 private constant MAX_REWARD_WAD = 1_000e18;
    uint256 private constant MAX_DUST_WAD = 1e24;
    uint256 private constant MAX_COOL_OFF = 30 days;
    uint256 private constant MIN_DOUBT = 1 minutes;
    uint256 private constant MAX_DOUBT = 1 days;
    /// @dev Above it, the discount alone pays a bidder.
    uint256 private constant MAX_DOUBT_SHARE_WAD = 0.25e18;
    uint256 private constant MIN_WINDOW = 1 minutes;
    uint256 private constant MAX_WINDOW = 7 days;
    uint256 private constant WAD = 1e18;

    /// @dev Holds parameters and curves as code, which costs a reader half of what their storage would; zero = unset.
    address private _settings;
    mapping(AssetId asset => Capacity) private _capacities;

    constructor(address authority) AccessManaged(authority) {
        if (authority == address(0)) revert Auction_NoAuthority();
    }

    // ---------------------------------------------------------------- setters

    /// @inheritdoc IAuctionParameters
    function setConfig(AuctionConfig calldata config_) external restricted {
        _check("targetWad", config_.targetWad, MIN_TARGET_WAD, MAX_TARGET_WAD);
        _check("startSlopeWad", config_.startSlopeWad, 0, WAD);
        _check("maxTakeWad", config_.maxTakeWad, 0, MAX_TAKE_WAD);
        _check("maxDiscountWad", config_.maxDiscountWad, 0, config_.maxTakeWad);
        _check("priceFloorWad", config_.priceFloorWad, MIN_PRICE_FLOOR_WAD, WAD);
        _check("maxIncentiveWad", config_.maxIncentiveWad, 0, WAD);
        _check("bandWad", config_.bandWad, MIN_BAND_WAD, WAD);
        _check("freeDiscountWad", config_.freeDiscountWad, 0, WAD);
        _check("penaltyBps", config_.penaltyBps, 0, MAX_PENALTY_BPS);
        _check("rewardShareWad", config_.rewardShareWad, 0, MAX_REWARD_SHARE_WAD);
        _check("rewardWad", config_.rewardWad, 0, MAX_REWARD_WAD);
        _check("dustWad", config_.dustWad, 0, MAX_DUST_WAD);
        _check("coolOffSeconds", config_.coolOffSeconds, 0, MAX_COOL_OFF);
        _check("doubtSeconds", config_.doubtSeconds, MIN_DOUBT, MAX_DOUBT);
        _check("doubtShareWad", config_.doubtShareWad, 0, MAX_DOUBT_SHARE_WAD);
        (AuctionConfig memory old, IDiscountCurve solventCurve, IDiscountCurve insolventCurve) = settings();
        emit ConfigChanged(old, config_);
        _keep(config_, solventCurve, insolventCurve);
    }

    /// @inheritdoc IAuctionParameters
    function setCurves(address solventCurve, address insolventCurve) external restricted {
        _requireCode(solventCurve);
        _requireCode(insolventCurve);
        emit CurvesChanged(solventCurve, insolventCurve);
        (AuctionConfig memory config, , ) = settings();
        _keep(config, IDiscountCurve(solventCurve), IDiscountCurve(insolventCurve));
    }

    /// @inheritdoc IAuctionParameters
    function setCapacity(AssetId asset, uint256 capacityWad, uint256 windowSeconds) external restricted {
        _check("windowSeconds", windowSeconds, MIN_WINDOW, MAX_WINDOW);
        _check("capacityWad", capacityWad, 0, type(uint128).max);
        emit CapacityChanged(asset, capacityWad, windowSeconds);
        // Both within their types: checked above.
        _capacities[asset] = Capacity({wad: uint128(capacityWad), windowSeconds: uint32(windowSeconds)});
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IAuctionParameters
    function settings()
        public
        view
        returns (AuctionConfig memory config, IDiscountCurve solventCurve, IDiscountCurve insolventCurve)
    {
        address kept = _settings;
        if (kept == address(0)) return (config, solventCurve, insolventCurve);
        return abi.decode(SSTORE2.read(kept), (AuctionConfig, IDiscountCurve, IDiscountCurve));
    }

    /// @inheritdoc IAuctionParameters
    function capacityOf(AssetId asset) external view returns (uint256, uint256) {
        Capacity memory capacity = _capacities[asset];
        return (capacity.wad, capacity.windowSeconds);
    }

    /// @inheritdoc IAuctionParameters
    function capacitiesOf(AssetId[] calldata assets) external view returns (Capacity[] memory capacities) {
        capacities = new Capacity[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) capacities[i] = _capacities[assets[i]];
    }

    function _keep(AuctionConfig memory config, IDiscountCurve solventCurve, IDiscountCurve insolventCurve) private {
        _settings = SSTORE2.write(abi.encode(config, solventCurve, insolventCurve));
    }

    function _check(bytes32 parameter, uint256 actual, uint256 minimum, uint256 maximum) private pure {
        if (actual < minimum || actual > maximum) revert Auction_OutOfBounds(parameter, actual, minimum, maximum);
    }

    function _requireCode(address curve) private view {
        if (curve.code.length == 0) revert Auction_NoCode(curve);
    }
}
