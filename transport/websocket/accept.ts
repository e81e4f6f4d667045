/**
 * Taking WebSockets: the server's side of the opening handshake, RFC 6455 section 4.2.
 *
 * @module
 */
import { isAllowedOrigin, type Origins } from "../http/origin.ts";
import { type PeerInfo, remoteOf, type WebWire } from "../http/web_listener.ts";
import { SocketWire } from "./socket_wire.ts";

/** The subprotocol that both ends must name. */
export const SUBPROTOCOL = "erpc";
const VERSION = "13";

/** Whether a request wants to become a WebSocket. */
export function isOpening(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** The answer to the request for a WebSocket, whose wire goes to `accept`: from this page, and for subprotocol erpc, or not at all. */
export function acceptSocket(
  request: Request,
  { info, origins, accept }: { info: PeerInfo; origins: Origins | undefined; accept: (wire: WebWire) => void },
): Response {
  if (!isAllowedOrigin(request, origins)) return refusal(403, "pages of this origin may not call");
  const offered = request.headers.get("sec-websocket-protocol")?.split(",").map((name) => name.trim());
  if (request.headers.get("sec-websocket-version") !== VERSION) return refusal(426, `want version ${VERSION}`);
  if (!/^[\w+/]{22}==$/.test(request.headers.get("sec-websocket-key") ?? "")) return refusal(400, "its key is none");
  if (!offered?.includes(SUBPROTOCOL)) return refusal(400, `want the subprotocol ${SUBPROTOCOL}`);
  const scheme = request.url.startsWith("https:") ? "wss" : "ws", { host = "" } = URL.parse(request.url) ?? {};
  const remote = remoteOf(scheme, info), upgraded = upgrade(request); // which leaves nothing to ask of the request
  if (upgraded === undefined) return refusal(400, "this is no WebSocket opening of RFC 6455 over HTTP/1.1");
  accept(new SocketWire(upgraded.socket, remote, `${scheme}://${host}`));
  return upgraded.response;
}

function upgrade(request: Request): Deno.WebSocketUpgrade | undefined {
  try {
    return Deno.upgradeWebSocket(request, { protocol: SUBPROTOCOL, idleTimeout: 0 });
  } catch {
    return undefined;
  }
}

function refusal(status: number, why: string): Response {
  const headers: HeadersInit = status === 426 ? { "sec-websocket-version": VERSION, upgrade: "websocket" } : {};
  return new Response(`Cannot open a WebSocket: ${why}\n`, { status, headers });
}
