/** How long calls take over kcp while datagrams get lost. */
import { assert } from "@std/assert";
import { DatagramNetwork, FakeClock, startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { type KcpOptions, kcpTransport } from "../kcp.ts";

const CALLS = 1000, EVERY_MS = 10;

/** What calls took, in order of that, and how many datagrams. */
async function load(
  seed: number,
  lossRate: number,
  options: KcpOptions = {},
): Promise<{ times: number[]; sent: number }> {
  const clock = new FakeClock(seed), { wheel } = clock, network = new DatagramNetwork({ clock, seed, lossRate });
  const transports = [kcpTransport({ clock, bind: network.bind, ...options })];
  const client = { wheel, transports, address: "kcp://127.0.0.1:9000" };
  const pair = await startPair({ server: { wheel, transports }, client });
  pair.server.attach(await transports[0]!.listen(parseAddress(client.address), {}));
  pair.server.handle("demo.echo", (value: unknown) => value);
  await clock.until(pair.client.call("demo.echo"));
  const times: number[] = [], body = new Uint8Array(100);
  for (let i = 0; i < CALLS; i++) {
    const beginMs = clock.now();
    pair.client.call("demo.echo", body).then(() => times.push(clock.now() - beginMs));
    await clock.advance(EVERY_MS);
  }
  await clock.advance(5000);
  const { sent } = network.counts;
  network.heal();
  await clock.until(pair[Symbol.asyncDispose]());
  assert(times.length === CALLS, `${times.length} replies`);
  return { times: times.sort((a, b) => a - b), sent };
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
