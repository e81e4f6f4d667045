/**
 * KCP over UDP: a stream that does not wait long for what gets lost. See protocol/PROTOCOL.md, "KCP".
 *
 * @module
 */
import { type Clock, systemClock } from "../protocol/mod.ts";
import { type Address, formatAddress } from "./address.ts";
import { dialKcp } from "./kcp/dial.ts";
import { KcpListener } from "./kcp/listener.ts";
import { type KcpMode, type KcpSettings, kcpSettings } from "./kcp/settings.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";
import { type BindDatagram, bindDatagram, type DatagramSocket, type SocketAddress } from "./udp/socket.ts";

export type { BindDatagram, DatagramSocket, SocketAddress } from "./udp/socket.ts";
export type { KcpMode, KcpSettings } from "./kcp/settings.ts";

/** Options of kcp; the two ends may have others. */
export interface KcpOptions extends Partial<KcpSettings> {
  /** The settings that the others change. Default `"fast"`. */
  readonly mode?: KcpMode;
  /** Time, for simulations. */
  readonly clock?: Clock;
  /** Binds sockets, for simulations. */
  readonly bind?: BindDatagram;
}

/**
 * Makes a transport `"kcp"` of one's own. Throws RangeError for options that can't be.
 *
 * @example
 * ```ts
 * import { Server } from "@erpc/erpc";
 * import { kcpTransport } from "@erpc/erpc/kcp";
 * const server = new Server({ transports: [kcpTransport({ sendWindow: 1024, datagramBytes: 1400 })] });
 * ```
 */
export function kcpTransport(options: KcpOptions = {}): Transport {
  const { mode = "fast", clock = systemClock, bind = bindSocket, ...given } = options;
  const settings = kcpSettings(mode, given);
  const soon = (run: () => void) => void (clock === systemClock ? setImmediate(run) : clock.after(0, run));
  const common = { settings, clock, soon, format };
  return {
    name: "kcp",
    dial: (address, options) => Promise.try(dial, address, options),
    listen: (address, options) => Promise.try(listen, address, options),
  };

  function dial({ hostname, port }: Address, { tls, signal }: DialOptions): Promise<Wire> {
    refuseTls(tls);
    const socket = bind({ hostname: ownHost(hostname), port: 0 });
    return dialKcp({ ...common, socket, to: { hostname, port }, signal });
  }

  function listen({ hostname, port }: Address, { tls }: ListenOptions): Listener {
    refuseTls(tls);
    return new KcpListener({ ...common, socket: bind({ hostname, port }) });
  }
}

/** The transport `"kcp"`, in mode `"fast"`. */
export const kcp: Transport = kcpTransport();

/** Where a socket is bound that is to reach `hostname`: what is for this machine stays on it. */
function ownHost(hostname: string): string {
  if (hostname.startsWith("127.") || hostname === "::1") return hostname;
  return hostname.includes(":") ? "::" : "0.0.0.0";
}

function bindSocket(at: SocketAddress): DatagramSocket {
  if (typeof Deno.listenDatagram !== "function") throw new TypeError("Cannot use kcp: run deno with --unstable-net");
  return bindDatagram(at);
}

function format({ hostname, port }: SocketAddress): string {
  return formatAddress({ scheme: "kcp", hostname, port, path: "" });
}

function refuseTls(tls: unknown): void {
  if (tls !== undefined) throw new TypeError("Cannot use tls with kcp: use quic, or the stage hmac");
}
