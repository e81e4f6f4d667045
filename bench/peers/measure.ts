/**
 * The load loop all clients share: closed loop, a fixed number of calls in flight, every echo checked.
 *
 * Latency is taken from every call with one in flight and from every 16th otherwise, so that reading the clock
 * (0.13 µs) does not show.
 *
 * @module
 */
import { bigBytes, type Cell, type Figures, inFlight, type Window } from "./cell.ts";
import { bigBody, checkBig, checkSmall, small } from "./message.ts";
import { percentile } from "./statistics.ts";
import type { Client } from "./system.ts";

/** Bytes of a small message on the floor. */
const floorBytes = 64;
/** Items of one stream: enough to hide what its start costs, few enough for the slowest to end in time. */
const streamItems = 10_000;

/** What the loops of a cell share. */
class Tally {
  /** Calls or items done. */
  count = 0;
  /** False once the loops shall end. */
  running = true;
  /** Latencies in µs since the last clear. */
  readonly micros: number[] = [];
  #wake = () => {};

  /** Resolves after `ms`, or as soon as the loops shall end. */
  wait(ms: number): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Asks the loops to end. */
  stop(): void {
    this.running = false;
    this.#wake();
  }
}

/**
 * Measures one cell; undefined when the client can't do it. The window grows until a call has ended in it; throws Error
 * when a call or a check fails. All calls have ended when it returns.
 */
export async function measure(
  client: Client,
  cell: Cell,
  options: Window & {
    /** CPU time in µs used so far by client and server; undefined where unknown. */
    cpu: () => number | undefined;
  },
): Promise<Figures | undefined> {
  const tally = new Tally(), loops = start(client, cell, tally);
  if (loops === undefined) return undefined;
  const failures: Error[] = [];
  const watched = loops.map((loop) =>
    loop.catch((cause) => {
      failures.push(cause);
      tally.stop();
    })
  );
  const figures = await observe(tally, options);
  tally.stop();
  await Promise.all(watched);
  const [cause] = failures;
  if (cause !== undefined) throw new Error(`Cannot measure ${cell}: ${cause.message}`, { cause });
  return figures;
}

function start(client: Client, cell: Cell, tally: Tally): Promise<void>[] | undefined {
  const c = inFlight[cell];
  if (client.burst !== undefined && cell !== "stream") return [bursts(client.burst, cell, tally)];
  if (cell === "stream") return client.stream && [streams(client.stream, tally)];
  if (cell === "big") return client.big && Array.from({ length: c }, () => bodies(client.big!, tally));
  return client.call && Array.from({ length: c }, (_, worker) => calls(client.call!, tally, worker * 100_003, c));
}

async function calls(call: NonNullable<Client["call"]>, tally: Tally, firstId: number, c: number): Promise<void> {
  const mask = c === 1 ? 0 : 15;
  for (let id = firstId + c; tally.running; id++, tally.count++) {
    if ((id & mask) !== 0) {
      checkSmall(await call(small(id)), id);
      continue;
    }
    const from = performance.now();
    checkSmall(await call(small(id)), id);
    tally.micros.push(1000 * (performance.now() - from));
  }
}

async function bursts(burst: NonNullable<Client["burst"]>, cell: Cell, tally: Tally): Promise<void> {
  const c = inFlight[cell], size = cell === "big" ? bigBytes : floorBytes;
  while (tally.running) {
    const from = performance.now();
    await burst(c, size);
    tally.micros.push(1000 * (performance.now() - from));
    tally.count += c;
  }
}

async function streams(stream: NonNullable<Client["stream"]>, tally: Tally): Promise<void> {
  while (tally.running) {
    let id = 0;
    for await (const item of stream(streamItems)) {
      checkSmall(item, id++);
      tally.count++;
    }
    if (id !== streamItems) throw new Error(`Cannot accept the stream: it ended after ${id} of ${streamItems} items`);
  }
}

async function bodies(big: NonNullable<Client["big"]>, tally: Tally): Promise<void> {
  const body = bigBody(bigBytes);
  while (tally.running) {
    const from = performance.now();
    checkBig(await big(body), body);
    tally.micros.push(1000 * (performance.now() - from));
    tally.count++;
  }
}

async function observe(tally: Tally, options: Parameters<typeof measure>[2]): Promise<Figures> {
  await tally.wait(options.settleMs);
  const count = tally.count, from = performance.now(), cpuFrom = options.cpu();
  tally.micros.length = 0;
  do await tally.wait(options.measureMs); while (tally.running && tally.count === count);
  const done = tally.count - count, ms = performance.now() - from, cpu = options.cpu();
  const figures: Figures = { perSecond: done / ms * 1000 };
  if (cpu !== undefined && cpuFrom !== undefined) figures.cpuMicros = (cpu - cpuFrom) / done;
  const p50 = percentile(tally.micros, 0.5), p99 = percentile(tally.micros, 0.99);
  if (p50 !== undefined && p99 !== undefined) Object.assign(figures, { p50Micros: p50, p99Micros: p99 });
  return figures;
}
