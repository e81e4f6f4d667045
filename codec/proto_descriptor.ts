/**
 * What erpc reads of the descriptors that protobuf-es generates or loads: types of its version 2 fit these.
 *
 * @module
 */

/** An enumeration: a `DescEnum`. */
export interface ProtoEnum {
  /** Full name, such as `"demo.Colour"`. */
  readonly typeName: string;
  /** Its names and numbers, in the order of the .proto file. */
  readonly values: readonly { readonly name: string; readonly number: number }[];
}

/** A field of a message: a `DescField`. */
export interface ProtoField {
  /** Name in the .proto file. */
  readonly name: string;
  /** Key in the TypeScript object. */
  readonly localName: string;
  /** Name in JSON. */
  readonly jsonName: string;
  /** Its number. */
  readonly number: number;
  /** The message it belongs to. */
  readonly parent: { readonly typeName: string };
  /** Whether it is one value, a list or a map. */
  readonly fieldKind: "scalar" | "message" | "enum" | "list" | "map";
  /** Whether it can be left out: `FieldPresence` of descriptor.proto. */
  readonly presence: number;
  /** Type of a scalar, and of the elements of a list or map: `Type` of descriptor.proto. */
  readonly scalar: number | undefined;
  /** The message, when it is one, or holds some. */
  readonly message: ProtoMessage | undefined;
  /** The enumeration, when it is of one, or holds some. */
  readonly enum: ProtoEnum | undefined;
  /** Whether a list of numbers is in one body. */
  readonly packed?: boolean | undefined;
  /** Type of a map's keys: `Type` of descriptor.proto. */
  readonly mapKey?: number | undefined;
  /** The oneof that it is in. */
  readonly oneof: { readonly name: string } | undefined;
  /** Whether a message is delimited by tags, not by its length. */
  readonly delimitedEncoding?: boolean | undefined;
  /** Whether 64-bit integers are strings in TypeScript. */
  readonly longAsString?: boolean | undefined;
  /** The default that the .proto file gives a scalar or enumeration (its number). */
  readonly getDefaultValue?: (() => unknown) | undefined;
}

/** A message: a `DescMessage` or `GenMessage`. */
export interface ProtoMessage {
  /** Full name, such as `"demo.Hello"`. */
  readonly typeName: string;
  /** Its fields. */
  readonly fields: readonly ProtoField[];
}

/** What the type of a method is made of. */
export interface ProtoMethodShape {
  /** Which sides are streams. */
  readonly methodKind: "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";
  /** The request. */
  readonly input: ProtoMessage;
  /** The reply. */
  readonly output: ProtoMessage;
}

/** A method: a `DescMethod`. */
export interface ProtoMethod extends ProtoMethodShape {
  /** Key in the TypeScript object. */
  readonly localName: string;
  /** `IdempotencyLevel` of descriptor.proto: 0 when running it twice may do harm. */
  readonly idempotency: number;
}

/** A service: a `DescService` or `GenService`. */
export interface ProtoService {
  /** Full name, such as `"demo.Greeter"`. */
  readonly typeName: string;
  /** Its methods. */
  readonly methods: readonly ProtoMethod[];
  /** The same by key; only their types are used. */
  readonly method: Readonly<Record<string, ProtoMethodShape>>;
}

/** TypeScript type of the messages that the code generated for `M` makes; of any message when it was loaded at run time. */
export type ProtoShape<M> = M extends { readonly $codegenv2: { readonly a: infer V } } ? V
  : M extends { readonly $codegenv1: { readonly a: infer V } } ? V
  : { readonly $typeName: string };
