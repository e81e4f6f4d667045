import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Change, WireInstance } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { FakeClock, seeded } from "../testing/mod.ts";
import { Catalog } from "./catalog.ts";
import type { Feed } from "./feed.ts";
import { defaultCenterLimits } from "./limits.ts";

function instance(n: number | string, weight = 100, metadata: Record<string, string> = {}): WireInstance {
  return { id: `i${n}`, address: `tcp://10.0.0.1:${n}`, weight, metadata: new Map(Object.entries(metadata)) };
}

/** A catalog, and what a store would tell it. */
class Bench {
  readonly clock = new FakeClock();
  readonly catalog: Catalog;
  #revision = 0;

  constructor(limits: Partial<typeof defaultCenterLimits> = {}) {
    this.catalog = new Catalog(this.clock, { ...defaultCenterLimits, ...limits });
  }

  put(lease: string, of: WireInstance, ...services: string[]): void {
    const registered = { lease, instance: of, services: services.length === 0 ? ["demo"] : services };
    this.catalog.apply({ revision: ++this.#revision, lease, registered });
  }

  remove(lease: string): void {
    this.catalog.apply({ revision: ++this.#revision, lease, registered: undefined });
  }

  ids(service = "demo"): string[] {
    return this.catalog.roster(service).instances().map(({ id }) => id).toArray();
  }
}

/** Everything a feed has to tell now. */
function drain(feed: Feed): Change[] {
  const changes: Change[] = [];
  for (let change = feed.next(); change !== null; change = feed.next()) changes.push(change);
  return changes;
}

/** What a client holds that applies each change. */
function applied(changes: readonly Change[], held = new Map<string, WireInstance>()): Map<string, WireInstance> {
  for (const { reset, settled, put, removed } of changes) {
    if (reset && settled) held.clear();
    for (const id of removed) held.delete(id);
    for (const each of put) held.set(each.id, each);
  }
  return held;
}

/** A change in short: `R` reset, `S` settled, `M` more, then what is put and what is removed. */
function short({ reset, settled, more, put, removed }: Change): string {
  const flags = `${reset ? "R" : ""}${settled ? "S" : ""}${more ? "M" : ""}`;
  return [flags, ...put.map(({ id }) => `+${id}`), ...removed.map((id) => `-${id}`)].join(" ").trim();
}

const cases: Record<string, (bench: Bench) => void> = {
  "an instance answers for all its services until its lease is removed": (bench) => {
    bench.put("a", instance(1), "demo", "other");
    bench.put("b", instance(2));
    assertEquals([bench.ids(), bench.ids("other"), bench.ids("none")], [["i1", "i2"], ["i1"], []]);
    bench.remove("a");
    assertEquals([bench.ids(), bench.ids("other")], [["i2"], []]);
  },
  "an instance registered again belongs to the later lease": (bench) => {
    bench.put("old", instance(1), "demo", "other");
    bench.put("new", instance(1, 7));
    bench.remove("old");
    assertEquals([bench.ids(), bench.ids("other"), bench.catalog.roster("demo").get("i1")?.weight], [["i1"], [], 7]);
    bench.remove("new");
    assertEquals(bench.ids(), []);
  },
  "a lease that is put again leaves the services it no longer names": (bench) => {
    bench.put("a", instance(1), "demo", "other");
    bench.put("a", instance(1), "other", "third");
    assertEquals([bench.ids(), bench.ids("other"), bench.ids("third")], [[], ["i1"], ["i1"]]);
    bench.put("a", instance(2), "other");
    assertEquals([bench.ids("other"), bench.ids("third")], [["i2"], []]);
  },
  "a change that was in the list already is not taken in twice": (bench) => {
    const registered = { lease: "a", services: ["demo"], instance: instance(1) };
    bench.catalog.load("a", registered, 5);
    bench.catalog.apply({ revision: 5, lease: "a", registered: undefined });
    assertEquals([bench.ids(), bench.catalog.revision], [["i1"], 5]);
  },
  "only services that have instances are listed": (bench) => {
    bench.put("a", instance(1), "demo", "other");
    const feed = bench.catalog.follow("wanted");
    assertEquals(bench.catalog.rosters().map(({ service }) => service).toArray(), ["demo", "other"]);
    bench.remove("a");
    assertEquals(bench.catalog.rosters().toArray(), []);
    bench.catalog.unfollow(feed);
  },
  "a watcher hears the list, then each change once": (bench) => {
    bench.put("a", instance(1));
    const feed = bench.catalog.follow("demo");
    assertEquals(drain(feed).map(short), ["R +i1"]);
    bench.put("b", instance(2));
    bench.put("c", instance(3), "other");
    assertEquals(drain(feed).map(short), ["+i2"]);
    bench.remove("a");
    assertEquals(drain(feed).map(short), ["-i1"]);
    assertEquals(drain(feed), []);
  },
  "a watcher of an unknown service hears an empty list": (bench) => {
    const feed = bench.catalog.follow("demo");
    assertEquals(drain(feed).map(short), ["R"]);
    bench.put("a", instance(1));
    assertEquals(drain(feed).map(short), ["+i1"]);
  },
  "changes that a watcher has not read yet become one": (bench) => {
    const feed = bench.catalog.follow("demo");
    drain(feed);
    for (let n = 0; n < 50; n++) bench.put(`lease ${n}`, instance(1, n));
    bench.put("b", instance(2));
    bench.remove("b");
    const changes = drain(feed);
    assertEquals(changes.map(short), ["+i1 -i2"]);
    assertEquals(changes[0]!.put[0]!.weight, 49);
  },
  "an instance that is registered again as it was is no change": (bench) => {
    bench.put("a", instance(1, 100, { zone: "b" }));
    const feed = bench.catalog.follow("demo");
    drain(feed);
    bench.put("b", instance(1, 100, { zone: "b" }));
    assertEquals(drain(feed), []);
    for (const changed of [instance(1, 99, { zone: "b" }), instance(1, 99, { zone: "c" }), instance(1, 99)]) {
      bench.put("b", changed);
      assertEquals(drain(feed).map(short), ["+i1"]);
    }
  },
  "revisions grow from change to change, and the epoch stays": (bench) => {
    const feed = bench.catalog.follow("demo"), changes = drain(feed);
    for (let n = 1; n < 9; n++) {
      bench.put(`lease ${n}`, instance(n), n % 2 === 0 ? "other" : "demo");
      changes.push(...drain(feed));
    }
    const revisions = changes.map(({ revision }) => revision);
    assertEquals(revisions, [0, 1, 3, 5, 7]);
    assertEquals(new Set(changes.map(({ epoch }) => epoch)).size, 1);
  },
  "when the center settles every watcher hears the whole list once more": (bench) => {
    bench.put("a", instance(1));
    const early = bench.catalog.follow("demo");
    drain(early);
    bench.catalog.settle();
    assertEquals(drain(early).map(short), ["RS +i1"]);
    const late = bench.catalog.follow("demo");
    assertEquals(drain(late).map(short), ["RS +i1"]);
    bench.remove("a");
    assertEquals([drain(early).map(short), drain(late).map(short)], [["S -i1"], ["S -i1"]]);
  },
  "a long list comes in pieces, of which all but the last say so": (bench) => {
    for (let n = 0; n < 1200; n++) bench.put(`lease ${n}`, instance(n));
    const changes = drain(bench.catalog.follow("demo"));
    assert(changes.length >= 3, `${changes.length} changes`);
    assertEquals(changes.map(({ reset }) => reset), changes.map((_, i) => i === 0));
    assertEquals(changes.map(({ more }) => more), changes.map((_, i) => i < changes.length - 1));
    assertEquals(applied(changes).size, 1200);
  },
  "large instances make short pieces": (bench) => {
    for (let n = 0; n < 50; n++) bench.put(`lease ${n}`, instance(n, 100, { text: "x".repeat(4000) }));
    const changes = drain(bench.catalog.follow("demo"));
    assert(changes.every(({ put }) => put.length <= 7), changes.map(({ put }) => put.length).join());
    assertEquals(applied(changes).size, 50);
  },
  "what changes while a list is told is told after it": (bench) => {
    for (let n = 0; n < 1200; n++) bench.put(`lease ${n}`, instance(n));
    const feed = bench.catalog.follow("demo"), changes = [feed.next()!];
    bench.remove("lease 0");
    bench.remove("lease 1199");
    bench.put("lease 1", instance(1, 5));
    bench.put("new", instance("new"));
    changes.push(...drain(feed));
    const held = applied(changes);
    assertEquals([...held.keys()].sort(), bench.ids().sort());
    assertEquals(held.get("i1")?.weight, 5);
  },
  "a watcher that has missed too many changes hears the list anew": (bench) => {
    bench.put("stays", instance("stays"));
    const slow = bench.catalog.follow("demo");
    const held = applied(drain(slow));
    for (let n = 0; n < 2000; n++) {
      bench.put(`lease ${n}`, instance(n));
      bench.remove(`lease ${n}`);
    }
    const changes = drain(slow);
    assertEquals(changes.map(short), ["R +istays"]);
    assertEquals([...applied(changes, held).keys()], ["istays"]);
  },
  "a service that nobody offers and nobody watches is forgotten": (bench) => {
    bench.put("a", instance(1));
    const feed = bench.catalog.follow("demo"), roster = bench.catalog.roster("demo");
    bench.remove("a");
    assert(bench.catalog.roster("demo") === roster, "forgotten although it is watched");
    bench.catalog.unfollow(feed);
    bench.catalog.unfollow(feed);
    assert(bench.catalog.roster("demo") !== roster, "kept although nobody wants it");
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(name, () => {
    const bench = new Bench();
    run(bench);
    bench.catalog.close();
    assertEquals(bench.clock.timers, 0);
  });
}

for (const seed of [1, 2, 3]) {
  Deno.test(`watchers that read now and then hold what there is in the end, seed ${seed}`, () => {
    const bench = new Bench(), random = seeded(seed), below = (n: number) => Math.floor(random() * n);
    const watchers = Array.from({ length: 5 }, () => ({
      feed: bench.catalog.follow("demo"),
      held: new Map<string, WireInstance>(),
    }));
    for (let step = 0; step < 5000; step++) {
      const n = below(300);
      if (below(2) === 0) bench.put(`lease ${n}`, instance(n, below(10)));
      else bench.remove(`lease ${n}`);
      if (step === 2500) bench.catalog.settle();
      const { feed, held } = watchers[below(5)]!;
      if (below(50) === 0) applied(drain(feed), held);
      else if (below(10) === 0) applied([feed.next()].filter((change) => change !== null), held);
    }
    const roster = bench.catalog.roster("demo"), want = new Map(roster.instances().map((each) => [each.id, each]));
    for (const { feed, held } of watchers) assertEquals(sorted(applied(drain(feed), held)), sorted(want));
    bench.catalog.close();
  });
}

function sorted(held: ReadonlyMap<string, WireInstance>): [string, number][] {
  return Array.from(held.values(), ({ id, weight }): [string, number] => [id, weight]).sort();
}

Deno.test("watches are counted, and one that ends makes room", () => {
  const bench = new Bench({ maxWatches: 2 });
  const first = bench.catalog.follow("demo");
  bench.catalog.follow("other");
  const full = assertThrows(() => bench.catalog.follow("demo"), RpcError, "Cannot watch demo: 2 watches run");
  assertEquals(full.code, "resource_exhausted");
  bench.catalog.unfollow(first);
  bench.catalog.follow("demo");
  bench.catalog.close();
});

Deno.test("a watcher that waits is woken at once after a quiet time, and in bunches in a busy one", async () => {
  const bench = new Bench(), feed = bench.catalog.follow("demo"), heard: string[][] = [];
  const reading = (async () => {
    do heard.push(drain(feed).map(short)); while (await feed.changed());
  })();
  await bench.clock.advance(1000);
  bench.put("a", instance(1));
  await bench.clock.advance(0);
  assertEquals(heard, [["R"], ["+i1"]]);
  for (const n of [2, 3, 4]) bench.put(`lease ${n}`, instance(n));
  await bench.clock.advance(5);
  assertEquals(heard.length, 2, "woken too soon");
  await bench.clock.advance(5);
  assertEquals(heard.slice(2), [["+i2 +i3 +i4"]]);
  bench.catalog.close();
  await reading;
  assertEquals(bench.clock.timers, 0);
});
