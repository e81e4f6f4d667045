/** How long calls take over kcp while datagrams get lost. */
import { assert, assertEquals } from "@std/assert";
import { type DatagramFaults, DatagramNetwork, FakeClock, type Pair, startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { type KcpOptions, kcpTransport } from "../kcp.ts";

const CALLS = 1000, EVERY_MS = 10;

interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly network: DatagramNetwork;
  readonly pair: Pair;
}

/** A pair on a network in memory, with a method that echoes. */
async function start(faults: DatagramFaults, options: KcpOptions = {}): Promise<Rig> {
  const clock = new FakeClock(faults.seed), { wheel } = clock, network = new DatagramNetwork({ clock, ...faults });
  const transports = [kcpTransport({ clock, bind: network.bind, ...options })];
  const client = { wheel, transports, address: "kcp://127.0.0.1:9000" };
  const pair = await startPair({ server: { wheel, transports }, client });
  pair.server.attach(await transports[0]!.listen(parseAddress(client.address), {}));
  pair.server.handle("demo.echo", (value: unknown) => value);
  const dispose = async () => {
    network.heal();
    await clock.until(pair[Symbol.asyncDispose]());
  };
  return { clock, network, pair, [Symbol.asyncDispose]: dispose };
}

/** What calls took, in order of that, and how many datagrams. */
async function load(seed: number, lossRate: number, options?: KcpOptions): Promise<{ times: number[]; sent: number }> {
  await using rig = await start({ seed, lossRate }, options);
  const { clock, network, pair: { client } } = rig, times: number[] = [], body = new Uint8Array(100);
  await clock.until(client.call("demo.echo"));
  for (let i = 0; i < CALLS; i++) {
    const beginMs = clock.now();
    client.call("demo.echo", body).then(() => times.push(clock.now() - beginMs));
    await clock.advance(EVERY_MS);
  }
  await clock.advance(5000);
  assert(times.length === CALLS, `${times.length} replies`);
  return { times: times.sort((a, b) => a - b), sent: network.counts.sent };
}

const at = (times: readonly number[], share: number) => times[Math.floor(times.length * share)]!;

/** Loss each way, and below what 99 of 100 calls must be, in milliseconds. The network takes no time. */
const goals = [[0, 2], [0.05, 60], [0.1, 100], [0.15, 150], [0.2, 300]] as const;

for (const [lossRate, goalMs] of goals) {
  Deno.test(`kcp: with ${lossRate * 100} % loss each way 99 of 100 calls take less than ${goalMs} ms`, async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { times } = await load(seed, lossRate);
      assert(at(times, 0.99) < goalMs, `seed ${seed}: ${at(times, 0.5)}, ${at(times, 0.99)}, ${times.at(-1)} ms`);
    }
  });
}

Deno.test("kcp: mode normal sends less, and calls take longer", async () => {
  const fast = await load(1, 0.1), normal = await load(1, 0.1, { mode: "normal" });
  assert(normal.sent < fast.sent, `${normal.sent} datagrams, and ${fast.sent}`);
  assert(at(normal.times, 0.99) > 1.5 * at(fast.times, 0.99));
});

Deno.test("kcp: streams both ways and large bodies come whole and in order through a bad network", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    await using rig = await start({ seed, lossRate: 0.2, duplicateRate: 0.1, reorderRate: 0.2, delayMs: [1, 30] });
    const { clock, pair: { server, client } } = rig, numbers = Array.from({ length: 2000 }, (_, i) => i);
    server.handle("demo.double", async function* (requests: AsyncIterable<number>) {
      for await (const n of requests) yield 2 * n;
    });
    const body = Uint8Array.from({ length: 300_000 }, (_, i) => i * i >> 3);
    const doubled = Array.fromAsync(client.call("demo.double", ReadableStream.from(numbers)) as AsyncIterable<number>);
    const [echoed, items] = await clock.until(Promise.all([client.call("demo.echo", body), doubled]));
    assertEquals(echoed, body);
    assertEquals(items, numbers.map((n) => 2 * n));
  }
});
