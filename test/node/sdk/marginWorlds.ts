import { uniformBigInt } from "pure-rand/distribution/uniformBigInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  collateralTerms,
  type CollateralConfig,
  type LiquidityTerms,
  type MarginMarket,
  type MarginPortfolio,
  type OptionTerms,
  type PriceViews,
  underlyingTerms,
  type UnderlyingConfig,
  WAD,
} from "../../../offchain/sdk/index.js";

const DAY = 86_400n;
const MILLIONTH = 10n ** 12n;
const BPS_WAD = 10n ** 14n;
/** Short window that `RiskOracleMock` says. */
const MOCK_TWAP_SECONDS = 180n;

/** Parameters and prices in the form in which `MarginProbe` takes them. */
export type World = {
  readonly prices: readonly { readonly asset: bigint; readonly views: ProbeViews }[];
  readonly underlyings: readonly {
    readonly asset: bigint;
    readonly config: UnderlyingConfig;
    readonly options: OptionTerms;
    readonly liquidity: LiquidityTerms;
  }[];
  readonly smiles: readonly { readonly asset: bigint; readonly expiry: bigint; readonly word: bigint }[];
  readonly collaterals: readonly { readonly index: bigint; readonly config: CollateralConfig }[];
  readonly correlations: readonly {
    readonly group: bigint;
    readonly config: { readonly thetaWad: bigint; readonly kappa: bigint };
  }[];
  readonly addOns: { readonly liquidationCostBps: bigint; readonly flatCostWad: bigint };
};

type ProbeViews = PriceViews & { readonly updatedAt: bigint; readonly groups: bigint };

export type Question = {
  readonly portfolio: MarginPortfolio;
  readonly stressWad: bigint;
  readonly move: bigint;
  readonly factorWad: bigint;
};

/** What of a portfolio is drawn. */
export type Shape = {
  readonly underlyings: number;
  readonly portfolios: number;
  /** Most option legs of a portfolio. */
  readonly legs: number;
};

