/**
 * Calls as requests of HTTP: a unary call is a POST with a plain body, whose answer may be a stream of frames; one that sends
 * a stream is a wire of its own. See protocol/PROTOCOL.md, "HTTP".
 *
 * @module
 */
import {
  Flag,
  FrameType,
  HEADER_SIZE,
  type Metadata,
  noMetadata,
  Reader,
  refinements,
  type RpcError,
  travelling,
  type Writer,
} from "../../protocol/mod.ts";
import { type Address, formatAddress } from "../address.ts";
import { writeError } from "../error_frame.ts";
import { FrameView, makeFrame, makeHello } from "../frame_view.ts";
import { FrameWire } from "../frame_wire.ts";
import { type Hello, readHello, unknownPeer } from "../hello.ts";
import type { TlsOptions } from "../transport.ts";
import { readBody } from "./body.ts";
import { Channel } from "./channel.ts";
import { dialByFetch, dialByWebSocket } from "./dial_channel.ts";
import { FetchCall, reasonOf } from "./fetch_call.ts";
import { bareType, FRAMES } from "./media_type.ts";
import { isSecure } from "./web_listener.ts";

/** What may be said about HTTP, on the calling side. */
export interface FetchOptions {
  /** Speaks HTTP/2 without TLS to servers that are known to understand it. */
  readonly h2c?: boolean;
  /**
   * How calls go that send streams: as requests whose answer comes while their body is still sent, which browsers can't do, or
   * over WebSockets. Default: what the runtime can.
   */
  readonly streams?: "fetch" | "websocket";
}

/** One call that is on its way. */
export interface WireCall {
  /** Takes what the connection writes for the call, behind its request: valid until this has returned. */
  take(frame: FrameView): void;
  /** Gives it up, for the wire is closed. */
  abort(): void;
}

/** What a call needs of its wire. */
export interface CallInit {
  /** Address of the server, without a slash at the end. */
  readonly base: string;
  /** Sends requests. */
  readonly fetch: (path: string, init: RequestInit & { readonly duplex?: "half" }) => Promise<Response>;
  /** What this end has said of itself. */
  readonly own: Hello;
  /** What it has said, as a frame. */
  readonly ownHello: Uint8Array;
  /** What the server has said. */
  readonly peer: Hello;
  /** Gives a frame to the connection. */
  readonly deliver: (frame: FrameView) => void;
  /** Call `id` fails; with metadata, if there is some. */
  readonly fail: (id: number, error: RpcError, metadata?: Metadata) => void;
  /** Call `id` is over. */
  readonly done: (id: number) => void;
}

const MAX_HELLO_BYTES = 64 << 10, MAX_ENTRIES = 100;
/** So many calls at once go as requests of their own; browsers have no more than six connections to a server. */
const CROWD = 4;

/** A wire whose acceptor answers requests of HTTP. */
export class HttpWire extends FrameWire {
  /** Address of the server. */
  readonly remote: string;
  /** Address of this end, which is not known. */
  readonly local = "http://here";
  #base: string;
  #client: Deno.HttpClient | undefined;
  #byWebSocket: boolean;
  #calls = new Map<number, WireCall>();
  #lastId = 0;
  #own: Hello = unknownPeer;
  #ownHello: Uint8Array = new Uint8Array(0);
  #peer: Hello = unknownPeer;
  #leaving = false;
  #channel: Channel | null = null;
  #hasChannels = false;
  #init: CallInit | null = null; // once both have said what they are

  /** Makes the wire to `address`. */
  constructor(address: Address, tls: TlsOptions | undefined, { h2c = false, streams }: FetchOptions) {
    super();
    this.remote = formatAddress(address);
    const scheme = tls !== undefined || isSecure(address.scheme) ? "https" : "http";
    this.#base = formatAddress({ ...address, scheme, path: address.path.replace(/\/$/, "") });
    this.#client = clientFor(tls, h2c);
    this.#byWebSocket = streams === undefined ? !("Deno" in globalThis) : streams === "websocket";
  }

