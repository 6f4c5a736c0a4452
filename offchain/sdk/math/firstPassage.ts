import { WAD } from "../units.js";
import { expWad } from "./exponential.js";
import { ceilDiv, mulWadUp } from "./integers.js";
import { normalCdf } from "./normalDistribution.js";
import { sqrtYears } from "./optionTime.js";

/** The law of a price against a position: `FirstPassage.Law`. */
export type PassageLaw = {
  readonly sigmaWad: bigint;
  readonly horizonSeconds: bigint;
  readonly jumpsPerYearWad: bigint;
  readonly jumpMeanWad: bigint;
  readonly jumpDeviationWad: bigint;
};

/** barrier = slope * sigma + level, WAD; both 0 where jumps alone exceed the target. */
export type PassageLine = { readonly slopeWad: bigint; readonly levelWad: bigint };

const YEAR_SECONDS = 31_536_000n;
const RESERVE_STEP_WAD = WAD / 8n;
const RESERVES = 33n;
const CDF_ERROR_WAD = 5_001n;
const EXP_ERROR_WAD = 10n;
const LINE_SIGMA_WAD = 20n * WAD;
const QUANTILE_STEP_WAD = 10n ** 14n;
const MAX_QUANTILE_WAD = 9n * WAD;

/** N(-x), never below the truth. */
const tail = (xWad: bigint): bigint => normalCdf(-xWad) + CDF_ERROR_WAD;

/** e^x - 1, rounded up: `FirstPassage.equityRatioOf` of a short. */
function riseWad(exponentWad: bigint): bigint {
  const factorWad = expWad(exponentWad);
  return factorWad + mulWadUp(factorWad, EXP_ERROR_WAD) + EXP_ERROR_WAD - WAD;
}

/** Least z on the grid with 2 N(-z) + tail <= target; none where there is none. */
function quantile(targetWad: bigint, tailWad: bigint): bigint | undefined {
  if (2n * tail(MAX_QUANTILE_WAD) + tailWad > targetWad) return undefined;
  let [low, high] = [0n, MAX_QUANTILE_WAD / QUANTILE_STEP_WAD];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (2n * tail(middle * QUANTILE_STEP_WAD) + tailWad <= targetWad) high = middle;
    else low = middle;
  }
  return high * QUANTILE_STEP_WAD;
}

/** What is kept for one jump, and the chance that jumps take more, rounded up. */
function reserveOf({ jumpMeanWad, jumpDeviationWad }: PassageLaw, jumpsWad: bigint, k: bigint) {
  if (k === 0n) return { reserveWad: 0n, tailWad: jumpsWad };
  const qWad = (k - 1n) * RESERVE_STEP_WAD;
  return {
    reserveWad: jumpMeanWad + mulWadUp(jumpDeviationWad, qWad),
    tailWad: mulWadUp(jumpsWad, tail(qWad)) + ceilDiv(mulWadUp(jumpsWad, jumpsWad), 2n),
  };
}

function jumpDriftWad({ jumpMeanWad, jumpDeviationWad }: PassageLaw, jumpsWad: bigint): bigint {
  if (jumpsWad === 0n) return 0n;
  return mulWadUp(jumpsWad, riseWad(jumpMeanWad + ceilDiv(mulWadUp(jumpDeviationWad, jumpDeviationWad), 2n)));
}

/** The lowest line at the sigma of the law that lies above every barrier with at most the target's probability: `FirstPassage.line`. */
export function passageLine(law: PassageLaw, targetWad: bigint): PassageLine {
  const jumpsWad = ceilDiv(law.jumpsPerYearWad * law.horizonSeconds, YEAR_SECONDS);
  const driftPerSigmaWad = ceilDiv((LINE_SIGMA_WAD / 2n) * law.horizonSeconds, YEAR_SECONDS);
  const rootWad = sqrtYears(law.horizonSeconds) + 1n;
  const jumpDrift = jumpDriftWad(law, jumpsWad);
  let best: { line: PassageLine; barrierWad: bigint } | undefined;
  for (let k = 0n; k <= RESERVES; ++k) {
    const { reserveWad, tailWad } = reserveOf(law, jumpsWad, k);
    const zWad = quantile(targetWad, tailWad);
    if (zWad === undefined) continue;
    const line = { slopeWad: mulWadUp(zWad, rootWad) + driftPerSigmaWad, levelWad: reserveWad + jumpDrift };
    const barrierWad = mulWadUp(line.slopeWad, law.sigmaWad) + line.levelWad;
    if (best === undefined || barrierWad < best.barrierWad) best = { line, barrierWad };
  }
  return best?.line ?? { slopeWad: 0n, levelWad: 0n };
}
