/**
 * Makes the {@linkcode Node}s of a coder: what to do for a schema on the wire so that values are those of a type.
 *
 * Rules: Apache Avro 1.12 specification, "Schema Resolution"; the type, by the schema it would be written by itself, is the
 * reader. Where a union's branch is chosen, one of the same kind and name wins over one that it can be promoted to, as in
 * Avro's Java.
 *
 * @module
 */
import { OPTIONAL_KIND, type Plan } from "../plan.ts";
import { Mismatch, mismatch } from "./mismatch.ts";
import { Node, opOf } from "./node.ts";
import { resolveLeaf } from "./resolve_leaf.ts";
import { resolveFromUnion, resolveIntoUnion } from "./resolve_union.ts";
import { type AvroArray, type AvroEnum, type AvroRecord, type AvroSchema, nameOf, simpleName } from "./schema.ts";
import { leastOf } from "./skip.ts";

/** What to read, and into what. */
export interface Pair {
  /** Schema on the wire. */
  readonly wire: AvroSchema;
  /** Schema that values of the plan's type would be written by. */
  readonly own: AvroSchema;
  /** The type. */
  readonly plan: Plan;
  /** Whether the value may be undefined. */
  readonly optional?: boolean;
}

/** Makes nodes, each once for the same schema and type. */
export class Resolver {
  /** Gives what is written for a default of a schema on the wire; null where there is none. */
  readonly constantOf: (field: AvroRecord["fields"][number]) => Uint8Array | null;
  /** Symbol that stands for unknown ones, by the name of the enumeration. */
  readonly enumDefaults: Readonly<Record<string, string>>;
  /** Nodes of records and unions, which may contain themselves. */
  readonly #known = new Map<AvroSchema, Map<Plan, Node>>();

  /** Makes one. */
  constructor(
    constantOf: (field: AvroRecord["fields"][number]) => Uint8Array | null,
    enumDefaults: Readonly<Record<string, string>> = {},
  ) {
    this.constantOf = constantOf;
    this.enumDefaults = enumDefaults;
  }

  /** The node for `pair`; throws a {@linkcode Mismatch} when the schema's values can't be those of the type. */
  resolve(pair: Pair): Node {
    const { wire, own, plan, optional = false } = pair;
    if (plan.kind === OPTIONAL_KIND) return this.resolve({ wire, own, plan: plan.value, optional: true });
    if (plan.logical && !optional) return this.#logical(pair);
    if (wire.type === "union") return resolveFromUnion(this, { ...pair, wire });
    if (own.type === "union") return resolveIntoUnion(this, { ...pair, own });
    if (own.type === "record" && own.isWrapper) return this.#wrapper({ ...pair, own });
    switch (own.type) {
      case "record":
        return this.#record({ ...pair, own });
      case "enum":
        return this.#symbols({ ...pair, own });
      case "array":
        return own.logical ? this.#entries({ ...pair, own }) : this.#array({ ...pair, own });
      case "map":
        return this.#elements(pair, "map", wire.type === "map" ? wire.values : mismatch(wire, own), own.values);
      default:
        return resolveLeaf(wire, own, plan);
    }
  }

  /**
   * The node that `make` fills, known from before it is filled. One that can't be filled fails whenever it is used, as
   * others may hold it by then.
   */
  once(op: "record" | "union", { wire, plan }: Pair, make: (node: Node) => void): Node {
    let byPlan = this.#known.get(wire);
    if (!byPlan) this.#known.set(wire, byPlan = new Map());
    const known = byPlan.get(plan);
    if (known) return known.op === opOf("fail") ? mismatch(known.label) : known;
    const node = new Node(op, wire, plan);
    byPlan.set(plan, node);
    try {
      make(node);
    } catch (error) {
      node.op = opOf("fail");
      node.label = error instanceof Error ? error.message : String(error);
      throw error;
    }
    return node;
  }

