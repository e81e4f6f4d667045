/**
 * Requests of HTTP as calls, and as wires: what `server.fetch` does, and who listens at `http://`. See protocol/PROTOCOL.md,
 * "HTTP".
 *
 * @module
 */
import { refined, RpcError } from "../../protocol/mod.ts";
import { makeHello } from "../frame_view.ts";
import type { MethodDirectory } from "../transport.ts";
import { acceptSocket } from "../websocket/accept.ts";
import { DuplexWire } from "./duplex_wire.ts";
import { failure, Refused } from "./failure.ts";
import { GatewayCalls, type HttpCall } from "./gateway_calls.ts";
import { bareType, codecOfType, FRAMES, JSON_CODEC, knownTypes, SOAP_CODEC } from "./media_type.ts";
import { isAllowedOrigin, type Origins } from "./origin.ts";
import { nothingAt, readHeaders, type Said } from "./request.ts";
import { messageIn, methodAt, methodOfAction, splitUrl } from "./target.ts";
import { type PeerInfo, remoteOf, type WebWire } from "./web_listener.ts";

/** What may be said about HTTP, on the answering side. */
export interface GatewayOptions {
  /** Pages of these origins may call, besides those of the server's own host; `"*"` for all. */
  readonly origins?: Origins | undefined;
  /** Milliseconds that the body of a request may take to come. Default 30,000. */
  readonly bodyTimeoutMs?: number | undefined;
}

/** What a gateway is made of. */
export interface GatewayInit extends GatewayOptions {
  /** Path below which everything is, such as `"/rpc"`. Default: the root. */
  readonly base?: string;
  /** Takes the wires. */
  readonly accept: (wire: WebWire) => void;
  /** Knows which methods GET may call; none when it is left out. */
  readonly methods?: MethodDirectory | undefined;
}

type Header = [name: string, value: string];

/** A request, and what was read of it. */
interface Read {
  readonly request: Request;
  readonly info: PeerInfo;
  readonly said: Said;
  readonly path: string;
  readonly query: string;
}

const MAX_URL_LENGTH = 8192;
const ALLOWED = "POST, GET, HEAD, OPTIONS";

/** Answers requests of HTTP by calls over wires, one for each peer. */
export class Gateway {
  #init: GatewayInit;
  #base: string;
  #calls: GatewayCalls;
  #isClosed = false;

  /** Makes a gateway without peers. */
  constructor(init: GatewayInit) {
    this.#init = init;
    this.#base = encodeURI(init.base ?? "").replace(/\/$/, "");
    this.#calls = new GatewayCalls(init.accept, init.bodyTimeoutMs);
  }

  /** Takes no more requests; calls that run go on. */
  close(): void {
    this.#isClosed = true;
    this.#calls.close();
  }

  /** Answers a request; never rejects. */
  async fetch(request: Request, info: PeerInfo = {}): Promise<Response> {
    let soap: string | undefined, cors: Header[] = [];
    try {
      const said = readHeaders(request.headers);
      if (codecOfType(said.type) === SOAP_CODEC) soap = said.type;
      if (said.origin !== null) cors = this.#cors(request, said.origin);
      const response = await this.#route(request, said, info);
      for (const [name, value] of cors) response.headers.set(name, value);
      return response;
    } catch (error) {
      const { error: what, init = {} } = error instanceof Refused ? error : { error: RpcError.from(error, "internal") };
      return await failure(what, { ...init, soap, headers: [...cors, ...init.headers ?? []] });
    }
  }

  #route(request: Request, said: Said, info: PeerInfo): Response | Promise<Response> {
    const { url, method } = request;
    if (url.length > MAX_URL_LENGTH) {
      throw new Refused(
        414,
        new RpcError("invalid_argument", `Cannot read a URL of more than ${MAX_URL_LENGTH} characters`),
      );
    }
    if (this.#isClosed) throw refined("going_away", "Cannot answer: the server is going away");
    const read = { request, info, said, ...splitUrl(url) };
    if (said.upgrade === "websocket") return this.#webSocket(read);
    if (method === "POST") return said.type === FRAMES ? this.#frames(read) : this.#post(read);
    if (method === "GET" || method === "HEAD") return this.#get(read);
    if (method === "OPTIONS") return this.#options(read);
    throw new Refused(405, refined("unsupported", `Cannot answer ${method}: want ${ALLOWED}`), [["allow", ALLOWED]]);
  }

