// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Exchange} from "../../../contracts/exchange/Exchange.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {toAccountId} from "../../../contracts/types/AccountId.sol";
import {ExchangeFixture} from "../support/ExchangeFixture.sol";
import {ExchangeWalletMock} from "../support/ExchangeWalletMock.sol";

contract ExchangeSignatureTest is ExchangeFixture {
    function test_HashOrder_EqualsEip712ByHand() public view {
        IExchange.Order memory order = _pairMatch(1).maker;
        bytes memory legHashes;
        for (uint256 i; i < order.legs.length; ++i) {
            bytes32 legType = keccak256("Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)");
            bytes32 legHash = keccak256(
                abi.encode(legType, order.legs[i].instrument, order.legs[i].lots, order.legs[i].limitPriceWad)
            );
            legHashes = bytes.concat(legHashes, legHash);
        }
        bytes memory orderType = bytes.concat(
            "Order(uint256 account,Leg[] legs,uint64 units,uint32 maxFeeBps,uint64 nonce,uint64 salt,uint40 expiry,bool r",
            "educeOnly,address signer)Leg(uint256 instrument,int64 lots,uint256 limitPriceWad)"
        );
        bytes memory head = abi.encode(keccak256(orderType), order.account, keccak256(legHashes), order.units);
        bytes memory middle = abi.encode(order.maxFeeBps, order.nonce, order.salt, order.expiry);
        bytes32 structHash = keccak256(bytes.concat(head, middle, abi.encode(order.reduceOnly, order.signer)));
        bytes32 expected = keccak256(bytes.concat(hex"1901", _domainByHand(), structHash));
        assertEq(exchange.hashOrder(order), expected);
    }

    function test_Settle_RevertsWhen_AnyFieldChangesAfterSigning() public {
        IExchange.Match memory signed = _signed(_pairMatch(1));
        for (uint256 field; field < 8; ++field) {
            IExchange.Match memory match_ = _pairMatch(1);
            (match_.makerSignature, match_.takerSignature) = (signed.makerSignature, signed.takerSignature);
            IExchange.Order memory order = match_.maker;
            if (field == 0) order.account = toAccountId(makerOwner, 1);
            if (field == 1) order.legs[0].limitPriceWad += 1;
            if (field == 2) order.units += 1;
            if (field == 3) order.maxFeeBps += 1;
            if (field == 4) order.nonce += 1;
            if (field == 5) order.salt += 1;
            if (field == 6) order.expiry += 1;
            if (field == 7) order.reduceOnly = true;
            bytes32 orderHash = exchange.hashOrder(order);
            bytes4 selector = IExchange.Exchange_SignatureInvalid.selector;
            vm.expectRevert(abi.encodeWithSelector(selector, orderHash, makerOwner));
            exchange.settle(match_);
        }
    }

    function test_Settle_RevertsWhen_TakerSignatureInvalid() public {
        IExchange.Match memory match_ = _signed(_match(1));
        bytes32 orderHash = exchange.hashOrder(match_.taker);
        bytes[4] memory bad;
        bad[0] = match_.makerSignature;
        bad[2] = new bytes(64);
        bad[3] = _malleated(match_.takerSignature);
        for (uint256 i; i < bad.length; ++i) {
            match_.takerSignature = bad[i];
            vm.expectRevert(
                abi.encodeWithSelector(IExchange.Exchange_SignatureInvalid.selector, orderHash, takerOwner)
            );
            exchange.settle(match_);
        }
    }

    function test_Settle_RevertsWhen_SignerIsZero() public {
        IExchange.Match memory match_ = _match(1);
        match_.maker.account = toAccountId(address(0), 0);
        match_.maker.signer = address(0);
        match_ = _signed(match_);
        match_.makerSignature = new bytes(65);
        bytes32 orderHash = exchange.hashOrder(match_.maker);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_SignatureInvalid.selector, orderHash, address(0)));
        exchange.settle(match_);
    }

    function test_Settle_AcceptsOperatorsSignature() public {
        vm.prank(makerOwner);
        vault.setOperator(operator, true);
        IExchange.Match memory match_ = _operatorMatch();
        exchange.settle(match_);
        assertEq(_lots(makerAccount, ETH), 10);
    }

    function test_Settle_RevertsWhen_SignerIsNoOperatorAnyMore() public {
        vm.startPrank(makerOwner);
        vault.setOperator(operator, true);
        IExchange.Match memory match_ = _operatorMatch();
        exchange.settle(match_);
        vault.setOperator(operator, false);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_ActorNotAllowed.selector, makerAccount, operator));
        exchange.settle(match_);
    }

    function test_Settle_AcceptsContractWallet() public {
        (IExchange.Match memory match_, ExchangeWalletMock wallet) = _walletMatch();
        wallet.approve(exchange.hashOrder(match_.maker), true);
        exchange.settle(match_);
        assertEq(_lots(match_.maker.account, ETH), 10);
    }

    function test_Settle_RevertsWhen_ContractWalletDeclines() public {
        (IExchange.Match memory match_, ExchangeWalletMock wallet) = _walletMatch();
        bytes32 orderHash = exchange.hashOrder(match_.maker);
        bytes memory reason = abi.encodeWithSelector(
            IExchange.Exchange_SignatureInvalid.selector,
            orderHash,
            address(wallet)
        );
        vm.expectRevert(reason);
        exchange.settle(match_);
        wallet.approve(orderHash, true);
        ExchangeWalletMock.Mood[2] memory moods = [ExchangeWalletMock.Mood.Garbage, ExchangeWalletMock.Mood.Reverting];
        for (uint256 i; i < moods.length; ++i) {
            wallet.setMood(moods[i]);
            vm.expectRevert(reason);
            exchange.settle(match_);
        }
    }

    /// @dev An account whose owner delegates to code (EIP-7702) still signs with its key.
    function test_Settle_AcceptsKeyOfAnAccountWithCode() public {
        IExchange.Match memory match_ = _signed(_match(1));
        vm.etch(makerOwner, address(vault).code);
        exchange.settle(match_);
        assertEq(_lots(makerAccount, ETH), 10);
    }

    function test_Settle_RevertsWhen_SignedForAnotherChain() public {
        IExchange.Match memory match_ = _signed(_match(1));
        vm.chainId(block.chainid + 1);
        bytes32 orderHash = exchange.hashOrder(match_.maker);
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_SignatureInvalid.selector, orderHash, makerOwner));
        exchange.settle(match_);
    }

    function test_Settle_RevertsWhen_SignedForAnotherExchange() public {
        IExchange.Match memory match_ = _signed(_match(1));
        Exchange twin = _newExchange();
        twin.wire(address(perps), address(options));
        bytes32 orderHash = twin.hashOrder(match_.maker);
        assertNotEq(orderHash, exchange.hashOrder(match_.maker));
        vm.expectRevert(abi.encodeWithSelector(IExchange.Exchange_SignatureInvalid.selector, orderHash, makerOwner));
        twin.settle(match_);
    }

    /// @dev Stray bits above a narrow field would hash to an order that nobody can write down: words 2 to 8 of the order
    /// and the lots of its leg are refused with them.
    function test_HashOrder_RevertsWhen_FieldHasStrayBits() public view {
        bytes memory clean = abi.encodeCall(exchange.hashOrder, (_match(1).maker));
        (bool ok, ) = address(exchange).staticcall(clean);
        assertTrue(ok);
        // Selector, offset of the order, then its words; the leg follows nine words and the legs' length.
        uint256 firstWord = 0x20 + 4 + 0x20;
        uint256[8] memory words = [uint256(2), 3, 4, 5, 6, 7, 8, 11];
        for (uint256 i; i < words.length; ++i) {
            bytes memory dirty = bytes.concat(clean);
            uint256 place = firstWord + words[i] * 0x20;
            assembly ("memory-safe") {
                let word := add(dirty, place)
                mstore(word, xor(mload(word), shl(255, 1)))
            }
            (ok, ) = address(exchange).staticcall(dirty);
            assertFalse(ok);
        }
    }

    function test_Domain_IsReadable() public view {
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = exchange.eip712Domain();
        assertEq(name, "Breakwater Exchange");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifier, address(exchange));
    }

    function _operatorMatch() private view returns (IExchange.Match memory match_) {
        match_ = _match(1);
        match_.maker.signer = operator;
        match_.makerSignature = _signWith(OPERATOR_KEY, match_.maker);
        match_.takerSignature = _signWith(TAKER_KEY, match_.taker);
    }

    function _walletMatch() private returns (IExchange.Match memory match_, ExchangeWalletMock wallet) {
        wallet = new ExchangeWalletMock();
        match_ = _match(1);
        match_.maker.account = toAccountId(address(wallet), 0);
        match_.maker.signer = address(wallet);
        match_.makerSignature = hex"c0de";
        match_.takerSignature = _signWith(TAKER_KEY, match_.taker);
    }

    /// @dev The other valid (r, s) of the same message: order n of the curve minus s, v flipped.
    function _malleated(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, uint256 s) = (bytes32(0), 0);
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        uint256 n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        return abi.encodePacked(r, n - s, signature[64] == 0x1b ? bytes1(0x1c) : bytes1(0x1b));
    }

    function _domainByHand() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Breakwater Exchange"),
                    keccak256("1"),
                    block.chainid,
                    address(exchange)
                )
            );
    }
}
