/**
 * Thrift against Apache's library for JavaScript, npm's `thrift`: random schemas and values, in both directions and both
 * protocols. Kept away from what that library does wrong: it writes -0 as 0, and reads a boolean
 * within a container of the compact protocol as false.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import Thrift from "thrift";
import { Reader, Writer } from "../../protocol/mod.ts";
import { typeWithValues } from "../arbitrary_test.ts";
import { stripped } from "../fit.ts";
import { difference } from "../same.ts";
import type { AnyType, StructType, Type } from "../schema/type.ts";
import { codecs, type Name } from "./hex_test.ts";

// deno-lint-ignore no-explicit-any -- the library has no types
type Loose = any;
const { TBinaryProtocol, TBufferedTransport, TCompactProtocol, TFramedTransport, Int64, Thrift: { Type: wire } } =
  Thrift as Loose;
const protocols: Readonly<Record<Name, Loose>> = { thrift: TBinaryProtocol, thrift_compact: TCompactProtocol };

/** Words of the library's methods, and wire types, by the kind of a type. */
const words: Partial<Record<AnyType["kind"], readonly [word: string, wire: number]>> = {
  bool: ["Bool", wire.BOOL],
  int8: ["Byte", wire.BYTE],
  int16: ["I16", wire.I16],
  int32: ["I32", wire.I32],
  int53: ["I64", wire.I64],
  int64: ["I64", wire.I64],
  uint8: ["I16", wire.I16],
  uint16: ["I32", wire.I32],
  uint32: ["I64", wire.I64],
  uint64: ["I64", wire.I64],
  float: ["Double", wire.DOUBLE],
  double: ["Double", wire.DOUBLE],
  string: ["String", wire.STRING],
  bytes: ["Binary", wire.STRING],
  enumeration: ["I32", wire.I32],
  list: ["List", wire.LIST],
  map: ["Map", wire.MAP],
  struct: ["Struct", wire.STRUCT],
};

function wireOf(type: Type): number {
  return words[stripped(type).kind]![1];
}

function write(p: Loose, type: AnyType, value: Loose): void {
  switch (type.kind) {
    case "list":
      p.writeListBegin(wireOf(type.element), value.length);
      for (const item of value) write(p, stripped(type.element), item);
      return p.writeListEnd();
    case "map":
      p.writeMapBegin(wireOf(type.key), wireOf(type.value), value.size);
      for (const [key, item] of value) {
        write(p, stripped(type.key), key);
        write(p, stripped(type.value), item);
      }
      return p.writeMapEnd();
    case "struct":
      return writeStruct(p, type, value);
    case "enumeration":
      return p.writeI32(type.numbers.get(value));
    case "bytes":
      return p.writeBinary(Buffer.from(value));
    default:
      return p[`write${words[type.kind]![0]}`](wireOf(type) === wire.I64 ? int64(value) : value);
  }
}

function writeStruct(p: Loose, { name, fields }: StructType, value: Loose): void {
  p.writeStructBegin(name);
  for (const { key, tag, type } of fields) {
    if (!Object.hasOwn(value, key) || value[key] === undefined) continue;
    p.writeFieldBegin(key, wireOf(type), tag);
    write(p, stripped(type), value[key]);
    p.writeFieldEnd();
  }
  p.writeFieldStop();
  p.writeStructEnd();
}

function int64(value: number | bigint): Loose {
  return new Int64(Buffer.from(BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, "0"), "hex"));
}

function read(p: Loose, type: AnyType, isField: boolean): Loose {
  switch (type.kind) {
    case "list": {
      const { size } = p.readListBegin();
      return Array.from({ length: size }, () => read(p, stripped(type.element), false));
    }
    case "map": {
      const { size } = p.readMapBegin();
      return new Map(
        Array.from({ length: size }, () => [read(p, stripped(type.key), false), read(p, stripped(type.value), false)]),
      );
    }
    case "struct":
      return readStruct(p, type);
    case "enumeration":
      return type.names.get(p.readI32());
    case "bytes":
      return new Uint8Array(p.readBinary());
    case "bool":
      return !isField && p instanceof TCompactProtocol ? p.readByte() === 1 : p.readBool();
    default: {
      const value = p[`read${words[type.kind]![0]}`]();
      if (wireOf(type) !== wire.I64) return value;
      const bits = BigInt("0x" + value.toOctetString()), signed = BigInt.asIntN(64, bits);
      return type.kind === "uint64" ? bits : type.kind === "int64" ? signed : Number(signed);
    }
  }
}

function readStruct(p: Loose, { fields }: StructType): Loose {
  const value: Record<string, unknown> = {};
  p.readStructBegin();
  for (let head = p.readFieldBegin(); head.ftype !== wire.STOP; head = p.readFieldBegin()) {
    const field = fields.find(({ tag }) => tag === head.fid)!;
    assertEquals(head.ftype, wireOf(field.type));
    value[field.key] = read(p, stripped(field.type), true);
    p.readFieldEnd();
  }
  p.readStructEnd();
  return value;
}

function libraryBytes(name: Name, type: StructType, value: unknown): Uint8Array {
  const parts: Uint8Array[] = [],
    transport = new TBufferedTransport(undefined, (bytes: Uint8Array) => parts.push(bytes));
  writeStruct(new protocols[name](transport), type, value);
  transport.flush();
  return new Uint8Array(parts[0]!);
}

function libraryValue(name: Name, type: StructType, bytes: Uint8Array): unknown {
  return readStruct(new protocols[name](new TFramedTransport(Buffer.from(bytes))), type);
}

function withoutMinusZero(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, withoutMinusZero(inner)]));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMinusZero(inner)]));
}

for (const [name, codec] of Object.entries(codecs) as [Name, (typeof codecs)[Name]][]) {
  Deno.test(`${name} writes the bytes that npm thrift writes, and each reads the other's`, () => {
    fc.assert(
      fc.property(typeWithValues([]), ({ type, values }) => {
        const coder = codec.compile(type);
        for (const value of values.map(withoutMinusZero)) {
          const writer = new Writer(), expected = libraryBytes(name, type as StructType, value);
          coder.encode(value, writer);
          assertEquals(writer.slice().toHex(), expected.toHex());
          assertEquals(difference(coder.decode(new Reader(expected)), value), undefined);
          assertEquals(difference(libraryValue(name, type as StructType, writer.slice()), value), undefined);
        }
      }),
      { seed: 7, numRuns: 1500 },
    );
  });
}
