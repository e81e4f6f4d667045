/**
 * Whether both ends of a call may change their schemas one after the other.
 *
 * @module
 */
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { project } from "./compatible/project.ts";
import { samplesOf } from "./compatible/samples.ts";
import { rootName } from "./fit.ts";
import { loadCodec } from "./load.ts";
import { refusal } from "./misfit.ts";
import { type CodecName, codecs } from "./mod.ts";
import { difference } from "./same.ts";
import type { Method, Service } from "./schema/service.ts";
import type { Type } from "./schema/type.ts";

/** One thing that a change of a schema breaks. */
export interface Incompatibility {
  /** Who can't read what the other writes: the end with the old schema or the one with the new. */
  readonly reader: "old" | "new";
  /** Where: of a type `"demo.User.tags[0]"`, of a service with the method before it, `"demo.hello: demo.User.name"`. */
  readonly path: string;
  /** What goes wrong, such as `"it is missing"`. */
  readonly reason: string;
  /** Names of the codecs in which it does. */
  readonly codecs: readonly string[];
}

/** What {@linkcode compatible} looks at. */
export interface CompatibleOptions {
  /** The codecs. Default every one of erpc's that works along a schema. */
  readonly codecs?: readonly (CodecName | Codec)[];
}

/** Codecs that don't look at the schema. */
const dynamic: ReadonlySet<string> = new Set(["none", "jce_any", "json_any"]);

/**
 * What breaks, in which codec, while one end has the schema `old` and the other `now`; nothing when the change is safe.
 *
 * It tries: values at the edges of each type are written with one schema and read with the other, in both directions, and what
 * comes back must be the value that was sent, as far as the reader knows its fields. So a field that a codec loses without an
 * error is found, too. Of services, the methods of the same name are compared, and what became of each.
 *
 * @example
 * ```ts
 * import { compatible, t } from "@erpc/erpc/codec";
 * const old = t.struct("demo.User", { name: t.field(1, t.string) });
 * const now = t.struct("demo.User", { name: t.field(1, t.string), age: t.field(2, t.int32) });
 * for (const { path, reason, codecs } of await compatible(old, now)) console.log(`${path}: ${reason} (${codecs.join(" ")})`);
 * // demo.User.age: it is missing (jce json msgpack ...)
 * ```
 */
export async function compatible(
  old: Type | Service,
  now: Type | Service,
  options: CompatibleOptions = {},
): Promise<Incompatibility[]> {
  const names = options.codecs ?? (Object.keys(codecs) as CodecName[]).filter((name) => !dynamic.has(name));
  const chosen = await Promise.all(names.map((choice) => loadCodec(choice)));
  const found = new Findings();
  if ("methods" in old && "methods" in now) compareServices(old, now, chosen, found);
  else if ("methods" in old || "methods" in now) throw new TypeError("Cannot compare a service with a type");
  else for (const codec of chosen) compareTypes(old, now, codec, found, "");
  return found.list();
}

function compareServices(old: Service, now: Service, chosen: readonly Codec[], found: Findings): void {
  const all = chosen.map(({ name }) => name);
  const both = (path: string, reason: string) => {
    for (const name of all) found.add("new", path, reason, name);
  };
  if (old.name !== now.name) return both(old.name, `it is called ${now.name} now`);
  for (const [name, before] of Object.entries(old.methods) as [string, Method][]) {
    const after = now.methods[name], path = `${old.name}.${name}`;
    if (!after) both(path, "it is gone");
    else if (after.kind !== before.kind) both(path, `it was ${before.kind}, and is ${after.kind}`);
    else {
      for (const codec of chosen) {
        compareTypes(before.request, after.request, codec, found, path + ": ");
        compareTypes(before.response, after.response, codec, found, path + ": ");
      }
    }
  }
}

function compareTypes(old: Type, now: Type, codec: Codec, found: Findings, prefix: string): void {
  const before = coderOf(codec, old), after = coderOf(codec, now);
  if (typeof before === "string") return; // this codec never carried it
  if (typeof after === "string") return found.add("new", prefix + rootName(now), after, codec.name);
  const [writesOld, writesNew] = [{ type: old, coder: before }, { type: now, coder: after }];
  for (const [path, reason] of trouble(writesOld, writesNew)) found.add("new", prefix + path, reason, codec.name);
  for (const [path, reason] of trouble(writesNew, writesOld)) found.add("old", prefix + path, reason, codec.name);
}

/** The coder for `type`, or why there is none. */
function coderOf(codec: Codec, type: Type): Coder | string {
  try {
    return codec.compile(type);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One end of the call. */
interface End {
  readonly type: Type;
  readonly coder: Coder;
}

/** What goes wrong with `from`'s values at `to`: where, and the first reason there. */
function trouble(from: End, to: End): Map<string, string> {
  const found = new Map<string, string>(), root = rootName(to.type);
  for (const value of samplesOf(from.type)) {
    const problem = tryOne(value, from, to);
    if (problem === undefined) continue;
    const [path, reason] = problem;
    if (!found.has(root + path)) found.set(root + path, reason);
  }
  return found;
}

/** What goes wrong with `value` behind the root's name: path and reason. */
function tryOne(value: unknown, from: End, to: End): [path: string, reason: string] | undefined {
  const writer = new Writer();
  from.coder.encode(value, writer);
  let actual: unknown, expected: unknown;
  try {
    actual = to.coder.decode(new Reader(writer.slice()));
  } catch (error) {
    return placed(error, rootName(to.type));
  }
  try {
    expected = project(value, from.type, to.type);
  } catch (error) {
    return placed(refusal(error, "decode", ""), "");
  }
  const different = difference(actual, expected);
  if (different === undefined) return undefined;
  const at = different.indexOf(": ");
  return [different.slice(0, at), `it comes back as ${different.slice(at + 2)}`];
}

/** Path and reason of "Cannot decode demo.User.tags[3]: got a number, want a string". */
function placed(error: unknown, root: string): [path: string, reason: string] {
  const message = error instanceof RpcError ? error.message : String(error);
  const [, place = root, reason = message] = /^Cannot decode ((?:[^:"]|"(?:[^"\\]|\\.)*")*): (.*)$/s.exec(message) ??
    [];
  return [place.startsWith(root) ? place.slice(root.length) : "", reason];
}

/** Collects what was found, with the codecs that share it. */
class Findings {
  readonly #found = new Map<string, Incompatibility & { readonly codecs: string[] }>();

  add(reader: "old" | "new", path: string, reason: string, codec: string): void {
    const key = JSON.stringify([reader, path, reason]), known = this.#found.get(key);
    if (!known) this.#found.set(key, { reader, path, reason, codecs: [codec] });
    else if (!known.codecs.includes(codec)) known.codecs.push(codec);
  }

  list(): Incompatibility[] {
    return [...this.#found.values()];
  }
}
