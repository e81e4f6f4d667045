/**
 * Libraries for the same formats, used as their own documentation has it.
 *
 * @module
 */
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { XMLBuilder, XMLParser } from "fast-xml-parser";
import { Buffer } from "node:buffer";
import thrift from "thrift";
import type { MakeCandidate } from "./candidates.ts";
import { type User, Users } from "./message.ts";

/** Types of descriptor.proto. */
const DOUBLE = 1, INT64 = 3, INT32 = 5, BOOL = 8, STRING = 9, MESSAGE = 11;
const OPTIONAL = 1, REPEATED = 3;

const userFields: readonly (readonly [name: string, type: number, label?: number])[] = [
  ["id", INT32],
  ["seq", INT32],
  ["name", STRING],
  ["email", STRING],
  ["active", BOOL],
  ["score", DOUBLE],
  ["level", INT32],
  ["createdAt", INT64],
  ["tags", STRING, REPEATED],
  ["note", STRING],
];

function descriptors(): { readonly one: DescMessage; readonly many: DescMessage } {
  const field = ([name, type, label = OPTIONAL]: typeof userFields[number], i: number) => ({
    name,
    type,
    number: i + 1,
    jsonName: name,
    label,
  });
  const users = {
    name: "users",
    type: MESSAGE,
    typeName: ".bench.User",
    number: 1,
    jsonName: "users",
    label: REPEATED,
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "bench.proto",
    package: "bench",
    syntax: "proto3",
    messageType: [{ name: "User", field: userFields.map(field) }, { name: "Users", field: [users] }],
  });
  const registry = createFileRegistry(file, () => undefined);
  return { one: registry.getMessage("bench.User")!, many: registry.getMessage("bench.Users")! };
}

/** protobuf-es: a message is made from the plain object, as a caller would have to. */
export const protobufEs: MakeCandidate = (type) => {
  const { one, many } = descriptors(), schema = type === Users ? many : one;
  const wide = (user: User) => ({ ...user, createdAt: BigInt(user.createdAt) });
  const init = type === Users
    ? (value: unknown) => ({ users: (value as { users: User[] }).users.map(wide) })
    : (value: unknown) => wide(value as User);
  return {
    encode: (value) => toBinary(schema, create(schema, init(value) as Record<never, never>)),
    decode: (bytes) => fromBinary(schema, bytes),
  };
};

/** What npm thrift's generated code does with a protocol; the package has no types. */
type Protocol = Record<string, (...args: unknown[]) => unknown>;

function thriftWith(protocolClass: new (transport: unknown) => Protocol): MakeCandidate {
  const { Thrift: { Type }, TBufferedTransport, Int64 } = thrift;
  const write = (p: Protocol, user: User) => {
    const field = (name: string, type: number, id: number, put: () => void) => {
      p.writeFieldBegin!(name, type, id);
      put();
      p.writeFieldEnd!();
    };
    p.writeStructBegin!("User");
    field("id", Type.I32, 1, () => p.writeI32!(user.id));
    field("seq", Type.I32, 2, () => p.writeI32!(user.seq));
    field("name", Type.STRING, 3, () => p.writeString!(user.name));
    field("email", Type.STRING, 4, () => p.writeString!(user.email));
    field("active", Type.BOOL, 5, () => p.writeBool!(user.active));
    field("score", Type.DOUBLE, 6, () => p.writeDouble!(user.score));
    field("level", Type.I32, 7, () => p.writeI32!(user.level));
    field("createdAt", Type.I64, 8, () => p.writeI64!(new Int64(user.createdAt)));
    field("tags", Type.LIST, 9, () => {
      p.writeListBegin!(Type.STRING, user.tags.length);
      for (const tag of user.tags) p.writeString!(tag);
      p.writeListEnd!();
    });
    field("note", Type.STRING, 10, () => p.writeString!(user.note));
    p.writeFieldStop!();
    p.writeStructEnd!();
  };
  return (type) => ({
    encode(value) {
      let bytes = new Uint8Array(0);
      const transport = new TBufferedTransport(undefined, (out: Uint8Array<ArrayBuffer>) => bytes = out);
      const p = new protocolClass(transport);
      if (type !== Users) write(p, value as User);
      else {
        const { users } = value as { users: User[] };
        p.writeStructBegin!("Users");
        p.writeFieldBegin!("users", Type.LIST, 1);
        p.writeListBegin!(Type.STRUCT, users.length);
        for (const user of users) write(p, user);
        p.writeListEnd!();
        p.writeFieldEnd!();
        p.writeFieldStop!();
        p.writeStructEnd!();
      }
      p.flush!();
      transport.flush();
      return bytes;
    },
    decode(bytes) {
      let value: unknown;
      TBufferedTransport.receiver((transport: unknown) => value = readStruct(new protocolClass(transport)))(
        Buffer.from(bytes),
      );
      return value;
    },
  });
}

/** Reads a struct as generated code does: field by field, by id. */
function readStruct(p: Protocol): Record<number, unknown> {
  const { Thrift: { Type } } = thrift, out: Record<number, unknown> = {};
  p.readStructBegin!();
  for (;;) {
    const { ftype, fid } = p.readFieldBegin!() as { ftype: number; fid: number };
    if (ftype === Type.STOP) break;
    out[fid] = readValue(p, ftype);
    p.readFieldEnd!();
  }
  p.readStructEnd!();
  return out;
}

function readValue(p: Protocol, type: number): unknown {
  const { Thrift: { Type } } = thrift;
  switch (type) {
    case Type.BOOL:
      return p.readBool!();
    case Type.I32:
      return p.readI32!();
    case Type.I64:
      return (p.readI64!() as { toNumber(): number }).toNumber();
    case Type.DOUBLE:
      return p.readDouble!();
    case Type.STRING:
      return p.readString!();
    case Type.STRUCT:
      return readStruct(p);
    default: {
      const { etype, size } = p.readListBegin!() as { etype: number; size: number };
      const list = Array.from({ length: size }, () => readValue(p, etype));
      p.readListEnd!();
      return list;
    }
  }
}

/** npm thrift with its binary protocol. */
export const thriftBinary: MakeCandidate = thriftWith(thrift.TBinaryProtocol);

/** npm thrift with its compact protocol. */
export const thriftCompact: MakeCandidate = thriftWith(thrift.TCompactProtocol);

/** fast-xml-parser, without entities of a DTD. */
export const fastXmlParser: MakeCandidate = (type) => {
  const root = type === Users ? "Users" : "User";
  const builder = new XMLBuilder(), parser = new XMLParser({ processEntities: false });
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  return {
    encode: (value) => encoder.encode(builder.build({ [root]: value })),
    decode: (bytes) => parser.parse(decoder.decode(bytes)),
  };
};
