import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseAddress, type Transport, type Wire } from "../transport/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import type { FaultOptions } from "./faults.ts";
import { faulty, type FaultyTransport } from "./faulty_transport.ts";
import { memoryTransport } from "./memory_transport.ts";

const address = parseAddress("mem://faults");
const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);

/** A dialled wire with faults and the sound one at its other end. */
async function wires(options: FaultOptions): Promise<{ bad: Wire; good: Wire; transport: FaultyTransport }> {
  const memory = memoryTransport(), transport = faulty(memory, options);
  const listener = await memory.listen(address, {});
  const bad = await transport.dial(address, {});
  const { value: good } = await listener.connections[Symbol.asyncIterator]().next();
  listener.close();
  return { bad, good: good!, transport };
}

/** Writes everything; how many bytes got through and whether it failed. */
async function writeAll(wire: Wire, all: Uint8Array): Promise<{ sent: number; failed: boolean }> {
  let sent = 0;
  try {
    while (sent < all.length) sent += await wire.write(all.subarray(sent));
  } catch {
    return { sent, failed: true };
  }
  return { sent, failed: false };
}

/** Everything until the end, or until `want` bytes are there. */
async function readAll(wire: Wire, want = Infinity): Promise<number[]> {
  const all: number[] = [], into = new Uint8Array(64);
  while (all.length < want) {
    const n = await wire.read(into);
    if (n === null) break;
    assert(n > 0, "a read gave nothing");
    all.push(...into.subarray(0, n));
  }
  return all;
}

for (const k of [0, 1, 50, 199, 200]) {
  Deno.test(`a connection cut after ${k} bytes sent lets exactly those through`, async () => {
    const { bad, good, transport } = await wires({ seed: 1, cutAfterBytes: { sent: k } });
    const reading = readAll(good);
    assertEquals(await writeAll(bad, bytes), { sent: k, failed: k < 200 });
    assertEquals(await reading, [...bytes.subarray(0, k)]);
    assertEquals([await bad.read(new Uint8Array(1)), transport.counts.cuts], [null, 1]);
  });

  Deno.test(`a connection cut after ${k} bytes received gives exactly those`, async () => {
    const { bad, good, transport } = await wires({ seed: 1, cutAfterBytes: { received: k }, partialReads: true });
    const writing = writeAll(good, bytes);
    assertEquals(await readAll(bad), [...bytes.subarray(0, k)]);
    await writing;
    assertEquals(transport.counts.cuts, 1);
    await assertRejects(() => bad.write(bytes));
  });
}

Deno.test("partial reads and writes change nothing but the sizes", async () => {
  const { bad, good, transport } = await wires({ seed: 2, partialReads: true, partialWrites: true });
  const [got, { failed }] = await Promise.all([readAll(good, 200), writeAll(bad, bytes)]);
  assertEquals([got, failed], [[...bytes], false]);
  const [back] = await Promise.all([readAll(bad, 200), writeAll(good, bytes)]);
  assertEquals(back, [...bytes]);
  assert(transport.counts.partialReads > 4 && transport.counts.partialWrites > 4);
  assertEquals([transport.counts.sentBytes, transport.counts.receivedBytes], [200, 200]);
});

Deno.test("a stalled connection stays open and passes nothing more until it is closed", async () => {
  const { bad, good, transport } = await wires({ seed: 3, stallAfterBytes: { sent: 10, received: 20 } });
  const reading = readAll(bad), writing = writeAll(bad, bytes);
  assertEquals(await readAll(good, 10), [...bytes.subarray(0, 10)]);
  const back = writeAll(good, bytes);
  await new Promise((resolve) => setTimeout(resolve, 0));
  bad.close();
  assertEquals([await reading, await writing], [[...bytes.subarray(0, 20)], { sent: 10, failed: true }]);
  assertEquals([(await back).failed, transport.counts.stalls], [true, 1]);
});

Deno.test("a black hole takes everything and gives nothing", async () => {
  const { bad, good, transport } = await wires({ seed: 4, dropRate: 1 });
  assertEquals(await writeAll(bad, bytes), { sent: 200, failed: false });
  const reading = bad.read(new Uint8Array(1)), heard = good.read(new Uint8Array(1));
  bad.close();
  assertEquals([await reading, await heard, transport.counts.drops], [null, null, 1]);
});

