// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";

import {BoundedRate} from "./BoundedRate.sol";
import {IDescribedSource} from "../IDescribedSource.sol";

/// @title LstRateAdapter
/// @notice The rate that a liquid-staking token reports of itself by a method without arguments, in WAD: wstETH's
/// `stEthPerToken()`, rETH's `getExchangeRate()`, cbETH's `exchangeRate()`, weETH's `getRate()`. The token's protocol is
/// its independence group.
/// @dev Trusts: the token's book-keeping, within the growth bound. What it quotes is the staking protocol's claim, not the
/// coin: wstETH in stETH is not wstETH in ETH. Gives no value when the token does not answer with exactly one word, and
/// when its decimals are no longer those it was set up with.
contract LstRateAdapter is BoundedRate {
    /// @notice The token has no code.
    error Oracle_BadRateToken(address token);

    /// @dev An answer is one word; room for one more shows a longer one.
    uint16 private constant MAX_COPY = 64;
    uint256 private constant WORD_BYTES = 32;

    /// @notice The token.
    IERC20Metadata public immutable token;
    /// @notice Selector of the method that returns the rate.
    bytes4 public immutable method;
    /// @notice Decimals of the token when this adapter was made.
    uint8 public immutable decimals;

    /// @param method_ Selector of a view without arguments that returns WAD of the quote per whole token.
    /// @param base_ What the token is called.
    /// @param quote_ What the rate is in.
    /// @param growthWadPerYear_ Largest growth per year, WAD.
    /// @param slackWad_ See `slackWad`.
    constructor(
        IERC20Metadata token_,
        bytes4 method_,
        string memory base_,
        string memory quote_,
        uint256 growthWadPerYear_,
        uint256 slackWad_
    ) BoundedRate(base_, quote_, growthWadPerYear_, slackWad_) {
        if (address(token_).code.length == 0) revert Oracle_BadRateToken(address(token_));
        token = token_;
        method = method_;
        decimals = token_.decimals();
        _takeFirstSnapshot();
    }

    /// @inheritdoc IDescribedSource
    function describe() external view returns (SourceCard memory card) {
        card = _card("lst-rate", address(token));
        card.feedId = method;
        card.decimals = token.decimals();
        card.description = token.name();
        card.highestWad = capWad() + 1;
    }

    /// @inheritdoc BoundedRate
    function _ratioWad() internal view override returns (uint256) {
        if (token.decimals() != decimals) return 0;
        (bool success, bool exceeded, bytes memory answer) = LibCall.tryStaticCall(
            address(token),
            gasleft(),
            MAX_COPY,
            abi.encodeWithSelector(method)
        );
        if (!success || exceeded || answer.length != WORD_BYTES) return 0;
        return abi.decode(answer, (uint256));
    }
}
