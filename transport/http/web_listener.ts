/**
 * Listening for HTTP by the runtime's server, for transports whose wires begin as requests.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import type { Listener, TlsOptions, Wire } from "../transport.ts";
import { WireQueue } from "../wire_queue.ts";

/** A wire that came in over HTTP. */
export interface WebWire extends Wire {
  /** Resolves when nothing of it is left. */
  readonly closed: Promise<void>;
}

/** Where a request comes from, as the runtime's servers say. */
export interface PeerInfo {
  /** Address of the peer. */
  readonly remoteAddr?: { readonly hostname?: string; readonly port?: number };
}

/** Answers requests; wires that begin with one go to `accept`. */
export type WebHandler = (
  request: Request,
  info: PeerInfo,
  accept: (wire: WebWire) => void,
) => Response | Promise<Response>;

/** How a web listener is made. */
export interface WebListenerInit {
  /** Where to listen. */
  readonly address: Address;
  /** Certificate and key for `https` and `wss`. */
  readonly tls: TlsOptions | undefined;
  /** Answers requests. */
  readonly handler: WebHandler;
  /** Called when the listener closes; requests that come then are to be refused. */
  readonly onClose?: () => void;
}

/** How long a peer that sends half a request has to finish it when everything else is over. */
const STALL_MS = 1000;

/** Binds an address of HTTP. Throws TypeError when there is TLS to do and no certificate, and what the runtime throws. */
export function listenWeb({ address, tls, handler, onClose }: WebListenerInit): Listener {
  const kill = new AbortController(), open = new Set<Promise<unknown>>();
  const queue = new WireQueue(finish);
  const hold = (work: Promise<unknown>) => {
    open.add(work);
    const release = () => open.delete(work);
    work.then(release, release);
  };
  const accept = (wire: WebWire) => {
    hold(wire.closed);
    queue.push(wire);
  };
  const server = Deno.serve({
    hostname: address.hostname,
    port: address.port,
    ...certificate(address, tls),
    signal: kill.signal,
    onListen() {},
    onError: () => new Response(null, { status: 500 }),
  }, (request, info) => {
    const response = handler(request, info, accept);
    if (response instanceof Promise) hold(response);
    return response;
  });
  const { port } = server.addr;
  return { address: formatAddress({ ...address, port }), connections: queue, close };

  function close(): void {
    onClose?.();
    queue.close();
    if (open.size === 0) server.shutdown();
  }

  /** The runtime's server takes requests, which are refused, until the last wire is over: it would end those that are open. */

  async function finish(): Promise<void> {
    while (open.size > 0) await Promise.allSettled(open);
    server.shutdown();
    const late = setTimeout(() => kill.abort(), STALL_MS);
    await server.finished;
    clearTimeout(late);
  }
}

/** Whether a scheme means TLS. */
export function isSecure(scheme: string): boolean {
  return scheme === "https" || scheme === "wss";
}

function certificate({ scheme }: Address, tls: TlsOptions | undefined): { cert: string; key: string } | undefined {
  if (!isSecure(scheme) && tls === undefined) return undefined;
  const { cert, key, clientCa } = tls ?? {};
  if (clientCa !== undefined) {
    throw new TypeError(`Cannot listen at ${scheme}: this runtime asks no client for a certificate`);
  }
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new TypeError(`Cannot listen at ${scheme}: tls needs cert and key (PEM text)`);
}

/** The address that a request comes from, with the scheme of its wire; what the runtime does not say is left out. */
export function remoteOf(scheme: string, { remoteAddr }: PeerInfo = {}): string {
  const { hostname, port } = remoteAddr ?? {};
  if (hostname === undefined) return `${scheme}://unknown`;
  return formatAddress({ scheme, hostname, port: port ?? 0, path: "" });
}
