/**
 * A server and a client that calls it over HTTP; holds no test itself.
 *
 * @module
 */
import { Client, type ClientOptions } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { Server, type ServerOptions } from "./server.ts";

/** A server and its client. */
export interface HttpPair extends AsyncDisposable {
  readonly server: Server;
  readonly client: Client;
  /** What handlers threw that was no RpcError. */
  readonly errors: readonly unknown[];
}

/** Starts both. */
export async function httpPair(
  address = "http://127.0.0.1:0",
  options: { server?: ServerOptions; client?: ClientOptions } = {},
): Promise<HttpPair> {
  const errors: unknown[] = [];
  const server = new Server({ registry: false, onError: (error) => errors.push(error), ...options.server });
  handleAll(server);
  await server.listen(address);
  const client = new Client({ address: server.address, retry: "failfast", ...options.client });
  return {
    server,
    client,
    errors,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.drain();
    },
  };
}

/** What the streams of the last `demo.forever` and `demo.sleep` have seen. */
export interface Seen {
  stopped: number;
  aborted: PromiseWithResolvers<void>;
  started: PromiseWithResolvers<void>;
}

/** Of each server. */
export const seenBy: WeakMap<Server, Seen> = new WeakMap();

/** Handles something of every kind. */
export function handleAll(server: Server): void {
  const seen: Seen = { stopped: 0, aborted: Promise.withResolvers(), started: Promise.withResolvers() };
  seenBy.set(server, seen);
  server.handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }), { idempotent: true });
  server.handle("demo.echo", (value: unknown) => value);
  server.handle("demo.fail", () => {
    throw new RpcError("not_found", "no such thing", { status: 1404, details: { id: 7 }, retryAfterMs: 2500 });
  });
  server.handle("demo.crash", () => {
    throw new Error("secret");
  });
  server.handle("demo.metadata", (_: unknown, context) => {
    for (const [key, value] of context.metadata) context.responseMetadata.set(`got-${key}`, value);
    return context.peer.address;
  });
  server.handle("demo.sleep", async (_: unknown, context) => {
    seen.started.resolve();
    await new Promise<void>((resolve) =>
      context.signal.addEventListener("abort", () => {
        seen.aborted.resolve();
        resolve();
      })
    );
  });
  server.handle("demo.forever", async function* () {
    try {
      for (let n = 0;; n++) yield n;
    } finally {
      seen.stopped++;
    }
  });
  server.handle("demo.count", function* (n: number) {
    for (let i = 0; i < n; i++) yield i;
  });
  server.handle("demo.break", async function* () {
    yield 1;
    throw new RpcError("data_loss", "the rest is gone");
  });
  server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
    let sum = 0;
    for await (const n of numbers) sum += n;
    return sum;
  });
  server.handle("demo.double", async function* (numbers: AsyncIterable<number>) {
    for await (const n of numbers) yield 2 * n;
  });
}

/** The numbers from 1 to `n`. */
export async function* upTo(n: number): AsyncGenerator<number> {
  for (let i = 1; i <= n; i++) yield i;
}
