import { createServer } from "node:http";
import { expect } from "chai";
import {
  type Duty,
  hermesUpdates,
  listableExpiries,
  openSteward,
  ORDINARY_DUTIES,
  PriceUpdatesError,
} from "../../../offchain/keeper/index.js";
import { World } from "../../../offchain/lab/simulator/evm/world.edge.js";
import { decodeExpiryWord, seriesOf } from "../../../offchain/sdk/index.js";
import { parseKeeperFlags } from "../../../scripts/keeper/flags.js";
import { signedTrade } from "../../support/orders.js";
import { ETH, ETHER_WORLD, settleAt, trader } from "../../support/world.js";

const WAD = 10n ** 18n;
const NOT_A_DATE = "Option_NotAListingDate";

describe("steward", function () {
  this.timeout(300_000);
  let world: World;

  before(async () => {
    world = await World.build(ETHER_WORLD, 1_000_000n * WAD);
  });
  beforeEach(() => world.restart());

  const said: string[] = [];
  function stewardOf(who: { readonly signer: Parameters<typeof openSteward>[0]["signer"] }) {
    const client = {
      protocol: world.protocol,
      provider: world.chain.connection.ethers.provider,
      signer: who.signer,
      log: { info: () => undefined, warn: (message: string) => void said.push(message) },
    };
    const config = { assets: [ETH], policy: ORDINARY_DUTIES, maxUpdateFeeWei: 1n, accountsPerTick: 64 };
    return openSteward(client, config);
  }

  /** Lets whoever works be mined at once, as on a chain that is not the lab's. */
  async function mining<Result>(work: () => Promise<Result>): Promise<Result> {
    await world.chain.request("evm_setAutomine", [true]);
    try {
      return await work();
    } finally {
      await world.chain.request("evm_setAutomine", [false]);
    }
  }
  const kindsOf = (duties: readonly Duty[]) => duties.map(({ kind }) => kind);

  it("calendar: lists exactly what the contract's calendar takes", async () => {
    const { optionMarkets } = world.protocol;
    const refused = optionMarkets.interface.getError(NOT_A_DATE)?.selector;
    const nowSeconds = Number((await world.chain.latest()).timestamp);
    const midnight = nowSeconds - (nowSeconds % 86_400);
    const taken: number[] = [];
    for (let day = 0; day < 370; day++) {
      const at = midnight + day * 86_400 + 8 * 3_600;
      const { reason } = await optionMarkets.canList(ETH, at);
      if (reason !== refused) taken.push(at);
    }
    expect(listableExpiries(nowSeconds)).to.deep.equal(taken);
  });

  /** Sells a hundred lots of the nearest call to a trader, so that the expiry is held. */
  async function sellCall(slot: bigint): Promise<void> {
    const [buyer, seller] = [trader(world, 0), world.cast.maker];
    await world.insist("depositing", [world.deposit(buyer, "USDC", 50_000n * 10n ** 6n)]);
    const { mark } = await world.protocol.optionMarkets.expiryAt(slot);
    const instrument = seriesOf(decodeExpiryWord(mark.expiry), { kind: "call", strikeIndex: 24 });
    const { nowSeconds } = world.chain;
    const match = await signedTrade(
      { buyer, seller, instrument, lots: 100n, priceWad: 20n * WAD, nowSeconds, salt: 1n },
      { chainId: 31337n, exchange: world.addressOf("exchange") },
    );
    const data = world.protocol.exchange.interface.encodeFunctionData("settle", [match]);
    await world.insist("trading options", [world.call(world.cast.deployer.address, world.addressOf("exchange"), data)]);
  }

  it("default: lists, marks, settles, pays and retires an expiry without anybody's help", async () => {
    const { optionMarkets, marginVault } = world.protocol;
    const steward = stewardOf(trader(world, 1));
    const first = await mining(() => steward.tick());
    expect(first.failed).to.deep.equal([]);
    expect(kindsOf(first.done).filter((kind) => kind === "list")).to.have.length(ORDINARY_DUTIES.listAtOnce);
    const { mark } = await optionMarkets.expiryAt(0n);
    const expiry = Number(decodeExpiryWord(mark.expiry).expiry);
    await settleAt(world, 2_000n * WAD, 1);
    await sellCall(0n);
    const before = await marginVault.cashOf(trader(world, 0).account);

    await world.chain.idleUntil(expiry - 90 * 60);
    await settleAt(world, 2_100n * WAD, 50);
    const seen: string[] = [];
    for (let minute = 0; minute < 70; minute++) {
      await settleAt(world, 2_100n * WAD, 1);
      const { done, failed, unreadable } = await mining(() => steward.tick());
      expect([...failed, ...unreadable]).to.deep.equal([]);
      seen.push(...kindsOf(done));
    }
    expect(seen.filter((kind) => kind === "fix").length).to.be.greaterThan(25);
    for (const once of ["settle", "collect", "retire"])
      expect(
        seen.filter((kind) => kind === once),
        once,
      ).to.have.length(1);
    expect(seen.lastIndexOf("fix")).to.be.lessThan(seen.indexOf("settle"));
    expect(seen.indexOf("settle")).to.be.lessThan(seen.indexOf("collect"));
    expect(seen.indexOf("collect")).to.be.lessThan(seen.indexOf("retire"));
    const [settled] = await optionMarkets.queryFilter(optionMarkets.filters.ExpirySettled());
    const priceWad = settled?.args.settlementPriceWad ?? 0n;
    expect(priceWad > 2_090n * WAD && priceWad < 2_110n * WAD).to.equal(true);
    expect((await optionMarkets.slotOf(ETH, expiry)).found).to.equal(false);
    expect((await marginVault.cashOf(trader(world, 0).account)) > before).to.equal(true);
  });

  it("behavior: marks nothing for an expiry that nobody holds, and frees its slot at expiry", async () => {
    const steward = stewardOf(trader(world, 1));
    await mining(() => steward.tick());
    const { mark } = await world.protocol.optionMarkets.expiryAt(0n);
    await world.chain.idleUntil(Number(decodeExpiryWord(mark.expiry).expiry) + 1_200);
    await settleAt(world, 2_000n * WAD, 2);
    const { done } = await mining(() => steward.tick());
    expect(kindsOf(done)).to.include("retire").and.not.include("fix");
  });

  it("behavior: two stewards race without a failure", async () => {
    const [one, other] = [stewardOf(world.cast.keeper), stewardOf(trader(world, 0))];
    const ticks = await mining(() => Promise.all([one.tick(), other.tick()]));
    expect(ticks.flatMap(({ failed }) => failed)).to.deep.equal([]);
    const listed = ticks.flatMap(({ done }) => done.filter(({ kind }) => kind === "list"));
    expect(new Set(listed.map((duty) => ("expiry" in duty ? duty.expiry : 0))).size).to.equal(listed.length);
    expect(ticks.flatMap(({ outpaced }) => kindsOf(outpaced))).to.include("list");
  });

  it("behavior: says once that nobody delivers updates of pull feeds, and goes on", async () => {
    said.length = 0;
    const steward = stewardOf(world.cast.keeper);
    const [first, second] = await mining(async () => [await steward.tick(), await steward.tick()]);
    expect(said.filter((message) => message.includes("no source of price updates"))).to.have.length(1);
    expect([...(first?.failed ?? []), ...(second?.failed ?? [])]).to.deep.equal([]);
  });
});