  #webSocket({ request, info, path }: Read): Response {
    if (!this.#isRoot(path)) throw nothingAt(path);
    return acceptSocket(request, { info, origins: this.#init.origins, accept: this.#init.accept });
  }

  /** A request and its answer that are both streams of frames. */
  #frames({ request, info, path }: Read): Response {
    if (!this.#isRoot(path)) throw nothingAt(path);
    const wire = new DuplexWire(request.body, remoteOf(schemeOf(request), info), request.url);
    this.#init.accept(wire);
    return new Response(wire.body, { headers: { "content-type": FRAMES } });
  }

  #post({ request, info, said, path }: Read): Promise<Response> {
    const codec = codecOfType(said.type), action = codec === SOAP_CODEC ? said.action : "";
    const name = methodAt(path, this.#base) ?? methodOfAction(path, this.#base, action);
    if (name === undefined) throw nothingAt(path);
    if (codec === undefined) {
      const what = refined(
        "unsupported",
        `Cannot read content-type ${said.type.slice(0, 80)}: want one of ${knownTypes}`,
      );
      throw new Refused(415, what, [["accept-post", knownTypes]]);
    }
    return this.#calls.answer({ request, info, said, name, codec, type: said.type });
  }

  async #get({ request, info, said, path, query }: Read): Promise<Response> {
    const name = methodAt(path, this.#base);
    if (name === undefined) throw nothingAt(path);
    const { service, method } = name, isIdempotent = this.#init.methods?.isIdempotent(service, method);
    if (isIdempotent === false) {
      const what = refined("unsupported", `Cannot get ${service}.${method}: it is not idempotent, use POST`);
      throw new Refused(405, what, [["allow", "POST, OPTIONS"]]);
    }
    const type = said.accept.split(",").map(bareType).find((type) => codecOfType(type) !== undefined) ??
      "application/json";
    const call: HttpCall = {
      request,
      info,
      said,
      name,
      codec: codecOfType(type) ?? JSON_CODEC,
      type,
      body: messageIn(query),
    };
    const response = await this.#calls.answer(call);
    return request.method === "GET" ? response : await withoutBody(response);
  }

  /** Says what the server takes, or to a browser what a page may send. */
  async #options({ request, info, said }: Read): Promise<Response> {
    const headers: Header[] = [["allow", ALLOWED]], asked = request.headers.get("access-control-request-headers");
    if (said.origin !== null && request.headers.has("access-control-request-method")) {
      headers.push(["access-control-allow-methods", ALLOWED], ["access-control-max-age", "600"]);
      if (asked !== null) headers.push(["access-control-allow-headers", asked]);
      return new Response(null, { status: 204, headers });
    }
    headers.push(["content-type", FRAMES]);
    return new Response(makeHello(await this.#calls.hello(request, info)).bytes, { headers });
  }

  /** Headers for a page of another host that may call. Throws {@linkcode Refused} for one that may not. */
  #cors(request: Request, origin: string): Header[] {
    const { origins = [] } = this.#init;
    if (!isAllowedOrigin(request, origins)) {
      throw new Refused(403, new RpcError("permission_denied", "Cannot answer: pages of this origin may not call"));
    }
    if (request.headers.has("upgrade") || !origins.includes(origin) && !origins.includes("*")) return [];
    return [["access-control-allow-origin", origin], ["access-control-expose-headers", "*"], ["vary", "origin"]];
  }

  #isRoot(path: string): boolean {
    return path === `${this.#base}/` || path === this.#base;
  }
}

function schemeOf({ url }: Request): string {
  return url.startsWith("https:") ? "https" : "http";
}

async function withoutBody(response: Response): Promise<Response> {
  const { length } = await response.bytes(), { status, headers } = response;
  headers.set("content-length", String(length));
  return new Response(null, { status, headers });
}
