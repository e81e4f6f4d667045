import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { RpcError } from "../protocol/mod.ts";
import { DatagramRelay, type Pair, startPair } from "../testing/mod.ts";
import { parseAddress } from "./address.ts";
import { kcp, kcpTransport } from "./kcp.ts";
import { Control, OPEN_BYTES, readOpening, viewOf, writeClose, writeOpening } from "./kcp/control.ts";
import { address, readAll, Rig, SERVER, someBytes, writeAll } from "./kcp/rig_test.ts";
import type { Wire } from "./transport.ts";

/** Closes everything; no socket and no timer may be left. */
async function end(rig: Rig, ...wires: Wire[]): Promise<void> {
  for (const wire of wires) wire.close();
  rig.listener.close();
  await rig.clock.advance(5000);
  assert(rig.isQuiet, `${rig.network.sockets} sockets, ${rig.clock.timers} timers`);
}

const one = () => new Uint8Array(100);

/** The conversation's number and token, as an eavesdropper knows them. */
function overheard({ sent }: Rig): { conv: number; token: bigint } {
  return readOpening(sent.find(({ bytes }) => bytes[4] === Control.opened)!.bytes)!;
}

const cases: Record<string, () => Promise<void>> = {
  "an acceptor hears of a dialer that says nothing": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair();
    assertEquals([dialer.remote, acceptor.local, rig.listener.address], new Array(3).fill("kcp://127.0.0.1:9000"));
    assertMatch(dialer.local, /^kcp:\/\/127\.0\.0\.1:\d+$/);
    assertEquals(acceptor.remote, dialer.local);
    await end(rig, dialer, acceptor);
  },
  "dialling takes one round trip": async () => {
    const rig = await Rig.start({ delayMs: [50, 50] }), dialer = await rig.dial();
    assertEquals(rig.clock.now(), 100);
    await end(rig, dialer, await rig.accept());
  },
  "dialling gets through losses": async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const rig = await Rig.start({ seed, lossRate: 0.4, delayMs: [10, 20] }), [dialer, acceptor] = await rig.pair();
      rig.network.heal();
      await end(rig, dialer, acceptor);
    }
  },
  "what was written arrives before the end, also when it is lost at first": async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rig = await Rig.start({ seed, delayMs: [1, 20], lossRate: 0.2, reorderRate: 0.2, duplicateRate: 0.2 });
      const [dialer, acceptor] = await rig.pair(), bytes = someBytes(30_000);
      const [from, to] = seed % 2 === 0 ? [dialer, acceptor] : [acceptor, dialer];
      const reading = readAll(to);
      await rig.clock.until(writeAll(from, bytes));
      from.close();
      assertEquals(await rig.clock.until(reading), bytes);
      rig.network.heal();
      await end(rig, dialer, acceptor);
    }
  },
  "a writer waits for the reader": async () => {
    const rig = await Rig.start({ delayMs: [1, 1] }, { receiveWindow: 8, datagramBytes: 1024 });
    const [dialer, acceptor] = await rig.pair(), bytes = someBytes(100_000);
    let written = false;
    const writing = writeAll(dialer, bytes).then(() => written = true);
    await rig.clock.advance(5000);
    assertEquals(written, false);
    assertEquals(await rig.clock.until(readAll(acceptor, bytes.length)), bytes);
    await writing;
    await end(rig, dialer, acceptor);
  },
  "closing settles what waits, here and there": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair();
    const reads = [dialer.read(one()), acceptor.read(one())];
    dialer.close();
    dialer.close();
    assertEquals(await rig.clock.until(Promise.all(reads)), [null, null]);
    await assertRejects(() => dialer.write(one()), Error, "the connection is closed");
    await assertRejects(() => acceptor.write(one()), Error, "closed");
    assertEquals([await dialer.read(one()), await acceptor.read(one())], [null, null]);
    await end(rig, acceptor);
  },
  "closing an idle connection frees the socket at once": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair();
    await rig.clock.advance(100);
    dialer.close();
    assertEquals(rig.network.sockets, 1);
    await end(rig, acceptor);
  },
  "closing waits three seconds for a peer that is gone": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair();
    rig.network.cut();
    await dialer.write(one());
    dialer.close();
    await rig.clock.advance(2900);
    assertEquals(rig.network.sockets, 2);
    await rig.clock.advance(200);
    assertEquals(rig.network.sockets, 1);
    await rig.clock.advance(20_000);
    await assertRejects(() => acceptor.read(one()), Error, "does not answer");
    await end(rig, acceptor);
  },
  "an end before all has arrived is no clean end": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair(), { conv, token } = overheard(rig);
    const reading = assertRejects(() => acceptor.read(one()), Error, "before all had arrived");
    const { from } = rig.sent[0]!;
    rig.network.send(writeClose({ conv, token, sn: 3 }), from, SERVER);
    await rig.clock.until(reading);
    await end(rig, dialer, acceptor);
  },
  "nobody there": async () => {
    const rig = await Rig.start();
    rig.listener.close();
    await assertRejects(() => rig.dial(), Error, "nobody answers");
    assert(rig.clock.now() >= 20_000 && rig.isQuiet);
    assert(rig.sent.length < 20, `asked ${rig.sent.length} times`);
  },
  "who no longer wants a connection gives it up at once": async () => {
    const rig = await Rig.start(), abort = new AbortController();
    rig.network.cut();
    rig.clock.after(70, () => abort.abort(new Error("not wanted")));
    await assertRejects(() => rig.dial(abort.signal), Error, "not wanted");
    await assertRejects(() => rig.dial(abort.signal), Error, "not wanted");
    assertEquals([rig.clock.now(), rig.network.sockets], [70, 1]);
    await end(rig);
  },
  "a closed listener refuses at once, and its connections live on": async () => {
    const rig = await Rig.start({ delayMs: [5, 5] }), [dialer, acceptor] = await rig.pair();
    rig.listener.close();
    await assertRejects(() => rig.dial(), Error, "it takes no connections");
    await dialer.write(Uint8Array.of(1, 2, 3));
    assertEquals(await rig.clock.until(acceptor.read(one())), 3);
    await end(rig, dialer, acceptor);
  },
  "wires that nobody accepts are closed with the listener": async () => {
    const rig = await Rig.start(), dialer = await rig.dial();
    await rig.clock.advance(100);
    rig.listener.close();
    assertEquals(await rig.clock.until(dialer.read(one())), null);
    await end(rig, dialer);
  },
  "a restarted acceptor is noticed at once": async () => {
    const rig = await Rig.start({ delayMs: [5, 5] }), [dialer] = await rig.pair();
    rig.network.kill(SERVER.port);
    await rig.listen();
    const beginMs = rig.clock.now();
    await dialer.write(one());
    await assertRejects(() => rig.clock.until(dialer.read(one())), Error, "no longer knows this connection");
    assert(rig.clock.now() - beginMs < 50);
    dialer.close();
  },
  "a dialer whose address changes, as after a NAT has forgotten it, hears at once that it is unknown": async () => {
    const listener = await kcp.listen(parseAddress("kcp://127.0.0.1:0"), {});
    await using relay = new DatagramRelay({ seed: 1, port: parseAddress(listener.address).port });
    const dialer = await kcp.dial(parseAddress(`kcp://127.0.0.1:${relay.port}`), {});
    const { value: acceptor } = await listener.connections[Symbol.asyncIterator]().next();
    relay.rebind();
    await dialer.write(one());
    await assertRejects(() => dialer.read(one()), Error, "no longer knows this connection");
    for (const end of [dialer, acceptor!, listener]) end.close();
  },
  "silence ends a connection after 20 seconds": async () => {
    const rig = await Rig.start({ delayMs: [1, 1] }), [dialer, acceptor] = await rig.pair();
    rig.network.cut();
    const beginMs = rig.clock.now();
    const reads = [dialer, acceptor].map((wire) => assertRejects(() => wire.read(one()), Error, "does not answer"));
    await rig.clock.until(Promise.all(reads));
    const tookMs = rig.clock.now() - beginMs;
    assert(tookMs >= 19_000 && tookMs <= 22_000, `${tookMs} ms`);
    await end(rig, dialer, acceptor);
  },
  "an idle connection stays, with few datagrams": async () => {
    const rig = await Rig.start({ delayMs: [1, 1] }), [dialer, acceptor] = await rig.pair();
    const before = rig.sent.length;
    await rig.clock.advance(3_600_000);
    assert(rig.sent.length - before < 1600, `${rig.sent.length - before} datagrams in an hour`);
    await dialer.write(Uint8Array.of(9));
    assertEquals(await rig.clock.until(acceptor.read(one())), 1);
    await end(rig, dialer, acceptor);
  },
  "TLS is refused": async () => {
    await assertRejects(() => kcp.dial(address, { tls: {} }), TypeError, "Cannot use tls with kcp");
    await assertRejects(() => kcp.listen(address, { tls: {} }), TypeError, "Cannot use tls with kcp");
  },
  "options that can't be are refused": () => {
    assertThrows(() => kcpTransport({ sendWindow: 0 }), RangeError, "sendWindow");
    return Promise.resolve();
  },
};

