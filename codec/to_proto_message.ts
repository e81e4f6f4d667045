/**
 * Structs and enumerations as descriptors of Protocol Buffers.
 *
 * @module
 */
import { stripped } from "./fit.ts";
import { fieldKeyOf, fieldNameOf, isName } from "./idl/proto/names.ts";
import { isTimestamp } from "./pb/plan.ts";
import type { AnyType, EnumType, NamedField, ScalarType, StructType } from "./schema/type.ts";
import type { EnumProto, FieldProto, MessageProto } from "./to_proto_schema.ts";

/** Values of `Type` in descriptor.proto, by form and kind. */
const types: Readonly<Record<string, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  int53: 3,
  uint64: 4,
  int8: 5,
  int16: 5,
  int32: 5,
  "fixed uint64": 6,
  "fixed uint32": 7,
  bool: 8,
  string: 9,
  struct: 11,
  bytes: 12,
  uint8: 13,
  uint16: 13,
  uint32: 13,
  enumeration: 14,
  "fixed int32": 15,
  "fixed int64": 16,
  "zigzag int32": 17,
  "zigzag int64": 18,
};

const OPTIONAL = 1, REPEATED = 3;

/** Name of the message that a timestamp travels as. */
export const timestampName = "google.protobuf.Timestamp";

/** The descriptor of `struct`, without the types that are in it; throws TypeError for what a .proto file can't have. */
export function messageProto(struct: StructType, name: string): MessageProto {
  const message = emptyMessage(name);
  const groups = struct.oneofs ?? [], taken = new Set(struct.fields.map((field) => nameOf(struct, field)));
  for (const group of groups) message.oneofDecl.push({ name: freeName(group.name, taken) });
  for (const field of struct.fields) {
    const group = groups.findIndex(({ keys }) => keys.includes(field.key)), proto = fieldProto(struct, field, message);
    const isAlone = group < 0 && field.type.kind === "optional" && proto.type !== types.struct;
    if (group >= 0) proto.oneofIndex = group;
    else if (isAlone) {
      proto.oneofIndex = message.oneofDecl.length;
      proto.proto3Optional = true;
      message.oneofDecl.push({ name: freeName(`_${proto.name}`, taken) });
    }
    message.field.push(proto);
  }
  return message;
}

/** The descriptor of a message without fields. */
export function emptyMessage(name: string): MessageProto {
  return { name, field: [], nestedType: [], enumType: [], oneofDecl: [] };
}

/** `wanted`, or a longer name that nothing in the message has. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name = "X" + name;
  taken.add(name);
  return name;
}

/**
 * Name of a field: that of the .proto file that it came from, or else one that gives the key in TypeScript. Such a name is a
 * former one here, unless it is the key itself: so in a struct with former names, keys without one are names.
 */
function nameOf(struct: StructType, field: NamedField): string {
  const { key } = field, isNamed = struct.fields.some((field) => formerName(struct, field) !== undefined);
  const wanted = formerName(struct, field) ?? (isNamed ? undefined : fieldNameOf(key, isInOneof(struct, key)));
  const name = wanted ?? (isName(key) ? key : undefined);
  if (name !== undefined) return name;
  throw new TypeError(`Cannot describe ${struct.name}: ${JSON.stringify(key)} can't be a name in a .proto file`);
}

function formerName(struct: StructType, { key, aliases = [] }: NamedField): string | undefined {
  return aliases.find((alias) => isName(alias) && fieldKeyOf(alias, isInOneof(struct, key)) === key);
}

function isInOneof({ oneofs = [] }: StructType, key: string): boolean {
  return oneofs.some(({ keys }) => keys.includes(key));
}

function fieldProto(struct: StructType, field: NamedField, message: MessageProto): FieldProto {
  const type = carrierOf(stripped(field.type)), name = nameOf(struct, field);
  const head: FieldProto = { name, number: field.tag, label: OPTIONAL, jsonName: field.jsonName ?? field.key };
  if (type.kind === "list") {
    const options = type.packed === false ? { options: { packed: false } } : {};
    return { ...head, label: REPEATED, ...typeOf(type.element as AnyType), ...options };
  }
  if (type.kind !== "map") return { ...head, ...typeOf(type) };
  const entry = entryName(name);
  message.nestedType.push({
    ...emptyMessage(entry),
    field: [
      { name: "key", jsonName: "key", number: 1, label: OPTIONAL, ...typeOf(type.key as AnyType) },
      { name: "value", jsonName: "value", number: 2, label: OPTIONAL, ...typeOf(type.value as AnyType) },
    ],
    options: { mapEntry: true },
  });
  return { ...head, label: REPEATED, type: types.struct, typeName: `.${struct.name}.${entry}` };
}

/** The type that travels for `type`, which may be logical. */
function carrierOf(type: AnyType): AnyType {
  while (type.kind === "logical" && !isTimestamp(type)) type = stripped(type.base);
  return type;
}

function typeOf(type: AnyType): Pick<FieldProto, "type" | "typeName"> {
  const carrier = carrierOf(stripped(type)), { form } = carrier as ScalarType;
  if (isTimestamp(carrier)) return { type: types.struct, typeName: `.${timestampName}` };
  const number = types[form ? `${form} ${carrier.kind}` : carrier.kind];
  return "name" in carrier ? { type: number, typeName: `.${carrier.name}` } : { type: number };
}

/** Name of the message of a map's entries, which protoc demands. */
function entryName(field: string): string {
  return field.replace(/(?:^|_+)([^_]?)/g, (_, letter: string) => letter.toUpperCase()) + "Entry";
}

/** The descriptor of `type`, its zero first as proto3 demands; `prefix` comes before each name. Throws TypeError without a zero. */
export function enumProto({ name: full, numbers, names }: EnumType, name: string, prefix: string): EnumProto {
  if (!names.has(0)) throw new TypeError(`Cannot describe ${full}: proto3 wants a name for the number 0`);
  const value = [...numbers].map(([name, number]) => ({ name: prefix + name, number }));
  const bad = value.find(({ name }) => !isName(name));
  if (bad) throw new TypeError(`Cannot describe ${full}: ${JSON.stringify(bad.name)} can't be a name in a .proto file`);
  value.sort((a, b) => Number(b.number === 0) - Number(a.number === 0));
  return { name, value, ...names.size < numbers.size ? { options: { allowAlias: true } } : {} };
}
