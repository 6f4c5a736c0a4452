import { getAddress, toBeHex } from "ethers";
import { uniformBigInt } from "pure-rand/distribution/uniformBigInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Instrument, Order } from "../../../offchain/sdk/index.js";

/** Seeded draws of the SDK's domain objects; edges of every range come often. */
export function draws(seed: number) {
  const stream = xoroshiro128plus(seed);
  const between = (from: bigint, to: bigint) => uniformBigInt(stream, from, to);
  const edgy = (from: bigint, to: bigint) => {
    const pick = between(0n, 9n);
    if (pick === 0n) return from;
    return pick === 1n ? to : between(from, to);
  };
  const bits = (count: bigint) => edgy(0n, (1n << count) - 1n);
  const address = () => getAddress(toBeHex(bits(160n), 20));
  const instrument = (asset = edgy(1n, 31n)): Instrument => {
    const kind = (["perpetual", "call", "put"] as const)[Number(between(0n, 2n))] ?? "put";
    return kind === "perpetual"
      ? { kind, asset }
      : { kind, asset, expiry: edgy(1n, (1n << 40n) - 1n), strikeWad: edgy(1n, (1n << 128n) - 1n) };
  };
  const order = (encode: (instrument: Instrument) => bigint): Order => ({
    account: bits(256n),
    // One instrument per underlying: never one twice.
    legs: Array.from({ length: Number(between(1n, 8n)) }, (_, i) => ({
      instrument: encode(instrument(BigInt(31 - i))),
      lots: (between(0n, 1n) === 0n ? 1n : -1n) * edgy(1n, (1n << 63n) - 1n),
      limitPriceWad: edgy(1n, (1n << 256n) - 1n),
    })),
    units: edgy(1n, (1n << 64n) - 1n),
    maxFeeBps: bits(32n),
    nonce: bits(64n),
    salt: bits(64n),
    expiry: bits(40n),
    reduceOnly: between(0n, 1n) === 1n,
    signer: address(),
  });
  return { between, bits, address, instrument, order };
}
