/**
 * Several servers that register with a center, and a client that finds them there.
 *
 * @module
 */
import { Client, type ClientOptions } from "../client/mod.ts";
import { Server, type ServerOptions } from "../server/mod.ts";
import { MemoryTransport, type Transport } from "../transport/mod.ts";
import { FakeCenter } from "./fake_center.ts";

/** How a cluster is made. */
export interface ClusterOptions {
  /** Options of every server. */
  readonly server?: ServerOptions;
  /** Options of the client. */
  readonly client?: ClientOptions;
  /** What the client reaches the servers through, such as a faulty transport over the given one. */
  readonly through?: (memory: Transport) => Transport;
}

/** Servers in this process, their center and their client. Dispose it to close all. */
export interface Cluster extends AsyncDisposable {
  /** Number `i` listens at `mem://i` already; give each its handlers. */
  readonly servers: readonly Server[];
  /** Knows the servers. */
  readonly center: FakeCenter;
  /** Calls the servers. */
  readonly client: Client;
  /** Starts one more server. */
  start(): Promise<Server>;
}

/**
 * Starts `size` servers and a client that finds them through a {@linkcode FakeCenter}, all over memory.
 *
 * @example
 * ```ts
 * import { startCluster } from "@erpc/erpc/testing";
 * await using cluster = await startCluster(2);
 * for (const [i, server] of cluster.servers.entries()) server.handle("demo.who", () => i);
 * const replies = await Promise.all([1, 2].map(() => cluster.client.call<number>("demo.who")));
 * console.assert(replies.includes(0) && replies.includes(1));
 * ```
 */
export async function startCluster(size: number, options: ClusterOptions = {}): Promise<Cluster> {
  const memory = new MemoryTransport(), center = new FakeCenter(), servers: Server[] = [];
  const { through = (transport) => transport } = options;
  const start = async () => {
    const server = new Server({ registry: center, ...options.server, transports: [memory] });
    await server.listen(`mem://${servers.push(server) - 1}`);
    return server;
  };
  for (let i = 0; i < size; i++) await start();
  const client = new Client({ registry: center, ...options.client, transports: [through(memory)] });
  return {
    servers,
    center,
    client,
    start,
    async [Symbol.asyncDispose]() {
      await client.close(); // first, so that no server waits for it
      await Promise.all(servers.map((server) => server.drain()));
    },
  };
}
