import { PPM, absolute } from "../../numbers.js";
import { assetId } from "./spec.js";
import type { World } from "./world.edge.js";

/** What the oracle says of one underlying, as far as accounts depend on it. WAD. */
export type View = {
  readonly lowWad: bigint;
  readonly midWad: bigint;
  readonly highWad: bigint;
  readonly shortTwapWad: bigint;
};

const NOTHING: View = { lowWad: 0n, midWad: 0n, highWad: 0n, shortTwapWad: 0n };

/** A move that may change what is to be done with an account, ppm. */
const NOTABLE_PPM = 5_000n;

/** Knows whether prices have moved since the accounts were last read: reading them all is the dearest thing there is. */
export class MarketWatch {
  private views: readonly View[] = [];
  private settled: readonly View[] | undefined;

  constructor(private readonly world: World) {}

  /** Reads the oracle. */
  async look(): Promise<readonly View[]> {
    const ids = this.world.plan.symbols.map((_, index) => assetId(index));
    this.views = await this.world.protocol.priceOracle.readMany(ids);
    return this.views;
  }

  /** Latest view of an underlying by its place in the plan. */
  viewOf(index: number): View {
    return this.views[index] ?? NOTHING;
  }

  /** Latest mid of an asset by its number, WAD. */
  mid(asset: number): bigint {
    return this.viewOf(asset - 1).midWad;
  }

  /** Whether any edge of any view has moved notably since `settle`. */
  hasMoved(): boolean {
    const { settled } = this;
    if (settled === undefined) return true;
    return this.views.some((view, index) => {
      const before = settled[index] ?? NOTHING;
      const moved = (now: bigint, then: bigint) => absolute(now - then) * PPM > then * NOTABLE_PPM;
      return (
        moved(view.midWad, before.midWad) ||
        moved(view.lowWad, before.lowWad) ||
        moved(view.highWad, before.highWad) ||
        moved(view.shortTwapWad, before.shortTwapWad)
      );
    });
  }

  /** The accounts are being read at these views. */
  settle(views: readonly View[]): void {
    this.settled = views;
  }

  /** Something happened to an account: the next reading is due. */
  forget(): void {
    this.settled = undefined;
  }
}
