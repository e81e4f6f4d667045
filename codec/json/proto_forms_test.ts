import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { json } from "../json.ts";
import { difference } from "../same.ts";
import type { StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";

const google = <T>(name: string, fields: Record<string, Type>): StructType<T> =>
  t.struct(
    `google.protobuf.${name}`,
    Object.fromEntries(Object.entries(fields).map(([key, type], i) => [key, t.field(i + 1, type)])),
  ) as StructType<T>;

const Timestamp = google("Timestamp", { seconds: t.int64, nanos: t.int32 });
const Duration = google("Duration", { seconds: t.int64, nanos: t.int32 });
const FieldMask = google("FieldMask", { paths: t.list(t.string) });
const Int64Value = google("Int64Value", { value: t.int64 });
const BytesValue = google("BytesValue", { value: t.bytes });
const NullValue = t.enumeration("google.protobuf.NullValue", { NULL_VALUE: 0 });
const Struct: StructType = google("Struct", { fields: t.map(t.string, t.lazy(() => Value)) });
const ListValue = google("ListValue", { values: t.list(t.lazy(() => Value)) });
const Value: StructType = t.struct("google.protobuf.Value", {
  nullValue: t.field(1, t.optional(NullValue)),
  numberValue: t.field(2, t.optional(t.double)),
  stringValue: t.field(3, t.optional(t.string)),
  boolValue: t.field(4, t.optional(t.bool)),
  structValue: t.field(5, t.optional(t.lazy(() => Struct))),
  listValue: t.field(6, t.optional(ListValue)),
}, { oneofs: { kind: ["nullValue", "numberValue", "stringValue", "boolValue", "structValue", "listValue"] } });
const Fields = t.struct("demo.Fields", {
  value: t.field(1, t.optional(Value), { aliases: ["old_value"] }),
  nothing: t.field(2, t.optional(NullValue)),
  text: t.field(3, t.string, { default: "" }),
  list: t.field(4, t.list(t.int32), { default: [] }),
});
const Named = t.struct("demo.Named", {
  text: t.field(1, t.string, { jsonName: "@text" }),
  value: t.field(2, t.optional(Value), { jsonName: "v" }),
});
const plain = { text: "", list: [] };

function encode(type: Type, value: unknown): string {
  const writer = new Writer();
  json.compile(type).encode(value, writer);
  return new TextDecoder().decode(writer.slice());
}

function decode(type: Type, text: string): unknown {
  return json.compile(type).decode(new Reader(new TextEncoder().encode(text)));
}

const time = (seconds: bigint, nanos = 0) => ({ seconds, nanos });

const both: [name: string, type: Type, value: unknown, text: string][] = [
  ["a time of whole seconds", Timestamp, time(0n), '"1970-01-01T00:00:00Z"'],
  ["a time with milliseconds", Timestamp, time(1n, 20_000_000), '"1970-01-01T00:00:01.020Z"'],
  ["a time with microseconds", Timestamp, time(1n, 1_000), '"1970-01-01T00:00:01.000001Z"'],
  ["a time with nanoseconds", Timestamp, time(-1n, 1), '"1969-12-31T23:59:59.000000001Z"'],
  ["the first time", Timestamp, time(-62_135_596_800n), '"0001-01-01T00:00:00Z"'],
  ["the last time", Timestamp, time(253_402_300_799n, 999_999_999), '"9999-12-31T23:59:59.999999999Z"'],
  ["a duration of nothing", Duration, time(0n), '"0s"'],
  ["a duration", Duration, time(3n, 1_000_000), '"3.001s"'],
  ["a negative duration", Duration, time(-3n, -1), '"-3.000000001s"'],
  ["a short negative duration", Duration, time(0n, -500_000_000), '"-0.500s"'],
  ["the longest duration", Duration, time(315_576_000_000n), '"315576000000s"'],
  ["no paths", FieldMask, { paths: [] }, '""'],
  ["paths", FieldMask, { paths: ["a", "b_c.d_ef2"] }, '"a,bC.dEf2"'],
  ["a wrapper", Int64Value, { value: 5n }, '"5"'],
  ["a wrapper in a list", t.list(BytesValue), [{ value: Uint8Array.of(1) }], '["AQ=="]'],
  ["null", Value, { nullValue: "NULL_VALUE" }, "null"],
  ["a number", Value, { numberValue: 1.5 }, "1.5"],
  ["text", Value, { stringValue: "NaN" }, '"NaN"'],
  ["false", Value, { boolValue: false }, "false"],
  ["an empty list", Value, { listValue: { values: [] } }, "[]"],
  ["an empty object", Value, { structValue: { fields: new Map() } }, "{}"],
  [
    "an object",
    Struct,
    {
      fields: new Map<string, unknown>([
        ["a", { listValue: { values: [{ nullValue: "NULL_VALUE" }, { boolValue: true }] } }],
        ["fields", { structValue: { fields: new Map([["b", { stringValue: "" }]]) } }],
      ]),
    },
    '{"a":[null,true],"fields":{"b":""}}',
  ],
  ["a list", ListValue, { values: [{ numberValue: 0 }] }, "[0]"],
  [
    "null as a field's value",
    Fields,
    { ...plain, value: { nullValue: "NULL_VALUE" } },
    '{"value":null,"text":"","list":[]}',
  ],
  ["null as a field's name", Fields, { ...plain, nothing: "NULL_VALUE" }, '{"nothing":null,"text":"","list":[]}'],
  [
    "JSON names that aren't keys",
    t.list(Named),
    [{ text: "a" }, { text: "b", value: { boolValue: true } }],
    '[{"@text":"a"},{"@text":"b","v":true}]',
  ],
  ["null under a JSON name", Named, { text: "", value: { nullValue: "NULL_VALUE" } }, '{"@text":"","v":null}'],
];

for (const [name, type, value, text] of both) {
  Deno.test(`json writes and reads ${name} of google.protobuf as ProtoJSON`, () => {
    assertEquals(encode(type, value), text);
    assertStrictEquals(difference(decode(type, text), value), undefined);
  });
}

const readable: [name: string, type: Type, text: string, expected: unknown][] = [
  ["a time of another zone", Timestamp, '"1970-01-01T01:30:00.5+01:30"', time(0n, 500_000_000)],
  ["a duration with few digits", Duration, '"1.5s"', time(1n, 500_000_000)],
  ["null under a former key", Fields, '{"old_value":null}', { ...plain, value: { nullValue: "NULL_VALUE" } }],
  ["the name of null", Fields, '{"nothing":"NULL_VALUE"}', { ...plain, nothing: "NULL_VALUE" }],
  ["null for what has a default", Fields, '{"text":null,"list":null}', plain],
  ["a missing field", Fields, "{}", plain],
];

for (const [name, type, text, expected] of readable) {
  Deno.test(`json reads ${name} as ProtoJSON`, () => {
    assertStrictEquals(difference(decode(type, text), expected), undefined);
  });
}

const unreadable: [name: string, type: Type, text: string][] = [
  ["a number as a time", Timestamp, "5"],
  ["a time without a zone", Timestamp, '"1970-01-01T00:00:00"'],
  ["a time of 10 digits", Timestamp, '"1970-01-01T00:00:00.1234567890Z"'],
  ["a time without digits behind its point", Timestamp, '"1970-01-01T00:00:00.Z"'],
  ["two points in a time", Timestamp, '"1970-01-01T00:00:00.5.5Z"'],
  ["a time before the year 1", Timestamp, '"0000-12-31T23:59:59Z"'],
  ["a time that a zone makes one after the year 9999", Timestamp, '"9999-12-31T23:59:59-01:00"'],
  ["a day that a month doesn't have", Timestamp, '"2026-02-30T00:00:00Z"'],
  ["an object as a time", Timestamp, '{"seconds":"1","nanos":0}'],
  ["a duration without a unit", Duration, '"1"'],
  ["a duration without seconds", Duration, '".5s"'],
  ["a duration of 10 digits", Duration, '"0.1234567890s"'],
  ["too long a duration", Duration, '"315576000000.000000001s"'],
  ["two signs", Duration, '"--1s"'],
  ["a path with an underscore", FieldMask, '"a_b"'],
  ["a list of paths", FieldMask, '["a"]'],
  ["a wrapper as a message", Int64Value, '{"value":"5"}'],
  ["a list as an object", Struct, "[]"],
  ["an object as a list", ListValue, "{}"],
  ["null as an object", Struct, "null"],
  ["a key twice", Struct, '{"fields":1,"fields":2}'],
  ["a field twice", Fields, '{"text":"a","text":"b"}'],
];

for (const [name, type, text] of unreadable) {
  Deno.test(`json refuses to read ${name} as ProtoJSON`, () => {
    const error = assertThrows(() => decode(type, text), RpcError, "Cannot decode ");
    assertEquals(error.code, "invalid_argument");
  });
}

const unwritable: [name: string, type: Type, value: unknown, says: string][] = [
  ["a time before the year 1", Timestamp, time(-62_135_596_801n), "beyond the years 1 to 9999"],
  ["negative nanoseconds", Timestamp, time(0n, -1), "beyond the years 1 to 9999"],
  ["signs that differ", Duration, time(1n, -1), "out of range"],
  ["too long a duration", Duration, time(-315_576_000_001n), "out of range"],
  ["a path that camel case would change", FieldMask, { paths: ["aB"] }, "lowerCamelCase"],
  ["NaN as a value", Value, { numberValue: NaN }, "got NaN"],
  ["a value of another type", Int64Value, { value: 5 }, "Int64Value: got a number, want a bigint"],
];

for (const [name, type, value, says] of unwritable) {
  Deno.test(`json refuses to write ${name} as ProtoJSON`, () => {
    const writer = new Writer(), error = assertThrows(() => json.compile(type).encode(value, writer), RpcError, says);
    assertEquals([error.code, writer.pos], ["invalid_argument", 0]);
  });
}

Deno.test("ProtoJSON is refused beyond the limit of depth, however it nests", () => {
  for (const text of ["[".repeat(65) + "]".repeat(65), '{"a":'.repeat(64) + "[]" + "}".repeat(64)]) {
    assertThrows(() => decode(Value, text), RpcError, "nesting is deeper than 64");
  }
});
