/**
 * Schemas and contracts from .proto files, by way of protobuf-es: with them every codec can carry those messages.
 *
 * @module
 */
import type { FromProto, MethodsFromProto } from "./from_proto_type.ts";
import { asText, isWrapper, jsonObject, unwrapped } from "./from_proto_known.ts";
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoMethod, ProtoService, ProtoShape } from "./proto_descriptor.ts";
import { type Method, type MethodKind, type Methods, type Service, service } from "./schema/service.ts";
import type { AnyType, EnumType, Field, ListType, StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

export type * from "./from_proto_type.ts";

/** How messages are read from protobuf-es. */
export interface FromProtoOptions {
  /** Whether pb keeps fields, and numbers of enumerations, that a message doesn't know. Default true, as in protobuf-es. */
  readonly keepUnknown?: boolean;
}

/**
 * The schema of a message that protobuf-es generated, or loaded at run time.
 *
 * Keys are the generated `localName`s, those of a oneof are optional fields of the message; enumerations have the names of
 * the .proto file. Wrapper messages and `google.protobuf.Struct` are the simpler values that protobuf-es has for them. Names in
 * the .proto file are former names, which JSON reads. Throws TypeError, naming the field, for what the schema can't express:
 * required fields and delimited encoding.
 *
 * @example
 * ```ts
 * import { TimestampSchema } from "@bufbuild/protobuf/wkt";
 * import { fromProto } from "@erpc/erpc";
 * const Timestamp = fromProto(TimestampSchema); // { seconds: bigint; nanos: number }
 * console.assert(Timestamp.name === "google.protobuf.Timestamp");
 * ```
 */
export function fromProto<M extends ProtoMessage>(
  message: M,
  options: FromProtoOptions = {},
): StructType<FromProto<ProtoShape<M>>> {
  return new Import(options).struct(message) as StructType<FromProto<ProtoShape<M>>>;
}

/**
 * The contract of a service that protobuf-es generated, or loaded at run time; methods have their generated `localName`s.
 * Throws TypeError for a message that {@linkcode fromProto} refuses.
 */
export function fromProtoService<S extends ProtoService>(
  source: S,
  options: FromProtoOptions = {},
): Service<MethodsFromProto<S["method"]>> {
  const from = new Import(options), methods: Record<string, Method> = {};
  for (const method of source.methods) methods[method.localName] = methodOf(method, from);
  return service(source.typeName, methods as Methods) as Service<MethodsFromProto<S["method"]>>;
}

const methodKinds: Readonly<Record<ProtoMethod["methodKind"], MethodKind>> = {
  unary: "unary",
  server_streaming: "server_stream",
  client_streaming: "client_stream",
  bidi_streaming: "bidi",
};

function methodOf(method: ProtoMethod, from: Import): Method {
  return {
    kind: methodKinds[method.methodKind],
    request: from.struct(method.input),
    response: from.struct(method.output),
    idempotent: method.idempotency !== 0,
  };
}

/** Values of protobuf's `FieldPresence`. */
const explicit = 1, legacyRequired = 3;

/** Makes the types of messages and enumerations, each once. */
class Import {
  /** Structs by message; undefined while one is being made, so that a message that contains itself is noticed. */
  readonly #structs = new Map<ProtoMessage, StructType | undefined>();
  readonly #enums = new Map<ProtoEnum, EnumType>();
  readonly #keepUnknown: boolean;

  constructor({ keepUnknown = true }: FromProtoOptions) {
    this.#keepUnknown = keepUnknown;
  }

  struct(message: ProtoMessage): StructType {
    const made = this.#structs.get(message);
    if (made) return made;
    this.#structs.set(message, undefined);
    const fields: Record<string, Field> = {}, oneofs: Record<string, string[]> = {};
    for (const field of message.fields) {
      fields[field.localName] = this.#field(field);
      if (field.oneof) (oneofs[field.oneof.name] ??= []).push(field.localName);
    }
    const struct = t.struct(message.typeName, fields, {
      keepUnknown: this.#keepUnknown,
      ...Object.keys(oneofs).length > 0 ? { oneofs } : {},
    });
    this.#structs.set(message, struct);
    return struct;
  }

  #field(field: ProtoField): Field {
    const { number, name, localName, jsonName } = field;
    const problem = problemOf(field);
    if (problem) throw new TypeError(`Cannot use ${nameOf(field)}: ${problem}`);
    const aliases = name === localName ? [] : [name];
    const type = this.#type(field), absent = field.oneof ? undefined : defaultOf(field) ?? zeroOf(type as AnyType);
    return t.field(number, type, {
      ...aliases.length > 0 ? { aliases } : {},
      ...jsonName === localName ? {} : { jsonName },
      ...absent === undefined ? {} : { default: absent },
    });
  }

  #type(field: ProtoField): Type {
    switch (field.fieldKind) {
      case "list":
        return listOf(this.#value(field), isUnpacked(field));
      case "map":
        return t.map(scalarType(field, field.mapKey), this.#value(field));
      default: {
        const type = this.#value(field);
        return field.presence === explicit ? t.optional(type) : type;
      }
    }
  }

  #value(field: ProtoField): Type {
    if (field.enum) return this.#enum(field.enum);
    if (field.message) return this.#message(field, field.message);
    const type = scalarType(field, field.scalar);
    return "longAsString" in field && field.longAsString ? asText(type) : type;
  }

  #message({ parent, fieldKind, oneof }: ProtoField, message: ProtoMessage): Type {
    const { typeName } = message;
    if (this.#structs.has(message) && !this.#structs.get(message)) return t.lazy(() => this.#structs.get(message)!);
    const struct = this.struct(message);
    if (isWrapper(typeName) && fieldKind === "message" && !oneof) return unwrapped(struct);
    const isJson = typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
    return isJson ? jsonObject(struct) : struct;
  }

  #enum(source: ProtoEnum): EnumType {
    let type = this.#enums.get(source);
    if (!type) this.#enums.set(source, type = enumOf(source));
    return type;
  }
}

