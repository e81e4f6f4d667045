/**
 * A call that came in: what its handler sees as context, and how it is answered.
 *
 * @module
 */
import {
  type Context,
  FrameType,
  isAsyncIterable,
  type Metadata,
  noMetadata,
  type Peer,
  provesNotRun,
  refined,
  RpcError,
  WheelEntry,
} from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import { ItemQueue } from "./item_queue.ts";
import { ItemSender } from "./item_sender.ts";
import type { Coders } from "./method.ts";
import type { BodyCompression } from "./outbox.ts";
import type { Route } from "./request_reader.ts";

/** What a request frame says, for making an {@linkcode Incoming}. */
export interface IncomingHead {
  /** Its id. */
  readonly id: number;
  /** Its route. */
  readonly route: Route;
  /** Codec number. */
  readonly codec: number;
  /** No reply wanted. */
  readonly oneway: boolean;
  /** The request is a stream. */
  readonly stream: boolean;
  /** When the call must be over, on the connection's clock; Infinity for never. */
  readonly dueMs: number;
  /** Which attempt this is. */
  readonly attempt: number;
  /** Compression number the reply should have; 0 for none. */
  readonly accept: number;
  /** User metadata, or null. */
  readonly metadata: Metadata | null;
  /** Bytes of its body, counted while it runs. */
  readonly bodyBytes: number;
}

/** A call that came in. Answer it once, with `respond`, `respondStream` or `fail`; later answers are dropped. */
export class Incoming extends WheelEntry implements Context {
  /** Its id on the connection. */
  readonly id: number;
  /** Its route. */
  readonly route: Route;
  /** Codec number of the request, and so of the reply. */
  readonly codec: number;
  /** No reply wanted. */
  readonly oneway: boolean;
  /** Which attempt of its call this is, from 1. */
  readonly attempt: number;
  /** Compression number the reply should have. */
  readonly accept: number;
  /** Bytes of its body. */
  readonly bodyBytes: number;
  /** The request stream, when the request is one. */
  readonly requests: ItemQueue | null = null;
  /** Coders of the method in this codec; set by whoever answers. */
  coders: Coders | null = null;
  /** Compression of the reply; set by whoever answers. */
  compress: BodyCompression | null = null;
  /** Sends the reply stream, when there is one. */
  sender: ItemSender | null = null;
  #connection: Connection;
  #dueMs: number;
  #metadata: Metadata | null;
  #responseMetadata: Map<string, string | Uint8Array> | null = null;
  #controller: AbortController | null = null;
  #ended: RpcError | true | null = null;
  #tracked = false;
  #heldBytes = 0; // of items that wait beyond the window

  /** Makes the call that `head` describes. */
  constructor(connection: Connection, head: IncomingHead) {
    super();
    this.#connection = connection;
    this.id = head.id;
    this.route = head.route;
    this.codec = head.codec;
    this.oneway = head.oneway;
    this.attempt = head.attempt;
    this.accept = head.accept;
    this.bodyBytes = head.bodyBytes;
    this.#dueMs = head.dueMs;
    this.#metadata = head.metadata;
    if (head.stream) this.requests = new ItemQueue(connection.limits.streamWindowBytes, this);
  }

  /** Service name. */
  get service(): string {
    return this.route.service;
  }

  /** Method name. */
  get method(): string {
    return this.route.method;
  }

  /** User metadata of the request. */
  get metadata(): Metadata {
    return this.#metadata ?? noMetadata;
  }

  /** User metadata for the reply. */
  get responseMetadata(): Map<string, string | Uint8Array> {
    return this.#responseMetadata ??= new Map();
  }

  /** Aborts when nobody waits for the reply any more. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#ended instanceof RpcError) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** Milliseconds left until the deadline; Infinity without one. */
  get remainingMs(): number {
    return this.#dueMs - this.#connection.now();
  }

  /** Deadline in milliseconds since the Unix epoch; undefined without one. */
  get deadline(): number | undefined {
    return this.#dueMs === Infinity ? undefined : Date.now() + this.remainingMs;
  }

  /** The other end. */
  get peer(): Peer {
    return this.#connection.peer;
  }

