/**
 * A server under attack, and a client that must notice nothing: what the tests of hostile peers share.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Client } from "../client/mod.ts";
import { type Clock, FrameType, systemClock, TimerWheel } from "../protocol/mod.ts";
import { plainHello, type RawFrame, RawPeer, rawRequest } from "../testing/mod.ts";
import { type Connection, loadTransport, memoryPair, parseAddress } from "../transport/mod.ts";
import { Server, type ServerOptions } from "./server.ts";

/** No test may wait longer. */
const LIMIT_MS = 20_000;

/** Time that runs 100 times as fast, so that seconds of patience cost no seconds. */
export class FastClock implements Clock {
  now(): number {
    return systemClock.now() * 100;
  }

  after(delayMs: number, run: () => void, keepAlive?: boolean): () => void {
    return systemClock.after(delayMs / 100, run, keepAlive);
  }

  random(): number {
    return 0.5;
  }
}

/** On that clock nobody may be taken for dead. */
const patient = { helloTimeoutMs: 1e7, heartbeatIdleMs: 1e7, heartbeatPatienceMs: 1e7 };

/** Rejects when `promise` takes too long. */
export async function bounded<T>(what: string, promise: Promise<T>): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = systemClock.after(LIMIT_MS, () => reject(new Error(`${what}: nothing happens any more`)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}

/** Ways to reach a server. */
export const ways = ["tcp", "mem"] as const;
/** One of them. */
export type Way = typeof ways[number];

/** A server with an honest client. */
export class Rig implements AsyncDisposable {
  /** Handles `demo.*`. */
  readonly server: Server;
  /** What handlers threw that was no RpcError. */
  readonly errors: unknown[] = [];
  /** Calls of `demo.count_runs`, which an attacker can't make run. */
  runs = 0;
  /** The connection of the attacker who came last. */
  attacked: Connection | null = null;
  #honest: Client | null = null;

  constructor(options: ServerOptions = {}) {
    const onError = (error: unknown) => this.errors.push(error);
    const wheel = new TimerWheel(new FastClock());
    this.server = new Server({ registry: false, onError, wheel, timing: patient, ...options });
    this.server.handle("demo.double", (n: number) => 2 * n)
      .handle("demo.echo", (value: unknown) => value)
      .handle("demo.run", () => ++this.runs)
      .handle(
        "demo.hang",
        (_: unknown, { signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      );
  }

  /** Starts the server and the honest client. */
  async start(): Promise<this> {
    await this.server.listen("127.0.0.1:0");
    this.#honest = new Client({ address: this.server.address });
    await this.checkHonest();
    return this;
  }

  /** A raw connection to the server. */
  async dial(way: Way): Promise<RawPeer> {
    if (way === "tcp") {
      const tcp = await loadTransport("tcp");
      return new RawPeer(await tcp.dial(parseAddress(this.server.address), {}));
    }
    const [here, there] = memoryPair();
    this.attacked = this.server.serve(there);
    return new RawPeer(here);
  }

  /** The honest client still gets right answers. */
  async checkHonest(): Promise<void> {
    const numbers = [1, 2, 3, 4, 5], client = this.#honest!;
    const doubled = await Promise.all(numbers.map((n) => client.call("demo.double", n, { timeout: 60_000 })));
    assertEquals(doubled, numbers.map((n) => 2 * n));
  }

  /** Runs an attack while the honest client works, and checks that it is answered rightly throughout. */
  async attack<T>(what: string, run: () => Promise<T>): Promise<T> {
    let over = false;
    const honest = (async () => {
      do await this.checkHonest(); while (!over);
    })();
    try {
      return await bounded(what, run());
    } finally {
      over = true;
      await bounded(`the honest client (${what})`, honest);
      assertEquals(this.errors, []);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#honest?.close();
    await this.server.drain();
  }
}

/** What an attacker gets to see. */
export type Outcome =
  /** An error for call 1; the connection goes on. */
  | { readonly answers: number }
  /** Nothing at all; the connection goes on. */
  | "nothing"
  /** A goaway with this status; the connection ends. */
  | { readonly goaway: number }
  /** The connection ends without a word. */
  | "the end"
  /** The connection ends with a few words of HTTP. */
  | "HTTP 400";

/** Id of the request that shows that a connection still works. */
const PROBE = 0x7fff_0001;

/** A request that is answered with the bytes "ok". */
export const probe: Uint8Array = rawRequest(PROBE, "demo.echo", { body: new TextEncoder().encode("ok") });

/** Sees to it that what happens is `outcome`. */
export async function expectOutcome(peer: RawPeer, outcome: Outcome): Promise<void> {
  if (typeof outcome === "object" && "answers" in outcome) {
    const reply = await peer.reply(1);
    assertEquals([reply?.type, reply?.status], [FrameType.response, outcome.answers]);
    return await expectAlive(peer);
  }
  if (outcome === "nothing") return await expectAlive(peer, true);
  if (outcome === "HTTP 400") {
    while (await peer.read());
    return assert(new TextDecoder().decode(peer.unread).startsWith("HTTP/1.1 400 "));
  }
  const frames = await peer.rest(), goaways = frames.filter(({ type }) => type === FrameType.goaway);
  assertEquals(goaways.map(({ status }) => status), typeof outcome === "object" ? [outcome.goaway] : []);
  if (outcome === "the end") assertEquals(frames.filter(({ type }) => type !== FrameType.hello), []);
}

/** The connection still works; `quiet`: and nothing was answered before. */
export async function expectAlive(peer: RawPeer, quiet = false): Promise<void> {
  peer.send(probe);
  const before: RawFrame[] = [];
  for (let frame; (frame = await peer.frame()) !== null;) {
    if (frame.id === PROBE) {
      assertEquals([frame.status, new TextDecoder().decode(frame.body)], [0, "ok"]);
      return assertEquals(quiet ? before : [], []);
    }
    if (frame.type !== FrameType.hello) before.push(frame);
  }
  throw new Error("the connection has ended");
}

/** Sends `bytes` behind a hello, and sees what comes of it. */
export async function attackWith(rig: Rig, way: Way, bytes: readonly Uint8Array[], outcome: Outcome): Promise<void> {
  using peer = await rig.dial(way);
  peer.send(plainHello, ...bytes);
  await expectOutcome(peer, outcome);
}
