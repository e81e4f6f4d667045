/**
 * The floor: bare TCP. The client writes all messages of a burst at once and reads until as many bytes came back.
 *
 * @module
 */
import type { System } from "./system.ts";

const bufferBytes = 256 << 10;
/** A burst up to this size is taken by the socket whole; a larger one is read while it is written, or both ends block. */
const atOnceBytes = 64 << 10;

/** Bare TCP through `conn.read` and `conn.write`. */
export const tcp: System = {
  name: "raw TCP, lock step",
  role: "floor",
  note: "no framing, no calls: 64-byte messages, one write for all in flight, latency of a whole burst",
  server: () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    serve(listener);
    return Promise.resolve(listener.addr.port);
  },
  client: async (port) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    const into = new Uint8Array(bufferBytes);
    let out = new Uint8Array(0);
    return {
      burst: async (count, size) => {
        if (out.length !== count * size) out = new Uint8Array(count * size).fill(7);
        const written = writeAll(conn, out);
        if (out.length <= atOnceBytes) await written;
        await Promise.all([written, readBytes(conn, into, out.length)]);
      },
      close: () => conn.close(),
    };
  },
};

async function serve(listener: Deno.Listener<Deno.TcpConn>): Promise<void> {
  for await (const conn of listener) {
    conn.setNoDelay(true);
    echo(conn).catch(() => conn.close());
  }
}

async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(bufferBytes);
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null) return conn.close();
    await writeAll(conn, buffer.subarray(0, n));
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function readBytes(conn: Deno.Conn, into: Uint8Array, size: number): Promise<void> {
  for (let got = 0; got < size;) {
    const n = await conn.read(into);
    if (n === null || into[0] !== 7 || into[n - 1] !== 7) throw new Error(`Cannot read ${size} bytes: bad echo`);
    got += n;
  }
}
