import { keccak256, toUtf8Bytes } from "ethers";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Names one stream of random numbers. */
export type StreamKey = {
  readonly seed: bigint;
  readonly run: string;
  readonly component: string;
};

/** A counter-based stream: a draw depends on its key and its index alone, never on earlier draws. */
export type Stream = {
  /** Uniform integer in [from, to]. */
  readonly integer: (index: number, from: number, to: number) => number;
  /** Bell-shaped integer in [-4 spread, 4 spread], mean 0, standard deviation about `spread`. */
  readonly bell: (index: number, spread: number) => number;
};

/** Scatters 32 bits over 32 bits, one to one (the finaliser of MurmurHash3). */
function scatter(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * Opens the stream of one component of one run, so that a draw added in one place changes nothing elsewhere.
 *
 * @example
 * const noise = openStream({ seed: 7n, run: "flash-wick-one-venue", component: "market" });
 * noise.integer(0, 1, 6); // the same for ever
 */
export function openStream(key: StreamKey): Stream {
  const digest = keccak256(toUtf8Bytes(`${key.seed}|${key.run}|${key.component}`));
  const word = (place: number) => Number.parseInt(digest.slice(2 + 8 * place, 10 + 8 * place), 16) | 0;
  const [first, second] = [word(0), word(1)];
  const generatorAt = (index: number) => xoroshiro128plus(scatter(first ^ scatter((index + second) | 0)));
  return {
    integer: (index, from, to) => uniformInt(generatorAt(index), from, to),
    bell: (index, spread) => {
      const generator = generatorAt(index);
      let sum = 0;
      // Sixteen uniforms on [-s, s] have a standard deviation of 4 s / sqrt(3): about 9/4 of the spread wanted.
      for (let i = 0; i < 16; i++) sum += uniformInt(generator, -1000, 1000);
      return Math.trunc((sum * spread) / 2309);
    },
  };
}
