/**
 * Services of .proto files.
 *
 * @module
 */
import type { Lexer } from "../lexer.ts";
import type { MethodDecl, ServiceDecl, TypeName } from "./ast.ts";
import { documented, readHead, type Start, typeName } from "./head.ts";
import { type MutableOptions, readOption } from "./option.ts";

/** Reads what follows the word `service`. */
export function readService(lexer: Lexer, start: Start): ServiceDecl {
  const named = readHead(lexer, start), methods: MethodDecl[] = [];
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
  const options: MutableOptions = new Map();
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
  const stream = lexer.accept("stream"), type = typeName(lexer);
  lexer.expect(")");
  return [type, stream];
}
