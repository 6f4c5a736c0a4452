import { once } from "node:events";
import { createServer } from "node:http";
import { expect } from "chai";
import { AbstractProvider, type Network } from "ethers";
import { network } from "hardhat";
import { openProvider, requireChain, RpcUnreachableError, WrongChainError } from "../../../offchain/sdk/index.js";

/** A provider that never learns its network. */
class SilentProvider extends AbstractProvider {
  override _detectNetwork(): Promise<Network> {
    return Promise.reject(Object.assign(new Error("no answer"), { code: "TIMEOUT" }));
  }
}

/** Runs `use` against a node that gives one answer to everything, or none. */
async function withNode(answer: string | undefined, use: (rpcUrl: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (answer !== undefined) response.end(answer.replace("ID", /"id":(\d+)/.exec(body)?.[1] ?? ""));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const chain7 = '{"jsonrpc":"2.0","id":ID,"result":"0x7"}';

describe("openProvider", () => {
  it("default: a provider on the right chain", async () => {
    await withNode(chain7, async (rpcUrl) => {
      const provider = await openProvider({ rpcUrl, chainId: 7n });
      expect((await provider.getNetwork()).chainId).to.equal(7n);
      provider.destroy();
    });
  });

  it("error: WrongChainError", async () => {
    await withNode(chain7, async (rpcUrl) => {
      const refusal: unknown = await openProvider({ rpcUrl, chainId: 1n }).catch((e: unknown) => e);
      expect(refusal).to.be.instanceOf(WrongChainError).that.includes({ expected: 1n, actual: 7n });
    });
  });

  it("error: RpcUnreachableError on nonsense", async () => {
    for (const answer of ["<html>", '{"jsonrpc":"2.0","id":ID,"result":null}', chain7.replace("0x7", "seven")]) {
      await withNode(answer, async (rpcUrl) => {
        const refusal: unknown = await openProvider({ rpcUrl, chainId: 7n }).catch((e: unknown) => e);
        expect(refusal, answer).to.be.instanceOf(RpcUnreachableError);
      });
    }
  });

  it("error: RpcUnreachableError on silence", async () => {
    await withNode(undefined, async (rpcUrl) => {
      const refusal: unknown = await openProvider({ rpcUrl, chainId: 7n, timeoutMs: 50 }).catch((e: unknown) => e);
      expect(refusal).to.be.instanceOf(RpcUnreachableError);
    });
  });

  it("error: RpcUnreachableError where nothing is", async () => {
    // Port 9 (discard) refuses connections; the others are no addresses of a node.
    for (const rpcUrl of ["http://127.0.0.1:9", "nonsense", "", "ftp://127.0.0.1"]) {
      const refusal: unknown = await openProvider({ rpcUrl, chainId: 7n }).catch((e: unknown) => e);
      expect(refusal, rpcUrl).to.be.instanceOf(RpcUnreachableError);
    }
  });
});

describe("requireChain", () => {
  it("default", async () => {
    const { ethers } = await network.create();
    await requireChain(ethers.provider, { chainId: 31337n });
  });

  it("error: WrongChainError", async () => {
    const { ethers } = await network.create();
    const refusal: unknown = await requireChain(ethers.provider, { chainId: 1n }).catch((e: unknown) => e);
    expect(refusal).to.be.instanceOf(WrongChainError).that.includes({ expected: 1n, actual: 31337n });
  });

  it("error: RpcUnreachableError", async () => {
    const refusal: unknown = await requireChain(new SilentProvider(), { chainId: 1n }).catch((e: unknown) => e);
    expect(refusal).to.be.instanceOf(RpcUnreachableError).that.includes({ problem: "TIMEOUT" });
  });
});
