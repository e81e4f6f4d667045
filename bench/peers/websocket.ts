/**
 * A bare WebSocket with JSON messages and no framework: what one writes by hand in an afternoon.
 *
 * @module
 */
import { type Message, small } from "./message.ts";
import { PushQueue } from "./push_queue.ts";
import type { Client, System } from "./system.ts";

/** `Deno.upgradeWebSocket` and `WebSocket`: one JSON text a message, a number in it pairs reply and call. */
export const websocket: System = {
  name: "raw WebSocket, JSON",
  role: "peer",
  note: "no framework: no names, deadlines, errors or limits",
  server: () => {
    const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => answer(socket, data);
      return response;
    });
    return Promise.resolve(addr.port);
  },
  client: async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.binaryType = "arraybuffer";
    await new Promise((open, fail) => Object.assign(socket, { onopen: open, onerror: fail }));
    return makeClient(socket);
  },
};

/** A message on the wire; `items` asks for a stream, whose items carry the same `call`. */
interface Envelope {
  call: number;
  body?: Message;
  items?: number;
}

async function answer(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
  if (typeof data !== "string") return socket.send(data);
  const { call, body, items = 0 }: Envelope = JSON.parse(data);
  if (body !== undefined) return socket.send(JSON.stringify({ call, body }));
  for (let id = 0; id < items; id++) {
    socket.send(JSON.stringify({ call, body: small(id) }));
    if (socket.bufferedAmount > 1 << 16) await new Promise((resolve) => setTimeout(resolve));
  }
}

function makeClient(socket: WebSocket): Client {
  const calls = new Map<number, (reply: Message) => void>();
  const bodies: ((reply: Uint8Array) => void)[] = []; // replies of bytes come in the order of the calls
  let last = 0;
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return bodies.shift()!(new Uint8Array(data));
    const { call, body } = JSON.parse(data) as Required<Envelope>;
    calls.get(call)!(body);
  };
  return {
    call: (body) =>
      new Promise((resolve) => {
        const call = ++last;
        calls.set(call, (reply) => {
          calls.delete(call);
          resolve(reply);
        });
        socket.send(JSON.stringify({ call, body }));
      }),
    stream: (items) => {
      const call = ++last;
      const queue = new PushQueue<Message>(items);
      calls.set(call, (item) => queue.push(item) || calls.delete(call));
      socket.send(JSON.stringify({ call, items }));
      return queue;
    },
    big: (body) =>
      new Promise((resolve) => {
        bodies.push(resolve);
        socket.send(body);
      }),
    close: () => socket.close(),
  };
}
