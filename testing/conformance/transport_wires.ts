/**
 * What a wire must do that carries bytes as a stream.
 *
 * @module
 */
import { FrameType, refinements, sleep, systemClock } from "../../protocol/mod.ts";
import type { Wire } from "../../transport/mod.ts";
import { plainHello, rawFrame, RawPeer, rawRequest } from "../raw_peer.ts";
import type { TransportTrial } from "./transport_calls.ts";
import type { TransportRig } from "./transport_rig.ts";
import { must, same, until } from "./verdict.ts";

/** Both ends of a connection over which one byte has come; the rig closes them. */
async function ends(rig: TransportRig): Promise<[here: Wire, there: Wire]> {
  const listener = await rig.listen(), here = await rig.dial(listener.address);
  const accepted = listener.connections[Symbol.asyncIterator]().next(), written = here.write(Uint8Array.of(1));
  const { value, done } = await accepted;
  must(!done, "no connection came in");
  const there = rig.closing(value);
  await Promise.all([written, readExactly(there, 1)]);
  return [here, there];
}

/** Reads `length` bytes, in pieces of at most `most`. */
async function readExactly(wire: Wire, length: number, most = length): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = await wire.read(bytes.subarray(at, at + most));
    must(n !== null, `the end came after ${at} of ${length} bytes`);
    must(n > 0, "a read gave nothing");
    at += n;
  }
  return bytes;
}

async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await wire.write(bytes.subarray(at));
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => i * 31 + (i >> 7));

/** Reads until the end, which may also be an error. */
async function drained(wire: Wire): Promise<number> {
  const into = new Uint8Array(64 << 10);
  let sum = 0;
  for (;;) {
    const n = await wire.read(into).catch(() => null);
    if (n === null) return sum;
    sum += n;
  }
}

/**
 * Writes `chunk` over and over until a write has to wait; how much was written, and the write that waits. Null when the other
 * end gives the connection up instead, as one does that can't make anybody wait.
 */
async function fill(wire: Wire, chunk: Uint8Array): Promise<{ written: number; waiting: Promise<number> } | null> {
  for (let written = 0; written < MAX_UNREAD_BYTES;) {
    let waits = true;
    const waiting = wire.write(chunk.subarray(written % chunk.length)), end = () => void (waits = false);
    waiting.then(end, end);
    for (let n = 0; waits && n < 20; n++) await sleep(systemClock, n);
    if (waits) return { written, waiting };
    const n = await waiting.catch(() => null);
    if (n === null) return null;
    written += n;
  }
  throw new Error(`${MAX_UNREAD_BYTES} bytes were taken from a writer whose peer does not read`);
}
const MAX_UNREAD_BYTES = 64 << 20;

