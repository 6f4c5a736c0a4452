// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Flags} from "@chainlink/contracts/src/v0.8/l2ep/Flags.sol";
import {ArbitrumSequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/arbitrum/ArbitrumSequencerUptimeFeed.sol";
import {ISequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/interfaces/ISequencerUptimeFeed.sol";
import {ZKSyncSequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/zksync/ZKSyncSequencerUptimeFeed.sol";
import {SimpleWriteAccessController} from "@chainlink/contracts/src/v0.8/shared/access/SimpleWriteAccessController.sol";

import {Test} from "./Test.sol";

/// @dev Chainlink's own L2 contracts. What its validator sends on L1 arrives from the aliased address, as both rollups do it.
abstract contract SequencerFeeds is Test {
    address internal constant L1_VALIDATOR = address(0xC4A1);
    uint160 internal constant ALIAS_OFFSET = uint160(0x1111000000000000000000000000000000001111);

    function deployArbitrumFeed(address reader) internal returns (address) {
        SimpleWriteAccessController access = new SimpleWriteAccessController();
        Flags flags = new Flags(address(access), address(access));
        ArbitrumSequencerUptimeFeed feed = new ArbitrumSequencerUptimeFeed(address(flags), L1_VALIDATOR);
        access.addAccess(address(feed));
        flags.addAccess(address(feed));
        feed.initialize();
        feed.addAccess(reader);
        return address(feed);
    }

    /// @dev `BaseSequencerUptimeFeed` is that of OP Stack chains and Scroll as well; only who may send differs.
    function deployZkSyncFeed(address reader) internal returns (address) {
        ZKSyncSequencerUptimeFeed feed = new ZKSyncSequencerUptimeFeed(L1_VALIDATOR, false);
        feed.addAccess(reader);
        return address(feed);
    }

    /// @dev A message of L1 is executed on L2 now.
    function tell(address feed, bool isDown, uint256 l1Time) internal {
        vm.prank(address(uint160(L1_VALIDATOR) + ALIAS_OFFSET));
        ISequencerUptimeFeed(feed).updateStatus(isDown, uint64(l1Time));
    }
}
