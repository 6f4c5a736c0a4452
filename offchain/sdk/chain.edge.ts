import type { Provider } from "ethers";
import { WrongChainError } from "./errors.js";
import { toTypedError } from "./revert.js";

export type RequireChainParameters = {
  readonly chainId: bigint;
};

/**
 * Asks the node which chain it is on.
 *
 * @throws {WrongChainError} when it is another than `chainId`.
 * @throws {RpcUnreachableError} when it gives no answer.
 * @example
 * await requireChain(provider, { chainId: book.chainId });
 */
export async function requireChain(provider: Provider, { chainId }: RequireChainParameters): Promise<void> {
  const network = await provider.getNetwork().catch((cause: unknown) => {
    throw toTypedError(cause);
  });
  if (network.chainId !== chainId) throw new WrongChainError(chainId, network.chainId);
}
