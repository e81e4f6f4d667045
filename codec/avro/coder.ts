/**
 * The coder for one type: by the type's own schema, or by somebody else's.
 *
 * @module
 */
import { type Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { rootName } from "../fit.ts";
import { Misfit, refusal, wantEnd } from "../misfit.ts";
import { planOf } from "../plan.ts";
import type { Type } from "../schema/type.ts";
import { valueOf } from "./default_value.ts";
import { readValue } from "./decode.ts";
import { writeValue } from "./encode.ts";
import { Mismatch } from "./mismatch.ts";
import type { Node } from "./node.ts";
import { type AvroSource, schemaFrom } from "./source.ts";
import { Resolver } from "./resolve.ts";
import type { AvroField, AvroSchema } from "./schema.ts";
import { schemaOf } from "./schema_of.ts";
import { typeOfSchema } from "./type_of.ts";

/** Writes and reads values by a node. */
class AvroCoder<T> implements Coder<T> {
  readonly #node: Node;
  readonly #root: string;

  constructor(node: Node, root: string) {
    this.#node = node;
    this.#root = root;
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeValue(into, this.#node, value);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#root);
    }
  }

  decode(from: Reader): T {
    try {
      const value = readValue(from, this.#node) as T;
      wantEnd(from);
      return value;
    } catch (error) {
      throw refusal(error, "decode", this.#root);
    }
  }
}

/** What {@linkcode avroCoder} is told. */
export interface AvroCoderOptions {
  /** Schema on the wire: Avro's JSON, parsed or not, or the type that the other side has. Default the type's own. */
  readonly schema?: AvroSource;
  /** Names that stand for symbols the type does not know, by the name of the enumeration; without one they are an error. */
  readonly enumDefaults?: Readonly<Record<string, string>>;
}

/**
 * A coder for values of `type` whose bytes follow another schema: reads what its writer wrote, by the rules of Avro's "Schema
 * Resolution", and writes what its reader expects.
 *
 * Fields are found by name, or by the aliases of the type's fields; what the schema hasn't got is the field's default; what
 * the type hasn't got is skipped, and written as its default in the schema. Integers are read as wider ones and as floats,
 * bytes as strings and strings as bytes; finer timestamps are cut to milliseconds. Throws TypeError when not even one value
 * could be read, and for a schema that is none.
 *
 * @example
 * ```ts
 * import { avroCoder } from "@erpc/erpc/avro";
 * import { t } from "@erpc/erpc/codec";
 * import { Reader } from "@erpc/erpc/protocol";
 * const User = t.struct("demo.User", {
 *   id: t.field(1, t.int64, { aliases: ["number"] }),
 *   name: t.field(2, t.string, { default: "nobody" }),
 * });
 * const schema = '{"type":"record","name":"demo.User","fields":[{"name":"number","type":"int"}]}';
 * const { id, name } = avroCoder(User, { schema }).decode(new Reader(Uint8Array.of(14)));
 * console.assert(id === 7n && name === "nobody");
 * ```
 */
export function avroCoder<T>(type: Type<T>, options: AvroCoderOptions = {}): Coder<T> {
  const own = schemaOf(type), { schema, enumDefaults } = options;
  const wire = schema === undefined ? own : schemaFrom(schema), name = rootName(type);
  try {
    const plan = planOf(type);
    return new AvroCoder(new Resolver(constantOf, enumDefaults).resolve({ wire, own, plan }), name);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new TypeError(`Cannot use ${name} with this avro schema: ${error.message}`);
  }
}

/** The bytes of a field's default; null when it has none that erpc can write. */
function constantOf({ type: wire, default: json }: AvroField): Uint8Array | null {
  if (json === null || wire.type === "null") return bytesOfNull(wire);
  if (json === undefined) return null;
  try {
    const type = typeOfSchema(wire), writer = new Writer(64);
    const node = new Resolver(constantOf).resolve({ wire, own: schemaOf(type), plan: planOf(type) });
    writeValue(writer, node, valueOf(wire, json));
    return writer.slice();
  } catch (error) {
    if (error instanceof Mismatch || error instanceof Misfit) return null;
    throw error;
  }
}

function bytesOfNull(wire: AvroSchema): Uint8Array | null {
  if (wire.type !== "union") return new Uint8Array(0);
  const at = wire.branches.findIndex(({ type }) => type === "null");
  return at < 0 ? null : Uint8Array.of(at << 1);
}