/** The cases. */
export const wireTrials: Readonly<Record<string, TransportTrial>> = {
  async "carries bytes both ways at once, in pieces of any size"(rig) {
    const [here, there] = await ends(rig);
    const sizes = [1, 2, 1199, 1500, 4096, 65_535, 65_536, 300_000], sum = sizes.reduce((a, b) => a + b);
    const want = pattern(sum);
    const write = async (wire: Wire) => {
      let at = 0;
      for (const size of sizes) await writeAll(wire, want.subarray(at, at += size));
    };
    const [, , back, forth] = await Promise.all([
      write(here),
      write(there),
      readExactly(here, sum, 1000),
      readExactly(there, sum, 70_000),
    ]);
    same(back, want);
    same(forth, want);
  },

  async "does not read a writer's memory once the write has resolved"(rig) {
    const [here, there] = await ends(rig), slab = new Uint8Array(10_000);
    for (const [from, to] of [[here, there], [there, here]] as const) {
      const got = readExactly(to, 20 * slab.length);
      for (let n = 1; n <= 20; n++) {
        await writeAll(from, slab.fill(n));
        slab.fill(0xff);
      }
      same(await got, Uint8Array.from({ length: 20 * slab.length }, (_, i) => 1 + Math.floor(i / slab.length)));
    }
  },

  async "makes a writer wait whose peer does not read, and loses nothing"(rig) {
    for (const turned of [false, true]) {
      const [here, there] = await ends(rig), [from, to] = turned ? [there, here] : [here, there];
      const chunk = pattern(64 << 10), full = await fill(from, chunk);
      if (full === null) continue;
      const { written, waiting } = full;
      let total = Infinity;
      const last = waiting.then((n) => {
        total = written + n + 1;
        return writeAll(from, chunk.subarray((total - 1) % chunk.length, (total - 1) % chunk.length + 1));
      });
      const into = new Uint8Array(chunk.length);
      for (let at = 0; at < total;) {
        const n = await to.read(into.subarray(0, chunk.length - at % chunk.length));
        must(n !== null, `the end came after ${at} bytes`);
        same(into.subarray(0, n), chunk.subarray(at % chunk.length, at % chunk.length + n));
        at += n;
      }
      await last;
      for (const wire of [from, to]) wire.close();
    }
  },

  async "brings what was written before it was closed, then the end"(rig) {
    for (const turned of [false, true]) {
      const [here, there] = await ends(rig), [from, to] = turned ? [there, here] : [here, there];
      const got = drained(to);
      await writeAll(from, pattern(50_000));
      from.close();
      same(await got, 50_000);
      to.close();
    }
  },

  async "settles what waits when either end closes"(rig) {
    for (const turned of [false, true]) {
      const [here, there] = await ends(rig), [from, to] = turned ? [there, here] : [here, there];
      const own = drained(from), others = drained(to);
      from.close();
      from.close(); // twice does no harm
      await Promise.all([own, others]);
      to.close();
    }
  },

  async "drops a peer that says hello and then nothing any more"(rig) {
    const timing = { helloTimeoutMs: 500, heartbeatIdleMs: 100, heartbeatPatienceMs: 100 };
    await rig.serve({ timing });
    const counts = rig.hang(), peer = new RawPeer(await rig.dial());
    peer.send(plainHello, rawRequest(1, "demo.hang"));
    const pinged = await peer.find(({ type }) => type === FrameType.ping);
    must(pinged !== null, "the connection ended without a ping");
    await until(() => counts.aborted === 1 && rig.server.connections === 0, "the end of the connection", 3000);
  },

  async "drops a peer that says nothing at all"(rig) {
    await rig.serve({ timing: { helloTimeoutMs: 300 } });
    const wire = await rig.dial();
    await wire.write(plainHello.subarray(0, 1)).catch(() => 0);
    await drained(wire);
    await until(() => rig.server.connections === 0, "the end of the connection");
  },

  async "serves on beside a peer that opens and cancels streams without end"(rig) {
    await rig.serve();
    const counts = rig.hang();
    rig.server.handle("demo.double", (n: number) => 2 * n);
    same(await rig.client.call("demo.double", 1), 2);
    const peer = new RawPeer(await rig.dial()), STREAM = 0x20, started = systemClock.now();
    peer.send(plainHello);
    for (let id = 1; id < 20_000; id += 1000) {
      const frames: Uint8Array[] = [];
      for (let n = id; n < id + 1000; n += 2) {
        frames.push(
          rawRequest(n, "demo.hang", { flags: STREAM }),
          rawFrame({ type: FrameType.cancel, id: n, status: 1 }),
        );
      }
      peer.send(...frames);
      same(await rig.client.call("demo.double", id), 2 * id);
    }
    peer.send(rawRequest(20_001, "nobody.hello"));
    same((await peer.reply(20_001))?.status, refinements.no_service);
    must(counts.started >= 1000, `${counts.started} calls were started`);
    must(counts.started === counts.aborted, `${counts.started} calls were started, ${counts.aborted} aborted`);
    const ms = systemClock.now() - started;
    must(ms < 10_000, `10,000 streams took ${ms} ms`);
  },
};
