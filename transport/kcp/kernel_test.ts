/**
 * kcp and tcp under loss by the kernel: the same calls at the same time, in a network namespace whose nftables drop packets
 * at random. Needs root, ip and nft.
 *
 * @module
 */
import { assert } from "@std/assert";
import { type Pair, startPair } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { loadTransport } from "../load.ts";

const CALLS = 500, EVERY_MS = 10, PATIENCE_MS = 15_000;

/** Connections of each kind: how long tcp takes is a matter of luck. */
const CONNECTIONS = 3;

/** Loss each way in percent, and below what 99 of 100 calls must be, in milliseconds. */
const goals = [[0, 2], [10, 100], [15, 150], [20, 300]] as const;

const schemes = ["kcp", "tcp"] as const;

/** What a call took at the least: half of them, 99 of 100, all. */
interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

type Results = Record<typeof schemes[number], Record<number, Times>>;

/** The first of the ports of a kind. */
const portOf = (scheme: string, percent: number) => 9000 + 10 * percent + (scheme === "kcp" ? 0 : 1000);

async function run(command: string, args: string[], input = ""): Promise<string> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writing = new Blob([input]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await writing;
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Rules that drop packets to and from the ports. */
function rules(): string {
  const drops = schemes.flatMap((scheme) =>
    goals.flatMap(([percent]) =>
      ["dport", "sport"].map((end) =>
        `${scheme === "kcp" ? "udp" : "tcp"} ${end} ${portOf(scheme, percent)}-${
          portOf(scheme, percent) + 9
        } numgen random mod 100 < ${percent} drop`
      )
    ).filter((rule) => !rule.includes("< 0 "))
  );
  return `table inet loss {\n chain in {\n type filter hook input priority 0;\n ${drops.join("\n ")}\n }\n}\n`;
}

/** A pair on a port where packets get lost; its connection is there. */
async function dial(scheme: string, percent: number, i: number): Promise<Pair> {
  const address = `${scheme}://127.0.0.1:${portOf(scheme, percent) + i}`, transport = await loadTransport(scheme);
  const pair = await startPair({ client: { address } });
  pair.server.attach(await transport.listen(parseAddress(address), {}));
  pair.server.handle("demo.echo", (value: unknown) => value);
  for (let i = 0; i < 20; i++) await pair.client.call("demo.echo", i, { idempotent: true });
  return pair;
}

async function measure(pair: Pair): Promise<number[]> {
  const times: number[] = [], body = new Uint8Array(100), all: Promise<unknown>[] = [];
  const beginMs = performance.now();
  for (let i = 0; i < CALLS; i++) {
    const dueMs = beginMs + i * EVERY_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    const sentMs = performance.now(), done = () => void times.push(performance.now() - sentMs);
    all.push(Promise.resolve(pair.client.call("demo.echo", body, { timeout: PATIENCE_MS })).then(done, done));
  }
  await Promise.all(all);
  return times;
}

/** Every connection of every kind at the same time. */
async function child(): Promise<void> {
  const results: Results = { kcp: {}, tcp: {} };
  await Promise.all(schemes.flatMap((scheme) =>
    goals.map(async ([percent]) => {
      await using pairs = new AsyncDisposableStack();
      const dialled = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => dial(scheme, percent, i)));
      for (const pair of dialled) pairs.use(pair);
      const times = (await Promise.all(dialled.map(measure))).flat().sort((a, b) => a - b);
      const at = (share: number) => Math.round(10 * times[Math.floor((times.length - 1) * share)]!) / 10;
      results[scheme][percent] = { p50: at(0.5), p99: at(0.99), max: at(1) };
    })
  ));
  console.log(JSON.stringify(results));
}

/** Why it can't be run; undefined when it can. */
async function missing(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "needs root on Linux";
  try {
    await run("nft", ["--version"]);
    await run("ip", ["netns", "add", NAMESPACE]);
    await run("ip", ["netns", "del", NAMESPACE]);
    return undefined;
  } catch (error) {
    return `no network namespace with nft: ${(error as Error).message}`;
  }
}

/** What the machine takes for itself shows without loss, and is not counted. */
function compare(kcp: Results["kcp"], tcp: Results["tcp"]): void {
  const table = JSON.stringify({ kcp, tcp }), floorMs = kcp[0]!.p99;
  assert(floorMs < 2 || floorMs < 1.5 * tcp[0]!.p99, `without loss kcp is as quick as tcp: ${table}`);
  const lossy = goals.filter(([percent]) => percent > 0);
  for (const [percent, goalMs] of lossy) assert(kcp[percent]!.p99 - floorMs < goalMs, `${percent} %: ${table}`);
  const sum = (times: Record<number, Times>) =>
    lossy.map(([percent]) => times[percent]!.p99 - floorMs).reduce((a, b) => a + b);
  assert(sum(kcp) < sum(tcp) / 2, table);
}

const NAMESPACE = `erpc-kcp-${Deno.pid}`;

if (Deno.args[0] === "child") await child();
else {
  const why = await missing();
  Deno.test({
    name: `kcp: calls wait for lost packets less than half as long as over tcp${why === undefined ? "" : ` (${why})`}`,
    ignore: why !== undefined,
    async fn() {
      await run("ip", ["netns", "add", NAMESPACE]);
      try {
        await run("ip", ["netns", "exec", NAMESPACE, "ip", "link", "set", "lo", "up"]);
        await run("ip", ["netns", "exec", NAMESPACE, "nft", "-f", "-"], rules());
        const args = ["run", "-A", "--no-check", import.meta.url, "child"];
        const output = await run("ip", ["netns", "exec", NAMESPACE, Deno.execPath(), ...args]);
        const { kcp, tcp }: Results = JSON.parse(output);
        compare(kcp, tcp);
      } finally {
        await run("ip", ["netns", "del", NAMESPACE]);
      }
    },
  });
}
