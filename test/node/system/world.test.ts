import { expect } from "chai";
import { verifyDeployment, WiringError } from "../../../deploy/index.js";
import { checkConservation } from "../../../offchain/lab/simulator/evm/conservation.js";
import { callsOf, planKeeper } from "../../../offchain/lab/simulator/evm/liquidator.js";
import { specFor } from "../../../offchain/lab/simulator/evm/spec.js";
import { type Person, World } from "../../../offchain/lab/simulator/evm/world.edge.js";
import { ContractRevertError, encodeFillAction } from "../../../offchain/sdk/index.js";
import type { Call } from "../../../offchain/lab/simulator/evm/chain.edge.js";
import {
  ETH,
  ETHER_WORLD,
  refusalOf,
  settleAt,
  signedMatch,
  speak,
  trade,
  trader,
  withdrawal,
} from "../../support/world.js";

const WAD = 10n ** 18n;
const USDC = 10n ** 6n;
const NORMAL = 0n;
const GUARDED = 1n;
const FIRM = 0n;
const FILL_ACTION = 5n;

describe("system", function () {
  this.timeout(120_000);
  let world: World;

  before(async () => {
    world = await World.build(ETHER_WORLD, 1_000_000n * WAD);
  });
  beforeEach(() => world.restart());

  const cashOf = (person: Person) => world.protocol.marginVault.cashOf(person.account);
  const lotsOf = (person: Person) => world.protocol.marginVault.lotsOf(person.account, ETH);
  const lotsFor = (ether: bigint) => (ether * WAD) / world.lotSize(0);
  const deposit = (person: Person, dollars: bigint) =>
    world.insist("depositing", [world.deposit(person, "USDC", dollars * USDC)]);
  const refusedBy = async (call: Call) => {
    const refusal = await refusalOf(world, call);
    return refusal instanceof ContractRevertError ? refusal.errorName : refusal?.message;
  };

  /** A long of a hundred ether on the margin given. */
  async function openLong(dollars: bigint): Promise<Person> {
    const long = trader(world, 0);
    await deposit(long, dollars);
    await world.insist("opening", [await trade(world, long, world.cast.maker, lotsFor(100n))]);
    return long;
  }

  /** The keeper's real reading and deciding, until it sees nothing more to do. */
  async function keep(person: Person): Promise<void> {
    for (let round = 0; round < 60; round++) {
      const actions = await planKeeper(world, [person.account]);
      if (actions.length === 0 && (await world.protocol.liquidationAuction.openCount()) === 0n) return;
      await world.chain.mine(world.chain.nowSeconds + 12, [...callsOf(world, actions), ...world.upkeep()]);
    }
  }

  it("warm-up: the oracle is firm and nothing is tripped", async () => {
    const { grade } = await world.protocol.priceOracle.read(ETH);
    expect(grade).to.equal(FIRM);
    expect(await world.protocol.circuitBreaker.levelOf(ETH)).to.equal(NORMAL);
  });

  it("trade: lots and cash of the two sides mirror each other", async () => {
    const [buyer, seller] = [trader(world, 0), trader(world, 1)];
    await deposit(buyer, 100_000n);
    await deposit(seller, 100_000n);
    const [collector, lots] = [await world.protocol.marginVault.feeCollector(), lotsFor(10n)];
    const feesBefore = await world.protocol.marginVault.cashOf(collector);
    await world.insist("trading", [await trade(world, buyer, seller, lots, 2_000n * WAD)]);
    expect(await lotsOf(buyer)).to.equal(lots);
    expect(await lotsOf(seller)).to.equal(-lots);
    const fees = (await world.protocol.marginVault.cashOf(collector)) - feesBefore;
    const notional = 20_000n * WAD;
    expect((await cashOf(buyer)) + (await cashOf(seller)) + fees).to.equal(200_000n * WAD);
    expect((await cashOf(seller)) - (await cashOf(buyer))).to.equal(2n * notional);
    await checkConservation(world, 0);
  });

  it("operate: a batch takes a maker's order with the SDK's fill action, for its caller alone", async () => {
    const [taker, maker, stranger] = [trader(world, 0), trader(world, 1), trader(world, 2)];
    await deposit(taker, 100_000n);
    await deposit(maker, 100_000n);
    const lots = lotsFor(10n);
    const signed = await signedMatch(world, taker, maker, lots, 2_000n * WAD);
    const request = {
      maker: signed.maker,
      makerSignature: signed.makerSignature,
      taker: taker.account,
      units: lots,
      maxFeeWad: 1_000n * WAD,
      reduceOnly: false,
    };
    const action = { kind: FILL_ACTION, data: encodeFillAction(request) };
    const data = world.protocol.marginVault.interface.encodeFunctionData("operate", [[action]]);
    const batchOf = ({ address }: Person) => world.call(address, world.addressOf("marginVault"), data);
    expect(await refusedBy(batchOf(stranger))).to.equal("Exchange_ActorNotAllowed");
    await world.insist("taking", [batchOf(taker)]);
    expect(await lotsOf(taker)).to.equal(lots);
    expect(await lotsOf(maker)).to.equal(-lots);
    await checkConservation(world, 0);
  });

  it("withdraw: within margin works, beyond it is refused with the surplus", async () => {
    const long = await openLong(150_000n);
    expect(await refusedBy(withdrawal(world, long, 149_000n * USDC))).to.equal("Vault_BelowInitialMargin");
    const before = await cashOf(long);
    await world.insist("withdrawing", [withdrawal(world, long, 1_000n * USDC)]);
    expect(await cashOf(long)).to.equal(before - 1_000n * WAD);
    await checkConservation(world, 0);
  });

  it("liquidation: a fall is flagged and sold until the account is sound, and nobody else pays", async () => {
    const long = await openLong(60_000n);
    const flaggable = async () => (await world.protocol.liquidationAuction.canFlag(long.account)).ok;
    for (let dollars = 1_960n; dollars > 1_500n && !(await flaggable()); dollars -= 40n)
      await settleAt(world, dollars * WAD, 4);
    expect(await flaggable()).to.equal(true);
    await keep(long);
    expect(await lotsOf(long)).to.be.lessThan(lotsFor(100n));
    expect(await cashOf(world.cast.keeper)).to.not.equal(5_000_000n * WAD);
    expect(await world.protocol.lossWaterfall.shortfall()).to.equal(0n);
    expect(await world.protocol.liquidationAuction.openCount()).to.equal(0n);
    await checkConservation(world, 0);
  });

  it("insolvency: the insurance fund pays what the account cannot", async () => {
    const long = await openLong(60_000n);
    const { insuranceFund, marginVault, lossWaterfall } = world.protocol;
    const fund = await insuranceFund.account();
    const before = await marginVault.cashOf(fund);
    for (const price of [1_700n, 1_450n, 1_200n]) await settleAt(world, price * WAD, 6);
    await settleAt(world, 1_200n * WAD, 10);
    await keep(long);
    expect(await lotsOf(long)).to.equal(0n);
    expect(await marginVault.cashOf(fund)).to.be.lessThan(before);
    expect(await lossWaterfall.shortfall()).to.equal(0n);
    await checkConservation(world, 0);
  });

  it("breaker: a fast fall stops opening; deposits and closing go on", async () => {
    const long = await openLong(150_000n);
    await speak(world, { feeds: 1_700n * WAD, pyth: 1_700n * WAD, pool: 1_700n * WAD });
    await speak(world, { feeds: 1_600n * WAD, pyth: 1_600n * WAD, pool: 1_600n * WAD });
    expect(await world.protocol.circuitBreaker.levelOf(ETH)).to.be.greaterThan(GUARDED);
    const newcomer = trader(world, 1);
    await deposit(newcomer, 500_000n);
    const opening = await trade(world, newcomer, world.cast.maker, lotsFor(10n));
    expect(await refusedBy(opening)).to.match(/^Vault_(ActionRefused|NotReducing)$/);
    await world.insist("closing", [await trade(world, world.cast.maker, long, lotsFor(50n))]);
    expect(await lotsOf(long)).to.equal(lotsFor(50n));
    await checkConservation(world, 0);
  });

  it("guardian: may raise a level at once, and may not lower it", async () => {
    const { accessManager, circuitBreaker } = world.protocol;
    const { deployer } = world.cast;
    const guardian = trader(world, 2);
    const grant = accessManager.interface.encodeFunctionData("grantRole", [1n, guardian.address, 0]);
    await world.insist("granting", [world.call(deployer.address, world.addressOf("accessManager"), grant)]);
    const room = world.addressOf("circuitBreaker");
    const raise = circuitBreaker.interface.encodeFunctionData("raiseLevel", [ETH, GUARDED]);
    const lower = circuitBreaker.interface.encodeFunctionData("lowerLevel", [ETH, NORMAL]);
    expect(await refusedBy(world.call(trader(world, 3).address, room, raise))).to.equal("AccessManagedUnauthorized");
    await world.insist("raising", [world.call(guardian.address, room, raise)]);
    expect(await circuitBreaker.levelOf(ETH)).to.equal(GUARDED);
    expect(await refusedBy(world.call(guardian.address, room, lower))).to.equal("AccessManagedUnauthorized");
  });

  it("verifyDeployment: passes on its own spec, names every fact that another spec gets wrong", async () => {
    const { connection } = world.chain;
    const spec = specFor(ETHER_WORLD, world.venues.names);
    const addresses = world.deployed;
    expect(await verifyDeployment(connection, spec, addresses)).to.be.greaterThan(20);
    const perps = spec.perps.map((perp) => ({ ...perp, openInterestCap: perp.openInterestCap + 1n }));
    const wrong = { ...spec, perps, settlementToken: world.token("WETH") };
    const refused: unknown = await verifyDeployment(connection, wrong, addresses).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(WiringError);
    if (refused instanceof WiringError) expect(refused.problems).to.have.length(2);
  });
});
