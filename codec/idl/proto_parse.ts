/**
 * Reads the text of a .proto file: https://protobuf.dev/reference/protobuf/proto3-spec/, and those of proto2 and editions.
 *
 * @module
 */
import { Lexer, type Token } from "./lexer.ts";
import type {
  EnumDecl,
  EnumValueDecl,
  FieldDecl,
  FieldLabel,
  MessageDecl,
  MethodDecl,
  OptionValue,
  Place,
  ProtoFile,
  ServiceDecl,
  TypeName,
} from "./proto_ast.ts";
import { readFieldOptions, readOption } from "./proto_option.ts";

/** What is in a file, while it is read. */
interface Contents {
  syntax: ProtoFile["syntax"];
  package: string;
  readonly imports: TypeName[];
  readonly types: (MessageDecl | EnumDecl)[];
  readonly services: ServiceDecl[];
  readonly options: Map<string, { value: OptionValue; at: Place }>;
}

/** Largest number of a field, and those that protobuf keeps for itself. */
const maxNumber = 2 ** 29 - 1, firstReserved = 19_000, lastReserved = 19_999;

/** Reads `text`; throws IdlError for what is no .proto file, for groups, and for extensions of anything but options. */
export function parseProto(text: string): ProtoFile {
  const lexer = new Lexer(text);
  const file: Contents = { syntax: "proto2", package: "", imports: [], types: [], services: [], options: new Map() };
  readSyntax(lexer, file);
  while (lexer.peek.kind !== "end") readTopLevel(lexer, file);
  return file;
}

function readSyntax(lexer: Lexer, file: Contents): void {
  const word = lexer.is("edition") ? "edition" : "syntax";
  if (!lexer.accept(word)) return;
  lexer.expect("=");
  const at = lexer.peek, { text } = lexer.text();
  if (word === "edition") {
    if (text !== "2023" && text !== "2024") lexer.fail(`edition "${text}" is not supported, want "2023" or "2024"`, at);
    file.syntax = "editions";
  } else if (text === "proto2" || text === "proto3") file.syntax = text;
  else lexer.fail(`syntax "${text}" is not supported, want "proto3" or "proto2"`, at);
  lexer.expect(";");
}

function readTopLevel(lexer: Lexer, file: Contents): void {
  const first = lexer.peek, prefix = file.package && file.package + ".";
  if (lexer.accept(";")) return;
  if (lexer.accept("import")) readImport(lexer, file);
  else if (lexer.accept("package")) readPackage(lexer, file, first);
  else if (lexer.accept("option")) readOption(lexer, file.options);
  else if (lexer.accept("service")) file.services.push(readService(lexer, prefix, first));
  else readType(lexer, file, prefix);
}

function readImport(lexer: Lexer, file: Contents): void {
  if (!lexer.accept("public")) lexer.accept("weak");
  const at = lexer.peek;
  if (lexer.is("option")) lexer.fail("import option is not supported");
  file.imports.push({ text: lexer.text("the path of a file in quotes").text, at });
  lexer.expect(";");
}

function readPackage(lexer: Lexer, file: Contents, at: Place): void {
  if (file.package !== "") lexer.fail("the package is named twice", at);
  if (file.types.length + file.services.length > 0) lexer.fail("the package must be named before the types", at);
  file.package = dotted(lexer, "the name of a package");
  lexer.expect(";");
}

/** Reads what a file and a message may both hold; returns false when something else comes. */
function readType(lexer: Lexer, file: Contents, prefix: string): void {
  const first = lexer.peek;
  lexer.accept("export") || lexer.accept("local");
  if (lexer.accept("message")) readMessage(lexer, file, { prefix, first });
  else if (lexer.accept("enum")) file.types.push(readEnum(lexer, { prefix, first }));
  else if (lexer.accept("extend")) readExtend(lexer);
  else lexer.fail(`got "${lexer.peek.source.slice(0, 40)}", want message, enum, service, import, package or option`);
}

