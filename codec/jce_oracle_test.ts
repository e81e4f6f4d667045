/**
 * JCE against an independent implementation, `@tars/stream` of the TARS project, in both directions.
 *
 * Kept away from what that library is known to do differently: it writes a float of 0 (and -0) without a body, reads no
 * bytes from a list, and its maps are objects.
 */
import { assertEquals } from "@std/assert";
import { encodeHex } from "@std/encoding";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import Tars from "npm:@tars/stream@2.0.3";
import { Reader, Writer } from "../protocol/mod.ts";
import { structType, valueOf } from "./arbitrary_test.ts";
import { jce } from "./jce.ts";
import { difference } from "./same.ts";
import type { AnyType, EnumType, MapType, ScalarKind, StructType, Type } from "./schema/type.ts";

// deno-lint-ignore no-explicit-any -- the library's own types leave out what a code generator calls
type Loose = any;

const scalars: Partial<Record<ScalarKind, string>> = {
  bool: "Boolean",
  int8: "Int8",
  int16: "Int16",
  int32: "Int32",
  int53: "Int64",
  uint8: "UInt8",
  uint16: "UInt16",
  uint32: "UInt32",
  float: "Float",
  double: "Double",
  string: "String",
};

/** What the library's code generator would make of `type`: an object that writes and reads a field. */
function protoOf(type: AnyType): Loose {
  return {
    _classname: type.kind,
    _write: (os: Loose, tag: number, value: Loose) => write(os, tag, type, value),
    _read: (is: Loose, tag: number) => read(is, tag, type),
  };
}

function write(os: Loose, tag: number, type: AnyType, value: Loose): void {
  switch (type.kind) {
    case "int64":
      return os.writeInt64(tag, String(value), true);
    case "bytes":
      return os.writeBytes(tag, new (Tars as Loose).BinBuffer(Buffer.from(value)));
    case "enumeration":
      return os.writeInt32(tag, type.numbers.get(value));
    case "list":
      return os.writeList(tag, { length: value.length, value, _proto: protoOf(type.element as AnyType) });
    case "map":
      return os.writeMap(tag, libraryMap(type, value));
    case "struct":
      return os.writeStruct(tag, { _writeTo: (os: Loose) => writeFields(os, type, value) });
    default:
      return os[`write${scalars[type.kind as ScalarKind]}`](tag, value);
  }
}

function libraryMap({ key, value }: MapType, map: ReadonlyMap<unknown, unknown>): Loose {
  return {
    _kproto: protoOf(key as AnyType),
    _vproto: protoOf(value as AnyType),
    size: () => map.size,
    forEach: (visit: Loose) => map.forEach((value, key) => visit(key, value)),
  };
}

function writeFields(os: Loose, struct: StructType, value: Loose): void {
  for (const { key, tag, type } of struct.fields) {
    if (value[key] !== undefined) write(os, tag, required(type), value[key]);
  }
}

function read(is: Loose, tag: number, type: AnyType): unknown {
  switch (type.kind) {
    case "int64":
      return BigInt(is.readInt64(tag, true, 0, true));
    case "bytes":
      return new Uint8Array(is.readBytes(tag, true, (Tars as Loose).BinBuffer).toNodeBuffer());
    case "enumeration":
      return (type as EnumType).names.get(is.readInt32(tag, true));
    case "list":
      return is.readList(tag, true, { _proto: protoOf(type.element as AnyType) }).value;
    case "map": {
      // Its own map would turn keys into text; a key prototype with _equal makes it hand over the entries as they are.
      const pairs = new Map<unknown, unknown>(), { key, value } = type as MapType;
      const kproto = protoOf(key as AnyType), vproto = protoOf(value as AnyType);
      let last: unknown;
      kproto._read = (is: Loose, tag: number) => last = read(is, tag, key as AnyType);
      vproto._read = (is: Loose, tag: number) => void pairs.set(last, read(is, tag, value as AnyType));
      is.readMap(tag, true, { _kproto: kproto, _vproto: vproto });
      return pairs;
    }
    case "struct":
      return is.readStruct(tag, true, { _readFrom: (is: Loose) => readFields(is, type) });
    default:
      return is[`read${scalars[type.kind as ScalarKind]}`](tag, true);
  }
}

function readFields(is: Loose, struct: StructType): unknown {
  const fields = struct.fields.map(({ key, tag, type }) => {
    const missing = type.kind === "optional" && !is._skipToTag(tag, false);
    return [key, missing ? undefined : read(is, tag, required(type))];
  });
  return Object.fromEntries(fields);
}

function required(type: Type): AnyType {
  return type.kind === "optional" ? required((type as Extract<AnyType, { kind: "optional" }>).inner) : type as AnyType;
}

function libraryEncode(type: Type, value: unknown): Uint8Array {
  const os = new (Tars as Loose).TarsOutputStream();
  writeFields(os, type as StructType, value);
  return new Uint8Array(os.getBinBuffer().toNodeBuffer());
}

function libraryDecode(type: Type, bytes: Uint8Array): unknown {
  const is = new (Tars as Loose).TarsInputStream(new (Tars as Loose).BinBuffer(Buffer.from(bytes)));
  return readFields(is, type as StructType);
}

const floats = { float: fc.float().filter((n) => n !== 0), double: fc.double().filter((n) => n !== 0) };
const cases = structType([]).chain((type) => valueOf(type, floats).map((value) => ({ type, value })));

Deno.test("jce writes the bytes of @tars/stream, and each reads the other's", () => {
  fc.assert(
    fc.property(cases, ({ type, value }) => {
      const coder = jce.compile(type), writer = new Writer();
      coder.encode(value, writer);
      const bytes = writer.slice(), theirs = libraryEncode(type, value);
      assertEquals(encodeHex(bytes), encodeHex(theirs));
      assertEquals(difference(coder.decode(new Reader(theirs)), value), undefined);
      assertEquals(difference(libraryDecode(type, bytes), value), undefined);
    }),
    { seed: 13, numRuns: 2000 },
  );
});
