/**
 * A method as connections see it: its names, its schemas and its coders for each codec.
 *
 * @module
 */
import { type Codec, type Coder, coderOf, isUntyped, type MethodKind, type Type } from "../codec/mod.ts";

/** Coders of one method in one codec. */
export interface Coders {
  /** Codec number for the frame header. */
  readonly id: number;
  /** Coder of the request, or of each item of a request stream. */
  readonly request: Coder;
  /** Coder of the reply, or of each item of a reply stream. */
  readonly response: Coder;
}

/** What is known of a method beside its name. */
export interface MethodShape {
  /** Which sides are streams; undefined: found out at run time. */
  readonly kind?: MethodKind;
  /** Schema of the request. */
  readonly request?: Type;
  /** Schema of the reply. */
  readonly response?: Type;
  /** Running it twice does no harm. */
  readonly idempotent?: boolean;
}

/** A method and its compiled coders. */
export class MethodSpec {
  /** Service name. */
  readonly service: string;
  /** Method name. */
  readonly method: string;
  /** Which sides are streams; undefined when unknown. */
  readonly kind: MethodKind | undefined;
  /** Running it twice does no harm. */
  readonly idempotent: boolean;
  #request: Type | undefined;
  #response: Type | undefined;
  /** Whether the request or the response goes without a schema of erpc's. */
  readonly #untyped: boolean;
  #coders = new Map<number, Coders>();

  /** Makes the spec of `service.method`. */
  constructor(service: string, method: string, shape: MethodShape = {}) {
    this.service = service;
    this.method = method;
    this.kind = shape.kind;
    this.idempotent = shape.idempotent ?? false;
    this.#request = shape.request;
    this.#response = shape.response;
    this.#untyped = isUntyped(shape.request) || isUntyped(shape.response);
  }

  /** Full name, such as `"demo.hello"`. */
  get name(): string {
    return `${this.service}.${this.method}`;
  }

  /** Coders for `codec`, compiled once. Throws TypeError when the codec can't do these schemas, or can't do without. */
  coders(codec: Codec): Coders {
    if (codec.dynamic !== undefined && this.#untyped) codec = codec.dynamic;
    let coders = this.#coders.get(codec.id);
    if (coders === undefined) {
      coders = { id: codec.id, request: coderOf(codec, this.#request), response: coderOf(codec, this.#response) };
      this.#coders.set(codec.id, coders);
    }
    return coders;
  }

  /** Coders for a codec number, when they are compiled already. */
  compiled(id: number): Coders | undefined {
    return this.#coders.get(id);
  }
}
