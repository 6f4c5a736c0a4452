import type { PortfolioStructOutput } from "../../types/ethers-contracts/contracts/vault/IMarginVault.js";

/**
 * A portfolio as the vault answers it, in the form in which the risk engine takes it.
 *
 * @remarks ethers answers with frozen arrays that also have names; it encodes plain objects only.
 */
export function plainPortfolio({ cashWad, collateral, perps, options }: PortfolioStructOutput) {
  return {
    cashWad,
    collateral: collateral.map(({ index, amountWad }) => ({ index, amountWad })),
    perps: perps.map(({ asset, sizeWad }) => ({ asset, sizeWad })),
    options: options.map(({ slot, expiry, legs, fixedPriceWad }) => ({ slot, expiry, legs, fixedPriceWad })),
  };
}
