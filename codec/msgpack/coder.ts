/**
 * MessagePack along a schema, and without one.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { type Conform, conformer } from "../conform.ts";
import { rootName } from "../fit.ts";
import { refusal, wantEnd } from "../misfit.ts";
import { type Dialect, plainer } from "../plain.ts";
import { type Plan, planOf } from "../plan.ts";
import type { Type } from "../schema/type.ts";
import type { Extensions, MsgpackExtension } from "./extension.ts";
import { readAny } from "./read.ts";
import { readTyped } from "./typed_read.ts";
import { writeTyped } from "./typed_write.ts";
import { writeAny } from "./write.ts";

/** Writes and reads any value; a user's `own` extensions come before any other form. */
export class AnyCoder implements Coder {
  readonly #forms: Extensions;

  /** Makes one. */
  constructor(own: readonly MsgpackExtension[]) {
    this.#forms = { isExact: true, own };
  }

  /** See {@linkcode Coder.encode}. */
  encode(value: unknown, into: Writer): void {
    if (value !== undefined) write(into, value, { root: "value", forms: this.#forms, plain: (value) => value });
  }

  /** See {@linkcode Coder.decode}. */
  decode(from: Reader): unknown {
    return read(from, "value", this.#forms);
  }
}

const dialect: Dialect = {
  scalars: { int53: (value: number) => value === (value | 0) || value === value >>> 0 ? value : BigInt(value) },
  logicals: { timestamp: (value: Date) => value },
  map: (entries) => entries,
};

/** Along a schema nothing needs an extension. */
const typedForms: Extensions = { isExact: false, own: [] };

/** Goes the quick way along the schema, and the general way with all that the quick one gives up. */
export class TypedCoder<T> implements Coder<T> {
  readonly #plan: Plan;
  readonly #general: Forms;
  readonly #check: Conform<T>;

  /** Compiles `type`. */
  constructor(type: Type<T>) {
    this.#plan = planOf(type);
    this.#general = { root: rootName(type), forms: typedForms, plain: plainer(type, dialect) };
    this.#check = conformer(type);
  }

  /** See {@linkcode Coder.encode}. */
  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeTyped(into, this.#plan, value);
    } catch {
      into.pos = pos;
      into.depth = depth;
      write(into, value, this.#general);
    }
  }

  /** See {@linkcode Coder.decode}. */
  decode(from: Reader): T {
    const { pos, depth, items } = from;
    try {
      return readTyped(from, this.#plan) as T;
    } catch {
      from.pos = pos;
      from.depth = depth;
      from.items = items;
      const value = read(from, this.#general.root, typedForms);
      return this.#check(value, from);
    }
  }
}

/** How values are written in general. */
interface Forms {
  /** What errors call the value. */
  readonly root: string;
  readonly forms: Extensions;
  /** Gives the value in its plain form. */
  readonly plain: (value: unknown) => unknown;
}

function write(into: Writer, value: unknown, { root, forms, plain }: Forms): void {
  const { pos, depth } = into;
  try {
    writeAny(into, plain(value), forms);
  } catch (error) {
    into.pos = pos;
    into.depth = depth;
    throw refusal(error, "encode", root);
  }
}

function read(from: Reader, root: string, forms: Extensions): unknown {
  if (from.left === 0) return undefined;
  try {
    const value = readAny(from, forms);
    wantEnd(from);
    return value;
  } catch (error) {
    throw refusal(error, "decode", root);
  }
}
