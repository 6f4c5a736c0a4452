import { black } from "./black.js";
import { ONE, div, ln, normalCdf, normalDensity, ratio } from "./real.js";

const WAD = 10n ** 18n;
/** Results are kept with this many decimals, rounded to nearest. */
const DECIMALS = 36n;

const fromWad = (wad: bigint): bigint => ratio(wad, WAD);
const toText = (x: bigint): string => ((x * 10n ** DECIMALS + ONE / 2n) >> 256n).toString();

/** Strikes as millionths of the forward: both sides of every branch, and far out. */
const STRIKE_MILLIONTHS = [
  1n,
  10_000n,
  100_000n,
  399_999n,
  400_001n,
  700_000n,
  900_000n,
  990_000n,
  999_999n,
  1_000_000n,
  1_000_001n,
  1_010_000n,
  1_100_000n,
  1_500_000n,
  2_499_999n,
  2_500_001n,
  4_000_000n,
  10_000_000n,
  1_000_000_000n,
];
/** From nothing to a call that is worth its forward. */
const TOTAL_VOLS_WAD = [
  0n,
  1n,
  10n ** 9n,
  10n ** 14n,
  10n ** 15n,
  10n ** 16n,
  5n * 10n ** 16n,
  10n ** 17n,
  3n * 10n ** 17n,
  8n * 10n ** 17n,
  2n * WAD,
  6n * WAD,
  40n * WAD,
];
const FORWARD_WAD = 2000n * WAD;

/** Values of a standard normal in eighths, and on both sides of where the kernel ends. */
const NORMAL_WAD = [
  ...Array.from({ length: 81 }, (_, i) => (BigInt(i) * WAD) / 8n),
  1n,
  1000n,
  9_300_000_000_000_000_000n,
  9_419_000_000_000_000_000n,
  10n * WAD - 1n,
];

/** Every vector, as text: WAD inputs first, then results with 36 decimals. */
export function goldenVectors(): Readonly<Record<"black" | "log" | "normal", readonly (readonly string[])[]>> {
  const options = STRIKE_MILLIONTHS.flatMap((millionths) =>
    TOTAL_VOLS_WAD.map((totalVolWad) => {
      const strikeWad = (FORWARD_WAD * millionths) / 1_000_000n;
      const result = black({
        forward: fromWad(FORWARD_WAD),
        strike: fromWad(strikeWad),
        totalVol: fromWad(totalVolWad),
      });
      const { call, put, delta, gamma, vega } = result;
      return [...[FORWARD_WAD, strikeWad, totalVolWad].map(String), ...[call, put, delta, gamma, vega].map(toText)];
    }),
  );
  const normal = NORMAL_WAD.flatMap((x) => (x === 0n ? [x] : [x, -x])).map((x) => [
    x.toString(),
    toText(normalCdf(fromWad(x))),
    toText(normalDensity(fromWad(x))),
  ]);
  const log = STRIKE_MILLIONTHS.filter((millionths) => millionths >= 1_000_000n).map((millionths) => {
    const larger = (FORWARD_WAD * millionths) / 1_000_000n;
    return [larger.toString(), FORWARD_WAD.toString(), toText(ln(div(fromWad(larger), fromWad(FORWARD_WAD))))];
  });
  return { black: options, log, normal };
}

/** The committed file: one vector a line. */
export function formatVectors(): string {
  const groups = Object.entries(goldenVectors()).map(([name, vectors]) => {
    const lines = vectors.map((vector) => `    ${JSON.stringify(vector)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  return `{\n${groups.join(",\n")}\n}\n`;
}
