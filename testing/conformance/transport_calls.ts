/**
 * What calls without streams must do on every transport.
 *
 * @module
 */
import { type Context, refinements, RpcError, sleep, systemClock } from "../../protocol/mod.ts";
import type { TransportRig } from "./transport_rig.ts";
import { fails, must, same, until } from "./verdict.ts";

/** One thing that is tried. */
export type TransportTrial = (rig: TransportRig) => Promise<void>;

const values = [
  null,
  true,
  -7,
  1.5,
  "",
  "text €",
  2n ** 60n,
  [1, [2, [3]]],
  { a: { b: ["c"] } },
  Uint8Array.of(0, 255),
];

/** The cases. */
export const callTrials: Readonly<Record<string, TransportTrial>> = {
  async "answers calls"(rig) {
    rig.server.handle("demo.echo", (value: unknown) => value);
    for (const value of values) same(await rig.client.call("demo.echo", value), value);
  },

  async "carries bodies of every codec that needs no schema"(rig) {
    rig.server.handle("demo.echo", (value: unknown) => value);
    for (const codec of ["jce", "json", "msgpack"] as const) {
      const client = rig.newClient({ codec });
      same(await client.call("demo.echo", { codec, list: [1, 2] }), { codec, list: [1, 2] });
    }
    const client = rig.newClient({ codec: "none" }), bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    same(await client.call("demo.echo", bytes), bytes);
  },

  async "keeps 1,000 calls at once apart"(rig) {
    let running = 0, most = 0;
    rig.server.handle("demo.double", async (n: number) => {
      most = Math.max(most, ++running);
      await sleep(systemClock, 1);
      running--;
      return 2 * n;
    });
    await rig.client.call("demo.double", 0);
    const calls = Array.from({ length: 1000 }, (_, n) => rig.client.call<number>("demo.double", n));
    same(await Promise.all(calls), Array.from({ length: 1000 }, (_, n) => 2 * n));
    must(most > 1, "the calls ran one after the other");
  },

  async "serves many clients"(rig) {
    rig.server.handle("demo.double", (n: number) => 2 * n);
    const clients = Array.from({ length: 30 }, () => rig.newClient());
    const replies = clients.map((client, n) => client.call("demo.double", n));
    same(await Promise.all(replies), clients.map((_, n) => 2 * n));
    await Promise.all(clients.map((client) => client.close()));
    same(await rig.client.call("demo.double", 21), 42);
  },

  async "carries metadata both ways"(rig) {
    const token = Uint8Array.of(0, 1, 254, 255);
    rig.server.handle("demo.tell", (_: unknown, { metadata, responseMetadata }: Context) => {
      responseMetadata.set("answer", "yes €").set("token", token);
      return [metadata.get("question"), metadata.get("token")];
    });
    const call = rig.client.call("demo.tell", null, { metadata: { question: "tea €?", token } });
    same(await call, ["tea €?", token]);
    same(call.responseMetadata.get("answer"), "yes €");
    same(call.responseMetadata.get("token"), token);
  },

  async "carries errors with code, status, message, details and metadata"(rig) {
    const details = { account: 7, list: ["a"] };
    rig.server.handle("demo.fail", (_: unknown, { responseMetadata }: Context) => {
      responseMetadata.set("hint", "try again");
      throw new RpcError("failed_precondition", "not today €", { status: 1001, details, retryAfterMs: 250 });
    });
    const call = rig.client.call("demo.fail"), error = await fails(call, "failed_precondition");
    same([error.status, error.details, error.retryAfterMs], [1001, details, 250]);
    must(error.message.includes("not today €"), `the message is ${JSON.stringify(error.message)}`);
    same(call.responseMetadata.get("hint"), "try again");
  },

  async "tells what is not there, and nothing of what a handler throws"(rig) {
    rig.server.handle("demo.break", () => {
      throw new TypeError("secret");
    });
    same((await fails(rig.client.call("nobody.hello"))).status, refinements.no_service);
    same((await fails(rig.client.call("demo.nothing"))).status, refinements.no_method);
    const error = await fails(rig.client.call("demo.break"), "internal");
    must(!error.message.includes("secret"), "the caller is told what the handler threw");
    same(rig.errors.length, 1, "the number of errors reported");
  },

  async "ends a call at its deadline, at both ends"(rig) {
    const counts = rig.hang(), started = systemClock.now();
    await fails(rig.client.call("demo.hang", null, { timeout: 150 }), "deadline_exceeded");
    const ms = systemClock.now() - started;
    must(ms >= 140, `it ended after ${ms} ms`);
    await until(() => counts.aborted === 1, "the handler's signal");
    same(counts.started, 1);
  },

  async "tells a handler how much time is left"(rig) {
    rig.server.handle("demo.left", (_: unknown, { remainingMs }: Context) => remainingMs);
    const left = await rig.client.call<number>("demo.left", null, { timeout: 5000 });
    must(left > 1000 && left <= 5001, `${left} ms are left of 5,000`);
  },

  async "cancels a call at both ends"(rig) {
    const counts = rig.hang(), controller = new AbortController();
    const calls = [rig.client.call("demo.hang"), rig.client.call("demo.hang", null, { signal: controller.signal })];
    await until(() => counts.started === 2, "the handlers");
    calls[0]!.cancel();
    controller.abort();
    for (const call of calls) await fails(call, "canceled");
    await until(() => counts.aborted === 2, "the handlers' signals");
  },

  async "opens and cancels 10,000 calls, and goes on"(rig) {
    const counts = rig.hang();
    rig.server.handle("demo.double", (n: number) => 2 * n);
    await rig.client.call("demo.double", 1);
    for (let n = 0; n < 10_000; n += 500) {
      const calls = Array.from({ length: 500 }, () => rig.client.call("demo.hang"));
      for (const call of calls) call.cancel();
      same(await rig.client.call("demo.double", n), 2 * n);
    }
    await until(() => counts.started === counts.aborted, "the handlers' signals");
  },

  async "carries calls that want no answer"(rig) {
    const got = Promise.withResolvers<number>();
    rig.server.handle("demo.tell", (n: number) => got.resolve(n));
    same(await rig.client.call("demo.tell", 7, { oneway: true }), undefined);
    same(await got.promise, 7);
  },
};