  /** Asks the server what it takes. Rejects when it can't be reached, or takes no calls. */
  async open(signal?: AbortSignal): Promise<void> {
    const response = await this.#fetch("/", { method: "OPTIONS", ...(signal !== undefined && { signal }) })
      .catch((cause) => Promise.reject(new Error(reasonOf(cause), { cause })));
    const said = await readBody(response, { length: null, maxBytes: MAX_HELLO_BYTES }) as Uint8Array<ArrayBuffer>;
    if (response.status === 403 || response.status === 503) {
      throw new Error(`it answered HTTP status ${response.status}`);
    }
    if (!response.ok || bareType(response.headers.get("content-type") ?? "") !== FRAMES || said.length < HEADER_SIZE) {
      return this.deliver(makeHello({ agent: "http" })); // something else that takes requests
    }
    const hello = new FrameView(said);
    this.#hasChannels = true;
    this.#peer = readHello(new Reader(hello.metadata), MAX_ENTRIES);
    this.deliver(makeHello(this.#peer));
  }

  /** Takes what the connection writes. */
  protected override send(frame: FrameView): void {
    switch (frame.type) {
      case FrameType.hello:
        this.#ownHello = frame.bytes.slice();
        this.#own = readHello(new Reader(frame.metadata), MAX_ENTRIES);
        return;
      case FrameType.request:
        return this.#open(frame);
      case FrameType.cancel:
        this.#calls.get(frame.id)?.take(frame);
        return this.#done(frame.id);
      case FrameType.ping:
        return void this.#ping(frame.body.slice());
      case FrameType.goaway:
        this.#leaving = true;
        return this.#settle();
      default:
        this.#calls.get(frame.id)?.take(frame);
    }
  }

  /** Gives up every call. */
  protected override release(): void {
    for (const call of this.#calls.values()) call.abort();
    this.#calls.clear();
    this.#channel?.abort();
    this.#client?.close();
  }

  #open(frame: FrameView): void {
    const { id, flags } = frame, init = this.#init ??= this.#makeInit();
    this.#lastId = id;
    if ((flags & Flag.stream) !== 0 || this.#isCrowded()) {
      const channel = this.#channel ??= this.#makeChannel(init);
      if (channel.isProven || (flags & Flag.stream) !== 0) {
        this.#calls.set(id, channel);
        return channel.open(frame);
      }
    }
    const call = new FetchCall(frame, init);
    this.#calls.set(id, call);
    call.start();
  }

  /** Whether there are so many calls that a channel pays off, at a server that is known to have them. */
  #isCrowded(): boolean {
    return this.#hasChannels && this.#calls.size >= CROWD;
  }

  #makeChannel(init: CallInit): Channel {
    const dialBy = this.#byWebSocket ? dialByWebSocket : dialByFetch;
    const channel: Channel = new Channel({
      ...init,
      dial: (signal) => dialBy(init, signal),
      onEnd: () => {
        if (this.#channel === channel) this.#channel = null;
        if (!channel.isProven) this.#hasChannels = false;
      },
    });
    return channel;
  }

  #makeInit(): CallInit {
    return {
      base: this.#base,
      fetch: (path, init) => this.#fetch(path, init),
      own: this.#own,
      ownHello: this.#ownHello,
      peer: this.#peer,
      deliver: (frame) => this.deliver(frame),
      fail: (id, error, metadata) => this.#fail(id, error, metadata),
      done: (id) => this.#done(id),
    };
  }

  /** A call fails. What shows that the server is not there, or goes away, ends the wire for later calls. */
  #fail(id: number, error: RpcError, user: Metadata = noMetadata): void {
    if (!this.#calls.has(id)) return;
    const metadata = (out: Writer) => writeError(out, error, user, this.#own.maxMetadataBytes);
    this.deliver(makeFrame({ type: FrameType.response, status: travelling(error.status), id, metadata }));
    if (error.status === refinements.going_away) this.#goAway();
    this.#done(id);
  }

  #goAway(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, this.#lastId);
    this.deliver(makeFrame({ type: FrameType.goaway, body }));
  }

  /** A server that is waited for is asked whether it lives. */
  async #ping(body: Uint8Array): Promise<void> {
    const pong = makeFrame({ type: FrameType.pong, body });
    if (this.#calls.size === 0) return this.deliver(pong);
    try {
      await (await this.#fetch("/", { method: "OPTIONS" })).body?.cancel();
      this.deliver(pong);
    } catch { /* then there is no pong */ }
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    return fetch(
      this.#base + path,
      this.#client === undefined ? init : { ...init, client: this.#client } as RequestInit,
    );
  }

  #done(id: number): void {
    if (this.#calls.delete(id)) this.#settle();
  }

  #settle(): void {
    if (this.#leaving && this.#calls.size === 0) this.end();
  }
}

/** A client of its own where the default one does not do, or undefined. */
function clientFor(tls: TlsOptions | undefined, h2c: boolean): Deno.HttpClient | undefined {
  const { ca, cert, key, serverName } = tls ?? {};
  if (serverName !== undefined) throw new TypeError("Cannot use tls: serverName can't be used with http");
  if (ca === undefined && cert === undefined && !h2c) return undefined;
  if (!("Deno" in globalThis)) {
    throw new TypeError("Cannot use tls or h2c: this runtime's fetch decides on both by itself");
  }
  return Deno.createHttpClient({
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
    ...(h2c && { http1: false, http2: true }),
  });
}
