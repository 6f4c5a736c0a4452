// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChainlinkFeed} from "../../support/ChainlinkFeed.sol";

contract ChainlinkMatrixTest is ChainlinkFeed {}
