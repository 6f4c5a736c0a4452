import type { NetworkConnection } from "hardhat/types/network";
import { connect, encodeAccountId } from "../offchain/sdk/index.js";
import type { ProtocolAddresses } from "./deployProtocol.js";
import { WiringError } from "./errors.js";
import { moduleRole } from "./modules/wire.js";
import type { ProtocolSpec } from "./spec.js";

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
    const listed = await protocol.priceOracle.sourcesOf(id);
    facts.push({ what: `asset ${id} has its sources`, expected: sources.length, actual: listed.length });
  }
  for (const { asset, openInterestCap } of spec.perps) {
    const [, capWad] = await protocol.perpMarkets.openInterest(asset);
    facts.push({ what: `market ${asset} has its cap`, expected: openInterestCap, actual: capWad });
  }
  for (const { asset, rhoMinInitial } of spec.risk.underlyings) {
    const terms = await protocol.portfolioMargin.underlyingOf(asset);
    facts.push({ what: `risk of ${asset} is set`, expected: rhoMinInitial, actual: terms.rhoMinInitialWad });
  }
  const { admin } = spec.governance;
  if (admin !== null) {
    const [deployer] = await connection.ethers.getSigners();
    const [stillAdmin] = await protocol.accessManager.hasRole(0n, deployer?.address ?? admin);
    facts.push({ what: "the deployer gave up its role", expected: deployer?.address === admin, actual: stillAdmin });
  }
  refuse(facts);
  return facts.length;
}

type Vault = ReturnType<typeof connect>["marginVault"];

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
