import type { Comparison, GasFigures } from "./compare.js";

/** Ceilings of DESIGN §14, gas. */
export const CEILINGS: GasFigures = {
  "deposit.cash": 80_000n,
  "fill.perp": 200_000n,
  "fill.option.cash": 250_000n,
  "fill.option.8": 420_000n,
  "fill.option.32": 900_000n,
  "withdraw.8": 230_000n,
  "withdraw.32": 450_000n,
  "flag.4": 160_000n,
  "bid.4": 350_000n,
  "bid.4.insolvent": 400_000n,
  "kernel.greeks": 1_350n,
  "margin.1": 45_000n,
  "margin.8": 100_000n,
  "margin.32": 320_000n,
  "margin.64": 600_000n,
  "oracle.poke.3": 110_000n,
  "oracle.poke.5": 150_000n,
  "oracle.poke.next": 110_000n,
  "oracle.ring.1000": 25_000n,
  "oracle.read.warm": 5_000n,
  "oracle.read.cold": 10_000n,
};

const thousands = (gas: bigint) => gas.toString().replace(/\B(?=(\d{3})+$)/g, ",");

function standing(gas: bigint, ceiling: bigint | undefined): string {
  if (ceiling === undefined) return "";
  const percent = ((gas - ceiling) * 1000n) / ceiling;
  const size = percent < 0n ? -percent : percent;
  return `${gas <= ceiling ? "under" : "OVER"} by ${size / 10n}.${size % 10n} %`;
}

function change(comparison: Comparison | undefined, key: string): string {
  const verdict = comparison?.verdicts.get(key);
  switch (verdict?.kind) {
    case undefined:
    case "missing":
      return "";
    case "new":
      return "new";
    case "same":
      return "=";
    case "shrank":
      return `-${thousands(verdict.before - verdict.after)}`;
    case "grew":
    case "grewTooMuch":
      return `+${thousands(verdict.after - verdict.before)}`;
  }
}

/** The figures as a table for the terminal: gas, ceiling where there is one, change against the snapshot. */
export function gasTable(measured: GasFigures, comparison?: Comparison): string {
  const head = ["operation", "gas", "ceiling", "", "change"];
  const rows = Object.entries(measured).map(([key, gas]) => {
    const ceiling = CEILINGS[key];
    const limit = ceiling === undefined ? "-" : thousands(ceiling);
    return [key, thousands(gas), limit, standing(gas, ceiling), change(comparison, key)];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [head, ...rows].map(line).join("\n");
}
