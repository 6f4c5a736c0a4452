// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPreviewLens} from "../../../contracts/lens/IPreviewLens.sol";
import {PreviewLens} from "../../../contracts/lens/PreviewLens.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../../../contracts/types/AccountId.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {InstrumentId, perpetualOf} from "../../../contracts/types/InstrumentId.sol";
import {Fill, TradeTerms} from "../../../contracts/types/Trade.sol";
import {IMarginVault} from "../../../contracts/vault/IMarginVault.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultSettings} from "../../../contracts/vault/IVaultSettings.sol";
import {OptionDomain} from "../support/OptionDomain.sol";

/// @dev What is previewed is then done, in a domain without mocks: verdict, error with arguments and margin are the same.
contract PreviewLensTest is OptionDomain {
    address private constant GUARD = address(0xD4A1);
    address private _owner = makeAddr("owner");
    AccountId private _account = toAccountId(_owner, 0);
    AccountId private _whale = toAccountId(makeAddr("whale"), 0);
    AccountId private _other = toAccountId(makeAddr("other"), 0);
    PreviewLens private _lens;
    uint256 private _done;
    uint256 private _refused;

    function setUp() public override {
        super.setUp();
        rooms.vault.setModule(address(this), IVaultSettings.ModuleRole.Exchange);
        rooms.vault.setModule(GUARD, IVaultSettings.ModuleRole.Auction);
        _lens = _newLens(7);
        rooms.options.listExpiry(ETH, THURSDAY);
        deposit(_account, 30_000);
        deposit(_whale, 100_000_000);
        deposit(_other, 100_000_000);
        _depositWeth(3e18);
    }

    function test_Constructor_RevertsWhen_ARoomIsMissing() external {
        for (uint256 i; i < 7; ++i) {
            vm.expectRevert(IPreviewLens.PreviewLens_ZeroAddress.selector);
            _newLens(i);
        }
    }

    // --- Fills ----------------------------------------------------------------------------------------------------

    /// @dev From a random position, up to three random legs: some accepted, some below margin, some reductions.
    function testFuzz_PreviewFill_IsWhatTheVaultDoes(uint248 seed) external {
        _fillQuietly(_other, _legs(uint256(seed) + 7, 3));
        _same(_legs(seed, 1 + (seed % 3)));
    }

    /// @dev An account that the market has moved against: reductions are judged by what they give away.
    function testFuzz_PreviewFill_OfReductionsInDistress(uint248 seed) external {
        _fillQuietly(_other, _one(perpetualOf(ETH), 7_000, ETH_PRICE));
        for (uint256 i; i < 4; ++i) {
            vm.warp(block.timestamp + 60);
            publishAt(1_880e18);
        }
        uint256 priceWad = _bound(uint256(keccak256(abi.encode(seed))), 1_500e18, 2_200e18);
        _same(_one(perpetualOf(ETH), -int64(int256(_bound(uint256(seed), 1, 7_500))), priceWad));
    }

    /// @dev The fuzz above sees both verdicts, and of reductions both ways to be refused.
    function test_PreviewFill_FuzzSeesEveryVerdict() external {
        uint256 accepted;
        for (uint256 seed; seed < 40; ++seed) {
            if (_lens.previewFill(_account, _legs(seed, 1 + (seed % 3)), 0).accepted) ++accepted;
        }
        assertTrue(accepted > 5 && accepted < 35);
        _fillQuietly(_other, _one(perpetualOf(ETH), 7_000, ETH_PRICE));
        for (uint256 i; i < 4; ++i) {
            vm.warp(block.timestamp + 60);
            publishAt(1_880e18);
        }
        bytes memory reason = _lens.previewFill(_account, _one(perpetualOf(ETH), -3_000, 1_500e18), 0).reason;
        assertTrue(
            bytes4(reason) == IVaultErrors.Vault_ReductionGivesAway.selector ||
                bytes4(reason) == IVaultErrors.Vault_ReductionWorsens.selector
        );
        assertTrue(_lens.previewFill(_account, _one(perpetualOf(ETH), -3_000, 1_890e18), 0).accepted);
    }

    function test_PreviewFill_RefusesWhatIsNotWellFormed() external view {
        IPreviewLens.FillLeg[] memory none;
        assertEq(_refusal(none), abi.encodeWithSelector(IVaultErrors.Vault_EmptyBatch.selector));
        assertEq(
            _refusal(new IPreviewLens.FillLeg[](65)),
            abi.encodeWithSelector(IVaultErrors.Vault_BatchTooLarge.selector, 65, 64)
        );
        InstrumentId unknown = InstrumentId.wrap(1);
        assertEq(
            _refusal(_one(unknown, 1, 1)),
            abi.encodeWithSelector(IVaultErrors.Vault_UnknownInstrument.selector, unknown)
        );
        assertEq(_refusal(_one(perpetualOf(ETH), 0, 1)), abi.encodeWithSelector(IVaultErrors.Vault_ZeroLots.selector));
        assertEq(_refusal(_one(perpetualOf(ETH), 1, 0)), abi.encodeWithSelector(IVaultErrors.Vault_ZeroPrice.selector));
        uint64 limit = 2 ** 23 - 1;
        assertEq(
            _refusal(_one(call(THURSDAY, 2_000e18), int64(limit) + 1, 1)),
            abi.encodeWithSelector(IVaultErrors.Vault_LotsTooLarge.selector, limit + 1, limit)
        );
        AssetId absent = AssetId.wrap(9);
        assertEq(
            _refusal(_one(perpetualOf(absent), 1, 1)),
            abi.encodeWithSelector(IPerpMarkets.Perp_NotListed.selector, absent)
        );
    }

    function test_PreviewFill_NamesTheCaps() external {
        // 5,000,000 USD at 2,000 and lots of 0.01: 250,000 lots.
        IPreviewLens.FillLeg[] memory legs = _one(perpetualOf(ETH), 250_001, ETH_PRICE);
        bytes memory reason = _lens.previewFill(_whale, legs, 0).reason;
        assertEq(
            reason,
            abi.encodeWithSelector(IPerpMarkets.Perp_OpenInterestCap.selector, 5_000_020e18, 5_000_000e18)
        );
        assertEq(_lens.previewFill(_whale, _one(perpetualOf(ETH), 250_000, ETH_PRICE), 0).reason.length, 0);
        legs = _one(call(THURSDAY, 2_000e18), 250_001, 30e18);
        reason = _lens.previewFill(_whale, legs, 0).reason;
        assertEq(
            reason,
            abi.encodeWithSelector(IOptionMarkets.Option_OpenInterestCap.selector, 5_000_020e18, 5_000_000e18)
        );
        _assertVaultRefuses(_whale, legs, reason);
    }

    function test_PreviewFill_AFrozenAccountOpensNothing() external {
        vm.prank(GUARD);
        rooms.vault.setFrozen(_account, true);
        IPreviewLens.FillLeg[] memory legs = _one(perpetualOf(ETH), 1, ETH_PRICE);
        IPreviewLens.Preview memory preview = _lens.previewFill(_account, legs, 0);
        assertFalse(preview.accepted);
        assertTrue(preview.marginKnown);
        assertEq(preview.reason, abi.encodeWithSelector(IVaultErrors.Vault_AccountFrozen.selector, _account));
        _assertVaultRefuses(_account, legs, preview.reason);
    }

    function test_PreviewFill_AfterExpiryOptionsDoNotTrade() external {
        vm.warp(THURSDAY);
        (, uint8 slot) = rooms.options.slotOf(ETH, THURSDAY);
        assertEq(
            _refusal(_one(call(THURSDAY, 2_000e18), 1, 30e18)),
            abi.encodeWithSelector(IOptionMarkets.Option_Expired.selector, slot, THURSDAY)
        );
    }

    /// @dev A price that nobody can be sure of: opening is refused or stressed, as the breaker says, in both.
    function test_PreviewFill_FollowsTheBreaker() external {
        vm.warp(block.timestamp + 2 hours);
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (ETH, BTC);
        rooms.breaker.update(both);
        IPreviewLens.FillLeg[] memory legs = _one(perpetualOf(ETH), 100, ETH_PRICE);
        IPreviewLens.Preview memory preview = _lens.previewFill(_account, legs, 0);
        assertFalse(preview.accepted);
        assertEq(bytes4(preview.reason), IVaultErrors.Vault_ActionRefused.selector);
        _assertVaultRefuses(_account, legs, preview.reason);
    }

    function test_PreviewFill_RevertsWhen_GasIsShort() external {
        try _lens.previewFill{gas: 60_000}(_account, _one(perpetualOf(ETH), 1, ETH_PRICE), 0) {
            assertTrue(false);
        } catch (bytes memory reason) {
            assertTrue(reason.length == 0 || bytes4(reason) == IPreviewLens.PreviewLens_GasTooLow.selector);
        }
    }

    // --- Withdrawals ----------------------------------------------------------------------------------------------

    function testFuzz_PreviewWithdraw_IsWhatTheVaultDoes(uint248 seed) external {
        _fillQuietly(_other, _legs(seed, 2));
        bool cash = seed % 2 == 0;
        uint256 amount = uint256(keccak256(abi.encode(seed)));
        amount = cash ? _bound(amount, 0, 35_000e6) : _bound(amount, 0, 3.5e18);
        _sameWithdrawal(cash ? address(rooms.usdc) : address(rooms.weth), amount);
    }

    function test_PreviewWithdraw_OfWhatIsNotListedOrGatedOrFrozen() external {
        _sameWithdrawal(address(this), 1);
        vm.prank(GUARD);
        rooms.vault.setFrozen(_account, true);
        _sameWithdrawal(address(rooms.usdc), 1e6);
        vm.prank(address(rooms.waterfall));
        rooms.vault.gateWithdrawals(block.timestamp + 1 hours);
        _sameWithdrawal(address(rooms.usdc), 1e6);
    }

    // --- Inside ---------------------------------------------------------------------------------------------------

    function _same(IPreviewLens.FillLeg[] memory legs) private {
        uint256 feeNotionalWad = 1_234e18;
        uint256 feeWad = 0.617e18;
        IPreviewLens.Preview memory preview = _lens.previewFill(_account, legs, feeWad);
        try rooms.vault.applyFills(_fills(_account, _whale, legs), _terms(_account, _whale, feeNotionalWad)) {
            assertTrue(preview.accepted);
            assertEq(preview.reason.length, 0);
            assertEq(preview.portfolio.cashWad, rooms.vault.portfolioOf(_account).cashWad);
            assertTrue(preview.marginKnown);
            assertEq(
                keccak256(abi.encode(preview.margin)),
                keccak256(abi.encode(rooms.risk.report(rooms.vault.portfolioOf(_account), preview.stressWad)))
            );
        } catch (bytes memory reason) {
            assertFalse(preview.accepted);
            assertEq(preview.reason, reason);
        }
    }

    function _sameWithdrawal(address token, uint256 amount) private {
        IPreviewLens.Preview memory preview = _lens.previewWithdraw(_account, token, amount);
        vm.prank(_owner);
        try rooms.vault.withdraw(_account, token, amount, _owner) {
            assertTrue(preview.accepted);
            assertEq(
                keccak256(abi.encode(preview.portfolio)),
                keccak256(abi.encode(rooms.vault.portfolioOf(_account)))
            );
        } catch (bytes memory reason) {
            assertFalse(preview.accepted);
            assertEq(preview.reason, reason);
        }
    }

    function _refusal(IPreviewLens.FillLeg[] memory legs) private view returns (bytes memory) {
        IPreviewLens.Preview memory preview = _lens.previewFill(_account, legs, 0);
        assertFalse(preview.accepted);
        assertFalse(preview.outcomeKnown);
        return preview.reason;
    }

    function _assertVaultRefuses(AccountId account, IPreviewLens.FillLeg[] memory legs, bytes memory reason) private {
        Fill[] memory fills = _fills(account, _other, legs);
        TradeTerms[] memory terms = _terms(account, _other, 0);
        vm.expectRevert(reason);
        rooms.vault.applyFills(fills, terms);
    }

    /// @dev Puts the account into a position, if the vault lets it.
    function _fillQuietly(AccountId with_, IPreviewLens.FillLeg[] memory legs) private {
        try rooms.vault.applyFills(_fills(_account, with_, legs), _terms(_account, with_, 0)) {
            ++_done;
        } catch {
            ++_refused;
        }
    }

    function _legs(uint256 seed, uint256 count) private pure returns (IPreviewLens.FillLeg[] memory legs) {
        legs = new IPreviewLens.FillLeg[](count);
        for (uint256 i; i < count; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            legs[i].lots = int64(int256(draw % 24_000)) - 12_000;
            if (legs[i].lots == 0) legs[i].lots = 1;
            uint256 kind = (draw >> 32) % 4;
            legs[i].priceWad = kind < 2 ? 20e18 + ((draw >> 64) % 30e18) : 1_990e18 + ((draw >> 64) % 20e18);
            uint256 strikeWad = 1_950e18 + ((draw >> 128) % 5) * 25e18;
            if (kind == 0) legs[i].instrument = call(THURSDAY, strikeWad);
            else if (kind == 1) legs[i].instrument = put(THURSDAY, strikeWad);
            else legs[i].instrument = perpetualOf(ETH);
        }
    }

    function _one(
        InstrumentId instrument,
        int64 lots,
        uint256 priceWad
    ) private pure returns (IPreviewLens.FillLeg[] memory legs) {
        legs = new IPreviewLens.FillLeg[](1);
        legs[0] = IPreviewLens.FillLeg(instrument, lots, priceWad);
    }

    function _fills(
        AccountId account,
        AccountId with_,
        IPreviewLens.FillLeg[] memory legs
    ) private pure returns (Fill[] memory fills) {
        fills = new Fill[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            bool buys = legs[i].lots > 0;
            fills[i] = Fill({
                buyer: buys ? account : with_,
                seller: buys ? with_ : account,
                instrument: legs[i].instrument,
                lots: uint64(buys ? legs[i].lots : -legs[i].lots),
                priceWad: legs[i].priceWad
            });
        }
    }

    function _terms(
        AccountId account,
        AccountId with_,
        uint256 feeNotionalWad
    ) private pure returns (TradeTerms[] memory terms) {
        terms = new TradeTerms[](2);
        terms[0] = TradeTerms(account, feeNotionalWad, type(uint256).max, false);
        terms[1] = TradeTerms(with_, 0, 0, false);
    }

    function _depositWeth(uint256 amount) private {
        rooms.weth.mint(_owner, amount);
        vm.startPrank(_owner);
        rooms.weth.approve(address(rooms.vault), amount);
        rooms.vault.deposit(_account, address(rooms.weth), amount);
        vm.stopPrank();
    }

    function _newLens(uint256 missing) private returns (PreviewLens) {
        return
            new PreviewLens(
                IPriceOracle(missing == 0 ? address(0) : address(rooms.oracle)),
                ICircuitBreaker(missing == 1 ? address(0) : address(rooms.breaker)),
                IOutflowLimiter(missing == 2 ? address(0) : address(rooms.limiter)),
                IPerpMarkets(missing == 3 ? address(0) : address(rooms.perps)),
                IOptionMarkets(missing == 4 ? address(0) : address(rooms.options)),
                IPortfolioMargin(missing == 5 ? address(0) : address(rooms.risk)),
                IMarginVault(missing == 6 ? address(0) : address(rooms.vault))
            );
    }
}
