/**
 * Reads the text of a .thrift document by its grammar (thrift.apache.org/docs/idl, of Thrift 0.17).
 *
 * @module
 */
import { Lexer, type Token } from "../lexer.ts";
import type {
  Constant,
  Definition,
  EnumNode,
  FieldNode,
  MethodNode,
  ServiceNode,
  StructNode,
  ThriftDocument,
  TypeNode,
} from "./syntax.ts";

const maxId = 0x7fff, minInt32 = -0x8000_0000, maxInt32 = 0x7fff_ffff;

/** Reads a document; throws IdlError for text that is none. */
export function parseThrift(text: string): ThriftDocument {
  return new Parser(text).document();
}

class Parser {
  readonly #lexer: Lexer;

  constructor(text: string) {
    this.#lexer = new Lexer(text, { lineComments: ["//", "#"], docs: "marked", octal: false });
  }

  document(): ThriftDocument {
    const lexer = this.#lexer, includes: ThriftDocument["includes"][number][] = [];
    const namespaces = new Map<string, string>(), definitions: Definition[] = [];
    while (lexer.peek.kind !== "end") {
      const at = lexer.peek;
      if (lexer.accept("include")) includes.push({ path: lexer.text("the path of a document").text, at });
      else if (lexer.accept("cpp_include")) lexer.text("the path of a header");
      else if (lexer.accept("namespace")) this.#namespace(namespaces);
      else definitions.push(this.#definition());
      this.#separator();
    }
    return { includes, namespaces, definitions };
  }

  #namespace(namespaces: Map<string, string>): void {
    const language = this.#lexer.accept("*") ? "*" : this.#dotted("a language or *");
    namespaces.set(language, this.#dotted("a namespace"));
    this.#annotations();
  }

  #definition(): Definition {
    const { source, doc } = this.#lexer.peek, described = doc === undefined ? {} : { doc };
    switch (source) {
      case "typedef":
        return { ...described, ...this.#typedef() };
      case "const":
        return { ...described, ...this.#const() };
      case "enum":
        return { ...described, ...this.#enum() };
      case "struct":
      case "union":
      case "exception":
        return { ...described, ...this.#struct(source) };
      case "service":
        return { ...described, ...this.#service() };
      default:
        return this.#lexer.fail(`got "${source.slice(0, 40)}", want a definition such as struct, enum or service`);
    }
  }

  #typedef(): Definition {
    this.#lexer.next();
    const type = this.#type(), at = this.#lexer.name();
    this.#annotations();
    return { kind: "typedef", name: at.text, type, at };
  }

  #const(): Definition {
    this.#lexer.next();
    const type = this.#type(), at = this.#lexer.name();
    this.#lexer.expect("=");
    return { kind: "const", name: at.text, type, value: this.#constant(), at };
  }

  #enum(): EnumNode {
    const lexer = this.#lexer, values: EnumNode["values"][number][] = [];
    lexer.next();
    const at = lexer.name();
    lexer.expect("{");
    for (let next = 0; !lexer.accept("}"); next++) {
      const name = lexer.name();
      if (lexer.accept("=")) next = lexer.integerIn(minInt32, maxInt32, "a number");
      if (next > maxInt32) lexer.fail(`the number ${next} of ${name.text} has more than 32 bits`, name);
      values.push({ name: name.text, number: next, at: name });
      this.#annotations();
      this.#separator();
    }
    this.#annotations();
    return { kind: "enum", name: at.text, values, at };
  }

  #struct(kind: StructNode["kind"]): StructNode {
    this.#lexer.next();
    const at = this.#lexer.name();
    if (this.#lexer.is("xsd_all")) this.#lexer.next();
    const fields = this.#fields("{", "}");
    this.#annotations();
    return { kind, name: at.text, fields, at };
  }

  #service(): ServiceNode {
    const lexer = this.#lexer, methods: MethodNode[] = [];
    lexer.next();
    const at = lexer.name(), base = lexer.accept("extends") ? this.#dotted("a service") : undefined;
    lexer.expect("{");
    while (!lexer.accept("}")) methods.push(this.#method());
    this.#annotations();
    return { kind: "service", name: at.text, methods, at, ...base !== undefined && { base } };
  }

  #method(): MethodNode {
    const lexer = this.#lexer, { doc } = lexer.peek, oneway = lexer.peek;
    const isOneway = lexer.accept("oneway") || lexer.accept("async");
    const returns = lexer.accept("void") ? undefined : this.#type(), at = lexer.name("the name of a method");
    const args = this.#fields("(", ")"), throws = lexer.accept("throws") ? this.#fields("(", ")") : [];
    if (isOneway && (returns || throws.length > 0)) lexer.fail(`${at.text} is oneway and so can't answer`, oneway);
    this.#annotations();
    this.#separator();
    return { name: at.text, args, throws, at, ...returns && { returns }, ...doc !== undefined && { doc } };
  }

  #fields(open: string, close: string): FieldNode[] {
    const fields: FieldNode[] = [];
    this.#lexer.expect(open);
    while (!this.#lexer.accept(close)) fields.push(this.#field());
    return fields;
  }

  #field(): FieldNode {
    const lexer = this.#lexer, { doc } = lexer.peek;
    if (lexer.peek.kind === "name") lexer.fail("the field has no id: write one before it, as in 1:");
    const id = lexer.integerIn(1, maxId, "an id");
    lexer.expect(":");
    const optional = lexer.accept("optional");
    if (!optional) lexer.accept("required");
    const type = this.#type();
    lexer.accept("&");
    const at = lexer.name("the name of a field"), value = lexer.accept("=") ? this.#constant() : undefined;
    this.#xsdOptions();
    this.#annotations();
    this.#separator();
    return { id, name: at.text, optional, type, at, ...value && { value }, ...doc !== undefined && { doc } };
  }

  /** What the generator of XML schemas once looked at. */
  #xsdOptions(): void {
    this.#lexer.accept("xsd_optional");
    this.#lexer.accept("xsd_nillable");
    if (this.#lexer.accept("xsd_attrs")) this.#lexer.nested(() => this.#fields("{", "}"));
  }

  #type(): TypeNode {
    const lexer = this.#lexer, at = lexer.peek, name = this.#dotted("a type");
    const count = name === "map" ? 2 : name === "list" || name === "set" ? 1 : 0;
    if (count > 0) this.#cppType();
    const parts = count === 0 ? [] : lexer.nested(() => this.#parts(count));
    if (count > 0) this.#cppType();
    this.#annotations();
    return { name, parts, at };
  }

  #parts(count: number): TypeNode[] {
    this.#lexer.expect("<");
    const parts = [this.#type()];
    if (count === 2) {
      this.#lexer.expect(",");
      parts.push(this.#type());
    }
    this.#lexer.expect(">");
    return parts;
  }

  #cppType(): void {
    if (this.#lexer.accept("cpp_type")) this.#lexer.text();
  }

  #constant(): Constant {
    const lexer = this.#lexer, at = lexer.peek;
    if (lexer.accept("[")) return { kind: "list", items: lexer.nested(() => this.#items()), at };
    if (lexer.accept("{")) return { kind: "map", entries: lexer.nested(() => this.#entries()), at };
    if (at.kind === "text") return { kind: "text", text: lexer.next().text, at };
    if (at.kind === "name") return { kind: "name", name: this.#dotted("a constant"), at };
    return this.#number(at);
  }

  #number(at: Token): Constant {
    const lexer = this.#lexer, sign = lexer.accept("-") ? -1 : 1;
    if (sign > 0) lexer.accept("+");
    if (lexer.peek.kind === "float") return { kind: "float", value: sign * Number(lexer.next().text), at };
    if (lexer.peek.kind !== "integer") lexer.fail(`got "${at.source.slice(0, 40)}", want a constant`, at);
    return { kind: "integer", value: BigInt(sign) * lexer.integer(), at };
  }

  #items(): Constant[] {
    const items: Constant[] = [];
    while (!this.#lexer.accept("]")) {
      items.push(this.#constant());
      this.#separator();
    }
    return items;
  }

  #entries(): [Constant, Constant][] {
    const entries: [Constant, Constant][] = [];
    while (!this.#lexer.accept("}")) {
      const key = this.#constant();
      this.#lexer.expect(":");
      entries.push([key, this.#constant()]);
      this.#separator();
    }
    return entries;
  }

  /** Skips what stands in brackets behind a type, field or definition: words for generators of code. */
  #annotations(): void {
    const lexer = this.#lexer;
    if (!lexer.accept("(")) return;
    while (!lexer.accept(")")) {
      this.#dotted("an annotation");
      if (lexer.accept("=")) lexer.text("the text of an annotation");
      this.#separator();
    }
  }

  #separator(): void {
    if (!this.#lexer.accept(",")) this.#lexer.accept(";");
  }

  #dotted(what: string): string {
    let name = this.#lexer.name(what).text;
    while (this.#lexer.accept(".")) name += "." + this.#lexer.name(what).text;
    return name;
  }
}
