/**
 * Calls that go through interceptors: the caller holds one call, the innermost interceptor makes another.
 *
 * @module
 */
import {
  type CallOptions,
  intercept,
  type InterceptedCall,
  type Interceptor,
  isAsyncIterable,
  RpcError,
  type TimerWheel,
  toMetadata,
} from "../protocol/mod.ts";
import { Outgoing } from "../transport/mod.ts";
import type { Target } from "./target.ts";

/** One call that goes through interceptors. */
export interface InterceptedRun {
  /** Its method. */
  readonly target: Target;
  /** The request, or an iterable of requests. */
  readonly request: unknown;
  /** The request is a stream. */
  readonly stream: boolean;
  /** Its options. */
  readonly options: CallOptions | undefined;
  /** Time. */
  readonly wheel: TimerWheel;
  /** The interceptors. */
  readonly interceptors: readonly Interceptor[];
}

/** Makes the innermost call. */
export type StartCall = (
  target: Target,
  request: unknown,
  stream: boolean,
  options: CallOptions | undefined,
) => Outgoing;

/** Starts a call through its interceptors. Deadline and retries belong to the innermost call. */
export function callThrough(run: InterceptedRun, start: StartCall): Outgoing {
  const { target, request, stream, options, wheel } = run;
  const outer = new Outgoing(wheel, {
    spec: target.spec,
    request,
    stream,
    oneway: false,
    idempotent: false,
    timeout: Infinity,
    tellDeadline: false,
    metadata: null,
    owner: null,
  });
  const controller = new AbortController();
  outer.cleanup = () => controller.abort(new RpcError("canceled", `Cannot finish ${target.spec.name}: the call is over`));
  const signal = options?.signal === undefined
    ? controller.signal
    : AbortSignal.any([controller.signal, options.signal]);
  const call = view(run, signal);
  const next = (inner: InterceptedCall) => {
    const streams = stream || isAsyncIterable(inner.request);
    return start(target, inner.request, streams, { ...options, metadata: inner.metadata, signal }).reply();
  };
  // A promise callback, so that an interceptor that throws at once also ends the call.
  Promise.resolve(call).then(intercept(run.interceptors, next))
    .then((reply) => outer.adopt(reply), (error) => outer.fail(RpcError.from(error, "internal")));
  return outer;
}

function view({ target, request, options, wheel }: InterceptedRun, signal: AbortSignal): InterceptedCall {
  const { service, method } = target.spec, timeout = options?.timeout ?? Infinity, dueMs = wheel.clock.now() + timeout;
  return {
    side: "client",
    service,
    method,
    request,
    metadata: toMetadata(options?.metadata ?? {}),
    signal,
    get remainingMs() {
      return dueMs - wheel.clock.now();
    },
  };
}
