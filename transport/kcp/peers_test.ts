/** Conversations with programs that know nothing of erpc: KCP alone on the wire. */
import { assertEquals } from "@std/assert";
import { systemClock } from "../../protocol/mod.ts";
import { DatagramRelay, seeded } from "../../testing/mod.ts";
import type { Wire } from "../transport.ts";
import { bindDatagram, type SocketAddress } from "../udp/socket.ts";
import { viewOf, writeClose } from "./control.ts";
import { Port } from "./port.ts";
import { Session } from "./session.ts";
import { kcpSettings } from "./settings.ts";

/** An independent implementation: a program that echoes, or asks for echoes and looks at them. */
export interface Program {
  /** Its name. */
  readonly name: string;
  /** Why it can't be run; undefined when it can. */
  readonly missing: string | undefined;
  /** Compiles it into a folder: the path. */
  build(folder: string): Promise<string>;
}

const LOCAL = { hostname: "127.0.0.1", port: 0 }, SIZES = [1, 100, 1400, 5000, 30_000, 131_072], CONV = 0x89abcdef;
const settings = kcpSettings("fast");

/** Runs the tests of one program. */
export function testProgram({ name, missing, build }: Program): void {
  Deno.test({
    name: `kcp: ${name} is understood and understands, with 0 to 20 % loss${
      missing === undefined ? "" : ` (${missing})`
    }`,
    ignore: missing !== undefined,
    async fn(t) {
      const folder = await Deno.makeTempDir({ prefix: "erpc-kcp-" });
      try {
        const path = await build(folder);
        for (const lossRate of [0, 0.05, 0.1, 0.2]) {
          await t.step(`it echoes, ${lossRate * 100} % loss each way`, () => itEchoes(path, lossRate));
          await t.step(`it asks, ${lossRate * 100} % loss each way`, () => itAsks(path, lossRate));
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function itEchoes(path: string, lossRate: number): Promise<void> {
  const child = new Deno.Command(path, { args: ["echo"], stdout: "piped" }).spawn(), out = child.stdout.getReader();
  const port = Number(new TextDecoder().decode((await out.read()).value));
  await using relay = new DatagramRelay({ port, seed: 1 + 100 * lossRate, lossRate });
  const to = { ...LOCAL, port: relay.port };
  const socket = new Port(bindDatagram(LOCAL), 1400, (datagram) => session.take(datagram));
  const session = converse(CONV, (datagram) => socket.send(datagram, to), () => socket.close());
  const random = seeded(7);
  for (const size of SIZES) {
    const bytes = Uint8Array.from({ length: size }, () => 256 * random());
    const [, back] = await Promise.all([writeAll(session, bytes), readAll(session, size)]);
    assertEquals(back, bytes);
  }
  end(session, CONV);
  child.kill();
  await Promise.all([child.status, out.cancel()]);
}

async function itAsks(path: string, lossRate: number): Promise<void> {
  const sessions = new Map<number, Session>(), echoing: Promise<void>[] = [];
  const accept = (conv: number, { hostname, port }: SocketAddress) => {
    const session = converse(conv, (datagram) => socket.send(datagram, { hostname, port }), () => {});
    echoing.push(echo(session));
    return session;
  };
  const socket = new Port(bindDatagram(LOCAL), 1400, (datagram, from) => {
    const conv = viewOf(datagram).getUint32(0, true);
    sessions.getOrInsertComputed(conv, () => accept(conv, from)).take(datagram);
  });
  await using relay = new DatagramRelay({ port: socket.address.port, seed: 2 + 100 * lossRate, lossRate });
  const args = ["ask", String(relay.port), ...SIZES.map(String)];
  const { success, stderr } = await new Deno.Command(path, { args, stdout: "null", stderr: "piped" }).output();
  for (const [conv, session] of sessions) end(session, conv);
  await Promise.all(echoing);
  socket.close();
  assertEquals([new TextDecoder().decode(stderr), success, sessions.size], ["", true, 1]);
}

function converse(conv: number, send: (datagram: Uint8Array) => void, onOver: () => void): Session {
  const soon = (run: () => void) => void setImmediate(run), common = { clock: systemClock, settings, soon };
  return new Session({ ...common, local: "here", remote: "there", conv, token: 0n, window: 128, send, onOver });
}

/** Without waiting for what the program no longer confirms. */
function end(session: Session, conv: number): void {
  session.close();
  session.take(writeClose({ conv, token: 0n, sn: 0 }));
}

async function echo(wire: Wire): Promise<void> {
  const into = new Uint8Array(10_000);
  for (let n; (n = await wire.read(into)) !== null;) await writeAll(wire, into.subarray(0, n));
}

async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await wire.write(bytes.subarray(at));
}

async function readAll(wire: Wire, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) at += (await wire.read(bytes.subarray(at)))!;
  return bytes;
}

/** Runs a compiler. */
export async function compile(command: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, env, stderr: "piped" }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

/** Whether there is a file or folder. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