/** Seeded draws of worlds and of portfolios in them; edges come often. */
export function marginDraws(seed: number, nowSeconds: bigint) {
  const stream = xoroshiro128plus(seed);
  const between = (from: bigint, to: bigint) => uniformBigInt(stream, from, to);
  const chance = (percent: number) => between(0n, 99n) < BigInt(percent);
  const multiple = (unit: bigint, from: bigint, to: bigint) => between(from / unit, to / unit) * unit;
  /** Every number of digits is as likely as any other. */
  const spread = (least: number, most: number) => {
    const power = 10n ** between(BigInt(least), BigInt(most));
    return between(power, 10n * power);
  };
  const signed = (value: bigint) => (chance(50) ? value : -value);

  function views(priceWad: bigint): ProbeViews {
    const near = (bps: bigint) => (priceWad * (10_000n + between(-bps, bps))) / 10_000n;
    const halfBps = chance(40) ? 0n : between(0n, chance(70) ? 60n : 4_000n);
    const halfWad = (priceWad * halfBps) / 10_000n;
    const mean = () => (chance(15) ? 0n : near(chance(60) ? 50n : 3_000n));
    const sigma = () => between(0n, chance(80) ? 2n * WAD : 12n * WAD);
    return {
      lowWad: priceWad - halfWad,
      midWad: priceWad,
      highWad: priceWad + halfWad + (chance(50) ? between(0n, halfWad) : 0n),
      shortTwapWad: mean(),
      longTwapWad: mean(),
      sigmaFastWad: sigma(),
      sigmaSlowWad: sigma(),
      sigmaGlideWad: sigma(),
      updatedAt: nowSeconds,
      groups: 3n,
      grade: chance(10) ? 3 : Number(between(0n, 2n)),
    };
  }

  /** Terms of which the contract finds a bound: jumps are rare enough for their target. */
  function leverageTerms() {
    const [auctionSeconds, congestionBps] = [between(60n, 7_200n), between(10_000n, 30_000n)];
    const jumps = chance(40) ? 0n : between(1n, 500_000n);
    const target = between(200_000n, 10_000_000n);
    const fields = [auctionSeconds, congestionBps, jumps, between(0n, 150_000n), between(0n, 80_000n), target];
    const word = fields.reduceRight((high, field) => (high << 32n) | field, 0n);
    return { word, closeOutSeconds: ((MOCK_TWAP_SECONDS + auctionSeconds) * congestionBps + 9_999n) / 10_000n };
  }

  function underlyingConfig(): UnderlyingConfig {
    const zMaintenanceWad = between(WAD / 10n, 5n * WAD);
    const leverage = leverageTerms();
    const mporMaintenanceSeconds = leverage.closeOutSeconds + between(0n, 2n * DAY);
    const least = multiple(MILLIONTH, WAD / 100n, WAD / 5n);
    const most = least + multiple(MILLIONTH, 0n, WAD);
    const leastInitial = least + multiple(MILLIONTH, 0n, WAD / 10n);
    const reach = most > leastInitial ? most : leastInitial;
    return {
      zInitialWad: zMaintenanceWad + between(0n, 2n * WAD),
      zMaintenanceWad,
      mporInitialSeconds: mporMaintenanceSeconds + between(0n, DAY),
      mporMaintenanceSeconds,
      rhoMinInitialWad: leastInitial,
      rhoMaxInitialWad: reach + multiple(MILLIONTH, 0n, 3n * WAD - reach),
      rhoMinMaintenanceWad: least,
      rhoMaxMaintenanceWad: most,
      sigmaFloorWad: multiple(MILLIONTH, 0n, WAD),
      stressSigmaWad: multiple(MILLIONTH, 0n, 3n * WAD),
      stressWeightWad: multiple(BPS_WAD, WAD / 4n, WAD),
      fastGainWad: multiple(BPS_WAD, 0n, 2n * WAD),
      correlationGroup: between(0n, 2n),
      leverage: leverage.word,
    };
  }

  function optionTerms(): OptionTerms {
    const nearPowerBps = between(0n, 10_000n);
    return {
      volUpBps: between(0n, chance(80) ? 8_000n : 30_000n),
      volDownBps: between(0n, 10_000n),
      nearPowerBps,
      farPowerBps: between(0n, nearPowerBps),
      shortMinimumBps: between(1n, chance(80) ? 300n : 10_000n),
      farShareBps: chance(15) ? 0n : between(0n, 10_000n),
    };
  }

  function liquidityTerms(): LiquidityTerms {
    return {
      depthUsd: chance(5) ? 1n : between(1n, 10n ** between(1n, 12n)),
      depthSigmaWad: multiple(MILLIONTH, WAD / 100n, 2n * WAD),
      leastDepthBps: between(100n, 10_000n),
      halfSpreadWad: multiple(MILLIONTH, 0n, WAD / 10n),
      impactBps: between(0n, chance(80) ? 10_000n : 50_000n),
      vegaDepthUsd: between(1n, 10n ** between(1n, 12n)),
      volHalfSpreadBps: between(0n, 5_000n),
      volImpactBps: between(0n, 10_000n),
    };
  }

  function collateralConfig(underlying: bigint, ratioAsset: bigint): CollateralConfig {
    return {
      underlying,
      ratioAsset,
      haircutFloorWad: multiple(MILLIONTH, 0n, WAD / 2n),
      zWad: between(0n, 6n * WAD),
      liquidationSeconds: between(0n, DAY),
      concentrationGainWad: chance(20) ? 0n : multiple(MILLIONTH, 0n, chance(80) ? 2n * WAD : 4_000n * WAD),
      concentrationFreeWad: multiple(MILLIONTH, 0n, WAD),
      capWad: between(WAD, spread(19, 26)),
    };
  }

  function smileWord(): bigint {
    const q24 = (bps: bigint) => ((1n << 24n) * bps) / 10_000n;
    const spreadBps = chance(50) ? 0n : between(0n, 6_000n);
    const floorBps = between(1n, 3_000n);
    const frame = (spreadBps << 40n) | (between(1n, 3n) << 56n) | (between(0n, 20_000n) << 64n) | (floorBps << 80n);
    const atm = BigInt.asUintN(32, q24(between(1n, chance(85) ? 15_000n : 60_000n)));
    const skew = BigInt.asUintN(32, q24(between(-20_000n, 20_000n)));
    const curvature = BigInt.asUintN(32, q24(between(-20_000n, 100_000n)));
    return frame | ((floorBps + between(0n, 60_000n)) << 96n) | (atm << 128n) | (skew << 160n) | (curvature << 192n);
  }

  /** A grid around the price; the lot is such that sizes of 24 bits are neither dust nor the world. */
  function expiryWord(asset: bigint, priceWad: bigint): bigint {
    const expiry = nowSeconds + (chance(10) ? -between(0n, DAY) : between(1n, chance(70) ? 40n * DAY : 400n * DAY));
    const price = priceWad / 10n ** 10n;
    const mostFirst = (1n << 56n) - 1n;
    const first = (price * between(1n, 100n)) / 100n + 1n;
    const step = price / between(20n, 200n) + 1n;
    const lot = between(1n, 10n ** between(0n, 10n));
    const fits = (value: bigint, most: bigint) => (value > most ? most : value);
    return (
      asset |
      (expiry << 16n) |
      (fits(first, mostFirst) << 56n) |
      (fits(step, (1n << 48n) - 1n) << 112n) |
      (128n << 160n) |
      (lot << 168n)
    );
  }

  function legsWord(count: number): bigint {
    const keys = new Set<bigint>();
    while (keys.size < count) {
      const key = between(0n, 255n);
      keys.add(key);
      // Synthetic forwards come often.
      if (chance(25) && keys.size < count) keys.add(key ^ 1n);
    }
    const whole = between(1n, 8_388_607n);
    return [...keys]
      .sort((a, b) => Number(a - b))
      .reduce((word, key, i) => {
        const lots = signed(chance(50) ? whole : between(1n, 10n ** between(0n, 6n)));
        return word | (((BigInt.asUintN(24, lots) << 8n) | key) << BigInt(32 * i));
      }, 0n);
  }

  function world(shape: Shape): World {
    const ids = new Set<bigint>();
    while (ids.size < shape.underlyings) ids.add(between(1n, 31n));
    const underlyings = [...ids].map((asset) => ({
      asset,
      config: underlyingConfig(),
      options: optionTerms(),
      liquidity: liquidityTerms(),
    }));
    const prices = underlyings.map(({ asset }) => ({ asset, views: views(spread(chance(80) ? 17 : 3, 23)) }));
    const ratios = [32n, 33n].map((asset) => ({ asset, views: views(between(WAD / 2n, 2n * WAD)) }));
    const collaterals = Array.from({ length: 4 }, (_, i) => {
      const { asset } = underlyings[Number(between(0n, BigInt(underlyings.length - 1)))] ?? { asset: 1n };
      return { index: BigInt(i), config: collateralConfig(asset, chance(50) ? 0n : between(32n, 33n)) };
    });
    return {
      prices: [...prices, ...ratios],
      underlyings,
      smiles: [],
      collaterals,
      correlations: [1n, 2n].map((group) => ({
        group,
        config: { thetaWad: between(0n, (WAD * 8n) / 10n), kappa: between(0n, 8n) },
      })),
      addOns: {
        liquidationCostBps: chance(20) ? 0n : between(0n, 1000n),
        flatCostWad: chance(20) ? 0n : between(0n, 100n * WAD),
      },
    };
  }

  function optionsOf(world: World, legs: number): MarginPortfolio["options"] {
    const counts: number[] = [];
    for (let left = legs; left > 0 && counts.length < 8;) {
      const count = legs === 64 ? 8 : Number(between(1n, BigInt(Math.min(left, 8))));
      counts.push(count);
      left -= count;
    }
    return counts.map((count, slot) => {
      const { asset, views } = world.prices[Number(between(0n, BigInt(world.underlyings.length - 1)))] ?? {
        asset: 1n,
        views: undefined,
      };
      const midWad = views?.midWad ?? WAD;
      const fixedPriceWad = chance(6) ? (midWad * between(1n, 200n)) / 100n : 0n;
      return { slot: BigInt(slot), expiry: expiryWord(asset, midWad), legs: legsWord(count), fixedPriceWad };
    });
  }

  function portfolio(world: World, mostLegs: number): MarginPortfolio {
    const size = () => signed(chance(97) ? spread(9, 24) : chance(80) ? 0n : 1n << between(150n, 200n));
    const legs = mostLegs === 64 ? 64 : Number(between(0n, BigInt(mostLegs)));
    return {
      cashWad: chance(10) ? 0n : signed(spread(15, 27)),
      collateral: world.collaterals
        .filter(() => chance(35))
        .map(({ index }) => ({ index, amountWad: chance(10) ? 0n : spread(6, 26) })),
      perps: world.underlyings.filter(() => chance(60)).map(({ asset }) => ({ asset, sizeWad: size() })),
      options: optionsOf(world, legs),
    };
  }

  return {
    /** A world with questions about portfolios in it. Every expiry of theirs has its smile. */
    page(shape: Shape): { readonly world: World; readonly questions: readonly Question[] } {
      const bare = world(shape);
      const questions = Array.from({ length: shape.portfolios }, () => ({
        portfolio: portfolio(bare, shape.legs),
        stressWad: chance(50) ? WAD : between(WAD, chance(80) ? 3n * WAD : 20n * WAD),
        move: bare.underlyings[Number(between(0n, BigInt(bare.underlyings.length - 1)))]?.asset ?? 1n,
        factorWad: chance(5) ? 0n : between(WAD / 100n, 3n * WAD),
      }));
      const words = new Map<bigint, { asset: bigint; expiry: bigint; word: bigint }>();
      for (const { expiry } of questions.flatMap(({ portfolio }) => portfolio.options)) {
        const identity = expiry & ((1n << 56n) - 1n);
        words.set(identity, { asset: identity & 0xffffn, expiry: identity >> 16n, word: smileWord() });
      }
      return { world: { ...bare, smiles: [...words.values()] }, questions };
    },
  };
}

/** The same world for the mirror. */
export function marketOf(world: World, nowSeconds: bigint): MarginMarket {
  const smiles = new Map<bigint, Map<bigint, bigint>>();
  for (const { asset, expiry, word } of world.smiles) {
    const own = smiles.get(asset) ?? new Map<bigint, bigint>();
    smiles.set(asset, own.set(expiry, word));
  }
  return {
    nowSeconds,
    views: new Map(world.prices.map(({ asset, views }) => [asset, views])),
    underlyings: new Map(
      world.underlyings.map(({ asset, config }) => [asset, underlyingTerms(config, MOCK_TWAP_SECONDS)]),
    ),
    collaterals: new Map(world.collaterals.map(({ index, config }) => [index, collateralTerms(config)])),
    options: new Map(world.underlyings.map(({ asset, options }) => [asset, options])),
    liquidity: new Map(world.underlyings.map(({ asset, liquidity }) => [asset, liquidity])),
    smiles,
    correlations: new Map(
      world.correlations.map(({ group, config }) => [group, { ...config, kappa: Number(config.kappa) }]),
    ),
    addOns: world.addOns,
  };
}
