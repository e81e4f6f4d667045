/**
 * Names that types and services have in a TypeScript module.
 *
 * @module
 */
import type { Service } from "../../schema/service.ts";
import type { Idl, NamedType } from "../idl.ts";
import { quoted } from "./layout.ts";

/** What a module exports. */
export type Exported = NamedType | Service;

/** Names of what a module exports. */
export type Names = ReadonlyMap<Exported, string>;

/** Words that no export can have as its name, and names that the module uses itself. */
const taken: ReadonlySet<string> = new Set(
  `any arguments as async await bigint boolean break case catch class const constructor continue debugger declare default
  delete do else enum eval export extends false finally for from function get globalThis if implements import in infer
  instanceof interface is keyof let module namespace never new null number object of package private protected public
  readonly require return set static string super switch symbol this throw true try type typeof undefined unique unknown
  var void while with yield
  Date Infer Infinity Map NaN Set Type Uint8Array bidi clientStream serverStream service t unary`.split(/\s+/),
);

/**
 * The name of each of `all` types of `idl` and of its services: the last part of the full name, behind that of the type it
 * is nested in (`Outer_Inner`). Those of `idl` itself get the shorter names when two would be called the same.
 */
export function exportNames(idl: Idl, all: readonly NamedType[]): Names {
  const byName = new Map(all.map((type) => [type.name, type]));
  const names = new Map<Exported, string>(), used = new Set(taken);
  const name = (one: Exported): string => {
    const known = names.get(one);
    if (known !== undefined) return known;
    const last = one.name.slice(one.name.lastIndexOf(".") + 1), outer = byName.get(one.name.slice(0, -last.length - 1));
    const wanted = outer ? `${name(outer)}_${identifier(last)}` : "methods" in one ? capital(last) : identifier(last);
    const found = free(wanted, "methods" in one ? wanted + "Service" : identifier(one.name), used);
    names.set(one, found);
    used.add(found);
    return found;
  };
  for (const one of [...idl.types, ...idl.services, ...all]) name(one);
  return names;
}

function capital(name: string): string {
  return identifier(name.charAt(0).toUpperCase() + name.slice(1));
}

/** `name` with only letters and digits that an identifier may have. */
function identifier(name: string): string {
  return name.replace(/[^A-Za-z0-9_$]/g, "_").replace(/^(?=[0-9]|$)/, "_");
}

function free(wanted: string, other: string, used: ReadonlySet<string>): string {
  if (!used.has(wanted)) return wanted;
  let name = used.has(other) ? wanted : other;
  while (used.has(name)) name += "_";
  return name;
}

/** `key` as the key of an object. */
export function keyOf(key: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : quoted(key);
}
