/**
 * The request of a call that goes out: what is asked for, until when, and where its attempts stand.
 *
 * @module
 */
import { Flag, type Metadata, WheelEntry } from "../protocol/mod.ts";
import type { Coders, MethodSpec } from "./method.ts";
import type { BodyCompression, RequestHead } from "./outbox.ts";
import type { OutgoingInit } from "./outgoing_init.ts";

/** What a call sends. The call itself extends it, because another object per call would cost time. */
export abstract class OutgoingRequest extends WheelEntry implements RequestHead {
  /** Id on its connection; 0 while it has none. */
  id = 0;
  /** Position in the connection's bytes behind its request. */
  sentAt = 0;
  /** Which attempt this is, from 1. */
  attempt = 1;
  /** Codec number of the request. */
  codec = 0;
  /** Coders of the method; set before the call is opened. */
  coders: Coders | null = null;
  /** For the owner: id of the endpoint the attempt goes to. */
  endpoint = "";
  /** For the owner: ids of endpoints where an attempt has failed, or null. */
  tried: Set<string> | null = null;
  /** For the owner: an attempt that failed may have run. */
  mayHaveRun = false;
  /** The method. */
  readonly spec: MethodSpec;
  /** The request, or an iterable of requests. */
  readonly request: unknown;
  /** Bits of {@linkcode Flag}. */
  readonly flags: number;
  /** Compression of the body and the reply; set before the call is opened. */
  compress: BodyCompression | null = null;
  /** User metadata. */
  readonly metadata: Metadata | null;
  /** When the call must be over; Infinity for never. */
  dueMs: number = Infinity;
  /** Milliseconds left to tell the other side, or 0 for no deadline. */
  timeoutMs = 0;

  /** Takes the request out of `init`. */
  constructor(init: OutgoingInit) {
    super();
    this.spec = init.spec;
    this.request = init.request;
    this.metadata = init.metadata;
    this.flags = (init.oneway ? Flag.oneway : 0) | (init.stream ? Flag.stream : 0) |
      (init.idempotent ? Flag.idempotent : 0);
  }

  /** Whether the call may be run more than once. */
  get idempotent(): boolean {
    return (this.flags & Flag.idempotent) !== 0;
  }

  /** No reply wanted. */
  get oneway(): boolean {
    return (this.flags & Flag.oneway) !== 0;
  }

  /** The request is a stream. */
  get streams(): boolean {
    return (this.flags & Flag.stream) !== 0;
  }

  /** Takes the time left from the deadline, for a request that is written later than it was made, at `nowMs`. */
  measure(nowMs: number): void {
    if (this.timeoutMs > 0) this.timeoutMs = Math.max(1, this.dueMs - nowMs);
  }
}
