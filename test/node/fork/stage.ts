import { expect } from "chai";
import { MaxUint256, type Signer, type TransactionReceipt, type TransactionResponse } from "ethers";
import { deployProtocol, type ProtocolAddresses, verifyDeployment } from "../../../deploy/index.js";
import { connect, encodeAccountId, type Protocol, toTypedError } from "../../../offchain/sdk/index.js";
import { type IOracleDiagnostics, IOracleDiagnostics__factory } from "../../../types/ethers-contracts/index.js";
import { type Party, signedPerpTrade } from "../../support/orders.js";
import { balanceOf, Market, tokenAt } from "./market.js";
import type { Fork } from "./openFork.js";
import { subjectOf, type Venue } from "./venue.js";

const BLOCK_SECONDS = 12;
const USDC = 10n ** 6n;
/** The oracle wants gas for every source's cap, and an estimate knows only of what is used. */
const UPKEEP = { gasLimit: 8_000_000n };
/** Settlement tokens of six decimals as WAD. */
const TOKEN_SCALE = 10n ** 12n;

/** Lets those who publish prices do so; absent where nobody of the test can. */
export type Publish = (signer: Signer, nowSeconds: number) => Promise<void>;

export type Person = Party & { readonly signer: Signer };
export type Cast = { readonly [Role in "long" | "maker" | "newcomer" | "saver"]: Person };

/** The protocol on a fork, with people who have accounts. */
export class Stage {
  private salt = 0n;

  private constructor(
    readonly fork: Fork,
    readonly venue: Venue,
    readonly addresses: ProtocolAddresses,
    readonly protocol: Protocol,
    readonly diagnostics: IOracleDiagnostics,
    readonly market: Market,
    readonly cast: Cast,
    private readonly keeper: Signer,
    private readonly publish: Publish | undefined,
  ) {}

  /** Deploys the protocol as the spec says, and brings people together. */
  static async build(fork: Fork, venue: Venue, publish?: Publish): Promise<Stage> {
    const { spec } = venue;
    const addresses = await deployProtocol(fork, spec);
    expect(await verifyDeployment(fork, spec, addresses), "facts of the deployment").to.be.greaterThan(20);
    const [, whale, keeper, ...others] = await fork.ethers.getSigners();
    const [long, maker, newcomer, saver] = others.map((signer) => ({
      signer,
      address: signer.address,
      account: encodeAccountId({ owner: signer.address, subAccount: 0n }),
    }));
    if (whale === undefined || keeper === undefined || long === undefined || maker === undefined)
      throw new RangeError("The fork offers too few accounts.");
    if (newcomer === undefined || saver === undefined) throw new RangeError("The fork offers too few accounts.");
    const market = await Market.open(fork, venue, whale);
    const protocol = connect({ chainId: BigInt(spec.chainId), contracts: addresses, tokens: {} }, keeper);
    const diagnostics = IOracleDiagnostics__factory.connect(addresses.oracleDiagnostics, keeper);
    const cast = { long, maker, newcomer, saver };
    return new Stage(fork, venue, addresses, protocol, diagnostics, market, cast, keeper, publish);
  }

  get asset(): bigint {
    return subjectOf(this.venue.spec).asset;
  }

  /** Lets blocks pass, publishers speak, and a keeper do the upkeep. */
  async passBlocks(blocks: number): Promise<void> {
    const { networkHelpers } = this.fork;
    await networkHelpers.time.setNextBlockTimestamp((await networkHelpers.time.latest()) + BLOCK_SECONDS);
    await networkHelpers.mine(blocks, { interval: BLOCK_SECONDS });
    await this.publish?.(this.keeper, await networkHelpers.time.latest());
    const ids = this.venue.spec.assets.map(({ id }) => id);
    await mined(this.protocol.priceOracle.poke(ids, UPKEEP));
    await mined(this.protocol.circuitBreaker.update(ids, UPKEEP));
  }

  /** Buys dollars in the pool and puts them into the account. */
  async fund(person: Person, dollars: bigint): Promise<void> {
    const { market, addresses } = this;
    await market.buyDollars(person.address, dollars * USDC);
    for (const token of [market.usdc, market.weth]) {
      await mined(tokenAt(token, person.signer).getFunction("approve").send(addresses.marginVault, MaxUint256));
    }
    await this.deposit(person, market.usdc, dollars * USDC);
  }

  deposit(person: Person, token: string, amount: bigint): Promise<TransactionReceipt> {
    const vault = this.protocol.marginVault.connect(person.signer);
    return mined(vault.deposit(person.account, token, amount));
  }

  /** Settles a trade at the oracle's middle price. Anyone may: the keeper does. */
  async settle(buyer: Person, seller: Person, lots: bigint): Promise<TransactionReceipt> {
    const { priceOracle, exchange } = this.protocol;
    const { midWad: priceWad } = await priceOracle.read(this.asset);
    this.salt += 1n;
    const nowSeconds = await this.fork.networkHelpers.time.latest();
    const trade = { buyer, seller, asset: this.asset, lots, priceWad, nowSeconds, salt: this.salt };
    const domain = { chainId: BigInt(this.venue.spec.chainId), exchange: this.addresses.exchange };
    return mined(exchange.settle(await signedPerpTrade(trade, domain)));
  }

  /** Cash of all accounts = settlement tokens held, and every position has its other side. */
  async checkConservation(): Promise<void> {
    const { marginVault, insuranceFund, lossWaterfall } = this.protocol;
    const accounts = new Set([await insuranceFund.account(), await lossWaterfall.poolAccount()]);
    const count = await marginVault.accountCount();
    for (let position = 0n; position < count; position++) accounts.add(await marginVault.accountAt(position));
    let [cashWad, lots] = [0n, 0n];
    for (const account of accounts) {
      cashWad += (await marginVault.cashOf(account)) + (await marginVault.carryOf(account)).pendingWad;
      lots += await marginVault.lotsOf(account, this.asset);
    }
    const held = await balanceOf(tokenAt(this.market.usdc, this.keeper), this.addresses.marginVault);
    expect(cashWad, "cash of all accounts = settlement tokens held").to.equal(held * TOKEN_SCALE);
    expect(lots, "positions sum to zero").to.equal(0n);
  }
}

/** A transaction's receipt, or the contract's own reason why there is none. */
export async function mined(sent: Promise<TransactionResponse>): Promise<TransactionReceipt> {
  try {
    const receipt = await (await sent).wait();
    if (receipt === null) throw new RangeError("The transaction was not mined.");
    return receipt;
  } catch (cause) {
    throw toTypedError(cause);
  }
}
