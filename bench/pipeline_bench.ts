/**
 * The pipeline: the same calls with no stage, with one and with two, over TCP within one process.
 */
import { Client } from "../client/mod.ts";
import { Server } from "../server/mod.ts";
import type { Stage } from "../transport/mod.ts";

const CALLS = 640;

/** A stage that leaves every chunk as it is: what remains is the price of a stage. */
function identity(name: string): Stage {
  return { name, connect: () => ({ seal: (chunk) => chunk, open: (chunk) => chunk }) };
}

for (const stages of [[], [identity("one")], [identity("one"), identity("two")]]) {
  const server = new Server({ registry: false, stages }).handle("bench.echo", (request: unknown) => request);
  const { address } = await server.listen("127.0.0.1:0");
  const client = new Client({ address, stages });

  Deno.bench(`${stages.length} stages: one call`, { group: "one call", baseline: stages.length === 0 }, async () => {
    await client.call("bench.echo", 1);
  });

  const name = `${stages.length} stages: ${CALLS} calls, 64 at once`;
  Deno.bench(name, { group: "64 at once", baseline: stages.length === 0 }, async () => {
    await Promise.all(Array.from({ length: 64 }, async () => {
      for (let n = 0; n < CALLS / 64; n++) await client.call("bench.echo", n);
    }));
  });
}
