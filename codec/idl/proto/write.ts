/**
 * Writes .proto files, by way of the descriptor that `toProto` makes, so that both say the same.
 *
 * @module
 */
import { Reader } from "../../../protocol/mod.ts";
import { stripped } from "../../fit.ts";
import { readRoot } from "../../pb/decode.ts";
import { messageOf } from "../../pb/flatten.ts";
import type { Method, Service } from "../../schema/service.ts";
import type { AnyType, NamedField, StructType } from "../../schema/type.ts";
import { fileDescriptor } from "../../to_proto.ts";
import {
  type EnumProto,
  type FieldProto,
  File,
  type FileProto,
  type MessageProto,
  type ServiceProto,
} from "../../to_proto_schema.ts";
import type { Idl, NamedType } from "../idl.ts";
import { jsonNameOf } from "./names.ts";
import { ProtoNames } from "./refer.ts";
import { reachableTypes } from "../reachable.ts";

/**
 * `idl` as a .proto file of proto3, with comments, which protoc takes; names and types are those of `toProto`.
 *
 * Lost are defaults, what is required, how many bits small integers have, and logical types other than timestamps: proto3
 * has none of it. Throws TypeError for what codec pb refuses, for names that .proto files can't have, and for types of several
 * packages.
 *
 * @example
 * ```ts
 * import { t } from "@erpc/erpc/codec";
 * const Hello = t.struct("demo.Hello", { userName: t.field(1, t.string) });
 * const text = writeProto({ types: [Hello], services: [] });
 * console.assert(text.includes("string user_name = 1;"));
 * ```
 */
export function writeProto(idl: Idl): string {
  const file = readRoot(new Reader(fileDescriptor(idl)), messageOf(File)) as unknown as FileProto;
  return new ProtoWriter(idl, file).text();
}

/** `Type`, `Label` and `IdempotencyLevel` of descriptor.proto. */
const typeWords = [
  ...["", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "", "", "bytes"],
  ...["uint32", "", "sfixed32", "sfixed64", "sint32", "sint64"],
];
const REPEATED = 3, IDEMPOTENT = 2;

class ProtoWriter {
  readonly #file: FileProto;
  readonly #types: ReadonlyMap<string, NamedType>;
  readonly #services: readonly Service[];
  readonly #names: ProtoNames;

  constructor(idl: Idl, file: FileProto) {
    this.#file = file;
    this.#types = new Map(reachableTypes(idl).map((type) => [type.name, type]));
    this.#services = idl.services;
    this.#names = new ProtoNames(file);
  }

