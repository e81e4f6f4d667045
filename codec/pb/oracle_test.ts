/**
 * pb against protobuf-es: random schemas as descriptors, random values, both ways.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Wire,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { typeWithValues } from "../arbitrary_test.ts";
import type { Coder } from "../codec.ts";
import { pb } from "../pb.ts";
import { difference } from "../same.ts";
import type { AnyType, EnumType, ScalarKind, StructType, Type } from "../schema/type.ts";

const lacks = ["tag_zero", "nested", "optional_container"] as const;

const wires: Record<ScalarKind, Wire> = {
  bool: Wire.BOOL,
  int8: Wire.INT32,
  int16: Wire.INT32,
  int32: Wire.INT32,
  int64: Wire.INT64,
  int53: Wire.INT64,
  uint8: Wire.UINT32,
  uint16: Wire.UINT32,
  uint32: Wire.UINT32,
  uint64: Wire.UINT64,
  float: Wire.FLOAT,
  double: Wire.DOUBLE,
  string: Wire.STRING,
  bytes: Wire.BYTES,
};

/** Descriptors of one schema: everything nested is in the root message. */
class Descriptors {
  readonly root: DescriptorProto = create(DescriptorProtoSchema, { name: "M" });
  #next = 0;

  /** The message for `struct`; fields are named `f` and their tag. */
  message(struct: StructType, into: DescriptorProto = this.#nested()): DescriptorProto {
    for (const { tag, type } of struct.fields) {
      const inner = type.kind === "optional" ? (type as { inner?: Type }).inner as AnyType : type as AnyType;
      const field = inner.kind === "list"
        ? this.#field(tag, inner.element as AnyType, Label.REPEATED)
        : inner.kind === "map"
        ? this.#map(tag, inner.key as AnyType, inner.value as AnyType)
        : this.#field(tag, inner, Label.OPTIONAL);
      if (type.kind === "optional" && inner.kind !== "struct") {
        field.proto3Optional = true;
        field.oneofIndex = into.oneofDecl.length;
        into.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: `_f${tag}` });
      }
      into.field.push(field);
    }
    return into;
  }

  #field(number: number, type: AnyType, label: Label): FieldDescriptorProto {
    const field = create(FieldDescriptorProtoSchema, { name: `f${number}`, jsonName: `f${number}`, number, label });
    if (type.kind === "struct") {
      field.type = Wire.MESSAGE;
      field.typeName = `.t.M.${this.message(type).name}`;
    } else if (type.kind === "enumeration") {
      field.type = Wire.ENUM;
      field.typeName = `.t.M.${this.#enumeration(type)}`;
    } else field.type = wires[type.kind as ScalarKind];
    return field;
  }

  #map(number: number, key: AnyType, value: AnyType): FieldDescriptorProto {
    const entry = create(DescriptorProtoSchema, { name: `E${this.#next++}Entry`, options: { mapEntry: true } });
    const keyField = this.#field(1, key, Label.OPTIONAL), valueField = this.#field(2, value, Label.OPTIONAL);
    keyField.name = "key";
    valueField.name = "value";
    entry.field.push(keyField, valueField);
    this.root.nestedType.push(entry);
    const field = create(FieldDescriptorProtoSchema, { name: `f${number}`, jsonName: `f${number}`, number });
    return Object.assign(field, { label: Label.REPEATED, type: Wire.MESSAGE, typeName: `.t.M.${entry.name}` });
  }

  #nested(): DescriptorProto {
    const message = create(DescriptorProtoSchema, { name: `N${this.#next++}` });
    this.root.nestedType.push(message);
    return message;
  }

  #enumeration(type: EnumType): string {
    const name = `C${this.#next++}`,
      zeroFirst = [...type.numbers.values()].sort((a, b) => Number(b === 0) - +(a === 0));
    const value = zeroFirst.map((number) => ({ name: `${name}_${String(number).replace("-", "m")}`, number }));
    const init = create(DescriptorProtoSchema, { enumType: [{ name, value }] });
    this.root.enumType.push(...init.enumType);
    return name;
  }
}

function descriptorOf(struct: StructType): DescMessage {
  const descriptors = new Descriptors();
  descriptors.message(struct, descriptors.root);
  const file = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    messageType: [descriptors.root],
  });
  return createFileRegistry(file, () => undefined).getMessage("t.M")!;
}

/** `value` in the form that protobuf-es creates a message from. */
function initOf(type: AnyType, value: unknown): unknown {
  switch (type.kind) {
    case "optional":
      return value === undefined ? undefined : initOf(type.inner as AnyType, value);
    case "list":
      return (value as unknown[]).map((inner) => initOf(type.element as AnyType, inner));
    case "map":
      return Object.fromEntries(
        [...value as Map<unknown, unknown>].map(([key, inner]) => [String(key), initOf(type.value as AnyType, inner)]),
      );
    case "struct":
      return Object.fromEntries(
        type.fields.map(({ key, tag, type }) => [`f${tag}`, initOf(type as AnyType, (value as never)[key])]),
      );
    case "enumeration":
      return type.numbers.get(value as string);
    default:
      return type.kind === "int53" ? BigInt(value as number) : value;
  }
}

function hasMap(type: AnyType): boolean {
  if (type.kind === "map") return true;
  if (type.kind === "struct") return type.fields.some(({ type }) => hasMap(type as AnyType));
  return type.kind === "list"
    ? hasMap(type.element as AnyType)
    : type.kind === "optional" && hasMap(type.inner as AnyType);
}

function encode(coder: Coder, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer(16);
  coder.encode(value, writer);
  return writer.slice();
}

Deno.test("pb writes the bytes of protobuf-es and reads them", () => {
  fc.assert(
    fc.property(typeWithValues(lacks), ({ type, values }) => {
      const coder = pb.compile(type), descriptor = descriptorOf(type as StructType);
      for (const value of values) {
        const bytes = encode(coder, value), init = initOf(type as AnyType, value) as Record<string, unknown>;
        const expected = toBinary(descriptor, create(descriptor, init));
        const relayed = toBinary(descriptor, fromBinary(descriptor, bytes));
        for (const written of [bytes, expected, relayed]) {
          assertStrictEquals(difference(coder.decode(new Reader(written)), value), undefined);
        }
        // protobuf-es keeps maps as objects, whose keys have an order of their own
        if (!hasMap(type as AnyType)) assertEquals(bytes.toHex(), expected.toHex());
      }
    }),
    { seed: 8, numRuns: 2000 },
  );
});

Deno.test("pb refuses spoilt bytes with an RpcError, and only reads what protobuf-es reads", () => {
  const spoil = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(typeWithValues(lacks), spoil, ({ type, values }, spoilt) => {
      const coder = pb.compile(type), bytes = encode(coder, values[0]);
      for (const [at, byte] of spoilt) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      let value: unknown;
      try {
        value = coder.decode(new Reader(bytes));
      } catch (error) {
        assert(error instanceof RpcError && error.code === "invalid_argument", `${error}`);
        return;
      }
      const descriptor = descriptorOf(type as StructType), message = fromBinary(descriptor, bytes);
      const again = coder.decode(new Reader(toBinary(descriptor, message)));
      assertStrictEquals(difference(again, value), undefined);
    }),
    { seed: 9, numRuns: 2000 },
  );
});
