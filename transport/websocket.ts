/**
 * WebSocket (RFC 6455): what web pages have, and what goes through proxies of HTTP.
 *
 * @module
 */
import { type Address, formatAddress } from "./address.ts";
import { acceptSocket, isOpening } from "./websocket/accept.ts";
import { dialGlobal } from "./websocket/dial_global.ts";
import { FramedWire } from "./websocket/framed_wire.ts";
import { shakeHands } from "./websocket/handshake.ts";
import type { Origins } from "./http/origin.ts";
import { isSecure, listenWeb, type PeerInfo, type WebWire } from "./http/web_listener.ts";
import { loadTransport } from "./load.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";

export type { Origins } from "./http/origin.ts";

/** What may be said about WebSockets. */
export interface WebSocketOptions {
  /** Scheme of the addresses: `"wss"` is over TLS. Default `"ws"`. */
  readonly scheme?: "ws" | "wss";
  /** Pages of these origins may connect, besides those of the server's own host; `"*"` for all. Server side. */
  readonly origins?: Origins;
}

/**
 * Makes the transport `"ws"`, or `"wss"`, as `options` say.
 *
 * @example
 * ```ts
 * import { Server } from "@erpc/erpc";
 * import { webSocket } from "@erpc/erpc/ws";
 * await using server = new Server({ registry: false, transports: [webSocket({ origins: ["https://app.example"] })] });
 * await server.listen("ws://127.0.0.1:0/rpc");
 * ```
 */
export function webSocket({ scheme = "ws", origins }: WebSocketOptions = {}): Transport {
  return { name: scheme, dial, listen: (address, options) => listen(address, options, origins) };
}

/** The transport `"ws"`. */
export const ws: Transport = webSocket();
/** The transport `"wss"`: WebSocket over TLS. */
export const wss: Transport = webSocket({ scheme: "wss" });

function dial(address: Address, options: DialOptions): Promise<Wire> {
  return "Deno" in globalThis ? dialOverTcp(address, options) : dialGlobal(address, options);
}

async function dialOverTcp(address: Address, { tls, signal }: DialOptions): Promise<Wire> {
  const secure = tls ?? (isSecure(address.scheme) ? {} : undefined), tcp = await loadTransport("tcp");
  const wire = await tcp.dial({ ...address, scheme: "tcp", path: "" }, {
    ...(secure !== undefined && { tls: secure }),
    ...(signal !== undefined && { signal }),
  });
  const onAbort = () => wire.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return new FramedWire(wire, formatAddress(address), await shakeHands(wire, address));
  } catch (error) {
    wire.close();
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

function listen(address: Address, { tls }: ListenOptions, origins: Origins | undefined): Promise<Listener> {
  const path = address.path || "/";
  let isOpen = true;
  const handler = (request: Request, info: PeerInfo, accept: (wire: WebWire) => void): Response => {
    if (URL.parse(request.url)?.pathname !== encodeURI(path)) {
      return new Response("There is nothing here.\n", { status: 404 });
    }
    if (!isOpen) return new Response("The server is going away.\n", { status: 503 });
    if (isOpening(request)) return acceptSocket(request, { info, origins, accept });
    return new Response("Here are WebSockets.\n", { status: 426, headers: { upgrade: "websocket" } });
  };
  return Promise.try(() => listenWeb({ address, tls, handler, onClose: () => void (isOpen = false) }));
}
