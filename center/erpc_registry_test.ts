/**
 * The registry `"erpc"` of clients and servers against centers that do what they should not. It stands here, and not beside
 * the registry, because a center is a server.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Center, centerRegistry, type Change, type Registry, type WireInstance } from "../client/mod.ts";
import { Server } from "../server/mod.ts";
import { FakeClock, memoryTransport } from "../testing/mod.ts";

/** Centers in memory, on a clock of their own. */
class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly transports = [memoryTransport()];
  readonly #servers = new Map<string, Server>();

  registry(centers: string): Promise<Registry> {
    return centerRegistry(centers, { transports: this.transports, wheel: this.clock.wheel });
  }

  /** Starts a center that answers each watch with `changes`, then ends the stream, or keeps it open. */
  async center(name: string, changes: readonly Partial<Change>[], open = true): Promise<{ watches: number }> {
    const seen = { watches: 0 };
    const server = new Server({ registry: false, transports: this.transports, wheel: this.clock.wheel, drainMs: 0 });
    server.handle(Center.name + ".watch", async function* (_, { signal }) {
      seen.watches++;
      yield* changes.map((change) => ({ ...empty, ...change }));
      if (open) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    }, Center.methods.watch);
    await server.listen(`mem://${name}`);
    this.#servers.set(name, server);
    return seen;
  }

  async stop(name: string): Promise<void> {
    await this.clock.until(this.#servers.get(name)!.drain());
    this.#servers.delete(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#servers.keys()]) await this.stop(name);
  }
}

const empty: Change = { epoch: "e", revision: 1, reset: false, settled: true, more: false, put: [], removed: [] };

function list(...ids: string[]): Partial<Change> {
  return { reset: true, put: ids.map((id) => instance(id)) };
}

function instance(id: string): WireInstance {
  return { id, address: `mem://${id}`, weight: 100, metadata: new Map() };
}

/** Watches `demo` and adds every snapshot to `seen`. */
async function watch(registry: Registry, signal: AbortSignal, seen: string[]): Promise<void> {
  for await (const { instances, known } of registry.watch("demo", signal)) {
    seen.push(known ? instances.map(({ id }) => id).join() : "unknown");
  }
}

interface Watching {
  readonly bench: Bench;
  readonly seen: string[];
  readonly start: (centers: string) => Promise<void>;
}

const cases: Record<string, (watching: Watching) => Promise<void>> = {
  "the list, then each change": async ({ bench, seen, start }) => {
    await bench.center("one", [list("a", "b"), { put: [instance("c")] }, { removed: ["a"] }]);
    await start("mem://one");
    await bench.clock.advance(100);
    assertEquals(seen, ["a,b", "a,b,c", "b,c"]);
  },
  "pieces of a list are one snapshot": async ({ bench, seen, start }) => {
    await bench.center("one", [{ ...list("a"), more: true }, { put: [instance("b")], more: true }, {
      put: [instance("c")],
    }]);
    await start("mem://one");
    await bench.clock.advance(100);
    assertEquals(seen, ["a,b,c"]);
  },
  "that no center is there, once each round": async ({ bench, seen, start }) => {
    await start("mem://one,mem://two");
    await bench.clock.advance(10);
    assertEquals(seen, ["unknown"]);
    await bench.clock.advance(5000);
    assert(seen.length > 2 && new Set(seen).size === 1, seen.join());
  },
  "a center that comes late": async ({ bench, seen, start }) => {
    await start("mem://one");
    await bench.clock.advance(20_000);
    await bench.center("one", [list("a")]);
    await bench.clock.advance(2500);
    assertEquals(seen.at(-1), "a");
  },
  "the second center when the first is not there": async ({ bench, seen, start }) => {
    await bench.center("two", [list("a")]);
    await start("mem://one, mem://two");
    await bench.clock.advance(1);
    assertEquals(seen, ["a"]);
  },
  "another center when the first goes, without forgetting in between": async ({ bench, seen, start }) => {
    await bench.center("one", [list("a", "b")]);
    await bench.center("two", [list("b", "c")]);
    await start("mem://one,mem://two");
    await bench.clock.advance(5000);
    await bench.stop("one");
    await bench.clock.advance(100);
    assertEquals(seen, ["a,b", "b,c"]);
  },
  "the last list while every center is away": async ({ bench, seen, start }) => {
    await bench.center("one", [list("a")]);
    await start("mem://one");
    await bench.clock.advance(5000);
    await bench.stop("one");
    await bench.clock.advance(60_000);
    assertEquals(seen, ["a"]);
    await bench.center("one", [{ ...list(), settled: false }]);
    await bench.clock.advance(2500);
    assertEquals(seen, ["a", "a"]);
  },
  "centers that end each watch are not asked without a pause": async ({ bench, seen, start }) => {
    const one = await bench.center("one", [list("a")], false), two = await bench.center("two", [list("b")], false);
    await start("mem://one,mem://two");
    await bench.clock.advance(10_000);
    assert(seen.length >= 4, seen.join());
    assert(one.watches + two.watches < 40, `${one.watches + two.watches} watches in 10 seconds`);
  },
  "nothing of a center that never comes to the end of its list": async ({ bench, seen, start }) => {
    await bench.center("one", [{ ...list("a"), more: true }], false);
    await bench.center("two", [list("b")]);
    await start("mem://one,mem://two");
    await bench.clock.advance(100);
    assertEquals(seen, ["b"]);
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(`a watch gives ${name}`, async () => {
    await using bench = new Bench();
    const stop = new AbortController();
    let registry: Registry | undefined, watching: Promise<void> | undefined;
    const seen: string[] = [];
    const start = async (centers: string) => {
      registry = await bench.registry(centers);
      watching = watch(registry, stop.signal, seen);
    };
    await run({ bench, seen, start });
    stop.abort();
    await bench.clock.until(watching!);
    await bench.clock.until(registry!.close());
  });
}

Deno.test("closing the registry ends its watches", async () => {
  await using bench = new Bench();
  await bench.center("one", [list("a")]);
  const registry = await bench.registry("mem://one"), seen: string[] = [];
  const ended = watch(registry, new AbortController().signal, seen);
  await bench.clock.advance(10);
  await bench.clock.until(registry.close());
  await bench.clock.until(ended);
  assertEquals(seen, ["a"]);
});

const bad: Record<string, string> = {
  "": "Cannot use an empty list of centers",
  " , ": "Cannot use an empty list of centers",
  "nowhere": 'Cannot use "nowhere" as an address',
  "a:1,b:99999": 'Cannot use "b:99999" as an address',
};
for (const [centers, why] of Object.entries(bad)) {
  Deno.test(`${JSON.stringify(centers)} is no list of centers`, async () => {
    await assertRejects(() => centerRegistry(centers), TypeError, why);
  });
}
