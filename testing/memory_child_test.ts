/**
 * The process whose memory `memory_test.ts` measures; it is not a test itself. Prints one line of JSON per step.
 *
 * @module
 */
import { Client } from "../client/mod.ts";
import { Server } from "../server/mod.ts";

/** Bytes of the process, after everything that nobody holds any more is gone. */
export interface Footprint {
  /** Bytes of objects and of the array buffers they hold. */
  readonly heapBytes: number;
  /** Bytes of the process that are in memory. */
  readonly rssBytes: number;
}

const { gc } = globalThis as { gc?: () => void };

/** What the process takes now. */
function footprint(): Footprint {
  for (let n = 0; n < 3; n++) gc!();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}

const say = (value: unknown) => console.log(JSON.stringify(value));

function makeServer(): Server {
  return new Server({ registry: false }).handle("demo.double", (n: number) => 2 * n)
    .handle("demo.echo", (value: unknown) => value);
}

/** Makes `calls` calls on one connection, `IN_FLIGHT` at once. */
async function makeCalls(client: Client, calls: number): Promise<void> {
  for (let n = 0; n < calls; n += IN_FLIGHT) {
    const doubled = await Promise.all(
      Array.from({ length: IN_FLIGHT }, (_, i) => client.call<number>("demo.double", n + i)),
    );
    for (const [i, value] of doubled.entries()) if (value !== 2 * (n + i)) throw new Error(`2 * ${n + i} is ${value}`);
  }
}
const IN_FLIGHT = 500;

/** Prints the footprint before and after many calls. */
async function calls(count: number): Promise<void> {
  await using server = await makeServer().listen("127.0.0.1:0");
  await using client = new Client({ address: server.address, pool: { size: 1 } });
  await makeCalls(client, 100_000); // caches fill, code is compiled
  say(footprint());
  await makeCalls(client, count);
  say({ ...footprint(), connections: server.connections });
}

/** Serves; answers each line of input with the footprint. */
async function serve(): Promise<void> {
  await using server = await makeServer().listen("127.0.0.1:0");
  say({ address: server.address });
  for await (const _ of Deno.stdin.readable) say({ ...footprint(), connections: server.connections });
}

const [what, count] = Deno.args;
if (what === "calls") await calls(Number(count));
else if (what === "serve") await serve();
