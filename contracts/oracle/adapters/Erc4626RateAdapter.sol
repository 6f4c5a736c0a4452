// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {BoundedRate} from "./BoundedRate.sol";
import {IDescribedSource} from "../IDescribedSource.sol";

/// @title Erc4626RateAdapter
/// @notice What one share of an ERC-4626 vault is worth in its asset. The vault is its independence group.
/// @dev Trusts: the vault's book-keeping, within the growth bound. Gives no value while fewer shares exist than a floor
/// (whoever holds nearly all of a small supply sets the price of a share by donating), and when asset or decimals are no
/// longer those it was set up with.
contract Erc4626RateAdapter is BoundedRate {
    /// @notice The vault or its asset has no code, the asset has more than 18 decimals, or a share more than 36.
    error Oracle_BadVault(address vault, uint256 shareDecimals, uint256 assetDecimals);

    uint256 private constant WAD_DECIMALS = 18;
    uint256 private constant MAX_SHARE_DECIMALS = 36;

    /// @notice The vault.
    IERC4626 public immutable vault;
    /// @notice Its asset when this adapter was made.
    IERC20Metadata public immutable asset;
    /// @notice Decimals of a share when this adapter was made.
    uint8 public immutable shareDecimals;
    /// @notice Decimals of the asset when this adapter was made.
    uint8 public immutable assetDecimals;
    /// @notice Fewest shares in existence, in base units, for which the rate is believed.
    uint256 public immutable minSupply;
    /// @dev So many shares that their worth in base units of the asset is the rate in WAD.
    uint256 private immutable _probe;

    /// @param minSupply_ Fewest shares in existence, in base units of the share.
    /// @param base_ What a share is called.
    /// @param quote_ What the asset is called.
    /// @param growthWadPerYear_ Largest growth per year, WAD.
    /// @param slackWad_ See `slackWad`.
    constructor(
        IERC4626 vault_,
        uint256 minSupply_,
        string memory base_,
        string memory quote_,
        uint256 growthWadPerYear_,
        uint256 slackWad_
    ) BoundedRate(base_, quote_, growthWadPerYear_, slackWad_) {
        if (address(vault_).code.length == 0) revert Oracle_BadVault(address(vault_), 0, 0);
        IERC20Metadata asset_ = IERC20Metadata(vault_.asset());
        if (address(asset_).code.length == 0) revert Oracle_BadVault(address(vault_), 0, 0);
        uint8 shareDecimals_ = vault_.decimals();
        uint8 assetDecimals_ = asset_.decimals();
        if (shareDecimals_ > MAX_SHARE_DECIMALS || assetDecimals_ > WAD_DECIMALS) {
            revert Oracle_BadVault(address(vault_), shareDecimals_, assetDecimals_);
        }
        vault = vault_;
        asset = asset_;
        shareDecimals = shareDecimals_;
        assetDecimals = assetDecimals_;
        minSupply = minSupply_;
        _probe = 10 ** (shareDecimals_ + WAD_DECIMALS - assetDecimals_);
        _takeFirstSnapshot();
    }

    /// @inheritdoc IDescribedSource
    function describe() external view returns (SourceCard memory card) {
        card = _card("erc4626-rate", address(vault));
        card.decimals = vault.decimals();
        card.description = vault.name();
        card.highestWad = capWad() + 1;
    }

    /// @inheritdoc BoundedRate
    function _ratioWad() internal view override returns (uint256) {
        if (vault.totalSupply() < minSupply || vault.decimals() != shareDecimals) return 0;
        if (vault.asset() != address(asset) || asset.decimals() != assetDecimals) return 0;
        return vault.convertToAssets(_probe);
    }
}
