/**
 * Reads Avro's schemas: JSON to the graph.
 *
 * Format: Apache Avro 1.12 specification, "Schema Declaration" and "Names". Beyond it, a name without a namespace that its
 * namespace hasn't got is looked for without one, as Avro's Java does.
 *
 * @module
 */
import { IdlError } from "../idl/idl.ts";
import { type JsonNode, plainJson } from "./json_node.ts";
import {
  type AvroEnum,
  type AvroField,
  type AvroFixed,
  type AvroLogical,
  type AvroPrimitiveName,
  type AvroRecord,
  type AvroSchema,
  branchId,
  namespaceOf,
  primitiveNames,
} from "./schema.ts";

/** A schema with where everything in it stood. */
export interface ParsedSchema {
  /** The schema. */
  readonly schema: AvroSchema;
  /** Places of schemas, and of fields' defaults by their field. */
  readonly places: ReadonlyMap<object, JsonNode>;
}

/** The schema that `node` declares; throws {@linkcode IdlError} for one that the specification does not allow. */
export function parseSchema(node: JsonNode): ParsedSchema {
  const parser = new SchemaParser();
  return { schema: parser.schema(node, ""), places: parser.places };
}

type Members = ReadonlyMap<string, JsonNode>;

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether `name` may be the name of a field or symbol. */
export function isAvroName(name: string): boolean {
  return namePattern.test(name);
}

class SchemaParser {
  readonly places = new Map<object, JsonNode>();
  /** Schemas with names, by full name. */
  readonly #named = new Map<string, AvroSchema>();

  schema(node: JsonNode, namespace: string): AvroSchema {
    const schema = this.#fresh(node, namespace);
    if (!this.places.has(schema)) this.places.set(schema, node);
    return schema;
  }

  #fresh(node: JsonNode, namespace: string): AvroSchema {
    const { value } = node;
    if (typeof value === "string") return this.#reference(value, node, namespace);
    if (Array.isArray(value)) return this.#union(value, namespace);
    if (!(value instanceof Map)) return fail(node, "want a schema: a name, an object or an array");
    const members = value as Members, type = members.get("type") ?? fail(node, 'a schema has no "type"');
    if (typeof type.value !== "string") return this.schema(type, namespace);
    return this.#declared(type.value, members, node, namespace);
  }

  #reference(name: string, node: JsonNode, namespace: string): AvroSchema {
    if (primitiveNames.has(name)) return { type: name as AvroPrimitiveName };
    const full = name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
    return this.#named.get(full) ?? this.#named.get(name) ?? fail(node, `the type ${JSON.stringify(name)} is unknown`);
  }

  #union(nodes: readonly JsonNode[], namespace: string): AvroSchema {
    const seen = new Set<string>();
    const branches = nodes.map((node) => {
      const branch = this.schema(node, namespace), id = branchId(branch);
      if (branch.type === "union") fail(node, "a union stands directly in a union");
      if (seen.has(id)) fail(node, `a union has ${id} twice`);
      seen.add(id);
      return branch;
    });
    return { type: "union", branches };
  }

  #declared(type: string, members: Members, node: JsonNode, namespace: string): AvroSchema {
    switch (type) {
      case "array": {
        const items = this.schema(required(members, "items", node), namespace), logical = logicalOf(members);
        return { type, items, ...(logical?.name === "map" && isEntries(items) ? { logical } : {}) };
      }
      case "map":
        return { type, values: this.schema(required(members, "values", node), namespace) };
      case "record":
      case "error":
        return this.#record(members, node, namespace);
      case "enum":
        return this.#enum(members, node, namespace);
      case "fixed":
        return this.#fixed(members, node, namespace);
      default: {
        const schema = this.#reference(type, members.get("type")!, namespace);
        if (!primitiveNames.has(schema.type)) return schema;
        const logical = logicalOf(members);
        return { type: schema.type as AvroPrimitiveName, ...(logical ? { logical } : {}) };
      }
    }
  }

  #record(members: Members, node: JsonNode, outer: string): AvroRecord {
    const record: AvroRecord = { type: "record", ...this.#head(members, node, outer), fields: [] };
    this.#add(record, members);
    const fields = listOf(required(members, "fields", node)), names = new Set<string>();
    for (const item of fields) {
      const field = this.#field(item, namespaceOf(record.name));
      if (names.has(field.name)) fail(item, `the field ${field.name} stands twice`);
      names.add(field.name);
      record.fields.push(field);
    }
    return record;
  }

  #field(node: JsonNode, namespace: string): AvroField {
    const members = node.value instanceof Map ? node.value as Members : fail(node, "want a field: an object");
    const name = textOf(required(members, "name", node)), absent = members.get("default");
    if (!isAvroName(name)) fail(members.get("name")!, `${JSON.stringify(name)} is no name of a field`);
    const field: AvroField = {
      name,
      type: this.schema(required(members, "type", node), namespace),
      ...(absent ? { default: plainJson(absent) } : {}),
      ...aliasesOf(members, (alias) => alias),
      ...docOf(members),
    };
    if (absent) this.places.set(field, absent);
    return field;
  }

  #enum(members: Members, node: JsonNode, outer: string): AvroEnum {
    const list = listOf(required(members, "symbols", node)), symbols = list.map(textOf), seen = new Set<string>();
    symbols.forEach((symbol, i) => {
      if (!isAvroName(symbol)) fail(list[i]!, `${JSON.stringify(symbol)} is no symbol`);
      if (seen.has(symbol)) fail(list[i]!, `the symbol ${symbol} stands twice`);
      seen.add(symbol);
    });
    const other = members.get("default");
    if (other && !symbols.includes(textOf(other))) fail(other, "the default is none of the symbols");
    const schema: AvroEnum = {
      type: "enum",
      ...this.#head(members, node, outer),
      symbols,
      ...(other ? { default: textOf(other) } : {}),
    };
    this.#add(schema, members);
    return schema;
  }

  #fixed(members: Members, node: JsonNode, outer: string): AvroFixed {
    const place = required(members, "size", node), size = place.value, logical = logicalOf(members);
    if (typeof size !== "number" || !Number.isInteger(size) || size < 0 || size > 0x7fff_ffff) {
      fail(place, "the size is no integer from 0 to 2147483647");
    }
    const head = this.#head(members, node, outer);
    const schema: AvroFixed = { type: "fixed", ...head, size: size as number, ...(logical ? { logical } : {}) };
    this.#add(schema, members);
    return schema;
  }

  /** Full name, aliases and doc ("Names"). */
  #head(members: Members, node: JsonNode, outer: string): { name: string; aliases?: string[]; doc?: string } {
    const place = required(members, "name", node), given = textOf(place), space = members.get("namespace");
    const namespace = given.includes(".") ? namespaceOf(given) : space ? textOf(space) : outer;
    const name = given.includes(".") || namespace === "" ? given : `${namespace}.${given}`;
    const bad = name.split(".").find((part) => !isAvroName(part));
    if (bad !== undefined) fail(place, `${JSON.stringify(name)} is no name of a type`);
    if (primitiveNames.has(name)) fail(place, `${name} is the name of a type without parts`);
    if (this.#named.has(name)) fail(place, `the type ${name} is declared twice`);
    const full = (alias: string) => alias.includes(".") || namespace === "" ? alias : `${namespace}.${alias}`;
    return { name, ...aliasesOf(members, full), ...docOf(members) };
  }

  #add(schema: AvroRecord | AvroEnum | AvroFixed, members: Members): void {
    this.#named.set(schema.name, schema);
    this.places.set(schema, members.get("name")!);
  }
}

