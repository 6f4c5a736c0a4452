import { ORDINARY_BOOKS } from "./books.js";
import { allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_WORLD } from "./world.js";

const hours = (count: number) => Math.round(count * 3600);

/** Second 0 is 09:30 UTC of 2020-03-12; six flat hours of the afternoon are left out. */
const ETH: readonly Knot[] = [
  { atSeconds: 0, level: "1" },
  { atSeconds: hours(0.5), level: "0.992" },
  { atSeconds: hours(1), level: "0.963" },
  { atSeconds: hours(1.25), level: "0.86" },
  { atSeconds: hours(1.34), level: "0.745" },
  { atSeconds: hours(1.6), level: "0.79" },
  { atSeconds: hours(1.75), level: "0.727" },
  { atSeconds: hours(2), level: "0.826" },
  { atSeconds: hours(4), level: "0.79" },
  { atSeconds: hours(4.5), level: "0.815" },
  { atSeconds: hours(5.5), level: "0.75" },
  { atSeconds: hours(7.5), level: "0.752" },
  { atSeconds: hours(7.75), level: "0.604" },
  { atSeconds: hours(8.1), level: "0.665" },
  { atSeconds: hours(10), level: "0.633" },
  { atSeconds: hours(10.5), level: "0.57" },
  { atSeconds: hours(10.75), level: "0.508" },
  { atSeconds: hours(11.25), level: "0.566" },
  { atSeconds: hours(12), level: "0.73" },
  { atSeconds: hours(13), level: "0.68" },
];

const BTC: readonly Knot[] = [
  { atSeconds: 0, level: "1" },
  { atSeconds: hours(0.5), level: "0.997" },
  { atSeconds: hours(1), level: "0.965" },
  { atSeconds: hours(1.25), level: "0.88" },
  { atSeconds: hours(1.34), level: "0.755" },
  { atSeconds: hours(1.6), level: "0.815" },
  { atSeconds: hours(2), level: "0.82" },
  { atSeconds: hours(4.5), level: "0.818" },
  { atSeconds: hours(5.5), level: "0.778" },
  { atSeconds: hours(7.5), level: "0.786" },
  { atSeconds: hours(7.75), level: "0.6" },
  { atSeconds: hours(8.1), level: "0.65" },
  { atSeconds: hours(9.5), level: "0.631" },
  { atSeconds: hours(10), level: "0.553" },
  { atSeconds: hours(10.75), level: "0.513" },
  { atSeconds: hours(11.25), level: "0.6" },
  { atSeconds: hours(12), level: "0.699" },
  { atSeconds: hours(13), level: "0.646" },
];

/** Nine of ten keeper transactions and three of four oracle rounds are stuck; 36 % of the auctions had one bidder. */
const JAM = { keeperStepIn: 10, oracleStepIn: 4, soleBidderPercent: 36 };

/** A crash that does not come back, in three legs, with a congested chain. */
export const blackThursday: Scenario = {
  name: "black-thursday",
  title: "Black Thursday",
  story:
    "ETH halves in three legs of 20 % and more, then rebounds by 40 % in an hour. The chain is full in each leg: nine of ten keeper transactions and three of four oracle rounds do not get through, and a third of all auctions has a single bidder.",
  calibration:
    "Knots of ETH and BTC of 2020-03-12 09:30 to 2020-03-13 04:30 UTC without six flat hours of the afternoon: ETH -56 % from the day's peak, worst 5 minutes -8.7 %, worst hour -20.9 %, rebound +41 % in an hour; blocks full, keepers priced out for hours, 36 % of MakerDAO's auctions won with a bid of zero, $8.3M of collateral for nothing.",
  world: ORDINARY_WORLD,
  steps: {
    endsAtSeconds: hours(13),
    pace: [
      { fromSeconds: 0, stepSeconds: 240 },
      { fromSeconds: hours(1), stepSeconds: 36 },
      { fromSeconds: hours(2), stepSeconds: 240 },
      { fromSeconds: hours(7.5), stepSeconds: 36 },
      { fromSeconds: hours(8.1), stepSeconds: 240 },
      { fromSeconds: hours(10.4), stepSeconds: 60 },
      { fromSeconds: hours(11.25), stepSeconds: 240 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: ETH },
      { symbol: "BTC", startPrice: "40000", market: BTC },
    ],
    faults: [],
    // The last minutes of the window lie in the first leg, on a full chain; what is missing is waited for.
    options: { expiresAtSeconds: 3750, books: ORDINARY_BOOKS },
    keepers: {
      perBlock: 2,
      absent: [],
      congested: [
        { fromSeconds: hours(1), toSeconds: hours(2), ...JAM },
        { fromSeconds: hours(7.5), toSeconds: hours(8.1), ...JAM },
        { fromSeconds: hours(10.4), toSeconds: hours(11.25), ...JAM },
      ],
    },
  },
  property: {
    sentence:
      "In a crash of 50 % on a congested chain nobody is liquidated wrongfully or left under water, and every loss has an owner.",
    breaches: allOf(noBadDebt, nobodyWronged, nobodyForgotten),
  },
  seed: 20200312n,
};
