/**
 * Whole calls within one process, both ends included: over memory and TCP, one at a time and 64 at once, and streams.
 */
import { Client } from "../client/mod.ts";
import { serverStream, service, t, unary } from "../codec/mod.ts";
import { Server } from "../server/mod.ts";

const CALLS = 640, ITEMS = 1000;

const Message = t.struct("bench.Message", {
  name: t.field(1, t.string),
  id: t.field(2, t.int32),
  tags: t.field(3, t.list(t.string)),
  score: t.field(4, t.double),
});
const Count = t.struct("bench.Count", { n: t.field(1, t.int32) });
const Bench = service("bench", { echo: unary(Message, Message), count: serverStream(Count, Count) });
const message = { name: "Ada Lovelace", id: 123456, tags: ["a", "bb", "ccc"], score: 98.625 };

const server = new Server({ registry: false }).handle(Bench, {
  echo: (request) => request,
  async *count({ n }) {
    for (let i = 0; i < n; i++) yield { n: i };
  },
});
await server.listen("mem://bench");
await server.listen("127.0.0.1:0");

for (const address of server.addresses) {
  const [group = ""] = address.split(":"), bench = new Client({ address }).of(Bench);

  Deno.bench(`${group}: one call`, { group }, async () => {
    await bench.echo(message);
  });

  Deno.bench(`${group}: ${CALLS} calls, 64 at once`, { group, baseline: true }, async () => {
    await Promise.all(Array.from({ length: 64 }, async () => {
      for (let n = 0; n < CALLS / 64; n++) await bench.echo(message);
    }));
  });

  Deno.bench(`${group}: a stream of ${ITEMS} items`, { group }, async () => {
    let n = 0;
    for await (const item of bench.count({ n: ITEMS })) n += item.n >= 0 ? 1 : 0;
    if (n !== ITEMS) throw new Error(`${n} items came`);
  });
}
