import type { Protocol } from "../sdk/index.js";
import type { Duty } from "./planDuties.js";

/** The contracts that duties are done on. */
export type DutyProtocol = Pick<
  Protocol,
  | "priceOracle"
  | "circuitBreaker"
  | "correlationMatrix"
  | "optionMarkets"
  | "perpMarkets"
  | "marginVault"
  | "lossWaterfall"
>;

/** A duty as a call of one contract. */
export type DutyCall = {
  readonly room: keyof DutyProtocol;
  readonly data: string;
  /** Gas limit, where an estimate would be too low: the oracle wants the caps of all its sources. */
  readonly gas?: bigint;
};

/** A duty that is a plain call; a pull of prices needs signed data and a fee besides. */
export type PlainDuty = Exclude<Duty, { kind: "pull" }>;

/** Covers the caps of the sources of every asset that the shipped specs list; only what is used is paid. */
const ORACLE_GAS = 8_000_000n;

/**
 * Encodes a duty.
 *
 * @returns Which contract to call with what.
 * @example
 * const { room, data } = encodeDuty(protocol, { kind: "settle", slot: 0n });
 */
export function encodeDuty(protocol: DutyProtocol, duty: PlainDuty): DutyCall {
  const { priceOracle, circuitBreaker, correlationMatrix, optionMarkets, perpMarkets, marginVault } = protocol;
  const options = optionMarkets.interface;
  const gas = ORACLE_GAS;
  switch (duty.kind) {
    case "poke":
      return { room: "priceOracle", data: priceOracle.interface.encodeFunctionData("poke", [[...duty.assets]]), gas };
    case "update": {
      const data = circuitBreaker.interface.encodeFunctionData("update", [[...duty.assets]]);
      return { room: "circuitBreaker", data, gas };
    }
    case "observe": {
      const data = correlationMatrix.interface.encodeFunctionData("observe", [[...duty.assets]]);
      return { room: "correlationMatrix", data, gas };
    }
    case "fix":
      return { room: "optionMarkets", data: options.encodeFunctionData("fix", [duty.slot]), gas };
    case "settle":
      return { room: "optionMarkets", data: options.encodeFunctionData("settle", [duty.slot]) };
    case "retire":
      return { room: "optionMarkets", data: options.encodeFunctionData("retire", [duty.slot]) };
    case "list":
      return { room: "optionMarkets", data: options.encodeFunctionData("listExpiry", [duty.asset, duty.expiry]) };
    case "collect": {
      const data = marginVault.interface.encodeFunctionData("settleOptions", [[...duty.accounts]]);
      return { room: "marginVault", data };
    }
    case "syncBacking":
      return { room: "perpMarkets", data: perpMarkets.interface.encodeFunctionData("syncBacking", [duty.asset]) };
  }
}
