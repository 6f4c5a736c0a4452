import poolArtifact from "@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json" with { type: "json" };
import { expect } from "chai";
import { AbiCoder, getAddress, getCreate2Address, keccak256 } from "ethers";
import { mainnetVenue, UNISWAP_FACTORY } from "./venue.js";

/** Fees of the pools that the spec reads, pips, by the symbol of the asset. */
const POOL_FEES: Readonly<Record<string, number>> = { ETH: 500, BTC: 3000 };

describe("deploy/specs/mainnet.json", () => {
  const { spec, router } = mainnetVenue();

  it("default: each pool is the one that Uniswap's factory makes of its tokens and fee", () => {
    for (const { symbol, sources } of spec.assets) {
      for (const source of sources) {
        if (source.kind !== "uniswapV3") continue;
        const tokens = [source.baseToken, spec.settlementToken].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
        const key = AbiCoder.defaultAbiCoder().encode(["address", "address", "uint24"], [...tokens, POOL_FEES[symbol]]);
        const derived = getCreate2Address(UNISWAP_FACTORY, keccak256(key), keccak256(poolArtifact.bytecode));
        expect(source.pool, symbol).to.equal(derived);
      }
    }
  });

  it("default: every address carries its checksum, so that none has a digit wrong", () => {
    const written = JSON.stringify({ router, spec }, (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    const addresses = written.match(/"0x[0-9a-fA-F]{40}"/g) ?? [];
    expect(addresses.length).to.be.greaterThan(10);
    for (const quoted of addresses) expect(quoted).to.equal(`"${getAddress(quoted.slice(1, -1))}"`);
  });
});
