/**
 * A server and a client that calls it, on the transport a test asks for.
 *
 * @module
 */
import { Client, type ClientOptions } from "../client/mod.ts";
import { type OnError, Server, type ServerOptions } from "../server/mod.ts";
import { MemoryTransport, type Transport } from "../transport/mod.ts";

/** Transports a pair can run on. */
export const pairSchemes = ["mem", "tcp", "unix"] as const;

/** Name of a transport a pair can run on. */
export type PairScheme = typeof pairSchemes[number];

/** How a pair is made. */
export interface PairOptions {
  /** Its transport. Default `"mem"`, with names of its own. */
  readonly scheme?: PairScheme;
  /** Options of the server; it registers nowhere unless they say so. */
  readonly server?: ServerOptions;
  /** Options of the client; it calls the server's address unless they name a registry. */
  readonly client?: ClientOptions;
}

/** A server and its client. Dispose it to close both. */
export interface Pair extends AsyncDisposable {
  /** Listens already; give it handlers. */
  readonly server: Server;
  /** Calls the server. */
  readonly client: Client;
  /** Where the server listens. */
  readonly address: string;
  /** What handlers threw that was no RpcError, unless the options have an `onError`. */
  readonly errors: readonly unknown[];
}

/**
 * Starts a server and a client for it.
 *
 * @example
 * ```ts
 * import { startPair } from "@erpc/erpc/testing";
 * await using pair = await startPair({ scheme: "tcp" });
 * pair.server.handle("demo.double", (n: number) => 2 * n);
 * console.assert(await pair.client.call("demo.double", 21) === 42);
 * ```
 */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const errors: unknown[] = [], onError: OnError = (error) => errors.push(error);
  await using undo = new AsyncDisposableStack();
  const { address, transports } = await place(options.scheme ?? "mem", undo);
  const server = undo.use(
    new Server({ onError, registry: false, ...options.server, transports: withMore(options.server, transports) }),
  );
  await server.listen(address);
  const where = options.client?.registry === undefined ? { address: server.address } : {};
  const client = undo.use(
    new Client({ ...where, ...options.client, transports: withMore(options.client, transports) }),
  );
  const done = undo.move();
  return { server, client, address: server.address, errors, [Symbol.asyncDispose]: () => done.disposeAsync() };
}

function withMore(
  options: { transports?: readonly Transport[] } = {},
  more: readonly Transport[],
): readonly Transport[] {
  return [...options.transports ?? [], ...more];
}

/** An address to listen at, and the transports needed for it. */
async function place(
  scheme: PairScheme,
  undo: AsyncDisposableStack,
): Promise<{ address: string; transports: readonly Transport[] }> {
  if (scheme === "tcp") return { address: "tcp://127.0.0.1:0", transports: [] };
  if (scheme === "mem") return { address: "mem://pair", transports: [new MemoryTransport()] };
  const folder = await Deno.makeTempDir({ prefix: "erpc-" });
  undo.defer(() => Deno.remove(folder, { recursive: true }));
  return { address: `unix://${folder}/pair.sock`, transports: [] };
}
