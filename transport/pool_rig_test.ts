/**
 * What the tests of the pool run on.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Codec, loadCodec } from "../codec/mod.ts";
import { FakeClock, type FaultOptions, faulty } from "../testing/mod.ts";
import { Connection } from "./connection.ts";
import type { Incoming } from "./incoming.ts";
import { defaultLimits } from "./limits.ts";
import { MemoryTransport } from "./memory.ts";
import { MethodSpec } from "./method.ts";
import { Outgoing } from "./outgoing.ts";
import { Pool, type PoolOptions } from "./pool.ts";
import type { Transport } from "./transport.ts";

const jce = loadCodec("jce") as Codec, spec = new MethodSpec("demo", "work");

/** How a rig is made. */
export interface RigOptions {
  readonly pool?: Partial<PoolOptions>;
  /** Calls that the server runs at once on each connection. */
  readonly maxCalls?: number;
  readonly faults?: Omit<FaultOptions, "seed">;
  /** Instead of the memory transport. */
  readonly transport?: Transport;
}

/** A pool, and a server that answers calls when it is told to; all on one clock. */
export class Rig {
  readonly clock = new FakeClock();
  readonly memory = new MemoryTransport();
  readonly accepted: Connection[] = [];
  readonly running: Incoming[] = [];
  readonly pool: Pool;
  dials = 0;
  changes = 0;
  #listener = this.memory.bind("server");
  #limits: typeof defaultLimits;

  constructor({ pool = {}, maxCalls = 2, faults = {}, transport }: RigOptions = {}) {
    const { wheel } = this.clock;
    this.#limits = { ...defaultLimits, maxCalls };
    this.#accept();
    const through = transport ?? faulty(this.memory, { seed: 1, clock: this.clock, ...faults });
    this.pool = new Pool("mem://server", {
      transport: () => Promise.resolve({ ...through, dial: (...args) => (this.dials++, through.dial(...args)) }),
      connection: { role: "dialer", wheel },
      pool,
      onChange: () => this.changes++,
    });
  }

  /** Connections the server has open. */
  get open(): number {
    return this.accepted.filter(({ ended }) => !ended).length;
  }

  /** Nobody listens any more. */
  stop(): void {
    this.#listener.close();
  }

  start(): void {
    this.#listener = this.memory.bind("server");
    this.#accept();
  }

  /** Gets a connection and puts a call on it that runs until {@linkcode Rig.answer}. */
  async call(): Promise<Connection> {
    const connection = await this.pool.acquire();
    const call = new Outgoing(this.clock.wheel, {
      spec,
      request: null,
      stream: false,
      oneway: false,
      idempotent: false,
      timeout: Infinity,
      tellDeadline: false,
      metadata: null,
      owner: null,
    });
    call.coders = spec.coders(jce);
    connection.open(call);
    return connection;
  }

  /** Answers the oldest running calls. */
  answer(n = 1): void {
    for (const call of this.running.splice(0, n)) {
      call.respond(null);
      call.settled();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.pool.close();
    for (const connection of this.accepted) connection.close();
    await this.clock.advance(0);
    assertEquals([this.clock.wheel.size, this.clock.timers], [0, 0], "something is left behind");
  }

  async #accept(): Promise<void> {
    const { wheel } = this.clock;
    const answer = (call: Incoming) => {
      call.coders = spec.coders(jce);
      call.track();
      this.running.push(call);
    };
    for await (const wire of this.#listener.connections) {
      this.accepted.push(new Connection(wire, { role: "acceptor", wheel, limits: this.#limits, answer }));
    }
  }
}
