/**
 * `Deno.serve` answering `fetch` with JSON, over HTTP/1.1 and the connection pool of Deno's `fetch`.
 *
 * @module
 */
import { type Message, small } from "./message.ts";
import type { System } from "./system.ts";

/** `Deno.serve` and `fetch`; streams are lines of JSON, one body chunk a pull. */
export const fetchJson: System = {
  name: "Deno.serve + fetch, JSON",
  role: "peer",
  note: "Deno's own connection pool instead of one connection",
  server: () => {
    const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
    return Promise.resolve(addr.port);
  },
  client: (port) => {
    const url = `http://127.0.0.1:${port}`;
    return Promise.resolve({
      call: async (message: Message) => {
        const reply = await fetch(`${url}/echo`, { method: "POST", body: JSON.stringify(message) });
        return await reply.json();
      },
      stream: (count: number) => lines(`${url}/stream?count=${count}`),
      big: async (body: Uint8Array<ArrayBuffer>) => await (await fetch(`${url}/big`, { method: "POST", body })).bytes(),
      close: () => {},
    });
  },
};

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/echo") return Response.json(await request.json());
  if (pathname === "/big") return new Response(await request.bytes());
  return new Response(items(Number(searchParams.get("count"))));
}

function items(count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let id = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(out) {
      if (id === count) out.close();
      else out.enqueue(encoder.encode(JSON.stringify(small(id++)) + "\n"));
    },
  });
}

async function* lines(url: string): AsyncGenerator<Message> {
  const { body } = await fetch(url);
  let rest = "";
  for await (const text of body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    for (const part of parts) yield JSON.parse(part);
  }
}
