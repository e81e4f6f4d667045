/**
 * Oneofs, recursion, wrappers and JSON objects in messages that came from protobuf-es.
 *
 * @module
 */
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { create, type JsonObject, type Message, toBinary } from "@bufbuild/protobuf";
import { fileDesc, type GenMessage, messageDesc } from "@bufbuild/protobuf/codegenv2";
import { file_google_protobuf_struct, file_google_protobuf_wrappers, type Int64Value } from "@bufbuild/protobuf/wkt";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { fromProto } from "./from_proto.ts";
import { loadCodec } from "./load.ts";
import { pb } from "./pb.ts";
import { difference } from "./same.ts";
import { type Infer, unknownFields } from "./schema/type.ts";

// What protoc-gen-es generates for this file:
//   message Note { string case = 1; int32 value = 2; }
//   enum Mood { MOOD_NONE = 0; MOOD_GOOD = 1; }
//   message Pick {
//     oneof which { string text = 1; Note note = 2; Mood mood = 3; google.protobuf.Int64Value boxed = 4; }
//     uint64 big = 536870911; sint32 zig = 300; repeated sfixed64 fixed = 5; google.protobuf.Int32Value count = 6;
//     google.protobuf.Struct data = 7; Pick more_picks = 8; Note note_field = 9;
//   }
const file = fileDesc(
  "CgpwaWNrLnByb3RvEgRkZW1vGh5nb29nbGUvcHJvdG9idWYvd3JhcHBlcnMucHJvdG8aHGdvb2dsZS9wcm90b2J1Zi9zdHJ1Y3QucHJvdG8iMAoETm90" +
    "ZRISCgRjYXNlGAEgASgJUgRjYXNlEhQKBXZhbHVlGAIgASgFUgV2YWx1ZSKTAwoEUGljaxIUCgR0ZXh0GAEgASgJSABSBHRleHQSIAoEbm90ZRgCIAEo" +
    "CzIKLmRlbW8uTm90ZUgAUgRub3RlEiAKBG1vb2QYAyABKA4yCi5kZW1vLk1vb2RIAFIEbW9vZBIzCgVib3hlZBgEIAEoCzIbLmdvb2dsZS5wcm90b2J1" +
    "Zi5JbnQ2NFZhbHVlSABSBWJveGVkEhQKA2JpZxj/////ASABKARSA2JpZxIRCgN6aWcYrAIgASgRUgN6aWcSFAoFZml4ZWQYBSADKBBSBWZpeGVkEjEK" +
    "BWNvdW50GAYgASgLMhsuZ29vZ2xlLnByb3RvYnVmLkludDMyVmFsdWVSBWNvdW50EisKBGRhdGEYByABKAsyFy5nb29nbGUucHJvdG9idWYuU3RydWN0" +
    "UgRkYXRhEikKCm1vcmVfcGlja3MYCCABKAsyCi5kZW1vLlBpY2tSCW1vcmVQaWNrcxIpCgpub3RlX2ZpZWxkGAkgASgLMgouZGVtby5Ob3RlUglub3Rl" +
    "RmllbGRCBwoFd2hpY2gqJAoETW9vZBINCglNT09EX05PTkUQABINCglNT09EX0dPT0QQAWIGcHJvdG8z",
  [file_google_protobuf_wrappers, file_google_protobuf_struct],
);
type Note = Message<"demo.Note"> & { case: string; value: number };
type PickMessage = Message<"demo.Pick"> & {
  which:
    | { value: string; case: "text" }
    | { value: Note; case: "note" }
    | { value: 0 | 1; case: "mood" }
    | { value: Int64Value; case: "boxed" }
    | { case: undefined; value?: undefined };
  big: bigint;
  zig: number;
  fixed: bigint[];
  count?: number;
  data?: JsonObject;
  morePicks?: PickMessage;
  noteField?: Note;
};
const PickSchema: GenMessage<PickMessage> = messageDesc(file, 1);

