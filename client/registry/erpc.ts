/**
 * erpc's own center as registry (eregister). `erpc://10.0.0.1:8081,10.0.0.2:8081`.
 *
 * Servers register with every center of the list, under a lease each, and register again when a center does not know the
 * lease. Clients watch one center, the first that answers, and go on with the next when it fails, keeping the last good
 * list meanwhile.
 *
 * @module
 */
import { backoff, type Clock, RpcError, systemWheel } from "../../protocol/mod.ts";
import { parseAddress } from "../../transport/mod.ts";
import { Client } from "../client.ts";
import type { ServiceClient } from "../service_client.ts";
import { Center, type CenterMethods } from "./center_contract.ts";
import { CenterLease } from "./center_lease.ts";
import { InstanceList } from "./instance_list.ts";
import { pause } from "./pause.ts";
import type { Instance, Registration, Registry, RegistryInit, Snapshot } from "./registry.ts";

const BACKOFF_MS = 50, MAX_BACKOFF_MS = 2000;
/** A watch that ends sooner has failed, even when it had begun well. */
const STEADY_MS = 1000;

/** The registry `"erpc"`. Throws TypeError for a bad address. */
export function erpc(init: RegistryInit): Registry {
  const addresses = init.location.split(",").map((address) => address.trim()).filter((address) => address !== "");
  if (addresses.length === 0) throw new TypeError("Cannot use an empty list of centers");
  addresses.forEach(parseAddress);
  return new CenterRegistry(addresses, init);
}

interface CenterClient {
  readonly address: string;
  readonly client: Client;
  readonly center: ServiceClient<CenterMethods>;
}

class CenterRegistry implements Registry {
  #clock: Clock;
  #init: RegistryInit;
  #centers: CenterClient[];
  #closed = new AbortController();

  constructor(addresses: readonly string[], init: RegistryInit) {
    this.#init = init;
    this.#clock = (init.wheel ?? systemWheel).clock;
    this.#centers = addresses.map((address) => {
      const client = centerClient(address, init);
      return { address, client, center: client.of(Center) };
    });
  }

  async *watch(service: string, signal: AbortSignal): AsyncGenerator<Snapshot> {
    const stop = AbortSignal.any([signal, this.#closed.signal]), list = new InstanceList(), { length } = this.#centers;
    const complaints = new Array<string>(length);
    for (let n = 0, failures = 0; !stop.aborted; n++) {
      const beganMs = this.#clock.now(), asked = this.#centers[n % length]!;
      const complaint = yield* this.#follow(asked, service, list, stop);
      complaints[n % length] = `${asked.address} (${complaint})`;
      if (stop.aborted) return;
      failures = this.#clock.now() - beganMs < STEADY_MS ? failures + 1 : 1;
      if (failures % length !== 0) continue;
      // Every center has been asked. If none has ever answered, say so: callers need not wait any longer.
      if (!list.known) yield { instances: [], known: false, why: unanswered(complaints) };
      await pause(this.#clock, backoff(this.#clock, failures / length, BACKOFF_MS, MAX_BACKOFF_MS), stop);
    }
  }

  register(services: readonly string[], instance: Instance): Registration {
    const { onError } = this.#init;
    const leases = this.#centers.map(({ center }) =>
      new CenterLease({ center, services, instance, clock: this.#clock, ...(onError !== undefined && { onError }) })
    );
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

  /** The list after each change that a center tells of, as long as it does; then why it no longer does. */
  async *#follow(
    { center }: CenterClient,
    service: string,
    list: InstanceList,
    signal: AbortSignal,
  ): AsyncGenerator<Snapshot, string> {
    let complaint = "it ends the watch";
    try {
      for await (const change of center.watch({ service }, { signal })) {
        const snapshot = list.apply(change);
        if (snapshot !== undefined) yield snapshot;
      }
    } catch (error) { // another center is asked; callers hear of it when there is no list at all
      complaint = reasonOf(error);
    }
    list.interrupted();
    return complaint;
  }
}

/** A client of one center. Those who use it have their own way of trying again, so it gives up soon. */
function centerClient(address: string, { tls, stages, interceptors, transports, wheel }: RegistryInit): Client {
  return new Client({
    address,
    retry: "failfast",
    holdProcess: false,
    timeout: 3000,
    timing: { helloTimeoutMs: 2000 },
    pool: { size: 1, dialTimeoutMs: 2000, maxBackoffMs: 100 },
    ...(tls !== undefined && { tls }),
    ...(stages !== undefined && { stages }),
    ...(interceptors !== undefined && { interceptors }),
    ...(transports !== undefined && { transports }),
    ...(wheel !== undefined && { wheel }),
  });
}

function unanswered(complaints: readonly string[]): string {
  return `no center answers at ${
    complaints.join(", ")
  }; start one, or name another by ERPC_CENTER or the option center`;
}

/** What went wrong, without what the callers of a method know anyway. */
function reasonOf(error: unknown): string {
  const { message, cause } = RpcError.from(error);
  return cause instanceof Error ? cause.message : message;
}
