/**
 * tRPC over one WebSocket, through `ws` on both sides, with its default JSON.
 *
 * @module
 */
import { createTRPCClient, createWSClient, wsLink } from "npm:@trpc/client@11.25.2";
import { initTRPC } from "npm:@trpc/server@11.25.2";
import { applyWSSHandler } from "npm:@trpc/server@11.25.2/adapters/ws";
// @deno-types="npm:@types/ws@8.18.2"
import { type AddressInfo, WebSocket, WebSocketServer } from "npm:ws@8.23.0";
import { type Message, small } from "./message.ts";
import { PushQueue } from "./push_queue.ts";
import type { Client, System } from "./system.ts";

/** tRPC over WebSocket; no bytes, since its default encoding is JSON. */
export const trpc: System = {
  name: "tRPC 11.25.2, WebSocket",
  role: "peer",
  note: "on Node 20 the same pair of programs makes 1.2 to 1.7 times the unary calls; it waits a timer tick per batch",
  server: async () => {
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    applyWSSHandler({ wss, router });
    await new Promise((ready) => wss.once("listening", ready));
    return (wss.address() as AddressInfo).port;
  },
  client: (port) => Promise.resolve(makeClient(`ws://127.0.0.1:${port}`)),
};

const { procedure, router: makeRouter } = initTRPC.create();

interface Input<T> {
  input: T;
}

const router = makeRouter({
  echo: procedure.input((input: unknown) => input as Message).query(({ input }: Input<Message>) => input),
  items: procedure.input((input: unknown) => input as number).subscription(async function* ({ input }: Input<number>) {
    for (let id = 0; id < input; id++) yield small(id);
  }),
});

function makeClient(url: string): Client {
  const socket = createWSClient({ url, WebSocket: WebSocket as unknown as typeof globalThis.WebSocket });
  const stub = createTRPCClient<typeof router>({ links: [wsLink({ client: socket })] });
  return {
    call: (message) => stub.echo.query(message),
    stream: (count) => {
      const queue = new PushQueue<Message>(count);
      stub.items.subscribe(count, {
        onData: (item: Message) => queue.push(item),
        onError: (cause: unknown) => queue.fail(cause),
      });
      return queue;
    },
    close: () => socket.close(),
  };
}
