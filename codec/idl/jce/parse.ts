/**
 * The grammar of .jce and .tars files, as TarsCpp's `tools/tarsgrammar/tars.y` has it.
 *
 * Left out, with an error that says so: pointers (`int *p`) and fixed sizes (`string:8`), which other languages' tools don't
 * know either. Constants, keys (`key[...]`) and `routekey` are read and dropped: they say nothing about messages.
 *
 * @module
 */
import type { ScalarType } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import type {
  Decl,
  EnumDecl,
  FieldDecl,
  FunctionDecl,
  InterfaceDecl,
  JceFile,
  JceType,
  Literal,
  Named,
  ParameterDecl,
  StructDecl,
} from "./ast.ts";
import { jceWords } from "./ast.ts";
import { Lexer, type Token } from "../lexer.ts";

const scalars: ReadonlyMap<string, ScalarType> = new Map<string, ScalarType>([
  ["bool", t.bool],
  ["byte", t.int8],
  ["short", t.int16],
  ["int", t.int32],
  ["long", t.int64],
  ["float", t.float],
  ["double", t.double],
  ["string", t.string],
]);
const unsigned: ReadonlyMap<string, ScalarType> = new Map<string, ScalarType>([
  ["byte", t.uint8],
  ["short", t.uint16],
  ["int", t.uint32],
]);

/** Reads a file; throws IdlError where it is none. */
export function parseJce(text: string): JceFile {
  return new Parser(text).file();
}

class Parser {
  readonly #lexer: Lexer;
  readonly #decls: Decl[] = [];

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  file(): JceFile {
    const lexer = this.#lexer, includes: { path: string; at: Token }[] = [];
    while (lexer.peek.kind !== "end") {
      if (lexer.accept("#")) {
        lexer.expect("include");
        const at = lexer.text("the path of a file in quotes");
        includes.push({ path: at.text, at });
      } else this.#module("");
    }
    return { includes, decls: this.#decls };
  }

  #module(outer: string): void {
    const lexer = this.#lexer;
    if (!lexer.is("module")) lexer.fail('want "module" or "#include": everything else stands in a module');
    lexer.next();
    const { name } = this.#name("a module's name"), module = outer === "" ? name : `${outer}.${name}`;
    lexer.expect("{");
    lexer.nested(() => {
      while (!lexer.accept("}")) this.#definition(module);
    });
    lexer.expect(";");
  }

