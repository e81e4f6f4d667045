import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseAddress } from "../address.ts";
import { secureTest } from "../http/certificate_test.ts";
import { quic } from "../quic.ts";
import type { TlsOptions, Wire } from "../transport.ts";
import { wt } from "../wt.ts";
import { StreamWire } from "./stream_wire.ts";

/** Both ends of a connection. */
interface Ends extends AsyncDisposable {
  readonly dialed: StreamWire;
  readonly accepted: StreamWire;
}

interface Certificates {
  readonly server: TlsOptions;
  readonly client: TlsOptions;
}

/** A connection over which each end has read one byte of the other, so that both wires are there. */
async function connect(transport: typeof quic, tls: Certificates): Promise<Ends> {
  const listener = await transport.listen(parseAddress(`${transport.name}://127.0.0.1:0`), { tls: tls.server });
  const dialed = await transport.dial(parseAddress(listener.address), { tls: tls.client });
  await dialed.write(Uint8Array.of(1));
  const connections = listener.connections[Symbol.asyncIterator](), accepted = (await connections.next()).value;
  assert(dialed instanceof StreamWire && accepted instanceof StreamWire);
  assertEquals(await accepted.read(new Uint8Array(1)), 1);
  await accepted.write(Uint8Array.of(2));
  assertEquals(await dialed.read(new Uint8Array(1)), 1);
  return {
    dialed,
    accepted,
    async [Symbol.asyncDispose]() {
      dialed.close();
      accepted.close();
      listener.close();
      await connections.next(); // ends when nothing is left
    },
  };
}

/** What comes until the end. */
async function readAll(wire: Wire, into = new Uint8Array(1000)): Promise<number[]> {
  const all: number[] = [];
  for (let n; (n = await wire.read(into)) !== null;) all.push(...into.subarray(0, n));
  return all;
}

/** More than a packet, less than is taken without being read. */
const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);

const cases: Record<string, (ends: Ends) => Promise<void>> = {
  "what the dialer has written arrives before its end": async ({ dialed, accepted }) => {
    await dialed.write(bytes);
    dialed.close();
    assertEquals(await readAll(accepted), [...bytes]);
  },
  "what the acceptor has written arrives before its end": async ({ dialed, accepted }) => {
    await accepted.write(bytes);
    accepted.close();
    assertEquals(await readAll(dialed), [...bytes]);
  },
  "a read that waits learns of the end": async ({ dialed, accepted }) => {
    const reading = accepted.read(new Uint8Array(10));
    dialed.close();
    assertEquals(await reading, null);
  },
  "a read that waits at the dialer learns of the end": async ({ dialed, accepted }) => {
    const reading = dialed.read(new Uint8Array(10));
    accepted.close();
    assertEquals(await reading, null);
  },
  "both ends may close at once": async ({ dialed, accepted }) => {
    await Promise.all([dialed.write(bytes), accepted.write(bytes)]);
    dialed.close();
    accepted.close();
    assertEquals([await dialed.read(new Uint8Array(1)), await accepted.read(new Uint8Array(1))], [null, null]);
  },
  "reads and writes that wait end with this end, too": async ({ dialed }) => {
    const reading = dialed.read(new Uint8Array(10)), writing = dialed.write(new Uint8Array(8 << 20));
    dialed.close();
    assertEquals(await reading, null);
    await assertRejects(() => writing, Error, "the connection is closed");
  },
  "a write that is cut off is no clean end for the peer": async ({ dialed, accepted }) => {
    dialed.write(new Uint8Array(8 << 20)).catch(() => {});
    await accepted.read(new Uint8Array(10));
    dialed.close();
    await assertRejects(() => readAll(accepted, new Uint8Array(1 << 20)), Error);
    await assertRejects(() => accepted.write(bytes));
  },
  "a peer that does not read gets a second": async ({ dialed, accepted }) => {
    await dialed.write(bytes);
    dialed.close();
    await accepted.closed;
    await assertRejects(() => readAll(accepted), Error, "the peer closed the connection");
  },
  "large reads and writes pass in order": async ({ dialed, accepted }) => {
    const large = Uint8Array.from({ length: 3 << 20 }, (_, i) => i % 251), writing = dialed.write(large);
    const into = new Uint8Array(256 << 10);
    for (let at = 0, n; at < large.length; at += n) {
      n = (await accepted.read(into))!;
      assert(into.subarray(0, n).every((byte, i) => byte === (at + i) % 251), `a byte from ${at} on is wrong`);
    }
    assertEquals(await writing, large.length);
  },
};

for (const transport of [quic, wt]) {
  for (const [name, run] of Object.entries(cases)) {
    await secureTest(`${transport.name}: ${name}`, async (tls) => {
      await using ends = await connect(transport, tls);
      await run(ends);
    });
  }
}
