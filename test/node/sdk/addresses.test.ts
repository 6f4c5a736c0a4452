import { expect } from "chai";
import { network } from "hardhat";
import {
  addressBookToJson,
  addressOf,
  connect,
  contractNames,
  InvalidAddressBookError,
  MissingAddressError,
  parseAddressBook,
} from "../../../offchain/sdk/index.js";

const ONE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const complete = {
  chainId: 31337,
  contracts: Object.fromEntries(contractNames.map((name) => [name, ONE.toLowerCase()])),
  tokens: { WETH: ONE, USDC: ONE },
};

describe("addresses", () => {
  it("default: reads a book and writes it back", () => {
    const book = parseAddressBook(complete);
    expect(book.chainId).to.equal(31337n);
    expect(addressOf(book, "exchange")).to.equal(ONE);
    expect(parseAddressBook(JSON.parse(JSON.stringify(addressBookToJson(book))))).to.deep.equal(book);
  });

  it("behavior: a book may be partial, and without tokens", () => {
    const book = parseAddressBook({ chainId: 1, contracts: { lens: ONE } });
    expect(addressBookToJson(book)).to.deep.equal({ chainId: 1, contracts: { lens: ONE }, tokens: {} });
  });

  it("error: InvalidAddressBookError", () => {
    const bad: readonly (readonly [unknown, string])[] = [
      [undefined, "the book"],
      [[], "the book"],
      [{ ...complete, chainId: "1" }, "chainId"],
      [{ ...complete, chainId: 0 }, "chainId"],
      [{ ...complete, chainId: 1.5 }, "chainId"],
      [{ ...complete, extra: 1 }, "extra"],
      [{ ...complete, contracts: { vault: ONE } }, "vault"],
      [{ ...complete, contracts: { lens: "0x12" } }, "contracts.lens"],
      [{ ...complete, contracts: { lens: ONE.replace("C8", "c8") } }, "contracts.lens"],
      [{ ...complete, tokens: { WETH: 7 } }, "tokens.WETH"],
    ];
    for (const [json, named] of bad) {
      expect(() => parseAddressBook(json), named)
        .to.throw(InvalidAddressBookError)
        .that.satisfies((error: InvalidAddressBookError) => error.problems.some((text) => text.includes(named)));
    }
  });

  it("error: MissingAddressError", async () => {
    const { ethers } = await network.create();
    const book = parseAddressBook({ ...complete, contracts: { exchange: ONE } });
    expect(() => addressOf(book, "lens"))
      .to.throw(MissingAddressError)
      .that.includes({ contract: "lens", chainId: 31337n });
    expect(() => connect(book, ethers.provider)).to.throw(MissingAddressError);
  });
});

describe("connect", () => {
  it("default: one contract object per name", async () => {
    const { ethers } = await network.create();
    const protocol = connect(parseAddressBook(complete), ethers.provider);
    for (const contract of Object.values(protocol)) expect(await contract.getAddress()).to.equal(ONE);
  });
});