  text(): string {
    const { package: name, dependency, messageType, enumType, service } = this.#file;
    const prefix = name === "" ? "" : name + ".";
    const parts = [
      [`syntax = "proto3";`],
      name === "" ? [] : [`package ${name};`],
      dependency.map((path) => `import "${path}";`),
      ...enumType.map((one) => this.#enum(one, prefix + one.name!)),
      ...messageType.map((one) => this.#message(one, prefix + one.name)),
      ...service.map((one, i) => this.#service(one, this.#services[i]!, prefix + one.name!)),
    ];
    return parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n") + "\n").join("\n");
  }

  #enum({ name, value, options }: EnumProto, full: string): string[] {
    const lines = value.map((one) => `${one.name} = ${one.number};`);
    if (options?.allowAlias) lines.unshift("option allow_alias = true;");
    return [...comment(this.#types.get(full)?.doc), `enum ${name} {`, ...indented(lines), "}"];
  }

  #message(message: MessageProto, full: string): string[] {
    const type = this.#types.get(full),
      inner: string[][] = [
        ...message.enumType.map((one) => this.#enum(one, `${full}.${one.name}`)),
        ...message.nestedType.filter((one) => !one.options?.mapEntry).map((one) =>
          this.#message(one, `${full}.${one.name}`)
        ),
      ];
    const fields = this.#fields(message, full, type?.kind === "struct" ? type : undefined);
    const lines = [...inner, ...fields.length > 0 ? [fields] : []].flatMap((part, i) => i === 0 ? part : ["", ...part]);
    const head = [...comment(type?.doc), `message ${message.name} {`];
    return lines.length === 0
      ? [...head.slice(0, -1), `message ${message.name} {}`]
      : [...head, ...indented(lines), "}"];
  }

  #fields(message: MessageProto, full: string, struct: StructType | undefined): string[] {
    const written = new Set<number>();
    return message.field.flatMap((field) => {
      const group = field.proto3Optional ? undefined : field.oneofIndex;
      if (group === undefined) return this.#field(field, { message, full, struct });
      if (written.has(group)) return [];
      written.add(group);
      const members = message.field.filter(({ oneofIndex }) => oneofIndex === group);
      const lines = members.flatMap((member) => this.#field(member, { message, full, struct }));
      return [`oneof ${message.oneofDecl[group]!.name} {`, ...indented(lines), "}"];
    });
  }

  #field(field: FieldProto, { message, full, struct }: Within): string[] {
    const { name, number, jsonName } = field, source = struct?.fields.find(({ tag }) => tag === number);
    const entry = message.nestedType.find((one) => one.options?.mapEntry && `.${full}.${one.name}` === field.typeName);
    const label = entry ? "" : field.label === REPEATED ? "repeated " : field.proto3Optional ? "optional " : "";
    const type = entry
      ? `map<${entry.field.map((part) => this.#type(part, full)).join(", ")}>`
      : this.#type(field, full);
    const options = [
      ...jsonName === jsonNameOf(name!) ? [] : [`json_name = ${JSON.stringify(jsonName)}`],
      ...source && isInt53(source) ? ["jstype = JS_NUMBER"] : [],
    ];
    const end = options.length > 0 ? ` [${options.join(", ")}];` : ";";
    return [...comment(source?.doc), `${label}${type} ${name} = ${number}${end}`];
  }

  #type({ type, typeName }: FieldProto, scope: string): string {
    return typeName === undefined ? typeWords[type!]! : this.#names.refer(typeName.slice(1), scope);
  }

  #service({ name, method }: ServiceProto, source: Service, full: string): string[] {
    const sources: Method[] = Object.values(source.methods);
    const taken = new Set(method.map(({ name }) => name!));
    const lines = method.flatMap(({ name, inputType, outputType, options, clientStreaming, serverStreaming }, i) => {
      const [input, output] = [inputType, outputType].map((type) => this.#names.refer(type!.slice(1), full, taken));
      const head = `rpc ${name}(${clientStreaming ? "stream " : ""}${input}) returns (${
        serverStreaming ? "stream " : ""
      }${output})`;
      const isIdempotent = options?.idempotencyLevel === IDEMPOTENT;
      const rest = isIdempotent ? [" {", "  option idempotency_level = IDEMPOTENT;", "}"] : [";"];
      return [...comment(sources[i]!.doc), head + rest[0], ...rest.slice(1)];
    });
    const doc = comment(source.doc);
    return lines.length === 0 ? [...doc, `service ${name} {}`] : [...doc, `service ${name} {`, ...indented(lines), "}"];
  }
}

/** What a field is in. */
interface Within {
  readonly message: MessageProto;
  /** Full name of the message. */
  readonly full: string;
  /** The struct that it was; undefined for a message that is only there for others in it. */
  readonly struct: StructType | undefined;
}

function isInt53({ type }: NamedField): boolean {
  const outer = stripped(type) as AnyType, inner = outer.kind === "list" ? outer.element as AnyType : outer;
  return stripped(inner).kind === "int53";
}

function comment(doc: string | undefined): string[] {
  return doc === undefined ? [] : doc.split("\n").map((line) => `// ${line}`.trimEnd());
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => line === "" ? "" : `  ${line}`);
}
