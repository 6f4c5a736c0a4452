// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {IVaultErrors} from "../../../contracts/vault/IVaultErrors.sol";
import {IVaultEvents} from "../../../contracts/vault/IVaultEvents.sol";
import {VaultFixture} from "../support/VaultFixture.sol";
import {VaultWalletMock} from "../support/VaultWalletMock.sol";

contract MarginVaultOperatorsTest is VaultFixture {
    uint256 internal constant KEY = 77;
    address internal operator = address(0x0BE);
    address internal signer;

    function setUp() public override {
        super.setUp();
        signer = vm.addr(KEY);
    }

    function test_SetOperator_ActsForAllAccountsOfTheOwner() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.OperatorSet(alice, operator, true);
        vm.prank(alice);
        vault.setOperator(operator, true);
        assertTrue(vault.isOperator(alice, operator));
        assertTrue(vault.mayAct(aliceId, operator));
        assertTrue(vault.mayAct(toAccountId(alice, type(uint96).max), operator));
        assertFalse(vault.mayAct(bobId, operator));
        vm.prank(alice);
        vault.setOperator(operator, false);
        assertFalse(vault.mayAct(aliceId, operator));
    }

    function test_MayAct_OwnerModulesAndNobodyElse() external view {
        assertTrue(vault.mayAct(aliceId, alice));
        assertTrue(vault.mayAct(aliceId, address(exchange)));
        assertFalse(vault.mayAct(aliceId, bob));
        assertFalse(vault.mayAct(aliceId, address(vault)));
        assertFalse(vault.mayAct(toAccountId(address(0), 1), address(0)));
    }

    function test_SetRecipient_IsTheOwnersWord() external {
        vm.expectEmit(address(vault));
        emit IVaultEvents.RecipientSet(alice, bob, true);
        vm.prank(alice);
        vault.setRecipient(bob, true);
        assertTrue(vault.isRecipient(alice, bob));
        assertFalse(vault.isRecipient(bob, bob));
    }

    function test_SetOperator_RevertsWhen_Zero() external {
        vm.expectRevert(IVaultErrors.Vault_ZeroAddress.selector);
        vault.setOperator(address(0), true);
        vm.expectRevert(IVaultErrors.Vault_ZeroAddress.selector);
        vault.setRecipient(address(0), true);
    }

    function test_SetOperatorBySig_Works() external {
        bytes memory signature = _sign(operator, true, 0, block.timestamp);
        vm.expectEmit(address(vault));
        emit IVaultEvents.OperatorSet(signer, operator, true);
        vault.setOperatorBySig(signer, operator, true, 0, block.timestamp, signature);
        assertTrue(vault.isOperator(signer, operator));
        assertEq(vault.nonceOf(signer), 1);
    }

    function test_SetOperatorBySig_AcceptsContracts() external {
        VaultWalletMock wallet = new VaultWalletMock();
        wallet.accept(_digest(address(wallet), operator, true, 0, block.timestamp));
        vault.setOperatorBySig(address(wallet), operator, true, 0, block.timestamp, "");
        assertTrue(vault.isOperator(address(wallet), operator));
    }

    function test_SetOperatorBySig_RevertsWhen_Replayed() external {
        bytes memory signature = _sign(operator, true, 0, block.timestamp);
        vault.setOperatorBySig(signer, operator, true, 0, block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NonceMismatch.selector, 0, 1));
        vault.setOperatorBySig(signer, operator, true, 0, block.timestamp, signature);
    }

    function test_SetOperator_VoidsSignaturesNotYetSubmitted() external {
        bytes memory signature = _sign(operator, true, 0, type(uint256).max);
        vm.prank(signer);
        vault.setOperator(operator, false);
        assertEq(vault.nonceOf(signer), 1);
        // The dismissed operator kept the paper of its appointment.
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_NonceMismatch.selector, 0, 1));
        vault.setOperatorBySig(signer, operator, true, 0, type(uint256).max, signature);
        assertFalse(vault.isOperator(signer, operator));
    }

    function test_SetOperatorBySig_RevertsWhen_Expired() external {
        uint256 deadline = block.timestamp - 1;
        bytes memory signature = _sign(operator, true, 0, deadline);
        vm.expectRevert(
            abi.encodeWithSelector(IVaultErrors.Vault_SignatureExpired.selector, block.timestamp, deadline)
        );
        vault.setOperatorBySig(signer, operator, true, 0, deadline, signature);
    }

    function test_SetOperatorBySig_RevertsWhen_Altered() external {
        bytes memory signature = _sign(operator, true, 0, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SignatureInvalid.selector, signer));
        vault.setOperatorBySig(signer, bob, true, 0, block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SignatureInvalid.selector, alice));
        vault.setOperatorBySig(alice, operator, true, 0, block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(IVaultErrors.Vault_SignatureInvalid.selector, address(0)));
        vault.setOperatorBySig(address(0), operator, true, 0, block.timestamp, signature);
        assertEq(vault.nonceOf(signer), 0);
    }

    function _sign(address who, bool allowed, uint256 nonce, uint256 deadline) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(signer, who, allowed, nonce, deadline));
        return abi.encodePacked(r, s, v);
    }

    function _digest(
        address owner,
        address who,
        bool allowed,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Breakwater Vault"),
                keccak256("1"),
                block.chainid,
                address(vault)
            )
        );
        assertEq(domain, vault.domainSeparator());
        bytes32 typehash = keccak256(
            "SetOperator(address owner,address operator,bool allowed,uint256 nonce,uint256 deadline)"
        );
        bytes32 inner = keccak256(abi.encode(typehash, owner, who, allowed, nonce, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, inner));
    }
}