function nameOf(field: ProtoField): string {
  return `${field.parent.typeName}.${field.name}`;
}

function problemOf(field: ProtoField): string | undefined {
  if (field.presence === legacyRequired) return "required fields are not supported";
  if ("delimitedEncoding" in field && field.delimitedEncoding) return "delimited encoding is not supported";
}

/** What a field is when it isn't there: in JSON zeros are left out, too. Undefined for an optional one. */
function zeroOf(type: AnyType): unknown {
  switch (type.kind) {
    case "bool":
      return false;
    case "int64":
    case "uint64":
      return 0n;
    case "string":
      return "";
    case "bytes":
      return new Uint8Array(0);
    case "enumeration":
      return type.names.get(0);
    case "list":
      return [];
    case "map":
      return new Map();
    case "optional":
      return undefined;
    case "logical":
      return type.fromBase(zeroOf(type.base as AnyType));
    default:
      return 0;
  }
}

function listOf(element: Type, unpacked: boolean): ListType {
  return unpacked ? { ...t.list(element), packed: false } : t.list(element);
}

/** Whether a list of numbers is not in one body: proto2's default. */
function isUnpacked({ packed, message, scalar }: ProtoField): boolean {
  return packed === false && !message && scalar !== STRING && scalar !== BYTES;
}

function defaultOf(field: ProtoField): unknown {
  const value = field.getDefaultValue?.();
  return field.enum ? field.enum.values.find(({ number }) => number === value)?.name : value;
}

/** An enumeration; of several names for one number the first is what readers give, and each may be written. */
function enumOf({ typeName, values }: ProtoEnum): EnumType {
  const numbers = new Map<string, number>(), names = new Map<number, string>();
  for (const { name, number } of values) {
    numbers.set(name, number);
    if (!names.has(number)) names.set(number, name);
  }
  return { kind: "enumeration", name: typeName, numbers, names };
}

/** Scalars that are no numbers, in descriptor.proto. */
const STRING = 9, BYTES = 12;

/** Schema types by the number of the scalar in descriptor.proto. */
const scalars: Readonly<Record<number, Type>> = {
  1: t.double,
  2: t.float,
  3: t.int64,
  4: t.uint64,
  5: t.int32,
  6: t.fixed64,
  7: t.fixed32,
  8: t.bool,
  9: t.string,
  12: t.bytes,
  13: t.uint32,
  15: t.sfixed32,
  16: t.sfixed64,
  17: t.sint32,
  18: t.sint64,
};

function scalarType(field: ProtoField, scalar: number | undefined): Type {
  const type = scalars[scalar ?? 0];
  if (type) return type;
  throw new TypeError(`Cannot use ${nameOf(field)}: there is no schema type for the scalar ${scalar}`);
}
