// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";

/// @dev Markets whose indices move by hand; checks that what the vault reports adds up.
contract VaultPerpsMock {
    error Unbalanced(int256 sumBefore, int256 sumAfter);

    struct Market {
        uint256 lotSizeWad;
        int256 longIndexWad;
        int256 shortIndexWad;
        int256 openLots;
        uint256 lastPriceWad;
        uint256 records;
    }

    mapping(uint256 asset => Market) public markets;

    function list(uint256 asset, uint256 lotSizeWad) external {
        markets[asset].lotSizeWad = lotSizeWad;
    }

    /// @dev Funding: longs pay `perLotWad` to shorts.
    function fund(uint256 asset, int256 perLotWad) external {
        markets[asset].longIndexWad += perLotWad;
        markets[asset].shortIndexWad += perLotWad;
    }

    /// @dev A loss over one side; returns what that side pays in all.
    function spread(uint256 asset, bool longSide, int256 perLotWad) external returns (uint256) {
        if (longSide) markets[asset].longIndexWad += perLotWad;
        else markets[asset].shortIndexWad -= perLotWad;
        return uint256(markets[asset].openLots * perLotWad);
    }

    function record(IPerpMarkets.PositionChange calldata change) external returns (IPerpMarkets.MarketMark memory) {
        int256 sumBefore = int256(change.firstBefore) + change.secondBefore;
        int256 sumAfter = int256(change.firstAfter) + change.secondAfter;
        if (sumBefore != sumAfter) revert Unbalanced(sumBefore, sumAfter);
        Market storage market = markets[AssetId.unwrap(change.asset)];
        market.openLots += _long(change.firstAfter) + _long(change.secondAfter);
        market.openLots -= _long(change.firstBefore) + _long(change.secondBefore);
        market.lastPriceWad = change.tradePriceWad;
        ++market.records;
        return _mark(market);
    }

    function openLots(uint256 asset) external view returns (int256) {
        return markets[asset].openLots;
    }

    function marksOf(uint256 bitmap) external view returns (IPerpMarkets.MarketMark[] memory marks) {
        uint256 count;
        for (uint256 i; i < 32; ++i) if ((bitmap >> i) & 1 == 1) ++count;
        marks = new IPerpMarkets.MarketMark[](count);
        count = 0;
        for (uint256 i; i < 32; ++i) if ((bitmap >> i) & 1 == 1) marks[count++] = _mark(markets[i]);
    }

    function _mark(Market storage market) private view returns (IPerpMarkets.MarketMark memory) {
        return IPerpMarkets.MarketMark(market.lotSizeWad, market.longIndexWad, market.shortIndexWad);
    }

    function _long(int64 lots) private pure returns (int256) {
        return lots > 0 ? int256(lots) : int256(0);
    }
}
