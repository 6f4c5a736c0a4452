import { WAD, larger, mulWad } from "../../numbers.js";
import type { Judged, PriceOf } from "./accounts.js";
import type { Call } from "./chain.edge.js";
import type { OpenedAccount } from "./opening.edge.js";
import { assetId } from "./spec.js";
import { type World, toUsdc } from "./world.edge.js";

/** Greed beyond what is due: a hundredth of the position, at least 500 dollars. */
const GREED_SHARE = 100n;
const LEAST_GREED_WAD = 500n * WAD;

/** A trader that tries at every step to withdraw more than a true price would release. */
export class Opportunist {
  private honest: { readonly withdrawableWad: bigint; readonly priceWad: bigint; readonly sizeWad: bigint } | undefined;
  takenWad = 0n;

  constructor(
    private readonly world: World,
    private readonly opened: OpenedAccount,
  ) {}

  get account(): bigint {
    return this.opened.person.account;
  }

  get name(): string {
    return this.opened.trader.id;
  }

  /** Notes what may be withdrawn while every source is honest. */
  remember({ withdrawableWad, holdings }: Judged, fairOf: PriceOf): void {
    const asset = assetId(this.opened.trader.asset);
    const sizeWad = holdings.sizes.find((position) => position.asset === asset)?.sizeWad ?? 0n;
    this.honest = { withdrawableWad, priceWad: fairOf(asset), sizeWad };
  }

  /** The withdrawal to send, when the protocol would let it through. */
  async tempt(fairOf: PriceOf): Promise<Call | undefined> {
    if (this.honest === undefined || this.takenWad > 0n) return undefined;
    const { withdrawableWad, priceWad, sizeWad } = this.honest;
    const drift = mulWad(sizeWad, fairOf(assetId(this.opened.trader.asset)) - priceWad);
    const due = larger(withdrawableWad + drift, 0n);
    const greed = larger(this.opened.notionalWad / GREED_SHARE, LEAST_GREED_WAD);
    if (!(await this.passes(due + greed))) return undefined;
    // As much as goes: up by doubling, then closer by halves.
    let taken = greed;
    let step = greed;
    for (; await this.passes(due + taken + step); step *= 2n) taken += step;
    for (; step >= greed; step /= 2n) if (await this.passes(due + taken + step)) taken += step;
    this.takenWad += taken;
    const data = this.world.protocol.marginVault.interface.encodeFunctionData("withdraw", this.request(due + taken));
    return this.world.call(this.opened.person.address, this.world.addressOf("marginVault"), data);
  }

  private request(amountWad: bigint): [bigint, string, bigint, string] {
    return [this.account, this.world.token("USDC"), toUsdc(amountWad), this.opened.person.address];
  }

  private passes(amountWad: bigint): Promise<boolean> {
    const vault = this.world.protocol.marginVault.connect(this.opened.person.signer);
    return vault.withdraw.staticCall(...this.request(amountWad)).then(
      () => true,
      // A refusal is the answer hoped for, whatever its reason.
      () => false,
    );
  }
}