describe("hermesUpdates", () => {
  async function served<Result>(body: string, status: number, work: (url: string) => Promise<Result>): Promise<Result> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      return await work(`http://127.0.0.1:${port}`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      expect(asked[0]).to.match(/^\/v2\/updates\/price\/latest\?encoding=hex&ids%5B%5D=0xaa/);
    }
  }

  it("default: takes what the server signed", async () => {
    const body = JSON.stringify({ binary: { encoding: "hex", data: ["504e41"] } });
    expect(await served(body, 200, (url) => hermesUpdates(url).fetch(["0xaa"]))).to.deep.equal(["0x504e41"]);
  });

  it("error: PriceUpdatesError", async () => {
    const problemOf = (body: string, status: number) =>
      served(body, status, (url) =>
        hermesUpdates(url)
          .fetch(["0xaa"])
          .catch((error: unknown) => (error instanceof PriceUpdatesError ? error.problem : undefined)),
      );
    expect(await problemOf("{}", 503)).to.equal("it answers with status 503");
    expect(await problemOf("{}", 200)).to.equal("its answer holds no updates");
  });
});

describe("keeper flags", () => {
  const needed = ["--rpc", "http://127.0.0.1:8545", "--deployment", "book.json"];

  it("default: reads what is given, the rest by default", () => {
    const parsed = parseKeeperFlags([...needed, "--once", "--assets", "1,32,1"]);
    if (parsed.kind !== "flags") throw new RangeError(parsed.kind);
    const { once, assets, every, journal } = parsed.flags;
    expect({ once, assets, every, journal }).to.deep.equal({
      once: true,
      assets: [1n, 32n],
      every: 12,
      journal: "keeper-journal.jsonl",
    });
  });

  it("error: one sentence for each flag that makes no sense", () => {
    const problemOf = (...argv: readonly string[]) => {
      const parsed = parseKeeperFlags(argv);
      return parsed.kind === "refused" ? parsed.problem : undefined;
    };
    expect(problemOf("--once")).to.include("--rpc");
    expect(problemOf(...needed, "--assets", "x")).to.include("oracle ids");
    expect(problemOf(...needed, "--every", "0")).to.include("1 to 3600");
    expect(problemOf("--rpc", "nowhere", "--deployment", "x")).to.include("http://");
    expect(problemOf(...needed, "--bidder", "0x12")).to.include("64 hexadecimal");
    expect(problemOf(...needed, "--unknown")).to.include("--unknown");
  });
});
