import { assertEquals } from "@std/assert";
import type { Snapshot } from "../client/mod.ts";
import { FakeCenter } from "./fake_center.ts";

/** Reads what a watcher of "demo" hears: ids, or "unknown". */
function watch(center: FakeCenter): { next(): Promise<string>; stop(): Promise<void>; heard(): Promise<string[]> } {
  const controller = new AbortController();
  const snapshots = center.watch("demo", controller.signal)[Symbol.asyncIterator]();
  const text = ({ instances, known }: Snapshot) => known ? instances.map(({ id }) => id).join() : "unknown";
  let pending: Promise<IteratorResult<Snapshot>> | null = null; // asked for and not taken yet
  const pull = () => pending ??= snapshots.next();
  const take = (result: IteratorResult<Snapshot>) => {
    pending = null;
    return text(result.value);
  };
  return {
    next: async () => take(await pull()),
    /** What is there to hear now. */
    async heard() {
      const all: string[] = [];
      for (;;) {
        const result = await Promise.race([pull(), tick()]);
        if (result === undefined) return all;
        all.push(take(result));
      }
    },
    async stop() {
      controller.abort();
      assertEquals((await pull()).done, true);
    },
  };
}

const tick = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 0));

Deno.test("a watcher hears of instances that are added, changed, replaced and removed", async () => {
  const center = new FakeCenter(), watcher = watch(center);
  assertEquals(await watcher.next(), "");
  center.add("demo", "mem://a").add("other", "mem://z");
  assertEquals(await watcher.next(), "mem://a");
  center.add("demo", { id: "b", address: "mem://b", weight: 0 });
  assertEquals(await watcher.next(), "mem://a,b");
  center.replace("demo", [{ id: "c", address: "mem://c" }]);
  assertEquals(await watcher.next(), "c");
  center.remove("demo", "c");
  assertEquals(await watcher.next(), "");
  assertEquals(center.watched, ["demo"]);
  await watcher.stop();
  assertEquals(center.watched, []);
});

Deno.test("registrations are kept, told and taken back", async () => {
  const center = new FakeCenter(), watcher = watch(center);
  const registration = center.register(["demo", "other"], { id: "a", address: "mem://a" });
  await registration.ready;
  assertEquals([await watcher.next(), registration.registered], ["a", true]);
  assertEquals(center.instances("other").map(({ id }) => id), ["a"]);
  await registration.close();
  assertEquals([await watcher.next(), registration.registered], ["", false]);
  assertEquals(center.registrations.map(({ services, closed }) => [services, closed]), [[["demo", "other"], true]]);
  await watcher.stop();
});

Deno.test("while it is down watchers keep what they know, new ones learn nothing, and registrations wait", async () => {
  const center = new FakeCenter().add("demo", "a"), early = watch(center);
  assertEquals(await early.heard(), ["a"]);
  center.goDown();
  const late = watch(center), registration = center.register(["demo"], { id: "b", address: "mem://b" });
  center.remove("demo", "a");
  assertEquals([await early.heard(), await late.heard(), registration.registered], [[], ["unknown"], false]);
  center.comeBack();
  await registration.ready;
  assertEquals([await early.next(), await late.next(), registration.registered], ["b", "b", true]);
  await Promise.all([early.stop(), late.stop()]);
});

Deno.test("after an empty restart servers register again, and nobody hears of an empty list", async () => {
  const center = new FakeCenter().add("demo", "by hand"), watcher = watch(center);
  const registration = center.register(["demo"], { id: "a", address: "mem://a" });
  const closed = center.register(["demo"], { id: "b", address: "mem://b" });
  await closed.close();
  assertEquals(await watcher.heard(), ["a,by hand"]);
  center.restartEmpty();
  assertEquals(registration.registered, false);
  assertEquals([await watcher.heard(), registration.registered], [["a"], true]);
  await watcher.stop();
});
