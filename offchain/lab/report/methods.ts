import type { LabReport } from "../lab.js";
import { escapeText, tag } from "./markup.js";

const MEASURES: readonly (readonly [string, string])[] = [
  ["Fair price", "Median over all venues, averaged over the last five minutes. No design sees it; it is the judge."],
  [
    "Wrongful liquidation",
    "An account was liquidated although the fair price never put it below the design's own maintenance, neither before nor, as it stood, until the end of the run.",
  ],
  [
    "Time under water",
    "Longest uninterrupted time in which an account was below maintenance at the fair price and nobody had taken a step against it.",
  ],
  ["Time insolvent", "Longest uninterrupted time in which an account's equity was negative at the fair price."],
  [
    "Bad debt",
    "Losses beyond an account's margin that no penalty pool, fund, backstop or counterparty carried, plus negative equity still open at the end.",
  ],
  ["Haircut", "What the winning side of a defaulted market gave up so that the loss had an owner."],
  [
    "Liquidations cost owners",
    "Equity at the fair price before each liquidation less what the owner had after it: discounts, penalties and bad prices.",
  ],
  [
    "Positions carried, leverage",
    "Positions opened on the traders' own money, and their multiple of it. Every trader brings the same money and wants the same position in every design; where a design asks for more, it opens the largest position that the money carries, with a buffer of 3 %.",
  ],
];

const ASSUMPTIONS: readonly string[] = [
  "Every design meets the same prices, the same traders with the same own money (half of them careful with 1.4 to 2 times leverage wanted, half bold with 2.2 to 3.7 times), the same keepers and the same chain.",
  "A block carries so many keepers' transactions, in every design. Breakwater needs at least two for an account (a flag, many of which share one, and a bid); the early designs need one. While keepers are away nobody pokes Breakwater's oracle or breakers either.",
  "A congested chain delays oracle rounds and keepers for every design alike. In the early designs an auction that finds one bidder goes to it for nothing, as a third of MakerDAO's did in March 2020: there is no reserve price. In Breakwater the number of bidders does not change the price, which falls by the clock from the mark.",
  "Early: 150 % collateralisation at all times, one spot source, liquidation of the whole account in an auction without a reserve price that competing bidders settle at that source's price less 13 %, no fund. Intermediate: the same with an insurance fund of the same size as Breakwater's. Both are small exact models in whole numbers.",
  "The baselines rely on one source, and in the oracle scenarios it is the one that fails: that is what relying on one source means.",
  "Breakwater: the real contracts on an embedded EVM with real Uniswap v3 pools and liquidity, canonical WETH, Chainlink aggregators (0.5 % deviation, one-hour heartbeat, 36 s lag), a second push feed and Pyth's own mock. Arbitrage moves the pools to the venue's price.",
  "Options, where a scenario has them: sub-accounts with money of their own write, hedge and buy at Black's price, as much as their money carries; the older designs have no options and leave them out. By the fair price a book's options are revalued at the volatility last read, and held against the requirement last read. The keeper shown is the shipped one: what it lists, marks, settles and pays is what its plan says.",
  "A baseline's keeper works only when the deal does not lose money at the market price; its trade does not move the market.",
  "The chain's clock, nonces and fees are fixed: the same seed gives the same final block hash.",
];

const NOT_COVERED: readonly string[] = [
  "Order books and market impact of liquidations: venues do not react to what the designs sell.",
  "A depeg of the settlement token, several risk domains, and governance attacks.",
  "Option traders that re-hedge or close while prices move, volatilities attested from outside, more than one expiry with positions.",
  "Gas prices as such (congestion is modelled as transactions that do not get through); chain reorganisations; sequencer halts.",
  "A keeper that, being alone, waits for a better price: Breakwater's lone keeper takes the first price that pays.",
  "Statistics: one seed per scenario is one path, not a distribution. Run other seeds with --seed.",
  "Recorded bars show the extremes of an interval but not their order; the lab steps open, near extreme, far extreme, close.",
];

/** Methods, assumptions and limits. */
export function methodsSection(report: LabReport): string {
  const measures = MEASURES.map(([name, text]) => tag("dt", {}, name) + tag("dd", {}, escapeText(text)));
  const list = (items: readonly string[]) => tag("ul", {}, ...items.map((item) => tag("li", {}, escapeText(item))));
  const seeds = report.cases.map(({ name, seed }) => `${name}: ${seed}`);
  return tag(
    "section",
    { class: "scenario", id: "methods" },
    tag("h2", {}, "How it was measured"),
    tag("dl", { class: "methods" }, ...measures),
    tag("h3", {}, "Assumptions"),
    list(ASSUMPTIONS),
    tag("h3", {}, "What was not covered"),
    list(NOT_COVERED),
    tag("h3", {}, "Run everything again"),
    tag("pre", {}, escapeText([...new Set(report.cases.map(({ command }) => command))].join("\n"))),
    tag(
      "p",
      { class: "soft small" },
      `Seeds: ${escapeText(seeds.join(", "))}. The same seed writes the same report.json, byte for byte.`,
    ),
  );
}
