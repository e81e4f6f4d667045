/**
 * What a call is to those who make it, answer it or stand between.
 *
 * @module
 */
import type { Metadata, MetadataInit } from "./metadata.ts";
import { utf8Length } from "./writer.ts";

/**
 * A call in flight: `await` it for its reply, `for await` it for its stream, dispose it to cancel.
 *
 * It was sent when it was made. It is a thenable of its own: no promise exists until somebody asks for one, so a call that
 * is iterated or ignored leaves no unhandled rejection. Awaiting a stream gives its first item and cancels the rest;
 * iterating a unary call gives its one reply. Both reject or throw with an `RpcError`.
 */
export interface Call<T = unknown> extends Promise<T>, AsyncIterable<T>, Disposable, AsyncDisposable {
  /** Metadata of the reply; empty until the reply's first frame is there. */
  readonly responseMetadata: Metadata;
  /** Cancels the call here and at the other side; a call that has ended stays as it is. */
  cancel(reason?: unknown): void;
}

/** A stream in flight: `for await` it; `break` or dispose cancels it at the other side. */
export interface StreamCall<T = unknown> extends AsyncIterable<T>, Disposable, AsyncDisposable {
  /** Metadata of the reply; empty until the reply's first frame is there. */
  readonly responseMetadata: Metadata;
  /** Cancels the stream here and at the other side; a stream that has ended stays as it is. */
  cancel(reason?: unknown): void;
}

/** Options of one call. */
export interface CallOptions {
  /** Milliseconds for the whole call: dialling, queueing and every attempt. Default 30,000 for unary, none for streams. */
  timeout?: number;
  /** Cancels the call when it aborts. */
  signal?: AbortSignal;
  /** User metadata sent with the request. */
  metadata?: MetadataInit;
  /** Declares that running the method twice does no harm, so that it may be repeated when it is unknown whether it ran. */
  idempotent?: boolean;
  /** Sends the request and wants no reply: the call resolves with undefined once it is handed to the connection. */
  oneway?: boolean;
}

/** What a handler gets beside the request. */
export interface Context {
  /** Service name, such as `"demo"`. */
  readonly service: string;
  /** Method name, such as `"hello"`. */
  readonly method: string;
  /** User metadata of the request. */
  readonly metadata: Metadata;
  /** User metadata for the reply; set it before the handler returns, or before a stream's first item. */
  readonly responseMetadata: Map<string, string | Uint8Array>;
  /** Aborts when the caller cancels, the deadline passes or the connection breaks. Made when first read. */
  readonly signal: AbortSignal;
  /** Milliseconds left until the deadline; Infinity without one. */
  readonly remainingMs: number;
  /** Deadline in milliseconds since the Unix epoch; undefined without one. */
  readonly deadline: number | undefined;
  /** Which attempt of its call this is, from 1. */
  readonly attempt: number;
  /** The other end: call it back over the same connection. */
  readonly peer: Peer;
}

/** A method's implementation. The request of a client stream is an AsyncIterable; a stream of replies is returned as one. */
export type Handler<Req = unknown, Rsp = unknown> = (
  request: Req,
  context: Context,
) => Rsp | Promise<Rsp> | AsyncIterable<Rsp> | Iterable<Rsp>;

/** Whom a certificate is for that was shown, checked, and proven to be one's own. */
export interface Identity {
  /** Common name of its subject, the last one of several; empty without one. */
  readonly commonName: string;
  /** Its alternative names, such as `"DNS:api.example"`, `"URI:spiffe://example/api"`, `"IP:10.0.0.7"`, `"email:a@b.example"`. */
  readonly altNames: readonly string[];
  /** SHA-256 of the certificate in hexadecimal. */
  readonly fingerprint: string;
}

/** The other end of a connection. */
export interface Peer {
  /** Where it is, such as `"tcp://127.0.0.1:50412"`. */
  readonly address: string;
  /** Who it has proven to be by its certificate; undefined without one. */
  readonly identity?: Identity | undefined;
  /** Resolves when the connection has ended, with the error that ended it or undefined after a clean end. */
  readonly closed: Promise<Error | undefined>;
  /** Calls a method that the other end handles. */
  call<Rsp = unknown>(method: string, request?: unknown, options?: CallOptions): Call<Rsp>;
}

/** One call as interceptors see it, on either side. */
export interface InterceptedCall {
  /** Which side this interceptor runs on. */
  readonly side: "client" | "server";
  /** Service name. */
  readonly service: string;
  /** Method name. */
  readonly method: string;
  /** The request, or an AsyncIterable of requests for a client stream. An interceptor may pass on another one. */
  readonly request: unknown;
  /** User metadata of the request. On the client an interceptor may add to it. */
  readonly metadata: Map<string, string | Uint8Array>;
  /** Aborts when the call is cancelled or its deadline passes. */
  readonly signal: AbortSignal;
  /** Milliseconds left until the deadline; Infinity without one. */
  readonly remainingMs: number;
  /** The handler's context; server side only. */
  readonly context?: Context;
}

/** Runs a call: gives the reply, or an AsyncIterable of replies for a stream. Rejects with an `RpcError`. */
export type Next = (call: InterceptedCall) => Promise<unknown>;

/**
 * Wraps every call, unary or stream, on the side where it is installed; the first of a list is the outermost.
 *
 * @example
 * ```ts
 * import type { Interceptor } from "@erpc/erpc";
 * const log: Interceptor = (next) => async (call) => {
 *   try {
 *     return await next(call);
 *   } finally {
 *     console.log(call.side, call.service, call.method);
 *   }
 * };
 * console.assert(log.length === 1);
 * ```
 */
export type Interceptor = (next: Next) => Next;

/** Composes interceptors around `next`; the first is the outermost. */
export function intercept(interceptors: readonly Interceptor[], next: Next): Next {
  return interceptors.reduceRight((inner, interceptor) => interceptor(inner), next);
}

/** Splits `"pkg.demo.hello"` at its last dot into service and method; throws TypeError when a part is missing or too long. */
export function splitName(name: string): [service: string, method: string] {
  const dot = name.lastIndexOf(".");
  if (dot < 1 || dot === name.length - 1 || utf8Length(name) > 255) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(name)} as a method name: want "service.method", at most 255 bytes`,
    );
  }
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** Whether a request is a stream of requests. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
