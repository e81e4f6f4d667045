/**
 * .proto files, read by us and by protoc with protobuf-es.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import { describeIdl } from "../describe.ts";
import { IdlError } from "../idl.ts";
import { readProto } from "../proto.ts";
import { badProtos, goodProtos } from "./cases_test.ts";
import { needsProtoc, note, protoc } from "../protoc_test.ts";

const scalars: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: "double",
  [ScalarType.FLOAT]: "float",
  [ScalarType.INT64]: "int64",
  [ScalarType.UINT64]: "uint64",
  [ScalarType.INT32]: "int32",
  [ScalarType.FIXED64]: "fixed uint64",
  [ScalarType.FIXED32]: "fixed uint32",
  [ScalarType.BOOL]: "bool",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "bytes",
  [ScalarType.UINT32]: "uint32",
  [ScalarType.SFIXED32]: "fixed int32",
  [ScalarType.SFIXED64]: "fixed int64",
  [ScalarType.SINT32]: "zigzag int32",
  [ScalarType.SINT64]: "zigzag int64",
};

const JS_NUMBER = 2, EXPLICIT = 1;

/** The type of `field` in the words of `describeType`. */
function typeOf(field: DescField): string {
  const value = field.message
    ? field.message.typeName === "google.protobuf.Timestamp" ? "timestamp<int53>" : field.message.typeName
    : field.enum?.typeName ??
      (field.proto.options?.jstype === JS_NUMBER ? "int53" : scalars[field.scalar ?? ScalarType.INT32]);
  if (field.fieldKind === "map") return `map<${scalars[field.mapKey]}, ${value}>`;
  if (field.fieldKind === "list") return `list<${value}>`;
  return field.presence === EXPLICIT ? `optional<${value}>` : value;
}

/** The zero of `field`, whose type is `type` in the words of `describeType`; undefined when it can be left out. */
function zeroOf(field: DescField, type: string): unknown {
  if (type.startsWith("optional")) return undefined;
  if (field.fieldKind === "list") return [];
  if (field.fieldKind === "map") return new Map();
  if (field.enum) return field.enum.values.find(({ number }) => number === 0)!.name;
  return ({ string: "", bool: false, bytes: new Uint8Array() } as Record<string, unknown>)[type] ?? 0;
}

/** The form of `describeIdl` for a message, without comments. */
function describeMessage({ name, typeName, fields, oneofs }: DescMessage): unknown {
  const named = [...fields].sort((a, b) => a.number - b.number).map((field) => {
    const { jsonName, localName } = field, type = typeOf(field);
    const told = "getDefaultValue" in field ? field.getDefaultValue?.() : undefined;
    const standard = told === undefined
      ? zeroOf(field, type)
      : field.enum
      ? field.enum.value[told as number]!.name
      : told;
    const aliases = [...new Set([field.name, jsonName])].filter((alias) => alias !== localName);
    return {
      ...standard !== undefined && { default: standard },
      ...aliases.length > 0 && { aliases },
      ...{ tag: field.number, type, key: localName },
    };
  });
  const groups = oneofs.map(({ name, fields }) => ({
    name,
    keys: fields.map((field) => field.localName),
    required: false,
  }));
  assert(typeName.endsWith(name));
  return { kind: "struct", name: typeName, doc: undefined, fields: named, oneofs: groups, keepUnknown: false };
}

function describeEnum({ typeName, values }: DescEnum): unknown {
  const numbers = values.filter(({ number }, i) => values.findIndex((other) => other.number === number) === i);
  return {
    kind: "enumeration",
    name: typeName,
    doc: undefined,
    numbers: numbers.map(({ name, number }) => [name, number]),
  };
}

function describeService({ methods }: DescService): unknown {
  return {
    doc: undefined,
    methods: methods.map(({ localName, methodKind, input, output, idempotency }) => ({
      key: localName,
      kind: methodKind.replace("_streaming", "_stream").replace("bidi_stream", "bidi"),
      request: input.typeName,
      response: output.typeName,
      idempotent: idempotency !== 0 && !/bidi|client/.test(methodKind),
      doc: undefined,
    })),
  };
}

/** Names of the types in `file`, nested ones too. */
function namesIn(file: DescFile): string[] {
  const inside = (message: DescMessage): string[] => [
    message.typeName,
    ...message.nestedMessages.flatMap(inside),
    ...message.nestedEnums.map((one) => one.typeName),
  ];
  return [...file.messages.flatMap(inside), ...file.enums.map((one) => one.typeName)].sort();
}

function withoutDocs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => {
    if (key === "doc") return undefined;
    return typeof inner === "bigint" || typeof inner === "number" ? String(inner) : inner;
  }));
}

for (const [name, text] of Object.entries(goodProtos)) {
  Deno.test({
    ...needsProtoc,
    name: `a .proto file is read as protoc reads it: ${name}${note}`,
    async fn() {
      const set = await protoc(text);
      assert(set, "protoc refuses it");
      const registry = createFileRegistry(set), file = registry.getFile("case.proto")!;
      const idl = readProto(text), described = describeIdl(idl);
      assertEquals(idl.types.map(({ name }) => name).sort(), namesIn(file));
      for (const [name, type] of Object.entries(described.types)) {
        const message = registry.getMessage(name);
        const expected = message ? describeMessage(message) : describeEnum(registry.getEnum(name)!);
        assertEquals(withoutDocs(type), withoutDocs(expected));
      }
      assertEquals(Object.keys(described.services), file.services.map(({ typeName }) => typeName));
      for (const service of file.services) {
        const found = described.services[service.typeName];
        assertEquals(withoutDocs(found), withoutDocs(describeService(service)));
      }
    },
  });
}

for (const [name, [text, message]] of Object.entries(badProtos)) {
  Deno.test(`a .proto file is refused: ${name}`, () => {
    const error = assertThrows(() => readProto(text), IdlError);
    assertEquals(error.message.slice(0, message.length), message);
  });
}

Deno.test({
  ...needsProtoc,
  name: `protoc refuses the same files${note}`,
  async fn() {
    for (const [name, [text, , taken]] of Object.entries(badProtos)) {
      assertEquals(await protoc(text) !== undefined, taken !== undefined, name);
    }
  },
});
