/**
 * Runs JSONTestSuite by Nicolas Seriot (MIT, see the licence in `json_test_suite.json`): what RFC 8259 says is JSON (`y_`), is
 * not (`n_`), or leaves to the reader (`i_`).
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Reader, RpcError } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { json } from "../json.ts";
import { jsonAny } from "../json_any.ts";
import * as t from "../schema/words.ts";
import suite from "./json_test_suite.json" with { type: "json" };

const utf8 = new TextEncoder();

/** The suite's files; the two that are large are made here. */
const files: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ...Object.entries(suite.files).map(([name, text]): [string, Uint8Array] => [name, Uint8Array.fromBase64(text)]),
  ["n_structure_100000_opening_arrays", utf8.encode("[".repeat(100_000))],
  ["n_structure_open_array_object", utf8.encode('[{"":'.repeat(50_000) + "\n")],
];

/**
 * Of what is left to the reader, what erpc takes: numbers beyond doubles are rounded, and escaped surrogates may be alone.
 * It takes no text that is not UTF-8, no byte order mark, no UTF-16, and no 500 levels.
 */
const taken: ReadonlySet<string> = new Set([
  "i_number_double_huge_neg_exp",
  "i_number_huge_exp",
  "i_number_neg_int_huge_exp",
  "i_number_pos_double_huge_exp",
  "i_number_real_neg_overflow",
  "i_number_real_pos_overflow",
  "i_number_real_underflow",
  "i_number_too_big_neg_int",
  "i_number_too_big_pos_int",
  "i_number_very_big_negative_int",
  "i_object_key_lone_2nd_surrogate",
  "i_string_1st_surrogate_but_2nd_missing",
  "i_string_1st_valid_surrogate_2nd_invalid",
  "i_string_incomplete_surrogate_and_escape_valid",
  "i_string_incomplete_surrogate_pair",
  "i_string_incomplete_surrogates_escape_valid",
  "i_string_invalid_lonely_surrogate",
  "i_string_invalid_surrogate",
  "i_string_inverted_surrogates_U+1D11E",
  "i_string_lone_second_surrogate",
]);

/** What is JSON but beyond what erpc's readers take. */
const beyond: Readonly<Record<string, ReadonlySet<string>>> = {
  json: new Set(["n_structure_no_data"]), // an empty body is undefined
  json_any: new Set(["n_structure_no_data", "y_object_duplicated_key", "y_object_duplicated_key_and_value"]),
  "json with a schema": new Set(),
};

const Point = t.struct("test.Point", { x: t.field(1, t.int8) });

/** The bytes inside an object whose schema doesn't know them. */
function asUnknown(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...utf8.encode('{"x":1,"z":'), ...bytes, ...utf8.encode(',"y":2}')]);
}

const readers: readonly (readonly [name: string, coder: Coder, bodyOf: (bytes: Uint8Array) => Uint8Array])[] = [
  ["json", json.compile(), (bytes) => bytes],
  ["json_any", jsonAny.compile(), (bytes) => bytes],
  ["json with a schema", json.compile(Point) as Coder, asUnknown],
];

function isTaken(coder: Coder, body: Uint8Array): boolean {
  try {
    coder.decode(new Reader(body));
    return true;
  } catch (error) {
    if (error instanceof RpcError && error.code === "invalid_argument") return false;
    throw error;
  }
}

for (const [reader, coder, bodyOf] of readers) {
  Deno.test(`${reader} agrees with JSONTestSuite`, () => {
    const counts = { y: 0, n: 0, i: 0 }, wrong: string[] = [];
    for (const [name, bytes] of files) {
      const kind = name[0] as keyof typeof counts, wanted = kind === "y" || taken.has(name);
      counts[kind]++;
      if (isTaken(coder, bodyOf(bytes)) !== (beyond[reader]!.has(name) ? !wanted : wanted)) wrong.push(name);
    }
    assertEquals([wrong, counts], [[], { y: 95, n: 188, i: 35 }]);
  });
}
