import type { Provider } from "ethers";
import { WrongChainError } from "./errors.js";
import { toTypedError } from "./revert.js";

export type RequireChainParameters = {
  readonly chainId: bigint;
};

/**
 * Asks an open provider which chain it is on. For a node of which only the address is known use {openProvider}: ethers by
 * itself asks a silent node again for ever.
 *
 * @throws {WrongChainError} when it is another than `chainId`.
 * @throws {RpcUnreachableError} when the provider reports that nobody answers.
 * @example
 * await requireChain(provider, { chainId: book.chainId });
 */
export async function requireChain(provider: Provider, { chainId }: RequireChainParameters): Promise<void> {
  const network = await provider.getNetwork().catch((cause: unknown) => {
    throw toTypedError(cause);
  });
  if (network.chainId !== chainId) throw new WrongChainError(chainId, network.chainId);
}
