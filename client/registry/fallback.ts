/**
 * Two registries as one: the second answers where the first has nothing.
 *
 * @module
 */
import type { Registry, Snapshot } from "./registry.ts";

/** Watches both; registers with both. */
export function fallback(first: Registry, second: Registry): Registry {
  return {
    watch: (service, signal) => watchBoth(first.watch(service, signal), second.watch(service, signal)),
    register(services, instance) {
      const registrations = [first.register(services, instance), second.register(services, instance)] as const;
      return {
        get registered() {
          return registrations[0].registered;
        },
        ready: registrations[0].ready,
        close: async () => void await Promise.all(registrations.map((registration) => registration.close())),
      };
    },
    close: async () => void await Promise.all([first.close(), second.close()]),
  };
}

async function* watchBoth(first: AsyncIterable<Snapshot>, second: AsyncIterable<Snapshot>): AsyncGenerator<Snapshot> {
  const latest: (Snapshot | undefined)[] = [undefined, undefined];
  let wake: () => void = () => {}, changed = false, running = 2;
  const follow = async (snapshots: AsyncIterable<Snapshot>, which: number) => {
    for await (const snapshot of snapshots) {
      latest[which] = snapshot;
      changed = true;
      wake();
    }
    running--;
    wake();
  };
  const followers = [follow(first, 0), follow(second, 1)];
  while (running > 0) {
    const [asked, local] = latest;
    if (changed && asked !== undefined && local !== undefined) {
      changed = false;
      yield asked.instances.length > 0 || local.instances.length === 0 ? asked : local;
    } else await new Promise<void>((resolve) => wake = resolve);
  }
  await Promise.all(followers);
}
