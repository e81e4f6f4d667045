/**
 * A schema as JSON: whole, or in Parsing Canonical Form.
 *
 * Format: Apache Avro 1.12 specification, "Schema Declaration" and "Parsing Canonical Form for Schemas".
 *
 * @module
 */
import { isAvroName } from "./parse.ts";
import {
  type AvroField,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
  type Json,
  namespaceOf,
  simpleName,
} from "./schema.ts";

/** The Parsing Canonical Form of `schema`: what two schemas share that are read alike. Throws as {@linkcode Declarer.declare}. */
export function canonicalOf(schema: AvroSchema): string {
  return JSON.stringify(new Declarer(true).declare(schema));
}

/** Declares schemas that belong together. */
export class Declarer {
  readonly #isCanonical: boolean;
  readonly #declared = new Map<string, AvroSchema>();

  /** Makes one for whole schemas, or for canonical ones. */
  constructor(isCanonical: boolean) {
    this.#isCanonical = isCanonical;
  }

  /** Whether `schema` was declared already. */
  has(schema: AvroSchema): boolean {
    return "name" in schema && this.#declared.get(schema.name) === schema;
  }

  /**
   * The JSON of `schema`, which stands in a schema of the namespace `outer`. A type with a name is declared where it first
   * stands, and only named from then on. Throws TypeError for names that Avro can't have, and for two types of one name.
   */
  declare(schema: AvroSchema, outer = ""): Json {
    switch (schema.type) {
      case "union":
        return schema.branches.map((branch) => this.declare(branch, outer));
      case "array":
        return { type: "array", items: this.declare(schema.items, outer), ...this.#logical(schema) };
      case "map":
        return { type: "map", values: this.declare(schema.values, outer) };
      case "record":
      case "enum":
      case "fixed":
        return this.#named(schema, outer);
      default: {
        const logical = this.#logical(schema);
        return Object.keys(logical).length > 0 ? { type: schema.type, ...logical } : schema.type;
      }
    }
  }

  #named(schema: AvroSchema & AvroNamed, outer: string): Json {
    const { name } = schema, known = this.#declared.get(name);
    if (known === schema) return name;
    if (known && known !== schema) throw new TypeError(`Cannot write ${name} for avro: two types have that name`);
    const bad = name.split(".").find((part) => !isAvroName(part));
    if (bad !== undefined) throw new TypeError(`Cannot write ${name} for avro: it is no name there`);
    this.#declared.set(name, schema);
    const head = this.#head(schema, outer);
    switch (schema.type) {
      case "record":
        return { ...head, fields: schema.fields.map((field) => this.#field(schema, field)) };
      case "enum": {
        const absent = schema.default === undefined || this.#isCanonical ? {} : { default: schema.default };
        return { ...head, symbols: schema.symbols.map((symbol) => checked(symbol, schema)), ...absent };
      }
      default:
        return { ...head, size: (schema as { size: number }).size, ...this.#logical(schema) };
    }
  }

  #head({ type, name, aliases, doc }: AvroSchema & AvroNamed, outer: string): { readonly [key: string]: Json } {
    if (this.#isCanonical) return { name, type };
    const namespace = namespaceOf(name);
    return {
      type,
      name: simpleName(name),
      ...(namespace === outer ? {} : { namespace }),
      ...(doc === undefined ? {} : { doc }),
      ...(aliases ? { aliases } : {}),
    };
  }

  #field(record: AvroRecord, field: AvroField): Json {
    const { name, type, default: absent, aliases, doc } = field;
    const plain = { name: checked(name, record), type: this.declare(type, namespaceOf(record.name)) };
    if (this.#isCanonical) return plain;
    return {
      ...plain,
      ...(absent === undefined ? {} : { default: absent }),
      ...(doc === undefined ? {} : { doc }),
      ...(aliases ? { aliases: aliases.map((alias) => checked(alias, record)) } : {}),
    };
  }

  #logical(schema: AvroSchema): { readonly [key: string]: Json } {
    const logical = "logical" in schema ? schema.logical : undefined;
    if (!logical || this.#isCanonical) return {};
    const { name, precision, scale } = logical;
    return { logicalType: name, ...(precision === undefined ? {} : { precision }), ...(scale ? { scale } : {}) };
  }
}

function checked(name: string, { name: owner }: AvroNamed): string {
  if (isAvroName(name)) return name;
  throw new TypeError(`Cannot write ${owner} for avro: ${JSON.stringify(name)} is no name there`);
}
