/**
 * Two registries as one: the second answers where the first has nothing.
 *
 * @module
 */
import type { Registry, Snapshot } from "./registry.ts";

/** Watches both; registers with both. */
export function fallback(first: Registry, second: Registry): Registry {
  return {
    watch: (service, signal) => watchBoth([first.watch(service, signal), second.watch(service, signal)]),
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

/** What the first says, or the second when the first has no instance; from when both have said something. */
async function* watchBoth(both: readonly [AsyncIterable<Snapshot>, AsyncIterable<Snapshot>]): AsyncGenerator<Snapshot> {
  const latest: (Snapshot | undefined)[] = [];
  let changed = false, wake: () => void = () => {};
  const follow = async (snapshots: AsyncIterable<Snapshot>, which: number) => {
    for await (const snapshot of snapshots) {
      latest[which] = snapshot;
      changed = true;
      wake();
    }
  };
  let ended = false;
  const end = () => {
    ended = true;
    wake();
  };
  const running = Promise.all(both.map(follow));
  running.then(end, end);
  while (!ended) {
    const [asked, here] = latest;
    if (changed && asked !== undefined && here !== undefined) {
      changed = false;
      yield asked.instances.length > 0 || here.instances.length === 0 ? asked : here;
    } else await new Promise<void>((resolve) => wake = resolve);
  }
  await running;
}
