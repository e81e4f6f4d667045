/**
 * Calls between the threads of one program: a Worker answers like a server, and calls like a client.
 *
 * A connection is a MessagePort, whose buffers are handed over. Both ends ask for each other over the worker's own
 * messages, which are objects with a field `erpc`; the program's other messages are left alone.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { DialOptions, Listener, Transport, Wire } from "./transport.ts";
import { PortWire } from "./worker_port.ts";
import { WireQueue } from "./wire_queue.ts";

/** The other thread, as messages reach it: a Worker for who has made it, and `globalThis` within one. */
export interface WorkerScope {
  /** Sends a message. */
  postMessage(message: unknown, transfer: Transferable[]): void;
  /** Hears messages. */
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  /** Hears them no more. */
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** What the two threads tell each other. */
type Notice =
  | { readonly erpc: "dial"; readonly name: string; readonly port: MessagePort }
  | { readonly erpc: "listening"; readonly name: string };

/**
 * Makes the transport `"worker"` to the thread behind `scope`: a Worker that this program has made, or, within a worker,
 * the one that has made it. Addresses are `worker://name`. Throws TypeError when there is no other thread.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { workerTransport } from "@erpc/erpc/worker";
 * const startServer = () => // in sums.ts, the worker
 *   new Server({ registry: false, transports: [workerTransport()] }).listen("worker://sums");
 * const connectTo = (worker: Worker) => // const worker = new Worker(new URL("./sums.ts", import.meta.url), { type: "module" })
 *   new Client({ address: "worker://sums", transports: [workerTransport(worker)] });
 * console.assert(startServer.length + connectTo.length === 1);
 * ```
 */
export function workerTransport(scope: WorkerScope = thisWorker()): Transport {
  const names = new Set<string>();
  return {
    name: "worker",
    dial: (address, options) => dial(scope, address, options),
    listen: ({ path }) => Promise.try(() => listen(scope, path, names)),
  };
}

/**
 * A thread that does not listen yet says so when it does, and is asked again then. It may have been asked twice: who dials
 * takes one of the ports, and only that becomes a connection.
 */
function dial(scope: WorkerScope, { path }: Address, { signal }: DialOptions): Promise<Wire> {
  return new Promise((resolve, reject) => {
    let wire: PortWire | null = null;
    const ask = () => {
      wire?.close();
      const { port1, port2 } = new MessageChannel();
      const asked = wire = new PortWire(port1, `worker://${path}`, () => {
        done();
        asked.take();
        resolve(asked);
      });
      post(scope, { erpc: "dial", name: path, port: port2 }, [port2]);
    };
    const onMessage = ({ data }: MessageEvent) => {
      if (isNotice(data) && data.erpc === "listening" && data.name === path) ask();
    };
    const onAbort = () => {
      done();
      wire?.close();
      reject(signal!.reason);
    };
    const done = () => {
      scope.removeEventListener("message", onMessage);
      signal?.removeEventListener("abort", onAbort);
    };
    scope.addEventListener("message", onMessage);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    else ask();
  });
}

function listen(scope: WorkerScope, name: string, names: Set<string>): Listener {
  if (names.has(name)) throw new Error(`Cannot listen: worker://${name} is taken`);
  names.add(name);
  const connections = new WireQueue();
  const onMessage = ({ data }: MessageEvent) => {
    if (!isNotice(data) || data.erpc !== "dial" || data.name !== name) return;
    const wire = new PortWire(data.port, `worker://${name}`, () => connections.push(wire));
    wire.take();
  };
  scope.addEventListener("message", onMessage);
  post(scope, { erpc: "listening", name }, []);
  return {
    address: `worker://${name}`,
    connections,
    close() {
      scope.removeEventListener("message", onMessage);
      names.delete(name);
      connections.close();
    },
  };
}

function post(scope: WorkerScope, notice: Notice, transfer: Transferable[]): void {
  scope.postMessage(notice, transfer);
}

function isNotice(data: unknown): data is Notice {
  return typeof data === "object" && data !== null && "erpc" in data;
}

function thisWorker(): WorkerScope {
  const { WorkerGlobalScope: Scope } = globalThis as { WorkerGlobalScope?: new () => object };
  if (Scope !== undefined && globalThis instanceof Scope) return globalThis as unknown as WorkerScope;
  throw new TypeError("Cannot use worker: this is no worker; name the one to talk to, as in workerTransport(worker)");
}
