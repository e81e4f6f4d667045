import { assert, assertEquals, assertThrows } from "@std/assert";
import { clone, fromBinary, isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { bidi, service, unary } from "../../schema/service.ts";
import * as t from "../../schema/words.ts";
import { fileDescriptor } from "../../to_proto.ts";
import { randomIdl } from "../arbitrary_idl_test.ts";
import { describeIdl } from "../describe.ts";
import type { Idl } from "../idl.ts";
import { readProto } from "../proto.ts";
import { goodProtos } from "./cases_test.ts";
import { writeProto } from "./write.ts";
import { needsProtoc, note, protoc } from "../protoc_test.ts";

/** What a file says, whatever its name and the order of its parts. */
function essence(file: FileDescriptorProto): unknown {
  const copy = clone(FileDescriptorProtoSchema, file);
  return { ...copy, name: "", dependency: copy.dependency.sort(), messageType: copy.messageType.map(messageEssence) };
}

/** `jstype` is more than a descriptor of ours says. */
function messageEssence({ field, nestedType, oneofDecl, ...rest }: DescriptorProto): unknown {
  const fields = field.sort((a, b) => a.number - b.number).map((one) => {
    const { oneofIndex, options, ...rest } = one,
      inOneof = isFieldSet(one, FieldDescriptorProtoSchema.field.oneofIndex);
    return {
      ...rest,
      oneof: inOneof ? oneofDecl[oneofIndex]!.name : undefined,
      options: options?.jstype ? undefined : options,
    };
  });
  const nested = nestedType.sort((a, b) => a.name < b.name ? -1 : 1).map(messageEssence);
  return { ...rest, field: fields, nestedType: nested, oneofs: oneofDecl.map(({ name }) => name).sort() };
}

/** Definitions that .proto files can express. */
const cases: Record<string, Idl> = Object.fromEntries([
  ...Object.entries(goodProtos).map(([name, text]): [string, Idl] => [name, readProto(text)]),
  ...Array.from({ length: 80 }, (_, seed): [string, Idl] => [
    `random ${seed}`,
    randomIdl(seed, { length: 15, anything: false, flat: true }),
  ]),
].filter(([, idl]) => {
  try {
    return fileDescriptor(idl as Idl).length > 0;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}));

Deno.test({
  ...needsProtoc,
  name: `protoc makes the descriptors of toProto of what is written${note}`,
  async fn() {
    assert(Object.keys(cases).length > 30, `${Object.keys(cases).length} cases`);
    for (const [name, idl] of Object.entries(cases)) {
      const text = writeProto(idl), set = await protoc(text);
      assert(set, `${name}: protoc refuses\n${text}`);
      const expected = fromBinary(FileDescriptorProtoSchema, fileDescriptor(idl));
      assertEquals(essence(set.file.at(-1)!), essence(expected), name);
    }
  },
});

/** Files that say what no schema keeps: several names for a number, defaults, JSON names. */
const changed = ["enumerations", "proto2", "well-known types", "options of every form"];

for (const [name, text] of Object.entries(goodProtos)) {
  if (changed.includes(name) || cases[name] === undefined) continue;
  Deno.test(`a .proto file comes back as it was: ${name}`, () => {
    const idl = readProto(text);
    assertEquals(describeIdl(readProto(writeProto(idl))), describeIdl(idl));
  });
}

Deno.test("a .proto file is what somebody would have written", () => {
  const text = `syntax = "proto3";

package demo;

import "google/protobuf/timestamp.proto";

// The kinds of trees.
enum Kind {
  KIND_UNKNOWN = 0;
  OAK = 1;
}

// A tree,
// with its branches.
message Tree {
  message Branch {
    int32 length = 1;
  }

  // What it is called.
  string full_name = 1;
  optional int32 age = 2;
  repeated Branch branches = 3;
  map<string, Tree> neighbours = 4;
  oneof place {
    string address = 5;
    // In the country.
    google.protobuf.Timestamp seen_at = 6;
  }
  Kind kind = 7;
  int64 rings = 8 [jstype = JS_NUMBER];
  string plain = 9 [json_name = "other"];
}

message Nothing {}

// Finds trees.
service Forest {
  // One of them.
  rpc Find(Nothing) returns (Tree) {
    option idempotency_level = IDEMPOTENT;
  }
  rpc Watch(stream Nothing) returns (stream Tree);
}

service Empty {}
`;
  const written = writeProto(readProto(text));
  // The JSON name is a former one to the schema, whose name in TypeScript is the key.
  assertEquals(written, text.replace(` [json_name = "other"]`, ""));
});

Deno.test("names are as short as they can be, and full where they have to be", () => {
  const Outer = t.struct("demo.Outer", { n: t.field(1, t.int32) });
  const Inner = t.struct("demo.Holder.Outer", { o: t.field(1, t.optional(Outer)) });
  const Holder = t.struct("demo.Holder", {
    inner: t.field(1, t.optional(Inner)),
    outer: t.field(2, t.optional(Outer)),
  });
  const Demo = service("demo.Demo", { outer: unary(Outer, Holder), holder: bidi(Inner, Holder) });
  const text = writeProto({ types: [Holder], services: [Demo] });
  for (
    const line of [
      "    demo.Outer o = 1;",
      "  Outer inner = 1;",
      "  demo.Outer outer = 2;",
      "  rpc Outer(demo.Outer) returns (demo.Holder);",
      "  rpc Holder(stream demo.Holder.Outer) returns (stream demo.Holder);",
    ]
  ) {
    assert(text.split("\n").includes(line), `${line} is not in\n${text}`);
  }
});

const A = t.struct("a.A", {}), two = t.struct("b.B", { a: t.field(1, t.optional(A)) });

const refused: Record<string, [idl: Idl, message: string]> = {
  "nothing": [{ types: [], services: [] }, "there is nothing to describe"],
  "two packages": [{ types: [two], services: [] }, "a and b are two packages"],
  "a list of lists": [
    { types: [t.struct("a.B", { l: t.field(1, t.list(t.list(t.int32))) })], services: [] },
    "Cannot use a.B.l",
  ],
  "a key that is no name": [
    { types: [t.struct("a.B", { "x-y": t.field(1, t.int32) })], services: [] },
    `"x-y" can't be a name in a .proto file`,
  ],
};

for (const [name, [idl, message]] of Object.entries(refused)) {
  Deno.test(`a .proto file can't have ${name}`, () => void assertThrows(() => writeProto(idl), TypeError, message));
}
