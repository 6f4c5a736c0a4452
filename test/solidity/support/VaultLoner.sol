// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {MarginVault} from "../../../contracts/vault/MarginVault.sol";
import {Test} from "./Test.sol";
import {VaultExchangeMock} from "./VaultExchangeMock.sol";
import {VaultRiskMock} from "./VaultRiskMock.sol";
import {VaultToken} from "./VaultToken.sol";

/// @dev One actor with three accounts tries everything at fixed prices: trades with itself at any price, deposits,
/// withdraws, transfers, touches. It must never be able to take out more than it brought in.
contract VaultLoner is Test {
    address public constant ACTOR = address(0x10E4);

    MarginVault internal immutable _vault;
    VaultToken internal immutable _usdc;
    VaultToken internal immutable _weth;
    VaultExchangeMock internal immutable _exchange;
    uint256 internal _trades;

    constructor(MarginVault vault, VaultToken usdc, VaultToken weth, VaultExchangeMock exchange) {
        (_vault, _usdc, _weth, _exchange) = (vault, usdc, weth, exchange);
        _usdc.mint(ACTOR, 10_000e6);
        _weth.mint(ACTOR, 5e18);
        vm.startPrank(ACTOR);
        _usdc.approve(address(vault), type(uint256).max);
        _weth.approve(address(vault), type(uint256).max);
        vm.stopPrank();
    }

    function accountOf(uint256 seed) public pure returns (AccountId) {
        return toAccountId(ACTOR, uint96(seed % 3));
    }

    function deposit(uint8 to, bool cash, uint64 amount) external {
        VaultToken token = cash ? _usdc : _weth;
        uint256 balance = token.balanceOf(ACTOR);
        if (balance == 0) return;
        vm.prank(ACTOR);
        _vault.deposit(accountOf(to), address(token), bound(amount, 1, balance));
    }

    function withdraw(uint8 from, bool cash, uint64 amount) external {
        vm.prank(ACTOR);
        try _vault.withdraw(accountOf(from), address(cash ? _usdc : _weth), bound(amount, 1, 10e18), ACTOR) {
            return;
        } catch {
            return;
        }
    }

    function withdrawCash(uint8 from, uint32 amount) external {
        vm.prank(ACTOR);
        try _vault.withdraw(accountOf(from), address(_usdc), bound(amount, 1, 2_000e6), ACTOR) {
            return;
        } catch {
            return;
        }
    }

    function transfer(uint8 from, uint8 to, uint32 amount) external {
        vm.prank(ACTOR);
        try _vault.transfer(accountOf(from), accountOf(to), address(_usdc), bound(amount, 1, 1_000e6)) {
            return;
        } catch {
            return;
        }
    }

    function trade(uint8 buyer, uint8 seller, uint16 lots, uint16 price) external {
        Fill[] memory fills = new Fill[](1);
        uint256 priceWad = bound(price, 1_000, 3_000) * 1e18 + (_trades++);
        AssetId eth = AssetId.wrap(1);
        fills[0] = Fill(accountOf(buyer), accountOf(seller), perpetualOf(eth), uint64(bound(lots, 1, 300)), priceWad);
        TradeTerms[] memory terms = new TradeTerms[](2);
        (terms[0].account, terms[1].account) = (fills[0].buyer, fills[0].seller);
        try _exchange.settle(fills, terms) {
            return;
        } catch {
            return;
        }
    }

    function touch(uint8 account) external {
        _vault.touch(accountOf(account));
    }
}
