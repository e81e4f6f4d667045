/**
 * Answers calls: decodes the request, runs the handler, sends what it gives.
 *
 * @module
 */
import { type Codec, codecOfId } from "../codec/mod.ts";
import { type Compressor, compressorOfId, DEFAULT_THRESHOLD_BYTES } from "../codec/compress/mod.ts";
import {
  intercept,
  type InterceptedCall,
  type Interceptor,
  isAsyncIterable,
  type Next,
  type Reader,
  refined,
  RpcError,
} from "../protocol/mod.ts";
import { type Answer, type Coders, type Incoming, Outgoing, unsendable } from "../transport/mod.ts";
import type { HandledMethod, Routes } from "./routes.ts";

/** Called with what a handler threw that was no RpcError, which the caller is not told. */
export type OnError = (error: unknown, call: { readonly service: string; readonly method: string }) => void;

/** What answering needs. */
export interface AnswerInit {
  /** The handlers. */
  readonly routes: Routes;
  /** Hears of errors that callers are not told. */
  readonly onError: OnError;
  /** Wrap every handler; the first is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Codecs of one's own. */
  readonly codecs?: readonly Codec[] | undefined;
  /** Compressors of one's own. */
  readonly compressors?: readonly Compressor[] | undefined;
}

/** Makes the function that answers the calls of connections. */
export function makeAnswer(init: AnswerInit): Answer {
  const { routes, codecs, interceptors = [] } = init;
  const chains = interceptors.length === 0 ? null : new Map<HandledMethod, Next>();
  return (call, body) => {
    const handled = routes.find(call.route);
    call.coders = handled.spec.compiled(call.codec) ?? compile(handled, call, codecs);
    if (call.accept !== 0) chooseCompression(call, init.compressors);
    const request = call.requests === null ? decode(handled, call, body) : requests(handled, call.requests);
    if (call.requests !== null) call.track(); // its items find it there
    const chain = chains?.getOrInsertComputed(handled, () => wrap(handled, interceptors)) ?? null;
    run(handled, chain, request, call, init.onError);
  };
}

function wrap({ handler, spec: { kind } }: HandledMethod, interceptors: readonly Interceptor[]): Next {
  return intercept(interceptors, async ({ request, context }) => {
    const reply = await whole(handler(request, context!));
    return isStream(reply, kind) && !isAsyncIterable(reply) ? each(reply) : reply;
  });
}

/** Interceptors see every stream as an AsyncIterable. */
async function* each(items: Iterable<unknown>): AsyncGenerator<unknown> {
  yield* items;
}

function compile({ spec }: HandledMethod, call: Incoming, own: readonly Codec[] | undefined): Coders {
  const codec = codecOfId(call.codec, own);
  if (codec === undefined || codec instanceof Promise) {
    throw refined("unsupported", `Cannot run ${spec.name}: codec ${call.codec} is unknown here`);
  }
  try {
    const coders = spec.coders(codec);
    if (coders.id === call.codec) return coders;
  } catch (cause) {
    throw refined("unsupported", `Cannot run ${spec.name}: ${(cause as Error).message}`, { cause });
  }
  throw refined("unsupported", `Cannot run ${spec.name}: codec ${codec.name} needs a schema here`);
}

/** The request stream, for a method that takes one or does not say what it takes. */
function requests({ spec }: HandledMethod, items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  if (spec.kind !== "unary" && spec.kind !== "server_stream") return items;
  throw refined("bad_request_body", `Cannot run ${spec.name}: its request is no stream`);
}

function decode({ spec }: HandledMethod, call: Incoming, body: Reader): unknown {
  if (spec.kind === "client_stream" || spec.kind === "bidi") {
    throw refined("bad_request_body", `Cannot run ${spec.name}: its request is a stream`);
  }
  try {
    return call.coders!.request.decode(body);
  } catch (cause) {
    const error = RpcError.from(cause, "internal");
    if (error.code === "resource_exhausted") throw refined("request_too_large", error.message, { cause });
    if (error.code !== "invalid_argument") throw error;
    throw refined("bad_request_body", error.message, { cause });
  }
}

function chooseCompression(call: Incoming, own: readonly Compressor[] | undefined): void {
  const compressor = compressorOfId(call.accept, own);
  if (compressor === undefined || compressor instanceof Promise) return; // used from its first reply after loading on
  call.compress = { compressor, thresholdBytes: DEFAULT_THRESHOLD_BYTES };
}

/** Runs the handler; one that answers at once costs neither a promise nor a place in the connection's table. */
function run(handled: HandledMethod, chain: Next | null, request: unknown, call: Incoming, onError: OnError): void {
  let reply: unknown;
  try {
    reply = chain === null ? handled.handler(request, call) : chain(intercepted(request, call));
  } catch (error) {
    return finish(call, error, onError);
  }
  if (reply instanceof Promise || isThenable(reply)) {
    call.track();
    whole(reply).then((value) => give(handled, value, call, onError), (error) => finish(call, error, onError));
  } else give(handled, reply, call, onError);
}

/** The whole reply of a call that a handler passes on, be it one value or a stream; anything else as it is. */
function whole<T>(reply: T): T | Promise<unknown> {
  return reply instanceof Outgoing ? reply.reply() : reply;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function give(handled: HandledMethod, reply: unknown, call: Incoming, onError: OnError): void {
  if (isStream(reply, handled.spec.kind)) {
    call.track();
    call.respondStream(reply).then((error) => error === undefined ? call.settled() : finish(call, error, onError));
    return;
  }
  try {
    if (call.respond(reply)) call.settled();
  } catch (error) {
    finish(call, unsendable(call.route, error), onError);
  }
}

/** Whether a reply is a stream of replies: an AsyncIterable or a generator, or any iterable where the contract says so. */
function isStream(
  reply: unknown,
  kind: HandledMethod["spec"]["kind"],
): reply is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof reply !== "object" || reply === null || kind === "unary" || kind === "client_stream") return false;
  if (Symbol.asyncIterator in reply) return true;
  return Symbol.iterator in reply && (kind !== undefined || "next" in reply);
}

/** Ends a call with an error; what is no RpcError stays here, for it may hold what is nobody's business. */
function finish(call: Incoming, error: unknown, onError: OnError): void {
  const foreign = !(error instanceof RpcError), report = foreign && !call.ended;
  call.fail(
    foreign ? new RpcError("internal", `Cannot answer ${call.service}.${call.method}: its handler failed`) : error,
  );
  call.settled();
  if (report) tell(onError, error, call);
}

/** Reports an error; should that fail, both are on the console, and callers learn of neither. */
function tell(onError: OnError, error: unknown, call: Incoming): void {
  try {
    onError(error, call);
  } catch (failure) {
    console.error(`Cannot report what ${call.service}.${call.method} failed with:`, failure, error);
  }
}

/** A call that came in, as interceptors see it. */
function intercepted(request: unknown, call: Incoming): InterceptedCall {
  const { service, method } = call;
  return {
    side: "server",
    service,
    method,
    request,
    metadata: new Map(call.metadata),
    context: call,
    get signal() {
      return call.signal;
    },
    get remainingMs() {
      return call.remainingMs;
    },
  };
}
