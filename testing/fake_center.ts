/**
 * A center without a network: a registry in memory that tests can change, stop and restart.
 *
 * @module
 */
import type { Instance, Registration, Registry, Snapshot } from "../client/mod.ts";

/** One registration, as the fake center saw it. */
export interface FakeRegistration {
  /** The services. */
  readonly services: readonly string[];
  /** The instance. */
  readonly instance: Instance;
  /** Whether the center has it now. */
  readonly registered: boolean;
  /** Whether the server has taken it back. */
  readonly closed: boolean;
}

/**
 * A center within the test: pass it as `registry` to servers and clients.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { FakeCenter, memoryTransport } from "@erpc/erpc/testing";
 * const center = new FakeCenter(), transports = [memoryTransport()];
 * await using server = new Server({ registry: center, transports });
 * server.handle("demo.hello", () => "hello");
 * await server.listen("mem://a");
 * await using client = new Client({ registry: center, transports });
 * console.assert(await client.call("demo.hello") === "hello");
 * center.goDown(); // clients keep what they know
 * console.assert(await client.call("demo.hello") === "hello");
 * ```
 */
export class FakeCenter implements Registry {
  #registrations: Entry[] = [];
  #added = new Map<string, Map<string, Instance>>();
  #watchers = new Set<Watcher>();
  #isDown = false;

  /** Every registration there ever was, oldest first. */
  get registrations(): readonly FakeRegistration[] {
    return this.#registrations;
  }

  /** Services that are watched now, once for each watcher. */
  get watched(): readonly string[] {
    return Array.from(this.#watchers, ({ service }) => service);
  }

  /** Instances of a service that the center has now. */
  instances(service: string): Instance[] {
    const registered = this.#registrations.filter((entry) => entry.registered && entry.services.includes(service));
    const instances = [...registered.map(({ instance }) => instance), ...this.#added.get(service)?.values() ?? []];
    return [...new Map(instances.map((instance) => [instance.id, instance])).values()];
  }

  /** Adds an instance by hand, or changes the one with its id. An address alone is its own id. */
  add(service: string, what: string | Instance): this {
    const instance = typeof what === "string" ? { id: what, address: what } : what;
    this.#added.getOrInsertComputed(service, () => new Map()).set(instance.id, instance);
    return this.#tell();
  }

  /** Takes out an instance that was added by hand. */
  remove(service: string, id: string): this {
    this.#added.get(service)?.delete(id);
    return this.#tell();
  }

  /** Puts other instances in place of those that were added by hand, as one change. */
  replace(service: string, instances: readonly Instance[]): this {
    this.#added.set(service, new Map(instances.map((instance) => [instance.id, instance])));
    return this.#tell();
  }

  /** From now on it answers nobody: watchers keep their last list, new ones learn nothing, registrations wait. */
  goDown(): void {
    this.#isDown = true;
    for (const entry of this.#registrations) entry.registered = false;
  }

  /** It is back with all it knew, and learns what has happened meanwhile. */
  comeBack(): void {
    this.#isDown = false;
    for (const entry of this.#registrations) entry.enter();
    this.#tell();
  }

  /**
   * It has restarted without memory. Servers register again by themselves, in the next turn; until then watchers hear
   * nothing, for a registry must not pass on the emptiness of a center that has just started.
   */
  restartEmpty(): void {
    this.goDown();
    this.#added.clear();
    queueMicrotask(() => this.comeBack());
  }

  /** See {@linkcode Registry.watch}. */
  async *watch(service: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
    const watcher: Watcher = { service, changed: true, wake: () => {} };
    const onAbort = () => watcher.wake();
    this.#watchers.add(watcher);
    signal.addEventListener("abort", onAbort);
    try {
      for (let known = false; !signal.aborted;) {
        if (watcher.changed && !(this.#isDown && known)) {
          watcher.changed = this.#isDown; // what changes meanwhile is told when it is back
          known = true;
          if (this.#isDown) yield { instances: [], known: false, why: "no center answers" };
          else yield { instances: this.instances(service), known: true };
        } else await new Promise<void>((resolve) => watcher.wake = resolve);
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#watchers.delete(watcher);
    }
  }

  /** See {@linkcode Registry.register}. */
  register(services: readonly string[], instance: Instance): Registration {
    const entry = new Entry(services, instance, () => this.#tell());
    this.#registrations.push(entry);
    if (!this.#isDown) {
      entry.enter();
      this.#tell();
    }
    return entry;
  }

  /** Nothing to end: servers and clients come and go. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #tell(): this {
    for (const watcher of this.#watchers) {
      watcher.changed = true;
      if (!this.#isDown) watcher.wake();
    }
    return this;
  }
}

interface Watcher {
  readonly service: string;
  changed: boolean;
  wake: () => void;
}

class Entry implements FakeRegistration, Registration {
  readonly services: readonly string[];
  readonly instance: Instance;
  readonly ready: Promise<void>;
  registered = false;
  closed = false;
  #onClose: () => void;
  #resolveReady!: () => void;

  constructor(services: readonly string[], instance: Instance, onClose: () => void) {
    this.services = services;
    this.instance = instance;
    this.#onClose = onClose;
    this.ready = new Promise((resolve) => this.#resolveReady = resolve);
  }

  enter(): void {
    if (this.closed) return;
    this.registered = true;
    this.#resolveReady();
  }

  close(): Promise<void> {
    this.closed = true;
    this.registered = false;
    this.#onClose();
    return Promise.resolve();
  }
}
