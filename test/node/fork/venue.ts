import { readFileSync } from "node:fs";
import { parseSpec, type ProtocolSpec } from "../../../deploy/index.js";

/** Uniswap's published contracts on Ethereum mainnet: what the spec's pools come from, and what trades in them. */
export const UNISWAP_FACTORY = "0x1F98431c8aD98523631AE4a59f267346ea31F984";
export const UNISWAP_ROUTER = "0xE592427A0AEce92De3Edee1F18E0157C05861564";

const SPEC_FILE = "deploy/specs/mainnet.json";

/** Where another chain has what stands at a published address of mainnet, by that address. */
export type StandIns = Readonly<Record<string, string>>;

/** A chain with the markets that the mainnet spec needs, and how to trade in them. */
export type Venue = { readonly spec: ProtocolSpec; readonly router: string };

/** The mainnet spec with every number as reviewed, on a chain where other addresses stand in for the published ones. */
export function mainnetVenue(standIns: StandIns = {}): Venue {
  const here = (text: string) =>
    Object.entries(standIns).reduce((result, [published, address]) => result.replaceAll(published, address), text);
  const text = readFileSync(new URL(`../../../${SPEC_FILE}`, import.meta.url), "utf8");
  return { spec: parseSpec(SPEC_FILE, here(text), {}), router: here(UNISWAP_ROUTER) };
}

/** The asset, token and pool that the crash is about: the first asset of the spec that is also collateral. */
export function subjectOf({ assets, collateral }: ProtocolSpec) {
  for (const { id, sources } of assets) {
    const listed = collateral.find(({ underlying, ratioAsset }) => underlying === id && ratioAsset === 0);
    const index = sources.findIndex(({ kind }) => kind === "uniswapV3");
    const source = sources[index];
    if (listed === undefined || source?.kind !== "uniswapV3") continue;
    return { asset: BigInt(id), token: listed.token, pool: source.pool, poolIndex: index };
  }
  throw new RangeError("The spec has no asset with a Uniswap pool and collateral of its own.");
}
