import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Cell } from "./cell.ts";
import { measure } from "./measure.ts";
import { type Message, small } from "./message.ts";
import type { Client } from "./system.ts";

/** Resolves in a later turn, as sockets do: a closed loop over resolved promises would never let the window end. */
function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value)));
}

async function* items(count: number, firstId = 0): AsyncGenerator<Message> {
  for (let id = 0; id < count; id++) {
    if (id % 1000 === 0) await later(undefined);
    yield small(firstId + id);
  }
}

function client(parts: Partial<Client>): Client {
  return { close: () => {}, ...parts };
}

const window = { settleMs: 5, measureMs: 20 };

Deno.test("measure: as many calls are in flight as the cell says, and each is counted", async () => {
  let now = 0, most = 0, done = 0;
  const call = async (message: Message) => {
    most = Math.max(most, ++now);
    await later(undefined);
    now--;
    done++;
    return message;
  };
  const figures = await measure(client({ call }), "c64", { settleMs: 0, measureMs: 30, cpu: () => done * 3 });
  assertEquals(most, 64);
  assert(figures!.perSecond > 0 && figures!.p99Micros! >= figures!.p50Micros!);
  assertEquals(figures!.cpuMicros, 3);
  assertEquals(now, 0, "all calls have ended when the cell has");
});

const bad: [name: string, cell: Cell, parts: Partial<Client>, says: string][] = [
  ["a wrong echo", "c1", { call: ({ id }) => later(small(id + 1)) }, "Cannot accept the reply to message"],
  [
    "an echo with another tag",
    "c64",
    { call: (m) => later({ ...m, tags: ["a", "b", "c", "d", "e"] }) },
    "Cannot accept",
  ],
  ["a failed call", "c512", { call: () => later(0).then(() => Promise.reject(new Error("broken"))) }, "c512: broken"],
  ["a stream that ends early", "stream", { stream: (count) => items(count - 1) }, "ended after 9999 of 10000"],
  ["a stream out of order", "stream", { stream: (count) => items(count, 1) }, "Cannot accept the reply to message 0"],
  ["a body that lost a byte", "big", { big: (body) => later(body.subarray(1)) }, "its 1048575 differ"],
  ["a body of zeros", "big", { big: (body) => later(new Uint8Array(body.length)) }, "Cannot accept"],
];
for (const [name, cell, parts, says] of bad) {
  Deno.test(`measure: ${name} fails the cell`, async () => {
    await assertRejects(() => measure(client(parts), cell, { ...window, cpu: () => 0 }), Error, says);
  });
}

const missing: Cell[] = ["c1", "stream", "big"];
for (const cell of missing) {
  Deno.test(`measure: a client that can't do ${cell} has no figures`, async () => {
    assertEquals(await measure(client({}), cell, { ...window, cpu: () => 0 }), undefined);
  });
}

Deno.test("measure: a burst counts all its messages", async () => {
  let sent = 0;
  const burst = async (count: number, size: number) => {
    assertEquals([count, size], [512, 64]);
    await later(undefined);
    sent += count;
  };
  const figures = await measure(client({ burst }), "c512", { settleMs: 0, measureMs: 20, cpu: () => sent });
  assertEquals(figures!.cpuMicros, 1);
});
