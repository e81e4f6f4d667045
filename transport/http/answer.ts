/**
 * The answer of HTTP to a call, from the frames that answer it.
 *
 * @module
 */
import { FrameType, Reader, RpcError, systemWheel, WheelEntry } from "../../protocol/mod.ts";
import { readError } from "../error_frame.ts";
import type { FrameView } from "../frame_view.ts";
import { codedBody, codingOf, frameCoding } from "./body.ts";
import { failure, Refused } from "./failure.ts";
import { FRAMES, SOAP_12, SOAP_CODEC, typeOfCodec } from "./media_type.ts";
import { headersOf, readBlock } from "./metadata_headers.ts";
import type { PeerWire, Waiter } from "./peer_wire.ts";
import { ReplyStream } from "./reply_stream.ts";

/** What an answer must know of its request. */
export interface Asked {
  /** The request, which tells when who sent it has gone. */
  readonly request: Request;
  /** Codec of the call. */
  readonly codec: number;
  /** Media type of the request, which the answer has as well. */
  readonly type: string;
  /** What its headers say. */
  readonly said: { readonly streams: boolean; readonly own: boolean };
}

/** A call that runs, as its answer sees it. */
export interface Running {
  /** Id of the call. */
  readonly id: number;
  /** Where it runs. */
  readonly peer: Pick<PeerWire, "cancel" | "grant">;
}

/**
 * A call that has taken so long is worth to ask whether its caller is still there: making a request's `signal` costs more
 * than most calls do.
 */
const ASK_MS = 50;
const MAX_ENTRIES = 1000;

/** Makes one answer of the frames that come. In the wheel it hangs until the body is there, then until it is worth to ask. */
export class Answer extends WheelEntry implements Waiter {
  /** The answer. Rejects when the request is refused. */
  readonly response: Promise<Response>;
  #asked: Asked;
  #running: Running | null = null;
  #rest: Waiter | null = null;
  #isOver = false;
  #resolve!: (response: Response | Promise<Response>) => void;
  #reject!: (error: unknown) => void;

  /** Begins to wait for a request's body, `bodyTimeoutMs` at most. */
  constructor(asked: Asked, bodyTimeoutMs: number) {
    super();
    this.#asked = asked;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    systemWheel.add(this, systemWheel.clock.now() + bodyTimeoutMs);
  }

  /** Whether there is an answer already. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The call runs. */
  runs(running: Running): void {
    this.#running = running;
    systemWheel.add(this, systemWheel.clock.now() + ASK_MS);
  }

  /** The call runs, and nobody will hear of it. */
  accept(): void {
    if (this.#end()) this.#resolve(new Response(null, { status: 202 }));
  }

  /** The request is refused. */
  refuse(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  /** It takes long. */
  override onDue(): void {
    if (this.#running !== null) return whenGone(this.#asked.request, () => this.#gone());
    this.refuse(new Refused(408, new RpcError("deadline_exceeded", "Cannot read the body: it did not come in time")));
  }

  /** Takes a frame. */
  got(frame: FrameView): boolean {
    if (this.#rest !== null) return this.#rest.got(frame);
    if (!this.#end()) return false;
    if (frame.status !== 0 && frame.type !== FrameType.item) this.#failed(frame);
    else if (frame.type === FrameType.response) this.#resolve(replyOf(frame, this.#asked));
    else return this.#streamed(frame);
    return false;
  }

  /** The call is lost. */
  lost(error: RpcError): void {
    if (this.#rest !== null) this.#rest.lost(error);
    else if (this.#end()) this.#resolve(failure(error, { soap: this.#soap }));
  }

  /** Whether there was no answer until now. */
  #end(): boolean {
    if (this.#isOver) return false;
    systemWheel.remove(this);
    return this.#isOver = true;
  }

  #gone(): void {
    const { peer, id } = this.#running!;
    peer.cancel(id);
    this.lost(new RpcError("canceled", "Cannot answer: the caller has gone"));
  }

  get #soap(): string | undefined {
    return this.#asked.codec === SOAP_CODEC ? this.#asked.type : undefined;
  }

  #failed({ status, metadata: block }: FrameView): void {
    const metadata = new Map<string, string | Uint8Array>();
    const error = readError(status, new Reader(block), MAX_ENTRIES, metadata);
    this.#resolve(failure(error, { metadata, soap: this.#soap }));
  }

  #streamed(frame: FrameView): boolean {
    if (!this.#asked.said.streams) {
      const why = `its reply is a stream: call it with accept: ${FRAMES}, or over a WebSocket`;
      this.#resolve(failure(new RpcError("unimplemented", `Cannot answer: ${why}`), { soap: this.#soap, http: 406 }));
      return false;
    }
    const { peer, id } = this.#running!, onRead = (bytes: number) => peer.grant(id, bytes);
    const stream = this.#rest = new ReplyStream({ id, onRead, onCancel: () => peer.cancel(id) });
    stream.got(frame);
    this.#resolve(new Response(stream.body, { headers: { "content-type": FRAMES } }));
    return frame.type === FrameType.item;
  }
}

/** Calls `onGone` when who sent `request` goes; the runtime may do so as well when the answer has been sent. */
function whenGone({ signal }: Request, onGone: () => void): void {
  if (signal.aborted) onGone();
  else signal.addEventListener("abort", onGone, { once: true });
}

function replyOf(frame: FrameView, { codec, type, said: { own } }: Asked): Response {
  const { compression } = frame, headers: Record<string, string> = { "content-type": contentType(codec, type) };
  if (compression !== 0) headers["content-encoding"] = own ? frameCoding(compression) : codingOf(compression);
  if (frame.metadata.length > 0) {
    for (const [name, value] of headersOf(readBlock(new Reader(frame.metadata)), false)) headers[name] = value;
  }
  const body = own ? frame.body.slice() : codedBody(compression, frame.body);
  return new Response(type === SOAP_12 && compression === 0 ? recent(body) : body, { headers });
}

function contentType(codec: number, type: string): string {
  if (codec !== SOAP_CODEC) return typeOfCodec(codec);
  return `${type}; charset=utf-8`;
}

const OLD = "http://schemas.xmlsoap.org/soap/envelope/", RECENT = "http://www.w3.org/2003/05/soap-envelope";
const MAX_START = 200;

/** An envelope that codec soap has written, in SOAP 1.2: only its namespace is another. */
function recent(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = new TextDecoder().decode(body.subarray(0, MAX_START)), at = start.indexOf(`"${OLD}"`);
  if (at < 0) return body;
  const head = new TextEncoder().encode(start.slice(0, at + 1) + RECENT),
    rest = body.subarray(head.length - RECENT.length + OLD.length);
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}
