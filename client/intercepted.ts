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
  /** Milliseconds it may take; Infinity for no limit. */
  readonly timeout: number;
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

/** An interceptor that hangs ends the call so much later than the call itself would, whose error says more. */
const GRACE_MS = 16;

/** Starts a call through its interceptors, which share its deadline and its signal. Retries belong to the innermost call. */
export function callThrough(run: InterceptedRun, start: StartCall): Outgoing {
  const { target: { spec }, request, stream, options, timeout, wheel } = run;
  const userMetadata = toMetadata(options?.metadata ?? {});
  const outer = new Outgoing(wheel, {
    spec,
    request,
    stream,
    oneway: false,
    idempotent: false,
    timeout: timeout + GRACE_MS,
    tellDeadline: spec.kind !== undefined || options?.timeout !== undefined,
    metadata: null,
    owner: null,
  });
  const signal = share(outer, options?.signal), dueMs = wheel.clock.now() + timeout;
  const call = view(run, { metadata: userMetadata, dueMs, signal });
  if (outer.settled) return outer;
  let made: Outgoing | null = null;
  const next = (inner: InterceptedCall) => {
    made = start(run.target, inner.request, stream || isAsyncIterable(inner.request), {
      ...options,
      ...(options?.timeout !== undefined && { timeout: Math.max(1, dueMs - wheel.clock.now()) }),
      metadata: inner.metadata,
      signal,
    });
    return made.reply();
  };
  const pass = () => made !== null && outer.gotMetadata(made.responseMetadata);
  // A promise callback, so that an interceptor that throws at once also ends the call.
  Promise.resolve(call).then(intercept(run.interceptors, next)).finally(pass)
    .then((reply) => outer.adopt(reply), (error) => outer.fail(RpcError.from(error, "internal")));
  return outer;
}

/** A signal that aborts when `outer` has ended; `outer` is cancelled by the caller's own signal. */
function share(outer: Outgoing, asked: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const onAbort = () => {
    controller.abort(asked!.reason);
    outer.cancel(asked!.reason);
  };
  outer.cleanup = () => {
    asked?.removeEventListener("abort", onAbort);
    controller.abort(new RpcError("canceled", `Cannot finish ${outer.spec.name}: the call is over`));
  };
  if (asked?.aborted) onAbort();
  else asked?.addEventListener("abort", onAbort, { once: true });
  return controller.signal;
}

function view(
  { target: { spec: { service, method } }, request, wheel }: InterceptedRun,
  { metadata, dueMs, signal }: { metadata: InterceptedCall["metadata"]; dueMs: number; signal: AbortSignal },
): InterceptedCall {
  return {
    side: "client",
    service,
    method,
    request,
    metadata,
    signal,
    get remainingMs() {
      return dueMs - wheel.clock.now();
    },
  };
}
