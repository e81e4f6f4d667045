/**
 * Which .proto file each type and service belongs to.
 *
 * @module
 */
import type { NamedType } from "./idl/idl.ts";
import { isName } from "./idl/proto/names.ts";

/** Files of the messages that every protobuf compiler brings along, by their names in `google.protobuf`. */
const known: Readonly<Record<string, string>> = {
  Any: "any",
  Duration: "duration",
  Empty: "empty",
  FieldMask: "field_mask",
  ListValue: "struct",
  NullValue: "struct",
  Struct: "struct",
  Timestamp: "timestamp",
  Value: "struct",
};
const google = "google.protobuf.";

/** Where a type stands. */
export interface Home {
  /** Name of the type in the message or file around it. */
  readonly name: string;
  /** Full name of the message around it; undefined in the file itself. */
  readonly outer: string | undefined;
  /** Package of its file. */
  readonly package: string;
  /** Path of its file. */
  readonly file: string;
}

/**
 * The homes of `types` and of the messages around them: a type is in what its name begins with, up to a dot, when that is a
 * struct, or is written with a capital as messages are and packages aren't.
 */
export function homesOf(types: readonly NamedType[]): Map<string, Home> {
  const structs = new Set(types.filter(({ kind }) => kind === "struct").map(({ name }) => name));
  const homes = new Map<string, Home>();
  for (const { name } of types) addHome(name, structs, homes);
  return homes;
}

function addHome(full: string, structs: ReadonlySet<string>, homes: Map<string, Home>): Home {
  const bad = full.split(".").find((part) => !isName(part));
  if (bad !== undefined) {
    throw new TypeError(`Cannot describe ${full}: ${JSON.stringify(bad)} can't be a name in a .proto file`);
  }
  const [before, name] = lastDot(full), isInner = structs.has(before) || /^[A-Z]/.test(lastDot(before)[1]);
  const home: Home = isInner
    ? { ...addHome(before, structs, homes), name, outer: before }
    : { name, outer: undefined, package: before, file: fileOf(before, full) };
  homes.set(full, home);
  return home;
}

/** `"a.b.c"` as `"a.b"` and `"c"`. */
export function lastDot(full: string): [before: string, after: string] {
  const dot = full.lastIndexOf(".");
  return [full.slice(0, Math.max(dot, 0)), full.slice(dot + 1)];
}

/** Path of the file of package `name`; known types have files of their own. */
export function fileOf(name: string, type = ""): string {
  const short = type.startsWith(google) ? type.slice(google.length) : "";
  const own = known[short] ??
    (/^(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/.test(short) ? "wrappers" : undefined);
  if (own !== undefined) return `google/protobuf/${own}.proto`;
  return `${name === "" ? "types" : name.replaceAll(".", "/")}.proto`;
}

/** Whether the file at `path` comes with every protobuf compiler. */
export function isKnownFile(path: string): boolean {
  return path.startsWith("google/protobuf/");
}
