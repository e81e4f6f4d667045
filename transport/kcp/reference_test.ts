/**
 * The simulation that KCP is compared by (skywind3000/kcp, `test.h` and `test.cpp`): an echo every 20 ms over a network with
 * a round trip of 60 to 125 ms that loses a tenth of the round trips, and never reorders.
 *
 * @module
 */
import { assert } from "@std/assert";
import { seeded } from "../../testing/mod.ts";
import { Kcp } from "./kcp.ts";
import { type KcpSettings, kcpSettings } from "./settings.ts";

/** One direction: what is lost is drawn without putting back, and nothing overtakes. */
class Lane {
  #random: () => number;
  #draws: number[] = [];
  #packets: { readonly dueMs: number; readonly bytes: Uint8Array }[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  push(bytes: Uint8Array, nowMs: number): void {
    if (this.#draw() < 5) return;
    const dueMs = nowMs + 30 + Math.floor(this.#random() * 32);
    if (this.#packets.length < 1000) this.#packets.push({ dueMs, bytes: bytes.slice() });
  }

  *take(nowMs: number): Generator<Uint8Array> {
    while (this.#packets.length > 0 && this.#packets[0]!.dueMs <= nowMs) yield this.#packets.shift()!.bytes;
  }

  #draw(): number {
    if (this.#draws.length === 0) this.#draws = Array.from({ length: 100 }, (_, i) => i);
    return this.#draws.splice(Math.floor(this.#random() * this.#draws.length), 1)[0]!;
  }
}

/** How often the ends flush: as the original does, or as soon as there is something. */
type Flushing = "every_10_ms" | "at_once";

/** The average round trip. */
function simulate(settings: KcpSettings, seed: number, flushing: Flushing): number {
  const random = seeded(seed), there = new Lane(random), back = new Lane(random);
  let nowMs = 0;
  const end = (lane: Lane) => new Kcp({ conv: 0x11223344, settings, output: (bytes) => lane.push(bytes, nowMs) });
  const asker = end(there), echo = end(back), dueMs = new Map([[asker, 0], [echo, 0]]);
  const waiting: Uint8Array[] = [], echoed: Uint8Array[] = [], rtts: number[] = [], into = new Uint8Array(8);
  const flush = (kcp: Kcp, due = nowMs >= dueMs.get(kcp)!) => {
    if (!due) return;
    const next = kcp.flush(nowMs);
    dueMs.set(kcp, flushing === "at_once" ? next : nowMs + 10);
  };
  const pass = (from: Lane, to: Kcp) => {
    let came = false;
    for (const bytes of from.take(nowMs)) came = to.input(bytes, nowMs);
    return came && flushing === "at_once";
  };
  const send = (kcp: Kcp, queue: Uint8Array[]) => {
    let sent = false;
    while (queue.length > 0 && kcp.send(queue[0]!) > 0) sent = queue.shift() !== undefined;
    return sent && flushing === "at_once";
  };
  for (let asked = 0; rtts.length < 1000; nowMs++) {
    for (; nowMs >= asked * 20; asked++) {
      waiting.push(new Uint8Array(Uint32Array.of(asked, nowMs).buffer));
    }
    flush(echo, pass(there, echo) || undefined);
    while (echo.read(into) === 8) echoed.push(into.slice());
    flush(echo, send(echo, echoed) || undefined);
    flush(asker, pass(back, asker) || undefined);
    while (asker.read(into) === 8) {
      const [sn, sentMs] = new Uint32Array(into.buffer);
      assert(sn === rtts.length, "they come in order");
      rtts.push(nowMs - sentMs!);
    }
    flush(asker, send(asker, waiting) || undefined);
    assert(nowMs < 100_000, "it makes progress");
  }
  return rtts.reduce((a, b) => a + b) / rtts.length;
}

const windows = { sendWindow: 128, receiveWindow: 128, datagramBytes: 1400, intervalMs: 10 };

/** What the original takes, in milliseconds, and which settings that is. */
const modes: Record<string, { wantMs: number; settings: KcpSettings }> = {
  default: { wantMs: 4356, settings: kcpSettings("normal", { ...windows, congestion: true }) },
  normal: { wantMs: 172, settings: kcpSettings("normal", windows) },
  fast: { wantMs: 143, settings: kcpSettings("fast", { ...windows, nodelay: 2, resend: 1, minRtoMs: 10 }) },
};

const seeds = Array.from({ length: 10 }, (_, i) => i + 1);

function averageMs(settings: KcpSettings, flushing: Flushing): number {
  const runs = seeds.map((seed) => simulate(settings, seed, flushing));
  return runs.reduce((a, b) => a + b) / runs.length;
}

for (const [name, { wantMs, settings }] of Object.entries(modes)) {
  Deno.test(`kcp: mode ${name} takes as long as the original, and less when it sends at once`, () => {
    const ticking = averageMs(settings, "every_10_ms"), atOnce = averageMs(settings, "at_once");
    assert(Math.abs(ticking / wantMs - 1) < 0.15, `${ticking} ms, want ${wantMs} ms within 15 %`);
    assert(atOnce < ticking, `${atOnce} ms at once, ${ticking} ms with a tick`);
  });
}
