/**
 * Writes schemas as .jce files, which the tools of TARS make code of.
 *
 * @module
 */
import type { Method, Service } from "../../schema/service.ts";
import { type AnyType, type EnumType, resolved, type StructType, type Type } from "../../schema/type.ts";
import { functionOf, messages, type Parameter, structOf } from "../../tars/shape.ts";
import type { Idl, NamedType } from "../idl.ts";
import { jceWords } from "./ast.ts";
import { cannot, defaultOf, thrown, unwrapped } from "./default.ts";
import { partsOf, reachableTypes } from "../reachable.ts";

/** How a .jce file is written. */
export interface WriteJceOptions {
  /** Module of what has no dot in its name, such as a service `"demo"`. Default `"erpc"`. */
  readonly module?: string;
}

/** A definition, in its module. */
interface Definition {
  /** Modules, with dots. */
  readonly module: string;
  /** Lines, without an indent. */
  readonly lines: readonly string[];
}

/** A function to be written. */
interface JceFunction {
  readonly name: string;
  readonly doc: string | undefined;
  /** Type of the return value; undefined for none. */
  readonly returns: Type | undefined;
  readonly parameters: readonly Parameter[];
}

/**
 * Writes `idl` as a .jce file. A service whose methods are functions of TARS, as those read from such a file are, is written
 * as those: a request has the tags of the parameters, a response tag 0 for the return value and the tags that the request
 * leaves out. Any other service is written as `tars.messages` makes it: `Reply hello(Hello request)`.
 *
 * Logical types are written as their bases, `int53` and `uint64` as `long`. That at most one field of a group may be there is
 * lost. Throws TypeError for what TARS can't say: streams, tags above 255, names that are no identifiers, structs without
 * fields or that contain each other, lists of optional values or of `int8`, defaults of containers that aren't empty.
 */
export function writeJce(idl: Idl, { module = "erpc" }: WriteJceOptions = {}): string {
  const writer = new JceWriter(module), services = idl.services.map(spoken);
  const functions = services.map((service) => ({ ...service, functions: functionsOf(service) }));
  const own = new Set(services.flatMap(({ methods }) => Object.values(methods)).flatMap(messagesOf));
  const used = functions.flatMap(({ functions }) => functions).flatMap(typesOf);
  const types: Type[] = [...idl.types.filter((type) => !own.has(type)), ...used];
  for (const type of definable(types)) writer.define(type);
  for (const { name, doc, functions: list } of functions) writer.interface(name, doc, list);
  return writer.text();
}

/** `service`, or what its messages make of it where it has methods that are no functions. */
function spoken(service: Service): Service {
  const methods: [name: string, method: Method][] = Object.entries(service.methods);
  for (const [name, { kind }] of methods) {
    if (kind !== "unary") throw cannot(`${service.name}.${name}`, `it is a ${kind}`);
  }
  return methods.every(([, method]) => typeof functionOf(method) !== "string") ? service : messages(service);
}

function functionsOf({ name: service, methods }: Service): JceFunction[] {
  return Object.entries(methods).map(([name, method]) => {
    const found = functionOf(method);
    if (typeof found === "string") throw cannot(`${service}.${name}`, found);
    return { name, doc: method.doc, returns: found.returned?.type, parameters: found.parameters };
  });
}

function messagesOf({ request, response }: { request: Type; response: Type }): (Type | undefined)[] {
  return [structOf(request), structOf(response)];
}

function typesOf({ parameters, returns }: JceFunction): Type[] {
  return [...parameters.map(({ type }) => type), ...returns ? [returns] : []];
}

/** The structs and enumerations in `types`, each behind those it needs, as TarsCpp's tools want it. */
function definable(types: readonly Type[]): NamedType[] {
  const done = new Set<NamedType>(), open = new Set<NamedType>();
  const visit = (type: NamedType) => {
    if (done.has(type)) return;
    open.add(type);
    for (const part of namesIn(type)) {
      if (part === type) continue;
      if (open.has(part)) throw cannot(type.name, `it needs ${part.name}, which needs it: TARS has no such structs`);
      visit(part);
    }
    open.delete(type);
    done.add(type);
  };
  reachableTypes({ types: types as readonly NamedType[], services: [] }).forEach(visit);
  return [...done];
}

/** The structs and enumerations in the fields of `type`; throws for a struct in itself that is in no list or map. */
function namesIn(type: NamedType): NamedType[] {
  if (type.kind === "enumeration") return [];
  const found: NamedType[] = [],
    waiting = type.fields.map((field) => ({ type: resolved(field.type) as AnyType, direct: true }));
  for (const { type: inner, direct } of waiting) {
    if (inner.kind === "struct" || inner.kind === "enumeration") {
      if (inner === type && direct) throw cannot(type.name, "it contains itself outside of a list or map");
      found.push(inner);
    } else {
      const held = inner.kind !== "list" && inner.kind !== "map";
      for (const part of partsOf(inner)) waiting.push({ type: resolved(part) as AnyType, direct: direct && held });
    }
  }
  return found;
}

