// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVolSurface} from "../../../contracts/oracle/IVolSurface.sol";
import {VolSurface} from "../../../contracts/oracle/VolSurface.sol";
import {SmileWord} from "../../../contracts/types/SmileWord.sol";
import {OracleFixture} from "./OracleFixture.sol";

/// @dev A surface beside an oracle of one asset; this contract is admin and attester.
abstract contract VolSurfaceFixture is OracleFixture {
    uint256 internal constant ONE_Q24 = 1 << 24;
    address internal constant NOBODY = address(0xBEEF);
    uint40 internal constant WEEK = uint40(START + 7 days);
    uint40 internal constant MONTH = uint40(START + 30 days);
    uint40 internal constant QUARTER = uint40(START + 91 days);

    VolSurface internal surface;
    uint32 internal epoch;

    /// @dev The oracle knows 60 % and nothing else: fast, slow, stress and glide are the seed.
    function setUp() public virtual {
        setUpOracle(3);
        poke();
        surface = new VolSurface(oracle.authority(), oracle);
        surface.setTerms(ETH, terms());
    }

    function terms() internal pure returns (IVolSurface.SurfaceTerms memory) {
        return
            IVolSurface.SurfaceTerms(
                1200,
                4800,
                5000,
                25_000,
                12_500,
                2000,
                1000,
                40_000,
                20_000,
                200_000,
                40_000,
                10_000
            );
    }

    function q24(int256 bps) internal pure returns (int256) {
        return (bps * int256(ONE_Q24)) / 1e4;
    }

    function smile(
        uint40 expiry,
        int256 atm,
        int256 skew,
        int256 bend
    ) internal pure returns (IVolSurface.Smile memory) {
        return IVolSurface.Smile(expiry, uint32(uint256(q24(atm))), int32(q24(skew)), int32(q24(bend)));
    }

    function one(IVolSurface.Smile memory only_) internal pure returns (IVolSurface.Smile[] memory list) {
        list = new IVolSurface.Smile[](1);
        list[0] = only_;
    }

    /// @dev 55 / 60 / 65 % at a week, a month, a quarter.
    function curve() internal pure returns (IVolSurface.Smile[] memory list) {
        list = new IVolSurface.Smile[](3);
        list[0] = smile(WEEK, 5500, -1000, 20_000);
        list[1] = smile(MONTH, 6000, -800, 5000);
        list[2] = smile(QUARTER, 6500, -500, 2500);
    }

    function attest(IVolSurface.Smile[] memory smiles) internal {
        surface.attest(ETH, ++epoch, uint40(block.timestamp), smiles);
    }

    function refuse(IVolSurface.Smile[] memory smiles, bytes memory reason) internal {
        bytes32 before = keccak256(abi.encode(surface.attestedOf(ETH, WEEK), surface.attestedOf(ETH, MONTH)));
        vm.expectRevert(reason);
        surface.attest(ETH, epoch + 1, uint40(block.timestamp), smiles);
        assertEq(keccak256(abi.encode(surface.attestedOf(ETH, WEEK), surface.attestedOf(ETH, MONTH))), before);
    }

    /// @dev What follows a selector.
    function tail(bytes memory reason) internal pure returns (bytes memory rest) {
        rest = new bytes(reason.length - 4);
        for (uint256 i; i < rest.length; ++i) rest[i] = reason[i + 4];
    }
}
