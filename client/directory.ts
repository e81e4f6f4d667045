/**
 * The endpoints of one service as a client sees them: a watched snapshot, so that no call asks a registry.
 *
 * @module
 */
import { refined, RpcError } from "../protocol/mod.ts";
import { parseAddress, type Pool } from "../transport/mod.ts";
import type { BalancedCall, Balancer, Endpoint } from "./balancer/mod.ts";
import type { Instance, Registry, Snapshot } from "./registry/mod.ts";

/** An endpoint with its connections. */
export interface Member extends Endpoint {
  /** Connections to it. */
  readonly pool: Pool;
}

/** What a directory needs of its client. */
export interface DirectoryInit {
  /** Asked for the service. */
  readonly registry: Registry;
  /** Picks among the members. */
  readonly balancer: Balancer;
  /** The pool of an address; every member asks once and gives it back when it goes. */
  readonly borrow: (address: string) => Pool;
  /** Gives a pool back. */
  readonly giveBack: (address: string) => void;
}

/** Endpoints of one service, kept up to date until closed. */
export class Directory {
  /** Resolves when the first snapshot is there, or the directory is closed. */
  readonly ready: Promise<void>;
  #service: string;
  #init: DirectoryInit;
  #members: Member[] = [];
  #known = false;
  #why = "the registry has not answered";
  #closed = new AbortController();
  #resolveReady!: () => void;

  /** Starts watching `service`. */
  constructor(service: string, init: DirectoryInit) {
    this.#service = service;
    this.#init = init;
    this.ready = new Promise((resolve) => this.#resolveReady = resolve);
    this.#watch().catch(() => {}).finally(() => this.#resolveReady()); // a registry that fails leaves the list as it is
  }

  /** The endpoints there are. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /**
   * An endpoint for a call, rather not one of `tried` or one that can't be reached; null when there is none at all. Throws
   * `internal` when the balancer fails.
   */
  pick(call: BalancedCall, tried: ReadonlySet<string> | null, nowMs: number): Member | null {
    const members = this.#members;
    if (members.length <= 1) return members[0] ?? null;
    const good = this.#good(tried, nowMs);
    return this.#balance(good.length > 0 ? good : members, call);
  }

  /** The error of a call for which there is no endpoint. */
  none(method: string): RpcError {
    const why = this.#known ? `no server is registered for service ${this.#service}` : this.#why;
    return refined("no_endpoint", `Cannot find ${method}: ${why}`);
  }

  /** Ends watching. */
  close(): void {
    this.#closed.abort();
    this.#resolveReady();
  }

  /** Members that are reachable and not tried; all of them in the usual case, without a copy. */
  #good(tried: ReadonlySet<string> | null, nowMs: number): readonly Member[] {
    const members = this.#members;
    if (tried === null && !members.some(({ pool }) => pool.failing)) return members;
    const reachable = members.filter(({ pool }) => !pool.blocked(nowMs));
    const fresh = tried === null ? reachable : reachable.filter(({ id }) => !tried.has(id));
    return fresh.length > 0 ? fresh : reachable;
  }

  #balance(members: readonly Member[], call: BalancedCall): Member {
    try {
      const picked = this.#init.balancer(members, call) as Member | undefined;
      if (picked !== undefined) return picked;
    } catch (cause) {
      throw unbalanced(call, cause instanceof Error ? cause.message : String(cause), cause);
    }
    throw unbalanced(call, "it picked none of the endpoints");
  }

  async #watch(): Promise<void> {
    for await (const snapshot of this.#init.registry.watch(this.#service, this.#closed.signal)) {
      if (this.#closed.signal.aborted) break;
      this.#apply(snapshot);
      this.#resolveReady();
    }
  }

  #apply({ instances, known, why = "the registry can't be reached" }: Snapshot): void {
    this.#known = known;
    this.#why = why;
    const old = new Map(this.#members.map((member) => [member.id, member]));
    this.#members = instances.filter(isUsable).map((instance) => this.#member(instance, old));
    for (const { address } of old.values()) this.#init.giveBack(address);
  }

  /** The member of an instance: the old one when nothing has changed, which is then taken out of `old`. */
  #member(instance: Instance, old: Map<string, Member>): Member {
    const { id, address, weight = 100, metadata = {} } = instance, standing = old.get(id);
    if (standing !== undefined && standing.address === address) {
      old.delete(id);
      return { id, address, weight, metadata, pool: standing.pool };
    }
    return { id, address, weight, metadata, pool: this.#init.borrow(address) };
  }
}

function unbalanced({ spec: { service, method } }: BalancedCall, why: string, cause?: unknown): RpcError {
  return new RpcError("internal", `Cannot send ${service}.${method}: the balancer failed: ${why}`, { cause });
}

/** Whether an instance wants calls and has an address that can be one: of a bad one the others must not suffer. */
function isUsable({ weight, address }: Instance): boolean {
  if (weight === 0) return false;
  try {
    parseAddress(address);
    return true;
  } catch {
    return false;
  }
}
