/**
 * The calls that come as requests of HTTP, each over the wire of its peer.
 *
 * @module
 */
import { Flag, RpcError, Writer } from "../../protocol/mod.ts";
import type { Hello } from "../hello.ts";
import { Answer, type Continuation } from "./answer.ts";
import { decoded, frameCompression, readBody } from "./body.ts";
import { Refused } from "./failure.ts";
import { whenLate } from "./late.ts";
import { PeerWire } from "./peer_wire.ts";
import { ReplyStream } from "./reply_stream.ts";
import { type Said, tooMuchMetadata, writeMetadata } from "./request.ts";
import type { MethodName } from "./target.ts";
import { type PeerInfo, remoteOf, type WebWire } from "./web_listener.ts";

/** A call as its request says it. */
export interface HttpCall {
  /** The request. */
  readonly request: Request;
  /** Where it comes from. */
  readonly info: PeerInfo;
  /** What its headers say. */
  readonly said: Said;
  /** The method. */
  readonly name: MethodName;
  /** Codec of the body, and so of the answer. */
  readonly codec: number;
  /** Media type that stands for the codec. */
  readonly type: string;
  /** The body, when it is not that of the request. */
  readonly body?: Uint8Array;
}

/** Peers that are remembered. */
const MAX_PEERS = 10_000;
const BODY_TIMEOUT_MS = 30_000;
/**
 * A call that has taken so long is worth to ask whether its caller is still there: making a request's `signal` costs more
 * than most calls do.
 */
const ASK_MS = 50;

/** Runs calls of many peers. */
export class GatewayCalls {
  #accept: (wire: WebWire) => void;
  #peers = new Map<string, PeerWire>();
  #bodyTimeoutMs: number;

  /** Makes it without peers; new ones go to `accept`. */
  constructor(accept: (wire: WebWire) => void, bodyTimeoutMs = BODY_TIMEOUT_MS) {
    this.#accept = accept;
    this.#bodyTimeoutMs = bodyTimeoutMs;
  }

  /** Lets peers go when their calls have ended. */
  close(): void {
    for (const peer of this.#peers.values()) peer.leave();
    this.#peers.clear();
  }

  /** What the server says of itself to whoever sent `request`. */
  async hello(request: Request, info: PeerInfo): Promise<Hello> {
    return greeted(await this.#peerOf(request, info).greeted);
  }

  /** Runs a call. Throws {@linkcode Refused} and RpcError for one that is not run. */
  async answer(call: HttpCall): Promise<Response> {
    const { request, info, said, name, codec } = call, peer = this.#peerOf(request, info);
    const hello = peer.hello ?? greeted(await peer.greeted);
    const body = call.body ?? await this.#body(request, said, hello.maxBodyBytes), block = new Writer(256);
    writeMetadata(block, name, said);
    if (block.pos > hello.maxMetadataBytes) throw new Refused(431, tooMuchMetadata(hello.maxMetadataBytes));
    const metadata = (out: Writer) => out.raw(block.bytes.subarray(0, block.pos));
    const parts = { codec, compression: frameCompression(said.coding), metadata, body };
    if (said.oneway) {
      peer.call({ ...parts, flags: Flag.oneway }, null);
      return new Response(null, { status: 202 });
    }
    const answer: Answer = new Answer({ ...call, streams: said.streams }, stream(peer, () => id));
    const id = peer.call(parts, answer);
    const settled = whenLate(ASK_MS, () => {
      whenGone(request, () => {
        peer.cancel(id);
        answer.lost(new RpcError("canceled", "Cannot answer: the caller has gone"));
      });
    });
    const response = await answer.response;
    settled();
    return response;
  }

  async #body(request: Request, { coding, length }: Said, maxBytes: number): Promise<Uint8Array> {
    try {
      const body = await this.#inTime(readBody(request, { length, maxBytes }));
      return coding === "" || frameCompression(coding) !== 0 ? body : await decoded(body, coding, maxBytes);
    } catch (error) {
      if (error instanceof RpcError || error instanceof Refused) throw error;
      throw new RpcError("invalid_argument", "Cannot read the body: it broke off", { cause: error });
    }
  }

  /** What `reading` gives, if it gives it in time. */
  #inTime(reading: Promise<Uint8Array>): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const done = whenLate(this.#bodyTimeoutMs, () => {
        reject(new Refused(408, new RpcError("deadline_exceeded", "Cannot read the body: it did not come in time")));
      });
      reading.then((body) => {
        done();
        resolve(body);
      }, (error) => {
        done();
        reject(error);
      });
    });
  }

  #peerOf(request: Request, info: PeerInfo): PeerWire {
    const remote = remoteOf(request.url.startsWith("https:") ? "https" : "http", info), known = this.#peers.get(remote);
    if (known?.usable) return known;
    const [oldest] = this.#peers;
    if (this.#peers.size >= MAX_PEERS && oldest !== undefined) {
      this.#peers.delete(oldest[0]);
      oldest[1].leave();
    }
    const peer = new PeerWire(remote, new URL("/", request.url).href);
    this.#peers.set(remote, peer);
    peer.closed.then(() => this.#peers.get(remote) === peer && this.#peers.delete(remote));
    this.#accept(peer);
    return peer;
  }
}

function greeted(hello: Hello | null): Hello {
  if (hello !== null) return hello;
  throw new RpcError("unavailable", "Cannot answer: the server takes no calls", { status: "going_away" });
}

function stream(peer: PeerWire, id: () => number): Continuation {
  return {
    open(first) {
      const onRead = (bytes: number) => peer.grant(id(), bytes), onCancel = () => peer.cancel(id());
      const waiter = new ReplyStream({ id: id(), onRead, onCancel });
      waiter.got(first);
      return { waiter, body: waiter.body };
    },
  };
}

/** Calls `onGone` when who sent `request` goes; the runtime may do so as well when the answer has been sent. */
function whenGone({ signal }: Request, onGone: () => void): void {
  if (signal.aborted) onGone();
  else signal.addEventListener("abort", onGone, { once: true });
}
