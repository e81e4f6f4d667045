import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescService,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { fileDesc, type GenMessage, type GenService, messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import {
  FeatureSet_MessageEncoding as Encoding,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Wire,
  type FieldDescriptorProtoSchema,
  FieldOptions_JSType as JsType,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { fromProto, fromProtoService } from "./from_proto.ts";
import { json } from "./json.ts";
import { msgpack } from "./msgpack.ts";
import { pb } from "./pb.ts";
import { difference } from "./same.ts";
import type { MethodKind } from "./schema/service.ts";
import type { Infer, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

// What protoc-gen-es generates for this file:
//   enum Colour { COLOUR_NONE = 0; COLOUR_RED = 1; }
//   message Inner { int32 n = 1; }
//   message Hello {
//     string user_name = 1; optional int32 times = 2; Colour colour = 3; map<string, double> scores = 4;
//     google.protobuf.Timestamp at = 5; repeated Inner list = 6; bytes blob = 7; int64 big = 8;
//     map<int32, Inner> by_id = 9; bool ok = 10; float f = 11; uint32 u = 12; map<int64, Colour> colours = 13; Inner inner = 14;
//   }
//   message Reply { string msg = 1; }
//   service Greeter {
//     rpc Greet(Hello) returns (Reply) { option idempotency_level = IDEMPOTENT; }
//     rpc Count(Hello) returns (stream Reply) { option idempotency_level = NO_SIDE_EFFECTS; }
//     rpc Sum(stream Hello) returns (Reply);
//     rpc Chat(stream Hello) returns (stream Reply);
//   }
const file = fileDesc(
  "CgtoZWxsby5wcm90bxIEZGVtbxofZ29vZ2xlL3Byb3RvYnVmL3RpbWVzdGFtcC5wcm90byIVCgVJbm5lchIMCgFuGAEgASgFUgFuIo0FCgVIZWxs" +
    "bxIbCgl1c2VyX25hbWUYASABKAlSCHVzZXJOYW1lEhkKBXRpbWVzGAIgASgFSABSBXRpbWVziAEBEiQKBmNvbG91chgDIAEoDjIMLmRlbW8uQ29s" +
    "b3VyUgZjb2xvdXISLwoGc2NvcmVzGAQgAygLMhcuZGVtby5IZWxsby5TY29yZXNFbnRyeVIGc2NvcmVzEioKAmF0GAUgASgLMhouZ29vZ2xlLnBy" +
    "b3RvYnVmLlRpbWVzdGFtcFICYXQSHwoEbGlzdBgGIAMoCzILLmRlbW8uSW5uZXJSBGxpc3QSEgoEYmxvYhgHIAEoDFIEYmxvYhIQCgNiaWcYCCAB" +
    "KANSA2JpZxIqCgVieV9pZBgJIAMoCzIVLmRlbW8uSGVsbG8uQnlJZEVudHJ5UgRieUlkEg4KAm9rGAogASgIUgJvaxIMCgFmGAsgASgCUgFmEgwK" +
    "AXUYDCABKA1SAXUSMgoHY29sb3VycxgNIAMoCzIYLmRlbW8uSGVsbG8uQ29sb3Vyc0VudHJ5Ugdjb2xvdXJzEiEKBWlubmVyGA4gASgLMgsuZGVt" +
    "by5Jbm5lclIFaW5uZXIaOQoLU2NvcmVzRW50cnkSEAoDa2V5GAEgASgJUgNrZXkSFAoFdmFsdWUYAiABKAFSBXZhbHVlOgI4ARpECglCeUlkRW50" +
    "cnkSEAoDa2V5GAEgASgFUgNrZXkSIQoFdmFsdWUYAiABKAsyCy5kZW1vLklubmVyUgV2YWx1ZToCOAEaSAoMQ29sb3Vyc0VudHJ5EhAKA2tleRgB" +
    "IAEoA1IDa2V5EiIKBXZhbHVlGAIgASgOMgwuZGVtby5Db2xvdXJSBXZhbHVlOgI4AUIICgZfdGltZXMiGQoFUmVwbHkSEAoDbXNnGAEgASgJUgNt" +
    "c2cqKQoGQ29sb3VyEg8KC0NPTE9VUl9OT05FEAASDgoKQ09MT1VSX1JFRBABMqQBCgdHcmVldGVyEiYKBUdyZWV0EgsuZGVtby5IZWxsbxoLLmRl" +
    "bW8uUmVwbHkiA5ACAhIoCgVDb3VudBILLmRlbW8uSGVsbG8aCy5kZW1vLlJlcGx5IgOQAgEwARIhCgNTdW0SCy5kZW1vLkhlbGxvGgsuZGVtby5S" +
    "ZXBseSgBEiQKBENoYXQSCy5kZW1vLkhlbGxvGgsuZGVtby5SZXBseSgBMAFiBnByb3RvMw",
  [file_google_protobuf_timestamp],
);
type Colour = 0 | 1;
type Inner = Message<"demo.Inner"> & { n: number };
type HelloMessage = Message<"demo.Hello"> & {
  userName: string;
  times?: number;
  colour: Colour;
  scores: { [key: string]: number };
  at?: Timestamp;
  list: Inner[];
  blob: Uint8Array;
  big: bigint;
  byId: { [key: number]: Inner };
  ok: boolean;
  f: number;
  u: number;
  colours: { [key: string]: Colour };
  inner?: Inner;
};
type Reply = Message<"demo.Reply"> & { msg: string };
const HelloSchema: GenMessage<HelloMessage> = messageDesc(file, 1);
const ReplySchema: GenMessage<Reply> = messageDesc(file, 2);
type H = typeof HelloSchema;
type R = typeof ReplySchema;
const GreeterSchema: GenService<{
  greet: { methodKind: "unary"; input: H; output: R };
  count: { methodKind: "server_streaming"; input: H; output: R };
  sum: { methodKind: "client_streaming"; input: H; output: R };
  chat: { methodKind: "bidi_streaming"; input: H; output: R };
}> = serviceDesc(file, 0);

const Hello = fromProto(HelloSchema);
const hello: Infer<typeof Hello> = {
  userName: "a",
  times: 0,
  colour: "COLOUR_RED",
  scores: new Map([["x", 0.5]]),
  at: { seconds: 5n, nanos: 6 },
  list: [{ n: 1 }],
  blob: Uint8Array.of(1),
  big: 2n ** 53n + 1n,
  byId: new Map([[3, { n: 4 }]]),
  ok: true,
  f: 1.5,
  u: 7,
  colours: new Map([[2n ** 40n as unknown as string, "COLOUR_RED"]]),
  inner: { n: 0 },
};
/** Written by python3-protobuf 3.21.12. */
const helloHex =
  "0a016110001801220c0a017811000000000000e03f2a0408051006320208013a01014081808080808080104a060803120208" +
  "0450015d0000c03f60076a090880808080802010017200";

Deno.test("fromProto gives the schema that writes the bytes of protoc's code", () => {
  const writer = new Writer(), coder = pb.compile(Hello);
  coder.encode(hello, writer);
  assertEquals(writer.slice().toHex(), helloHex);
  assertStrictEquals(difference(coder.decode(new Reader(Uint8Array.fromHex(helloHex))), hello), undefined);
});

for (const codec of [json, msgpack]) {
  Deno.test(`fromProto gives a schema for ${codec.name}, too`, () => {
    const writer = new Writer(), coder = codec.compile(Hello);
    coder.encode(hello, writer);
    assertStrictEquals(difference(coder.decode(new Reader(writer.slice())), hello), undefined);
  });
}

Deno.test("fromProto leaves out what protobuf-es leaves out", () => {
  const bytes = toBinary(HelloSchema, create(HelloSchema, { userName: "b" }));
  const value = pb.compile(Hello).decode(new Reader(bytes));
  assertEquals([value.userName, value.colour, value.list], ["b", "COLOUR_NONE", []]);
  assertEquals(Object.keys(value).filter((key) => ["times", "at", "inner"].includes(key)), []);
});

Deno.test("fromProto takes well-known messages", () => {
  const Timestamp = fromProto(TimestampSchema), value: Infer<typeof Timestamp> = { seconds: 1n, nanos: 2 };
  assertEquals([Timestamp.name, Timestamp.fields.map(({ key }) => key)], [
    "google.protobuf.Timestamp",
    Object.keys(value),
  ]);
});

Deno.test("fromProtoService gives the contract with kinds, types and idempotency", () => {
  const Greeter = fromProtoService(GreeterSchema), { greet, count, sum, chat } = Greeter.methods;
  const kinds: ["unary", "server_stream", "client_stream", "bidi"] = [greet.kind, count.kind, sum.kind, chat.kind];
  const reply: Infer<typeof greet.response> = { msg: "hi" };
  assertEquals([Greeter.name, ...kinds, reply.msg], [
    "demo.Greeter",
    "unary",
    "server_stream",
    "client_stream",
    "bidi",
    "hi",
  ]);
  assertEquals([greet, count, sum, chat].map(({ idempotent }) => idempotent), [true, true, false, false]);
  assertStrictEquals(greet.request, chat.request, "one message should give one schema");
});

Deno.test("fromProto takes messages and services that were loaded at run time, with values of any type", () => {
  const message: DescMessage = HelloSchema, service: DescService = GreeterSchema;
  const value: Infer<ReturnType<typeof fromProto<DescMessage>>> = { userName: 1, more: "x" };
  const Greeter = fromProtoService(service), kind: MethodKind | undefined = Greeter.methods.greet?.kind;
  assertEquals([fromProto(message).fields.length, Object.keys(value), kind], [14, ["userName", "more"], "unary"]);
});

/** Initial values of a field in a descriptor. */
type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

/** The message `t.M` with one field `x`. */
function messageWith(field: FieldInit, syntax: "proto2" | "proto3" | "editions"): DescMessage {
  const x: FieldInit = { name: "x", jsonName: "x", number: 1, label: Label.OPTIONAL, ...field };
  const m = { name: "M", field: [x], oneofDecl: x.oneofIndex === undefined ? [] : [{ name: "which" }] };
  const proto = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    ...syntax === "editions" ? { syntax, edition: 1000 } : { syntax },
    dependency: ["google/protobuf/wrappers.proto"],
    messageType: [m],
    enumType: [{
      name: "E",
      value: [{ name: "A", number: 0 }, { name: "B", number: 0 }],
      options: { allowAlias: true },
    }],
  });
  return createFileRegistry(proto, () => file_google_protobuf_wrappers).getMessage("t.M")!;
}

const scalars: [wire: Wire, type: Type][] = [
  [Wire.INT64, t.int64],
  [Wire.UINT64, t.uint64],
  [Wire.FIXED64, t.fixed64],
  [Wire.FIXED32, t.fixed32],
  [Wire.SFIXED32, t.sfixed32],
  [Wire.SFIXED64, t.sfixed64],
  [Wire.SINT32, t.sint32],
  [Wire.SINT64, t.sint64],
];

for (const [wire, type] of scalars) {
  Deno.test(`fromProto takes ${Wire[wire]} alone and in lists`, () => {
    const [single] = fromProto(messageWith({ type: wire }, "proto3")).fields;
    const [list] = fromProto(messageWith({ type: wire, label: Label.REPEATED }, "proto3")).fields;
    assertEquals([single!.type, list!.type], [type, t.list(type)]);
  });
}

Deno.test("fromProto takes 64-bit integers that are text in TypeScript", () => {
  for (const label of [Label.OPTIONAL, Label.REPEATED]) {
    const field: FieldInit = { type: Wire.SINT64, label, options: { jstype: JsType.JS_STRING } };
    const coder = pb.compile<unknown>(fromProto(messageWith(field, "proto3"))), writer = new Writer();
    const value = label === Label.REPEATED ? { x: ["-9223372036854775808", "0"] } : { x: "-1" };
    coder.encode(value, writer);
    assertEquals(writer.slice().toHex(), label === Label.REPEATED ? "0a0bffffffffffffffffff0100" : "0801");
    assertEquals(coder.decode(new Reader(writer.slice())), value);
    assertThrows(() => coder.encode({ x: label === Label.REPEATED ? ["1.5"] : 1n }, writer), RpcError, "as text");
  }
  const coder = json.compile<unknown>(
    fromProto(messageWith({ type: Wire.INT64, options: { jstype: JsType.JS_STRING } }, "proto3")),
  );
  assertEquals(coder.decode(new Reader(new TextEncoder().encode("{}"))), { x: "0" });
});

const defaults: [name: string, field: FieldInit, expected: unknown][] = [
  ["a number", { type: Wire.INT32, defaultValue: "-5" }, -5],
  ["a bigint", { type: Wire.UINT64, defaultValue: "18446744073709551615" }, 2n ** 64n - 1n],
  ["text", { type: Wire.STRING, defaultValue: "hi" }, "hi"],
  ["bytes", { type: Wire.BYTES, defaultValue: "\\001x" }, Uint8Array.of(1, 120)],
  ["an enumeration", { type: Wire.ENUM, typeName: ".t.E", defaultValue: "A" }, "A"],
];

for (const [name, field, expected] of defaults) {
  Deno.test(`fromProto takes ${name} as a default, which pb gives for a missing field`, () => {
    const type = fromProto(messageWith(field, "proto2")), coder = pb.compile<unknown>(type);
    assertEquals(type.fields[0]!.default, expected);
    assertEquals(coder.decode(new Reader()), { x: expected });
  });
}

Deno.test("fromProto leaves out the default of a field in a oneof, which would make two of them", () => {
  const type = fromProto(messageWith({ type: Wire.INT32, oneofIndex: 0, defaultValue: "5" }, "proto2"));
  assertEquals(pb.compile<unknown>(type).decode(new Reader()), {});
});

const refused: [name: string, field: FieldInit, syntax: "proto2" | "proto3" | "editions", message: string][] = [
  ["a required field", { type: Wire.BOOL, label: Label.REQUIRED }, "proto2", "Cannot use t.M.x: required fields"],
  [
    "delimited encoding",
    { type: Wire.MESSAGE, typeName: ".t.M", options: { features: { messageEncoding: Encoding.DELIMITED } } },
    "editions",
    "Cannot use t.M.x: delimited encoding is not supported",
  ],
];

for (const [name, field, syntax, message] of refused) {
  Deno.test(`fromProto refuses ${name}`, () => {
    assertThrows(() => fromProto(messageWith(field, syntax)), TypeError, message);
  });
}

Deno.test("fromProto gives JSON the names that the .proto file gives it", () => {
  for (const [name, jsonName] of [["user_name", "@name"], ["constructor", "constructor"]] as const) {
    const desc = messageWith({ name, jsonName, type: Wire.INT32 }, "proto3"), key = desc.fields[0]!.localName;
    const coder = json.compile<unknown>(fromProto(desc)), writer = new Writer();
    coder.encode({ [key]: 5 }, writer);
    assertEquals(new TextDecoder().decode(writer.slice()), toJsonString(desc, create(desc, { [key]: 5 })));
    for (const text of [jsonName, name]) {
      assertEquals(coder.decode(new Reader(new TextEncoder().encode(JSON.stringify({ [text]: 5 })))), { [key]: 5 });
    }
  }
});

Deno.test("fromProto reads the first name of a number in an enumeration, and writes each", () => {
  const coder = pb.compile<unknown>(fromProto(messageWith({ type: Wire.ENUM, typeName: ".t.E" }, "proto3")));
  for (const x of ["A", "B"]) {
    const writer = new Writer();
    coder.encode({ x }, writer);
    assertEquals(coder.decode(new Reader(writer.slice())), { x: "A" });
  }
});
