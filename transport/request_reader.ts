/**
 * Reads what a request frame says besides its body, and keeps the routes that numbers stand for.
 *
 * @module
 */
import { markSeen, MetadataKey, type Reader, readUser, RpcError, tooMany } from "../protocol/mod.ts";

const MAX_ROUTES = 4096, MAX_NAME_BYTES = 255;

/** Service and method of a request; one object for all requests of a connection that name them by number. */
export class Route {
  /** Service name. */
  readonly service: string;
  /** Method name. */
  readonly method: string;
  /** What the answering side has found for these names; belongs to it. */
  target: unknown = undefined;

  /** Makes the route `service.method`. */
  constructor(service: string, method: string) {
    this.service = service;
    this.method = method;
  }
}

/** Reads request metadata, one frame after the other; the fields hold what the last one said. */
export class RequestReader {
  /** The method; names are never empty. */
  route: Route = new Route("", "");
  /** Milliseconds the caller still waits; 0 when there is no deadline, -1 when it has passed. */
  timeoutMs = 0;
  /** Which attempt of its call it is, from 1. */
  attempt = 1;
  /** Compression number the reply should have; 0 for none. */
  accept = 0;
  /** User metadata, or null. */
  user: Map<string, string | Uint8Array> | null = null;
  #routes: Route[] = [];
  #service = "";
  #method = "";
  #number = -1;

  /**
   * Reads the block that `from` covers. Throws `invalid_argument` for a malformed one, one too many entries or no names; a
   * route whose entries came before the fault is defined all the same, for the caller counts on it from now on.
   */
  read(from: Reader, maxEntries: number): void {
    this.timeoutMs = this.accept = 0;
    this.attempt = 1;
    this.user = null;
    this.#service = this.#method = "";
    this.#number = -1;
    try {
      this.#entries(from, maxEntries);
    } catch (error) {
      if (this.#number >= 0 && this.#method !== "") this.#resolve();
      throw error;
    }
    this.#resolve();
  }

  #entries(from: Reader, maxEntries: number): void {
    const { end } = from;
    for (let n = 0, seen = 0; from.pos < end; n++) {
      if (n === maxEntries) throw tooMany(maxEntries);
      const key = from.u8(), length = from.u16();
      const at = from.skip(length), next = from.pos;
      if (key < MetadataKey.text) seen = markSeen(seen, key);
      from.pos = at;
      from.end = next;
      this.#entry(key, from);
      from.pos = next;
      from.end = end;
    }
  }

  #entry(key: number, value: Reader): void {
    switch (key) {
      case MetadataKey.route:
        this.#number = value.u16();
        break;
      case MetadataKey.timeout:
        this.timeoutMs = value.u32() || -1;
        break;
      case MetadataKey.service:
        this.#service = readName(value);
        break;
      case MetadataKey.method:
        this.#method = readName(value);
        break;
      case MetadataKey.attempt:
        this.attempt = value.u8() || 1;
        break;
      case MetadataKey.accept:
        this.accept = value.u8();
        break;
      case MetadataKey.text:
      case MetadataKey.bytes:
        readUser(key, value, this.user ??= new Map());
    }
  }

  #resolve(): void {
    const number = this.#number;
    if (this.#service === "" && this.#method === "") {
      const route = this.#routes[number];
      if (route === undefined) {
        throw new RpcError("invalid_argument", `Cannot read request: route ${number} is not defined`);
      }
      this.route = route;
      return;
    }
    if (this.#service === "" || this.#method === "") {
      throw new RpcError("invalid_argument", "Cannot read request: service or method name missing");
    }
    this.route = new Route(this.#service, this.#method);
    if (number < 0) return;
    if (number >= MAX_ROUTES) {
      throw new RpcError("invalid_argument", `Cannot read request: route ${number}, the limit is ${MAX_ROUTES - 1}`);
    }
    this.#routes[number] = this.route;
  }
}

function readName(value: Reader): string {
  if (value.left > 0 && value.left <= MAX_NAME_BYTES) return value.text();
  throw new RpcError(
    "invalid_argument",
    `Cannot read request: a name of ${value.left} bytes, want 1 to ${MAX_NAME_BYTES}`,
  );
}
