/**
 * Schemas and contracts from .proto files, by way of protobuf-es: with them every codec can carry those messages.
 *
 * @module
 */
import type {
  ProtoEnum,
  ProtoField,
  ProtoMessage,
  ProtoMethod,
  ProtoMethodShape,
  ProtoService,
  ProtoShape,
} from "./proto_descriptor.ts";
import { type Method, type MethodKind, type Methods, type Service, service } from "./schema/service.ts";
import type { EnumType, Field, StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

/**
 * TypeScript type of the values of a protobuf-es message here: without `$typeName`, enumerations by name, maps as `Map`.
 * (Keys of maps by 64-bit integers and booleans are those at run time, but have type string, as generated code has it.)
 */
export type FromProto<V> = V extends { readonly $typeName: infer N } ? string extends N ? Record<string, unknown>
  : { [K in keyof V as K extends "$typeName" | "$unknown" ? never : K]: FromProto<V[K]> }
  : V extends number ? number extends V ? number : string
  : V extends string | boolean | bigint | Uint8Array | undefined ? V
  : V extends readonly (infer E)[] ? FromProto<E>[]
  : string extends keyof V ? Map<string, FromProto<V[keyof V]>>
  : number extends keyof V ? Map<number, FromProto<V[number & keyof V]>>
  : never;

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

/**
 * The schema of a message that protobuf-es generated, or loaded at run time.
 *
 * Keys are the generated `localName`s, enumerations have the names of the .proto file. Throws TypeError, naming the field,
 * for what the schema can't express: oneof, messages that contain themselves, required fields, defaults, delimited encoding,
 * `uint64`, zigzag and fixed-width integers, wrapper messages, `jstype = JS_STRING`, and numbers above 255.
 *
 * @example
 * ```ts
 * import { TimestampSchema } from "@bufbuild/protobuf/wkt";
 * import { fromProto } from "@erpc/erpc";
 * const Timestamp = fromProto(TimestampSchema); // { seconds: bigint; nanos: number }
 * console.assert(Timestamp.name === "google.protobuf.Timestamp");
 * ```
 */
export function fromProto<M extends ProtoMessage>(message: M): StructType<FromProto<ProtoShape<M>>> {
  return structOf(message, new Map()) as StructType<FromProto<ProtoShape<M>>>;
}

/**
 * The contract of a service that protobuf-es generated, or loaded at run time; methods have their generated `localName`s.
 * Throws TypeError for a message that {@linkcode fromProto} refuses.
 */
export function fromProtoService<S extends ProtoService>(source: S): Service<MethodsFromProto<S["method"]>> {
  const known: Known = new Map(), methods: Record<string, Method> = {};
  for (const method of source.methods) methods[method.localName] = methodOf(method, known);
  return service(source.typeName, methods as Methods) as Service<MethodsFromProto<S["method"]>>;
}

/** Structs by message; undefined while one is being made, so that a message that contains itself is noticed. */
type Known = Map<ProtoMessage, StructType | undefined>;

const methodKinds: Readonly<Record<ProtoMethod["methodKind"], MethodKind>> = {
  unary: "unary",
  server_streaming: "server_stream",
  client_streaming: "client_stream",
  bidi_streaming: "bidi",
};

function methodOf(method: ProtoMethod, known: Known): Method {
  return {
    kind: methodKinds[method.methodKind],
    request: structOf(method.input, known),
    response: structOf(method.output, known),
    idempotent: method.idempotency !== 0,
  };
}

function structOf(message: ProtoMessage, known: Known): StructType {
  const made = known.get(message);
  if (made) return made;
  known.set(message, undefined);
  const fields: Record<string, Field> = {};
  for (const field of message.fields) {
    const problem = problemOf(field, known);
    if (problem) throw new TypeError(`Cannot use ${nameOf(field)}: ${problem}`);
    fields[field.localName] = t.field(field.number, fieldType(field, known));
  }
  const struct = t.struct(message.typeName, fields);
  known.set(message, struct);
  return struct;
}

function nameOf(field: ProtoField): string {
  return `${field.parent.typeName}.${field.name}`;
}

/** Values of protobuf's `FieldPresence`. */
const explicit = 1, legacyRequired = 3;

const wrapper = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

function problemOf(field: ProtoField, known: Known): string | undefined {
  if (field.oneof) return `it is in the oneof ${field.oneof.name}`;
  if (field.number > 255) return `its number ${field.number} is above 255`;
  if (field.presence === legacyRequired) return "required fields are not supported";
  if ("delimitedEncoding" in field && field.delimitedEncoding) return "delimited encoding is not supported";
  if ("longAsString" in field && field.longAsString) return "jstype = JS_STRING is not supported";
  if (field.proto.defaultValue) return "defaults are not supported";
  if (field.message && wrapper.test(field.message.typeName)) return "wrapper messages are not supported; use optional";
  if (field.message && known.has(field.message) && !known.get(field.message)) {
    return `it makes ${field.message.typeName} contain itself`;
  }
}

function fieldType(field: ProtoField, known: Known): Type {
  switch (field.fieldKind) {
    case "list":
      return t.list(valueType(field, known));
    case "map":
      return t.map(scalarType(field, field.mapKey), valueType(field, known));
    default: {
      const type = valueType(field, known);
      return field.presence === explicit ? t.optional(type) : type;
    }
  }
}

function valueType(field: ProtoField, known: Known): Type {
  if (field.message) return structOf(field.message, known);
  return field.enum ? enumOf(field.enum) : scalarType(field, field.scalar);
}

function enumOf({ typeName, values }: ProtoEnum): EnumType {
  const numbers: Record<string, number> = {}, taken = new Set<number>();
  for (const { name, number } of values) {
    if (!taken.has(number)) numbers[name] = number;
    taken.add(number);
  }
  return t.enumeration(typeName, numbers);
}

/** Schema types by the number of the scalar in descriptor.proto; those missing have another form on the wire. */
const scalars: Readonly<Record<number, Type>> = {
  1: t.double,
  2: t.float,
  3: t.int64,
  5: t.int32,
  8: t.bool,
  9: t.string,
  12: t.bytes,
  13: t.uint32,
};

const refused: Readonly<Record<number, string>> = {
  4: "uint64",
  6: "fixed64",
  7: "fixed32",
  15: "sfixed32",
  16: "sfixed64",
  17: "sint32",
  18: "sint64",
};

function scalarType(field: ProtoField, scalar: number | undefined): Type {
  const type = scalars[scalar ?? 0];
  if (type) return type;
  throw new TypeError(`Cannot use ${nameOf(field)}: there is no schema type for ${refused[scalar ?? 0] ?? scalar}`);
}
