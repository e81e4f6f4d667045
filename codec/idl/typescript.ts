/**
 * Schemas as TypeScript modules.
 *
 * @module
 */
import { isFixed } from "../avro/fixed.ts";
import type { AnyType, StructType, Type } from "../schema/type.ts";
import type { Idl, NamedType } from "./idl.ts";
import { partsOf, reachableTypes } from "./reachable.ts";
import { commented } from "./typescript/comment.ts";
import { recursiveStructs } from "./typescript/cycles.ts";
import { layout, object, quoted, types } from "./typescript/layout.ts";
import { exportNames, type Names } from "./typescript/names.ts";
import { namedCode, serviceCode } from "./typescript/schema.ts";
import { typeDeclaration } from "./typescript/type.ts";

/** What a module says beside its schemas. */
export interface WriteTypescriptOptions {
  /** Name of the file that it comes from, for its header. */
  readonly from?: string;
  /**
   * Where it imports the words of the schema from: a package, from whose `/avro` it takes `avroFixed`, or a file, from which it
   * takes all. Default `"@erpc/erpc"`.
   */
  readonly import?: string;
}

/**
 * A TypeScript module that exports the schemas, types and services of `idl`, each under the last part of its name, behind what
 * it needs. The text is stable, and formatted as `deno fmt` does with lines of 120.
 *
 * Throws TypeError for logical types of your own, for lazy types without a name, and for two types with one name.
 */
export function writeTypescript(
  idl: Idl,
  { from, import: source = "@erpc/erpc" }: WriteTypescriptOptions = {},
): string {
  const all = reachableTypes(idl), names = exportNames(idl, all), recursive = recursiveStructs(all);
  const parts = [
    ...all.map((type) => recursive.has(type) ? explicitPart(type as StructType, names) : inferredPart(type, names)),
    ...idl.services.map((service) => {
      const before = `export const ${names.get(service)} = `;
      return commented(service.doc) + layout(serviceCode(service, names), { before, after: ";" }) + "\n";
    }),
  ];
  const header = from === undefined ? "Written by erpc gen." : `Written by erpc gen from ${from}; edit that instead.`;
  const body = parts.length === 0
    ? "export {};\n"
    : [importLines(idl, all, recursive.size, source), ...parts].join("\n");
  return `${commented(`${header}\n\n@module`)}${body}`;
}

/** A schema whose type TypeScript infers, and the type. */
function inferredPart(type: NamedType, names: Names): string {
  const name = names.get(type)!, doc = commented(type.doc);
  const schema = layout(namedCode(type, names), { before: `export const ${name} = `, after: ";" });
  const inferred = layout(types("Infer", [`typeof ${name}`]), { before: `export type ${name} = `, after: ";" });
  return `${doc}${schema}\n${doc}${inferred}\n`;
}

/** A schema of a type that contains itself, behind the type. */
function explicitPart(type: StructType, names: Names): string {
  const name = names.get(type)!, doc = commented(type.doc), start = " = t.struct(";
  const annotated = layout(types("Type", [name]), { before: `export const ${name}: `, after: start });
  const lines = annotated.slice(0, -start.length).split("\n"), before = `${lines.pop()} = `;
  const schema = [...lines, layout(namedCode(type, names), { before, after: ";" })].join("\n");
  return `${doc}${typeDeclaration(type, names)}${doc}${schema}\n`;
}

/** The imports of the words that the module of `idl`, made of `all`, uses. */
function importLines({ services }: Idl, all: readonly NamedType[], recursive: number, source: string): string {
  const methods = services.flatMap((service) => Object.values(service.methods));
  const isNamed = ({ kind }: Type) => kind === "struct" || kind === "enumeration";
  const used = {
    "bidi": methods.some(({ kind }) => kind === "bidi"),
    "clientStream": methods.some(({ kind }) => kind === "client_stream"),
    "type Infer": all.length > recursive,
    "serverStream": methods.some(({ kind }) => kind === "server_stream"),
    "service": services.length > 0,
    "t": all.length > 0 || !methods.every(({ request, response }) => isNamed(request) && isNamed(response)),
    "type Type": recursive > 0,
    "unary": methods.some(({ kind }) => kind === "unary"),
  };
  const names = Object.entries(used).filter(([, isUsed]) => isUsed).map(([name]) => name), fixed = all.some(holdsFixed);
  const isFile = /\.[mc]?[jt]s$/.test(source);
  if (fixed && isFile) names.unshift("avroFixed");
  return importLine(names, source) + (fixed && !isFile ? importLine(["avroFixed"], `${source}/avro`) : "");
}

function importLine(names: readonly string[], source: string): string {
  return layout(object(names), { before: "import ", after: ` from ${quoted(source)};` }) + "\n";
}

/** Whether Avro writes something in `type` as a fixed, which the words of a module of its own make. */
function holdsFixed(type: AnyType): boolean {
  if (type.kind === "logical" && isFixed(type)) return true;
  return partsOf(type).some((part) => part.kind !== "struct" && part.kind !== "lazy" && holdsFixed(part as AnyType));
}
