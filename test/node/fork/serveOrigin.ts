import { connect, createServer, type Server, type Socket } from "node:net";
import { network } from "hardhat";

/** A local chain 1 behind an address. */
export type ServedOrigin = { readonly url: string; readonly close: () => Promise<void> };

/**
 * Serves an empty local chain 1 over JSON-RPC.
 *
 * A fork keeps connections open even when it is closed itself, and the server would wait a minute for each: a relay in
 * between cuts them.
 */
export async function serveOrigin(): Promise<ServedOrigin> {
  const server = await network.createServer({ network: "origin", chainType: "l1" });
  const { address, port } = await server.listen();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // Being cut is how every connection ends here.
    return socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const relay = createServer((client) => {
    const upstream = connect(port, address);
    keep(client).pipe(keep(upstream)).pipe(client);
  });
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => relay.close(resolve));
    await server.close();
  };
  return { url: await listen(relay), close };
}

function listen(relay: Server): Promise<string> {
  return new Promise((resolve) => {
    relay.listen(0, "127.0.0.1", () => {
      const bound = relay.address();
      resolve(`http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`);
    });
  });
}
