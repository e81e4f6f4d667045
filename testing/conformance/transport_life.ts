/**
 * How connections begin and end, on every transport.
 *
 * @module
 */
import { type Call, sleep, systemClock } from "../../protocol/mod.ts";
import { parseAddress } from "../../transport/mod.ts";
import type { TransportTrial } from "./transport_calls.ts";
import { type Relay, type TransportRig, withPort } from "./transport_rig.ts";
import { fails, must, same, until, within } from "./verdict.ts";

const quick = { helloTimeoutMs: 400, heartbeatIdleMs: 100, heartbeatPatienceMs: 100 };

/** An address at which somebody takes what comes and never answers. */
function silent(rig: TransportRig): { address: string } & Disposable {
  const { carrier } = rig.place, at = { hostname: "127.0.0.1", port: 0 };
  const socket = carrier === "tcp" ? Deno.listen(at) : Deno.listenDatagram({ transport: "udp", ...at });
  const { port } = socket.addr as Deno.NetAddr;
  return { address: withPort(rig.place.address(), port), [Symbol.dispose]: () => socket.close() };
}

/** What `work` gives once it can: the system may take a moment until an address is free. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const endMs = systemClock.now() + 5000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (systemClock.now() >= endMs) throw error;
      await sleep(systemClock, 10);
    }
  }
}

/** The cases; the server is not started. */
export const lifeTrials: Readonly<Record<string, TransportTrial>> = {
  async "reports where it listens"(rig) {
    await rig.serve();
    const { address } = rig.server, { scheme, port } = parseAddress(address);
    same(scheme, rig.transport.name);
    must(rig.place.carrier === undefined || port > 0, `it reports ${address}`);
    rig.server.handle("demo.hello", () => "hello");
    same(await rig.newClient({ address }).call("demo.hello"), "hello");
  },

  async "does not listen twice at one address, but again when it is free"(rig) {
    const listener = await rig.listen();
    const second = await rig.listen(listener.address).then(() => null, (error: unknown) => error);
    must(second instanceof Error, "it listened twice at one address");
    listener.close();
    for await (const wire of listener.connections) wire.close();
    await eventually(() => rig.listen(listener.address));
  },

  async "says whom it can't reach when nobody listens"(rig) {
    await rig.serve();
    const { address } = rig.server;
    await rig.server.drain();
    const started = systemClock.now(), client = rig.newClient({ address, pool: { dialTimeoutMs: 1500 } });
    const error = await fails(client.call("demo.hello"), "unavailable"), ms = systemClock.now() - started;
    must(error.message.startsWith(`Cannot reach ${address}: `), `the message is ${error.message}`);
    must(ms < 3000, `it took ${ms} ms`);
  },

  async "serves again after a restart"(rig) {
    await rig.serve();
    const { address } = rig.server, client = rig.newClient({ address, retry: "failover" });
    rig.server.handle("demo.which", () => 1);
    same(await client.call("demo.which"), 1);
    await rig.server.drain();
    await eventually(() => rig.serve({}, address));
    rig.server.handle("demo.which", () => 2);
    same(await client.call("demo.which", null, { timeout: 10_000 }), 2);
  },

  async "ends the calls of a client that closes"(rig) {
    await rig.serve();
    const counts = rig.hang(), client = rig.newClient(), call = client.call("demo.hang");
    await until(() => counts.started === 1, "the handler");
    const failed = fails(call, "unavailable");
    await client.close();
    await failed;
    await until(() => counts.aborted === 1, "the handler's signal");
  },

  async "ends the calls of a server that closes"(rig) {
    await rig.serve({ drainMs: 50 });
    const counts = rig.hang(), calls = [1, 2, 3].map(() => rig.client.call("demo.hang"));
    await until(() => counts.started === 3, "the handlers");
    const failed = Promise.all(calls.map((call) => fails(call, "unavailable")));
    await rig.server.drain();
    await failed;
    same(counts.aborted, 3);
    must(rig.server.connections === 0, `${rig.server.connections} connections are left`);
  },

  async "finishes what runs when a server drains, and takes nothing more"(rig) {
    await rig.serve({ drainMs: 10_000 });
    const go = Promise.withResolvers<string>();
    let runs = 0;
    rig.server.handle("demo.late", () => (runs++, go.promise));
    const calls = Array.from({ length: 20 }, () => rig.client.call("demo.late"));
    await until(() => runs === 20, "the handlers");
    const drained = rig.server.drain();
    const refused = await fails(
      rig.newClient({ pool: { dialTimeoutMs: 500 } }).call("demo.late", null, { timeout: 3000 }),
      ["unavailable", "deadline_exceeded"],
    );
    go.resolve("done");
    same(await Promise.all(calls), Array(20).fill("done"));
    await drained;
    same(runs, 20, `the calls that ran (one was refused with ${refused.message})`);
  },

  async "forgets connections that were closed"(rig) {
    await rig.serve();
    rig.server.handle("demo.double", (n: number) => 2 * n);
    for (let n = 0; n < 20; n++) {
      const client = rig.newClient();
      same(await client.call("demo.double", n), 2 * n);
      await client.close();
    }
    await until(() => rig.server.connections <= 1, "the end of the connections");
  },
};

/** Cases for transports on this machine's network. */
export const networkTrials: Readonly<Record<string, TransportTrial>> = {
  async "fails in time when nobody answers"(rig) {
    using nobody = silent(rig);
    const client = rig.newClient({ address: nobody.address, pool: { dialTimeoutMs: 400 }, timing: quick });
    const started = systemClock.now();
    const error = await fails(client.call("demo.hello", null, { timeout: 3000 }), "unavailable");
    const ms = systemClock.now() - started;
    must(ms < 2500, `it took ${ms} ms`);
    must(error.message.includes(nobody.address), `the message is ${error.message}`);
  },

  async "gives up a dial that is aborted"(rig) {
    using nobody = silent(rig);
    const controller = new AbortController(), dialled = rig.dial(nobody.address, controller.signal);
    const settled = dialled.then((wire) => wire.close(), () => {});
    await sleep(systemClock, 20); // somewhere within the handshake
    controller.abort(new Error("enough"));
    await within(1000, "the dial", settled);
  },

  async "finds out that a server has vanished"(rig) {
    const { relay, call, counts } = await half(rig);
    await until(() => counts.started === 1, "the handler");
    relay.vanish();
    await within(3000, "the caller", fails(call, "unavailable"));
  },
};

/** Cases for transports whose acceptors ask whether a dialer lives. */
export const probeTrials: Readonly<Record<string, TransportTrial>> = {
  async "finds out that a client has vanished"(rig) {
    const { relay, call, counts } = await half(rig), failed = fails(call);
    await until(() => counts.started === 1, "the handler");
    relay.vanish();
    await until(() => counts.aborted === 1, "the handler's signal", 3000);
    await until(() => rig.server.connections === 0, "the end of the connection", 3000);
    await failed;
  },
};

/** A call that hangs, behind a relay, between ends that ask soon. */
async function half(
  rig: TransportRig,
): Promise<{ relay: Relay; call: Call; counts: { started: number; aborted: number } }> {
  await rig.serve({ timing: quick });
  const counts = rig.hang(), { relay, address } = rig.relay()!;
  rig.server.handle("demo.double", (n: number) => 2 * n);
  const client = rig.newClient({ address, timing: quick });
  same(await client.call("demo.double", 4), 8);
  return { relay, counts, call: client.call("demo.hang") };
}
