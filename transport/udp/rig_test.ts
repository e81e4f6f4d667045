/** A server and a client on a network in memory, with time that stands still. */
import {
  type DatagramFaults,
  DatagramNetwork,
  FakeClock,
  type Pair,
  type PairOptions,
  startPair,
} from "../../testing/mod.ts";
import { type DatagramOptions, datagrams } from "../udp.ts";
import { parseAddress } from "../address.ts";
import { type Datagram, type DatagramParts, makeDatagram, readDatagram } from "./datagram.ts";
import { Dialing } from "./dialing.ts";
import { Link } from "./link.ts";
import type { UdpListener } from "./listening.ts";
import type { SocketAddress } from "./socket.ts";

/** How a rig is made. */
export interface RigOptions {
  readonly faults?: DatagramFaults;
  readonly datagrams?: DatagramOptions;
  readonly server?: PairOptions["server"] & object;
  readonly client?: PairOptions["client"] & object;
}

/** Everything a test of udp looks at. */
export interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly network: DatagramNetwork;
  readonly server: Pair["server"];
  readonly client: Pair["client"];
  readonly listener: UdpListener;
  /** Ends the server without a word. */
  crash(): void;
  /** Every datagram that was sent. */
  readonly sent: Sent[];
}

/** One datagram that was sent. */
export interface Sent extends Datagram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fromPort: number;
  readonly toPort: number;
}

/** Port of the rig's server. */
export const PORT = 9000;

const address = parseAddress(`udp://127.0.0.1:${PORT}`);

/** Starts a rig. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const faults = options.faults ?? { seed: 1 }, clock = new FakeClock(faults.seed), { wheel } = clock;
  const network = new DatagramNetwork({ ...faults, clock }), sent: Sent[] = [];
  network.onSend = (bytes, from, to) => {
    const copy = bytes.slice();
    sent.push({ ...readDatagram(copy)!, bytes: copy, fromPort: from.port, toPort: to.port });
  };
  const transports = [datagrams({ wheel, bind: network.bind, ...options.datagrams })];
  const pair = await startPair({
    server: { wheel, transports, ...options.server },
    client: { wheel, transports, address: `udp://127.0.0.1:${PORT}`, ...options.client },
  });
  const listener = await transports[0]!.listen(address, {}) as UdpListener;
  pair.server.attach(listener);
  return {
    listener,
    clock,
    network,
    sent,
    server: pair.server,
    client: pair.client,
    crash: () => network.kill(PORT),
    async [Symbol.asyncDispose]() {
      network.heal();
      await clock.until(pair[Symbol.asyncDispose]());
    },
  };
}

/** A client that says what a test wants, and hears everything. */
export interface RawSession {
  readonly link: Link;
  readonly address: SocketAddress;
  /** Sends a datagram of the session, and lets everything happen that follows. */
  say(parts: DatagramParts): Promise<void>;
  /** What has come since this was last asked. */
  heard(): Datagram[];
  close(): void;
}

/** Dials the rig's server by hand. */
export async function dialRaw({ network, clock }: Rig, pieces = 64): Promise<RawSession> {
  const socket = network.bind({ hostname: "", port: 0 }),
    heard: Datagram[] = [],
    limits = { datagramBytes: 1200, pieces };
  const dialing = new Dialing({ socket, to: SERVER, clock, waitMs: 50, limits, signal: undefined });
  let dialled = false;
  (async () => {
    for (;;) {
      const [bytes, from] = await socket.receive(new Uint8Array(0)), datagram = readDatagram(bytes)!;
      if (dialled) heard.push(datagram);
      else dialing.take(datagram, from);
    }
  })().catch(() => {}); // it is closed
  const { session } = await clock.until(dialing.session);
  dialled = true;
  const link = new Link(socket, { to: SERVER, session, isAcceptor: false }, limits);
  return {
    link,
    address: socket.address,
    async say(parts) {
      link.say(parts);
      await clock.advance(20);
    },
    heard: () => heard.splice(0),
    close: () => socket.close(),
  };
}

/** Where the rig's server is. */
export const SERVER: SocketAddress = { hostname: "127.0.0.1", port: PORT };

/** Makes a datagram of no session, or of one that somebody made up. */
export function forge(parts: DatagramParts, session = { high: 1, low: 2 }, fromAcceptor = false): Uint8Array {
  return makeDatagram(session, fromAcceptor, parts);
}
