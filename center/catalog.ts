/**
 * Who answers for which service, and who wants to know: the store's registrations by service, with their watchers.
 *
 * @module
 */
import { type Clock, RpcError } from "../protocol/mod.ts";
import { Feed, type FeedSource } from "./feed.ts";
import type { CenterLimits } from "./limits.ts";
import { Roster } from "./roster.ts";
import type { Registered, StoreChange } from "./store/mod.ts";
import { Wakeups } from "./wakeups.ts";

interface Watched {
  readonly roster: Roster;
  readonly feeds: Set<Feed>;
}

/** Services by name. Fed with the changes of a store; read by watchers. */
export class Catalog implements FeedSource {
  /** Which run of the center this is. */
  readonly epoch: string = crypto.randomUUID();
  #limits: CenterLimits;
  #registered = new Map<string, Registered>();
  #services = new Map<string, Watched>();
  #wakeups: Wakeups;
  #revision = 0;
  #settled = false;
  #watches = 0;

  /** Makes an empty catalog. */
  constructor(clock: Clock, limits: CenterLimits) {
    this.#limits = limits;
    this.#wakeups = new Wakeups(clock);
  }

  /** Revision of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** The center has been up for a whole lease, so what is missing is really gone. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Services that have instances. */
  *rosters(): Generator<Roster> {
    for (const { roster } of this.#services.values()) if (roster.size > 0) yield roster;
  }

  /** The roster of a service; an empty one when nobody has registered for it. */
  roster(service: string): Roster {
    return this.#services.get(service)?.roster ?? new Roster(service, this.#revision);
  }

  /** The registration of a lease. */
  registered(lease: string): Registered | undefined {
    return this.#registered.get(lease);
  }

  /** Takes in a change of the store. Of two leases with the same instance, the later has it. */
  apply({ revision, lease, registered }: StoreChange): void {
    if (revision <= this.#revision) return; // known from the list that was loaded
    this.#revision = revision;
    this.load(lease, registered, revision);
  }

  /** Takes in one registration, or that it is gone. */
  load(lease: string, registered: Registered | undefined, revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
    const old = this.#registered.get(lease);
    if (registered === undefined) this.#registered.delete(lease);
    else this.#registered.set(lease, registered);
    for (const service of registered?.services ?? []) {
      const watched = this.#watched(service, revision);
      if (watched.roster.put(registered!.instance, lease, revision)) this.#wakeups.request(watched.feeds);
    }
    if (old === undefined) return;
    const kept = new Set(old.instance.id === registered?.instance.id ? registered.services : []);
    for (const service of old.services) if (!kept.has(service)) this.#remove(service, old, revision);
  }

  /** From now on what is missing counts as gone; every watcher hears the whole list once more. */
  settle(): void {
    this.#settled = true;
    for (const { feeds } of this.#services.values()) this.#wakeups.request(feeds);
  }

  /** A feed of the changes of a service, for {@linkcode Catalog.unfollow}. Throws `resource_exhausted` when there are too many. */
  follow(service: string): Feed {
    if (this.#watches >= this.#limits.maxWatches) {
      throw new RpcError(
        "resource_exhausted",
        `Cannot watch ${service}: ${this.#watches} watches run, which is the limit`,
      );
    }
    const { roster, feeds } = this.#watched(service, this.#revision), feed = new Feed(this, roster);
    feeds.add(feed);
    this.#watches++;
    return feed;
  }

  /** Ends a feed. */
  unfollow(feed: Feed): void {
    const watched = this.#services.get(feed.service);
    if (watched === undefined || !watched.feeds.delete(feed)) return;
    this.#watches--;
    feed.close();
    this.#forget(watched);
  }

  /** Ends every feed. */
  endFeeds(): void {
    for (const { feeds } of this.#services.values()) for (const feed of feeds) feed.close();
  }

  /** Wakes nobody any more. */
  close(): void {
    this.endFeeds();
    this.#wakeups.close();
  }

  #watched(service: string, revision: number): Watched {
    return this.#services.getOrInsertComputed(
      service,
      () => ({ roster: new Roster(service, revision), feeds: new Set<Feed>() }),
    );
  }

  #remove(service: string, { lease, instance }: Registered, revision: number): void {
    const watched = this.#services.get(service);
    if (watched === undefined || !watched.roster.remove(instance.id, lease, revision)) return;
    this.#wakeups.request(watched.feeds);
    this.#forget(watched);
  }

  /** Drops a service that nobody offers and nobody wants. */
  #forget({ roster, feeds }: Watched): void {
    if (roster.size === 0 && feeds.size === 0) this.#services.delete(roster.service);
  }
}