/** Somebody who can write any address, and sees nothing. */
const attacks: Record<string, () => Promise<void>> = {
  "opens in the name of others bring them no more than was sent, and a bounded memory": async () => {
    const rig = await Rig.start();
    for (let i = 0; i < 10_000; i++) {
      const open = writeOpening({ command: Control.open, conv: 0, window: 1, token: BigInt(i) });
      rig.network.send(open, { hostname: "10.0.0.1", port: 1 + i % 60_000 }, SERVER);
      if (i % 500 === 0) await rig.clock.advance(1);
    }
    await rig.clock.advance(5);
    const answers = rig.sent.filter(({ to }) => to.hostname === "10.0.0.1");
    assertEquals(answers.length, 10_000);
    assert(answers.every(({ bytes }) => bytes.length <= OPEN_BYTES));
    assertEquals(answers.filter(({ bytes }) => bytes[4] === Control.opened).length, 256, "the others get a cookie");
    const [dialer, acceptor] = await rig.pair(); // who shows it gets in
    await dialer.write(Uint8Array.of(1));
    assertEquals(await rig.clock.until(acceptor.read(one())), 1);
    await end(rig, dialer, acceptor);
  },
  "a cookie is of no use to another address, with another token, or changed": async () => {
    const rig = await Rig.start(), me = rig.network.bind({ hostname: "", port: 5000 }), token = 77n;
    const ask = async (cookie?: Uint8Array, as = me.address, mine = token) => {
      const open = writeOpening({ command: Control.open, conv: 0, window: 1, token: mine, ...(cookie && { cookie }) });
      const before = rig.sent.length;
      rig.network.send(open, as, SERVER);
      await rig.clock.advance(1);
      return readOpening(rig.sent[before + 1]!.bytes)!;
    };
    for (let i = 0; i < 256; i++) await ask(undefined, { hostname: "10.0.0.1", port: i }, BigInt(i));
    const { command, cookie } = await ask();
    assertEquals(command, Control.cookie);
    const changed = cookie.with(15, cookie[15]! ^ 1);
    const tries = [
      await ask(changed),
      await ask(cookie, { ...me.address, port: 5001 }),
      await ask(cookie, me.address, 78n),
    ];
    assertEquals(tries.map(({ command }) => command), [Control.cookie, Control.cookie, Control.cookie]);
    assertEquals((await ask(cookie)).command, Control.opened);
    me.close();
    await end(rig);
  },
  "what was opened and never used is forgotten": async () => {
    const rig = await Rig.start(), commands: number[] = [];
    for (let i = 0; i < 258; i++) {
      if (i === 257) await rig.clock.advance(10_000);
      const open = writeOpening({ command: Control.open, conv: 0, window: 1, token: BigInt(i) });
      rig.network.send(open, { hostname: "10.0.0.1", port: i }, SERVER);
      await rig.clock.advance(1);
      commands.push(rig.sent.at(-1)!.bytes[4]!);
    }
    assertEquals(commands.slice(-3), [Control.opened, Control.cookie, Control.opened]);
    await end(rig);
  },
  "datagrams of strangers, with a number that they know, change nothing": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair(), { conv, token } = overheard(rig);
    const { from } = rig.sent[0]!, stranger = { hostname: "10.0.0.1", port: 4 };
    const gone = new Uint8Array(24);
    viewOf(gone).setUint32(0, conv, true);
    gone[4] = Control.gone;
    rig.network.send(writeClose({ conv, token, sn: 0 }), stranger, SERVER);
    rig.network.send(writeClose({ conv, token, sn: 0 }), stranger, from);
    rig.network.send(writeClose({ conv, token: token ^ 1n, sn: 0 }), from, SERVER);
    rig.network.send(writeClose({ conv, token: token ^ 1n, sn: 0 }), SERVER, from);
    rig.network.send(gone, SERVER, from);
    await rig.clock.advance(10);
    await dialer.write(Uint8Array.of(1));
    assertEquals(await rig.clock.until(acceptor.read(one())), 1);
    await end(rig, dialer, acceptor);
  },
  "datagrams that come again change nothing": async () => {
    const rig = await Rig.start(), [dialer, acceptor] = await rig.pair();
    await dialer.write(Uint8Array.of(1, 2, 3));
    assertEquals(await rig.clock.until(acceptor.read(one())), 3);
    for (const { bytes, from, to } of [...rig.sent]) rig.network.send(bytes, from, to);
    await rig.clock.advance(10);
    await dialer.write(Uint8Array.of(4));
    const into = one();
    assertEquals([await rig.clock.until(acceptor.read(into)), into[0]], [1, 4]);
    const next = await Promise.race([rig.accepted(), rig.clock.advance(100)]);
    assertEquals(next, undefined, "no second connection");
    await end(rig, dialer, acceptor);
  },
  "noise is not answered": async () => {
    const rig = await Rig.start(), bytes = someBytes(300_000), stranger = { hostname: "10.0.0.1", port: 4 };
    for (let at = 0, i = 0; at < bytes.length; at += i++ % 100) {
      rig.network.send(bytes.subarray(at, at + i % 100), stranger, SERVER);
    }
    await rig.clock.advance(10);
    const asked = rig.sent.filter(({ from }) => from.port === 4), got = rig.sent.filter(({ to }) => to.port === 4);
    assert(got.length <= asked.length / 100 && got.every(({ bytes }) => bytes.length <= 24));
    await end(rig);
  },
};

