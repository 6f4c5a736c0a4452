import type { BookPlan } from "./scenario.js";

/**
 * Option books of a crash: who writes, who hedges, who buys. Legs are lots of one unit: 0.01 ETH of an option, 0.001 ETH of the
 * perpetual. Each opens as many units as its money carries, up to what it wants.
 */
export const ORDINARY_BOOKS: readonly BookPlan[] = [
  {
    id: "O1",
    label: "short straddle",
    moneyUsd: "40000",
    collateral: "USDC",
    mostUnits: 20_000,
    legs: [
      { kind: "call", level: "1", lots: -1 },
      { kind: "put", level: "1", lots: -1 },
    ],
  },
  {
    id: "O2",
    label: "covered call",
    moneyUsd: "120000",
    collateral: "WETH",
    mostUnits: 6_000,
    legs: [{ kind: "call", level: "1.05", lots: -1 }],
  },
  {
    id: "O3",
    label: "put ratio, one bought and two sold",
    moneyUsd: "30000",
    collateral: "USDC",
    mostUnits: 20_000,
    legs: [
      { kind: "put", level: "0.97", lots: 1 },
      { kind: "put", level: "0.9", lots: -2 },
    ],
  },
  {
    id: "O4",
    label: "short puts hedged at the start with a short perpetual",
    moneyUsd: "40000",
    collateral: "USDC",
    mostUnits: 20_000,
    legs: [
      { kind: "put", level: "1", lots: -2 },
      { kind: "perpetual", level: "1", lots: -10 },
    ],
  },
  {
    id: "O5",
    label: "long perpetual with a bought put",
    moneyUsd: "30000",
    collateral: "USDC",
    mostUnits: 20_000,
    legs: [
      { kind: "put", level: "0.95", lots: 1 },
      { kind: "perpetual", level: "1", lots: 10 },
    ],
  },
];