  #definition(module: string): void {
    const lexer = this.#lexer, { text, doc } = lexer.peek;
    if (text === "module") return this.#module(module);
    if (text === "const") return this.#constant();
    if (text === "key") return this.#key();
    if (text === "struct") this.#decls.push(this.#struct(module, doc));
    else if (text === "enum") this.#decls.push(this.#enumeration(module, doc));
    else if (text === "interface") this.#decls.push(this.#interface(module, doc));
    else lexer.fail("want a struct, enum, interface, const, key or module");
  }

  #struct(module: string, doc: string | undefined): StructDecl {
    this.#lexer.next();
    const head = this.#name("a struct's name", doc), fields: FieldDecl[] = [];
    this.#body(() => fields.push(this.#field()));
    return { ...head, kind: "struct", module, fields };
  }

  #field(): FieldDecl {
    const lexer = this.#lexer, { doc } = lexer.peek, tag = lexer.integerIn(0, 255, "a tag");
    const required = lexer.accept("require");
    if (!required) lexer.expect("optional");
    const type = this.#type(), named = this.#name("a field's name", doc), whole = this.#sized(type);
    const value = lexer.accept("=") ? { default: this.#literal() } : {};
    lexer.expect(";");
    return { ...this.#withTrailing(named), tag, required, type: whole, ...value };
  }

  #enumeration(module: string, doc: string | undefined): EnumDecl {
    const lexer = this.#lexer;
    lexer.next();
    const head = this.#name("an enumeration's name", doc), members: (Named & { value?: Literal })[] = [];
    lexer.expect("{");
    while (!lexer.is("}")) {
      const named = this.#name("a name", lexer.peek.doc);
      const value = lexer.accept("=") ? { value: this.#literal() } : {}, more = lexer.accept(",");
      members.push({ ...this.#withTrailing(named), ...value });
      if (!more) break;
    }
    lexer.expect("}");
    lexer.expect(";");
    return { ...head, kind: "enum", module, members };
  }

  #interface(module: string, doc: string | undefined): InterfaceDecl {
    this.#lexer.next();
    const head = this.#name("an interface's name", doc), functions: FunctionDecl[] = [];
    this.#body(() => functions.push(this.#function()));
    return { ...head, kind: "interface", module, functions };
  }

  #function(): FunctionDecl {
    const lexer = this.#lexer, { doc } = lexer.peek;
    const returns = lexer.accept("void") ? {} : { returns: this.#type() };
    const named = this.#name("a function's name", doc), parameters: ParameterDecl[] = [];
    lexer.expect("(");
    while (!lexer.is(")")) {
      const out = lexer.accept("out");
      if (!out) lexer.accept("routekey");
      const type = this.#type(), named = this.#name("a parameter's name");
      parameters.push({ ...named, type: this.#sized(type), out });
      if (!lexer.accept(",")) break;
    }
    lexer.expect(")");
    lexer.expect(";");
    return { ...this.#withTrailing(named), ...returns, parameters };
  }

  #constant(): void {
    const lexer = this.#lexer;
    lexer.next();
    if (this.#type().kind !== "scalar") lexer.fail("a constant is a number, text or bool");
    this.#name("a constant's name");
    lexer.expect("=");
    this.#literal();
    lexer.expect(";");
  }

  #key(): void {
    const lexer = this.#lexer;
    lexer.next();
    lexer.expect("[");
    this.#scopedName("a struct's name");
    while (lexer.accept(",")) this.#name("a field's name");
    lexer.expect("]");
    lexer.expect(";");
  }

  /** Reads `{`, what stands up to `}`, and `;`. */
  #body(part: () => void): void {
    const lexer = this.#lexer;
    lexer.expect("{");
    while (!lexer.accept("}")) part();
    lexer.expect(";");
  }

  #type(): JceType {
    const lexer = this.#lexer, token = lexer.name("a type"), { text } = token;
    const scalar = text === "unsigned" ? this.#unsigned() : scalars.get(text);
    const type: JceType = scalar ? { kind: "scalar", type: scalar } : lexer.nested(() => this.#compound(token));
    if (lexer.is("*")) lexer.fail("pointers are not supported: want a vector");
    if (lexer.is(":")) lexer.fail("fixed sizes are not supported");
    return type;
  }

  #unsigned(): ScalarType {
    const token = this.#lexer.name("byte, short or int");
    return unsigned.get(token.text) ?? this.#lexer.fail(`there is no unsigned ${token.text}`, token);
  }

  #compound(at: Token): JceType {
    const lexer = this.#lexer;
    if (at.text === "vector") {
      lexer.expect("<");
      const element = this.#type();
      lexer.expect(">");
      return { kind: "vector", element };
    }
    if (at.text === "map") {
      lexer.expect("<");
      const key = this.#type();
      lexer.expect(",");
      const value = this.#type();
      lexer.expect(">");
      return { kind: "map", key, value, at };
    }
    if (jceWords.has(at.text)) lexer.fail(`got "${at.text}", want a type`, at);
    return { kind: "named", name: this.#scoped(at.text), at };
  }

  /** `type`, or a vector of it where an array's size follows. */
  #sized(type: JceType): JceType {
    const lexer = this.#lexer;
    if (lexer.is(":")) lexer.fail("fixed sizes are not supported");
    if (!lexer.accept("[")) return type;
    lexer.integerIn(1, 0x7fff_ffff, "a size");
    lexer.expect("]");
    return { kind: "vector", element: type };
  }

  #literal(): Literal {
    const lexer = this.#lexer, at = lexer.peek, { kind, text } = at;
    if (kind === "text") return { kind: "text", value: lexer.next().text, at };
    if (text === "true" || text === "false") return { kind: "bool", value: lexer.next().text === "true", at };
    if (kind === "name") return { kind: "name", value: this.#scopedName("a value").split("::").at(-1)!, at };
    const sign = lexer.accept("-") ? -1 : (lexer.accept("+"), 1);
    if (lexer.peek.kind === "float") return { kind: "float", value: sign * Number(lexer.next().text), at };
    return { kind: "integer", value: BigInt(sign) * lexer.integer("a value"), at };
  }

  #scopedName(what: string): string {
    return this.#scoped(this.#name(what).name);
  }

  /** `first` with the names that follow it, each behind `::`. */
  #scoped(first: string): string {
    let name = first;
    while (this.#lexer.accept(":")) {
      this.#lexer.expect(":");
      name += "::" + this.#name().name;
    }
    return name;
  }

  #name(what?: string, doc?: string): Named {
    const at = this.#lexer.name(what), { text } = at;
    if (jceWords.has(text)) this.#lexer.fail(`nothing may be called ${text}`, at);
    return { name: text, at, ...doc !== undefined && { doc } };
  }

  /** `named` with the comment that stands behind it as its own, when it has none before it. */
  #withTrailing(named: Named): Named {
    const { trailing } = this.#lexer.peek;
    return named.doc === undefined && trailing !== undefined ? { ...named, doc: trailing } : named;
  }
}
