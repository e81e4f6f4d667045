/**
 * Speaks TARS for a service: calls and replies as packets, on either side.
 *
 * In TARS a method is a function: a request's fields are its parameters, with tags 1 to n, and a reply's fields are its
 * return value, with tag 0, and its out parameters, with their tags. `readJce` makes such services of an IDL, and
 * `messages` makes one of any service.
 *
 * @module
 */
import {
  type Metadata,
  type MetadataInit,
  noMetadata,
  Reader,
  refined,
  RpcError,
  toMetadata,
  Writer,
} from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { JceCoder } from "../jce/coder.ts";
import type { Method, Methods, Service } from "../schema/service.ts";
import { unary } from "../schema/service.ts";
import type { Infer } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { contextOf, metadataOf } from "./context.ts";
import {
  NORMAL,
  ONEWAY,
  packRequest,
  packResponse,
  type RequestPacket,
  type ResponsePacket,
  TARS_VERSION,
  unpackRequest,
} from "./packet.ts";
import { functionOf } from "./shape.ts";
import { errorOf, retOf, statusOf, SUCCESS } from "./status.ts";

/** Options of {@linkcode bridge}. */
export interface BridgeOptions {
  /** Name of the servant at the TARS end, such as `"App.Server.FooObj"`. Default the service's name. */
  readonly servant?: string;
}

/** What a call says beside its method and parameters. */
export interface TarsCallOptions {
  /** Number that the reply repeats; an int32 other than 0, unique among the calls in flight of a connection. */
  readonly id: number;
  /** Milliseconds that the call may take. Default no limit. */
  readonly timeoutMs?: number;
  /** Sent as the packet's context; text only. */
  readonly metadata?: MetadataInit;
  /** Wants no reply. Default false. */
  readonly oneway?: boolean;
}

/** A call that came in. */
export interface TarsCall {
  /** Its number. */
  readonly id: number;
  /** The method; `"tars_ping"` for a TARS client's question whether the server lives. */
  readonly method: string;
  /** Its parameters, as one value of the method's request type. */
  readonly request: unknown;
  /** Milliseconds that it may take; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Entries of its context whose keys suit erpc, in lower case. */
  readonly metadata: Metadata;
  /** Sent as the reply's context: set it before the reply is made. */
  readonly responseMetadata: Map<string, string | Uint8Array>;
  /** Whether the caller wants no reply. */
  readonly oneway: boolean;
}

interface MethodCoders {
  readonly request: Coder;
  readonly response: Coder;
}

const Nothing = t.struct("tars.Nothing", {});
const ping = unary(Nothing, Nothing);

/**
 * Makes what speaks TARS for `service`. Throws TypeError for a method that is no function of TARS: a stream, or one whose
 * request and response haven't the tags of parameters; `messages` helps the latter.
 *
 * @example
 * ```ts
 * import { service, t, tars, unary } from "@erpc/erpc/codec";
 * const Request = t.struct("demo.HelloRequest", { name: t.field(1, t.string) });
 * const Response = t.struct("demo.HelloResponse", { return: t.field(0, t.int32), msg: t.field(2, t.string) });
 * const Demo = tars.bridge(service("demo", { hello: unary(Request, Response) }), { servant: "App.Server.DemoObj" });
 * const sent = Demo.request("hello", { name: "world" }, { id: 1 });
 * const answer = await Demo.answer(sent.subarray(4), () => ({ return: 0, msg: "hello" }));
 * const { msg } = Demo.reply("hello", tars.unpackResponse(answer!.subarray(4)));
 * console.assert(msg === "hello");
 * ```
 */
export function bridge<M extends Methods>(service: Service<M>, options: BridgeOptions = {}): Bridge<M> {
  return new Bridge(service, options);
}

/** Speaks TARS for one service; made by {@linkcode bridge}. */
export class Bridge<M extends Methods = Methods> {
  /** Name of the servant. */
  readonly servant: string;
  readonly #methods: ReadonlyMap<string, MethodCoders>;

