/**
 * What the codecs of the table can't do, for the tests that try them all; holds no test itself.
 *
 * @module
 */
import type { Ability } from "./conformance.ts";
import type { CodecName } from "./mod.ts";

/** What some codecs can't do; see there. Everything else must work, and what stands here must not. */
export const without: Partial<Record<CodecName, readonly Ability[]>> = {
  none: ["schema", "any"],
  jce: ["any", "large_tag", "huge_tag"],
  thrift: ["any", "huge_tag"],
  thrift_compact: ["any", "huge_tag"],
  xml: ["any"],
  soap: ["any"],
  pb: ["any", "tag_zero", "nested", "optional_container", "missing"],
  avro: ["any", "evolve"],
  json: [
    "any_bytes",
    "any_undefined",
    "any_negative_zero",
    "any_non_finite",
    "any_bigint",
    "any_big",
    "any_date",
    "any_bad_date",
    "any_map",
    "any_set",
  ],
  msgpack: ["any_bad_date"],
};
