/**
 * The seam every registry fills: who answers for a service, now and from now on.
 *
 * @module
 */
import type { Interceptor, TimerWheel } from "../../protocol/mod.ts";
import type { Stage, TlsOptions, Transport } from "../../transport/mod.ts";

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
  /** Why it does not know, for the errors of calls: where it was asked, and what came of it. */
  readonly why?: string;
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

/** How a registry is reached, and by which clock it lives. */
export interface RegistryOptions {
  /** Use TLS with these certificates. */
  readonly tls?: TlsOptions;
  /** Stages between frames and socket, for a center that runs the same. */
  readonly stages?: readonly Stage[];
  /** Wrap every call of a center, for example to prove who calls; the first is the outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Transports of one's own, found before the built-in ones of the same name. */
  readonly transports?: readonly Transport[];
  /** Time, for simulations. */
  readonly wheel?: TimerWheel;
  /** Hears why a registration was refused; it is tried again all the same. Default: nobody hears of it. */
  readonly onError?: (error: unknown) => void;
}

/** What registries get to work with. */
export interface RegistryInit extends RegistryOptions {
  /** The part of the URL behind `scheme://`. */
  readonly location: string;
}

/** Makes a registry. */
export type MakeRegistry = (init: RegistryInit) => Registry;
