// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @dev OpenZeppelin's ERC-4626 vault, and what becomes of one that fails.
contract VenueMock is ERC4626 {
    enum Mood {
        Honest,
        Frozen, // redeems nothing
        Thief, // burns shares and pays nothing
        Mute, // answers no view
        Bomb, // answers with a megabyte
        Burner, // burns all gas
        Keeper, // takes deposits and gives no shares
        Intruder // calls back from redeem and deposit
    }

    error Frozen();

    Mood public mood;
    bool private _paused;
    uint256 public worthBps = 10_000;
    uint256 public liquid = type(uint256).max;
    address public intruded;
    bytes public intrusion;
    bool public intrusionFailed;

    constructor(IERC20 token) ERC20("Venue", "VEN") ERC4626(token) {}

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function paused() external view returns (bool) {
        return _paused;
    }

    function setPaused(bool paused_) external {
        _paused = paused_;
    }

    /// @dev What is said, not what is.
    function setWorthBps(uint256 bps) external {
        worthBps = bps;
    }

    function setLiquid(uint256 liquid_) external {
        liquid = liquid_;
    }

    function setIntrusion(address target, bytes calldata data) external {
        (mood, intruded, intrusion) = (Mood.Intruder, target, data);
    }

    /// @dev A loss that is real.
    function lose(uint256 assets) external {
        IERC20(asset()).transfer(address(0xdead), assets);
    }

    function convertToAssets(uint256 shares) public view override returns (uint256) {
        _answer();
        return (super.convertToAssets(shares) * worthBps) / 10_000;
    }

    function maxWithdraw(address owner) public view override returns (uint256) {
        uint256 most = super.maxWithdraw(owner);
        return most < liquid ? most : liquid;
    }

    function maxRedeem(address owner) public view override returns (uint256) {
        uint256 shares = super.maxRedeem(owner);
        uint256 most = liquid == type(uint256).max ? shares : super.convertToShares(liquid);
        return most < shares ? most : shares;
    }

    function _answer() private view {
        if (mood == Mood.Mute) revert Frozen();
        if (mood == Mood.Burner) while (true) {}
        if (mood == Mood.Bomb) {
            assembly {
                return(0, 1000000)
            }
        }
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        _intrude();
        super._deposit(caller, receiver, assets, mood == Mood.Keeper ? 0 : shares);
    }

    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override {
        if (mood == Mood.Frozen) revert Frozen();
        _intrude();
        super._withdraw(caller, receiver, owner, mood == Mood.Thief ? 0 : assets, shares);
    }

    function _intrude() private {
        if (mood != Mood.Intruder) return;
        (bool done, ) = intruded.call(intrusion);
        intrusionFailed = !done;
    }
}
