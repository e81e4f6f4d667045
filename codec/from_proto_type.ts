/**
 * The TypeScript types of messages and services that came from protobuf-es, as they are here.
 *
 * @module
 */
import type { ProtoMethodShape, ProtoShape } from "./proto_descriptor.ts";
import type { Method } from "./schema/service.ts";

/**
 * TypeScript type of the values of a protobuf-es message here: without `$typeName`, enumerations by name, maps as `Map`,
 * the fields of a oneof as optional fields of the message. As there, a wrapper such as `google.protobuf.Int32Value` is its
 * value, and a `google.protobuf.Struct` is plain JSON.
 * (Keys of maps by 64-bit integers and booleans are those at run time, but have type string, as generated code has it.)
 */
export type FromProto<V> = V extends { readonly $typeName: infer N }
  ? string extends N ? Record<string, unknown> : PlainFields<V> & OneofFields<V>
  : V extends number ? number extends V ? number : string
  : V extends string | boolean | bigint | Uint8Array | null | undefined ? V
  : V extends readonly (infer E)[] ? FromProto<E>[]
  : string extends keyof V ? null extends V[keyof V] ? V : Map<string, FromProto<V[keyof V]>>
  : number extends keyof V ? Map<number, FromProto<V[number & keyof V]>>
  : never;

/** How generated code holds a oneof. */
export interface OneofShape {
  /** Key of the field that is there. */
  readonly case: string | undefined;
  /** Its value. */
  readonly value?: unknown;
  /** A message has one; so that a message with a field `case` is not taken for a oneof. */
  readonly $typeName?: never;
}

/** The fields of a message that are in no oneof. */
export type PlainFields<V> = {
  [K in keyof V as V[K] extends OneofShape ? never : K extends "$typeName" | "$unknown" ? never : K]: FromProto<V[K]>;
};

/** The fields of a message that are in a oneof. */
export type OneofFields<V> = {
  [C in CasesOf<V[keyof V]> as C["case"]]?: FromProto<C["value"]> | undefined;
};

/** The cases of those properties that are oneofs. */
export type CasesOf<P> = P extends OneofShape ? P extends { readonly case: string } ? P : never : never;

/** Methods of a protobuf-es service as a contract has them. */
export type MethodsFromProto<M extends Readonly<Record<string, ProtoMethodShape>>> = {
  readonly [K in keyof M]: Method<
    FromProto<ProtoShape<M[K]["input"]>>,
    FromProto<ProtoShape<M[K]["output"]>>,
    {
      unary: "unary";
      server_streaming: "server_stream";
      client_streaming: "client_stream";
      bidi_streaming: "bidi";
    }[M[K]["methodKind"]]
  >;
};
