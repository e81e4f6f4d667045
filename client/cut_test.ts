import { assert, assertEquals } from "@std/assert";
import { type Context, provesNotRun, RpcError } from "../protocol/mod.ts";
import { type Cluster, type FaultOptions, faulty, type FaultyTransport, startCluster } from "../testing/mod.ts";

/** Two servers with a ledger of runs, behind a first connection that is cut. */
interface Rig extends Cluster {
  readonly transport: FaultyTransport;
  /** How often each call was run. */
  readonly runs: Map<string, number>;
  /** Sums that a handler has answered with. */
  readonly received: number[];
}

async function rig(cutAfterBytes: FaultOptions["cutAfterBytes"]): Promise<Rig> {
  let transport!: FaultyTransport;
  const cluster = await startCluster(2, {
    server: { registry: false },
    through: (memory) => transport = faulty(memory, { seed: 1, cutAfterBytes: cutAfterBytes ?? {}, connections: 1 }),
  });
  const runs = new Map<string, number>(), received: number[] = [];
  const note = (id: string) => runs.set(id, (runs.get(id) ?? 0) + 1);
  for (const [i, server] of cluster.servers.entries()) {
    server.handle("demo.work", (id: string, { attempt }: Context) => (note(id), [id, attempt]));
    server.handle("demo.count", async function* (id: string) {
      note(id);
      for (let n = 1; n <= 5; n++) yield n;
    });
    server.handle("demo.sum", async (numbers: AsyncIterable<number>) => {
      note("sum");
      let sum = 0;
      for await (const number of numbers) sum += number;
      received.push(sum);
      return sum;
    });
    cluster.center.add("demo", `mem://${i}`);
  }
  return { ...cluster, transport, runs, received, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

async function* numbers(): AsyncGenerator<number> {
  for (let n = 1; n <= 5; n++) yield n;
}

/** The reply of a call, or its error. */
const outcome = (call: PromiseLike<unknown>) => Promise.resolve(call).catch((error: unknown) => error);

/** Bytes that travel each way when nothing is cut, first to last. */
async function lengths(call: (rig: Rig) => PromiseLike<unknown>): Promise<{ sent: number; received: number }> {
  await using whole = await rig({});
  await call(whole);
  const { sentBytes, receivedBytes } = whole.transport.counts;
  return { sent: sentBytes, received: receivedBytes };
}

/** Makes the call once for every place where either direction can be cut. */
async function everywhere(
  call: (rig: Rig) => Promise<unknown>,
  check: (rig: Rig, result: unknown) => void,
): Promise<void> {
  const total = await lengths(call);
  for (const way of ["sent", "received"] as const) {
    assert(total[way] > 60, `${total[way]} bytes are no whole exchange`);
    for (let k = 0; k < total[way]; k++) {
      const at = `cut after ${k} of ${total[way]} bytes ${way}`;
      await using cut = await rig({ [way]: k });
      const result = await call(cut);
      assertEquals(cut.transport.counts.cuts, 1, at);
      try {
        check(cut, result);
      } catch (cause) {
        throw new Error(`Wrong when ${at}: ${Deno.inspect(result)}`, { cause });
      }
    }
  }
}

Deno.test("an idempotent call survives a cut anywhere, by failover", () =>
  everywhere(
    ({ client }) => outcome(client.call("demo.work", "a", { idempotent: true })),
    ({ runs }, result) => {
      assertEquals((result as unknown[])[0], "a");
      assert(runs.get("a")! <= 2);
    },
  ));

Deno.test("a call that is not idempotent settles after a cut anywhere and is run at most once", () =>
  everywhere(
    ({ client }) => outcome(client.call("demo.work", "a")),
    ({ runs }, result) => {
      const n = runs.get("a") ?? 0;
      if (!(result instanceof RpcError)) return assertEquals([(result as unknown[])[0], n], ["a", 1]);
      assert(result.code === "unavailable" || result.code === "data_loss", result.code);
      assert(n <= (provesNotRun(result.status) ? 0 : 1));
    },
  ));

Deno.test("of many calls at once, each settles after a cut anywhere: done once, or maybe once, or surely not", () => {
  const ids = Array.from({ length: 8 }, (_, i) => `call ${i}`);
  return everywhere(
    ({ client }) => Promise.all(ids.map((id) => outcome(client.call("demo.work", id)))),
    ({ runs }, results) => {
      for (const [i, result] of (results as unknown[]).entries()) {
        const n = runs.get(ids[i]!) ?? 0, most = result instanceof RpcError && provesNotRun(result.status) ? 0 : 1;
        assert(n <= most, `${ids[i]} was run ${n} times`);
        assert(result instanceof RpcError || n === 1);
      }
    },
  );
});

Deno.test("a stream cut anywhere gives some of its items and then an error, never a clean end", () =>
  everywhere(async ({ client }) => {
    const got: unknown[] = [];
    try {
      for await (const item of client.call("demo.count", "a")) got.push(item);
      return [...got, "end"];
    } catch (error) {
      return [...got, error];
    }
  }, ({ runs }, result) => {
    const items = result as unknown[], end = items.pop();
    assertEquals(items, [1, 2, 3, 4, 5].slice(0, items.length));
    assert(end === "end" ? items.length === 5 : end instanceof RpcError);
    assert((runs.get("a") ?? 0) <= 1);
  }));

Deno.test("a request stream cut anywhere is never taken for a whole one", () =>
  everywhere(
    ({ client }) => outcome(client.call("demo.sum", numbers())),
    ({ runs, received }, result) => {
      assert(result === 15 || result instanceof RpcError);
      assert((runs.get("sum") ?? 0) <= 1);
      assertEquals(received, received.length === 0 ? [] : [15], "a handler has answered for a part of its requests");
    },
  ));
