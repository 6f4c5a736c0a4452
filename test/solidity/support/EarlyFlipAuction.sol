// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The collateral auction of 2020: one lot, rising bids from any price, won by whoever is not outbid in time.
contract EarlyFlipAuction {
    uint256 public constant TTL = 10 minutes;

    uint256 public lotWad;
    uint256 public bidWad;
    address public bidder;
    uint256 public endsAt;

    function kick(uint256 lotWad_) external {
        (lotWad, bidWad, bidder, endsAt) = (lotWad_, 0, address(0), 0);
    }

    function tend(uint256 bidWad_) external {
        require(bidder == address(0) || (bidWad_ > bidWad && block.timestamp < endsAt), "outbid or over");
        (bidWad, bidder, endsAt) = (bidWad_, msg.sender, block.timestamp + TTL);
    }

    /// @return wonWad What the winner gets.
    function deal() external returns (uint256 wonWad) {
        require(bidder != address(0) && block.timestamp >= endsAt, "not over");
        (wonWad, lotWad) = (lotWad, 0);
    }
}
