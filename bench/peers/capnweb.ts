/**
 * capnweb: object-capability RPC with JSON over one WebSocket, through `ws` on both sides.
 *
 * Over Deno's own `WebSocket`, which leaves Nagle's algorithm on, its two messages a call stall for 44 ms each.
 *
 * @module
 */
// @deno-types="npm:@types/ws@8.18.2"
import { type AddressInfo, WebSocket as NoDelaySocket, WebSocketServer } from "npm:ws@8.23.0";
import { newWebSocketRpcSession, RpcTarget } from "npm:capnweb@0.12.0";
import type { Message } from "./message.ts";
import type { System } from "./system.ts";

/** capnweb; client and server on Deno. */
export const capnweb: System = {
  name: "capnweb 0.12.0, WebSocket",
  role: "peer",
  note: "through `ws`, which sets TCP_NODELAY; over Deno's own WebSocket one call takes 44 ms",
  server: async () => {
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    wss.on("connection", (socket) => newWebSocketRpcSession(socket as unknown as WebSocket, new Bench()));
    await new Promise((ready) => wss.once("listening", ready));
    return (wss.address() as AddressInfo).port;
  },
  client: (port) => {
    const socket = new NoDelaySocket(`ws://127.0.0.1:${port}`) as unknown as WebSocket;
    const bench = newWebSocketRpcSession<Bench>(socket);
    return Promise.resolve({
      call: async (message) => await bench.echo(message),
      big: async (body) => await bench.big(body),
      close: () => bench[Symbol.dispose](),
    });
  },
};

class Bench extends RpcTarget {
  echo(message: Message): Message {
    return message;
  }

  big(body: Uint8Array): Uint8Array {
    return body;
  }
}