  /** Makes one; see {@linkcode bridge}. */
  constructor({ name, methods }: Service<M>, { servant = name }: BridgeOptions = {}) {
    this.servant = servant;
    this.#methods = new Map(
      Object.entries({ tars_ping: ping, ...methods }).map(([key, method]) => [key, codersOf(`${name}.${key}`, method)]),
    );
  }

  /**
   * The packet that calls `method`, with its length. Throws RpcError `invalid_argument` for parameters, metadata or options
   * that do not fit, `unimplemented` for an unknown method.
   */
  request<K extends keyof M & string>(
    method: K,
    request: Infer<M[K]["request"]>,
    { id, timeoutMs, metadata = noMetadata, oneway = false }: TarsCallOptions,
  ): Uint8Array<ArrayBuffer> {
    return packRequest({
      iVersion: TARS_VERSION,
      cPacketType: oneway ? ONEWAY : NORMAL,
      iMessageType: 0,
      iRequestId: id,
      sServantName: this.servant,
      sFuncName: method,
      sBuffer: bytesOf(this.#codersOf(method).request, request),
      iTimeout: timeoutMs === undefined ? 0 : Math.max(1, Math.min(0x7fff_ffff, Math.ceil(timeoutMs))),
      context: contextOf(toMetadata(metadata)),
      status: new Map(),
    });
  }

  /** What `packet` replied to a call of `method`; throws the RpcError that it says instead, or one for bytes that don't fit. */
  reply<K extends keyof M & string>(method: K, packet: ResponsePacket): Infer<M[K]["response"]> {
    const error = errorOf(packet);
    if (error) throw error;
    return this.#codersOf(method).response.decode(new Reader(packet.sBuffer)) as Infer<M[K]["response"]>;
  }

  /**
   * The call that `packet` is. Throws RpcError `unimplemented` for another servant (status `no_service`) or an unknown method
   * (`no_method`), `invalid_argument` for parameters that don't fit (`bad_request_body`).
   */
  call(packet: RequestPacket): TarsCall {
    const { iRequestId, sServantName, sFuncName, sBuffer, iTimeout, context, cPacketType } = packet;
    if (sServantName !== this.servant) {
      throw refined("no_service", `Cannot find servant ${sServantName}: here is ${this.servant}`);
    }
    return {
      id: iRequestId,
      method: sFuncName,
      request: decoded(this.#codersOf(sFuncName).request, sBuffer),
      timeoutMs: iTimeout > 0 ? iTimeout : undefined,
      metadata: metadataOf(context),
      responseMetadata: new Map(),
      oneway: cPacketType === ONEWAY,
    };
  }

  /** The packet, with its length, that answers `packet` with `response`. Throws RpcError for a response that does not fit. */
  response(packet: RequestPacket, response: unknown, metadata: MetadataInit = noMetadata): Uint8Array<ArrayBuffer> {
    const sBuffer = bytesOf(this.#codersOf(packet.sFuncName).response, response),
      context = contextOf(toMetadata(metadata));
    return packResponse({ ...headOf(packet), iRet: SUCCESS, sBuffer, status: new Map(), context });
  }

  /** The packet, with its length, that answers `packet` with `error`. */
  failure(packet: RequestPacket, error: RpcError): Uint8Array<ArrayBuffer> {
    const sBuffer = new Uint8Array(0);
    return packResponse({
      ...headOf(packet),
      iRet: retOf(error),
      sBuffer,
      status: statusOf(error),
      sResultDesc: error.message,
    });
  }

  /**
   * Answers one packet, as `deframe` gives it, by what `handle` returns or throws; undefined when no reply is wanted. A ping
   * is answered without `handle`. What is no RpcError stays here: the caller gets `internal`. Rejects with an RpcError for
   * bytes that are no TARS packet at all, after which a connection is best closed.
   */
  async answer(
    bytes: Uint8Array,
    handle: (call: TarsCall) => unknown,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const packet = unpackRequest(bytes), oneway = packet.cPacketType === ONEWAY;
    try {
      const call = this.call(packet), response = call.method === "tars_ping" ? {} : await handle(call);
      return oneway ? undefined : this.#checkedResponse(packet, response, call.responseMetadata);
    } catch (error) {
      if (oneway) return undefined;
      const known = error instanceof RpcError ? error : new RpcError("internal", "Cannot answer: the handler failed");
      return this.failure(packet, known);
    }
  }

  #checkedResponse(packet: RequestPacket, response: unknown, metadata: MetadataInit): Uint8Array<ArrayBuffer> {
    try {
      return this.response(packet, response, metadata);
    } catch (error) {
      throw refined("bad_reply", (error as Error).message);
    }
  }

  #codersOf(method: string): MethodCoders {
    return this.#methods.get(method) ??
      thrown(refined("no_method", `Cannot find method ${method} of servant ${this.servant}`));
  }
}

function thrown(error: RpcError): never {
  throw error;
}

function codersOf(name: string, method: Method): MethodCoders {
  const reason = functionOf(method);
  if (typeof reason === "string") throw new TypeError(`Cannot speak TARS for ${name}: ${reason}; see tars.messages`);
  return { request: new JceCoder(method.request), response: new JceCoder(method.response) };
}

function bytesOf(coder: Coder, value: unknown): Uint8Array {
  const writer = new Writer();
  coder.encode(value, writer);
  return writer.slice();
}

function decoded(coder: Coder, bytes: Uint8Array): unknown {
  try {
    return coder.decode(new Reader(bytes));
  } catch (error) {
    const { code, message } = error as RpcError;
    throw code === "invalid_argument" ? refined("bad_request_body", message) : error;
  }
}

function headOf({ cPacketType, iRequestId, iMessageType }: RequestPacket) {
  return { iVersion: TARS_VERSION, cPacketType, iRequestId, iMessageType };
}
