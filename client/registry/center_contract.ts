/**
 * What a center offers to servers and clients: the service `erpc.center`.
 *
 * @module
 */
import { type Method, serverStream, type Service, service, type StructType, t, unary } from "../../codec/mod.ts";

/** An instance as it travels. */
export interface WireInstance {
  /** Unique id. */
  id: string;
  /** Address. */
  address: string;
  /** Relative share of calls. */
  weight: number;
  /** What balancers may want to know. */
  metadata: Map<string, string>;
}

/** Schema of {@linkcode WireInstance}. */
export const WireInstance: StructType<WireInstance> = t.struct("erpc.center.Instance", {
  id: t.field(1, t.string),
  address: t.field(2, t.string),
  weight: t.field(3, t.int32),
  metadata: t.field(4, t.map(t.string, t.string)),
});

/** Asks for a lease. */
export interface RegisterRequest {
  /** Services the instance answers for. */
  services: string[];
  /** The instance. */
  instance: WireInstance;
}

/** A lease: without a heartbeat within `ttlMs` the instance is taken out. */
export interface Lease {
  /** Id for heartbeats. */
  lease: string;
  /** Milliseconds it lives without a heartbeat. */
  ttlMs: number;
}

/** Names a lease. */
export interface LeaseRequest {
  /** Id of the lease. */
  lease: string;
}

/** Nothing. */
export type Empty = Record<never, never>;

/** Names a service. */
export interface WatchRequest {
  /** The service. */
  service: string;
}

/** What has changed among the instances of a service. */
export interface Change {
  /** Which run of the center says so; revisions of different epochs can't be compared. */
  epoch: string;
  /** Grows with every change. */
  revision: number;
  /** The list starts anew with `put`: it goes on in the next change while `more` is set. */
  reset: boolean;
  /** The center has been up for at least a lease, so that what is missing is really gone. */
  settled: boolean;
  /** Instances that are new or have changed. */
  put: WireInstance[];
  /** Ids of instances that are gone. */
  removed: string[];
  /** The list that has begun is not whole yet: the next change goes on with it. */
  more: boolean;
}

/** One service in a list. */
export interface ServiceEntry {
  /** Its name. */
  service: string;
  /** Its instances. */
  instances: WireInstance[];
}

/** Everything a center knows. */
export interface ListReply {
  /** Services by name. */
  services: ServiceEntry[];
}

/** Schema of {@linkcode RegisterRequest}. */
const RegisterRequest: StructType<RegisterRequest> = t.struct("erpc.center.RegisterRequest", {
  services: t.field(1, t.list(t.string)),
  instance: t.field(2, WireInstance),
});
/** Schema of {@linkcode Lease}. */
const Lease: StructType<Lease> = t.struct("erpc.center.Lease", {
  lease: t.field(1, t.string),
  ttlMs: t.field(2, t.int32),
});
/** Schema of {@linkcode LeaseRequest}. */
const LeaseRequest: StructType<LeaseRequest> = t.struct("erpc.center.LeaseRequest", { lease: t.field(1, t.string) });
/** Schema of {@linkcode Empty}. */
const Empty: StructType<Empty> = t.struct("erpc.center.Empty", {});
/** Schema of {@linkcode WatchRequest}. */
const WatchRequest: StructType<WatchRequest> = t.struct("erpc.center.WatchRequest", {
  service: t.field(1, t.string),
});
/** Schema of {@linkcode Change}. */
const Change: StructType<Change> = t.struct("erpc.center.Change", {
  epoch: t.field(1, t.string),
  revision: t.field(2, t.int53),
  reset: t.field(3, t.bool),
  settled: t.field(4, t.bool),
  put: t.field(5, t.list(WireInstance)),
  removed: t.field(6, t.list(t.string)),
  more: t.field(7, t.bool),
});
/** Schema of {@linkcode ServiceEntry}. */
const ServiceEntry: StructType<ServiceEntry> = t.struct("erpc.center.ServiceEntry", {
  service: t.field(1, t.string),
  instances: t.field(2, t.list(WireInstance)),
});
/** Schema of {@linkcode ListReply}. */
const ListReply: StructType<ListReply> = t.struct("erpc.center.ListReply", {
  services: t.field(1, t.list(ServiceEntry)),
});

/** Methods of a center. */
export type CenterMethods = {
  /** Registers an instance and gives a lease for it. Registering an id again replaces it. */
  readonly register: Method<RegisterRequest, Lease, "unary">;
  /** Keeps a lease alive; fails with `not_found` when the center does not know it: register again. */
  readonly heartbeat: Method<LeaseRequest, Empty, "unary">;
  /** Takes the instance of a lease out; one that is unknown is out already. */
  readonly deregister: Method<LeaseRequest, Empty, "unary">;
  /** The instances of a service, whole at first, then every change. */
  readonly watch: Method<WatchRequest, Change, "server_stream">;
  /** The instances of a service at this moment. */
  readonly discover: Method<WatchRequest, Change, "unary">;
  /** Every service and instance. */
  readonly list: Method<Empty, ListReply, "unary">;
};

/** The contract of a center. */
export const Center: Service<CenterMethods> = service("erpc.center", {
  register: unary(RegisterRequest, Lease, { idempotent: true }),
  heartbeat: unary(LeaseRequest, Empty, { idempotent: true }),
  deregister: unary(LeaseRequest, Empty, { idempotent: true }),
  watch: serverStream(WatchRequest, Change, { idempotent: true }),
  discover: unary(WatchRequest, Change, { idempotent: true }),
  list: unary(Empty, ListReply, { idempotent: true }),
});
