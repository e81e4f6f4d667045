/**
 * Descriptors of Protocol Buffers from schemas and contracts: for protobuf-es, protoc, buf and gRPC's reflection.
 *
 * @module
 */
import { Writer } from "../protocol/mod.ts";
import type { Idl, NamedType } from "./idl/idl.ts";
import { isName, methodNameOf, upperSnakeOf } from "./idl/proto/names.ts";
import { partsOf, reachableTypes } from "./idl/reachable.ts";
import { writeMessage } from "./pb/encode.ts";
import { messageOf } from "./pb/flatten.ts";
import { isTimestamp } from "./pb/plan.ts";
import type { Method, Service } from "./schema/service.ts";
import { type AnyType, type EnumType, resolved, type StructType, type Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";
import { fileOf, type Home, homesOf, isKnownFile, lastDot } from "./to_proto_file.ts";
import { emptyMessage, enumProto, messageProto, timestampName } from "./to_proto_message.ts";
import { File, type FileProto, FileSet, type MessageProto } from "./to_proto_schema.ts";

export type { Idl, NamedType } from "./idl/idl.ts";

/** What can be described. */
export type ProtoSource = Idl | Service | NamedType | readonly (Service | NamedType)[];

/**
 * The bytes of a `google.protobuf.FileDescriptorSet` with `source` and all that it is made of, for protobuf-es
 * (`createFileRegistry`), protoc (`--descriptor_set_in`), buf, and gRPC's reflection.
 *
 * Each package is a file. A key such as `userName` is the field `user_name` with that JSON name; names that `fromProto` got
 * from a .proto file come back. Names of an enumeration get its own as a prefix where they would clash with another's. A
 * service that has the name of a package, such as `demo` beside `demo.Hello`, is in it, as `demo.Demo`. What is no struct
 * travels in a message of its own as a request or reply: `demo.HelloRequest`. Defaults are left out: proto3 has none.
 * Throws TypeError for what codec pb refuses, for names that .proto files can't have, and for packages that need each other.
 *
 * @example
 * ```ts
 * import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
 * import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
 * import { t } from "@erpc/erpc";
 * import { toProto } from "@erpc/erpc/proto";
 * const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
 * const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, toProto(Hello)));
 * console.assert(registry.getMessage("demo.Hello")?.fields[0]?.name === "name");
 * ```
 */
export function toProto(source: ProtoSource): Uint8Array<ArrayBuffer> {
  return bytesOf(FileSet, { file: new Description(idlOf(source)).files() });
}

/**
 * The bytes of the `google.protobuf.FileDescriptorProto` of `source`, which must be of one package; what it takes from
 * `google.protobuf` is only imported. Otherwise as {@linkcode toProto}.
 */
export function fileDescriptor(source: ProtoSource): Uint8Array<ArrayBuffer> {
  const [file, other] = new Description(idlOf(source)).files().filter(({ name }) => !isKnownFile(name));
  if (!file) throw new TypeError("Cannot describe in one file: there is nothing to describe");
  if (other) {
    throw new TypeError(
      `Cannot describe in one file: ${file.package} and ${other.package} are two packages; use toProto`,
    );
  }
  return bytesOf(File, file);
}

function bytesOf<T>(type: StructType<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writeMessage(writer, messageOf(type), value);
  return writer.slice();
}

function idlOf(source: ProtoSource): Idl {
  if ("types" in source) return source;
  const all = "length" in source ? source : [source];
  return {
    types: all.filter((one): one is NamedType => !("methods" in one)),
    services: all.filter((one): one is Service => "methods" in one),
  };
}

const Timestamp = t.struct(timestampName, { seconds: t.field(1, t.int64), nanos: t.field(2, t.int32) });

/** Files of one definition. */
class Description {
  readonly #files = new Map<string, FileProto>();
  readonly #types: readonly NamedType[];
  readonly #homes: ReadonlyMap<string, Home>;
  readonly #messages = new Map<string, MessageProto>();
  /** Files that each file needs. */
  readonly #needs = new Map<string, Set<string>>();

  constructor({ types, services }: Idl) {
    const wrappers = services.flatMap((service) => wrappersOf(service));
    const found = reachableTypes({ types: [...types, ...wrappers], services });
    const usesTimestamp = found.some((type) => hasTimestamp(type));
    this.#types = usesTimestamp && !found.some(({ name }) => name === timestampName) ? [Timestamp, ...found] : found;
    this.#homes = homesOf(this.#types);
    for (const type of this.#types) if (type.kind === "struct") this.#addMessage(type);
    for (const type of this.#types) this.#place(type);
    for (const service of services) this.#addService(service);
  }

  /** The files, each behind those that it needs. */
  files(): FileProto[] {
    const done = new Set<FileProto>(), entered = new Set<string>();
    const visit = (path: string): void => {
      const file = this.#files.get(path)!;
      if (done.has(file)) return;
      if (entered.has(path)) throw new TypeError(`Cannot describe ${path}: it and other files need each other`);
      entered.add(path);
      for (const need of [...this.#needs.get(path) ?? []].sort()) {
        visit(need);
        file.dependency.push(need);
      }
      done.add(file);
    };
    for (const path of [...this.#files.keys()].sort()) visit(path);
    return [...done];
  }

  #addMessage(struct: StructType): void {
    messageOf(struct); // throws for what pb can't express
    this.#messages.set(struct.name, messageProto(struct, this.#homes.get(struct.name)!.name));
  }

  /** Puts `type` into the message or file around it. */
  #place(type: NamedType): void {
    const home = this.#homes.get(type.name)!, around = this.#around(home);
    if (type.kind === "enumeration") around.enumType.push(enumProto(type, home.name, this.#prefix(type, home)));
    else {
      addTo(around, this.#messages.get(type.name)!);
      for (const part of partsOf(type)) this.#need(home.file, part);
    }
  }

  #around(home: Home): MessageProto | FileProto {
    if (home.outer === undefined) return this.#file(home.file, home.package);
    return this.#messages.get(home.outer) ?? this.#addOuter(home.outer);
  }

  /** Adds a message that is only known as the one around others. */
  #addOuter(full: string): MessageProto {
    const home = this.#homes.get(full)!, message = emptyMessage(home.name);
    this.#messages.set(full, message);
    addTo(this.#around(home), message);
    return message;
  }

  #file(name: string, inPackage: string): FileProto {
    let file = this.#files.get(name);
    if (!file) {
      file = { name, package: inPackage, dependency: [], messageType: [], enumType: [], service: [], syntax: "proto3" };
      this.#files.set(name, file);
    }
    return file;
  }

  /** Names of values stand beside the enumeration, not in it: those of two must not be the same. */
  #prefix(type: EnumType, { name, outer, package: inPackage }: Home): string {
    const clashes = this.#types.some((other) => {
      if (other === type || other.kind !== "enumeration") return false;
      const home = this.#homes.get(other.name)!;
      return home.outer === outer && home.package === inPackage &&
        [...type.numbers.keys()].some((key) => other.numbers.has(key));
    });
    return clashes ? upperSnakeOf(name) + "_" : "";
  }

  /** Notes which files the file at `path` needs for `type`. */
  #need(path: string, type: Type): void {
    const any = resolved(type) as AnyType;
    const name = isTimestamp(any)
      ? timestampName
      : any.kind === "struct" || any.kind === "enumeration"
      ? any.name
      : undefined;
    if (name === undefined) return void partsOf(any).forEach((part) => this.#need(path, part));
    const file = this.#homes.get(name)!.file;
    if (file === path) return;
    if (!this.#needs.has(path)) this.#needs.set(path, new Set());
    this.#needs.get(path)!.add(file);
  }

  #addService(service: Service): void {
    const [before, last] = lastDot(service.name);
    const isPackage = [...this.#homes.values()].some((home) => `${home.package}.`.startsWith(`${service.name}.`));
    const inPackage = isPackage ? service.name : before, name = isPackage ? capital(last) : last;
    if (!isName(name)) throw new TypeError(`Cannot describe ${service.name}: it can't be a name in a .proto file`);
    const file = this.#file(fileOf(inPackage), inPackage);
    file.service.push({
      name,
      method: Object.entries(service.methods).map(([key, method]) => {
        const input = bodyOf(service, key, "Request"), output = bodyOf(service, key, "Reply");
        this.#need(file.name, input);
        this.#need(file.name, output);
        return { ...methodHead(service, key, method), inputType: `.${input.name}`, outputType: `.${output.name}` };
      }),
    });
  }
}

function addTo(around: MessageProto | FileProto, message: MessageProto): void {
  if ("nestedType" in around) around.nestedType.push(message);
  else around.messageType.push(message);
}

const IDEMPOTENT = 2;

function methodHead(service: Service, key: string, { kind, idempotent }: Method) {
  return {
    name: methodName(service, key),
    ...idempotent ? { options: { idempotencyLevel: IDEMPOTENT } } : {},
    ...kind === "client_stream" || kind === "bidi" ? { clientStreaming: true } : {},
    ...kind === "server_stream" || kind === "bidi" ? { serverStreaming: true } : {},
  };
}

function methodName(service: Service, key: string): string {
  const name = methodNameOf(key) ?? (isName(key) ? key : undefined);
  if (name !== undefined) return name;
  throw new TypeError(`Cannot describe ${service.name}: ${JSON.stringify(key)} can't be a name in a .proto file`);
}

/** The message of a request or reply: one of its own for what is no struct. */
function bodyOf(service: Service, key: string, side: "Request" | "Reply"): StructType {
  const method = service.methods[key]!,
    type = resolved(side === "Request" ? method.request : method.response) as AnyType;
  if (type.kind === "struct") return type;
  const [before, last] = lastDot(service.name), prefix = before === "" ? `${last}.` : `${before}.${capital(last)}`;
  return t.struct(`${prefix}${capital(methodName(service, key))}${side}`, { value: t.field(1, type as Type) });
}

function wrappersOf(service: Service): StructType[] {
  const bodies = Object.keys(service.methods).flatMap((key) => [
    bodyOf(service, key, "Request"),
    bodyOf(service, key, "Reply"),
  ]);
  return bodies.filter((body) => !isBodyOf(service, body));
}

function isBodyOf({ methods }: Service, struct: StructType): boolean {
  return Object.values(methods).some(({ request, response }) =>
    resolved(request) === struct || resolved(response) === struct
  );
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function hasTimestamp(type: AnyType): boolean {
  return isTimestamp(type) || partsOf(type).some((part) => {
    const any = part as AnyType;
    return any.kind !== "struct" && any.kind !== "lazy" && hasTimestamp(any);
  });
}
