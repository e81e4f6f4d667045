import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DatagramFate, type DatagramFaults, seeded } from "../../testing/mod.ts";
import { viewOf } from "./control.ts";
import { Kcp, type KcpInit } from "./kcp.ts";
import { Command, HEADER_BYTES } from "./segment.ts";
import { type KcpSettings, kcpSettings } from "./settings.ts";

const CONV = 7;

/** Two ends and a network between them, in which time moves from event to event. */
class Net {
  readonly ends: readonly [Kcp, Kcp];
  nowMs = 0;
  /** What is thrown away besides, by a test. */
  drop: (segment: DataView, from: number) => boolean = () => false;
  /** Datagrams sent by each end. */
  readonly sent: Uint8Array[][] = [[], []];
  #fate: DatagramFate;
  #onWay: { readonly atMs: number; readonly to: number; readonly bytes: Uint8Array }[] = [];
  #due = [0, 0];

  constructor(faults: DatagramFaults, settings: KcpSettings, init: Partial<KcpInit> = {}, other = settings) {
    this.#fate = new DatagramFate(faults);
    const end = (from: number, settings: KcpSettings) =>
      new Kcp({ conv: CONV, settings, output: (bytes) => this.#send(from, bytes), ...init });
    this.ends = [end(0, settings), end(1, other)];
  }

  flush(end: number): void {
    this.#due[end] = this.ends[end]!.flush(this.nowMs);
  }

  /** When the next thing happens. */
  get nextMs(): number {
    return Math.min(...this.#due, ...this.#onWay.map(({ atMs }) => atMs));
  }

  /** Moves to the next event; false when there is none. */
  step(): boolean {
    const nextMs = this.nextMs;
    if (nextMs === Infinity) return false;
    this.nowMs = Math.max(this.nowMs, nextMs);
    const arrived = this.#onWay.filter(({ atMs }) => atMs <= this.nowMs);
    this.#onWay = this.#onWay.filter(({ atMs }) => atMs > this.nowMs);
    for (const { to, bytes } of arrived) assert(this.ends[to]!.input(bytes, this.nowMs));
    for (const end of [0, 1]) this.flush(end);
    return true;
  }

  #send(from: number, bytes: Uint8Array): void {
    this.sent[from]!.push(bytes.slice());
    if (this.drop(viewOf(bytes), from)) return;
    for (const delayMs of this.#fate.next()) {
      this.#onWay.push({ atMs: this.nowMs + delayMs, to: 1 - from, bytes: bytes.slice() });
    }
  }
}

/** Bytes that are sent and read in pieces of various sizes. */
class Flow {
  readonly bytes: Uint8Array;
  sent = 0;
  read = 0;
  #random: () => number;

  constructor(size: number, seed: number) {
    const random = this.#random = seeded(seed);
    this.bytes = Uint8Array.from({ length: size }, () => 256 * random());
  }

  get isOver(): boolean {
    return this.read === this.bytes.length;
  }

  send(to: Kcp): void {
    const end = this.sent + Math.ceil(this.#random() * 5000);
    this.sent += to.send(this.bytes.subarray(this.sent, end));
  }

  take(from: Kcp): void {
    if (this.#random() < 0.3) return; // a reader that is slow
    const into = new Uint8Array(Math.ceil(this.#random() * 3000)), n = from.read(into);
    assertEquals(into.subarray(0, n), this.bytes.subarray(this.read, this.read + n));
    this.read += n;
  }
}

/** Sends bytes both ways until they are there; how long that took. */
function exchange(net: Net, size: number, seed: number): number {
  const flows = [new Flow(size, seed), new Flow(size, seed + 1)];
  for (let steps = 0; flows.some((flow) => !flow.isOver); steps++) {
    for (const from of [0, 1]) {
      flows[from]!.send(net.ends[from]!);
      flows[from]!.take(net.ends[1 - from]!);
      net.flush(from);
    }
    net.step();
    assert(steps < 100_000 && net.nowMs < 3_600_000, "it makes progress");
  }
  return net.nowMs;
}

const faults: Record<string, Omit<DatagramFaults, "seed">> = {
  "no faults": { delayMs: [1, 1] },
  "20 % loss": { lossRate: 0.2, delayMs: [5, 10] },
  "50 % loss": { lossRate: 0.5, delayMs: [1, 2] },
  "doubles and overtaking": { duplicateRate: 0.5, reorderRate: 0.5, reorderMs: 100, delayMs: [1, 20] },
  "everything bad": { lossRate: 0.2, duplicateRate: 0.2, reorderRate: 0.3, reorderMs: 300, delayMs: [1, 60] },
};

const kinds: Record<string, KcpSettings> = {
  fast: kcpSettings("fast"),
  normal: kcpSettings("normal"),
  "nodelay 2": kcpSettings("fast", { nodelay: 2, resend: 1, minRtoMs: 10 }),
  congestion: kcpSettings("fast", { congestion: true }),
  "small windows": kcpSettings("fast", { sendWindow: 5, receiveWindow: 3, datagramBytes: 64 }),
  "one segment": kcpSettings("fast", { sendWindow: 1, receiveWindow: 1 }),
};

for (const [how, settings] of Object.entries(kinds)) {
  for (const [what, fault] of Object.entries(faults)) {
    Deno.test(`kcp: bytes arrive in order both ways: ${how}, ${what}`, () => {
      for (let seed = 1; seed <= 3; seed++) exchange(new Net({ ...fault, seed }, settings), 20_000, seed);
    });
  }
}

Deno.test("kcp: numbers of segments and timestamps start again from 0", () => {
  for (const before of [0, 1, 3, 100]) {
    const init = { firstSn: 2 ** 32 - before, tsOffset: 2 ** 32 - 20 * before };
    const net = new Net({ ...faults["everything bad"]!, seed: 5 }, kinds.fast!, {
      ...init,
      firstSn: init.firstSn >>> 0,
    });
    const same = new Net({ ...faults["everything bad"]!, seed: 5 }, kinds.fast!);
    assertEquals(exchange(net, 300_000, 1), exchange(same, 300_000, 1));
  }
});

Deno.test("kcp: ends with different settings understand each other", () => {
  const [first, ...others] = Object.values(kinds);
  for (const other of others) {
    exchange(new Net({ lossRate: 0.1, seed: 3, delayMs: [1, 9] }, first!, {}, other), 30_000, 1);
  }
});

const ACK_ONLY = (segment: DataView) => segment.getUint8(4) === Command.ack;

Deno.test("kcp: a lost segment is sent again as soon as two later ones have arrived", () => {
  const net = new Net({ seed: 1, delayMs: [50, 50] }, kinds.fast!), [asker] = net.ends;
  exchange(net, 100_000, 1); // it knows the round trip
  let lost = false;
  const lostMs = net.nowMs;
  net.drop = (_, from) => from === 0 && !lost && (lost = true);
  for (let i = 0; i < 4; i++) {
    asker.send(Uint8Array.of(i));
    net.flush(0);
  }
  const into = new Uint8Array(10);
  while (!net.ends[1].readable) assert(net.step());
  assertEquals([net.ends[1].read(into), into.subarray(0, 4)], [4, Uint8Array.of(0, 1, 2, 3)]);
  assertEquals(net.nowMs - lostMs, 150, "one round trip and a half");
});

Deno.test("kcp: what is sent at once fits into the receive buffer of a socket, the rest follows soon", () => {
  const net = new Net({ seed: 1, delayMs: [50, 50] }, kinds.fast!), [asker] = net.ends;
  asker.send(new Uint8Array(1_000_000));
  for (const end of [0, 1]) net.flush(end);
  const sent = [[net.nowMs, net.sent[0]!.length]];
  while (sent.at(-1)![1]! < 128 && net.step()) sent.push([net.nowMs, net.sent[0]!.length]);
  assertEquals(sent, [[0, 48], [5, 96], [10, 128]]);
});

Deno.test("kcp: a segment that stays lost waits ever longer, up to two seconds", () => {
  const net = new Net({ seed: 1 }, kinds.fast!), times: number[] = [];
  net.drop = () => times.push(net.nowMs) > 0;
  net.ends[0].send(Uint8Array.of(1));
  net.flush(0);
  while (net.nowMs < 60_000) net.step();
  const waits = times.slice(1).map((ms, i) => Math.round(ms - times[i]!));
  assertEquals(waits.slice(0, 4), [200, 300, 450, 675]);
  assertEquals(Math.max(...waits), 2000);
});

Deno.test("kcp: that there is room again is found out though the word of it is lost", () => {
  const settings = kcpSettings("fast", { receiveWindow: 4 }), net = new Net({ seed: 1, delayMs: [1, 1] }, settings);
  const [from, to] = net.ends, bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i), got: number[] = [];
  let at = 0;
  const send = () => {
    at += from.send(bytes.subarray(at));
    net.flush(0);
  };
  for (let i = 0; i < 100; i++) {
    send();
    if (!net.step()) break;
  }
  assertEquals(from.send(bytes), 0, "the window is closed");
  net.drop = (segment) => segment.getUint8(4) === Command.tell;
  const into = new Uint8Array(100_000);
  while (!to.tells) got.push(...into.subarray(0, to.read(into)));
  net.flush(1);
  net.drop = () => false;
  while (got.length < bytes.length) {
    assert(net.step() && net.nowMs < 60_000);
    got.push(...into.subarray(0, to.read(into)));
    if (to.tells) net.flush(1);
    send();
  }
  assertEquals(got, [...bytes]);
});

Deno.test("kcp: a reader that never reads costs two windows of memory at most, and the sender stops", () => {
  const net = new Net({ seed: 1, lossRate: 0.1, delayMs: [1, 5] }, kinds.fast!), [from, to] = net.ends;
  let taken = 0;
  for (let i = 0; i < 2000; i++) {
    taken += from.send(new Uint8Array(2000));
    net.flush(0);
    net.step();
  }
  const segments = Math.ceil(taken / 1000);
  assert(segments <= 256 * 2 + 64 + 1, `${segments} segments`);
  assert(to.readable);
});

Deno.test("kcp: small acknowledgements share a datagram, and no datagram is larger than allowed", () => {
  const settings = kcpSettings("fast", { datagramBytes: 500 }), net = new Net({ seed: 1, delayMs: [1, 1] }, settings);
  exchange(net, 50_000, 1);
  const sizes = net.sent.flat().map(({ length }) => length);
  assert(
    Math.max(...sizes) === 500 &&
      net.sent[1]!.some((bytes) => bytes.length > 2 * HEADER_BYTES && ACK_ONLY(viewOf(bytes))),
  );
});

interface Segment {
  readonly sn: number;
  readonly ts: number;
  readonly una: number;
  readonly window: number;
  readonly conv: number;
  readonly data: readonly number[];
  readonly length: number;
}

/** A datagram of one segment. */
function segment(
  command: number,
  { sn = 0, ts = 0, una = 0, window = 100, conv = CONV, data = [], length = data.length }: Partial<Segment>,
) {
  const bytes = new Uint8Array(HEADER_BYTES + data.length), view = viewOf(bytes);
  view.setUint32(0, conv, true);
  view.setUint8(4, command);
  view.setUint16(6, window, true);
  view.setUint32(8, ts, true);
  view.setUint32(12, sn, true);
  view.setUint32(16, una, true);
  view.setUint32(20, length, true);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}

const bad: Record<string, Uint8Array> = {
  "nothing": new Uint8Array(0),
  "less than a header": segment(81, {}).subarray(0, 23),
  "another conversation": segment(81, { conv: 8, data: [1] }),
  "an unknown command": segment(80, { data: [1] }),
  "another unknown command": segment(85, { data: [1] }),
  "more data than there is": segment(81, { data: [1], length: 2 }),
  "much more data than there is": segment(81, { data: [1], length: 0xffffffff }),
  "something behind the segment": Uint8Array.of(...segment(81, { data: [1] }), 1, 2, 3),
  "a second segment that is bad": Uint8Array.of(...segment(81, { data: [1] }), ...segment(81, { conv: 9 })),
};

for (const [name, bytes] of Object.entries(bad)) {
  Deno.test(`kcp: a datagram is dropped as a whole: ${name}`, () => {
    const net = new Net({ seed: 1 }, kinds.fast!), [end] = net.ends;
    assertEquals([end.input(bytes, 0), end.readable], [false, false]);
    net.flush(0);
    assertEquals(net.sent[0], [], "it is not answered");
  });
}

Deno.test("kcp: lies do no harm", () => {
  const net = new Net({ seed: 1, delayMs: [1, 1] }, kinds.fast!), [end] = net.ends;
  end.send(Uint8Array.of(1));
  assert(end.input(segment(Command.ack, { una: 1 }), 0), "before anything was sent");
  assertEquals(end.settled, false);
  net.flush(0);
  const lies = [
    segment(Command.ack, { sn: 1, una: 5 }), // of what was never sent
    segment(Command.ack, { sn: 0x80000000, una: 0x80000000 }),
    segment(Command.push, { sn: 256, data: [1] }), // beyond the window
    segment(Command.push, { sn: 0xffffffff, data: [1] }), // long ago
  ];
  for (const lie of lies) end.input(lie, 1);
  assertEquals([end.settled, end.readable, end.hasBefore(0)], [false, false, true]);
  end.input(segment(Command.ack, { sn: 0, ts: 0x7fffffff }), 1); // a round trip of days
  assertEquals(exchangeAfter(net), true);
});

/** Whether what an end sends still arrives soon. */
function exchangeAfter(net: Net): boolean {
  const into = new Uint8Array(10);
  net.ends[0].send(Uint8Array.of(2));
  net.flush(0);
  while (!net.ends[1].readable || net.ends[1].read(into) < 1) if (!net.step() || net.nowMs > 10_000) return false;
  return true;
}

Deno.test("kcp: whatever comes, nothing is thrown and little is sent", () => {
  const command = fc.constantFrom(80, 81, 82, 83, 84, 85), small = fc.nat(20), any = fc.nat(0xffffffff);
  const number = fc.oneof(small, any), data = fc.array(fc.nat(255), { maxLength: 30 });
  const one = fc.record({ command, sn: number, ts: number, una: number, window: fc.nat(65535), data });
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 5 }), { maxLength: 40 }), (datagrams) => {
      const net = new Net({ seed: 1 }, kinds["small windows"]!), [end] = net.ends, into = new Uint8Array(50);
      net.drop = () => true;
      for (const [i, segments] of datagrams.entries()) {
        end.send(new Uint8Array(50));
        end.input(Uint8Array.from(segments.flatMap(({ command, ...s }) => [...segment(command, s)])), 10 * i);
        net.nowMs = 10 * i;
        if (i % 3 === 0) end.read(into);
        net.flush(0);
      }
      const received = datagrams.flat().length, sent = net.sent[0]!.length;
      assert(sent <= received + 10 * datagrams.length, `${sent} datagrams for ${received} segments`);
    }),
    { numRuns: 300, seed: 11 },
  );
});

Deno.test("kcp: settings that can't be are refused", () => {
  const wrong = [{ sendWindow: 0 }, { receiveWindow: 40_000 }, { datagramBytes: 63 }, { datagramBytes: 70_000 }, {
    resend: -1,
  }, {
    minRtoMs: 0.5,
  }];
  for (const settings of wrong) assertThrows(() => kcpSettings("fast", settings), RangeError, Object.keys(settings)[0]);
  assertThrows(() => kcpSettings("toString" as "fast"), RangeError, "toString");
});
