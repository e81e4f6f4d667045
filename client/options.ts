/**
 * Options of clients and of single calls.
 *
 * @module
 */
import type { Codec, CodecName } from "../codec/mod.ts";
import type { Compressor, CompressorName } from "../codec/compress/mod.ts";
import type { CallOptions, Interceptor, TimerWheel } from "../protocol/mod.ts";
import {
  checkMs,
  type Limits,
  type PoolOptions,
  type Stage,
  type Timing,
  type TlsOptions,
  type Transport,
} from "../transport/mod.ts";
import type { BalancerName, MakeBalancer } from "./balancer/mod.ts";
import type { Registry } from "./registry/mod.ts";
import type { MakeRetry, RetryName } from "./retry/mod.ts";

/** Options of a client. Everything that can be several is chosen by name or given as a value. */
export interface ClientOptions {
  /** Fixed address, or several, such as `":8877"`; no registry is asked then. */
  address?: string | readonly string[];
  /** Registry, as a URL such as `"erpc://127.0.0.1:8081"` or as a value. */
  registry?: string | Registry;
  /** Address of the center, or several. Default: `ERPC_CENTER` (a list), then `"127.0.0.1:8081"`. */
  center?: string | readonly string[];
  /** Encoding of requests and replies. Default `"jce"`. */
  codec?: CodecName | Codec;
  /** Compression of request and reply bodies of at least `compressThreshold` bytes. Default none. */
  compress?: CompressorName | Compressor;
  /** Bodies below this many bytes are not compressed. Default 1,024. */
  compressThreshold?: number;
  /** Which endpoint gets a call. Default `"round_robin"`. */
  balancer?: BalancerName | MakeBalancer;
  /** What happens after a failed attempt. Default `"failover"`. */
  retry?: RetryName | MakeRetry;
  /** Wrap every call; the first is the outermost. */
  interceptors?: readonly Interceptor[];
  /** Milliseconds for a unary call that does not say otherwise. Default 30,000; Infinity for none. */
  timeout?: number;
  /** Use TLS with these certificates. */
  tls?: TlsOptions;
  /** Stages between frames and socket; servers must run the same. */
  stages?: readonly Stage[];
  /** Bounds of each connection. */
  limits?: Partial<Limits>;
  /** Times of each connection. */
  timing?: Partial<Timing>;
  /** Connections to each address. */
  pool?: Partial<PoolOptions>;
  /** Transports of one's own, found before the built-in ones of the same name. */
  transports?: readonly Transport[];
  /** Time, for simulations. */
  wheel?: TimerWheel;
  /** Calls in flight keep the process alive. Default true. */
  holdProcess?: boolean;
}

/** Options of one call through the default client: those of the call, and those of the client to make it with. */
export interface AnyCallOptions extends CallOptions, Omit<ClientOptions, "timeout"> {}

/** Milliseconds for a unary call when nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Throws RangeError when `timeout` is no number of milliseconds above 0. */
export function checkTimeout(timeout: number): void {
  checkMs("timeout", timeout);
}
