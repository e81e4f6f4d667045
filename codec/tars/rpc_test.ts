/**
 * A bridge against `@tars/rpc`, the TARS project's own client and server, over sockets.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { encodeHex } from "@std/encoding";
import { once } from "node:events";
import type net from "node:net";
import Tars from "@tars/rpc";
import Stream from "npm:@tars/stream@2.0.3";
import { RpcError } from "../../protocol/mod.ts";
import { service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { bridge, type TarsCall } from "./bridge.ts";
import { deframe } from "./deframe.ts";
import { unpackResponse } from "./packet.ts";

// deno-lint-ignore no-explicit-any -- the libraries have no types for what a code generator calls
type Loose = any;
const { TarsInputStream, TarsOutputStream } = Stream as Loose, { client, server, rpcTars } = Tars as Loose;

const Request = t.struct("demo.GreetRequest", { name: t.field(1, t.string), times: t.field(2, t.int32) });
const Response = t.struct("demo.GreetResponse", { return: t.field(0, t.int32), text: t.field(3, t.string) });
const demo = bridge(service("demo", { greet: unary(Request, Response) }), { servant: "App.Server.DemoObj" });
const long = "é".repeat(60_000);

/** What TARS's code generator makes of the same interface, for a client. */
class Proxy {
  _name?: string;
  _worker?: Loose;
  async greet(
    name: string,
    times: number,
    options: unknown = {},
  ): Promise<{ text: string; return: number; context: unknown }> {
    const os = new TarsOutputStream();
    os.writeString(1, name);
    os.writeInt32(2, times);
    const { response } = await this._worker.tars_invoke("greet", os.getBinBuffer(), options);
    const is = new TarsInputStream(response.sBuffer);
    return { return: is.readInt32(0, true), text: is.readString(3, true), context: response.context.toObject() };
  }
}

/** What TARS's code generator makes of it, for a server. */
class Servant {
  initialize(): void {}
  onDispatch(current: Loose, name: string, buffer: unknown): number {
    if (name !== "greet") return -3;
    const is = new TarsInputStream(buffer), who = is.readString(1, true), times = is.readInt32(2, true);
    if (times < 0) return times;
    const os = new TarsOutputStream();
    os.writeInt32(0, times);
    os.writeString(3, `hi ${who}`);
    current.setResponseContext({ seen: current.getContext().get("x-key") ?? "nothing" });
    current.doResponse(os.getBinBuffer());
    return 0;
  }
}

/** The library keeps timers of its own. */
const foreign = { sanitizeOps: false, sanitizeResources: false };
const endpoint = (port: number) => `tcp -h 127.0.0.1 -p ${port} -t 10000`;

function greet({ request, metadata, responseMetadata, oneway }: TarsCall): unknown {
  const { name, times } = request as { name: string; times: number };
  if (times === -404) throw new RpcError("not_found", `nobody is called ${name}`, { status: 1404 });
  responseMetadata.set("seen", String(metadata.get("x-key")) + oneway);
  return { return: times, text: `hi ${name}` };
}

async function serve(listener: Deno.Listener, calls: TarsCall[]): Promise<void> {
  for await (const { readable, writable } of listener) {
    const writer = writable.getWriter();
    for await (const packet of readable.pipeThrough(deframe())) {
      const answer = await demo.answer(packet, (call) => (calls.push(call), greet(call)));
      if (answer) await writer.write(answer);
    }
    await writer.close();
  }
}

Deno.test("a call has the bytes that @tars/rpc writes", foreign, () => {
  const os = new TarsOutputStream();
  os.writeString(1, "ann");
  os.writeInt32(2, 3);
  const theirs: Uint8Array = new rpcTars.client().compose({
    sServantName: "App.Server.DemoObj",
    sFuncName: "greet",
    iRequestId: 77,
    iTimeout: 5000,
    appBuffer: os.getBinBuffer(),
    property: { context: { "x-key": "v", "y-key": "" } },
  });
  const metadata = { "x-key": "v", "y-key": "" };
  const ours = demo.request("greet", { name: "ann", times: 3 }, { id: 77, timeoutMs: 5000, metadata });
  assertEquals(encodeHex(ours), encodeHex(theirs));
});

Deno.test("@tars/rpc's client calls our end", foreign, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), calls: TarsCall[] = [];
  const serving = serve(listener, calls), { port } = listener.addr as Deno.NetAddr;
  const proxy: Proxy = client.stringToProxy(Proxy, `App.Server.DemoObj@${endpoint(port)}`);
  proxy._worker.timeout = 30_000;
  try {
    assertEquals(await proxy.greet("ann", 3), { return: 3, text: "hi ann", context: { seen: "undefinedfalse" } });
    const many = await Promise.all(Array.from({ length: 20 }, (_, i) => proxy.greet(long + i, i)));
    assertEquals(many.map(({ text }) => text), many.map((_, i) => `hi ${long}${i}`));
    assertEquals((await proxy.greet("bo", 1, { context: { "x-key": "v" } })).context, { seen: "vfalse" });
    const failed = await proxy.greet("eve", -404).catch(({ error }) => error);
    assertEquals([failed.code, failed.message], [1404, "nobody is called eve"]);
    await proxy.greet("dee", 9, { packetType: 1 }).catch(() => "the library ends a one-way call with an error");
    await proxy.greet("zoe", 1);
    assertEquals(calls.slice(-2).map(({ oneway }) => oneway), [true, false]);
    assertEquals(calls.at(-1)!.timeoutMs, 30_000);
  } finally {
    proxy._worker.timeout = 0; // it would keep the connection as long
    client.disconnect();
    listener.close();
    await serving;
  }
});

Deno.test("our end calls @tars/rpc's server", foreign, async () => {
  const tars = server.createServer(Servant);
  tars.start({ endpoint: endpoint(0), servant: "App.Server.DemoObj", protocol: "tars" });
  const listener: net.Server = tars._server._adapters[0]._netthread._listener;
  await once(listener, "listening");
  const { port } = listener.address() as net.AddressInfo;
  const { readable, writable } = await Deno.connect({ hostname: "127.0.0.1", port });
  const writer = writable.getWriter(), packets = readable.pipeThrough(deframe()).getReader();
  const exchange = async (name: string, times: number, metadata = {}) => {
    await writer.write(demo.request("greet", { name, times }, { id: times + 1, metadata, timeoutMs: 5000 }));
    const packet = unpackResponse((await packets.read()).value!);
    return { reply: demo.reply("greet", packet), id: packet.iRequestId, context: packet.context };
  };
  try {
    assertEquals(await exchange("ann", 3), {
      reply: { return: 3, text: "hi ann" },
      id: 4,
      context: new Map([["seen", "nothing"]]),
    });
    assertEquals((await exchange(long, 1, { "x-key": "v" })).reply.text, `hi ${long}`);
    assertEquals((await assertRejects(() => exchange("x", -9), RpcError)).status, 108);
    assertEquals((await assertRejects(() => exchange("x", -77), RpcError)).details, { iRet: -77 });
  } finally {
    await writer.close();
    await packets.cancel();
    tars.stop();
  }
});
