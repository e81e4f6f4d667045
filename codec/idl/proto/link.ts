/**
 * Makes the schema of a .proto file whose text is read.
 *
 * @module
 */
import { type Method, type Service, service } from "../../schema/service.ts";
import type { EnumType, Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { type Idl, IdlError, type NamedType } from "../idl.ts";
import type {
  EnumDecl,
  FieldDecl,
  MessageDecl,
  MethodDecl,
  OptionValue,
  Place,
  ProtoFile,
  ServiceDecl,
  TypeName,
} from "./ast.ts";
import { toldDefault, zeroOf } from "./default.ts";
import { fieldKeyOf, jsonNameOf, methodKeyOf } from "./names.ts";
import { optionOf, presenceOf } from "./presence.ts";
import type { Declared, Scope } from "./scope.ts";

/** Most messages that are in each other without being recursive. */
const maxDepth = 500;

const scalars: Readonly<Record<string, Type>> = {
  double: t.double,
  float: t.float,
  int32: t.int32,
  int64: t.int64,
  uint32: t.uint32,
  uint64: t.uint64,
  sint32: t.sint32,
  sint64: t.sint64,
  fixed32: t.fixed32,
  fixed64: t.fixed64,
  sfixed32: t.sfixed32,
  sfixed64: t.sfixed64,
  bool: t.bool,
  string: t.string,
  bytes: t.bytes,
};

/** Makes schemas of files whose names are known. */
export class Linker {
  readonly #scope: Scope;
  readonly #enums = new Map<EnumDecl, EnumType>();
  readonly #structs = new Map<MessageDecl, StructType>();
  /** Messages whose structs are being made. */
  readonly #open = new Set<MessageDecl>();

  /** `scope` knows the names. */
  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The schema of `file`; throws IdlError for what a schema can't express. */
  link(file: ProtoFile): Idl {
    return {
      types: file.types.map((decl) => this.#type(decl, file)),
      services: file.services.map((decl) => this.#service(decl)),
    };
  }

  #type(decl: MessageDecl | EnumDecl, file: ProtoFile): NamedType {
    return "fields" in decl ? this.#struct(decl, file) : this.#enum(decl, file);
  }

  #service({ name, methods, doc }: ServiceDecl): Service {
    const made: Record<string, Method> = {};
    for (const method of methods) {
      const key = methodKeyOf(method.name);
      if (Object.hasOwn(made, key)) fail(`a method ${key} stands before`, method.at);
      made[key] = this.#method(method, name);
    }
    return service(name, made, doc === undefined ? {} : { doc });
  }

  #method(method: MethodDecl, scope: string): Method {
    const { requestStream, responseStream } = method;
    const level = optionOf(method.options, "idempotency_level");
    return {
      kind: requestStream ? responseStream ? "bidi" : "client_stream" : responseStream ? "server_stream" : "unary",
      request: this.#message(method.request, scope),
      response: this.#message(method.response, scope),
      idempotent: !requestStream && (level === "IDEMPOTENT" || level === "NO_SIDE_EFFECTS"),
      ...method.doc !== undefined && { doc: method.doc },
    };
  }

  #message(name: TypeName, scope: string): StructType {
    const found = this.#find(name, scope);
    return "fields" in found.decl ? this.#struct(found.decl, found.file) : fail(`${name.text} is no message`, name.at);
  }

  #find(name: TypeName, scope: string): Declared {
    return this.#scope.find(name.text, scope) ?? fail(`there is no type ${name.text}`, name.at);
  }

  #enum(decl: EnumDecl, { syntax }: ProtoFile): EnumType {
    const known = this.#enums.get(decl);
    if (known) return known;
    const { name, values, doc } = decl, aliases = optionOf(decl.options, "allow_alias") === true;
    const numbers: Record<string, number> = {}, taken = new Set<number>();
    if (values.length === 0) fail(`enum ${name} has no values`, decl.at);
    if (syntax === "proto3" && values[0]!.number !== 0) fail("the first value of an enum must be 0", values[0]!.at);
    const names = new Set<string>();
    for (const value of values) {
      if (names.has(value.name)) fail(`${value.name} stands twice`, value.at);
      names.add(value.name);
      if (!taken.has(value.number)) numbers[value.name] = value.number;
      else if (!aliases) fail(`the number ${value.number} stands twice, without option allow_alias`, value.at);
      taken.add(value.number);
    }
    const type = t.enumeration(name, numbers, doc === undefined ? {} : { doc });
    this.#enums.set(decl, type);
    return type;
  }

  #struct(decl: MessageDecl, file: ProtoFile): StructType {
    const known = this.#structs.get(decl);
    if (known) return known;
    if (this.#open.size === maxDepth) fail(`more than ${maxDepth} messages are in each other`, decl.at);
    this.#open.add(decl);
    const fields: Record<string, Field> = {}, oneofs: Record<string, string[]> = {}, numbers = new Set<number>();
    for (const field of decl.fields) {
      const { number, oneof, at } = field, key = fieldKeyOf(field.name, oneof !== undefined);
      if (Object.hasOwn(fields, key)) fail(`a field ${key} stands before`, at);
      if (numbers.has(number)) fail(`the number ${number} stands twice`, at);
      numbers.add(number);
      fields[key] = this.#field(field, decl, file);
      if (oneof !== undefined) (oneofs[oneof] ??= []).push(key);
    }
    const type = t.struct(decl.name, fields, {
      ...Object.keys(oneofs).length > 0 && { oneofs },
      ...decl.doc !== undefined && { doc: decl.doc },
    });
    this.#open.delete(decl);
    this.#structs.set(decl, type);
    return type;
  }

  #field(field: FieldDecl, { name: scope }: MessageDecl, file: ProtoFile): Field {
    const { name, doc, oneof, options } = field, type = this.#fieldType(field, scope, file);
    const told = options.get("default"), key = fieldKeyOf(name, oneof !== undefined);
    if (told && file.syntax === "proto3") fail("proto3 has no defaults", told.at);
    const standard = told ? this.#default(field, scope, told) : zeroOf(type);
    const aliases = [...new Set([name, jsonName(field)])].filter((alias) => alias !== key);
    return t.field(field.number, type, {
      ...standard !== undefined && { default: standard },
      ...aliases.length > 0 && { aliases },
      ...doc !== undefined && { doc },
    });
  }

  #default(field: FieldDecl, scope: string, { value, at }: { value: OptionValue; at: Place }): unknown {
    if (field.label === "repeated" || field.mapKey) fail("lists and maps have no defaults", at);
    return toldDefault(this.#valueType(field, scope), value, at);
  }

  #fieldType(field: FieldDecl, scope: string, file: ProtoFile): Type {
    const type = this.#valueType(field, scope);
    if (field.mapKey) return t.map(keyType(field.mapKey), type);
    switch (presenceOf(field, file)) {
      case "repeated":
        return t.list(type);
      case "explicit":
        return t.optional(type);
      case "implicit":
        return isMessage(type) ? t.optional(type) : type;
    }
  }

  #valueType({ type: name, options }: FieldDecl, scope: string): Type {
    if (name.text === "int64" && optionOf(options, "jstype") === "JS_NUMBER") return t.int53;
    const scalar = Object.hasOwn(scalars, name.text) ? scalars[name.text] : undefined;
    if (scalar) return scalar;
    const { decl, file } = this.#find(name, scope);
    if (!("fields" in decl)) return this.#enum(decl, file);
    if (decl.name === "google.protobuf.Timestamp") return t.timestamp;
    return this.#open.has(decl) ? t.lazy(() => this.#struct(decl, file)) : this.#struct(decl, file);
  }
}

function jsonName({ name, options }: FieldDecl): string {
  const told = optionOf(options, "json_name");
  return typeof told === "string" ? told : jsonNameOf(name);
}

function isMessage({ kind }: Type): boolean {
  return kind === "struct" || kind === "lazy" || kind === "logical";
}

function keyType({ text, at }: TypeName): Type {
  if (/^(?:u?int|sint|s?fixed)(?:32|64)$|^bool$|^string$/.test(text)) return scalars[text]!;
  return fail(`${text} can't be the key of a map`, at);
}

function fail(reason: string, at: Place): never {
  throw new IdlError(reason, at);
}
