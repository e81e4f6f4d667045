/**
 * What the center's tests share: waiting for a condition, servers that say who they are, and a network that breaks.
 *
 * @module
 */
import {
  Center,
  type CenterMethods,
  Client,
  type ClientOptions,
  type ServiceClient,
  type WireInstance,
} from "../client/mod.ts";
import { Server, type ServerOptions } from "../server/mod.ts";
import { loadTransport, type Transport, type Wire } from "../transport/mod.ts";
import { type CenterOptions, type CenterServer, listenCenter } from "./mod.ts";

/** Time to live of leases in tests, milliseconds. */
export const TTL_MS = 400;

/** Resolves as soon as `condition` holds; rejects when it does not within `patienceMs`. */
export async function until(condition: () => unknown, what: string, patienceMs = 5000): Promise<void> {
  const dueMs = performance.now() + patienceMs;
  while (!await condition()) {
    if (performance.now() > dueMs) throw new Error(`Cannot go on: after ${patienceMs} ms still not ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server of the service `demo` that answers with its name, listening and registered with the center. */
export async function demoServer(
  center: string | string[],
  name: string,
  options: ServerOptions = {},
): Promise<Server> {
  const server = await new Server({ center, ...options }).handle("demo.who", () => name).listen();
  await until(() => server.registered, `registered: ${name}`);
  return server;
}

/** Who answers `calls` calls, and how often. */
export async function census(client: Client, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < calls; i++) {
    const name = await client.call<string>("demo.who", undefined, { idempotent: true });
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Resolves when `client` reaches exactly the servers of these names. */
export function untilReaches(client: Client, names: readonly string[], patienceMs?: number): Promise<void> {
  const want = [...names].sort().join();
  return until(
    async () => Object.keys(await census(client, 2 * names.length + 2)).sort().join() === want,
    `reaching ${want}`,
    patienceMs,
  );
}

/** A client of the center. */
export function clientOf(center: string | string[], options: ClientOptions = {}): Client {
  return new Client({ center, ...options });
}

/** TCP as one process has it: {@linkcode Process.crash} ends everything at once, as when the process is killed. */
export interface Process extends Transport {
  /** Closes every socket without a word; nothing can be dialled or listened on any more. */
  crash(): void;
}

/** Makes the TCP of a process that can crash. */
export async function crashable(): Promise<Process> {
  const tcp = await loadTransport("tcp"), sockets = new Set<{ close(): void }>();
  let dead = false;
  const alive = <T extends { close(): void }>(socket: T): T => {
    if (dead) socket.close();
    else sockets.add(socket);
    return socket;
  };
  return {
    name: "tcp",
    dial: async (...args) => dead ? Promise.reject(new Error("this process is dead")) : alive(await tcp.dial(...args)),
    listen: async (...args) => {
      const listener = alive(await tcp.listen(...args));
      return {
        address: listener.address,
        connections: each(listener.connections, alive),
        close: () => listener.close(),
      };
    },
    crash: () => {
      dead = true;
      for (const socket of sockets) socket.close();
    },
  };
}

async function* each(wires: AsyncIterable<Wire>, seen: (wire: Wire) => Wire): AsyncGenerator<Wire> {
  for await (const wire of wires) yield seen(wire);
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** Calls without a pause, `width` at a time, until stopped. */
export class Load {
  /** Calls that went well. */
  answered = 0;
  /** What the others failed with. */
  readonly failures: unknown[] = [];
  #stopped = false;
  #loops: Promise<void>[];

  /** Starts calling. */
  constructor(client: Client, width = 8) {
    this.#loops = Array.from({ length: width }, () => this.#loop(client));
  }

  /** Ends the load; resolves when every call has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #loop(client: Client): Promise<void> {
    while (!this.#stopped) {
      await client.call("demo.who", crypto.randomUUID(), { timeout: 5000 }).then(
        () => this.answered++,
        (error) => this.failures.push(error),
      );
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

/** A center and a client of its service. */
export interface Bench extends AsyncDisposable {
  /** The center. */
  readonly center: CenterServer;
  /** Calls it. */
  readonly client: ServiceClient<CenterMethods>;
}

/** Starts a center with short leases, and a client of it. */
export async function bench(options: CenterOptions = {}): Promise<Bench> {
  const center = await listenCenter(":0", { ttlMs: TTL_MS, ...options });
  const caller = new Client({ address: center.address, retry: "failfast" });
  return {
    center,
    client: caller.of(Center),
    [Symbol.asyncDispose]: async () => {
      await caller.close();
      await center.drain();
    },
  };
}

/** Instance number `n`. */
export function instance(n: number, over: Partial<WireInstance> = {}): WireInstance {
  return { id: `i${n}`, address: `tcp://10.0.0.1:${n + 1}`, weight: 100, metadata: new Map(), ...over };
}
