import { assert, assertEquals, assertNotEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { IdlError } from "../idl/idl.ts";
import { difference } from "../same.ts";
import * as t from "../schema/words.ts";
import { avroFingerprint, avroFingerprint256 } from "./fingerprint.ts";
import { avroSingleObject } from "./single_object.ts";
import { avroCanonicalForm, type AvroSource } from "./source.ts";

/** Fingerprints that Apache's share/test/data/schema-tests.txt gives (Apache License 2.0). */
const fingerprints: readonly (readonly [schema: AvroSource, canonical: string, fingerprint: bigint])[] = [
  ['"null"', '"null"', 7195948357588979594n],
  ['{ "type": "boolean" }', '"boolean"', -6970731678124411036n],
  [{ type: "int", doc: "x", logicalType: "date" }, '"int"', 8247732601305521295n],
  ['"long"', '"long"', -3434872931120570953n],
  [t.timestamp, '"long"', -3434872931120570953n],
  ["[ ]", "[]", -1241056759729112623n],
  [["int", { type: "boolean" }], '["int","boolean"]', 5392556393470105090n],
  [
    { fields: [], namespace: "x.y", type: "record", name: "a.b.foo", aliases: ["bar"] },
    '{"name":"a.b.foo","type":"record","fields":[]}',
    -4616218487480524110n,
  ],
  [
    t.struct("foo", {
      f1: t.field(3, t.bool, { default: true, doc: "x" }),
      f2: t.field(9, t.uint8, { aliases: ["y"] }),
    }),
    '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"},{"name":"f2","type":"int"}]}',
    -4860222112080293046n,
  ],
  [
    { namespace: "x.y.z", type: "enum", name: "foo", default: "A1", symbols: ["A1", "A2"] },
    '{"name":"x.y.z.foo","type":"enum","symbols":["A1","A2"]}',
    -4448647247586288245n,
  ],
  [
    { name: "foo", type: "fixed", size: 15, logicalType: "decimal", precision: 3 },
    '{"name":"foo","type":"fixed","size":15}',
    1756455273707447556n,
  ],
  [{ values: "string", type: "map" }, '{"type":"map","values":"string"}', -8732877298790414990n],
];

for (const [schema, canonical, fingerprint] of fingerprints) {
  Deno.test(`the canonical form ${canonical} and its fingerprints`, async () => {
    assertEquals(avroCanonicalForm(schema), canonical);
    assertEquals(avroFingerprint(schema), fingerprint);
    assertEquals((await avroFingerprint256(schema)).toHex(), createHash("sha256").update(canonical).digest("hex"));
  });
}

Deno.test("what is no schema has no fingerprint", async () => {
  assertThrows(() => avroFingerprint("{}"), IdlError);
  assertThrows(() => avroCanonicalForm(t.struct("x y", {})), TypeError);
  await assertRejects(() => avroFingerprint256('"nobody"'), IdlError);
});

const Old = t.struct("demo.User", { id: t.field(1, t.int32) });
const User = t.struct("demo.User", { id: t.field(1, t.int64), name: t.field(2, t.string, { default: "nobody" }) });

function encode<T>(coder: { encode(value: T, into: Writer): void }, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer(4);
  coder.encode(value, writer);
  return writer.slice();
}

Deno.test("a single object starts with C3 01 and the fingerprint, least bytes first", () => {
  const bytes = encode(avroSingleObject(t.bool), true), view = new DataView(bytes.buffer);
  assertEquals([view.getUint16(0), view.getBigInt64(2, true), bytes[10], bytes.length], [
    0xc301,
    avroFingerprint(t.bool),
    1,
    11,
  ]);
});

Deno.test("a single object of another writer is read by its schema", () => {
  const coder = avroSingleObject(User, { writers: [Old] });
  const read = (bytes: Uint8Array) => coder.decode(new Reader(bytes));
  assertStrictEquals(difference(read(encode(avroSingleObject(Old), { id: 5 })), { id: 5n, name: "nobody" }), undefined);
  assertStrictEquals(difference(read(encode(coder, { id: 6n, name: "a" })), { id: 6n, name: "a" }), undefined);
  const other = avroSingleObject(User, { schema: Old });
  assertEquals(encode(other, { id: 5n, name: "" }), encode(avroSingleObject(Old), { id: 5 }));
});

Deno.test("a single object of nobody, or none, is refused", () => {
  const coder = avroSingleObject(User), bytes = encode(coder, { id: 6n, name: "a" });
  const says = (bytes: Uint8Array) => assertThrows(() => coder.decode(new Reader(bytes)), RpcError).message;
  assert(
    says(encode(avroSingleObject(Old), { id: 5 })).startsWith(
      "Cannot decode demo.User: no schema has the fingerprint ",
    ),
  );
  assertEquals(
    says(Uint8Array.of(0xc3, 2, ...bytes.slice(2))),
    "Cannot decode demo.User: it does not start as a single object of avro",
  );
  for (let n = 0; n < bytes.length; n++) assertNotEquals(says(bytes.subarray(0, n)), "");
});

Deno.test("a single object that can't be written leaves nothing behind", () => {
  const writer = new Writer(4);
  writer.u8(1);
  assertThrows(() => avroSingleObject(User).encode({ id: 6 } as never, writer), RpcError);
  assertEquals(writer.pos, 1);
});
