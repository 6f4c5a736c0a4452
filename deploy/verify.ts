import type { NetworkConnection } from "hardhat/types/network";
import { connect, encodeAccountId } from "../offchain/sdk/index.js";
import type { ProtocolAddresses } from "./deployProtocol.js";
import { WiringError } from "./errors.js";
import { ADMIN_ROLE, GUARDIAN_ROLE, guardianFunctions, selectorOf } from "./modules/handOver.js";
import { moduleRole } from "./modules/wire.js";
import type { ProtocolSpec } from "./spec.js";
import { marketFacts } from "./verifyMarkets.js";

type Fact = { readonly what: string; readonly expected: unknown; readonly actual: unknown };

/**
 * Reads back what a deployment wired and configured, and holds it against the spec.
 *
 * @returns How many facts were checked.
 * @throws {WiringError} naming every fact that is not as the spec says.
 */
export async function verifyDeployment(
  connection: NetworkConnection<"l1">,
  spec: ProtocolSpec,
  addresses: ProtocolAddresses,
): Promise<number> {
  const { provider } = connection.ethers;
  const facts: Fact[] = [];
  for (const [name, address] of Object.entries(addresses)) {
    const code = await provider.getCode(address);
    facts.push({ what: `${name} has code`, expected: true, actual: code !== "0x" });
  }
  refuse(facts);
  const protocol = connect({ chainId: BigInt(spec.chainId), contracts: addresses, tokens: {} }, provider);
  facts.push(...(await vaultFacts(protocol.marginVault, spec, addresses)));
  for (const { id, sources } of spec.assets) {
    const terms = (one: SourceTerms | undefined) =>
      [one?.group, one?.maxAgeSeconds, one?.gasCap, one?.floorWad, one?.ceilingWad].join(" ");
    const listed = await protocol.priceOracle.sourcesOf(id);
    facts.push({ what: `asset ${id} has its sources`, expected: sources.length, actual: listed.length });
    for (const [index, source] of sources.entries()) {
      const expected = terms({ ...source, floorWad: source.floor, ceilingWad: source.ceiling });
      facts.push({ what: `source ${index} of asset ${id}`, expected, actual: terms(listed[index]) });
    }
  }
  for (const { asset, openInterestCap } of spec.perps) {
    const [, capWad] = await protocol.perpMarkets.openInterest(asset);
    facts.push({ what: `market ${asset} has its cap`, expected: openInterestCap, actual: capWad });
  }
  for (const { asset, rhoMinInitial } of spec.risk.underlyings) {
    const terms = await protocol.portfolioMargin.underlyingOf(asset);
    facts.push({ what: `risk of ${asset} is set`, expected: rhoMinInitial, actual: terms.rhoMinInitialWad });
  }
  facts.push(...(await marketFacts(protocol, spec)));
  facts.push(...(await wiringFacts(protocol, addresses)));
  const [deployer] = await connection.ethers.getSigners();
  facts.push(...(await roleFacts(protocol, spec, addresses, deployer?.address)));
  refuse(facts);
  return facts.length;
}

type Protocol = ReturnType<typeof connect>;
type Vault = Protocol["marginVault"];
type SourceTerms = {
  readonly group: bigint | number;
  readonly maxAgeSeconds: bigint | number;
  readonly gasCap: bigint | number;
  readonly floorWad: bigint;
  readonly ceilingWad: bigint;
};

/** Whom each contract obeys that was told of it once and for good. */
async function wiringFacts(protocol: Protocol, addresses: ProtocolAddresses): Promise<readonly Fact[]> {
  const { outflowLimiter, insuranceFund, lossWaterfall, exchange, liquidationAuction } = protocol;
  return [
    { what: "the limiter's vault", expected: addresses.marginVault, actual: await outflowLimiter.vault() },
    { what: "the fund's waterfall", expected: addresses.lossWaterfall, actual: await insuranceFund.waterfall() },
    { what: "the waterfall's auction", expected: addresses.liquidationAuction, actual: await lossWaterfall.auction() },
    { what: "the exchange's vault", expected: addresses.marginVault, actual: await exchange.vault() },
    {
      what: "the auction's parameters",
      expected: addresses.auctionParameters,
      actual: await liquidationAuction.parameters(),
    },
  ];
}

async function roleFacts(
  { accessManager }: Protocol,
  { governance }: ProtocolSpec,
  addresses: ProtocolAddresses,
  deployer: string | undefined,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const guardian of governance.guardians) {
    const [isMember] = await accessManager.hasRole(GUARDIAN_ROLE, guardian);
    facts.push({ what: `guardian ${guardian}`, expected: true, actual: isMember });
  }
  const contracts: Readonly<Record<string, string>> = addresses;
  for (const [name, signatures] of Object.entries(guardianFunctions)) {
    for (const signature of signatures) {
      const role = await accessManager.getTargetFunctionRole(contracts[name] ?? "", selectorOf(signature));
      facts.push({ what: `role of ${name}.${signature}`, expected: GUARDIAN_ROLE, actual: role });
    }
  }
  const { admin, delaySeconds } = governance;
  if (admin === null) return facts;
  const [isAdmin, delay] = await accessManager.hasRole(ADMIN_ROLE, admin);
  facts.push({ what: `administrator ${admin}`, expected: true, actual: isAdmin });
  facts.push({ what: "the administrator's delay", expected: BigInt(delaySeconds), actual: delay });
  if (deployer === undefined || deployer.toLowerCase() === admin.toLowerCase()) return facts;
  const [stillAdmin] = await accessManager.hasRole(ADMIN_ROLE, deployer);
  return [...facts, { what: "the deployer is administrator", expected: false, actual: stillAdmin }];
}

async function vaultFacts(vault: Vault, spec: ProtocolSpec, addresses: ProtocolAddresses): Promise<readonly Fact[]> {
  const roles = [
    ["exchange", addresses.exchange, moduleRole.exchange],
    ["liquidation auction", addresses.liquidationAuction, moduleRole.auction],
    ["cure auction", addresses.cureAuction, moduleRole.auction],
    ["waterfall", addresses.lossWaterfall, moduleRole.waterfall],
    ["insurance fund", addresses.insuranceFund, moduleRole.fund],
  ] as const;
  const facts: Fact[] = [];
  for (const [what, module, role] of roles) {
    facts.push({ what: `the vault knows the ${what}`, expected: BigInt(role), actual: await vault.moduleRole(module) });
  }
  const token = (await vault.settlementToken()).toLowerCase();
  facts.push({ what: "settlement token", expected: spec.settlementToken.toLowerCase(), actual: token });
  for (const [index, { token: listed }] of spec.collateral.entries()) {
    const [actual] = await vault.collateralToken(index);
    facts.push({ what: `collateral ${index}`, expected: listed.toLowerCase(), actual: actual.toLowerCase() });
  }
  const [fund] = await vault.feeAccounts();
  const expected = encodeAccountId({ owner: addresses.insuranceFund, subAccount: 0n });
  return [...facts, { what: "fees reach the insurance fund", expected, actual: fund }];
}

function refuse(facts: readonly Fact[]): void {
  const wrong = facts.filter(({ expected, actual }) => expected !== actual);
  if (wrong.length === 0) return;
  throw new WiringError(
    wrong.map(({ what, expected, actual }) => `${what}: ${String(actual)}, not ${String(expected)}`),
  );
}
