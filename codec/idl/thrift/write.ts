/**
 * Writes schema types and services as a .thrift document.
 *
 * @module
 */
import { stripped } from "../../fit.ts";
import type { Service } from "../../schema/service.ts";
import { type EnumType, type NamedField, resolved, type StructType, type Type } from "../../schema/type.ts";
import { thriftMethod } from "../../thrift/method.ts";
import type { Idl, NamedType } from "../idl.ts";
import { reachableTypes } from "../reachable.ts";
import { checkName, Names } from "./names.ts";
import { constantText } from "./value.ts";

const maxId = 0x7fff;

/** The document of `idl`; see `writeThrift`. */
export function documentOf(idl: Idl): string {
  const names = new Names(idl), { own, exceptions } = methodTypes(idl.services);
  const types = reachableTypes(idl).filter((type) => !own.has(type));
  for (const type of types) names.of(type);
  const parts = types.map((type) =>
    type.kind === "struct" ? structText(type, names, exceptions) : enumText(type, names)
  );
  parts.push(...idl.services.map((service) => serviceText(service, names)));
  if (names.namespace !== "") parts.unshift(`namespace * ${names.namespace}\n`);
  return parts.join("\n");
}

/** Structs that are arguments and results of methods, and those that results have as exceptions. */
function methodTypes(services: readonly Service[]): { own: Set<Type>; exceptions: Set<Type> } {
  const own = new Set<Type>(), exceptions = new Set<Type>();
  for (const service of services) {
    for (const [name, { request, response }] of Object.entries(service.methods)) {
      const { args, result } = thriftMethod(service, name);
      if (args === resolved(request)) own.add(args);
      if (result !== resolved(response)) continue;
      own.add(result);
      for (const { tag, type } of result.fields) if (tag > 0) exceptions.add(stripped(type));
    }
  }
  return { own, exceptions };
}

function enumText(type: EnumType, names: Names): string {
  const lines = [...type.numbers].map(([name, number]) => `  ${checkName(name)} = ${number},\n`);
  return `${docText(type.doc, "")}enum ${names.of(type)} {\n${lines.join("")}}\n`;
}

function structText(type: StructType, names: Names, exceptions: ReadonlySet<NamedType | Type>): string {
  const isUnion = type.oneofs?.length === 1 && type.oneofs[0]!.required &&
    type.oneofs[0]!.keys.length === type.fields.length;
  const word = isUnion ? "union" : exceptions.has(type) ? "exception" : "struct";
  const lines = type.fields.map((field) => {
    const need = isUnion ? "" : field.type.kind === "optional" ? "optional " : "required ";
    return `${docText(field.doc, "  ")}  ${fieldText(field, need, names, type.name)}\n`;
  });
  return `${docText(type.doc, "")}${word} ${names.of(type)} {\n${lines.join("")}}\n`;
}

/** A field, argument or exception; `owner` is what errors call the struct that it is in. */
function fieldText({ key, tag, type, default: value }: NamedField, need: string, names: Names, owner: string): string {
  if (tag < 1 || tag > maxId) {
    throw new TypeError(`Cannot write thrift: tag ${tag} of ${owner}.${key} is not from 1 to ${maxId}`);
  }
  const constant = value === undefined ? "" : ` = ${constantText(type, value, names)}`;
  return `${tag}: ${need}${names.text(stripped(type))} ${checkName(key)}${constant}`;
}

function serviceText(service: Service, names: Names): string {
  const methods = Object.keys(service.methods).map((name) => methodText(service, name, names));
  return `${docText(service.doc, "")}service ${names.local(service.name)} {\n${methods.join("\n")}}\n`;
}

function methodText(service: Service, name: string, names: Names): string {
  const { args, result } = thriftMethod(service, name);
  const fields = ({ fields }: StructType) =>
    fields.map((field) => fieldText(field, "", names, `${service.name}.${name}`));
  const success = result.fields.find(({ tag }) => tag === 0), thrown = result.fields.filter(({ tag }) => tag > 0);
  const returns = success ? names.text(stripped(success.type)) : "void";
  const throws = thrown.length > 0 ? ` throws (${fields({ ...result, fields: thrown }).join(", ")})` : "";
  return `${docText(service.methods[name]?.doc, "  ")}  ${returns} ${checkName(name)}(${
    fields(args).join(", ")
  })${throws}\n`;
}

/** A comment of what `doc` says, or nothing. */
function docText(doc: string | undefined, indent: string): string {
  if (doc === undefined) return "";
  const lines = doc.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd() + "\n").join("")}${indent} */\n`;
}