class JceWriter {
  readonly #module: string;
  readonly #definitions: Definition[] = [];

  constructor(module: string) {
    this.#module = module;
  }

  define(type: NamedType): void {
    const { module, name } = this.#split(type.name);
    const body = type.kind === "struct" ? this.#fields(type, module) : membersOf(type);
    const head = `${type.kind === "struct" ? "struct" : "enum"} ${name}`;
    this.#definitions.push({ module, lines: [...docLines(type.doc), head, "{", ...indented(body), "};"] });
  }

  interface(fullName: string, doc: string | undefined, functions: readonly JceFunction[]): void {
    const { module, name } = this.#split(fullName);
    const body = functions.flatMap((fn) => [...docLines(fn.doc), this.#function(fn, fullName, module)]);
    this.#definitions.push({ module, lines: [...docLines(doc), `interface ${name}`, "{", ...indented(body), "};"] });
  }

  /** The file: neighbours of one module stand in one. */
  text(): string {
    const lines: string[] = [];
    this.#definitions.forEach(({ module, lines: own }, i) => {
      const modules = module.split("."), isFirst = this.#definitions[i - 1]?.module !== module;
      if (lines.length > 0) lines.push("");
      if (isFirst) modules.forEach((name, depth) => lines.push(...indented([`module ${name}`, "{"], depth)));
      lines.push(...indented(own, modules.length));
      if (this.#definitions[i + 1]?.module === module) return;
      modules.forEach((_, depth) => lines.push(...indented(["};"], modules.length - 1 - depth)));
    });
    return lines.map((line) => line + "\n").join("");
  }

  #split(fullName: string): { module: string; name: string } {
    const path = fullName.includes(".") ? fullName : `${this.#module}.${fullName}`, dot = path.lastIndexOf(".");
    for (const part of path.split(".")) checkName(part, fullName);
    return { module: path.slice(0, dot), name: path.slice(dot + 1) };
  }

  #fields({ name: owner, fields }: StructType, module: string): string[] {
    if (fields.length === 0) throw cannot(owner, "TARS has no structs without fields");
    return fields.flatMap((field) => {
      const { key, tag, type, doc } = field, path = `${owner}.${key}`;
      checkName(key, path);
      if (tag > 255) throw cannot(path, `tag ${tag} is above 255`);
      const word = type.kind === "optional" ? "optional" : "require";
      return [
        ...docLines(doc),
        `${tag} ${word} ${this.#type(unwrapped(type), module, path)} ${key}${defaultOf(field, path)};`,
      ];
    });
  }

  #function({ name, returns, parameters }: JceFunction, owner: string, module: string): string {
    const path = `${owner}.${name}`, result = returns ? this.#type(returns, module, path) : "void";
    checkName(name, path);
    const list = parameters.map((parameter) => this.#parameter(parameter, `${path}.${parameter.key}`, module));
    return `${result} ${name}(${list.join(", ")});`;
  }

  #parameter({ key, type, out }: Parameter, path: string, module: string): string {
    checkName(key, path);
    return `${out ? "out " : ""}${this.#type(type, module, path)} ${key}`;
  }

  #type(type: Type, module: string, path: string): string {
    const any = resolved(type) as AnyType;
    switch (any.kind) {
      case "struct":
      case "enumeration": {
        const found = this.#split(any.name);
        return found.module === module ? found.name : `${found.module.replaceAll(".", "::")}::${found.name}`;
      }
      case "list": {
        const element = this.#type(any.element, module, path);
        if (element === "byte") throw cannot(path, "a list of int8 is not what TARS writes for a vector of bytes");
        return `vector<${element}>`;
      }
      case "map":
        return `map<${this.#type(any.key, module, path)}, ${this.#type(any.value, module, path)}>`;
      case "logical":
        return this.#type(any.base, module, path);
      default:
        return words[any.kind] ?? thrown(cannot(path, `a list or map can't hold ${any.kind} values`));
    }
  }
}

const words: Partial<Record<AnyType["kind"], string>> = {
  bool: "bool",
  int8: "byte",
  int16: "short",
  int32: "int",
  int53: "long",
  int64: "long",
  uint8: "unsigned byte",
  uint16: "unsigned short",
  uint32: "unsigned int",
  uint64: "long",
  float: "float",
  double: "double",
  string: "string",
  bytes: "vector<byte>",
};

function membersOf({ name: owner, numbers }: EnumType): string[] {
  return [...numbers].map(([name, number], i) => {
    checkName(name, `${owner}.${name}`);
    return `${name} = ${number}${i < numbers.size - 1 ? "," : ""}`;
  });
}

function checkName(name: string, path: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || jceWords.has(name)) {
    throw cannot(path, `${JSON.stringify(name)} is no name in TARS`);
  }
}

function docLines(doc: string | undefined): string[] {
  if (doc === undefined || doc === "") return [];
  const lines = doc.replaceAll("*/", "* /").split("\n");
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

function indented(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => line === "" ? "" : "    ".repeat(depth) + line);
}
