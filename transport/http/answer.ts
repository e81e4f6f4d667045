/**
 * The answer of HTTP to a call, from the frames that answer it.
 *
 * @module
 */
import { FrameType, Reader, RpcError } from "../../protocol/mod.ts";
import { readError } from "../error_frame.ts";
import type { FrameView } from "../frame_view.ts";
import { codedBody, codingOf } from "./body.ts";
import { failure } from "./failure.ts";
import { FRAMES, SOAP_12, SOAP_CODEC, typeOfCodec } from "./media_type.ts";
import { headersOf, readBlock } from "./metadata_headers.ts";
import type { Waiter } from "./peer_wire.ts";

/** What an answer must know of its request. */
export interface Asked {
  /** Codec of the call. */
  readonly codec: number;
  /** Media type of the request, which the answer has as well. */
  readonly type: string;
  /** Whether a stream of frames is taken for an answer. */
  readonly streams: boolean;
}

/** Frames that go on behind the first. */
export interface Continuation {
  /** Takes the first frame of a stream, a copy; what gets the others, and the answer's body. */
  open(first: FrameView): { readonly waiter: Waiter; readonly body: ReadableStream<Uint8Array> };
}

const MAX_ENTRIES = 1000;

/** Makes one answer of the frames that come. */
export class Answer implements Waiter {
  /** The answer. */
  readonly response: Promise<Response>;
  #asked: Asked;
  #stream: Continuation;
  #rest: Waiter | null = null;
  #isOver = false;
  #resolve: (response: Response | Promise<Response>) => void;

  /** Makes the answer to a request; `stream` takes over when it is a stream. */
  constructor(asked: Asked, stream: Continuation) {
    this.#asked = asked;
    this.#stream = stream;
    const { promise, resolve } = Promise.withResolvers<Response>();
    this.response = promise;
    this.#resolve = resolve;
  }

  /** Takes a frame. */
  got(frame: FrameView): boolean {
    if (this.#rest !== null) return this.#rest.got(frame);
    this.#isOver = true;
    if (frame.status !== 0 && frame.type !== FrameType.item) this.#failed(frame);
    else if (frame.type === FrameType.response) this.#resolve(replyOf(frame, this.#asked));
    else return this.#streamed(frame);
    return false;
  }

  /** The call is lost. */
  lost(error: RpcError): void {
    if (this.#rest !== null) return this.#rest.lost(error);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resolve(failure(error, { soap: this.#soap }));
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
    if (!this.#asked.streams) {
      const why = `its reply is a stream: call it with accept: ${FRAMES}, or over a WebSocket`;
      this.#resolve(failure(new RpcError("unimplemented", `Cannot answer: ${why}`), { soap: this.#soap, http: 406 }));
      return false;
    }
    const { waiter, body } = this.#stream.open(frame);
    this.#rest = waiter;
    this.#resolve(new Response(body, { headers: { "content-type": FRAMES } }));
    return frame.type === FrameType.item;
  }
}

function replyOf(frame: FrameView, { codec, type }: Asked): Response {
  const { compression } = frame, headers: Record<string, string> = { "content-type": contentType(codec, type) };
  if (compression !== 0) headers["content-encoding"] = codingOf(compression);
  if (frame.metadata.length > 0) {
    for (const [name, value] of headersOf(readBlock(new Reader(frame.metadata)), false)) headers[name] = value;
  }
  const body = codedBody(compression, frame.body);
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
