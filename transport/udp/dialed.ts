/**
 * Dials a session over a socket of its own.
 *
 * @module
 */
import type { TimerWheel } from "../../protocol/mod.ts";
import { type Datagram, Kind, readDatagram } from "./datagram.ts";
import { type DialedSession, Dialing } from "./dialing.ts";
import { lesser, Link } from "./link.ts";
import { Memory } from "./memory.ts";
import { receiveAll } from "./receive.ts";
import type { BindDatagram, DatagramSocket, SocketAddress } from "./socket.ts";
import { UdpWire } from "./udp_wire.ts";

/** How to dial. */
export interface DialedOptions {
  /** Binds the socket. */
  readonly bind: BindDatagram;
  /** Writes an address as text. */
  readonly format: (at: SocketAddress) => string;
  /** Time. */
  readonly wheel: TimerWheel;
  /** Milliseconds until something is sent for the second time. */
  readonly waitMs: number;
  /** Largest datagram. */
  readonly datagramBytes: number;
  /** Most pieces of a frame. */
  readonly pieces: number;
  /** Most bytes kept for calls of the other end. */
  readonly maxKeptBytes: number;
}

/** The wire of a new session with whoever listens at `to`. */
export async function dialedWire(
  to: SocketAddress,
  signal: AbortSignal | undefined,
  options: DialedOptions,
): Promise<UdpWire> {
  const socket = options.bind({ hostname: bindTo(to), port: 0 });
  const { wheel, waitMs, datagramBytes, pieces } = options, limits = { datagramBytes, pieces };
  let closed = false, take: (datagram: Datagram, from: SocketAddress) => void;
  const close = () => {
    closed = true;
    socket.close();
  };
  const dialing = new Dialing({ socket, to, clock: wheel.clock, waitMs, limits, signal });
  take = (datagram, from) => dialing.take(datagram, from);
  receiveAll(socket, datagramBytes, {
    take(bytes, from) {
      const datagram = readDatagram(bytes);
      if (datagram !== undefined) take(datagram, from);
    },
    isClosed: () => closed,
  });
  try {
    const session = await dialing.session, wire = wireOf(session, socket, { ...options, to, close });
    take = (datagram, from) => receive(wire, session, { datagram, from });
    return wire;
  } catch (error) {
    close();
    throw error;
  }
}

/** Where to bind for a peer: what is for this machine stays on it. */
function bindTo({ hostname }: SocketAddress): string {
  if (/^(127\.|localhost$)/.test(hostname)) return "127.0.0.1";
  if (hostname === "::1") return hostname;
  return hostname.includes(":") ? "::" : "0.0.0.0";
}

function wireOf(
  { session, to, limits, roundTripMs }: DialedSession,
  socket: DatagramSocket,
  options: DialedOptions & { to: SocketAddress; close: () => void },
): UdpWire {
  const { wheel, waitMs, datagramBytes, pieces, maxKeptBytes, format, close } = options;
  const link = new Link(socket, { to, session, isAcceptor: false }, lesser({ datagramBytes, pieces }, limits));
  return new UdpWire({
    link,
    wheel,
    pieces,
    remote: format(options.to),
    local: format(socket.address),
    waitMs: Math.max(waitMs, 2 * roundTripMs),
    memory: new Memory(maxKeptBytes),
    background: () => socket.background(),
    onRelease: close,
  });
}

/** Takes what belongs to the session and comes from where its acceptor is. */
function receive(
  wire: UdpWire,
  { session, to, boot }: DialedSession,
  { datagram, from }: { datagram: Datagram; from: SocketAddress },
): void {
  const { high, low } = datagram.session;
  if (!datagram.fromAcceptor || high !== session.high || low !== session.low) return;
  if (from.port !== to.port || from.hostname !== to.hostname) return;
  if (datagram.kind !== Kind.reset) return wire.receive(datagram);
  const { payload } = datagram;
  if (payload.length < 8) return;
  const same = new DataView(payload.buffer, payload.byteOffset).getBigUint64(0) === boot;
  wire.finish(new Error(same ? "it has ended the session" : "it has restarted"));
}