function fail(place: JsonNode, reason: string): never {
  throw new IdlError(reason, place);
}

function required(members: Members, key: string, node: JsonNode): JsonNode {
  return members.get(key) ?? fail(node, `${JSON.stringify(key)} is missing`);
}

function textOf(node: JsonNode): string {
  return typeof node.value === "string" ? node.value : fail(node, "want a string");
}

function listOf(node: JsonNode): readonly JsonNode[] {
  return Array.isArray(node.value) ? node.value : fail(node, "want an array");
}

function aliasesOf(members: Members, full: (alias: string) => string): { aliases?: string[] } {
  const node = members.get("aliases"), aliases = node ? listOf(node).map((alias) => full(textOf(alias))) : [];
  return aliases.length > 0 ? { aliases } : {};
}

function docOf(members: Members): { doc?: string } {
  const doc = members.get("doc")?.value;
  return typeof doc === "string" ? { doc } : {};
}

/** The logical type; undefined for a decimal that can't be, which then is no decimal ("Logical Types"). */
function logicalOf(members: Members): AvroLogical | undefined {
  const name = members.get("logicalType")?.value;
  if (typeof name !== "string") return undefined;
  if (name !== "decimal") return { name };
  const precision = members.get("precision")?.value, scale = members.get("scale")?.value ?? 0;
  const isOne = (n: unknown, least: number): n is number => Number.isInteger(n) && (n as number) >= least;
  return isOne(precision, 1) && isOne(scale, 0) && scale <= precision ? { name, precision, scale } : undefined;
}

const keyTypes: ReadonlySet<string> = new Set(["boolean", "int", "long", "string"]);

/** Whether an array of `items` can stand for a map. */
function isEntries(items: AvroSchema): boolean {
  const [key, value, ...more] = items.type === "record" ? items.fields : [];
  if (key?.name !== "key" || value?.name !== "value" || more.length > 0) return false;
  return keyTypes.has(key.type.type) && !("logical" in key.type);
}