  #logical({ wire, own, plan }: Pair): Node {
    const node = new Node("logical", wire, plan);
    node.nodes = [this.resolve({ wire, own, plan: plan.value })];
    return node;
  }

  /** A record of one field takes no more bytes than the field, and only the field is in the value. */
  #wrapper({ wire, own, plan }: Pair & { own: AvroRecord }): Node {
    const field = wire.type === "record" && simpleName(wire.name) === simpleName(own.name) ? wire.fields[0] : undefined;
    if (!field || (wire as AvroRecord).fields.length > 1) mismatch(wire, own);
    return this.resolve({ wire: field.type, own: own.fields[0]!.type, plan });
  }

  #record(pair: Pair & { own: AvroRecord }): Node {
    const { wire, own, plan } = pair;
    if (wire.type !== "record" || simpleName(wire.name) !== simpleName(own.name)) mismatch(wire, own);
    return this.once("record", pair, (node) => {
      const places = placesOf(wire, own), found = new Set(places);
      wire.fields.forEach((field, at) => {
        const place = places[at]!;
        node.keys.push(place < 0 ? field.name : plan.keys[place]!);
        node.required.push(place >= 0 && plan.required[place]!);
        node.nodes.push(place < 0 ? this.#skipped(field, plan) : this.#field(field, own, place, plan));
      });
      own.fields.forEach(({ name, default: value }, place) => {
        const make = plan.absent[place];
        if (found.has(place) || !make) return;
        if (value === undefined) mismatch(`${nameOf(wire)} has no field ${name}, and it has no default`);
        node.rest.push([plan.keys[place]!, make]);
        node.parts += plan.absentParts[place]!;
      });
    });
  }

  #field({ name, type: wire }: AvroRecord["fields"][number], own: AvroRecord, place: number, plan: Plan): Node {
    try {
      const optional = !plan.required[place];
      return this.resolve({ wire, own: own.fields[place]!.type, plan: plan.plans[place]!, optional });
    } catch (error) {
      throw error instanceof Mismatch ? new Mismatch(`field ${name} of ${nameOf(own)}: ${error.message}`) : error;
    }
  }

  #skipped(field: AvroRecord["fields"][number], plan: Plan): Node {
    const node = new Node("skip", field.type, plan);
    node.constant = this.constantOf(field);
    return node;
  }

  #array({ wire, own, plan }: Pair & { own: AvroArray }): Node {
    return this.#elements(
      { wire, own, plan },
      "array",
      wire.type === "array" ? wire.items : mismatch(wire, own),
      own.items,
    );
  }

  #elements({ wire, plan }: Pair, op: "array" | "map", items: AvroSchema, ownItems: AvroSchema): Node {
    const node = new Node(op, wire, plan);
    node.least = leastOf(items);
    node.nodes = [this.resolve({ wire: items, own: ownItems, plan: plan.value })];
    return node;
  }

  /** A map as an array of records of a key and a value, whatever the records are called. */
  #entries({ wire, own, plan }: Pair & { own: AvroArray }): Node {
    const [key, value] = wire.type === "array" && wire.items.type === "record" ? wire.items.fields : [];
    if (key?.name !== "key" || value?.name !== "value") mismatch(wire, own);
    if (((wire as AvroArray).items as AvroRecord).fields.length > 2) mismatch(wire, own);
    const node = new Node("entries", wire, plan), [ownKey, ownValue] = (own.items as AvroRecord).fields;
    node.nodes = [
      this.resolve({ wire: key.type, own: ownKey!.type, plan: plan.key }),
      this.resolve({ wire: value.type, own: ownValue!.type, plan: plan.value }),
    ];
    return node;
  }

  #symbols({ wire, own, plan }: Pair & { own: AvroEnum }): Node {
    if (wire.type !== "enum" || simpleName(wire.name) !== simpleName(own.name)) mismatch(wire, own);
    const node = new Node("enum", wire, plan), other = this.#enumDefault(own), known = new Set(own.symbols);
    node.symbols = wire.symbols.map((symbol) => known.has(symbol) ? symbol : other);
    node.indexes = new Map(wire.symbols.map((symbol, i) => [symbol, i]));
    return node;
  }

  #enumDefault({ name, symbols }: AvroEnum): string | undefined {
    if (!Object.hasOwn(this.enumDefaults, name)) return undefined;
    const symbol = this.enumDefaults[name]!;
    if (symbols.includes(symbol)) return symbol;
    throw new TypeError(`Cannot use ${JSON.stringify(symbol)} as the default of ${name}: it is none of its names`);
  }
}

/** Place in `own` of each field of `wire`, by name or else by an alias; -1 where there is none. */
function placesOf(wire: AvroRecord, own: AvroRecord): number[] {
  const names = new Set(wire.fields.map(({ name }) => name)), taken = new Set<string>();
  return wire.fields.map(({ name }) => {
    const exact = own.fields.findIndex((field) => field.name === name);
    if (exact >= 0) return exact;
    return own.fields.findIndex((field) => {
      if (names.has(field.name) || !field.aliases?.includes(name) || taken.has(field.name)) return false;
      taken.add(field.name);
      return true;
    });
  });
}