  /** Whether it was answered, cancelled or given up. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Keeps the call in the connection's table until it ends, for a handler that takes its time. */
  track(): void {
    if (this.#tracked || this.#ended !== null) return;
    this.#tracked = true;
    this.#connection.track(this, this.#dueMs);
  }

  /** The handler has settled, however it ended: the call no longer counts as running. */
  settled(): void {
    if (this.#tracked) this.#connection.untrack(this);
    this.#tracked = false;
  }

  /**
   * Answers with one value; false when that must wait, which this call then does by itself. Throws what the codec throws;
   * then answer with `fail`.
   */
  respond(value: unknown): boolean {
    if (this.#ended !== null) return true;
    const { outbox } = this.#connection;
    if (!this.oneway) {
      if (outbox.isFull) return this.#respondLater(value);
      const { id, response } = this.coders!;
      outbox.response(this.id, id, response, value, this.#responseMetadata, this.compress);
    }
    this.#end(true);
    return true;
  }

  /** Waits unencoded while the connection has too much to write. */
  #respondLater(value: unknown): false {
    this.track();
    this.#connection.outbox.whenRoom(() => {
      try {
        if (!this.respond(value)) return;
      } catch (error) {
        this.fail(error);
      }
      this.settled();
    });
    return false;
  }

  /** Answers with a stream of what `items` gives; resolves with undefined, or with the error that broke the stream. */
  async respondStream(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<unknown> {
    if (this.#ended !== null || this.oneway) return returnUnread(items);
    const { outbox, noStreams: why } = this.#connection, { id, response } = this.coders!;
    if (why !== undefined) {
      returnUnread(items);
      return new RpcError("unimplemented", `Cannot answer ${this.service}.${this.method}: ${why}`);
    }
    const { streamWindowBytes } = outbox.peer, metadata = () => this.#responseMetadata;
    const sender = new ItemSender(outbox, this.id, id, response, streamWindowBytes, metadata);
    this.sender = sender;
    try {
      await sender.run(items);
      if (this.#ended !== null) return;
      outbox.end(this.id, sender.unsentMetadata());
      this.#end(true);
    } catch (error) {
      if (sender.refused(error)) return unsendable(this.route, error);
      return error ?? new RpcError("internal", "Cannot answer: the stream failed");
    }
  }

  /** Answers with an error. */
  fail(error: unknown): void {
    if (this.#ended !== null) return;
    const given = error instanceof RpcError ? error : new RpcError("internal", "Cannot answer: the handler failed");
    const failure = given.ofCall && provesNotRun(given.status) ? forget(given) : given;
    if (!this.oneway) {
      const type = this.sender === null ? FrameType.response : FrameType.end;
      this.#connection.outbox.error(type, this.id, failure, this.#responseMetadata);
    }
    this.#end(failure);
  }

  /** Ends the call without an answer: the caller has cancelled, or is gone. */
  abort(error: RpcError): void {
    if (this.#ended === null) this.#end(error);
  }

  /** The deadline has passed. */
  override onDue(): void {
    this.fail(
      new RpcError("deadline_exceeded", `Cannot finish ${this.service}.${this.method}: its deadline has passed`),
    );
  }

  /** The reader of the request stream has room for more. */
  grant(bytes: number): void {
    if (this.#ended === null) this.#connection.outbox.window(this.id, bytes);
  }

  /** Items that wait beyond their stream's window count like bodies. */
  hold(bytes: number): boolean {
    if (this.#ended !== null) return true;
    const connection = this.#connection, { maxCallBytes } = connection.limits;
    if (bytes > 0 && connection.incomingBytes + bytes > maxCallBytes) return false;
    this.#heldBytes += bytes;
    connection.incomingBytes += bytes;
    return true;
  }

  /** The handler reads no more requests; the caller learns it from the reply. */
  abandon(): void {}

  #end(how: RpcError | true): void {
    if (this.#heldBytes > 0) this.hold(-this.#heldBytes);
    this.#ended = how;
    this.#connection.wheel.remove(this);
    this.sender?.stop();
    if (how === true) this.requests?.end();
    else {
      this.requests?.end(how);
      this.#controller?.abort(how);
    }
  }
}

/** The error of a call that a handler made, without the claim that the method was not run: it was another method. */
function forget(cause: RpcError): RpcError {
  const { code, message, details, retryAfterMs } = cause;
  return new RpcError(code, message, { details, cause, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** Error of a call whose reply the codec does not take. */
export function unsendable({ service, method }: Route, cause: unknown): RpcError {
  return refined("bad_reply", `Cannot answer ${service}.${method}: ${(cause as Error).message}`, { cause });
}

/** Tells a stream that nobody will read it. */
function returnUnread(items: AsyncIterable<unknown> | Iterable<unknown>): void {
  if (!isAsyncIterable(items)) return;
  Promise.try(() => items[Symbol.asyncIterator]().return?.()).catch(() => {}); // nobody waits for its clean-up
}

/** Error of a call whose deadline had passed when it came in. */
export function tooLate(route: Route): RpcError {
  return refined("queue_timeout", `Cannot run ${route.service}.${route.method}: its deadline had passed on arrival`);
}
