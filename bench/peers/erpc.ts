/**
 * erpc itself, as its users write it: one contract, default options, TCP, deadlines on.
 *
 * @module
 */
import { Client, type ClientOptions, handle, listen, serverStream, service, t, unary } from "../../mod.ts";
import { small } from "./message.ts";
import type { System } from "./system.ts";

const Small = t.struct("bench.Message", {
  name: t.field(1, t.string),
  id: t.field(2, t.int32),
  ts: t.field(3, t.int53),
  city: t.field(4, t.string),
  tags: t.field(5, t.list(t.string)),
  score: t.field(6, t.double),
  blob: t.field(7, t.string),
});
const Bytes = t.struct("bench.Bytes", { data: t.field(1, t.bytes) });
const Count = t.struct("bench.Count", { count: t.field(1, t.int32) });

const Bench = service("bench", {
  echo: unary(Small, Small),
  big: unary(Bytes, Bytes),
  items: serverStream(Count, Small),
});

function* items({ count }: { count: number }) {
  for (let id = 0; id < count; id++) yield small(id);
}

function erpc(name: string, options: Pick<ClientOptions, "codec" | "stages">, note?: string): System {
  const { codec: _, ...both } = options;
  return {
    name,
    role: "erpc",
    ...note === undefined ? {} : { note },
    server: async () => {
      handle(Bench, { echo: (message) => message, big: (body) => body, items });
      const server = await listen(":0", { ...both, registry: false });
      return Number(new URL(server.address).port);
    },
    client: (port) => {
      const owner = new Client({ ...options, address: `tcp://127.0.0.1:${port}`, pool: { size: 1 } });
      const stub = owner.of(Bench);
      return Promise.resolve({
        call: (message) => stub.echo(message),
        stream: (count) => stub.items({ count }),
        big: async (data) => (await stub.big({ data })).data,
        close: () => owner.close(),
      });
    },
  };
}

/** A stage that changes nothing. */
function passOn(name: string): NonNullable<ClientOptions["stages"]>[number] {
  return { name, connect: () => ({ seal: (chunk) => chunk, open: (chunk) => chunk }) };
}

/** The default: the jce codec compiled from the contract. */
export const erpcJce: System = erpc("erpc jce", { codec: "jce" });

/** The json codec, since most peers carry JSON. */
export const erpcJson: System = erpc("erpc json", { codec: "json" });

/** The default with two stages that do nothing in each direction. */
export const erpcStages: System = erpc(
  "erpc jce, 2 stages",
  { codec: "jce", stages: [passOn("one"), passOn("two")] },
  "two stages that change nothing, in each direction at both ends: what stages cost",
);
