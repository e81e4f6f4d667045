/**
 * Bytes to a peer and back: transports, connections that carry many calls, pools, and the stages between.
 *
 * @module
 */
import type { HttpTransport } from "./http.ts";
import type { Transport } from "./transport.ts";

/** Transports by address scheme and how to load each: a new one is a new line here. */
export const transports = {
  tcp: (): Promise<Transport> => import("./tcp.ts").then((m) => m.tcp),
  unix: (): Promise<Transport> => import("./unix.ts").then((m) => m.unix),
  mem: (): Promise<Transport> => import("./memory.ts").then((m) => m.mem),
  http: (): Promise<HttpTransport> => import("./http.ts").then((m) => m.httpTransport),
  https: (): Promise<HttpTransport> => import("./http.ts").then((m) => m.httpsTransport),
  ws: (): Promise<Transport> => import("./websocket.ts").then((m) => m.ws),
  wss: (): Promise<Transport> => import("./websocket.ts").then((m) => m.wss),
  udp: (): Promise<Transport> => import("./udp.ts").then((m) => m.udp),
  kcp: (): Promise<Transport> => import("./kcp.ts").then((m) => m.kcp),
  quic: (): Promise<Transport> => import("./quic.ts").then((m) => m.quic),
  wt: (): Promise<Transport> => import("./wt.ts").then((m) => m.wt),
} satisfies Record<string, () => Promise<Transport>>;

/** Name of a transport. */
export type TransportName = keyof typeof transports;

export * from "./address.ts";
export type { CallTable } from "./call_table.ts";
export * from "./connection.ts";
export * from "./connection_options.ts";
export * from "./dial.ts";
export type { FrameSink, WriteBytes } from "./frame_sink.ts";
export * from "./frame_view.ts";
export * from "./frame_wire.ts";
export * from "./hello.ts";
export type { Gateway, GatewayInit, GatewayOptions, HttpTransport, Origins, PeerInfo, WebWire } from "./http.ts";
export * from "./incoming.ts";
export * from "./item_queue.ts";
export type { ItemSender } from "./item_sender.ts";
export * from "./limits.ts";
export * from "./load.ts";
export { listenInMemory, memoryPair, MemoryTransport } from "./memory.ts";
export * from "./method.ts";
export type { BodyCompression, Outbox, RequestHead } from "./outbox.ts";
export * from "./outgoing.ts";
export * from "./outgoing_init.ts";
export * from "./outgoing_request.ts";
export * from "./pool.ts";
export * from "./request_reader.ts";
export type { Answer } from "./request_receiver.ts";
export * from "./stage/mod.ts";
export * from "./tls/files.ts";
export * from "./transport.ts";
export type { BindDatagram, DatagramSocket, SocketAddress } from "./udp/socket.ts";
