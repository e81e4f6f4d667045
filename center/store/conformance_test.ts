import { assertEquals, assertRejects } from "@std/assert";
import { type CenterStore, loadStore, type StoreChange, storeConformance, type StoreName, stores } from "./mod.ts";

for (const name of Object.keys(stores) as StoreName[]) {
  const make = await stores[name]();
  for (const { name: what, run } of storeConformance(make)) Deno.test(`${name} ${what}`, run);
}

/** Ways to be wrong, and a case that must notice. */
const faults: [string, string, (store: CenterStore) => CenterStore][] = [
  ["forgets removals", "takes out what is removed", (store) => over(store, { remove: () => Promise.resolve() })],
  [
    "loses services",
    "lists what was put, whole",
    (store) => over(store, { put: (registered) => store.put({ ...registered, services: ["demo"] }) }),
  ],
  [
    "tells late",
    "tells watchers of each change, in order, before it resolves",
    (store) => over(store, { watch: (onChange) => store.watch(oneLate(onChange)) }),
  ],
  [
    "never lets a watcher go",
    "does not tell a watcher that has left",
    (store) => over(store, { watch: (onChange) => (store.watch(onChange), () => {}) }),
  ],
];

/** Tells each change when the next one comes. */
function oneLate(onChange: (change: StoreChange) => void): (change: StoreChange) => void {
  let last: StoreChange | undefined;
  return (change) => {
    if (last !== undefined) onChange(last);
    last = change;
  };
}

function over(store: CenterStore, faulty: Partial<CenterStore>): CenterStore {
  return {
    put: (registered) => store.put(registered),
    remove: (lease) => store.remove(lease),
    list: () => store.list(),
    watch: (onChange) => store.watch(onChange),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    ...faulty,
  };
}

for (const [fault, what, breakIt] of faults) {
  Deno.test(`the suite notices a store that ${fault}`, async () => {
    const cases = storeConformance(async () => breakIt(await loadStore("memory")));
    const noticing = cases.find(({ name }) => name === what);
    await assertRejects(() => noticing!.run(), Error, "Cannot use this store");
  });
}

Deno.test("a store is found by name, or passed as a value", async () => {
  const store = await loadStore("memory");
  assertEquals(await loadStore(store) === store, true);
  await assertRejects(() => loadStore("etcd" as StoreName), TypeError, 'Cannot use store "etcd": want one of memory');
});