/** Options may be extended, since they aren't looked at; messages may not. */
function readExtend(lexer: Lexer): void {
  const at = lexer.peek, name = typeName(lexer).text;
  if (!/^\.?google\.protobuf\.\w+Options$/.test(name)) lexer.fail("extensions are not supported", at);
  lexer.expect("{");
  while (!lexer.accept("}")) if (!lexer.accept(";")) readField(lexer, {});
}

/** Where a declaration begins. */
interface Start {
  /** Full name of what it is in, with a dot. */
  readonly prefix: string;
  /** Its first token, for its comment. */
  readonly first: Token;
}

function readMessage(lexer: Lexer, file: Contents, { prefix, first }: Start): void {
  const named = readHead(lexer, prefix, first), fields: FieldDecl[] = [];
  // The place among the types is taken first, so that what is nested follows.
  file.types.push({ ...named, fields });
  lexer.nested(() => {
    while (!lexer.accept("}")) readMember(lexer, file, { prefix: named.name + ".", fields });
  });
}

interface Members {
  readonly prefix: string;
  readonly fields: FieldDecl[];
}

function readMember(lexer: Lexer, file: Contents, { prefix, fields }: Members): void {
  const first = lexer.peek;
  if (lexer.accept(";")) return;
  if (startsDecl(lexer, "option", /^(?:[A-Za-z_]\w*|\()$/)) readOption(lexer, new Map());
  else if (startsDecl(lexer, "oneof")) readOneof(lexer, fields);
  else if (startsDecl(lexer, "reserved", /^(?:[-"'\d].*|[A-Za-z_]\w*)$/)) skipStatement(lexer);
  else if (startsDecl(lexer, "extensions", /^\d+$/)) lexer.fail("extensions are not supported", first);
  else if (["message", "enum", "extend", "export", "local"].includes(first.source) && !isField(lexer)) {
    readType(lexer, file, prefix);
  } else fields.push(readField(lexer, {}));
}

/** Takes `word` when it begins a declaration; the words of the language may also be names of types. */
function startsDecl(lexer: Lexer, word: string, next = /^[A-Za-z_]\w*$/): boolean {
  return lexer.is(word) && next.test(lexer.after.source) && lexer.accept(word);
}

function isField(lexer: Lexer): boolean {
  return lexer.after.kind !== "name" && lexer.after.source !== ".";
}

function readOneof(lexer: Lexer, fields: FieldDecl[]): void {
  const at = lexer.peek, oneof = lexer.name("the name of a oneof").text, before = fields.length;
  lexer.expect("{");
  while (!lexer.accept("}")) {
    if (lexer.accept(";")) continue;
    if (lexer.accept("option")) readOption(lexer, new Map());
    else fields.push(readField(lexer, { oneof }));
  }
  if (fields.length === before) lexer.fail(`oneof ${oneof} has no fields`, at);
}

const labels: readonly string[] = ["optional", "required", "repeated"] satisfies FieldLabel[];

function readField(lexer: Lexer, { oneof }: { readonly oneof?: string }): FieldDecl {
  const first = lexer.peek;
  let label: FieldLabel = "implicit";
  if (labels.includes(first.source) && lexer.after.source !== "=") {
    label = lexer.next().source as FieldLabel;
    if (oneof !== undefined) lexer.fail(`a field of a oneof can't be ${label}`, first);
  }
  if (lexer.is("group") && lexer.after.kind === "name") lexer.fail("groups are not supported");
  const { type, mapKey } = readFieldType(lexer);
  if (mapKey && (label !== "implicit" || oneof !== undefined)) {
    lexer.fail(`a map can't be ${oneof === undefined ? label : "in a oneof"}`, first);
  }
  const at = lexer.peek, name = lexer.name("the name of a field").text;
  lexer.expect("=");
  const number = readNumber(lexer), options = readFieldOptions(lexer);
  lexer.expect(";");
  return {
    ...documented({ name, at }, first.doc ?? lexer.peek.trailing),
    ...mapKey && { mapKey },
    ...oneof !== undefined && { oneof },
    ...{ label, type, number, options },
  };
}

function readFieldType(lexer: Lexer): { type: TypeName; mapKey?: TypeName } {
  const isMap = lexer.is("map") && lexer.after.source === "<";
  if (!isMap) return { type: typeName(lexer) };
  lexer.next();
  lexer.expect("<");
  const mapKey = typeName(lexer);
  lexer.expect(",");
  const type = typeName(lexer);
  lexer.expect(">");
  return { type, mapKey };
}

function readNumber(lexer: Lexer): number {
  const at = lexer.peek, number = lexer.integerIn(1, maxNumber, "a number of a field");
  if (number >= firstReserved && number <= lastReserved) {
    lexer.fail(`protobuf keeps the numbers ${firstReserved}-${lastReserved} for itself`, at);
  }
  return number;
}

function readEnum(lexer: Lexer, { prefix, first }: Start): EnumDecl {
  const named = readHead(lexer, prefix, first), values: EnumValueDecl[] = [];
  const options = new Map<string, { value: OptionValue; at: Place }>();
  while (!lexer.accept("}")) {
    if (lexer.accept(";")) continue;
    if (startsDecl(lexer, "option", /^(?:[A-Za-z_]\w*|\()$/)) readOption(lexer, options);
    else if (startsDecl(lexer, "reserved", /^(?:[-"'\d].*|[A-Za-z_]\w*)$/)) skipStatement(lexer);
    else values.push(readEnumValue(lexer));
  }
  return { ...named, values, options };
}

function readEnumValue(lexer: Lexer): EnumValueDecl {
  const at = lexer.peek, name = lexer.name("the name of a value").text;
  lexer.expect("=");
  const number = lexer.integerIn(-(2 ** 31), 2 ** 31 - 1, "a number of a value");
  readFieldOptions(lexer);
  lexer.expect(";");
  return { name, at, number };
}

function readService(lexer: Lexer, prefix: string, first: Token): ServiceDecl {
  const named = readHead(lexer, prefix, first), methods: MethodDecl[] = [];
  while (!lexer.accept("}")) {
    if (lexer.accept(";")) continue;
    if (lexer.accept("option")) readOption(lexer, new Map());
    else methods.push(readMethod(lexer));
  }
  return { ...named, methods };
}

function readMethod(lexer: Lexer): MethodDecl {
  const { doc } = lexer.expect("rpc"), at = lexer.peek, name = lexer.name("the name of a method").text;
  const [request, requestStream] = readMethodType(lexer);
  lexer.expect("returns");
  const [response, responseStream] = readMethodType(lexer);
  const options = new Map<string, { value: OptionValue; at: Place }>();
  if (lexer.accept("{")) {
    while (!lexer.accept("}")) {
      if (lexer.accept(";")) continue;
      lexer.expect("option");
      readOption(lexer, options);
    }
  } else lexer.expect(";");
  const named = documented({ name, at }, doc ?? lexer.peek.trailing);
  return { ...named, request, requestStream, response, responseStream, options };
}

function readMethodType(lexer: Lexer): [type: TypeName, stream: boolean] {
  lexer.expect("(");
  const stream = lexer.is("stream") && lexer.after.source !== ")" && lexer.after.source !== "." &&
    lexer.accept("stream");
  const type = typeName(lexer);
  lexer.expect(")");
  return [type, stream];
}

/** Reads a name and the brace behind it. */
function readHead(lexer: Lexer, prefix: string, first: Token): { name: string; at: Place; doc?: string } {
  const at = lexer.peek, name = prefix + lexer.name().text;
  lexer.expect("{");
  return documented({ name, at }, first.doc ?? lexer.peek.trailing);
}

function documented<T extends object>(named: T, doc: string | undefined): T & { readonly doc?: string } {
  return doc === undefined ? named : { ...named, doc };
}

function skipStatement(lexer: Lexer): void {
  while (!lexer.accept(";")) {
    if (lexer.peek.kind === "end") lexer.expect(";");
    lexer.next();
  }
}

function typeName(lexer: Lexer): TypeName {
  const at = lexer.peek, dot = lexer.accept(".") ? "." : "";
  return { text: dot + dotted(lexer, "the name of a type"), at };
}

function dotted(lexer: Lexer, what: string): string {
  let text = lexer.name(what).text;
  while (lexer.accept(".")) text += "." + lexer.name(what).text;
  return text;
}
