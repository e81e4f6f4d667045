/**
 * Whether the fields of .proto files can be left out: it depends on the syntax, the label and the features.
 *
 * @module
 */
import { IdlError } from "../idl.ts";
import type { FieldDecl, Options, OptionValue, ProtoFile } from "./ast.ts";

/** What becomes of a field that isn't there: nothing, its zero value, or an empty list. */
export type Presence = "explicit" | "implicit" | "repeated";

/** Value of the option `name`; undefined without it. */
export function optionOf(options: Options, name: string): OptionValue {
  return options.get(name)?.value;
}

/** The presence of `field` in `file`; throws IdlError for a required field, and for a label that the syntax doesn't have. */
export function presenceOf(field: FieldDecl, file: ProtoFile): Presence {
  const { label, oneof, options } = field;
  if (label === "required") throw new IdlError("required fields are not supported, use optional", field.type.at);
  if (optionOf(options, "features.message_encoding") === "DELIMITED") {
    throw new IdlError("delimited messages are not supported", field.type.at);
  }
  if (label === "repeated") return "repeated";
  if (oneof !== undefined) return "explicit";
  if (file.syntax === "editions") return editionPresence(field, file);
  if (label === "implicit" && file.syntax === "proto2") {
    throw new IdlError("want optional or repeated in front of the type", field.type.at);
  }
  return label === "optional" ? "explicit" : "implicit";
}

const feature = "features.field_presence";

function editionPresence({ label, options, type }: FieldDecl, file: ProtoFile): Presence {
  if (label === "optional") throw new IdlError("editions have no optional: it is the default", type.at);
  const asked = options.get(feature) ?? file.options.get(feature);
  if (asked?.value === "LEGACY_REQUIRED") throw new IdlError("required fields are not supported", asked.at);
  return asked?.value === "IMPLICIT" ? "implicit" : "explicit";
}
