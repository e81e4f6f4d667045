/**
 * erpc's own center as registry (eregister). `erpc://10.0.0.1:8081,10.0.0.2:8081`.
 *
 * Servers register with every center of the list, under a lease each, and register again when a center does not know the
 * lease. Clients watch one center and go on with the next when it fails, keeping the last good list meanwhile.
 *
 * @module
 */
import { backoff, sleep, systemClock } from "../../protocol/mod.ts";
import { parseAddress } from "../../transport/mod.ts";
import { Client } from "../client.ts";
import type { ServiceClient } from "../service_client.ts";
import { Center, type CenterMethods } from "./center_contract.ts";
import { CenterLease } from "./center_lease.ts";
import { InstanceList } from "./instance_list.ts";
import type { Instance, Registration, Registry, RegistryInit, Snapshot } from "./registry.ts";

const BACKOFF_MS = 50, MAX_BACKOFF_MS = 3000;

/** The registry `"erpc"`. Throws TypeError for a bad address. */
export function erpc({ location }: RegistryInit): Registry {
  const addresses = location.split(",");
  addresses.forEach(parseAddress);
  return new CenterRegistry(addresses);
}

class CenterRegistry implements Registry {
  #centers: { readonly client: Client; readonly center: ServiceClient<CenterMethods> }[];
  #closed = new AbortController();

  constructor(addresses: readonly string[]) {
    const options = { retry: "failfast", holdProcess: false, timeout: 5000, pool: { size: 1 } } as const;
    this.#centers = addresses.map((address) => {
      const client = new Client({ ...options, address });
      return { client, center: client.of(Center) };
    });
  }

  async *watch(service: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
    const stop = AbortSignal.any([signal, this.#closed.signal]), list = new InstanceList();
    for (let failures = 0, n = 0; !stop.aborted; n++) {
      const { center } = this.#centers[n % this.#centers.length]!;
      try {
        for await (const change of center.watch({ service }, { signal: stop })) {
          failures = 0;
          yield list.apply(change);
        }
      } catch { /* the next center is asked; callers hear of it when there is no list at all */ }
      if (stop.aborted) return;
      // Every center has been asked and none has ever answered: say so, so that callers need not wait.
      if (++failures % this.#centers.length === 0 && !list.known) yield { instances: [], known: false };
      const round = Math.ceil(failures / this.#centers.length);
      if (failures % this.#centers.length === 0) await pause(backoff(systemClock, round, BACKOFF_MS, MAX_BACKOFF_MS), stop);
    }
  }

  register(services: readonly string[], instance: Instance): Registration {
    const leases = this.#centers.map(({ center }) => new CenterLease(center, services, instance));
    return {
      get registered() {
        return leases.some((lease) => lease.held);
      },
      ready: Promise.race(leases.map((lease) => lease.ready)),
      close: async () => void await Promise.all(leases.map((lease) => lease.close())),
    };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#centers.map(({ client }) => client.close()));
  }
}

/** Waits, unless stopped; does not keep the process alive. */
async function pause(delayMs: number, stop: AbortSignal): Promise<void> {
  const clock = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms, run, false) };
  await sleep(clock, delayMs, stop).catch(() => {});
}