const Pick = fromProto(PickSchema);
type Pick = Infer<typeof Pick>;
const none = { big: 0n, zig: 0, fixed: [] };
const pick: Pick = {
  note: { case: "c", value: 3 },
  big: 2n ** 64n - 1n,
  zig: -3,
  fixed: [-1n, 5n],
  count: 0,
  data: { a: [1, null, true, { b: "x" }] },
  morePicks: { ...none, mood: "MOOD_NONE" },
  noteField: { case: "k", value: 0 },
};
/** Written by python3-protobuf 3.21.12. */
const pickHex =
  "12050a016310032a10ffffffffffffffff050000000000000032003a2a0a280a0161122332210a0911000000000000f03f0a0208000a02" +
  "20010a0c2a0a0a080a016212031a0178420218004a030a016be01205f8ffffff0fffffffffffffffffff01";

function encode(value: Pick): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  pb.compile(Pick).encode(value, writer);
  return writer.slice();
}

function decode(bytes: Uint8Array): Pick {
  return pb.compile(Pick).decode(new Reader(bytes));
}

Deno.test("fromProto gives oneofs, recursion, wrappers and JSON objects the bytes of protoc's code", () => {
  assertEquals(encode(pick).toHex(), pickHex);
  assertStrictEquals(difference(decode(Uint8Array.fromHex(pickHex)), pick), undefined);
});

Deno.test("fromProto holds wrappers and JSON objects as protobuf-es does, but oneofs as optional fields", () => {
  const init = create(PickSchema, {
    which: { case: "boxed", value: { value: 5n } },
    count: 7,
    data: { list: [[], {}, "é", 1.5] },
  });
  const value: Pick = { ...none, boxed: { value: 5n }, count: 7, data: { list: [[], {}, "é", 1.5] } };
  assertEquals(encode(value).toHex(), toBinary(PickSchema, init).toHex());
  assertEquals({ ...decode(toBinary(PickSchema, init)) }, value);
});

for (const name of ["json", "msgpack"] as const) {
  const codec = await loadCodec(name);
  Deno.test(`fromProto gives all of it a schema for ${name}, too`, () => {
    const writer = new Writer(), coder = codec.compile(Pick);
    coder.encode(pick, writer);
    assertStrictEquals(difference(coder.decode(new Reader(writer.slice())), pick), undefined);
  });
}

const unwritable: [name: string, value: Partial<Pick>, says: string][] = [
  ["two fields of a oneof", { text: "", mood: "MOOD_NONE" }, "demo.Pick: got text and mood, want one of which"],
  ["a function in JSON", { data: { a: (() => 1) as never } }, "demo.Pick.data: got a function, want a JSON value"],
  ["a list as a JSON object", { data: [] as never }, "demo.Pick.data: got an array, want a JSON object"],
];

for (const [name, value, says] of unwritable) {
  Deno.test(`a message from protobuf-es refuses ${name}`, () => {
    assertThrows(() => encode({ ...none, ...value }), RpcError, says);
  });
}

Deno.test("JSON that nests too deep, or in a cycle, is refused", () => {
  const cycle: JsonObject = {};
  cycle.a = [cycle];
  assertThrows(() => encode({ ...none, data: cycle }), RpcError, "nesting is deeper than");
});

Deno.test("the key __proto__ in a google.protobuf.Struct is refused", () => {
  const bytes = toBinary(PickSchema, create(PickSchema, { data: JSON.parse('{"a":{"__proto_1":{"evil":1}}}') }));
  const at = bytes.indexOf("1".charCodeAt(0), 10);
  bytes[at] = "_".charCodeAt(0);
  assertThrows(() => decode(bytes), RpcError, "demo.Pick.data: got the key __proto__");
});

Deno.test("fromProto keeps unknown fields and numbers of enumerations, unless it is told not to", () => {
  const odd = Uint8Array.fromHex("1809f801017a0161");
  const kept = decode(odd) as Pick & { [unknownFields]?: Uint8Array };
  assertEquals([kept.mood, kept[unknownFields]?.toHex(), encode(kept).toHex()], [
    undefined,
    odd.toHex(),
    odd.toHex(),
  ]);
  const strict = pb.compile(fromProto(PickSchema, { keepUnknown: false }));
  assertThrows(() => strict.decode(new Reader(odd)), RpcError, "demo.Pick.mood: got 9, want demo.Mood");
});
