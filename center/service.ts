/**
 * The service `erpc.center`: what servers and clients ask a center for.
 *
 * @module
 */
import type {
  CenterMethods,
  Change,
  Empty,
  Lease,
  LeaseRequest,
  ListReply,
  RegisterRequest,
  WatchRequest,
  WireInstance,
} from "../client/mod.ts";
import { type Context, RpcError } from "../protocol/mod.ts";
import type { ServiceHandlers } from "../server/mod.ts";
import type { Catalog } from "./catalog.ts";
import type { CenterEvent } from "./event.ts";
import type { Leases } from "./leases.ts";
import type { CenterLimits } from "./limits.ts";
import type { CenterStore, Registered } from "./store/mod.ts";
import { checkRegistration, checkService, memoryOf, wireSize } from "./validate.ts";

/** Bytes of instances in one reply; more are to be watched, in pieces. */
const MAX_REPLY_BYTES = 3 << 20;

/** What the service works with. */
export interface CenterServiceInit {
  /** Where registrations are kept. */
  readonly store: CenterStore;
  /** Registrations by service. */
  readonly catalog: Catalog;
  /** Leases of the registrations. */
  readonly leases: Leases;
  /** Bounds. */
  readonly limits: CenterLimits;
  /** Milliseconds a lease lives. */
  readonly ttlMs: number;
  /** Hears of everything that happens. */
  readonly onEvent: (event: CenterEvent) => void;
}

/** Handlers of the contract `Center`. */
export class CenterService implements ServiceHandlers<CenterMethods> {
  #init: CenterServiceInit;
  #closing = false;

  /** Makes the handlers. */
  constructor(init: CenterServiceInit) {
    this.#init = init;
  }

  /** Takes in what the store has kept; its servers have one lease of time to be heard of. */
  async load(): Promise<void> {
    const { store, catalog } = this.#init, { revision, registered } = await store.list();
    for (const each of registered) {
      catalog.load(each.lease, each, revision);
      this.#begin(each);
    }
  }

  /** Registers an instance under a new lease. */
  async register(request: RegisterRequest): Promise<Lease> {
    const { limits, leases, ttlMs, store, onEvent } = this.#init;
    const { services, instance } = checkRegistration(request, limits);
    const registered = { lease: crypto.randomUUID(), services, instance };
    this.#begin(registered);
    try {
      await store.put(registered);
    } catch (error) {
      leases.end(registered.lease);
      throw error;
    }
    onEvent({ kind: "register", services, instance });
    return { lease: registered.lease, ttlMs };
  }

  /** Keeps a lease. */
  heartbeat({ lease }: LeaseRequest): Empty {
    this.#init.leases.renew(lease);
    return {};
  }

  /** Takes the instance of a lease out. */
  async deregister({ lease }: LeaseRequest): Promise<Empty> {
    const { catalog, leases, store, onEvent } = this.#init, registered = catalog.registered(lease);
    leases.end(lease);
    if (registered === undefined) return {};
    await store.remove(lease);
    onEvent({ kind: "deregister", services: registered.services, instance: registered.instance });
    return {};
  }

  /** The instances of a service, then every change. */
  async *watch({ service }: WatchRequest, context: Context): AsyncGenerator<Change> {
    const { catalog, limits, onEvent } = this.#init, { signal, peer: { address: peer } } = context;
    checkService(service, limits, "watch");
    if (this.#closing) throw new RpcError("unavailable", `Cannot watch ${service}: the center is going away`);
    const feed = catalog.follow(service), leave = () => feed.close();
    signal.addEventListener("abort", leave, { once: true });
    onEvent({ kind: "watch", service, peer });
    try {
      do {
        for (let change = feed.next(); change !== null; change = feed.next()) yield change;
      } while (await feed.changed());
    } finally {
      signal.removeEventListener("abort", leave);
      catalog.unfollow(feed);
      onEvent({ kind: "unwatch", service, peer });
    }
  }

  /** The instances of a service now. */
  discover({ service }: WatchRequest): Change {
    const { catalog, limits } = this.#init, { epoch, revision, settled } = catalog;
    checkService(service, limits, "discover");
    const put = new Gathering(`Cannot discover ${service}: too many instances for one reply, watch it`);
    return {
      epoch,
      revision,
      settled,
      reset: true,
      more: false,
      put: put.all(catalog.roster(service).instances()),
      removed: [],
    };
  }

  /** Every service and instance. */
  list(): ListReply {
    const gathering = new Gathering("Cannot list: too many instances for one reply, watch the services");
    const services = this.#init.catalog.rosters().map((roster) => ({
      service: roster.service,
      instances: gathering.all(roster.instances(), 3 * roster.service.length),
    }));
    return { services: services.toArray() };
  }

  /** Ends every watch and begins no other. */
  close(): void {
    this.#closing = true;
    this.#init.catalog.endFeeds();
  }

  /** Takes out what was not heard of in time; what the store can't take now gets another lease, and so another try. */
  async #expire(registered: Registered): Promise<void> {
    const { store, onEvent } = this.#init, { lease, services, instance } = registered;
    try {
      await store.remove(lease);
      onEvent({ kind: "expire", services, instance });
    } catch (error) {
      onEvent({ kind: "fail", error });
      if (!this.#closing) this.#begin(registered);
    }
  }

  #begin(registered: Registered): void {
    const { services, instance, lease } = registered;
    this.#init.leases.begin(lease, memoryOf(services, instance), () => this.#expire(registered));
  }
}

/** Gathers instances as far as they fit one reply. */
class Gathering {
  #complaint: string;
  #bytes = 0;

  constructor(complaint: string) {
    this.#complaint = complaint;
  }

  /** All of `instances`, beside which the reply has `bytes` more. */
  all(instances: Iterable<WireInstance>, bytes = 0): WireInstance[] {
    const gathered: WireInstance[] = [];
    this.#bytes += bytes;
    for (const instance of instances) {
      this.#bytes += wireSize(instance);
      if (this.#bytes > MAX_REPLY_BYTES) throw new RpcError("resource_exhausted", this.#complaint);
      gathered.push(instance);
    }
    return gathered;
  }
}
