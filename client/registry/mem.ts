/**
 * The registry of this process: services handled here can be called here, with no center and no network. `mem://name`;
 * registries of one name share what is registered.
 *
 * @module
 */
import type { Instance, Registration, Registry, RegistryInit, Snapshot } from "./registry.ts";

/** The directories of this process by name, as the system keeps its ports. */
const directories = new Map<string, Directory>();

/** The registry `"mem"`. */
export function mem({ location }: RegistryInit): Registry {
  let directory = directories.get(location);
  if (directory === undefined) directories.set(location, directory = new Directory());
  return directory;
}

class Directory implements Registry {
  #services = new Map<string, Map<string, Instance>>();
  #watchers = new Set<() => void>();

  async *watch(service: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
    let wake: () => void = () => {}, changed = true;
    const onChange = () => {
      changed = true;
      wake();
    };
    this.#watchers.add(onChange);
    signal.addEventListener("abort", onChange, { once: true });
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield { instances: [...this.#services.get(service)?.values() ?? []], known: true };
        } else await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      this.#watchers.delete(onChange);
    }
  }

  register(services: readonly string[], instance: Instance): Registration {
    for (const service of services) {
      const instances = this.#services.getOrInsertComputed(service, () => new Map<string, Instance>());
      instances.set(instance.id, instance);
    }
    this.#notify();
    return {
      registered: true,
      ready: Promise.resolve(),
      close: () => {
        for (const service of services) this.#services.get(service)?.delete(instance.id);
        this.#notify();
        return Promise.resolve();
      },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #notify(): void {
    for (const onChange of this.#watchers) onChange();
  }
}
