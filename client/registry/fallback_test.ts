import { assertEquals } from "@std/assert";
import { FakeCenter } from "../../testing/mod.ts";
import { fallback } from "./fallback.ts";
import type { Snapshot } from "./registry.ts";

/** What a watcher of `demo` sees, change by change. */
class Watcher {
  readonly seen: string[] = [];
  #stop = new AbortController();
  #running: Promise<void>;

  constructor(snapshots: (signal: AbortSignal) => AsyncIterable<Snapshot>) {
    this.#running = (async () => {
      for await (const { instances, known } of snapshots(this.#stop.signal)) {
        this.seen.push(known ? instances.map(({ address }) => address).join() : "unknown");
      }
    })();
  }

  async stop(): Promise<string[]> {
    this.#stop.abort();
    await this.#running;
    return this.seen;
  }
}

/** Lets everything run that is ready. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await null;
}

const cases: Record<string, [steps: (asked: FakeCenter, here: FakeCenter) => Promise<void>, seen: string[]]> = {
  "what the first knows goes before what the second knows": [async (asked, here) => {
    here.add("demo", "here");
    asked.add("demo", "there");
    await settle();
  }, ["", "there"]],
  "what only the second knows is found there": [async (_, here) => {
    here.add("demo", "here");
    await settle();
  }, ["", "here"]],
  "the second answers until the first has something, and again after it": [async (asked, here) => {
    here.add("demo", "here");
    await settle();
    asked.add("demo", "there");
    await settle();
    asked.remove("demo", "there");
    await settle();
  }, ["", "here", "there", "here"]],
};

for (const [name, [steps, want]] of Object.entries(cases)) {
  Deno.test(name, async () => {
    const asked = new FakeCenter(), here = new FakeCenter(), both = fallback(asked, here);
    const watcher = new Watcher((signal) => both.watch("demo", signal));
    await settle();
    await steps(asked, here);
    assertEquals(await watcher.stop(), want);
    assertEquals([asked.watched, here.watched], [[], []], "a watch goes on");
  });
}

Deno.test("a first that does not answer leaves the second's answer, and its own silence when there is none", async () => {
  const asked = new FakeCenter(), here = new FakeCenter();
  asked.goDown();
  const both = fallback(asked, here), watcher = new Watcher((signal) => both.watch("demo", signal));
  await settle();
  here.add("demo", "here");
  await settle();
  assertEquals(await watcher.stop(), ["unknown", "here"]);
});

Deno.test("nothing is said before both have answered", async () => {
  const asked = new FakeCenter(), here = new FakeCenter(), silence = Promise.withResolvers<void>();
  here.add("demo", "here");
  async function* late(service: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
    await silence.promise;
    yield* asked.watch(service, signal);
  }
  const first = {
    watch: late,
    register: asked.register.bind(asked),
    close: () => Promise.resolve(),
  };
  const both = fallback(first, here), watcher = new Watcher((signal) => both.watch("demo", signal));
  await settle();
  assertEquals(watcher.seen, []);
  silence.resolve();
  await settle();
  assertEquals(await watcher.stop(), ["here"]);
});

Deno.test("a watch that breaks breaks the whole, instead of leaving its reader waiting", async () => {
  const here = new FakeCenter(), broken = new FakeCenter();
  broken.watch = async function* (): AsyncGenerator<Snapshot> {
    await null;
    yield { instances: [], known: false };
    throw new Error("no registry");
  };
  const both = fallback(broken, here), stop = new AbortController();
  const error = await Array.fromAsync(both.watch("demo", stop.signal)).catch((error) => error);
  assertEquals(String(error), "Error: no registry");
  stop.abort();
  await settle();
  assertEquals(here.watched, []);
});

Deno.test("both get a registration, and both lose it", async () => {
  const asked = new FakeCenter(), here = new FakeCenter(), both = fallback(asked, here);
  const registration = both.register(["demo"], { id: "a", address: "mem://a" });
  await registration.ready;
  assertEquals([registration.registered, asked.instances("demo").length, here.instances("demo").length], [true, 1, 1]);
  await registration.close();
  assertEquals([registration.registered, asked.instances("demo").length, here.instances("demo").length], [false, 0, 0]);
  await both.close();
});
