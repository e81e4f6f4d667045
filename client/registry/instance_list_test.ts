import { assertEquals } from "@std/assert";
import type { Change, WireInstance } from "./center_contract.ts";
import { InstanceList } from "./instance_list.ts";

function instance(id: string, weight = 100): WireInstance {
  return { id, address: `tcp://10.0.0.1:${weight}`, weight, metadata: new Map([["__proto__", "text"]]) };
}

function change(over: Partial<Change>): Change {
  return { epoch: "e", revision: 1, reset: false, settled: true, more: false, put: [], removed: [], ...over };
}

const list = (...ids: string[]) => change({ reset: true, put: ids.map((id) => instance(id)) });
const fresh = (...ids: string[]) => ({ ...list(...ids), settled: false });
const put = (...ids: string[]) => change({ put: ids.map((id) => instance(id)) });
const gone = (...ids: string[]) => change({ removed: ids });
const begin = (...ids: string[]) => ({ ...list(...ids), more: true });
const goOn = (...ids: string[]) => ({ ...put(...ids), more: true });

/** Changes, and the list after each; "-" while it is not whole. */
const cases: Record<string, [Change, string][]> = {
  "a list, then what comes and goes": [[list("a", "b"), "a b"], [put("c"), "a b c"], [gone("a"), "b c"]],
  "an empty list": [[list(), ""]],
  "a list in the place of another": [[list("a", "b"), "a b"], [list("b", "c"), "b c"]],
  "a settled center that has nothing": [[list("a"), "a"], [list(), ""]],
  "a fresh center that knows nothing yet": [[list("a", "b"), "a b"], [fresh(), "a b"]],
  "a fresh center that knows one of two": [
    [list("a", "b"), "a b"],
    [fresh("b"), "a b"],
    [put("c"), "a b c"],
    [list("b", "c"), "b c"],
  ],
  "what a fresh center says is gone is gone": [[list("a", "b"), "a b"], [fresh("b"), "a b"], [gone("b"), "a"]],
  "a list in three pieces": [[list("a"), "a"], [begin("b"), "-"], [goOn("c"), "-"], [put("d"), "b c d"], [
    put("e"),
    "b c d e",
  ]],
  "an instance twice": [[list("a", "a"), "a"], [put("a"), "a"]],
  "one that was never there is gone": [[list("a"), "a"], [gone("b"), "a"]],
};

for (const [name, steps] of Object.entries(cases)) {
  Deno.test(`a client holds: ${name}`, () => {
    const held = new InstanceList();
    assertEquals(held.known, false);
    for (const [step, want] of steps) {
      const snapshot = held.apply(step);
      assertEquals(snapshot?.instances.map(({ id }) => id).join(" ") ?? "-", want);
      assertEquals(snapshot?.known ?? true, true);
    }
    assertEquals(held.known, true);
  });
}

Deno.test("half a list is no list: after an interruption the old one stands", () => {
  const held = new InstanceList();
  held.apply(list("a"));
  held.apply(begin("b"));
  held.interrupted();
  assertEquals(held.apply(put("c"))?.instances.map(({ id }) => id), ["a", "c"]);
  assertEquals(new InstanceList().known, false);
});

Deno.test("an instance is known only when the first list is whole", () => {
  const held = new InstanceList();
  held.apply(begin("a"));
  assertEquals(held.known, false);
  held.apply(put("b"));
  assertEquals(held.known, true);
});

Deno.test("an instance is given as it is, and a change replaces it", () => {
  const held = new InstanceList();
  held.apply(change({ reset: true, put: [instance("a", 1)] }));
  const snapshot = held.apply(change({ put: [instance("a", 2)] }));
  const metadata = Object.fromEntries([["__proto__", "text"]]);
  assertEquals(snapshot?.instances, [{ id: "a", address: "tcp://10.0.0.1:2", weight: 2, metadata }]);
});
