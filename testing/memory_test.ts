/**
 * What calls and connections leave behind: nothing, and what an idle connection costs.
 */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { Client } from "../client/mod.ts";
import { systemClock, TimerWheel } from "../protocol/mod.ts";
import { Server } from "../server/mod.ts";
import { loadTransport, parseAddress } from "../transport/mod.ts";
import type { Footprint } from "./memory_child_test.ts";
import { plainHello, RawPeer, rawRequest } from "./raw_peer.ts";

const MIB = 1 << 20, KIB = 1 << 10;

/** A process of `memory_child_test.ts`. */
class Child implements AsyncDisposable {
  #process: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #lines: ReadableStreamDefaultReader<string>;

  constructor(...args: string[]) {
    const file = new URL("./memory_child_test.ts", import.meta.url).pathname;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--v8-flags=--expose-gc", file, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
  }

  /** What it prints next; `ask`: for an empty line. */
  async next<T>(ask = false): Promise<T> {
    if (ask) await this.#input.write(Uint8Array.of(10));
    const { value, done } = await this.#lines.read();
    if (done) throw new Error("the process has ended");
    return JSON.parse(value) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    while (!(await this.#lines.read()).done);
    assertEquals((await this.#process.status).code, 0);
  }
}

interface Measured extends Footprint {
  readonly connections: number;
}

Deno.test("a million calls on one connection leave less than 1 MiB", async () => {
  await using child = new Child("calls", "1000000");
  const before = await child.next<Footprint>(), after = await child.next<Measured>();
  assertEquals(after.connections, 1);
  const grown = after.heapBytes - before.heapBytes;
  assert(grown < MIB, `objects and buffers grew by ${grown} bytes`);
});

Deno.test("an idle connection costs its server at most 20 KiB of memory", async () => {
  // Counted is all of the server's process: objects, buffers, and what the runtime keeps for a socket. Each connection has
  // said hello and has made one call. The first thousand have paid for what is paid once; of two thousand more the cheaper
  // half counts, for memory comes to a process in large pieces.
  const CONNECTIONS = 1000;
  await using child = new Child("serve");
  const { address } = await child.next<{ address: string }>();
  await using open = new AsyncDisposableStack();
  const taken: Measured[] = [];
  for (let round = 0; round < 3; round++) {
    open.use(await idle(address, CONNECTIONS));
    taken.push(await child.next<Measured>(true));
  }
  const [first, second, third] = taken as [Measured, Measured, Measured];
  assertEquals(third.connections, 3 * CONNECTIONS);
  const each = Math.min(second.rssBytes - first.rssBytes, third.rssBytes - second.rssBytes) / CONNECTIONS;
  assert(each <= 20 * KIB, `${Math.round(each)} bytes for each`);
});

/** Opens connections that have made one call. */
async function idle(address: string, connections: number): Promise<AsyncDisposable> {
  const tcp = await loadTransport("tcp"), stack = new AsyncDisposableStack();
  for (let n = 0; n < connections; n += 100) {
    await Promise.all(Array.from({ length: 100 }, async () => {
      const peer = stack.use(new RawPeer(await tcp.dial(parseAddress(address), {})));
      peer.send(plainHello, rawRequest(1, "demo.echo", { body: Uint8Array.of(7) }));
      assertEquals((await peer.reply(1))?.status, 0);
    }));
  }
  return stack;
}

Deno.test("2,000 clients that come, call and go leave nothing", async () => {
  const ROUNDS = 2000, AT_ONCE = 20, wheel = new TimerWheel();
  const server = await new Server({ registry: false, wheel }).handle("demo.double", (n: number) => 2 * n)
    .listen("127.0.0.1:0");
  const round = async (_: unknown, n: number) => {
    await using client = new Client({ address: server.address, wheel });
    assertEquals(await client.call("demo.double", n), 2 * n);
  };
  for (let n = 0; n < ROUNDS; n += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, round));
  const started = systemClock.now();
  while (server.connections > 0 && systemClock.now() - started < 5000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals([server.connections, wheel.size], [0, 0]); // and no file or socket: the sanitizers look after those
  await server.drain();
});
