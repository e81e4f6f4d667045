/**
 * UDP: one frame a datagram, for unary calls. A lost datagram delays its own call and no other. See protocol/PROTOCOL.md,
 * "UDP".
 *
 * @module
 */
import { systemWheel, type TimerWheel } from "../protocol/mod.ts";
import { type Address, formatAddress } from "./address.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";
import { dialedWire } from "./udp/dialed.ts";
import { MAX_DATAGRAM_BYTES, MAX_PIECES, MIN_DATAGRAM_BYTES } from "./udp/datagram.ts";
import { UdpListener } from "./udp/listening.ts";
import { type BindDatagram, bindDatagram, type SocketAddress } from "./udp/socket.ts";

export type { BindDatagram, DatagramSocket, SocketAddress } from "./udp/socket.ts";

/** How udp sends. */
export interface DatagramOptions {
  /** Largest datagram, 512 to 65,507 bytes; the other end may want smaller ones. Default 1,200: every path takes them. */
  readonly datagramBytes?: number;
  /**
   * Most datagrams for one frame, 1 to 64, which then has at most 64 KiB; both ends must allow them. Default 1: what does not
   * fit is refused.
   */
  readonly pieces?: number;
  /** Milliseconds until a request is sent for the second time; at least twice the round trip. Default 50, then doubling. */
  readonly waitMs?: number;
  /** Bytes that a server keeps for one session, for the case that a reply got lost; then it refuses calls. Default 4 MiB. */
  readonly maxKeptBytes?: number;
  /** And for all sessions of an address. Default 64 MiB. */
  readonly maxKeptBytesOfAll?: number;
  /** Time, for simulations. */
  readonly wheel?: TimerWheel;
  /** Binds sockets, for simulations. */
  readonly bind?: BindDatagram;
}

/** The defaults. */
const defaults = {
  datagramBytes: 1200,
  pieces: 1,
  waitMs: 50,
  maxKeptBytes: 4 << 20,
  maxKeptBytesOfAll: 64 << 20,
  wheel: systemWheel,
  bind: bindDatagram as BindDatagram,
};

/**
 * Makes a transport `"udp"` with options of its own; pass it as `transports: [datagrams({ ... })]`. Throws RangeError for
 * options that can't be.
 *
 * @example
 * ```ts no-eval
 * import { Client } from "@erpc/erpc";
 * import { datagrams } from "@erpc/erpc/udp";
 * await using client = new Client({ address: "udp://10.0.0.7:8877", transports: [datagrams({ pieces: 16 })] });
 * ```
 */
export function datagrams(options: DatagramOptions = {}): Transport {
  const all = { ...defaults, ...options };
  check("datagramBytes", all.datagramBytes, MIN_DATAGRAM_BYTES, MAX_DATAGRAM_BYTES);
  check("pieces", all.pieces, 1, MAX_PIECES);
  check("waitMs", all.waitMs, 1, 60_000);
  check("maxKeptBytes", all.maxKeptBytes, 1, 2 ** 31 - 1);
  check("maxKeptBytesOfAll", all.maxKeptBytesOfAll, 1, 2 ** 31 - 1);
  return {
    name: "udp",
    dial: (address, how) => dial(address, how, all),
    listen: (address, how) => Promise.try(() => listen(address, how, all)),
  };
}

/** The transport `"udp"`. Streams, stages and TLS are not to be had on it; quic has them all, kcp all but TLS. */
export const udp: Transport = datagrams();

type AllOptions = typeof defaults;

async function dial(address: Address, { tls, signal }: DialOptions, options: AllOptions): Promise<Wire> {
  refuseTls(tls);
  return await dialedWire(address, signal, { ...options, format });
}

function listen(address: Address, { tls }: ListenOptions, options: AllOptions): Listener {
  refuseTls(tls);
  const { bind, wheel, waitMs, maxKeptBytes, maxKeptBytesOfAll, datagramBytes, pieces } = options;
  const socket = bind(address), limits = { datagramBytes, pieces };
  return new UdpListener({ socket, wheel, waitMs, maxKeptBytes, maxKeptBytesOfAll, limits, format });
}

function format({ hostname, port }: SocketAddress): string {
  return formatAddress({ scheme: "udp", hostname, port, path: "" });
}

function refuseTls(tls: unknown): void {
  if (tls !== undefined) throw new TypeError("Cannot use tls over udp: use quic");
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Cannot use ${name} ${value} for udp: want an integer from ${least} to ${most}`);
}
