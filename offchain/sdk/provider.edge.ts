import { FetchRequest, JsonRpcProvider, Network } from "ethers";
import { BreakwaterError, RpcUnreachableError, WrongChainError } from "./errors.js";

const DEFAULT_TIMEOUT_MS = 10_000;

export type OpenProviderParameters = {
  readonly rpcUrl: string;
  /** The chain that the node must be on. */
  readonly chainId: bigint;
  /** How long to wait for any answer of the node; 10 seconds when absent. */
  readonly timeoutMs?: number;
};
export type OpenProviderReturnType = JsonRpcProvider;

/**
 * Opens a provider on a node that answers and is on the right chain. A silent node is an error at once: ethers by itself
 * would ask again for ever.
 *
 * @returns The provider; `destroy()` it when done.
 * @throws {RpcUnreachableError} when the node gives no sensible answer in time.
 * @throws {WrongChainError} when it is on another chain.
 * @example
 * const provider = await openProvider({ rpcUrl: "http://127.0.0.1:8545", chainId: book.chainId });
 */
export async function openProvider({
  rpcUrl,
  chainId,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: OpenProviderParameters): Promise<OpenProviderReturnType> {
  const request = new FetchRequest(rpcUrl);
  request.timeout = timeoutMs;
  const network = Network.from(chainId);
  const provider = new JsonRpcProvider(request, network, { staticNetwork: network });
  try {
    const answer: unknown = await provider.send("eth_chainId", []);
    const actual = typeof answer === "string" ? BigInt(answer) : undefined;
    if (actual === undefined) throw new RpcUnreachableError(`its chain id is ${String(answer)}`);
    if (actual !== chainId) throw new WrongChainError(chainId, actual);
    return provider;
  } catch (cause) {
    provider.destroy();
    if (cause instanceof BreakwaterError) throw cause;
    throw new RpcUnreachableError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