for (const [name, run] of Object.entries(cases)) Deno.test(`kcp: ${name}`, run);
for (const [name, run] of Object.entries(attacks)) Deno.test(`kcp under attack: ${name}`, run);

Deno.test("kcp: 10,000 connections come and go, and nothing is left", async () => {
  const rig = await Rig.start();
  for (let i = 0; i < 10_000; i++) {
    const [dialer, acceptor] = await rig.pair();
    if (i % 3 === 0) await dialer.write(one());
    (i % 2 === 0 ? dialer : acceptor).close();
    (i % 2 === 0 ? acceptor : dialer).close();
    if (i % 100 === 0) rig.sent.length = 0;
  }
  await rig.clock.advance(5000);
  assertEquals([rig.network.sockets, rig.clock.timers], [1, 0]);
  rig.listener.close();
  assert(rig.isQuiet);
});

/** A server and a client of it, over sockets of the system. */
async function overSockets(): Promise<Pair> {
  const listener = await kcp.listen(parseAddress("kcp://127.0.0.1:0"), {});
  const pair = await startPair({ client: { address: listener.address } });
  pair.server.attach(listener);
  return pair;
}

async function* count(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) yield i;
}

Deno.test("kcp: calls of all kinds over sockets of the system", async () => {
  await using rig = await overSockets();
  const { server, client } = rig, canceled = Promise.withResolvers<void>();
  server.handle("demo.echo", (value: unknown) => value);
  server.handle("demo.fail", () => Promise.reject(new RpcError("not_found", "there is none")));
  server.handle("demo.count", (to: number) => count(to));
  server.handle("demo.double", async function* (numbers: AsyncIterable<number>) {
    for await (const n of numbers) yield 2 * n;
  });
  server.handle("demo.wait", (_: unknown, { signal }) => {
    signal.addEventListener("abort", () => canceled.resolve());
    return new Promise(() => {});
  });
  const large = someBytes(1_000_000);
  assertEquals(await client.call("demo.echo", large), large);
  assertEquals((await assertRejects(async () => await client.call("demo.fail"), RpcError)).code, "not_found");
  const late = await assertRejects(async () => await client.call("demo.wait", null, { timeout: 20 }), RpcError);
  assertEquals(late.code, "deadline_exceeded");
  await canceled.promise;
  const to1000 = await Array.fromAsync(count(1000));
  assertEquals(await Array.fromAsync(client.call("demo.count", 1000)), to1000);
  assertEquals(await Array.fromAsync(client.call("demo.double", count(1000))), to1000.map((n) => 2 * n));
  assertEquals(await Promise.all(to1000.map((i) => client.call("demo.echo", i))), to1000);
});

Deno.test("kcp: servers and clients of sockets of the system come and go, and nothing is left", async () => {
  for (let i = 0; i < 100; i++) {
    await using rig = await overSockets();
    rig.server.handle("demo.echo", (value: unknown) => value);
    rig.server.handle("demo.wait", () => new Promise(() => {}));
    assertEquals(await rig.client.call("demo.echo", i), i);
    if (i % 2 === 0) rig.client.call("demo.wait").then(null, () => {}); // its connection is closed with bytes on their way
  }
});

Deno.test("kcp: without --unstable-net it says what is missing", async () => {
  const script = `import { kcp } from ${JSON.stringify(import.meta.resolve("./kcp.ts"))};
    const address = { scheme: "kcp", hostname: "127.0.0.1", port: 1, path: "" };
    for (const use of [kcp.dial, kcp.listen]) await use(address, {}).catch((error) => console.log(error.message));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--allow-net",
      "--no-check",
      "--no-lock",
      `data:text/typescript,${encodeURIComponent(script)}`,
    ],
  }).output();
  const line = "Cannot use kcp: run deno with --unstable-net\n";
  assertEquals(new TextDecoder().decode(stdout), line + line);
});
