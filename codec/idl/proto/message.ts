/**
 * Messages of .proto files.
 *
 * @module
 */
import type { Lexer } from "../lexer.ts";
import type { FieldDecl, FieldLabel, MessageDecl, TypeName } from "./ast.ts";
import { documented, readHead, type Start, typeName } from "./head.ts";
import { readFieldOptions, readOption } from "./option.ts";
import { Reserved } from "./reserved.ts";

/** Largest number of a field, and those that protobuf keeps for itself. */
const maxNumber = 2 ** 29 - 1, firstKept = 19_000, lastKept = 19_999;

/** What reading a message gives away. */
export interface MessageHandlers {
  /** Called for the message, before any that is in it; its fields come later. */
  message(decl: MessageDecl): void;
  /** Called where a type begins that is in it; `prefix` is its name with a dot. */
  nested(prefix: string): void;
}

/** Reads what follows the word `message`. */
export function readMessage(lexer: Lexer, start: Start, handlers: MessageHandlers): void {
  const named = readHead(lexer, start), fields: FieldDecl[] = [];
  const reserved = new Reserved(1, maxNumber), oneofs = new Set<string>();
  handlers.message({ ...named, fields });
  lexer.nested(() => {
    while (!lexer.accept("}")) {
      if (lexer.accept(";") || reserved.read(lexer)) continue;
      if (startsType(lexer)) handlers.nested(named.name + ".");
      else readMember(lexer, fields, oneofs);
    }
  });
  for (const field of fields) reserved.check(field);
}

/** Whether a type begins: `export` and `local` are words only in front of one. */
function startsType({ peek: { source }, after }: Lexer): boolean {
  if (source === "export" || source === "local") return after.source === "message" || after.source === "enum";
  return source === "message" || source === "enum" || source === "extend";
}

function readMember(lexer: Lexer, fields: FieldDecl[], oneofs: Set<string>): void {
  if (lexer.is("extensions")) lexer.fail("extensions are not supported");
  if (lexer.accept("option")) readOption(lexer, new Map());
  else if (lexer.accept("oneof")) readOneof(lexer, fields, oneofs);
  else fields.push(readField(lexer));
}

function readOneof(lexer: Lexer, fields: FieldDecl[], oneofs: Set<string>): void {
  const at = lexer.peek, oneof = lexer.name("the name of a oneof").text, before = fields.length;
  if (oneofs.has(oneof)) lexer.fail(`oneof ${oneof} stands twice`, at);
  oneofs.add(oneof);
  lexer.expect("{");
  while (!lexer.accept("}")) {
    if (lexer.accept(";")) continue;
    if (lexer.accept("option")) readOption(lexer, new Map());
    else fields.push(readField(lexer, { oneof }));
  }
  if (fields.length === before) lexer.fail(`oneof ${oneof} has no fields`, at);
}

const labels: readonly string[] = ["optional", "required", "repeated"] satisfies FieldLabel[];

/** Reads a field, of `oneof` when it is in one. */
export function readField(lexer: Lexer, { oneof }: { readonly oneof?: string } = {}): FieldDecl {
  const first = lexer.peek;
  let label: FieldLabel = "implicit";
  if (labels.includes(first.source)) {
    label = lexer.next().source as FieldLabel;
    if (oneof !== undefined) lexer.fail(`a field of a oneof can't be ${label}`, first);
  }
  if (lexer.is("group")) lexer.fail("groups are not supported");
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
  if (number >= firstKept && number <= lastKept) {
    lexer.fail(`protobuf keeps the numbers ${firstKept}-${lastKept} for itself`, at);
  }
  return number;
}
