/**
 * Reads the text of a .proto file: https://protobuf.dev/reference/protobuf/proto3-spec/, and those of proto2 and editions.
 *
 * @module
 */
import { Lexer } from "../lexer.ts";
import type { EnumDecl, MessageDecl, Place, ProtoFile, ServiceDecl, TypeName } from "./ast.ts";
import { readEnum } from "./enum.ts";
import { dotted, typeName } from "./head.ts";
import { readField, readMessage } from "./message.ts";
import { type MutableOptions, readOption } from "./option.ts";
import { readService } from "./service.ts";

/** What is in a file, while it is read. */
interface Contents {
  syntax: ProtoFile["syntax"];
  package: string;
  readonly imports: TypeName[];
  readonly types: (MessageDecl | EnumDecl)[];
  readonly services: ServiceDecl[];
  readonly options: MutableOptions;
}

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
  else if (lexer.accept("service")) file.services.push(readService(lexer, { prefix, first }));
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

/** Reads a type, where one may stand: in a file, and in a message. */
function readType(lexer: Lexer, file: Contents, prefix: string): void {
  const start = { prefix, first: lexer.peek };
  if (lexer.is("export") || lexer.is("local")) lexer.next();
  if (lexer.accept("message")) {
    readMessage(lexer, start, {
      message: (decl) => file.types.push(decl),
      nested: (prefix) => readType(lexer, file, prefix),
    });
  } else if (lexer.accept("enum")) file.types.push(readEnum(lexer, start));
  else if (lexer.accept("extend")) readExtend(lexer);
  else lexer.unexpected("message, enum, service, import, package or option");
}

/** Options may be extended, since they aren't looked at; messages may not. */
function readExtend(lexer: Lexer): void {
  const at = lexer.peek, name = typeName(lexer).text;
  if (!/^\.?google\.protobuf\.\w+Options$/.test(name)) lexer.fail("extensions are not supported", at);
  lexer.expect("{");
  while (!lexer.accept("}")) if (!lexer.accept(";")) readField(lexer);
}