Deno.test("corruption turns over one bit of a write or a read, never of the writer's own memory", async () => {
  const { bad, good, transport } = await wires({ seed: 5, corruptRate: 1 });
  const mine = bytes.slice();
  const [got] = await Promise.all([readAll(good, 200), writeAll(bad, mine)]);
  assertEquals(mine, bytes);
  const wrong = got.map((byte, i) => byte ^ bytes[i]!).filter((difference) => difference !== 0);
  assertEquals([wrong.length, transport.counts.corruptions], [1, 1]);
  assertEquals(Math.log2(wrong[0]!) % 1, 0);
});

Deno.test("delays pass on the clock that is given, and end when the wire is closed", async () => {
  const clock = new FakeClock();
  const { bad, good, transport } = await wires({ seed: 6, clock, delayMs: [10, 30] });
  const writing = bad.write(bytes), reading = good.read(new Uint8Array(200));
  await clock.until(Promise.all([writing, reading]));
  assert(clock.now() >= 10 && clock.now() <= 30, `it took ${clock.now()} ms`);
  const late = bad.read(new Uint8Array(200));
  const back = good.write(bytes);
  await clock.advance(5);
  bad.close();
  assertEquals([await late, await back, transport.counts.delays, clock.timers], [null, 200, 2, 0]);
});

Deno.test("dials are refused at the rate asked for", async () => {
  const memory = memoryTransport(), transport = faulty(memory, { seed: 7, refuseRate: 0.25 });
  const listener = await memory.listen(address, {});
  const results = await Promise.allSettled(Array.from({ length: 400 }, () => transport.dial(address, {})));
  const refused = results.filter(({ status }) => status === "rejected").length;
  assert(refused > 70 && refused < 130, `${refused} of 400`);
  assertEquals([transport.counts.refused, transport.counts.connections], [refused, 400 - refused]);
  listener.close();
});

/** Counts after the same traffic. */
async function countsAfter(make: (memory: Transport) => FaultyTransport): Promise<unknown> {
  const memory = memoryTransport(), transport = make(memory), listener = await memory.listen(address, {});
  const accepted = listener.connections[Symbol.asyncIterator]();
  for (let i = 0; i < 20; i++) {
    const dialled = await transport.dial(address, {}).catch(() => null);
    if (dialled === null) continue;
    const { value: other } = await accepted.next();
    const reading = readAll(other!);
    await writeAll(dialled, bytes);
    dialled.close();
    await reading;
  }
  listener.close();
  return transport.counts;
}

Deno.test("the same seed and the same calls give the same faults", async () => {
  const options = { refuseRate: 0.2, dropRate: 0.2, corruptRate: 0.5, partialWrites: true };
  const run = (seed: number) => countsAfter((memory) => faulty(memory, { ...options, seed }));
  const first = await run(8);
  assertEquals(first, await run(8));
  assert(JSON.stringify(first) !== JSON.stringify(await run(9)));
});

Deno.test("only the first connections have faults, and none after healing", async () => {
  const cut = { cutAfterBytes: { sent: 10 } };
  const few = await countsAfter((memory) => faulty(memory, { ...cut, seed: 1, connections: 3 }));
  assertEquals(few, { ...few as object, connections: 20, cuts: 3 });
  const healed = await countsAfter((memory) => {
    const transport = faulty(memory, { ...cut, seed: 1, refuseRate: 1, dropRate: 1 });
    transport.heal();
    return transport;
  });
  assertEquals(healed, { ...healed as object, connections: 20, refused: 0, drops: 0, cuts: 0 });
});

Deno.test("accepted connections have faults too, when the listener is made by the faulty transport", async () => {
  const memory = memoryTransport(), transport = faulty(memory, { seed: 1, cutAfterBytes: { received: 7 } });
  const listener = await transport.listen(address, {});
  const dialled = await memory.dial(address, {});
  const { value: accepted } = await listener.connections[Symbol.asyncIterator]().next();
  const writing = writeAll(dialled, bytes);
  assertEquals(await readAll(accepted!), [...bytes.subarray(0, 7)]);
  await writing;
  listener.close();
});
