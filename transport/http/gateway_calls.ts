/**
 * The calls that come as requests of HTTP, each over the wire of its peer.
 *
 * @module
 */
import { Flag, FrameType, RpcError } from "../../protocol/mod.ts";
import type { Hello } from "../hello.ts";
import { makeFrame } from "../frame_view.ts";
import { Answer } from "./answer.ts";
import { decoded, frameCompression, readBody } from "./body.ts";
import { Refused } from "./failure.ts";
import { PeerWire } from "./peer_wire.ts";
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

  /** Runs a call. Rejects with {@linkcode Refused} or RpcError for one that is not run. */
  answer(call: HttpCall): Promise<Response> {
    const answer = new Answer(call, this.#bodyTimeoutMs);
    this.#run(call, answer).catch((error) => answer.refuse(error));
    return answer.response;
  }

  async #run(call: HttpCall, answer: Answer): Promise<void> {
    const { request, info, said, name, codec } = call, peer = this.#peerOf(request, info);
    const { maxBodyBytes, maxMetadataBytes } = peer.hello ?? greeted(await peer.greeted);
    const body = call.body ?? await bodyOf(request, said, maxBodyBytes);
    if (answer.isOver) return;
    const frame = makeFrame({
      type: FrameType.request,
      flags: said.oneway ? Flag.oneway : 0,
      codec,
      compression: frameCompression(said.coding),
      metadata: (out) => writeMetadata(out, name, said),
      body,
    });
    if (frame.metadata.length > maxMetadataBytes) throw new Refused(431, tooMuchMetadata(maxMetadataBytes));
    const id = peer.call(frame, said.oneway ? null : answer);
    if (!said.oneway) return answer.runs({ id, peer });
    answer.accept();
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

/** The body of a request, as the content coding has not changed it. */
async function bodyOf(request: Request, { coding, length }: Said, maxBytes: number): Promise<Uint8Array> {
  try {
    const body = await readBody(request, { length, maxBytes });
    return coding === "" || frameCompression(coding) !== 0 ? body : await decoded(body, coding, maxBytes);
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError("invalid_argument", "Cannot read the body: it broke off", { cause: error });
  }
}
