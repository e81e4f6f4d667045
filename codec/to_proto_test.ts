import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  file_google_protobuf_timestamp,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Reader, Writer } from "../protocol/mod.ts";
import { fromProto, fromProtoService } from "./from_proto.ts";
import { pb } from "./pb.ts";
import { compileTestMessages, PROTOC, runs, testAllTypes } from "./pb/test_messages_test.ts";
import { difference } from "./same.ts";
import { bidi, clientStream, serverStream, service, unary } from "./schema/service.ts";
import type { StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";
import { fileDescriptor, toProto } from "./to_proto.ts";

const Colour = t.enumeration("demo.Colour", { red: 1, none: 0, lost: -1 });
const Mood = t.enumeration("demo.Mood", { none: 0, good: 5 });
const Inner = t.struct("demo.Outer.Inner", { at: t.field(1, t.optional(t.timestamp)), mood: t.field(2, Mood) });
const Kind = t.enumeration("demo.Outer.Kind", { plain: 0 });
interface Outer {
  userName: string;
  self?: Outer | undefined;
}
const Outer: StructType<Outer> = t.struct("demo.Outer", {
  userName: t.field(1, t.string),
  self: t.field(2, t.optional(t.lazy(() => Outer))),
  inner: t.field(300, t.list(Inner)),
  byId: t.field(4, t.map(t.fixed64, Inner)),
  colour: t.field(5, t.optional(Colour)),
  kind: t.field(6, Kind),
  set: t.field(7, t.set(t.sint32)),
  a: t.field(8, t.optional(t.fixed32)),
  b: t.field(9, t.optional(t.string)),
  id: t.field(10, t.optional(t.uuid)),
  far: t.field(536870911, t.list(t.uint64)),
}, { oneofs: { ab: ["a", "b"] } }) as unknown as StructType<Outer>;
const Body = t.union("demo.Body", { value: t.field(1, t.string), code: t.field(2, t.uint8) });
const Demo = service("demo", {
  hello: unary(Outer, t.string, { idempotent: true }),
  count: serverStream(t.int32, Inner),
  sum: clientStream(Body, Outer),
  chat: bidi(Outer, Outer),
});

function registryOf(bytes: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
}

/** Fields of a message as lines of a .proto file. */
function linesOf({ fields }: DescMessage): string[] {
  return fields.map(({ proto, oneof, presence }) => {
    const { name, number, type, typeName, label, jsonName } = proto;
    return [
      label === 3 ? "repeated" : presence === 1 ? "optional" : "",
      typeName || type,
      name,
      number,
      jsonName,
      oneof?.name,
    ]
      .filter((part) => part !== "" && part !== undefined).join(" ");
  });
}

Deno.test("toProto gives protobuf-es the messages, enumerations and service", () => {
  const registry = registryOf(toProto(Demo));
  assertEquals(linesOf(registry.getMessage("demo.Outer")!), [
    "9 user_name 1 userName",
    "optional .demo.Outer self 2 self",
    "repeated .demo.Outer.ByIdEntry by_id 4 byId",
    "optional .demo.Colour colour 5 colour",
    ".demo.Outer.Kind kind 6 kind",
    "repeated 17 set 7 set",
    "optional 7 a 8 a ab",
    "optional 9 b 9 b ab",
    "optional 9 id 10 id",
    "repeated .demo.Outer.Inner inner 300 inner",
    "repeated 4 far 536870911 far",
  ]);
  assertEquals(linesOf(registry.getMessage("demo.Outer.Inner")!), [
    "optional .google.protobuf.Timestamp at 1 at",
    ".demo.Mood mood 2 mood",
  ]);
  assertEquals(linesOf(registry.getMessage("demo.Body")!), [
    "optional 9 value 1 value Xvalue",
    "optional 13 code 2 code Xvalue",
  ]);
  const values = (name: string) => registry.getEnum(name)!.values.map(({ name, number }) => `${name}=${number}`);
  assertEquals(values("demo.Colour"), ["COLOUR_none=0", "COLOUR_red=1", "COLOUR_lost=-1"]);
  assertEquals(values("demo.Mood"), ["MOOD_none=0", "MOOD_good=5"]);
  assertEquals(values("demo.Outer.Kind"), ["plain=0"]);
  const methods = registry.getService("demo.Demo")!.methods.map(({ name, methodKind, input, output, idempotency }) => {
    return [name, methodKind, input.typeName, output.typeName, idempotency].join(" ");
  });
  assertEquals(methods, [
    "Hello unary demo.Outer demo.HelloReply 2",
    "Count server_streaming demo.CountRequest demo.Outer.Inner 0",
    "Sum client_streaming demo.Body demo.Outer 0",
    "Chat bidi_streaming demo.Outer demo.Outer 0",
  ]);
});

Deno.test("what toProto describes is what pb writes", () => {
  const outer = {
    userName: "u",
    self: { userName: "v", inner: [], byId: new Map(), kind: "plain", set: new Set(), far: [] },
    inner: [{ at: new Date(1500), mood: "good" }],
    byId: new Map([[2n ** 63n, { mood: "none" }]]),
    colour: "none",
    kind: "plain",
    set: new Set([-1, 1]),
    a: 0,
    id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    far: [1n, 2n ** 64n - 1n],
  };
  const writer = new Writer(),
    coder = pb.compile<unknown>(Outer),
    desc = registryOf(toProto(Outer)).getMessage("demo.Outer")!;
  coder.encode(outer, writer);
  const relayed = toBinary(desc, fromBinary(desc, writer.slice()));
  assertEquals(relayed.toHex(), writer.slice().toHex());
  assertStrictEquals(difference(coder.decode(new Reader(relayed)), outer), undefined);
});

Deno.test("toProto puts each package into a file, behind those that it needs", () => {
  const Lib = t.struct("lib.more.X", {}),
    App = t.struct("app.Y", { x: t.field(1, Lib), when: t.field(2, t.timestamp) });
  const files = fromBinary(FileDescriptorSetSchema, toProto([App, Lib])).file;
  assertEquals(files.map(({ name, package: inPackage, dependency }) => [name, inPackage, ...dependency]), [
    ["google/protobuf/timestamp.proto", "google.protobuf"],
    ["lib/more.proto", "lib.more"],
    ["app.proto", "app", "google/protobuf/timestamp.proto", "lib/more.proto"],
  ]);
  assertThrows(() => fileDescriptor(App), TypeError, "lib.more and app are two packages");
});

Deno.test("fileDescriptor gives one file, which imports what protobuf brings along", () => {
  const bytes = fileDescriptor({ types: [Inner], services: [] }), proto = fromBinary(FileDescriptorProtoSchema, bytes);
  assertEquals([proto.name, proto.syntax, proto.dependency], ["demo.proto", "proto3", [
    "google/protobuf/timestamp.proto",
  ]]);
  const registry = createFileRegistry(proto, () => file_google_protobuf_timestamp);
  assertEquals(registry.getMessage("demo.Outer.Inner")!.fields.length, 2);
});

Deno.test("a service that came from toProto comes back", () => {
  const Demos = service("demo.Greeter", { sayHello: unary(Inner, Body) });
  const back = fromProtoService(registryOf(toProto(Demos)).getService("demo.Greeter")!);
  assertEquals([back.name, Object.keys(back.methods), back.methods.sayHello?.request], [
    "demo.Greeter",
    ["sayHello"],
    fromProto(registryOf(toProto(Inner)).getMessage("demo.Outer.Inner")!),
  ]);
});

const refused: [name: string, type: Type, says: string][] = [
  ["tag 0", t.struct("demo.X", { a: t.field(0, t.bool) }), "Cannot use demo.X.a: tag 0"],
  ["a list of lists", t.struct("demo.X", { a: t.field(1, t.list(t.list(t.bool))) }), "no list or map of list values"],
  ["a key that is no name", t.struct("demo.X", { "a b": t.field(1, t.bool) }), 'demo.X: "a b" can\'t be a name'],
  ["a name that is none", t.struct("demo.x y", {}), 'demo.x y: "x y" can\'t be a name'],
  ["an enumeration without a zero", t.enumeration("demo.E", { a: 1 }), "demo.E: proto3 wants a name for the number 0"],
  ["a value that is no name", t.enumeration("demo.E", { "a-b": 0 }), 'demo.E: "a-b" can\'t be a name'],
  [
    "packages that need each other",
    t.struct("a.X", { y: t.field(1, t.struct("b.Y", { e: t.field(1, t.enumeration("a.E", { z: 0 })) })) }),
    "it and other files need each other",
  ],
];

for (const [name, type, says] of refused) {
  Deno.test(`toProto refuses ${name}`, () => {
    assertThrows(() => toProto(type as StructType), TypeError, says);
  });
}

const hasProtoc = runs(PROTOC, "--version");
const missing = hasProtoc ? "" : ` (${PROTOC} is missing)`;

Deno.test({
  name: `toProto gives back the fields that protoc gave fromProto${missing}`,
  ignore: !hasProtoc,
  fn() {
    const desc = testAllTypes(compileTestMessages()), registry = registryOf(toProto(fromProto(desc)));
    assertEquals(linesOf(registry.getMessage(desc.typeName)!).sort(), linesOf(desc).sort());
  },
});

Deno.test({
  name: `protoc takes what toProto gives${missing}`,
  ignore: !hasProtoc,
  fn() {
    const set = Deno.makeTempFileSync();
    try {
      Deno.writeFileSync(set, toProto(Demo));
      const args = [`--descriptor_set_in=${set}`, "--include_imports", "-o/dev/null", "demo.proto"];
      const { success, stderr } = new Deno.Command(PROTOC, { args }).outputSync();
      assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
    } finally {
      Deno.removeSync(set);
    }
  },
});
