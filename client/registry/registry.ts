/**
 * The seam every registry fills: who answers for a service, now and from now on.
 *
 * @module
 */

/** One server of a service. */
export interface Instance {
  /** Name that is unique among the instances of a registry. */
  readonly id: string;
  /** Where it listens, such as `"tcp://10.0.0.7:8877"`. */
  readonly address: string;
  /** Share of calls it should get, relative to the others; default 100, 0 for none. */
  readonly weight?: number;
  /** What balancers and routing rules may want to know, such as `{ zone: "b" }`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** All instances of a service at one moment. */
export interface Snapshot {
  /** The instances. */
  readonly instances: readonly Instance[];
  /** Whether the registry knows; false while it can't be reached and nothing was heard from it yet. */
  readonly known: boolean;
}

/** Instances kept registered until closed. */
export interface Registration {
  /** Whether the registry has the registration now. */
  readonly registered: boolean;
  /** Resolves when the registry has it for the first time; never rejects. */
  readonly ready: Promise<void>;
  /** Takes the instance out; resolves when the registry knows, or can't be reached. */
  close(): Promise<void>;
}

/** A registry. */
export interface Registry {
  /**
   * Gives a snapshot at once (or as soon as it is known whether there is one), then one after each change; may coalesce.
   * Goes on by itself after every failure; ends when `signal` aborts.
   */
  watch(service: string, signal: AbortSignal): AsyncIterable<Snapshot>;
  /** Registers `instance` for `services` and keeps it registered, trying again for as long as it takes. */
  register(services: readonly string[], instance: Instance): Registration;
  /** Ends everything it does. */
  close(): Promise<void>;
}

/** What registries get to work with. */
export interface RegistryInit {
  /** The part of the URL behind `scheme://`. */
  readonly location: string;
}

/** Makes a registry. */
export type MakeRegistry = (init: RegistryInit) => Registry;
