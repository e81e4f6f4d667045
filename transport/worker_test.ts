import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { transportConformance } from "../testing/mod.ts";
import { parseAddress } from "./address.ts";
import type { Transport } from "./transport.ts";
import { type WorkerScope, workerTransport } from "./worker.ts";

/** The other thread, through a port; ports that came and that nobody took are closed, as the collector of garbage would do. */
class Scope implements WorkerScope, Disposable {
  readonly #port: MessagePort;
  readonly #listeners = new Set<(event: MessageEvent) => void>();
  readonly #came: MessagePort[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event) => {
      this.#came.push(...event.ports);
      for (const listener of this.#listeners) listener(event);
    };
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }

  addEventListener(_: "message", listener: (event: MessageEvent) => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: "message", listener: (event: MessageEvent) => void): void {
    this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    for (const port of [this.#port, ...this.#came]) port.close();
  }
}

/** Two threads as seen from each other, both here. */
class Threads implements Disposable {
  readonly #channel = new MessageChannel();
  readonly here = new Scope(this.#channel.port1);
  readonly there = new Scope(this.#channel.port2);

  [Symbol.dispose](): void {
    this.here[Symbol.dispose]();
    this.there[Symbol.dispose]();
  }
}

/** A transport that dials from one thread and listens in the other. */
function across({ here, there }: Threads): Transport {
  const dialer = workerTransport(here), acceptor = workerTransport(there);
  return { name: "worker", dial: (...args) => dialer.dial(...args), listen: (...args) => acceptor.listen(...args) };
}

const options = { address: () => `worker://${crypto.randomUUID()}` };
const names = (transport: Transport) => Array.from(transportConformance(transport, options), ({ name }) => name);
for (const name of names({ name: "worker", dial, listen: dial })) {
  Deno.test(`worker ${name}`, async () => {
    using threads = new Threads();
    for (const one of transportConformance(across(threads), options)) if (one.name === name) await one.run();
  });
}

Deno.test("worker: a thread that begins to listen late is found", async () => {
  using threads = new Threads();
  const dialing = workerTransport(threads.here).dial(parseAddress("worker://late"), {});
  await heard(threads); // nobody has taken the port
  const listener = await workerTransport(threads.there).listen(parseAddress("worker://late"), {});
  const wire = await dialing, { value: accepted } = await listener.connections[Symbol.asyncIterator]().next();
  await wire.write(Uint8Array.of(7));
  assertEquals(await accepted!.read(new Uint8Array(1)), 1);
  wire.close();
  assertEquals(await accepted!.read(new Uint8Array(1)), null);
  listener.close();
});

Deno.test("worker: a dial that nobody wants any more is given up", async () => {
  using threads = new Threads();
  const transport = workerTransport(threads.here),
    address = parseAddress("worker://nobody"),
    unwanted = new AbortController();
  const dialing = transport.dial(address, { signal: unwanted.signal });
  await heard(threads);
  unwanted.abort(new Error("enough"));
  await assertRejects(() => dialing, Error, "enough");
  await assertRejects(() => transport.dial(address, { signal: unwanted.signal }), Error, "enough");
});

Deno.test("worker: messages of the program itself are left alone", async () => {
  using threads = new Threads();
  const transport = across(threads), listener = await transport.listen(parseAddress("worker://a"), {});
  const told = Promise.withResolvers<unknown>();
  threads.there.addEventListener("message", ({ data }) => data === "mine" && told.resolve(data));
  for (const message of [null, 7, {}, { erpc: "more" }, "mine"]) threads.here.postMessage(message, []);
  assertEquals(await told.promise, "mine");
  listener.close();
  assertEquals(await Array.fromAsync(listener.connections), []);
});

Deno.test("worker: without another thread there is nothing to talk to", () => {
  assertThrows(() => workerTransport(), TypeError, "this is no worker");
});

/** Resolves when what was sent before has been heard there. */
async function heard({ here, there }: Threads): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>(), onMessage = () => resolve();
  here.postMessage("heard?", []);
  await new Promise<void>((done) => {
    there.addEventListener("message", onMessage);
    promise.then(done);
  });
  there.removeEventListener("message", onMessage);
}

function dial(): Promise<never> {
  throw new TypeError("this one has only a name");
}
