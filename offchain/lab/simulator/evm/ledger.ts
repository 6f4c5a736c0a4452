import { Interface } from "ethers";
import {
  ICircuitBreaker__factory,
  ILiquidationAuction__factory,
  ILossWaterfall__factory,
  IMarginVault__factory,
  IOptionMarkets__factory,
} from "../../../../types/ethers-contracts/index.js";
import { larger, money } from "../../numbers.js";
import { LEVEL_TITLES } from "../../report/charts/levelChart.js";
import type { RunEvent } from "../result.js";
import type { ChainLog } from "./chain.edge.js";

const INTERFACES: readonly Interface[] = [
  new Interface(ILossWaterfall__factory.abi),
  new Interface(ILiquidationAuction__factory.abi),
  new Interface(ICircuitBreaker__factory.abi),
  new Interface(IOptionMarkets__factory.abi),
  new Interface(IMarginVault__factory.abi),
];

/** Layers of the waterfall in the order of the contract's enumeration. */
export type LayerTotals = { penaltyPool: bigint; insuranceFund: bigint; backstop: bigint; haircut: bigint };

const LAYERS = ["penaltyPool", "insuranceFund", "backstop", "haircut"] as const;
const LAYER_TITLES = ["Penalty pool", "Insurance fund", "Backstop", "Haircut"] as const;

/** What became of the expiry that a case watches. */
export type OptionTally = {
  marks: number;
  coveredSeconds: number;
  settledAtSeconds: number | null;
  settlementPriceWad: bigint | null;
  paidAccounts: number;
  spreadWad: bigint;
};

/** Something done to an account. */
export type Hit = { readonly account: bigint; readonly costWad: bigint };

/** Reads what happened from events alone. */
export class Ledger {
  readonly paid: LayerTotals = { penaltyPool: 0n, insuranceFund: 0n, backstop: 0n, haircut: 0n };
  readonly events: RunEvent[] = [];
  /** What layers paid for each account. */
  readonly paidFor = new Map<bigint, bigint>();
  readonly options: OptionTally = {
    marks: 0,
    coveredSeconds: 0,
    settledAtSeconds: null,
    settlementPriceWad: null,
    paidAccounts: 0,
    spreadWad: 0n,
  };
  trips = 0;
  ownerCostWad = 0n;

  constructor(
    private readonly nameOfAccount: (account: bigint) => string,
    private readonly nameOfAsset: (asset: bigint) => string,
    /** Slot of the expiry whose settlement is followed. */
    private readonly slot?: bigint,
  ) {}

  /** Takes in the events of a block. Returns the accounts of which a slice was sold. */
  take(atSeconds: number, logs: readonly ChainLog[]): readonly Hit[] {
    const hits: Hit[] = [];
    for (const { topics, data } of logs) {
      const parsed = parse({ topics: [...topics], data });
      if (parsed === null) continue;
      const hit = this.note(atSeconds, parsed.name, parsed.args);
      if (hit !== undefined) hits.push(hit);
    }
    return hits;
  }

  private note(atSeconds: number, name: string, args: { readonly [name: string]: unknown }): Hit | undefined {
    switch (name) {
      case "LayerPaid":
        this.notePayment(atSeconds, args);
        return undefined;
      case "LevelTripped":
      case "LevelRecovered":
        this.noteLevel(atSeconds, name === "LevelTripped", args);
        return undefined;
      case "AuctionOpened":
        this.push(atSeconds, "flag", this.nameOfAccount(integer(args["account"])), "Flagged, auction opens");
        return undefined;
      case "Marked":
      case "ExpirySettled":
      case "OptionsSettled":
      case "LossSpread":
        if (this.slot !== undefined && args["slot"] === this.slot) this.noteOption(atSeconds, name, args);
        return undefined;
      case "SliceSold":
        return this.noteSale(atSeconds, args);
      default:
        return undefined;
    }
  }

  private push(atSeconds: number, kind: RunEvent["kind"], subject: string, text: string): void {
    this.events.push({ atSeconds, kind, subject, text });
  }

  private noteOption(atSeconds: number, name: string, args: { readonly [name: string]: unknown }): void {
    const { options } = this;
    switch (name) {
      case "Marked":
        options.marks += 1;
        options.coveredSeconds = Number(integer(args["coveredSeconds"]));
        return;
      case "ExpirySettled": {
        const priceWad = integer(args["settlementPriceWad"]);
        options.settledAtSeconds = atSeconds;
        options.settlementPriceWad = priceWad;
        const subject = `${this.nameOfAsset(integer(args["asset"]))} options`;
        this.push(atSeconds, "settlement", subject, `Settled at ${money(priceWad)}`);
        return;
      }
      case "OptionsSettled":
        options.paidAccounts += 1;
        return;
      default:
        options.spreadWad += integer(args["chargedWad"]);
    }
  }

  private notePayment(atSeconds: number, args: { readonly [name: string]: unknown }): void {
    const layer = Number(integer(args["layer"]));
    const amount = integer(args["amountWad"]);
    const key = LAYERS[layer];
    if (key === undefined) return;
    this.paid[key] += amount;
    const account = integer(args["account"]);
    this.paidFor.set(account, (this.paidFor.get(account) ?? 0n) + amount);
    const subject = `${this.nameOfAccount(integer(args["account"]))}, ${this.nameOfAsset(integer(args["asset"]))}`;
    this.push(
      atSeconds,
      key === "haircut" ? "haircut" : "fund",
      subject,
      `${LAYER_TITLES[layer] ?? ""} pays ${money(amount)}`,
    );
  }

  private noteLevel(atSeconds: number, tripped: boolean, args: { readonly [name: string]: unknown }): void {
    const title = (value: unknown) => LEVEL_TITLES[Number(integer(value))] ?? "?";
    if (tripped) this.trips += 1;
    const text = `${title(args["from"])} to ${title(args["to"])}`;
    this.push(atSeconds, tripped ? "trip" : "recovery", this.nameOfAsset(integer(args["asset"])), text);
  }

  private noteSale(atSeconds: number, args: { readonly [name: string]: unknown }): Hit {
    const account = integer(args["account"]);
    const receipt = fieldsOf(args["receipt"]);
    const before = larger(integer(receipt["equityBeforeWad"]), 0n);
    const after = larger(integer(receipt["equityAfterWad"]), 0n);
    const costWad = larger(before - after, 0n);
    this.ownerCostWad += costWad;
    const percent = Number((integer(receipt["fractionWad"]) * 1000n) / 10n ** 18n) / 10;
    const covered = integer(receipt["coveredWad"]);
    const loss = covered > 0n ? `, ${money(covered)} covered by the waterfall` : "";
    const text = `${percent} % sold for ${money(integer(receipt["paymentWad"]))}${loss}`;
    this.push(atSeconds, "liquidation", this.nameOfAccount(account), text);
    return { account, costWad };
  }
}

function parse(log: {
  topics: string[];
  data: string;
}): { name: string; args: { readonly [name: string]: unknown } } | null {
  for (const one of INTERFACES) {
    const found = one.parseLog(log);
    if (found !== null) return { name: found.name, args: found.args.toObject() };
  }
  return null;
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value !== "object" || value === null || !("toObject" in value) || typeof value.toObject !== "function")
    return {};
  return Object.fromEntries(Object.entries(Object(value.toObject())));
}

function integer(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}
