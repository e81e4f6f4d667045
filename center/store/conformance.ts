/**
 * What every store of a center must do, as cases that its tests run.
 *
 * @module
 */
import type { CenterStore, MakeStore, Registered, StoreChange } from "./store.ts";

/** One case: rejects when the store does not do what it must. */
export interface StoreCase {
  /** What must hold. */
  readonly name: string;
  /** Runs it. */
  run(): Promise<void>;
}

/** The cases for a store. `make` must give an empty one each time. */
export function storeConformance(make: MakeStore): StoreCase[] {
  const on = (name: string, run: (store: CenterStore) => Promise<void>): StoreCase => ({
    name,
    run: async () => {
      await using store = await make();
      await run(store);
    },
  });
  return [
    on("is empty at first", isEmpty),
    on("lists what was put, whole", listsWhole),
    on("replaces what is put under the same lease", replaces),
    on("keeps one instance under several leases apart", keepsApart),
    on("takes out what is removed", removes),
    on("does not count a removal of nothing as a change", removesNothing),
    on("tells watchers of each change, in order, before it resolves", tells),
    on("does not tell a watcher that has left", tellsNoMore),
    on("gives changes made at once revisions of their own", manyAtOnce),
    on("holds what its changes say, whatever happens", followsModel),
  ];
}

function server(n: number, services: readonly string[] = ["demo"]): Registered {
  const metadata = new Map([["zone", `z${n}`], ["__proto__", "text"]]);
  return {
    lease: `lease-${n}`,
    services,
    instance: { id: `id-${n}`, address: `tcp://10.0.0.1:${n}`, weight: n, metadata },
  };
}

async function isEmpty(store: CenterStore): Promise<void> {
  const { revision, registered } = await store.list();
  must(revision === 0 && registered.length === 0, "lists something before anything was put");
}

async function listsWhole(store: CenterStore): Promise<void> {
  const put = [server(1), server(2, ["demo", "grüße.服务"]), server(3, ["other"])];
  for (const each of put) await store.put(each);
  must(await holds(store, put), "lists something else than what was put");
}

async function replaces(store: CenterStore): Promise<void> {
  await store.put(server(1));
  const other = { ...server(1, ["other"]), instance: { ...server(1).instance, weight: 7 } };
  await store.put(other);
  must(await holds(store, [other]), "keeps the old registration of a lease");
}

async function keepsApart(store: CenterStore): Promise<void> {
  const first = server(1), second = { ...server(1, ["other"]), lease: "another lease" };
  await store.put(first);
  await store.put(second);
  must(await holds(store, [first, second]), "mixes registrations of one instance");
}

async function removes(store: CenterStore): Promise<void> {
  for (const n of [1, 2, 3]) await store.put(server(n));
  await store.remove("lease-2");
  must(await holds(store, [server(1), server(3)]), "removes the wrong registration, or none");
}

async function removesNothing(store: CenterStore): Promise<void> {
  await store.put(server(1));
  const changes: StoreChange[] = [], { revision } = await store.list();
  store.watch((change) => changes.push(change));
  await store.remove("no such lease");
  must(changes.length === 0, "reports the removal of what was not there");
  must((await store.list()).revision === revision, "counts the removal of what was not there");
}

async function tells(store: CenterStore): Promise<void> {
  await store.put(server(1));
  const { revision } = await store.list(), heard: StoreChange[] = [];
  store.watch((change) => heard.push(change));
  const steps = [() => store.put(server(2)), () => store.remove("lease-1"), () => store.put(server(2, ["other"]))];
  for (const [i, step] of steps.entries()) {
    await step();
    must(heard.length === i + 1, "resolves before its watcher was told");
  }
  const [put, removed, replaced] = heard as [StoreChange, StoreChange, StoreChange];
  must(put.registered !== undefined && same(put.registered, server(2)), "tells something else than what was put");
  must(removed.lease === "lease-1" && removed.registered === undefined, "does not tell which lease is gone");
  must(replaced.registered?.services[0] === "other", "tells the old registration");
  must(put.revision > revision, "starts again at an old revision");
  must(replaced.revision > removed.revision && removed.revision > put.revision, "has revisions that do not grow");
  must((await store.list()).revision === replaced.revision, "lists another revision than the last change has");
}

async function tellsNoMore(store: CenterStore): Promise<void> {
  let left = 0, stays = 0;
  const leave = store.watch(() => left++);
  store.watch(() => stays++);
  await store.put(server(1));
  leave();
  await store.put(server(2));
  must(left === 1 && stays === 2, "tells a watcher that has left, or not the one that stays");
}

async function manyAtOnce(store: CenterStore): Promise<void> {
  const revisions: number[] = [], all = Array.from({ length: 100 }, (_, n) => server(n));
  store.watch(({ revision }) => revisions.push(revision));
  await Promise.all(all.map((each) => store.put(each)));
  must(await holds(store, all), "loses changes that are made at once");
  must(revisions.every((revision, i) => i === 0 || revision > revisions[i - 1]!), "has revisions that do not grow");
}

async function followsModel(store: CenterStore): Promise<void> {
  const model = new Map<string, Registered>(), followed = new Map<string, Registered>();
  store.watch(({ lease, registered }) => {
    if (registered === undefined) followed.delete(lease);
    else followed.set(lease, registered);
  });
  let state = 1;
  const random = (below: number) => (state = (state * 48271) % 0x7fffffff) % below;
  for (let i = 0; i < 500; i++) {
    const registered = server(random(20), random(2) === 0 ? ["demo"] : ["demo", "other"]), { lease } = registered;
    if (random(3) === 0) {
      model.delete(lease);
      await store.remove(lease);
    } else {
      model.set(lease, registered);
      await store.put(registered);
    }
  }
  must(await holds(store, [...model.values()]), "does not hold what was put and not removed");
  must(sameSet([...followed.values()], [...model.values()]), "tells its watchers something else than it does");
}

async function holds(store: CenterStore, want: readonly Registered[]): Promise<boolean> {
  return sameSet((await store.list()).registered, want);
}

function sameSet(got: readonly Registered[], want: readonly Registered[]): boolean {
  return got.length === want.length && want.every((each) => got.some((other) => same(other, each)));
}

function same(a: Registered, b: Registered): boolean {
  return text(a) === text(b);
}

function text({ lease, services, instance: { id, address, weight, metadata } }: Registered): string {
  return JSON.stringify([lease, services, id, address, weight, [...metadata].sort()]);
}

function must(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(`Cannot use this store: it ${complaint}`);
}
